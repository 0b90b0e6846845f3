"""Derive the first-level units of the range states from Natural Earth as packed with QGIS.

This script's one job: read the layers ``states_provinces`` and ``disputed_borders`` of
``world_map.gpkg`` (Debian package ``qgis-common``, Natural Earth, public domain), fit the units
into the outlines of ``../range_states/states.geojson`` and write ``provinces.geojson`` beside
itself; then refresh ``bytes`` and ``hash`` in ``layer.yaml``. Names and codes are in ``units.csv``,
written by hand. The source file is never copied here.

Method, so that units fill their state without gap or overlap:

1. A unit is clipped to its state. Where the outline of the state lies further out than in the
   source, the strip between is cut into pieces of a quarter degree and each goes to the nearest
   unit. Pieces further than ``REACH_DEGREES`` from any unit (islands) stay without one.
2. All unit boundaries of a state are noded together on a grid of 1e-4 degree and polygonized;
   every face goes to the unit that contains it, and the faces of a unit are dissolved.
3. Boundaries between units are simplified as a coverage (Visvalingam-Whyatt, tolerance
   ``TOLERANCE_DEGREES``); the outline of the state is left as it is.

Usage, in the top folder of the checkout::

    apt-get download qgis-common && dpkg-deb -x qgis-common_*.deb unpacked
    python -m reference_layers.provinces.derive \\
        --world-map unpacked/usr/share/qgis/resources/data/world_map.gpkg

Needs fiona beside what ``reference_layers/derivation.py`` needs; derive range_states first.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import re
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import fiona
import shapely
from shapely.geometry.base import BaseGeometry

from reference_layers import derivation
from reference_layers.derivation import SourceError

HERE = Path(__file__).resolve().parent

SOURCE_SHA256 = "ff5cceefc4b27abea094fa82459d8aef9417023236c326a666978b62ffe85db2"
"""SHA-256 of world_map.gpkg in qgis-common 3.22.16+dfsg-1 (Debian 12)."""

TOLERANCE_DEGREES = 0.01
"""Side of the smallest triangle that simplifying keeps: about 1 km, a fifth of the accuracy."""

PIECE_DEGREES = 0.25
"""Strips along an outline are cut into squares of this size before they are given away."""

REACH_DEGREES = 0.5
"""A piece further than this from every unit belongs to none."""

ALONG_DEGREES = 0.03
"""A disputed line this near to a unit runs along it: a little more than the outlines differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One first-level unit: its row in the source and its names."""

    source_id: str
    state: str
    name_en: str
    name_ru: str

    @property
    def id(self) -> str:
        """Code of the state and the English name in plain letters."""
        plain = unicodedata.normalize("NFKD", self.name_en).encode("ascii", "ignore").decode()
        return f"{self.state}-{re.sub(r'[^a-z0-9]+', '-', plain.lower()).strip('-')}"


def read_units(source: Path) -> tuple[list[Unit], dict[str, BaseGeometry]]:
    """The units of units.csv and their shapes by source id; a row must fit the source."""
    with (HERE / "units.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["source_id"]: row for row in csv.DictReader(file)}
    shapes: dict[str, BaseGeometry] = {}
    with fiona.open(source, layer="states_provinces") as layer:
        for source_id, feature in layer.items():
            row = rows.get(str(source_id))
            if row is None:
                continue
            found = (feature.properties["adm0_a3"], feature.properties["name"])
            if found != (row["state"], row["source_name"]):
                raise SourceError(f"units.csv: {source_id} is {found} in the source")
            shape = shapely.geometry.shape(feature.geometry)
            shapes[str(source_id)] = shapely.make_valid(shape)
    if missing := sorted(rows.keys() - shapes.keys()):
        raise SourceError(f"units.csv: not in the source: {missing}")
    units = [
        Unit(
            source_id=source_id,
            state=row["state"],
            name_en=row["name_en"],
            name_ru=row["name_ru"],
        )
        for source_id, row in rows.items()
    ]
    return units, shapes


def read_claims(source: Path) -> list[tuple[str, BaseGeometry]]:
    """Disputed lines of the source by name, without those inside one state's history."""
    with fiona.open(source, layer="disputed_borders") as layer:
        lines = [(f.properties["name"], shapely.geometry.shape(f.geometry)) for f in layer]
    return [(name, line) for name, line in lines if name.endswith("claim")]


