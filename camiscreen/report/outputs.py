"""The files that a report can be written as, and what draws each.

This module's one job. A drawing returns its files as a mapping from ending to bytes, so that one
format may be several files. Modules are imported only when their format is asked for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from camiscreen.i18n import Translator
from camiscreen.model import Screening
from camiscreen.report.blocks import Document
from camiscreen.report.style import PLAIN, ReportStyle
from camiscreen.values import dataclass
from camiscreen.vocabulary import Format

Files: TypeAlias = Mapping[str, bytes]
"""File ending without the leading dot (``html``, ``findings.csv``) to the bytes of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is drawn and how; the document where a format needs one."""

    screening: Screening
    translator: Translator
    document: Document | None = None
    style: ReportStyle = PLAIN

    @property
    def composed(self) -> Document:
        """The document. Raises TypeError for a format that is not among ``DOCUMENT_FORMATS``."""
        if self.document is None:
            raise TypeError("this format is not drawn from a document")
        return self.document


def _html(work: Work) -> Files:
    from camiscreen.report.html import render_html

    return {"html": render_html(work.composed, work.style)}


def _pdf(work: Work) -> Files:
    from camiscreen.report.pdf import render_pdf

    return {"pdf": render_pdf(work.composed, work.style)}


def _docx(work: Work) -> Files:
    from camiscreen.report.docx import render_docx

    return {"docx": render_docx(work.composed, work.style)}


def _json(work: Work) -> Files:
    from camiscreen.report.json_report import render_json

    return {"json": render_json(work.screening)}


OUTPUTS: Mapping[Format, Callable[[Work], Files]] = {
    Format.HTML: _html,
    Format.PDF: _pdf,
    Format.DOCX: _docx,
    Format.JSON: _json,
}

DOCUMENT_FORMATS = frozenset({Format.HTML, Format.PDF, Format.DOCX})
"""Formats that draw the composed document; the others read the screening itself."""


def draw(
    screening: Screening,
    translator: Translator,
    formats: Sequence[Format],
    style: ReportStyle = PLAIN,
) -> Iterator[tuple[Format, Callable[[], Files]]]:
    """Each format with what draws it, in the order given; the document is composed once."""
    document = None
    if DOCUMENT_FORMATS & set(formats):
        from camiscreen.report.document import compose

        document = compose(screening, translator, style.audience)
    work = Work(screening=screening, translator=translator, document=document, style=style)
    for name in formats:
        yield name, partial(OUTPUTS[name], work)
