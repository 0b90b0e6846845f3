"""Derive the range-state layer from Natural Earth 1:10m as packed in world-atlas.

This script's one job: decode ``countries-10m.json`` (TopoJSON, npm package
``world-atlas`` 2.0.2, Natural Earth 4.1, public domain), pick the 14 Range
States of the Central Asian Mammals Initiative and write ``states.geojson``
beside itself; then refresh ``bytes`` and ``hash`` in ``layer.yaml``. It leaves
the reading of the layer to the program and the judging of CMS Party status to
the references named in ``PARTIES``. The source file is never copied here.

Method, so that neighbours share exactly the same border vertices:

1. The quantized TopoJSON points are rounded to 4 decimals first (kept as whole
   numbers of 1e-4 degree), once per arc, so both sides of a border round alike.
2. All arcs and the frame of the region window are noded together by snap
   rounding on that same whole-number grid; no coordinate off the grid arises.
3. The noded lines are polygonized into faces. Each face goes to the state that
   contains it by the even-odd rule on the rounded rings, which also heals the
   self-crossings that quantization left in some rings (the make-valid step).
4. The faces of a state are dissolved. Overlaps cannot arise, because every face
   has one owner; ``check`` asserts that, and that no gap lies along a border.

Usage, in the top folder of the checkout::

    npm pack world-atlas@2.0.2 && tar -xzf world-atlas-2.0.2.tgz
    python -m reference_layers.range_states.derive --world-atlas package/countries-10m.json

Needs numpy and shapely 2.1 (GEOS 3.12) or later.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from reference_layers.derivation import SourceError, update_manifest

IntPoints = npt.NDArray[np.int64]

UNITS_PER_DEGREE = 10_000
"""Whole-number grid of the layer: 1e-4 degree."""

WINDOW_DEGREES = (40, 15, 135, 60)
"""Region window: west, south, east, north."""

SOURCE_SHA256 = "3bc6f1d367a9bcec479841bae0e76092f512838411d0cef124e92eec4db45f79"
"""SHA-256 of countries-10m.json in world-atlas 2.0.2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One Range State: its ids, names and CMS Party status as last read."""

    iso3: str
    numeric_id: str
    name_en: str
    name_ru: str
    cms_party: bool
    party_as_of: str
    """Date of the latest dated reading of the status: YYYY or YYYY-MM."""
    party_reference: tuple[str, ...]
    """Reference ids of the project's reference list."""


def _state(
    iso3: str,
    numeric_id: str,
    name_en: str,
    name_ru: str,
    *,
    party: bool,
    refs: str,
    as_of: str = "2020-02",
) -> State:
    return State(
        iso3=iso3,
        numeric_id=numeric_id,
        name_en=name_en,
        name_ru=name_ru,
        cms_party=party,
        party_as_of=as_of,
        party_reference=tuple(refs.split()),
    )


# Status: S118 = CMS Resolution 11.24 (Rev.COP13), Feb 2020, Parties in capital
# letters, for all states but one. Turkmenistan, a non-Party there, is Party
# No. 132 on an undated CMS page (S116) and ratified in 2021 by a text of 2024
# (S117, secondary); 2024 is the latest dated reading. The other ids support the
# same status at an earlier or unstated date.
STATES: tuple[State, ...] = (
    _state("AFG", "004", "Afghanistan", "Афганистан", party=True, refs="S114 S118"),
    _state("BTN", "064", "Bhutan", "Бутан", party=False, refs="S115 S118"),
    _state("CHN", "156", "China", "Китай", party=False, refs="S115 S118"),
    _state("IND", "356", "India", "Индия", party=True, refs="S115 S118"),
    _state("IRN", "364", "Iran", "Иран", party=True, refs="S115 S118"),
    _state("KAZ", "398", "Kazakhstan", "Казахстан", party=True, refs="S045 S115 S118"),
    _state("KGZ", "417", "Kyrgyzstan", "Кыргызстан", party=True, refs="S115 S118"),
    _state("MNG", "496", "Mongolia", "Монголия", party=True, refs="S115 S118"),
    _state("NPL", "524", "Nepal", "Непал", party=False, refs="S118"),
    _state("PAK", "586", "Pakistan", "Пакистан", party=True, refs="S118"),
    _state("RUS", "643", "Russia", "Россия", party=False, refs="S116 S118"),
    _state("TJK", "762", "Tajikistan", "Таджикистан", party=True, refs="S118"),
    _state(
        "TKM", "795", "Turkmenistan", "Туркменистан", party=True, refs="S116 S117", as_of="2024"
    ),
    _state("UZB", "860", "Uzbekistan", "Узбекистан", party=True, refs="S116 S118"),
)

BAIKONUR = "Baikonur"
"""Leased area in Kazakhstan, a separate feature in Natural Earth: counted as KAZ."""

SIACHEN = "Siachen Glacier"
"""Kept apart, as in Natural Earth: disputed, belongs to no state here."""


# --- TopoJSON ---------------------------------------------------------------


