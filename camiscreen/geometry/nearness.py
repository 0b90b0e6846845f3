"""How far polygons, lines and points lie from projects, many of both at once.

Boxes bound every distance from below and from above, first of chunks and tiles, then of bundles of
a few edges; only edges that can hold the nearest place are measured. Each pair of a vertex and an
edge has a scale of its own, so that an edge stays straight in degrees however long it is, and the
distance found is that of the mid-latitude formula.
"""

from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from camiscreen.geometry import geodesy
from camiscreen.geometry.arrays import Whole, expand
from camiscreen.geometry.bundles import Bundles
from camiscreen.geometry.geodesy import Floats
from camiscreen.values import dataclass

_PAIRS_AT_ONCE = 4_000
"""Pairs of wholes worked on together: what they need stays in the processor's cache."""


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

    def apart(self, ones: Floats, others: Floats) -> Floats:
        """Square of a bound from below on the distance, in degrees of latitude.

        ``ones`` and ``others`` (4, n) are the boxes of both sides of each pair.
        """
        gap_x: Floats = np.maximum(ones[0] - others[2], others[0] - ones[2])
        gap_y = np.maximum(ones[1] - others[3], others[1] - ones[3])
        np.maximum(gap_x, 0.0, out=gap_x)
        np.maximum(gap_y, 0.0, out=gap_y)
        gap_x *= self.least
        gap_x *= gap_x
        gap_y *= gap_y
        gap_x += gap_y
        return gap_x

    def within(self, ones: Floats, others: Floats, limit_m: Floats) -> Self:
        """Those whose boxes are no farther apart than the limit of their key."""
        return self.closer(self.apart(ones, others), limit_m)[0]

    def closer(self, apart: Floats, limit_m: Floats) -> tuple[Self, Floats]:
        """Those that are no farther apart than the limit of their key, and how far they are."""
        limit = (limit_m / geodesy.LEAST_DEGREE_M) ** 2
        rows = np.flatnonzero(apart <= limit[self.of])
        return self.take(rows), apart[rows]

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
    apart = near.apart(here.whole_boxes[:, near.one], there.whole_boxes[:, near.other])
    near, apart = near.closer(apart, limit_m)
    closest = near.take(_turns(near.of, apart) < 2)
    corners = closest.per_one(here.first[:-1], here.first[1:])
    _bring_down(here, there, corners.per_other(there.first[:-1], there.first[1:]), limit_m)
    near, _ = near.closer(apart, limit_m)
    near = near.per_one(here.first[:-1], here.first[1:])
    near = near.within(here.boxes[:, near.one], there.whole_boxes[:, near.other], limit_m)
    near = near.per_other(there.first[:-1], there.first[1:])
    apart = near.apart(here.boxes[:, near.one], there.boxes[:, near.other])
    near, apart = near.closer(apart, limit_m)
    turn = _turns(near.of, apart)
    for rows in (turn == 0, (turn > 0) & (turn < 4), turn >= 4):
        edges, _ = near.take(rows).closer(apart[rows], limit_m)
        edges = edges.per_one(here.starts, here.ends)
        boxes = here.edge_boxes_at(edges.one)
        edges = edges.within(boxes, there.boxes[:, edges.other], limit_m)
        edges = edges.per_other(there.starts, there.ends)
        boxes = here.edge_boxes_at(edges.one)
        edges = edges.within(boxes, there.edge_boxes_at(edges.other), limit_m)
        _measure(here, there, edges, limit_m, found_m)
        np.minimum(limit_m, found_m, out=limit_m)
    return found_m


def _measure(here: Bundles, there: Bundles, edges: Near, limit_m: Floats, found_m: Floats) -> None:
    """Distances of pairs of edges, exactly where a plain reckoning says that they may be least.

    The start of each edge stands for the end of the one before; loose ends are looked at too.
    """
    a, b = edges.one, edges.other
    if not len(a):
        return
    loose_a, loose_b = np.flatnonzero(here.loose[a]), np.flatnonzero(there.loose[b])
    one, other = here.edges_at(a), there.edges_at(b)
    vertex = np.hstack([one[:2], other[:2], one[2:, loose_a], other[2:, loose_b]])
    edge = np.hstack([other, one, other[:, loose_a], one[:, loose_b]])
    of = np.concatenate([edges.of, edges.of, edges.of[loose_a], edges.of[loose_b]])
    scale = geodesy.squared_scale(vertex[1])
    step_x, step_y = edge[2] - edge[0], edge[3] - edge[1]
    from_x, from_y = vertex[0] - edge[0], vertex[1] - edge[1]
    squared = np.maximum(scale * step_x * step_x + step_y * step_y, 1e-300)
    share = (scale * from_x * step_x + from_y * step_y) / squared
    share = np.minimum(np.maximum(share, 0.0), 1.0)
    from_x -= share * step_x
    from_y -= share * step_y
    apart = scale * from_x * from_x + from_y * from_y
    least = np.full(len(limit_m), np.inf)
    np.minimum.at(least, of, apart)
    # The scale is that of the vertex, not half way: off by the change of its square on the way.
    steepest = np.tan(np.radians(min(89.0, float(np.abs(vertex[1]).max(initial=0)))))
    slack = 1.001 + 4 * steepest * np.radians(np.sqrt(least))
    rows = np.flatnonzero(apart <= (least * slack)[of])
    x, y = vertex[:, rows]
    metres = geodesy.distances_m(x, y, x - from_x[rows], y - from_y[rows])
    np.minimum.at(found_m, of[rows], metres)


def _bring_down(here: Bundles, there: Bundles, near: Near, limit_m: Floats) -> None:
    """Take limits down to a bound from above on the distance of the first vertices of bundles."""
    here_at, there_at = here.starts[near.one], there.starts[near.other]
    x0, y0 = here.edges[0][here_at], here.edges[1][here_at]
    x1, y1 = there.edges[0][there_at], there.edges[1][there_at]
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
