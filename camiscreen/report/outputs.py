"""The files that a report can be written as, and what draws each.

This module's one job. A drawing returns its files as a mapping from ending to bytes, so that one
format may be several files. Modules are imported only when their format is asked for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from camiscreen.i18n import Translator
from camiscreen.model import Screening
from camiscreen.values import dataclass
from camiscreen.vocabulary import Format

if TYPE_CHECKING:
    from camiscreen.report.blocks import Document

Files: TypeAlias = Mapping[str, bytes]
"""File ending without the leading dot (``html``, ``findings.csv``) to the bytes of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is drawn: a screening, the language, and the document where a format needs one."""

    screening: Screening
    translator: Translator
    document: "Document | None" = None

    @property
    def composed(self) -> "Document":
        """The document. Raises TypeError for a format that is not among ``DOCUMENT_FORMATS``."""
        if self.document is None:
            raise TypeError("this format is not drawn from a document")
        return self.document


def _html(work: Work) -> Files:
    from camiscreen.report.html import render_html

    return {"html": render_html(work.composed)}


def _pdf(work: Work) -> Files:
    from camiscreen.report.pdf import render_pdf

    return {"pdf": render_pdf(work.composed)}


def _json(work: Work) -> Files:
    from camiscreen.report.json_report import render_json

    return {"json": render_json(work.screening)}


OUTPUTS: Mapping[Format, Callable[[Work], Files]] = {
    Format.HTML: _html,
    Format.PDF: _pdf,
    Format.JSON: _json,
}

DOCUMENT_FORMATS = frozenset({Format.HTML, Format.PDF})
"""Formats that draw the composed document; the others read the screening itself."""


def draw(
    screening: Screening, translator: Translator, formats: Sequence[Format]
) -> Iterator[tuple[Format, Callable[[], Files]]]:
    """Each format with what draws it, in the order given; the document is composed once."""
    document = None
    if DOCUMENT_FORMATS & set(formats):
        from camiscreen.report.document import compose

        document = compose(screening, translator)
    work = Work(screening=screening, translator=translator, document=document)
    for name in formats:
        yield name, partial(OUTPUTS[name], work)
