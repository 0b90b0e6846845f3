"""Cases x rulebook -> findings: pure judgement, no geometry and no files.

A rule applies to a case where all its conditions hold; every test is kept as a trace. The cases
of one subject on which a rule fires make one finding, as grave as its gravest part.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isinf

from camiscreen.geometry.chainage import bare_kp, merge_ranges
from camiscreen.judging.cases import Case, listed, row_of
from camiscreen.judging.conditions import Facts, holds, row_for, tested
from camiscreen.judging.design_stretches import fencing_stretches, taken_as_open
from camiscreen.judging.subjects import cases_of
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
    Survey,
    TableRow,
    Text,
    Trace,
    message,
)
from camiscreen.values import dataclass
from camiscreen.vocabulary import (
    Fencing,
    Kind,
    Magnitude,
    Outcome,
    Quantity,
    Sensitivity,
    Significance,
    Subject,
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
    met = frozenset(s.id for case in cases[Subject.SPECIES_RANGE] for s in case.species)
    findings: list[Finding] = []
    not_assessed: list[NotAssessed] = []
    for rule in rulebook.rules:
        by_key: dict[str, list[Case]] = defaultdict(list)
        for case in cases[rule.subject]:
            if all(holds(condition, case.facts) for condition in rule.when):
                by_key["project" if rule.together else case.key].append(_placed(rule, case))
        for key, fired in by_key.items():
            if rule.outcome is Outcome.FINDING:
                findings.append(_finding(rule, key, fired, project, rulebook, met=met))
            else:
                not_assessed.append(_not_assessed(rule, key, fired))
    # Whole metres: what differs by rounding alone must not decide the order.
    findings.sort(
        key=lambda f: (-f.significance.rank, -f.sensitivity.rank, -round(f.length_m), f.id)
    )
    fencing = _fencing_assumed(project)
    numbered = tuple(
        replace(
            finding,
            number=f"F{number}",
            assumptions=tuple(fencing if a == _UNKNOWN else a for a in finding.assumptions),
        )
        for number, finding in enumerate(findings, start=1)
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


_UNKNOWN = message("assumption.fencing_unknown")
MOST_STRETCHES = 4
"""A sentence that names more of them is no longer read; the project description has them all."""


def _fencing_assumed(project: Project) -> Message:
    """What is assumed of fencing, with the stretches where they are not the whole line."""
    fencing = fencing_stretches(project)
    unknown = [part.kp_m for part in fencing if part.fencing is Fencing.UNKNOWN]
    if not unknown or len(fencing) == 1:
        return _UNKNOWN
    if len(unknown) <= MOST_STRETCHES:
        where = ", ".join(bare_kp(kp_m) for kp_m in unknown)
        return message("assumption.fencing_unknown_in_part", where=where)
    length_m = sum(last - first for first, last in unknown)
    return message("assumption.fencing_unknown_in_parts", n=len(unknown), length_m=length_m)


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


def _placed(rule: Rule, case: Case) -> Case:
    """The case on the places of what the rule asks for, where that has places of its own."""
    for condition in rule.when:
        places = case.places.get(condition.quantity) if condition.quantity else None
        if places:
            return replace(case, kp_ranges=places, length_m=0.0)
    return case


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
    unknown: list[str] = []
    for condition in asked:
        if condition.attribute is not None:
            words = condition.any_of
            if facts[condition.attribute] == "unknown" and "unknown" in words and len(words) > 1:
                unknown.append(condition.attribute)
        elif condition.quantity is not None and isinf(float(facts[condition.quantity])):
            unknown.append(condition.quantity)
    return tuple(message(f"assumption.{fact}_unknown") for fact in dict.fromkeys(unknown))


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
    rule: Rule,
    key: str,
    fired: Sequence[Case],
    project: Project,
    book: Rulebook,
    *,
    met: frozenset[str],
) -> Finding:
    """One finding of all cases of a rule; ``met`` are the species that the project meets at all."""
    judged = [_judge(rule, case, book) for case in fired]
    worst = max(judged, key=lambda item: (item.significance.rank, item.magnitude.rank))
    species = tuple({s.id: s for case in fired for s in case.species}.values())
    kp_ranges = merge_ranges([kp for case in fired for kp in case.kp_ranges])
    words = _words(fired) if rule.together else {**worst.case.words, **_rows(fired)}
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
        measures=_measures(rule, species, project.kind, book, met=met),
        sources=tuple(dict.fromkeys(s for item in judged for s in item.sources)),
        assumptions=tuple(dict.fromkeys(a for item in judged for a in item.assumptions)),
        trace=(*_gravest_of(fired, worst.case), *worst.trace, sure),
        survey=_survey(rule, words),
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


def _survey(rule: Rule, words: Mapping[str, Text]) -> Survey | None:
    """The rule's question for the field, with the words of its subject put in."""
    if rule.survey is None:
        return None
    return replace(rule.survey, what=_filled(rule.survey.what, words))


