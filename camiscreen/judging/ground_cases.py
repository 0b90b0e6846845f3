"""Cases of places where animals gather, by layers that a user brings, and of what these leave out.

A ground has a season where its layer states months, or where the profile of its species has
verified ones for what the ground is for. Water points belong to no species: a case holds those of
one zone that lie along the range of one species, or along none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from camiscreen.geometry.chainage import merge_ranges
from camiscreen.judging.cases import Case, by_works, listed, row_of, varied
from camiscreen.judging.design_stretches import DesignStretch, overlap, shared, works_months
from camiscreen.judging.local_seasons import LocalSeason, borrowed_from, local_seasons
from camiscreen.judging.receptor_cases import receptor_case
from camiscreen.model import (
    UNCERTAINTY_ZONE,
    Encounter,
    Exposure,
    KpRange,
    LayerCoverage,
    Project,
    Rulebook,
    Species,
    Text,
)
from camiscreen.vocabulary import Attribute, GroundUse, Known, Quantity, ReceptorKind

NO_SPECIES = "none"
WATER = "water"

_USES = {
    GroundUse.BIRTHS: Text(en="calving", ru="отёла"),
    GroundUse.RUT: Text(en="rutting", ru="гона"),
    GroundUse.WINTER: Text(en="wintering", ru="зимовки"),
    GroundUse.OTHER: Text(en="gathering", ru="скопления"),
}
"""As they stand before or after the word for grounds."""

_SURVEYED = (GroundUse.BIRTHS, GroundUse.RUT, GroundUse.WINTER)
"""What every species is asked about; ``other`` is what only the user can name."""


def ground_cases(
    project: Project, exposure: Exposure, book: Rulebook, design: Sequence[DesignStretch]
) -> list[Case]:
    """A case for each ground met, on each part of differing design, against the works programme."""
    return [
        _with_season(part, encounter, project, exposure, book)
        for encounter in exposure.encounters
        if encounter.receptor_kind is ReceptorKind.AGGREGATION_GROUND
        for whole in varied(_ground_case(encounter, project, exposure, book), design, project, book)
        for part in by_works(whole, project)
    ]


def _ground_case(
    encounter: Encounter, project: Project, exposure: Exposure, book: Rulebook
) -> Case:
    case = receptor_case(encounter, project, exposure, book)
    species = tuple(item for item in book.species if item.id == encounter.species_id)
    return replace(
        case,
        species=species or case.species,
        facts={
            **case.facts,
            Attribute.SPECIES: encounter.species_id or NO_SPECIES,
            Attribute.GROUND_USE: str(_use(encounter)),
        },
        words={
            **case.words,
            "species": listed([item.name for item in species]),
            "use": _USES[_use(encounter)],
        },
    )


def _use(encounter: Encounter) -> GroundUse:
    return GroundUse(encounter.receptor.attributes.get("ground_use", GroundUse.OTHER))


def _with_season(
    case: Case, encounter: Encounter, project: Project, exposure: Exposure, book: Rulebook
) -> Case:
    """A ground's months, from its layer or from the profile, against the works programme."""
    stated: Iterable[int] = encounter.receptor.attributes.get("months", ())
    months, seasons = set(stated), list[LocalSeason]()
    if not months:
        uses = {event.id: event.use for event in book.events}
        states = [state.iso3 for state in exposure.states]
        seasons = [
            item
            for species in case.species
            for item in local_seasons(species, states, book.events)
            if item.season.verified and uses.get(item.season.event) is _use(encounter)
        ]
        months = {month for item in seasons for month in item.season.months}
    works = works_months(project.design, case.kp_ranges)
    hit = months if works is None else months & works
    named = row_of([book.months[month - 1] for month in sorted(hit)])
    in_season = Known.NO
    if hit:
        in_season = Known.UNKNOWN if works is None else Known.YES
    return replace(
        case,
        facts={
            **case.facts,
            Attribute.SEASON_MONTHS: "known" if months else "unknown",
            Attribute.WORKS_IN_SEASON: str(in_season),
            Attribute.WORKS_PROGRAMME: "unknown" if works is None else "stated",
        },
        words={
            **case.words,
            "months": borrowed_from(
                [item for item in seasons if hit & set(item.season.months)],
                named,
                exposure.state_names,
            ),
        },
        sources=(*case.sources, *(source for item in seasons for source in item.season.references)),
    )


# ----------------------------------------------------------------------------------------------
# Water points
# ----------------------------------------------------------------------------------------------


def water_cases(
    project: Project,
    exposure: Exposure,
    book: Rulebook,
    design: Sequence[DesignStretch],
    met: Sequence[Case],
) -> list[Case]:
    """Cases of the water points of one zone along the range of one species met, or along none."""
    points = [e for e in exposure.encounters if e.receptor_kind is ReceptorKind.WATER_POINT]
    zones = list(dict.fromkeys(point.zone for point in points))
    ranges = [case for case in met if case.facts[Attribute.ZONE] != UNCERTAINTY_ZONE]
    found = []
    for zone in zones:
        here = [point for point in points if point.zone == zone]
        claimed: set[str] = set()
        for case in ranges:
            own = [point for point in here if _along(point, case)]
            claimed |= {point.id for point in own}
            if own:
                found.append(_water_case(own, case.species[0], project, exposure, book))
        rest = [point for point in here if point.id not in claimed]
        if rest:
            found.append(_water_case(rest, None, project, exposure, book))
    return [part for case in found for part in varied(case, design, project, book)]


