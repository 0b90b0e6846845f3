"""The map of a portfolio: every project in the colour of its level, and the first hot spots.

This module's one job. Ground, projection, labels and scale are those of the report's maps; lines
are thinner the more projects there are. Each project leads to its row.
"""

from collections.abc import Mapping, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from camiscreen.i18n import Translator
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.portfolio.hotspots import HotSpot
from camiscreen.report import map_ground, map_labels
from camiscreen.report.inline import Level
from camiscreen.report.map_frame import Frame, Room, frame_around
from camiscreen.report.map_states import State, windows_of
from camiscreen.report.marks import figure_text, mark
from camiscreen.report.svg import Drawing, Element, Ink, el, group, path_data
from camiscreen.report.text import short
from camiscreen.report.tokens import LANDSCAPE_PT, LINE_PT, NO_FINDING, NOT_ASSESSED
from camiscreen.values import dataclass
from camiscreen.vocabulary import ReceptorKind

HEIGHT_PT = 440.0
LEAST_HEIGHT_PT = 240.0
LEFT_PT = 26.0
BOTTOM_PT = 15.0
LEGEND_PT = 16.0

REGION = shapely.box(40.0, 15.0, 135.0, 60.0)
"""What the layers can speak of; a project in Paris must not shrink the map to nothing."""

MOST_SPOTS = 8
MOST_RANGES = 3
"""Hot spots that are outlined, and how many of them may be ranges, which fill half the map."""

MOST_NUMBERED = 40
"""Up to so many projects the map names them by their rank."""

SIMPLIFY_PT = 0.25
PLACE_PT = 2.6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mapped:
    """A project on the map: its rank, the anchor of its row, what hovering says, and its shape."""

    rank: int
    anchor: str
    title: str
    level: Level
    shape: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PortfolioMap:
    """The drawing, how many projects lie off it, and how many hot spots may not be drawn."""

    drawing: Drawing
    off: int
    withheld: int


def draw(
    projects: Sequence[Mapped],
    spots: Sequence[HotSpot],
    layers: Sequence[tuple[Layer, Store]],
    tr: Translator,
    *,
    label: str,
    levels: Mapping[Level, str],
) -> PortfolioMap | None:
    """The map; None where no project lies in the region. ``levels`` are the words of the key."""
    shapes = {p.rank: _degrees(p) for p in projects}
    seen = [g for g in shapes.values() if shapely.intersects(g, REGION)]
    if not seen:
        return None
    room = Room(left=LEFT_PT, top=1, width=LANDSCAPE_PT - LEFT_PT - 1, height=HEIGHT_PT - BOTTOM_PT)
    ground = shapely.intersection(shapely.box(*shapely.total_bounds(seen)), REGION)
    frame = frame_around(_around(seen, ground), room, least_height=LEAST_HEIGHT_PT)
    states = _states(layers, tr)
    body: list[Element] = [
        map_ground.draw_land(frame, states),
        *map_ground.draw_graticule(frame, tr),
    ]
    outlined, withheld = _spots(spots, layers, frame)
    body += [outline for outline, _ in outlined.values()]
    strokes = {p.rank: _line(frame, shapes[p.rank]) for p in projects}
    body.append(_routes(projects, strokes, frame))
    board = map_labels.Board(frame.room)
    scale, scale_box = map_ground.draw_scale(frame, tr)
    board.take(scale_box)
    if len(projects) <= MOST_NUMBERED:
        body += _numbers(projects, strokes, frame, board)
    body += _spot_names(outlined, board)
    for state in states:
        visible = frame.clip(state.geometry)
        if not visible.is_empty:
            land = shapely.intersection(shapely.simplify(frame.page(visible), 2), frame.box)
            named = map_labels.place_state(short(state.name, 40), land, board)
            body += [named] if named is not None else []
    body += [scale, map_ground.draw_edge(frame)]
    bottom = frame.room.top + frame.room.height + BOTTOM_PT
    body += _legend(bottom + 11, levels)
    off = sum(not shapely.intersects(line, frame.box) for line in strokes.values())
    drawing = Drawing(width=LANDSCAPE_PT, height=bottom + LEGEND_PT, label=label, root=tuple(body))
    return PortfolioMap(drawing=drawing, off=off, withheld=withheld)


