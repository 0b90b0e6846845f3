"""Draws a document as PDF/A-2a and PDF/UA-1 with Typst.

This module's one job. The template is a static file; the document goes in as JSON and never as
Typst source, so that no name in a user's file can become code. Only the shipped fonts are known,
and only the template's folder can be read.
"""

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from camiscreen.paths import data_dir
from camiscreen.report.blocks import Document
from camiscreen.report.fonts import covers, fonts_dir, printable_text
from camiscreen.report.svg import Drawing
from camiscreen.report.text import short
from camiscreen.report.tokens import LIGHT

if TYPE_CHECKING:
    from typst import Fonts

STANDARDS: tuple[Literal["a-2a"], Literal["ua-1"]] = ("a-2a", "ua-1")

MOST_ROWS = 1_500
"""Longest table in print; 7,000 rows took 7 s and 1.9 GiB. The rest is in the JSON report."""

LONGEST_WORD = 36
"""Longer words may break anywhere: hashes, paths, and names without spaces."""

LONGEST_TEXT = 5_000
"""Longest text in print: PDF/A allows 32,767 bytes in a string, and names may come without end."""

_NOT_PRINTED = frozenset({"svg", "target", "anchor", "kind", "level", "language", "generated_on"})
_ON_SCREEN = frozenset({"screen", "on_screen", "trace", "sources", "levels"})
"""Fields of what only a screen can open or do; print has the same in its annexes."""

_BREAK = "\u200b"


def render_pdf(document: Document) -> bytes:
    """The report as PDF; the same document gives the same bytes.

    Raises ``typst.TypstError`` where the template is wrong, never for what a user's file holds.
    """
    import typst

    folder = data_dir("report_templates") / "pdf"
    stamp = datetime.fromisoformat(document.generated_on).replace(tzinfo=UTC)
    made = typst.compile(
        folder / "report.typ",
        root=folder,
        font_paths=_fonts(),
        format="pdf",
        sys_inputs={"data": _payload(document)},
        pdf_standards=list(STANDARDS),
        timestamp=stamp,
    )
    if not isinstance(made, bytes):
        raise TypeError(f"typst returned {type(made).__name__} for one document")
    return made


@cache
def _fonts() -> "Fonts":
    """The shipped fonts, found once per process: 80 ms in a batch."""
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts_dir()]
    )


def _payload(document: Document) -> str:
    data: dict[str, Any] = _as_data(document)
    lost = _Lost()
    printed = _printable(data, lost)
    printed["colours"] = dict(LIGHT)
    printed["lost"] = lost.any
    rest = document.labels.rest_in_json
    for section in printed["sections"]:
        for block in section["blocks"]:
            if block["kind"] == "table" and len(block["rows"]) > MOST_ROWS:
                block["rows"] = block["rows"][:MOST_ROWS]
                block["note"] = [
                    {"kind": "strong", "text": f"{rest} ", "target": ""},
                    *block["note"],
                ]
    return json.dumps(printed, ensure_ascii=False)


def _as_data(value: object) -> Any:
    """Nested dictionaries and lists of a document; drawings as SVG for print."""
    if isinstance(value, Drawing):
        return {"svg": value.for_print(), "width": value.width, "height": value.height}
    if isinstance(value, tuple | list):
        return [_as_data(item) for item in value]
    if is_dataclass(value):
        data = {
            field.name: _as_data(getattr(value, field.name))
            for field in fields(value)
            if field.name not in _ON_SCREEN
        }
        kind = getattr(type(value), "kind", None)
        # A run's kind is a field of its own; the kind of a block belongs to its type.
        if isinstance(kind, str):
            data["kind"] = kind
        return data
    return value


class _Lost:
    """Remembers whether a character had to be replaced."""

    any = False


def _printable(value: Any, lost: _Lost) -> Any:
    """The data with every printed text in characters that the fonts have, long words breakable."""
    if isinstance(value, dict):
        return {
            key: item if key in _NOT_PRINTED else _printable(item, lost)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_printable(item, lost) for item in value]
    if isinstance(value, str):
        value = short(value, LONGEST_TEXT) if len(value) > LONGEST_TEXT else value
        if not covers(value):
            lost.any = True
            value = printable_text(value)
        return _breakable(value)
    return value


def _breakable(text: str) -> str:
    if len(text) <= LONGEST_WORD:
        return text
    words = text.split(" ")
    if all(len(word) <= LONGEST_WORD for word in words):
        return text
    return " ".join(word if len(word) <= LONGEST_WORD else _cut(word) for word in words)


def _cut(word: str) -> str:
    step = 16
    return _BREAK.join(word[i : i + step] for i in range(0, len(word), step))
