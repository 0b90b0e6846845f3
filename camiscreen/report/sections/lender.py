"""Two pages for a lender: verdict, map and gaps, then findings, potential triggers and receipt.

This module's one job. A trigger stays a potential one; that no framework was asked for is said,
so that silence is not read as an all-clear.
"""

from collections.abc import Sequence

from camiscreen.model import Criterion, CriterionResult, Finding, FrameworkResult, Measure
from camiscreen.report import blocks as b
from camiscreen.report.sections import frameworks, sheets, summary
from camiscreen.report.sections.common import Context
from camiscreen.report.text import short, short_hash
from camiscreen.vocabulary import CriterionOutcome, Step

MAP_PT = 330.0
FINDINGS = 8
TRIGGERS = 4
FRAMEWORKS = 6
GAPS = 6
ASSUMPTIONS = 3
LAYERS = 8
SUBJECTS = 3
MEASURES = 7
TEXT_LIMIT = 120
"""Letters of a measure, a criterion or a citation; the full report has the whole of them."""


def outcome(ctx: Context, number: str) -> b.Section:
    """Page one: what it comes to, and where."""
    tr = ctx.tr
    parts: list[b.Block] = [summary.verdict(ctx), summary.stats(ctx)]
    figure = sheets.map_figure(ctx, MAP_PT, FINDINGS)
    if figure is not None:
        parts.append(figure)
    parts.append(_gaps(ctx))
    parts.append(
        b.Callout(title=tr.t("summary.is_not"), paragraphs=(b.runs(tr.t("summary.is_not_text")),))
    )
    return b.Section(
        anchor="summary", number=number, title=tr.t("lender.title"), blocks=tuple(parts)
    )


def grounds(ctx: Context, number: str) -> b.Section:
    """Page two: the findings, what they may trigger, and how to make the same screening again."""
    tr = ctx.tr
    parts: list[b.Block] = []
    found = ctx.ordered_findings()
    if found:
        parts.append(sheets.findings_table(ctx, found[:FINDINGS]))
        rest = len(found) - FINDINGS
        if rest > 0:
            parts.append(
                b.Paragraph(runs=b.runs(tr.t("sheet.more_findings", n=rest)), style="note")
            )
        parts.extend(_measures(ctx, found[:FINDINGS]))
    else:
        key = "findings.outside" if ctx.wholly_outside else "findings.none"
        parts.append(b.Paragraph(runs=b.runs(tr.t(key))))
    parts.append(b.Heading(level=2, text=tr.t("lender.frameworks")))
    parts.extend(_frameworks(ctx))
    parts.append(b.Heading(level=2, text=tr.t("lender.receipt")))
    parts.append(_receipt(ctx))
    return b.Section(
        anchor="findings", number=number, title=tr.t("summary.top"), blocks=tuple(parts)
    )


def _measures(ctx: Context, found: Sequence[Finding]) -> list[b.Block]:
    """What answers the findings shown: of each its first measure of every step, once, in order."""
    tr = ctx.tr
    wanted: dict[str, tuple[Measure, list[str]]] = {}
    for finding in found:
        first: dict[Step, Measure] = {}
        for measure in finding.measures:
            first.setdefault(measure.step, measure)
        for measure in first.values():
            wanted.setdefault(measure.id, (measure, []))[1].append(finding.number)
    if not wanted:
        return []
    # Steps in their order; within one, what answers most findings first.
    rows = sorted(wanted.values(), key=lambda row: (row[0].step.rank, -len(row[1]), row[0].id))
    shown = rows[:MEASURES]
    if len(rows) > MEASURES:
        steps = dict.fromkeys(measure.step for measure, _ in rows)
        # Every step keeps a row: one left out would read as one that asks for nothing.
        heads = [next(row for row in rows if row[0].step is step) for step in steps]
        rest = [row for row in rows if row not in heads][: max(0, MEASURES - len(heads))]
        shown = sorted([*heads, *rest], key=rows.index)
    all_of_them = {m.id for finding in ctx.ordered_findings() for m in finding.measures}
    left = len(all_of_them) - len(shown)
    return [
        b.Heading(level=2, text=tr.t("lender.measures")),
        b.Table(
            label=tr.t("lender.measures"),
            columns=(
                b.Column(head=tr.t("lender.head.step"), share=1.5),
                b.Column(head=tr.t("head.measure"), share=6),
                b.Column(head=tr.t("head.findings"), share=2.2, figures=True),
            ),
            rows=tuple(
                b.Row(
                    cells=(
                        b.runs(tr.word(measure.step)),
                        b.runs(b.code(measure.id), f" {short(tr.text(measure.text), TEXT_LIMIT)}"),
                        b.runs(" ".join(numbers)),
                    )
                )
                for measure, numbers in shown
            ),
            note=b.runs(tr.t("lender.more_measures", n=left)) if left > 0 else (),
        ),
    ]


