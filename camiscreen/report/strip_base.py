"""A strip on its way to become a drawing: the axis, the columns, the height reached.

This module's one job. What the rows hold is theirs.
"""

from camiscreen.i18n import Translator
from camiscreen.model import KpRange
from camiscreen.report.fonts import fit
from camiscreen.report.marks import figure_text
from camiscreen.report.svg import Attribute, Element, Ink, el
from camiscreen.report.tokens import LANDSCAPE_PT
from camiscreen.values import dataclass

LEFT_PT, WIDTH_PT, RIGHT_PT = 128.0, 550.0, 62.0
"""Names at the left, the axis, and the column of numbers at the right."""

LEAST_PT = 1.6
"""Narrower things would be all edge and no colour."""

END_PT = LEFT_PT + WIDTH_PT

assert END_PT + RIGHT_PT == LANDSCAPE_PT


@dataclass(frozen=True, kw_only=True)
class Reached:
    """How far a strip was drawn."""

    count: int
    y: float
    coarse: bool


class Strip:
    """A window of chainage on its way to become a drawing: ``y`` is the height reached.

    ``tells_status`` is false where species have one line each, without Latin name and category;
    ``coarse`` is true where stretches were too short to be drawn one by one. Corridors, sites and
    barriers take ``most_lanes`` lanes each at most.
    """

    def __init__(self, *, window: KpRange, tr: Translator, prefix: str) -> None:
        self.window, self.tr, self.prefix = window, tr, prefix
        self.most_lanes = 1
        self.tells_status = True
        self.coarse = False
        self.parts: list[Element] = []
        self.y = 0.0

    def reached(self) -> Reached:
        """Where the drawing stands, to come back to."""
        return Reached(count=len(self.parts), y=self.y, coarse=self.coarse)

    def back_to(self, before: Reached) -> None:
        """Take out what was drawn since."""
        del self.parts[before.count :]
        self.y, self.coarse = before.y, before.coarse

    def x(self, at_m: float) -> float:
        """The place of a chainage on the axis."""
        start, end = self.window
        return LEFT_PT + WIDTH_PT * (at_m - start) / (end - start)

    @property
    def least_m(self) -> float:
        """The shortest stretch that is drawn by itself, in metres."""
        start, end = self.window
        return LEAST_PT * (end - start) / WIDTH_PT

    def span(self, kp_range: KpRange, least: float = LEAST_PT) -> tuple[float, float]:
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
        self.stroke((0, self.y), (LANDSCAPE_PT, self.y), weight, colour)
        self.y += 5

    def stroke(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        width: float,
        colour: str = "ink",
    ) -> None:
        """A straight line between two points."""
        self.add(stroke(start, end, width, colour))

    def says(self, text: str, *, quiet: bool = True) -> None:
        """A sentence along the axis in the place of things."""
        fill = "ink3" if quiet else "ink"
        self.add(figure_text(text, LEFT_PT + 4, self.y + 8, 7, fill=fill))

    def number(self, text: str, y: float, *, strong: bool = True) -> None:
        """A text at the right end of the column of numbers."""
        size, weight, fill = (7.0, 600, "ink") if strong else (6.5, 400, "ink3")
        self.add(figure_text(text, LANDSCAPE_PT, y, size, anchor="end", weight=weight, fill=fill))


def stroke(
    start: tuple[float, float], end: tuple[float, float], width: float, colour: str = "ink"
) -> Element:
    """A straight line between two points."""
    (x1, y1), (x2, y2) = start, end
    line: dict[str, Attribute] = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    return el("line", **line, stroke=Ink(colour), stroke_width=width)
