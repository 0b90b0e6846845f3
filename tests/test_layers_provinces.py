"""The layer provinces: units that fill their states, with names, and no side taken."""

import pytest
import shapely

from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import Rulebook
from camiscreen.screening import screen
from camiscreen.vocabulary import ReceptorKind
from tests.conftest import make_project
from tests.layer_facts import ROOT, LayerFacts, Opened, check_file, check_shapes


@pytest.fixture(scope="module")
def facts(opened: Opened) -> LayerFacts:
    return LayerFacts(opened, "provinces")


def test_299_units_in_14_states_under_3_megabytes(facts: LayerFacts) -> None:
    assert len(facts.receptors) == 299
    assert facts.layer.spec.receptor_kind is ReceptorKind.PROVINCE
    assert {receptor.states[0] for receptor in facts.receptors.values()} == set(
        facts.layer.spec.coverage.states
    )
    assert (ROOT / "reference_layers/provinces/provinces.geojson").stat().st_size < 3_000_000
    check_file("provinces", "provinces.geojson")
    check_shapes(facts)
    for receptor in facts.receptors.values():
        assert receptor.name.en and receptor.name.ru
        assert not any("а" <= letter.lower() <= "я" for letter in receptor.name.en)
        assert any("а" <= letter.lower() <= "я" for letter in receptor.name.ru)


def test_names_are_unique_in_their_state(facts: LayerFacts) -> None:
    named = [(r.states, r.name.en) for r in facts.receptors.values()]
    named_ru = [(r.states, r.name.ru) for r in facts.receptors.values()]
    assert len(set(named)) == len(set(named_ru)) == len(facts.receptors)


def test_units_fill_their_state_without_gap_or_overlap(facts: LayerFacts, opened: Opened) -> None:
    states = LayerFacts(opened, "range_states")
    for iso3, state in states.shapes.items():
        if states.receptors[iso3].attributes["disputed"]:
            continue
        units = [facts.shapes[id_] for id_, r in facts.receptors.items() if r.states == (iso3,)]
        union = shapely.union_all(units)
        assert shapely.area(units).sum() == pytest.approx(union.area, rel=1e-6)
        gap = shapely.difference(state, union)
        # What is left is rounding along the outline, and islands far from any unit.
        assert gap.area < 1e-4 * state.area
        assert shapely.difference(union, state).area < 1e-4 * state.area
        assert max(shapely.area(shapely.get_parts(gap)), default=0) < 2e-4


@pytest.mark.parametrize(
    ("lon", "lat", "unit"),
    [
        (106.9, 47.9, "MNG-ulaanbaatar"),
        (104.4, 43.6, "MNG-omnogovi"),  # Dalanzadgad
        (87.6, 43.8, "CHN-xinjiang"),  # Urumqi
        (59.6, 42.5, "UZB-karakalpakstan"),  # Nukus
        (51.2, 43.7, "KAZ-mangystau-region"),  # Aktau
        (78.4, 45.0, "KAZ-almaty-region-with-zhetisu"),  # Taldykorgan
        (72.5, 38.5, "TJK-gorno-badakhshan"),  # Pamir
        (54.4, 36.2, "IRN-semnan"),  # Damghan
        (113.5, 52.0, "RUS-zabaykalsky-krai"),  # Chita
        (69.35, 35.3, "AFG-panjshir"),  # told apart from Parwan
        (66.1, 33.7, "AFG-daykundi"),  # told apart from Uruzgan
    ],
)
def test_known_places(facts: LayerFacts, lon: float, lat: float, unit: str) -> None:
    assert facts.at(lon, lat) == {unit}


def test_disputed_lines_are_named_and_nobody_is_given_right(facts: LayerFacts) -> None:
    disputed = {id_ for id_ in facts.receptors if facts.attributes(id_)["disputed"]}
    assert {
        "IND-jammu-and-kashmir-with-ladakh", "PAK-azad-kashmir", "PAK-gilgit-baltistan",
        "IND-arunachal-pradesh", "CHN-xinjiang",
    } <= disputed  # fmt: skip
    assert not disputed & {"MNG-omnogovi", "KAZ-atyrau-region", "UZB-navoi-region"}
    for id_ in facts.receptors:
        assert bool(facts.attributes(id_)["disputed_borders"]) is (id_ in disputed)
    assert facts.at(77.1, 35.4) == set()  # the Siachen Glacier belongs to no unit


def test_a_line_gets_its_provinces_by_chainage(
    book: Rulebook, opened: list[tuple[Layer, Store]]
) -> None:
    result = screen(make_project([(104.4, 43.6), (106.9, 47.9)]), opened, book,
                    generated_on="2026-11-22")  # fmt: skip
    provinces = result.exposure.provinces
    assert [province.id for province in provinces] == [
        "MNG-omnogovi", "MNG-dundgovi", "MNG-tov", "MNG-ulaanbaatar",
    ]  # fmt: skip
    met = {province.id: province.kp_ranges for province in provinces}
    assert not any(e.receptor_kind is ReceptorKind.PROVINCE for e in result.exposure.encounters)
    assert result.project.chainage_length_m == pytest.approx(
        sum(last - first for ranges in met.values() for first, last in ranges), rel=1e-3
    )
