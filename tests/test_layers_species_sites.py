"""The layer species_sites: the Bukhara deer as an assessed taxon with its own, low, trust."""

import pytest

from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import Rulebook
from camiscreen.screening import screen
from camiscreen.vocabulary import Confidence
from tests.conftest import make_project
from tests.layer_facts import LayerFacts, Opened, check_common, check_file, check_shapes


@pytest.fixture(scope="module")
def facts(opened: Opened) -> LayerFacts:
    return LayerFacts(opened, "species_sites")


def test_seven_indicative_sites_of_one_taxon(facts: LayerFacts, book: Rulebook) -> None:
    assert set(facts.receptors) == {
        "bukhara_deer-altyn_emel", "bukhara_deer-amudarya_nargyz", "bukhara_deer-kyzylkum",
        "bukhara_deer-lower_amudarya", "bukhara_deer-syrdarya_turkestan",
        "bukhara_deer-tigrovaya_balka", "bukhara_deer-zarafshan",
    }  # fmt: skip
    check_common(facts, book)
    check_shapes(facts)
    check_file("species_sites", "sites.geojson")
    for receptor in facts.receptors.values():
        assert receptor.species_id == "bukhara_deer"
        assert receptor.attributes["indicative"] is True
        assert len(receptor.states) == 1


def test_the_former_site_in_afghanistan_is_not_a_range(facts: LayerFacts) -> None:
    assert facts.at(67.4989, 35.3631) == set()


def test_its_accuracy_and_confidence_are_its_own(facts: LayerFacts) -> None:
    assert facts.layer.spec.confidence is Confidence.LOW
    assert facts.layer.spec.positional_accuracy_m == 40_000


def test_its_shapes_are_those_of_key_sites(facts: LayerFacts, opened: Opened) -> None:
    sites = LayerFacts(opened, "key_sites")
    for id_, shape in facts.shapes.items():
        assert shape.equals(sites.shapes[id_.removeprefix("bukhara_deer-")])


def deer_findings(
    book: Rulebook, opened: list[tuple[Layer, Store]], *line: tuple[float, float]
) -> dict[str, Confidence]:
    result = screen(make_project(list(line)), opened, book, generated_on="2026-11-22")
    return {f.id: f.confidence for f in result.findings if "bukhara_deer" in f.species_ids}


def test_a_railway_through_tigrovaya_balka_meets_the_deer(
    book: Rulebook, opened: list[tuple[Layer, Store]]
) -> None:
    found = deer_findings(book, opened, (68.2, 37.2667), (68.8, 37.2667))
    assert "RNG-001:bukhara_deer" in found
    assert set(found.values()) == {Confidence.LOW}
    # One state is told of each site, so a disc that reaches past a border is no shared range.
    assert "TRB-001:bukhara_deer" not in found


def test_a_line_20_km_from_a_site_is_told_that_absence_cannot_be_concluded(
    book: Rulebook, opened: list[tuple[Layer, Store]]
) -> None:
    found = deer_findings(book, opened, (68.0, 37.56), (68.9, 37.56))
    assert "DAT-001:project" in found
    assert "RNG-001:bukhara_deer" not in found


def test_far_from_the_sites_no_finding_speaks_of_the_deer(
    book: Rulebook, opened: list[tuple[Layer, Store]]
) -> None:
    assert deer_findings(book, opened, (106.0, 47.0), (108.0, 47.0)) == {}
