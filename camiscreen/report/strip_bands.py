"""The rows of a strip map, each drawn at the height reached so far.

This module's one job. A row writes its name at the left, its things along the axis, and takes the
height that it needs.
"""

from collections.abc import Sequence
from itertools import pairwise

from camiscreen.i18n import Translator
from camiscreen.model import KpRange, Screening, Structure
from camiscreen.report import strip_symbols
from camiscreen.report.fonts import fit, width_pt
from camiscreen.report.marks import figure_text, mark
from camiscreen.report.stretches import Stretch
from camiscreen.report.strip_rows import Sign, SpeciesRow, Thing, cut, lanes
from camiscreen.report.svg import Element, Ink, el, group
from camiscreen.report.text import short
from camiscreen.report.tokens import LANDSCAPE_PT, NO_FINDING, NOT_ASSESSED

LEFT_PT, WIDTH_PT, RIGHT_PT = 128.0, 550.0, 62.0
"""Names at the left, the axis, and the column of numbers at the right."""

BAR_PT = 12.0
LEVEL_PT = {
    "major": 13.0, "moderate": 10.0, "minor": 7.0, "negligible": 3.6, NOT_ASSESSED: 8.0,
    NO_FINDING: 1.0,
}  # fmt: skip
LANE_PT = 14.0
THING_PT = 16.5
_SHARES = (0.5, 0.3, 0.7, 0.15, 0.85, *(i / 40 for i in range(1, 40)))
"""Where on its stretch a finding may hang, from the first choice to the last."""
LABEL_PT = 170.0
"""Most width of the name of a corridor, site or barrier."""


class Strip:
    """A window of chainage on its way to become a drawing: ``y`` is the height reached."""

    def __init__(
        self, *, window: KpRange, tr: Translator, prefix: str, most_lanes: int
    ) -> None:
        self.window, self.tr, self.prefix = window, tr, prefix
        self.most_lanes = most_lanes
        self.parts: list[Element] = []
        self.y = 0.0

    def x(self, at_m: float) -> float:
        """The place of a chainage on the axis."""
        start, end = self.window
        return LEFT_PT + WIDTH_PT * (at_m - start) / (end - start)

    def span(self, kp_range: KpRange, least: float = 1.6) -> tuple[float, float]:
        """Where a stretch begins and ends on the axis, never narrower than can be seen."""
        x1, x2 = self.x(kp_range[0]), self.x(kp_range[1])
        if x2 - x1 < least:
            middle = min(max((x1 + x2) / 2, LEFT_PT + least / 2), LEFT_PT + WIDTH_PT - least / 2)
            x1, x2 = middle - least / 2, middle + least / 2
        return x1, x2

    def add(self, *elements: Element) -> None:
        """Append in drawing order."""
        self.parts.extend(elements)

    def name(self, text: str, y: float, below: str = "", *, italic: bool = False) -> None:
        """The name of a row, and a smaller line below it."""
        room = LEFT_PT - 10
        self.add(figure_text(fit(text, 7, room, "figure-600"), 0, y, 7, weight=600))
        if below:
            face = "figure-italic" if italic else "figure"
            small = fit(below, 6.5, room, face)
            self.add(figure_text(small, 0, y + 8.5, 6.5, italic=italic, fill="ink3"))

    def line(self, weight: float = 0.5, colour: str = "rule") -> None:
        """A rule across the whole strip, and some room below it."""
        self.add(
            el(
                "line", x1=0, y1=self.y, x2=LANDSCAPE_PT, y2=self.y,
                stroke=Ink(colour), stroke_width=weight,
            )
        )  # fmt: skip
        self.y += 5


# ----------------------------------------------------------------------------------------------
# Findings and significance
# ----------------------------------------------------------------------------------------------


