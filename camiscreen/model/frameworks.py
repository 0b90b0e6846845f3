"""Criteria of lenders, states and conventions."""

from camiscreen.model.rules import Condition, NumericSpec, RuleCase
from camiscreen.model.words import Text
from camiscreen.values import dataclass
from camiscreen.vocabulary import Basis, CriterionRole, FrameworkKind, Kind, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """The law, standard or paper that a criterion stands in, and which edition was looked at."""

    id: str
    title: Text
    edition: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One row of a framework, in the tool's own words.

    ``states`` (ISO 3166) and ``kinds`` say whom it concerns, empty means all. ``verified`` is
    true only where the text was read; only then may it have ``triggers``, which must all hold of
    one ``subject``. ``missing`` says what has to be read or known before it can be decided.
    """

    id: str
    instrument: str
    locator: Text
    role: CriterionRole
    requirement: Text
    states: tuple[str, ...]
    kinds: tuple[Kind, ...]
    references: tuple[str, ...]
    basis: Basis
    verified: bool
    numeric: NumericSpec | None = None
    subject: Subject | None = None
    triggers: tuple[Condition, ...] = ()
    cases: tuple[RuleCase, ...] = ()
    missing: Text | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """The criteria of a lender, a state, a convention, or of design analogues."""

    id: str
    title: Text
    kind: FrameworkKind
    states: tuple[str, ...]
    note: Text
    instruments: tuple[Instrument, ...]
    criteria: tuple[Criterion, ...]
