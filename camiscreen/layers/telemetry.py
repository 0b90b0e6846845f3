"""Positions of animals -> where they spend their time: Brownian bridges on a grid, isopleths.

The movement model of Horne, Garton, Krone & Lewis 2007, doi:10.1890/06-0957.1: between two fixes
an animal moves as a Brownian bridge, whose variance at the share ``a`` of the time ``T`` is
``T a (1 - a) v + (1 - a)^2 e^2 + a^2 e^2`` with the animal's own motion variance ``v`` and the
location error ``e``. ``v`` is that which makes every second fix likeliest between its neighbours.
It is one value an animal and season, where the dynamic model of Kranstauber et
al. 2012 lets it change; that is the plainest sound form of it.
"""

from collections.abc import Callable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from camiscreen.geometry.geodesy import Floats, LocalFrame, edge_lengths_m
from camiscreen.values import dataclass

_SHARES = (np.arange(10) + 0.5) / 10
"""Places along a bridge at which its spread is laid on the grid."""
_REACH = 3.0
"""Standard deviations that are laid on the grid: all but 1 % of a spread in two dimensions."""
_MOST_CELLS = 4_000_000
"""Cells of a grid, 32 MB; a study that needs more needs larger cells."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Track:
    """Fixes of one animal in the order of time: seconds and months (n,), lon, lat (n, 2)."""

    time_s: Floats
    month: NDArray[np.int64]
    lonlat: Floats

    def __len__(self) -> int:
        return len(self.time_s)

    def take(self, rows: NDArray[np.bool_]) -> "Track":
        """Some of the fixes."""
        return Track(time_s=self.time_s[rows], month=self.month[rows], lonlat=self.lonlat[rows])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """Square cells in a metric frame: row 0 is the southernmost, column 0 the westernmost."""

    frame: LocalFrame
    west_m: float
    south_m: float
    cell_m: float
    rows: int
    columns: int


class GridTooLargeError(ValueError):
    """The animals roam too far for cells this small; ``cell_m`` is a size that fits."""

    def __init__(self, cell_m: float) -> None:
        self.cell_m = cell_m
        super().__init__(f"use cells of at least {cell_m:.0f} m")


def without_outliers(track: Track, greatest_speed_m_s: float) -> Track:
    """The track without fixes that could only be reached and left faster than an animal runs.

    A fix goes where the speeds to it and from it both exceed the limit, at an end of the track
    where the one that there is does; repeated until none is left. Fixes of one time count once.
    """
    first_of_time = np.concatenate([[True], np.diff(track.time_s) > 0])
    track = track.take(first_of_time)
    while len(track) > 2:
        fast = _speeds_m_s(track) > greatest_speed_m_s
        wrong = np.concatenate([fast[:1], fast[:-1] & fast[1:], fast[-1:]])
        if fast.size > 1:
            # At an end the neighbour may be the wrong one; then its own speeds tell.
            wrong[0] &= not fast[1]
            wrong[-1] &= not fast[-2]
        if not wrong.any():
            break
        track = track.take(~wrong)
    return track


def _speeds_m_s(track: Track) -> Floats:
    length_m = edge_lengths_m(track.lonlat[:-1], track.lonlat[1:])
    speeds: Floats = length_m / np.maximum(np.diff(track.time_s), 1e-9)
    return speeds


def grid_around(tracks: Sequence[Track], cell_m: float) -> Grid:
    """A grid that holds some tracks with room for their spread. Raises GridTooLargeError."""
    lonlat = np.vstack([track.lonlat for track in tracks])
    middle = 0.5 * (lonlat.min(axis=0) + lonlat.max(axis=0))
    frame = LocalFrame(float(middle[0]), float(middle[1]))
    xy = frame.forward(lonlat)
    margin_m = max(20 * cell_m, 0.1 * float(np.ptp(xy, axis=0).max()))
    low, high = xy.min(axis=0) - margin_m, xy.max(axis=0) + margin_m
    # Whole cells from the origin of the frame, so that edges say nothing of single fixes.
    low = np.floor(low / cell_m) * cell_m
    columns, rows = (int(n) for n in np.ceil((high - low) / cell_m))
    if rows * columns > _MOST_CELLS:
        raise GridTooLargeError(cell_m * float(np.sqrt(rows * columns / _MOST_CELLS)) * 1.05)
    return Grid(
        frame=frame,
        west_m=float(low[0]),
        south_m=float(low[1]),
        cell_m=cell_m,
        rows=rows,
        columns=columns,
    )


def motion_variance_m2_s(track: Track, frame: LocalFrame, error_m: float, gap_s: float) -> float:
    """The Brownian motion variance in m2 a second that makes every second fix likeliest.

    Raises ValueError where fewer than three triples of fixes are close enough in time.
    """
    xy, t = frame.forward(track.lonlat), track.time_s
    first = np.arange(0, len(t) - 2, 2)
    span = t[first + 2] - t[first]
    first, span = first[span <= 2 * gap_s], span[span <= 2 * gap_s]
    if len(first) < 3:
        raise ValueError("too few fixes close enough in time")
    share = (t[first + 1] - t[first]) / span
    mean = xy[first] + share[:, None] * (xy[first + 2] - xy[first])
    squared = ((xy[first + 1] - mean) ** 2).sum(axis=1)
    # The fix in the middle has an error of its own, which the paper leaves out: without it a slow
    # animal with poor fixes comes out too quick.
    still = ((1 - share) ** 2 + share**2 + 1) * error_m**2

    def badness(log_v: float) -> float:
        variance = span * share * (1 - share) * np.exp(log_v) + still
        return float((np.log(variance) + squared / (2 * variance)).sum())

    return float(np.exp(_least(badness, np.log(1e-6), np.log(1e6))))


def _least(function: Callable[[float], float], low: float, high: float) -> float:
    """Place of the least value of a function with one minimum, by golden section."""
    ratio = (np.sqrt(5) - 1) / 2
    for _ in range(80):
        a, b = high - ratio * (high - low), low + ratio * (high - low)
        if function(a) < function(b):
            high = b
        else:
            low = a
    return 0.5 * (low + high)


def utilisation(track: Track, grid: Grid, error_m: float, gap_s: float) -> Floats:
    """Share of its time that an animal spends in each cell, (rows, columns), sum 1.

    Bridges longer than ``gap_s`` are not laid: where the animal was then is not known. Raises
    ValueError where no bridge can be laid.
    """
    variance = motion_variance_m2_s(track, grid.frame, error_m, gap_s)
    xy, t = grid.frame.forward(track.lonlat), track.time_s
    span = np.diff(t)
    near = np.flatnonzero(span <= gap_s)
    share = _SHARES[None, :]
    spread = span[near, None] * share * (1 - share) * variance
    spread = spread + ((1 - share) ** 2 + share**2) * error_m**2
    centre = xy[near, None] + share[..., None] * (xy[near + 1] - xy[near])[:, None]
    # A spread narrower than a third of a cell would miss the cells' middles.
    sigma = np.sqrt(np.maximum(spread, (grid.cell_m / 3) ** 2)).ravel()
    weight = np.repeat(span[near] / len(_SHARES), len(_SHARES))
    density = np.zeros((grid.rows, grid.columns))
    for (x, y), s, w in zip(centre.reshape(-1, 2), sigma, weight, strict=True):
        _lay(density, grid, (x, y), s, w)
    total = density.sum()
    if not total > 0:
        raise ValueError("too few fixes close enough in time")
    share_of_time: Floats = density / total
    return share_of_time


def _lay(density: Floats, grid: Grid, at: tuple[float, float], sigma: float, weight: float) -> None:
    """Add one round normal spread of total ``weight``."""
    column, row = (at[0] - grid.west_m) / grid.cell_m, (at[1] - grid.south_m) / grid.cell_m
    reach = int(np.ceil(_REACH * sigma / grid.cell_m)) + 1
    c0, c1 = max(0, int(column) - reach), min(grid.columns, int(column) + reach + 1)
    r0, r1 = max(0, int(row) - reach), min(grid.rows, int(row) + reach + 1)
    if c0 >= c1 or r0 >= r1:
        return
    scale = grid.cell_m / sigma
    across = np.exp(-0.5 * ((np.arange(c0, c1) + 0.5 - column) * scale) ** 2)
    along = np.exp(-0.5 * ((np.arange(r0, r1) + 0.5 - row) * scale) ** 2)
    patch = along[:, None] * across
    density[r0:r1, c0:c1] += weight / patch.sum() * patch


def isopleth(density: Floats, grid: Grid, percent: int) -> BaseGeometry:
    """The smallest set of cells that holds ``percent`` of a density, as polygons in degrees."""
    order = np.argsort(density, axis=None, kind="stable")[::-1]
    held = np.cumsum(density.ravel()[order])
    count = int(np.searchsorted(held, percent / 100 * held[-1])) + 1
    row, column = np.unravel_index(np.sort(order[:count]), density.shape)
    west = grid.west_m + column * grid.cell_m
    south = grid.south_m + row * grid.cell_m
    cells = shapely.box(west, south, west + grid.cell_m, south + grid.cell_m)
    shape = shapely.simplify(shapely.coverage_union_all(cells), 0)
    # Straight edges of the grid are curves in degrees; cut at every cell, isopleths share edges.
    return shapely.transform(shapely.segmentize(shape, grid.cell_m), grid.frame.inverse)
