"""Other names for sensitive receptors, and every text, id and trace without the true ones.

This module's one job. A range keeps the name of its species, anything else becomes a number.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from camiscreen.model import Encounter, Species, Text, Trace
from camiscreen.values import dataclass
from camiscreen.vocabulary import Quantity, ReceptorKind, TracePart

WITHHELD = "withheld"
"""What stands in a trace in the place of a number."""

_SAFE = frozenset(
    {
        Quantity.STATES_REACHED,
        Quantity.STATES_CROSSED,
        Quantity.SPECIES_MET,
        Quantity.SPECIES_IN_ZONES,
        Quantity.SPECIES_IN_UNCERTAINTY,
        Quantity.BOTTOM_WIRE_M,
    }
)
"""Numbers of a trace that speak of no place."""

_KINDS = {
    ReceptorKind.CORRIDOR: Text(en="Sensitive corridor", ru="Уязвимый коридор"),
    ReceptorKind.SITE: Text(en="Sensitive site", ru="Уязвимый участок"),
}
_PLACE = Text(en="Sensitive place", ru="Уязвимое место")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the sensitive receptors of a screening are called instead.

    ``aliases`` by layer and receptor id: S1, S2 in the order in which they were met; ``pairs`` of
    the true name and the other, the longest first.
    """

    aliases: Mapping[tuple[str, str], str]
    pairs: tuple[tuple[Text, Text], ...]

    def alias(self, met: Encounter) -> str:
        """The number of a sensitive receptor."""
        return self.aliases[met.layer_id, met.receptor.id]

    def identifier(self, given: str) -> str:
        """An id with the ids of sensitive receptors replaced, the longest first."""
        for (_, id_), alias in sorted(self.aliases.items(), key=lambda item: -len(item[0][1])):
            given = _without(given, id_, alias)
        return given

    def text(self, given: Text) -> Text:
        """A text without the names of sensitive receptors."""
        return Text(en=self._free(given.en, "en"), ru=self._free(given.ru, "ru"))

    def words(self, given: str) -> str:
        """A text of one language, whichever that is."""
        return self._free(given, "en")

    def _free(self, given: str, language: str) -> str:
        for old, new in self.pairs:
            for name in sorted({old.en, old.ru} - {new.en, new.ru}):
                given = _without(given, name, getattr(new, language))
        return given

    def trace(self, steps: Iterable[Trace]) -> tuple[Trace, ...]:
        """The tests of a judgement without the numbers that were measured."""
        return tuple(replace(step, value=self._value(step)) for step in steps)

    def _value(self, step: Trace) -> str:
        if step.subject in _SAFE:
            return step.value
        if step.part is TracePart.SUBJECT:
            return self.identifier(step.value.partition(",")[0]).partition("@")[0]
        try:
            float(step.value)
        except ValueError:
            return self.identifier(step.value)
        return WITHHELD


def names_for(secret: Sequence[Encounter], species: Iterable[Species]) -> Names:
    """Other names for the receptors of some encounters."""
    by_id = {item.id: item.name for item in species}
    aliases: dict[tuple[str, str], str] = {}
    for met in secret:
        aliases.setdefault((met.layer_id, met.receptor.id), f"S{len(aliases) + 1}")
    pairs = [
        (met.receptor.name, _name(met, aliases[met.layer_id, met.receptor.id], by_id))
        for met in secret
    ]
    return Names(aliases=aliases, pairs=tuple(sorted(pairs, key=lambda pair: -len(pair[0].en))))


def name_of(met: Encounter, names: Names, species: Mapping[str, Text]) -> Text:
    """The other name of one sensitive receptor."""
    return _name(met, names.alias(met), species)


def _name(met: Encounter, alias: str, species: Mapping[str, Text]) -> Text:
    of_species = species.get(met.species_id or "")
    if met.receptor_kind is ReceptorKind.SPECIES_RANGE and of_species is not None:
        return of_species
    kind = _KINDS.get(met.receptor_kind, _PLACE)
    return Text(en=f"{kind.en} {alias}", ru=f"{kind.ru} {alias}")


def _without(text: str, name: str, instead: str) -> str:
    """A text with a name replaced wherever it stands as a word of its own."""
    if not name.strip():
        return text
    return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda _: instead, text)
