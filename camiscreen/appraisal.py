"""Encounters x rulebook -> findings: pure judgement, no geometry and no files.

A rule is asked about a subject: a species whose range is met, a state that is crossed, the
project, a layer. The subject's facts are words and numbers of a closed vocabulary; a rule applies
where all its conditions hold, and every test is kept as a trace.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from camiscreen.chainage import merge_ranges
from camiscreen.model import (
    UNCERTAINTY_ZONE,
    Acceptance,
    Condition,
    Encounter,
    Exposure,
    Finding,
    KpRange,
    LayerCoverage,
    Measure,
    Message,
    NotAssessed,
    Project,
    Rule,
    Rulebook,
    Species,
    StateCrossed,
    TableRow,
    Text,
    Trace,
    message,
)
from camiscreen.vocabulary import (
    Attribute,
    Confidence,
    Fencing,
    Kind,
    Magnitude,
    Outcome,
    Quantity,
    ReceptorKind,
    Relation,
    Sensitivity,
    Significance,
    Subject,
    Verdict,
)

Facts = Mapping[str, str | float]

BY_TABLE = "by_table"
_FENCEABLE = (Kind.ROAD, Kind.RAILWAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One subject of a rule, with its facts and what a finding on it needs."""

    key: str
    facts: Facts
    species: tuple[Species, ...] = ()
    encounters: tuple[Encounter, ...] = ()
    states: tuple[Text, ...] = ()
    name: Text | None = None
    kp_ranges: tuple[KpRange, ...] = ()
    length_m: float = 0.0
    confidence: Confidence = Confidence.HIGH
    sources: tuple[str, ...] = ()
    coverage: LayerCoverage | None = None


Case = _Case
"""A subject with its facts, as the frameworks ask about it too."""


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
    acceptances: Sequence[Acceptance] = (),
) -> Appraisal:
    """Apply every rule to every subject; findings come worst first and are numbered so."""
    cases = _cases(project, exposure, rulebook)
    findings: list[Finding] = []
    not_assessed: list[NotAssessed] = []
    for rule in rulebook.rules:
        for case in cases[rule.subject]:
            trace = tuple(_test(condition, case) for condition in rule.when)
            if not all(step.holds for step in trace):
                continue
            if rule.outcome is Outcome.FINDING:
                findings.append(_finding(rule, case, trace, project, rulebook))
            else:
                not_assessed.append(_not_assessed(rule, case))
    accepted = {acceptance.finding_id: acceptance for acceptance in acceptances}
    findings.sort(key=lambda f: (-f.significance.rank, -f.sensitivity.rank, -f.length_m, f.id))
    numbered = tuple(
        replace(finding, number=f"F{number}", accepted=accepted.get(finding.id))
        for number, finding in enumerate(findings, start=1)
    )
    gaps = (*not_assessed, *exposure.not_assessed)
    return Appraisal(
        findings=numbered,
        not_assessed=gaps,
        assumptions=_assumptions(project),
        verdict=_verdict(numbered, gaps),
    )


def _verdict(findings: Sequence[Finding], gaps: Sequence[NotAssessed]) -> Verdict:
    """The worst unaccepted finding; without any, incomplete where something required is open."""
    levels = [finding.significance for finding in findings if finding.accepted is None]
    if levels:
        return Verdict(str(max(levels)))
    return Verdict.INCOMPLETE if any(gap.required for gap in gaps) else Verdict.NONE


def _assumptions(project: Project) -> tuple[Message, ...]:
    if project.kind in _FENCEABLE and project.design.fencing is Fencing.UNKNOWN:
        return (message("assumption.fencing_unknown"),)
    return ()


# ----------------------------------------------------------------------------------------------
# Subjects and their facts
# ----------------------------------------------------------------------------------------------


def cases(project: Project, exposure: Exposure, rulebook: Rulebook) -> dict[Subject, list[Case]]:
    """Every subject that a rule or a criterion may be asked about, with its facts."""
    return _cases(project, exposure, rulebook)