def decode_arcs(topology: dict[str, Any]) -> list[IntPoints]:
    """Decode the delta-coded arcs and round them to the layer's grid.

    Returns one (n, 2) array per arc, x and y in whole units of 1e-4 degree.
    Points that fall together by rounding are kept; noding drops them.
    """
    scale = np.asarray(topology["transform"]["scale"], dtype=np.float64)
    origin = np.asarray(topology["transform"]["translate"], dtype=np.float64)
    arcs: list[IntPoints] = []
    for arc in topology["arcs"]:
        quantized = np.cumsum(np.asarray(arc, dtype=np.int64), axis=0)
        degrees = quantized * scale + origin
        arcs.append(np.rint(degrees * UNITS_PER_DEGREE).astype(np.int64))
    return arcs


def rings_of(geometry: dict[str, Any]) -> list[list[int]]:
    """Return the rings of a TopoJSON Polygon or MultiPolygon as arc index lists."""
    if geometry["type"] == "Polygon":
        return [list(ring) for ring in geometry["arcs"]]
    if geometry["type"] == "MultiPolygon":
        return [list(ring) for polygon in geometry["arcs"] for ring in polygon]
    raise SourceError(f"unexpected geometry type {geometry['type']!r}")


def join_ring(indices: Sequence[int], arcs: Sequence[IntPoints]) -> IntPoints:
    """Join arcs into one closed ring; ``~i`` means arc i reversed (TopoJSON 1.0)."""
    parts: list[IntPoints] = []
    for index in indices:
        points = arcs[index] if index >= 0 else arcs[~index][::-1]
        parts.append(points if not parts else points[1:])
    ring = np.concatenate(parts)
    if not np.array_equal(ring[0], ring[-1]):
        raise SourceError("a ring of the source does not close")
    return ring