def _along(point: Encounter, case: Case) -> bool:
    """Whether a water point lies along the part of the line that a range reaches."""
    if not point.kp_ranges or not case.kp_ranges:
        return True
    return any(
        overlap(one, other) or (other[0] <= one[0] and one[1] <= other[1])
        for one in point.kp_ranges
        for other in case.kp_ranges
    )


def _water_case(
    points: Sequence[Encounter],
    species: Species | None,
    project: Project,
    exposure: Exposure,
    book: Rulebook,
) -> Case:
    parts = [receptor_case(point, project, exposure, book) for point in points]
    nearest = min(points, key=lambda point: (-point.relation.rank, point.distance_m))
    first = parts[points.index(nearest)]
    name = species.name if species else Text(en="none", ru="нет")
    return replace(
        first,
        key=species.id if species else NO_SPECIES,
        facts={
            **first.facts,
            Attribute.SPECIES: species.id if species else NO_SPECIES,
            Attribute.SPECIES_GROUP: species.group if species else NO_SPECIES,
        },
        words={**first.words, "subject": listed([p.receptor.name for p in points]),
               "species": name},
        species=(species,) if species else (),
        encounters=tuple(points),
        kp_ranges=merge_ranges([kp for point in points for kp in point.kp_ranges]),
        length_m=sum(point.crossing_length_m for point in points),
        confidence=min(part.confidence for part in parts),
    )  # fmt: skip


# ----------------------------------------------------------------------------------------------
# What no layer speaks of
# ----------------------------------------------------------------------------------------------


def ground_data_cases(project: Project, exposure: Exposure, met: Sequence[Case]) -> list[Case]:
    """What no layer says of the species met: their grounds by use, and water points.

    Uses on which the same is missing for the same species make one case.
    """
    ranges = [case for case in met if case.facts[Attribute.ZONE] != UNCERTAINTY_ZONE]
    missing: dict[tuple[tuple[str, tuple[KpRange, ...], float], ...], list[GroundUse]] = {}
    for use in _SURVEYED:
        gaps = [(case.key, *_gap(case, _layers_of(exposure, use, case.key))) for case in ranges]
        open_ = tuple(gap for gap in gaps if gap[2] < 1)
        if open_:
            missing.setdefault(open_, []).append(use)
    by_key = {case.key: case for case in ranges}
    found = []
    for gaps_, uses in missing.items():
        cases = [by_key[key] for key, *_ in gaps_]
        found.append(
            _data_case(
                "+".join(uses),
                str(uses[0]),
                cases,
                project,
                kp_ranges=[kp for _, kps, _ in gaps_ for kp in kps],
                covered=min(covered for *_, covered in gaps_),
                uses=[_USES[use] for use in uses],
            )
        )
    water = [c for c in exposure.coverage if c.present and c.kind is ReceptorKind.WATER_POINT]
    for case in ranges:
        kps, covered = _gap(case, water)
        if covered < 1:
            key = f"{WATER}:{case.key}"
            found.append(_data_case(key, WATER, [case], project, kp_ranges=kps, covered=covered))
    return found


def _layers_of(exposure: Exposure, use: GroundUse, species_id: str) -> list[LayerCoverage]:
    return [
        item
        for item in exposure.coverage
        if item.present
        and item.kind is ReceptorKind.AGGREGATION_GROUND
        and use in item.uses
        and species_id in item.species
    ]


def _gap(case: Case, layers: Sequence[LayerCoverage]) -> tuple[tuple[KpRange, ...], float]:
    """Chainage of a range that no such layer covers, and the share that one covers."""
    if not case.kp_ranges:
        return (), max((item.covered_fraction for item in layers), default=0.0)
    left = list(case.kp_ranges)
    for item in layers:
        if item.covered_fraction >= 1:
            return (), 1.0
        left = [part for kp in item.outside_kp_ranges for part in shared(left, kp)]
    open_ = merge_ranges(left)
    whole_m = sum(last - first for first, last in case.kp_ranges)
    open_m = sum(last - first for first, last in open_)
    return open_, (1 - open_m / whole_m if whole_m else 0.0)


def _data_case(
    key: str,
    use: str,
    cases: Sequence[Case],
    project: Project,
    *,
    kp_ranges: Sequence[KpRange],
    covered: float,
    uses: Sequence[Text] = (),
) -> Case:
    species = tuple(item for case in cases for item in case.species)
    names = listed([item.name for item in species])
    return Case(
        key=key,
        facts={
            Attribute.KIND: str(project.kind),
            Attribute.GROUND_USE: use,
            Attribute.SPECIES: species[0].id if len(species) == 1 else NO_SPECIES,
            Quantity.COVERED_FRACTION: covered,
        },
        words={"subject": names, "species": names, "use": listed(uses)},
        species=species,
        kp_ranges=merge_ranges(kp_ranges),
        coverage=None,
    )
