"""Project x layers -> encounters: all overlay geometry, once, and no judgement.

Lengths and areas are exact on the ellipsoid up to the straightness of densified edges; distances
and zones are measured in a conformal frame around each piece of the project. A receptor that is a
line is crossed at places: its encounter has chainage, but no length.
"""

from collections import defaultdict
from collections.abc import Sequence, Set

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import GeometryCollection, MultiPoint, MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from camiscreen import geodesy
from camiscreen.arrays import among, distinct
from camiscreen.beside import stretches_near
from camiscreen.bundles import Bundles, Ground, bundles_of, bundles_of_lines, widened
from camiscreen.chainage import merge_ranges
from camiscreen.edges import (
    EdgeTable,
    Intervals,
    NearestPlace,
    complement,
    edge_table,
    merge,
    merge_places,
    places_meeting,
)
from camiscreen.model import (
    UNCERTAINTY_ZONE,
    AreaOfInfluence,
    Coverage,
    Encounter,
    Exposure,
    KpRange,
    LayerCoverage,
    LoadedLayer,
    NotAssessed,
    Project,
    ProvinceCrossed,
    StateCrossed,
    Taxon,
    ZoneSpec,
)
from camiscreen.nearness import Pairs, nearest
from camiscreen.overlay import stretches_inside
from camiscreen.severance import severed_area_m2
from camiscreen.values import dataclass
from camiscreen.vocabulary import Confidence, ReceptorKind, Relation

