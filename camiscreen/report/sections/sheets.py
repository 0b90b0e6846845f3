"""What the short versions share: the map on a shared page, rows of findings, what was left out.

This module's one job. A short version says less, never anything else: its numbers are those of the
findings, and what it leaves out it counts.
"""

from collections.abc import Sequence

from camiscreen.model import Finding
from camiscreen.report import blocks as b
from camiscreen.report.figures import map_alt
from camiscreen.report.findings_map import draw_map
from camiscreen.report.sections.common import Context, level
from camiscreen.report.text import clean, short

TITLE_LIMIT = 110
"""Longest title in a table of a short version; the full report has the whole of it."""


def map_figure(ctx: Context, most_pt: float, labels: int) -> b.Figure | None:
    """The findings map, no taller than ``most_pt``, with so many findings named."""
    alt = map_alt(ctx)
    drawing = draw_map(
        ctx.screening, ctx.states, ctx.parts, ctx.tr, alt, most_pt=most_pt, most_labels=labels
    )
    return None if drawing is None else b.Figure(drawing=drawing, alt=alt, anchor="map")


def findings_table(ctx: Context, found: Sequence[Finding], *, confidence: bool = True) -> b.Table:
    """Findings in one row each: level, number and title, place, length, trust in the data."""
    tr = ctx.tr
    columns = [
        b.Column(head=tr.t("head.significance"), share=1.5),
        b.Column(head=tr.t("head.finding"), share=4.6),
        b.Column(head=tr.t("head.chainage"), share=2.4, figures=True),
        b.Column(head=tr.t("unit.km"), align="right", share=0.9),
    ]
    if confidence:
        columns.append(b.Column(head=tr.t("head.confidence"), share=1.3))
    rows = []
    for finding in found:
        title = f" {short(tr.text(finding.title), TITLE_LIMIT)}"
        accepted = f" {tr.t('finding.accepted_short')}" if finding.accepted else ""
        cells = [
            ctx.level_runs(level(finding)),
            b.runs(b.strong(finding.number), title, b.quiet(accepted)),
            b.runs(ctx.where(finding.kp_ranges, 2)),
            b.runs(tr.km_number(finding.length_m) if finding.length_m else "–"),
        ]
        if confidence:
            cells.append(b.runs(tr.word(finding.confidence)))
        rows.append(b.Row(cells=tuple(cells)))
    return b.Table(label=tr.t("summary.top"), columns=tuple(columns), rows=tuple(rows))


def gap_names(ctx: Context, most: int) -> tuple[b.Runs, ...]:
    """What was not assessed, by number and subject; past ``most`` the count of the rest."""
    tr = ctx.tr
    lines = [
        b.runs(b.mark("na", item.number), " ", short(clean(tr.text(item.gap.subject)), TITLE_LIMIT))
        for item in ctx.gaps[:most]
    ]
    rest = len(ctx.gaps) - most
    if rest > 0:
        lines.append(b.runs(tr.t("sheet.more_gaps", n=rest)))
    return tuple(lines)


def assumed(ctx: Context, most: int) -> tuple[b.Runs, ...]:
    """What was assumed for want of a design; past ``most`` the count of the rest."""
    tr, assumptions = ctx.tr, ctx.screening.assumptions
    lines = [b.runs(tr.message(message)) for message in assumptions[:most]]
    rest = len(assumptions) - most
    if rest > 0:
        lines.append(b.runs(tr.t("sheet.more_assumptions", n=rest)))
    return tuple(lines)
