"""A document as the JSON that the print template is given.

This module's one job. The text is made at once, piece by piece: the same as nested dictionaries
would take twice the time. Every printed text is in characters that the fonts have, with long words
breakable; drawings are SVG for print.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache, partial
from typing import Any

from camiscreen.report.blocks import MOST_ROWS, Contents, Document, FindingCard, Section, Table
from camiscreen.report.fonts import covers, printable_text
from camiscreen.report.inline import Run
from camiscreen.report.style import PLAIN, House, Logo
from camiscreen.report.svg import Drawing
from camiscreen.report.text import short

LONGEST_WORD = 36
"""Longer words may break anywhere: hashes, paths, and names without spaces."""

LONGEST_TEXT = 5_000
"""Longest text in print: PDF/A allows 32,767 bytes in a string, and names may come without end."""

ON_SCREEN = frozenset({"screen", "on_screen", "trace", "sources", "levels"})
"""Fields of what only a screen can open or do; print has the same in its annexes."""

_NOT_PRINTED = frozenset({"svg", "target", "anchor", "kind", "level", "language", "generated_on"})
_BREAK = "\u200b"
_AS_JSON = json.JSONEncoder(ensure_ascii=False).encode


def document_json(document: Document, house: House = PLAIN.house) -> str:
    """Everything that the template is given."""
    printer = _Printer(house.light, document.labels.rest_in_json)
    made = printer.json(document)
    logo = None if house.logo is None else _logo(house.logo)
    colours = _AS_JSON(dict(house.light))
    return (
        f'{made[:-1]},"logo":{_AS_JSON(logo)},"lost":{_AS_JSON(printer.lost)},"colours":{colours}}}'
    )


def _logo(logo: Logo) -> dict[str, Any]:
    """The logo as Typst can take it out of JSON: SVG as text, PNG as a list of its bytes."""
    data = logo.data.decode("utf-8") if logo.kind == "svg" else list(logo.data)
    return {"data": data, "alt": logo.alt, "width": logo.width, "height": logo.height}


class _Printer:
    """Writes values as JSON; whether a character had to be replaced is ``lost``.

    How a class is taken apart is found out once for each.
    """

    def __init__(self, colours: Mapping[str, str], rest: str) -> None:
        self.lost = False
        self._links = 0
        self._colours = colours
        self._rest = rest
        self._ways: dict[type[Any], Callable[[Any], str]] = {
            str: self._text,
            tuple: self._list,
            list: self._list,
            Run: self._run,
            Drawing: self._drawing,
        }

    def json(self, value: Any) -> str:
        """A value as JSON."""
        kind = type(value)
        way = self._ways.get(kind)
        if way is None:
            way = self._ways[kind] = self._way(value)
        return way(value)

    def _text(self, text: str) -> str:
        printed, whole = _in_print(text)
        if not whole:
            self.lost = True
        return printed

    def _run(self, run: Run) -> str:
        # Most of a document, and plain text most of them.
        text = self._text(run.text)
        if run.kind == "text":
            return f'{{"kind":"text","text":{text}}}'
        self._links += run.kind == "anchor"
        return f'{{"kind":"{run.kind}","text":{text},"target":{_AS_JSON(run.target)}}}'

    def _list(self, values: Sequence[Any]) -> str:
        as_json = self.json
        return f"[{','.join([as_json(value) for value in values])}]"

    def _drawing(self, drawing: Drawing) -> str:
        svg = _AS_JSON(drawing.for_print(self._colours))
        width, height = _AS_JSON(drawing.width), _AS_JSON(drawing.height)
        return f'{{"svg":{svg},"width":{width},"height":{height}}}'

    def _way(self, value: Any) -> Callable[[Any], str]:
        if isinstance(value, str):
            return self._text
        if not is_dataclass(value):
            return _AS_JSON
        written = self._taken_apart(type(value))
        if isinstance(value, Table):
            return partial(self._table, written)
        return partial(self._section, written) if isinstance(value, Section) else written

    def _section(self, written: Callable[[Section], str], section: Section) -> str:
        """A section, and whether anything in it leads to another place of the document."""
        before = self._links
        made = written(section)
        leads = self._links > before or any(
            isinstance(b, FindingCard | Contents) for b in section.blocks
        )
        return f'{made[:-1]},"leads":{_AS_JSON(leads)}}}'

    def _taken_apart(self, of: type[Any]) -> Callable[[Any], str]:
        """What writes the values of a dataclass, those of a block with its kind."""
        # A run's kind is a field of its own; the kind of a block belongs to its type.
        kind = getattr(of, "kind", None)
        own = [f'"kind":{_AS_JSON(kind)}'] if isinstance(kind, str) else []
        named = [field.name for field in fields(of) if field.name not in ON_SCREEN]
        ways = [
            (name, f'"{name}":', _AS_JSON if name in _NOT_PRINTED else self.json) for name in named
        ]

        def written(value: Any) -> str:
            parts = [f"{key}{way(getattr(value, name))}" for name, key, way in ways]
            return f"{{{','.join(parts + own)}}}"

        return written

    def _table(self, written: Callable[[Table], str], table: Table) -> str:
        """A table; of a very long one the first rows, and where the others are."""
        if len(table.rows) <= MOST_ROWS:
            return written(table)
        made = written(replace(table, rows=table.rows[:MOST_ROWS]))
        return f'{made[:-1]},"before":{self._text(self._rest)}}}'


@lru_cache(maxsize=8192)
def _in_print(text: str) -> tuple[str, bool]:
    """A text as it is printed, as JSON, and whether all of its characters can be.

    Many are said often.
    """
    if len(text) > LONGEST_TEXT:
        text = short(text, LONGEST_TEXT)
    whole = covers(text)
    return _AS_JSON(_breakable(text if whole else printable_text(text))), whole


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
