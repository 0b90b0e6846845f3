"""Small maps of all species met, one species a panel over the same ground.

This module's one job. Better than one map with six ranges: each pattern is seen whole.
"""

from collections.abc import Sequence

from camiscreen.i18n import Translator
from camiscreen.model import Screening
from camiscreen.report import map_ground, map_legend, map_ranges, map_route
from camiscreen.report.map_frame import Room, fit_frame, ground, is_upright
from camiscreen.report.map_legend import Name
from camiscreen.report.map_states import State
from camiscreen.report.stretches import Stretch
from camiscreen.report.svg import Drawing
from camiscreen.report.text import short
from camiscreen.report.tokens import PORTRAIT_PT

COLUMNS = 3
GAP_PT = 14.0


def draw_species_panels(
    screening: Screening,
    shown: Sequence[State],
    parts: Sequence[Stretch],
    tr: Translator,
    label: str,
    *,
    prefix: str = "sp",
) -> Drawing | None:
    """Panels in rows of three; None where no range that may be drawn is met."""
    if ground(screening.project).is_empty:
        return None
    ranges = [item for item in map_ranges.ranges(screening) if item.met]
    if not ranges:
        return None
    width = (PORTRAIT_PT - GAP_PT * (COLUMNS - 1)) / COLUMNS
    most = width * (1.05 if is_upright(screening.project) else 0.7)
    full = Room(left=0, top=0, width=width, height=most)
    frame = fit_frame(screening.project, full, least_height=min(most, 0.55 * width))
    route = map_route.make_route(screening, parts, frame)
    profiles = {s.id: s for s in screening.rulebook.species}
    names = {
        item.species_id: Name(
            common=tr.text(profiles[item.species_id].name)
            if item.species_id in profiles
            else short(item.species_id, 40),
            latin=profiles[item.species_id].listing_name if item.species_id in profiles else "",
        )
        for item in ranges
    }
    slots = list(dict.fromkeys(item.slot for item in ranges))
    body = [map_ranges.pattern_defs(slots, prefix)]
    body += map_legend.draw_panels(
        ranges,
        names=names,
        land=map_ground.land_shape(frame, shown),
        route=route.spine,
        frame=frame,
        room=Room(left=0, top=0, width=PORTRAIT_PT, height=0),
        total_m=screening.project.length_m,
        tr=tr,
        prefix=prefix,
        columns=COLUMNS,
        size=(width, frame.room.height),
        gap=GAP_PT,
    )
    rows = -(-len(ranges) // COLUMNS)
    height = rows * (frame.room.height + 20 + GAP_PT) - GAP_PT + 6
    return Drawing(width=PORTRAIT_PT, height=height, label=label, root=tuple(body))
