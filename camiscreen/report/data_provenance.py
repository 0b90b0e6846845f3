"""What a screening was made of, as data tables: layers with their terms, versions and hashes.

This module's one job. The tables of the results themselves are in ``data_tables``.
"""

from camiscreen.i18n import Translator
from camiscreen.model import LayerSpec, Redaction, Screening
from camiscreen.report.data_tables import Cell, DataTable, Field, km, listed, result_tables
from camiscreen.report.text import clean


def layers_table(screening: Screening, tr: Translator) -> DataTable:
    """One row a layer: what it is, on which terms, and whether its geometry may be handed on."""
    met = {encounter.layer_id for encounter in screening.exposure.encounters}
    return DataTable(
        name="layers",
        fields=(
            Field(name="layer_id", width=22),
            Field(name="title", width=44),
            Field(name="receptor_kind", width=16),
            Field(name="version", width=14),
            Field(name="sha256", width=20),
            Field(name="licence", width=36),
            Field(name="citation", width=60),
            Field(name="confidence", width=16),
            Field(name="positional_accuracy_m", shown="number", width=14),
            Field(name="redistributable", shown="yes_no", width=14),
            Field(name="sensitive", shown="yes_no", width=12),
            Field(name="geometry", width=60),
        ),
        rows=tuple(
            (
                clean(spec.name),
                clean(tr.text(spec.title)),
                spec.receptor_kind,
                clean(spec.version),
                spec.sha256,
                listed(licence.title for licence in spec.licenses),
                clean(spec.citation),
                spec.confidence,
                spec.positional_accuracy_m,
                spec.redistributable,
                spec.sensitive,
                tr.t(f"export.geometry.{_handed_on(spec, screening, met)}"),
            )
            for spec in screening.run.layers
        ),
    )


def _handed_on(spec: LayerSpec, screening: Screening, met: set[str]) -> str:
    if not spec.redistributable:
        return "withheld"
    if spec.sensitive and screening.redaction is not None:
        return "coarsened"
    return "included" if spec.name in met else "none_met"


def receipt_table(screening: Screening, tr: Translator) -> DataTable:
    """What was run on what: versions and hashes, as names and values."""
    run, project, redaction = screening.run, screening.project, screening.redaction
    rows: list[tuple[Cell, ...]] = [
        ("tool_version", f"camiscreen {run.tool_version}"),
        ("rulebook_version", run.rulebook_version),
        ("rulebook_sha256", run.rulebook_sha256),
        ("generated_on", run.generated_on),
        ("language", tr.language),
        ("project_name", clean(project.name)),
        ("project_kind", project.kind),
        ("source_file", clean(project.source.path)),
        ("source_layer", clean(project.source.layer) if project.source.layer else None),
        ("source_sha256", project.source.sha256),
        ("length_km", km(project.length_m)),
        ("chainage_length_km", km(project.chainage_length_m)),
        ("verdict", tr.t(f"cli.verdict.{screening.verdict}")),
        (
            "redacted",
            tr.t("export.redacted.no") if redaction is None else redaction_line(redaction, tr),
        ),
        ("crs", "EPSG:4326"),
    ]
    rows += [(f"layer:{clean(spec.name)}", f"{spec.version} {spec.sha256}") for spec in run.layers]
    return DataTable(
        name="receipt",
        fields=(Field(name="item", shown="item", width=34), Field(name="value", width=90)),
        rows=tuple(rows),
    )


def redaction_line(redaction: Redaction, tr: Translator) -> str:
    """What a redacted screening says of itself in one sentence."""
    return redaction_note(redaction, tr) if redaction.layer_ids else tr.t("redaction.nothing")


def redaction_note(redaction: Redaction, tr: Translator) -> str:
    """One sentence on what was coarsened, and to what."""
    return tr.t(
        "redaction.text",
        n=redaction.receptors,
        degrees=tr.number(redaction.grid_degrees, 1),
        step=tr.km_round(redaction.step_m),
    )


def all_tables(screening: Screening, tr: Translator) -> tuple[DataTable, ...]:
    """Every table of a screening: the results, then what they were made of."""
    return (
        *result_tables(screening, tr),
        layers_table(screening, tr),
        receipt_table(screening, tr),
    )
