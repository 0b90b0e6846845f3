"""What the derivation scripts of several layers share: geodesic shapes, GeoJSON, manifests.

One job: turn points, boxes and lines of stated uncertainty into polygons on WGS 84, and write
them so that two runs give the same bytes. It knows no site, no species and no barrier; those are
in the files of each layer. ``range_states`` and ``species_ranges`` were derived before it and do
not use it.

All shapes are built in a plane around themselves (azimuthal equidistant for widths, gnomonic for
hulls, where a straight line is a geodesic) and brought back to longitude and latitude. Coordinates
are rounded to 4 decimals (about 10 m).

Needs numpy, pyproj, PyYAML and shapely 2.1 (GEOS 3.12) or later.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
import yaml
from pyproj import Geod, Transformer
from shapely.geometry import LineString, MultiPolygon, Polygon, mapping
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

FloatArray = npt.NDArray[np.float64]
Point = tuple[float, float]
Box = tuple[float, float, float, float]

LAYERS = Path(__file__).resolve().parent
CHECKOUT = LAYERS.parent

GRID_DEGREES = 1e-4
"""Coordinates are whole multiples of this."""

DISC_VERTICES = 72
"""A disc is a polygon of so many corners; its area is within 0.2 per cent of the circle's."""

STEP_M = 20_000.0
"""Longest leg of a line before its swath is built; shorter legs leave the frame no distortion."""

GEOD = Geod(ellps="WGS84")


class SourceError(Exception):
    """A source or a file beside a script is not what it should be."""


# --- shapes ---------------------------------------------------------------------------------


def radius_of(area_km2: float) -> float:
    """Radius in metres of the circle that has an area in km2."""
    return math.sqrt(area_km2 / math.pi) * 1000


def disc(centre: Point, radius_m: float) -> Polygon:
    """All points within ``radius_m`` of ``centre`` (lon, lat) along geodesics."""
    azimuths = np.linspace(0, 360, DISC_VERTICES, endpoint=False)
    lon, lat = np.full(DISC_VERTICES, centre[0]), np.full(DISC_VERTICES, centre[1])
    lon, lat, _ = GEOD.fwd(lon, lat, azimuths, np.full(DISC_VERTICES, radius_m))
    return Polygon(np.column_stack([lon, lat]))


def box(bounds: Box) -> Polygon:
    """The printed box (west, south, east, north) between two meridians and two parallels."""
    return shapely.segmentize(shapely.box(*bounds), 0.1)


def distance_m(a: Point, b: Point) -> float:
    """Geodesic distance between two points (lon, lat)."""
    return float(GEOD.inv(*a, *b)[2])


def geodesic(points: Sequence[Point]) -> LineString:
    """The line through ``points`` along geodesics, with a vertex at least every 20 km."""
    track: list[Point] = [points[0]]
    for start, end in itertools.pairwise(points):
        pieces = math.ceil(distance_m(start, end) / STEP_M)
        if pieces > 1:
            track += [(p[0], p[1]) for p in GEOD.npts(*start, *end, pieces - 1)]
        track.append(end)
    return LineString(track)


def swath(line: BaseGeometry, half_width_m: float) -> BaseGeometry:
    """Everything within ``half_width_m`` of a line (or several), with round ends.

    Built leg by leg in a frame around each leg, so that the width holds along any length.
    """
    parts: list[BaseGeometry] = []
    for part in shapely.get_parts(line):
        xy = shapely.get_coordinates(_short_legs(part))
        for start, end in itertools.pairwise(xy):
            there, back = _frame(0.5 * (start[0] + end[0]), 0.5 * (start[1] + end[1]), "aeqd")
            leg = shapely.transform(LineString([start, end]), there)
            parts.append(shapely.transform(leg.buffer(half_width_m, quad_segs=4), back))
    return shapely.union_all(parts)


def widened(shape: BaseGeometry, by_m: float) -> BaseGeometry:
    """A shape of up to a few hundred kilometres, grown by ``by_m`` on every side."""
    centre = shape.centroid
    there, back = _frame(centre.x, centre.y, "aeqd")
    return shapely.transform(shapely.transform(shape, there).buffer(by_m, quad_segs=8), back)


