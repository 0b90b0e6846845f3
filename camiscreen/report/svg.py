"""Small SVG writer: a tree of elements, escaped and with fixed decimals.

This module's one job. Colours are names of ``tokens`` until the drawing is written: as custom
properties for a page that changes with dark mode, as literals for print. Same tree, same bytes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import field
from html import escape
from typing import TypeAlias

import numpy as np
from shapely import get_coordinates, get_parts, get_rings
from shapely.geometry.base import BaseGeometry

from camiscreen.report.text import clean
from camiscreen.report.tokens import LIGHT
from camiscreen.values import dataclass

DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Ink:
    """A colour by its name in ``tokens``."""

    name: str


@dataclass(frozen=True, slots=True)
class PerMedium:
    """What differs between screen and print; an attribute that is None there is left out."""

    screen: str | float | None
    paper: str | float | None


Attribute: TypeAlias = str | int | float | Ink | PerMedium
Child: TypeAlias = "Element | str | PerMedium"


@dataclass(slots=True)
class Element:
    """One element; ``children`` may be text, which is escaped when written."""

    tag: str
    attributes: dict[str, Attribute]
    children: list[Child] = field(default_factory=list)

    def add(self, *children: Child) -> None:
        """Append children in drawing order."""
        self.children.extend(children)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A finished figure: size in points (y down), its parts and what it says in one sentence."""

    width: float
    height: float
    label: str
    root: tuple[Element, ...]

    def for_screen(self) -> str:
        """SVG with custom properties, to stand inside an HTML page."""
        colours = {name: f"var(--{name},{value})" for name, value in LIGHT.items()}
        return self._write(_Medium(colours, on_screen=True))

    def for_print(self, colours: Mapping[str, str] = LIGHT) -> str:
        """SVG with literal colours: those of the light mode, or of a house style."""
        return self._write(_Medium(colours, on_screen=False))

    def _write(self, medium: "_Medium") -> str:
        w, h = number(self.width), number(self.height)
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}"'
            f' height="{h}" role="img" aria-label={_quoted(clean(self.label))}>'
        )
        parts = [head]
        for element in self.root:
            medium.write(element, parts)
        parts.append("</svg>")
        return "".join(parts)


class _Medium:
    """Writes elements for the screen or for print."""

    def __init__(self, colours: Mapping[str, str], *, on_screen: bool) -> None:
        self.colours = colours
        self.on_screen = on_screen

    def write(self, element: Element, out: list[str]) -> None:
        """Append the element and its children to the pieces of the file."""
        out.append(f"<{element.tag}")
        for name, value in element.attributes.items():
            text = self._value(value)
            if text is not None:
                out.append(f" {name}={_quoted(text)}")
        if not element.children:
            out.append("/>")
            return
        out.append(">")
        for child in element.children:
            if isinstance(child, Element):
                self.write(child, out)
            else:
                out.append(escape(self._value(child) or "", quote=False))
        out.append(f"</{element.tag}>")

    def _value(self, value: Attribute) -> str | None:
        if isinstance(value, PerMedium):
            chosen = value.screen if self.on_screen else value.paper
            return None if chosen is None else self._value(chosen)
        if isinstance(value, Ink):
            return self.colours[value.name]
        return value if isinstance(value, str) else number(value)


def number(value: float) -> str:
    """A number with at most two decimals and no trailing noise."""
    text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def el(tag: str, *children: Child, **attributes: Attribute) -> Element:
    """An element; ``stroke_width`` becomes ``stroke-width``, ``class_`` becomes ``class``."""
    names = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    return Element(tag, names, list(children))


def group(children: Iterable[Child], **attributes: Attribute) -> Element:
    """A ``g`` with children and attributes."""
    return el("g", *children, **attributes)


def path_data(geometry: BaseGeometry, *, decimals: int = 1) -> str:
    """The ``d`` of a path for lines and polygons in drawing units; points give nothing."""
    pieces: list[str] = []
    for part in get_parts(geometry):
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
    points = (f"{x:g} {y:g}" for x, y in rounded[keep].tolist())
    return "M" + "L".join(points)


def _quoted(text: str) -> str:
    """An attribute's value with its quotes; saxutils would import all of urllib for this."""
    return f'"{escape(text)}"'
