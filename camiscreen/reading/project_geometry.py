"""Features as a file has them -> lines, areas and points that can be measured.

To WGS 84 once, repaired, continuous across the antimeridian, densified; for chainage also without
the stairs that a raster leaves. What was done is said in notes; what cannot be is an error.
"""

import re
from collections.abc import Sequence

import numpy as np
import shapely
from shapely import GeometryCollection, LinearRing, LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from camiscreen.errors import ProjectFileError
from camiscreen.geometry import geodesy
from camiscreen.geometry.geodesy import Floats
from camiscreen.model import Message, message
from camiscreen.reading.geojson import WGS84, Feature, VectorLayer
from camiscreen.reading.staircases import straightened
from camiscreen.values import dataclass

REGION = np.array([[40.0, 15.0], [135.0, 60.0]])
"""Lower left and upper right of the box in which every project of the tool should lie."""

WHOLE_EARTH = np.array([[-180.0, -90.0], [180.0, 90.0]])
"""Longitudes and latitudes that there are."""

DEGREES = 1_000.0
"""A larger number is no mistyped degree but a length."""

EVEN_DEG = 0.1
"""Spacing at which a feature is looked at to say how much of it lies in the region."""

LONG_EDGE_M = 50_000.0
"""Longer edges are told of: straight in coordinates, they miss the geodesic by 50 m and more."""

LONG_EDGE_DEG = 0.3
"""No shorter edge, in degrees either way, reaches LONG_EDGE_M anywhere."""

NO_LENGTH_DEG = 1e-8
"""A line within a box of this size, about 1 mm, is a point that was drawn as a line."""

AROUND_EARTH_M = 40_075_017.0
"""The equator of WGS 84: no project is longer, and cutting such lines would take hours."""

