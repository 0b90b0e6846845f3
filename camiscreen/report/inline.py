"""Text within a block: runs in one manner each, cleaned of what no renderer can show.

This module's one job. Never raw HTML: a renderer decides what a manner looks like.
"""

from collections.abc import Iterable
from typing import Literal, TypeAlias

from camiscreen.report.text import clean
from camiscreen.values import dataclass

RunKind: TypeAlias = Literal["text", "strong", "latin", "code", "quiet", "anchor", "url", "mark"]
Level: TypeAlias = Literal["major", "moderate", "minor", "negligible", "na", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of text in one manner.

    ``anchor`` leads to a place in the document, ``url`` out of it, both named by ``target``;
    ``latin`` is a scientific name; ``mark`` draws the mark of the level in ``target`` before the
    word.
    """

    kind: RunKind
    text: str = ""
    target: str = ""


Runs: TypeAlias = tuple[Run, ...]


def text(content: str, kind: RunKind = "text") -> Run:
    """A run of text, cleaned of control characters."""
    return Run(kind=kind, text=clean(content))


def strong(content: str) -> Run:
    """Emphasis by weight."""
    return text(content, "strong")


def latin(content: str) -> Run:
    """A scientific name, set in italics."""
    return text(content, "latin")


def code(content: str) -> Run:
    """An identifier, hash or file name, set in fixed width."""
    return text(content, "code")


def quiet(content: str) -> Run:
    """Text of the second rank."""
    return text(content, "quiet")


def link(content: str, anchor: str) -> Run:
    """A link to a place in the document."""
    return Run(kind="anchor", text=clean(content), target=anchor)


def url(content: str, target: str) -> Run:
    """A link out of the document; anything but http and https stays plain text."""
    if not target.startswith(("https://", "http://")):
        return text(content)
    return Run(kind="url", text=clean(content), target=clean(target).replace(" ", "%20"))


def mark(level: Level, word: str) -> Run:
    """The mark of a level with its word, kept on one line."""
    return Run(kind="mark", text=word, target=level)


def runs(*content: str | Run) -> Runs:
    """Runs of plain strings and runs."""
    return tuple(text(item) if isinstance(item, str) else item for item in content)


def spaced(items: Iterable[Run], separator: str = ", ") -> Runs:
    """Runs with a separator between each."""
    out: list[Run] = []
    for item in items:
        if out:
            out.append(Run(kind="text", text=separator))
        out.append(item)
    return tuple(out)
