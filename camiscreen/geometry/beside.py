"""Which stretches of lines lie within a width of polygons, lines or points.

The places within a width of a straight edge form a capsule; an edge of a line lies in it between
two places that a formula gives. Bundles of edges that lie wholly within the width of some vertex
are told by their boxes, so that only the ends of a long stretch are computed.
"""

import numpy as np

from camiscreen.geometry import geodesy
from camiscreen.geometry.arrays import Whole, among, distinct
from camiscreen.geometry.bundles import Bundles, Ground, bundles_of_lines
from camiscreen.geometry.edges import EdgeTable, Intervals
from camiscreen.geometry.geodesy import Floats
from camiscreen.geometry.nearness import Near, least_scale

_PAIRS_AT_ONCE = 20_000
_NONE: Intervals = np.zeros((0, 2))


def stretches_near(table: EdgeTable, ground: Ground, width_m: float) -> Intervals:
    """Stretches (n, 2) within ``width_m`` of the outline of any of some tiles, not merged."""
    one_key = np.zeros(len(ground), dtype=np.int64)
    return stretches_near_each(table, ground, one_key, np.array([float(width_m)]))[1]


def stretches_near_each(
    table: EdgeTable, ground: Ground, key: Whole, width_m: Floats
) -> tuple[Whole, Intervals]:
    """The same for the tiles of each key apart: ``key`` (tiles,), ``width_m`` (keys,).

    Gives the key of each stretch, and the stretches (n, 2), not merged.
    """
    if not table.edges or not len(ground):
        return np.zeros(0, dtype=np.int64), _NONE
    here, there = bundles_of_lines(table), ground.bundles
    farthest_m = float(width_m.max())
    chunk, tile = ground.near(here, farthest_m)
    near = Near(
        one=chunk,
        other=tile,
        of=key[tile],
        least=least_scale(here.whole_boxes, farthest_m)[chunk],
    )
    near = near.per_one(here.first[:-1], here.first[1:])
    near = near.within(here.boxes[:, near.one], there.whole_boxes[:, near.other], width_m)
    near = near.per_other(there.first[:-1], there.first[1:])
    near = near.within(here.boxes[:, near.one], there.boxes[:, near.other], width_m)
    bundles = len(here.starts)
    whole = _all_within(here, there, near, width_m)
    near = near.take(~among(near.of * bundles + near.one, whole))
    of, bundle = whole // bundles, whole % bundles
    keys = [of]
    found = [np.column_stack([here.starts[bundle], here.ends[bundle]]).astype(float)]
    for first in range(0, len(near.one), _PAIRS_AT_ONCE):
        some = near.take(slice(first, first + _PAIRS_AT_ONCE))
        of, spans = _capsules(here, there, some, width_m)
        keys.append(of)
        found.append(spans)
    return np.concatenate(keys), np.vstack(found)


def _all_within(here: Bundles, there: Bundles, near: Near, width_m: Floats) -> Whole:
    """Bundles of here whose whole box lies within the width of some vertex of there.

    As one number each: the key times the number of bundles, plus the bundle.
    """
    vertex = there.starts[near.other]
    x, y = there.edges[0][vertex], there.edges[1][vertex]
    west, south, east, north = here.boxes[:, near.one]
    closest = np.minimum(np.minimum(np.abs(south), np.abs(north)), np.abs(y))
    scale = np.where((south * y > 0) & (north * y > 0), np.cos(np.radians(closest)), 1.0)
    far_x = np.maximum(np.abs(x - west), np.abs(x - east)) * scale
    far_y = np.maximum(np.abs(y - south), np.abs(y - north))
    within = np.hypot(far_x, far_y) * geodesy.MOST_DEGREE_M <= width_m[near.of]
    return distinct((near.of * len(here.starts) + near.one)[within])


def _capsules(
    here: Bundles, there: Bundles, near: Near, width_m: Floats
) -> tuple[Whole, Intervals]:
    """Stretches of the edges of here within the width of single edges of there, with their keys."""
    near = near.per_one(here.starts, here.ends)
    near = near.within(here.edge_boxes_at(near.one), there.boxes[:, near.other], width_m)
    near = near.per_other(there.starts, there.ends)
    near = near.within(here.edge_boxes_at(near.one), there.edge_boxes_at(near.other), width_m)
    edges = here.edges_at(near.one), there.edges_at(near.other)
    low, high = _shares(*edges, width_m[near.of])
    found = high > low
    return near.of[found], np.column_stack([near.one + low, near.one + high])[found]


def _shares(line: Floats, edge: Floats, width_m: Floats) -> tuple[Floats, Floats]:
    """From and to, as shares of edges (4, n), where they are within the width of others (4, n)."""
    middle_x, middle_y = 0.5 * (line[0] + line[2]), 0.5 * (line[1] + line[3])
    foot = geodesy.nearest_share(np.vstack([middle_x, middle_y]), edge)
    lat = 0.5 * (middle_y + edge[1] + foot * (edge[3] - edge[1]))
    east_m, north_m = geodesy.metres_in_degrees(lat)
    from_x, from_y = (line[0] - edge[0]) * east_m, (line[1] - edge[1]) * north_m
    step_x, step_y = (line[2] - line[0]) * east_m, (line[3] - line[1]) * north_m
    side_x, side_y = (edge[2] - edge[0]) * east_m, (edge[3] - edge[1]) * north_m
    length = np.hypot(side_x, side_y)
    # A point has no sides: what is near it lies in the disc around it.
    is_point = length == 0
    side_x, side_y = side_x / np.where(is_point, 1, length), side_y / np.where(is_point, 1, length)
    beside = _linear(from_x * side_y - from_y * side_x, step_x * side_y - step_y * side_x,
                     -width_m, width_m)  # fmt: skip
    along = _linear(from_x * side_x + from_y * side_y, step_x * side_x + step_y * side_y,
                    0.0, length)  # fmt: skip
    spans = [
        (
            np.where(is_point, np.inf, np.maximum(beside[0], along[0])),
            np.minimum(beside[1], along[1]),
        ),
        _round(from_x, from_y, step_x, step_y, width_m),
        _round(from_x - side_x * length, from_y - side_y * length, step_x, step_y, width_m),
    ]
    low, high = np.full(len(lat), np.inf), np.full(len(lat), -np.inf)
    for span in spans:
        first, last = np.maximum(span[0], 0.0), np.minimum(span[1], 1.0)
        there = first <= last
        low = np.where(there, np.minimum(low, first), low)
        high = np.where(there, np.maximum(high, last), high)
    return low, high


def _linear(at: Floats, step: Floats, least: Floats | float, most: Floats) -> tuple[Floats, Floats]:
    """Where ``at + t * step`` lies between two values."""
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (least - at) / step, (most - at) / step
    still = step == 0
    inside = still & (at >= least) & (at <= most)
    low, high = np.minimum(one, other), np.maximum(one, other)
    return (
        np.where(still, np.where(inside, -np.inf, np.inf), low),
        np.where(still, np.where(inside, np.inf, -np.inf), high),
    )


def _round(
    x: Floats, y: Floats, step_x: Floats, step_y: Floats, width_m: Floats
) -> tuple[Floats, Floats]:
    """Where ``(x, y) + t * step`` lies within a width of the origin."""
    squared = np.maximum(step_x**2 + step_y**2, 1e-30)
    half = -(x * step_x + y * step_y) / squared
    root = half**2 - (x**2 + y**2 - width_m**2) / squared
    reach = np.sqrt(np.maximum(root, 0.0))
    return np.where(root >= 0, half - reach, np.inf), np.where(root >= 0, half + reach, -np.inf)
