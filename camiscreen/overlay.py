"""The overlay of a project with one layer: what lies inside, where lines cross, what is near.

Only geometry: intervals along the project's lines, areas and points inside, distances. What they
are the encounter of is decided in ``exposure``.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPoint, MultiPolygon, Point
from shapely.geometry.base import BaseGeometry

from camiscreen import geodesy
from camiscreen.chainage import merge_ranges
from camiscreen.edges import (
    CHUNK_EDGES,
    EdgeTable,
    Intervals,
    NearestPlace,
    edge_table,
    intervals_inside,
    merge,
    merge_places,
    places_meeting,
)
from camiscreen.geodesy import LocalFrame
from camiscreen.model import KpRange, LoadedLayer, Project

NONE: Intervals = np.zeros((0, 2))
"""No interval at all."""
_FRAME_EDGE_DEGREES = 0.02
"""Polygon edges are cut to this before they enter a local frame, where parallels are curves."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pieces:
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
class Meeting:
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


def pieces_of(project: Project) -> Pieces:
    """A project cut into the pieces that overlay works on."""
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
    return Pieces(
        lines=lines,
        alignment=alignment,
        nearest=None if as_given or not alignment.edges else NearestPlace(alignment),
        areas=project.areas,
        points=project.points,
        measured=tuple(measured),
        area_m2=project.area_m2,
    )


def widened_box(geometry: BaseGeometry, reach_m: float) -> tuple[float, float, float, float]:
    """Bounds in degrees, widened by ``reach_m`` on every side."""
    west, south, east, north = geometry.bounds
    dlon, dlat = geodesy.degrees_for(reach_m, max(abs(south), abs(north)))
    return west - dlon, south - dlat, east + dlon, north + dlat


# ----------------------------------------------------------------------------------------------
# Meetings: what lies inside
# ----------------------------------------------------------------------------------------------


def meetings_of(pieces: Pieces, layer: LoadedLayer) -> dict[int, Meeting]:
    """For each owner met: intervals, area and points inside."""
    found: dict[int, Meeting] = defaultdict(
        lambda: Meeting(
            on_lines=NONE,
            on_alignment=NONE,
            line_places=NONE,
            places=NONE,
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
        found[owner].on_alignment = on_alignment.get(owner, NONE)
    for owner, intervals in line_places.items():
        found[owner].line_places = intervals
        found[owner].places = places.get(owner, NONE)
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


def kp_ranges_of(pieces: Pieces, meeting: Meeting) -> tuple[KpRange, ...]:
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


# ----------------------------------------------------------------------------------------------
# Near: distances and zones
# ----------------------------------------------------------------------------------------------


def _in_frame(
    piece: BaseGeometry, tiles: NDArray[np.object_], reach_m: float
) -> tuple[LocalFrame, BaseGeometry, NDArray[np.object_]]:
    """A frame around a piece, with the piece and the nearby parts of some tiles in it."""
    box = widened_box(piece, reach_m)
    frame = LocalFrame(0.5 * (box[0] + box[2]), 0.5 * (box[1] + box[3]))
    near = shapely.intersection(tiles, shapely.box(*box))
    near = shapely.segmentize(near, _FRAME_EDGE_DEGREES)
    return frame, frame.transform(piece), shapely.transform(near, frame.forward)


def distances_to(
    pieces: Pieces, layer: LoadedLayer, reach_m: float, skip: set[int]
) -> dict[int, float]:
    """Distance in metres to each owner that lies within ``reach_m`` and is not in ``skip``."""
    open_tiles = np.flatnonzero(~np.isin(layer.owners, list(skip)))
    if not len(open_tiles):
        return {}
    tree = shapely.STRtree(layer.tiles[open_tiles])
    nearest: dict[int, float] = {}
    for piece in pieces.measured:
        hits = open_tiles[tree.query(shapely.box(*widened_box(piece, reach_m)))]
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


def intervals_near(
    table: EdgeTable, layer: LoadedLayer, owner: int | None, width_m: float
) -> Intervals:
    """Intervals of the lines within ``width_m`` of one owner, or of any where it is None."""
    tiles = layer.tiles if owner is None else layer.tiles[layer.owners == owner]
    tree = shapely.STRtree(tiles)
    found = [NONE]
    if not len(tiles) or not table.edges:
        return NONE
    near_by = shapely.STRtree(table.chunks).query(
        shapely.box(*widened_box(shapely.box(*shapely.total_bounds(tiles)), width_m))
    )
    for index in sorted(near_by):
        chunk, first, last = (
            table.chunks[index], table.chunk_starts[index], table.chunk_ends[index]
        )  # fmt: skip
        hits = tree.query(shapely.box(*widened_box(chunk, width_m)))
        if not len(hits):
            continue
        frame, _, near = _in_frame(chunk, tiles[hits], width_m)
        zone = shapely.buffer(shapely.union_all(near), width_m, quad_segs=32)
        start, end = frame.forward(table.start[first:last]), frame.forward(table.end[first:last])
        found.append(intervals_inside(start, end, int(first), np.array([zone])))
    return merge(np.vstack(found))
