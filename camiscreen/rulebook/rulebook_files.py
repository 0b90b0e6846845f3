"""Which files a rules folder holds, and the shape of each: for reading, checking and editors."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import PurePath

from camiscreen.model import (
    CrossingMinimum,
    Framework,
    LineSpacing,
    MatrixCell,
    Measure,
    Pack,
    Reference,
    Rule,
    SeasonEvent,
    Species,
    SpeciesNote,
    TableRow,
    Text,
    ZoneSpec,
)
from camiscreen.rulebook.policy_packs import Clauses, Coverage
from camiscreen.values import dataclass
from camiscreen.vocabulary import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """``rulebook.yaml``: the version, which changes whenever a verdict could change."""

    version: str
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Zones:
    """``zones.yaml``: the buffers around a project, in order of width."""

    zones: tuple[ZoneSpec, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """``significance/matrix.yaml``: sensitivity and magnitude to significance."""

    why: Text
    sources: tuple[str, ...]
    matrix: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``significance/sensitivity.yaml`` and ``magnitude.yaml``: the first row that holds decides.

    The last row has no condition, so that every case has a level.
    """

    subject: Subject
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """A file of sources; ``seen`` says how much of each was read."""

    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """A file of measures."""

    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossingMinimums:
    """``significance/crossing_minimums.yaml``: sizes of crossing structures by species."""

    crossing_minimums: tuple[CrossingMinimum, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """``calendar.yaml``: names of months and of the events that seasons name."""

    months: tuple[Text, ...]
    events: tuple[SeasonEvent, ...]


FILE_KINDS: Mapping[str, type] = {
    "rulebook.yaml": Head,
    "zones.yaml": Zones,
    "significance/matrix.yaml": Matrix,
    "significance/sensitivity.yaml": Table,
    "significance/magnitude.yaml": Table,
    "significance/crossing_minimums.yaml": CrossingMinimums,
    "significance/line_spacing.yaml": LineSpacing,
    "calendar.yaml": Calendar,
    "evidence/*.yaml": References,
    "measures/*.yaml": Measures,
    "species/*.yaml": Species,
    "species_notes/*.yaml": SpeciesNote,
    "screening/*.yaml": Rule,
    "packs/*/pack.yaml": Pack,
    "packs/*/clauses.yaml": Clauses,
    "packs/*/coverage.yaml": Coverage,
    "frameworks/*.yaml": Framework,
}
"""Where in a rules folder each kind of file lies, and what it holds."""

FOLDERS = tuple(sorted({PurePath(pattern).parts[0] for pattern in FILE_KINDS}))
"""The first step of every pattern."""


def kind_of(path: PurePath) -> str | None:
    """The pattern of ``FILE_KINDS`` that a path inside a rules folder matches."""
    for pattern in FILE_KINDS:
        wanted = PurePath(pattern).parts
        if len(wanted) == len(path.parts) and all(map(fnmatchcase, path.parts, wanted)):
            return pattern
    return None
