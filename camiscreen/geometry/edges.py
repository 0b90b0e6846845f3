"""Lines as one table of edges, and intervals along it.

Every place on the lines has one number, its position: edge index plus the fraction along that
edge. Intervals of positions are merged, measured and turned into chainage and geometry here, so
that overlay code never walks a line vertex by vertex.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiLineString

from camiscreen.geometry import geodesy
from camiscreen.geometry.arrays import Floats, Whole, distinct, expand, split
from camiscreen.geometry.chainage import merge_ranges
from camiscreen.model import KpRange
from camiscreen.values import dataclass

Intervals: TypeAlias = Floats
"""(n, 2) positions from and to, from <= to."""

CHUNK_EDGES = 32
GROUP_EDGES = 8
"""Edges of a chunk that share a box, so that what is near is found before it is measured."""
_JOIN = 1e-7
"""Positions this close are one: 0.5 mm on the longest edge."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """Few consecutive edges each: ``starts`` and ``ends`` of their edges, bounds, and the first
    group of each chunk (chunks + 1,).
    """

    starts: Whole
    ends: Whole
    boxes: Floats
    first: Whole


@dataclass(frozen=True, kw_only=True, eq=False)
class EdgeTable:
    """All edges of some lines, one line after the other.

    ``start``, ``end`` (n, 2) lon, lat; ``along_m`` (n + 1,) running length over all lines; ``run``
    (n,) number of the line that an edge belongs to. Chunks have at most 32 edges;
    ``chunk_starts`` and ``chunk_ends`` are their first edge and the one after their last.
    """

    start: Floats
    end: Floats
    along_m: Floats
    run: Whole
    chunk_starts: Whole
    chunk_ends: Whole

    @property
    def edges(self) -> int:
        """Number of edges."""
        return len(self.start)

    @property
    def length_m(self) -> float:
        """Length of all lines."""
        return float(self.along_m[-1])

    @cached_property
    def chunks(self) -> NDArray[np.object_]:
        """Each chunk as a line."""
        found = np.zeros(len(self.chunk_starts), dtype=object)
        if len(found):
            chunk, edge = expand(self.chunk_starts, self.chunk_ends - self.chunk_starts)
            vertices = np.vstack([self.start[edge], self.end[self.chunk_ends - 1]])
            of = np.concatenate([chunk, np.arange(len(found))])
            order = np.argsort(of, kind="stable")
            found[:] = shapely.linestrings(vertices[order], indices=of[order])
        return found

    @cached_property
    def boxes(self) -> Floats:
        """Bounds (n, 4) of each chunk."""
        return self.bounds(self.chunk_starts)

    @cached_property
    def groups(self) -> "Groups":
        """The chunks in groups of at most 8 edges."""
        counts = self.chunk_ends - self.chunk_starts
        starts, ends = split(counts, GROUP_EDGES)
        first = np.concatenate([[0], np.cumsum(-(-counts // GROUP_EDGES))])
        return Groups(starts=starts, ends=ends, boxes=self.bounds(starts), first=first)

    def bounds(self, starts: Whole) -> Floats:
        """Bounds of the edges from each start to the next."""
        if not self.edges:
            return np.zeros((0, 4))
        low, high = np.minimum(self.start, self.end), np.maximum(self.start, self.end)
        return np.hstack([np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)])

    def at_m(self, positions: Floats) -> Floats:
        """Running length at positions of any shape."""
        return _at(self.along_m, positions)

    def length_inside_m(self, intervals: Intervals) -> float:
        """Length of the intervals."""
        return float(np.diff(self.at_m(intervals), axis=1).sum())

    def ranges_m(self, intervals: Intervals) -> tuple[KpRange, ...]:
        """Running length from and to of the intervals: chainage, where the lines are chains."""
        return merge_ranges([(float(a), float(b)) for a, b in self.at_m(intervals)])

    def geometry(self, intervals: Intervals) -> MultiLineString:
        """The stretches inside the intervals, cut where a line ends."""
        lines = []
        for first, last in self.per_run(intervals):
            inner = self.start[int(first) + 1 : int(np.ceil(last))]
            xy = np.vstack([self.point(first), inner, self.end_point(last)])
            lines.append(shapely.linestrings(xy))
        return MultiLineString(lines)

    def per_run(self, intervals: Intervals) -> list[tuple[float, float]]:
        """The intervals, cut where one line ends and the next begins; places stay as they are."""
        pieces = []
        for first, last in intervals:
            begin = first
            if first == last:
                pieces.append((float(first), float(last)))
            while begin < last:
                run_ends = np.searchsorted(self.run, self.run[int(begin)], side="right")
                stop = min(last, float(run_ends))
                pieces.append((float(begin), float(stop)))
                begin = stop
        return pieces

    def points(self, positions: Floats) -> Floats:
        """Longitude and latitude (n, 2) at positions (n,)."""
        edge = np.clip(positions.astype(np.int64), 0, self.edges - 1)
        share = (positions - edge)[:, None]
        found: Floats = self.start[edge] + share * (self.end[edge] - self.start[edge])
        return found

    def point(self, position: float) -> Floats:
        """Longitude and latitude at a position; a whole one is the start of its edge."""
        edge = min(int(position), self.edges - 1)
        return self._on_edge(edge, position - edge)

    def end_point(self, position: float) -> Floats:
        """Like ``point``, but a whole position is the end of the edge before it."""
        edge = int(np.ceil(position)) - 1
        return self._on_edge(edge, position - edge)

    def _on_edge(self, edge: int, share: float) -> Floats:
        point: Floats = self.start[edge] + share * (self.end[edge] - self.start[edge])
        return point


class NearestPlace:
    """Finds the running length of a table at the places nearest to points that lie close beside."""

    def __init__(self, table: EdgeTable) -> None:
        self._table = table
        middle = 0.5 * (table.start[:, 1].min() + table.start[:, 1].max())
        # Degrees of longitude shrink with latitude; one scale will do for points close beside.
        self._scale = np.array([np.cos(np.radians(middle)), 1.0])
        edges = np.stack([table.start * self._scale, table.end * self._scale], axis=1)
        self._tree = shapely.STRtree(shapely.linestrings(edges))

    def at_m(self, points: Floats) -> Floats:
        """Running lengths (n,) for (n, 2) lon, lat."""
        table = self._table
        found = self._tree.query_nearest(shapely.points(points * self._scale), all_matches=False)
        edge = found[1][np.argsort(found[0], kind="stable")]
        scale = np.column_stack([np.cos(np.radians(points[:, 1])), np.ones(len(points))])
        step = (table.end[edge] - table.start[edge]) * scale
        squared = np.maximum((step**2).sum(axis=1), 1e-30)
        share = ((points - table.start[edge]) * scale * step).sum(axis=1) / squared
        return _at(table.along_m, edge + np.clip(share, 0, 1))


def _at(running: Floats, positions: Floats) -> Floats:
    """Values of a running sum at positions of any shape."""
    values: Floats = np.interp(positions, np.arange(len(running)), running)
    return values


def edge_table(lines: Iterable[LineString]) -> EdgeTable:
    """The table of some lines in their order; empty where there are none."""
    given = list(lines)
    array = np.zeros(len(given), dtype=object)
    array[:] = given
    all_xy = shapely.get_coordinates(array)
    edges = shapely.get_num_coordinates(array).astype(np.int64) - 1
    run = np.repeat(np.arange(len(edges)), edges)
    # An edge leads from a vertex to the next one of the same line: line n skips n ends before it.
    first = np.arange(len(run)) + run
    start, end = all_xy[first], all_xy[first + 1]
    chunk_starts, chunk_ends = split(edges, CHUNK_EDGES)
    return EdgeTable(
        start=start,
        end=end,
        along_m=np.concatenate([[0.0], np.cumsum(geodesy.edge_lengths_m(start, end))]),
        run=run,
        chunk_starts=chunk_starts,
        chunk_ends=chunk_ends,
    )


def intervals_inside(
    start: Floats, end: Floats, first_edge: int, polygons: NDArray[np.object_]
) -> Intervals:
    """Intervals of edges that lie inside any of some polygons, in the same planar coordinates.

    ``start`` and ``end`` (n, 2) are consecutive rows of a table from ``first_edge`` on.
    """
    edges = shapely.linestrings(np.stack([start, end], axis=1))
    step = end - start
    squared = np.maximum((step**2).sum(axis=1), 1e-300)
    found: list[Floats] = []
    for polygon in polygons:
        shapely.prepare(polygon)
        touched = np.flatnonzero(shapely.intersects(polygon, edges))
        if not len(touched):
            continue
        covered = shapely.covers(polygon, edges[touched])
        inside = touched[covered]
        found.append(np.column_stack([inside, inside + 1]).astype(float))
        for edge in touched[~covered]:
            for part in shapely.get_parts(shapely.intersection(polygon, edges[edge])):
                xy = shapely.get_coordinates(part)
                if len(xy) < 2:
                    continue
                share = np.clip(((xy - start[edge]) @ step[edge]) / squared[edge], 0.0, 1.0)
                found.append(np.array([[edge + share.min(), edge + share.max()]]))
    if not found:
        return np.zeros((0, 2))
    return merge(np.vstack(found)) + first_edge


def places_meeting(
    start: Floats, end: Floats, first_edge: int, lines: NDArray[np.object_]
) -> Intervals:
    """Places where edges meet any of some lines or points, in the same planar coordinates.

    Rows are intervals without length, or with one where an edge runs along a line. Not merged.
    """
    edges = shapely.linestrings(np.stack([start, end], axis=1))
    step = end - start
    squared = np.maximum((step**2).sum(axis=1), 1e-300)
    found = [np.zeros((0, 2))]
    for line in lines:
        shapely.prepare(line)
        for edge in np.flatnonzero(shapely.intersects(line, edges)):
            for part in shapely.get_parts(shapely.intersection(line, edges[edge])):
                xy = shapely.get_coordinates(part)
                share = np.clip(((xy - start[edge]) @ step[edge]) / squared[edge], 0.0, 1.0)
                found.append(np.array([[edge + share.min(), edge + share.max()]]))
    return np.vstack(found) + first_edge


def merge(intervals: Intervals) -> Intervals:
    """Sorted, overlapping and touching intervals made one, empty ones dropped."""
    rows = intervals[intervals[:, 1] > intervals[:, 0]]
    if not len(rows):
        return np.zeros((0, 2))
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    reach = np.maximum.accumulate(rows[:, 1])
    new = np.concatenate([[True], rows[1:, 0] > reach[:-1] + _JOIN])
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(rows)) - 1
    return np.column_stack([rows[first, 0], reach[last]])


def merge_places(places: Intervals) -> Intervals:
    """Like ``merge``, but places without length stay, each once, where no interval holds them."""
    long = merge(places)
    single = distinct(places[places[:, 1] <= places[:, 0], 0])
    if len(single) > 1:
        single = single[np.concatenate([[True], np.diff(single) > _JOIN])]
    if len(long):
        before = np.searchsorted(long[:, 0], single + _JOIN) - 1
        held = (before >= 0) & (single <= long[np.maximum(before, 0), 1] + _JOIN)
        single = single[~held]
    found = np.vstack([long, np.column_stack([single, single])])
    return found[np.argsort(found[:, 0], kind="stable")]


def complement(intervals: Intervals, edges: int) -> Intervals:
    """What is left of ``edges`` edges outside merged intervals."""
    bounds = np.concatenate([[0.0], intervals.ravel(), [float(edges)]]).reshape(-1, 2)
    left: Intervals = bounds[bounds[:, 1] - bounds[:, 0] > _JOIN]
    return left
