"""Geometry as bundles of a few edges each, with their boxes: what overlays of many at once read.

This module's one job is the form; ``overlay``, ``nearness`` and ``beside`` measure.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from camiscreen.geometry import geodesy
from camiscreen.geometry.arrays import Whole, expand
from camiscreen.geometry.edges import GROUP_EDGES, EdgeTable
from camiscreen.geometry.geodesy import Floats
from camiscreen.values import dataclass

Columns: TypeAlias = tuple[Floats, Floats, Floats, Floats]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bundles:
    """Edges in bundles of a few, the bundles in wholes: chunks of lines, tiles of a layer.

    ``edges`` are columns x0, y0, x1, y1 (n,) in degrees; a point is an edge without length. Those
    of outlines are views of one row of vertices, so that an edge from the end of one ring to the
    start of the next stands among them, which is in no bundle. ``starts`` and ``ends`` are of the
    edges of each bundle, ``first`` (wholes + 1,) the first bundle of each whole; ``boxes`` and
    ``whole_boxes`` (4, n) their bounds. ``loose`` are the edges at whose end no other one starts:
    the last ones of lines. ``is_area`` (wholes,) are outlines of polygons.
    """

    edges: Columns
    starts: Whole
    ends: Whole
    first: Whole
    whole_boxes: Floats
    loose: NDArray[np.bool_]
    is_area: NDArray[np.bool_]

    def edges_at(self, rows: Whole) -> Floats:
        """Columns x0, y0, x1, y1 (4, k) of some edges."""
        found = np.empty((4, len(rows)))
        for column, out in zip(self.edges, found, strict=True):
            np.take(column, rows, out=out, mode="clip")
        return found

    def edge_boxes_at(self, rows: Whole) -> Floats:
        """West, south, east, north (4, k) of some edges."""
        edges = self.edges_at(rows)
        found = np.empty_like(edges)
        np.minimum(edges[:2], edges[2:], out=found[:2])
        np.maximum(edges[:2], edges[2:], out=found[2:])
        return found

    @cached_property
    def boxes(self) -> Floats:
        """West, south, east, north of each bundle."""
        found = np.empty((4, len(self.starts)))
        if not len(self.starts):
            return found
        last = self.ends - 1
        for axis, extreme in ((0, np.minimum), (1, np.minimum), (0, np.maximum), (1, np.maximum)):
            # Edges of a bundle follow on one another: only the last one ends where none starts.
            row = axis if extreme is np.minimum else axis + 2
            begin, end = self.edges[axis], self.edges[axis + 2]
            extreme(extreme.reduceat(begin, self.starts), end[last], out=found[row])
        return found


def bundles_of_lines(table: EdgeTable) -> Bundles:
    """Those of a table; its chunks are the wholes."""
    groups = table.groups
    sides = table.start[:, 0], table.start[:, 1], table.end[:, 0], table.end[:, 1]
    x0, y0, x1, y1 = (np.ascontiguousarray(side) for side in sides)
    return Bundles(
        edges=(x0, y0, x1, y1),
        starts=groups.starts,
        ends=groups.ends,
        first=groups.first,
        whole_boxes=np.ascontiguousarray(table.boxes.T),
        loose=np.diff(table.run, append=-1) != 0,
        is_area=np.zeros(len(table.boxes), dtype=bool),
    )


def bundles_of(geometries: NDArray[np.object_]) -> Bundles:
    """Those of polygons (their outlines), lines and points; each geometry is a whole."""
    dimension = shapely.get_dimensions(geometries)
    parts = [
        make(geometries, np.flatnonzero(dimension == size))
        for size, make in enumerate((_points, _lines, _outlines))
        if (dimension == size).any()
    ]
    strings = parts[0] if len(parts) == 1 else _joined(parts)
    return bundles_of_strings(strings, shapely.bounds(geometries).reshape(-1, 4))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strings:
    """Rows of vertices: rings, lines, and points, which stand there twice.

    ``xy`` (n, 2), ``vertices`` how many each string has, ``whole`` the geometry that it is of,
    ascending, ``is_loose`` whether nothing starts where it ends, ``is_ring`` whether it bounds a
    polygon.
    """

    xy: Floats
    vertices: Whole
    whole: Whole
    is_loose: NDArray[np.bool_]
    is_ring: NDArray[np.bool_]


def bundles_of_strings(strings: Strings, boxes: Floats) -> Bundles:
    """Those of wholes with bounds (n, 4) that consist of some strings."""
    counts = strings.vertices - 1
    begin = np.cumsum(strings.vertices) - strings.vertices
    pieces = -(-counts // GROUP_EDGES)
    string, step = expand(np.zeros_like(pieces), pieces)
    starts = begin[string] + GROUP_EDGES * step
    ends = np.minimum(starts + GROUP_EDGES, (begin + counts)[string])
    x, y = np.ascontiguousarray(strings.xy[:, 0]), np.ascontiguousarray(strings.xy[:, 1])
    loose = np.zeros(max(0, len(x) - 1), dtype=bool)
    loose[(begin + counts - 1)[strings.is_loose]] = True
    is_area = np.zeros(len(boxes), dtype=bool)
    is_area[strings.whole[strings.is_ring]] = True
    per_whole = np.bincount(strings.whole[string], minlength=len(boxes))
    return Bundles(
        edges=(x[:-1], y[:-1], x[1:], y[1:]),
        starts=starts,
        ends=ends,
        first=np.concatenate([[0], np.cumsum(per_whole)]),
        whole_boxes=np.ascontiguousarray(boxes.T),
        loose=loose,
        is_area=is_area,
    )


def _points(geometries: NDArray[np.object_], chosen: Whole) -> Strings:
    xy, of_point = shapely.get_coordinates(geometries[chosen], return_index=True)
    return Strings(
        xy=np.repeat(xy, 2, axis=0),
        vertices=np.full(len(xy), 2),
        whole=chosen[of_point],
        is_loose=np.zeros(len(xy), dtype=bool),
        is_ring=np.zeros(len(xy), dtype=bool),
    )


def _lines(geometries: NDArray[np.object_], chosen: Whole) -> Strings:
    return Strings(
        xy=shapely.get_coordinates(geometries[chosen]),
        vertices=shapely.get_num_coordinates(geometries[chosen]).astype(np.int64),
        whole=chosen,
        is_loose=np.ones(len(chosen), dtype=bool),
        is_ring=np.zeros(len(chosen), dtype=bool),
    )


def _outlines(geometries: NDArray[np.object_], chosen: Whole) -> Strings:
    rings, polygon = shapely.get_rings(geometries[chosen], return_index=True)
    return Strings(
        xy=shapely.get_coordinates(rings),
        vertices=shapely.get_num_coordinates(rings).astype(np.int64),
        whole=chosen[polygon],
        # Rings come round to where they began.
        is_loose=np.zeros(len(rings), dtype=bool),
        is_ring=np.ones(len(rings), dtype=bool),
    )


def _joined(parts: Sequence[Strings]) -> Strings:
    """Strings of several kinds of geometry in the order of the geometries."""
    none = np.zeros(0, dtype=np.int64)
    whole = np.concatenate([none, *(part.whole for part in parts)])
    vertices = np.concatenate([none, *(part.vertices for part in parts)])
    is_loose = np.concatenate([none.astype(bool), *(part.is_loose for part in parts)])
    is_ring = np.concatenate([none.astype(bool), *(part.is_ring for part in parts)])
    xy = np.vstack([np.zeros((0, 2)), *(part.xy for part in parts)])
    order = np.argsort(whole, kind="stable")
    _, vertex = expand((np.cumsum(vertices) - vertices)[order], vertices[order])
    return Strings(
        xy=xy[vertex],
        vertices=vertices[order],
        whole=whole[order],
        is_loose=is_loose[order],
        is_ring=is_ring[order],
    )


_POLYGON = b"\x01\x03\x00\x00\x00"
_ONE_RING = _POLYGON + b"\x01\x00\x00\x00"


def bundles_of_wkb(wkb: Sequence[bytes], boxes: Floats) -> Bundles:
    """Those of geometries as they lie in a store, with their bounds (n, 4).

    Most are polygons, whose coordinates are taken as they stand, in a quarter of the time that
    making geometries of them takes.
    """
    rings: list[bytes] = []
    whole: list[int] = []
    others: list[int] = []
    for number, data in enumerate(wkb):
        if data.startswith(_ONE_RING):
            rings.append(data[len(_ONE_RING) + 4 :])
            whole.append(number)
        elif data.startswith(_POLYGON):
            found = _rings_of(data)
            rings += found
            whole += [number] * len(found)
        else:
            others.append(number)
    outlines = Strings(
        xy=np.frombuffer(b"".join(rings), dtype="<f8").reshape(-1, 2),
        vertices=np.array([len(ring) // 16 for ring in rings], dtype=np.int64),
        whole=np.array(whole, dtype=np.int64),
        is_loose=np.zeros(len(rings), dtype=bool),
        is_ring=np.ones(len(rings), dtype=bool),
    )
    if not others:
        return bundles_of_strings(outlines, boxes)
    rows = np.array(others, dtype=np.int64)
    geometries = shapely.from_wkb([wkb[number] for number in others])
    dimension = shapely.get_dimensions(geometries)
    parts = [outlines]
    for size, make in enumerate((_points, _lines, _outlines)):
        strings = make(geometries, np.flatnonzero(dimension == size))
        parts.append(replace(strings, whole=rows[strings.whole]))
    return bundles_of_strings(_joined(parts), boxes)


def _rings_of(data: bytes) -> list[bytes]:
    """Coordinates of the rings of a polygon."""
    rings, at = [], len(_ONE_RING)
    while at < len(data):
        end = at + 4 + 16 * int.from_bytes(data[at : at + 4], "little")
        rings.append(data[at + 4 : end])
        at = end
    return rings


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
