"""Figures as PNG, for what cannot show SVG: a Word document, a spreadsheet.

This module's one job. Typst draws them with the shipped fonts, from a static template like that
of the report, so that a figure looks the same in every format; the same drawing gives the same
bytes.
"""

import json
from collections.abc import Mapping, Sequence

from camiscreen.paths import data_dir
from camiscreen.report.fonts import typst_fonts
from camiscreen.report.svg import Drawing
from camiscreen.report.tokens import LIGHT

PPI = 72
"""Pixels per inch at scale 1: a drawing counts in points."""


def png(drawing: Drawing, scale: float = 2.0) -> bytes:
    """One drawing, ``scale`` pixels to the point."""
    return pngs([drawing], scale)[0]


def pngs(
    drawings: Sequence[Drawing], scale: float = 2.0, colours: Mapping[str, str] = LIGHT
) -> list[bytes]:
    """Several drawings at once: one start of the engine for all of them."""
    return _pages([(d.for_print(colours), d.width, d.height) for d in drawings], scale)


def svg_png(svg: str, width: float, height: float, scale: float = 4.0) -> bytes:
    """An SVG that is not ours, such as a logo, at a size in points."""
    return _pages([(svg, width, height)], scale)[0]


def _pages(figures: Sequence[tuple[str, float, float]], scale: float) -> list[bytes]:
    import typst

    if not figures:
        return []
    folder = data_dir("report_templates") / "raster"
    data = [{"svg": svg, "width": width, "height": height} for svg, width, height in figures]
    made = typst.compile(
        folder / "figures.typ",
        root=folder,
        font_paths=typst_fonts(),
        format="png",
        ppi=PPI * scale,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    if made is None:
        raise TypeError("typst returned no pages")
    return [made] if isinstance(made, bytes) else made
