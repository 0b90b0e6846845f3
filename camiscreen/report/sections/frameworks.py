"""Lender and national overlays: what may be triggered, what applies, what has to be checked first.

This module's one job. It prints no determination: a criterion is at most a potential trigger, and
a figure never stands without the word that says whether it was verified.
"""

from collections.abc import Sequence
from itertools import groupby

from camiscreen.i18n import NBSP
from camiscreen.model import CriterionResult, CriterionSubject, FrameworkResult, Screening
from camiscreen.report import blocks as b
from camiscreen.report.anchors import slug
from camiscreen.report.sections.common import Context
from camiscreen.report.sections.mitigation import figure
from camiscreen.report.text import short
from camiscreen.vocabulary import CriterionOutcome

SUBJECT_RANGES = 3
"""Stretches printed of one subject; all of them are in the JSON report."""


def wanted(screening: Screening) -> bool:
    """Whether the run was asked for any framework."""
    return bool(screening.frameworks)


def section(ctx: Context, number: str) -> b.Section:
    """Counts over all frameworks, then each with its criteria by outcome."""
    tr = ctx.tr
    parts: list[b.Block] = [
        b.Paragraph(runs=b.runs(tr.t("framework.lead"))),
        counts(ctx),
    ]
    for result in ctx.screening.frameworks:
        parts.extend(_framework(ctx, result))
    return b.Section(
        anchor="frameworks", number=number, title=tr.t("framework.title"), blocks=tuple(parts)
    )


def counts(ctx: Context) -> b.Table:
    """Criteria by outcome, a row for each framework."""
    tr = ctx.tr
    return b.Table(
        label=tr.t("framework.counts"),
        columns=(
            b.Column(head=tr.t("head.framework"), share=4),
            *(
                b.Column(head=tr.word(outcome), align="right", share=1.3)
                for outcome in CriterionOutcome
            ),
        ),
        rows=tuple(
            b.Row(
                cells=(
                    b.runs(b.link(tr.text(result.framework.title), _anchor(result))),
                    *(b.runs(_count(ctx, result, outcome)) for outcome in CriterionOutcome),
                )
            )
            for result in ctx.screening.frameworks
        ),
        note=b.runs(tr.t("framework.counts_note")),
    )


def _count(ctx: Context, result: FrameworkResult, outcome: CriterionOutcome) -> str:
    n = sum(item.outcome is outcome for item in result.results)
    return ctx.tr.number(n) if n else "–"


def _anchor(result: FrameworkResult) -> str:
    return slug(f"framework-{result.framework.id}")


def _framework(ctx: Context, result: FrameworkResult) -> list[b.Block]:
    tr = ctx.tr
    framework = result.framework
    parts: list[b.Block] = [
        b.Heading(level=2, text=tr.text(framework.title), anchor=_anchor(result)),
        b.Paragraph(runs=b.runs(tr.text(framework.note)), style="note"),
    ]
    if not result.results:
        parts.append(b.Paragraph(runs=b.runs(tr.t("framework.none"))))
    for outcome in CriterionOutcome:
        items = [item for item in result.results if item.outcome is outcome]
        if items:
            parts.append(b.Heading(level=3, text=tr.word(outcome)))
            parts.append(_table(ctx, outcome, items))
    return parts


# ----------------------------------------------------------------------------------------------
# Criteria of one outcome
# ----------------------------------------------------------------------------------------------


def _table(ctx: Context, outcome: CriterionOutcome, items: Sequence[CriterionResult]) -> b.Table:
    tr = ctx.tr
    rows: list[b.Row] = []
    for instrument, group in groupby(items, key=lambda item: item.instrument):
        head = tr.t(
            "framework.instrument",
            title=tr.text(instrument.title),
            edition=tr.text(instrument.edition),
        )
        rows.append(b.Row(cells=(b.runs(head),), role="group"))
        rows.extend(_row(ctx, item) for item in group)
    columns = [
        b.Column(head=tr.t("head.criterion"), share=2, figures=True),
        b.Column(head=tr.t("framework.says"), share=4.5),
        b.Column(head=tr.t("head.sources"), share=1.25, figures=True),
    ]
    if outcome is not CriterionOutcome.CONTEXT:
        columns.insert(2, b.Column(head=tr.t(f"framework.here.{outcome}"), share=3.3))
    return b.Table(label=tr.word(outcome), columns=tuple(columns), rows=tuple(rows))


def _row(ctx: Context, item: CriterionResult) -> b.Row:
    criterion = item.criterion
    cells = [
        b.runs(ctx.tr.text(criterion.locator), " ", b.code(criterion.id)),
        _says(ctx, item),
        ctx.cites(criterion.references),
    ]
    if item.outcome is not CriterionOutcome.CONTEXT:
        cells.insert(2, _here(ctx, item))
    return b.Row(anchor=slug(f"criterion-{criterion.id}"), cells=tuple(cells))


def _says(ctx: Context, item: CriterionResult) -> b.Runs:
    """The criterion in own words, its figure with its mark, and its note."""
    tr, criterion = ctx.tr, item.criterion
    out: list[b.Run | str] = [tr.text(criterion.requirement)]
    if criterion.numeric is not None:
        mark = "verified" if criterion.numeric.verified else "to_be_checked"
        name, _, value = figure(ctx, criterion.numeric).partition(": ")
        stated = f"{name}: {value.replace(' ', NBSP)}"
        out += [" ", b.strong(stated), f" ({tr.t(f'framework.mark.{mark}')})."]
    if criterion.note is not None:
        out += [" ", b.quiet(tr.text(criterion.note))]
    return b.runs(*out)


def _here(ctx: Context, item: CriterionResult) -> b.Runs:
    """What the criterion meets in this project, or what it would take to say so."""
    tr, criterion = ctx.tr, item.criterion
    parts: list[b.Runs] = []
    if not item.subjects or item.outcome is CriterionOutcome.TO_BE_CHECKED:
        parts.append(b.runs(tr.message(item.why)))
    if item.subjects:
        parts.append(b.runs("; ".join(_subject(ctx, subject) for subject in item.subjects) + "."))
    links = [
        ctx.finding_link(finding)
        for finding in ctx.ordered_findings()
        if finding.id in item.finding_ids
    ]
    if links:
        parts.append(b.runs(tr.t("head.findings"), ": ", *b.spaced(links, " "), "."))
    if criterion.missing is not None:
        parts.append(b.runs(b.strong(tr.t("framework.missing")), " ", tr.text(criterion.missing)))
    out = parts[0]
    for part in parts[1:]:
        out = (*out, b.text(" "), *part)
    return out


def _subject(ctx: Context, subject: CriterionSubject) -> str:
    name = short(ctx.tr.text(subject.name))
    if not subject.kp_ranges:
        return name
    return f"{name}, {ctx.tr.kp_ranges(subject.kp_ranges, SUBJECT_RANGES)}"
