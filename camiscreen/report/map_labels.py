"""Where labels go on a map: greedy, each in the first free place of its list.

This module's one job. Boxes are (left, top, right, bottom) in page points. The order of calls is
the order of importance: findings, chainage, species, states.
"""

import math
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from camiscreen.i18n import Translator
from camiscreen.model import Screening
from camiscreen.report.bars import tick_label, tick_step_m
from camiscreen.report.chainage import Floats
from camiscreen.report.fonts import fit, width_pt
from camiscreen.report.inline import Level
from camiscreen.report.map_frame import Frame, Room
from camiscreen.report.map_route import Route, direction
from camiscreen.report.map_screen import Link, at, followed, linked
from camiscreen.report.marks import figure_text, mark
from camiscreen.report.svg import Element, Ink, el, group
from camiscreen.values import dataclass

Box: TypeAlias = tuple[float, float, float, float]

TEXT_PT = 7.5
MARK_PT = 10.0
MOST_FINDINGS = 14
TITLE_PT = (170.0, 118.0, 0.0)
"""Room for the title of a finding beside its number, from the first choice to the last."""

_ROUTE_BOXES = 260

_SPOTS_AT_ONCE = 44
"""Most names find room near the middle of their area: the rest need not be tried."""


class Board:
    """What is taken already, and the rectangle within which labels must stay."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.labels: list[BaseGeometry] = []
        self._taken = np.empty((0, 4))

    def crosses_labels(self, lines: NDArray[np.object_]) -> NDArray[np.bool_]:
        """For each of (n,) lines whether it runs through a label that stands already."""
        labels = np.array(self.labels, dtype=object)
        result: NDArray[np.bool_] = shapely.intersects(lines[:, None], labels).any(axis=1)
        return result

    def free(self, box: Box) -> bool:
        """True where a box lies in the frame and touches nothing."""
        return bool(self.all_free(np.array([box]))[0])

    def all_free(self, boxes: Floats) -> NDArray[np.bool_]:
        """For each of (n, 4) boxes whether it lies in the frame and touches nothing."""
        room = self.room
        low = np.array([room.left + 2, room.top + 2])
        high = np.array([room.left + room.width - 2, room.top + room.height - 2])
        inside = np.all(boxes[:, :2] >= low, axis=1) & np.all(boxes[:, 2:] <= high, axis=1)
        result: NDArray[np.bool_] = inside.copy()
        left, top, right, bottom = boxes[inside].T[:, :, None]
        other_left, other_top, other_right, other_bottom = self._taken.T
        beside = (left >= other_right) | (right <= other_left)
        beside |= top >= other_bottom
        beside |= bottom <= other_top
        result[inside] = beside.all(axis=1)
        return result

    def take(self, *boxes: Box) -> None:
        """Mark boxes as taken."""
        if boxes:
            self._taken = np.vstack([self._taken, np.array(boxes)])

    def near(self, box: Box, distance: float) -> bool:
        """True where something is taken within ``distance`` of a box."""
        x0, y0, x1, y1 = box
        grown = np.array([x0 - distance, y0 - distance, x1 + distance, y1 + distance])
        taken = self._taken
        return bool(((grown[:2] < taken[:, 2:]) & (grown[2:] > taken[:, :2])).all(axis=1).any())


def route_boxes(route: Route, half: float = 4.0) -> list[Box]:
    """Small boxes along the project, each 1/260 of its length."""
    boxes: list[Box] = []
    total = max(route.spine.length, 1e-9)
    for part in shapely.get_parts(route.spine):
        if part.geom_type == "Polygon":
            boxes.append(part.bounds)
            continue
        count = max(2, int(_ROUTE_BOXES * part.length / total))
        shares = np.linspace(0, 1, count)
        points = (
            shapely.line_interpolate_point(part, shares, normalized=True)
            if part.geom_type == "LineString"
            else part
        )
        boxes += [
            (x - half, y - half, x + half, y + half)
            for x, y in shapely.get_coordinates(points).tolist()
        ]
    return boxes


# ----------------------------------------------------------------------------------------------
# Findings
# ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLabel:
    """A label of findings in one place: mark, numbers, title, and chainages it may hang on."""

    number: str
    title: str
    level: Level
    places_m: tuple[float, ...]
    links: tuple[Link, ...] = ()


def place_findings(
    labels: list[FindingLabel], route: Route, frame: Frame, board: Board
) -> list[Element]:
    """Leaders, marks and texts; without a free place a label loses its title, then itself."""
    out: list[Element] = []
    for label in labels[:MOST_FINDINGS]:
        titles = [fit(label.title, TEXT_PT, room) if room else "" for room in TITLE_PT]
        for title in dict.fromkeys(titles):
            drawn = _place_finding(label, title, route, frame, board)
            if drawn is not None:
                out.append(drawn)
                break
    return out


_DISTANCES_PT = (24.0, 36.0, 52.0)
_TURNS = (0, 6, 1, -1, 5, 7, 2, -2, 4, 8, 3, 9)
"""Where around its place on the line a label may stand, in steps of 30 degrees from across it."""


def _place_finding(
    label: FindingLabel, title: str, route: Route, frame: Frame, board: Board
) -> Element | None:
    text_w = width_pt(label.number, TEXT_PT, "figure-600")
    text_w += 4 + width_pt(title, TEXT_PT) if title else 0
    reach = MARK_PT / 2 + 1
    # From its middle: left, top, right and bottom with the text right of the mark, then left of it.
    sides = np.array(
        [
            (-reach, -reach - 1, reach + 3 + text_w, reach + 1),
            (-reach - 3 - text_w, -reach - 1, reach, reach + 1),
        ]
    )
    for at_m in label.places_m:
        found = direction(route, frame, at_m, 3 * frame.m_per_pt)
        if found is None:
            continue
        origin, along = found
        angles = math.atan2(-along[0], along[1]) + np.array(_TURNS) * math.pi / 6
        around = np.column_stack([np.cos(angles), np.sin(angles)])
        centres = np.vstack([origin + distance * around for distance in _DISTANCES_PT])
        boxes = np.tile(centres, 2)[:, None] + sides
        free = board.all_free(boxes.reshape(-1, 4)).reshape(-1, 2)
        leaders = shapely.linestrings(np.stack(np.broadcast_arrays(origin, centres), axis=1))
        clear = np.asarray(free.any(axis=1))
        clear[clear] = ~_crosses_route(leaders[clear], route)
        clear[clear] = ~board.crosses_labels(leaders[clear])
        if clear.any():
            index = int(np.argmax(clear))
            side = 0 if free[index, 0] else 1
            box: Box = tuple(boxes[index, side].tolist())
            left = centres[index, 0] + reach + 3 if side == 0 else box[0]
            return _finding(label, title, leaders[index], box, left=float(left), board=board)
    return None


def _finding(
    label: FindingLabel,
    title: str,
    leader: shapely.LineString,
    box: Box,
    *,
    left: float,
    board: Board,
) -> Element:
    """A label at the end of its leader, taken on the board; its text begins at ``left``."""
    (x, y), (cx, cy) = leader.coords
    along = [leader.interpolate(share, normalized=True) for share in (0.35, 0.55, 0.75)]
    board.take(box, *((p.x - 2, p.y - 2, p.x + 2, p.y + 2) for p in along))
    board.labels.append(shapely.box(*box))
    texts = _numbers(label, left, cy + 2.7)
    if title:
        number_w = width_pt(label.number, TEXT_PT, "figure-600")
        texts.append(figure_text(title, left + number_w + 4, cy + 2.7, TEXT_PT, halo=True))
    line = {"x1": x, "y1": y, "x2": cx, "y2": cy}
    return group(
        [
            el("line", **line, stroke=Ink("paper"), stroke_width=2.4),
            el("line", **line, stroke=Ink("ink"), stroke_width=0.9),
            el("circle", cx=x, cy=y, r=1.6, fill=Ink("ink")),
            followed(mark(label.level, cx, cy, MARK_PT), label.links),
            *texts,
        ],
        data_at=at(x, y),
    )


def _numbers(label: FindingLabel, x: float, y: float) -> list[Element]:
    """The numbers of a label, each leading to its own card."""
    whole = figure_text(label.number, x, y, TEXT_PT, weight=600, halo=True)
    if not label.links:
        return [whole]
    # One halo below all of them, outside the links: it is no part of their names.
    out = [group(whole.children[:1])]
    for link in label.links:
        out.append(linked(figure_text(link.text, x, y, TEXT_PT, weight=600), link))
        x += width_pt(f"{link.text} ", TEXT_PT, "figure-600")
    return out


def _crosses_route(leaders: NDArray[np.object_], route: Route) -> NDArray[np.bool_]:
    """For each leader whether it touches the route again after it has left it."""
    shapely.prepare(route.spine)
    starts = shapely.get_coordinates(shapely.line_interpolate_point(leaders, 6))
    ends = shapely.get_coordinates(shapely.get_point(leaders, -1))
    away = shapely.linestrings(np.stack([starts, ends], axis=1))
    result: NDArray[np.bool_] = shapely.dwithin(route.spine, away, 2.5)
    return result


# ----------------------------------------------------------------------------------------------
# Chainage
# ----------------------------------------------------------------------------------------------


def place_chainage(
    screening: Screening, route: Route, frame: Frame, board: Board, tr: Translator
) -> list[Element]:
    """Ticks across the route at round chainages, with their kilometres beside."""
    chains = screening.project.alignment
    if not chains:
        return []
    start_m, end_m = chains[0].from_m, max(chain.to_m for chain in chains)
    step = tick_step_m(end_m - start_m)
    inner = [i * step for i in range(1, int(end_m // step) + 1) if end_m - i * step > 0.35 * step]
    out: list[Element] = []
    for at_m in (start_m, end_m, *(m for m in inner if m > start_m)):
        found = direction(route, frame, at_m, 4 * frame.m_per_pt)
        if found is None:
            continue
        (x, y), (dx, dy) = found
        nx, ny = -dy, dx
        tick = {"x1": x - 5.5 * nx, "y1": y - 5.5 * ny, "x2": x + 5.5 * nx, "y2": y + 5.5 * ny}
        shown = group(
            [
                el("line", **_floats(tick), stroke=Ink("paper"), stroke_width=2.2),
                el("line", **_floats(tick), stroke=Ink("ink"), stroke_width=1.0),
            ],
            data_at=at(float(x), float(y)),
        )
        out.append(shown)
        text = tick_label(tr, round(at_m / 1000) * 1000 if at_m == end_m > 10_000 else at_m)
        if at_m == start_m:
            text = f"{tr.t('unit.kp')} {text}"
        label = _beside(text, (float(x), float(y)), (float(nx), float(ny)), board)
        if label is not None:
            shown.add(label)
    return out


def _floats(values: dict[str, float]) -> dict[str, float]:
    return {name: float(value) for name, value in values.items()}


def _beside(
    text: str, at: tuple[float, float], normal: tuple[float, float], board: Board
) -> Element | None:
    w = width_pt(text, 7, "figure-600")
    for distance in (11.0, 14.0, 18.0):
        for side in (1, -1):
            reach = distance + abs(normal[0]) * w / 2
            cx, cy = at[0] + side * normal[0] * reach, at[1] + side * normal[1] * reach
            box = (cx - w / 2 - 1, cy - 4, cx + w / 2 + 1, cy + 4)
            if board.free(box):
                board.take(box)
                return figure_text(text, cx, cy + 2.5, 7, anchor="middle", weight=600, halo=True)
    return None


# ----------------------------------------------------------------------------------------------
# Names on the ground
# ----------------------------------------------------------------------------------------------


def place_species(
    name: str, slot: str, shape: BaseGeometry, others: BaseGeometry, board: Board
) -> Element | None:
    """A species' name in a box of its colour, where its range stands alone if it can."""
    w, h = width_pt(name, TEXT_PT, "figure-600") + 8, 11.5
    frame = shapely.box(
        board.room.left,
        board.room.top,
        board.room.left + board.room.width,
        board.room.top + board.room.height,
    )
    seen = shapely.intersection(shape, frame)
    for area in (shapely.difference(shapely.buffer(seen, -12), others), seen):
        spot = free_spot(area, w, h, board)
        if spot is not None:
            x, y = spot
            board.take((x - w / 2, y - h / 2, x + w / 2, y + h / 2))
            colour = Ink(f"sp-{slot}")
            return group(
                [
                    el(
                        "rect",
                        x=x - w / 2,
                        y=y - h / 2,
                        width=w,
                        height=h,
                        fill=Ink("paper"),
                        stroke=colour,
                        stroke_width=0.8,
                    ),
                    figure_text(
                        name, x, y + 2.7, TEXT_PT, anchor="middle", weight=600, fill=f"sp-{slot}"
                    ),
                ],
                data_at=at(x, y),
            )
    return None


