"""Ways across the line: what counts as one for a species, and how far apart they stand.

Sizes are held against what is documented as the least; where nothing is, any size counts.
"""

from collections.abc import Sequence
from itertools import pairwise

from camiscreen.model import CrossingMinimum, KpRange, Rulebook, Species, Structure

NO_MINIMUM = "no minimum documented"


def passable(
    structure: Structure, species: Species, book: Rulebook, *, in_corridor: bool = False
) -> bool:
    """Whether a structure counts as a way across: not where it is too small, or may be."""
    least = least_size(structure, species, book, in_corridor=in_corridor)
    return dimensions(structure, least) not in {"below", "unknown"}


def least_size(
    structure: Structure, species: Species, book: Rulebook, *, in_corridor: bool = False
) -> CrossingMinimum | None:
    """What is documented as the least size of such a structure for a species.

    In a corridor of the species the row for mass migration comes first, where there is one.
    """
    rows = [
        row
        for row in book.crossing_minimums
        if species.id in row.species and structure.type in row.structures
        if in_corridor or not row.in_corridor
    ]
    return next(iter(sorted(rows, key=lambda row: not row.in_corridor)), None)


def dimensions(structure: Structure, least: CrossingMinimum | None) -> str:
    """A structure's size against the least one: sufficient, below, unknown, or none documented."""
    if least is None:
        return NO_MINIMUM
    ratio = None
    if structure.width_m is not None and structure.length_m:
        ratio = structure.width_m / structure.length_m
    pairs = [
        (structure.height_m, least.height_m),
        (structure.width_m, least.width_m),
        (ratio, least.width_to_length),
    ]
    asked = [(given, floor) for given, floor in pairs if floor is not None]
    if any(given is not None and given < floor for given, floor in asked):
        return "below"
    return "unknown" if any(given is None for given, _ in asked) else "sufficient"


def widest_gap_m(ranges: Sequence[KpRange], structures: Sequence[Structure]) -> float:
    """Longest stretch without any way across."""
    widest = 0.0
    for first, last in ranges:
        stops = sorted(s.at_m for s in structures if first <= s.at_m <= last)
        widest = max([widest, *(b - a for a, b in pairwise([first, *stops, last]))])
    return widest


def nearest_m(ranges: Sequence[KpRange], structures: Sequence[Structure]) -> float | None:
    """Along the line from some ranges to the nearest structure, 0 inside; None without any."""
    return min(
        (max(first - s.at_m, s.at_m - last, 0.0) for first, last in ranges for s in structures),
        default=None,
    )
