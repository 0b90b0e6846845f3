"""Project x layers -> encounters: all overlay geometry, once, and no judgement.

Lengths and areas are exact on the ellipsoid up to the straightness of densified edges; distances
and zones are measured in a conformal frame around each piece of the project. A receptor that is a
line is crossed at places: its encounter has chainage, but no length.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import GeometryCollection, MultiPoint, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from camiscreen import geodesy
from camiscreen.chainage import merge_ranges
from camiscreen.edges import (
    CHUNK_EDGES,
    EdgeTable,
    Intervals,
    NearestPlace,
    complement,
    edge_table,
    intervals_inside,
    merge,
    merge_places,
    places_meeting,
)
from camiscreen.geodesy import LocalFrame
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
from camiscreen.vocabulary import Confidence, ReceptorKind, Relation

_NONE: Intervals = np.zeros((0, 2))
_ALL = 1 - 1e-9
"""Share from which on a project counts as wholly inside; the rest is rounding."""
_FRAME_EDGE_DEGREES = 0.02
"""Polygon edges are cut to this before they enter a local frame, where parallels are curves."""


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
    measured: tuple[BaseGeometry, ...]
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
    measured: list[BaseGeometry] = list(lines.chunks)
    for ring in shapely.get_parts(project.areas.boundary):
        xy = shapely.get_coordinates(ring)
        measured += [
            shapely.linestrings(xy[first : first + CHUNK_EDGES + 1])
            for first in range(0, len(xy) - 1, CHUNK_EDGES)
        ]
    measured += list(project.points.geoms)
    alignment = lines if as_given else edge_table(chains)
    return _Pieces(
        lines=lines,
        alignment=alignment,
        nearest=None if as_given or not alignment.edges else NearestPlace(alignment),
        areas=project.areas,
        points=project.points,
        measured=tuple(measured),
        area_m2=project.area_m2,
    )


def area_of_influence(project: Project, reach_m: float) -> AreaOfInfluence:
    """Boxes that hold everything within ``reach_m`` of the project."""
    pieces = _pieces(project)
    boxes = [_box(piece, reach_m) for piece in pieces.measured]
    boxes += [_box(area, reach_m) for area in pieces.areas.geoms]
    return AreaOfInfluence(boxes=np.array(boxes).reshape(-1, 4), reach_m=reach_m)


def _box(geometry: BaseGeometry, reach_m: float) -> tuple[float, float, float, float]:
    """Bounds in degrees, widened by ``reach_m`` on every side."""
    west, south, east, north = geometry.bounds
    dlon, dlat = geodesy.degrees_for(reach_m, max(abs(south), abs(north)))
    return west - dlon, south - dlat, east + dlon, north + dlat


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


# ----------------------------------------------------------------------------------------------
# Meetings: what lies inside
# ----------------------------------------------------------------------------------------------


def _meetings(pieces: _Pieces, layer: LoadedLayer) -> dict[int, _Meeting]:
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
    tree = shapely.STRtree(layer.tiles)
    has_area = shapely.get_dimensions(layer.tiles) == 2
    on_lines, line_places = _intervals(pieces.lines, layer, tree, has_area)
    same = pieces.alignment is pieces.lines
    on_alignment, places = (
        (on_lines, line_places) if same else _intervals(pieces.alignment, layer, tree, has_area)
    )
    for owner, intervals in on_lines.items():
        found[owner].on_lines = intervals
        found[owner].on_alignment = on_alignment.get(owner, _NONE)
    for owner, intervals in line_places.items():
        found[owner].line_places = intervals
        found[owner].places = places.get(owner, _NONE)
        found[owner].geometry += [Point(pieces.lines.point(at)) for at in intervals[:, 0]]
    for area in pieces.areas.geoms:
        for tile in tree.query(area, predicate="intersects"):
            inside = shapely.intersection(area, layer.tiles[tile])
            inside_m2 = geodesy.area_m2(inside)
            if inside_m2 > 0 or not has_area[tile]:
                meeting = found[int(layer.owners[tile])]
                meeting.area_m2 += inside_m2
                meeting.geometry.append(inside)
    for point in pieces.points.geoms:
        hits = tree.query(point, predicate="intersects")
        for owner in np.unique(layer.owners[hits]):
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


def _intervals(
    table: EdgeTable, layer: LoadedLayer, tree: shapely.STRtree, has_area: NDArray[np.bool_]
) -> tuple[dict[int, Intervals], dict[int, Intervals]]:
    """For each owner: the intervals of the edge table inside its tiles, and places on its lines."""
    if not table.edges:
        return {}, {}
    parts: dict[int, list[Intervals]] = defaultdict(list)
    places: dict[int, list[Intervals]] = defaultdict(list)
    chunk_of, tile_of = tree.query(table.chunks, predicate="intersects")
    for chunk, tile in zip(chunk_of, tile_of, strict=True):
        if not has_area[tile]:
            first, last = int(table.chunk_starts[chunk]), int(table.chunk_ends[chunk])
            found = places_meeting(
                table.start[first:last], table.end[first:last], first, layer.tiles[[tile]]
            )
            places[int(layer.owners[tile])].append(found)
    chunk_of, tile_of = chunk_of[has_area[tile_of]], tile_of[has_area[tile_of]]
    covered = shapely.covers(layer.tiles[tile_of], table.chunks[chunk_of])
    owner_of = layer.owners[tile_of]
    for chunk, owner in np.unique(np.column_stack([chunk_of, owner_of]), axis=0):
        first, last = int(table.chunk_starts[chunk]), int(table.chunk_ends[chunk])
        rows = (chunk_of == chunk) & (owner_of == owner)
        if covered[rows].any():
            parts[int(owner)].append(np.array([[first, last]], dtype=float))
        else:
            inside = intervals_inside(
                table.start[first:last], table.end[first:last], first, layer.tiles[tile_of[rows]]
            )
            parts[int(owner)].append(inside)
    merged = {owner: merge(np.vstack(rows)) for owner, rows in parts.items()}
    crossed = {owner: merge_places(np.vstack(rows)) for owner, rows in places.items()}
    return (
        {owner: rows for owner, rows in merged.items() if len(rows)},
        {owner: rows for owner, rows in crossed.items() if len(rows)},
    )


def _states_crossed(pieces: _Pieces, layer: LoadedLayer) -> tuple[StateCrossed, ...]:
    """The states that the project runs through, by chainage."""
    crossed = []
    for owner, meeting in _meetings(pieces, layer).items():
        receptor = layer.receptors[owner]
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


# ----------------------------------------------------------------------------------------------
# Encounters: inside, or near
# ----------------------------------------------------------------------------------------------


def _encounters(pieces: _Pieces, layer: LoadedLayer, zones: Sequence[ZoneSpec]) -> list[Encounter]:
    """One encounter for each receptor that any zone, or the layer's own uncertainty, reaches."""
    met = _meetings(pieces, layer)
    widths = [(zone.id, zone.width_m) for zone in zones]
    if layer.spec.positional_accuracy_m > widths[-1][1]:
        widths.append((UNCERTAINTY_ZONE, layer.spec.positional_accuracy_m))
    reach_m = widths[-1][1]
    near = _distances(pieces, layer, reach_m, set(met))
    result = []
    for owner in sorted(set(met) | set(near), key=lambda o: layer.receptors[o].id):
        receptor = layer.receptors[owner]
        inside = met.get(owner)
        if inside is not None:
            distance_m, zone, relation = 0.0, widths[0][0], _relation(pieces, inside)
            kp_ranges = _kp_ranges(pieces, inside)
            geometry = [*pieces.lines.geometry(inside.on_lines).geoms, *inside.geometry]
        else:
            distance_m, relation = near[owner], Relation.NEAR
            zone, width_m = next(item for item in widths if distance_m <= item[1])
            beside = _intervals_near(pieces.alignment, layer, owner, width_m)
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


