"""The results of a screening as data tables: findings, stretches, what was not assessed, measures.

This module's one job. CSV, XLSX and GeoPackage write the same rows, so that they cannot disagree.
A cell is a value and not yet text: numbers stay numbers, words of the vocabulary stay words, and
chainage is in kilometres. Texts are in the translator's language.
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from camiscreen.i18n import Translator
from camiscreen.model import Finding, KpRange, Screening
from camiscreen.report.stretches import Stretch, stretches
from camiscreen.report.text import clean
from camiscreen.values import dataclass
from camiscreen.vocabulary import Word

Cell: TypeAlias = str | int | float | bool | Word | None

LIST_SEPARATOR = "; "
"""Between the items of a cell that lists several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column: its stable name, how a sheet shows it, and its width there in characters."""

    name: str
    shown: str = "text"
    width: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class DataTable:
    """A table under a stable name; every row has a cell for each field."""

    name: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Cell, ...], ...]


def result_tables(screening: Screening, tr: Translator) -> tuple[DataTable, ...]:
    """What was found and what was not assessed, the findings first."""
    return (
        findings_table(screening, tr),
        kp_table(screening, tr),
        not_assessed_table(screening, tr),
        measures_table(screening, tr),
    )


# ----------------------------------------------------------------------------------------------
# Findings and stretches
# ----------------------------------------------------------------------------------------------

FINDING_FIELDS = (
    Field(name="number", width=8),
    Field(name="finding_id", width=28),
    Field(name="rule_id", width=10),
    Field(name="title", width=48),
    Field(name="significance", width=16),
    Field(name="sensitivity", width=18),
    Field(name="magnitude", width=14),
    Field(name="confidence", width=16),
    Field(name="kp_from_km", shown="kp", width=12),
    Field(name="kp_to_km", shown="kp", width=12),
    Field(name="kp_ranges", width=30),
    Field(name="length_km", shown="km", width=12),
    Field(name="species", width=28),
    Field(name="receptors", width=32),
    Field(name="layers", width=20),
    Field(name="measures", width=28),
    Field(name="sources", width=24),
    Field(name="statement", width=60),
    Field(name="why", width=60),
    Field(name="assumptions", width=40),
    Field(name="redacted", shown="yes_no", width=12),
    Field(name="accepted", shown="yes_no", width=11),
    Field(name="accepted_by", width=18),
    Field(name="accepted_until", width=14),
    Field(name="accepted_reason", width=40),
)


def findings_table(screening: Screening, tr: Translator) -> DataTable:
    """One row a finding, in the order of their numbers."""
    names = {species.id: tr.text(species.name) for species in screening.rulebook.species}
    return DataTable(
        name="findings",
        fields=FINDING_FIELDS,
        rows=tuple(
            _finding(finding, names, tr, redacted=finding.id in redacted_ids(screening))
            for finding in screening.findings
        ),
    )


def redacted_ids(screening: Screening) -> frozenset[str]:
    """Ids of the findings of which the place is coarsened."""
    return frozenset(screening.redaction.finding_ids if screening.redaction else ())


def _finding(
    finding: Finding, names: dict[str, str], tr: Translator, *, redacted: bool
) -> tuple[Cell, ...]:
    accepted = finding.accepted
    first, last = _ends_km(finding.kp_ranges)
    return (
        finding.number,
        clean(finding.id),
        clean(finding.rule_id),
        clean(tr.text(finding.title)),
        finding.significance,
        finding.sensitivity,
        finding.magnitude,
        finding.confidence,
        first,
        last,
        ranges_text(finding.kp_ranges, tr),
        km(finding.length_m) if finding.length_m else None,
        listed(names.get(species_id, species_id) for species_id in finding.species_ids),
        listed(tr.text(encounter.receptor.name) for encounter in finding.encounters),
        listed(encounter.layer_id for encounter in finding.encounters),
        listed(measure.id for measure in finding.measures),
        listed(finding.sources),
        clean(tr.text(finding.statement)),
        clean(tr.text(finding.why)),
        listed(tr.message(assumption) for assumption in finding.assumptions),
        redacted,
        accepted is not None,
        clean(accepted.by) if accepted else None,
        clean(accepted.until) if accepted else None,
        clean(accepted.reason) if accepted else None,
    )


def kp_table(screening: Screening, tr: Translator) -> DataTable:
    """One row a stretch of the alignment, in order of chainage; empty without an alignment."""
    return DataTable(
        name="kp",
        fields=(
            Field(name="kp_from_km", shown="kp", width=12),
            Field(name="kp_to_km", shown="kp", width=12),
            Field(name="length_km", shown="km", width=12),
            Field(name="significance", shown="level", width=26),
            Field(name="findings", width=24),
            Field(name="not_assessed", width=16),
            Field(name="states", width=14),
            Field(name="receptors", width=60),
            Field(name="redacted", shown="yes_no", width=12),
        ),
        rows=tuple(_stretch(stretch, screening, tr) for stretch in stretches(screening)),
    )


def _stretch(stretch: Stretch, screening: Screening, tr: Translator) -> tuple[Cell, ...]:
    names = {species.id: tr.text(species.name) for species in screening.rulebook.species}
    middle_m = (stretch.from_m + stretch.to_m) / 2
    met = [
        encounter
        for finding in stretch.findings
        for encounter in finding.encounters
        if any(from_m <= middle_m <= to_m for from_m, to_m in encounter.kp_ranges)
    ]
    return (
        km(stretch.from_m),
        km(stretch.to_m),
        km(stretch.length_m),
        "not_assessed" if stretch.level == "na" else stretch.level,
        listed(finding.number for finding in stretch.findings),
        listed(stretch.gaps),
        listed(state.iso3 for state in stretch.states),
        listed(names.get(e.species_id or "", tr.text(e.receptor.name)) for e in met),
        any(finding.id in redacted_ids(screening) for finding in stretch.findings),
    )


# ----------------------------------------------------------------------------------------------
# Not assessed, measures
# ----------------------------------------------------------------------------------------------


def not_assessed_table(screening: Screening, tr: Translator) -> DataTable:
    """One row for everything that could not be judged."""
    return DataTable(
        name="not_assessed",
        fields=(
            Field(name="number", width=8),
            Field(name="subject_id", width=28),
            Field(name="subject", width=36),
            Field(name="reason", width=70),
            Field(name="reason_code", width=22),
            Field(name="required", shown="yes_no", width=20),
            Field(name="covered_fraction", shown="share", width=14),
            Field(name="kp_from_km", shown="kp", width=12),
            Field(name="kp_to_km", shown="kp", width=12),
            Field(name="kp_ranges", width=30),
            Field(name="rule_id", width=10),
            Field(name="sources", width=24),
        ),
        rows=tuple(
            (
                f"N{number}",
                clean(gap.subject_id),
                clean(tr.text(gap.subject)),
                clean(tr.text(gap.reason)),
                gap.reason_code,
                gap.required,
                round(gap.covered_fraction, 6),
                *_ends_km(gap.kp_ranges),
                ranges_text(gap.kp_ranges, tr),
                gap.rule_id,
                listed(gap.sources),
            )
            for number, gap in enumerate(screening.not_assessed, start=1)
        ),
    )


def measures_table(screening: Screening, tr: Translator) -> DataTable:
    """One row a measure, in hierarchy order, with the findings that ask for it."""
    asked = {measure.id: measure for f in screening.findings for measure in f.measures}
    ordered = sorted(asked.values(), key=lambda measure: (measure.step.rank, measure.id))
    return DataTable(
        name="measures",
        fields=(
            Field(name="measure_id", width=11),
            Field(name="step", width=17),
            Field(name="text", width=80),
            Field(name="findings", width=24),
            Field(name="clauses", width=18),
            Field(name="evidence_strength", width=18),
        ),
        rows=tuple(
            (
                clean(measure.id),
                measure.step,
                clean(tr.text(measure.text)),
                listed(f.number for f in screening.findings if measure in f.measures),
                listed(measure.clauses),
                measure.evidence_strength,
            )
            for measure in ordered
        ),
    )


# ----------------------------------------------------------------------------------------------
# Cells
# ----------------------------------------------------------------------------------------------


def km(length_m: float) -> float:
    """Kilometres to the metre."""
    return round(length_m / 1_000, 3) + 0.0


def ranges_text(ranges: Sequence[KpRange], tr: Translator) -> str | None:
    """Stretches as chainage: ``120+350–130+000; 140+000–141+000``."""
    shown = (f"{tr.kp_bare(first)}–{tr.kp_bare(last)}" for first, last in ranges)
    return LIST_SEPARATOR.join(shown) or None


def _ends_km(ranges: Sequence[KpRange]) -> tuple[float | None, float | None]:
    if not ranges:
        return None, None
    return km(min(first for first, _ in ranges)), km(max(last for _, last in ranges))


def listed(items: Iterable[str]) -> str | None:
    """Items in one cell, each once."""
    kept = dict.fromkeys(clean(item) for item in items if item)
    return LIST_SEPARATOR.join(kept) or None
