"""Findings and facts x frameworks -> what each criterion comes to; pure, no geometry, no files.

A criterion whose text was not read decides nothing and is printed as to be checked. One that was
read is asked about the same subjects as the rules: where all its conditions hold of one, it is a
potential trigger (a test of the place) or it applies (a duty). Nothing here determines a lender's
test: a range cell that is met is not a proof, and one that is not met is no absence.
"""

from collections.abc import Iterable, Mapping, Sequence

from camiscreen.data_files import suggestion
from camiscreen.errors import CamiscreenError
from camiscreen.geometry.chainage import merge_ranges
from camiscreen.judging.cases import Case
from camiscreen.judging.conditions import holds, tested
from camiscreen.judging.subjects import cases_of
from camiscreen.model import (
    Condition,
    Criterion,
    CriterionResult,
    CriterionSubject,
    Exposure,
    Finding,
    Framework,
    FrameworkResult,
    Instrument,
    KpRange,
    Message,
    Project,
    Rulebook,
    Text,
    message,
)
from camiscreen.values import dataclass
from camiscreen.vocabulary import (
    Attribute,
    CriterionOutcome,
    CriterionRole,
    FrameworkKind,
    Subject,
)

NATIONAL = "national"
"""The word that stands for the frameworks of all states crossed."""
_NOT_VERIFIED = "not verified"


def check_known(words: Iterable[str], rulebook: Rulebook) -> None:
    """Raise CamiscreenError, with a suggestion, for a word that names no framework."""
    known = {NATIONAL, *_by_word(rulebook)}
    for word in words:
        if word.lower() not in known:
            listed = ", ".join([*(framework.id for framework in rulebook.frameworks), NATIONAL])
            hint = suggestion(word.lower(), sorted(known))
            raise CamiscreenError(f"--framework {word}: there is no such framework{hint}; {listed}")


def chosen(
    words: Iterable[str], rulebook: Rulebook, states: Iterable[str]
) -> tuple[Framework, ...]:
    """The frameworks that some words name, each once, in the order of the rulebook.

    A word is an id, the code of a state (``kz`` or ``KAZ``), or ``national`` for the states given.
    """
    by_word = _by_word(rulebook)
    wanted: set[str] = set()
    for word in words:
        if word.lower() == NATIONAL:
            wanted |= {by_word[state.lower()] for state in states if state.lower() in by_word}
        else:
            wanted.add(by_word[word.lower()])
    return tuple(framework for framework in rulebook.frameworks if framework.id in wanted)


def _by_word(rulebook: Rulebook) -> dict[str, str]:
    """Ids of frameworks by every word that names them."""
    words = {
        state.lower(): framework.id
        for framework in rulebook.frameworks
        if framework.kind is FrameworkKind.NATIONAL
        for state in framework.states
    }
    return {**words, **{framework.id: framework.id for framework in rulebook.frameworks}}


@dataclass(frozen=True, slots=True, kw_only=True)
class _World:
    """What criteria are decided by."""

    project: Project
    exposure: Exposure
    findings: Sequence[Finding]
    cases: Mapping[Subject, Sequence[Case]]

    @property
    def covered(self) -> bool:
        """Whether every required layer can speak of the whole project."""
        return all(c.covered_fraction >= 1 for c in self.exposure.coverage if c.required)


def assess(
    project: Project,
    exposure: Exposure,
    rulebook: Rulebook,
    findings: Sequence[Finding],
    words: Sequence[str],
) -> tuple[FrameworkResult, ...]:
    """What the frameworks named by ``words`` come to for a project."""
    if not words:
        return ()
    world = _World(
        project=project,
        exposure=exposure,
        findings=findings,
        cases=cases_of(project, exposure, rulebook),
    )
    crossed = [state.iso3 for state in exposure.states]
    results = []
    for framework in chosen(words, rulebook, crossed):
        instruments = {instrument.id: instrument for instrument in framework.instruments}
        concerned = [c for c in framework.criteria if _concerns(c, project, crossed)]
        results.append(
            FrameworkResult(
                framework=framework,
                results=tuple(_result(c, instruments[c.instrument], world) for c in concerned),
            )
        )
    return tuple(results)


def _concerns(criterion: Criterion, project: Project, crossed: Sequence[str]) -> bool:
    right_kind = not criterion.kinds or project.kind in criterion.kinds
    return right_kind and (not criterion.states or bool(set(criterion.states) & set(crossed)))