def _frameworks(ctx: Context) -> list[b.Block]:
    tr = ctx.tr
    if not frameworks.wanted(ctx.screening):
        return [b.Paragraph(runs=b.runs(tr.t("lender.no_framework")))]
    counts = frameworks.counts(ctx)
    rest = len(counts.rows) - FRAMEWORKS
    note = b.runs(tr.t("lender.counts_note"))
    if rest > 0:
        note = b.runs(tr.t("lender.more_frameworks", n=rest), " ", *note)
    parts: list[b.Block] = [
        b.Table(
            label=counts.label, columns=counts.columns, rows=counts.rows[:FRAMEWORKS], note=note
        )
    ]
    triggers = [
        (result, item)
        for result in ctx.screening.frameworks
        for item in result.results
        if item.outcome is CriterionOutcome.POTENTIAL_TRIGGER
    ]
    if not triggers:
        return [*parts, b.Paragraph(runs=b.runs(tr.t("lender.no_trigger")))]
    items = [_trigger(ctx, result, item) for result, item in triggers[:TRIGGERS]]
    rest = len(triggers) - TRIGGERS
    if rest > 0:
        items.append(b.runs(tr.t("lender.more_triggers", n=rest)))
    parts.append(b.Paragraph(runs=b.runs(b.strong(tr.t("lender.triggers")))))
    parts.append(b.Bullets(items=tuple(items)))
    return parts


def _trigger(ctx: Context, result: FrameworkResult, item: CriterionResult) -> b.Runs:
    """The criterion, what may meet it and where, and which findings speak of that."""
    tr = ctx.tr
    names = list(dict.fromkeys(short(tr.text(subject.name), 60) for subject in item.subjects))
    said = ", ".join(names[:SUBJECTS])
    if len(names) > SUBJECTS:
        said = tr.t("lender.and_more", names=said, n=len(names) - SUBJECTS)
    numbers = [f.number for f in ctx.ordered_findings() if f.id in item.finding_ids]
    where = f" ({' '.join(numbers[:FINDINGS])})" if numbers else ""
    sources = [ctx.references[id_] for id_ in item.criterion.references if id_ in ctx.references]
    cited = short(sources[0].citation, TEXT_LIMIT) if sources else ""
    return b.runs(
        b.strong(f"{tr.text(result.framework.title)}, {_locator(ctx, item.criterion)}"),
        f": {short(tr.text(item.criterion.requirement), TEXT_LIMIT)} ",
        b.strong(f"{said}{where}" if said else where.strip()),
        b.quiet(f" {tr.t('head.sources')}: {sources[0].id}, {cited}" if cited else ""),
    )


def _locator(ctx: Context, criterion: Criterion) -> str:
    return ctx.tr.text(criterion.locator)


def _gaps(ctx: Context) -> b.NotAssessedBox:
    """All that could not be judged, in one line each, and what was assumed."""
    tr = ctx.tr
    lines = [
        b.Gap(number=item.number, subject=short(tr.text(item.gap.subject), 90), reason=())
        for item in ctx.gaps[:GAPS]
    ]
    more = [tr.t("sheet.more_gaps", n=len(ctx.gaps) - GAPS)] if len(ctx.gaps) > GAPS else []
    runs: list[b.Run | str] = [" ".join(more)] if more else []
    said = sheets.assumed(ctx, ASSUMPTIONS)
    if said:
        runs += [" " if more else "", b.strong(tr.t("card.assumed"))]
        for line in said:
            runs += [" ", *line]
    return b.NotAssessedBox(
        title=tr.t("level.na"),
        note=tr.t("gaps.silence" if ctx.gaps else "gaps.none"),
        gaps=tuple(lines),
        more=b.runs(*runs) if runs else (),
    )


def _receipt(ctx: Context) -> b.KeyValues:
    """What a reader needs to make the same screening again."""
    tr, run, project = ctx.tr, ctx.screening.run, ctx.screening.project
    layers = [f"{spec.name} {spec.version} ({short_hash(spec.sha256)}…)" for spec in run.layers]
    shown = ", ".join(layers[:LAYERS])
    if len(layers) > LAYERS:
        shown = tr.t("lender.and_more", names=shown, n=len(layers) - LAYERS)
    rows = (
        ("control.program", f"camiscreen {run.tool_version}"),
        ("control.rulebook", f"{run.rulebook_version} ({short_hash(run.rulebook_sha256)}…)"),
        (
            "control.file",
            f"{short(project.source.path, 90)} ({short_hash(project.source.sha256)}…)",
        ),
        ("lender.layers", shown),
    )
    return b.KeyValues(
        pairs=tuple(b.Pair(label=tr.t(key), value=b.runs(value)) for key, value in rows)
    )
