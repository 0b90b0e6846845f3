"""Ground that a project takes beyond its own footprint: range avoided, blocks closed off.

This module's one job. The ground was measured by the screening; what of it lies in a layer that may
not be handed on has no geometry and is not drawn. No colour of a level: it is no judgement.
"""

from collections.abc import Iterable, Iterator, Mapping

import shapely
from shapely.geometry.base import BaseGeometry

from camiscreen.i18n import Translator
from camiscreen.judging.cases import area_text
from camiscreen.model import Screening
from camiscreen.report.map_frame import Frame
from camiscreen.report.map_legend import AreaKey, Name
from camiscreen.report.map_screen import layer
from camiscreen.report.svg import DrawnLayer, Element, Ink, el, path_data
from camiscreen.values import dataclass

_SIMPLIFY_PT = 0.05
"""Fine, since a reader on screen looks at it enlarged."""

_UNDER_LINE_PT = 4.0
"""A zone that reaches less far from the line is hidden by the route and its casing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One kind of ground: its layer, its line of the legend, what is drawn."""

    drawn: DrawnLayer
    key: AreaKey
    element: Element


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    name: str
    label: str
    key: AreaKey
    parts: tuple[BaseGeometry, ...]
    tips: tuple[str, ...]


def kinds(screening: Screening) -> int:
    """How many kinds of such ground there are to draw, for the room of the legend."""
    around = screening.exposure.surroundings
    seen = {item.with_planned for item in around.enclosures if not item.geometry.is_empty}
    return len(seen) + any(not zone.geometry.is_empty for zone in around.loss_zones)


def draw_surroundings(
    screening: Screening, frame: Frame, names: Mapping[str, Name], tr: Translator
) -> list[Shown]:
    """Range within an avoidance distance, then blocks closed off; nothing where there are none."""
    out = []
    for ground in _grounds(screening, frame, names, tr):
        shape = _on_page(ground.parts, frame)
        if shape.is_empty:
            continue
        key = ground.key
        drawn = DrawnLayer(key=ground.name, label=ground.label, colour=key.colour, dash=key.dash)
        element = layer(ground.name, _draw(shape, frame, key), tip="; ".join(ground.tips))
        out.append(Shown(drawn=drawn, key=key, element=element))
    return out


def _grounds(
    screening: Screening, frame: Frame, names: Mapping[str, Name], tr: Translator
) -> Iterator[_Ground]:
    around = screening.exposure.surroundings
    zones = [zone for zone in around.loss_zones if not zone.geometry.is_empty]
    if zones:
        widest_m = max(zone.distance_m for zone in zones)
        under = widest_m / frame.m_per_pt < _UNDER_LINE_PT
        key = "map.legend.loss_under_line" if under else "map.legend.loss"
        yield _Ground(
            name="loss",
            # The layer may be looked at enlarged, the legend stands below the whole map.
            label=tr.t("map.legend.loss", distance=tr.metres(widest_m)),
            key=AreaKey(
                text=tr.t(key, distance=tr.metres(widest_m)), colour="accent", dash="2.4 1.6"
            ),
            parts=tuple(zone.geometry for zone in zones),
            tips=tuple(
                ", ".join(
                    [
                        _name(zone.species_id, names),
                        tr.metres(zone.distance_m),
                        tr.text(area_text(zone.area_m2)),
                    ]
                )
                for zone in zones
            ),
        )
    for planned, dash in ((False, "5 2"), (True, "2 3")):
        closed = [
            item
            for item in around.enclosures
            if item.with_planned is planned and not item.geometry.is_empty
        ]
        if closed:
            name = "closed_planned" if planned else "closed"
            yield _Ground(
                name=name,
                label=tr.t(f"map.legend.{name}"),
                key=AreaKey(text=tr.t(f"map.legend.{name}"), colour="ink2", dash=dash),
                parts=tuple(item.geometry for item in closed),
                tips=tuple(
                    f"{_name(item.species_id, names)}, {tr.text(area_text(item.area_m2))}"
                    for item in closed
                ),
            )


def _name(species_id: str, names: Mapping[str, Name]) -> str:
    return names[species_id].common if species_id in names else species_id


def _on_page(parts: Iterable[BaseGeometry], frame: Frame) -> BaseGeometry:
    """The ground of all species as one, in page points, cut at the frame."""
    clipped = frame.clip(shapely.union_all(list(parts)), 0.02)
    if clipped.is_empty:
        return clipped
    seen = shapely.make_valid(shapely.simplify(frame.page(clipped), _SIMPLIFY_PT))
    return shapely.intersection(seen, frame.box)


def _draw(shape: BaseGeometry, frame: Frame, key: AreaKey) -> list[Element]:
    edge = shapely.intersection(shapely.boundary(shape), shapely.buffer(frame.box, -0.01))
    return [
        el(
            "path",
            d=path_data(shape, decimals=2),
            fill=Ink(key.colour),
            fill_opacity=key.opacity,
            fill_rule="evenodd",
        ),
        el(
            "path",
            d=path_data(edge, decimals=2),
            fill="none",
            stroke=Ink(key.colour),
            stroke_width=key.width,
            stroke_dasharray=key.dash,
        ),
    ]
