"""A folder with the house style of whoever issues a report -> a ``House`` that renderers draw with.

This module's one job, and the place where a house style is refused: an unknown file or colour, a
contrast too low to read, a logo that could carry more than a picture. The colours of significance
are not for a house to change: in them a reader compares reports of different houses, and their
order of lightness holds in grey print and for colour-blind readers.
"""

import re
import struct
from collections.abc import Iterator, Mapping
from math import floor
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

from camiscreen import data_files
from camiscreen.data_files import DataFile, suggestion
from camiscreen.errors import DataFileError, StyleError
from camiscreen.paths import data_dir
from camiscreen.report.style import House, Logo
from camiscreen.report.tokens import DARK, LIGHT

SETTINGS = "house.toml"
DOCX_TEMPLATE = "template.docx"

CHANGEABLE = ("accent", "accent-tint", "ink", "ink2", "ink3", "surface", "surface2", "rule", "hair")
"""Colours that mean nothing by themselves."""

LEAST_CONTRAST = 4.5
"""Of text against what stands behind it: WCAG 2.2, 1.4.3 (AA)."""

TEXT_ON: tuple[tuple[str, str], ...] = (
    *((ink, "paper") for ink in ("ink", "ink2", "ink3", "accent")),
    *((ink, ground) for ink in ("ink", "ink2") for ground in ("surface", "surface2")),
    *((ink, "accent-tint") for ink in ("ink", "accent")),
    *(("ink", f"tint-{level}") for level in ("major", "moderate", "minor", "negligible", "na")),
)
"""Every pair of text and ground that a report draws."""

LOGO_BYTES = 500_000
LOGO_HEIGHT_PT = 40.0
LOGO_WIDTH_PT = 170.0

_IGNORED = ("Thumbs.db", "desktop.ini", "README.md", "README.txt", "LICENSE", "LICENSE.txt")
_HEX = re.compile(r"#[0-9A-Fa-f]{6}")
_SVG = "{http://www.w3.org/2000/svg}"
_REFUSED_TAGS = ("script", "foreignObject", "image", "text", "animate", "set", "a")


def read_house(folder: Path) -> House:
    """The house style of a folder.

    Raises DataFileError for a mistake in ``house.toml``, StyleError for any other.
    """
    if not folder.is_dir():
        raise StyleError(
            f"{folder}: is not a folder; --template wants one, see docs/house-style.md"
        )
    settings = _settings(folder)
    logo_file = settings.get("logo")
    _check_files(folder, str(logo_file) if logo_file else None)
    template = folder / DOCX_TEMPLATE
    return House(
        folder=folder,
        logo=_logo(folder, settings) if logo_file else None,
        light=_mapping(settings.get("light"), LIGHT),
        dark=_mapping(settings.get("dark"), DARK),
        docx_template=template if template.is_file() else None,
    )


