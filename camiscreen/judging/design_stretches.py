"""A design along the chainage: stretches within which all that is known of it is the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from math import inf
from typing import Protocol, TypeVar

from camiscreen.geometry.chainage import merge_ranges
from camiscreen.model import (
    CanalStretch,
    Design,
    FenceStretch,
    FormationStretch,
    KpRange,
    Project,
    TrafficStretch,
)
from camiscreen.values import dataclass
from camiscreen.vocabulary import (
    Attribute,
    CanalSides,
    FenceType,
    Fencing,
    Kind,
    Known,
    Quantity,
    Sides,
)


class _Item(Protocol):
    @property
    def kp_m(self) -> KpRange | None: ...


I = TypeVar("I", bound=_Item)  # noqa: E741 - the usual name of a type variable for items


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignStretch:
    """Chainage from and to, and the facts of the design there."""

    kp_m: KpRange
    facts: Mapping[str, str | float]


def taken_as_open(project: Project) -> bool:
    """Whether nothing is said of fencing, but for single stretches, and none is taken for granted.

    A way-leave under a power line is not fenced as a rule; taking it for fenced would make every
    line a barrier. This is the one unknown that is not screened at its worst, and is listed so.
    """
    design = project.design
    whole = any(item.kp_m is None for item in design.fences)
    unknown = design.fencing is Fencing.UNKNOWN and not whole
    return project.kind is Kind.POWER_LINE and unknown


def stretches(project: Project) -> tuple[DesignStretch, ...]:
    """The stretches of a design over the chainage of its project, in order, without gaps.

    A project without chainage has one stretch, of the items that hold for all of it.
    """
    design, length_m = project.design, project.chainage_length_m
    if taken_as_open(project):
        design = replace(design, fencing=Fencing.NO)
    cuts = {0.0, length_m}
    for item in _items(design):
        cuts |= {min(max(end, 0.0), length_m) for end in item.kp_m or ()}
    bounds = sorted(cuts)
    if len(bounds) == 1:
        return (DesignStretch(kp_m=(0.0, 0.0), facts=facts_at(design, 0.0)),)
    result: list[DesignStretch] = []
    for first, last in pairwise(bounds):
        facts = facts_at(design, 0.5 * (first + last))
        if result and result[-1].facts == facts:
            first = result.pop().kp_m[0]  # noqa: PLW2901 - the stretch before goes on
        result.append(DesignStretch(kp_m=(first, last), facts=facts))
    return tuple(result)


@dataclass(frozen=True, slots=True, kw_only=True)
class FencedOrNot:
    """A stretch and its fencing as it is screened; ``stated`` is false where it was taken for open.

    An unknown is stated to be so, or follows from silence; both are screened as fenced.
    """

    kp_m: KpRange
    fencing: Fencing
    stated: bool = True


def fencing_stretches(project: Project) -> list[FencedOrNot]:
    """Stretches by fencing in order, without gaps; neighbours that are alike are one stretch."""
    design, length_m = project.design, project.chainage_length_m
    cuts = {0.0, length_m}
    for item in design.fences:
        cuts |= {min(max(end, 0.0), length_m) for end in item.kp_m or ()}
    taken = taken_as_open(project)
    out: list[FencedOrNot] = []
    for first, last in list(pairwise(sorted(cuts))) or [(0.0, 0.0)]:
        said = _at(design.fences, 0.5 * (first + last))
        here = FencedOrNot(kp_m=(first, last), fencing=said.fenced if said else design.fencing)
        if taken and said is None:
            here = replace(here, fencing=Fencing.NO, stated=False)
        if out and (out[-1].fencing, out[-1].stated) == (here.fencing, here.stated):
            here = replace(here, kp_m=(out.pop().kp_m[0], last))
        out.append(here)
    return out


def _items(design: Design) -> Iterable[_Item]:
    yield from design.fences
    yield from design.traffic
    yield from design.formation
    yield from design.pipeline
    yield from design.canal
    yield from design.lighting
    yield from design.service_track


def facts_at(design: Design, at_m: float) -> dict[str, str | float]:
    """What is known of the design at one chainage.

    An unknown number is infinite, to the side on which it is worst.
    """
    fence = _at(design.fences, at_m) or FenceStretch(fenced=design.fencing)
    pipe = _at(design.pipeline, at_m)
    canal = _at(design.canal, at_m) or CanalStretch(sides=CanalSides.UNKNOWN)
    light, track = _at(design.lighting, at_m), _at(design.service_track, at_m)
    traffic = _at(design.traffic, at_m) or TrafficStretch()
    formation = _at(design.formation, at_m) or FormationStretch()
    fenced = fence.fenced is Fencing.YES
    public = Known.UNKNOWN
    if track is not None:
        public = Known.NO if track.present is Known.NO else track.open_to_public
    return {
        Attribute.FENCING: str(fence.fenced),
        Attribute.FENCE_TYPE: str(fence.type if fenced else FenceType.UNKNOWN),
        Attribute.FENCE_SIDES: str(fence.sides if fenced else Sides.UNKNOWN),
        Quantity.BOTTOM_WIRE_M: _or(fence.bottom_wire_m, -inf),
        Quantity.FENCE_HEIGHT_M: _or(fence.height_m, inf),
        Quantity.VEHICLES_PER_DAY: _or(traffic.vehicles_per_day, inf),
        Quantity.TRAINS_PER_DAY: _or(traffic.trains_per_day, inf),
        Quantity.SPEED_KM_H: _or(traffic.speed_km_h, inf),
        Quantity.FORMATION_WIDTH_M: _or(formation.width_m, inf),
        Quantity.EMBANKMENT_HEIGHT_M: _or(formation.embankment_height_m, inf),
        Quantity.CANAL_WIDTH_M: _or(canal.width_m, inf),
        Attribute.CANAL_LINED: str(canal.lined),
        Attribute.PIPE_BURIED: str(pipe.buried if pipe else Known.UNKNOWN),
        Attribute.CANAL_SIDES: str(canal.sides),
        Attribute.LIT_AT_NIGHT: str(light.lit if light else Known.UNKNOWN),
        Attribute.PUBLIC_TRACK: str(public),
    }


def _or(number: float | None, worst: float) -> float:
    return worst if number is None else number


def _at(items: Sequence[I], at_m: float) -> I | None:
    """The item that holds at a chainage; one for the whole line gives way to one for a part."""
    whole = None
    for item in items:
        if item.kp_m is None:
            whole = item
        elif item.kp_m[0] <= at_m <= item.kp_m[1]:
            return item
    return whole


def works_months(design: Design, ranges: Sequence[KpRange]) -> frozenset[int] | None:
    """Months of works on any of some chainage ranges; None where no programme is stated.

    A programme for parts of the line says nothing of the rest, which has to be built as well.
    """
    months: set[int] = set()
    for works in design.works:
        if works.kp_m is None or not ranges or any(overlap(works.kp_m, kp) for kp in ranges):
            months |= set(works.months)
    return frozenset(months) if months else None


def works_stated(project: Project) -> bool:
    """Whether the works programme speaks of the whole line."""
    works = project.design.works
    if any(item.kp_m is None for item in works):
        return True
    stated = merge_ranges([item.kp_m for item in works if item.kp_m is not None], gap_m=1.0)
    return any(a <= 1.0 and b >= project.chainage_length_m - 1.0 for a, b in stated)


def overlap(one: KpRange, other: KpRange) -> bool:
    """Whether two ranges share more than a point."""
    return one[0] < other[1] and other[0] < one[1]


def shared(one: Sequence[KpRange], other: KpRange) -> list[KpRange]:
    """The parts of some ranges that lie inside another; a place without length lies there whole."""
    parts = [(max(a, other[0]), min(b, other[1]), a == b) for a, b in one]
    return [(a, b) for a, b, place in parts if a < b or (place and a == b)]
