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
        for piece, pair in enumerate(self.nodes.tolist()):
            for end in (0, 1):
                found[pair[end]].append((piece, end))
        return found

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

    Two interiors that cross stay two: a bridge over a line is no junction.
    """
    lines = np.array([track.line for track in tracks])
    ends = np.stack([shapely.get_point(lines, 0), shapely.get_point(lines, -1)], axis=1).ravel()
    sets = Sets(len(ends))
    for one, other in _within_snap(ends, ends):
        sets.join(one, other)
    pieces: list[Track] = []
    pairs: list[tuple[int, int]] = []
    touches = _touches(lines, ends, sets)
    for number, track in enumerate(tracks):
        at = touches.get(number, [])
        pieces += track.cut(position for position, _ in at)
        marks = [2 * number, *(end for _, end in at), 2 * number + 1]
        pairs += pairwise(marks)
    nodes = np.array([[sets.root(a), sets.root(b)] for a, b in pairs], dtype=np.int64)
    return Network(pieces=tuple(pieces), nodes=nodes)


def _within_snap(points: Points, geometries: Points) -> list[tuple[int, int]]:
    hits = shapely.STRtree(geometries).query(points, predicate="dwithin", distance=SNAP_M)
    return [(int(a), int(b)) for a, b in hits.T]


def _touches(lines: Points, ends: Points, sets: Sets) -> dict[int, list[tuple[float, int]]]:
    """Where ends touch the interiors of other lines: line -> sorted (position, number of end).

    Ends that touch a line at the same place share one entry and are joined in ``sets``.
    """
    found: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for end, line in _within_snap(ends, lines):
        position = float(shapely.line_locate_point(lines[line], ends[end]))
        inside = SNAP_M < position < lines[line].length - SNAP_M
        if end // 2 != line and inside:
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
                beyond = int(network.nodes[piece, 1 - end])
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
    """All of ``pieces`` as ways through the network, the longest way of each component first."""
    left, found = set(pieces), []
    while left:
        way = _longest_way(network, _component(network, left))
        found.append(way)
        left -= {piece for piece, _ in way}
    return found


def _component(network: Network, left: Set[int]) -> set[int]:
    first = min(left)
    seen, queue = {first}, [first]
    while queue:
        for node in network.nodes[queue.pop()].tolist():
            for piece, _ in network.at_node[node]:
                if piece in left and piece not in seen:
                    seen.add(piece)
                    queue.append(piece)
    return seen


def _longest_way(network: Network, pieces: Set[int]) -> list[Step]:
    """The longest of the shortest ways between any two ends (exact where there are no loops).

    Shortest ways, so that it does not zigzag between parallel tracks; from one far end to the
    other, so that nothing is left before or after it.
    """
    node = int(network.nodes[min(pieces), 0])
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
    for step in start:
        heapq.heappush(queue, (network.pieces[step[0]].length, step, -1))
    while queue:
        distance, step, before = heapq.heappop(queue)
        if step[0] in came:
            continue
        came[step[0]] = (step, before if before >= 0 else None)
        best = max(best, (distance, -step[0]))
        leaving = (step[0], 1 - step[1])
        onward = [s for s in network.at_node[int(network.nodes[leaving])] if s[0] in pieces]
        for after in onward:
            if after[0] in came:
                continue
            if len(onward) == 2 or network.turn_deg(leaving, after) <= HAIRPIN_DEG:
                total = distance + network.pieces[after[0]].length
                heapq.heappush(queue, (total, after, step[0]))
    way: list[Step] = []
    at: int | None = -best[1]
    while at is not None:
        step, at = came[at]
        way.append(step)
    return way[::-1], best[0]
