"""Small ways with arrays of numbers that several modules share."""

from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]


Scalar = TypeVar("Scalar", bound=np.generic)


def distinct(values: NDArray[Scalar]) -> NDArray[Scalar]:
    """Every value once, sorted: ``np.unique`` without the 5 ms that its first call imports."""
    ordered = np.sort(values, axis=None)
    new = np.ones(len(ordered), dtype=bool)
    new[1:] = ordered[1:] != ordered[:-1]
    found: NDArray[Scalar] = ordered[new]
    return found


def among(values: Whole, known: Whole) -> NDArray[np.bool_]:
    """Which values are among those known: ``np.isin``, which would import as much."""
    if not len(known):
        return np.zeros(len(values), dtype=bool)
    ordered = np.sort(known)
    place = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    found: NDArray[np.bool_] = ordered[place] == values
    return found


def expand(first: Whole, count: Whole) -> tuple[Whole, Whole]:
    """For rows that stand for ``count`` items from ``first`` on: row and item of each."""
    row = np.repeat(np.arange(len(count)), count)
    return row, np.arange(len(row)) + np.repeat(first - (np.cumsum(count) - count), count)


def split(counts: Whole, size: int) -> tuple[Whole, Whole]:
    """First item and the one after the last of each piece, where runs are cut every ``size``."""
    pieces = -(-counts // size)
    run = np.repeat(np.arange(len(counts)), pieces)
    ends = np.cumsum(counts)
    step = np.arange(len(run)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    starts = (ends - counts)[run] + size * step
    return starts, np.minimum(starts + size, ends[run])
