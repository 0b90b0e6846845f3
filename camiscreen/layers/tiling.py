"""Cutting geometry into small tiles, and putting tiles in an order that keeps neighbours close.

A route meets a few tiles of a large polygon or a long line; only those are read and overlaid.
"""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from camiscreen.geometry.geodesy import polygon_parts

MAX_VERTICES = 128
MAX_DEGREES = 2.0
SMALL_VERTICES = 24
"""Polygons this simple stay whole whatever their size: cutting them costs more than it saves."""


def tiles_of(geometry: BaseGeometry) -> list[BaseGeometry]:
    """Small pieces of a geometry that together are all of it: polygons, lines or points.

    Of a mixed collection only what has the highest dimension counts: lines beside polygons are
    what ``make_valid`` leaves of spikes.
    """
    polygons = polygon_parts(geometry)
    if polygons:
        return _polygon_tiles(polygons)
    parts = _simple_parts(geometry)
    lines = [part for part in parts if part.geom_type == "LineString"]
    return [piece for line in lines for piece in _line_tiles(line)] or parts


def _simple_parts(geometry: BaseGeometry) -> list[BaseGeometry]:
    """Lines and points, whatever they are wrapped in."""
    if geometry.is_empty:
        return []
    if geometry.geom_type in {"LineString", "Point"}:
        return [geometry]
    return [part for whole in shapely.get_parts(geometry) for part in _simple_parts(whole)]


def _line_tiles(line: BaseGeometry) -> list[BaseGeometry]:
    """A line cut at its vertices; an edge longer than a tile stays whole."""
    xy = shapely.get_coordinates(line)
    pieces, first = [], 0
    for last in range(1, len(xy)):
        width, height = np.ptp(xy[first : last + 1], axis=0) if last - first > 1 else (0, 0)
        if last - first >= MAX_VERTICES or max(width, height) > MAX_DEGREES:
            pieces.append(xy[first:last])
            first = last - 1
    pieces.append(xy[first:])
    return [shapely.linestrings(piece) for piece in pieces]


def _polygon_tiles(polygons: list[Polygon]) -> list[BaseGeometry]:
    """Polygons that cover some others without overlap, each small in vertices and extent."""
    tiles: list[BaseGeometry] = []
    queue = list(polygons)
    while queue:
        polygon = queue.pop()
        vertices = shapely.get_num_coordinates(polygon)
        west, south, east, north = polygon.bounds
        width, height = east - west, north - south
        small = vertices <= SMALL_VERTICES
        if small or (vertices <= MAX_VERTICES and max(width, height) <= MAX_DEGREES):
            tiles.append(polygon)
            continue
        halves = _halves(west, south, east, north)
        queue.extend(
            part for half in halves for part in polygon_parts(shapely.intersection(polygon, half))
        )
    return tiles


def _halves(west: float, south: float, east: float, north: float) -> tuple[Polygon, Polygon]:
    """A box cut across its longer side."""
    if east - west >= north - south:
        middle = 0.5 * (west + east)
        return shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)
    middle = 0.5 * (south + north)
    return shapely.box(west, south, east, middle), shapely.box(west, middle, east, north)


def hilbert_order(bounds: NDArray[np.float64]) -> NDArray[np.int64]:
    """Indices that sort (n, 4) boxes along a Hilbert curve of 65,536 steps a side."""
    if len(bounds) == 0:
        return np.zeros(0, dtype=np.int64)
    centres = 0.5 * (bounds[:, :2] + bounds[:, 2:])
    low, span = centres.min(axis=0), np.ptp(centres, axis=0)
    span[span == 0] = 1.0
    x, y = (((centres - low) / span) * 65_535).astype(np.int64).T
    distance = np.zeros(len(x), dtype=np.int64)
    side = 1 << 15
    while side:
        right = ((x & side) > 0).astype(np.int64)
        upper = ((y & side) > 0).astype(np.int64)
        distance += side * side * ((3 * right) ^ upper)
        flip = (upper == 0) & (right == 1)
        x = np.where(flip, 65_535 - x, x)
        y = np.where(flip, 65_535 - y, y)
        swap = upper == 0
        x, y = np.where(swap, y, x), np.where(swap, x, y)
        side >>= 1
    return np.argsort(distance, kind="stable")
