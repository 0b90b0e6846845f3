"""Acceptances: every one that was read for this project, and what it comes to."""

from camiscreen.model import AcceptanceResult, Screening
from camiscreen.report import acceptance_words as words
from camiscreen.report import blocks as b
from camiscreen.report.sections.common import Context
from camiscreen.report.text import short
from camiscreen.vocabulary import AcceptanceOutcome


def wanted(screening: Screening) -> bool:
    """Whether any acceptance was read."""
    return bool(screening.acceptances)


def section(ctx: Context, number: str) -> b.Section:
    """A table of the acceptances, those in effect first; the others with the reason why not."""
    tr = ctx.tr
    shown = [
        result
        for result in ctx.screening.acceptances
        if result.outcome is not AcceptanceOutcome.OTHER_PROJECT
    ]
    shown.sort(key=lambda result: result.outcome is not AcceptanceOutcome.IN_EFFECT)
    parts: list[b.Block] = [b.Paragraph(runs=b.runs(tr.t("acceptance.lead")), style="lead")]
    if shown:
        parts.append(_table(ctx, shown))
    other = words.of_other_projects(ctx.screening, tr)
    if other:
        parts.append(b.Paragraph(runs=b.runs(other), style="note"))
    return b.Section(
        anchor="acceptances",
        number=number,
        title=tr.t("acceptance.title"),
        blocks=tuple(parts),
        new_page=False,
    )


def _table(ctx: Context, shown: list[AcceptanceResult]) -> b.Table:
    tr = ctx.tr
    return b.Table(
        label=tr.t("acceptance.title"),
        columns=(
            b.Column(head=tr.t("acceptance.column.finding"), share=2.6),
            b.Column(head=tr.t("acceptance.column.terms"), share=4),
            b.Column(head=tr.t("acceptance.column.state"), share=3),
        ),
        rows=tuple(_row(ctx, result) for result in shown),
    )


def _row(ctx: Context, result: AcceptanceResult) -> b.Row:
    tr, acceptance = ctx.tr, result.acceptance
    finding = next((f for f in ctx.screening.findings if f.id == acceptance.finding_id), None)
    name: list[b.Run | str] = [b.code(_breakable(acceptance.finding_id))]
    if finding is not None:
        name = [ctx.finding_link(finding), " ", *name]
    state: list[b.Run | str] = [b.strong(tr.word(result.outcome))]
    why = words.why_not(result, tr)
    if why:
        state.append(f". {why}")
    place = short(acceptance.place)
    return b.Row(
        cells=(
            b.runs(*name, *((" ", b.quiet(place)) if place else ())),
            b.runs(words.terms(acceptance, tr)),
            b.runs(*state),
        )
    )


def _breakable(finding_id: str) -> str:
    """An id that may be broken where its words end, or it runs into the next column."""
    shown = short(finding_id) or words.NOTHING
    return shown.replace(":", ":\u200b").replace("_", "_\u200b")
