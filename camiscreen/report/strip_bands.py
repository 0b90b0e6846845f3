"""The upper rows of a strip map: the line by its levels, states and provinces.

This module's one job. A row writes its name at the left, its things along the axis, and takes the
height that it needs.
"""

from collections.abc import Sequence

from camiscreen.model import KpRange, Screening
from camiscreen.report.fonts import fit, width_pt
from camiscreen.report.marks import figure_text
from camiscreen.report.stretches import Stretch
from camiscreen.report.strip_base import END_PT, Strip, stroke
from camiscreen.report.strip_rows import cut, level_runs
from camiscreen.report.svg import Element, Ink, el
from camiscreen.report.text import short
from camiscreen.report.tokens import NO_FINDING, NOT_ASSESSED

LEVEL_PT = {
    "major": 13.0,
    "moderate": 10.0,
    "minor": 7.0,
    "negligible": 3.6,
    NOT_ASSESSED: 8.0,
    NO_FINDING: 1.0,
}


def draw_levels(strip: Strip, parts: Sequence[Stretch]) -> None:
    """The line by its highest level: height and colour, and the word where it fits."""
    tr = strip.tr
    middle = strip.y + 8
    strip.name(tr.t("head.significance"), middle + 2.5)
    runs, strip.coarse = level_runs(parts, strip.window, strip.least_m)
    for a, b, level in runs:
        strip.add(_level(strip, (a, b), level, middle))
        x1, x2 = strip.x(a), strip.x(b)
        word = tr.t(f"level.{level}")
        if width_pt(word, 7) + 4 <= x2 - x1:
            weight = 600 if level == "major" else 400
            strip.add(
                figure_text(word, (x1 + x2) / 2, middle + 16, 7, anchor="middle", weight=weight)
            )
    strip.y = middle + 22


def _level(strip: Strip, kp_range: KpRange, level: str, middle: float) -> Element:
    x1, x2 = strip.span(kp_range, 0.6)
    height = LEVEL_PT[level]
    if level == NO_FINDING:
        return stroke((x1, middle), (x2, middle), 1.0)
    dash = {"stroke_dasharray": "3 2.4"} if level == NOT_ASSESSED else {}
    return el(
        "rect",
        x=x1,
        y=middle - height / 2,
        width=x2 - x1,
        height=height,
        fill=Ink("paper" if level == NOT_ASSESSED else f"sig-{level}"),
        stroke=Ink("ink"),
        stroke_width=0.7,
        **dash,
    )


def draw_states(strip: Strip, screening: Screening) -> None:
    """States as bars with their CMS status, provinces below as ticks with names."""
    tr, exposure = strip.tr, screening.exposure
    strip.name(tr.t("strip.states"), strip.y + 8)
    if not exposure.states:
        strip.says(tr.t("strip.no_state"))
    for index, state in enumerate(exposure.states):
        party = tr.t("party.yes" if state.cms_party else "party.no")
        name = short(tr.text(state.name), 60)
        for kp_range in cut(state.kp_ranges, strip.window):
            x1, x2 = strip.span(kp_range)
            strip.add(
                el(
                    "rect", x=x1, y=strip.y, width=x2 - x1, height=11,
                    fill=Ink("surface2" if index % 2 == 0 else "paper"),
                    stroke=Ink("ink2"), stroke_width=0.7,
                )
            )  # fmt: skip
            for text in (tr.t("strip.state", name=name, party=party), name, state.iso3):
                if width_pt(text, 7) + 8 <= x2 - x1:
                    strip.add(figure_text(text, x1 + 4, strip.y + 8, 7))
                    break
            else:
                if x2 > END_PT - 1:
                    strip.add(figure_text(state.iso3, x2 + 4, strip.y + 8, 7))
    strip.y += 14
    if exposure.provinces:
        bounds = sorted(
            (*strip.span(kp_range), short(tr.text(province.name), 40))
            for province in exposure.provinces
            for kp_range in cut(province.kp_ranges, strip.window)
        )
        for x1, x2, name in bounds:
            strip.stroke((x1, strip.y), (x1, strip.y + 10), 0.7, "ink2")
            text = fit(name, 6.5, max(x2 - x1 - 5, 0))
            if text == name or len(text) > 5:
                strip.add(figure_text(text, x1 + 3, strip.y + 8, 6.5, fill="ink2"))
        strip.y += 12
    strip.y += 2
