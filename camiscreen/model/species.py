"""Species profiles, as far as the literature gives them."""

from camiscreen.model.words import Text
from camiscreen.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class IucnStatus:
    """Red List category; ``verified`` speaks of the category, ``year`` is null where not read."""

    category: str
    year: int | None
    references: tuple[str, ...]
    verified: bool
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """Months (1-12) in which something happens that works or traffic may disturb.

    ``states`` are those of whose populations alone the references speak; none: of the species.
    """

    event: str
    months: tuple[int, ...]
    references: tuple[str, ...]
    verified: bool
    note: Text | None = None
    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BarrierResponse:
    """What was documented of a species at one kind of infrastructure."""

    infrastructure: str
    response: Text
    references: tuple[str, ...]
    verified: bool
    fully_blocking: bool | None = None
    distance_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """A population figure; null means that none was read, never zero."""

    estimate: int | None
    low: int | None
    high: int | None
    year: int | None
    references: tuple[str, ...]
    verified: bool
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """How far and in what manner a species moves."""

    type: str
    scale: Text | None
    references: tuple[str, ...]
    verified: bool
    annual_range_km2: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Species:
    """The profile of one of the 18 taxa.

    ``footnote`` is what the resolution itself notes on the listing name, ``name_note`` what other
    lists do with the current one.
    """

    id: str
    name: Text
    listing_name: str
    current_name: str
    table_row: int
    cms_appendix: tuple[str, ...]
    covered_by_programme: bool
    sections: tuple[str, ...]
    group: str
    range_states: tuple[str, ...]
    range_states_references: tuple[str, ...]
    range_states_verified: bool
    iucn: IucnStatus
    population: Population
    movement: Movement
    seasons: tuple[Season, ...]
    barrier_responses: tuple[BarrierResponse, ...]
    footnote: Text | None = None
    name_note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeciesNote:
    """What an ecologist adds to a profile without touching it; ``species`` is the profile's id."""

    species: str
    seasons: tuple[Season, ...] = ()
    barrier_responses: tuple[BarrierResponse, ...] = ()
