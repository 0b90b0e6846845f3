"""No verdict rests on an unverified number, and no number that grades may move unnoticed."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from camiscreen.judging.conditions import row_for
from camiscreen.model import Rulebook, TableRow
from camiscreen.rulebook.rule_cases import BOUNDS
from camiscreen.vocabulary import WHOLE_NUMBERS, Attribute, Quantity

FIGURE = re.compile(r"\d[\d,.\u00a0]*\s?(?:m|km|km²|km/h|%|animals|years)\b")


def test_every_threshold_of_a_rule_is_a_verified_figure(book: Rulebook) -> None:
    """Counts, nothing and the whole apart: they are no figures of a source."""
    verified = {
        (reference, value * (1000 if spec.unit == "km" else 1))
        for measure in book.measures
        for spec in measure.numbers
        if spec.verified
        for reference in spec.references
        for value in spec.values
    }
    own = {Quantity.COVERED_FRACTION}
    checked = 0
    for rule in book.rules:
        for test in rule.when:
            for key in BOUNDS:
                bound = getattr(test, key)
                if bound and test.quantity not in WHOLE_NUMBERS | own:
                    assert any((source, bound) in verified for source in rule.sources), rule.id
                    checked += 1
    assert checked >= 3  # bottom wire, height of the fence, distance between openings


def test_a_figure_in_the_words_of_a_rule_has_a_source_that_was_read(book: Rulebook) -> None:
    read = {reference.id for reference in book.references if reference.backs_numbers}
    packs = tuple(f"{pack.prefix} " for pack in book.packs)
    for rule in book.rules:
        texts = (rule.title.en, rule.statement.en, rule.why.en)
        figures = [figure for text in texts for figure in FIGURE.findall(text)]
        # 1 and 10 km are the tool's own zones, which name their reasons themselves.
        figures = [f for f in figures if f not in {"1 km", "10 km"}]
        if figures:
            good = [s for s in rule.sources if s in read or s.startswith(packs)]
            assert good, (rule.id, figures)


def test_every_measure_is_asked_for_by_a_rule(book: Rulebook) -> None:
    used = {measure for rule in book.rules for measure in rule.measures}
    assert {measure.id for measure in book.measures} - used == set()


def test_zones_are_as_wide_as_the_rules_say(book: Rulebook) -> None:
    assert {zone.id: zone.width_m for zone in book.zones} == {
        "footprint": 0, "direct": 1_000, "indirect": 10_000
    }  # fmt: skip
    said = {rule.id: rule.title.en for rule in book.rules}
    assert "1 km" in said["RNG-002"] and "10 km" in said["RNG-003"]


# ----------------------------------------------------------------------------------------------
# The tables
# ----------------------------------------------------------------------------------------------

CALM = {
    "iucn_category": "LC", "species": "kiang", "cms_appendix": "not listed",
    "full_barrier_documented": "no", "zone": "footprint", "kind": "power_line",
    "pipe_buried": "unknown",
}  # fmt: skip

SENSITIVITY = [
    ({}, "low"),
    ({"iucn_category": "CR"}, "very_high"),
    ({"iucn_category": "EN"}, "very_high"),
    ({"iucn_category": "VU"}, "low"),
    ({"species": "gobi_bear"}, "very_high"),
    ({"species": "asiatic_cheetah"}, "very_high"),
    ({"cms_appendix": "I"}, "high"),
    ({"cms_appendix": "I & II"}, "high"),
    ({"cms_appendix": "II"}, "medium"),
    ({"cms_appendix": "II", "full_barrier_documented": "yes"}, "high"),
]
MAGNITUDE = [
    ({}, "low"),
    ({"zone": "uncertainty", "kind": "fence"}, "negligible"),
    ({"zone": "indirect", "kind": "fence"}, "negligible"),
    ({"zone": "direct", "kind": "fence"}, "low"),
    ({"kind": "fence"}, "high"),
    *[({"kind": kind}, "medium") for kind in ("railway", "road", "canal", "mine")],
    ({"kind": "pipeline", "pipe_buried": "yes"}, "low"),
    ({"kind": "pipeline", "pipe_buried": "no"}, "medium"),
    ({"kind": "pipeline", "pipe_buried": "unknown"}, "medium"),
]
TABLES = [("sensitivity_table", SENSITIVITY), ("magnitude_table", MAGNITUDE)]


def levels(table: tuple[TableRow, ...], cases: list[tuple[dict[str, str], str]]) -> list[str]:
    return [row_for(table, {**CALM, **given}).level for given, _ in cases]


def mutants(table: tuple[TableRow, ...]) -> Iterator[tuple[str, tuple[TableRow, ...]]]:
    """Every word taken out of a row, and every row taken out, the last apart."""
    for index, row in enumerate(table[:-1]):
        yield f"row {index}", (*table[:index], *table[index + 1 :])
        for number, test in enumerate(row.when):
            for word in test.any_of:
                rest = tuple(other for other in test.any_of if other != word)
                changed = replace(test, any_of=rest or ("nothing",))
                when = (*row.when[:number], changed, *row.when[number + 1 :])
                yield f"{row.level}: {word}", (*table[:index], replace(row, when=when),
                                               *table[index + 1 :])  # fmt: skip


@pytest.mark.parametrize(("name", "cases"), TABLES)
def test_the_tables_give_the_levels_that_are_meant(
    book: Rulebook, name: str, cases: list[tuple[dict[str, str], str]]
) -> None:
    assert levels(getattr(book, name), cases) == [level for _, level in cases]


# Buried is medium only where it is not said to be, and a power line is what is left.
SAME_EITHER_WAY = {"magnitude_table": {"row 5", "low: pipeline", "low: yes"}}


@pytest.mark.parametrize(("name", "cases"), TABLES)
def test_any_change_of_a_table_breaks_a_case(
    book: Rulebook, name: str, cases: list[tuple[dict[str, str], str]]
) -> None:
    table = getattr(book, name)
    meant = levels(table, cases)
    silent = {change for change, mutant in mutants(table) if levels(mutant, cases) == meant}
    assert silent - SAME_EITHER_WAY.get(name, set()) == set()


def test_nomads_are_told_by_their_profiles(book: Rulebook) -> None:
    rule = next(rule for rule in book.rules if rule.id == "PER-010")
    (words,) = [test.any_of for test in rule.when if test.attribute is Attribute.MOVEMENT]
    nomads = {s.id for s in book.species if s.movement.verified and s.movement.type in words}
    assert nomads == {
        "asiatic_wild_ass", "goitered_gazelle", "mongolian_gazelle", "saiga", "wild_camel"
    }  # fmt: skip
