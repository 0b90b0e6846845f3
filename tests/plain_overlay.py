"""The plain way to measure: whole geometries, GEOS and pyproj, one pair after the other.

What the engine finds with kernels for many pairs at once is compared with this.
"""

from functools import partial

import numpy as np
import shapely
from pyproj import Geod, Transformer

GEOD = Geod(ellps="WGS84")


def length_inside_m(line: shapely.Geometry, shape: shapely.Geometry) -> float:
    """Geodesic length of the part of a line inside a polygon."""
    inside = shapely.intersection(line, shape)
    return float(sum(GEOD.geometry_length(part) for part in shapely.get_parts(inside)))


def area_inside_m2(area: shapely.Geometry, shape: shapely.Geometry) -> float:
    """Area of an overlap; edges are cut finely, for here they are straight in degrees."""
    parts = shapely.get_parts(shapely.intersection(area, shape))
    step = max(1e-6, 1e-3 * max(np.ptp(shapely.get_coordinates(area), axis=0)))
    polygons = [part for part in parts if part.geom_type == "Polygon"]
    return float(
        sum(
            abs(GEOD.geometry_area_perimeter(shapely.geometry.polygon.orient(
                shapely.segmentize(part, step)))[0])
            for part in polygons
        )
    )  # fmt: skip


def distance_m(one: shapely.Geometry, other: shapely.Geometry) -> float:
    """Least geodesic distance of two geometries: the nearest places on a plane around them.

    Infinite for what is a few hundred kilometres away.
    """
    start, end = shapely.get_coordinates(shapely.shortest_line(one, other))
    for _ in range(3):
        lon, lat = 0.5 * (start + end)
        plane = f"+proj=aeqd +lon_0={lon} +lat_0={lat} +ellps=WGS84"
        forth = Transformer.from_crs("EPSG:4326", plane, always_xy=True)
        near = [_near(item, lon, lat) for item in (one, other)]
        if any(item.is_empty for item in near):
            return float("inf")
        flat = [shapely.transform(item, partial(_moved, forth)) for item in near]
        joined = shapely.get_coordinates(shapely.shortest_line(*flat))
        found = np.column_stack(forth.transform(*joined.T, direction="INVERSE"))
        found[:, 0] += 360 * np.round((lon - found[:, 0]) / 360)
        start, end = found
    return float(GEOD.inv(*start, *end)[2])


def _moved(forth: Transformer, xy: np.ndarray) -> np.ndarray:
    return np.column_stack(forth.transform(*xy.T))


def _near(geometry: shapely.Geometry, lon: float, lat: float) -> shapely.Geometry:
    """The part within some 200 km, with edges short enough for a plane."""
    width = min(120.0, 2.0 / max(np.cos(np.radians(lat)), 1e-3))
    part = shapely.intersection(geometry, shapely.box(lon - width, lat - 2, lon + width, lat + 2))
    return shapely.segmentize(part, 0.002)
