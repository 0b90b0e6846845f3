"""The findings map: ground, ranges, route and labels put together, with legend and panels.

This module's one job is the order of the layers. Projection first; then everything is drawn in
page points with y down. Route on top of ranges, always; labels on top of the route.
"""

from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from camiscreen.i18n import Translator
from camiscreen.model import Finding, KpRange, Screening
from camiscreen.report import (
    map_ground,
    map_labels,
    map_layers,
    map_legend,
    map_ranges,
    map_route,
    map_screen,
    map_surroundings,
)
from camiscreen.report.inline import Level
from camiscreen.report.map_frame import Frame, Room, fit_frame, ground, is_upright
from camiscreen.report.map_legend import Name
from camiscreen.report.map_ranges import RangeOnMap
from camiscreen.report.map_receptors import draw_receptors
from camiscreen.report.map_states import State
from camiscreen.report.stretches import Stretch, by_level, level_of
from camiscreen.report.strip_rows import receptor_name
from camiscreen.report.svg import Drawing, Element, Ink, el
from camiscreen.report.text import cut, short
from camiscreen.report.tokens import LANDSCAPE_PT, PORTRAIT_PT

LEFT_PT = 26.0
BOTTOM_PT = 15.0
LANDSCAPE_HEIGHT_PT = 418.0
PORTRAIT_HEIGHT_PT = 560.0
"""Most height of the whole drawing, so that title, map and caption share a page."""

LEAST_HEIGHT_PT = 200.0

NARROW_LEGEND_PT = 11.0
"""What the names of ranges that are not hatched need more, in a legend of an upright page."""

COVER_PT = (595.28, 430.0)

MOST_LABELS = 14
"""Beyond this the gravest are labelled and the table names the rest."""


def draw_map(
    screening: Screening,
    shown_states: Sequence[State],
    parts: Sequence[Stretch],
    tr: Translator,
    label: str,
    *,
    most_pt: float | None = None,
    most_labels: int = MOST_LABELS,
) -> Drawing | None:
    """The map with everything around it; None for a project without any geometry.

    With ``most_pt`` it takes the width of an upright page and no more than that height, and goes
    without the panels: for a summary that shares its page with text. ``most_labels`` findings are
    labelled, the gravest first.
    """
    if ground(screening.project).is_empty:
        return None
    prefix, key_prefix = "fm", "fk"
    upright = most_pt is not None or is_upright(screening.project)
    width = PORTRAIT_PT if upright else LANDSCAPE_PT
    most = most_pt or (PORTRAIT_HEIGHT_PT if upright else LANDSCAPE_HEIGHT_PT)
    ranges = map_ranges.ranges(screening)
    met = [item for item in ranges if item.met]
    levels = _levels(screening, parts, tr)
    legend_h = map_legend.legend_height(
        len(levels),
        min(len(ranges), map_ranges.MOST_HATCHED),
        map_surroundings.kinds(screening),
    )
    legend_h += 0 if most_pt is None else NARROW_LEGEND_PT
    panel_room = map_legend.panels_height(width) + 4 if len(met) > 1 and most_pt is None else 0.0
    room = Room(
        left=LEFT_PT,
        top=1,
        width=width - LEFT_PT - 1,
        height=most - BOTTOM_PT - legend_h - panel_room - 5,
    )
    frame = _full_frame(screening, shown_states, room)
    route = map_route.make_route(screening, parts, frame)
    shapes = {item.species_id: map_ranges.on_page(frame, item) for item in ranges}
    hatched, named = _share_out(frame, ranges, shapes)
    names = _names(screening, tr)
    board = map_labels.Board(frame.room)

    lines, *degrees = map_ground.draw_graticule(frame, tr)
    view: list[Element] = [
        map_ground.draw_land(frame, shown_states),
        lines,
    ]
    bands, layers = map_layers.range_layers(
        frame,
        hatched,
        [item for item in named if item.met],
        shapes=shapes,
        names=names,
        prefix=prefix,
        key_prefix=key_prefix,
    )
    view += bands
    zone = _widest_zone(screening)
    ring = map_route.draw_zone(route, frame, zone) if zone else None
    zone_name = tr.t("map.legend.zone", km=tr.km_round(zone)) if ring is not None else ""
    view += [map_screen.layer("zone", [ring])] if ring is not None else []
    takes = map_surroundings.draw_surroundings(screening, frame, names, tr)
    receptors = draw_receptors(screening, frame, tr)
    view += [*(item.element for item in takes), *(element for _, element in receptors)]
    view.append(map_route.draw_route(route, frame, screening, map_layers.stretch_places(parts, tr)))

    board.take(*map_labels.route_boxes(route))
    scale, scale_box = map_ground.draw_scale(frame, tr)
    board.take(scale_box)
    corner = _free_corner(board, frame)
    inset = map_ground.draw_inset(frame, shown_states, corner) if corner else None
    if inset is not None and corner:
        board.take(map_ground.inset_box(frame.room, corner))
    numbers = map_labels.place_findings(_labels(screening, tr, most_labels), route, frame, board)
    view += [
        map_screen.reachable("findings", numbers),
        map_screen.layer("kp", map_labels.place_chainage(screening, route, frame, board, tr)),
        map_screen.layer(
            "names",
            [
                *_species_labels(hatched, shapes, names, board),
                *_state_labels(frame, shown_states, board),
            ],
        ),
    ]
    layers += map_layers.further(
        zone_name, [*(item.drawn for item in takes), *(drawn for drawn, _ in receptors)], tr
    )
    slots = list(dict.fromkeys(item.slot for item in ranges))
    # The patterns of the map keep their size when it grows; those of the legend stay as they are.
    body: list[Element] = [
        map_ranges.pattern_defs(slots, key_prefix),
        *map_screen.zoomable(frame, [map_ranges.pattern_defs(slots, prefix), *view], prefix),
        map_screen.home([*degrees, *([inset] if inset is not None else []), scale]),
        map_ground.draw_edge(frame),
    ]

    y = frame.room.top + frame.room.height + BOTTOM_PT + 4
    body += map_legend.draw_legend(
        LEFT_PT,
        y,
        width - LEFT_PT,
        tr,
        levels=levels,
        hatched=[(item.slot, names[item.species_id]) for item in hatched],
        named=[names[item.species_id].common for item in named if item.met],
        zone=zone_name or None,
        areas=[item.key for item in takes],
        prefix=key_prefix,
    )
    y += legend_h
    if panel_room:
        body += map_legend.draw_panels(
            met,
            names=names,
            land=map_ground.land_shape(frame, shown_states),
            route=route.spine,
            frame=frame,
            room=Room(left=0, top=y + 4, width=width, height=0),
            total_m=screening.project.length_m,
            tr=tr,
            prefix=key_prefix,
        )
        y += panel_room
    return Drawing(width=width, height=y, label=label, root=tuple(body), layers=tuple(layers))


