"""Links of a document that is a part of another: those that lead nowhere become plain text.

This module's one job. The full report holds every place that it links to, which a test requires;
a summary of two pages leaves most of them out.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from camiscreen.report.blocks import CardMeasure, Run
from camiscreen.report.svg import Drawing, Element, Moving, PerMedium

T = TypeVar("T")


def without_dead_links(document: T) -> T:
    """The same document, its links within limited to places that it has."""
    made: T = _kept(document, frozenset(_anchors(document)))
    return made


def _anchors(value: Any) -> Iterator[str]:
    if isinstance(value, tuple):
        for item in value:
            yield from _anchors(item)
    elif isinstance(value, Drawing):
        for element in value.root:
            yield from _ids(element)
    elif is_dataclass(value):
        for each in fields(value):
            held = getattr(value, each.name)
            if each.name == "anchor" and held and not isinstance(value, CardMeasure):
                yield held
            else:
                yield from _anchors(held)


def _kept(value: Any, anchors: frozenset[str]) -> Any:
    if isinstance(value, Run):
        dead = value.kind == "anchor" and value.target not in anchors
        return Run(kind="text", text=value.text) if dead else value
    if isinstance(value, tuple):
        return tuple(_kept(item, anchors) for item in value)
    if isinstance(value, Drawing):
        return replace(value, root=tuple(_unlinked(element, anchors) for element in value.root))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{f.name: _kept(getattr(value, f.name), anchors) for f in fields(value)}
        )
    return value


def _ids(element: Element) -> Iterator[str]:
    """The places within a drawing."""
    held = _on_screen(element.attributes.get("id"))
    if held:
        yield held
    for child in element.children:
        if isinstance(child, Element):
            yield from _ids(child)


def _unlinked(element: Element, anchors: frozenset[str]) -> Element:
    """A part of a drawing, its links within limited to places that the document has."""
    target = _on_screen(element.attributes.get("href"))
    tag, attributes = element.tag, element.attributes
    if isinstance(tag, Moving) and target.removeprefix("#") not in anchors:
        tag = "g"
        attributes = {k: v for k, v in attributes.items() if k not in {"href", "tabindex"}}
    return replace(
        element,
        tag=tag,
        attributes=attributes,
        children=[
            _unlinked(child, anchors) if isinstance(child, Element) else child
            for child in element.children
        ],
    )


def _on_screen(value: object) -> str:
    if isinstance(value, Moving):
        return str(value.moved)
    return str(value.screen or "") if isinstance(value, PerMedium) else str(value or "")
