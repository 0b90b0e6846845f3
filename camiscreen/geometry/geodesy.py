"""Lengths, areas, distances and projections on the WGS 84 ellipsoid; the only user of pyproj.

Coordinates are longitude, latitude in degrees. An edge is straight in coordinates, as RFC 7946
has it; whoever brings long edges densifies them first. The short-edge formulas need numpy alone,
so that an ordinary check never imports pyproj.

Sources: Karney 2013, doi:10.1007/s00190-012-0578-z (geodesics, through pyproj.Geod);
Snyder 1987, USGS Professional Paper 1395 (authalic and conformal latitude, stereographic).
"""

from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

if TYPE_CHECKING:
    from pyproj import Geod

Floats: TypeAlias = NDArray[np.float64]

SEMI_MAJOR_M = 6_378_137.0
FLATTENING = 1 / 298.257223563
E2 = FLATTENING * (2 - FLATTENING)
E = E2**0.5

SHORT_EDGE_M = 10_000.0
"""Up to here the mid-latitude formula is off by less than 4e-7; longer edges go to pyproj.Geod."""

LEAST_DEGREE_M, MOST_DEGREE_M = 110_550.0, 111_720.0
"""Metres in a degree: of latitude at least, of latitude or longitude at most."""

MAX_EDGE_M = 5_000.0
"""Longest edge after densifying: half of SHORT_EDGE_M, so that checks stay on the short formula."""


@cache
def _geod() -> "Geod":
    from pyproj import Geod  # 60 ms that a check with short edges never pays

    return Geod(ellps="WGS84")


def edge_lengths_m(start: Floats, end: Floats) -> Floats:
    """Geodesic length of each edge.

    ``start`` and ``end`` are (n, 2) arrays of lon, lat in degrees; the result is (n,) metres.
    """
    length = _mid_latitude_lengths_m(start, end)
    far = length > SHORT_EDGE_M
    if far.any():
        _, _, exact = _geod().inv(start[far, 0], start[far, 1], end[far, 0], end[far, 1])
        length[far] = exact
    return length


def _mid_latitude_lengths_m(start: Floats, end: Floats) -> Floats:
    """Length of short edges; long ones come out roughly."""
    return distances_m(start[:, 0], start[:, 1], end[:, 0], end[:, 1])


def distances_m(lon0: Floats, lat0: Floats, lon1: Floats, lat1: Floats) -> Floats:
    """Distance (n,) between places, by the mid-latitude formula.

    Off by less than 4e-7 up to 10 km and by 1e-5 up to 100 km; roughly right beyond.
    """
    mid = np.radians(0.5 * (lat0 + lat1))
    w2 = 1 - E2 * np.sin(mid) ** 2
    prime_vertical_m = SEMI_MAJOR_M / np.sqrt(w2)
    north = np.radians(lat1 - lat0) * prime_vertical_m * ((1 - E2) / w2)
    # The chord of the parallel, not its arc: this keeps second order, which high latitudes need.
    east = 2 * np.sin(np.radians(0.5 * (lon1 - lon0))) * np.cos(mid) * prime_vertical_m
    distance: Floats = np.hypot(north, east)
    return distance


def metres_in_degrees(lat: Floats) -> tuple[Floats, Floats]:
    """Metres in a degree of longitude and of latitude."""
    sin_lat = np.sin(np.radians(lat))
    w2 = 1 - E2 * sin_lat**2
    prime_vertical_m = np.radians(SEMI_MAJOR_M) / np.sqrt(w2)
    return prime_vertical_m * np.sqrt(1 - sin_lat**2), prime_vertical_m * (1 - E2) / w2


def squared_scale(lat: Floats) -> Floats:
    """Square of the length of a degree of longitude against one of latitude.

    On the ellipsoid: on a sphere it would be off by up to 1.3 %, enough to take a place in the
    east for nearer than one in the north.
    """
    cosine_2 = np.cos(np.radians(lat)) ** 2
    stretch = (1 - E2 * (1 - cosine_2)) / (1 - E2)
    scale: Floats = cosine_2 * stretch * stretch
    return scale


def nearest_share(place: Floats, edge: Floats) -> Floats:
    """Where on each edge lies what is nearest to each place, 0 at its start and 1 at its end.

    ``place`` (2, n) and ``edge`` (4, n) are columns of degrees; edges are straight in degrees. The
    scale is that at the place; the distance to what is found is the least but for second order.
    """
    scale = squared_scale(place[1])
    step_x, step_y = edge[2] - edge[0], edge[3] - edge[1]
    squared = np.maximum(scale * step_x * step_x + step_y * step_y, 1e-300)
    share = (scale * (place[0] - edge[0]) * step_x + (place[1] - edge[1]) * step_y) / squared
    found: Floats = np.minimum(np.maximum(share, 0.0), 1.0)
    return found


