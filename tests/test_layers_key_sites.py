"""The layer key_sites: what is in it, how large, where, and from which source."""

import math

import pytest

from camiscreen.geometry import geodesy
from camiscreen.model import Rulebook
from tests.layer_facts import LayerFacts, Opened, check_common, check_file, check_shapes


@pytest.fixture(scope="module")
def facts(opened: Opened) -> LayerFacts:
    return LayerFacts(opened, "key_sites")


def test_33_sites_with_sources_in_two_languages(facts: LayerFacts, book: Rulebook) -> None:
    assert len(facts.receptors) == 33
    check_common(facts, book)
    check_shapes(facts)
    check_file("key_sites", "sites.geojson")
    for id_ in facts.receptors:
        assert facts.attributes(id_)["role_en"] and facts.attributes(id_)["role_ru"]


def test_sites_known_by_memory_only_are_left_out(facts: LayerFacts) -> None:
    left_out = {"altun_shan", "altyn_dala", "chang_tang", "karachingil", "khomyn_tal",
                "meana_chaacha", "nomrog", "saigachy"}  # fmt: skip
    assert not left_out & set(facts.receptors)


def test_a_disc_has_the_area_of_its_site(facts: LayerFacts) -> None:
    for id_, shape in facts.shapes.items():
        told = facts.attributes(id_)
        if told["position"] not in {"sourced", "approximate"}:
            assert told["radius_m"] is None
            continue
        assert geodesy.area_m2(shape) / 1e6 == pytest.approx(told["area_km2"], rel=0.005), id_
        assert told["radius_m"] == round(math.sqrt(told["area_km2"] / math.pi) * 1000)


def test_how_sites_are_placed(facts: LayerFacts) -> None:
    by_position: dict[str, set[str]] = {}
    for id_ in facts.receptors:
        by_position.setdefault(facts.attributes(id_)["position"], set()).add(id_)
    assert set(by_position) == {"sourced", "box", "corners", "approximate"}
    assert by_position["box"] == {
        "touran", "great_gobi_a", "great_gobi_b", "kalamaili", "mongol_daguur",
    }  # fmt: skip
    assert by_position["approximate"] == {
        "miandasht", "toson_khulstai", "tost", "landscapes_of_dauria", "zarafshan",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("site", "lon", "lat", "inside"),
    [
        ("touran", 56.0, 35.7, True),
        ("touran", 57.2, 35.7, False),  # east of the printed box
        ("great_gobi_a", 97.0, 43.2, True),
        ("great_gobi_a", 96.0, 42.55, False),  # in the printed box, but in China
        ("great_gobi_b", 93.3, 45.4, True),
        ("kalamaili", 89.3, 45.3, True),
        ("golestan_np", 56.0, 37.4, True),
        ("tigrovaya_balka", 68.4667, 37.2667, True),
        ("tigrovaya_balka", 69.0, 37.2667, False),
        ("hoh_xil", 92.4, 35.4, True),
        ("dornod_mongol", 117.0, 46.5, True),
    ],
)
def test_known_places(facts: LayerFacts, site: str, lon: float, lat: float, inside: bool) -> None:
    assert (site in facts.at(lon, lat)) is inside


def test_a_site_belongs_to_its_state_even_where_its_disc_reaches_further(
    facts: LayerFacts,
) -> None:
    assert facts.receptors["tigrovaya_balka"].states == ("TJK",)
    assert facts.receptors["landscapes_of_dauria"].states == ("MNG", "RUS")


def test_miandasht_lies_east_of_jajarm(facts: LayerFacts) -> None:
    west, _, east, _ = facts.shapes["miandasht"].bounds
    assert west == pytest.approx(56.38, abs=0.01)
    assert east > west
