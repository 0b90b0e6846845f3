"""Range within a documented avoidance distance of a project: the zone of habitat loss."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon

from camiscreen.geometry import geodesy
from camiscreen.geometry.edges import edge_table
from camiscreen.geometry.geodesy import local_frame
from camiscreen.model import Project

_QUARTER = 32
"""Corners of a quarter circle: the area of the zone is right within 0.1 %."""


def zone_around(project: Project, distance_m: float) -> MultiPolygon:
    """Everything within a distance of the lines and areas of a project, in degrees."""
    pieces = [*edge_table(project.lines.geoms).chunks, *project.areas.geoms, *project.points.geoms]
    grown = []
    for piece in pieces:
        west, south, east, north = piece.bounds
        frame = local_frame(0.5 * (west + east), 0.5 * (south + north))
        zone = shapely.buffer(frame.transform(piece), distance_m, quad_segs=_QUARTER)
        grown.append(shapely.transform(zone, frame.inverse))
    return MultiPolygon(geodesy.polygon_parts(shapely.union_all(grown)))


def lost(zone: MultiPolygon, tiles: Sequence[NDArray[np.object_]]) -> tuple[float, MultiPolygon]:
    """Area in m2 of a zone inside a range of some layers, and that part of the zone."""
    parts = []
    for of_layer in tiles:
        hits = shapely.STRtree(of_layer).query(zone, predicate="intersects")
        for tile in of_layer[np.sort(hits)]:
            parts += geodesy.polygon_parts(shapely.intersection(zone, tile))
    whole = MultiPolygon(geodesy.polygon_parts(shapely.union_all(parts)))
    return sum(geodesy.area_m2(part) for part in whole.geoms), whole