def contrast(one: str, other: str) -> float:
    """Contrast of two colours ``#RRGGBB`` by WCAG 2.2, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# ----------------------------------------------------------------------------------------------
# house.toml
# ----------------------------------------------------------------------------------------------


def _settings(folder: Path) -> Mapping[str, object]:
    path = folder / SETTINGS
    if not path.is_file():
        return {}
    file = data_files.read_toml(path)
    assert isinstance(file.data, dict)
    problems = list(_problems(file, file.data))
    if problems:
        raise DataFileError(tuple(problems))
    return file.data


def _problems(file: DataFile, data: Mapping[str, object]) -> Iterator[str]:
    known = ("name", "logo", "light", "dark")
    for key, value in data.items():
        if key not in known:
            yield file.problem((key,), f"{key}: unknown field{suggestion(key, known)}")
        elif key in {"light", "dark"}:
            if isinstance(value, dict):
                yield from _colour_problems(file, key, value)
            else:
                yield file.problem((key,), f"{key}: is a table of colours: [{key}]")
        elif not isinstance(value, str) or not value.strip():
            yield file.problem((key,), f"{key}: is a text")
    if "logo" in data and "name" not in data:
        yield file.problem(
            ("logo",), "logo: needs a name beside it, which those hear who cannot see the logo"
        )


def _colour_problems(file: DataFile, mode: str, given: Mapping[str, object]) -> Iterator[str]:
    base = LIGHT if mode == "light" else DARK
    wrong = False
    for key, value in given.items():
        at = (mode, key)
        if key in base and key not in CHANGEABLE:
            wrong = True
            yield file.problem(
                at,
                f"{mode}.{key}: carries meaning and is the same in every report; a house may "
                f"change {', '.join(CHANGEABLE)}",
            )
        elif key not in CHANGEABLE:
            wrong = True
            yield file.problem(
                at, f"{mode}.{key}: no such colour{suggestion(key, CHANGEABLE)}; "
                f"a house may change {', '.join(CHANGEABLE)}"
            )  # fmt: skip
        elif not isinstance(value, str) or not _HEX.fullmatch(value):
            wrong = True
            yield file.problem(at, f"{mode}.{key}: {value!r} is not a colour as #RRGGBB")
    if wrong:
        return
    colours = _mapping(given, base)
    for text, ground in TEXT_ON:
        if text not in given and ground not in given:
            continue
        measured = contrast(colours[text], colours[ground])
        if measured < LEAST_CONTRAST:
            named = text if text in given else ground
            shown = f"{floor(measured * 100) / 100:.2f}"
            yield file.problem(
                (mode, named),
                f"{mode}.{named}: text in {text} {colours[text]} on {ground} {colours[ground]} has "
                f"a contrast of {shown}; it needs {LEAST_CONTRAST} to be read (WCAG 1.4.3)",
            )


def _mapping(given: object, base: Mapping[str, str]) -> Mapping[str, str]:
    if not isinstance(given, dict):
        return base
    return {**base, **{key: str(value).upper() for key, value in given.items()}}


# ----------------------------------------------------------------------------------------------
# Files
# ----------------------------------------------------------------------------------------------


def shipped_partials() -> tuple[str, ...]:
    """Every partial that a house may put its own in the place of: ``html/…`` and ``pdf/…``.

    The page of a portfolio is no report and keeps its look.
    """
    top = data_dir("report_templates")
    return tuple(
        sorted(
            path.relative_to(top).as_posix()
            for name in ("html", "pdf")
            for path in (top / name).rglob("*")
            if path.is_file() and not path.name.startswith("portfolio.")
        )
    )


def _check_files(folder: Path, logo: str | None) -> None:
    known = (SETTINGS, DOCX_TEMPLATE, *((logo,) if logo else ()), *shipped_partials())
    problems = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        hidden = any(part.startswith(".") for part in name.split("/"))
        if path.is_dir() or hidden or name in _IGNORED or name in known:
            continue
        problems.append(
            f"{path}: nothing is made of this file{suggestion(name, known)}; partials bear the "
            "name of the one whose place they take, and a logo is named in house.toml"
        )
    if problems:
        raise StyleError("\n".join(problems))


# ----------------------------------------------------------------------------------------------
# Logo
# ----------------------------------------------------------------------------------------------


def _logo(folder: Path, settings: Mapping[str, object]) -> Logo:
    name, alt = str(settings["logo"]), str(settings["name"])
    path = folder / name
    if path.resolve().parent != folder.resolve() or not path.is_file():
        raise StyleError(f"{path}: no such file; house.toml names it as the logo")
    data = path.read_bytes()
    if len(data) > LOGO_BYTES:
        raise StyleError(f"{path}: {len(data)} bytes; a logo of {LOGO_BYTES} bytes is large enough")
    kind: Literal["png", "svg"]
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        kind, (width, height) = "png", _png_size(path, data)
    elif path.suffix.lower() == ".svg":
        kind, (width, height) = "svg", _svg_size(path, data)
    else:
        raise StyleError(f"{path}: neither PNG nor SVG")
    scale = min(LOGO_HEIGHT_PT / height, LOGO_WIDTH_PT / width)
    return Logo(kind=kind, data=data, alt=alt, width=width * scale, height=height * scale)


def _png_size(path: Path, data: bytes) -> tuple[float, float]:
    try:
        width, height = struct.unpack(">II", data[16:24])
    except struct.error as error:
        raise StyleError(f"{path}: a PNG that ends within its head") from error
    if not width or not height:
        raise StyleError(f"{path}: a PNG without any size")
    return width, height


def _svg_size(path: Path, data: bytes) -> tuple[float, float]:
    """Width and height of a drawing that holds nothing but shapes."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise StyleError(f"{path}: has a document type; export it as plain SVG")
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        line, column = error.position
        raise StyleError(f"{path}:{line}:{column + 1}: not well-formed ({error})") from error
    for item in root.iter():
        tag = str(item.tag).removeprefix(_SVG)
        if tag in _REFUSED_TAGS:
            remedy = "turn letters into paths" if tag == "text" else "keep shapes alone"
            raise StyleError(f"{path}: <{tag}> has no place in a logo; {remedy}")
        if tag == "style" and re.search(r"@|url\(", item.text or ""):
            raise StyleError(f"{path}: its styles reach out of the file; keep shapes alone")
        for key, value in item.attrib.items():
            outside = key.endswith("href") and not value.startswith("#")
            if key.lower().startswith("on") or outside or re.search(r"url\((?!\s*['\"]?#)", value):
                raise StyleError(
                    f"{path}: <{tag}> reaches out of the file by {key}; keep shapes alone"
                )
    box = [float(number) for number in re.findall(r"-?[\d.]+", root.get("viewBox", ""))]
    if len(box) == 4 and box[2] > 0 and box[3] > 0:
        return box[2], box[3]
    sizes = [
        re.fullmatch(r"([\d.]+)(px|pt|mm|cm|in)?", root.get(k, "")) for k in ("width", "height")
    ]
    if all(sizes) and all(float(size[1]) > 0 for size in sizes if size):
        width, height = (float(size[1]) for size in sizes if size)
        return width, height
    raise StyleError(f"{path}: says neither viewBox nor width and height")
