"""From chainage back to places: points, directions and stretches along the alignment.

This module's one job. Distances are those that the project's chains already carry.
"""

from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from camiscreen.geometry.geodesy import cumulative_m
from camiscreen.model import Chain, KpRange
from camiscreen.values import dataclass

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Leg:
    """A chain with the chainage at each of its vertices and whether each edge is a bridge."""

    xy: Floats
    at_m: Floats
    bridged: NDArray[np.bool_]


class Ruler:
    """Finds places by chainage on the chains of one alignment."""

    def __init__(self, chains: tuple[Chain, ...]) -> None:
        self._legs = tuple(_leg(chain) for chain in chains)

    def point(self, kp_m: float) -> Floats | None:
        """Longitude and latitude (2,) at a chainage, or None where no chain has it."""
        for leg in self._legs:
            if leg.at_m[0] - 0.5 <= kp_m <= leg.at_m[-1] + 0.5:
                return _at(leg, kp_m)
        return None

    def slices(self, kp_range: KpRange, least_gap_m: float = 0.0) -> list[Floats]:
        """Lines (n, 2) between two chainages, broken at bridges of at least ``least_gap_m``.

        Shorter ones stay in the line: a map would show them as flaws of the print.
        """
        return [line[:, :2] for line in self.measured(kp_range, least_gap_m)]

    def measured(self, kp_range: KpRange, least_gap_m: float = 0.0) -> list[Floats]:
        """Lines (n, 3) as in ``slices``, with the chainage in metres of every vertex."""
        from_m, to_m = kp_range
        out: list[Floats] = []
        for leg in self._legs:
            start, end = max(from_m, float(leg.at_m[0])), min(to_m, float(leg.at_m[-1]))
            if end > start:
                out.extend(_cut(leg, start, end, least_gap_m))
        return out


@lru_cache(maxsize=64)
def _leg(chain: Chain) -> _Leg:
    xy = np.asarray(chain.line.coords, dtype=np.float64)[:, :2]
    along = cumulative_m(xy)
    total = float(along[-1])
    scale = (chain.to_m - chain.from_m) / total if total > 0 else 0.0
    bridged = np.zeros(len(xy) - 1, dtype=bool)
    bridged[list(chain.bridge_edges)] = True
    return _Leg(xy, chain.from_m + along * scale, bridged)


def _at(leg: _Leg, kp_m: float) -> Floats:
    lon = np.interp(kp_m, leg.at_m, leg.xy[:, 0])
    lat = np.interp(kp_m, leg.at_m, leg.xy[:, 1])
    return np.array([lon, lat])


def _cut(leg: _Leg, start: float, end: float, least_gap_m: float) -> list[Floats]:
    first = int(np.searchsorted(leg.at_m, start, side="right"))
    last = int(np.searchsorted(leg.at_m, end, side="left"))
    points = np.column_stack(
        [
            np.vstack([_at(leg, start), leg.xy[first:last], _at(leg, end)]),
            np.concatenate([[start], leg.at_m[first:last], [end]]),
        ]
    )
    # Edge i of the cut lies on edge first - 1 + i of the leg.
    wide = np.diff(leg.at_m[first - 1 : last + 1]) >= least_gap_m
    breaks = np.flatnonzero(leg.bridged[first - 1 : last] & wide)
    if not len(breaks):
        return [points]
    edges = [-1, *breaks.tolist(), len(points) - 1]
    pieces = (points[a + 1 : b + 1] for a, b in pairwise(edges))
    return [piece for piece in pieces if len(piece) >= 2]