def find_countries(topology: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Collect the source geometries by owner: iso3 code, or the Siachen name."""
    by_numeric = {state.numeric_id: state.iso3 for state in STATES}
    found: dict[str, list[dict[str, Any]]] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        owner = by_numeric.get(str(geometry.get("id")))
        if owner is None and name == BAIKONUR:
            owner = "KAZ"
        if owner is None and name == SIACHEN:
            owner = SIACHEN
        if owner is not None:
            found.setdefault(owner, []).append(geometry)
    missing = ({state.iso3 for state in STATES} | {SIACHEN}) - found.keys()
    if missing or len(found["KAZ"]) != 2:
        raise SourceError(f"countries missing in the source: {sorted(missing) or [BAIKONUR]}")
    return found


# --- faces ------------------------------------------------------------------


def count_crossings(x: float, y: float, rings: Iterable[IntPoints]) -> int:
    """Count how often a ray from (x, y) to the east crosses the rings."""
    crossings = 0
    for ring in rings:
        x0, y0 = ring[:-1, 0], ring[:-1, 1]
        x1, y1 = ring[1:, 0], ring[1:, 1]
        straddles = (y0 > y) != (y1 > y)
        if not straddles.any():
            continue
        ax, ay, bx, by = x0[straddles], y0[straddles], x1[straddles], y1[straddles]
        crossings += int(np.count_nonzero(ax + (y - ay) * (bx - ax) / (by - ay) > x))
    return crossings


def window_box() -> Polygon:
    """Return the region window as a box in grid units."""
    west, south, east, north = (value * UNITS_PER_DEGREE for value in WINDOW_DEGREES)
    return shapely.box(west, south, east, north)


def cut_faces(lines: Sequence[IntPoints]) -> list[Polygon]:
    """Node lines and window frame on the grid; return the faces inside the window."""
    window = window_box()
    shapes = [shapely.LineString(points) for points in lines if len(np.unique(points, axis=0)) > 1]
    shapes = [shape for shape in shapes if shape.intersects(window)]
    noded = shapely.union_all([*shapes, window.exterior], grid_size=1)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = shapely.contains(window, shapely.point_on_surface(faces))
    return [face for face, keep in zip(faces, inside, strict=True) if keep]


def assign(faces: Sequence[Polygon], rings: dict[str, list[IntPoints]]) -> dict[str, list[Polygon]]:
    """Give every face to the owner that contains it; drop sea and foreign land.

    Containment is the even-odd rule at a point inside the face. A face claimed
    by two owners would be an overlap of the source and is refused.
    """
    claimed: dict[str, list[Polygon]] = {owner: [] for owner in rings}
    for face in faces:
        point = shapely.point_on_surface(face)
        owners = [
            owner
            for owner, owner_rings in rings.items()
            if count_crossings(point.x, point.y, owner_rings) % 2
        ]
        if len(owners) > 1:
            raise SourceError(f"{' and '.join(owners)} overlap at {point.wkt}")
        if owners:
            claimed[owners[0]].append(face)
    return claimed


def dissolve(faces: Sequence[Polygon]) -> MultiPolygon:
    """Dissolve the faces of one owner and put rings and parts in a fixed order.

    Exterior rings run anticlockwise and holes clockwise (RFC 7946, 3.1.6).
    """
    union = shapely.normalize(shapely.coverage_union_all(list(faces)))
    parts = [orient(part, 1.0) for part in shapely.get_parts(union)]
    parts.sort(key=lambda part: (-part.area, part.bounds))
    return MultiPolygon(parts)


# --- check ------------------------------------------------------------------


def check(geometries: dict[str, MultiPolygon]) -> dict[str, float]:
    """Assert that the result is a clean coverage; return the measured figures."""
    for owner, geometry in geometries.items():
        assert shapely.is_valid(geometry), f"{owner} is invalid"
        coordinates = shapely.get_coordinates(geometry)
        assert np.array_equal(coordinates, np.rint(coordinates)), f"{owner} is off the grid"
    shapes = list(geometries.values())
    assert shapely.coverage_is_valid(shapes), "the states do not form a valid coverage"
    overlap = sum(
        shapes[i].intersection(shapes[j]).area
        for i in range(len(shapes))
        for j in range(i)
        if shapes[i].intersects(shapes[j])
    )
    assert overlap == 0, f"states overlap by {overlap} square units"
    union = shapely.union_all(shapes)
    holes = [Polygon(ring) for part in shapely.get_parts(union) for ring in part.interiors]
    slivers = [
        hole
        for hole in holes
        if sum(hole.boundary.intersection(shape.boundary).length > 0 for shape in shapes) > 1
    ]
    assert not slivers, f"{len(slivers)} holes along shared borders"
    shared = union.boundary.length
    total = sum(shape.boundary.length for shape in shapes)
    return {
        "features": len(shapes),
        "vertices": int(sum(shapely.get_num_coordinates(shape) for shape in shapes)),
        "overlap_units2": overlap,
        "holes_in_union": len(holes),
        "holes_on_shared_borders": len(slivers),
        "shared_border_degrees": round((total - shared) / 2 / UNITS_PER_DEGREE, 3),
    }


# --- writing ----------------------------------------------------------------


def ring_json(ring: BaseGeometry) -> list[list[float]]:
    """Return the ring's coordinates in degrees with at most 4 decimals."""
    return [
        [int(x) / UNITS_PER_DEGREE, int(y) / UNITS_PER_DEGREE]
        for x, y in shapely.get_coordinates(ring)
    ]


def geometry_json(geometry: MultiPolygon) -> dict[str, Any]:
    """Return a GeoJSON MultiPolygon."""
    return {
        "type": "MultiPolygon",
        "coordinates": [
            [ring_json(part.exterior), *(ring_json(hole) for hole in part.interiors)]
            for part in geometry.geoms
        ],
    }


def write_geojson(path: Path, geometries: dict[str, MultiPolygon]) -> None:
    """Write the layer: one feature a line, fixed order, LF line ends."""
    features: list[dict[str, Any]] = []
    for state in STATES:
        properties: dict[str, Any] = {
            "iso3": state.iso3,
            "name_en": state.name_en,
            "name_ru": state.name_ru,
            "cms_party": state.cms_party,
            "party_as_of": state.party_as_of,
            "party_reference": list(state.party_reference),
            "numeric_id": state.numeric_id,
            "disputed": False,
        }
        features.append(
            {
                "type": "Feature",
                "id": state.iso3,
                "properties": properties,
                "geometry": geometry_json(geometries[state.iso3]),
            }
        )
    features.append(
        {
            "type": "Feature",
            "id": "siachen",
            "properties": {
                "iso3": None,
                "name_en": SIACHEN,
                "name_ru": "ледник Сиачен",
                "cms_party": None,
                "party_as_of": None,
                "party_reference": [],
                "numeric_id": None,
                "disputed": True,
            },
            "geometry": geometry_json(geometries[SIACHEN]),
        }
    )
    lines = ",\n".join(
        json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features
    )
    text = f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'
    path.write_bytes(text.encode("utf-8"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the derivation; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--world-atlas",
        type=Path,
        required=True,
        metavar="PATH",
        help="countries-10m.json of the npm package world-atlas 2.0.2",
    )
    options = parser.parse_args(arguments)
    here = Path(__file__).resolve().parent

    source = options.world_atlas.read_bytes()
    digest = hashlib.sha256(source).hexdigest()
    if digest != SOURCE_SHA256:
        print(f"not countries-10m.json of world-atlas 2.0.2: sha256 {digest}", file=sys.stderr)
        return 2
    topology = json.loads(source)
    arcs = decode_arcs(topology)
    countries = find_countries(topology)
    ring_arcs = {
        owner: [ring for geometry in found for ring in rings_of(geometry)]
        for owner, found in countries.items()
    }
    rings = {
        owner: [join_ring(ring, arcs) for ring in owner_rings]
        for owner, owner_rings in ring_arcs.items()
    }
    used = sorted(
        {max(i, ~i) for owner_rings in ring_arcs.values() for ring in owner_rings for i in ring}
    )
    faces = cut_faces([arcs[index] for index in used])
    claimed = assign(faces, rings)
    geometries = {owner: dissolve(owner_faces) for owner, owner_faces in claimed.items()}
    figures = check(geometries)

    data = here / "states.geojson"
    write_geojson(data, geometries)
    update_manifest(here / "layer.yaml", data)
    print(f"{data.name}: {data.stat().st_size} bytes", file=sys.stderr)
    print(figures, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
