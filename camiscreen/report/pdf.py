"""Draws a document as PDF/A-2a and PDF/UA-1 with Typst.

This module's one job. The template is a static file; the document goes in as JSON and never as
Typst source, so that no name in a user's file can become code. Only the shipped fonts are known,
and only the template's folder can be read.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Literal

from camiscreen.paths import data_dir
from camiscreen.report.blocks import MOST_ROWS, Document
from camiscreen.report.fonts import covers, printable_text, typst_fonts
from camiscreen.report.inline import Run
from camiscreen.report.style import PLAIN, House, Logo, ReportStyle
from camiscreen.report.svg import Drawing
from camiscreen.report.text import short

STANDARDS: tuple[Literal["a-2a"], Literal["ua-1"]] = ("a-2a", "ua-1")

LONGEST_WORD = 36
"""Longer words may break anywhere: hashes, paths, and names without spaces."""

LONGEST_TEXT = 5_000
"""Longest text in print: PDF/A allows 32,767 bytes in a string, and names may come without end."""

_NOT_PRINTED = frozenset({"svg", "target", "anchor", "kind", "level", "language", "generated_on"})
ON_SCREEN = frozenset({"screen", "on_screen", "trace", "sources", "levels"})
"""Fields of what only a screen can open or do; print has the same in its annexes."""

_BREAK = "\u200b"


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
    return partial(_pdf, document, style, payload(document, style.house), asked)


def _pdf(document: Document, style: ReportStyle, data: str, asked: Mapping[str, Any]) -> bytes:
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
    made = _compiled(payload(document), folder, {"format": "png", "ppi": pixels_per_inch})
    return [made] if isinstance(made, bytes) else list(made or ())


def _compiled(data: str, folder: Path, asked: Mapping[str, Any]) -> bytes | list[bytes] | None:
    import typst

    made: bytes | list[bytes] | None = typst.compile(
        folder / "report.typ",
        root=folder,
        font_paths=typst_fonts(),
        sys_inputs={"data": data},
        **asked,
    )
    return made


def payload(document: Document, house: House = PLAIN.house) -> str:
    """Everything that the template is given, as JSON."""
    lost = _Lost()
    printed: dict[str, Any] = _as_data(document, house.light, lost)
    printed["colours"] = dict(house.light)
    printed["logo"] = None if house.logo is None else _logo(house.logo)
    printed["lost"] = lost.any
    rest = document.labels.rest_in_json
    for section in printed["sections"]:
        for block in section["blocks"]:
            if block["kind"] == "table" and len(block["rows"]) > MOST_ROWS:
                block["rows"] = block["rows"][:MOST_ROWS]
                block["before"] = rest
    return json.dumps(printed, ensure_ascii=False)


def _logo(logo: Logo) -> dict[str, Any]:
    """The logo as Typst can take it out of JSON: SVG as text, PNG as a list of its bytes."""
    data = logo.data.decode("utf-8") if logo.kind == "svg" else list(logo.data)
    return {"data": data, "alt": logo.alt, "width": logo.width, "height": logo.height}


_SHAPES: dict[type, tuple[str | None, tuple[tuple[str, bool], ...]]] = {}


def _shape(of: type[Any]) -> tuple[str | None, tuple[tuple[str, bool], ...]]:
    """The kind of a block, None for all else; the fields that go into print, and whether as text.

    A run's kind is a field of its own; the kind of a block belongs to its type.
    """
    if of not in _SHAPES:
        kind = getattr(of, "kind", None)
        _SHAPES[of] = (
            (kind if isinstance(kind, str) else None),
            tuple(
                (field.name, field.name not in _NOT_PRINTED)
                for field in fields(of)
                if field.name not in ON_SCREEN
            ),
        )
    return _SHAPES[of]


class _Lost:
    """Remembers whether a character had to be replaced."""

    any = False


def _as_data(value: Any, colours: Mapping[str, str], lost: _Lost) -> Any:
    """Nested dictionaries and lists of a document; drawings as SVG for print.

    Every printed text is in characters that the fonts have, with long words breakable.
    """
    if isinstance(value, Run):
        # Most of a document; nothing else in it is asked of its type.
        text = _printable(value.text, lost)
        if value.kind == "text":
            return {"kind": "text", "text": text}
        return {"kind": value.kind, "text": text, "target": value.target}
    if isinstance(value, str):
        return _printable(value, lost)
    if isinstance(value, tuple | list):
        return [_as_data(item, colours, lost) for item in value]
    if isinstance(value, Drawing):
        return {"svg": value.for_print(colours), "width": value.width, "height": value.height}
    if is_dataclass(value):
        kind, named = _shape(type(value))
        data = {
            name: _as_data(getattr(value, name), colours, lost) if printed else getattr(value, name)
            for name, printed in named
        }
        if kind is not None:
            data["kind"] = kind
        return data
    return value


def _printable(text: str, lost: _Lost) -> str:
    printed, whole = _in_print(text)
    lost.any |= not whole
    return printed


@lru_cache(maxsize=8192)
def _in_print(text: str) -> tuple[str, bool]:
    """A text as it is printed, and whether all of its characters can be. Many are said often."""
    if len(text) > LONGEST_TEXT:
        text = short(text, LONGEST_TEXT)
    whole = covers(text)
    return _breakable(text if whole else printable_text(text)), whole


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
