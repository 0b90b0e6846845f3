"""Cases x rulebook -> findings: pure judgement, no geometry and no files.

A rule applies to a case where all its conditions hold; every test is kept as a trace. The cases
of one subject on which a rule fires make one finding, as grave as its gravest part.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from camiscreen.chainage import bare_kp, merge_ranges
from camiscreen.conditions import Facts, holds, row_for, tested
from camiscreen.design_stretches import taken_as_open
from camiscreen.model import (
    Condition,
    Exposure,
    Finding,
    KpRange,
    Measure,
    Message,
    NotAssessed,
    Project,
    Rule,
    Rulebook,
    Species,
    TableRow,
    Text,
    Trace,
    message,
)
from camiscreen.subjects import Case, cases_of, listed
from camiscreen.values import dataclass
from camiscreen.vocabulary import (
    Kind,
    Magnitude,
    Outcome,
    Sensitivity,
    Significance,
    TracePart,
    Verdict,
)

BY_TABLE = "by_table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """What the rulebook says of a project."""

    findings: tuple[Finding, ...]
    not_assessed: tuple[NotAssessed, ...]
    assumptions: tuple[Message, ...]
    verdict: Verdict


def appraise(
    project: Project,
    exposure: Exposure,
    rulebook: Rulebook,
) -> Appraisal:
    """Apply every rule to every subject; findings come worst first and are numbered so."""
    cases = cases_of(project, exposure, rulebook)
    findings: list[Finding] = []
    not_assessed: list[NotAssessed] = []
    for rule in rulebook.rules:
        by_key: dict[str, list[Case]] = defaultdict(list)
        for case in cases[rule.subject]:
            if all(holds(condition, case.facts) for condition in rule.when):
                by_key["project" if rule.together else case.key].append(case)
        for key, fired in by_key.items():
            if rule.outcome is Outcome.FINDING:
                findings.append(_finding(rule, key, fired, project, rulebook))
            else:
                not_assessed.append(_not_assessed(rule, key, fired))
    # Whole metres: what differs by rounding alone must not decide the order.
    findings.sort(
        key=lambda f: (-f.significance.rank, -f.sensitivity.rank, -round(f.length_m), f.id)
    )
    numbered = tuple(
        replace(finding, number=f"F{number}") for number, finding in enumerate(findings, start=1)
    )
    gaps = (*not_assessed, *exposure.not_assessed)
    assumptions = dict.fromkeys(a for finding in numbered for a in finding.assumptions)
    if taken_as_open(project):
        assumptions[message("assumption.power_line_not_fenced")] = None
    return Appraisal(
        findings=numbered,
        not_assessed=gaps,
        assumptions=tuple(assumptions),
        verdict=verdict_of(numbered, gaps),
    )


def verdict_of(findings: Sequence[Finding], gaps: Sequence[NotAssessed]) -> Verdict:
    """The worst unaccepted finding; without any, incomplete where something required is open.

    Findings that are all accepted are findings still: their verdict is never none.
    """
    levels = [finding.significance for finding in findings if finding.accepted is None]
    if levels:
        return Verdict(str(max(levels)))
    if any(gap.required for gap in gaps):
        return Verdict.INCOMPLETE
    return Verdict.ACCEPTED if findings else Verdict.NONE


# ----------------------------------------------------------------------------------------------
# Judging one case
# ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """One case with its levels, the tests that led there and what they took for granted."""

    case: Case
    sensitivity: Sensitivity
    magnitude: Magnitude
    significance: Significance
    trace: tuple[Trace, ...]
    assumptions: tuple[Message, ...]
    sources: tuple[str, ...]


def _judge(rule: Rule, case: Case, book: Rulebook) -> _Judged:
    asked = list(rule.when)
    steps = [tested(condition, case.facts) for condition in rule.when]
    sources = [*rule.sources, *case.sources]
    levels: dict[str, str] = {}
    tables = {"sensitivity": book.sensitivity_table, "magnitude": book.magnitude_table}
    for name, table in tables.items():
        level, row = _level(getattr(rule, name), table, case.facts)
        part = TracePart(name)
        if row is not None:
            asked += row.when
            sources += row.sources
            steps += [tested(condition, case.facts, part) for condition in row.when]
        steps.append(_level_step(part, level, row, table))
        levels[name] = level
    sensitivity, magnitude = Sensitivity(levels["sensitivity"]), Magnitude(levels["magnitude"])
    significance = _significance(sensitivity, magnitude, book)
    steps.append(
        Trace(
            subject="significance",
            test=f"matrix: sensitivity {sensitivity}, magnitude {magnitude}",
            value=str(significance),
            holds=True,
            part=TracePart.SIGNIFICANCE,
            why=book.matrix_why,
        )
    )
    return _Judged(
        case=case,
        sensitivity=sensitivity,
        magnitude=magnitude,
        significance=significance,
        trace=tuple(steps),
        assumptions=_assumed(asked, case.facts),
        sources=tuple(sources),
    )


def _level(
    stated: str | None, table: Sequence[TableRow], facts: Facts
) -> tuple[str, TableRow | None]:
    """A level that a rule states, or that a table gives with the row that gives it."""
    if stated != BY_TABLE:
        assert stated is not None
        return stated, None
    row = row_for(table, facts)
    return row.level, row


def _level_step(
    part: TracePart, level: str, row: TableRow | None, table: Sequence[TableRow]
) -> Trace:
    """Where a level comes from: the rule states it, or a row of the table gives it, and why."""
    if row is None:
        return Trace(
            subject=str(part), test="stated by the rule", value=level, holds=True, part=part
        )
    number = table.index(row) + 1
    return Trace(
        subject=str(part),
        test=f"row {number} of the table",
        value=level,
        holds=True,
        part=part,
        row=number,
        why=row.why,
        sources=row.sources,
    )


def _assumed(asked: Sequence[Condition], facts: Facts) -> tuple[Message, ...]:
    """What a case took for granted: tests that an unknown passed as the worst case."""
    unknown = [
        condition.attribute
        for condition in asked
        if condition.attribute is not None
        and facts[condition.attribute] == "unknown"
        and "unknown" in condition.any_of
        and len(condition.any_of) > 1
    ]
    return tuple(message(f"assumption.{attribute}_unknown") for attribute in dict.fromkeys(unknown))


def _significance(sensitivity: Sensitivity, magnitude: Magnitude, book: Rulebook) -> Significance:
    return next(
        cell.significance
        for cell in book.matrix
        if cell.sensitivity is sensitivity and cell.magnitude is magnitude
    )


# ----------------------------------------------------------------------------------------------
# Results
# ----------------------------------------------------------------------------------------------


def _finding(
    rule: Rule, key: str, fired: Sequence[Case], project: Project, book: Rulebook
) -> Finding:
    judged = [_judge(rule, case, book) for case in fired]
    worst = max(judged, key=lambda item: (item.significance.rank, item.magnitude.rank))
    species = tuple({s.id: s for case in fired for s in case.species}.values())
    kp_ranges = merge_ranges([kp for case in fired for kp in case.kp_ranges])
    words = _words(fired) if rule.together else worst.case.words
    of_data = min(case.confidence for case in fired)
    confidence = min(rule.confidence, of_data)
    sure = Trace(
        subject="confidence",
        test=f"the lower of rule {rule.confidence}, data {of_data}",
        value=str(confidence),
        holds=True,
        part=TracePart.CONFIDENCE,
    )
    return Finding(
        id=f"{rule.id}:{key}",
        number="",
        rule_id=rule.id,
        title=_filled(rule.title, words),
        statement=_filled(rule.statement, words),
        why=_filled(rule.why, words),
        receptor_kind=str(rule.subject),
        encounters=tuple({e.id: e for case in fired for e in case.encounters}.values()),
        species_ids=tuple(item.id for item in species),
        sensitivity=worst.sensitivity,
        magnitude=worst.magnitude,
        significance=worst.significance,
        confidence=confidence,
        kp_ranges=kp_ranges,
        length_m=_length_m(fired, kp_ranges),
        measures=_measures(rule, species, project.kind, book),
        sources=tuple(dict.fromkeys(s for item in judged for s in item.sources)),
        assumptions=tuple(dict.fromkeys(a for item in judged for a in item.assumptions)),
        trace=(*_gravest_of(fired, worst.case), *worst.trace, sure),
    )


def _gravest_of(fired: Sequence[Case], worst: Case) -> tuple[Trace, ...]:
    """Which of several cases the trace of a finding is that of."""
    if len(fired) == 1:
        return ()
    where = ", ".join(bare_kp(kp_range) for kp_range in worst.kp_ranges)
    return (
        Trace(
            subject="subject",
            test=f"the gravest of {len(fired)}",
            value=f"{worst.key}, KP {where}" if where else worst.key,
            holds=True,
            part=TracePart.SUBJECT,
        ),
    )


def _words(fired: Sequence[Case]) -> dict[str, Text]:
    """The words of several cases in a row, each once."""
    names = dict.fromkeys(name for case in fired for name in case.words)
    return {
        name: listed([case.words[name] for case in fired if name in case.words]) for name in names
    }


def _length_m(fired: Sequence[Case], kp_ranges: Sequence[KpRange]) -> float:
    """Length as given of all cases; where they lie over each other, each stretch once."""
    summed_m = sum(case.length_m for case in fired)
    by_chainage_m = sum(last - first for case in fired for first, last in case.kp_ranges)
    once_m = sum(last - first for first, last in kp_ranges)
    return summed_m * (once_m / by_chainage_m if by_chainage_m else 1.0)


def _measures(
    rule: Rule, species: Sequence[Species], kind: Kind, book: Rulebook
) -> tuple[Measure, ...]:
    """The rule's measures that are meant for this kind and these species, in its order."""
    by_id = {measure.id: measure for measure in book.measures}
    groups = {item.group for item in species} | {"all"}
    return tuple(
        measure
        for measure in (by_id[id_] for id_ in rule.measures)
        if kind in measure.kinds and (groups & set(measure.species_groups) or not species)
    )


def _not_assessed(rule: Rule, key: str, fired: Sequence[Case]) -> NotAssessed:
    coverage = [case.coverage for case in fired if case.coverage is not None]
    words = _words(fired)
    return NotAssessed(
        subject_id=f"layer:{key}" if coverage and not rule.together else f"{rule.id}:{key}",
        subject=words["subject"] if coverage and not rule.together else _filled(rule.title, words),
        reason_code=rule.id,
        reason=_filled(rule.statement, words),
        covered_fraction=min((item.covered_fraction for item in coverage), default=0.0),
        required=rule.required,
        kp_ranges=merge_ranges([kp for item in fired for kp in item.kp_ranges]),
        rule_id=rule.id,
        sources=rule.sources,
    )


def _filled(template: Text, words: Mapping[str, Text]) -> Text:
    """A rule's sentence with the words of its subject put in."""
    en, ru = template.en, template.ru
    for name, text in words.items():
        en, ru = en.replace(f"{{{name}}}", text.en), ru.replace(f"{{{name}}}", text.ru)
    return Text(en=en, ru=ru)
