"""The locator map: where in the region the project lies.

This module's one job. States and the project alone; everything else is the findings map's.
"""

from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from camiscreen.i18n import Translator
from camiscreen.model import Screening
from camiscreen.report import map_ground, map_labels, map_route
from camiscreen.report.map_frame import Frame, Room, ground
from camiscreen.report.map_route import Route
from camiscreen.report.map_states import State
from camiscreen.report.projection import Albers
from camiscreen.report.stretches import Stretch
from camiscreen.report.svg import Drawing, Element, Ink, el, group, path_data
from camiscreen.report.text import short
from camiscreen.report.tokens import PORTRAIT_PT

HEIGHT_PT = 250.0
BOTTOM_PT = 14.0
LEFT_PT = 24.0
SIMPLIFY_PT = 0.4
"""Below what print shows: the outline of a coast is the largest part of the drawing."""
LEAST_HEIGHT_PT = 170.0
OVER_PT = 12.0
"""How far a name may reach over the border of a small state; one without a name is no help."""
LEAST_PAD_DEG, PAD_SHARE = 4.0, 0.1
"""Ground around the states crossed: 4 degrees, or this share of their longer side."""


def draw_locator(
    screening: Screening,
    shown: Sequence[State],
    parts: Sequence[Stretch],
    tr: Translator,
    label: str,
) -> Drawing | None:
    """The region with the project in it; None without states or without any geometry."""
    if not shown or ground(screening.project).is_empty:
        return None
    frame = _frame(shown, screening)
    route = map_route.make_route(screening, parts, frame)
    seen = _on_page(frame, shown)
    board = map_labels.Board(frame.room)
    board.take(*map_labels.route_boxes(route, half=6))
    body: list[Element] = [
        _land(frame, seen),
        *map_ground.draw_graticule(frame, tr),
        _project(route),
    ]
    for state, area in sorted(seen, key=lambda item: (not item[0].crossed, item[0].name)):
        name = map_labels.place_state(short(state.name, 30), area, board, over_pt=OVER_PT)
        if name is not None:
            body.append(name)
    body.append(map_ground.draw_edge(frame))
    height = frame.room.top + frame.room.height + BOTTOM_PT
    return Drawing(width=PORTRAIT_PT, height=height, label=label, root=tuple(body))


def _frame(shown: Sequence[State], screening: Screening) -> Frame:
    """The states crossed with their neighbours, in Albers; all states where none is crossed."""
    crossed = [state.geometry for state in shown if state.crossed]
    west, south, east, north = shapely.total_bounds(
        [*(crossed or [state.geometry for state in shown]), ground(screening.project)]
    ).tolist()
    pad = max(LEAST_PAD_DEG, PAD_SHARE * max(east - west, north - south)) if crossed else 0.0
    south, north = max(south - pad, -75.0), min(north + pad, 80.0)
    west, east = west - pad, east + pad
    span = north - south
    region = Albers((west + east) / 2, (south + north) / 2, south + span / 6, north - span / 6)
    corners = shapely.segmentize(shapely.box(west, south, east, north), 2)
    x0, y0, x1, y1 = shapely.transform(corners, region.forward).bounds
    width = PORTRAIT_PT - LEFT_PT - 1
    height = min(HEIGHT_PT, max(LEAST_HEIGHT_PT, width * (y1 - y0) / (x1 - x0)))
    return Frame(
        projection=region,
        m_per_pt=max((x1 - x0) / width, (y1 - y0) / height),
        centre_m=((x0 + x1) / 2, (y0 + y1) / 2),
        room=Room(left=LEFT_PT, top=1, width=width, height=height),
    )


def _on_page(frame: Frame, shown: Sequence[State]) -> list[tuple[State, BaseGeometry]]:
    """States of which something is seen, with that ground in page points."""
    clipped = [(state, frame.clip(state.rough, 0.02)) for state in shown]
    near = [(state, ground) for state, ground in clipped if not ground.is_empty]
    moved = shapely.transform([ground for _, ground in near], frame.page_xy)
    areas = frame.cut(shapely.make_valid(moved))
    return [(state, area) for (state, _), area in zip(near, areas, strict=True) if area.area > 0]


def _land(frame: Frame, seen: Sequence[tuple[State, BaseGeometry]]) -> Element:
    """Fill, then borders: the edge of what a layer covers is none."""
    room = frame.room
    parts = [
        el(
            "rect", x=room.left, y=room.top, width=room.width, height=room.height,
            fill=Ink("beyond"),
        )
    ]  # fmt: skip
    for state, area in seen:
        fill = Ink("rule" if state.crossed else "land")
        simple = shapely.simplify(area, SIMPLIFY_PT, preserve_topology=False)
        parts.append(el("path", d=path_data(simple), fill=fill, fill_rule="evenodd"))
    borders = [frame.clip(state.rough_border, 0.02) for state, _ in seen]
    whole = frame.cut(shapely.transform(borders, frame.page_xy))
    parts += [
        el(
            "path", d=path_data(line), fill="none", stroke=Ink("ink3"), stroke_width=0.5,
            stroke_linejoin="round",
        )
        for line in shapely.simplify(whole, SIMPLIFY_PT, preserve_topology=False)
    ]  # fmt: skip
    return group(parts)


def _project(route: Route) -> Element:
    """The project over a box around it: a short line would not be found without."""
    x0, y0, x1, y1 = route.whole.bounds
    pad = 7.0
    line = path_data(route.spine)
    parts = [
        el(
            "rect", x=x0 - pad, y=y0 - pad, width=x1 - x0 + 2 * pad, height=y1 - y0 + 2 * pad,
            fill=Ink("accent"), fill_opacity=0.12, stroke=Ink("accent"), stroke_width=1.3,
        ),
        *(
            el("path", d=line, fill="none", stroke=Ink(c), stroke_width=w, stroke_linejoin="round")
            for c, w in (("paper", 4.0), ("ink", 2.0))
        ),
    ]  # fmt: skip
    for part in shapely.get_parts(route.whole):
        for x, y in shapely.get_coordinates(part).tolist() if part.geom_type == "Point" else ():
            parts.append(el("circle", cx=x, cy=y, r=2.2, fill=Ink("ink")))
    return group(parts)