def draw_cover(
    screening: Screening,
    shown_states: Sequence[State],
    parts: Sequence[Stretch],
    tr: Translator,
    label: str,
) -> Drawing | None:
    """The same map without names of places, for the first page, with a key of its ranges."""
    if ground(screening.project).is_empty:
        return None
    prefix = "cv"
    room = Room(left=0, top=0, width=COVER_PT[0], height=COVER_PT[1])
    frame = fit_frame(screening.project, room, least_height=COVER_PT[1])
    route = map_route.make_route(screening, parts, frame)
    ranges = map_ranges.ranges(screening)
    shapes = {item.species_id: map_ranges.on_page(frame, item) for item in ranges}
    hatched, _ = _share_out(frame, ranges, shapes)
    body: list[Element] = [
        map_ranges.pattern_defs(list(dict.fromkeys(item.slot for item in hatched)), prefix),
        map_ground.draw_land(frame, shown_states),
        *map_ground.draw_graticule(frame, tr, labels=False),
    ]
    body += [
        map_ranges.draw_band(frame, shapes[item.species_id], item.slot, prefix)
        for item in reversed(hatched)
    ]
    body.append(map_route.draw_route(route, frame, screening))
    names = _names(screening, tr)
    body += map_legend.draw_ranges_box(
        frame.room,
        tr,
        [(item.slot, names[item.species_id]) for item in hatched],
        avoid=map_labels.route_boxes(route),
        prefix=prefix,
    )
    for x, y in map_route.ends(route, screening, frame):
        body.append(
            el("circle", cx=x, cy=y, r=4, fill=Ink("paper"), stroke=Ink("ink"), stroke_width=1.6)
        )
    return Drawing(width=COVER_PT[0], height=COVER_PT[1], label=label, root=tuple(body))


def _full_frame(screening: Screening, shown: Sequence[State], room: Room) -> Frame:
    """A frame that uses its room, but shows no ground of which no states were loaded."""
    project = screening.project
    full = fit_frame(project, room, least_height=room.height)
    if not shown:
        return full
    _, south, _, north = shapely.total_bounds([state.geometry for state in shown])
    _, low, _, high = full.lonlat_bounds()
    if low >= south and high <= north:
        return full
    return fit_frame(project, room, least_height=min(LEAST_HEIGHT_PT, room.height))


def _share_out(
    frame: Frame, ranges: Sequence[RangeOnMap], shapes: dict[str, BaseGeometry]
) -> tuple[list[RangeOnMap], list[RangeOnMap]]:
    """Ranges that get a band, three at most, and those that are only named."""
    hatched: list[RangeOnMap] = []
    named: list[RangeOnMap] = []
    for item in ranges:
        shape = shapes[item.species_id]
        if shape.is_empty or not shapely.intersects(shape, frame.box):
            continue
        full = map_ranges.fills_frame(frame, shape)
        # A context range may fill a free place, but never stands before one that is met.
        (named if full or len(hatched) == map_ranges.MOST_HATCHED else hatched).append(item)
    return hatched, named


def _levels(
    screening: Screening, parts: Sequence[Stretch], tr: Translator
) -> list[tuple[Level, str]]:
    found = dict.fromkeys(by_level(parts)) if parts else {}
    if not found:
        ordered = sorted(screening.findings, key=lambda f: -f.significance.rank)
        found = dict.fromkeys(level_of(finding) for finding in ordered)
    return [(level, tr.t(f"level.{level}")) for level in found]


