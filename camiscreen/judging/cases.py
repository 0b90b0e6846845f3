"""Cases: what a rule is asked about, as words and numbers, cut where the design changes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from itertools import pairwise

from camiscreen.geometry.chainage import merge_ranges
from camiscreen.judging.conditions import Facts
from camiscreen.judging.crossings import nearest_m, passable, widest_gap_m
from camiscreen.judging.design_stretches import DesignStretch, shared, works_months
from camiscreen.model import (
    Encounter,
    KpRange,
    LayerCoverage,
    Project,
    Rulebook,
    Species,
    Text,
)
from camiscreen.values import dataclass
from camiscreen.vocabulary import Attribute, Confidence, Quantity, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One subject of a rule on one part of the line; cases of one ``key`` make one finding.

    ``words`` fill the sentences of the rule; ``length_m`` is measured on the geometry as given.
    """

    key: str
    facts: Facts
    words: Mapping[str, Text]
    species: tuple[Species, ...] = ()
    encounters: tuple[Encounter, ...] = ()
    kp_ranges: tuple[KpRange, ...] = ()
    length_m: float = 0.0
    confidence: Confidence = Confidence.HIGH
    sources: tuple[str, ...] = ()
    coverage: LayerCoverage | None = None
    places: Mapping[Quantity, tuple[KpRange, ...]] = field(default_factory=dict)
    """Where a quantity is, if not all along: a finding that asks for it holds there alone."""


Cases = dict[Subject, list[Case]]


def varied(
    case: Case, design: Sequence[DesignStretch], project: Project, book: Rulebook
) -> list[Case]:
    """A case for each part of its chainage on which the design is the same."""
    groups: dict[tuple[tuple[str, str | float], ...], list[KpRange]] = defaultdict(list)
    for stretch in design:
        parts = shared(case.kp_ranges, stretch.kp_m) if case.kp_ranges else []
        if parts or not case.kp_ranges:
            groups[tuple(stretch.facts.items())] += parts
    whole_m = sum(last - first for first, last in case.kp_ranges)
    result = []
    for facts, ranges in groups.items():
        kp_ranges = merge_ranges(ranges)
        part_m = sum(last - first for first, last in kp_ranges)
        structures = project.design.structures
        here = [s for s in structures if any(a <= s.at_m <= b for a, b in kp_ranges)]
        corridor = Attribute.CORRIDOR_BASIS in case.facts
        inside = [
            s
            for s in here
            if all(passable(s, one, book, in_corridor=corridor) for one in case.species)
        ]
        nearest = nearest_m(kp_ranges, [s for s in structures if s not in here])
        result.append(
            replace(
                case,
                facts={
                    **case.facts,
                    **dict(facts),
                    Quantity.STRUCTURES_INSIDE: float(len(inside)),
                    Quantity.STRUCTURES_ELSEWHERE: float(len(structures) - len(here)),
                    Quantity.OPENING_SPACING_M: widest_gap_m(kp_ranges, inside),
                },
                words={
                    **case.words,
                    "nearest": Text(en="", ru="") if nearest is None else length_text(nearest),
                },
                kp_ranges=kp_ranges,
                # Lengths as given are shared out by chainage, which is what a design speaks of.
                length_m=case.length_m * (part_m / whole_m if whole_m else 1.0),
            )
        )
    return result


def by_works(case: Case, project: Project) -> list[Case]:
    """A case for each part of its chainage with the same months of works, None where not stated.

    A programme for a part of the line must neither affect nor clear the rest of it.
    """
    works = [item.kp_m for item in project.design.works if item.kp_m is not None]
    if not works or not case.kp_ranges:
        return [case]
    # The ends of the case itself too: a rounding beyond the line must not drop a part of it.
    ends = {end for kp in (*works, *case.kp_ranges) for end in kp}
    ends |= {0.0, project.chainage_length_m}
    groups: dict[frozenset[int] | None, list[KpRange]] = defaultdict(list)
    for piece in pairwise(sorted(ends)):
        parts = shared(case.kp_ranges, piece)
        if parts:
            groups[works_months(project.design, [piece])] += parts
    whole_m = sum(last - first for first, last in case.kp_ranges)
    result = []
    for ranges in groups.values():
        kp_ranges = merge_ranges(ranges)
        part_m = sum(last - first for first, last in kp_ranges)
        share = part_m / whole_m if whole_m else 1.0
        result.append(replace(case, kp_ranges=kp_ranges, length_m=case.length_m * share))
    return result


def length_text(length_m: float) -> Text:
    """A length for a sentence: metres below 1 km, else kilometres with one decimal."""
    if length_m < 1000:
        return Text(en=f"{length_m:.0f}\u00a0m", ru=f"{length_m:.0f}\u00a0м")
    printed = f"{length_m / 1000:.1f}"
    return Text(en=f"{printed}\u00a0km", ru=f"{printed.replace('.', ',')}\u00a0км")


def area_text(area_m2: float) -> Text:
    """An area for a sentence, in square kilometres with one decimal below 100, else none."""
    km2 = area_m2 / 1e6
    printed = f"{km2:.2f}" if km2 < 1 else f"{km2:.1f}" if km2 < 100 else f"{km2:.0f}"
    return Text(en=f"{printed}\u00a0km²", ru=f"{printed.replace('.', ',')}\u00a0км²")


def row_of(names: Sequence[Text]) -> Text:
    """States, months or events in a row, each once and none left out."""
    once = list(dict.fromkeys((name.en, name.ru) for name in names))
    return Text(en=", ".join(en for en, _ in once), ru=", ".join(ru for _, ru in once))


MOST_NAMES = 12
"""A sentence that names more is no longer read; the encounters of the finding hold them all."""


def listed(names: Sequence[Text]) -> Text:
    """Names in a row, each once; of many the first and how many more there are."""
    en, ru = (
        list(dict.fromkeys(words)) for words in ([n.en for n in names], [n.ru for n in names])
    )
    more = len(en) - MOST_NAMES
    if more <= 0:
        return Text(en=", ".join(en), ru=", ".join(ru))
    return Text(
        en=f"{', '.join(en[:MOST_NAMES])} and {more} more",
        ru=f"{', '.join(ru[:MOST_NAMES])} и ещё {len(ru) - MOST_NAMES}",
    )