def _degrees(project: Mapped) -> BaseGeometry:
    lines = [shapely.LineString(run) for run in project.shape if len(run) > 1]
    places = [shapely.Point(run[0]) for run in project.shape if len(run) == 1]
    return shapely.GeometryCollection([*lines, *places])


def _around(seen: Sequence[BaseGeometry], ground: BaseGeometry) -> BaseGeometry:
    """The ground to be shown: all that is in the region; a single place gets some land around."""
    west, south, east, north = ground.bounds
    if east - west < 0.5 and north - south < 0.5:
        return shapely.box(west - 0.5, south - 0.5, east + 0.5, north + 0.5)
    inside = [shapely.intersection(shape, REGION) for shape in seen]
    return shapely.GeometryCollection([g for g in inside if not g.is_empty])


def _states(layers: Sequence[tuple[Layer, Store]], tr: Translator) -> list[State]:
    of_states = [
        (layer, store) for layer, store in layers if layer.spec.receptor_kind is ReceptorKind.STATE
    ]
    found = [
        (receptor, store.whole(owner))
        for _, store in of_states
        for owner, receptor in enumerate(store.receptors)
    ]
    windows = windows_of(
        [layer.spec.coverage.bbox for layer, _ in of_states], [ground for _, ground in found]
    )
    return [
        State(name=tr.text(receptor.name), crossed=True, geometry=ground, windows=windows)
        for receptor, ground in found
    ]


def _line(frame: Frame, shape: BaseGeometry) -> BaseGeometry:
    return shapely.simplify(frame.page(shape), SIMPLIFY_PT)


# ----------------------------------------------------------------------------------------------
# Projects
# ----------------------------------------------------------------------------------------------


def _routes(
    projects: Sequence[Mapped], strokes: Mapping[int, BaseGeometry], frame: Frame
) -> Element:
    """All projects, low levels first, so that the gravest lie on top."""
    scale = 0.8 if len(projects) <= 60 else 0.5 if len(projects) <= 600 else 0.3
    parts: list[Element] = []
    for level in sorted({p.level for p in projects}, key=lambda lv: LINE_PT[lv]):
        inside = [p for p in projects if p.level == level]
        width = max(LINE_PT[level] * scale, 0.6)
        whole = "".join(path_data(strokes[p.rank]) for p in inside)
        for colour, wider in (("paper", 2.4 * scale), ("ink", 1.2 * scale)):
            more = 0.0 if colour == "ink" and level == NO_FINDING else wider
            parts.append(_stroke(whole, Ink(colour), width + more))
        parts += [_project(p, strokes[p.rank], width, scale) for p in inside]
    room = frame.room
    clip = el(
        "clipPath",
        el("rect", x=room.left, y=room.top, width=room.width, height=room.height),
        id="pm-frame",
    )
    return group([clip, group(parts, clip_path="url(#pm-frame)")])


def _project(project: Mapped, stroke: BaseGeometry, width: float, scale: float) -> Element:
    d, level = path_data(stroke), project.level
    inner: list[Element | str] = [el("title", project.title)]
    if d and level == NOT_ASSESSED:
        inner.append(_stroke(d, Ink("paper"), width, dash="4 3"))
    elif d:
        inner.append(_stroke(d, Ink("ink2" if level == NO_FINDING else f"sig-{level}"), width))
    size = 2 * PLACE_PT * (0.6 + scale / 2)
    places = [part for part in shapely.get_parts(stroke) if part.geom_type == "Point"]
    inner += [mark(level, place.x, place.y, size) for place in places]
    # A thin line is hard to hit.
    inner += [_stroke(d, "transparent", 7.0)] if d else []
    return el("a", *inner, href=f"#{project.anchor}")


def _stroke(d: str, colour: Ink | str, width: float, dash: str | None = None) -> Element:
    line = el("path", d=d, fill="none", stroke=colour, stroke_width=width, stroke_linejoin="round")
    if dash:
        line.attributes["stroke-dasharray"] = dash
    return line