def hull(shapes: Iterable[BaseGeometry]) -> BaseGeometry:
    """The smallest shape that holds every geodesic between any two points of ``shapes``."""
    together = shapely.union_all(list(shapes))
    centre = together.envelope.centroid
    there, back = _frame(centre.x, centre.y, "gnom")
    flat = shapely.transform(together, there).convex_hull
    return shapely.transform(shapely.segmentize(flat, STEP_M), back)


def _short_legs(line: LineString) -> LineString:
    """The line with no leg longer than 20 km; straight in coordinates, as borders are drawn."""
    xy = shapely.get_coordinates(line)
    track = [xy[:1]]
    for start, end in itertools.pairwise(xy):
        pieces = max(1, math.ceil(distance_m(tuple(start), tuple(end)) / STEP_M))
        share = np.arange(1, pieces + 1)[:, None] / pieces
        track.append(start + share * (end - start))
    return LineString(np.vstack(track))


def _frame(lon: float, lat: float, kind: str) -> tuple[Any, Any]:
    """Functions on (n, 2) arrays: degrees to metres around a point, and back."""
    crs = f"+proj={kind} +lon_0={lon:.6f} +lat_0={lat:.6f} +ellps=WGS84 +units=m"
    forward = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    inverse = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)

    def there(xy: FloatArray) -> FloatArray:
        return np.column_stack(forward.transform(xy[:, 0], xy[:, 1]))

    def back(xy: FloatArray) -> FloatArray:
        return np.column_stack(inverse.transform(xy[:, 0], xy[:, 1]))

    return there, back


def area_km2(shape: BaseGeometry) -> float:
    """Area on the ellipsoid."""
    return abs(GEOD.geometry_area_perimeter(shape)[0]) / 1e6


# --- neighbours in the checkout -------------------------------------------------------------


def read_states() -> dict[str, BaseGeometry]:
    """The range states by ISO 3166 alpha-3 code; the disputed area has none and is left out."""
    return {
        properties["iso3"]: geometry
        for properties, geometry in read_layer("range_states", "states.geojson")
        if properties["iso3"] is not None
    }


def read_layer(name: str, path: str) -> list[tuple[dict[str, Any], BaseGeometry]]:
    """Properties and geometry of every feature of a layer in this checkout."""
    document = json.loads((LAYERS / name / path).read_text(encoding="utf-8"))
    return [(f["properties"], shapely.geometry.shape(f["geometry"])) for f in document["features"]]


def states_met(shape: BaseGeometry, states: Mapping[str, BaseGeometry]) -> list[str]:
    """Codes of the states that hold more than one per cent of a shape."""
    return sorted(
        iso3
        for iso3, state in states.items()
        if shape.intersects(state) and shape.intersection(state).area > 0.01 * shape.area
    )


Cell = tuple[int, int]


def read_cells() -> dict[str, set[Cell]]:
    """The cells (row, column) of each taxon's current range, from species_ranges."""
    cells: dict[str, set[Cell]] = {}
    for row in _rows("cells.csv"):
        cells.setdefault(row["species"], set()).add((int(row["row"]), int(row["column"])))
    return cells


def read_cell_states() -> dict[Cell, frozenset[str]]:
    """The range states that each cell meets, from species_ranges."""
    return {
        (int(row["row"]), int(row["column"])): frozenset(row["states"].split())
        for row in _rows("cell_states.csv")
    }


def cell_shape(cells: Iterable[Cell]) -> BaseGeometry:
    """The cells as one shape: rectangles in longitude and latitude, the grid is cylindrical."""
    grid = read_yaml(LAYERS / "species_ranges" / "layer.yaml")["grid"]
    rows, columns = np.array(sorted(cells)).T
    inverse = Transformer.from_crs(grid["crs"], "EPSG:4326", always_xy=True)

    def corner(row: npt.NDArray[np.int64], column: npt.NDArray[np.int64]) -> tuple[Any, Any]:
        x = grid["x_origin_m"] + grid["cell_width_m"] * column
        y = grid["y_origin_m"] - grid["cell_height_m"] * row
        return inverse.transform(x, y)

    (west, north), (east, south) = corner(rows, columns), corner(rows + 1, columns + 1)
    lon = [np.round(value, 4) for value in (west, east)]
    lat = [np.round(value, 4) for value in (south, north)]
    return shapely.union_all(shapely.box(lon[0], lat[0], lon[1], lat[1]))


