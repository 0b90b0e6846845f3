"""Project x layers -> encounters: all overlay geometry, once, and no judgement.

Lengths and areas are exact on the ellipsoid up to the straightness of densified edges; distances
and zones are measured in a conformal frame around each piece of the project. A receptor that is a
line is crossed at places: its encounter has chainage, but no length.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely import GeometryCollection, Polygon

from camiscreen import geodesy
from camiscreen.edges import EdgeTable, Intervals, complement, intervals_inside, merge
from camiscreen.model import (
    UNCERTAINTY_ZONE,
    AreaOfInfluence,
    Encounter,
    Exposure,
    KpRange,
    LayerCoverage,
    LoadedLayer,
    NotAssessed,
    Project,
    StateCrossed,
    ZoneSpec,
)
from camiscreen.overlay import (
    NONE,
    Meeting,
    Pieces,
    distances_to,
    intervals_near,
    kp_ranges_of,
    meetings_of,
    pieces_of,
    widened_box,
)
from camiscreen.vocabulary import Confidence, ReceptorKind, Relation

_ALL = 1 - 1e-9
"""Share from which on a project counts as wholly inside; the rest is rounding."""


def area_of_influence(project: Project, reach_m: float) -> AreaOfInfluence:
    """Boxes that hold everything within ``reach_m`` of the project."""
    pieces = pieces_of(project)
    boxes = [widened_box(piece, reach_m) for piece in pieces.measured]
    boxes += [widened_box(area, reach_m) for area in pieces.areas.geoms]
    return AreaOfInfluence(boxes=np.array(boxes).reshape(-1, 4), reach_m=reach_m)


def measure(
    project: Project,
    layers: Sequence[LoadedLayer],
    zones: Sequence[ZoneSpec],
    missing: Sequence[LayerCoverage] = (),
) -> Exposure:
    """Every meeting of a project with the receptors of its layers, in a stable order.

    ``zones`` as in the rulebook, any order. A layer of states gives ``states`` and decides what
    every layer covers; without one nothing counts as covered. ``missing`` are layers that should
    be there and are not.
    """
    pieces = pieces_of(project)
    ordered = sorted(zones, key=lambda zone: zone.width_m)
    encounters: list[Encounter] = []
    states: tuple[StateCrossed, ...] = ()
    region: LoadedLayer | None = None
    for layer in sorted(layers, key=lambda item: item.spec.name):
        if layer.spec.receptor_kind is ReceptorKind.STATE:
            region = layer
            states = _states_crossed(pieces, layer)
        else:
            encounters += _encounters(pieces, layer, ordered)
    whole_region = _outside(pieces, region, None)
    coverage = []
    for layer in sorted(layers, key=lambda item: item.spec.name):
        box = shapely.box(*layer.spec.coverage.bbox) if layer.spec.is_users else None
        outside, fraction = _outside(pieces, region, box) if box else whole_region
        coverage.append(
            LayerCoverage(
                layer_id=layer.spec.name,
                title=layer.spec.title,
                required=layer.spec.required,
                present=True,
                covered_fraction=fraction,
                outside_kp_ranges=outside,
            )
        )
    return Exposure(
        encounters=tuple(encounters),
        states=states,
        coverage=(*coverage, *missing),
        not_assessed=tuple(gap for layer in layers for gap in _taxa_not_assessed(layer)),
        state_names={r.id: r.name for r in region.receptors} if region else {},
    )


def _taxa_not_assessed(layer: LoadedLayer) -> list[NotAssessed]:
    """The taxa that a layer of species says it cannot speak of."""
    return [
        NotAssessed(
            subject_id=f"species:{taxon.id}",
            subject=taxon.name,
            reason_code="taxon_not_in_layer",
            reason=taxon.reason or taxon.name,
            covered_fraction=0.0,
            required=False,
            sources=taxon.mask_references,
        )
        for taxon in layer.taxa
        if taxon.status == "not_assessed"
    ]


def _states_crossed(pieces: Pieces, layer: LoadedLayer) -> tuple[StateCrossed, ...]:
    """The states that the project runs through, by chainage."""
    crossed = []
    for owner, meeting in meetings_of(pieces, layer).items():
        receptor = layer.receptors[owner]
        crossed.append(
            StateCrossed(
                iso3=receptor.id,
                name=receptor.name,
                cms_party=bool(receptor.attributes["cms_party"]),
                party_as_of=str(receptor.attributes["party_as_of"]),
                party_references=tuple(receptor.attributes["party_reference"]),
                kp_ranges=kp_ranges_of(pieces, meeting),
                length_m=pieces.lines.length_inside_m(meeting.on_lines),
                positional_accuracy_m=layer.spec.positional_accuracy_m,
            )
        )
    return tuple(sorted(crossed, key=lambda s: (s.kp_ranges[:1] or ((0.0, 0.0),), s.iso3)))


# ----------------------------------------------------------------------------------------------
# Encounters: inside, or near
# ----------------------------------------------------------------------------------------------


def _encounters(pieces: Pieces, layer: LoadedLayer, zones: Sequence[ZoneSpec]) -> list[Encounter]:
    """One encounter for each receptor that any zone, or the layer's own uncertainty, reaches."""
    met = meetings_of(pieces, layer)
    widths = [(zone.id, zone.width_m) for zone in zones]
    if layer.spec.positional_accuracy_m > widths[-1][1]:
        widths.append((UNCERTAINTY_ZONE, layer.spec.positional_accuracy_m))
    reach_m = widths[-1][1]
    near = distances_to(pieces, layer, reach_m, set(met))
    result = []
    for owner in sorted(set(met) | set(near), key=lambda o: layer.receptors[o].id):
        receptor = layer.receptors[owner]
        inside = met.get(owner)
        if inside is not None:
            distance_m, zone, relation = 0.0, widths[0][0], _relation(pieces, inside)
            kp_ranges = kp_ranges_of(pieces, inside)
            geometry = [*pieces.lines.geometry(inside.on_lines).geoms, *inside.geometry]
        else:
            distance_m, relation = near[owner], Relation.NEAR
            zone, width_m = next(item for item in widths if distance_m <= item[1])
            beside = intervals_near(pieces.alignment, layer, owner, width_m)
            kp_ranges = pieces.alignment.ranges_m(beside)
            geometry = list(pieces.alignment.geometry(beside).geoms)
        result.append(
            Encounter(
                id=f"{layer.spec.name}:{receptor.id}",
                layer_id=layer.spec.name,
                receptor=receptor,
                receptor_kind=layer.spec.receptor_kind,
                zone=zone,
                relation=relation,
                crossing_length_m=pieces.lines.length_inside_m(inside.on_lines) if inside else 0.0,
                overlap_area_m2=inside.area_m2 if inside else 0.0,
                distance_m=distance_m,
                kp_ranges=kp_ranges,
                layer_confidence=_confidence(layer, receptor.species_id),
                positional_accuracy_m=layer.spec.positional_accuracy_m,
                geometry=GeometryCollection(geometry),
                receptor_geometry=layer.wholes.get(owner, GeometryCollection()),
            )
        )
    return result


