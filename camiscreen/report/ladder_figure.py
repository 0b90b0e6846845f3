"""The mitigation hierarchy as a figure: four treads that lead down, with the measures on each.

This module's one job. The tables that follow say what each measure is; here is seen how many
there are on each step, how well they are backed and which findings they answer.
"""

from collections.abc import Sequence

from camiscreen.i18n import Translator
from camiscreen.model import Finding, Measure
from camiscreen.report.fonts import fit, width_pt
from camiscreen.report.map_legend import wrap
from camiscreen.report.marks import figure_text
from camiscreen.report.svg import Drawing, Element, Ink, el
from camiscreen.report.tokens import PORTRAIT_PT
from camiscreen.values import dataclass
from camiscreen.vocabulary import EvidenceStrength, Step

INDENT_PT = 22.0
HEAD_PT = 112.0
CHIP_PT = 84.0
CHIP_ROW_PT = 15.0
SQUARES = {
    EvidenceStrength.STRONG: 3,
    EvidenceStrength.MODERATE: 2,
    EvidenceStrength.WEAK: 1,
    EvidenceStrength.NONE: 0,
}
"""How many of three squares stand for a strength; a measure of policy alone has a word instead."""

_FILL = (1.0, 0.72, 0.38, 0.0)
_ON = ("paper", "paper", "ink", "ink")


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A measure and the findings that call for it."""

    measure: Measure
    findings: tuple[Finding, ...]


def draw_ladder(uses: Sequence[Use], tr: Translator, label: str) -> Drawing:
    """One tread a step, each further in than the one before."""
    parts: list[Element] = []
    y = 1.0
    for index, step in enumerate(Step):
        here = [use for use in uses if use.measure.step is step]
        left = INDENT_PT * index
        per_row = int((PORTRAIT_PT - left - HEAD_PT - 10) // CHIP_PT)
        rows = max(1, -(-len(here) // per_row))
        height = max(44.0, 20 + rows * CHIP_ROW_PT)
        parts.extend(_tread(step, here, (left, y), height, tr))
        parts.extend(_measures(here, left + HEAD_PT + 10, y, per_row, tr))
        if index:
            parts.append(_down(left - INDENT_PT / 2, y, height))
        y += height + 6
    return Drawing(width=PORTRAIT_PT, height=y, label=label, root=tuple(parts))


def _tread(
    step: Step, uses: Sequence[Use], at: tuple[float, float], height: float, tr: Translator
) -> list[Element]:
    left, y = at
    index = step.rank
    on = _ON[index]
    box = {"x": left + 0.5, "y": y, "width": HEAD_PT - 1, "height": height}
    word = fit(tr.word(step), 11, HEAD_PT - 14, "figure-600")
    note = wrap(f"{index + 1}. {tr.t(f'step.note.{step}')}", HEAD_PT - 14, 2)
    return [
        el("rect", **box, fill=Ink("paper")),
        el(
            "rect", **box, fill=Ink("accent"), fill_opacity=_FILL[index],
            stroke=Ink("accent"), stroke_width=1,
        ),
        figure_text(word, left + 7, y + 15, 11, weight=600, fill=on),
        *(figure_text(line, left + 7, y + 26 + 9 * i, 7, fill=on) for i, line in enumerate(note)),
        el(
            "line", x1=left + HEAD_PT + 10, y1=y, x2=PORTRAIT_PT, y2=y,
            stroke=Ink("ink"), stroke_width=0.8,
        ),
        figure_text(
            fit(_said(uses, tr), 7, PORTRAIT_PT - left - HEAD_PT - 10),
            left + HEAD_PT + 10, y + 11, 7, fill="ink2",
        ),
    ]  # fmt: skip


def _said(uses: Sequence[Use], tr: Translator) -> str:
    """How many measures, and the findings that they answer."""
    count = tr.t("ladder.count", n=len(uses))
    numbers = {f.number: None for use in uses for f in use.findings}
    ordered = sorted(numbers, key=lambda number: int(number[1:]))
    return f"{count} {tr.t('ladder.for', numbers=' '.join(ordered))}" if ordered else count


def _down(x: float, y: float, height: float) -> Element:
    """An arrow from the tread above to this one."""
    return el(
        "path", d=f"M{x:.2f} {y - 6:.2f}v{height / 2 + 6:.2f}h9m-4 -3l4 3l-4 3",
        fill="none", stroke=Ink("accent"), stroke_width=1,
    )  # fmt: skip


def _measures(
    uses: Sequence[Use], left: float, y: float, per_row: int, tr: Translator
) -> list[Element]:
    """Ids with their evidence: squares, or the word where a clause asks without data."""
    parts: list[Element] = []
    for index, use in enumerate(uses):
        x = left + (index % per_row) * CHIP_PT
        base = y + 25 + (index // per_row) * CHIP_ROW_PT
        parts.append(figure_text(use.measure.id, x, base, 7.5, weight=600))
        x += width_pt(use.measure.id, 7.5, "figure-600") + 4
        squares = SQUARES.get(use.measure.evidence_strength)
        if squares is None:
            word = fit(tr.word(use.measure.evidence_strength), 6.5, CHIP_PT - 32)
            parts.append(figure_text(word, x, base, 6.5, fill="ink2"))
            continue
        parts.extend(
            el(
                "rect", x=x + n * 6.4, y=base - 5.2, width=5, height=5,
                fill=Ink("ink" if n < squares else "paper"),
                stroke=Ink("ink"), stroke_width=0.6,
            )
            for n in range(3)
        )  # fmt: skip
    return parts