def line_length_m(line: BaseGeometry) -> float:
    """Geodesic length in metres of a LineString or MultiLineString, 0 for anything else."""
    total = 0.0
    for part in shapely.get_parts(line):
        if part.geom_type in {"LineString", "LinearRing"}:
            xy = shapely.get_coordinates(part)
            total += float(edge_lengths_m(xy[:-1], xy[1:]).sum())
        elif part.geom_type in {"MultiLineString", "GeometryCollection"}:
            total += line_length_m(part)
    return total


def cumulative_m(xy: Floats) -> Floats:
    """Distance along a line at each of its (n, 2) vertices: (n,) metres, the first 0."""
    out = np.zeros(len(xy))
    np.cumsum(edge_lengths_m(xy[:-1], xy[1:]), out=out[1:])
    return out


def _authalic_q(sin_lat: Floats) -> Floats:
    """Snyder's q: area between the equator and a latitude is a^2 q / 2 per radian of longitude."""
    q: Floats = (1 - E2) * (
        sin_lat / (1 - E2 * sin_lat**2) - np.log((1 - E * sin_lat) / (1 + E * sin_lat)) / (2 * E)
    )
    return q


_NODES = np.array([-0.9061798459386640, -0.5384693101056831, 0.0,
                   0.5384693101056831, 0.9061798459386640])  # fmt: skip
_WEIGHTS = np.array([0.2369268850561891, 0.4786286704993665, 128 / 225,
                     0.4786286704993665, 0.2369268850561891])  # fmt: skip
"""Five-point Gauss-Legendre (Abramowitz and Stegun 1964, 25.4); numpy's takes 3 ms to load."""


def _ring_area_m2(xy: Floats) -> float:
    """Unsigned area in m2 of one closed ring (n, 2), edges straight in coordinates.

    The latitude of the ring's middle is taken off first, so that thin rings keep their digits.
    Five-point Gauss-Legendre along each edge.
    """
    if not len(xy):
        return 0.0
    lon = np.radians(xy[:, 0])
    lat = np.radians(xy[:, 1])
    origin = _authalic_q(np.sin(np.array(0.5 * (lat.min() + lat.max()))))
    dlon = np.diff(lon)
    mid, half = 0.5 * (lat[1:] + lat[:-1]), 0.5 * np.diff(lat)
    mean_q = np.zeros_like(dlon)
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        mean_q += 0.5 * weight * (_authalic_q(np.sin(mid + half * node)) - origin)
    return float(abs((mean_q * dlon).sum()) * SEMI_MAJOR_M**2 / 2)


def area_m2(geometry: BaseGeometry) -> float:
    """Area in m2 of a Polygon, MultiPolygon or collection on the ellipsoid, 0 for anything else."""
    total = 0.0
    for part in shapely.get_parts(geometry):
        if isinstance(part, Polygon):
            total += _ring_area_m2(shapely.get_coordinates(part.exterior))
            total -= sum(_ring_area_m2(shapely.get_coordinates(hole)) for hole in part.interiors)
        elif part.geom_type in {"MultiPolygon", "GeometryCollection"}:
            total += area_m2(part)
    return total


def areas_m2(polygons: NDArray[np.object_]) -> Floats:
    """Area in m2 of each of many polygons that are not empty, as ``area_m2`` has it, at once."""
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    lon, lat = np.radians(xy).T
    starts = np.searchsorted(ring, np.arange(len(rings)))
    middle = 0.5 * (np.minimum.reduceat(lat, starts) + np.maximum.reduceat(lat, starts))
    origin = _authalic_q(np.sin(middle))
    edge = np.flatnonzero(ring[1:] == ring[:-1])
    of = ring[edge]
    mid, half = 0.5 * (lat[edge + 1] + lat[edge]), 0.5 * (lat[edge + 1] - lat[edge])
    mean_q = np.zeros(len(edge))
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        mean_q += 0.5 * weight * (_authalic_q(np.sin(mid + half * node)) - origin[of])
    swept = np.bincount(of, mean_q * (lon[edge + 1] - lon[edge]), minlength=len(rings))
    # The first ring of a polygon is its outline, the others are holes in it.
    sign = np.where(np.diff(polygon, prepend=-1) != 0, 1.0, -1.0)
    areas = np.bincount(polygon, sign * np.abs(swept), minlength=len(polygons)).astype(np.float64)
    return areas * SEMI_MAJOR_M**2 / 2