_NONE: Intervals = np.zeros((0, 2))
_ALL = 1 - 1e-9
"""Share from which on a project counts as wholly inside; the rest is rounding."""
_OF_UNSURE_PLACE = {
    ReceptorKind.SITE, ReceptorKind.AGGREGATION_GROUND, ReceptorKind.WATER_POINT
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pieces:
    """A project in the pieces that overlay works on.

    ``lines`` is the geometry as given, which lengths come from; ``alignment`` the chains, which
    chainage comes from (the same object where both are one). ``nearest`` finds chainage beside
    the alignment, None where nothing can lie beside it. ``measured`` are all lines, rings and
    points that distances start from.
    """

    lines: EdgeTable
    alignment: EdgeTable
    nearest: NearestPlace | None
    areas: MultiPolygon
    points: MultiPoint
    measured: tuple[Bundles, ...]
    area_m2: float


@dataclass(slots=True, kw_only=True)
class _Meeting:
    """What is known so far of one receptor: intervals of the lines and of the alignment in it.

    ``line_places`` and ``places`` are where the lines and the alignment meet a receptor that is
    itself a line: mostly intervals without length.
    """

    on_lines: Intervals
    on_alignment: Intervals
    line_places: Intervals
    places: Intervals
    area_m2: float
    points: int
    geometry: list[BaseGeometry]


def _pieces(project: Project) -> _Pieces:
    lines = edge_table(project.lines.geoms)
    chains = [chain.line for chain in project.alignment]
    as_given = len(chains) == len(project.lines.geoms) and all(
        shapely.equals_exact(chain, line)
        for chain, line in zip(chains, project.lines.geoms, strict=True)
    )
    rings = edge_table(shapely.get_parts(project.areas.boundary))
    points = shapely.get_parts(project.points)
    alignment = lines if as_given else edge_table(chains)
    return _Pieces(
        lines=lines,
        alignment=alignment,
        nearest=None if as_given or not alignment.edges else NearestPlace(alignment),
        areas=project.areas,
        points=project.points,
        measured=tuple(
            bundles
            for bundles in (bundles_of_lines(lines), bundles_of_lines(rings), bundles_of(points))
            if len(bundles.starts)
        ),
        area_m2=project.area_m2,
    )


def area_of_influence(project: Project, reach_m: float) -> AreaOfInfluence:
    """Boxes that hold everything within ``reach_m`` of the project."""
    pieces = _pieces(project)
    boxes = [bundles.whole_boxes.T for bundles in pieces.measured]
    boxes.append(shapely.bounds(shapely.get_parts(pieces.areas)).reshape(-1, 4))
    return AreaOfInfluence(boxes=widened(np.vstack(boxes), reach_m), reach_m=reach_m)


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
    pieces = _pieces(project)
    ordered = sorted(zones, key=lambda zone: zone.width_m)
    encounters: list[Encounter] = []
    states: tuple[StateCrossed, ...] = ()
    provinces: tuple[ProvinceCrossed, ...] = ()
    region: LoadedLayer | None = None
    ordered_layers = sorted(layers, key=lambda item: item.spec.name)
    for layer in ordered_layers:
        if layer.spec.receptor_kind is ReceptorKind.STATE:
            region = layer
            states = _states_crossed(pieces, layer)
        elif layer.spec.receptor_kind is ReceptorKind.PROVINCE:
            provinces = _provinces_crossed(pieces, layer)
        else:
            encounters += _encounters(pieces, layer, ordered)
    coverage = tuple(_coverage(pieces, ordered_layers, region))
    needed = [item.covered_fraction for item in coverage if item.required]
    if region is not None and needed and not any(needed):
        # Ranges run on beyond the states. Where nothing can be assessed nothing is half assessed.
        encounters = []
    return Exposure(
        encounters=tuple(encounters),
        states=states,
        provinces=provinces,
        coverage=(*coverage, *missing),
        not_assessed=tuple(
            gap
            for layer in layers
            for gap in _taxa_not_assessed(layer, {item.spec.name for item in layers}, states)
        ),
        state_names={
            receptor.id: receptor.name
            for receptor in (region.receptors if region else ())
            if not receptor.attributes.get("disputed")
        },
    )


def _taxa_not_assessed(
    layer: LoadedLayer, present: Set[str], states: Sequence[StateCrossed]
) -> list[NotAssessed]:
    """The taxa that no layer speaks of here, or of which one knows only some sites here.

    Each on the stretches in the states that it is known from.
    """
    crossed = {state.iso3 for state in states}
    return [
        NotAssessed(
            subject_id=f"species:{taxon.id}",
            subject=taxon.name,
            reason_code=code,
            reason=taxon.reason or taxon.name,
            covered_fraction=0.0,
            required=False,
            sources=taxon.mask_references,
            kp_ranges=merge_ranges(
                kp
                for state in states
                if state.iso3 in taxon.partly_known_in
                for kp in state.kp_ranges
            ),
        )
        for taxon in layer.taxa
        if (code := _taxon_gap(taxon, present, crossed))
    ]


def _taxon_gap(taxon: Taxon, present: Set[str], crossed: Set[str]) -> str:
    """Why a taxon is not, or not fully, assessed; empty where it is.

    Where all states crossed are others than those it is known from, it is no gap of this project;
    where no state is crossed, or its states are not stated, that cannot be said.
    """
    known_in = set(taxon.partly_known_in)
    elsewhere = bool(crossed and known_in) and not crossed & known_in
    if taxon.status not in {"not_assessed", "elsewhere"} or elsewhere:
        return ""
    if taxon.status == "not_assessed" or taxon.layer not in present:
        return "taxon_not_in_layer"
    return "taxon_partly_in_layer" if crossed & known_in else ""


# ----------------------------------------------------------------------------------------------
# Meetings: what lies inside
# ----------------------------------------------------------------------------------------------


def _meetings(pieces: _Pieces, layer: LoadedLayer, ground: Ground) -> dict[int, _Meeting]:
    """For each owner met: intervals, area and points inside."""
    found: dict[int, _Meeting] = defaultdict(
        lambda: _Meeting(
            on_lines=_NONE,
            on_alignment=_NONE,
            line_places=_NONE,
            places=_NONE,
            area_m2=0.0,
            points=0,
            geometry=[],
        )
    )
    if not len(layer.tiles):
        return found
    on_lines = _intervals(pieces.lines, ground, layer.owners)
    same = pieces.alignment is pieces.lines
    on_alignment = on_lines if same else _intervals(pieces.alignment, ground, layer.owners)
    line_places = _places(pieces.lines, ground, layer.owners)
    places = line_places if same else _places(pieces.alignment, ground, layer.owners)
    for owner, intervals in on_lines.items():
        found[owner].on_lines = intervals
        found[owner].on_alignment = on_alignment.get(owner, _NONE)
    for owner, intervals in line_places.items():
        found[owner].line_places = intervals
        found[owner].places = places.get(owner, _NONE)
        found[owner].geometry += [Point(pieces.lines.point(at)) for at in intervals[:, 0]]
    for area in pieces.areas.geoms:
        for tile in ground.tree.query(area, predicate="intersects"):
            inside = shapely.intersection(area, layer.tiles[tile])
            inside_m2 = geodesy.area_m2(inside)
            if inside_m2 > 0 or shapely.get_dimensions(layer.tiles[tile]) < 2:
                meeting = found[int(layer.owners[tile])]
                meeting.area_m2 += inside_m2
                meeting.geometry.append(inside)
    for point in pieces.points.geoms:
        hits = ground.tree.query(point, predicate="intersects")
        for owner in distinct(layer.owners[hits]):
            found[int(owner)].points += 1
            found[int(owner)].geometry.append(point)
    return found


def _kp_ranges(pieces: _Pieces, meeting: _Meeting) -> tuple[KpRange, ...]:
    """Chainage of a meeting. Lines beside the alignment take that of its nearest place."""
    inside = np.vstack([meeting.on_alignment, meeting.places])
    ranges = list(pieces.alignment.ranges_m(inside))
    if pieces.nearest is None:
        return tuple(ranges)
    beside = pieces.lines.per_run(np.vstack([meeting.on_lines, meeting.line_places]))
    if not beside:
        return tuple(ranges)
    ends = [(pieces.lines.point(a), pieces.lines.end_point(b) if b > a else pieces.lines.point(a))
            for a, b in beside]  # fmt: skip
    at_m = np.sort(pieces.nearest.at_m(np.array(ends).reshape(-1, 2)).reshape(-1, 2), axis=1)
    known = np.array(ranges).reshape(-1, 2)
    for low, high in at_m.tolist():
        if not ((known[:, 0] <= high) & (low <= known[:, 1])).any():
            ranges.append((low, high))
    return merge_ranges(ranges)


def _intervals(table: EdgeTable, ground: Ground, owners: NDArray[np.int32]) -> dict[int, Intervals]:
    """For each owner: the intervals of the edge table inside its tiles that are areas."""
    inside = stretches_inside(table, ground)
    owner_of = owners[inside.tile]
    order = np.argsort(owner_of, kind="stable")
    first = np.flatnonzero(np.diff(owner_of[order], prepend=-1))
    return {int(owner_of[rows[0]]): merge(inside.span[rows]) for rows in np.split(order, first)[1:]}


def _places(table: EdgeTable, ground: Ground, owners: NDArray[np.int32]) -> dict[int, Intervals]:
    """For each owner: the places of the edge table on its tiles that are lines or points."""
    if not table.edges or ground.is_area.all():
        return {}
    places: dict[int, list[Intervals]] = defaultdict(list)
    chunk_of, tile_of = ground.tree.query(table.chunks)
    thin = ~ground.is_area[tile_of]
    chunk_of, tile_of = chunk_of[thin], tile_of[thin]
    met = shapely.intersects(table.chunks[chunk_of], ground.tiles[tile_of])
    for chunk, tile in zip(chunk_of[met], tile_of[met], strict=True):
        first, last = int(table.chunk_starts[chunk]), int(table.chunk_ends[chunk])
        found = places_meeting(
            table.start[first:last], table.end[first:last], first, ground.tiles[[tile]]
        )
        places[int(owners[tile])].append(found)
    merged = {owner: merge_places(np.vstack(rows)) for owner, rows in places.items()}
    return {owner: rows for owner, rows in merged.items() if len(rows)}


def _states_crossed(pieces: _Pieces, layer: LoadedLayer) -> tuple[StateCrossed, ...]:
    """The states that the project runs through, by chainage."""
    crossed = []
    for owner, meeting in _meetings(pieces, layer, Ground(layer.tiles)).items():
        receptor = layer.receptors[owner]
        if receptor.attributes.get("disputed"):
            continue
        crossed.append(
            StateCrossed(
                iso3=receptor.id,
                name=receptor.name,
                cms_party=bool(receptor.attributes["cms_party"]),
                party_as_of=str(receptor.attributes["party_as_of"]),
                party_references=tuple(receptor.attributes["party_reference"]),
                kp_ranges=_kp_ranges(pieces, meeting),
                length_m=pieces.lines.length_inside_m(meeting.on_lines),
                positional_accuracy_m=layer.spec.positional_accuracy_m,
            )
        )
    return tuple(sorted(crossed, key=lambda s: (s.kp_ranges[:1] or ((0.0, 0.0),), s.iso3)))


def _provinces_crossed(pieces: _Pieces, layer: LoadedLayer) -> tuple[ProvinceCrossed, ...]:
    """The first-level units that the project runs through, by chainage."""
    crossed = [
        ProvinceCrossed(
            id=layer.receptors[owner].id,
            name=layer.receptors[owner].name,
            state=str(layer.receptors[owner].attributes["state"]),
            disputed=bool(layer.receptors[owner].attributes["disputed"]),
            kp_ranges=_kp_ranges(pieces, meeting),
            length_m=pieces.lines.length_inside_m(meeting.on_lines),
        )
        for owner, meeting in _meetings(pieces, layer, Ground(layer.tiles)).items()
    ]
    return tuple(sorted(crossed, key=lambda p: (p.kp_ranges[:1] or ((0.0, 0.0),), p.id)))


# ----------------------------------------------------------------------------------------------
# Encounters: inside, or near
# ----------------------------------------------------------------------------------------------


def _encounters(pieces: _Pieces, layer: LoadedLayer, zones: Sequence[ZoneSpec]) -> list[Encounter]:
    """One encounter for each receptor that any zone, or the layer's own uncertainty, reaches."""
    ground = Ground(layer.tiles)
    met = _meetings(pieces, layer, ground)
    named = [(zone.id, zone.width_m) for zone in zones]
    uncertain = {owner: _uncertainty_m(layer, owner) for owner in distinct(layer.owners).tolist()}
    reach_m = max([named[-1][1], *uncertain.values()])
    near = {
        owner: distance_m
        for owner, distance_m in _distances(pieces, ground, layer.owners, reach_m, set(met)).items()
        if distance_m <= max(named[-1][1], uncertain[owner])
    }
    result = []
    for owner in sorted(set(met) | set(near), key=lambda o: layer.receptors[o].id):
        receptor = layer.receptors[owner]
        widths = [*named, (UNCERTAINTY_ZONE, uncertain[owner])]
        inside = met.get(owner)
        if inside is not None:
            distance_m, zone, relation = 0.0, widths[0][0], _relation(pieces, inside)
            kp_ranges = _kp_ranges(pieces, inside)
            geometry = [*pieces.lines.geometry(inside.on_lines).geoms, *inside.geometry]
        else:
            distance_m, relation = near[owner], Relation.NEAR
            zone, width_m = next(item for item in widths if distance_m <= item[1])
            own = Ground(layer.tiles[layer.owners == owner])
            beside = merge(stretches_near(pieces.alignment, own, width_m))
            kp_ranges = pieces.alignment.ranges_m(beside)
            geometry = list(pieces.alignment.geometry(beside).geoms)
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
                kp_ranges=kp_ranges,
                layer_confidence=_confidence(layer, receptor.species_id),
                positional_accuracy_m=_accuracy_m(layer, owner),
                geometry=GeometryCollection(geometry),
                receptor_geometry=layer.wholes.get(owner, GeometryCollection()),
            )
        )
    return result


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