def draw_signs(strip: Strip, placed: Sequence[Sign], whole: Sequence[Sign]) -> None:
    """Findings of the whole line in one row, the others in lanes above the bar of levels."""
    tr = strip.tr
    top = strip.y + 14
    strip.name(tr.t("head.findings"), top)
    if whole:
        x = LEFT_PT + 4
        word = tr.t("strip.whole_line")
        strip.add(figure_text(word, x, top, 7, fill="ink3"))
        x += width_pt(word, 7) + 8
        for sign in whole:
            text = fit(" ".join(sign.numbers), 7, 180, "figure-600")
            strip.add(mark(sign.level, x + 4, top - 2.4, 8))
            strip.add(figure_text(text, x + 11, top, 7, weight=600))
            x += 11 + width_pt(text, 7, "figure-600") + 12
        strip.y += 14
    chips, lost = _chips(strip, placed)
    count = 1 + max((lane for _, lane, _ in chips), default=-1)
    base = strip.y + 8 + LANE_PT * max(count, 0 if whole else 1)
    for sign, lane, x in chips:
        y = base - 6 - LANE_PT * lane
        strip.add(
            el(
                "line", x1=x, y1=y + 4, x2=x, y2=base + 5,
                stroke=Ink("ink"), stroke_width=0.7,
            ),
            mark(sign.level, x, y, 9),
            _chip_text(sign, x, y),
        )  # fmt: skip
    if lost:
        strip.add(
            figure_text(
                tr.t("strip.not_placed", n=len(lost)), LANDSCAPE_PT, base - 2, 6.5,
                anchor="end", fill="ink3",
            )
        )  # fmt: skip
    strip.y = base + 3


def _chip_text(sign: Sign, x: float, y: float) -> Element:
    text = " ".join(sign.numbers)
    if x + 8 + width_pt(text, 7, "figure-600") > LANDSCAPE_PT - 2:
        return figure_text(text, x - 7, y + 2.5, 7, anchor="end", weight=600, halo=True)
    return figure_text(text, x + 7, y + 2.5, 7, weight=600, halo=True)


def _chips(
    strip: Strip, signs: Sequence[Sign]
) -> tuple[list[tuple[Sign, int, float]], list[Sign]]:
    """Each sign with its lane (0 nearest to the bar) and place; no leader crosses another's text."""
    boxes: list[tuple[int, float, float, float]] = []
    out: list[tuple[Sign, int, float]] = []
    lost: list[Sign] = []
    # What has the least room goes first: the others find a place elsewhere on their stretches.
    for sign in sorted(signs, key=lambda s: sum(b - a for a, b in s.ranges)):
        ranges = cut(sign.ranges, strip.window)
        if not ranges:
            continue
        width = 9 + width_pt(" ".join(sign.numbers), 7, "figure-600")
        places = [
            strip.x(a + share * (b - a))
            for a, b in sorted(ranges, key=lambda r: r[0] - r[1])[:3]
            for share in _SHARES
        ]
        spot = next(
            (
                (lane, x)
                for lanes_here in ((0, 1), (2, 3))
                for x in places
                for lane in lanes_here
                if _free(boxes, lane, x, width)
            ),
            None,
        )
        if spot is None:
            lost.append(sign)
            continue
        lane, x = spot
        boxes.append((lane, x - 5, x + width, x))
        out.append((sign, lane, x))
    return out, lost


def _free(
    boxes: Sequence[tuple[int, float, float, float]], lane: int, x: float, width: float
) -> bool:
    left, right = x - 5, x + width
    for other, x1, x2, leader in boxes:
        if other == lane and left < x2 + 3 and x1 < right + 3:
            return False
        if other < lane and x1 - 1 < x < x2 + 1:
            return False
        if other > lane and left - 1 < leader < right + 1:
            return False
        if abs(leader - x) < 3:
            return False
    return True


