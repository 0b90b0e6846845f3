"""The files that a report can be written as, and what draws each.

This module's one job. A drawing returns its files as a mapping from ending to bytes, so that one
format may be several files. Modules are imported only when their format is asked for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, TypeAlias

from camiscreen.i18n import Translator
from camiscreen.model import Screening
from camiscreen.report.style import PLAIN, ReportStyle
from camiscreen.values import dataclass
from camiscreen.vocabulary import Format, Significance

if TYPE_CHECKING:
    from camiscreen.report.blocks import Document
    from camiscreen.report.ci.results import CiRun

Files: TypeAlias = Mapping[str, bytes]
"""File ending without the leading dot (``html``, ``findings.csv``) to the bytes of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is drawn and how; the document where a format needs one."""

    screening: Screening
    translator: Translator
    document: "Document | None" = None
    fail_on: Significance | None = None
    style: ReportStyle = PLAIN

    @property
    def composed(self) -> "Document":
        """The document. Raises TypeError for a format that is not among ``DOCUMENT_FORMATS``."""
        if self.document is None:
            raise TypeError("this format is not drawn from a document")
        return self.document


def _html(work: Work) -> Files:
    from camiscreen.report.html import render_html

    return {"html": render_html(work.composed, work.style)}


def _pdf(work: Work) -> Files:
    return _pdf_begun(work)()


def _pdf_begun(work: Work) -> Callable[[], Files]:
    from camiscreen.report.pdf import prepared

    rest = prepared(work.composed, work.style)
    return lambda: {"pdf": rest()}


def _docx(work: Work) -> Files:
    from camiscreen.report.docx import render_docx

    return {"docx": render_docx(work.composed, work.style)}


def _json(work: Work) -> Files:
    from camiscreen.report.json_report import render_json

    return {"json": render_json(work.screening)}


def _ci(work: Work) -> "CiRun":
    from camiscreen.report.ci.results import ci_run

    return ci_run([work.screening], work.translator, fail_on=work.fail_on)


def _junit(work: Work) -> Files:
    from camiscreen.report.ci.junit import render_junit

    return {"junit.xml": render_junit(_ci(work))}


def _sarif(work: Work) -> Files:
    from camiscreen.report.ci.sarif import render_sarif

    return {"sarif": render_sarif(_ci(work))}


def _gitlab(work: Work) -> Files:
    from camiscreen.report.ci.gitlab import render_gitlab

    return {"gitlab.json": render_gitlab(_ci(work))}


def _github(work: Work) -> Files:
    from camiscreen.report.ci.github import render_github

    return {"github.txt": render_github(_ci(work)).encode()}


def _gpkg(work: Work) -> Files:
    from camiscreen.report.gpkg import render_gpkg

    return {"gpkg": render_gpkg(work.screening, work.translator)}


def _csv(work: Work) -> Files:
    from camiscreen.report.csv_files import render_csv

    return render_csv(work.screening, work.translator)


def _xlsx(work: Work) -> Files:
    from camiscreen.report.xlsx import render_xlsx

    return {"xlsx": render_xlsx(work.screening, work.translator)}


OUTPUTS: Mapping[Format, Callable[[Work], Files]] = {
    Format.HTML: _html,
    Format.PDF: _pdf,
    Format.DOCX: _docx,
    Format.JSON: _json,
    Format.JUNIT: _junit,
    Format.SARIF: _sarif,
    Format.GITLAB: _gitlab,
    Format.GITHUB: _github,
    Format.GPKG: _gpkg,
    Format.CSV: _csv,
    Format.XLSX: _xlsx,
}

ASIDE: Mapping[Format, Callable[[Work], Callable[[], Files]]] = {Format.PDF: _pdf_begun}
"""Formats of which the longer part leaves the interpreter free: others can be written meanwhile."""

DOCUMENT_FORMATS = frozenset({Format.HTML, Format.PDF, Format.DOCX})
"""Formats that draw the composed document; the others read the screening itself."""

PRINTED = frozenset({Format.GITHUB})
"""Formats whose place is standard output, where the server reads them; no file is written."""


def _figures(work: Work) -> Files:
    from camiscreen.report import figures

    return figures.files(work.composed)


def draw(
    screening: Screening,
    translator: Translator,
    formats: Sequence[Format],
    *,
    fail_on: Significance | None = None,
    style: ReportStyle = PLAIN,
    figures: bool = False,
) -> Iterator[tuple[str, Callable[[], Files]]]:
    """Each format with what draws it, in the order given; the document is composed once.

    With ``figures`` its figures as SVG files come last. What is drawn aside is begun when its turn
    comes, and ends when it is called.
    """
    document = None
    if figures or DOCUMENT_FORMATS & set(formats):
        from camiscreen.report.document import compose

        document = compose(screening, translator, style.audience)
    work = Work(
        screening=screening,
        translator=translator,
        document=document,
        fail_on=fail_on,
        style=style,
    )
    alone = len(formats) + figures == 1
    for name in formats:
        if name in ASIDE and not alone:
            yield name, Aside(partial(ASIDE[name], work))
        else:
            yield name, partial(OUTPUTS[name], work)
    if figures:
        yield "figures", partial(_figures, work)


class Aside:
    """A drawing begun at once, its longer part on a thread; a call gives its files or its error.

    The first part runs before anything else: two threads that want the interpreter hinder each
    other, and what others wait for ends later.
    """

    def __init__(self, begin: Callable[[], Callable[[], Files]]) -> None:
        self._rest = begin()
        self._files: Files = {}
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._files = self._rest()
        except BaseException as error:  # raised where the files are asked for
            self._error = error

    def __call__(self) -> Files:
        """The files, once they are there. Raises what the drawing raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._files
