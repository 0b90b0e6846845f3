"""Findings, outcomes of criteria, and the screening that is handed to the report."""

from collections.abc import Sequence

from shapely.geometry.base import BaseGeometry

from camiscreen.model.acceptances import Acceptance, AcceptanceResult
from camiscreen.model.encounters import Encounter, Exposure, NotAssessed
from camiscreen.model.frameworks import Criterion, Framework, Instrument
from camiscreen.model.layers import LayerSpec, Receptor
from camiscreen.model.project import Project
from camiscreen.model.rulebook import Rulebook
from camiscreen.model.rules import Condition, Measure, Survey
from camiscreen.model.words import KpRange, Message, Text
from camiscreen.values import dataclass
from camiscreen.vocabulary import (
    Confidence,
    CriterionOutcome,
    Magnitude,
    Sensitivity,
    Significance,
    TracePart,
    Verdict,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One step of a judgement: what was asked, what stood there, what came of it.

    ``condition`` is what a step tested, where it tested one; ``row`` counts from 1 in the table of
    its part. ``why`` and ``sources`` are those of the row or of the matrix.
    """

    subject: str
    test: str
    value: str
    holds: bool
    part: TracePart = TracePart.RULE
    condition: Condition | None = None
    row: int | None = None
    why: Text | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that applied to encounters. ``id`` is stable; ``number`` (F1, F2) is for print.

    ``survey`` is what to find out in the field, with the words of this finding put in.
    """

    id: str
    number: str
    rule_id: str
    title: Text
    statement: Text
    why: Text
    receptor_kind: str
    encounters: tuple[Encounter, ...]
    species_ids: tuple[str, ...]
    sensitivity: Sensitivity
    magnitude: Magnitude
    significance: Significance
    confidence: Confidence
    kp_ranges: tuple[KpRange, ...]
    length_m: float
    measures: tuple[Measure, ...]
    sources: tuple[str, ...]
    assumptions: tuple[Message, ...]
    trace: tuple[Trace, ...]
    accepted: Acceptance | None = None
    survey: Survey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionSubject:
    """A species, state or project that a criterion was decided by, where, and every test."""

    key: str
    name: Text
    kp_ranges: tuple[KpRange, ...]
    trace: tuple[Trace, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionResult:
    """What one criterion comes to. ``finding_ids`` are the findings on the same subjects."""

    criterion: Criterion
    instrument: Instrument
    outcome: CriterionOutcome
    subjects: tuple[CriterionSubject, ...]
    finding_ids: tuple[str, ...]
    kp_ranges: tuple[KpRange, ...]
    why: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkResult:
    """A framework that was asked for, and its criteria that concern this project."""

    framework: Framework
    results: tuple[CriterionResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """What a receipt needs: versions and hashes. ``generated_on`` is a date, YYYY-MM-DD."""

    tool_version: str
    generated_on: str
    rulebook_version: str
    rulebook_sha256: str
    layers: tuple[LayerSpec, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A taxon that was judged by a user's layer in the place of another; never silent.

    ``dropped`` are the encounters of the replaced layer with this taxon, measured but not judged.
    ``kept`` says why both layers were judged after all: the user's does not cover the project.
    """

    species_id: str
    layer_id: str
    replaced_layer_id: str
    dropped: tuple[Encounter, ...] = ()
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """What was coarsened in a screening: to which grid, how much, and where it is to be seen.

    ``layer_ids`` are the layers that are sensitive or hold what is; ``finding_ids`` the findings
    of which place and numbers are coarsened.
    """

    grid_degrees: float
    step_m: float
    receptors: int
    layer_ids: tuple[str, ...]
    finding_ids: tuple[str, ...]
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """The whole result of one project; every output file is drawn from it.

    ``redaction`` is there where sensitive places were coarsened.
    """

    run: RunInfo
    project: Project
    exposure: Exposure
    findings: tuple[Finding, ...]
    not_assessed: tuple[NotAssessed, ...]
    assumptions: tuple[Message, ...]
    verdict: Verdict
    rulebook: Rulebook
    context: Sequence["MapFeature"]
    frameworks: tuple[FrameworkResult, ...] = ()
    replacements: tuple[Replacement, ...] = ()
    acceptances: tuple[AcceptanceResult, ...] = ()
    redaction: Redaction | None = None

    @property
    def accepted(self) -> tuple[Finding, ...]:
        """Findings that a named person accepts; they keep their level and stay in every output."""
        return tuple(finding for finding in self.findings if finding.accepted is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFeature:
    """A receptor drawn on the map for context, whether met or not."""

    layer_id: str
    receptor: Receptor
    geometry: BaseGeometry
