"""What a strip map shows along the chainage, read from the screening; nothing is drawn here.

This module's one job: rows of things with their stretches. ``lanes`` shares out things that would
cover each other; the drawing decides how wide each is.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from camiscreen.i18n import Translator
from camiscreen.judging.design_stretches import fencing_stretches
from camiscreen.model import Encounter, Finding, KpRange, Screening, Species
from camiscreen.report import species_met
from camiscreen.report.inline import Level
from camiscreen.report.stretches import Stretch, level_of, merged
from camiscreen.report.text import short
from camiscreen.values import dataclass
from camiscreen.vocabulary import ReceptorKind, Relation

T = TypeVar("T")

WHOLE_BUT_M = 1.0
"""What leaves out no more of the line than this is said of all of it: KP is printed to 1 m."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeciesRow:
    """A species met: where its range is crossed, where it is only near, and how it stands.

    ``crossed_m`` sums over all parts as given, which may be more than the stretches are long.
    """

    species_id: str
    name: str
    latin: str
    slot: str
    crossed: tuple[KpRange, ...]
    near: tuple[KpRange, ...]
    crossed_m: float
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A corridor, site or barrier: its name, where, and whether the line runs through it."""

    name: str
    ranges: tuple[KpRange, ...]
    crossed: bool
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """Findings, or a subject not assessed, that share one place on the line."""

    numbers: tuple[str, ...]
    level: Level
    ranges: tuple[KpRange, ...]


def species_rows(screening: Screening, tr: Translator) -> list[SpeciesRow]:
    """Species whose ranges are met, in the order of the map."""
    by_id = {species.id: species for species in screening.rulebook.species}
    slots = species_met.slots(screening)
    met: dict[str, list[Encounter]] = {name: [] for name in slots}
    for encounter in screening.exposure.encounters:
        if encounter.species_id and encounter.receptor_kind is ReceptorKind.SPECIES_RANGE:
            met[encounter.species_id].append(encounter)
    rows = []
    for species_id, encounters in met.items():
        if not encounters:
            continue
        crossed = merged(
            r for e in encounters if e.relation is not Relation.NEAR for r in e.kp_ranges
        )
        profile = by_id.get(species_id)
        rows.append(
            SpeciesRow(
                species_id=species_id,
                name=tr.text(profile.name) if profile else short(species_id, 40),
                latin=profile.listing_name if profile else "",
                slot=slots[species_id],
                crossed=crossed,
                near=merged(
                    r for e in encounters if e.relation is Relation.NEAR for r in e.kp_ranges
                ),
                crossed_m=sum(
                    e.crossing_length_m for e in encounters if e.relation is not Relation.NEAR
                ),
                status=_status(profile, tr) if profile else "",
            )
        )
    return rows


def _status(species: Species, tr: Translator) -> str:
    mark = "" if species.iucn.verified else "?"
    listed = "/".join(species.cms_appendix)
    app = tr.t("species.cms_short", app=listed) if listed else tr.t("species.cms_none")
    return f"{species.iucn.category}{mark} · {app}"


def things(screening: Screening, tr: Translator, kinds: Iterable[ReceptorKind]) -> list[Thing]:
    """Receptors of some kinds that are met and have a chainage, in its order."""
    wanted = frozenset(kinds)
    out = [
        Thing(
            name=short(receptor_name(e, tr), 90),
            ranges=merged(e.kp_ranges),
            crossed=e.relation is not Relation.NEAR,
            kind=_kind(e),
        )
        for e in screening.exposure.encounters
        if e.receptor_kind in wanted and e.kp_ranges
    ]
    return sorted(out, key=lambda thing: (thing.ranges, thing.name))


def receptor_name(encounter: Encounter, tr: Translator) -> str:
    """A site of a species carries the species' name; its own stands among the attributes."""
    own = encounter.receptor.attributes.get(f"site_{tr.language}")
    return own if isinstance(own, str) else tr.text(encounter.receptor.name)


def _kind(encounter: Encounter) -> str:
    """Of a barrier what it is, of a corridor whether crossings are on record."""
    corridor = encounter.receptor_kind is ReceptorKind.CORRIDOR
    given = encounter.receptor.attributes.get("crossing" if corridor else "kind")
    return given if isinstance(given, str) else ""


def in_use(screening: Screening, kinds: Iterable[ReceptorKind]) -> bool:
    """Whether a layer of these kinds speaks of the project; if none does, silence says nothing."""
    wanted = frozenset(kinds)
    silent = {c.layer_id for c in screening.exposure.coverage if c.covered_fraction <= 0}
    return any(
        layer.receptor_kind in wanted and layer.name not in silent for layer in screening.run.layers
    )


