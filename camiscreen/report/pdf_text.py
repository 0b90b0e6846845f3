"""The text that a PDF of Typst prints, page by page, in the order in which it is drawn.

This module's one job. It reads what the report itself writes and no other PDF: plain objects, flate
streams, fonts with a map to Unicode. It serves to see whether partials leave something out.
"""

import re
import zlib
from collections.abc import Iterator, Mapping

_OBJECT = re.compile(rb"(?:^|[\r\n])(\d+) 0 obj\b(.*?)\bendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)


def _literal(depth: int) -> bytes:
    """The pattern of a string in brackets, which may hold pairs of brackets itself."""
    inner = rb"\\.|[^\\()]" + (rb"|" + _literal(depth - 1) if depth else b"")
    return rb"\((?:" + inner + rb")*\)"


_TOKEN = re.compile(
    rb"<<|>>|" + _literal(12) + rb"|<[0-9A-Fa-f\s]*>|/[^\s/<>\[\]()]*|[A-Za-z'\"*]+", re.DOTALL
)
_ENTRY = re.compile(rb"/([^\s/<>\[\]()]+)\s+(\d+) 0 R")
_HEX = rb"<([0-9A-Fa-f]+)>"
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

_Cells = Mapping[int, str]


def page_texts(pdf: bytes) -> Iterator[str]:
    """The text of each page, without the spaces that are only gaps between glyphs."""
    objects = {int(found[1]): found[2] for found in _OBJECT.finditer(pdf)}
    fonts: dict[int, _Cells] = {}
    for body in objects.values():
        if re.search(rb"/Type\s*/Page\b(?!s)", body) and (at := _reference(body, b"Contents")):
            yield "".join(_drawn(objects[at], body, objects, fonts, depth=0))


def _reference(body: bytes, key: bytes) -> int:
    found = re.search(rb"/" + key + rb"\s+(\d+) 0 R", body)
    return int(found[1]) if found else 0


def _drawn(
    content: bytes, owner: bytes, objects: Mapping[int, bytes], fonts: dict[int, _Cells], depth: int
) -> Iterator[str]:
    """Texts of one stream of drawing operators; ``owner`` names its resources."""
    resources = objects.get(_reference(owner, b"Resources"), owner)
    named = {name: int(number) for name, number in _ENTRY.findall(_whole(resources, objects))}
    operands: list[bytes] = []
    cells: _Cells = {}
    nested = 0
    for token in _TOKEN.findall(_unpacked(content)):
        if token in {b"<<", b">>"}:
            nested += 1 if token == b"<<" else -1
        elif nested:
            continue
        elif token[:1] in b"(<" or token[:1] == b"/":
            operands.append(token)
        else:
            if token == b"Tf" and operands:
                cells = _font(named.get(operands[-1][1:], 0), objects, fonts)
            elif token in {b"Tj", b"TJ", b"'", b'"'}:
                yield from (_decoded(item, cells) for item in operands if item[:1] in b"(<")
            elif token == b"Do" and operands and depth < 12:
                form = objects.get(named.get(operands[-1][1:], 0), b"")
                if b"/Form" in form:
                    yield from _drawn(form, form, objects, fonts, depth + 1)
            operands.clear()


def _whole(resources: bytes, objects: Mapping[int, bytes]) -> bytes:
    """A dictionary of resources with the dictionaries that it refers to."""
    referred = (objects.get(_reference(resources, key), b"") for key in (b"Font", b"XObject"))
    return b" ".join((resources.partition(b"stream")[0], *referred))


def _unpacked(body: bytes) -> bytes:
    found = _STREAM.search(body)
    if found is None:
        return b""
    return zlib.decompress(found[1]) if b"/FlateDecode" in body[: found.start()] else found[1]


def _font(at: int, objects: Mapping[int, bytes], known: dict[int, _Cells]) -> _Cells:
    """Glyph numbers and the text of each."""
    if at not in known:
        table = _unpacked(objects.get(_reference(objects.get(at, b""), b"ToUnicode"), b""))
        cells: dict[int, str] = {}
        for part in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
            for glyph, text in re.findall(_HEX + rb"\s*" + _HEX, part):
                cells[int(glyph, 16)] = _utf16(text)
        for part in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
            for first, last, text in re.findall(_HEX + rb"\s*" + _HEX + rb"\s*" + _HEX, part):
                for step in range(int(last, 16) - int(first, 16) + 1):
                    head, tail = _utf16(text)[:-1], _utf16(text)[-1]
                    cells[int(first, 16) + step] = head + chr(ord(tail) + step)
        known[at] = cells
    return known[at]


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode("ascii")).decode("utf-16-be", errors="replace")


def _decoded(item: bytes, cells: _Cells) -> str:
    raw = bytes.fromhex(item[1:-1].decode("ascii")) if item[:1] == b"<" else _unescaped(item[1:-1])
    codes = (int.from_bytes(raw[i : i + 2]) for i in range(0, len(raw) - 1, 2))
    return "".join(cells.get(code, "") for code in codes)


def _unescaped(text: bytes) -> bytes:
    def plain(found: re.Match[bytes]) -> bytes:
        said = found[1]
        return bytes([int(said, 8) & 255]) if said.isdigit() else _ESCAPES.get(said, said)

    return re.sub(rb"\\([0-7]{1,3}|.)", plain, text, flags=re.DOTALL)
