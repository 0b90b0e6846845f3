"""What can be done with a layer that is there: examine it, take it away, write it out."""

import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from camiscreen.data_files import suggestion
from camiscreen.errors import LayerError
from camiscreen.layers import catalogue, store
from camiscreen.layers.adapters.base import Problem
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.region import REGION
from camiscreen.reading import vector_stream
from camiscreen.vocabulary import ReceptorKind

EXPORT_FORMATS = ("gpkg", "geojson")


def find(layers: Collection[Layer], name: str) -> Layer:
    """The layer of a name. Raises LayerError with a suggestion."""
    for layer in layers:
        if layer.spec.name == name:
            return layer
    names = [layer.spec.name for layer in layers]
    raise LayerError(
        f"{name}: there is no layer of this name{suggestion(name, names)}; there is "
        f"{', '.join(names)}"
    )


# ----------------------------------------------------------------------------------------------
# Validating
# ----------------------------------------------------------------------------------------------


def problems_of(layer: Layer, cache: Path, species: Collection[str]) -> Iterator[Problem]:
    """Everything by which a layer that is there departs from the standard, by receptor."""
    where = str(layer.folder)
    if layer.spec.format == "store":
        for name in store.damaged_files(layer.folder / "store"):
            yield Problem(place=f"{where}/store/{name}", what="does not match its hash")
    try:
        opened = catalogue.open_layer(layer, cache)
        receptors = list(opened.receptors)
    except (LayerError, ValueError) as error:
        yield Problem(place=where, what=str(error))
        return
    spec = layer.spec
    yield from _manifest(layer)
    if not receptors:
        yield Problem(place=where, what="holds no receptor")
    seen: set[str] = set()
    for owner, receptor in enumerate(receptors):
        place = f"{spec.name}: receptor {receptor.id}"
        if receptor.id in seen:
            yield Problem(place=place, what="the id stands twice")
        seen.add(receptor.id)
        if receptor.species_id is not None and receptor.species_id not in species:
            yield Problem(place=place, what=f"unknown species {receptor.species_id!r}")
        if receptor.species_id is None and spec.receptor_kind is ReceptorKind.SPECIES_RANGE:
            yield Problem(place=place, what="a range without a species")
        try:
            whole = opened.whole(owner)
        except (LayerError, shapely.errors.GEOSException) as error:
            yield Problem(place=place, what=str(error))
            continue
        yield from _geometry(place, whole)


def _manifest(layer: Layer) -> Iterator[Problem]:
    """What a manifest has to say beyond what its type demands."""
    spec, place = layer.spec, f"{layer.folder}/layer.yaml"
    if not spec.licenses or not all(item.title for item in spec.licenses):
        yield Problem(place=place, what="states no licence")
    if not spec.citation:
        yield Problem(place=place, what="states no citation")
    if not spec.limits:
        yield Problem(place=place, what="states no limits")
    if spec.positional_accuracy_m <= 0:
        yield Problem(place=place, what="positional_accuracy_m is not above 0")


def _geometry(place: str, whole: BaseGeometry) -> Iterator[Problem]:
    if whole.is_empty:
        yield Problem(place=place, what="no geometry")
    elif not whole.is_valid:
        yield Problem(place=place, what=f"invalid geometry ({shapely.is_valid_reason(whole)})")
    elif not whole.intersects(shapely.box(*REGION)):
        yield Problem(place=place, what="lies outside the region, 40-135 E, 15-60 N")


# ----------------------------------------------------------------------------------------------
# Removing
# ----------------------------------------------------------------------------------------------


def remove(layer: Layer) -> None:
    """Take away a layer that a user added. Raises LayerError for one that ships with the tool."""
    if not layer.spec.is_users:
        raise LayerError(
            f"{layer.spec.name}: ships with camiscreen and cannot be removed; only layers that "
            "were added with camiscreen layers add can"
        )
    gone = layer.folder.with_name(f".{layer.folder.name}.{os.getpid()}.part")
    try:
        # Renamed first: a layer that is half removed is no layer.
        layer.folder.rename(gone)
        shutil.rmtree(gone)
    except OSError as error:
        raise LayerError(
            f"{layer.folder}: cannot be removed ({error.strerror}); check who owns the folder"
        ) from error


# ----------------------------------------------------------------------------------------------
# Exporting
# ----------------------------------------------------------------------------------------------


def export(layer: Layer, cache: Path, form: str, target: Path) -> int:
    """Write a layer as GeoPackage or GeoJSON; gives the number of receptors.

    Raises LayerError where its licence forbids it or the file cannot be written.
    """
    if not layer.spec.redistributable:
        licence = "; ".join(item.title for item in layer.spec.licenses)
        raise LayerError(
            f"{layer.spec.name}: may not be passed on ({licence}); its manifest says "
            "redistributable: false, so it is not exported. Use your own copy of the source file"
        )
    opened = catalogue.open_layer(layer, cache)
    part = target.with_name(f".{target.stem}.{os.getpid()}.part{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if form == "geojson":
            vector_stream.write_geojson(part, _rows(layer, opened))
        else:
            vector_stream.write_gpkg(part, layer.spec.name, list(_rows(layer, opened)))
        part.replace(target)
    except OSError as error:
        raise LayerError(
            f"{target}: cannot be written ({error.strerror}); choose another file with --out"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return len(opened.receptors)


def _rows(layer: Layer, opened: store.Store) -> Iterator[tuple[Mapping[str, Any], BaseGeometry]]:
    licence = ", ".join(item.name for item in layer.spec.licenses)
    for owner, receptor in enumerate(opened.receptors):
        properties = {
            **receptor.attributes,
            "id": receptor.id,
            "name_en": receptor.name.en,
            "name_ru": receptor.name.ru,
            "species_id": receptor.species_id,
            "states": ";".join(receptor.states),
            "layer": layer.spec.name,
            "layer_version": layer.spec.version,
            "licence": licence,
        }
        yield properties, opened.whole(owner)
