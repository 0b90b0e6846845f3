"""Which tracks run beside longer ones, and where: what chainage must not count twice.

A track runs beside another where it lies within STRIP_M of it and alongside, that is not ahead
of its end. Longer tracks take precedence; what was put aside is nobody's neighbour any more.
"""

from collections import defaultdict
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from camiscreen.alignment.tangle import check_pairs, pairs_within
from camiscreen.alignment.tracks import Ints, Track
from camiscreen.geometry.arrays import distinct
from camiscreen.geometry.geodesy import Floats
from camiscreen.values import dataclass

Bools: TypeAlias = NDArray[np.bool_]

STRIP_M = 100.0
"""Tracks this close are one alignment: a double line, two carriageways, a siding."""

HOLE_M = 200.0
"""A stretch outside the strip shorter than this, between two inside, does not count as outside."""

LONGEST_LINK_M = 200.0
"""Along longer bridges nothing is put aside: what lies there is better than the bridge."""

SAMPLE_M = 20.0
"""Spacing of the places at which a track is looked at; the precision of where it is split."""

BIT_M = 500.0
"""Edges are looked up in bits of this length: the box of a long one holds half the network."""

_AT_ONCE = 5_000
"""Places that are looked at together."""

WHOLE_SHARE = 0.9
"""From this share on, a track is beside others as a whole."""

ALONG_SHARE = 0.7
"""A track that gains less than this share of its length along its neighbour runs across it."""

SIDES_M = 5.0
"""A track that runs across crosses if it is farther than this off on both sides."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Cover:
    """Places along one track, and where along which neighbour they lie.

    ``at`` (n,) metres from the start of the track; ``host`` (n,) number of the nearest neighbour
    that the place is beside, -1 for none; ``host_at`` (n,) metres along it; ``offset`` (n,)
    metres to its left, negative to its right.
    """

    at: Floats
    host: Ints
    host_at: Floats
    offset: Floats

    @property
    def whole(self) -> bool:
        """True where the track as a whole runs beside others and does not cross them."""
        beside = self.host >= 0
        if beside.mean() < WHOLE_SHARE:
            return False
        offset = self.offset[beside]
        both_sides = bool(offset.min() < -SIDES_M and offset.max() > SIDES_M)
        return not both_sides or self._runs_along(0, len(self.at) - 1)

    def stretches(self) -> list[tuple[float, float]]:
        """From and to, in metres, where the track runs beside others for more than STRIP_M."""
        steps = np.diff(np.concatenate([[0], self.host >= 0, [0]]).astype(int))
        merged: list[tuple[int, int]] = []
        starts, ends = np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist()
        for start, end in zip(starts, ends, strict=True):
            if merged and self.at[start] - self.at[merged[-1][1]] <= HOLE_M:
                merged[-1] = (merged[-1][0], end - 1)
            else:
                merged.append((start, end - 1))
        found = []
        for start, end in merged:
            first = 0 if self.at[start] <= STRIP_M else start
            last = len(self.at) - 1 if self.at[-1] - self.at[end] <= STRIP_M else end
            if self.at[last] - self.at[first] > STRIP_M and self._runs_along(start, end):
                found.append((float(self.at[first]), float(self.at[last])))
        return found

    def _runs_along(self, first: int, last: int) -> bool:
        host, host_at = self.host[first : last + 1], self.host_at[first : last + 1]
        same = np.flatnonzero((host[1:] == host[:-1]) & (host[1:] >= 0))
        gained = np.zeros(int(host.max()) + 1)
        np.add.at(gained, host[same], np.diff(host_at)[same])
        length = float(self.at[last] - self.at[first])
        return float(np.abs(gained).sum()) >= ALONG_SHARE * length


class Neighbours:
    """All tracks against all longer tracks within STRIP_M; the geometry is measured once."""

    def __init__(self, tracks: list[Track]) -> None:
        by_length = sorted(range(len(tracks)), key=lambda i: (-tracks[i].length, i))
        rank = np.empty(len(tracks), dtype=np.int64)
        rank[by_length] = np.arange(len(tracks))
        near = _near_pairs(tracks, rank)
        with_host = set(near[:, 0].tolist())
        self.order = [i for i in by_length if i in with_host]
        """The tracks that have a longer neighbour at all, the longest first."""
        self._places = {i: _places(tracks[i]) for i in self.order}
        self._meetings = _meetings(tracks, near, self._places, rank)
        self._gone: dict[int, list[tuple[float, float]]] = defaultdict(list)

    def put_aside(self, track: int, stretches: list[tuple[float, float]]) -> None:
        """From now on these stretches of a track are nobody's neighbour."""
        self._gone[track] += stretches

    def cover(self, track: int) -> Cover:
        """Where a track of ``order`` runs beside the longer ones that are left."""
        met = self._meetings.of(track)
        valid = np.ones(len(met.place), dtype=bool)
        by_host = np.argsort(met.host, kind="stable")
        hosts, firsts = np.unique(met.host[by_host], return_index=True)
        for number, rows in zip(hosts.tolist(), np.split(by_host, firsts[1:]), strict=False):
            at = met.host_at[rows]
            for start, end in self._gone.get(number, ()):
                valid[rows[(at >= start) & (at <= end)]] = False
        # Farthest first: of several neighbours the nearest is written last and stays.
        rows = np.flatnonzero(valid)
        rows = rows[np.argsort(-np.abs(met.offset[rows]), kind="stable")]
        at = self._places[track]
        host, host_at, offset = np.full(len(at), -1), np.zeros(len(at)), np.zeros(len(at))
        host[met.place[rows]] = met.host[rows]
        host_at[met.place[rows]] = met.host_at[rows]
        offset[met.place[rows]] = met.offset[rows]
        return Cover(at=at, host=host, host_at=host_at, offset=offset)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Meetings:
    """One row for each place on a track and each longer track that it is beside."""

    track: Ints
    place: Ints
    host: Ints
    host_at: Floats
    offset: Floats

    def of(self, track: int) -> "_Meetings":
        first, last = np.searchsorted(self.track, [track, track + 1])
        return self.rows(slice(int(first), int(last)))

    def rows(self, rows: slice | Ints | Bools) -> "_Meetings":
        return _Meetings(
            track=self.track[rows],
            place=self.place[rows],
            host=self.host[rows],
            host_at=self.host_at[rows],
            offset=self.offset[rows],
        )