def _numbers(
    projects: Sequence[Mapped],
    strokes: Mapping[int, BaseGeometry],
    frame: Frame,
    board: map_labels.Board,
) -> list[Element]:
    """Ranks beside the lines, where they find room."""
    out = []
    for project in projects:
        inside = shapely.intersection(strokes[project.rank], frame.box)
        for x, y in _spots_along(inside):
            text = str(project.rank)
            half = 2.6 + 2.1 * len(text)
            found = next(
                (
                    (x + dx, y + dy)
                    for dx, dy in ((0, -8), (0, 8), (9, 0), (-9, 0), (8, -8), (-8, 8))
                    if board.free((x + dx - half, y + dy - 5, x + dx + half, y + dy + 5))
                ),
                None,
            )
            if found:
                fx, fy = found
                board.take((fx - half, fy - 5, fx + half, fy + 5))
                out.append(
                    figure_text(text, fx, fy + 2.7, 7.5, anchor="middle", weight=600, halo=True)
                )
                break
    return out


def _spots_along(shape: BaseGeometry) -> list[tuple[float, float]]:
    parts = [p for p in shapely.get_parts(shape) if not p.is_empty]
    if not parts:
        return []
    longest = max(parts, key=lambda p: p.length)
    if longest.length == 0:
        return [(longest.centroid.x, longest.centroid.y)]
    places = [shapely.line_interpolate_point(longest, s, normalized=True) for s in (0.5, 0.3, 0.7)]
    return [(place.x, place.y) for place in places]


# ----------------------------------------------------------------------------------------------
# Hot spots
# ----------------------------------------------------------------------------------------------


def _spots(
    spots: Sequence[HotSpot], layers: Sequence[tuple[Layer, Store]], frame: Frame
) -> tuple[dict[str, tuple[Element, BaseGeometry]], int]:
    """Outlines by name (H1), and how many may not be drawn."""
    by_name = {layer.spec.name: (layer, store) for layer, store in layers}
    out: dict[str, tuple[Element, BaseGeometry]] = {}
    withheld = ranges = 0
    for number, spot in enumerate(spots, start=1):
        is_range = spot.receptor_kind == ReceptorKind.SPECIES_RANGE
        if len(out) == MOST_SPOTS or (is_range and ranges == MOST_RANGES):
            continue
        ranges += is_range
        layer, store = by_name[spot.layer_id]
        if not layer.spec.redistributable:
            withheld += 1
            continue
        owners = [i for i, r in enumerate(store.receptors) if r.id == spot.receptor_id]
        if not owners:
            continue
        visible = frame.clip(store.whole(owners[0]), 0.05)
        if visible.is_empty:
            continue
        page = shapely.intersection(
            shapely.make_valid(shapely.simplify(frame.page(visible), 0.4)), frame.box
        )
        # Of a clipped shape the frame is no edge.
        edge = shapely.difference(shapely.boundary(page), frame.box.exterior.buffer(0.3))
        opacity = 0.04 if is_range else 0.16
        fill = el(
            "path",
            d=path_data(page),
            fill=Ink("accent"),
            fill_opacity=opacity,
            fill_rule="evenodd",
        )
        line = _stroke(path_data(edge), Ink("accent"), 0.9, dash="3 2")
        out[f"H{number}"] = (group([fill, line]), page)
    return out, withheld


def _spot_names(
    outlined: Mapping[str, tuple[Element, BaseGeometry]], board: map_labels.Board
) -> list[Element]:
    out = []
    for name, (_, page) in outlined.items():
        areas = [p for p in shapely.get_parts(page) if p.geom_type == "Polygon"]
        if not areas:
            continue
        area = max(areas, key=lambda p: p.area)
        inside = shapely.point_on_surface(area)
        # A slanting corridor has no room for its name, but a place to hang it on.
        x, y = map_labels.free_spot(area, 16, 11, board) or (inside.x, inside.y)
        board.take((x - 8, y - 5, x + 8, y + 5))
        out.append(
            figure_text(name, x, y + 2.7, 8, anchor="middle", weight=600, fill="accent", halo=True)
        )
    return out


def _legend(y: float, levels: Mapping[Level, str]) -> list[Element]:
    parts: list[Element] = []
    x = LEFT_PT
    for level, word in levels.items():
        parts += [mark(level, x + 5, y - 2.6, 8), figure_text(word, x + 13, y, 7.5)]
        x += 30 + 4.4 * len(word)
    return parts
