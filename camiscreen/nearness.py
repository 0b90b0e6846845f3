"""How far polygons, lines and points lie from projects, many of both at once.

Boxes bound every distance from below and from above, first of chunks and tiles, then of bundles of
a few edges; only edges that can hold the nearest place are measured. Each pair of a vertex and an
edge has a scale of its own, so that an edge stays straight in degrees however long it is, and the
distance found is that of the mid-latitude formula.
"""

from dataclasses import replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from camiscreen import geodesy
from camiscreen.edges import GROUP_EDGES, EdgeTable, Whole, expand, split
from camiscreen.geodesy import Floats
from camiscreen.values import dataclass

_PAIRS_AT_ONCE = 4_000
"""Pairs of wholes worked on together: what they need stays in the processor's cache."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bundles:
    """Edges in bundles of a few, the bundles in wholes: chunks of lines, tiles of a layer.

    ``edges`` (4, n) are columns x0, y0, x1, y1 in degrees; a point is an edge without length.
    ``starts`` and ``ends`` are of the edges of each bundle, ``first`` (wholes + 1,) the first
    bundle of each whole; ``edge_boxes``, ``boxes`` and ``whole_boxes`` (4, n) their bounds.
    """

    edges: Floats
    starts: Whole
    ends: Whole
    first: Whole
    whole_boxes: Floats

    @cached_property
    def edge_boxes(self) -> Floats:
        """West, south, east, north of each edge."""
        return np.vstack([np.minimum(self.edges[:2], self.edges[2:]),
                          np.maximum(self.edges[:2], self.edges[2:])])  # fmt: skip

    @cached_property
    def boxes(self) -> Floats:
        """West, south, east, north of each bundle."""
        if not len(self.starts):
            return np.zeros((4, 0))
        low, high = self.edge_boxes[:2], self.edge_boxes[2:]
        return np.vstack([np.minimum.reduceat(low, self.starts, axis=1),
                          np.maximum.reduceat(high, self.starts, axis=1)])  # fmt: skip


def bundles_of_lines(table: EdgeTable) -> Bundles:
    """Those of a table; its chunks are the wholes."""
    groups = table.groups
    return Bundles(
        edges=np.vstack([table.start.T, table.end.T]),
        starts=groups.starts,
        ends=groups.ends,
        first=groups.first,
        whole_boxes=np.ascontiguousarray(table.boxes.T),
    )


def bundles_of(geometries: NDArray[np.object_]) -> Bundles:
    """Those of polygons (their outlines), lines and points; each geometry is a whole."""
    dimension = shapely.get_dimensions(geometries)
    columns, owners = [np.zeros((0, 4))], [np.zeros(0, dtype=np.int64)]
    for size in (0, 1, 2):
        chosen = np.flatnonzero(dimension == size)
        if not len(chosen):
            continue
        lines, of_line = geometries[chosen], np.arange(len(chosen))
        if size == 2:
            lines, of_line = shapely.get_rings(lines, return_index=True)
        xy, of_vertex = shapely.get_coordinates(lines, return_index=True)
        if size == 0:
            columns.append(np.hstack([xy, xy]))
            owners.append(chosen[of_line[of_vertex]])
            continue
        joined = of_vertex[1:] == of_vertex[:-1]
        columns.append(np.hstack([xy[:-1][joined], xy[1:][joined]]))
        owners.append(chosen[of_line[of_vertex[:-1][joined]]])
    edges, owner = np.vstack(columns), np.concatenate(owners)
    if len(columns) > 2:
        order = np.argsort(owner, kind="stable")
        edges, owner = edges[order], owner[order]
    counts = np.bincount(owner, minlength=len(geometries))
    starts, ends = split(counts, GROUP_EDGES)
    return Bundles(
        edges=np.ascontiguousarray(edges.T),
        starts=starts,
        ends=ends,
        first=np.concatenate([[0], np.cumsum(-(-counts // GROUP_EDGES))]),
        whole_boxes=np.ascontiguousarray(shapely.bounds(geometries).reshape(-1, 4).T),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairs:
    """Wholes that may be near each other, of here and of there, and the ``key`` of each pair.

    What has one key has one distance: the least.
    """

    here: Whole
    there: Whole
    key: Whole


def nearest(here: Bundles, there: Bundles, pairs: Pairs, reach_m: float) -> tuple[Whole, Floats]:
    """Keys within ``reach_m``, sorted, with their distances in metres.

    What is on both sides must not cross: a crossing is no place of an edge's end.
    """
    order = np.argsort(pairs.key, kind="stable")
    keys, first = np.unique(pairs.key[order], return_index=True)
    ends = np.append(first, len(order))
    least = least_scale(here.whole_boxes, reach_m)
    metres = np.full(len(keys), np.inf)
    low = 0
    while low < len(keys):
        high = max(low + 1, int(np.searchsorted(ends, ends[low] + _PAIRS_AT_ONCE, "right")) - 1)
        rows = order[ends[low] : ends[high]]
        one = pairs.here[rows]
        near = Near(
            one=one,
            other=pairs.there[rows],
            of=np.repeat(np.arange(high - low), np.diff(ends[low : high + 1])),
            least=least[one],
        )
        limit_m = np.full(high - low, float(reach_m))
        metres[low:high] = _least_distances(here, there, near, limit_m)
        low = high
    near_enough = metres <= reach_m
    return keys[near_enough], metres[near_enough]


def least_scale(boxes: Floats, reach_m: float) -> Floats:
    """How long a degree of longitude is, against one of latitude, at the least around boxes."""
    _, dlat = geodesy.degrees_for(reach_m, 0.0)
    farthest = np.maximum(np.abs(boxes[1] - dlat), np.abs(boxes[3] + dlat))
    scale: Floats = np.cos(np.radians(np.minimum(farthest, 90.0)))
    return scale


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Near:
    """Pairs of what may be near each other: ``one`` of here and ``other`` of there.

    Wholes at first, then bundles, then edges; ``of`` is the key that a pair belongs to, ``least``
    how long a degree of longitude is near it, against one of latitude, at the least.
    """

    one: Whole
    other: Whole
    of: Whole
    least: Floats

    def take(self, rows: NDArray[Any] | slice) -> Self:
        """Some of the pairs."""
        return type(self)(
            one=self.one[rows], other=self.other[rows], of=self.of[rows], least=self.least[rows]
        )

    def apart(self, boxes: Floats, others: Floats) -> Floats:
        """Square of a bound from below on the distance, in degrees of latitude; boxes (4, n)."""
        one, other = self.one, self.other
        gap_x = np.maximum(boxes[0][one] - others[2][other], others[0][other] - boxes[2][one])
        gap_y = np.maximum(boxes[1][one] - others[3][other], others[1][other] - boxes[3][one])
        gap_x = np.maximum(gap_x, 0.0) * self.least
        gap_y = np.maximum(gap_y, 0.0)
        squared: Floats = gap_x * gap_x + gap_y * gap_y
        return squared

    def within(self, boxes: Floats, others: Floats, limit_m: Floats) -> Self:
        """Those whose boxes are no farther apart than the limit of their key."""
        limit = (limit_m / geodesy.LEAST_DEGREE_M) ** 2
        return self.take(np.flatnonzero(self.apart(boxes, others) <= limit[self.of]))

    def per_one(self, starts: Whole, ends: Whole) -> Self:
        """The parts of the one side in its place, each with the other."""
        row, part = expand(starts[self.one], ends[self.one] - starts[self.one])
        return replace(self.take(row), one=part)

    def per_other(self, starts: Whole, ends: Whole) -> Self:
        """The parts of the other side in its place, each with the one."""
        row, part = expand(starts[self.other], ends[self.other] - starts[self.other])
        return replace(self.take(row), other=part)


def _least_distances(here: Bundles, there: Bundles, near: Near, limit_m: Floats) -> Floats:
    """Distance (keys,) of each key, infinite beyond the limit; ``limit_m`` is brought down.

    Every step leaves only what can still be the nearest.
    """
    found_m = np.full(len(limit_m), np.inf)
    wholes = here.whole_boxes, there.whole_boxes
    near = near.within(*wholes, limit_m)
    closest = near.take(_turns(near.of, near.apart(*wholes)) < 2)
    corners = closest.per_one(here.first[:-1], here.first[1:])
    _bring_down(here, there, corners.per_other(there.first[:-1], there.first[1:]), limit_m)
    near = near.within(*wholes, limit_m)
    near = near.per_one(here.first[:-1], here.first[1:])
    near = near.within(here.boxes, there.whole_boxes, limit_m)
    near = near.per_other(there.first[:-1], there.first[1:])
    near = near.within(here.boxes, there.boxes, limit_m)
    first = _turns(near.of, near.apart(here.boxes, there.boxes)) == 0
    for rows in (first, ~first):
        edges = near.take(rows).within(here.boxes, there.boxes, limit_m)
        edges = edges.per_one(here.starts, here.ends)
        edges = edges.within(here.edge_boxes, there.boxes, limit_m)
        edges = edges.per_other(there.starts, there.ends)
        edges = edges.within(here.edge_boxes, there.edge_boxes, limit_m)
        one, other = here.edges[:, edges.one], there.edges[:, edges.other]
        for vertex, edge in (
            (one[:2], other), (one[2:], other), (other[:2], one), (other[2:], one),
        ):  # fmt: skip
            np.minimum.at(found_m, edges.of, _vertex_to_edge(vertex, edge))
        np.minimum(limit_m, found_m, out=limit_m)
    return found_m


def _bring_down(here: Bundles, there: Bundles, near: Near, limit_m: Floats) -> None:
    """Take limits down to a bound from above on the distance of the first vertices of bundles."""
    x0, y0 = here.edges[:2, here.starts[near.one]]
    x1, y1 = there.edges[:2, there.starts[near.other]]
    # The latitude nearer to the equator has the longer degrees.
    south = np.where(y0 * y1 > 0, np.minimum(np.abs(y0), np.abs(y1)), 0.0)
    metres = np.hypot((x1 - x0) * np.cos(np.radians(south)), y1 - y0) * geodesy.MOST_DEGREE_M
    np.minimum.at(limit_m, near.of, metres)


def _turns(of: Whole, squared: Floats) -> Whole:
    """The rank of each pair among those of its key, the closest boxes first."""
    order = np.lexsort([squared, of])
    sorted_of = of[order]
    rank = np.empty(len(of), dtype=np.int64)
    rank[order] = np.arange(len(of)) - np.searchsorted(sorted_of, sorted_of)
    return rank


def _vertex_to_edge(vertex: Floats, edge: Floats) -> Floats:
    """Distance in metres of vertices (2, n) from edges (4, n) that are straight in degrees."""
    share = geodesy.nearest_share(vertex, edge)
    lon, lat = edge[:2] + share * (edge[2:] - edge[:2])
    return geodesy.distances_m(vertex[0], vertex[1], lon, lat)


def widened(boxes: Floats, reach_m: float) -> Floats:
    """Boxes (n, 4) in degrees that hold everything within ``reach_m``, rounded outwards."""
    dlon, dlat = geodesy.degrees_around(reach_m, np.abs(boxes[:, [1, 3]]).max(axis=1, initial=0))
    found: Floats = boxes + np.column_stack([-dlon, -dlat, dlon, dlat])
    return found
