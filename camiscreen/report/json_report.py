"""The JSON report: the machine contract, ``schema_version`` 1, and the receipt of a run.

Lengths are rounded to 0.1 m, areas to 1 m2, fractions to 6 digits: below what the layers carry,
and the same on every machine. Texts are English; ids are stable. Text from users' files stands
there without control characters, so that whoever prints it prints text.
"""

from camiscreen.i18n import Translator
from camiscreen.judging.design_stretches import fencing_stretches
from camiscreen.model import (
    Acceptance,
    AcceptanceResult,
    CriterionResult,
    Encounter,
    Exposure,
    Finding,
    FrameworkResult,
    KpRange,
    LayerSpec,
    NotAssessed,
    NumericSpec,
    Project,
    Redaction,
    Replacement,
    Screening,
    Surroundings,
    Survey,
    Trace,
)
from camiscreen.report.acceptance_words import why_not
from camiscreen.report.design_inputs import DesignInput, design_inputs
from camiscreen.report.json_text import json_text
from camiscreen.vocabulary import Fencing, Relation

SCHEMA_VERSION = 1


def render_json(screening: Screening) -> bytes:
    """UTF-8 JSON of one screening, keys in a fixed order, two spaces, LF."""
    levels = [finding.significance for finding in screening.accepted]
    document = {
        "schema_version": SCHEMA_VERSION,
        "run": {
            "tool_version": screening.run.tool_version,
            "rulebook_version": screening.run.rulebook_version,
            "rulebook_sha256": screening.run.rulebook_sha256,
            "generated_on": screening.run.generated_on,
            "layers": [_layer(spec) for spec in screening.run.layers],
            "replacements": [_replacement(item) for item in screening.replacements],
            "redacted": _redaction(screening.redaction),
        },
        "project": _project(screening.project, screening.exposure),
        "design": [_input(item) for item in design_inputs(screening)],
        "verdict": str(screening.verdict),
        "not_assessed": [_not_assessed(gap) for gap in screening.not_assessed],
        "assumptions": [assumption.key for assumption in screening.assumptions],
        "findings": [_finding(finding) for finding in screening.findings],
        "accepted": {
            "findings": len(screening.accepted),
            "highest": str(max(levels)) if levels else None,
        },
        "acceptances": [_acceptance(result) for result in screening.acceptances],
        "frameworks": [_framework(framework) for framework in screening.frameworks],
        "surroundings": _surroundings(screening.exposure.surroundings),
        "encounters": [_encounter(encounter) for encounter in screening.exposure.encounters],
    }
    return (json_text(document) + "\n").encode()


def _layer(spec: LayerSpec) -> dict[str, object]:
    return {
        "id": spec.name,
        "version": spec.version,
        "sha256": spec.sha256,
        "licence": ", ".join(licence.name for licence in spec.licenses),
        "access": spec.access,
        "redistributable": spec.redistributable,
        "sensitive": spec.sensitive,
        "confidence": str(spec.confidence),
        "positional_accuracy_m": _m(spec.positional_accuracy_m),
    }


def _redaction(redaction: Redaction | None) -> dict[str, object] | None:
    if redaction is None:
        return None
    return {
        "grid_degrees": redaction.grid_degrees,
        "step_m": _m(redaction.step_m),
        "receptors": redaction.receptors,
        "layer_ids": list(redaction.layer_ids),
        "finding_ids": list(redaction.finding_ids),
        "references": list(redaction.references),
    }


def _replacement(item: Replacement) -> dict[str, object]:
    crossed = [e for e in item.dropped if e.relation is not Relation.NEAR]
    return {
        "species_id": item.species_id,
        "layer_id": item.layer_id,
        "replaced_layer_id": item.replaced_layer_id,
        "both_judged": item.kept,
        "dropped_encounters": len(item.dropped),
        "dropped_crossing_length_m": _m(sum(e.crossing_length_m for e in crossed)),
    }


