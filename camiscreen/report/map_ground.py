"""The ground of a map: states with their borders, graticule, scale bar, north arrow, inset.

This module's one job. All of it is drawn below the ranges and the route, or beside them.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from camiscreen.i18n import NBSP, Translator
from camiscreen.report.map_frame import Frame, Room
from camiscreen.report.map_states import State
from camiscreen.report.marks import figure_text
from camiscreen.report.projection import Albers, Floats
from camiscreen.report.svg import Element, Ink, el, group, path_data

GRATICULE_DEG = (0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20)
MOST_MERIDIANS = 10
BENDS = 10
"""Straight pieces of a line of the graticule from one crossing to the next: no bend is seen."""
LABEL_ROOM_PT = 8.0
"""Names nearer than this to the corner of a drawing would be cut by its edge."""
INSET_SIMPLIFY_DEG = 0.12
INSET_LEAST_DEG = 40.0
"""Less ground than this around the project places it nowhere a reader would know."""


def draw_land(frame: Frame, shown: Sequence[State]) -> Element:
    """Land and borders; the edges of what was loaded are no borders."""
    parts: list[Element] = [_frame_rect(frame, fill=Ink("beyond"))]
    borders: list[BaseGeometry] = []
    for state in shown:
        visible = frame.clip(state.geometry, 0.02)
        if visible.is_empty:
            continue
        land = frame.cut(_tidy(frame.page(visible)))
        parts.append(_shape(land, Ink("land" if state.crossed else "land2")))
        # Cut to the frame first: most of a border lies far from any one map.
        borders.append(frame.clip(state.border, 0.02))
    for border in borders:
        line = frame.cut(_tidy(frame.page(border)))
        if not line.is_empty:
            parts.append(
                el(
                    "path",
                    d=path_data(line),
                    fill="none",
                    stroke=Ink("border"),
                    stroke_width=0.7,
                    stroke_linejoin="round",
                )
            )
    return group(parts)


def land_shape(frame: Frame, shown: Sequence[State]) -> BaseGeometry:
    """All land of a map in page points, for panels that show it small."""
    pieces = [frame.clip(state.geometry) for state in shown]
    seen = [frame.page(piece) for piece in pieces if not piece.is_empty]
    simple = shapely.simplify(seen, 1.0, preserve_topology=False)
    parts = shapely.get_parts(shapely.make_valid(shapely.get_parts(simple)))
    return shapely.GeometryCollection([part for part in parts if part.geom_type == "Polygon"])


def _tidy(geometry: BaseGeometry) -> BaseGeometry:
    simple = shapely.simplify(geometry, 0.15, preserve_topology=False)
    return simple if simple.is_valid else shapely.make_valid(simple)


def _shape(geometry: BaseGeometry, fill: Ink) -> Element:
    return el("path", d=path_data(geometry), fill=fill, fill_rule="evenodd")


def _frame_rect(frame: Frame, **attributes: Ink | str | float) -> Element:
    room = frame.room
    return el("rect", x=room.left, y=room.top, width=room.width, height=room.height, **attributes)


def draw_edge(frame: Frame) -> Element:
    """The line around the map."""
    return _frame_rect(frame, fill="none", stroke=Ink("ink"), stroke_width=0.8)


# ----------------------------------------------------------------------------------------------
# Graticule
# ----------------------------------------------------------------------------------------------


def draw_graticule(frame: Frame, tr: Translator, *, labels: bool = True) -> list[Element]:
    """Meridians and parallels, named outside the left and the lower edge."""
    west, south, east, north = frame.lonlat_bounds()
    step = next((s for s in GRATICULE_DEG if (east - west) / s <= MOST_MERIDIANS), 20)
    step_lat = next((s for s in GRATICULE_DEG if (north - south) / s <= 5), 20)
    room = frame.room
    lons, lats = _steps(west, east, step), _steps(south, north, step_lat)
    across = np.linspace(west - 1, east + 1, 60)
    lines = _graticule_lines(
        frame,
        min(step, step_lat) / BENDS,
        [
            *(np.array([(lon, south - 1), (lon, north + 1)]) for lon in lons),
            *(np.column_stack([across, np.full_like(across, lat)]) for lat in lats),
        ],
    )
    names: list[Element] = []
    bottom, left = room.top + room.height, room.left
    for lon, line in zip(lons, lines, strict=False):
        x = _crossing(line, bottom, axis=1)
        if labels and x is not None and x < left + room.width - LABEL_ROOM_PT:
            names.append(_tick(x, bottom, x, bottom + 3))
            text = _degrees(lon, tr, "E", "W")
            names.append(figure_text(text, x, bottom + 10, 6.5, anchor="middle", fill="ink2"))
    for lat, line in zip(lats, lines[len(lons) :], strict=True):
        y = _crossing(line, left, axis=0)
        if labels and y is not None and y > room.top + LABEL_ROOM_PT:
            names.append(_tick(left - 3, y, left, y))
            text = _degrees(lat, tr, "N", "S")
            names.append(figure_text(text, left - 5, y + 2.3, 6.5, anchor="end", fill="ink2"))
    return [group([_thin(line) for line in lines]), *names]


def _steps(low: float, high: float, step: float) -> list[float]:
    first = int(np.ceil(low / step))
    last = int(np.floor(high / step))
    return [round(i * step, 6) for i in range(first, last + 1)]


def _graticule_lines(
    frame: Frame, edge_deg: float, lines: Sequence[Floats]
) -> Sequence[BaseGeometry]:
    """All lines in page points together, each (n, 2) degrees: one by one costs several times."""
    bent = shapely.segmentize([shapely.LineString(xy) for xy in lines], edge_deg)
    seen = frame.cut(shapely.transform(bent, frame.page_xy))
    result: Sequence[BaseGeometry] = shapely.simplify(seen, 0.1, preserve_topology=False).tolist()
    return result


def _thin(line: BaseGeometry) -> Element:
    return el("path", d=path_data(line), fill="none", stroke=Ink("grat"), stroke_width=0.35)


def _tick(x1: float, y1: float, x2: float, y2: float) -> Element:
    return el("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=Ink("ink"), stroke_width=0.5)


def _crossing(line: BaseGeometry, edge: float, axis: int) -> float | None:
    """Where a clipped line ends on an edge: the other coordinate, or None."""
    xy = shapely.get_coordinates(line)
    on_edge = np.abs(xy[:, axis] - edge) < 0.05
    return float(xy[on_edge][0, 1 - axis]) if on_edge.any() else None


def _degrees(value: float, tr: Translator, positive: str, negative: str) -> str:
    wrapped = (value + 180) % 360 - 180 if positive == "E" else value
    side = tr.t(f"side.{positive if wrapped >= 0 else negative}")
    decimals = 0 if float(wrapped).is_integer() else 1 if float(wrapped * 10).is_integer() else 2
    return f"{tr.number(abs(wrapped), decimals)}°{side}"


# ----------------------------------------------------------------------------------------------
# Scale bar and north arrow
# ----------------------------------------------------------------------------------------------

SCALE_KM = (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
BAR_PANEL = (176.0, 30.0)
"""Width and height of the panel that holds the scale bar, in points."""


def draw_scale(frame: Frame, tr: Translator) -> tuple[Element, tuple[float, float, float, float]]:
    """Scale bar of three parts, 1 : 2 : 4, and an arrow to true north; and the box they take."""
    room = frame.room
    longest = min(room.width / 4, BAR_PANEL[0] - 52)
    km = max((k for k in SCALE_KM if k * 1000 / frame.m_per_pt <= longest), default=0.5)
    length = km * 1000 / frame.m_per_pt
    x, y = room.left + 4, room.top + room.height - BAR_PANEL[1] - 4
    panel_w = length + 52
    parts = [
        el(
            "rect",
            x=x,
            y=y,
            width=panel_w,
            height=BAR_PANEL[1],
            fill=Ink("paper"),
            fill_opacity=0.85,
        )
    ]
    bar_x, bar_y = x + 8, y + 18
    cuts = (0.0, 0.25, 0.5, 1.0)
    for index, (start, end) in enumerate(pairwise(cuts)):
        fill = Ink("paper" if index == 1 else "ink")
        parts.append(
            el(
                "rect",
                x=bar_x + start * length,
                y=bar_y,
                width=(end - start) * length,
                height=4,
                fill=fill,
                stroke=Ink("ink"),
                stroke_width=0.6,
            )
        )
    for cut in cuts:
        text = tr.number(cut * km, 0 if float(cut * km).is_integer() else 2 if km < 1 else 1)
        if cut == 1.0:
            text = f"{text}{NBSP}{tr.t('unit.km')}"
        parts.append(
            figure_text(text, bar_x + cut * length, bar_y - 4, 6.5, anchor="middle", fill="ink")
        )
    parts.append(_north(frame, x + panel_w - 12, y + 15, tr))
    return group(parts), (x, y, x + panel_w, y + BAR_PANEL[1])


def _north(frame: Frame, x: float, y: float, tr: Translator) -> Element:
    room = frame.room
    corner = np.array([[(x - room.left - room.width / 2), (room.top + room.height / 2 - y)]])
    here = frame.projection.inverse(corner * frame.m_per_pt + np.array(frame.centre_m))
    there = here + np.array([[0.0, 0.1]])
    dx, dy = (frame.page_xy(there) - frame.page_xy(here))[0]
    angle = float(np.degrees(np.arctan2(dx, -dy)))
    arrow = el(
        "path",
        d="M0 9L0 -8M-3.2 -3.6L0 -8L3.2 -3.6",
        fill="none",
        stroke=Ink("ink"),
        stroke_width=1.1,
    )
    letter = figure_text(tr.t("side.N"), x + 7, y + 9, 6.5, anchor="middle", weight=600)
    turned = group([arrow], transform=f"translate({x:.2f} {y:.2f}) rotate({angle:.2f})")
    return group([turned, letter])


# ----------------------------------------------------------------------------------------------
# Inset
# ----------------------------------------------------------------------------------------------

INSET = (104.0, 66.0)
"""Width and height of the inset, in points."""


def draw_inset(frame: Frame, shown: Sequence[State], corner: str) -> Element | None:
    """The region with the frame outlined, in a corner: ``ne``, ``nw`` or ``se``.

    None where the states loaded do not show the region.
    """
    if not shown:
        return None
    rough = shapely.simplify(
        [state.rough for state in shown], INSET_SIMPLIFY_DEG, preserve_topology=False
    )
    west, south, east, north = shapely.total_bounds(rough)
    fw, fs, fe, fn = frame.lonlat_bounds()
    if east - west < max(INSET_LEAST_DEG, 2 * (fe - fw)):
        return None
    region = Albers(
        float(west + east) / 2,
        float(south + north) / 2,
        float(south + (north - south) / 6),
        float(north - (north - south) / 6),
    )
    room = _inset_room(frame.room, corner)
    metres = shapely.transform(
        shapely.segmentize(shapely.box(west, south, east, north), 2), region.forward
    )
    x0, y0, x1, y1 = metres.bounds
    little = Frame(
        projection=region,
        m_per_pt=max((x1 - x0) / room.width, (y1 - y0) / room.height),
        centre_m=((x0 + x1) / 2, (y0 + y1) / 2),
        room=room,
    )
    parts = [_frame_rect(little, fill=Ink("beyond"))]
    on_page = shapely.make_valid(shapely.transform(rough, little.page_xy))
    for state, shape in zip(shown, little.cut(on_page), strict=True):
        if shape.is_empty:
            continue
        parts.append(
            el(
                "path",
                d=path_data(shape),
                fill=Ink("rule" if state.crossed else "land"),
                stroke=Ink("ink3"),
                stroke_width=0.3,
                fill_rule="evenodd",
            )
        )
    outline = shapely.transform(shapely.segmentize(shapely.box(fw, fs, fe, fn), 1), little.page_xy)
    parts.append(
        el(
            "path",
            d=path_data(outline),
            fill=Ink("accent"),
            fill_opacity=0.18,
            stroke=Ink("accent"),
            stroke_width=1.1,
        )
    )
    parts.append(draw_edge(little))
    return group(parts)


def _inset_room(room: Room, corner: str) -> Room:
    w, h = INSET
    left = room.left if corner.endswith("w") else room.left + room.width - w
    top = room.top if corner.startswith("n") else room.top + room.height - h
    return Room(left=left, top=top, width=w, height=h)


def inset_box(room: Room, corner: str) -> tuple[float, float, float, float]:
    """The box that the inset takes, in page points."""
    inner = _inset_room(room, corner)
    return inner.left, inner.top, inner.left + inner.width, inner.top + inner.height
