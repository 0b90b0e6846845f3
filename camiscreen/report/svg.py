"""Small SVG writer: a tree of elements, escaped and with fixed decimals.

This module's one job. Colours are names of ``tokens`` until the drawing is written: as custom
properties for a page that changes with dark mode, as literals for print. Same tree, same bytes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from functools import cache, lru_cache
from typing import TypeAlias

import numpy as np
from shapely import get_coordinates, get_parts, get_rings
from shapely.geometry.base import BaseGeometry

from camiscreen.report.text import clean
from camiscreen.report.tokens import LIGHT
from camiscreen.values import dataclass

DECIMALS = 2
FILE_EDGE_PT = 8.0
"""Paper around a figure that stands alone."""

XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, slots=True)
class Ink:
    """A colour by its name in ``tokens``."""

    name: str


@dataclass(frozen=True, slots=True)
class PerMedium:
    """What differs between screen and print; an attribute that is None there is left out."""

    screen: str | float | None
    paper: str | float | None


@dataclass(frozen=True, slots=True)
class Moving:
    """What only a page has that can move the drawing, and what stands for it elsewhere."""

    moved: str | float
    still: str | float | None = None


Attribute: TypeAlias = str | int | float | Ink | PerMedium | Moving
Child: TypeAlias = "Element | str | PerMedium"


@dataclass(slots=True)
class Element:
    """One element; ``children`` may be text, which is escaped when written.

    What is ``on_screen_only`` is left out of print with all that it holds. What several drawings
    of a page have in common is ``shared`` by an id: written once on screen, then used by it.
    """

    tag: str | Moving
    attributes: dict[str, Attribute]
    children: list[Child] = field(default_factory=list)
    on_screen_only: bool = False
    shared: str = ""

    def add(self, *children: Child) -> None:
        """Append children in drawing order."""
        self.children.extend(children)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnLayer:
    """A part of a drawing that a reader on screen may hide, known by its ``data-layer``.

    ``pattern`` is the id of the pattern that fills its key, ``colour`` the token of its edge and
    ``dash`` how that is broken; what is not ``shown`` at first is there for those who ask.
    """

    key: str
    label: str
    pattern: str = ""
    colour: str = "ink2"
    dash: str = ""
    shown: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A finished figure: size in points (y down), its parts and what it says in one sentence.

    A drawing with ``layers`` is one that a screen can move: it holds a ``data-frame``.
    """

    width: float
    height: float
    label: str
    root: tuple[Element, ...]
    layers: tuple[DrawnLayer, ...] = ()

    def for_screen(self, written: set[str] | None = None) -> str:
        """SVG with custom properties, to stand inside an HTML page.

        ``written`` holds the ids of what the page has of shared parts, and receives the new ones.
        """
        return self._write(_Medium(SCREEN, on_screen=True, written=written))

    def for_print(self, colours: Mapping[str, str] = LIGHT) -> str:
        """SVG with literal colours: those of the light mode, or of a house style."""
        return self._write(_Medium(colours, on_screen=False))

    def for_file(self) -> str:
        """SVG that stands alone: literal colours, on paper, every line set to its width."""
        edge = FILE_EDGE_PT
        w, h = self.width + 2 * edge, self.height + 2 * edge
        paper = el("rect", width=w, height=h, fill=Ink("paper"))
        moved = group(self.root, transform=f"translate({number(edge)} {number(edge)})")
        alone = replace(self, width=w, height=h, root=(paper, moved), layers=())
        medium = _Medium(LIGHT, on_screen=True, moves=False)
        return XML_HEAD + alone._write(medium) + "\n"

    def _write(self, medium: "_Medium") -> str:
        w, h = number(self.width), number(self.height)
        # Within an image nothing can be reached; a drawing that moves holds links.
        role = "group" if self.layers and medium.on_screen else "img"
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}"'
            f' height="{h}" role="{role}" aria-label={_quoted(clean(self.label))}>'
        )
        parts = [head]
        for element in self.root:
            medium.write(element, parts)
        parts.append("</svg>")
        return "".join(parts)


SCREEN: Mapping[str, str] = {name: f"var(--{name},{value})" for name, value in LIGHT.items()}
"""Colours by custom property, with the light one where a page does not set it."""


