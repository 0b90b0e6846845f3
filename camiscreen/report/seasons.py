"""Months in which the species met are sensitive, against the works programme; nothing is drawn.

This module's one job. Months that no source bears out are kept and marked, but never counted with
those that one does.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from camiscreen.geometry.chainage import merge_ranges
from camiscreen.i18n import Translator
from camiscreen.judging.design_stretches import overlap, works_stated
from camiscreen.judging.local_seasons import event_name, local_seasons
from camiscreen.model import KpRange, Project, Screening, SeasonEvent, Species
from camiscreen.report import species_met
from camiscreen.report.text import short
from camiscreen.values import dataclass

Cell: TypeAlias = Literal["works", "no_works", "unknown"]
EventClass: TypeAlias = Literal["birth", "rut", "movement"]

MONTHS = range(1, 13)

_BIRTHS = frozenset(
    {
        "birth", "birth_peak", "calving", "calving_peak_mongolia", "foaling", "lambing",
        "return_with_young",
    }
)  # fmt: skip
_RUTS = frozenset({"rut", "mating", "breeding"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event of a species: its sensitive months, and what the programme has in each."""

    name: str
    event_class: EventClass
    cells: tuple[tuple[int, Cell], ...]
    verified: bool

    @property
    def met(self) -> int:
        """Months in which works are under way."""
        return sum(cell == "works" for _, cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeciesSeasons:
    """A species met and its events; none where no month was found in any source."""

    name: str
    events: tuple[EventRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksBar:
    """A stretch of the works programme: its months, and where it holds (None: the whole line)."""

    months: tuple[int, ...]
    kp_m: KpRange | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The programme and the species; ``stated`` is false where it is silent on a part."""

    works: tuple[WorksBar, ...]
    stated: bool
    species: tuple[SpeciesSeasons, ...]

    @property
    def met(self) -> int:
        """Verified species-months with works under way."""
        return sum(e.met for s in self.species for e in s.events if e.verified)

    @property
    def met_unverified(self) -> int:
        """Species-months with works under way whose month no source bears out."""
        return sum(e.met for s in self.species for e in s.events if not e.verified)

    def in_month(self, month: int, *, verified: bool) -> int:
        """Events with works under way in a month."""
        return sum(
            (month, "works") in event.cells
            for species in self.species
            for event in species.events
            if event.verified is verified
        )


def calendar(screening: Screening, tr: Translator) -> Calendar:
    """The calendar of the species whose ranges or sites are met, in the order of the map."""
    project = screening.project
    profiles = {species.id: species for species in screening.rulebook.species}
    events = {event.id: event for event in screening.rulebook.events}
    rows = []
    for species_id in species_met.met(screening):
        profile = profiles.get(species_id)
        if profile is None:
            rows.append(SpeciesSeasons(name=short(species_id, 40), events=()))
            continue
        ranges = [
            r
            for e in screening.exposure.encounters
            if e.species_id == species_id
            for r in e.kp_ranges
        ]
        rows.append(_species(profile, screening, ranges, events, tr))
    return Calendar(
        works=tuple(WorksBar(months=w.months, kp_m=w.kp_m) for w in project.design.works),
        stated=works_stated(project),
        species=tuple(rows),
    )


def _species(
    species: Species,
    screening: Screening,
    ranges: Sequence[KpRange],
    events: dict[str, SeasonEvent],
    tr: Translator,
) -> SpeciesSeasons:
    months, complete = _programme(screening.project, ranges)
    exposure = screening.exposure
    rows = []
    states = [state.iso3 for state in exposure.states]
    found = local_seasons(species, states, events.values())
    for item in sorted(found, key=lambda one: _order(one.season.event)):
        season = item.season
        known = events.get(season.event)
        cells: list[tuple[int, Cell]] = [
            (month, "works" if month in months else "no_works" if complete else "unknown")
            for month in sorted(set(season.months))
        ]
        rows.append(
            EventRow(
                name=tr.text(event_name(item, known.name, exposure.state_names))
                if known
                else season.event.replace("_", " "),
                event_class=event_class(season.event),
                cells=tuple(cells),
                verified=season.verified,
            )
        )
    return SpeciesSeasons(name=tr.text(species.name), events=tuple(rows))


def _order(event: str) -> int:
    return ("birth", "rut", "movement").index(event_class(event))


def event_class(event: str) -> EventClass:
    """Birth and young, rut, or everything else: movement, winter, dens."""
    return "birth" if event in _BIRTHS else "rut" if event in _RUTS else "movement"


def _programme(project: Project, ranges: Sequence[KpRange]) -> tuple[frozenset[int], bool]:
    """Months of works on some stretches, and whether the programme speaks of all of them.

    A programme for parts of the line says nothing of the rest, which has to be built as well.
    """
    here = [
        works
        for works in project.design.works
        if works.kp_m is None or not ranges or any(overlap(works.kp_m, kp) for kp in ranges)
    ]
    months = frozenset(month for works in here for month in works.months)
    if works_stated(project):
        return months, True
    spoken = merge_ranges([works.kp_m for works in here if works.kp_m is not None], gap_m=1.0)
    complete = bool(ranges) and all(
        any(a - 1 <= start and end <= b + 1 for a, b in spoken) for start, end in ranges
    )
    return months, complete
