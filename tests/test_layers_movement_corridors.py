"""The layer movement_corridors: named, documented and continuous, each traced to its basis."""

from collections import Counter

import pytest
import shapely

from camiscreen.model import Rulebook
from tests.layer_facts import LayerFacts, Opened, check_common, check_file, check_shapes

GRADES = {
    "programme": {"named", "inferred"},
    "documented": {"read", "secondary"},
    "range_continuity": {"derived"},
}


@pytest.fixture(scope="module")
def facts(opened: Opened) -> LayerFacts:
    return LayerFacts(opened, "movement_corridors")


def of_basis(facts: LayerFacts, basis: str) -> set[str]:
    return {id_ for id_ in facts.receptors if facts.attributes(id_)["basis"] == basis}


def test_every_corridor_traces_to_its_basis(facts: LayerFacts, book: Rulebook) -> None:
    check_common(facts, book)
    check_shapes(facts)
    check_file("movement_corridors", "corridors.geojson")
    count = Counter(facts.attributes(id_)["basis"] for id_ in facts.receptors)
    assert count == {"programme": 6, "documented": 10, "range_continuity": 84}
    for id_ in facts.receptors:
        told = facts.attributes(id_)
        assert told["evidence_grade"] in GRADES[told["basis"]]
        assert told["crossing"] in {"documented", "none_documented", "not_assessed"}
        assert isinstance(told["species"], list) and told["species"]
        if told["basis"] == "programme":
            assert told["clauses"], id_


def test_a_grade_of_read_rests_on_a_source_read_first_hand(
    facts: LayerFacts, book: Rulebook
) -> None:
    seen = {reference.id: reference for reference in book.references}
    for id_ in of_basis(facts, "documented"):
        told = facts.attributes(id_)
        first_hand = any(seen[ref].backs_numbers for ref in told["references"] if ref != "R001")
        assert first_hand is (told["evidence_grade"] == "read"), id_


def test_the_species_of_a_clause_are_those_of_its_section(
    facts: LayerFacts, book: Rulebook
) -> None:
    sections = {s.number: set(s.species) for pack in book.packs for s in pack.sections}
    for id_ in of_basis(facts, "programme"):
        told = facts.attributes(id_)
        named = set().union(*(sections[clause.split(".")[0]] for clause in told["clauses"]))
        assert set(told["species"]) <= named, id_


@pytest.mark.parametrize(
    ("corridor", "lon", "lat", "inside"),
    [
        ("touran_miandasht", 56.4, 36.6, True),
        ("touran_miandasht", 56.0, 35.7, False),  # inside Touran
        ("great_gobi_b_kalamaili", 91.0, 45.3, True),
        ("great_gobi_b_kalamaili", 89.3, 45.3, False),  # inside Kalamaili
        ("great_gobi_border_reach", 97.193, 42.787, True),
        ("great_gobi_border_reach", 104.974, 41.586, False),  # southernmost part of the border
        ("dauria", 115.3, 50.0, True),
        ("eastern_steppe", 115.3, 47.2, True),
        ("badhyz_kaplankyr", 59.6, 38.5, True),
        ("badhyz_summer_exodus", 61.67, 36.7, True),
        ("trans_mongolian_no_crossing", 108.5, 46.4, True),
        ("ustyurt_saiga_passes", 55.977, 44.0, True),
        ("saiga-kaz-uzb", 56.0, 44.5, True),
        ("saiga-kaz-uzb", 67.0, 48.0, False),
        ("wild_camel-chn-mng", 97.2, 42.8, True),
        ("mongolian_gazelle-mng-rus", 115.0, 50.0, True),
    ],
)
def test_known_places(
    facts: LayerFacts, corridor: str, lon: float, lat: float, inside: bool
) -> None:
    assert (corridor in facts.at(lon, lat)) is inside


def test_a_zone_runs_along_the_border_of_its_two_range_states(
    facts: LayerFacts, book: Rulebook, opened: Opened
) -> None:
    range_states = {item.id: set(item.range_states) for item in book.species}
    shapes = LayerFacts(opened, "range_states").shapes
    for id_ in of_basis(facts, "range_continuity"):
        receptor = facts.receptors[id_]
        (species,) = receptor.attributes["species"]
        a, b = receptor.states
        assert id_ == f"{species}-{a.lower()}-{b.lower()}"
        assert {a, b} <= range_states[species]
        border = shapely.intersection(shapes[a].boundary, shapes[b].boundary)
        assert border.length > 0, id_
        # One cell deep: a cell is one degree wide and, from 15 to 60 N, at most 1.6 high.
        assert facts.shapes[id_].hausdorff_distance(border.intersection(facts.shapes[id_])) < 2.0


def test_states_without_a_common_border_have_no_zone(facts: LayerFacts) -> None:
    for pair in ("kaz-mng", "pak-tjk", "btn-npl", "chn-uzb"):
        assert not [id_ for id_ in facts.receptors if id_.endswith(pair)]


def test_zones_lie_in_the_range_of_their_species(facts: LayerFacts, opened: Opened) -> None:
    ranges = LayerFacts(opened, "species_ranges")
    patches: dict[str, list[shapely.Geometry]] = {}
    for id_, receptor in ranges.receptors.items():
        patches.setdefault(str(receptor.species_id), []).append(ranges.shapes[id_])
    for id_ in of_basis(facts, "range_continuity"):
        (species,) = facts.attributes(id_)["species"]
        outside = shapely.difference(facts.shapes[id_], shapely.union_all(patches[species]))
        assert outside.area < 1e-2, id_


def test_the_reach_at_sokhondinsky_is_115_km_of_border(facts: LayerFacts) -> None:
    west, south, east, north = facts.shapes["sokhondinsky_border"].bounds
    assert 100 < 111.2 * ((north - south) ** 2 + (0.65 * (east - west)) ** 2) ** 0.5 < 140
