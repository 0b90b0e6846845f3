"""What was not assessed: stands before the findings, boxed in the summary, in full here."""

from camiscreen.report import blocks as b
from camiscreen.report.anchors import gap_anchor
from camiscreen.report.sections.common import Context, NumberedGap
from camiscreen.report.text import clean

BOX_LIMIT = 6
"""Rows of the box in the summary; all others are one link away."""


def box(ctx: Context) -> b.NotAssessedBox:
    """The box of the summary."""
    tr = ctx.tr
    gaps = tuple(
        b.Gap(
            number=item.number,
            subject=_subject(ctx, item),
            reason=b.runs(tr.text(item.gap.reason)),
        )
        for item in ctx.gaps[:BOX_LIMIT]
    )
    rest = len(ctx.gaps) - len(gaps)
    return b.NotAssessedBox(
        title=tr.t("level.na"),
        note=tr.t("gaps.silence") if gaps else tr.t("gaps.none"),
        gaps=gaps,
        more=b.runs(b.link(tr.t("gaps.more", n=rest), "gaps")) if rest > 0 else (),
    )


def section(ctx: Context, number: str) -> b.Section:
    """Every subject that could not be judged, where, why, and whether the verdict needs it."""
    tr = ctx.tr
    parts: list[b.Block] = [
        b.Paragraph(runs=b.runs(tr.t("gaps.lead" if ctx.gaps else "gaps.none_long")), style="lead")
    ]
    parts.extend(_one(ctx, item) for item in ctx.gaps)
    if ctx.wholly_outside and not ctx.screening.findings:
        parts.append(b.Paragraph(runs=b.runs(tr.t("gaps.outside_short"))))
    return b.Section(
        anchor="gaps", number=number, title=tr.t("gaps.title"), blocks=tuple(parts), new_page=False
    )


def _one(ctx: Context, item: NumberedGap) -> b.GapCard:
    tr, gap = ctx.tr, item.gap
    facts = [b.Pair(label=tr.t("gaps.reason"), value=b.runs(tr.text(gap.reason)))]
    where = tr.t("gaps.whole") if not gap.kp_ranges else tr.kp_ranges(gap.kp_ranges, 8)
    facts.append(b.Pair(label=tr.t("card.where"), value=b.runs(where)))
    if gap.covered_fraction > 0:
        share = tr.t("gaps.covered_text", share=tr.percent(gap.covered_fraction))
        facts.append(b.Pair(label=tr.t("gaps.covered"), value=b.runs(share)))
    need = tr.t("gaps.required" if gap.required else "gaps.not_required")
    facts.append(b.Pair(label=tr.t("gaps.verdict"), value=b.runs(need)))
    if gap.rule_id:
        facts.append(b.Pair(label=tr.t("card.rule"), value=b.runs(b.code(gap.rule_id))))
    if gap.sources:
        facts.append(b.Pair(label=tr.t("head.sources"), value=ctx.cites(gap.sources)))
    return b.GapCard(
        anchor=gap_anchor(item.number),
        number=item.number,
        title=clean(tr.text(gap.subject)),
        facts=tuple(facts),
    )


def _subject(ctx: Context, item: NumberedGap) -> str:
    tr, gap = ctx.tr, item.gap
    subject = clean(tr.text(gap.subject))
    return f"{subject}, {tr.kp_ranges(gap.kp_ranges, 1)}" if gap.kp_ranges else subject
