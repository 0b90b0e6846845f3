"""What a mapping says of aggregation grounds: what animals gather there for, and when."""

import re
from collections.abc import Mapping

from camiscreen.data_files import suggestion
from camiscreen.layers.mapping import FileMapping
from camiscreen.vocabulary import GroundUse, ReceptorKind

_MONTHS = re.compile(r"(\d+)(?:\s*[-–—]\s*(\d+))?")
"""``4``, or ``4-6``; ``11-2`` runs over the turn of the year."""


def unsaid(mapping: FileMapping) -> list[str]:
    """What the mapping of a layer of grounds must say and does not, one sentence each."""
    if mapping.receptor_kind is not ReceptorKind.AGGREGATION_GROUND:
        return []
    found = []
    if not (mapping.ground_use or mapping.ground_use_column):
        words = ", ".join(GroundUse)
        found.append(f"the mapping must state ground_use ({words}) or ground_use_column")
    if not (mapping.species or mapping.species_column):
        found.append("the mapping must state species or species_column for aggregation grounds")
    return found


def use_of(word: str, mapping: FileMapping) -> GroundUse:
    """The use that a cell names. Raises ValueError with what to do for a word that is none."""
    if mapping.ground_use_column is None:
        return mapping.ground_use or GroundUse.OTHER
    given: Mapping[str, GroundUse] = mapping.ground_use_names or {}
    if word in given:
        return given[word]
    if word.lower() in list(GroundUse):
        return GroundUse(word.lower())
    if not word and mapping.ground_use is not None:
        return mapping.ground_use
    known = [*given, *GroundUse]
    raise ValueError(
        f"{mapping.ground_use_column} is {word!r}, which is none of {', '.join(known)}"
        f"{suggestion(word, known)}; translate it in ground_use_names"
    )


def months_of(cell: str, column: str) -> tuple[int, ...]:
    """Months of a cell such as ``4, 5`` or ``11-2``. Raises ValueError where it holds none."""
    found: set[int] = set()
    parts = _MONTHS.findall(cell)
    for first, last in parts:
        start, end = int(first), int(last or first)
        if not (1 <= start <= 12 and 1 <= end <= 12):
            parts = []
            break
        span = (end - start) % 12
        found |= {(start - 1 + step) % 12 + 1 for step in range(span + 1)}
    if cell and (not parts or _MONTHS.sub("", cell).strip(" ,;/")):
        raise ValueError(f"{column} is {cell!r}; write months as numbers, for example 4, 5 or 11-2")
    return tuple(sorted(found))
