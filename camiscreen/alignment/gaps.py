"""Gaps between the ends of tracks: which of them chainage runs across.

The smallest gaps are bridged first. A bridge joins two ends that lead towards each other; it
never turns back, and an end that already touches another track is no end.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from camiscreen.alignment.network import SNAP_M, Points, Sets, Step, chained
from camiscreen.alignment.tracks import GAP, Track, headings, linked
from camiscreen.geometry.geodesy import Floats, edge_lengths_m

BRIDGE_M = 10_000.0
"""The widest gap that is bridged."""

BANDS_M = (30.0, 100.0, 300.0, 1_000.0, 3_000.0, BRIDGE_M)
"""Gaps are bridged from band to band, so that a turn cannot make a narrow gap the wider one."""

SHORT_GAP_M = 100.0
"""Up to here the direction across the gap means nothing: ends may lie beside each other."""

REJOIN_M = 300.0
"""How far what is left of a track that ran beside another may lie from where it goes on."""

BASELINE_M = (50.0, 1_000.0)
"""A track leads where its last 50 m lead, or as much of it as the gap is wide, up to 1 km."""

TURN_DEG = (100.0, 60.0)
"""A sharper turn is a hairpin: across a short gap and across the widest one."""

COST_TURN_DEG = 45.0
"""A gap with this turn counts as twice as wide when the narrowest is looked for."""


def bridged(tracks: list[Track], widest_m: float = BRIDGE_M) -> list[Track]:
    """The tracks with their gaps bridged by GAP edges, where ends meet exactly by none."""
    for reach in BANDS_M:
        if reach <= widest_m and len(tracks) > 1:
            tracks = _bridged_up_to(tracks, reach)
    return tracks


def _bridged_up_to(tracks: list[Track], reach_m: float) -> list[Track]:
    onward: dict[Step, Step] = {}
    chains = Sets(len(tracks))
    for one, other in _candidates(tracks, reach_m):
        a, b = divmod(one, 2), divmod(other, 2)
        if a not in onward and b not in onward and chains.root(a[0]) != chains.root(b[0]):
            onward[a], onward[b] = b, a
            chains.join(a[0], b[0])
    return [
        linked([tracks[i] if end == 0 else tracks[i].turned_round() for i, end in run], GAP)
        for run in chained(len(tracks), onward)
    ]


def _candidates(tracks: list[Track], reach_m: float) -> list[tuple[int, int]]:
    """Pairs of ends that may be bridged, the best first. Track i starts at end 2 i."""
    lines = np.array([track.line for track in tracks])
    ends = np.stack([shapely.get_point(lines, 0), shapely.get_point(lines, -1)], axis=1).ravel()
    # The metric frame never shortens; far from its middle it calls a gap a little too wide.
    one, other = shapely.STRtree(ends).query(ends, predicate="dwithin", distance=reach_m)
    free = _free(lines, ends)
    fit = (one < other) & (one // 2 != other // 2) & free[one] & free[other]
    one, other = one[fit], other[fit]
    lonlat = np.concatenate([track.lonlat[[0, -1]] for track in tracks])
    width = edge_lengths_m(lonlat[one], lonlat[other])
    xy = shapely.get_coordinates(ends)
    turns = []
    for baseline in (BASELINE_M[0], float(np.clip(reach_m, *BASELINE_M))):
        outward = -headings(tracks, baseline).reshape(-1, 2)
        turns.append(_turn_deg(outward[one], xy[other] - xy[one], -outward[other], width))
    turn = np.minimum(*turns)
    good = np.flatnonzero(turn <= np.interp(width, [SHORT_GAP_M, BRIDGE_M], TURN_DEG))
    cost = width[good] * (1 + (turn[good] / COST_TURN_DEG) ** 2)
    best = good[np.lexsort((other[good], one[good], cost))]
    return [(int(a), int(b)) for a, b in zip(one[best], other[best], strict=True)]


def _turn_deg(before: Floats, across: Floats, after: Floats, width: Floats) -> Floats:
    """The sharpest turn (n,) on the way over each gap, directions as (n, 2) vectors."""
    turn = _angle_deg(before, after)
    onto = np.maximum(_angle_deg(before, across), _angle_deg(across, after))
    sharpest: Floats = np.where(width > SHORT_GAP_M, np.maximum(turn, onto), turn)
    return sharpest


def _angle_deg(one: Floats, other: Floats) -> Floats:
    cross = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    angle: Floats = np.degrees(np.abs(np.arctan2(cross, (one * other).sum(axis=1))))
    return angle


def _free(lines: Points, ends: Points) -> NDArray[np.bool_]:
    """True for ends that do not touch the interior of another track."""
    free = np.ones(len(ends), dtype=bool)
    hits = shapely.STRtree(lines).query(ends, predicate="dwithin", distance=SNAP_M).T
    for end, line in hits[hits[:, 0] // 2 != hits[:, 1]].tolist():
        position = shapely.line_locate_point(lines[line], ends[end])
        if SNAP_M < position < lines[line].length - SNAP_M:
            free[end] = False
    return free
