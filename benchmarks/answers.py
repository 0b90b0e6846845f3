"""What one way of measuring found, and whether two ways found the same."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

REACH_M = 10_000.0
"""Distances beyond this are nobody's business here."""

SHARE, LEAST_M = 1e-3, 1.0
"""Two answers agree within 0.1 %, or within a metre."""

Columns: TypeAlias = tuple[NDArray[Any], ...]


class DisagreementError(Exception):
    """Two ways of measuring the same found different things."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Route by polygon, sorted: ``keys`` (n, 2), ``metres`` inside or away, ``inside`` (n,)."""

    keys: NDArray[np.int64]
    metres: NDArray[np.float64]
    inside: NDArray[np.bool_]

    @classmethod
    def of(cls, met: Columns, near: Columns = (), /) -> Self:
        """Of routes, polygons and metres: those met, with lengths, and those near, with distances.

        Of several distances of one pair the least counts; what is met is not near.
        """
        route, polygon, length_m = met
        none = np.zeros(0, dtype=np.int64)
        near_route, near_polygon, distance_m = near or (none, none, none)
        keys = np.vstack(
            [np.column_stack([route, polygon]), np.column_stack([near_route, near_polygon])]
        ).astype(np.int64)
        metres = np.concatenate([length_m, distance_m]).astype(np.float64)
        inside = np.arange(len(metres)) < len(route)
        kept = inside | (metres <= REACH_M)
        keys, metres, inside = keys[kept], metres[kept], inside[kept]
        order = np.lexsort([metres, keys[:, 1], keys[:, 0]])
        keys, metres, inside = keys[order], metres[order], inside[order]
        first = np.ones(len(keys), dtype=bool)
        first[1:] = (keys[1:] != keys[:-1]).any(axis=1)
        return cls(keys=keys[first], metres=metres[first], inside=inside[first])

    def save(self, path: Path) -> None:
        """Write as .npz."""
        np.savez(path, keys=self.keys, metres=self.metres, inside=self.inside)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what ``save`` wrote."""
        with np.load(path) as file:
            return cls(keys=file["keys"], metres=file["metres"], inside=file["inside"])


def compare(one: Answers, other: Answers, *, lengths_only: bool = False) -> str:
    """What was compared and how far apart it was at most.

    Raises DisagreementError where a meeting is missing on one side, unless it is shorter than
    ``LEAST_M`` or lies so close to the reach, where metres differ by more than is allowed, or where
    nothing was compared.
    """
    a, b = _by_key(one, lengths_only), _by_key(other, lengths_only)
    something(len(a.keys() & b.keys()))
    worst_share, worst_m, wrong = 0.0, 0.0, []
    for key in a.keys() | b.keys():
        mine, theirs = a.get(key), b.get(key)
        if mine is None or theirs is None:
            metres, inside = mine or theirs or (0.0, True)
            edge = metres if inside else min(REACH_M - metres, metres)
            if edge > max(LEAST_M, SHARE * REACH_M * (not inside)):
                wrong.append(f"{key}: only one side has {metres:.2f} m")
            continue
        if mine[1] != theirs[1]:
            if max(mine[0], theirs[0]) > LEAST_M:
                wrong.append(f"{key}: inside or not: {mine} {theirs}")
            continue
        off_m = abs(mine[0] - theirs[0])
        if off_m > max(LEAST_M, SHARE * theirs[0]):
            wrong.append(f"{key}: {mine[0]:.2f} m and {theirs[0]:.2f} m")
        worst_m = max(worst_m, off_m)
        if theirs[0] > LEAST_M / SHARE:
            worst_share = max(worst_share, off_m / theirs[0])
    if wrong:
        shown = "\n  ".join(sorted(wrong)[:10])
        raise DisagreementError(f"{len(wrong)} of {len(a.keys() | b.keys())} differ:\n  {shown}")
    return f"{len(a.keys() & b.keys())} answers agree, worst {worst_share:.1e} or {worst_m:.2f} m"


def something(compared: int) -> None:
    """Raises DisagreementError where nothing was compared: that is no agreement."""
    if not compared:
        raise DisagreementError("nothing was compared: neither side found what the other found")


def _by_key(answers: Answers, lengths_only: bool) -> dict[tuple[int, int], tuple[float, bool]]:
    return {
        (route, polygon): (metres, inside)
        for (route, polygon), metres, inside in zip(
            answers.keys.tolist(), answers.metres.tolist(), answers.inside.tolist(), strict=True
        )
        if inside or not lengths_only
    }
