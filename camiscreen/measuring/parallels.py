"""Where a project runs beside existing or planned lines, how far apart, and for how long.

Distances are taken every 100 m of chainage, in a conformal frame. A stretch within the preferred
spacing counts as running beside where it is longer than a line that only crosses would make it:
four times that spacing where the lines meet (a crossing at less than 30 degrees), twice it where
they do not.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from camiscreen.geometry import geodesy
from camiscreen.geometry.edges import EdgeTable
from camiscreen.geometry.geodesy import Floats, local_frame
from camiscreen.geometry.line_joining import JoinedLine
from camiscreen.model import ExistingLine, Parallel
from camiscreen.values import dataclass

STEP_M = 100.0
_BLOCK = 200
"""Samples in one frame: 20 km, over which a frame is true to some millimetres a kilometre."""
_EDGE_DEGREES = 0.02
CROSSED, BESIDE = 4.0, 2.0
"""Least length of a stretch in spacings, where the lines meet and where they do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """The documented least and preferred spacing of parallel lines, in metres."""

    least_m: float
    preferred_m: float


def parallels(
    alignment: EdgeTable, lines: Sequence[JoinedLine], bands: Bands
) -> tuple[Parallel, ...]:
    """All stretches beside any of some lines, by line and band."""
    if not alignment.edges or not lines:
        return ()
    at_m = np.arange(STEP_M / 2, alignment.length_m, STEP_M)
    apart_m = _distances(_points(alignment, at_m), lines, bands.preferred_m)
    found: list[Parallel] = []
    for line, row in zip(lines, apart_m, strict=True):
        found += _runs(line.line, at_m, row, bands)
    return tuple(found)


def _points(alignment: EdgeTable, at_m: Floats) -> Floats:
    """Longitude and latitude (n, 2) at some running lengths."""
    position = np.interp(at_m, alignment.along_m, np.arange(alignment.edges + 1))
    edge = np.minimum(position.astype(int), alignment.edges - 1)
    share = (position - edge)[:, None]
    points: Floats = alignment.start[edge] + share * (alignment.end[edge] - alignment.start[edge])
    return points


def _distances(points: Floats, lines: Sequence[JoinedLine], reach_m: float) -> Floats:
    """(lines, n) distances in metres, infinite beyond ``reach_m``."""
    apart = np.full((len(lines), len(points)), np.inf)
    tiles = np.concatenate([line.tiles for line in lines])
    of = np.repeat(np.arange(len(lines)), [len(line.tiles) for line in lines])
    tree = STRtree(tiles)
    for first in range(0, len(points), _BLOCK):
        block = points[first : first + _BLOCK]
        low, high = block.min(axis=0), block.max(axis=0)
        dlon, dlat = geodesy.degrees_for(reach_m, float(np.abs(block[:, 1]).max()))
        box = shapely.box(low[0] - dlon, low[1] - dlat, high[0] + dlon, high[1] + dlat)
        hits = np.sort(tree.query(box, predicate="intersects"))
        if not len(hits):
            continue
        middle = 0.5 * (low + high)
        frame = local_frame(float(middle[0]), float(middle[1]))
        here = shapely.points(frame.forward(block))
        near = shapely.segmentize(shapely.intersection(tiles[hits], box), _EDGE_DEGREES)
        for line in np.unique(of[hits]):
            parts = shapely.union_all(near[of[hits] == line])
            if parts.is_empty:
                continue
            distance = shapely.distance(frame.transform(parts), here)
            row = apart[line, first : first + _BLOCK]
            row[:] = np.minimum(row, np.where(distance <= reach_m, distance, np.inf))
    return apart


def _runs(line: ExistingLine, at_m: Floats, apart_m: Floats, bands: Bands) -> list[Parallel]:
    """The bands of one line, over all stretches that are long enough."""
    near = np.isfinite(apart_m)
    bounds = np.flatnonzero(np.diff(np.concatenate([[False], near, [False]]))).reshape(-1, 2)
    keep = np.zeros(len(at_m), dtype=bool)
    for first, last in bounds:
        met = apart_m[first:last].min() <= STEP_M
        least = (CROSSED if met else BESIDE) * bands.preferred_m
        if (last - first) * STEP_M > least:
            keep[first:last] = True
    edges = [line.positional_accuracy_m, bands.least_m, bands.preferred_m]
    names = ("within_accuracy", "below_least", "below_preferred")
    found, lower = [], -1.0
    for name, upper in zip(names, edges, strict=True):
        inside = keep & (apart_m > lower) & (apart_m <= upper)
        lower = max(lower, upper)
        if inside.any():
            found.append(
                Parallel(
                    line=line,
                    band=name,
                    kp_ranges=_ranges(at_m, inside),
                    length_m=float(inside.sum() * STEP_M),
                    nearest_m=float(apart_m[inside].min()),
                    mean_m=float(apart_m[inside].mean()),
                )
            )
    return found


def _ranges(at_m: Floats, inside: NDArray[np.bool_]) -> tuple[tuple[float, float], ...]:
    bounds = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]))).reshape(-1, 2)
    half = STEP_M / 2
    return tuple((float(at_m[a] - half), float(at_m[b - 1] + half)) for a, b in bounds)