def densify(xy: Floats, max_edge_m: float = MAX_EDGE_M) -> Floats:
    """Cut edges longer than ``max_edge_m`` into equal pieces, straight in coordinates.

    Takes and returns (n, 2) lon, lat; the given vertices are kept bit for bit.
    """
    if len(xy) < 2:
        return xy
    pieces = np.maximum(1, np.ceil(_longest_m(xy) / max_edge_m)).astype(int)
    if (pieces == 1).all():
        return xy
    first = np.repeat(np.arange(len(pieces)), pieces)
    step = np.arange(len(first)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    share = (step / pieces[first])[:, None]
    inner = xy[first] + share * (xy[first + 1] - xy[first])
    return np.vstack([inner, xy[-1:]])


def _longest_m(xy: Floats) -> Floats:
    """A bound on the length of each edge: its steps at the latitude where they are longest."""
    dlon, dlat = np.abs(np.radians(np.diff(xy, axis=0))).T
    same_side = xy[:-1, 1] * xy[1:, 1] > 0
    lowest = np.where(same_side, np.minimum(np.abs(xy[:-1, 1]), np.abs(xy[1:, 1])), 0.0)
    east = dlon * np.cos(np.radians(lowest)) * SEMI_MAJOR_M / np.sqrt(1 - E2)
    bound: Floats = np.hypot(east, dlat * SEMI_MAJOR_M / np.sqrt(1 - E2))
    return bound


def unwrap_longitudes(xy: Floats) -> Floats:
    """Make longitudes continuous: a step of more than 180 degrees is a crossing of 180.

    Without it an edge from 179.9 to -179.9 runs once around the globe (54 km became 19,424 km).
    """
    out = xy.copy()
    steps = np.diff(xy[:, 0])
    turns = np.where(steps > 180, -1, np.where(steps < -180, 1, 0))
    out[1:, 0] += 360.0 * np.cumsum(turns)
    return out


def degrees_for(distance_m: float, lat: float) -> tuple[float, float]:
    """Half-sizes in degrees (lon, lat) of a box that holds a circle of ``distance_m`` at ``lat``.

    Rounded outwards; near a pole the box takes all longitudes.
    """
    dlat = 1.01 * distance_m / 110_574.0
    cosine = np.cos(np.radians(min(90.0, abs(lat) + dlat)))
    dlon = 180.0 if cosine < 1e-6 else min(180.0, 1.01 * distance_m / (111_319.0 * cosine))
    return float(dlon), float(dlat)


def degrees_around(distance_m: float, lat: Floats) -> tuple[Floats, Floats]:
    """``degrees_for`` at many latitudes at once."""
    dlat = 1.01 * distance_m / 110_574.0
    cosine = np.cos(np.radians(np.minimum(90.0, np.abs(lat) + dlat)))
    dlon = np.minimum(180.0, 1.01 * distance_m / (111_319.0 * np.maximum(cosine, 1e-6)))
    return dlon, np.full_like(dlon, dlat)


def local_frame(lon0: float, lat0: float) -> "LocalFrame":
    """A conformal metric frame around a point, for distances up to a few hundred kilometres."""
    return LocalFrame(lon0, lat0)


class LocalFrame:
    """Stereographic plane on the conformal sphere, scaled to be true at its origin.

    Distances are off by less than 1e-4 within 100 km of the origin: quadratic growth, no drift
    with direction as Mercator has.
    """

    def __init__(self, lon0: float, lat0: float) -> None:
        self.lon0 = float(np.radians(lon0))
        lat = float(np.radians(lat0))
        chi = float(_conformal_latitude(np.array([lat]))[0])
        self._sin0, self._cos0 = float(np.sin(chi)), float(np.cos(chi))
        sin_lat = np.sin(lat)
        prime_vertical_m = SEMI_MAJOR_M / np.sqrt(1 - E2 * sin_lat**2)
        # Scale of the conformal sphere against the ellipsoid at the origin.
        self._radius_m = float(prime_vertical_m * np.cos(lat) / max(self._cos0, 1e-12))

    def forward(self, xy: Floats) -> Floats:
        """(n, 2) lon, lat in degrees to (n, 2) metres east, north of the origin."""
        chi = _conformal_latitude(np.radians(xy[:, 1]))
        dlon = np.radians(xy[:, 0]) - self.lon0
        sin_chi, cos_chi, cos_dlon = np.sin(chi), np.cos(chi), np.cos(dlon)
        k = 2 / (1 + self._sin0 * sin_chi + self._cos0 * cos_chi * cos_dlon)
        east = k * cos_chi * np.sin(dlon)
        north = k * (self._cos0 * sin_chi - self._sin0 * cos_chi * cos_dlon)
        return self._radius_m * np.column_stack([east, north])

    def inverse(self, metres: Floats) -> Floats:
        """(n, 2) metres east, north of the origin to (n, 2) lon, lat in degrees."""
        east, north = (metres / self._radius_m).T
        rho = np.hypot(east, north)
        c = 2 * np.arctan(0.5 * rho)
        sin_c, cos_c = np.sin(c), np.cos(c)
        # sin(c) / rho is 1 at the origin, where both are 0.
        ratio = np.divide(sin_c, rho, out=np.ones_like(rho), where=rho > 0)
        sin_chi = np.clip(cos_c * self._sin0 + north * ratio * self._cos0, -1, 1)
        dlon = np.arctan2(east * ratio, self._cos0 * cos_c - north * ratio * self._sin0)
        lonlat: Floats = np.column_stack([self.lon0 + dlon, _geodetic_latitude(sin_chi)])
        return np.degrees(lonlat)

    def transform(self, geometry: BaseGeometry) -> BaseGeometry:
        """The geometry in this frame; edges stay straight, so densify long ones first."""
        return shapely.transform(geometry, self.forward)


def _conformal_latitude(lat: Floats) -> Floats:
    """Conformal latitude in radians of geodetic latitude in radians."""
    sin_lat = np.clip(np.sin(lat), -1 + 1e-15, 1 - 1e-15)
    result: Floats = np.arcsin(np.tanh(np.arctanh(sin_lat) - E * np.arctanh(E * sin_lat)))
    return result


def _geodetic_latitude(sin_chi: Floats) -> Floats:
    """Geodetic latitude in radians of the sine of a conformal latitude."""
    isometric = np.arctanh(np.clip(sin_chi, -1 + 1e-15, 1 - 1e-15))
    lat: Floats = np.arcsin(sin_chi)
    for _ in range(8):  # each step gains more than two digits
        lat = np.arcsin(np.tanh(isometric + E * np.arctanh(E * np.sin(lat))))
    return lat


def crs_is_geographic_wgs84(wkt: str) -> bool:
    """True where a CRS text is WGS 84 (or OGC:CRS84) in degrees, so that nothing need be done."""
    from pyproj import CRS

    crs = CRS.from_user_input(wkt)
    return bool(crs.to_epsg(min_confidence=70) == 4326 or "CRS84" in str(crs.to_authority() or ""))


def crs_is_geographic(wkt: str) -> bool:
    """True where a CRS is of longitudes and latitudes, on whatever ellipsoid."""
    from pyproj import CRS

    return bool(CRS.from_user_input(wkt).is_geographic)


def crs_is_geocentric(wkt: str) -> bool:
    """True where a CRS text means X, Y and Z from the centre of the Earth, as EPSG:4978 does."""
    from pyproj import CRS

    return bool(CRS.from_user_input(wkt).is_geocentric)


def to_wgs84(geometry: BaseGeometry, crs: str) -> BaseGeometry:
    """Reproject from ``crs`` (WKT, PROJ or authority code) to lon, lat on WGS 84.

    Raises pyproj's ``CRSError`` or ``ProjError`` where the text is no CRS or no path exists.
    """
    from pyproj import Transformer

    transformer = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)

    def forward(xy: Floats) -> Floats:
        lon, lat = transformer.transform(xy[:, 0], xy[:, 1], errcheck=True)
        return np.column_stack([lon, lat])

    return shapely.transform(geometry, forward)