def _words(fired: Sequence[Case]) -> dict[str, Text]:
    """The words of several cases in a row, each once."""
    names = dict.fromkeys(name for case in fired for name in case.words)
    words = {
        name: listed([case.words[name] for case in fired if name in case.words]) for name in names
    }
    words |= _rows(fired)
    species = {item.id: item.name for case in fired for item in case.species}
    if "species" in words and species:
        # A case may name several itself.
        words["species"] = listed(list(species.values()))
    return words


_ROWS = ("states", "months", "events")
"""Words that are rows of names themselves; several rows are one, each name once."""


def _rows(fired: Sequence[Case]) -> dict[str, Text]:
    """The rows of all parts of a finding, not those of its gravest part alone."""
    return {
        word: row_of([name for case in fired for name in _names(case.words[word])])
        for word in _ROWS
        if all(word in case.words for case in fired)
    }


def _names(row: Text) -> list[Text]:
    """The names of a row; a row whose languages do not match, as with commas in names, is one."""
    en, ru = row.en.split(", "), row.ru.split(", ")
    if len(en) != len(ru):
        return [row]
    return [Text(en=one, ru=other) for one, other in zip(en, ru, strict=True)]


def _length_m(fired: Sequence[Case], kp_ranges: Sequence[KpRange]) -> float:
    """Length as given of all cases; where they lie over each other, each stretch once."""
    summed_m = sum(case.length_m for case in fired)
    by_chainage_m = sum(last - first for case in fired for first, last in case.kp_ranges)
    once_m = sum(last - first for first, last in kp_ranges)
    return summed_m * (once_m / by_chainage_m if by_chainage_m else 1.0)


def _measures(
    rule: Rule, species: Sequence[Species], kind: Kind, book: Rulebook, *, met: frozenset[str]
) -> tuple[Measure, ...]:
    """The rule's measures that are meant for this kind and these species, in its order.

    Where a finding names no species, a measure for single ones needs one of them to be met.
    """
    by_id = {measure.id: measure for measure in book.measures}
    groups = {item.group for item in species} | {"all"}
    ids = {item.id for item in species} or met
    return tuple(
        measure
        for measure in (by_id[id_] for id_ in rule.measures)
        if kind in measure.kinds
        and (not species or groups & set(measure.species_groups))
        and (not measure.species or ids & set(measure.species))
    )


def _not_assessed(rule: Rule, key: str, fired: Sequence[Case]) -> NotAssessed:
    coverage = [case.coverage for case in fired if case.coverage is not None]
    words = _words(fired)
    return NotAssessed(
        subject_id=f"layer:{key}" if coverage and not rule.together else f"{rule.id}:{key}",
        subject=words["subject"] if coverage and not rule.together else _filled(rule.title, words),
        reason_code=rule.id,
        reason=_filled(rule.statement, words),
        covered_fraction=min(
            float(case.facts.get(Quantity.COVERED_FRACTION, 0.0)) for case in fired
        ),
        required=rule.required,
        kp_ranges=merge_ranges([kp for item in fired for kp in item.kp_ranges]),
        rule_id=rule.id,
        sources=rule.sources,
        species_ids=tuple(dict.fromkeys(s.id for case in fired for s in case.species)),
        survey=_survey(rule, words),
    )


def _filled(template: Text, words: Mapping[str, Text]) -> Text:
    """A rule's sentence with the words of its subject put in."""

    def fill(language: str) -> str:
        said = template.wording(language)
        for name, text in words.items():
            said = said.replace(f"{{{name}}}", text.wording(language) or text.en)
        return said

    return Text(**{language: fill(language) for language in template.languages})
