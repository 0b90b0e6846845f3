"""What a shapefile's own bytes say: its parts, which records hold no shape, how text is encoded.

The libraries skip or empty what they cannot read without a word; this is what they are held to.
"""

import re
from itertools import zip_longest
from pathlib import Path

import numpy as np

SUFFIXES = (".shp", ".dbf", ".shx", ".prj", ".cpg")

_HEADER = 100
_DELETED = 0x2A


def parts_of(path: Path) -> dict[str, Path]:
    """The files beside a .shp that belong to it, by lower-case suffix and in a fixed order."""
    beside = {p.suffix.lower(): p for p in path.parent.iterdir() if p.stem == path.stem}
    return {suffix: beside[suffix] for suffix in SUFFIXES if suffix in beside}


def null_shapes(path: Path) -> list[bool]:
    """One entry for each record that is not deleted: True where it is meant to have no shape.

    Index and table count, the longer of the two: what the other or the shapes lack is damage.
    """
    parts = parts_of(path)
    shapes = parts[".shp"].read_bytes()
    index = parts[".shx"].read_bytes()[_HEADER:]
    starts = np.frombuffer(index[: len(index) // 8 * 8], dtype=">i4")[::2].astype(np.int64) * 2
    # Every record has eight bytes of header, then the type of its shape, 0 for none.
    null = [shapes[start + 8 : start + 12] == b"\0\0\0\0" for start in starts.tolist()]
    deleted = _deleted(parts[".dbf"].read_bytes()) if ".dbf" in parts else []
    return [n for n, gone in zip_longest(null, deleted, fillvalue=False) if not gone]


def _deleted(table: bytes) -> list[bool]:
    """Which records of a dBASE table are marked as deleted."""
    count, header, size = (
        int.from_bytes(table[start:end], "little") for start, end in ((4, 8), (8, 10), (10, 12))
    )
    return [
        table[header + i * size] == _DELETED for i in range(count) if header + i * size < len(table)
    ]


# ----------------------------------------------------------------------------------------------
# Encoding of the table
# ----------------------------------------------------------------------------------------------

_VAGUE = frozenset({0x00, 0x03, 0x57})
"""Language drivers that say nothing, or "Windows", which writers put whatever the text is."""

_CYRILLIC = ("cp1251", "cp866")

_LETTERS = 0.9
"""From this share of letters of the alphabet on, an encoding is plausible."""

_AMONG_LATIN = 0.2
"""Cyrillic words hold no Latin letters; above this share the text is Latin with accents."""


def assumed_encoding(path: Path) -> str | None:
    """The encoding of the table where nothing says it: no .cpg, no telling language driver.

    UTF-8 where all text is valid UTF-8, a Cyrillic code page where that makes words of it; None
    where the file says it or where it does not matter.
    """
    parts = parts_of(path)
    if ".cpg" in parts or ".dbf" not in parts:
        return None
    table = parts[".dbf"].read_bytes()
    texts = [text for text in _texts(table) if not text.isascii()]
    if not texts:
        return None
    if all(map(_is_utf8, texts)):
        return "utf-8"
    if table[29] not in _VAGUE:
        return None
    whole = b" ".join(texts)
    if len(re.findall(rb"(?:(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z]))", whole)) > (
        _AMONG_LATIN * _high(whole)
    ):
        return None
    share, best = max((_share_of_letters(whole, name), name) for name in _CYRILLIC)
    return best if share >= _LETTERS else None


def _texts(table: bytes) -> list[bytes]:
    """Names and texts of a dBASE table."""
    count, header, size = (
        int.from_bytes(table[start:end], "little") for start, end in ((4, 8), (8, 10), (10, 12))
    )
    found, columns, at = [], [], 1
    for start in range(32, header - 32, 32):
        field = table[start : start + 32]
        if len(field) < 32 or field[0] == 0x0D:
            break
        found.append(field[:11].split(b"\0")[0])
        if field[11:12] == b"C":
            columns.append((at, at + field[16]))
        at += field[16]
    for i in range(count):
        row = table[header + i * size : header + (i + 1) * size]
        found += [row[start:end].strip(b" \0") for start, end in columns]
    return found


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        # A field cuts off its last letter where it is full.
        return error.reason == "unexpected end of data" and error.start >= len(text) - 3
    return True


def _high(text: bytes) -> int:
    return sum(byte >= 0x80 for byte in text)


def _share_of_letters(text: bytes, encoding: str) -> float:
    letters = re.findall("[А-Яа-яЁё]", text.decode(encoding, errors="replace"))
    return len(letters) / _high(text)
