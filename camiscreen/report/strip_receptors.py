"""The lower rows of a strip map: species, corridors, sites, barriers, and the design.

This module's one job. A row writes its name at the left, its things along the axis, and takes the
height that it needs.
"""

from collections.abc import Sequence
from itertools import pairwise

from camiscreen.model import KpRange, Structure
from camiscreen.report import strip_symbols
from camiscreen.report.fonts import fit, width_pt
from camiscreen.report.marks import figure_text
from camiscreen.report.strip_base import END_PT, LEFT_PT, Strip
from camiscreen.report.strip_rows import SpeciesRow, Thing, closed, cut, lanes
from camiscreen.report.svg import Element, Ink, el
from camiscreen.values import dataclass

BAR_PT = 12.0
THING_PT, BESIDE_PT = 16.5, 11.0
"""Pitch of things with their names below, and beside them."""
LABEL_PT = 220.0
"""Most width of the name of a corridor, site or barrier."""


def draw_species(
    strip: Strip, rows: Sequence[SpeciesRow], pitch: float, length_m: float, *, known: bool
) -> None:
    """A bar in the species' pattern where its range is crossed, a dotted line where it is near."""
    tr = strip.tr
    strip.number(tr.t("strip.crossed_head"), strip.y + 5, strong=False)
    strip.y += 8
    if not rows:
        strip.name(tr.t("strip.species"), strip.y + 8)
        strip.says(tr.t("strip.none_met" if known else "strip.no_layer"))
        strip.y += 16
    # Hatches start at the top of the drawing: a bar that begins on their grid is cut evenly.
    strip.y = -(-strip.y // 6) * 6
    for row in rows:
        height = BAR_PT if strip.tells_status else 9.0
        middle = strip.y + height / 2
        baseline = middle - 0.5 if strip.tells_status else middle + 2.5
        strip.name(row.name, baseline, row.latin if strip.tells_status else "", italic=True)
        strip.stroke((LEFT_PT, middle), (END_PT, middle), 0.5, "rule")
        for kp_range in cut(row.near, strip.window):
            x1, x2 = strip.span(kp_range, 3)
            strip.add(near_line(x1, x2, middle, f"sp-{row.slot}"))
        crossed = closed(cut(row.crossed, strip.window), strip.least_m)
        strip.coarse |= len(crossed) < len(cut(row.crossed, strip.window))
        for kp_range in crossed:
            strip.add(*_species_bar(strip, kp_range, row.slot, middle, height))
        strip.add(*_ends(strip, crossed, middle))
        _numbers(strip, row, baseline, length_m)
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
    """Kilometres of both ends of each bar: beside it, inside where that is tight, else none."""
    out: list[Element] = []
    start, end = strip.window
    edges = [strip.span(r) for r in ranges]
    before = [LEFT_PT, *(x2 for _, x2 in edges)]
    after = [*(x1 for x1, _ in edges), END_PT][1:]
    for (a, b), (x1, x2), low, high in zip(ranges, edges, before, after, strict=False):
        sides = ((a, x1, low, -1, a <= start + 1), (b, x2, high, 1, b >= end - 1))
        for at_m, x, limit, side, at_edge in sides:
            if at_edge:
                continue
            text = strip.tr.number(at_m / 1000)
            w = width_pt(text, 6.5)
            room = abs(limit - x)
            if room >= (2 * w + 10 if limit not in (LEFT_PT, END_PT) else w + 6):
                anchor, place = ("end", x - 3) if side < 0 else ("start", x + 3)
            elif x2 - x1 >= 2 * w + 14:
                anchor, place = ("start", x + 3) if side < 0 else ("end", x - 3)
            else:
                continue
            out.append(
                figure_text(text, place, middle + 2.4, 6.5, anchor=anchor, fill="ink2", halo=True)
            )
    return out


def _numbers(strip: Strip, row: SpeciesRow, y: float, length_m: float) -> None:
    tr = strip.tr
    share = f" · {tr.percent(min(1.0, row.crossed_m / length_m))}" if length_m else ""
    text = f"{tr.number(row.crossed_m / 1000)}{share}" if row.crossed_m else tr.t("map.not_crossed")
    strip.number(text, y)
    if strip.tells_status:
        strip.number(row.status, y + 8.5, strong=False)


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
        strip.says(tr.t("strip.none_met" if known else "strip.no_layer"))
        strip.y += 15
        return

    placed = {id(item): _place(strip, item) for item in here}
    rows, lost = lanes(here, lambda item: placed[id(item)].extent, most=strip.most_lanes)
    for row in rows:
        up = 3.0 if style == "corridor" else 0.0
        middle = strip.y + 4 + up
        below = any(placed[id(item)].below for item in row)
        for item in row:
            spot = placed[id(item)]
            for x1, x2 in spot.spans:
                strip.add(_thing(item, style, x1, x2, middle))
            y = middle + (11 + up if spot.below else 2.4)
            strip.add(figure_text(spot.label, spot.x, y, 6.5, halo=True))
        strip.y += THING_PT + 2 * up if below else BESIDE_PT + up
    if lost:
        strip.number(tr.t("strip.not_placed", n=len(lost)), strip.y - 3, strong=False)
    strip.y += 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """Where a thing and its name go: ``x`` is where the name begins, beside or below the bars."""

    spans: tuple[tuple[float, float], ...]
    label: str
    x: float
    below: bool
    extent: tuple[float, float]


def _place(strip: Strip, item: Thing) -> _Spot:
    """The name right of its bars where there is room, else left of them, else below."""
    spans = tuple(strip.span(r, 3) for r in cut(item.ranges, strip.window))
    left, right = min(a for a, _ in spans), max(b for _, b in spans)
    label = fit(item.name, 6.5, LABEL_PT)
    w = width_pt(label, 6.5)
    if right + 4 + w <= END_PT:
        x, below = right + 4, False
    elif left - 4 - w >= LEFT_PT:
        x, below = left - 4 - w, False
    else:
        x, below = min(left, END_PT - w), True
    extent = (min(left, x), max(right, x + w))
    return _Spot(spans=spans, label=label, x=x, below=below, extent=extent)


def _thing(item: Thing, style: str, x1: float, x2: float, y: float) -> Element:
    if style == "barrier":
        return strip_symbols.barrier(item.kind, x1, x2, y)
    if style == "site":
        return el(
            "rect", x=x1, y=y - 2.5, width=x2 - x1, height=5,
            fill=Ink("ink2" if item.crossed else "paper"), stroke=Ink("ink2"), stroke_width=1,
        )  # fmt: skip
    return strip_symbols.corridor(item.kind, item.crossed, x1, x2, y)


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
            strip.stroke((x, strip.y + 2), (x, strip.y + 10), 0.7)
    strip.y += 15


def draw_structures(strip: Strip, structures: Sequence[Structure]) -> None:
    """Ways across the line that the design states; what would cover another is left out here."""
    tr = strip.tr
    start, end = strip.window
    here = sorted((s for s in structures if start <= s.at_m <= end), key=lambda s: s.at_m)
    strip.name(tr.t("strip.structures"), strip.y + 8)
    if not here:
        key = "strip.no_structures_here" if structures else "strip.no_structures"
        strip.says(tr.t(key))
    last: dict[str, float] = {}
    for item in here:
        x = strip.x(item.at_m)
        if x - last.get(item.type, -99.0) < 3:
            continue
        last[item.type] = x
        strip.add(strip_symbols.structure(item.type, x, strip.y + 6))
    if here:
        strip.number(tr.number(len(here)), strip.y + 8)
    strip.y += 17