def _places(track: Track) -> Floats:
    return np.linspace(0.0, track.length, max(4, int(np.ceil(track.length / SAMPLE_M))) + 1)


def _near_pairs(tracks: list[Track], rank: Ints) -> Ints:
    """(n, 2) numbers of a track and a longer one within STRIP_M of it."""
    lines = np.array([track.line for track in tracks])
    pairs = np.column_stack(pairs_within(lines, lines, STRIP_M))
    longer: Ints = pairs[rank[pairs[:, 1]] < rank[pairs[:, 0]]]
    return longer


def _meetings(tracks: list[Track], near: Ints, places: dict[int, Floats], rank: Ints) -> _Meetings:
    """Every place near a longer track against the nearest edge of that track."""
    if not len(near):
        return _no_meetings()
    track, place, xy = _places_near_hosts(tracks, near, places)
    edges = _edges(tracks, distinct(near[:, 1]).tolist())
    owner, bits = edges.bits()
    tree = shapely.STRtree(bits)
    found = [_no_meetings()]
    count = 0
    # Some at a time: a line may have a hundred vertices where a place needs the nearest alone.
    for start in range(0, len(xy), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        point, bit = tree.query(shapely.points(xy[some]), predicate="dwithin", distance=STRIP_M)
        point, edge = point + start, owner[bit]
        longer = rank[edges.track[edge]] < rank[track[point]]
        point, edge = point[longer], edge[longer]
        share, offset = edges.project(edge, xy[point])
        nearest = _nearest_per_host(point, edges.track[edge], np.abs(offset))
        # A place whose nearest point is the very end of a line lies ahead of it, not beside it.
        ahead = (edges.is_first[edge] & (share < 0)) | (edges.is_last[edge] & (share > 1))
        rows = nearest[~ahead[nearest]]
        point, edge = point[rows], edge[rows]
        found.append(
            _Meetings(
                track=track[point],
                place=place[point],
                host=edges.track[edge],
                host_at=edges.at[edge] + np.clip(share[rows], 0, 1) * edges.length[edge],
                offset=offset[rows],
            )
        )
        count += len(rows)
        check_pairs(count, STRIP_M)
    every = _Meetings(
        track=np.concatenate([some.track for some in found]),
        place=np.concatenate([some.place for some in found]),
        host=np.concatenate([some.host for some in found]),
        host_at=np.concatenate([some.host_at for some in found]),
        offset=np.concatenate([some.offset for some in found]),
    )
    return every.rows(np.argsort(every.track, kind="stable"))


def _no_meetings() -> _Meetings:
    nothing = np.zeros(0, dtype=np.int64)
    return _Meetings(
        track=nothing, place=nothing, host=nothing, host_at=np.zeros(0), offset=np.zeros(0)
    )


def _places_near_hosts(
    tracks: list[Track], near: Ints, places: dict[int, Floats]
) -> tuple[Ints, Ints, Floats]:
    """Track, number of the place and coordinates, for places in the box of a longer neighbour."""
    boxes = shapely.bounds([track.line for track in tracks])
    boxes += np.array([-STRIP_M, -STRIP_M, STRIP_M, STRIP_M])
    hosts = defaultdict(list)
    for one, other in near.tolist():
        hosts[one].append(other)
    columns: list[tuple[Ints, Ints, Floats]] = []
    for number, at in places.items():
        xy = tracks[number].points(at)
        inside = np.zeros(len(at), dtype=bool)
        for west, south, east, north in boxes[hosts[number]].tolist():
            x, y = xy.T
            inside |= (x >= west) & (x <= east) & (y >= south) & (y <= north)
        place = np.flatnonzero(inside)
        columns.append((np.full(len(place), number), place, xy[place]))
    track, place, xy = (np.concatenate(column) for column in zip(*columns, strict=True))
    return track, place, xy


@dataclass(frozen=True, kw_only=True, eq=False)
class _Edges:
    """Edges of several tracks: ``at`` (n,) is the position of each along its track."""

    track: Ints
    at: Floats
    start: Floats
    end: Floats
    is_first: Bools
    is_last: Bools

    @property
    def length(self) -> Floats:
        step = self.end - self.start
        length: Floats = np.hypot(step[:, 0], step[:, 1])
        return length

    def bits(self) -> tuple[Ints, NDArray[np.object_]]:
        """Edges in bits of at most BIT_M, whose boxes hold little else: the edge of each, lines."""
        pieces = np.maximum(1, np.ceil(self.length / BIT_M)).astype(np.int64)
        owner = np.repeat(np.arange(len(pieces)), pieces)
        number = np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        from_share, to_share = number / pieces[owner], (number + 1) / pieces[owner]
        start, step = self.start[owner], (self.end - self.start)[owner]
        corners = [start + from_share[:, None] * step, start + to_share[:, None] * step]
        return owner, shapely.linestrings(np.stack(corners, axis=1))

    def project(self, edge: Ints, xy: Floats) -> tuple[Floats, Floats]:
        """For each point and edge: the foot's share of the edge (unclipped), signed distance."""
        step, to = (self.end - self.start)[edge], xy - self.start[edge]
        share = (step * to).sum(axis=1) / np.maximum((step**2).sum(axis=1), 1e-12)
        off = to - np.clip(share, 0, 1)[:, None] * step
        left = step[:, 0] * to[:, 1] - step[:, 1] * to[:, 0] >= 0
        return share, np.where(left, 1.0, -1.0) * np.hypot(off[:, 0], off[:, 1])


def _edges(tracks: list[Track], numbers: list[int]) -> _Edges:
    columns = []
    for number in numbers:
        track = tracks[number]
        edge = np.arange(len(track.part))
        kept = edge[(track.part >= 0) | (np.diff(track.along) <= LONGEST_LINK_M)]
        columns.append(
            (
                np.full(len(kept), number),
                track.along[kept],
                track.metric[kept],
                track.metric[kept + 1],
                kept == 0,
                kept == len(edge) - 1,
            )
        )
    owner, at, start, end, first, last = (np.concatenate(c) for c in zip(*columns, strict=True))
    return _Edges(track=owner, at=at, start=start, end=end, is_first=first, is_last=last)


def _nearest_per_host(point: Ints, host: Ints, distance: Floats) -> Ints:
    """Rows of the smallest distance for each pair of point and host."""
    order = np.lexsort((distance, host, point))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(point[order]) != 0) | (np.diff(host[order]) != 0)
    rows: Ints = order[first]
    return rows
