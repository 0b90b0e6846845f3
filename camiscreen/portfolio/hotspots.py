"""Where several proposals meet one range patch, corridor or site: horizon scanning, clause 3.3.

This module's one job. A sum over proposals says where to look at them together; it asserts no
cumulative effect.
"""

from collections.abc import Sequence

from camiscreen.model import Text
from camiscreen.portfolio.results import Meeting, Result
from camiscreen.values import dataclass
from camiscreen.vocabulary import ReceptorKind, Significance

FEWEST = 2
"""So many proposals that cross it make a receptor a hot spot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HotSpot:
    """A receptor and the ids of the projects that cross it, or only come near.

    ``length_m`` sums what lies inside; ``significance`` is the gravest finding on it that is not
    accepted.
    """

    layer_id: str
    receptor_id: str
    receptor_kind: str
    name: Text
    species_id: str | None
    states: tuple[str, ...]
    significance: str | None
    crossing: tuple[str, ...]
    near: tuple[str, ...]
    length_m: float


def find(results: Sequence[Result]) -> tuple[HotSpot, ...]:
    """Hot spots, the gravest first; corridors and sites before ranges of equal gravity.

    ``results`` are in the order of ids, which is that of the projects of each spot.
    """
    met: dict[tuple[str, str], list[tuple[str, Meeting]]] = {}
    for result in results:
        for meeting in () if result.digest is None else result.digest.meetings:
            place = (meeting.layer_id, meeting.receptor_id)
            met.setdefault(place, []).append((result.row.id, meeting))
    spots = [_spot(meetings) for meetings in met.values()]
    return tuple(sorted((s for s in spots if len(s.crossing) >= FEWEST), key=_rank))


def _spot(meetings: Sequence[tuple[str, Meeting]]) -> HotSpot:
    first = meetings[0][1]
    levels = [Significance(m.significance) for _, m in meetings if m.significance]
    return HotSpot(
        layer_id=first.layer_id,
        receptor_id=first.receptor_id,
        receptor_kind=first.receptor_kind,
        name=first.name,
        species_id=first.species_id,
        states=first.states,
        significance=str(max(levels)) if levels else None,
        crossing=tuple(project for project, m in meetings if m.crossed),
        near=tuple(project for project, m in meetings if not m.crossed),
        length_m=round(sum(m.length_m for _, m in meetings), 1),
    )


def _rank(spot: HotSpot) -> tuple[object, ...]:
    level = -1 if spot.significance is None else Significance(spot.significance).rank
    is_range = spot.receptor_kind == ReceptorKind.SPECIES_RANGE
    return (-level, is_range, -len(spot.crossing), -spot.length_m, spot.layer_id, spot.receptor_id)
