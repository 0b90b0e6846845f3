"""The design as it was stated: each input, where it holds, and what judges it."""

from camiscreen.report import blocks as b
from camiscreen.report.design_inputs import DesignInput, design_inputs
from camiscreen.report.sections.common import Context

MOST_ROWS = 200
"""More are in the JSON report; a table of every structure of a long line is no reading matter."""


def table(ctx: Context) -> list[b.Block]:
    """Heading and table, or nothing where nothing but the fencing of the whole line is stated."""
    tr = ctx.tr
    stated = design_inputs(ctx.screening)
    if all(item.field == "fencing" for item in stated):
        return []
    rest = len(stated) - MOST_ROWS
    return [
        b.Heading(level=2, text=tr.t("design.title")),
        b.Table(
            label=tr.t("design.title"),
            columns=(
                b.Column(head=tr.t("design.head.input"), share=3),
                b.Column(head=tr.t("head.chainage"), share=2.6, figures=True),
                b.Column(head=tr.t("design.head.stated"), share=2),
                b.Column(head=tr.t("design.head.judged"), share=3.4, figures=True),
            ),
            rows=tuple(_row(ctx, item) for item in stated[:MOST_ROWS]),
            note=b.runs(tr.t("design.note"), *([" ", tr.t("rest_in_json")] if rest > 0 else [])),
        ),
    ]


def _row(ctx: Context, item: DesignInput) -> b.Row:
    tr = ctx.tr
    judged = ", ".join(
        tr.t(f"method.{name}") if name in {"sensitivity", "magnitude"} else name
        for name in item.judged_by
    )
    if not judged:
        judged = tr.t("design.other_kind" if item.other_kind else "design.not_judged")
    where = tr.t("design.whole")
    if item.field == "fencing" and any(one.kp_m for one in ctx.screening.project.design.fences):
        where = tr.t("design.elsewhere")
    if item.kp_m is not None:
        first, last = item.kp_m
        where = tr.kp(first) if first == last else tr.kp_range(item.kp_m)
    return b.Row(
        cells=(
            b.runs(tr.t(f"design.input.{item.field}")),
            b.runs(where),
            b.runs(_value(ctx, item)),
            b.runs(judged),
        )
    )


def _value(ctx: Context, item: DesignInput) -> str:
    tr = ctx.tr
    if isinstance(item.value, tuple):
        return ", ".join(tr.text(ctx.screening.rulebook.months[m - 1]) for m in item.value)
    if item.value == "unknown":
        return tr.t(f"design.unknown.{item.field}")
    if isinstance(item.value, str):
        return tr.term("term", item.value)
    whole = float(item.value).is_integer()
    number = tr.number(item.value, 0 if whole else 2)
    unit = "unit.m" if item.field.endswith("_m") else ""
    if item.field.endswith("km_h"):
        unit = "design.km_h"
    return f"{number} {tr.t(unit)}" if unit else number
