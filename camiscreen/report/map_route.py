"""The project on a map: the line in colours and widths of its levels, its zone, areas, points.

This module's one job. Three passes over all stretches together, so that no casing cuts another.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from camiscreen.model import Screening
from camiscreen.report.chainage import Floats, Ruler
from camiscreen.report.inline import Level
from camiscreen.report.map_frame import Frame, ground
from camiscreen.report.map_screen import Place, nowhere, place, untouched
from camiscreen.report.stretches import Stretch
from camiscreen.report.svg import Attribute, Element, Ink, el, group, path_data
from camiscreen.report.tokens import LINE_PT, NO_FINDING, NOT_ASSESSED
from camiscreen.values import dataclass

CASING_PT = 3.4
EDGE_PT = 1.3
SIMPLIFY_PT = 0.15
GAP_PT = 4.0
"""Gaps in the alignment are shown from this width on the page."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """The project on the page: its ruler, and in page points the line of each stretch.

    ``whole`` is everything as given; ``spine`` what labels keep away from: the alignment alone
    where there is one, since parallel tracks lie below it. ``stretches`` are the places of the
    lines among the stretches given.
    """

    ruler: Ruler
    lines: tuple[tuple[Level, BaseGeometry], ...]
    whole: BaseGeometry
    spine: BaseGeometry
    stretches: tuple[int, ...] = ()


def make_route(screening: Screening, parts: Sequence[Stretch], frame: Frame) -> Route:
    """Project the stretches; a project of areas and points has no lines here."""
    ruler = Ruler(screening.project.alignment)
    lines: list[tuple[Level, BaseGeometry]] = []
    stretches: list[int] = []
    for index, stretch in enumerate(parts):
        slices = ruler.slices((stretch.from_m, stretch.to_m), GAP_PT * frame.m_per_pt)
        drawn = [_line(frame.page_xy(xy)) for xy in slices]
        if drawn:
            lines.append((stretch.level, shapely.MultiLineString(drawn)))
            stretches.append(index)
    strokes = [part for _, line in lines for part in shapely.get_parts(line)]
    project = screening.project
    if not strokes:
        whole = frame.page(ground(project))
        return Route(ruler=ruler, lines=(), whole=whole, spine=whole)
    spine = shapely.line_merge(shapely.MultiLineString(strokes))
    side = [_line(frame.page_xy(shapely.get_coordinates(x))) for x in project.side_lines.geoms]
    rest = [frame.page(shape) for shape in (project.areas, project.points) if not shape.is_empty]
    whole = shapely.GeometryCollection([spine, *side, *rest])
    return Route(
        ruler=ruler,
        lines=tuple(lines),
        whole=whole,
        spine=spine,
        stretches=tuple(stretches),
    )


def _line(xy: Floats) -> BaseGeometry:
    # Thinned on a grid first: surveyed lines have a hundred vertices to a point of paper.
    cells = np.round(xy / SIMPLIFY_PT)
    keep = np.ones(len(xy), dtype=bool)
    keep[1:-1] = (cells[1:-1] != cells[:-2]).any(axis=1)
    return shapely.simplify(shapely.LineString(xy[keep]), SIMPLIFY_PT, preserve_topology=False)


def draw_route(
    route: Route, frame: Frame, screening: Screening, places: Sequence[Place] = ()
) -> Element:
    """Side tracks, areas and points, then the stretches in three passes.

    ``places``, one for each stretch, make the lowest and widest pass answer the pointer.
    """
    parts: list[Element] = []
    project = screening.project
    if not project.side_lines.is_empty:
        side = [_line(frame.page_xy(shapely.get_coordinates(x))) for x in project.side_lines.geoms]
        parts.append(_stroke(path_data(shapely.MultiLineString(side)), Ink("ink2"), 0.8))
    parts.extend(_places(frame, screening))
    drawn = [(level, path_data(line)) for level, line in route.lines]
    casings = [_stroke(d, Ink("paper"), LINE_PT[level] + CASING_PT) for level, d in drawn]
    if places:
        casings = [
            place(casing, places[index])
            for casing, index in zip(casings, route.stretches, strict=True)
        ]
        gone = set(range(len(places))) - set(route.stretches)
        parts.extend(nowhere(places[index]) for index in sorted(gone))
    over = [
        _stroke(d, Ink("ink"), LINE_PT[level] + (0 if level == NO_FINDING else EDGE_PT))
        for level, d in drawn
    ]
    # Low levels first: where stretches touch, the higher one lies on top.
    for level, d in sorted(drawn, key=lambda item: LINE_PT[item[0]]):
        if level == NOT_ASSESSED:
            over.append(_stroke(d, Ink("paper"), LINE_PT[level], stroke_dasharray="5 3.5"))
        elif level != NO_FINDING:
            over.append(_stroke(d, Ink(f"sig-{level}"), LINE_PT[level]))
    return group([*parts, *casings, untouched(group(over))])


def _stroke(d: str, colour: Ink, width: float, **more: Attribute) -> Element:
    return el(
        "path", d=d, fill="none", stroke=colour, stroke_width=width, stroke_linejoin="round", **more
    )


def _places(frame: Frame, screening: Screening) -> Iterable[Element]:
    project = screening.project
    worst = max((f.significance.value for f in screening.findings), default=None, key=_rank)
    fill = Ink(f"sig-{worst}") if worst else Ink("surface2")
    if not project.areas.is_empty:
        d = path_data(frame.page(project.areas))
        yield el("path", d=d, fill=fill, stroke=Ink("ink"), stroke_width=1.2, fill_rule="evenodd")
    if not project.points.is_empty:
        for x, y in shapely.get_coordinates(frame.page(project.points)).tolist():
            yield el("circle", cx=x, cy=y, r=3.4, fill=fill, stroke=Ink("ink"), stroke_width=1.2)


def _rank(word: str) -> int:
    return ("negligible", "minor", "moderate", "major").index(word)


def draw_zone(route: Route, frame: Frame, width_m: float) -> Element | None:
    """The outline of the widest zone; None where it would be a smear or larger than the frame."""
    width_pt = width_m / frame.m_per_pt
    if not 2.5 <= width_pt <= min(frame.room.width, frame.room.height) / 2:
        return None
    simple = shapely.simplify(route.whole, min(1.0, width_pt / 8))
    ring = shapely.boundary(shapely.buffer(simple, width_pt, quad_segs=8))
    seen = shapely.intersection(ring, frame.box)
    return el(
        "path",
        d=path_data(seen),
        fill="none",
        stroke=Ink("ink2"),
        stroke_width=0.55,
        stroke_dasharray="1.8 1.8",
    )


def ends(route: Route, screening: Screening, frame: Frame) -> list[tuple[float, float]]:
    """Page points of the first and the last place of the alignment."""
    chains = screening.project.alignment
    if not chains:
        return []
    points = [route.ruler.point(chains[0].from_m), route.ruler.point(chains[-1].to_m)]
    out = []
    for point in points:
        if point is not None:
            x, y = frame.page_xy(point[None, :])[0]
            out.append((float(x), float(y)))
    return out


def direction(
    route: Route, frame: Frame, kp_m: float, reach_m: float
) -> tuple[Floats, Floats] | None:
    """A place in page points and the unit vector along the route there, each (2,)."""
    here = route.ruler.point(kp_m)
    if here is None:
        return None
    sides = [route.ruler.point(kp_m - reach_m), route.ruler.point(kp_m + reach_m)]
    known = [p if p is not None else here for p in sides]
    xy = frame.page_xy(np.vstack([here, *known]))
    along = xy[2] - xy[1]
    length = float(np.hypot(*along))
    unit = along / length if length > 1e-9 else np.array([1.0, 0.0])
    return xy[0], unit
