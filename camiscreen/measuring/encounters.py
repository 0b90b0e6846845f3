"""The receptors of a layer that a project meets or comes near to: one encounter each.

Distances are measured on the ellipsoid between the nearest places; chainage of what is near is
where the alignment lies within the zone that the distance falls into.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from shapely import GeometryCollection

from camiscreen.geometry.arrays import among, distinct
from camiscreen.geometry.beside import stretches_near_each
from camiscreen.geometry.bundles import Ground
from camiscreen.geometry.edges import Intervals, merge
from camiscreen.geometry.nearness import Pairs, nearest
from camiscreen.measuring.meetings import Meeting, kp_ranges, meetings
from camiscreen.measuring.project_pieces import ALL, Pieces
from camiscreen.measuring.severance import severed_area_m2
from camiscreen.model import UNCERTAINTY_ZONE, Encounter, LoadedLayer, ZoneSpec
from camiscreen.values import dataclass
from camiscreen.vocabulary import Confidence, ReceptorKind, Relation

_OF_UNSURE_PLACE = {
    ReceptorKind.SITE, ReceptorKind.AGGREGATION_GROUND, ReceptorKind.WATER_POINT
}  # fmt: skip


def encounters_of(pieces: Pieces, layer: LoadedLayer, zones: Sequence[ZoneSpec]) -> list[Encounter]:
    """One encounter for each receptor that any zone, or the layer's own uncertainty, reaches.

    ``zones`` from the narrowest to the widest.
    """
    ground = Ground(layer.tiles)
    met = meetings(pieces, layer, ground)
    named = [(zone.id, zone.width_m) for zone in zones]
    uncertain = {owner: _uncertainty_m(layer, owner) for owner in distinct(layer.owners).tolist()}
    reach_m = max([named[-1][1], *uncertain.values()])
    near = {
        owner: _Near(distance_m=distance_m, zone=zone, width_m=width_m)
        for owner, distance_m in _distances(pieces, ground, layer.owners, reach_m, set(met)).items()
        for zone, width_m in _zone_of(distance_m, [*named, (UNCERTAINTY_ZONE, uncertain[owner])])
    }
    beside = _beside(pieces, layer, near)
    result = []
    for owner in sorted({*met, *near}, key=lambda o: layer.receptors[o].id):
        receptor = layer.receptors[owner]
        inside = met.get(owner)
        if inside is not None:
            distance_m, zone, relation = 0.0, named[0][0], _relation(pieces, inside)
            ranges = kp_ranges(pieces, inside)
            geometry = [*pieces.lines.geometry(inside.on_lines).geoms, *inside.geometry]
        else:
            distance_m, zone, relation = near[owner].distance_m, near[owner].zone, Relation.NEAR
            ranges = pieces.alignment.ranges_m(beside[owner])
            geometry = list(pieces.alignment.geometry(beside[owner]).geoms)
        severed_m2, patch_m2 = 0.0, 0.0
        if inside is not None and layer.spec.receptor_kind is ReceptorKind.SPECIES_RANGE:
            run = pieces.alignment.geometry(inside.on_alignment)
            severed_m2, patch_m2 = severed_area_m2(
                layer.wholes.get(owner, GeometryCollection()), run
            )
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
                severed_area_m2=severed_m2,
                patch_area_m2=patch_m2,
                distance_m=distance_m,
                kp_ranges=ranges,
                layer_confidence=_confidence(layer, receptor.species_id),
                positional_accuracy_m=_accuracy_m(layer, owner),
                geometry=GeometryCollection(geometry),
                receptor_geometry=layer.wholes.get(owner, GeometryCollection()),
            )
        )
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class _Near:
    """How far a receptor lies, and the zone that this falls into."""

    distance_m: float
    zone: str
    width_m: float


def _zone_of(distance_m: float, widths: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """The first zone that is wide enough, none where none is."""
    return [item for item in widths if distance_m <= item[1]][:1]


def _beside(
    pieces: Pieces, layer: LoadedLayer, near: Mapping[int, _Near]
) -> Mapping[int, Intervals]:
    """Where the alignment lies within the zone of each receptor that is near, for all at once."""
    owners = np.array(sorted(near), dtype=np.int64)
    rows = np.flatnonzero(among(layer.owners.astype(np.int64), owners))
    key = np.searchsorted(owners, layer.owners[rows]).astype(np.int64)
    width_m = np.array([near[owner].width_m for owner in owners.tolist()])
    of, spans = stretches_near_each(pieces.alignment, Ground(layer.tiles[rows]), key, width_m)
    return {owner: merge(spans[of == number]) for number, owner in enumerate(owners.tolist())}


def _accuracy_m(layer: LoadedLayer, owner: int) -> float:
    """Positional accuracy of one receptor, where it has its own, else of its layer."""
    own = layer.receptors[owner].attributes.get("accuracy_m")
    return float(own) if own is not None else layer.spec.positional_accuracy_m


def _uncertainty_m(layer: LoadedLayer, owner: int) -> float:
    """How far a receptor may reach beyond where it is drawn.

    A range at least as far as its layer is uncertain, a site, ground or water point as far as its
    own position. Swaths of corridors, barriers and landscapes are drawn as wide as they are
    uncertain.
    """
    if layer.spec.receptor_kind is ReceptorKind.SPECIES_RANGE:
        return max(_accuracy_m(layer, owner), layer.spec.positional_accuracy_m)
    return _accuracy_m(layer, owner) if layer.spec.receptor_kind in _OF_UNSURE_PLACE else 0.0


def _relation(pieces: Pieces, meeting: Meeting) -> Relation:
    """Within where all of the project lies inside, else crosses; a line is always crossed."""
    inside_m = pieces.lines.length_inside_m(meeting.on_lines)
    all_inside = (
        inside_m >= ALL * pieces.lines.length_m
        and meeting.area_m2 >= ALL * pieces.area_m2
        and meeting.points == len(pieces.points.geoms)
    )
    return Relation.WITHIN if all_inside else Relation.CROSSES


def _confidence(layer: LoadedLayer, species_id: str | None) -> Confidence:
    """That of the taxon where the layer states one, never above that of the layer."""
    for taxon in layer.taxa:
        if taxon.id == species_id and taxon.confidence is not None:
            return min(taxon.confidence, layer.spec.confidence)
    return layer.spec.confidence


def _distances(
    pieces: Pieces, ground: Ground, owners: NDArray[np.int32], reach_m: float, skip: set[int]
) -> dict[int, float]:
    """Distance in metres to each owner that lies within ``reach_m`` and is not in ``skip``."""
    key = owners.astype(np.int64)
    is_open = ~among(key, np.array(sorted(skip), dtype=np.int64))
    distance_m: dict[int, float] = {}
    for here in pieces.measured if is_open.any() else ():
        whole, tile = ground.near(here, reach_m)
        whole, tile = whole[is_open[tile]], tile[is_open[tile]]
        pairs = Pairs(here=whole, there=tile, key=key[tile])
        near = nearest(here, ground.bundles, pairs, reach_m)
        for owner, found_m in zip(*(column.tolist() for column in near), strict=True):
            distance_m[owner] = min(found_m, distance_m.get(owner, np.inf))
    return distance_m