def _rows(name: str) -> list[dict[str, str]]:
    with (LAYERS / "species_ranges" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shared_border(a: BaseGeometry, b: BaseGeometry) -> BaseGeometry:
    """The line that two states share, as joined as it can be."""
    line = shapely.intersection(a.boundary, b.boundary)
    parts = [part for part in shapely.get_parts(line) if part.geom_type == "LineString"]
    return shapely.line_merge(shapely.union_all(parts))


def read_yaml(path: Path) -> Any:
    """A YAML file that a person wrote."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def known_ids() -> set[str]:
    """Ids of every reference and every clause of the rulebook in this checkout."""
    rules = CHECKOUT / "rules"
    references = {
        item["id"]
        for path in sorted((rules / "evidence").glob("*.yaml"))
        for item in read_yaml(path)["references"]
    }
    clauses = {
        f"POW {item['id']}"
        for path in sorted((rules / "packs").glob("*/clauses.yaml"))
        for item in read_yaml(path)["clauses"]
    }
    return references | clauses


def check_sources(features: Iterable[Mapping[str, Any]]) -> None:
    """Refuse a feature whose sources are missing or not in the rulebook."""
    known = known_ids()
    for feature in features:
        sources = [*feature["references"], *(f"POW {c}" for c in feature.get("clauses", ()))]
        unknown = sorted(set(sources) - known)
        if unknown or not sources:
            raise SourceError(f"{feature['id']}: sources {unknown or 'missing'}")


# --- writing --------------------------------------------------------------------------------


def tidy(shape: BaseGeometry) -> MultiPolygon:
    """Valid polygons on the grid, outer rings anticlockwise (RFC 7946), in a fixed order."""
    snapped = shapely.set_precision(shapely.make_valid(shape), GRID_DEGREES)
    parts = [p for p in shapely.get_parts(snapped) if isinstance(p, Polygon) and not p.is_empty]
    parts = [
        orient(part, 1.0) for part in shapely.get_parts(shapely.normalize(MultiPolygon(parts)))
    ]
    return MultiPolygon(sorted(parts, key=lambda part: (-part.area, part.bounds)))


def write_geojson(path: Path, features: Sequence[tuple[dict[str, Any], BaseGeometry]]) -> None:
    """Write features in the order given, one a line, LF line ends, 4 decimals."""
    ids = [properties["id"] for properties, _ in features]
    if len(set(ids)) != len(ids):
        raise SourceError(f"{path.name}: ids are not unique")
    lines = []
    for properties, shape in features:
        geometry = tidy(shape)
        if geometry.is_empty or not geometry.is_valid:
            raise SourceError(f"{properties['id']}: no valid shape")
        feature = {
            "type": "Feature",
            "id": properties["id"],
            "properties": properties,
            "geometry": _rounded(mapping(geometry)),
        }
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_bytes(text.encode("utf-8"))


def _rounded(geometry: Mapping[str, Any]) -> dict[str, Any]:
    def four(value: Any) -> Any:
        if isinstance(value, float | int):
            return round(float(value), 4) + 0.0
        return [four(item) for item in value]

    return {"type": geometry["type"], "coordinates": four(geometry["coordinates"])}


def update_manifest(manifest: Path, data: Path) -> None:
    """Set ``bytes`` and ``hash`` of the data file in layer.yaml, line by line."""
    content = data.read_bytes()
    values = {
        "bytes": str(len(content)),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    text = manifest.read_bytes().decode("utf-8")
    for key, value in values.items():
        text, count = re.subn(rf"(?m)^{key}: \S+", f"{key}: {value}", text)
        if count != 1:
            raise SourceError(f"{manifest.name}: expected one line '{key}: ...', found {count}")
    manifest.write_bytes(text.encode("utf-8"))
