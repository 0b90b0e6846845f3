"""Lines too tangled to be an alignment: said early, for joining them would take hours and memory.

The bounds lie far beyond what a project needs: a double line of 950 km in 201 parts has 47,522
places, 20 m apart, that lie beside the other track, however close its vertices stand; a grid of
20,000 streets crosses itself 1,951 times.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from camiscreen.alignment.tracks import Ints, Track
from camiscreen.errors import ProjectFileError

MOST_CROSSINGS = 300_000
MOST_PAIRS = 5_000_000

MOST_AT_POINT = 500

_PLAIN_M = 200.0
"""Crossings are counted between lines as they look from afar."""

_AT_ONCE = 20_000


def check_tangle(tracks: list[Track]) -> None:
    """Raises ProjectFileError where too many lines end at one point or cross one another."""
    xy = np.concatenate([track.metric[[0, -1]] for track in tracks])
    check_meeting(np.unique(xy, axis=0, return_inverse=True)[1].ravel())
    plain = shapely.simplify(np.array([track.line for track in tracks]), _PLAIN_M)
    xy, line = shapely.get_coordinates(plain, return_index=True)
    first = np.flatnonzero(line[1:] == line[:-1])
    if len(first) ** 2 < 2 * MOST_CROSSINGS:
        return
    edges = shapely.linestrings(np.stack([xy[first], xy[first + 1]], axis=1))
    tree = shapely.STRtree(edges)
    count = 0
    for start in range(0, len(edges), 1_000):
        # Each crossing is found from both of its edges.
        count += tree.query(edges[start : start + 1_000], predicate="crosses").shape[1]
        if count > 2 * MOST_CROSSINGS:
            raise _tangled(f"its lines cross one another at more than {MOST_CROSSINGS:,} places")


def check_meeting(nodes: Ints) -> None:
    """Raises ProjectFileError where more than MOST_AT_POINT ends have the same node."""
    if len(nodes) and np.unique(nodes, return_counts=True)[1].max() > MOST_AT_POINT:
        raise _tangled(f"more than {MOST_AT_POINT} of its lines end at one point")


def check_pairs(count: int, distance_m: float) -> None:
    """Raises ProjectFileError where more than MOST_PAIRS lie within a distance of one another."""
    if count > MOST_PAIRS:
        raise _tangled(
            f"its lines run within {distance_m:g} m of one another at more than "
            f"{MOST_PAIRS:,} places"
        )


def pairs_within(
    places: NDArray[np.object_], others: NDArray[np.object_], distance_m: float
) -> tuple[Ints, Ints]:
    """Numbers of places and of others within a distance of them, in the order of the places.

    Raises ProjectFileError where there are more than MOST_PAIRS.
    """
    tree = shapely.STRtree(others)
    found, count = [np.zeros((2, 0), dtype=np.int64)], 0
    for start in range(0, len(places), _AT_ONCE):
        some = tree.query(
            places[start : start + _AT_ONCE], predicate="dwithin", distance=distance_m
        )
        some[0] += start
        found.append(some)
        count += some.shape[1]
        check_pairs(count, distance_m)
    place, other = np.concatenate(found, axis=1)
    return place, other


def _tangled(what: str) -> ProjectFileError:
    remedy = "draw the alignment as a line, or what the works take as a polygon"
    return ProjectFileError(f"{what}, as in a hatching; {remedy}")