SMALL_PT = 6.5


def place_state(
    name: str, land: BaseGeometry, board: Board, *, over_pt: float = 0.0
) -> Element | None:
    """A state's name in spaced capitals, or nothing where it finds no room.

    With ``over_pt`` a name that fits nowhere is set small, and may reach so far over the border.
    """
    text, size, spacing = name.upper(), TEXT_PT, 1.6
    w = width_pt(text, size) + spacing * len(text)
    spot = free_spot(land, w + 6, 11, board)
    if spot is None and over_pt:
        size, spacing = SMALL_PT, 0.3
        w = width_pt(text, size) + spacing * len(text)
        # A name needs no finer outline than itself, and what is hardly seen needs no name.
        simple = shapely.simplify(land, 2.0, preserve_topology=False)
        rough = shapely.buffer(simple, over_pt, quad_segs=1)
        spot = free_spot(rough, w + 2, 8, board) if land.area > w * over_pt else None
    if spot is None:
        return None
    x, y = spot
    board.take((x - w / 2 - 2, y - 5, x + w / 2 + 2, y + 5))
    shown = figure_text(
        text, x, y + 2.7, size, anchor="middle", fill="ink2", halo=True, spacing=spacing
    )
    shown.attributes["data-at"] = at(x, y)
    return shown


