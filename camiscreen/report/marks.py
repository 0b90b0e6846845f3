"""The marks of the levels, and text on figures.

This module's one job: what every figure draws in the same way.
"""

from camiscreen.report.fonts import printable, width_pt
from camiscreen.report.inline import Level
from camiscreen.report.svg import Attribute, Element, Ink, PerMedium, el, group, number
from camiscreen.report.text import clean
from camiscreen.report.tokens import NO_FINDING

HALO_PT = 2.6


def mark(level: Level, cx: float, cy: float, size: float) -> Element:
    """The mark of a level around a point; ``size`` is the height of the box it fills."""
    r = size / 2
    edge = 0.7
    if level == "major":
        points = [(cx, cy - r), (cx + r, cy), (cx, cy + r), (cx - r, cy)]
        return _polygon(points, "sig-major", edge)
    if level == "moderate":
        points = [(cx, cy - r), (cx + r, cy + r * 0.86), (cx - r, cy + r * 0.86)]
        return _polygon(points, "sig-moderate", edge)
    if level in {"minor", "negligible"}:
        fill = "sig-minor" if level == "minor" else "paper"
        weight = edge if level == "minor" else 1.2
        return el(
            "circle",
            cx=cx,
            cy=cy,
            r=r - weight / 2,
            fill=Ink(fill),
            stroke=Ink("ink"),
            stroke_width=weight,
        )
    if level == NO_FINDING:
        return el("line", x1=cx - r, y1=cy, x2=cx + r, y2=cy, stroke=Ink("ink3"), stroke_width=1.2)
    side = size - edge
    return el(
        "rect",
        x=cx - side / 2,
        y=cy - side / 2,
        width=side,
        height=side,
        fill=Ink("paper"),
        stroke=Ink("ink"),
        stroke_width=0.9,
        stroke_dasharray=f"{number(size / 5)}",
    )


def _polygon(points: list[tuple[float, float]], fill: str, edge: float) -> Element:
    listed = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return el(
        "polygon",
        points=listed,
        fill=Ink(fill),
        stroke=Ink("ink"),
        stroke_width=edge,
        stroke_linejoin="round",
    )


def figure_text(
    text: str,
    x: float,
    y: float,
    size: float,
    *,
    anchor: str = "start",
    weight: int = 400,
    italic: bool = False,
    fill: str = "ink",
    halo: bool = False,
    spacing: float = 0.0,
) -> Element:
    """A line of text in the narrow face; with ``halo`` twice, first as a stroke of paper.

    In print, signs that the face lacks become U+FFFD: one missing glyph would change the font of
    the line. On screen the reader's font may be wider, so the line is set to the width measured.
    """
    face = "figure-600" if weight == 600 else "figure-italic" if italic else "figure"
    cleaned = clean(text)
    content = PerMedium(cleaned, printable(cleaned, face))
    attributes: dict[str, Attribute] = {
        "textLength": PerMedium(
            width_pt(cleaned, size, face) + spacing * len(cleaned), None, where_font_may_differ=True
        ),
        "lengthAdjust": PerMedium("spacingAndGlyphs", None, where_font_may_differ=True),
        "x": x,
        "y": y,
        "font_family": "Noto Sans, Noto Sans Mono, sans-serif",
        "font_stretch": "condensed",
        "font_size": size,
    }
    if anchor != "start":
        attributes["text_anchor"] = anchor
    if weight != 400:
        attributes["font_weight"] = weight
    if italic:
        attributes["font_style"] = "italic"
    if spacing:
        attributes["letter_spacing"] = spacing
    line = el("text", content, fill=Ink(fill), **attributes)
    if not halo:
        return line
    stroke = el(
        "text",
        content,
        fill="none",
        stroke=Ink("paper"),
        stroke_width=HALO_PT,
        stroke_linejoin="round",
        aria_hidden="true",
        **attributes,
    )
    return group([stroke, line])
