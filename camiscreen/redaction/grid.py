"""The grid that sensitive places are coarsened to: ranges of chainage, areas, lengths.

Places are generalized to a grid and never shifted at random: what remains is true, only less exact
(Chapman 2020, Current Best Practices for Generalizing Sensitive Species Occurrence Data, section
4.2 and table 7: doi:10.15468/doc-5jp4-5g10).
"""

import math
from collections.abc import Iterable

import numpy as np
import shapely
from shapely import GeometryCollection
from shapely.geometry.base import BaseGeometry

from camiscreen.geometry.chainage import merge_ranges
from camiscreen.model import KpRange

CELLS_PER_DEGREE = 10
"""Coordinates go to 0.1 degree: the step for category 2, high sensitivity, in Chapman's table."""

STEP_M = 10_000.0
"""Chainage, lengths and distances: the side of such a cell, here 7 to 11 km, in round figures."""

CELL_M2 = STEP_M**2

Box = tuple[float, float, float, float]


def coarse_ranges(ranges: Iterable[KpRange], total_m: float) -> tuple[KpRange, ...]:
    """Chainage ranges widened to whole steps; a last step that would be short joins the one before.

    On a project of less than two steps every range is the whole project.
    """
    steps = max(1, math.floor(total_m / STEP_M))
    widened = []
    for from_m, to_m in ranges:
        first = min(math.floor(from_m / STEP_M), steps - 1)
        last = min(max(first + 1, math.ceil(to_m / STEP_M)), steps)
        widened.append((first * STEP_M, total_m if last == steps else last * STEP_M))
    return merge_ranges(widened)


def coarse_box(box: Box) -> Box:
    """A box in degrees widened to the lines of the grid."""
    west, south, east, north = (side * CELLS_PER_DEGREE for side in box)
    widened = (math.floor(west), math.floor(south), math.ceil(east), math.ceil(north))
    west, south, east, north = (side / CELLS_PER_DEGREE for side in widened)
    return west, south, east, north


def cells(geometry: BaseGeometry) -> BaseGeometry:
    """The cells of the grid that a geometry touches, as one area; empty for nothing."""
    if geometry.is_empty:
        return GeometryCollection()
    west, south, east, north = (side * CELLS_PER_DEGREE for side in geometry.bounds)
    columns = np.arange(math.floor(west), math.floor(east) + 1)
    rows = np.arange(math.floor(south), math.floor(north) + 1)
    x, y = (lines.ravel() for lines in np.meshgrid(columns, rows))
    n = CELLS_PER_DEGREE
    boxes = shapely.box(x / n, y / n, (x + 1) / n, (y + 1) / n)
    shapely.prepare(geometry)
    return shapely.coverage_union_all(boxes[shapely.intersects(geometry, boxes)])


def coarse_length_m(length_m: float) -> float:
    """A length or distance, up to the next whole step; nothing stays nothing."""
    return STEP_M * math.ceil(length_m / STEP_M)


def coarse_area_m2(area_m2: float) -> float:
    """An area, up to the next whole cell; nothing stays nothing."""
    return CELL_M2 * math.ceil(area_m2 / CELL_M2)