def _names(screening: Screening, tr: Translator) -> dict[str, Name]:
    names = {
        species.id: Name(common=tr.text(species.name), latin=species.listing_name)
        for species in screening.rulebook.species
    }
    for item in map_ranges.ranges(screening):
        names.setdefault(item.species_id, Name(common=short(item.species_id, 40), latin=""))
    return names


WITHOUT_PLACE = {"project", "layer", "state", "landscape"}
"""Subjects that are everywhere along a line; a label would claim a place for them."""


def _labels(screening: Screening, tr: Translator, most: int) -> list[map_labels.FindingLabel]:
    """Labels from the gravest finding down; findings of one species on one stretch share one."""
    names = {species.id: tr.text(species.name) for species in screening.rulebook.species}
    together: dict[tuple[object, ...], list[Finding]] = {}
    for finding in sorted(screening.findings, key=lambda f: -f.significance.rank):
        if finding.kp_ranges and finding.receptor_kind not in WITHOUT_PLACE:
            key = (finding.species_ids or finding.id, finding.kp_ranges)
            together.setdefault(key, []).append(finding)
    labels = [
        map_labels.FindingLabel(
            number=" ".join(finding.number for finding in group),
            title=_label_title(group[0], names, tr),
            level=level_of(group[0]),
            places_m=_places(group[0].kp_ranges, index),
            links=map_layers.finding_links(group, tr),
        )
        for index, group in enumerate(list(together.values())[:most])
    ]
    return _gap_labels(screening, tr) + labels


def _gap_labels(screening: Screening, tr: Translator) -> list[map_labels.FindingLabel]:
    """Labels of what was not assessed on a part of the line: these go before the findings."""
    whole_m = screening.project.chainage_length_m
    return [
        map_labels.FindingLabel(
            number=f"N{number}",
            title=cut(tr.text(gap.subject), LABEL_LIMIT),
            level="na",
            places_m=_places(gap.kp_ranges, number),
            links=map_layers.gap_links(number, gap, tr),
        )
        for number, gap in enumerate(screening.not_assessed, start=1)
        if 0 < sum(b - a for a, b in gap.kp_ranges) < 0.95 * whole_m
    ]


LABEL_LIMIT = 46
_NAMED = {"corridor", "site", "barrier", "aggregation_ground", "water_point", "parallel"}
"""Kinds of subject that have names of their own; of others the species say what they are."""


def _label_title(finding: Finding, names: dict[str, str], tr: Translator) -> str:
    """The site or corridor, else the species; of several the first, and how many more."""
    if finding.receptor_kind in _NAMED:
        said = list(dict.fromkeys(receptor_name(e, tr) for e in finding.encounters))
    else:
        said = [names.get(species_id, species_id) for species_id in finding.species_ids]
    if not said:
        return cut(tr.text(finding.title), LABEL_LIMIT)
    if len(said) == 1 or len(", ".join(said)) <= LABEL_LIMIT:
        return cut(", ".join(said), LABEL_LIMIT)
    return tr.t("map.and_more", name=cut(said[0], LABEL_LIMIT), n=len(said) - 1)


def _places(ranges: Sequence[KpRange], index: int) -> tuple[float, ...]:
    """Chainages where a label may hang: within the longest stretches, begun elsewhere each time."""
    longest = sorted(ranges, key=lambda r: r[0] - r[1])[:3]
    shares = (0.5, 0.3, 0.7, 0.15, 0.85)
    turned = shares[index % 3 :] + shares[: index % 3]
    return tuple(a + share * (b - a) for a, b in longest for share in turned)


def _species_labels(
    hatched: Sequence[RangeOnMap],
    shapes: dict[str, BaseGeometry],
    names: dict[str, Name],
    board: map_labels.Board,
) -> list[Element]:
    out = []
    for item in hatched:
        others = shapely.union_all(
            [shapes[other.species_id] for other in hatched if other is not item]
        )
        label = map_labels.place_species(
            names[item.species_id].common, item.slot, shapes[item.species_id], others, board
        )
        if label is not None:
            out.append(label)
    return out


def _state_labels(frame: Frame, shown: Sequence[State], board: map_labels.Board) -> list[Element]:
    out = []
    for state in shown:
        visible = frame.clip(state.geometry)
        if visible.is_empty:
            continue
        rough = shapely.simplify(frame.page(visible), 2, preserve_topology=False)
        land = frame.cut(shapely.make_valid(rough))
        label = map_labels.place_state(short(state.name, 40), land, board)
        if label is not None:
            out.append(label)
    return out


def _widest_zone(screening: Screening) -> float:
    return max((zone.width_m for zone in screening.rulebook.zones), default=0.0)


def _free_corner(board: map_labels.Board, frame: Frame) -> str | None:
    """The corner for the inset that the route leaves free; the lower left holds the scale bar."""
    for corner in ("ne", "nw", "se"):
        if not board.near(map_ground.inset_box(frame.room, corner), 4):
            return corner
    return None
