"""Which layers there are, and the part of them that a project can reach."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from camiscreen import data_files, value_cache
from camiscreen.errors import DataFileError, LayerError
from camiscreen.geometry.arrays import distinct
from camiscreen.layers import store, store_files
from camiscreen.layers.manifests import Manifest, read_manifest
from camiscreen.model import AreaOfInfluence, LayerSpec, LoadedLayer, Taxon
from camiscreen.values import dataclass
from camiscreen.vocabulary import ReceptorKind

_COMPILER = f"store{store_files.FORMAT}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer in its folder, checked but not read."""

    spec: LayerSpec
    taxa: tuple[Taxon, ...]
    folder: Path


def read_catalogue(dirs: Sequence[Path], cache: Path) -> tuple[Layer, ...]:
    """All layers in the folders, sorted by name; a later folder overrides an earlier one's layer.

    Raises DataFileError with every mistake in every manifest.
    """
    found: dict[str, Layer] = {}
    problems: list[str] = []
    for base in dirs:
        # A name with a dot is a layer that is being added, or was when the machine went down.
        found_here = sorted(base.glob("*/layer.yaml"))
        manifests = [path for path in found_here if not path.parent.name.startswith(".")]
        if (base / "layer.yaml").is_file():
            manifests.append(base / "layer.yaml")
        for manifest in manifests:
            try:
                layer = _read_layer(manifest, cache)
            except DataFileError as error:
                problems.extend(error.problems)
                continue
            found[layer.spec.name] = layer
    states = [name for name, item in found.items() if item.spec.receptor_kind is ReceptorKind.STATE]
    if len(states) > 1:
        problems.append(f"{', '.join(sorted(states))}: only one layer may hold the states")
    if problems:
        raise DataFileError(tuple(problems))
    return tuple(found[name] for name in sorted(found))


def _read_layer(manifest: Path, cache: Path) -> Layer:
    folder = manifest.parent
    files = sorted(folder.glob("*.yaml"))
    key = f"manifest-{folder.name}-{data_files.sha256_of(files, folder)[:32]}"
    read = value_cache.cached(Manifest, key, cache / "manifests", lambda: read_manifest(manifest))
    return Layer(spec=read.spec, taxa=read.taxa, folder=folder)


def is_compiled(layer: Layer, cache: Path) -> bool:
    """Whether a store exists, so that a front end can say beforehand that compiling takes time."""
    return layer.spec.format == "store" or (_store_folder(layer, cache) / "header.json").is_file()


def open_layer(layer: Layer, cache: Path) -> store.Store:
    """The compiled store of a layer, made first if need be.

    Raises LayerError where the data does not match the manifest's hash or cannot be compiled.
    """
    if layer.spec.format == "store":
        return _open_users(layer)
    folder = _store_folder(layer, cache)
    opened = store.open_store(folder)
    if opened is not None:
        return opened
    _check_hash(layer)
    from camiscreen.layers import cell_register, geojson_source, store_writer  # only to compile

    if layer.spec.format == "cells":
        content = cell_register.read_patches(layer.folder, layer.spec, layer.taxa)
    elif layer.spec.format == "geojson":
        content = geojson_source.read_features(layer.folder, layer.spec)
    else:
        raise LayerError(f"layer {layer.spec.name}: format {layer.spec.format!r} is not known")
    try:
        store_writer.compile_store(folder, content)
    except OSError as error:
        raise LayerError(
            f"layer {layer.spec.name}: cannot be compiled into {folder} ({error.strerror}); "
            "set CAMISCREEN_CACHE_DIR to a folder that can be written"
        ) from error
    opened = store.open_store(folder)
    if opened is None:
        raise LayerError(f"layer {layer.spec.name}: the compiled store in {folder} is damaged")
    return opened


def _open_users(layer: Layer) -> store.Store:
    """A layer that a user added is its own store; its hash is that of the header, which has those
    of all its files.
    """
    _check_hash(layer)
    opened = store.open_store((layer.folder / layer.spec.path).parent)
    if opened is None:
        raise LayerError(
            f"{layer.folder}: the layer is damaged or was added by another version of camiscreen; "
            f"remove it (camiscreen layers remove {layer.spec.name}) and add it again"
        )
    return opened


def _store_folder(layer: Layer, cache: Path) -> Path:
    """Keyed by everything that a store is made of: data, manifest, taxa, the states of cells."""
    parts = [layer.spec.hash]
    extra = [name for name in (layer.spec.taxa, layer.spec.cell_states) if name]
    files = [layer.folder / "layer.yaml", *(layer.folder / name for name in extra)]
    parts.append(data_files.sha256_of(files, layer.folder))
    key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
    return cache / "layers" / f"{layer.spec.name}-{_COMPILER}-{key}"


def _check_hash(layer: Layer) -> None:
    path = layer.folder / layer.spec.path
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LayerError(f"{path}: cannot be read ({error.strerror})") from error
    if hashlib.sha256(data).hexdigest() != layer.spec.sha256:
        raise LayerError(
            f"{path}: does not match the hash in layer.yaml; restore the file, derive it again or, "
            "for a layer of your own, remove it and add it again"
        )


def load_within(layer: Layer, opened: store.Store, area: AreaOfInfluence) -> LoadedLayer:
    """The tiles of a layer inside the area, with the receptors that own them."""
    tiles, owners = opened.within(area.boxes)
    here = distinct(owners).tolist()
    # Each of them is looked at: read now, they are read in one go.
    opened.receptors.several(here)
    return LoadedLayer(
        spec=layer.spec,
        taxa=layer.taxa,
        receptors=opened.receptors,
        tiles=tiles,
        owners=owners,
        wholes=opened.wholes(here) if layer.spec.redistributable else {},
        species=frozenset(species for species in opened.by_species if species),
    )