def free_spot(area: BaseGeometry, w: float, h: float, board: Board) -> tuple[float, float] | None:
    """The free place for a box of w x h nearest to the middle of an area."""
    if area.is_empty:
        return None
    x0, y0, x1, y1 = area.bounds
    if x1 - x0 < w or y1 - y0 < h:
        return None
    xs, ys = np.meshgrid(np.linspace(x0 + w / 2, x1 - w / 2, 22), np.linspace(y0, y1, 16))
    points = np.column_stack([xs.ravel(), ys.ravel()])
    shapely.prepare(area)
    middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    order = np.argsort(np.hypot(*(points - middle).T), kind="stable")
    points = points[order]
    half = np.array([w / 2, h / 2])
    # A box of which the middle or a corner lies outside cannot lie inside; points cost little.
    points = points[shapely.contains_xy(area, points)]
    corners = points[:, None] + half * [(-1, -1), (-1, 1), (1, -1), (1, 1)]
    points = points[shapely.contains_xy(area, corners[..., 0], corners[..., 1]).all(axis=1)]
    for start in range(0, len(points), _SPOTS_AT_ONCE):
        some = points[start : start + _SPOTS_AT_ONCE]
        boxes = np.hstack([some - half, some + half])
        free = board.all_free(boxes)
        inside = shapely.contains_properly(area, shapely.box(*boxes[free].T))
        fitting = some[free][inside]
        if len(fitting):
            return float(fitting[0, 0]), float(fitting[0, 1])
    return None
