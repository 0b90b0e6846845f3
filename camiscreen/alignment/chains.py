"""One alignment out of many line parts: what is joined, bridged, counted once or left apart.

Parts that touch are joined along the network (``network``), gaps are bridged (``gaps``), tracks
beside longer ones are put aside (``side_tracks``); here the chains are turned, ordered and
measured. Nothing depends on the order in which the parts are given.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely import MultiLineString

from camiscreen.alignment.gaps import REJOIN_M, bridged
from camiscreen.alignment.network import SNAP_M, holds_together, noded, strokes, ways
from camiscreen.alignment.side_tracks import STRIP_M, Neighbours
from camiscreen.alignment.tangle import check_tangle
from camiscreen.alignment.tracks import GAP, Track
from camiscreen.geometry.geodesy import Floats, cumulative_m, line_length_m, local_frame
from camiscreen.model import Bridge, Chain, Joining
from camiscreen.values import dataclass

SHARES = np.linspace(0.0, 1.0, 11)
"""The places along a chain that decide where it stands to the longest one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """The chains in the order of chainage, the parts beside them, and what was done."""

    chains: tuple[Chain, ...]
    side_lines: MultiLineString
    joining: Joining
    chainage_length_m: float


def align(parts: Sequence[Floats]) -> Alignment:
    """Make one alignment of line parts, each (n, 2) lon, lat, n >= 2, without repeated vertices.

    Edges are at most ``geodesy.MAX_EDGE_M`` long and longitudes continuous over all parts. Raises
    ProjectFileError for a tangle that is no alignment.
    """
    if not parts:
        return _as_alignment([], [], 0)
    tracks = _tracks(parts)
    check_tangle(tracks)
    ways_on, aside = _joined(tracks)
    chains, beside = _split(bridged(ways_on))
    chains, scraps = _without_scraps(bridged(chains, REJOIN_M))
    chains = _ordered([_turned(chain) for chain in chains])
    return _as_alignment(chains, aside + beside + scraps, len(parts))


def _tracks(parts: Sequence[Floats]) -> list[Track]:
    """The parts in an order of their own, in one metric frame."""
    everything = np.concatenate(parts)
    frame = local_frame(*(0.5 * (everything.min(axis=0) + everything.max(axis=0))))
    return [
        Track(
            lonlat=xy,
            metric=frame.forward(xy),
            part=np.full(len(xy) - 1, number),
            sense=np.ones(len(xy) - 1, dtype=np.int64),
        )
        for number, xy in enumerate(sorted(parts, key=lambda xy: (*xy[0], *xy[-1], xy.tobytes())))
    ]


def _joined(tracks: list[Track]) -> tuple[list[Track], list[Track]]:
    """Parts that touch as the longest ways through their network, and the ones beside them."""
    network = noded(tracks)
    runs = strokes(network)
    walked = [network.walk(run) for run in runs]
    neighbours = Neighbours(walked)
    left = set(range(len(network.pieces)))
    aside = []
    for number in neighbours.order:
        pieces = {piece for piece, _ in runs[number]}
        (first, entered), (last, entered_last) = runs[number][0], runs[number][-1]
        ends = int(network.nodes[first, entered]), int(network.nodes[last, 1 - entered_last])
        if not neighbours.cover(number).whole:
            continue
        left -= pieces
        # A switchback lies beside its neighbour too, but the way leads through it.
        if holds_together(network, left, *ends):
            neighbours.put_aside(number, [(0.0, walked[number].length)])
            aside.append(walked[number])
        else:
            left |= pieces
    return [network.walk(way) for way in ways(network, left)], aside


def _split(tracks: list[Track]) -> tuple[list[Track], list[Track]]:
    """Chains without the stretches that run beside longer ones, and those stretches."""
    neighbours = Neighbours(tracks)
    beside = set(neighbours.order)
    kept: list[Track | None] = [t for i, t in enumerate(tracks) if i not in beside]
    aside: list[Track] = []
    for number in neighbours.order:
        track, cover = tracks[number], neighbours.cover(number)
        stretches = [(0.0, track.length)] if cover.whole else cover.stretches()
        neighbours.put_aside(number, stretches)
        bounds = [position for stretch in stretches for position in stretch]
        middle = 0.0
        for piece in track.cut(bounds):
            at, middle = middle + 0.5 * piece.length, middle + piece.length
            inside = any(start <= at <= end for start, end in stretches)
            (aside if inside else kept).append(piece)
    return [t for track in kept if track and (t := track.trimmed())], aside


