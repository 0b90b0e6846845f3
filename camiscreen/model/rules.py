"""Measures, rules and the tables that judge significance."""

from collections.abc import Mapping

from camiscreen.model.words import Text
from camiscreen.values import dataclass
from camiscreen.vocabulary import (
    Attribute,
    Confidence,
    EvidenceStrength,
    GroundUse,
    Kind,
    Magnitude,
    Outcome,
    Quantity,
    Sensitivity,
    Significance,
    Step,
    StructureType,
    Subject,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumericSpec:
    """A figure of a measure. Only a verified one may be printed as a specification."""

    parameter: str
    operator: str
    values: tuple[float, ...]
    unit: str
    verified: bool
    basis: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """What shows whether a measure works: what is counted, how, and when where a source says so."""

    what: Text
    how: Text
    sources: tuple[str, ...]
    when: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One entry of the measure compendium.

    ``species`` narrows ``species_groups`` to single taxa where the text speaks of no others.
    """

    id: str
    step: Step
    kinds: tuple[Kind, ...]
    species_groups: tuple[str, ...]
    text: Text
    evidence: Text
    evidence_strength: EvidenceStrength
    analogue: bool
    clauses: tuple[str, ...]
    references: tuple[str, ...]
    verified: bool
    numbers: tuple[NumericSpec, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    species: tuple[str, ...] = ()
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What has to be found out in the field where a rule fires; part of the terms of reference.

    ``uses`` say which seasons of the species met it falls into, by what animals gather for then;
    empty: any season. ``method`` is given only where a clause or a reference names it.
    ``of_designer``: the answer stands in the design and not on the ground.
    """

    what: Text
    sources: tuple[str, ...]
    method: Text | None = None
    uses: tuple[GroundUse, ...] = ()
    of_designer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One test of a rule: a quantity against one bound, or an attribute against a list."""

    quantity: Quantity | None = None
    attribute: Attribute | None = None
    at_least: float | None = None
    more_than: float | None = None
    at_most: float | None = None
    less_than: float | None = None
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCase:
    """A situation in which a rule must fire, or must stay silent; ``given`` are its facts."""

    name: str
    fires: bool
    given: Mapping[str, str | float]


PLACEHOLDERS = (
    "species", "states", "subject", "months", "events", "distance", "share", "use", "area",
    "blocks", "nearest",
)  # fmt: skip
"""What the sentences of a rule may name; each is filled with words of the finding's subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonEvent:
    """What a season's event is called, and on which grounds it takes place where on any."""

    id: str
    name: Text
    use: GroundUse | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossingMinimum:
    """Smallest dimensions documented for a species at a kind of structure; None: not documented.

    ``width_to_length`` is the least ratio of the width along the line to the way across.
    ``in_corridor`` rows hold only where the structure stands in a corridor of the species.
    """

    species: tuple[str, ...]
    structures: tuple[StructureType, ...]
    height_m: float | None
    width_m: float | None
    sources: tuple[str, ...]
    note: Text
    width_to_length: float | None = None
    in_corridor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSpacing:
    """The documented spacing of lines beside each other, for whom it was studied, and its source.

    For species of other groups it is an analogue.
    """

    least_m: float
    preferred_m: float
    species_groups: tuple[str, ...]
    sources: tuple[str, ...]
    note: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule in the words of the field; all conditions must hold.

    ``sensitivity`` and ``magnitude`` are a level, or ``by_table`` to read it from the tables of
    the rulebook; a rule whose outcome is ``not_assessed`` has neither. ``sources`` are reference
    ids or clauses (``POW 3.5(f)``, ``Res. para 4``). ``title`` and ``statement`` may hold the
    names in ``PLACEHOLDERS``. ``together`` makes one finding of all subjects on which the rule
    fires, for what is said once for a project and not of every species. A condition that lets
    ``unknown`` pass makes the finding rest on an assumption, which is listed. ``survey`` is what to
    find out in the field wherever the rule fires.
    """

    id: str
    since: str
    outcome: Outcome
    subject: Subject
    title: Text
    statement: Text
    why: Text
    when: tuple[Condition, ...]
    measures: tuple[str, ...]
    sources: tuple[str, ...]
    cases: tuple[RuleCase, ...]
    sensitivity: str | None = None
    magnitude: str | None = None
    confidence: Confidence = Confidence.HIGH
    required: bool = False
    together: bool = False
    survey: Survey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row of a sensitivity or magnitude table; the first row whose conditions hold decides."""

    level: str
    when: tuple[Condition, ...]
    why: Text
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """One cell of the significance matrix."""

    sensitivity: Sensitivity
    magnitude: Magnitude
    significance: Significance
