"""What a reader on screen can move, hide and follow on a map.

This module's one job. Print gets plain groups of the same elements. The script of the HTML report
reads the attributes: ``data-frame`` (x, y, width, height of what moves), ``data-layer``,
``data-off`` (hidden at first), ``data-at`` (the point on the ground that a label belongs to),
``data-home`` (true only of the whole map) and ``data-findings``; a ``title`` becomes the tooltip.
"""

from collections.abc import Iterable, Sequence

from camiscreen.report.map_frame import Frame
from camiscreen.report.svg import Element, Moving, el, group, number
from camiscreen.report.text import clean
from camiscreen.values import dataclass

_LINK = Moving("a", "g")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where a part of the map leads to: an anchor, and what it says of it."""

    text: str
    anchor: str
    tip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A stretch as the map names it: its own anchor, its row, its finding numbers, its tooltip."""

    anchor: str
    row: str
    findings: tuple[str, ...]
    tip: str


def zoomable(frame: Frame, children: Iterable[Element], prefix: str) -> list[Element]:
    """What moves, cut at the frame."""
    room = frame.room
    box = {"x": room.left, "y": room.top, "width": room.width, "height": room.height}
    clip = el("defs", el("clipPath", el("rect", **box), id=f"{prefix}-clip"))
    clip.on_screen_only = True
    window = group(
        [group(children)],
        clip_path=_screen(f"url(#{prefix}-clip)"),
        data_frame=_screen(" ".join(number(value) for value in box.values())),
    )
    return [clip, window]


def layer(key: str, children: Iterable[Element], *, tip: str = "", shown: bool = True) -> Element:
    """A part that can be hidden. What is not shown at first stands on screen alone."""
    made = group(children, data_layer=_screen(key), aria_hidden=_screen("true"))
    if tip:
        made.children.insert(0, _title(tip))
    if not shown:
        made.attributes["data-off"] = _screen("")
        made.on_screen_only = True
    return made


def reachable(key: str, children: Iterable[Element]) -> Element:
    """A part that can be hidden, with links that a keyboard and a screen reader reach."""
    return group(children, data_layer=_screen(key))


def home(children: Iterable[Element]) -> Element:
    """What is true only of the whole map: scale, inset, degrees along the edges."""
    return group(children, data_home=_screen(""), aria_hidden=_screen("true"))


def at(x: float, y: float) -> Moving:
    """The point on the ground that a label belongs to: the value of its ``data-at``."""
    return _screen(f"{number(x)} {number(y)}")


def followed(child: Element, links: Sequence[Link]) -> Element:
    """An element that leads to the first of some places, for a pointer only."""
    if not links:
        return child
    tips = _title("; ".join(link.tip for link in links))
    target = _screen(f"#{links[0].anchor}")
    return el(_LINK, tips, child, href=target, tabindex=_screen("-1"), aria_hidden=_screen("true"))


def linked(child: Element, link: Link) -> Element:
    """An element that leads to a place, for a keyboard and a screen reader too."""
    return el(_LINK, _title(link.tip), child, href=_screen(f"#{link.anchor}"))


def place(stroke: Element, place: Place) -> Element:
    """The widest stroke of a stretch: it answers the pointer and leads to the stretch's row."""
    stroke.attributes["id"] = _screen(place.anchor)
    stroke.attributes["data-findings"] = _screen(" ".join(place.findings))
    # Left out of the tab order: the table lists the same stretches.
    row, order = _screen(f"#{place.row}"), _screen("-1")
    return el(_LINK, _title(place.tip), stroke, href=row, tabindex=order)


def nowhere(place: Place) -> Element:
    """A stretch of which nothing is drawn, a wide gap alone: links to it must lead somewhere."""
    made = group([], id=place.anchor)
    made.on_screen_only = True
    return made


def untouched(stroke: Element) -> Element:
    """A stroke that lets the pointer through to what lies below it."""
    stroke.attributes["pointer-events"] = _screen("none")
    return stroke


def _screen(value: str) -> Moving:
    return Moving(value)


def _title(text: str) -> Element:
    title = el("title", clean(text))
    title.on_screen_only = True
    return title
