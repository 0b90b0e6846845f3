"""The layer existing_barriers: swaths that hold their barrier, with status, date and sources."""

import pytest
import shapely

from camiscreen.model import Rulebook
from tests.layer_facts import LayerFacts, Opened, check_common, check_file, check_shapes


@pytest.fixture(scope="module")
def facts(opened: Opened) -> LayerFacts:
    return LayerFacts(opened, "existing_barriers")


def test_ten_barriers_with_status_effect_and_sources(facts: LayerFacts, book: Rulebook) -> None:
    assert len(facts.receptors) == 10
    check_common(facts, book)
    check_shapes(facts)
    check_file("existing_barriers", "barriers.geojson")
    for id_ in facts.receptors:
        told = facts.attributes(id_)
        assert told["fence_status"] in {
            "fenced", "partly_fenced", "opened", "removed", "unknown",
        }  # fmt: skip
        assert told["positive"] == (told["fence_status"] in {"opened", "removed"})
        assert told["effect_en"] and told["effect_ru"]
        assert told["species"]


@pytest.mark.parametrize(
    ("barrier", "lon", "lat", "inside"),
    [
        ("kaz_uzb_border_fence_ustyurt", 55.977, 43.157, True),  # the 56th meridian
        ("kaz_uzb_border_fence_ustyurt", 55.0, 43.157, False),
        ("kaz_uzb_border_fence_ustyurt", 61.0, 44.4, False),  # past the Aral Sea
        ("china_mongolia_border_fence", 97.193, 42.787, True),  # Great Gobi A
        ("china_mongolia_border_fence", 119.834, 46.651, True),  # easternmost vertex
        ("china_mongolia_border_fence", 100.0, 44.0, False),
        ("trans_mongolian_railway", 106.9, 47.9, True),  # Ulaanbaatar
        ("trans_mongolian_railway", 103.0, 46.0, False),
        ("trans_mongolian_fence_openings", 111.6, 44.0, True),
        ("trans_mongolian_fence_openings", 110.15, 44.8666, False),  # Sainshand
        ("qinghai_tibet_corridor", 92.44, 34.22, True),  # Tuotuohe
        ("shalkar_beyneu_railway", 59.6141, 47.8363, True),
        ("highway_44_shahrud_sabzevar", 56.4, 36.33, True),
        ("baytik_enclosures", 90.6, 45.1, True),
        ("ukok_border_wire_removed", 87.95, 49.17, True),
    ],
)
def test_known_places(
    facts: LayerFacts, barrier: str, lon: float, lat: float, inside: bool
) -> None:
    assert (barrier in facts.at(lon, lat)) is inside


def test_a_border_fence_follows_the_whole_border(facts: LayerFacts, opened: Opened) -> None:
    states = LayerFacts(opened, "range_states").shapes
    border = shapely.intersection(states["CHN"].boundary, states["MNG"].boundary)
    swath = facts.shapes["china_mongolia_border_fence"]
    assert shapely.difference(border, swath).length < 1e-6
    assert border.length > 40


def test_barriers_without_a_read_effect_or_place_are_left_out(facts: LayerFacts) -> None:
    assert not {
        "nepal_china_border_fence", "alxa_wolf_fence", "kaz_uzb_barrier_2006",
        "kaz_tkm_border_fence", "tavantolgoi_zuunbayan_railway",
    } & set(facts.receptors)  # fmt: skip
