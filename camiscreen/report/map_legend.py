"""What stands below a map: the legend, and one small panel for each species met.

This module's one job. Both are drawn for the width of the map above them.
"""

from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from camiscreen.i18n import Translator
from camiscreen.report.fonts import fit, width_pt
from camiscreen.report.inline import Level
from camiscreen.report.map_frame import Frame, Room
from camiscreen.report.map_ranges import RangeOnMap, draw_full, on_page
from camiscreen.report.marks import figure_text, mark
from camiscreen.report.svg import Element, Ink, el, group, number, path_data
from camiscreen.report.tokens import LINE_PT, NO_FINDING, NOT_ASSESSED, PORTRAIT_PT
from camiscreen.values import dataclass

ROW_PT = 12.5
PANELS = 6
PANEL_GAP_PT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A species by its two names."""

    common: str
    latin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaKey:
    """Ground with a tint and a broken edge, and what it is called."""

    text: str
    colour: str
    dash: str
    opacity: float = 0.14
    width: float = 0.7


def legend_height(levels: int, hatched: int, areas: int = 0) -> float:
    """Height of the legend for so many levels, hatched species and tinted areas."""
    rows = max(3, hatched, levels if levels <= 3 else (levels + 1) // 2)
    return 14 + ROW_PT * (rows + areas)


def draw_legend(
    left: float,
    top: float,
    width: float,
    tr: Translator,
    *,
    levels: Sequence[tuple[Level, str]],
    hatched: Sequence[tuple[str, Name]],
    named: Sequence[str],
    zone: str | None,
    areas: Sequence[AreaKey] = (),
    prefix: str,
) -> list[Element]:
    """Three columns: the route, the hatched ranges, everything else."""
    parts: list[Element] = []
    narrow = width < 600
    first, second = (0.36, 0.68) if narrow else (0.36, 0.67)
    x2, x3 = left + width * first, left + width * second
    parts.append(figure_text(tr.t("map.legend.route"), left, top + 7, 7, weight=600))
    per_column = len(levels) if len(levels) <= 3 else (len(levels) + 1) // 2
    for index, (level, word) in enumerate(levels):
        x = left + (index // max(per_column, 1)) * width * first / 2
        y = top + 17 + (index % max(per_column, 1)) * ROW_PT
        room = width * first / (2 if len(levels) > 3 else 1) - 44
        parts.extend(_level_key(x, y, level, fit(word, 7, room)))
    if hatched:
        parts.append(figure_text(tr.t("map.legend.ranges"), x2, top + 7, 7, weight=600))
    for index, (slot, name) in enumerate(hatched):
        y = top + 17 + index * ROW_PT
        parts.extend(_range_key(x2, y, slot=slot, name=name, room=x3 - x2 - 8, prefix=prefix))
    y = top + 7
    if named:
        parts.append(figure_text(tr.t("map.legend.full"), x3, y, 7, weight=600))
        for line in wrap(", ".join(named), left + width - x3, 3):
            y += 10
            parts.append(figure_text(line, x3, y, 7, fill="ink2"))
        y += 13
    if zone:
        parts.append(
            el(
                "line",
                x1=x3,
                y1=y - 2.4,
                x2=x3 + 22,
                y2=y - 2.4,
                stroke=Ink("ink2"),
                stroke_width=0.7,
                stroke_dasharray="1.8 1.8",
            )
        )
        parts.append(figure_text(fit(zone, 7, left + width - x3 - 27), x3 + 27, y, 7))
        y += ROW_PT
    for area in areas:
        parts.extend(_area_key(x3, y, area, room=left + width - x3))
        y += ROW_PT
    parts.append(
        el(
            "rect",
            x=x3,
            y=y - 6,
            width=22,
            height=7,
            fill=Ink("beyond"),
            stroke=Ink("border"),
            stroke_width=0.5,
        )
    )
    beyond = fit(tr.t("map.legend.beyond"), 7, left + width - x3 - 27)
    parts.append(figure_text(beyond, x3 + 27, y, 7))
    return parts


def _area_key(x: float, y: float, area: AreaKey, *, room: float) -> list[Element]:
    box = {"x": x, "y": y - 6, "width": 22.0, "height": 7.0}
    return [
        el("rect", **box, fill=Ink(area.colour), fill_opacity=area.opacity),
        el(
            "rect",
            **box,
            fill="none",
            stroke=Ink(area.colour),
            stroke_width=area.width,
            stroke_dasharray=area.dash,
        ),
        figure_text(fit(area.text, 7, room - 27), x + 27, y, 7),
    ]


def _level_key(x: float, y: float, level: Level, word: str) -> list[Element]:
    width = LINE_PT[level]
    mid = y - 2.4
    line = {"x1": x, "y1": mid, "x2": x + 22, "y2": mid}
    edge = 0.0 if level == NO_FINDING else 1.3
    parts = [el("line", **line, stroke=Ink("ink"), stroke_width=width + edge)]
    if level == NOT_ASSESSED:
        parts.append(
            el("line", **line, stroke=Ink("paper"), stroke_width=width, stroke_dasharray="5 3.5")
        )
    elif level != NO_FINDING:
        parts.append(el("line", **line, stroke=Ink(f"sig-{level}"), stroke_width=width))
    if level != NO_FINDING:
        parts.append(mark(level, x + 31, mid, 8))
    parts.append(figure_text(word, x + 40, y, 7))
    return parts


def _range_key(
    x: float, y: float, *, slot: str, name: Name, room: float, prefix: str
) -> list[Element]:
    box = {"x": x, "y": y - 7.4, "width": 24.0, "height": 9.4}
    common = fit(name.common, 7, room - 30)
    parts = [
        el(
            "rect",
            **box,
            fill=f"url(#{prefix}-{slot})",
            stroke=Ink(f"sp-{slot}"),
            stroke_width=1.0,
        ),
        figure_text(common, x + 29, y, 7),
    ]
    used = 29 + width_pt(common, 7) + 7
    if used + width_pt(name.latin, 6.5, "figure-italic") <= room:
        parts.append(figure_text(name.latin, x + used, y, 6.5, italic=True, fill="ink3"))
    return parts


def draw_ranges_box(
    room: Room,
    tr: Translator,
    hatched: Sequence[tuple[str, Name]],
    *,
    avoid: Sequence[tuple[float, float, float, float]],
    prefix: str,
) -> list[Element]:
    """A key of the hatched ranges in the corner of a map where it covers least of the route."""
    if not hatched:
        return []
    head = tr.t("map.legend.ranges")
    words = [29 + width_pt(n.common, 7) + 7 + width_pt(n.latin, 6.5) for _, n in hatched]
    width = min(260.0, max([*words, width_pt(head, 7, "figure-600")]) + 18)
    height = 18 + ROW_PT * len(hatched)
    corners = [
        (x, y)
        for y in (room.top + room.height - height - 24, room.top + 24)
        for x in (room.left + 36, room.left + room.width - width - 36)
    ]

    def covered(corner: tuple[float, float]) -> int:
        x, y = corner
        return sum(a < x + width and c > x and b < y + height and d > y for a, b, c, d in avoid)

    x, y = min(corners, key=covered)
    parts: list[Element] = [
        el(
            "rect", x=x, y=y, width=width, height=height, fill=Ink("paper"), fill_opacity=0.88,
            stroke=Ink("rule"), stroke_width=0.5,
        ),
        figure_text(head, x + 8, y + 11, 7, weight=600),
    ]  # fmt: skip
    for index, (slot, name) in enumerate(hatched):
        row = y + 22 + index * ROW_PT
        parts += _range_key(x + 8, row, slot=slot, name=name, room=width - 12, prefix=prefix)
    return parts


def wrap(text: str, room: float, most: int) -> list[str]:
    """Lines of 7 pt text no wider than ``room``; the last of ``most`` is cut where more follows."""
    lines: list[str] = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if width_pt(longer, 7) <= room or not lines[-1]:
            lines[-1] = longer
        elif len(lines) == most:
            lines[-1] = fit(f"{lines[-1]} {word}…", 7, room)
            break
        else:
            lines.append(word)
    return lines


# ----------------------------------------------------------------------------------------------
# Small panels
# ----------------------------------------------------------------------------------------------


def panels_height(width: float) -> float:
    """Height of the row of panels with their heads, for a drawing of this width."""
    return 24 + _panel_size(width)[1]


def _panel_size(width: float) -> tuple[float, float]:
    upright = width <= PORTRAIT_PT
    return (width - PANEL_GAP_PT * (PANELS - 1)) / PANELS, 64.0 if upright else 48.0


def draw_panels(
    items: Sequence[RangeOnMap],
    *,
    names: dict[str, Name],
    land: BaseGeometry,
    route: BaseGeometry,
    frame: Frame,
    room: Room,
    total_m: float,
    tr: Translator,
    prefix: str,
    columns: int = PANELS,
    size: tuple[float, float] | None = None,
    gap: float = PANEL_GAP_PT,
) -> list[Element]:
    """One species a panel over the same ground: full pattern, route in ink, length crossed.

    ``land`` and ``route`` are in page points of ``frame``; ``room.height`` is not used. Without a
    ``size`` there is one row of ``columns``, else as many rows as there are items.
    """
    w, h = size or _panel_size(room.width)
    scale = min(w / frame.room.width, h / frame.room.height)
    origin = Frame(
        projection=frame.projection,
        m_per_pt=frame.m_per_pt / scale,
        centre_m=frame.centre_m,
        room=Room(left=0, top=0, width=w, height=h),
    )
    # Land and route are the same in every panel: written once, used in each.
    below, above = f"{prefix}-land", f"{prefix}-route"
    parts: list[Element] = [
        el("defs", *_shared(origin, frame, land=land, route=route, below=below, above=above))
    ]
    for index, item in enumerate(items if size else items[:columns]):
        x = room.left + (index % columns) * (w + gap)
        y = room.top + (index // columns) * (h + 20 + gap)
        parts.extend(_panel_head(item, names[item.species_id], (x, y), w, total_m=total_m, tr=tr))
        shape = draw_full(origin, on_page(origin, item), item.slot, prefix)
        parts.append(
            group(
                [
                    el("use", href=f"#{below}"),
                    shape,
                    el("use", href=f"#{above}"),
                ],
                transform=f"translate({number(x)} {number(y + 20)})",
            )
        )
    return parts


def _panel_head(
    item: RangeOnMap,
    name: Name,
    at: tuple[float, float],
    w: float,
    *,
    total_m: float,
    tr: Translator,
) -> list[Element]:
    x, y = at
    crossed = tr.km_round(item.crossing_m) if item.crossing_m else ""
    share = tr.percent(min(1.0, item.crossing_m / total_m)) if total_m and crossed else ""
    under = share or tr.t("map.not_crossed")
    aside = width_pt(crossed, 7, "figure-600") + 4 if crossed else 0
    common = fit(name.common, 7, w - aside, "figure-600")
    below = fit(name.latin, 6.5, w - width_pt(under, 6.5) - 4, "figure-italic")
    parts = [
        figure_text(common, x, y + 7, 7, weight=600, fill=f"sp-{item.slot}"),
        figure_text(below, x, y + 16, 6.5, italic=True, fill="ink2"),
        figure_text(under, x + w, y + 16, 6.5, anchor="end", fill="ink2"),
    ]
    if crossed:
        parts.append(figure_text(crossed, x + w, y + 7, 7, anchor="end", weight=600))
    return parts


def _shared(
    panel: Frame, frame: Frame, *, land: BaseGeometry, route: BaseGeometry, below: str, above: str
) -> tuple[Element, Element]:
    """The ground and the route of all panels, in points of the first."""
    k = frame.m_per_pt / panel.m_per_pt
    middle = [frame.room.left + frame.room.width / 2, frame.room.top + frame.room.height / 2]
    target = [panel.room.width / 2, panel.room.height / 2]

    def shrink(geometry: BaseGeometry) -> BaseGeometry:
        moved = shapely.transform(geometry, lambda xy: (xy - middle) * k + target)
        return shapely.simplify(moved, 0.25, preserve_topology=False)

    room = panel.room
    rect = {"x": 0.0, "y": 0.0, "width": room.width, "height": room.height}
    line = path_data(shapely.intersection(shrink(route), panel.box))
    ground = shapely.intersection(shapely.make_valid(shrink(land)), panel.box)
    casing = {"d": line, "fill": "none", "stroke_linejoin": "round"}
    return (
        group(
            [
                el("rect", **rect, fill=Ink("beyond")),
                el("path", d=path_data(ground), fill=Ink("land"), fill_rule="evenodd"),
            ],
            id=below,
        ),
        group(
            [
                el("path", **casing, stroke=Ink("paper"), stroke_width=3.4),
                el("path", **casing, stroke=Ink("ink"), stroke_width=1.6),
                el("rect", **rect, fill="none", stroke=Ink("rule"), stroke_width=0.6),
            ],
            id=above,
        ),
    )