def _without_scraps(chains: list[Track]) -> tuple[list[Track], list[Track]]:
    """Chains without the short ends and stubs that lie wholly in the strip of a much longer one."""
    lines = np.array([chain.line for chain in chains])
    length = shapely.length(lines)
    short, long = np.flatnonzero(length <= STRIP_M), np.flatnonzero(length >= 10 * STRIP_M)
    near = shapely.STRtree(lines[long]).query(lines[short], predicate="dwithin", distance=STRIP_M)
    scraps = set()
    for one, other in near.T.tolist():
        places = shapely.points(chains[short[one]].metric)
        if shapely.distance(lines[long[other]], places).max() <= STRIP_M:
            scraps.add(int(short[one]))
    kept = [chain for i, chain in enumerate(chains) if i not in scraps]
    return kept, [chains[i] for i in sorted(scraps)]


def _turned(track: Track) -> Track:
    """In the direction in which most of it was given; undecided, from its lower coordinates."""
    as_given = float((track.sense * np.diff(track.along)).sum())
    if abs(as_given) > 1e-6 * track.length:
        return track if as_given > 0 else track.turned_round()
    return min(track, track.turned_round(), key=lambda t: tuple(t.lonlat[0]))


def _ordered(chains: list[Track]) -> list[Track]:
    """Along the longest chain: what lies behind its start, itself, its branches, what lies ahead.

    A branch comes where its nearer end lies along the longest chain; a chain that is mostly
    nearest to the very start or end of the longest one lies behind or ahead of it.
    """
    if len(chains) < 2:
        return chains
    main = max(chains, key=lambda chain: (chain.length, *(-chain.lonlat[0])))
    places = np.array([shapely.points(chain.points(SHARES * chain.length)) for chain in chains])
    at = shapely.line_locate_point(main.line, places)
    distance = shapely.distance(main.line, places)
    middle, nearest = np.median(at, axis=1), distance.argmin(axis=1)
    key = at[np.arange(len(chains)), nearest]
    key = np.where(middle <= 0, -distance.min(axis=1), key)
    key = np.where(middle >= main.line.length, main.length + distance.min(axis=1), key)
    key[[chain is main for chain in chains]] = 0.0
    order = sorted(
        range(len(chains)), key=lambda i: (key[i], chains[i] is not main, *chains[i].lonlat[0])
    )
    return [chains[i] for i in order]


def _as_alignment(tracks: list[Track], aside: list[Track], parts: int) -> Alignment:
    chains: list[Chain] = []
    bridges: list[Bridge] = []
    reached_m = 0.0
    for track in tracks:
        kp = reached_m + cumulative_m(track.lonlat)
        reached_m = float(kp[-1])
        chains.append(
            Chain(
                line=shapely.linestrings(track.lonlat),
                from_m=float(kp[0]),
                to_m=reached_m,
                bridge_edges=tuple(track.links.tolist()),
            )
        )
        bridges += [
            Bridge(kp_m=float(kp[edge]), length_m=float(kp[edge + 1] - kp[edge]))
            for edge in np.flatnonzero((track.part == GAP) & (np.diff(kp) > SNAP_M))
        ]
    side_lines = MultiLineString(
        [shapely.linestrings(run.lonlat) for track in aside for run in track.given_runs()]
    )
    joining = Joining(
        parts=parts,
        joined_parts=sum(len(t.parts) for t in tracks if len(t.parts) > 1),
        bridges=tuple(bridges),
        parallel_parts=len({part for t in aside for part in t.parts}),
        parallel_length_m=line_length_m(side_lines),
        chains=len(chains),
    )
    return Alignment(
        chains=tuple(chains),
        side_lines=side_lines,
        joining=joining,
        chainage_length_m=reached_m,
    )
