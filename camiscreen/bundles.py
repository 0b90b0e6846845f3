"""Geometry as bundles of a few edges each, with their boxes: what overlays of many at once read.

This module's one job is the form; ``overlay``, ``nearness`` and ``beside`` measure.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from camiscreen import geodesy
from camiscreen.arrays import Whole, split
from camiscreen.edges import GROUP_EDGES, EdgeTable
from camiscreen.geodesy import Floats
from camiscreen.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bundles:
    """Edges in bundles of a few, the bundles in wholes: chunks of lines, tiles of a layer.

    ``edges`` (4, n) are columns x0, y0, x1, y1 in degrees; a point is an edge without length.
    ``starts`` and ``ends`` are of the edges of each bundle, ``first`` (wholes + 1,) the first
    bundle of each whole; ``edge_boxes``, ``boxes`` and ``whole_boxes`` (4, n) their bounds.
    ``loose`` are the edges at whose end no other one starts: the last ones of lines.
    """

    edges: Floats
    starts: Whole
    ends: Whole
    first: Whole
    whole_boxes: Floats
    loose: NDArray[np.bool_]

    @cached_property
    def edge_boxes(self) -> Floats:
        """West, south, east, north of each edge."""
        found = np.empty_like(self.edges)
        np.minimum(self.edges[:2], self.edges[2:], out=found[:2])
        np.maximum(self.edges[:2], self.edges[2:], out=found[2:])
        return found

    @cached_property
    def boxes(self) -> Floats:
        """West, south, east, north of each bundle."""
        found = np.empty((4, len(self.starts)))
        if len(self.starts):
            np.minimum.reduceat(self.edge_boxes[:2], self.starts, axis=1, out=found[:2])
            np.maximum.reduceat(self.edge_boxes[2:], self.starts, axis=1, out=found[2:])
        return found


def bundles_of_lines(table: EdgeTable) -> Bundles:
    """Those of a table; its chunks are the wholes."""
    groups = table.groups
    return Bundles(
        edges=np.vstack([table.start.T, table.end.T]),
        starts=groups.starts,
        ends=groups.ends,
        first=groups.first,
        whole_boxes=np.ascontiguousarray(table.boxes.T),
        loose=np.diff(table.run, append=-1) != 0,
    )


def bundles_of(geometries: NDArray[np.object_]) -> Bundles:
    """Those of polygons (their outlines), lines and points; each geometry is a whole."""
    dimension = shapely.get_dimensions(geometries)
    parts = [
        make(geometries, np.flatnonzero(dimension == size))
        for size, make in enumerate((_points, _lines, _outlines))
        if (dimension == size).any()
    ]
    edges, owner, loose = parts[0] if len(parts) == 1 else _joined(parts)
    counts = np.bincount(owner, minlength=len(geometries))
    starts, ends = split(counts, GROUP_EDGES)
    return Bundles(
        edges=edges,
        starts=starts,
        ends=ends,
        first=np.concatenate([[0], np.cumsum(-(-counts // GROUP_EDGES))]),
        whole_boxes=np.ascontiguousarray(shapely.bounds(geometries).reshape(-1, 4).T),
        loose=loose,
    )


_Edges: TypeAlias = tuple[Floats, Whole, NDArray[np.bool_]]
"""Edges (4, n), the geometry that each is of, and whether its end is loose."""


def _points(geometries: NDArray[np.object_], chosen: Whole) -> _Edges:
    xy, of_point = shapely.get_coordinates(geometries[chosen], return_index=True)
    return np.vstack([xy.T, xy.T]), chosen[of_point], np.zeros(len(xy), dtype=bool)


def _lines(geometries: NDArray[np.object_], chosen: Whole) -> _Edges:
    edges, line = _steps(geometries[chosen])
    return edges, chosen[line], np.diff(line, append=-1) != 0


def _outlines(geometries: NDArray[np.object_], chosen: Whole) -> _Edges:
    rings, polygon = shapely.get_rings(geometries[chosen], return_index=True)
    edges, ring = _steps(rings)
    # Rings come round to where they began.
    return edges, chosen[polygon[ring]], np.zeros(len(ring), dtype=bool)


def _steps(lines: NDArray[np.object_]) -> tuple[Floats, Whole]:
    """From each vertex to the next of the same line, and the number of that line."""
    xy, of_vertex = shapely.get_coordinates(lines, return_index=True)
    first = np.flatnonzero(of_vertex[1:] == of_vertex[:-1])
    edges = np.empty((4, len(first)))
    for row, column in ((0, xy[:-1, 0]), (1, xy[:-1, 1]), (2, xy[1:, 0]), (3, xy[1:, 1])):
        np.take(column, first, out=edges[row])
    return edges, of_vertex[first]


def _joined(parts: Sequence[_Edges]) -> _Edges:
    """Edges of several kinds of geometry in the order of the geometries."""
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return np.zeros((4, 0)), none, none.astype(bool)
    owner = np.concatenate([part[1] for part in parts])
    order = np.argsort(owner, kind="stable")
    edges = np.hstack([part[0] for part in parts])[:, order]
    return edges, owner[order], np.concatenate([part[2] for part in parts])[order]


class Ground:
    """Tiles of a layer, and what is made of them once however often they are asked for."""

    def __init__(self, tiles: NDArray[np.object_]) -> None:
        self.tiles = tiles

    def __len__(self) -> int:
        return len(self.tiles)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The tiles by their boxes."""
        return shapely.STRtree(self.tiles)

    @cached_property
    def bundles(self) -> Bundles:
        """The edges of the tiles; each tile is a whole."""
        return bundles_of(self.tiles)

    @cached_property
    def is_area(self) -> NDArray[np.bool_]:
        """Which tiles are polygons."""
        areas: NDArray[np.bool_] = shapely.get_dimensions(self.tiles) == 2
        return areas

    def near(self, here: Bundles, reach_m: float) -> tuple[Whole, Whole]:
        """Wholes of here and the tiles whose boxes they may come within ``reach_m`` of."""
        whole, tile = self.tree.query(envelopes(widened(here.whole_boxes.T, reach_m)))
        return whole, tile


def widened(boxes: Floats, reach_m: float) -> Floats:
    """Boxes (n, 4) in degrees that hold everything within ``reach_m``, rounded outwards."""
    dlon, dlat = geodesy.degrees_around(reach_m, np.abs(boxes[:, [1, 3]]).max(axis=1, initial=0))
    found: Floats = boxes + np.column_stack([-dlon, -dlat, dlon, dlat])
    return found


def envelopes(boxes: Floats) -> NDArray[np.object_]:
    """Something with each of these bounds (n, 4), to ask a tree with.

    A diagonal is made in two thirds of the time that a polygon takes.
    """
    found: NDArray[np.object_] = shapely.linestrings(boxes.reshape(-1, 2, 2))
    return found
