"""Corridors, sites and barriers that the project meets, for those who ask to see them on a map.

This module's one job. They are drawn on screen alone and hidden at first: in print they would
cover the ranges, and the strip map along chainage shows them. A layer that may not be passed on
has no geometry here, so it is not drawn either.
"""

from collections.abc import Mapping

import shapely

from camiscreen.i18n import Translator
from camiscreen.model import Screening
from camiscreen.report.map_frame import Frame
from camiscreen.report.map_screen import layer
from camiscreen.report.svg import DrawnLayer, Element, Ink, el, group, path_data
from camiscreen.report.text import short
from camiscreen.values import dataclass
from camiscreen.vocabulary import ReceptorKind

_SIMPLIFY_PT = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    colour: str
    width: float
    dash: str


_LOOKS: Mapping[str, _Look] = {
    "corridors": _Look(colour="accent", width=1.4, dash="7 3"),
    "sites": _Look(colour="ink2", width=1.1, dash="1.5 2"),
    "barriers": _Look(colour="ink", width=1.6, dash="4 2 1 2"),
}

_GROUPS: Mapping[ReceptorKind, str] = {
    ReceptorKind.CORRIDOR: "corridors",
    ReceptorKind.SITE: "sites",
    ReceptorKind.LANDSCAPE: "sites",
    ReceptorKind.BARRIER: "barriers",
}


def draw_receptors(
    screening: Screening, frame: Frame, tr: Translator
) -> list[tuple[DrawnLayer, Element]]:
    """One hidden layer for each group of receptors of which something is met and may be drawn."""
    groups: dict[str, dict[tuple[str, str], Element]] = {}
    for encounter in screening.exposure.encounters:
        name = _GROUPS.get(encounter.receptor_kind)
        if name is None or encounter.receptor_geometry.is_empty:
            continue
        drawn = groups.setdefault(name, {})
        key = (encounter.layer_id, encounter.receptor_id)
        if key not in drawn:
            tip = short(tr.text(encounter.receptor.name))
            shape = _draw(encounter.receptor_geometry, frame, _LOOKS[name], tip)
            if shape is not None:
                drawn[key] = shape
    return [
        (
            DrawnLayer(
                key=name,
                label=tr.t(f"screen.layer_{name}"),
                colour=look.colour,
                dash=look.dash,
                shown=False,
            ),
            layer(name, groups[name].values(), shown=False),
        )
        for name, look in _LOOKS.items()
        if groups.get(name)
    ]


def _draw(
    geometry: shapely.geometry.base.BaseGeometry, frame: Frame, look: _Look, tip: str
) -> Element | None:
    clipped = frame.clip(geometry, 0.02)
    if clipped.is_empty:
        return None
    seen = shapely.simplify(frame.page(clipped), _SIMPLIFY_PT)
    areas = [p for p in shapely.get_parts(seen) if p.geom_type == "Polygon"]
    edge = shapely.boundary(shapely.MultiPolygon(areas)) if areas else seen
    parts = [
        el(
            "path",
            d=path_data(edge),
            fill="none",
            stroke=Ink(look.colour),
            stroke_width=look.width,
            stroke_dasharray=look.dash,
        )
    ]
    if areas:
        d = path_data(shapely.MultiPolygon(areas))
        tint = el("path", d=d, fill=Ink(look.colour), fill_opacity=0.07, fill_rule="evenodd")
        parts.insert(0, tint)
    return group([el("title", tip), *parts])