def _project(project: Project, exposure: Exposure) -> dict[str, object]:
    fencing = fencing_stretches(project)
    said = {str(part.fencing if part.stated else Fencing.UNKNOWN) for part in fencing}
    return {
        "name": project.name,
        "kind": str(project.kind),
        "fencing": said.pop() if len(said) == 1 else "varies",
        "fencing_stretches": [
            {
                "kp_range": [_m(end) for end in part.kp_m],
                "fenced": str(part.fencing if part.stated else Fencing.UNKNOWN),
                "screened_as_fenced": part.fencing is not Fencing.NO,
            }
            for part in fencing
            if project.alignment
        ],
        "length_m": _m(project.length_m),
        "area_m2": round(project.area_m2),
        "chainage_length_m": _m(project.chainage_length_m),
        "parts": project.joining.parts,
        "joining": {
            "joined_parts": project.joining.joined_parts,
            "bridges": [
                {"kp_m": _m(bridge.kp_m), "length_m": _m(bridge.length_m)}
                for bridge in project.joining.bridges
            ],
            "parallel_parts": project.joining.parallel_parts,
            "parallel_length_m": _m(project.joining.parallel_length_m),
            "chains": project.joining.chains,
        },
        "states": [
            {
                "iso3": state.iso3,
                "name": state.name.en,
                "cms_party": state.cms_party,
                "party_as_of": state.party_as_of,
                "kp_ranges": _ranges(state.kp_ranges),
                "length_m": _m(state.length_m),
            }
            for state in exposure.states
        ],
        "provinces": [
            {
                "id": province.id,
                "name": province.name.en,
                "state": province.state,
                "disputed": province.disputed,
                "kp_ranges": _ranges(province.kp_ranges),
                "length_m": _m(province.length_m),
            }
            for province in exposure.provinces
        ],
        "notes": [
            {"key": note.key, "text": Translator("en").message(note)} for note in project.notes
        ],
        "source": {
            "path": project.source.path,
            "sha256": project.source.sha256,
            "layer": project.source.layer,
            **({} if project.source.feature is None else {"feature": project.source.feature}),
        },
    }


def _input(item: DesignInput) -> dict[str, object]:
    return {
        "input": item.field,
        "kp_m": None if item.kp_m is None else [_m(item.kp_m[0]), _m(item.kp_m[1])],
        "value": list(item.value) if isinstance(item.value, tuple) else item.value,
        "judged_by": list(item.judged_by),
    }


def _finding(finding: Finding) -> dict[str, object]:
    accepted = finding.accepted
    return {
        "id": finding.id,
        "number": finding.number,
        "rule_id": finding.rule_id,
        "title": finding.title.en,
        "statement": finding.statement.en,
        "why": finding.why.en,
        "encounter_ids": [encounter.id for encounter in finding.encounters],
        "species_ids": list(finding.species_ids),
        "significance": str(finding.significance),
        "confidence": str(finding.confidence),
        "sensitivity": str(finding.sensitivity),
        "magnitude": str(finding.magnitude),
        "length_m": _m(finding.length_m),
        "kp_ranges": _ranges(finding.kp_ranges),
        "accepted": None if accepted is None else _terms(accepted),
        "measures": [
            {
                "id": measure.id,
                "step": str(measure.step),
                "text": measure.text.en,
                "clauses": list(measure.clauses),
                "evidence_strength": str(measure.evidence_strength),
                "indicators": [
                    {
                        "what": indicator.what.en,
                        "how": indicator.how.en,
                        "when": indicator.when.en if indicator.when else None,
                        "sources": list(indicator.sources),
                    }
                    for indicator in measure.indicators
                ],
            }
            for measure in finding.measures
        ],
        "survey": _survey(finding.survey),
        "sources": list(finding.sources),
        "assumptions": [assumption.key for assumption in finding.assumptions],
        "trace": [_step(step) for step in finding.trace],
    }


def _step(step: Trace) -> dict[str, object]:
    made: dict[str, object] = {
        "part": str(step.part),
        "fact": step.subject,
        "test": step.test,
        "value": step.value,
        "holds": step.holds,
    }
    if step.why is not None:
        made |= {"why": step.why.en, "sources": list(step.sources)}
    return made


def _terms(acceptance: Acceptance) -> dict[str, object]:
    level = acceptance.significance
    return {
        "reason": acceptance.reason,
        "by": acceptance.by,
        "until": acceptance.until,
        "kp_range": None if acceptance.kp_m is None else [_m(end) for end in acceptance.kp_m],
        "measures": list(acceptance.measures),
        "avoidance": acceptance.avoidance,
        "significance": None if level is None else str(level),
        "project": acceptance.project,
        "place": acceptance.place,
    }


def _acceptance(result: AcceptanceResult) -> dict[str, object]:
    return {
        "finding_id": result.acceptance.finding_id,
        "outcome": str(result.outcome),
        "why": why_not(result, Translator("en")),
        "open_kp_ranges": _ranges(result.open_kp_ranges),
        **_terms(result.acceptance),
    }


