"""The significance matrix as a figure, with every finding placed in its cell.

This module's one job. Cells are pale, so that the findings are seen and not the cells; what was
not assessed stands beside the matrix, never in it.
"""

from collections.abc import Mapping, Sequence

from camiscreen.i18n import Translator
from camiscreen.model import Finding, Screening
from camiscreen.report.fonts import width_pt
from camiscreen.report.inline import Level
from camiscreen.report.map_legend import wrap
from camiscreen.report.marks import figure_text, mark
from camiscreen.report.stretches import level_of
from camiscreen.report.svg import Drawing, Element, Ink, el
from camiscreen.report.text import short
from camiscreen.report.tokens import PORTRAIT_PT
from camiscreen.vocabulary import Confidence, Magnitude, Sensitivity, Significance

LEFT_PT = 74.0
CELL_PT = 74.0
GAP_PT = 2.5
CHIP_PT = (32.0, 14.0)
LEAST_PT = 44.0
ASIDE_PT = 106.0
"""Width of what stands beside the matrix."""


def draw_matrix(screening: Screening, tr: Translator, label: str) -> Drawing:
    """Sensitivity up, magnitude to the right; row heights follow the fullest cell."""
    cells = {(c.sensitivity, c.magnitude): c.significance for c in screening.rulebook.matrix}
    placed: dict[tuple[Sensitivity, Magnitude], list[Finding]] = {}
    for finding in sorted(screening.findings, key=lambda f: -f.significance.rank):
        placed.setdefault((finding.sensitivity, finding.magnitude), []).append(finding)
    parts: list[Element] = [*_heads(tr)]
    top = y = 28.0
    for sensitivity in sorted(Sensitivity, reverse=True):
        fullest = max(len(placed.get((sensitivity, m), ())) for m in Magnitude)
        height = max(LEAST_PT, 19 + (CHIP_PT[1] + 3) * -(-fullest // 2) + 3)
        word = tr.word(sensitivity)
        parts.append(figure_text(word, LEFT_PT - 8, y + height / 2, 7.5, anchor="end"))
        for index, magnitude in enumerate(Magnitude):
            x = LEFT_PT + index * (CELL_PT + GAP_PT)
            here = placed.get((sensitivity, magnitude), [])
            significance = cells.get((sensitivity, magnitude))
            parts.extend(_cell((x, y), height, significance, here, tr))
        y += height + GAP_PT
    bottom = y - GAP_PT
    parts.extend(_up(tr, top, bottom))
    parts.extend(_aside(screening, tr, top, bottom))
    y = bottom + 12
    if any(f.confidence is Confidence.LOW for f in screening.findings):
        parts.append(_chip_box(LEFT_PT, y - 6, dashed=True, width=24, height=10))
        parts.append(
            figure_text(tr.t("matrix.low_confidence"), LEFT_PT + 30, y + 2, 7, fill="ink2")
        )
        y += 10
    return Drawing(width=PORTRAIT_PT, height=y, label=label, root=tuple(parts))


def _heads(tr: Translator) -> list[Element]:
    title = tr.t("matrix.magnitude")
    x = LEFT_PT + width_pt(title, 7, "figure-600") + 8
    parts = [
        figure_text(title, LEFT_PT, 8, 7, weight=600),
        el(
            "path", d=f"M{x:.2f} 5.5h22m-4 -3l4 3l-4 3",
            fill="none", stroke=Ink("ink"), stroke_width=0.9,
        ),
    ]  # fmt: skip
    for index, magnitude in enumerate(Magnitude):
        middle = LEFT_PT + index * (CELL_PT + GAP_PT) + CELL_PT / 2
        parts.append(figure_text(tr.word(magnitude), middle, 22, 7.5, anchor="middle"))
    return parts


def _up(tr: Translator, top: float, bottom: float) -> list[Element]:
    """The name of the upright axis, turned, with its arrow."""
    title = tr.t("matrix.sensitivity")
    text = figure_text(title, 0, 0, 7, weight=600)
    text.attributes["transform"] = f"translate(8 {bottom:.2f}) rotate(-90)"
    tip = bottom - width_pt(title, 7, "figure-600") - 8
    parts = [text]
    if tip - 22 > top:
        parts.append(
            el(
                "path", d=f"M5.5 {tip:.2f}v-22m-3 4l3 -4l3 4",
                fill="none", stroke=Ink("ink"), stroke_width=0.9,
            )
        )  # fmt: skip
    return parts


def _cell(
    at: tuple[float, float],
    height: float,
    significance: Significance | None,
    findings: Sequence[Finding],
    tr: Translator,
) -> list[Element]:
    if significance is None:
        return []
    x, y = at
    level: Level = significance.value
    parts = [
        el("rect", x=x, y=y, width=CELL_PT, height=height, fill=Ink(f"tint-{level}")),
        el("rect", x=x, y=y, width=CELL_PT, height=4, fill=Ink(f"sig-{level}")),
        figure_text(
            tr.t(f"level.{level}"), x + 5, y + 14, 7,
            weight=600 if findings else 400, fill="ink" if findings else "ink3",
        ),
    ]  # fmt: skip
    for index, finding in enumerate(findings):
        left = x + 4 + (index % 2) * (CHIP_PT[0] + 3)
        above = y + 19 + (index // 2) * (CHIP_PT[1] + 3)
        parts.append(_chip_box(left, above, dashed=finding.confidence is Confidence.LOW))
        parts.append(mark(level_of(finding), left + 8, above + CHIP_PT[1] / 2, 8))
        parts.append(figure_text(finding.number, left + 14, above + 9.6, 7, weight=600))
    return parts


def _chip_box(
    x: float, y: float, *, dashed: bool, width: float = CHIP_PT[0], height: float = CHIP_PT[1]
) -> Element:
    dash: Mapping[str, str] = {"stroke_dasharray": "2.4 1.8"} if dashed else {}
    return el(
        "rect", x=x + 0.4, y=y + 0.4, width=width - 0.8, height=height - 0.8,
        fill=Ink("paper"), stroke=Ink("ink"), stroke_width=0.8, **dash,
    )  # fmt: skip


def _aside(screening: Screening, tr: Translator, top: float, bottom: float) -> list[Element]:
    """What was not assessed, as far as there is room; the section before names all of it."""
    x = PORTRAIT_PT - ASIDE_PT
    parts = [
        el(
            "rect", x=x + 0.5, y=top + 0.5, width=ASIDE_PT - 1, height=bottom - top - 1,
            fill=Ink("paper"), stroke=Ink("ink"), stroke_width=0.9, stroke_dasharray="3 2.4",
        ),
        figure_text(tr.t("level.na"), x + 8, top + 13, 7.5, weight=600),
        figure_text(tr.t("matrix.outside"), x + 8, top + 23, 7, fill="ink3"),
    ]  # fmt: skip
    y = top + 38
    gaps = screening.not_assessed
    for number, gap in enumerate(gaps, start=1):
        lines = wrap(short(tr.text(gap.subject), 60), ASIDE_PT - 34, 2)
        if y + 9 * len(lines) + (10 if number < len(gaps) else 0) > bottom - 4:
            rest = tr.t("matrix.more", n=len(gaps) - number + 1)
            parts.append(figure_text(rest, x + 8, y, 7, fill="ink2"))
            break
        parts.append(mark("na", x + 11, y - 2.5, 7))
        parts.append(figure_text(f"N{number}", x + 18, y, 7, weight=600))
        for line in lines:
            parts.append(figure_text(line, x + 32, y, 7, fill="ink2"))
            y += 9
        y += 4
    if not gaps:
        parts.append(figure_text(tr.t("matrix.none"), x + 8, y, 7, fill="ink2"))
    return parts
