"""The alignment cut into stretches on each of which the same findings hold.

This module's one job: a sweep over chainage. Figures, the KP table and the summary all read it,
so that they cannot disagree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from camiscreen.model import Finding, KpRange, Project, Screening, StateCrossed
from camiscreen.report.inline import Level
from camiscreen.report.tokens import LEVELS
from camiscreen.values import dataclass

_TOUCH_M = 0.5
_SHORTEST_M = 50.0
_SHORTEST_SHARE = 1e-4
"""Chainages closer than 50 m, or this share of the line, are one: layers are far coarser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of chainage, the level of its worst finding and everything that holds on it.

    ``length_m`` leaves out the gaps that chainage bridges: they are no geometry of the project.
    ``level`` is ``na`` where a required layer does not reach and nothing was found, ``none`` where
    layers reach and no rule applied.
    """

    from_m: float
    to_m: float
    length_m: float
    level: Level
    findings: tuple[Finding, ...]
    gaps: tuple[str, ...]
    states: tuple[StateCrossed, ...]


def level_of(finding: Finding) -> Level:
    """The level of a finding as the blocks name it."""
    level: Level = finding.significance.value
    return level


def stretches(screening: Screening) -> tuple[Stretch, ...]:
    """Stretches in order of chainage, neighbours with the same content merged.

    Empty for a project without an alignment.
    """
    project = screening.project
    chains = [(c.from_m, c.to_m) for c in project.alignment]
    outside = outside_ranges(screening)
    gap_ranges = numbered_gaps(screening)
    cuts = _cuts(
        min(_SHORTEST_M, _SHORTEST_SHARE * project.chainage_length_m),
        chains,
        outside,
        *(f.kp_ranges for f in screening.findings),
        *(s.kp_ranges for s in screening.exposure.states),
        *(r for _, r in gap_ranges),
    )
    out: list[Stretch] = []
    for from_m, to_m in pairwise(cuts):
        middle = (from_m + to_m) / 2
        if not _inside(middle, chains):
            continue
        findings = tuple(f for f in screening.findings if _inside(middle, f.kp_ranges))
        level: Level = "na" if _inside(middle, outside) else "none"
        if findings:
            level = level_of(max(findings, key=lambda f: f.significance))
        stretch = Stretch(
            from_m=from_m,
            to_m=to_m,
            length_m=net_length_m([(from_m, to_m)], project),
            level=level,
            findings=findings,
            gaps=tuple(number for number, ranges in gap_ranges if _inside(middle, ranges)),
            states=tuple(s for s in screening.exposure.states if _inside(middle, s.kp_ranges)),
        )
        previous = out[-1] if out else None
        if previous and previous.to_m == from_m and _same(previous, stretch):
            length_m = previous.length_m + stretch.length_m
            out[-1] = replace(previous, to_m=to_m, length_m=length_m)
        else:
            out.append(stretch)
    return tuple(out)


def net_length_m(ranges: Iterable[KpRange], project: Project) -> float:
    """Metres of ranges that do not overlap each other, without the gaps that chainage bridges."""
    bridges = [(b.kp_m, b.kp_m + b.length_m) for b in project.joining.bridges]
    return sum(
        to_m - from_m - sum(max(0.0, min(to_m, b) - max(from_m, a)) for a, b in bridges)
        for from_m, to_m in ranges
    )


def outside_ranges(screening: Screening) -> tuple[KpRange, ...]:
    """Stretches of which at least one required layer cannot speak."""
    return merged(
        kp_range
        for coverage in screening.exposure.coverage
        if coverage.required
        for kp_range in coverage.outside_kp_ranges
    )


def numbered_gaps(screening: Screening) -> list[tuple[str, tuple[KpRange, ...]]]:
    """Numbers N1, N2 of what was not assessed, with the stretches each is confined to."""
    return [
        (f"N{index}", gap.kp_ranges) for index, gap in enumerate(screening.not_assessed, start=1)
    ]


def open_part(stretch: Stretch) -> Stretch:
    """The stretch with the level of what is not accepted on it.

    Where everything is, it keeps its level: acceptance leaves no stretch without a finding.
    """
    left = tuple(finding for finding in stretch.findings if finding.accepted is None)
    if not left:
        return stretch
    return replace(stretch, level=level_of(max(left, key=lambda f: f.significance)), findings=left)


def by_level(parts: Iterable[Stretch]) -> dict[Level, float]:
    """Metres of alignment by highest level, from major down, ``none`` and ``na`` last."""
    order: tuple[Level, ...] = (*LEVELS, "none", "na")  # type: ignore[assignment]
    totals = dict.fromkeys(order, 0.0)
    for stretch in parts:
        totals[stretch.level] += stretch.length_m
    return {level: length for level, length in totals.items() if length > 0}


def merged(ranges: Iterable[KpRange]) -> tuple[KpRange, ...]:
    """Ranges in order, those that touch or overlap made one."""
    out: list[list[float]] = []
    for from_m, to_m in sorted(ranges):
        if out and from_m <= out[-1][1] + _TOUCH_M:
            out[-1][1] = max(out[-1][1], to_m)
        else:
            out.append([from_m, to_m])
    return tuple((from_m, to_m) for from_m, to_m in out)


def _cuts(shortest_m: float, *groups: Sequence[KpRange]) -> list[float]:
    values = sorted({value for group in groups for kp_range in group for value in kp_range})
    out: list[float] = []
    for value in values:
        if not out or value - out[-1] > shortest_m:
            out.append(value)
    return out


def _inside(at_m: float, ranges: Sequence[KpRange]) -> bool:
    return any(from_m <= at_m <= to_m for from_m, to_m in ranges)


def _same(a: Stretch, b: Stretch) -> bool:
    return (
        a.level == b.level
        and [f.id for f in a.findings] == [f.id for f in b.findings]
        and a.gaps == b.gaps
        and [s.iso3 for s in a.states] == [s.iso3 for s in b.states]
    )