def _in_frame(
    piece: BaseGeometry, tiles: NDArray[np.object_], reach_m: float
) -> tuple[LocalFrame, BaseGeometry, NDArray[np.object_]]:
    """A frame around a piece, with the piece and the nearby parts of some tiles in it."""
    box = _box(piece, reach_m)
    frame = LocalFrame(0.5 * (box[0] + box[2]), 0.5 * (box[1] + box[3]))
    near = shapely.intersection(tiles, shapely.box(*box))
    near = shapely.segmentize(near, _FRAME_EDGE_DEGREES)
    return frame, frame.transform(piece), shapely.transform(near, frame.forward)


def _distances(
    pieces: _Pieces, layer: LoadedLayer, reach_m: float, skip: set[int]
) -> dict[int, float]:
    """Distance in metres to each owner that lies within ``reach_m`` and is not in ``skip``."""
    open_tiles = np.flatnonzero(~np.isin(layer.owners, list(skip)))
    if not len(open_tiles):
        return {}
    tree = shapely.STRtree(layer.tiles[open_tiles])
    nearest: dict[int, float] = {}
    for piece in pieces.measured:
        hits = open_tiles[tree.query(shapely.box(*_box(piece, reach_m)))]
        if not len(hits):
            continue
        _, here, tiles = _in_frame(piece, layer.tiles[hits], reach_m)
        for owner, distance_m in zip(
            layer.owners[hits], shapely.distance(tiles, here), strict=True
        ):
            # NaN: the tile's bounds reach into the box, but the tile itself does not.
            if distance_m <= min(reach_m, nearest.get(int(owner), np.inf)):
                nearest[int(owner)] = float(distance_m)
    return nearest