def _relation(pieces: _Pieces, meeting: _Meeting) -> Relation:
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
# Near: distances and zones
# ----------------------------------------------------------------------------------------------


def _distances(
    pieces: _Pieces, ground: Ground, owners: NDArray[np.int32], reach_m: float, skip: set[int]
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


# ----------------------------------------------------------------------------------------------
# Coverage
# ----------------------------------------------------------------------------------------------


def _coverage(
    pieces: _Pieces, layers: Sequence[LoadedLayer], region: LoadedLayer | None
) -> list[LayerCoverage]:
    """How much of the project lies where each layer can speak: its states, inside its box."""
    known: dict[Coverage, tuple[float, tuple[KpRange, ...]]] = {}
    result = []
    for layer in layers:
        where = layer.spec.coverage
        if where not in known:
            known[where] = _covered(pieces, where, region)
        share, outside = known[where]
        result.append(
            LayerCoverage(
                layer_id=layer.spec.name,
                title=layer.spec.title,
                required=layer.spec.required,
                present=True,
                covered_fraction=share,
                outside_kp_ranges=outside,
                kind=layer.spec.receptor_kind,
                species=layer.spec.species,
                uses=_uses(layer),
            )
        )
    return result


def _uses(layer: LoadedLayer) -> tuple[str, ...]:
    """What the animals of a layer of aggregation grounds gather for, near the project or not."""
    if layer.spec.receptor_kind is not ReceptorKind.AGGREGATION_GROUND:
        return ()
    return tuple(sorted({str(item.attributes.get("ground_use")) for item in layer.receptors}))


def _covered(
    pieces: _Pieces, where: Coverage, region: LoadedLayer | None
) -> tuple[float, tuple[KpRange, ...]]:
    """Share of the project inside a coverage, and the chainage outside it.

    Places within the positional accuracy of the state layer count as inside: a coast drawn at
    1:10 million must not put a coastal road or a port into the sea. For a project of lines, areas
    and points the mean of the shares counts; an area counts by its outline.
    """
    shares: list[float] = []
    outside: tuple[KpRange, ...] = ()
    reach = _reach(region, where) if region is not None else None
    if pieces.lines.edges:
        left = _left_out(pieces.lines, reach)
        shares.append(1 - pieces.lines.length_inside_m(left) / pieces.lines.length_m)
        same = pieces.alignment is pieces.lines
        beside = left if same else _left_out(pieces.alignment, reach)
        outside = pieces.alignment.ranges_m(beside)
    if not pieces.areas.is_empty:
        rings = edge_table(shapely.get_parts(pieces.areas.boundary))
        shares.append(1 - rings.length_inside_m(_left_out(rings, reach)) / rings.length_m)
    if len(pieces.points.geoms):
        inside = _points_covered(shapely.get_parts(pieces.points), reach)
        shares.append(float(inside.mean()))
    share = sum(shares) / len(shares) if shares else 0.0
    return (1.0 if share >= _ALL else max(0.0, share)), outside


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Reach:
    """Tiles of the states that a layer covers, its box in degrees, and the slack at borders."""

    ground: Ground
    box: BaseGeometry
    slack_m: float


def _reach(region: LoadedLayer, where: Coverage) -> _Reach:
    states = where.states
    wanted = [
        not states or receptor.id in states or bool(receptor.attributes.get("disputed"))
        for receptor in region.receptors
    ]
    return _Reach(
        ground=Ground(region.tiles[np.array(wanted, dtype=bool)[region.owners]]),
        box=shapely.box(*where.bbox),
        slack_m=region.spec.positional_accuracy_m,
    )


def _left_out(table: EdgeTable, reach: _Reach | None) -> Intervals:
    """Intervals outside a reach; all of them where there is none."""
    everything = np.array([[0.0, float(table.edges)]])
    if reach is None:
        return everything
    inside = _intervals(table, reach.ground, np.zeros(len(reach.ground), dtype=np.int32))
    covered = inside.get(0, _NONE)
    if len(complement(covered, table.edges)):
        near = stretches_near(table, reach.ground, reach.slack_m)
        covered = merge(np.vstack([covered, near]))
    box = Ground(np.array([reach.box]))
    boxed = _intervals(table, box, np.zeros(1, dtype=np.int32)).get(0, _NONE)
    left = np.vstack([complement(covered, table.edges), complement(boxed, table.edges)])
    return merge(left)


def _points_covered(points: NDArray[np.object_], reach: _Reach | None) -> NDArray[np.bool_]:
    """Which points lie in the box of a reach, and in its tiles or within the slack of them."""
    covered = np.zeros(len(points), dtype=bool)
    if reach is None or not len(reach.ground):
        return covered
    here, tree = bundles_of(points), reach.ground.tree
    point, tile = reach.ground.near(here, reach.slack_m)
    pairs = Pairs(here=point, there=tile, key=point)
    near, _ = nearest(here, reach.ground.bundles, pairs, reach.slack_m)
    covered[near] = True
    covered[tree.query(points, predicate="intersects")[0]] = True
    inside: NDArray[np.bool_] = covered & shapely.covers(reach.box, points)
    return inside
