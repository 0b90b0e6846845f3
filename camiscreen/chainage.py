"""Ranges of chainage: putting them in order and together."""

from collections.abc import Iterable

from camiscreen.model import KpRange


def merge_ranges(ranges: Iterable[KpRange], gap_m: float = 0.5) -> tuple[KpRange, ...]:
    """Chainage ranges in order, those that overlap or lie within ``gap_m`` made one."""
    result: list[KpRange] = []
    for first, last in sorted(ranges):
        if result and first <= result[-1][1] + gap_m:
            result[-1] = (result[-1][0], max(result[-1][1], last))
        else:
            result.append((first, last))
    return tuple(result)
