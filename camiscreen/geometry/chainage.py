"""Ranges of chainage: reading them as people write them, putting them in order and together."""

import re
from collections.abc import Iterable

from camiscreen.model import KpRange

_WRITTEN = r"(?:KP|км)?\s*(\d+)\+(\d{3}(?:\.\d+)?)"


def metres_of(chainage: object) -> float | None:
    """Metres of a chainage in kilometres (``427.5``) or as the field writes it (``"427+500"``).

    None for anything else.
    """
    if isinstance(chainage, bool):
        return None
    if isinstance(chainage, int | float):
        return float(chainage) * 1000 if chainage >= 0 else None
    match = re.fullmatch(_WRITTEN, str(chainage).strip(), re.IGNORECASE)
    return int(match[1]) * 1000 + float(match[2]) if match else None


def bare_kp(kp_range: KpRange) -> str:
    """A stretch as the field writes it, without a word of any language: ``12+000–30+500``."""
    ends = [divmod(round(end), 1000) for end in kp_range]
    return "–".join(f"{km}+{m:03d}" for km, m in ends)


def without(ranges: Iterable[KpRange], taken: Iterable[KpRange], least_m: float) -> list[KpRange]:
    """What is left of some ranges beside others; what is not longer than ``least_m`` is nothing."""
    left = merge_ranges(ranges)
    for first, last in taken:
        pieces = [piece for a, b in left for piece in ((a, min(b, first)), (max(a, last), b))]
        left = tuple((a, b) for a, b in pieces if b > a)
    return [(a, b) for a, b in left if b - a > least_m]


def merge_ranges(ranges: Iterable[KpRange], gap_m: float = 0.5) -> tuple[KpRange, ...]:
    """Chainage ranges in order, those that overlap or lie within ``gap_m`` made one."""
    result: list[KpRange] = []
    for first, last in sorted(ranges):
        if result and first <= result[-1][1] + gap_m:
            result[-1] = (result[-1][0], max(result[-1][1], last))
        else:
            result.append((first, last))
    return tuple(result)