def fit(state: BaseGeometry, shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """The shapes clipped to the state, with the strips that they leave open given out."""
    clipped = [shapely.intersection(shape, state) for shape in shapes]
    open_land = shapely.difference(state, shapely.union_all(clipped))
    tree = shapely.STRtree(clipped)
    given: list[list[BaseGeometry]] = [[shape] for shape in clipped]
    for piece in _pieces(open_land):
        middle = piece.representative_point()
        nearest = tree.query_nearest(middle, max_distance=REACH_DEGREES, all_matches=False)
        if len(nearest):
            given[int(nearest[0])].append(piece)
    return [shapely.union_all(parts) for parts in given]


def _pieces(open_land: BaseGeometry) -> list[BaseGeometry]:
    pieces: list[BaseGeometry] = []
    for part in shapely.get_parts(open_land):
        if part.geom_type != "Polygon":
            continue
        west, south, east, north = part.bounds
        x = west
        while x < east:
            y = south
            while y < north:
                cut = shapely.clip_by_rect(part, x, y, x + PIECE_DEGREES, y + PIECE_DEGREES)
                pieces += [p for p in shapely.get_parts(cut) if p.geom_type == "Polygon"]
                y += PIECE_DEGREES
            x += PIECE_DEGREES
    return pieces


def coverage(state: BaseGeometry, shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """The shapes as a clean coverage of the state, simplified inside, on the grid."""
    lines = [state.boundary, *(shape.boundary for shape in shapes)]
    noded = shapely.union_all(lines, grid_size=derivation.GRID_DEGREES)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    tree = shapely.STRtree(shapes)
    owned: list[list[BaseGeometry]] = [[] for _ in shapes]
    for face in faces:
        inside = face.representative_point()
        if not state.contains(inside):
            continue
        nearest = tree.query_nearest(inside, max_distance=REACH_DEGREES, all_matches=False)
        if len(nearest):
            owned[int(nearest[0])].append(face)
    merged = [shapely.coverage_union_all(faces) for faces in owned]
    return list(
        shapely.coverage_simplify(merged, tolerance=TOLERANCE_DEGREES, simplify_boundary=False)
    )


def claims_of(shape: BaseGeometry, claims: Sequence[tuple[str, BaseGeometry]]) -> list[str]:
    """Names of the disputed lines that run through a unit or along it for some 10 km or more."""
    near = shape.buffer(ALONG_DEGREES)
    return sorted(
        {
            name
            for name, line in claims
            if line.intersects(near) and line.intersection(near).length > 0.1
        }
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the derivation; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--world-map",
        type=Path,
        required=True,
        metavar="PATH",
        help="world_map.gpkg of the Debian package qgis-common 3.22.16",
    )
    options = parser.parse_args(arguments)
    digest = hashlib.sha256(options.world_map.read_bytes()).hexdigest()
    if digest != SOURCE_SHA256:
        print(f"not world_map.gpkg of qgis-common 3.22.16: sha256 {digest}", file=sys.stderr)
        return 2
    units, shapes = read_units(options.world_map)
    claims = read_claims(options.world_map)
    features = []
    for iso3, state in sorted(derivation.read_states().items()):
        features += _features(iso3, state, units, shapes, claims)
    data = HERE / "provinces.geojson"
    derivation.write_geojson(data, features)
    derivation.update_manifest(HERE / "layer.yaml", data)
    print(f"{data.name}: {len(features)} units, {data.stat().st_size} bytes", file=sys.stderr)
    return 0


def _features(
    iso3: str,
    state: BaseGeometry,
    units: Sequence[Unit],
    shapes: Mapping[str, BaseGeometry],
    claims: Sequence[tuple[str, BaseGeometry]],
) -> list[tuple[dict[str, object], BaseGeometry]]:
    """The units of one state, by id; a unit outside the region window is left out."""
    own = sorted((unit for unit in units if unit.state == iso3), key=lambda unit: unit.id)
    own = [unit for unit in own if shapes[unit.source_id].intersects(state)]
    fitted = coverage(state, fit(state, [shapes[unit.source_id] for unit in own]))
    features: list[tuple[dict[str, object], BaseGeometry]] = []
    for unit, shape in zip(own, fitted, strict=True):
        names = claims_of(shape, claims)
        features.append(
            (
                {
                    "id": unit.id,
                    "name_en": unit.name_en,
                    "name_ru": unit.name_ru,
                    "state": iso3,
                    "states": [iso3],
                    "disputed": bool(names),
                    "disputed_borders": names,
                },
                shape,
            )
        )
    return features


if __name__ == "__main__":
    sys.exit(main())