def _framework(result: FrameworkResult) -> dict[str, object]:
    framework = result.framework
    return {
        "id": framework.id,
        "title": framework.title.en,
        "kind": str(framework.kind),
        "note": framework.note.en,
        "criteria": [_criterion(item) for item in result.results],
    }


def _criterion(item: CriterionResult) -> dict[str, object]:
    criterion = item.criterion
    return {
        "id": criterion.id,
        "instrument": item.instrument.title.en,
        "edition": item.instrument.edition.en,
        "locator": criterion.locator.en,
        "requirement": criterion.requirement.en,
        "role": str(criterion.role),
        "outcome": str(item.outcome),
        "why": item.why.key,
        "basis": str(criterion.basis),
        "verified": criterion.verified,
        "numeric": None if criterion.numeric is None else _numeric(criterion.numeric),
        "subjects": [
            {
                "id": subject.key,
                "name": subject.name.en,
                "kp_ranges": _ranges(subject.kp_ranges),
                "trace": [
                    {"fact": s.subject, "test": s.test, "value": s.value, "holds": s.holds}
                    for s in subject.trace
                ],
            }
            for subject in item.subjects
        ],
        "finding_ids": list(item.finding_ids),
        "kp_ranges": _ranges(item.kp_ranges),
        "missing": criterion.missing.en if criterion.missing else None,
        "note": criterion.note.en if criterion.note else None,
        "references": list(criterion.references),
    }


def _numeric(spec: NumericSpec) -> dict[str, object]:
    return {
        "parameter": spec.parameter,
        "operator": spec.operator,
        "values": list(spec.values),
        "unit": spec.unit,
        "verified": spec.verified,
    }


def _encounter(encounter: Encounter) -> dict[str, object]:
    return {
        "id": encounter.id,
        "layer_id": encounter.layer_id,
        "receptor_id": encounter.receptor_id,
        "receptor_name": encounter.receptor.name.en,
        "receptor_states": list(encounter.receptor.states),
        "species_id": encounter.species_id,
        "relation": str(encounter.relation),
        "zone": encounter.zone,
        "crossing_length_m": _m(encounter.crossing_length_m),
        "overlap_area_m2": round(encounter.overlap_area_m2),
        "severed_area_m2": round(encounter.severed_area_m2),
        "patch_area_m2": round(encounter.patch_area_m2),
        "distance_m": _m(encounter.distance_m),
        "kp_ranges": _ranges(encounter.kp_ranges),
    }


def _surroundings(around: Surroundings) -> dict[str, object]:
    return {
        "parallels": [
            {
                "line_id": item.line.id,
                "line_name": item.line.name.en,
                "layer_id": item.line.layer_id,
                "planned": item.line.planned,
                "ways": len(item.line.receptor_ids),
                "spacing": item.band,
                "length_m": _m(item.length_m),
                "nearest_m": _m(item.nearest_m),
                "mean_m": _m(item.mean_m),
                "kp_ranges": _ranges(item.kp_ranges),
            }
            for item in around.parallels
        ],
        "enclosures": [
            {
                "species_id": item.species_id,
                "with_planned": item.with_planned,
                "area_m2": round(item.area_m2),
                "largest_m2": round(item.largest_m2),
                "blocks": item.blocks,
                "kp_ranges": _ranges(item.kp_ranges),
            }
            for item in around.enclosures
        ],
        "loss_zones": [
            {
                "species_id": item.species_id,
                "distance_m": _m(item.distance_m),
                "area_m2": round(item.area_m2),
            }
            for item in around.loss_zones
        ],
    }


def _not_assessed(gap: NotAssessed) -> dict[str, object]:
    return {
        "subject_id": gap.subject_id,
        "subject": gap.subject.en,
        "reason": gap.reason.en,
        "reason_code": gap.reason_code,
        "covered_fraction": round(gap.covered_fraction, 6),
        "required": gap.required,
        "kp_ranges": _ranges(gap.kp_ranges),
        "survey": _survey(gap.survey),
    }


def _survey(survey: Survey | None) -> dict[str, object] | None:
    if survey is None:
        return None
    return {
        "what": survey.what.en,
        "method": survey.method.en if survey.method else None,
        "of_designer": survey.of_designer,
        "seasons": [str(use) for use in survey.uses],
        "sources": list(survey.sources),
    }


def _ranges(ranges: tuple[KpRange, ...]) -> list[list[float]]:
    return [[_m(first), _m(last)] for first, last in ranges]


def _m(length_m: float) -> float:
    return round(length_m, 1) + 0.0
