"""The rulebook: everything that the rules folder holds."""

from collections.abc import Sequence

from camiscreen.model.encounters import ZoneSpec
from camiscreen.model.frameworks import Framework
from camiscreen.model.policy import Pack, Reference
from camiscreen.model.rules import (
    CrossingMinimum,
    LineSpacing,
    MatrixCell,
    Measure,
    Rule,
    SeasonEvent,
    TableRow,
)
from camiscreen.model.species import Species
from camiscreen.model.words import Text
from camiscreen.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Everything that judges. ``sha256`` covers every file it was read from."""

    version: str
    title: Text
    sha256: str
    zones: tuple[ZoneSpec, ...]
    matrix: tuple[MatrixCell, ...]
    matrix_why: Text
    sensitivity_table: tuple[TableRow, ...]
    magnitude_table: tuple[TableRow, ...]
    crossing_minimums: tuple[CrossingMinimum, ...]
    line_spacing: LineSpacing
    events: tuple[SeasonEvent, ...]
    months: tuple[Text, ...]
    rules: tuple[Rule, ...]
    measures: tuple[Measure, ...]
    species: tuple[Species, ...]
    references: Sequence[Reference]
    packs: Sequence[Pack]
    frameworks: Sequence[Framework] = ()