def _relation(pieces: Pieces, meeting: Meeting) -> Relation:
    """Within where all of the project lies inside, else crosses; a line is always crossed."""
    inside_m = pieces.lines.length_inside_m(meeting.on_lines)
    all_inside = (
        inside_m >= _ALL * pieces.lines.length_m
        and meeting.area_m2 >= _ALL * pieces.area_m2
        and meeting.points == len(pieces.points.geoms)
    )
    return Relation.WITHIN if all_inside else Relation.CROSSES


def _confidence(layer: LoadedLayer, species_id: str | None) -> Confidence:
    """That of the taxon where the layer states one, never above that of the layer."""
    for taxon in layer.taxa:
        if taxon.id == species_id and taxon.confidence is not None:
            return min(taxon.confidence, layer.spec.confidence)
    return layer.spec.confidence


# ----------------------------------------------------------------------------------------------
# Coverage
# ----------------------------------------------------------------------------------------------


def _outside(
    pieces: Pieces, region: LoadedLayer | None, box: Polygon | None
) -> tuple[tuple[KpRange, ...], float]:
    """Chainage outside the region of all states together, and the share of the project inside.

    Places within the positional accuracy of the state layer count as inside: a coast drawn at
    1:10 million must not put a coastal road into the sea. For a project of lines, areas and
    points the smallest of the three shares counts. ``box`` narrows the region further.
    """
    lines, alignment = pieces.lines, pieces.alignment
    if region is None:
        return (((0.0, alignment.length_m),) if alignment.edges else ()), 0.0
    meetings = list(meetings_of(pieces, region).values())
    outside = _left_out(lines, [m.on_lines for m in meetings], region, box)
    same = alignment is lines
    on_alignment = [m.on_alignment for m in meetings]
    beside = outside if same else _left_out(alignment, on_alignment, region, box)
    shares = []
    if lines.edges:
        shares.append(1 - lines.length_inside_m(outside) / lines.length_m)
    if pieces.area_m2 > 0:
        inside_m2 = sum(m.area_m2 for m in meetings)
        if box is not None:
            inside_m2 = min(inside_m2, geodesy.area_m2(shapely.intersection(pieces.areas, box)))
        shares.append(min(1.0, inside_m2 / pieces.area_m2))
    if len(pieces.points.geoms):
        points = sum(m.points for m in meetings)
        if box is not None:
            points = min(points, int(shapely.intersects(box, pieces.points.geoms).sum()))
        shares.append(min(1.0, points / len(pieces.points.geoms)))
    return alignment.ranges_m(beside), min(shares, default=0.0)


def _left_out(
    table: EdgeTable, inside: Sequence[Intervals], region: LoadedLayer, box: Polygon | None
) -> Intervals:
    """Intervals neither inside any state nor within the accuracy of their borders.

    Those outside ``box`` too, where there is one.
    """
    covered = merge(np.vstack([NONE, *inside]))
    left = complement(covered, table.edges)
    if len(left):
        near = intervals_near(table, region, None, region.spec.positional_accuracy_m)
        left = complement(merge(np.vstack([covered, near])), table.edges)
    if box is None or not table.edges:
        return left
    in_box = intervals_inside(table.start, table.end, 0, np.array([box], dtype=object))
    return merge(np.vstack([left, complement(in_box, table.edges)]))
