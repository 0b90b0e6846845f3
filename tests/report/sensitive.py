"""Screenings of one road with sensitive places that lie a little differently each time.

Two of them differ only within a cell of 0.1 degree and a step of 10 km of chainage: whatever is
redacted must not let them be told apart. The dens lie near the road or across it; one corridor of
an open layer says of itself that it is sensitive; a telemetry range covers part of the road.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import shapely

from camiscreen import data_files, paths, screening
from camiscreen.layers import catalogue
from camiscreen.model import Coverage, FieldMap, LayerSpec, Licence, Screening, Text
from camiscreen.rulebook import rulebook
from camiscreen.values import dataclass
from camiscreen.vocabulary import Confidence, Kind, ReceptorKind
from tests.conftest import ROOT, make_project

ROAD = ((66.0, 47.55), (69.0, 47.55))
REGION = (40.0, 15.0, 135.0, 60.0)

Shape = tuple[str, str, shapely.Geometry, dict[str, Any]]
"""Id, name, geometry and further properties of a receptor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the sensitive things are, in degrees of longitude along the road."""

    den: tuple[float, float]
    den_half_height: float
    burrow: tuple[float, float]
    range: tuple[float, float]
    range_south: float
    corridor: tuple[float, float]
    edge: float


ONE = Place(
    den=(67.340, 67.350), den_half_height=0.011, burrow=(67.371, 47.583),
    range=(68.210, 68.220), range_south=47.52, corridor=(66.41, 66.42), edge=67.131,
)  # fmt: skip
OTHER = Place(
    den=(67.372, 67.391), den_half_height=0.017, burrow=(67.389, 47.587),
    range=(68.235, 68.251), range_south=47.53, corridor=(66.455, 66.471), edge=67.172,
)  # fmt: skip

DEN, BURROW, CORRIDOR = "Verborgene Höhle", "Тайная нора", "Secret passage"
"""Names that must not be told."""


MINE = shapely.box(67.30, 47.52, 67.45, 47.59)


def screened(
    place: Place, folder: Path, cache: Path, *, closed: bool = False, mine: bool = False
) -> Screening:
    """The road, or a mine, screened against the shipped layers and three of the user's.

    ``closed`` layers may not be passed on. Hashes are blotted out: the files do differ.
    """
    south, north = 47.55 - place.den_half_height, 47.55 + place.den_half_height
    dens: list[Shape] = [
        ("den-karatau-7", DEN, shapely.box(place.den[0], south, place.den[1], north), {}),
        ("burrow-3", BURROW, shapely.Point(place.burrow).buffer(0.001), {}),
    ]
    ranges: list[Shape] = [
        ("kept-1", "patch", shapely.box(place.range[0], place.range_south, place.range[1], 47.59),
         {"species": "kiang"}),
    ]  # fmt: skip
    passages: list[Shape] = [
        ("pass-1", CORRIDOR, shapely.box(place.corridor[0], 47.51, place.corridor[1], 47.58),
         {"sensitive": "yes", "species": "kiang"}),
        ("pass-2", "Open passage", shapely.box(66.83, 47.51, 66.86, 47.58), {"sensitive": "no"}),
    ]  # fmt: skip
    may = not closed
    write_layer(folder, "dens", ReceptorKind.SITE, dens, sensitive=True, redistributable=may)
    write_layer(folder, "tracks", ReceptorKind.SPECIES_RANGE, ranges, sensitive=True,
                redistributable=may, west=place.edge)  # fmt: skip
    write_layer(folder, "passages", ReceptorKind.CORRIDOR, passages, redistributable=may)
    layers = catalogue.read_catalogue([ROOT / "reference_layers", folder], cache)
    made = screening.screen(
        make_project(areas=[MINE], points=[(67.5, 47.6)], kind=Kind.MINE, name="Mine with secrets")
        if mine
        else make_project(*[ROAD], kind=Kind.ROAD, name="Road with secrets"),
        screening.open_layers(layers, cache),
        rulebook.load([paths.data_dir("rules")], cache),
        generated_on="2026-11-22",
        framework_ids=("ifc-ps6",),
    )
    specs = tuple(replace(spec, hash="sha256:0", bytes=0) for spec in made.run.layers)
    return replace(made, run=replace(made.run, layers=specs))


def write_layer(
    folder: Path,
    name: str,
    kind: ReceptorKind,
    shapes: Sequence[Shape],
    *,
    sensitive: bool = False,
    redistributable: bool = True,
    west: float = REGION[0],
    title: str | None = None,
) -> None:
    """A layer as a folder with manifest and GeoJSON."""
    place = folder / name
    place.mkdir(parents=True)
    features = [
        {
            "type": "Feature",
            "properties": {"id": id_, "name_en": called, "name_ru": called, "species": None,
                           **more},
            "geometry": shapely.geometry.mapping(geometry),
        }
        for id_, called, geometry, more in shapes
    ]  # fmt: skip
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (place / "data.geojson").write_text(text, encoding="utf-8")
    spec = LayerSpec(
        name=name,
        title=Text(en=title or f"Layer {name}", ru=title or f"Слой {name}"),
        description=Text(en="Of a test", ru="Для теста"),
        receptor_kind=kind,
        required=False,
        version="1",
        access="bring_your_own",
        redistributable=redistributable,
        format="geojson",
        path="data.geojson",
        bytes=len(text.encode()),
        hash=f"sha256:{hashlib.sha256(text.encode()).hexdigest()}",
        licenses=(Licence(name="test", title="Test", path=""),),
        citation="Test",
        sources=(),
        positional_accuracy_m=100.0,
        confidence=Confidence.HIGH,
        coverage=Coverage(bbox=(west, *REGION[1:]), states=()),
        limits=(),
        fields=FieldMap(id="id", name_en="name_en", name_ru="name_ru", species="species"),
        sensitive=sensitive,
    )
    (place / "layer.yaml").write_text(data_files.yaml_text(spec), encoding="utf-8")
