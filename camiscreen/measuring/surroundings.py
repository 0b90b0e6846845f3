"""What geometry says of a project beyond single meetings: parallels, enclosures, zones of loss.

Measured after it is settled which layer speaks of a species, and added to the exposure. No
judgement: the spacings and distances come in as numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon

from camiscreen.geometry import line_joining
from camiscreen.geometry.chainage import merge_ranges
from camiscreen.geometry.edges import edge_table
from camiscreen.geometry.line_joining import JoinedLine
from camiscreen.measuring import enclosures, loss_zones
from camiscreen.measuring.parallels import Bands, parallels
from camiscreen.model import (
    Enclosure,
    Exposure,
    LoadedLayer,
    LossZone,
    Project,
    Surroundings,
)
from camiscreen.vocabulary import ReceptorKind, Relation


def measured(
    project: Project,
    exposure: Exposure,
    layers: Sequence[LoadedLayer],
    *,
    spacing: Bands,
    avoidance_m: Mapping[str, float],
) -> Exposure:
    """The exposure with its surroundings. ``avoidance_m`` by species, only where documented."""
    near = {(e.layer_id, e.receptor_id) for e in exposure.encounters
            if e.receptor_kind is ReceptorKind.BARRIER}  # fmt: skip
    lines = [
        line
        for layer in layers
        if layer.spec.receptor_kind is ReceptorKind.BARRIER
        for line in line_joining.join(_only(layer, near))
    ]
    alignment = edge_table([chain.line for chain in project.alignment])
    return replace(
        exposure,
        surroundings=Surroundings(
            lines=tuple(line.line for line in lines),
            parallels=parallels(alignment, lines, spacing),
            enclosures=tuple(_enclosures(project, exposure, layers, lines)),
            loss_zones=tuple(_loss_zones(project, exposure, layers, avoidance_m)),
        ),
    )


def _only(layer: LoadedLayer, wanted: set[tuple[str, str]]) -> LoadedLayer:
    """A layer with the tiles of those receptors that the project meets or that lie near it."""
    keep = [(layer.spec.name, layer.receptors[owner].id) in wanted for owner in layer.owners]
    mask = np.array(keep, dtype=bool)
    return replace(layer, tiles=layer.tiles[mask], owners=layer.owners[mask])


def _tiles_of(
    species_id: str, exposure: Exposure, layers: Sequence[LoadedLayer]
) -> list[tuple[LoadedLayer, NDArray[np.object_]]]:
    """The range of a species in the layers that speak of it here."""
    speaking = {
        e.layer_id
        for e in exposure.encounters
        if e.species_id == species_id and e.receptor_kind is ReceptorKind.SPECIES_RANGE
    }
    found = []
    for layer in layers:
        if layer.spec.name in speaking:
            own = [layer.receptors[owner].species_id == species_id for owner in layer.owners]
            found.append((layer, layer.tiles[np.array(own, dtype=bool)]))
    return found


def _enclosures(
    project: Project,
    exposure: Exposure,
    layers: Sequence[LoadedLayer],
    lines: Sequence[JoinedLine],
) -> list[Enclosure]:
    """Blocks between the project and lines that exist, and again with those that are planned."""
    met = dict.fromkeys(
        e.species_id
        for e in exposure.encounters
        if e.receptor_kind is ReceptorKind.SPECIES_RANGE
        and e.species_id
        and e.relation is not Relation.NEAR
    )
    built = [line for line in lines if not line.line.planned]
    closed_layers = {layer.spec.name for layer in layers if not layer.spec.redistributable}
    found = []
    for with_planned, used in ((False, built), (True, list(lines))):
        if not met or not used or (with_planned and len(used) == len(built)):
            continue
        closed = enclosures.blocks(project, used)
        for species_id in met:
            ranges = _tiles_of(str(species_id), exposure, layers)
            tiles = [tile for _, tile in ranges]
            if not tiles or not closed:
                continue
            inside = enclosures.within(closed, np.concatenate(tiles))
            if not inside:
                continue
            # The edge of a block is the line that closes it.
            drawn_from = {line.line.layer_id for line in used}
            drawn_from |= {layer.spec.name for layer, _ in ranges}
            shown = drawn_from.isdisjoint(closed_layers)
            parts = [part for _, _, whole in inside for part in whole.geoms]
            found.append(
                Enclosure(
                    species_id=str(species_id),
                    with_planned=with_planned,
                    area_m2=sum(area_m2 for _, area_m2, _ in inside),
                    largest_m2=max(area_m2 for _, area_m2, _ in inside),
                    blocks=len(inside),
                    kp_ranges=merge_ranges([kp for block, *_ in inside for kp in block.kp_ranges]),
                    geometry=MultiPolygon(parts) if shown else MultiPolygon(),
                )
            )
    return found


def _loss_zones(
    project: Project,
    exposure: Exposure,
    layers: Sequence[LoadedLayer],
    avoidance_m: Mapping[str, float],
) -> list[LossZone]:
    found = []
    for species_id, distance_m in avoidance_m.items():
        ranges = _tiles_of(species_id, exposure, layers)
        ranges = [(layer, tiles[shapely.get_dimensions(tiles) == 2]) for layer, tiles in ranges]
        if not ranges or distance_m <= 0:
            continue
        zone = loss_zones.zone_around(project, distance_m)
        area_m2, inside = loss_zones.lost(zone, [tiles for _, tiles in ranges])
        if area_m2 > 0:
            shown = all(layer.spec.redistributable for layer, _ in ranges)
            found.append(
                LossZone(
                    species_id=species_id,
                    distance_m=distance_m,
                    area_m2=area_m2,
                    geometry=inside if shown else MultiPolygon(),
                )
            )
    return found
