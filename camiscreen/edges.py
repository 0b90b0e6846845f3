"""A project's lines as one table of edges, and intervals along it.

Every place on the project's lines has one number, its position: edge index plus the fraction
along that edge. Intervals of positions are merged, measured and turned into chainage and geometry
here, so that overlay code never walks a line vertex by vertex.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiLineString

from camiscreen import geodesy
from camiscreen.chainage import merge_ranges
from camiscreen.geodesy import Floats
from camiscreen.model import Chain, KpRange

Intervals: TypeAlias = Floats
"""(n, 2) positions from and to, from <= to."""

CHUNK_EDGES = 32
_JOIN = 1e-7
"""Positions this close are one: 0.5 mm on the longest edge."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EdgeTable:
    """All edges of a project's chains and side lines.

    ``start``, ``end`` (n, 2) lon, lat; ``given_m`` (n + 1,) running length of the geometry as
    given (bridges count nothing); ``kp_m`` (n + 1,) running chainage; ``run`` (n,) number of the
    unbroken line that an edge belongs to; edges from ``chain_edges`` on are side lines, which
    have no chainage of their own. ``chunks`` are lines of at most 32 edges, ``chunk_starts`` and
    ``chunk_ends`` their first edge and the one after their last.
    """

    start: Floats
    end: Floats
    given_m: Floats
    kp_m: Floats
    run: NDArray[np.int64]
    chain_edges: int
    chunks: NDArray[np.object_]
    chunk_starts: NDArray[np.int64]
    chunk_ends: NDArray[np.int64]

    @property
    def edges(self) -> int:
        """Number of edges."""
        return len(self.start)

    def given_length_m(self, intervals: Intervals) -> float:
        """Length as given inside the intervals."""
        return float(
            (_at(self.given_m, intervals[:, 1]) - _at(self.given_m, intervals[:, 0])).sum()
        )

    def kp_ranges(self, intervals: Intervals) -> tuple[KpRange, ...]:
        """Chainage of the intervals, merged; side lines take that of the nearest chain point."""
        ranges: list[KpRange] = []
        for first, last in self._per_run(intervals):
            if first < self.chain_edges:
                low, high = _at(self.kp_m, np.array([first, last]))
            elif self.chain_edges:
                ends = [
                    self._nearest_kp(self.point(first)),
                    self._nearest_kp(self._end_point(last)),
                ]
                low, high = min(ends), max(ends)
            else:
                continue
            ranges.append((float(low), float(high)))
        return merge_ranges(ranges)

    def _per_run(self, intervals: Intervals) -> list[tuple[float, float]]:
        """The intervals, cut where one unbroken line ends and the next begins."""
        pieces = []
        for first, last in intervals:
            begin = first
            while begin < last:
                same_run = np.searchsorted(self.run, self.run[int(begin)], side="right")
                stop = min(last, float(same_run))
                pieces.append((float(begin), float(stop)))
                begin = stop
        return pieces

    def point(self, position: float) -> Floats:
        """Longitude and latitude at a position."""
        edge = min(int(position), self.edges - 1)
        share = position - edge
        point: Floats = self.start[edge] + share * (self.end[edge] - self.start[edge])
        return point

    def geometry(self, intervals: Intervals) -> MultiLineString:
        """The stretches inside the intervals, cut where a run ends."""
        lines = []
        for first, last in self._per_run(intervals):
            inner = self.start[int(first) + 1 : int(np.ceil(last))]
            xy = np.vstack([self.point(first), inner, self._end_point(last)])
            lines.append(shapely.linestrings(xy))
        return MultiLineString(lines)

    def _end_point(self, position: float) -> Floats:
        """Like ``point``, but a whole position is the end of the edge before it."""
        edge = int(np.ceil(position)) - 1
        share = position - edge
        point: Floats = self.start[edge] + share * (self.end[edge] - self.start[edge])
        return point

    def _nearest_kp(self, point: Floats) -> float:
        """Chainage of the chain point nearest to a place that lies close beside the chain."""
        scale = np.array([np.cos(np.radians(point[1])), 1.0])
        a = (self.start[: self.chain_edges] - point) * scale
        b = (self.end[: self.chain_edges] - point) * scale
        step = b - a
        squared = np.maximum((step**2).sum(axis=1), 1e-30)
        share = np.clip(-(a * step).sum(axis=1) / squared, 0, 1)
        distance = np.hypot(*(a + share[:, None] * step).T)
        edge = int(distance.argmin())
        return float(_at(self.kp_m, np.array([edge + share[edge]]))[0])


def _at(running: Floats, positions: Floats) -> Floats:
    """Values of a running sum at positions of any shape."""
    values: Floats = np.interp(positions, np.arange(len(running)), running)
    return values


def edge_table(chains: tuple[Chain, ...], side_lines: MultiLineString) -> EdgeTable:
    """The table of a project's lines; empty where it has none."""
    lines = [shapely.get_coordinates(chain.line) for chain in chains]
    chain_edges = sum(len(xy) - 1 for xy in lines)
    lines += [shapely.get_coordinates(line) for line in side_lines.geoms]
    if not lines:
        none = np.zeros((0, 2))
        zero, no_index = np.zeros(1), np.zeros(0, dtype=np.int64)
        return EdgeTable(
            start=none, end=none, given_m=zero, kp_m=zero, run=no_index, chain_edges=0,
            chunks=np.zeros(0, dtype=object), chunk_starts=no_index, chunk_ends=no_index,
        )  # fmt: skip
    start = np.vstack([xy[:-1] for xy in lines])
    end = np.vstack([xy[1:] for xy in lines])
    run = np.repeat(np.arange(len(lines)), [len(xy) - 1 for xy in lines])
    length_m = geodesy.edge_lengths_m(start, end)
    given_m = length_m.copy()
    offset = 0
    for chain, xy in zip(chains, lines, strict=False):
        given_m[offset + np.array(chain.bridge_edges, dtype=int)] = 0.0
        offset += len(xy) - 1
    chunks, chunk_starts, chunk_ends = [], [], []
    offset = 0
    for xy in lines:
        for first in range(0, len(xy) - 1, CHUNK_EDGES):
            last = min(first + CHUNK_EDGES, len(xy) - 1)
            chunks.append(shapely.linestrings(xy[first : last + 1]))
            chunk_starts.append(offset + first)
            chunk_ends.append(offset + last)
        offset += len(xy) - 1
    return EdgeTable(
        start=start,
        end=end,
        given_m=np.concatenate([[0.0], np.cumsum(given_m)]),
        kp_m=np.concatenate([[0.0], np.cumsum(length_m)]),
        run=run,
        chain_edges=chain_edges,
        chunks=np.array(chunks, dtype=object),
        chunk_starts=np.array(chunk_starts),
        chunk_ends=np.array(chunk_ends),
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


def complement(intervals: Intervals, edges: int) -> Intervals:
    """What is left of ``edges`` edges outside merged intervals."""
    bounds = np.concatenate([[0.0], intervals.ravel(), [float(edges)]]).reshape(-1, 2)
    left: Intervals = bounds[bounds[:, 1] - bounds[:, 0] > _JOIN]
    return left
