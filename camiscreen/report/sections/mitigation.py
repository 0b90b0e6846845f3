"""Mitigation in the order of the hierarchy; each measure once, with all findings it answers."""

from camiscreen.model import Finding, Measure, NumericSpec
from camiscreen.report import blocks as b
from camiscreen.report import figures
from camiscreen.report.anchors import measure_anchor
from camiscreen.report.ladder_figure import SQUARES, Use
from camiscreen.report.sections.common import Context
from camiscreen.vocabulary import Step


def section(ctx: Context, number: str) -> b.Section:
    """The ladder: four steps, each with its measures."""
    tr = ctx.tr
    uses = _uses(ctx)
    if not uses:
        key = "mitigation.outside" if ctx.wholly_outside else "mitigation.none"
        return b.Section(
            anchor="mitigation",
            number=number,
            title=tr.t("mitigation.title"),
            blocks=(b.Paragraph(runs=b.runs(tr.t(key)), style="lead"),),
            new_page=False,
        )
    parts: list[b.Block] = [
        b.Paragraph(runs=b.runs(tr.t("mitigation.lead"))),
        figures.ladder(ctx, uses),
    ]
    heads = (
        tr.t("head.no"),
        tr.t("head.measure"),
        tr.t("head.findings"),
        tr.t("head.clause"),
        tr.t("head.evidence"),
    )
    for index, step in enumerate(Step, start=1):
        parts.append(
            b.LadderStep(
                step=index,
                word=tr.word(step),
                note=tr.t(f"step.note.{step}"),
                heads=heads,
                measures=tuple(_measure(ctx, use) for use in uses if use.measure.step is step),
                empty=tr.t("mitigation.step_empty"),
            )
        )
    parts.append(b.Paragraph(runs=b.runs(tr.t("mitigation.note")), style="note"))
    return b.Section(
        anchor="mitigation", number=number, title=tr.t("mitigation.title"), blocks=tuple(parts)
    )


def _uses(ctx: Context) -> list[Use]:
    measures: dict[str, Measure] = {}
    callers: dict[str, list[Finding]] = {}
    for finding in ctx.ordered_findings():
        for measure in finding.measures:
            measures[measure.id] = measure
            callers.setdefault(measure.id, []).append(finding)
    uses = [Use(measure=m, findings=tuple(callers[m.id])) for m in measures.values()]
    # Within a step: what the gravest finding asks for first, then by id.
    return sorted(uses, key=lambda u: (-u.findings[0].significance.rank, u.measure.id))


def _measure(ctx: Context, use: Use) -> b.StepMeasure:
    tr, measure = ctx.tr, use.measure
    detail = [b.runs(tr.text(measure.evidence))]
    verified = [number for number in measure.numbers if number.verified]
    if verified:
        figures = "; ".join(figure(ctx, number) for number in verified)
        detail.append(b.runs(b.strong(tr.t("measure.figures")), " ", figures))
    if measure.analogue:
        detail.append(b.runs(tr.t("measure.analogue")))
    if measure.note:
        detail.append(b.runs(tr.text(measure.note)))
    if measure.references:
        detail.append((*b.runs(tr.t("head.sources"), ": "), *ctx.cites(measure.references)))
    return b.StepMeasure(
        anchor=measure_anchor(measure.id),
        id=measure.id,
        text=b.runs(tr.text(measure.text)),
        detail=tuple(detail),
        findings=b.spaced([ctx.finding_link(f) for f in use.findings], " "),
        clauses=ctx.cites(measure.clauses),
        evidence=SQUARES.get(measure.evidence_strength),
        evidence_word=tr.word(measure.evidence_strength),
    )


def figure(ctx: Context, spec: NumericSpec) -> str:
    """A figure with its name, operator and unit; whether it is verified the caller says."""
    tr = ctx.tr
    values = "–".join(tr.number(value, _decimals(value)) for value in spec.values)
    operator = {"=": "", ">=": "≥ ", "<=": "≤ ", "~": "≈ "}.get(spec.operator, f"{spec.operator} ")
    name = tr.term("parameter", spec.parameter)
    return f"{name}: {operator}{values} {tr.term('measure_unit', spec.unit)}".rstrip()


def _decimals(value: float) -> int:
    """As many as the source printed: 3.5 is not 3.50."""
    return 0 if float(value).is_integer() else len(str(value).partition(".")[2])
