"""What no partial of a house may leave out of a report: its verdict, and what was not assessed.

This module's one job. A page without them would read as a clear result.
"""

import html
import re
from collections.abc import Iterator

from camiscreen.errors import StyleError
from camiscreen.report.blocks import Document, NotAssessedBox, VerdictBlock
from camiscreen.report.fonts import printable_text

_NOT_SHOWN = re.compile(r"<!--.*?-->|<(script|style|svg)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def check(document: Document, page: bytes, own: str, shipped: str) -> None:
    """Raise StyleError where the page lacks a sentence that the document must have.

    So is one that stands there and is not shown: see ``hidden``.
    """
    shown = _squeezed(html.unescape(_TAG.sub("", _NOT_SHOWN.sub("", page.decode("utf-8")))))
    for sentence in _sentences(document):
        if _squeezed(sentence) not in shown:
            raise _left_out(own, sentence)
    from camiscreen.report.house_hiding import hidden

    found = hidden(page.decode("utf-8"), shipped, [*_groups(document)])
    if found:
        raise StyleError(
            f"{own}: hides the verdict or what was not assessed ({found}); every report must show "
            "them"
        )


def check_pdf(document: Document, pdf: bytes, own: str) -> None:
    """Raise StyleError where the pages do not print a sentence that the document must have."""
    from camiscreen.report.pdf_text import page_texts

    wanted = {_squeezed(printable_text(sentence)): sentence for sentence in _sentences(document)}
    for text in page_texts(pdf):
        shown = _squeezed(text)
        wanted = {key: sentence for key, sentence in wanted.items() if key not in shown}
        if not wanted:
            return
    raise _left_out(own, next(iter(wanted.values())))


def _left_out(own: str, sentence: str) -> StyleError:
    return StyleError(
        f"{own}: its partials leave out the verdict or what was not assessed "
        f'("{sentence}"); every report must have them'
    )


def _sentences(document: Document) -> Iterator[str]:
    for group in _groups(document):
        yield from group


def _groups(document: Document) -> Iterator[tuple[str, ...]]:
    """What has to stand together, a sentence first that stands nowhere else."""
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, VerdictBlock):
                yield (block.sentence,)
            elif isinstance(block, NotAssessedBox):
                yield (block.note, *(gap.subject for gap in block.gaps))


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b\u00ad]+", "", text)
