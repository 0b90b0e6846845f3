"""Ranges on maps: which species get a pattern, and the band along the inside of their edge.

This module's one job. A species keeps its slot, that is its colour and pattern, through a report.
"""

import shapely
from shapely.geometry.base import BaseGeometry

from camiscreen.model import Screening
from camiscreen.report.map_frame import Frame
from camiscreen.report.svg import Element, Ink, el, group, path_data
from camiscreen.report.tokens import HATCHES, SLOTS, Hatch
from camiscreen.values import dataclass
from camiscreen.vocabulary import Relation

BAND_PT = 12.0
MOST_HATCHED = 3
FULL_SHARE = 0.9
"""A range over this share of the frame is named, not hatched."""

_CLOSE_PT = 0.15
"""Neighbour cells are closed by this much, or seams show."""

_BEND_PT = 0.05
"""Edges of cells are bent in many places, most of them by less than print shows."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RangeOnMap:
    """The range of one species: its slot, its ground in degrees, and how far the project meets it.

    ``met`` is false for ranges that are drawn for context alone.
    """

    species_id: str
    slot: str
    geometry: BaseGeometry
    met: bool
    crossing_m: float


def ranges(screening: Screening) -> list[RangeOnMap]:
    """Ranges by species: those met first, by highest significance and length crossed."""
    patches: dict[str, dict[str, BaseGeometry]] = {}
    crossing: dict[str, float] = {}
    rank: dict[str, int] = {}
    for encounter in screening.exposure.encounters:
        species = encounter.species_id
        if not species or encounter.receptor_geometry.is_empty:
            continue
        patches.setdefault(species, {})[encounter.receptor_id] = encounter.receptor_geometry
        length = encounter.crossing_length_m if encounter.relation is not Relation.NEAR else 0.0
        crossing[species] = crossing.get(species, 0.0) + length
    for finding in screening.findings:
        for species in finding.species_ids:
            rank[species] = max(rank.get(species, -1), finding.significance.rank)
    for feature in screening.context:
        species = feature.receptor.species_id
        if species and not feature.geometry.is_empty:
            patches.setdefault(species, {}).setdefault(feature.receptor.id, feature.geometry)
    order = sorted(
        patches, key=lambda s: (s not in crossing, -rank.get(s, -1), -crossing.get(s, 0.0), s)
    )
    return [
        RangeOnMap(
            species_id=species,
            slot=SLOTS[index % len(SLOTS)],
            geometry=shapely.GeometryCollection(list(patches[species].values())),
            met=species in crossing,
            crossing_m=crossing.get(species, 0.0),
        )
        for index, species in enumerate(order)
    ]


def on_page(frame: Frame, item: RangeOnMap) -> BaseGeometry:
    """The range in page points, closed and cut well outside the frame, so that bands end there."""
    clipped = frame.clip(item.geometry, 0.3)
    if clipped.is_empty:
        return clipped
    parts = shapely.get_parts(frame.page(clipped))
    polygons = [p for p in parts if p.geom_type in {"Polygon", "MultiPolygon"}]
    shape = shapely.union_all([shapely.make_valid(p) for p in polygons])
    grown = shapely.buffer(shapely.simplify(shape, _BEND_PT), _CLOSE_PT, join_style="mitre")
    return shapely.buffer(grown, -_CLOSE_PT, join_style="mitre")


def fills_frame(frame: Frame, shape: BaseGeometry) -> bool:
    """True where a range covers so much of the frame that a pattern would say nothing."""
    box = frame.box
    return bool(shapely.intersection(shape, box).area > FULL_SHARE * box.area)


def draw_band(frame: Frame, shape: BaseGeometry, slot: str, prefix: str) -> Element:
    """Tint, hatched band along the inside of the edge, edge over paper."""
    band = shapely.difference(shape, shapely.buffer(shape, -BAND_PT, join_style="mitre"))
    box = frame.box
    tint, band = shapely.intersection(shape, box), shapely.intersection(band, box)
    edge = shapely.intersection(shapely.boundary(shape), box)
    colour = Ink(f"sp-{slot}")
    d, line = path_data(band), path_data(edge)
    return group(
        [
            el("path", d=path_data(tint), fill=colour, fill_opacity=0.05, fill_rule="evenodd"),
            el("path", d=d, fill=Ink("paper"), fill_opacity=0.55, fill_rule="evenodd"),
            el("path", d=d, fill=f"url(#{prefix}-{slot})", fill_rule="evenodd"),
            el("path", d=line, fill="none", stroke=Ink("paper"), stroke_width=2.6),
            el("path", d=line, fill="none", stroke=colour, stroke_width=1.2),
        ]
    )


def draw_full(frame: Frame, shape: BaseGeometry, slot: str, prefix: str) -> Element:
    """The whole range in its pattern, as the small panels show it."""
    visible = shapely.intersection(shape, frame.box)
    d = path_data(visible)
    edge = path_data(shapely.intersection(shapely.boundary(shape), frame.box))
    return group(
        [
            el("path", d=d, fill=f"url(#{prefix}-{slot})", fill_rule="evenodd"),
            el("path", d=edge, fill="none", stroke=Ink(f"sp-{slot}"), stroke_width=0.9),
        ]
    )


def pattern_defs(slots: list[str], prefix: str) -> Element:
    """The patterns of some slots; ids carry the prefix, since pages share one space of ids."""
    return el("defs", *[_pattern(slot, HATCHES[slot], f"{prefix}-{slot}") for slot in slots])


def _pattern(slot: str, hatch: Hatch, identifier: str) -> Element:
    colour, s = Ink(f"sp-{slot}"), hatch.spacing_pt
    pattern = el("pattern", id=identifier, width=s, height=s, patternUnits="userSpaceOnUse")
    if hatch.kind == "dots":
        r = hatch.weight_pt
        pattern.add(el("circle", cx=s / 4, cy=s / 4, r=r, fill=colour))
        pattern.add(el("circle", cx=3 * s / 4, cy=3 * s / 4, r=r, fill=colour))
    elif hatch.kind == "plus":
        arm, c = 2.0, s / 2
        pattern.add(
            el(
                "path",
                d=f"M{c - arm} {c}H{c + arm}M{c} {c - arm}V{c + arm}",
                stroke=colour,
                stroke_width=hatch.weight_pt,
            )
        )
    else:
        pattern.attributes["patternTransform"] = f"rotate({hatch.angle})"
        pattern.add(
            el("line", x1=0, y1=s / 2, x2=s, y2=s / 2, stroke=colour, stroke_width=hatch.weight_pt)
        )
    return pattern
