"""Findings above a strip: marks with their numbers, each in the first free place of its stretch.

This module's one job. No text covers another, and no leader runs through one.
"""

from collections.abc import Sequence

from camiscreen.report.fonts import fit, width_pt
from camiscreen.report.marks import figure_text, mark
from camiscreen.report.strip_base import END_PT, LEFT_PT, Strip
from camiscreen.report.strip_rows import Sign, cut
from camiscreen.report.tokens import LANDSCAPE_PT
from camiscreen.values import dataclass

LANE_PT = 14.0
_LANES = ((0, 1), (2, 3))
"""Two lanes as a rule, two more where these are full; 0 is nearest to the bar."""

_SHARES = (0.5, 0.3, 0.7, 0.15, 0.85, *(i / 40 for i in range(1, 40)))
"""Where on its stretch a finding may hang, from the first choice to the last."""

_MOST_STRETCHES = 3
_HALF_PT = 5.0
_MARK_PT = 9.0
_APART_PT = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A sign in its lane: its leader stands at ``x``, its mark and text from left to right."""

    sign: Sign
    lane: int
    x: float
    left: float
    right: float

    @property
    def turned(self) -> bool:
        """True where the text stands left of the mark, since the page ends right of it."""
        return self.x - self.left > _HALF_PT


def draw_signs(strip: Strip, placed: Sequence[Sign], whole: Sequence[Sign]) -> None:
    """Findings of the whole line in one row, the others in lanes above the bar of levels."""
    tr = strip.tr
    first_row = strip.y + 14
    strip.name(tr.t("head.findings"), first_row)
    if whole:
        _draw_whole(strip, whole)
    here, lost = place_signs(strip, placed)
    count = 1 + max((item.lane for item in here), default=-1)
    base = strip.y + 8 + LANE_PT * max(count, 0 if whole else 1)
    for item in here:
        y = base - 6 - LANE_PT * item.lane
        strip.stroke((item.x, y + 4), (item.x, base + 5), 0.7)
        text, side = " ".join(item.sign.numbers), -1 if item.turned else 1
        anchor = "end" if item.turned else "start"
        strip.add(
            mark(item.sign.level, item.x, y, _MARK_PT),
            figure_text(text, item.x + 7 * side, y + 2.5, 7, anchor=anchor, weight=600, halo=True),
        )
    if lost:
        strip.number(tr.t("strip.not_placed", n=len(lost)), first_row, strong=False)
    strip.y = base + 3


def _draw_whole(strip: Strip, signs: Sequence[Sign]) -> None:
    x, y = LEFT_PT + 4, strip.y + 14
    word = strip.tr.t("strip.whole_line")
    strip.add(figure_text(word, x, y, 7, fill="ink3"))
    x += width_pt(word, 7) + 8
    for index, sign in enumerate(signs):
        room = (END_PT - x) / (len(signs) - index) - 23
        text = fit(" ".join(sign.numbers), 7, room, "figure-600")
        strip.add(mark(sign.level, x + 4, y - 2.4, 8))
        strip.add(figure_text(text, x + 11, y, 7, weight=600))
        x += 23 + width_pt(text, 7, "figure-600")
    strip.y += LANE_PT


def place_signs(strip: Strip, signs: Sequence[Sign]) -> tuple[list[Placed], list[Sign]]:
    """Each sign that meets the window in its place, and those for which there is none."""
    out: list[Placed] = []
    lost: list[Sign] = []
    # What has the least room goes first: the others find a place elsewhere on their stretches.
    for sign in sorted(signs, key=lambda s: sum(b - a for a, b in s.ranges)):
        ranges = cut(sign.ranges, strip.window)
        if not ranges:
            continue
        places = [
            strip.x(a + share * (b - a))
            for a, b in sorted(ranges, key=lambda r: r[0] - r[1])[:_MOST_STRETCHES]
            for share in _SHARES
        ]
        spot = next(
            (
                candidate
                for lanes in _LANES
                for x in places
                for lane in lanes
                if _free(out, candidate := _candidate(sign, lane, x))
            ),
            None,
        )
        if spot is None:
            lost.append(sign)
        else:
            out.append(spot)
    return out, lost


def _candidate(sign: Sign, lane: int, x: float) -> Placed:
    reach = 9 + width_pt(" ".join(sign.numbers), 7, "figure-600")
    if x + reach > LANDSCAPE_PT - 2:
        return Placed(sign=sign, lane=lane, x=x, left=x - reach, right=x + _HALF_PT)
    return Placed(sign=sign, lane=lane, x=x, left=x - _HALF_PT, right=x + reach)


def _free(taken: Sequence[Placed], new: Placed) -> bool:
    for other in taken:
        low, high = (new, other) if new.lane < other.lane else (other, new)
        beside = new.right + _APART_PT <= other.left or other.right + _APART_PT <= new.left
        if new.lane == other.lane and not beside:
            return False
        if low.lane < high.lane and low.left - 1 < high.x < low.right + 1:
            return False
        if abs(new.x - other.x) < _APART_PT:
            return False
    return True
