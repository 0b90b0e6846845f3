"""A page of text, and its two printed forms: plain for a terminal, Markdown for documentation.

What a page says is decided by its maker; here it is only set.
"""

import re
import textwrap
from collections.abc import Sequence
from typing import TypeAlias

from camiscreen.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The title of what follows, below that of the page."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Labels with their values; a pair without a value is left out."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Cells of short text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Lines whose columns must stay aligned."""

    lines: tuple[str, ...]


Block: TypeAlias = Paragraph | Heading | Pairs | Items | Table | Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The text of one id. ``id`` is as it is cited; ``name`` stands behind it in the title."""

    id: str
    name: str
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        """Id and name."""
        return f"{self.id} · {self.name}" if self.name else self.id


# ----------------------------------------------------------------------------------------------
# Terminal
# ----------------------------------------------------------------------------------------------


def plain(page: Page, width: int) -> str:
    """The page wrapped to a width; columns of tables share it by the length of their text."""
    parts = [_wrapped(page.title, width)]
    for block in page.blocks:
        lines = _plain_block(block, width)
        if lines:
            parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _plain_block(block: Block, width: int) -> list[str]:
    match block:
        case Paragraph(text=text):
            return [_wrapped(text, width)]
        case Heading(text=text):
            return [text, "-" * min(len(text), width)]
        case Pairs(pairs=pairs):
            return [_wrapped(f"{k}: {v}", width, hang="  ") for k, v in pairs if v]
        case Items(items=items):
            return [_wrapped(f"- {item}", width, hang="  ") for item in items]
        case Chart(lines=lines):
            return list(lines)
        case Table(columns=columns, rows=rows):
            return _plain_table([columns, *rows], width)


def _wrapped(text: str, width: int, hang: str = "") -> str:
    return textwrap.fill(
        text, width, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False
    )


def _plain_table(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    gap = 2
    wanted = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    room = width - gap * (len(wanted) - 1)
    widths = _shared(wanted, room)
    lines = []
    for row in rows:
        cells = [
            textwrap.wrap(cell, size, break_on_hyphens=False) or [""]
            for cell, size in zip(row, widths, strict=True)
        ]
        for line in range(max(map(len, cells))):
            parts = [cell[line] if line < len(cell) else "" for cell in cells]
            padded = [part.ljust(size) for part, size in zip(parts, widths, strict=True)]
            lines.append((" " * gap).join(padded).rstrip())
    return lines


def _shared(wanted: Sequence[int], room: int) -> list[int]:
    """Widths of columns: what they want, or a fair share where the room is too small."""
    widths = list(wanted)
    while sum(widths) > room and max(widths) > 4:
        widths[widths.index(max(widths))] -= 1
    return widths


# ----------------------------------------------------------------------------------------------
# Markdown
# ----------------------------------------------------------------------------------------------


def markdown(page: Page, level: int = 1) -> str:
    """The page as Markdown, its title a heading of ``level``."""
    parts = [f"{'#' * level} {_escaped(page.title)}"]
    for block in page.blocks:
        text = _markdown_block(block, level)
        if text:
            parts.append(text)
    return "\n\n".join(parts)


def _markdown_block(block: Block, level: int) -> str:
    match block:
        case Paragraph(text=text):
            return _escaped(text)
        case Heading(text=text):
            return f"{'#' * min(level + 1, 6)} {_escaped(text)}"
        case Pairs(pairs=pairs):
            return "\n".join(f"* **{_escaped(k)}**: {_escaped(v)}" for k, v in pairs if v)
        case Items(items=items):
            return "\n".join(f"* {_escaped(item)}" for item in items)
        case Chart(lines=lines):
            return "\n".join(["```text", *lines, "```"])
        case Table(columns=columns, rows=rows):
            return markdown_table(columns, rows)


def markdown_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    head = [columns, ["---"] * len(columns)]
    return "\n".join("| " + " | ".join(map(_escaped, row)) + " |" for row in [*head, *rows])


def _escaped(text: str) -> str:
    """Text in which no sign counts as markup; addresses become links."""
    text = re.sub(r"([\\`*<|])", r"\\\1", text)
    text = re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", text)
    return re.sub(r"(https?://[^\s;,]+[^\s;,.)])", r"<\1>", text)
