"""Symbols along a strip: structures, kinds of barrier, fencing; and the key that names them.

This module's one job. A symbol is drawn around a point of the axis, about 9 pt wide.
"""

from camiscreen.i18n import Translator
from camiscreen.report.fonts import width_pt
from camiscreen.report.marks import figure_text
from camiscreen.report.svg import Attribute, Element, Ink, el, group, number
from camiscreen.vocabulary import StructureType

STRUCTURES = {
    StructureType.BRIDGE: "M-6 -4H6M-3 -4V4M3 -4V4",
    StructureType.OVERPASS: "M-6 4L-3 -3H3L6 4",
    StructureType.UNDERPASS: "M-4 4V-1A4 4 0 0 1 4 -1V4",
    StructureType.CULVERT: "M0 -4V4",
    StructureType.FENCE_OPENING: "M-5 -4H-2V4H-5M5 -4H2V4H5",
    StructureType.CANAL_RAMP: "M-5 4H-2L4 -4H6",
}
"""Paths around a point at half height."""

_FENCES = {"border_fence", "pasture_fence", "fence"}
_RAILWAYS = {"railway", "railway_fence_gap", "parallel_road_and_railway"}


def structure(kind: StructureType, x: float, y: float) -> Element:
    """The symbol of a structure at a point."""
    return el(
        "path",
        d=STRUCTURES[kind],
        transform=f"translate({number(x)} {number(y)})",
        fill="none",
        stroke=Ink("ink"),
        stroke_width=1.2,
    )


def family(kind: str) -> str:
    """How a barrier of the layer's kind is drawn: ``fence``, ``railway`` or ``road``."""
    return "fence" if kind in _FENCES else "railway" if kind in _RAILWAYS else "road"


def barrier(kind: str, x1: float, x2: float, y: float) -> Element:
    """A barrier beside the line: a fence as crosses, a railway as sleepers, else a bar."""
    drawn = family(kind)
    line: dict[str, Attribute] = {"x1": x1, "y1": y, "x2": x2, "y2": y, "stroke": Ink("ink2")}
    if drawn == "fence":
        return fence(x1, x2, y, "yes")
    if drawn == "railway":
        return group(
            [
                el("line", **line, stroke_width=1.0),
                el("line", **line, stroke_width=5.0, stroke_dasharray="1 3"),
            ]
        )
    return el("line", **line, stroke_width=3.0)


def fence(x1: float, x2: float, y: float, word: str) -> Element:
    """Fencing of a stretch: crosses where there is a fence, dashes where nobody said."""
    line: dict[str, Attribute] = {"x1": x1, "y1": y, "x2": x2, "y2": y, "stroke": Ink("ink2")}
    if word == "no":
        return el("line", **line, stroke_width=0.7)
    if word == "unknown":
        return el("line", **line, stroke_width=1.4, stroke_dasharray="3 2.4")
    count = max(1, int((x2 - x1) / 6))
    pitch = (x2 - x1) / count
    crosses = "".join(
        f"M{number(x1 + (i + 0.5) * pitch - 2)} {number(y - 2)}l4 4m0 -4l-4 4" for i in range(count)
    )
    return group(
        [
            el("line", **line, stroke_width=1.0),
            el("path", d=crosses, fill="none", stroke=Ink("ink2"), stroke_width=0.9),
        ]
    )


CROSSINGS = {
    "documented": "v13m-2.4 -2.6l2.4 2.6l2.4 -2.6m-4.8 -7.8l2.4 -2.6l2.4 2.6",
    "none_documented": "m-3.6 2.9l7.2 7.2m0 -7.2l-7.2 7.2",
}
"""Over a corridor, from 6.5 pt above its middle: an arrow across, or a cross."""


def corridor(crossing: str, crossed: bool, x1: float, x2: float, y: float) -> Element:
    """A corridor, hollow where it is only near; over it whether animals cross, if that is known."""
    bar = el(
        "rect", x=x1, y=y - 3, width=x2 - x1, height=6,
        fill=Ink("accent" if crossed else "paper"), stroke=Ink("accent"), stroke_width=1,
    )  # fmt: skip
    if crossing not in CROSSINGS:
        return bar
    d = f"M{number((x1 + x2) / 2)} {number(y - 6.5)}{CROSSINGS[crossing]}"
    strokes = (("paper", 3.2), ("ink", 1.1))
    return group(
        [bar] + [el("path", d=d, fill="none", stroke=Ink(c), stroke_width=w) for c, w in strokes]
    )


class Key:
    """Lays out symbols with their words in rows from the left, as far as the width goes."""

    def __init__(self, left: float, top: float, right: float) -> None:
        self.left, self.right = left, right
        self.x, self.y = left, top
        self.parts: list[Element] = []

    def add(self, symbol: Element, word: str, width: float) -> None:
        """A symbol drawn around (0, 0), ``width`` wide, and its word."""
        needed = width + 6 + width_pt(word, 7)
        if self.x > self.left and self.x + needed > self.right:
            self.x, self.y = self.left, self.y + 13
        place = f"translate({number(self.x + width / 2)} {number(self.y)})"
        self.parts.append(group([symbol], transform=place))
        self.parts.append(figure_text(word, self.x + width + 6, self.y + 2.5, 7))
        self.x += needed + 18


def swatch(fill: str, **more: Attribute) -> Element:
    """A box of a colour around (0, 0)."""
    return el("rect", x=-11, y=-4.5, width=22, height=9, fill=Ink(fill), **more)


def structure_word(kind: StructureType, tr: Translator) -> str:
    """What a structure is called."""
    return tr.t(f"strip.structure.{kind}")