def _intervals_near(
    table: EdgeTable, layer: LoadedLayer, owner: int | None, width_m: float
) -> Intervals:
    """Intervals of the lines within ``width_m`` of one owner, or of any where it is None."""
    tiles = layer.tiles if owner is None else layer.tiles[layer.owners == owner]
    tree = shapely.STRtree(tiles)
    found = [_NONE]
    if not len(tiles) or not table.edges:
        return _NONE
    near_by = shapely.STRtree(table.chunks).query(
        shapely.box(*_box(shapely.box(*shapely.total_bounds(tiles)), width_m))
    )
    for index in sorted(near_by):
        chunk, first, last = (
            table.chunks[index], table.chunk_starts[index], table.chunk_ends[index]
        )  # fmt: skip
        hits = tree.query(shapely.box(*_box(chunk, width_m)))
        if not len(hits):
            continue
        frame, _, near = _in_frame(chunk, tiles[hits], width_m)
        zone = shapely.buffer(shapely.union_all(near), width_m, quad_segs=32)
        start, end = frame.forward(table.start[first:last]), frame.forward(table.end[first:last])
        found.append(intervals_inside(start, end, int(first), np.array([zone])))
    return merge(np.vstack(found))


# ----------------------------------------------------------------------------------------------
# Coverage
# ----------------------------------------------------------------------------------------------


def _outside(
    pieces: _Pieces, region: LoadedLayer | None, box: Polygon | None
) -> tuple[tuple[KpRange, ...], float]:
    """Chainage outside the region of all states together, and the share of the project inside.

    Places within the positional accuracy of the state layer count as inside: a coast drawn at
    1:10 million must not put a coastal road into the sea. For a project of lines, areas and
    points the smallest of the three shares counts. ``box`` narrows the region further.
    """
    lines, alignment = pieces.lines, pieces.alignment
    if region is None:
        return (((0.0, alignment.length_m),) if alignment.edges else ()), 0.0
    meetings = list(_meetings(pieces, region).values())
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
    covered = merge(np.vstack([_NONE, *inside]))
    left = complement(covered, table.edges)
    if len(left):
        near = _intervals_near(table, region, None, region.spec.positional_accuracy_m)
        left = complement(merge(np.vstack([covered, near])), table.edges)
    if box is None or not table.edges:
        return left
    in_box = intervals_inside(table.start, table.end, 0, np.array([box], dtype=object))
    return merge(np.vstack([left, complement(in_box, table.edges)]))
