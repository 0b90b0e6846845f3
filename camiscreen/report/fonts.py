"""The shipped fonts: what they can print, how wide it is, and as Typst takes them.

This module's one job: reads ``advances.json``, which the subset script writes beside the fonts.
"""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from camiscreen.paths import data_dir
from camiscreen.report.text import REPLACEMENT

if TYPE_CHECKING:
    from typst import Fonts


def fonts_dir() -> Path:
    """Folder of the shipped ``.ttf`` files."""
    return data_dir("report_templates") / "fonts"


@cache
def typst_fonts() -> "Fonts":
    """The shipped fonts and no others, found once per process: 80 ms in a batch."""
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts_dir()]
    )


@cache
def _advances(face: str) -> Mapping[int, int]:
    table = json.loads((fonts_dir() / "advances.json").read_text(encoding="utf-8"))
    return {
        first + offset: advance for first, run in table[face] for offset, advance in enumerate(run)
    }


def width_pt(text: str, size_pt: float, face: str = "figure") -> float:
    """Width of a line of text in points; what the face lacks counts as its widest letters do."""
    return size_pt * _width(text, face) / 1000


@lru_cache(maxsize=4096)
def _width(text: str, face: str) -> int:
    # Figures ask for the same words again while they look for a place.
    advances = _advances(face)
    return sum([advances.get(ord(char), 900) for char in text])


def printable(text: str, face: str = "figure") -> str:
    """The text with every character that the face lacks replaced by U+FFFD."""
    advances = _advances(face)
    if all([ord(char) in advances for char in text]):  # noqa: C419 - short texts, twice as fast
        return text
    return "".join(char if ord(char) in advances else REPLACEMENT for char in text)


@cache
def _printed() -> frozenset[str]:
    """Every character that Noto Sans has, or Noto Sans Mono behind it."""
    return frozenset(chr(code) for face in ("text", "code") for code in _advances(face))


def covers(text: str) -> bool:
    """True where running text can be printed: by Noto Sans, or by Noto Sans Mono behind it."""
    return _printed().issuperset(text)


def printable_text(text: str) -> str:
    """Running text with every character replaced that neither shipped family has."""
    printed = _printed()
    if printed.issuperset(text):
        return text
    return "".join(char if char in printed else REPLACEMENT for char in text)


def fit(text: str, size_pt: float, room_pt: float, face: str = "figure") -> str:
    """The text, cut with an ellipsis where it is wider than ``room_pt``."""
    if width_pt(text, size_pt, face) <= room_pt:
        return text
    cut = text
    while cut and width_pt(cut + "…", size_pt, face) > room_pt:
        cut = cut[:-1]
    return cut.rstrip() + "…"