def draw_levels(strip: Strip, parts: Sequence[Stretch]) -> None:
    """The line by its highest level: height and colour, and the word where it fits."""
    tr = strip.tr
    middle = strip.y + 8
    strip.name(tr.t("head.significance"), middle + 2.5)
    runs: list[tuple[float, float, str]] = []
    for stretch in parts:
        for a, b in cut([(stretch.from_m, stretch.to_m)], strip.window):
            if runs and runs[-1][2] == stretch.level and a - runs[-1][1] < 1:
                runs[-1] = (runs[-1][0], b, stretch.level)
            else:
                runs.append((a, b, stretch.level))
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
        return el(
            "line", x1=x1, y1=middle, x2=x2, y2=middle, stroke=Ink("ink"), stroke_width=1.0
        )
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


# ----------------------------------------------------------------------------------------------
# States and species
# ----------------------------------------------------------------------------------------------


def draw_states(strip: Strip, screening: Screening) -> None:
    """States as bars with their CMS status, provinces below as ticks with names."""
    tr, exposure = strip.tr, screening.exposure
    strip.name(tr.t("strip.states"), strip.y + 8)
    if not exposure.states:
        strip.add(figure_text(tr.t("strip.no_state"), LEFT_PT + 4, strip.y + 8, 7, fill="ink3"))
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
    strip.y += 14
    if exposure.provinces:
        bounds = sorted(
            (*strip.span(kp_range), short(tr.text(province.name), 40))
            for province in exposure.provinces
            for kp_range in cut(province.kp_ranges, strip.window)
        )
        for x1, x2, name in bounds:
            strip.add(
                el(
                    "line", x1=x1, y1=strip.y, x2=x1, y2=strip.y + 10,
                    stroke=Ink("ink2"), stroke_width=0.7,
                )
            )  # fmt: skip
            text = fit(name, 6.5, max(x2 - x1 - 5, 0))
            if text == name or len(text) > 5:
                strip.add(figure_text(text, x1 + 3, strip.y + 8, 6.5, fill="ink2"))
        strip.y += 12
    strip.y += 2