class _Medium:
    """Writes elements for the screen or for print."""

    def __init__(
        self,
        colours: Mapping[str, str],
        *,
        on_screen: bool,
        moves: bool | None = None,
        written: set[str] | None = None,
    ) -> None:
        self.colours = colours
        self.on_screen = on_screen
        # A file is set as a screen sets it, but nothing in it can be asked for and shown.
        self.moves = on_screen if moves is None else moves
        self.written = set() if written is None else written

    def write(self, element: Element, out: list[str]) -> None:
        """Append the element and its children to the pieces of the file."""
        if element.on_screen_only and not self.moves:
            return
        tag = self._value(element.tag)
        out.append(f"<{tag}")
        if element.shared and self.moves:
            if element.shared in self.written:
                out[-1] = f'<use href="#{element.shared}"/>'
                return
            self.written.add(element.shared)
            out.append(f' id="{element.shared}"')
        for name, value in element.attributes.items():
            # The commonest first: drawings hold ten thousands of attributes.
            if type(value) is float:
                out.append(f' {name}="{number(value)}"')
                continue
            text = value if isinstance(value, str) else self._value(value)
            if text is not None:
                quoted = _quoted_word(text) if len(text) < _WORD else _quoted(text)
                out.append(f" {name}={quoted}")
        if not element.children:
            out.append("/>")
            return
        out.append(">")
        for child in element.children:
            if isinstance(child, Element):
                self.write(child, out)
            else:
                out.append(_escaped(self._value(child) or ""))
        out.append(f"</{tag}>")

    def _value(self, value: Attribute) -> str | None:
        if isinstance(value, str):
            return value
        if isinstance(value, Ink):
            return self.colours[value.name]
        if isinstance(value, PerMedium):
            chosen = value.screen if self.on_screen else value.paper
            return None if chosen is None else self._value(chosen)
        if isinstance(value, Moving):
            chosen = value.moved if self.moves else value.still
            return None if chosen is None else self._value(chosen)
        return number(value)


@lru_cache(maxsize=8192)
def number(value: float) -> str:
    """A number with at most two decimals and no trailing noise."""
    text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def el(tag: str | Moving, *children: Child, **attributes: Attribute) -> Element:
    """An element; ``stroke_width`` becomes ``stroke-width``, ``class_`` becomes ``class``."""
    names = {_attribute(name): value for name, value in attributes.items()}
    return Element(tag, names, list(children))


@cache
def _attribute(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def group(children: Iterable[Child], **attributes: Attribute) -> Element:
    """A ``g`` with children and attributes."""
    return el("g", *children, **attributes)


def path_data(geometry: BaseGeometry, *, decimals: int = 1) -> str:
    """The ``d`` of a path for lines and polygons in drawing units; points give nothing."""
    pieces: list[str] = []
    for part in get_parts(geometry):
        if part.is_empty:
            continue
        if part.geom_type == "Polygon":
            pieces.extend(_run(get_coordinates(r)[:-1], decimals) + "Z" for r in get_rings(part))
        elif part.geom_type in {"LineString", "LinearRing"}:
            pieces.append(_run(get_coordinates(part), decimals))
        elif part.geom_type.startswith(("Multi", "Geometry")):
            pieces.append(path_data(part, decimals=decimals))
    return "".join(pieces)


def _run(xy: np.ndarray, decimals: int) -> str:
    rounded = np.round(xy, decimals) + 0.0
    keep = np.ones(len(rounded), dtype=bool)
    keep[1:] = (rounded[1:] != rounded[:-1]).any(axis=1)
    # One pattern for all points: a third of the time of formatting each.
    kept = rounded[keep]
    return ("M" + "L".join(["%g %g"] * len(kept))) % tuple(kept.ravel().tolist())


def _quoted(text: str) -> str:
    """An attribute's value with its quotes."""
    escaped = _escaped(text).replace('"', "&quot;").replace("'", "&#x27;")
    return f'"{escaped}"'


_WORD = 64
"""Shorter values are words that are said again and again, longer ones paths."""

_quoted_word = lru_cache(maxsize=4096)(_quoted)


def _escaped(text: str) -> str:
    # html.escape brings the table of all entities with it, and saxutils all of urllib.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