def tested(condition: Condition, case: Case) -> Trace:
    """One condition asked of one subject: what was asked, what stood there, whether it holds."""
    return _test(condition, case)


def _cases(project: Project, exposure: Exposure, rulebook: Rulebook) -> dict[Subject, list[_Case]]:
    design: dict[str, str | float] = {
        Attribute.KIND: str(project.kind),
        Attribute.FENCING: str(project.design.fencing),
    }
    by_species: dict[str, list[Encounter]] = defaultdict(list)
    for encounter in exposure.encounters:
        if encounter.receptor_kind is ReceptorKind.SPECIES_RANGE and encounter.species_id:
            by_species[encounter.species_id].append(encounter)
    species_cases = [
        _species_case(species, by_species[species.id], exposure, rulebook, design)
        for species in rulebook.species
        if species.id in by_species
    ]
    return {
        Subject.SPECIES_RANGE: species_cases,
        Subject.STATE: [_state_case(state, design) for state in exposure.states],
        Subject.PROJECT: [_project_case(project, exposure, species_cases, design)],
        Subject.LAYER: [_layer_case(coverage) for coverage in exposure.coverage],
    }


def _species_case(
    species: Species,
    met: Sequence[Encounter],
    exposure: Exposure,
    rulebook: Rulebook,
    design: Facts,
) -> _Case:
    """All encounters with one species in the innermost zone that any of them reaches."""
    order = [zone.id for zone in rulebook.zones] + [UNCERTAINTY_ZONE]
    zone = min((encounter.zone for encounter in met), key=order.index)
    inner = tuple(encounter for encounter in met if encounter.zone == zone)
    reached = sorted({state for encounter in inner for state in encounter.receptor.states})
    length_m = sum(encounter.crossing_length_m for encounter in inner)
    facts: dict[str, str | float] = {
        **design,
        Attribute.ZONE: zone,
        Attribute.RELATION: str(max(encounter.relation for encounter in inner)),
        Attribute.SPECIES: species.id,
        Attribute.SPECIES_GROUP: species.group,
        Attribute.CMS_APPENDIX: " & ".join(species.cms_appendix) or "not listed",
        Attribute.IUCN_CATEGORY: species.iucn.category if species.iucn.verified else "not verified",
        Attribute.FULL_BARRIER_DOCUMENTED: "yes" if _full_barrier(species) else "no",
        Quantity.CROSSING_LENGTH_M: length_m,
        Quantity.OVERLAP_AREA_M2: sum(encounter.overlap_area_m2 for encounter in inner),
        Quantity.DISTANCE_M: min(encounter.distance_m for encounter in inner),
        Quantity.STATES_REACHED: float(len(reached)),
        Quantity.STATES_CROSSED: float(len(exposure.states)),
    }
    return _Case(
        key=species.id,
        facts=facts,
        species=(species,),
        encounters=inner,
        states=tuple(exposure.state_names.get(iso3, Text(en=iso3, ru=iso3)) for iso3 in reached),
        name=species.name,
        kp_ranges=merge_ranges([kp for encounter in inner for kp in encounter.kp_ranges]),
        length_m=length_m,
        confidence=min(_data_confidence(encounter) for encounter in inner),
    )


def _full_barrier(species: Species) -> bool:
    return any(r.fully_blocking and r.verified for r in species.barrier_responses)


def _data_confidence(encounter: Encounter) -> Confidence:
    """That of the layer, a step lower where the measured size is below its accuracy."""
    met = encounter.relation is not Relation.NEAR
    size_m = encounter.crossing_length_m if met else encounter.distance_m
    if size_m < encounter.positional_accuracy_m:
        return encounter.layer_confidence.lowered()
    return encounter.layer_confidence


