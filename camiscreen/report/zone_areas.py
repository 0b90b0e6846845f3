"""The named zones around a project as areas.

This module's one job. Each piece of the project is buffered in a conformal frame of its own, where
metres are metres, and the pieces are joined in longitude and latitude. The screening itself never
reads these areas: it measures distances.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from camiscreen.geodesy import LocalFrame, densify, polygon_parts
from camiscreen.model import Project, ZoneSpec

PIECE_EDGES = 20
"""Edges of a piece; with edges of at most 5 km no piece is so long that its frame distorts."""

_TOLERANCE = 1 / 200
"""Lines are simplified to this share of the width before they are buffered."""

_QUARTER = 12
"""Segments to a quarter of a circle: 0.2 % of the width."""


def zone_areas(project: Project, zones: Sequence[ZoneSpec]) -> list[tuple[ZoneSpec, MultiPolygon]]:
    """Every zone that has a width, the widest first, with the area it covers."""
    pieces = list(_pieces(project))
    return [
        (zone, _area(pieces, project.areas, zone.width_m))
        for zone in sorted(zones, key=lambda zone: -zone.width_m)
        if zone.width_m > 0 and (pieces or not project.areas.is_empty)
    ]


def _pieces(project: Project) -> Iterator[BaseGeometry]:
    """Lines, outlines and points, cut into pieces."""
    outlines = shapely.get_parts(project.areas.boundary)
    for line in (*project.lines.geoms, *outlines):
        xy = densify(shapely.get_coordinates(line))
        for first in range(0, len(xy) - 1, PIECE_EDGES):
            yield shapely.linestrings(xy[first : first + PIECE_EDGES + 1])
    yield from project.points.geoms


def _area(pieces: Sequence[BaseGeometry], areas: MultiPolygon, width_m: float) -> MultiPolygon:
    around = [_around(piece, width_m) for piece in pieces]
    whole = shapely.union_all(np.array([*around, *areas.geoms]))
    return MultiPolygon(polygon_parts(whole))


def _around(piece: BaseGeometry, width_m: float) -> BaseGeometry:
    west, south, east, north = piece.bounds
    frame = LocalFrame((west + east) / 2, (south + north) / 2)
    flat = shapely.simplify(frame.transform(piece), width_m * _TOLERANCE)
    return shapely.transform(shapely.buffer(flat, width_m, quad_segs=_QUARTER), frame.inverse)
