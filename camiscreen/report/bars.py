"""Bars along one axis: kilometres by level, and where a finding lies on the line.

This module's one job. Widths are those of a portrait page.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

from camiscreen.i18n import Translator
from camiscreen.model import KpRange
from camiscreen.report.fonts import width_pt
from camiscreen.report.inline import Level
from camiscreen.report.marks import figure_text, mark
from camiscreen.report.svg import Drawing, Element, Ink, el, group
from camiscreen.report.tokens import LINE_PT, NO_FINDING, NOT_ASSESSED, PORTRAIT_PT

CARD_PT = 457.0
"""Width within the padding of a card."""

_BAR_H = 14.0
_LABEL_PT = 7.0
_STEPS_KM = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)


def tick_step_m(length_m: float, most: int = 10) -> float:
    """The round distance between ticks that gives at most ``most`` of them."""
    for km in _STEPS_KM:
        if length_m / (km * 1000) <= most:
            return km * 1000
    return _STEPS_KM[-1] * 1000


def tick_label(tr: Translator, at_m: float) -> str:
    """Kilometres of a tick, with a decimal only where the step needs it."""
    return tr.number(at_m / 1000, 0 if at_m % 1000 == 0 else 1)


def level_bar(
    lengths: Mapping[Level, float], words: Mapping[Level, str], tr: Translator, label: str
) -> Drawing:
    """One bar of the whole line, cut by highest level; a word, a mark and kilometres below.

    Labels that find no room under their part go to further lines.
    """
    total = sum(lengths.values()) or 1.0
    parts: list[Element] = []
    x = 0.0
    rows: list[float] = []
    last_row = 0
    for level, length in lengths.items():
        w = PORTRAIT_PT * length / total
        parts.append(_segment(x, w, level))
        text = f"{words[level]} {tr.km_round(length)}"
        needed = 13 + width_pt(text, _LABEL_PT, "figure-600")
        at = min(x, PORTRAIT_PT - needed)
        row = next((i for i, end in enumerate(rows) if end + 8 <= at), len(rows))
        if row == len(rows):
            rows.append(0.0)
        rows[row] = at + needed
        last_row = max(last_row, row)
        y = _BAR_H + 12 + row * 11
        parts.append(mark(level, at + 4, y - 2.4, 7))
        parts.append(figure_text(text, at + 11, y, _LABEL_PT, weight=600))
        x += w
    return Drawing(
        width=PORTRAIT_PT, height=_BAR_H + 16 + last_row * 11, label=label, root=tuple(parts)
    )


def _segment(x: float, w: float, level: Level) -> Element:
    box = {"x": x + 0.4, "y": 0.4, "width": max(w - 0.8, 0.4), "height": _BAR_H - 0.8}
    if level == NOT_ASSESSED:
        return el(
            "rect",
            **box,
            fill=Ink("paper"),
            stroke=Ink("ink"),
            stroke_width=0.8,
            stroke_dasharray="3 2.4",
        )
    if level == NO_FINDING:
        return el("rect", **box, fill=Ink("paper"), stroke=Ink("ink3"), stroke_width=0.5)
    return el("rect", **box, fill=Ink(f"sig-{level}"), stroke=Ink("ink"), stroke_width=0.7)


def locator(
    ranges: Sequence[KpRange], level: Level, length_m: float, tr: Translator, label: str
) -> Drawing:
    """The stretches of one finding on an axis of chainage."""
    left, right, axis_y = 2.0, CARD_PT - 34, 10.0
    scale = (right - left) / length_m
    parts = [_axis(left, right, axis_y, length_m, tr)]
    height = 2 * LINE_PT[level]
    for from_m, to_m in ranges:
        parts.append(
            el(
                "rect",
                x=left + from_m * scale,
                y=axis_y - height / 2,
                width=max((to_m - from_m) * scale, 1.4),
                height=height,
                fill=Ink(f"sig-{level}"),
                stroke=Ink("ink"),
                stroke_width=0.7,
            )
        )
    return Drawing(width=CARD_PT, height=26, label=label, root=tuple(parts))


@lru_cache(maxsize=4)
def _axis(left: float, right: float, axis_y: float, length_m: float, tr: Translator) -> Element:
    """The axis of chainage with its ticks: the same on every card of a report."""
    scale = (right - left) / length_m
    parts: list[Element] = [
        el("line", x1=left, y1=axis_y, x2=right, y2=axis_y, stroke=Ink("ink"), stroke_width=1.2)
    ]
    step = tick_step_m(length_m)
    for index in range(math.floor(length_m / step) + 1):
        x = left + index * step * scale
        text = tick_label(tr, index * step)
        if index == 0:
            text = f"{tr.t('unit.kp')} {text}"
        parts.append(
            el("line", x1=x, y1=axis_y, x2=x, y2=axis_y + 4, stroke=Ink("ink"), stroke_width=0.5)
        )
        anchor = "start" if index == 0 else "middle"
        parts.append(figure_text(text, x, axis_y + 13, 6.5, anchor=anchor, fill="ink3"))
    parts.append(
        figure_text(
            f"{tr.number(length_m / 1000, 1)}",
            CARD_PT,
            axis_y + 2.5,
            6.5,
            anchor="end",
            fill="ink3",
        )
    )
    axis = group(parts)
    axis.shared = "kp-axis"
    return axis