def _state_case(state: StateCrossed, design: Facts) -> _Case:
    return _Case(
        key=state.iso3,
        facts={
            **design,
            Attribute.STATE: state.iso3,
            Attribute.CMS_PARTY: "yes" if state.cms_party else "no",
            Quantity.CROSSING_LENGTH_M: state.length_m,
        },
        states=(state.name,),
        name=state.name,
        kp_ranges=state.kp_ranges,
        length_m=state.length_m,
        confidence=_border_confidence([state]),
        sources=state.party_references,
    )


def _border_confidence(states: Sequence[StateCrossed]) -> Confidence:
    """Low where a stretch is so short that the border may be drawn on its wrong side."""
    short = any(0 < state.length_m < state.positional_accuracy_m for state in states)
    return Confidence.LOW if short else Confidence.HIGH


def _project_case(
    project: Project, exposure: Exposure, species_cases: Sequence[_Case], design: Facts
) -> _Case:
    uncertain = [c for c in species_cases if c.facts[Attribute.ZONE] == UNCERTAINTY_ZONE]
    return _Case(
        key="project",
        facts={
            **design,
            Quantity.CROSSING_LENGTH_M: project.length_m,
            Quantity.STATES_CROSSED: float(len(exposure.states)),
            Quantity.SPECIES_IN_ZONES: float(len(species_cases) - len(uncertain)),
            Quantity.SPECIES_IN_UNCERTAINTY: float(len(uncertain)),
        },
        species=tuple(species for case in uncertain for species in case.species),
        encounters=tuple(encounter for case in uncertain for encounter in case.encounters),
        states=tuple(state.name for state in exposure.states),
        kp_ranges=((0.0, project.chainage_length_m),) if project.alignment else (),
        length_m=project.length_m,
        # Two states crossed for certain make a border crossed for certain.
        confidence=_border_confidence(
            sorted(exposure.states, key=lambda state: -state.length_m)[1:2]
        ),
    )


def _layer_case(coverage: LayerCoverage) -> _Case:
    return _Case(
        key=coverage.layer_id,
        facts={
            Attribute.LAYER_PRESENT: "yes" if coverage.present else "no",
            Attribute.LAYER_REQUIRED: "yes" if coverage.required else "no",
            Quantity.COVERED_FRACTION: coverage.covered_fraction,
        },
        name=coverage.title,
        kp_ranges=coverage.outside_kp_ranges,
        coverage=coverage,
    )


# ----------------------------------------------------------------------------------------------
# Conditions and tables
# ----------------------------------------------------------------------------------------------


def holds(condition: Condition, facts: Facts) -> bool:
    """Whether one condition holds of some facts. Raises KeyError for a fact that is not there."""
    if condition.attribute is not None:
        word = facts[condition.attribute]
        return word in condition.any_of if condition.any_of else word not in condition.none_of
    assert condition.quantity is not None
    number = float(facts[condition.quantity])
    return (
        (condition.at_least is None or number >= condition.at_least)
        and (condition.more_than is None or number > condition.more_than)
        and (condition.at_most is None or number <= condition.at_most)
        and (condition.less_than is None or number < condition.less_than)
    )


def in_words(condition: Condition) -> str:
    """A condition as it is printed in a trace, in the words of the rule file."""
    if condition.any_of:
        return f"any of {', '.join(condition.any_of)}"
    if condition.none_of:
        return f"none of {', '.join(condition.none_of)}"
    names = ("at_least", "more_than", "at_most", "less_than")
    bounds = [(name, getattr(condition, name)) for name in names]
    return ", ".join(f"{name.replace('_', ' ')} {bound:g}" for name, bound in bounds
                     if bound is not None)  # fmt: skip


def _test(condition: Condition, case: _Case) -> Trace:
    name = str(condition.attribute or condition.quantity)
    value = case.facts[name]
    printed = value if isinstance(value, str) else f"{value:.10g}"
    return Trace(
        subject=name,
        test=in_words(condition),
        value=printed,
        holds=holds(condition, case.facts),
    )


def row_for(table: Sequence[TableRow], facts: Facts) -> TableRow:
    """The first row of a table whose conditions all hold; the last row has none."""
    return next(row for row in table if all(holds(test, facts) for test in row.when))