def draw_species(
    strip: Strip, rows: Sequence[SpeciesRow], pitch: float, length_m: float
) -> None:
    """A bar in the species' pattern where its range is crossed, a dotted line where it is near."""
    tr = strip.tr
    strip.add(
        figure_text(
            tr.t("strip.crossed_head"), LANDSCAPE_PT, strip.y + 5, 6.5, anchor="end", fill="ink3"
        )
    )
    strip.y += 8
    if not rows:
        strip.name(tr.t("strip.species"), strip.y + 8)
        strip.add(figure_text(tr.t("strip.none_met"), LEFT_PT + 4, strip.y + 8, 7, fill="ink3"))
        strip.y += 16
    # Hatches start at the top of the drawing: a bar that begins on their grid is cut evenly.
    strip.y = -(-strip.y // 6) * 6
    for row in rows:
        height = BAR_PT if pitch > BAR_PT else 9.0
        middle = strip.y + height / 2
        strip.name(row.name, middle - 0.5 if pitch > BAR_PT else middle + 2.5,
                   row.latin if pitch > BAR_PT else "", italic=True)  # fmt: skip
        strip.add(
            el(
                "line", x1=LEFT_PT, y1=middle, x2=LEFT_PT + WIDTH_PT, y2=middle,
                stroke=Ink("rule"), stroke_width=0.5,
            )
        )  # fmt: skip
        for kp_range in cut(row.near, strip.window):
            x1, x2 = strip.span(kp_range, 3)
            strip.add(near_line(x1, x2, middle, f"sp-{row.slot}"))
        crossed = cut(row.crossed, strip.window)
        for kp_range in crossed:
            strip.add(*_species_bar(strip, kp_range, row.slot, middle, height))
        strip.add(*_ends(strip, crossed, middle))
        _numbers(strip, row, middle, pitch, length_m)
        strip.y += pitch
    strip.y += 1


def near_line(x1: float, x2: float, y: float, colour: str) -> Element:
    """Where a range is near but not crossed."""
    return el(
        "line", x1=x1, y1=y, x2=x2, y2=y,
        stroke=Ink(colour), stroke_width=3, stroke_dasharray="1.2 2",
    )  # fmt: skip


def _species_bar(
    strip: Strip, kp_range: KpRange, slot: str, middle: float, height: float
) -> list[Element]:
    x1, x2 = strip.span(kp_range)
    box = {"x": x1, "y": middle - height / 2, "width": x2 - x1, "height": height}
    return [
        el("rect", **box, fill=Ink("paper")),
        el(
            "rect",
            **box,
            fill=f"url(#{strip.prefix}-{slot})",
            stroke=Ink(f"sp-{slot}"),
            stroke_width=1.0,
        ),
    ]


def _ends(strip: Strip, ranges: Sequence[KpRange], middle: float) -> list[Element]:
    """Kilometres of both ends of each bar: beside it where there is room, else inside, else none."""
    out: list[Element] = []
    start, end = strip.window
    edges = [strip.span(r) for r in ranges]
    before = [LEFT_PT, *(x2 for _, x2 in edges)]
    after = [*(x1 for x1, _ in edges), LEFT_PT + WIDTH_PT][1:]
    for (a, b), (x1, x2), low, high in zip(ranges, edges, before, after, strict=False):
        sides = ((a, x1, low, -1, a <= start + 1), (b, x2, high, 1, b >= end - 1))
        for at_m, x, limit, side, at_edge in sides:
            if at_edge:
                continue
            text = strip.tr.number(at_m / 1000)
            w = width_pt(text, 6.5)
            room = abs(limit - x)
            if room >= (2 * w + 10 if limit not in (LEFT_PT, LEFT_PT + WIDTH_PT) else w + 6):
                anchor, place = ("end", x - 3) if side < 0 else ("start", x + 3)
            elif x2 - x1 >= 2 * w + 14:
                anchor, place = ("start", x + 3) if side < 0 else ("end", x - 3)
            else:
                continue
            out.append(
                figure_text(text, place, middle + 2.4, 6.5, anchor=anchor, fill="ink2", halo=True)
            )
    return out


def _numbers(
    strip: Strip, row: SpeciesRow, middle: float, pitch: float, length_m: float
) -> None:
    tr = strip.tr
    share = f" · {tr.percent(min(1.0, row.crossed_m / length_m))}" if length_m else ""
    text = f"{tr.number(row.crossed_m / 1000)}{share}" if row.crossed_m else tr.t("map.not_crossed")
    y = middle - 0.5 if pitch > BAR_PT else middle + 2.5
    strip.add(figure_text(text, LANDSCAPE_PT, y, 7, anchor="end", weight=600))
    if pitch > BAR_PT:
        strip.add(
            figure_text(row.status, LANDSCAPE_PT, y + 8.5, 6.5, anchor="end", fill="ink3")
        )


# ----------------------------------------------------------------------------------------------
# Corridors, sites, barriers, design
# ----------------------------------------------------------------------------------------------


def draw_things(
    strip: Strip, name: str, items: Sequence[Thing], style: str, *, known: bool
) -> None:
    """Things with a name each, on as many lanes as they need; a sentence where there is none."""
    tr = strip.tr
    here = [item for item in items if cut(item.ranges, strip.window)]
    strip.name(name, strip.y + 8)
    if not here:
        text = tr.t("strip.none_met" if known else "strip.no_layer")
        strip.add(figure_text(text, LEFT_PT + 4, strip.y + 8, 7, fill="ink3"))
        strip.y += 15
        return

    def extent(item: Thing) -> tuple[float, float]:
        spans = [strip.span(r, 3) for r in cut(item.ranges, strip.window)]
        left, right = min(a for a, _ in spans), max(b for _, b in spans)
        x = _label_x(left, item)
        return min(left, x), max(right, x + _label_width(item))

    rows, lost = lanes(here, extent, most=strip.most_lanes)
    up = 3.0 if style == "corridor" else 0.0
    for row in rows:
        for item in row:
            spans = [strip.span(r, 3) for r in cut(item.ranges, strip.window)]
            for x1, x2 in spans:
                strip.add(_thing(item, style, x1, x2, strip.y + 4 + up))
            label = fit(item.name, 6.5, LABEL_PT)
            x = _label_x(min(a for a, _ in spans), item)
            strip.add(figure_text(label, x, strip.y + 14 + 2 * up, 6.5, halo=True))
        strip.y += THING_PT + 2 * up
    if lost:
        text = tr.t("strip.not_placed", n=len(lost))
        y = strip.y - THING_PT + 14
        strip.add(figure_text(text, LANDSCAPE_PT, y, 6.5, anchor="end", fill="ink3"))
    strip.y += 3


def _label_width(item: Thing) -> float:
    return min(width_pt(item.name, 6.5), LABEL_PT)


def _label_x(left: float, item: Thing) -> float:
    return min(left, LEFT_PT + WIDTH_PT - _label_width(item))


def _thing(item: Thing, style: str, x1: float, x2: float, y: float) -> Element:
    if style == "barrier":
        return strip_symbols.barrier(item.kind, x1, x2, y)
    fill = Ink("accent") if item.crossed else Ink("paper")
    if style == "site":
        return el(
            "rect", x=x1, y=y - 2.5, width=x2 - x1, height=5,
            fill=Ink("ink2") if item.crossed else Ink("paper"), stroke=Ink("ink2"), stroke_width=1,
        )  # fmt: skip
    middle = (x1 + x2) / 2
    arrow = f"M{middle:.2f} {y - 8:.2f}v16m-2.6 -3l2.6 3l2.6 -3m-5.2 -10l2.6 -3l2.6 3"
    return group(
        [
            el(
                "rect", x=x1, y=y - 3, width=x2 - x1, height=6,
                fill=fill, stroke=Ink("accent"), stroke_width=1,
            ),
            el(
                "path", d=arrow,
                fill="none", stroke=Ink("paper"), stroke_width=3,
            ),
            el(
                "path", d=arrow,
                fill="none", stroke=Ink("ink"), stroke_width=1,
            ),
        ]
    )  # fmt: skip


def draw_fencing(strip: Strip, stretches: Sequence[tuple[KpRange, str]]) -> None:
    """Whether the line is fenced, by stretch."""
    strip.name(strip.tr.t("project.fencing"), strip.y + 8)
    for kp_range, word in stretches:
        for part in cut([kp_range], strip.window):
            x1, x2 = strip.span(part)
            strip.add(strip_symbols.fence(x1, x2, strip.y + 6, word))
    for (_, before), (kp_range, after) in pairwise(stretches):
        if before != after and strip.window[0] < kp_range[0] < strip.window[1]:
            x = strip.x(kp_range[0])
            strip.add(
                el(
                    "line", x1=x, y1=strip.y + 2, x2=x, y2=strip.y + 10,
                    stroke=Ink("ink"), stroke_width=0.7,
                )
            )  # fmt: skip
    strip.y += 15


def draw_structures(strip: Strip, structures: Sequence[Structure]) -> None:
    """Ways across the line that the design states; what would cover another is left out here."""
    tr = strip.tr
    start, end = strip.window
    here = sorted((s for s in structures if start <= s.at_m <= end), key=lambda s: s.at_m)
    strip.name(tr.t("strip.structures"), strip.y + 8)
    if not here:
        key = "strip.no_structures_here" if structures else "strip.no_structures"
        strip.add(figure_text(tr.t(key), LEFT_PT + 4, strip.y + 8, 7, fill="ink3"))
    last: dict[str, float] = {}
    for item in here:
        x = strip.x(item.at_m)
        if x - last.get(item.type, -99.0) < 3:
            continue
        last[item.type] = x
        strip.add(strip_symbols.structure(item.type, x, strip.y + 6))
    if here:
        text = tr.number(len(here))
        strip.add(figure_text(text, LANDSCAPE_PT, strip.y + 8, 7, anchor="end", weight=600))
    strip.y += 17