def _result(criterion: Criterion, instrument: Instrument, world: _World) -> CriterionResult:
    def result(
        outcome: CriterionOutcome, why: Message, met: Sequence[Case] = ()
    ) -> CriterionResult:
        subjects = tuple(_subject(criterion, case, world) for case in met)
        return CriterionResult(
            criterion=criterion,
            instrument=instrument,
            outcome=outcome,
            subjects=subjects,
            finding_ids=tuple(id_ for case in met for id_ in _finding_ids(criterion, case, world)),
            kp_ranges=merge_ranges([kp for subject in subjects for kp in subject.kp_ranges]),
            why=why,
        )

    outcome = CriterionOutcome
    if not criterion.verified:
        return result(outcome.TO_BE_CHECKED, message("framework.why.unverified"))
    if criterion.role is CriterionRole.CONTEXT:
        return result(outcome.CONTEXT, message("framework.why.context"))
    if criterion.subject is None:
        return result(outcome.TO_BE_CHECKED, message("framework.why.no_data"))
    placed = [
        case for case in world.cases[criterion.subject] if _lies_inside(criterion, case, world)
    ]
    met = [case for case in placed if all(holds(c, case.facts) for c in criterion.triggers)]
    if met:
        a_test = criterion.role is CriterionRole.TEST
        decided = outcome.POTENTIAL_TRIGGER if a_test else outcome.APPLIES
        return result(decided, message("framework.why.met", n=len(met)), met)
    undecided = [
        case
        for case in placed
        if all(holds(c, case.facts) or _is_open(c, case) for c in criterion.triggers)
    ]
    if undecided:
        return result(outcome.TO_BE_CHECKED, message("framework.why.undecided"), undecided)
    if not world.covered:
        return result(outcome.TO_BE_CHECKED, message("framework.why.not_covered"))
    return result(outcome.NOT_MET, message("framework.why.not_met"))


def _is_open(condition: Condition, case: Case) -> bool:
    """Whether a condition that fails might hold after all.

    A range may reach the project where it is nearer than its layer is accurate; a Red List
    category that is not verified may be any.
    """
    if condition.attribute in {Attribute.ZONE, Attribute.RELATION}:
        return any(e.distance_m <= e.positional_accuracy_m for e in case.encounters)
    name = condition.attribute
    return name is not None and case.facts[name] == _NOT_VERIFIED


# ----------------------------------------------------------------------------------------------
# Place and findings of a subject
# ----------------------------------------------------------------------------------------------


def _subject(criterion: Criterion, case: Case, world: _World) -> CriterionSubject:
    name = world.project.name
    return CriterionSubject(
        key=case.key,
        name=case.words["subject"] if case.key != "project" else Text(en=name, ru=name),
        kp_ranges=_kp_ranges(criterion, case, world),
        trace=tuple(tested(condition, case.facts) for condition in criterion.triggers),
    )


def _kp_ranges(criterion: Criterion, case: Case, world: _World) -> tuple[KpRange, ...]:
    """Where along the alignment, inside the criterion's states if it has any."""
    if criterion.subject is not Subject.SPECIES_RANGE or not criterion.states:
        return case.kp_ranges
    inside = [
        kp for state in world.exposure.states if state.iso3 in criterion.states
        for kp in state.kp_ranges
    ]  # fmt: skip
    common = [
        (max(one[0], other[0]), min(one[1], other[1])) for one in case.kp_ranges for other in inside
    ]
    return merge_ranges([(from_m, to_m) for from_m, to_m in common if from_m < to_m])


def _lies_inside(criterion: Criterion, case: Case, world: _World) -> bool:
    """Whether a subject lies in the criterion's states; one without chainage by its range."""
    if criterion.subject is not Subject.SPECIES_RANGE or not criterion.states:
        return True
    if case.kp_ranges:
        return bool(_kp_ranges(criterion, case, world))
    reached = {state for encounter in case.encounters for state in encounter.receptor.states}
    return bool(reached & set(criterion.states))


def _finding_ids(criterion: Criterion, case: Case, world: _World) -> list[str]:
    """The findings that the rules made on the same subject."""
    return [
        finding.id
        for finding in world.findings
        if finding.receptor_kind == criterion.subject and finding.id.partition(":")[2] == case.key
    ]