# ----------------------------------------------------------------------------------------------
# Results
# ----------------------------------------------------------------------------------------------


def _finding(
    rule: Rule, case: _Case, trace: tuple[Trace, ...], project: Project, rulebook: Rulebook
) -> Finding:
    sources = [*rule.sources, *case.sources]
    steps = list(trace)
    levels = {}
    for name, table in (
        ("sensitivity", rulebook.sensitivity_table),
        ("magnitude", rulebook.magnitude_table),
    ):
        level = getattr(rule, name)
        if level == BY_TABLE:
            row = row_for(table, case.facts)
            level = row.level
            sources += row.sources
            steps += [_test(condition, case) for condition in row.when]
        steps.append(Trace(subject=name, test="table" if getattr(rule, name) == BY_TABLE
                           else "rule", value=level, holds=True))  # fmt: skip
        levels[name] = level
    sensitivity, magnitude = Sensitivity(levels["sensitivity"]), Magnitude(levels["magnitude"])
    significance = _significance(sensitivity, magnitude, rulebook)
    measures = _measures(rule, case, project.kind, rulebook)
    unknown = rule.assumes_worst_case and project.design.fencing is Fencing.UNKNOWN
    words = {
        "species": _listed([species.name for species in case.species]),
        "states": _listed(list(case.states)),
        "subject": case.name or Text(en="", ru=""),
    }
    return Finding(
        id=f"{rule.id}:{case.key}",
        number="",
        rule_id=rule.id,
        title=_filled(rule.title, words),
        statement=_filled(rule.statement, words),
        why=rule.why,
        receptor_kind=str(rule.subject),
        encounters=case.encounters,
        species_ids=tuple(species.id for species in case.species),
        sensitivity=sensitivity,
        magnitude=magnitude,
        significance=significance,
        confidence=min(rule.confidence, case.confidence),
        kp_ranges=case.kp_ranges,
        length_m=case.length_m,
        measures=measures,
        sources=tuple(dict.fromkeys(sources)),
        assumptions=(message("assumption.fencing_unknown"),) if unknown else (),
        trace=tuple(steps),
    )


def _significance(
    sensitivity: Sensitivity, magnitude: Magnitude, rulebook: Rulebook
) -> Significance:
    return next(
        cell.significance
        for cell in rulebook.matrix
        if cell.sensitivity is sensitivity and cell.magnitude is magnitude
    )


def _measures(rule: Rule, case: _Case, kind: Kind, rulebook: Rulebook) -> tuple[Measure, ...]:
    """The rule's measures that are meant for this kind and these species, in its order."""
    by_id = {measure.id: measure for measure in rulebook.measures}
    groups = {species.group for species in case.species} | {"all"}
    chosen = [by_id[id_] for id_ in rule.measures]
    return tuple(
        measure
        for measure in chosen
        if kind in measure.kinds and (groups & set(measure.species_groups) or not case.species)
    )


def _not_assessed(rule: Rule, case: _Case) -> NotAssessed:
    assert case.coverage is not None and case.name is not None
    return NotAssessed(
        subject_id=f"layer:{case.key}",
        subject=case.name,
        reason_code=rule.id,
        reason=rule.statement,
        covered_fraction=case.coverage.covered_fraction,
        required=rule.required,
        kp_ranges=case.kp_ranges,
        rule_id=rule.id,
        sources=rule.sources,
    )


def _listed(names: Sequence[Text]) -> Text:
    return Text(en=", ".join(n.en for n in names), ru=", ".join(n.ru for n in names))


def _filled(template: Text, words: Mapping[str, Text]) -> Text:
    """A rule's sentence with its names put in; only the three known names are replaced."""
    en, ru = template.en, template.ru
    for name, text in words.items():
        en, ru = en.replace(f"{{{name}}}", text.en), ru.replace(f"{{{name}}}", text.ru)
    return Text(en=en, ru=ru)
