"""Findings in short: how many of each level, and the map."""

from camiscreen.report import blocks as b
from camiscreen.report import figures
from camiscreen.report.sections.common import Context
from camiscreen.report.tokens import PORTRAIT_PT
from camiscreen.vocabulary import Significance


def section(ctx: Context, number: str) -> b.Section:
    """Counts and map, on one page."""
    tr = ctx.tr
    figure = figures.findings(ctx)
    if ctx.screening.findings:
        said = _lead(ctx)
    else:
        said = tr.t("findings.outside" if ctx.wholly_outside else "findings.none")
    parts: list[b.Block] = [b.Paragraph(runs=b.runs(said))]
    parts += [figure] if figure else []
    wide = figure is not None and figure.drawing.width > PORTRAIT_PT
    return b.Section(
        anchor="findings",
        number=number,
        title=tr.t("findings.title"),
        blocks=tuple(parts),
        turned=len(parts) if wide else 0,
    )


def _lead(ctx: Context) -> str:
    tr = ctx.tr
    counts = []
    for significance in sorted(Significance, reverse=True):
        n = sum(f.significance is significance for f in ctx.screening.findings)
        if n:
            counts.append(tr.t(f"findings.count.{significance}", n=n))
    total = tr.t("findings.total", n=len(ctx.screening.findings))
    return tr.t("findings.lead", total=total, levels=tr.join(counts))
