"""One stretch of line while it is being joined: cut, turned round, linked, never reshaped.

A track knows of each edge which given part it came from and whether it runs as given, so that
whatever is done to tracks, the given geometry can be taken out of them again to the last vertex.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from camiscreen.geometry.arrays import distinct
from camiscreen.geometry.geodesy import Floats
from camiscreen.values import dataclass

Ints: TypeAlias = NDArray[np.int64]

GAP = -1
"""In place of a part number: the edge bridges a gap and is no geometry of the project."""

SNAP = -2
"""The same for the hair's breadth between two ends that count as one point."""

VERTEX_M = 1e-3
"""A cut this close to a vertex is made at the vertex: a shorter edge would be noise."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Track:
    """A line of n vertices in two sets of coordinates, and where each of its edges came from.

    ``lonlat`` (n, 2) degrees, as given; ``metric`` (n, 2) metres in one frame for all tracks;
    ``part`` (n - 1,) number of the given part, or GAP or SNAP; ``sense`` (n - 1,) is 1 where the
    edge runs as given, -1 where it is turned round, 0 for GAP and SNAP.
    """

    lonlat: Floats
    metric: Floats
    part: Ints
    sense: Ints

    @cached_property
    def along(self) -> Floats:
        """Distance in metres (n,) from the start, in the metric frame."""
        steps = np.diff(self.metric, axis=0)
        return np.concatenate([[0.0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))])

    @cached_property
    def line(self) -> LineString:
        """The track in the metric frame."""
        return shapely.linestrings(self.metric)

    @property
    def length(self) -> float:
        """Length in the metric frame, links included."""
        return float(self.along[-1])

    @property
    def parts(self) -> frozenset[int]:
        """Numbers of the given parts that it runs on."""
        return frozenset(distinct(self.part[self.part >= 0]).tolist())

    @property
    def links(self) -> Ints:
        """Indices of the edges that are no geometry of the project."""
        return np.flatnonzero(self.part < 0)

    def points(self, positions_m: Floats) -> Floats:
        """Metric coordinates (m, 2) of m places along the track."""
        return np.column_stack([np.interp(positions_m, self.along, axis) for axis in self.metric.T])

    def span(self, first: int, last: int) -> "Track":
        """The track from one vertex to another, both included."""
        return Track(
            lonlat=self.lonlat[first : last + 1],
            metric=self.metric[first : last + 1],
            part=self.part[first:last],
            sense=self.sense[first:last],
        )

    def turned_round(self) -> "Track":
        """The same track from its other end."""
        return Track(
            lonlat=self.lonlat[::-1],
            metric=self.metric[::-1],
            part=self.part[::-1],
            sense=-self.sense[::-1],
        )

    def cut(self, positions_m: Iterable[float]) -> "list[Track]":
        """The track in pieces, cut at distances along it; a cut at its very end does nothing."""
        wanted = distinct(np.fromiter(positions_m, float))
        wanted = wanted[(wanted > 0) & (wanted < self.length)]
        if not len(wanted):
            return [self]
        off = np.abs(wanted - self.along[_nearest(self.along, wanted)]) > VERTEX_M
        refined = self._with_vertices_at(wanted[off])
        at = distinct(_nearest(refined.along, wanted))
        bounds = [0, *at[(at > 0) & (at < len(refined.part))].tolist(), len(refined.part)]
        return [refined.span(a, b) for a, b in pairwise(bounds)]

    def _with_vertices_at(self, positions: Floats) -> "Track":
        edge = np.searchsorted(self.along, positions, side="right") - 1
        share = (positions - self.along[edge]) / (self.along[edge + 1] - self.along[edge])

        def refined(points: Floats) -> Floats:
            at = points[edge] + share[:, None] * (points[edge + 1] - points[edge])
            return np.insert(points, edge + 1, at, axis=0)

        return Track(
            lonlat=refined(self.lonlat),
            metric=refined(self.metric),
            part=np.insert(self.part, edge + 1, self.part[edge]),
            sense=np.insert(self.sense, edge + 1, self.sense[edge]),
        )

    def trimmed(self) -> "Track | None":
        """The track without links at its ends, None if nothing but links is left."""
        real = np.flatnonzero(self.part >= 0)
        return self.span(int(real[0]), int(real[-1]) + 1) if len(real) else None

    def given_runs(self) -> "list[Track]":
        """The stretches between links: nothing but geometry as given."""
        links = self.links
        starts, ends = [0, *(links + 1).tolist()], [*links.tolist(), len(self.part)]
        return [self.span(a, b) for a, b in zip(starts, ends, strict=True) if b > a]


def _nearest(sorted_values: Floats, wanted: Floats) -> Ints:
    after = np.clip(np.searchsorted(sorted_values, wanted), 1, len(sorted_values) - 1)
    nearer_before = wanted - sorted_values[after - 1] <= sorted_values[after] - wanted
    return after - nearer_before


def headings(tracks: "Sequence[Track]", baseline_m: float) -> Floats:
    """Unit vectors (n, 2 ends, 2) from each end of each track to a point inwards on it."""
    lines = np.array([track.line for track in tracks])
    length = shapely.length(lines)
    reach = np.minimum(length, baseline_m)
    vectors = np.empty((len(tracks), 2, 2))
    for end, (vertex, inner) in enumerate(((0, reach), (-1, length - reach))):
        to = shapely.get_coordinates(shapely.line_interpolate_point(lines, inner))
        vectors[:, end] = to - shapely.get_coordinates(shapely.get_point(lines, vertex))
    norms = np.linalg.norm(vectors, axis=2, keepdims=True)
    unit: Floats = vectors / np.where(norms > 0, norms, 1.0)
    return unit


def linked(tracks: "list[Track]", link: int) -> Track:
    """One track out of several, end to start; where the ends differ, a ``link`` edge joins them."""
    lonlat, metric = [tracks[0].lonlat], [tracks[0].metric]
    part, sense = [tracks[0].part], [tracks[0].sense]
    for before, after in pairwise(tracks):
        if np.array_equal(before.lonlat[-1], after.lonlat[0]):
            lonlat.append(after.lonlat[1:])
            metric.append(after.metric[1:])
        else:
            lonlat.append(after.lonlat)
            metric.append(after.metric)
            part.append(np.array([link]))
            sense.append(np.array([0]))
        part.append(after.part)
        sense.append(after.sense)
    return Track(
        lonlat=np.concatenate(lonlat),
        metric=np.concatenate(metric),
        part=np.concatenate(part),
        sense=np.concatenate(sense),
    )