def all_to_wgs84(geometries: NDArray[np.object_], crs: str) -> NDArray[np.object_]:
    """Like ``to_wgs84`` for an array of geometries at once; the transformation is set up once.

    Coordinates without an image on the ellipsoid become infinite.
    """
    from pyproj import Transformer

    transformer = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)

    def forward(xy: Floats) -> Floats:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    moved: NDArray[np.object_] = shapely.transform(geometries, forward)
    return moved


def disc(lon: float, lat: float, disc_m2: float, corners: int = 64) -> Polygon:
    """A geodesic disc of an area around a point, as a polygon whose own area is that area."""
    turn = 2 * np.pi / corners
    radius_m = np.sqrt(disc_m2 / (0.5 * corners * np.sin(turn)))
    azimuths = np.degrees(turn) * np.arange(corners)[::-1]
    lons, lats, _ = _geod().fwd(
        np.full(corners, lon), np.full(corners, lat), azimuths, np.full(corners, radius_m)
    )
    return Polygon(np.column_stack([lons, lats]))


def inverse_projected(crs: str, xy: Floats) -> Floats:
    """Lon, lat (n, 2) of projected coordinates (n, 2); infinite where there is none."""
    from pyproj import Transformer

    inverse = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    lon, lat = inverse.transform(xy[:, 0], xy[:, 1])
    return np.column_stack([lon, lat])


def proj_version() -> str:
    """Version of the PROJ library."""
    import pyproj

    return str(pyproj.proj_version_str)


def polygon_parts(geometry: BaseGeometry) -> list[Polygon]:
    """The polygons of a geometry, whatever it is wrapped in; lines and points are left out."""
    if isinstance(geometry, Polygon):
        return [] if geometry.is_empty else [geometry]
    if isinstance(geometry, MultiPolygon) or geometry.geom_type == "GeometryCollection":
        return [p for part in geometry.geoms for p in polygon_parts(part)]
    return []
