"""The named zones around a project as areas.

This module's one job. Each piece of the project is buffered in a conformal frame of its own, where
metres are metres, and the pieces are joined in longitude and latitude. The screening itself never
reads these areas: it measures distances.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import shapely
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from camiscreen.geometry.geodesy import LocalFrame, cumulative_m, densify, polygon_parts
from camiscreen.model import Project, ZoneSpec

PIECE_M = 10_000.0
"""Length of a piece: its frame does not distort, and few of its edges lie near each other."""

_TOLERANCE = 1 / 50
"""Lines are simplified to this share of the width before they are buffered. A line with the stairs
of a raster (33,638 vertices) took 23 s at 1 / 200 and takes 0.3 s here."""

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
        along = cumulative_m(xy)
        starts = np.arange(0, along[-1], PIECE_M)
        cuts = np.unique([*np.searchsorted(along, starts), len(xy) - 1])
        for first, last in pairwise(cuts.tolist()):
            yield shapely.linestrings(xy[first : last + 1])
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
