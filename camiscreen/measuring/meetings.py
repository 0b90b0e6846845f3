"""What of a project lies inside the receptors of a layer, as intervals, areas and points.

A receptor that is a line is met at places, which have chainage but no length.
"""

from collections import defaultdict

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Point
from shapely.geometry.base import BaseGeometry

from camiscreen.geometry import geodesy
from camiscreen.geometry.arrays import distinct
from camiscreen.geometry.bundles import Ground
from camiscreen.geometry.chainage import merge_ranges
from camiscreen.geometry.edges import EdgeTable, Intervals, merge, merge_places, places_meeting
from camiscreen.geometry.overlay import stretches_inside
from camiscreen.measuring.project_pieces import Pieces
from camiscreen.model import KpRange, LoadedLayer
from camiscreen.values import dataclass

_NONE: Intervals = np.zeros((0, 2))


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


def meetings(pieces: Pieces, layer: LoadedLayer, ground: Ground) -> dict[int, Meeting]:
    """For each owner met: intervals, area and points inside."""
    found: dict[int, Meeting] = defaultdict(
        lambda: Meeting(
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
    on_lines = intervals_of(pieces.lines, ground, layer.owners)
    same = pieces.alignment is pieces.lines
    on_alignment = on_lines if same else intervals_of(pieces.alignment, ground, layer.owners)
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


def kp_ranges(pieces: Pieces, meeting: Meeting) -> tuple[KpRange, ...]:
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


def intervals_of(
    table: EdgeTable, ground: Ground, owners: NDArray[np.int32]
) -> dict[int, Intervals]:
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
