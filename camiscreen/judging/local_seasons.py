"""Seasons of the populations that a project meets, and of others where no local ones are known.

A source often speaks of one population. Its months say little of another, but more than nothing:
they count where no months were read for the states crossed, and are said to come from elsewhere.
"""

from collections.abc import Iterable, Mapping

from camiscreen.model import Season, SeasonEvent, Species, Text
from camiscreen.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSeason:
    """A season that counts for a project; ``borrowed`` where only other populations bear it out."""

    season: Season
    borrowed: bool


def local_seasons(
    species: Species, states: Iterable[str], events: Iterable[SeasonEvent]
) -> tuple[LocalSeason, ...]:
    """Seasons of a species in some states, in the order of its profile.

    One of other states is left out where a local one of the same use is as well borne out, and
    where its event has no use: what happens at one place happens nowhere else. Where no state is
    known, none is left out.
    """
    crossed = frozenset(states)
    uses = {event.id: event.use for event in events}
    here = [one for one in species.seasons if not one.states or crossed & frozenset(one.states)]
    found = []
    for season in species.seasons:
        use = uses.get(season.event)
        if season in here:
            found.append(LocalSeason(season=season, borrowed=False))
        elif not crossed or (
            use is not None
            and not any(
                uses.get(one.event) is use and (one.verified or not season.verified) for one in here
            )
        ):
            found.append(LocalSeason(season=season, borrowed=True))
    return tuple(found)


def event_name(item: LocalSeason, event: Text, state_names: Mapping[str, Text]) -> Text:
    """What the event is called; where borrowed, with the states that it is known from."""
    return borrowed_from([item], event, state_names)


def borrowed_from(
    items: Iterable[LocalSeason], said: Text, state_names: Mapping[str, Text]
) -> Text:
    """What is said of seasons, with the states that those are known from which are borrowed."""
    codes = dict.fromkeys(iso3 for item in items if item.borrowed for iso3 in item.season.states)
    if not codes:
        return said
    states = [state_names.get(iso3, Text(en=iso3, ru=iso3)) for iso3 in codes]
    return Text(
        # No comma: names of events stand in rows that commas divide.
        en=f"{said.en} – months known from {' and '.join(s.en for s in states)} only",
        ru=f"{said.ru} — сроки известны только для страны: {' и '.join(s.ru for s in states)}",
    )
