"""Parts that touch: where they meet, what runs straight on, and the longest way through.

Everything here is about shared points. Gaps are left to ``gaps``, tracks that run side by side
to ``side_tracks``.
"""

import heapq
import math
from collections import defaultdict, deque
from collections.abc import Iterable, Set
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from camiscreen.alignment.tangle import check_meeting, pairs_within
from camiscreen.alignment.tracks import SNAP, Ints, Track, headings, linked
from camiscreen.values import dataclass

SNAP_M = 1.0
"""Ends this close are one point: below what any survey or map of a project resolves."""

HEADING_M = 30.0
"""The direction in which a piece leaves a node is taken over this length."""

STRAIGHT_ON_DEG = 60.0
"""A turn up to here runs on as the same stroke."""

HAIRPIN_DEG = 120.0
"""A sharper turn at a junction is a reversal: traffic does not make it, nor should chainage."""

Step: TypeAlias = tuple[int, int]
"""A piece and the end, 0 or 1, by which it is entered."""

Points: TypeAlias = NDArray[np.object_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Network:
    """Pieces and the nodes at their two ends: ``nodes`` is (n, 2) for n pieces."""

    pieces: tuple[Track, ...]
    nodes: Ints

    @cached_property
    def at_node(self) -> dict[int, list[Step]]:
        """The pieces that can be entered at each node."""
        found: dict[int, list[Step]] = defaultdict(list)
        for piece, pair in enumerate(self.ends):
            for end in (0, 1):
                found[pair[end]].append((piece, end))
        return found

    @cached_property
    def ends(self) -> list[tuple[int, int]]:
        """``nodes`` as plain numbers: a search asks for them millions of times."""
        return [(int(a), int(b)) for a, b in self.nodes.tolist()]

    @cached_property
    def lengths(self) -> list[float]:
        """Length of each piece in metres."""
        return [piece.length for piece in self.pieces]

    @cached_property
    def _headings(self) -> list[list[list[float]]]:
        found: list[list[list[float]]] = headings(self.pieces, HEADING_M).tolist()
        return found

    def turn_deg(self, leaving: Step, entering: Step) -> float:
        """Change of direction from one piece, left by an end, to another, entered by an end."""
        ax, ay = self._headings[leaving[0]][leaving[1]]
        bx, by = self._headings[entering[0]][entering[1]]
        return math.degrees(math.acos(max(-1.0, min(1.0, -(ax * bx + ay * by)))))

    def walk(self, steps: Iterable[Step]) -> Track:
        """The pieces as one track, each run from the end by which it is entered."""
        run = [
            self.pieces[piece] if end == 0 else self.pieces[piece].turned_round()
            for piece, end in steps
        ]
        return linked(run, SNAP)


class Sets:
    """Disjoint sets over 0 ... n - 1 (union-find)."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def root(self, item: int) -> int:
        """The member that stands for the set of ``item``."""
        while self._parent[item] != item:
            self._parent[item] = self._parent[self._parent[item]]
            item = self._parent[item]
        return item

    def join(self, one: int, other: int) -> None:
        """Make one set of two."""
        a, b = sorted((self.root(one), self.root(other)))
        self._parent[b] = a


def noded(tracks: list[Track]) -> Network:
    """Cut the tracks where the end of one touches another; ends within SNAP_M are one node.

    Two interiors that cross stay two: a bridge over a line is no junction. Raises ProjectFileError
    for a tangle that is no alignment.
    """
    lines = np.array([track.line for track in tracks])
    ends = np.stack([shapely.get_point(lines, 0), shapely.get_point(lines, -1)], axis=1).ravel()
    # Most ends of a network are the very same points: each place is asked for once.
    places, at_place = np.unique(shapely.get_coordinates(ends), axis=0, return_inverse=True)
    sharing: list[list[int]] = [[] for _ in places]
    for end, place in enumerate(at_place.ravel().tolist()):
        sharing[place].append(end)
    sets = Sets(len(ends))
    for same in sharing:
        for one, other in pairwise(same):
            sets.join(one, other)
    points = shapely.points(places)
    near, to = pairs_within(points, points, SNAP_M)
    for one, other in zip(near[near < to].tolist(), to[near < to].tolist(), strict=True):
        sets.join(sharing[one][0], sharing[other][0])
    pieces: list[Track] = []
    pairs: list[tuple[int, int]] = []
    touches = _touches(lines, points, sharing, sets)
    for number, track in enumerate(tracks):
        at = touches.get(number, [])
        pieces += track.cut(position for position, _ in at)
        marks = [2 * number, *(end for _, end in at), 2 * number + 1]
        pairs += pairwise(marks)
    nodes = np.array([[sets.root(a), sets.root(b)] for a, b in pairs], dtype=np.int64)
    check_meeting(nodes)
    return Network(pieces=tuple(pieces), nodes=nodes)


def _touches(
    lines: Points, points: Points, sharing: list[list[int]], sets: Sets
) -> dict[int, list[tuple[float, int]]]:
    """Where ends touch the interiors of other lines: line -> sorted (position, number of end).

    ``sharing`` are the ends at each of the points. Ends that touch a line at the same place share
    one entry and are joined in ``sets``.
    """
    found: dict[int, list[tuple[float, int]]] = defaultdict(list)
    near, to = pairs_within(points, lines, SNAP_M)
    positions = shapely.line_locate_point(lines[to], points[near])
    inside = (positions > SNAP_M) & (positions < shapely.length(lines)[to] - SNAP_M)
    columns = (near[inside].tolist(), to[inside].tolist(), positions[inside].tolist())
    for place, line, position in zip(*columns, strict=True):
        end = next((end for end in sharing[place] if end // 2 != line), None)
        if end is not None:
            found[line].append((position, end))
    kept: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for line, touches in found.items():
        for position, end in sorted(touches):
            if kept[line] and position - kept[line][-1][0] <= SNAP_M:
                sets.join(kept[line][-1][1], end)
            else:
                kept[line].append((position, end))
    return kept


def strokes(network: Network) -> list[list[Step]]:
    """Pieces joined at each node with what runs straightest on, whatever else is there."""
    onward: dict[Step, Step] = {}
    for steps in network.at_node.values():
        pairs = [
            (network.turn_deg(a, b), a, b) for i, a in enumerate(steps) for b in steps[i + 1 :]
        ]
        for turn, a, b in sorted(pairs):
            if turn <= STRAIGHT_ON_DEG and a not in onward and b not in onward:
                onward[a], onward[b] = b, a
    return chained(len(network.pieces), onward)


def chained(count: int, onward: dict[Step, Step]) -> list[list[Step]]:
    """Runs of ``count`` pieces whose ends are paired by ``onward``; rings are cut anywhere."""
    runs: list[list[Step]] = []
    used: set[int] = set()
    open_ends = [(i, end) for i in range(count) for end in (0, 1) if (i, end) not in onward]
    for start in [*open_ends, *((i, 0) for i in range(count))]:
        run: list[Step] = []
        step: Step | None = start
        while step is not None and step[0] not in used:
            run.append(step)
            used.add(step[0])
            step = onward.get((step[0], 1 - step[1]))
        if run:
            runs.append(run)
    return runs


def holds_together(network: Network, left: Set[int], one: int, other: int) -> bool:
    """True where two nodes are connected by pieces of ``left``, or ``left`` misses one of them."""
    if not all(any(p in left for p, _ in network.at_node[node]) for node in (one, other)):
        return True
    if one == other:
        return True
    # From both sides by turns: a way round is short, and a dead end is found as soon as its end.
    seen, queues = ({one}, {other}), (deque([one]), deque([other]))
    while queues[0] and queues[1]:
        for side in (0, 1):
            for piece, end in network.at_node[queues[side].popleft()]:
                beyond = network.ends[piece][1 - end]
                if piece not in left or beyond in seen[side]:
                    continue
                if beyond in seen[1 - side]:
                    return True
                seen[side].add(beyond)
                queues[side].append(beyond)
            if not queues[side]:
                break
    return False


def ways(network: Network, pieces: Set[int]) -> list[list[Step]]:
    """All of ``pieces`` as ways through the network, the longest way of each component first.

    Components come in the order of their lowest pieces; what a way leaves of one is taken apart
    before it is looked at again.
    """
    left = [(min(part), part) for part in _components(network, pieces)]
    heapq.heapify(left)
    found = []
    while left:
        _, part = heapq.heappop(left)
        way = _longest_way(network, part)
        found.append(way)
        for rest in _components(network, part - {piece for piece, _ in way}):
            heapq.heappush(left, (min(rest), rest))
    return found


def _components(network: Network, pieces: Set[int]) -> list[set[int]]:
    """The pieces, those together that hang together; each node is gone through once."""
    left, found = set(pieces), []
    while left:
        first = left.pop()
        part, queue, nodes = {first}, [first], set[int]()
        while queue:
            for node in network.ends[queue.pop()]:
                if node in nodes:
                    continue
                nodes.add(node)
                for piece, _ in network.at_node[node]:
                    if piece in left:
                        left.discard(piece)
                        part.add(piece)
                        queue.append(piece)
        found.append(part)
    return found


def _longest_way(network: Network, pieces: Set[int]) -> list[Step]:
    """The longest of the shortest ways between any two ends (exact where there are no loops).

    Shortest ways, so that it does not zigzag between parallel tracks; from one far end to the
    other, so that nothing is left before or after it.
    """
    node = network.ends[min(pieces)][0]
    way, length = _farthest(network, pieces, [s for s in network.at_node[node] if s[0] in pieces])
    while True:
        piece, entered = way[-1]
        back, back_length = _farthest(network, pieces, [(piece, 1 - entered)])
        if back_length <= length * (1 + 1e-9):
            return way
        way, length = back, back_length


def _farthest(network: Network, pieces: Set[int], start: list[Step]) -> tuple[list[Step], float]:
    """Dijkstra over pieces, each used once: the way to the piece that ends farthest off.

    A hairpin is only taken where the line leads nowhere else.
    """
    came: dict[int, tuple[Step, int | None]] = {}
    best = (-1.0, 0)
    queue: list[tuple[float, Step, int]] = []
    ends, lengths, at_node = network.ends, network.lengths, network.at_node
    for step in start:
        heapq.heappush(queue, (lengths[step[0]], step, -1))
    while queue:
        distance, step, before = heapq.heappop(queue)
        piece, entered = step
        if piece in came:
            continue
        came[piece] = (step, before if before >= 0 else None)
        best = max(best, (distance, -piece))
        leaving = (piece, 1 - entered)
        onward = [s for s in at_node[ends[piece][1 - entered]] if s[0] in pieces]
        for after in onward:
            if after[0] in came:
                continue
            if len(onward) == 2 or network.turn_deg(leaving, after) <= HAIRPIN_DEG:
                heapq.heappush(queue, (distance + lengths[after[0]], after, piece))
    way: list[Step] = []
    at: int | None = -best[1]
    while at is not None:
        step, at = came[at]
        way.append(step)
    return way[::-1], best[0]
