"""Links of a document that is a part of another: those that lead nowhere become plain text.

This module's one job. The full report holds every place that it links to, which a test requires;
a summary of two pages leaves most of them out.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from camiscreen.report.blocks import CardMeasure, Run
from camiscreen.report.svg import Drawing

T = TypeVar("T")


def without_dead_links(document: T) -> T:
    """The same document, its links within limited to places that it has."""
    made: T = _kept(document, frozenset(_anchors(document)))
    return made


def _anchors(value: Any) -> Iterator[str]:
    if isinstance(value, tuple):
        for item in value:
            yield from _anchors(item)
    elif is_dataclass(value) and not isinstance(value, Drawing):
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
    if is_dataclass(value) and not isinstance(value, Drawing | type):
        return replace(
            value, **{f.name: _kept(getattr(value, f.name), anchors) for f in fields(value)}
        )
    return value
