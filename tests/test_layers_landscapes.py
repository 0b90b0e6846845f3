"""The layer landscapes: sections 27 and 28, drawn from what the section names."""

import csv

import pytest

from camiscreen.model import Rulebook
from tests.layer_facts import ROOT, LayerFacts, Opened, check_common, check_file, check_shapes


@pytest.fixture(scope="module")
def facts(opened: Opened) -> LayerFacts:
    return LayerFacts(opened, "landscapes")


def test_two_landscapes_with_the_species_and_countries_of_their_section(
    facts: LayerFacts, book: Rulebook
) -> None:
    assert set(facts.receptors) == {"gobi_steppe", "qinghai_tibetan_plateau"}
    check_common(facts, book)
    check_shapes(facts)
    check_file("landscapes", "landscapes.geojson")
    sections = {s.number: s for pack in book.packs for s in pack.sections}
    for id_, receptor in facts.receptors.items():
        told = facts.attributes(id_)
        section = sections[told["section"]]
        assert set(told["species"]) == set(section.species)
        assert set(told["countries_named"]) == set(section.countries)
        assert set(receptor.states) <= set(section.countries)
        assert receptor.name == section.title
        assert told["clauses"] and all(c.startswith(f"{section.number}.") for c in told["clauses"])


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [
        (97.0, 43.2, {"gobi_steppe"}),  # Great Gobi A
        (105.0, 43.0, {"gobi_steppe"}),  # South Gobi
        (89.3, 45.3, {"gobi_steppe"}),  # Kalamaili
        (90.0, 34.0, {"qinghai_tibetan_plateau"}),  # Changtang
        (92.4, 35.4, {"qinghai_tibetan_plateau"}),  # Hoh Xil
        (78.4, 42.0, set()),  # Tian Shan: argali and snow leopard, but no plateau
        (67.0, 48.0, set()),  # Betpak-Dala: a saiga country that the section does not name
    ],
)
def test_known_places(facts: LayerFacts, lon: float, lat: float, expected: set[str]) -> None:
    assert facts.at(lon, lat) == expected


def test_its_cells_are_cells_of_the_ranges(facts: LayerFacts) -> None:
    path = ROOT / "reference_layers" / "species_ranges" / "cells.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["species"], row["row"], row["column"]) for row in csv.DictReader(file)]
    for id_ in facts.receptors:
        told = facts.attributes(id_)
        holders: dict[tuple[str, str], int] = {}
        for species, row, column in rows:
            if species in told["species"]:
                holders[row, column] = holders.get((row, column), 0) + 1
        assert 0 < told["cells"] <= sum(count >= 2 for count in holders.values())
