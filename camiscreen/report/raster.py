"""Drawings as PNG, for what cannot draw SVG.

This module's one job. Typst draws them, with the shipped fonts alone, as it draws the PDF.
"""

from camiscreen.paths import data_dir
from camiscreen.report.fonts import typst_fonts
from camiscreen.report.svg import Drawing, number

POINTS_PER_INCH = 72.0


def png(drawing: Drawing, scale: float = 2.0) -> bytes:
    """The drawing as PNG on paper white; one point of it becomes ``scale`` pixels.

    The same drawing gives the same bytes.
    """
    import typst

    folder = data_dir("report_templates") / "pdf"
    made = typst.compile(
        folder / "figure.typ",
        root=folder,
        font_paths=typst_fonts(),
        format="png",
        ppi=POINTS_PER_INCH * scale,
        sys_inputs={
            "svg": drawing.for_print(),
            "width": number(drawing.width),
            "height": number(drawing.height),
        },
    )
    if not isinstance(made, bytes):
        raise TypeError(f"typst returned {type(made).__name__} for one page")
    return made
