"""Cross-checks of the frameworks: what is verified rests on reading, what is not decides nothing.

This module's one job. It reads no file: the rulebook hands it what was read and the checks that
rules and frameworks share.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from camiscreen.data_files import DataFile, KeyPath, suggestion
from camiscreen.model import Condition, Criterion, Framework
from camiscreen.vocabulary import Basis, CriterionRole, FrameworkKind, Subject

_SUBJECTS = (Subject.SPECIES_RANGE, Subject.STATE, Subject.PROJECT)


class Checks(Protocol):
    """What the rulebook checks of every file, whoever asks."""

    states: set[str]

    def problem(self, file: DataFile, at: KeyPath, what: str) -> None:
        """Note a mistake at its place."""

    def unique(self, what: str, ids: Iterable[tuple[str, DataFile, KeyPath]]) -> None:
        """Every id once."""

    def sources(self, sources: Iterable[str], file: DataFile, at: KeyPath) -> None:
        """Every source known."""

    def backed(self, verified: bool, ids: Sequence[str], file: DataFile, at: KeyPath) -> None:
        """What is verified rests on a source read first-hand."""

    def conditions(
        self, when: Sequence[Condition], subject: Subject, file: DataFile, at: KeyPath
    ) -> None:
        """Conditions of the closed vocabulary."""

    def facts(
        self, given: Mapping[str, str | float], subject: Subject, file: DataFile, at: KeyPath
    ) -> None:
        """Facts of the closed vocabulary."""


def ordered(frameworks: Iterable[Framework]) -> tuple[Framework, ...]:
    """Lenders first, then states, conventions and analogues, each by id."""
    kinds = list(FrameworkKind)
    return tuple(sorted(frameworks, key=lambda item: (kinds.index(item.kind), item.id)))


def check(frameworks: Sequence[tuple[Framework, DataFile]], checks: Checks) -> None:
    """Note every mistake in every framework."""
    checks.unique("framework", [(item.id, file, ("id",)) for item, file in frameworks])
    rows = [
        (criterion.id, file, ("criteria", index, "id"))
        for item, file in frameworks
        for index, criterion in enumerate(item.criteria)
    ]
    checks.unique("criterion", rows)
    for item, file in frameworks:
        if file.path.name != f"{item.id}.yaml":
            checks.problem(file, ("id",), f"id: the file's name must be {item.id}.yaml")
        if item.kind is FrameworkKind.NATIONAL and not item.states:
            checks.problem(file, ("states",), "states: a national framework names its state")
        _states(item.states, file, ("states",), checks)
        named = [
            (instrument.id, file, ("instruments", index, "id"))
            for index, instrument in enumerate(item.instruments)
        ]
        checks.unique("instrument", named)
        instruments = {instrument.id for instrument in item.instruments}
        for index, criterion in enumerate(item.criteria):
            at: KeyPath = ("criteria", index)
            if criterion.instrument not in instruments:
                hint = suggestion(criterion.instrument, sorted(instruments))
                text = f"instrument: there is no instrument {criterion.instrument}{hint}"
                checks.problem(file, (*at, "instrument"), text)
            _states(criterion.states, file, (*at, "states"), checks)
            _reading(criterion, file, at, checks)
            _triggers(criterion, file, at, checks)


def _states(states: Iterable[str], file: DataFile, at: KeyPath, checks: Checks) -> None:
    for index, state in enumerate(states):
        if state not in checks.states:
            hint = suggestion(state, sorted(checks.states))
            text = f"states: {state!r} is no range state of any species{hint}"
            checks.problem(file, (*at, index), text)


def _reading(criterion: Criterion, file: DataFile, at: KeyPath, checks: Checks) -> None:
    """``verified`` needs both the record's word and a source that was read."""
    if not criterion.references:
        checks.problem(file, (*at, "references"), "references: a criterion needs at least one")
    checks.sources(criterion.references, file, (*at, "references"))
    checks.backed(criterion.verified, criterion.references, file, at)
    spec = criterion.numeric
    if spec is not None:
        place: KeyPath = (*at, "numeric")
        checks.sources(spec.references, file, (*place, "references"))
        checks.backed(spec.verified, spec.references, file, place)
        if spec.verified and not criterion.verified:
            text = "verified: a figure is no better known than the criterion it belongs to"
            checks.problem(file, (*place, "verified"), text)
    if criterion.basis is Basis.UNREAD and (criterion.verified or spec is not None):
        text = "basis: what was not read is neither verified nor has it a figure"
        checks.problem(file, (*at, "basis"), text)
    decides = bool(criterion.triggers) or criterion.role is CriterionRole.CONTEXT
    if criterion.missing is None and not (criterion.verified and decides):
        text = "missing: say what has to be read or known before this can be decided"
        checks.problem(file, at, text)


def _triggers(criterion: Criterion, file: DataFile, at: KeyPath, checks: Checks) -> None:
    """Only what was read may decide, and only with a case for each answer."""
    if not criterion.triggers:
        if criterion.subject is not None or criterion.cases:
            text = "triggers: a subject and cases need at least one condition"
            checks.problem(file, at, text)
        return
    if not criterion.verified:
        checks.problem(file, (*at, "triggers"), "triggers: only a verified criterion may have any")
    if criterion.role is CriterionRole.CONTEXT:
        checks.problem(file, (*at, "triggers"), "triggers: a row of context decides nothing")
    if criterion.subject not in _SUBJECTS:
        text = f"subject: triggers need one of {', '.join(_SUBJECTS)}"
        checks.problem(file, (*at, "subject"), text)
        return
    checks.conditions(criterion.triggers, criterion.subject, file, (*at, "triggers"))
    if {case.fires for case in criterion.cases} != {True, False}:
        text = "cases: triggers need one case that fires and one that is silent"
        checks.problem(file, (*at, "cases"), text)
    for index, case in enumerate(criterion.cases):
        place = (*at, "cases", index, "given")
        checks.facts(case.given, criterion.subject, file, place)