def fencing(screening: Screening) -> list[tuple[KpRange, str]]:
    """Stretches and whether they are fenced: ``yes``, ``no`` or ``unknown``."""
    return [(part.kp_m, str(part.fencing)) for part in fencing_stretches(screening.project)]


def signs(screening: Screening) -> tuple[list[Sign], list[Sign]]:
    """Findings with a place on the line, and those of the whole line, by level from the gravest.

    Findings of one species on one stretch share a sign, as they share a label on the map.
    """
    length_m = screening.project.chainage_length_m
    placed: dict[tuple[object, ...], list[Finding]] = {}
    whole: dict[Level, list[str]] = {}
    for finding in sorted(screening.findings, key=lambda f: -f.significance.rank):
        if not finding.kp_ranges:
            continue
        if is_whole(screening, finding.kp_ranges):
            whole.setdefault(level_of(finding), []).append(finding.number)
        else:
            key = (finding.species_ids or finding.id, finding.kp_ranges)
            placed.setdefault(key, []).append(finding)
    here = [
        Sign(
            numbers=tuple(f.number for f in group),
            level=level_of(group[0]),
            ranges=group[0].kp_ranges,
        )
        for group in placed.values()
    ]
    gaps = [
        Sign(numbers=(f"N{number}",), level="na", ranges=gap.kp_ranges)
        for number, gap in enumerate(screening.not_assessed, start=1)
        if gap.kp_ranges and not is_whole(screening, gap.kp_ranges)
    ]
    everywhere = [
        Sign(numbers=tuple(numbers), level=level, ranges=((0.0, length_m),))
        for level, numbers in whole.items()
    ]
    return gaps + here, everywhere


def is_whole(screening: Screening, ranges: Sequence[KpRange]) -> bool:
    """Whether stretches cover all of the line; a finding of a part is never said of the whole."""
    length_m = screening.project.chainage_length_m
    return bool(ranges) and sum(b - a for a, b in merged(ranges)) >= length_m - WHOLE_BUT_M


def cut(ranges: Iterable[KpRange], window: KpRange) -> list[KpRange]:
    """The parts of ranges inside a window; places without length keep one metre."""
    start, end = window
    return [(max(a, start), min(max(b, a + 1.0), end)) for a, b in ranges if a < end and b >= start]


def closed(ranges: Iterable[KpRange], least_m: float) -> list[KpRange]:
    """Ranges in order, those with less than ``least_m`` between them made one."""
    out: list[KpRange] = []
    for a, b in sorted(ranges):
        if out and a - out[-1][1] < least_m:
            out[-1] = (out[-1][0], max(out[-1][1], b))
        else:
            out.append((a, b))
    return out


def level_runs(
    parts: Iterable[Stretch], window: KpRange, least_m: float
) -> tuple[list[tuple[float, float, Level]], bool]:
    """The line by its levels, and whether it was made coarser.

    Where any run is shorter than ``least_m``, cells of that length take the highest level in them.
    """
    whole = [
        (a, b, part.level) for part in parts for a, b in cut([(part.from_m, part.to_m)], window)
    ]
    runs = _joined(whole)
    if all(b - a >= least_m for a, b, _ in runs):
        return runs, False
    start = window[0]
    cells: dict[int, Level] = {}
    for a, b, level in runs:
        for cell in range(int((a - start) // least_m), int((b - 1e-6 - start) // least_m) + 1):
            cells[cell] = max(level, cells.get(cell, level), key=_WEIGHT.index)
    coarse = [
        (start + cell * least_m, min(start + (cell + 1) * least_m, window[1]), level)
        for cell, level in sorted(cells.items())
    ]
    return _joined(coarse), True


_WEIGHT: tuple[Level, ...] = ("none", "na", "negligible", "minor", "moderate", "major")


def _joined(runs: Iterable[tuple[float, float, Level]]) -> list[tuple[float, float, Level]]:
    out: list[tuple[float, float, Level]] = []
    for a, b, level in runs:
        if out and out[-1][2] == level and a - out[-1][1] < 1:
            out[-1] = (out[-1][0], b, level)
        else:
            out.append((a, b, level))
    return out


def lanes(
    items: Sequence[T], extent: Callable[[T], tuple[float, float]], *, most: int, gap: float = 6.0
) -> tuple[list[list[T]], list[T]]:
    """Items shared out on lanes so that none covers another, and those that found no lane."""
    out: list[list[T]] = []
    ends: list[float] = []
    left_over: list[T] = []
    for item in sorted(items, key=extent):
        start, end = extent(item)
        lane = next((i for i, last in enumerate(ends) if last + gap <= start), len(ends))
        if lane == len(ends):
            if len(ends) == most:
                left_over.append(item)
                continue
            ends.append(end)
            out.append([item])
            continue
        ends[lane] = end
        out[lane].append(item)
    return out, left_over
