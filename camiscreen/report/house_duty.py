"""What no partial of a house may leave out of a report: its verdict, and what was not assessed.

This module's one job. A page without them would read as a clear result.
"""

import html
import re
from collections.abc import Iterator

from camiscreen.errors import StyleError
from camiscreen.report.blocks import Document, NotAssessedBox, VerdictBlock

_NOT_SHOWN = re.compile(r"<!--.*?-->|<(script|style|svg)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def check(document: Document, page: bytes, own: str) -> None:
    """Raise StyleError where the page lacks a sentence that the document must have.

    Rules of CSS that hide one are beyond it.
    """
    shown = _squeezed(html.unescape(_TAG.sub("", _NOT_SHOWN.sub("", page.decode("utf-8")))))
    for sentence in _sentences(document):
        if _squeezed(sentence) not in shown:
            raise StyleError(
                f"{own}: its partials leave out the verdict or what was not assessed "
                f'("{sentence}"); every report must have them'
            )


def _sentences(document: Document) -> Iterator[str]:
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, VerdictBlock):
                yield block.sentence
            elif isinstance(block, NotAssessedBox):
                yield from (block.title + block.note, *(g.number + g.subject for g in block.gaps))


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
