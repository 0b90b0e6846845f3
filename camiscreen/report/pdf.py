"""Draws a document as PDF/A-2a and PDF/UA-1 with Typst.

This module's one job. The template is a static file; the document goes in as JSON and never as
Typst source, so that no name in a user's file can become code. Only the shipped fonts are known,
and only the template's folder can be read.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeAlias

from camiscreen.paths import data_dir
from camiscreen.report.blocks import Document
from camiscreen.report.fonts import typst_fonts
from camiscreen.report.print_data import document_json
from camiscreen.report.style import PLAIN, House, ReportStyle

STANDARDS: tuple[Literal["a-2a"], Literal["ua-1"]] = ("a-2a", "ua-1")

_Inputs: TypeAlias = Mapping[str, str]


def render_pdf(document: Document, style: ReportStyle = PLAIN) -> bytes:
    """The report as PDF; the same document gives the same bytes.

    Raises StyleError where a partial of the house style is wrong, with its file and line; never
    anything for what a user's file holds.
    """
    return prepared(document, style)()


def prepared(document: Document, style: ReportStyle = PLAIN) -> Callable[[], bytes]:
    """What draws the PDF from data that are ready: it leaves the interpreter free meanwhile."""
    stamp = datetime.fromisoformat(document.generated_on).replace(tzinfo=UTC)
    asked = {"format": "pdf", "pdf_standards": list(STANDARDS), "timestamp": stamp}
    return partial(_pdf, document, style, _inputs(document, style.house), asked)


def _pdf(document: Document, style: ReportStyle, data: _Inputs, asked: Mapping[str, Any]) -> bytes:
    shipped = data_dir("report_templates") / "pdf"
    own = style.house.partials("pdf")
    if own is None:
        made = _compiled(data, shipped, asked)
    else:
        from camiscreen.report.house_partials import typst_folder

        with typst_folder(shipped, own) as folder:
            made = _compiled(data, folder, asked)
        if isinstance(made, bytes):
            from camiscreen.report import house_duty

            house_duty.check_pdf(document, made, str(own))
    if not isinstance(made, bytes):
        raise TypeError(f"typst returned {type(made).__name__} for one document")
    return made


def render_pages(document: Document, pixels_per_inch: float) -> list[bytes]:
    """The pages of the same report as PNG, in their order."""
    folder = data_dir("report_templates") / "pdf"
    made = _compiled(_inputs(document), folder, {"format": "png", "ppi": pixels_per_inch})
    return [made] if isinstance(made, bytes) else list(made or ())


def _compiled(data: _Inputs, folder: Path, asked: Mapping[str, Any]) -> bytes | list[bytes] | None:
    import typst

    made: bytes | list[bytes] | None = typst.compile(
        folder / "report.typ",
        root=folder,
        font_paths=typst_fonts(),
        sys_inputs=dict(data),
        **asked,
    )
    return made


def _inputs(document: Document, house: House = PLAIN.house) -> _Inputs:
    """What the template is given; the colours also apart, for what needs nothing else."""
    return {"data": document_json(document, house), "colours": json.dumps(house.light)}
