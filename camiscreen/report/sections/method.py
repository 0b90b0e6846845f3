"""Method and limits: how a level comes about, what lengths mean, what coarse data cannot say."""

from camiscreen.model import TableRow
from camiscreen.report import blocks as b
from camiscreen.report.sections.common import Context
from camiscreen.vocabulary import Magnitude, Sensitivity

LIMITS = ("coarse", "silence", "sites", "lengths", "chainage", "design", "residual")
"""What every screening cannot do, by the keys of its sentences."""


def section(ctx: Context, number: str) -> b.Section:
    """Zones, matrix, tables of the levels, limits."""
    tr = ctx.tr
    rulebook = ctx.screening.rulebook
    parts: list[b.Block] = [
        b.Paragraph(runs=b.runs(tr.t("method.lead"))),
        b.Heading(level=2, text=tr.t("method.matrix")),
        _matrix(ctx),
        b.Heading(level=2, text=tr.t("method.zones")),
        _zones(ctx),
        b.Heading(level=2, text=tr.t("method.sensitivity")),
        _levels(ctx, rulebook.sensitivity_table, Sensitivity, "head.sensitivity"),
        b.Heading(level=2, text=tr.t("method.magnitude")),
        _levels(ctx, rulebook.magnitude_table, Magnitude, "head.magnitude"),
        b.Heading(level=2, text=tr.t("method.confidence")),
        b.Paragraph(runs=b.runs(tr.t("method.confidence_text"))),
        b.Heading(level=2, text=tr.t("method.limits")),
        b.Bullets(
            items=tuple(
                b.runs(b.strong(tr.t(f"method.limit.{key}.head")), " ", tr.t(f"method.limit.{key}"))
                for key in LIMITS
            )
        ),
    ]
    return b.Section(
        anchor="method",
        number=number,
        title=tr.t("method.title"),
        blocks=tuple(parts),
        new_page=False,
    )


def _matrix(ctx: Context) -> b.Table:
    tr = ctx.tr
    cells = {
        (cell.sensitivity, cell.magnitude): cell.significance
        for cell in ctx.screening.rulebook.matrix
    }
    rows = []
    for sensitivity in sorted(Sensitivity, reverse=True):
        row = [b.runs(b.strong(tr.word(sensitivity)))]
        for magnitude in Magnitude:
            significance = cells.get((sensitivity, magnitude))
            if significance is None:
                row.append(b.runs("–"))
                continue
            level: b.Level = significance.value
            row.append(ctx.level_runs(level))
        rows.append(b.Row(cells=tuple(row)))
    return b.Table(
        label=tr.t("method.matrix"),
        columns=(
            b.Column(head=tr.t("method.matrix_corner"), share=1.5),
            *(b.Column(head=tr.word(magnitude), share=1.4) for magnitude in Magnitude),
        ),
        rows=tuple(rows),
        note=b.runs(tr.t("method.matrix_note"), " ", tr.text(ctx.screening.rulebook.matrix_why)),
    )


def _zones(ctx: Context) -> b.Table:
    tr = ctx.tr
    return b.Table(
        label=tr.t("method.zones"),
        columns=(
            b.Column(head=tr.t("head.zone"), share=2),
            b.Column(head=tr.t("head.width"), align="right", share=1.3),
            b.Column(head=tr.t("head.why"), share=4.6),
            b.Column(head=tr.t("head.sources"), share=1.3, figures=True),
        ),
        rows=tuple(
            b.Row(
                cells=(
                    b.runs(tr.text(zone.title)),
                    b.runs(
                        tr.metres(zone.width_m) if zone.width_m < 1000 else _km(ctx, zone.width_m)
                    ),
                    b.runs(tr.text(zone.why)),
                    ctx.cites(zone.sources),
                )
            )
            for zone in ctx.screening.rulebook.zones
        ),
        note=b.runs(tr.t("method.zones_note")),
    )


def _km(ctx: Context, width_m: float) -> str:
    tr = ctx.tr
    whole = width_m % 1000 == 0
    return f"{tr.number(width_m / 1000)} {tr.t('unit.km')}" if whole else tr.km(width_m)


def _levels(
    ctx: Context,
    table: tuple[TableRow, ...],
    words: type[Sensitivity] | type[Magnitude],
    head: str,
) -> b.Table:
    tr = ctx.tr
    return b.Table(
        label=tr.t(head),
        columns=(
            b.Column(head=tr.t(head), share=2.1),
            b.Column(head=tr.t("head.when"), share=3, figures=True),
            b.Column(head=tr.t("head.why"), share=4.2),
            b.Column(head=tr.t("head.sources"), share=1.3, figures=True),
        ),
        rows=tuple(
            b.Row(
                cells=(
                    b.runs(b.strong(tr.word(words(row.level)))),
                    ctx.conditions(row.when),
                    b.runs(tr.text(row.why)),
                    ctx.cites(row.sources),
                )
            )
            for row in table
        ),
        note=b.runs(tr.t("method.first_row")),
    )