WORLD = 1e8
"""No coordinate of a place on Earth is beyond this, in whatever projection."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parts:
    """What a project is made of: lines (n, 2) lon, lat, polygons, points (n, 2), and notes.

    ``lines`` are as given; ``tracks`` are the same without the stairs of a raster, and chainage
    follows them.
    """

    lines: tuple[Floats, ...]
    tracks: tuple[Floats, ...]
    areas: tuple[Polygon, ...]
    points: Floats
    notes: tuple[Message, ...]


Located = tuple[str, BaseGeometry]
"""A geometry and how messages name the feature that it is of."""


def project_parts(layer: VectorLayer) -> Parts:
    """The parts of all features of a layer; errors do not name the file."""
    notes: list[Message] = []
    located = _on_wgs84(layer, _with_geometry(layer.features, notes), notes)
    simple = [(label, part) for label, whole in located for part in _simple(whole)]
    lines = _lines([part for _, part in simple if isinstance(part, LineString)], notes)
    areas = _areas([(label, p) for label, p in simple if isinstance(p, Polygon)], notes)
    points = shapely.get_coordinates([part for _, part in simple if isinstance(part, Point)])
    if not (lines or areas or len(points)):
        raise ProjectFileError("all lines have zero length and all polygons no area; draw it anew")
    lines, areas, points = _on_one_turn(lines, areas, points)
    _check_length([*lines, *(shapely.get_coordinates(area) for area in areas)])
    longest = [_longest_edge_m(xy) for xy in [*lines, *map(shapely.get_coordinates, areas)]]
    if max(longest, default=0.0) > LONG_EDGE_M:
        notes.append(message("note.long_edges", longest_m=max(longest)))
    return Parts(
        lines=tuple(geodesy.densify(xy) for xy in lines),
        tracks=tuple(geodesy.densify(xy) for xy in _tracks(lines, notes)),
        areas=tuple(_densified(area) for area in areas),
        points=points,
        notes=tuple(notes),
    )


def _with_geometry(features: Sequence[Feature], notes: list[Message]) -> list[Located]:
    found = [(f.label, f.geometry) for f in features if f.geometry and not f.geometry.is_empty]
    if not found:
        raise ProjectFileError("there is no geometry in it; export the layer with its geometry")
    if len(found) < len(features):
        notes.append(message("note.without_geometry", n=len(features) - len(found)))
    for label, geometry in found:
        if not np.isfinite(shapely.get_coordinates(geometry)).all():
            raise ProjectFileError(f"{label}: a coordinate is not a number; correct it")
    return found


# ----------------------------------------------------------------------------------------------
# Coordinate reference system
# ----------------------------------------------------------------------------------------------


def _on_wgs84(layer: VectorLayer, located: list[Located], notes: list[Message]) -> list[Located]:
    crs = layer.crs
    if crs is None:
        remedy = "add the missing .prj or assign" if layer.prj else "assign"
        raise ProjectFileError(f"it has no coordinate reference system; {remedy} the CRS in a GIS")
    try:
        if crs != WGS84 and geodesy.crs_is_geocentric(crs):
            raise ProjectFileError(
                "its coordinates are geocentric (metres from the centre of the Earth); "
                "reproject it to WGS 84 longitude and latitude"
            )
        if crs == WGS84 or geodesy.crs_is_geographic_wgs84(crs):
            _check_degrees(located, notes)
            everywhere = np.vstack([shapely.get_coordinates(g) for _, g in located])
            if _within(everywhere, REGION).all() and _within(everywhere[:, ::-1], REGION).all():
                notes.append(message("note.either_order"))
            return located
        reprojected = [(label, _reprojected(label, g, crs)) for label, g in located]
    # All errors of pyproj are RuntimeErrors; geodesy alone may import it to name them.
    except RuntimeError as error:
        reason = " ".join(str(error).split())
        raise ProjectFileError(
            f"its coordinate reference system cannot be used ({reason}); reproject it to WGS 84"
        ) from error
    _check_degrees(reprojected, notes)
    name = re.match(r'\w+\["([^"]+)"', crs)
    notes.append(message("note.reprojected", crs=name[1] if name else crs))
    return reprojected


def _reprojected(label: str, geometry: BaseGeometry, crs: str) -> BaseGeometry:
    if np.abs(shapely.get_coordinates(geometry)).max() > WORLD:
        raise ProjectFileError(f"{label} lies off the Earth; check the file's CRS")
    # An edge that was drawn straight on the projection is cut before it is bent by the change.
    return geodesy.to_wgs84(_segmentized(geometry, geodesy.MAX_EDGE_M), crs)


def _segmentized(geometry: BaseGeometry, longest: float) -> BaseGeometry:
    """A geometry with edges cut to at most ``longest``, as invalid as it was given.

    GEOS cannot cut a line of no length, and of a polygon that crosses itself it drops a part; its
    rings are therefore cut as lines.
    """

    def cut(part: BaseGeometry) -> BaseGeometry:
        if isinstance(part, Polygon):
            shell, *holes = [LinearRing(cut(ring)) for ring in (part.exterior, *part.interiors)]
            return Polygon(shell, holes)
        if part.length == 0:
            return part
        return shapely.segmentize(part, longest)

    parts = [cut(part) for part in _simple(geometry)]
    return parts[0] if len(parts) == 1 else GeometryCollection(parts)


def _check_degrees(located: list[Located], notes: list[Message]) -> None:
    """Refuse what cannot be longitude and latitude, or is so only the other way round."""
    doubtful = []
    for label, geometry in located:
        xy = shapely.get_coordinates(geometry)
        beyond = ~_within(xy, WHOLE_EARTH)
        if beyond.any():
            raise ProjectFileError(_out_of_range(label, xy, xy[beyond][0].tolist()))
        if _within(xy, REGION).all() or not _within(xy[:, ::-1], REGION).all():
            continue
        # Only the other way round all of it lies in the region.
        even = shapely.get_coordinates(_segmentized(geometry, EVEN_DEG))
        if _within(even, REGION).mean() < 0.5:
            raise ProjectFileError(
                f"{label}: longitude and latitude are swapped (as given most of it lies outside "
                "the region, exchanged all of it inside); write longitude first, then latitude"
            )
        doubtful.append(label)
    if doubtful:
        notes.append(message("note.perhaps_swapped", n=len(doubtful), feature=doubtful[0]))


def _out_of_range(label: str, xy: Floats, place: list[float]) -> str:
    said = f"{label} has longitude {place[0]:.10g}, latitude {place[1]:.10g}"
    if _within(xy[:, ::-1], WHOLE_EARTH).all():
        return f"{said}: longitude and latitude are swapped; write longitude first, then latitude"
    if max(map(abs, place)) < DEGREES:
        return f"{said}, which is out of range (180 and 90 degrees); correct the coordinate"
    return (
        f"{said}, which looks like projected metres; set the file's CRS to the projection that "
        "it is in"
    )


def _within(xy: Floats, box: Floats) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    inside: np.ndarray[tuple[int], np.dtype[np.bool_]]
    inside = ((xy >= box[0]) & (xy <= box[1])).all(axis=1)
    return inside


# ----------------------------------------------------------------------------------------------
# Lines, areas, points
# ----------------------------------------------------------------------------------------------


def _simple(geometry: BaseGeometry) -> list[BaseGeometry]:
    """The points, lines and polygons that a geometry is made of, empty ones left out."""
    if geometry.is_empty:
        return []
    if isinstance(geometry, Point | LineString | Polygon):
        return [geometry]
    return [part for whole in geometry.geoms for part in _simple(whole)]


def _lines(parts: list[LineString], notes: list[Message]) -> list[Floats]:
    given, repeated = [], 0
    for part in parts:
        xy = shapely.get_coordinates(part)
        moves = np.concatenate([[True], (np.diff(xy, axis=0) != 0).any(axis=1)])
        kept = geodesy.unwrap_longitudes(xy[moves])
        if np.ptp(kept, axis=0).max() > NO_LENGTH_DEG:
            given.append(kept)
            repeated += len(xy) - len(kept)
    if len(given) < len(parts):
        notes.append(message("note.zero_length", n=len(parts) - len(given)))
    if repeated:
        notes.append(message("note.repeated_vertices", n=repeated))
    return given


def _tracks(lines: Sequence[Floats], notes: list[Message]) -> list[Floats]:
    straight = [straightened(xy) for xy in lines]
    changed = [(a, b) for a, b in zip(lines, straight, strict=True) if len(a) != len(b)]
    if changed:
        notes.append(
            message(
                "note.staircase",
                n=len(changed),
                given_m=sum(_length_m(xy) for xy in lines),
                straight_m=sum(_length_m(xy) for xy in straight),
            )
        )
    return straight


def _length_m(xy: Floats) -> float:
    return float(geodesy.cumulative_m(geodesy.densify(xy))[-1])


def _areas(located: list[tuple[str, Polygon]], notes: list[Message]) -> list[Polygon]:
    found: list[Polygon] = []
    repaired: list[str] = []
    empty = 0
    for label, given in located:
        area = _unwrapped(given)
        valid = area if area.is_valid else shapely.make_valid(area)
        polygons = [p for p in geodesy.polygon_parts(valid) if p.area > 0]
        found += polygons
        empty += not polygons
        if polygons and valid is not area and label not in repaired:
            repaired.append(label)
    notes += [message("note.repaired", feature=label) for label in repaired]
    if empty:
        notes.append(message("note.zero_area", n=empty))
    if len(found) > 1 and not shapely.multipolygons(found).is_valid:
        notes.append(message("note.overlapping"))
        found = geodesy.polygon_parts(shapely.union_all(found))
    return found


def _unwrapped(area: Polygon) -> Polygon:
    """A polygon across the antimeridian with longitudes that run on; others as they are."""
    if area.bounds[2] - area.bounds[0] <= 180:
        return area
    shell, *holes = [
        geodesy.unwrap_longitudes(shapely.get_coordinates(ring))
        for ring in (area.exterior, *area.interiors)
    ]
    middle = float(shell[:, 0].mean())
    return Polygon(shell, [_turned_to(middle, hole) for hole in holes])


def _turned_to(longitude: float, xy: Floats) -> Floats:
    """Coordinates shifted by whole turns so that they come to lie around a longitude."""
    turns = round((longitude - float(xy[:, 0].mean())) / 360.0)
    return xy + np.array([360.0 * turns, 0.0]) if turns else xy


def _on_one_turn(
    lines: list[Floats], areas: list[Polygon], points: Floats
) -> tuple[list[Floats], list[Polygon], Floats]:
    """All parts with continuous longitudes among each other, as seen from the first."""
    singles = [points[i : i + 1] for i in range(len(points))]
    everything = [*lines, *map(shapely.get_coordinates, areas), *singles]
    lon = np.concatenate(everything)[:, 0]
    if lon.max() - lon.min() <= 180:
        return lines, areas, points
    middle = float(everything[0][:, 0].mean())
    return (
        [_turned_to(middle, xy) for xy in lines],
        [shapely.transform(area, lambda xy: _turned_to(middle, xy)) for area in areas],
        np.concatenate([_turned_to(middle, xy) for xy in singles]) if singles else points,
    )


def _check_length(lines: Sequence[Floats]) -> None:
    at_most_m = 111_700.0 * sum(float(np.hypot(*np.diff(xy, axis=0).T).sum()) for xy in lines)
    if at_most_m <= AROUND_EARTH_M:
        return
    length_m = sum(float(geodesy.cumulative_m(xy)[-1]) for xy in lines)
    if length_m > AROUND_EARTH_M:
        raise ProjectFileError(
            f"its lines are {length_m / 1000:,.0f} km long together, more than once around the "
            "Earth; check the coordinates, or screen the projects of a network one by one"
        )


def _longest_edge_m(xy: Floats) -> float:
    """Length of the longest edge, 0 where none is near LONG_EDGE_M."""
    long = np.flatnonzero((np.abs(np.diff(xy, axis=0)) > LONG_EDGE_DEG).any(axis=1))
    return max((_length_m(xy[i : i + 2]) for i in long.tolist()), default=0.0)


def _densified(area: Polygon) -> Polygon:
    rings = [area.exterior, *area.interiors]
    shell, *holes = [geodesy.densify(shapely.get_coordinates(ring)) for ring in rings]
    return Polygon(shell, holes)
