"""Layers of users in a screening: used by themselves, in the place of coarser ones, not shown."""

import json
import re
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import shapely

from camiscreen import paths, screening
from camiscreen.layers import catalogue
from camiscreen.measuring import exposure
from camiscreen.model import AreaOfInfluence, Design, Rulebook
from camiscreen.reading import project_file
from tests import layer_files as lf
from tests.conftest import make_project
from tests.conftest import run_here as run
from tests.test_check import DATE, SCHEMA, modules_of
from tests.test_layers_add import BOX, Opened, add

WEST_EAST = ((66.0, 47.5), (69.0, 47.5))
"""Through BOX, and through the bundled range of the saiga."""


@pytest.fixture
def road(tmp_path: Path) -> Path:
    return lf.route(tmp_path / "road.geojson", *WEST_EAST, kind="road", fenced="no")


def report_of(route: Path, *args: str | Path) -> dict:  # type: ignore[type-arg]
    done = run("check", route, "--format", "json", "--quiet", *DATE, *args)
    assert done.returncode in {0, 3}, done.stderr
    report = json.loads(route.with_suffix(".json").read_text(encoding="utf-8"))
    jsonschema.validate(report, SCHEMA)
    return report  # type: ignore[no-any-return]


def encounters(report: dict, layer: str) -> dict[str, dict]:  # type: ignore[type-arg]
    return {e["receptor_id"]: e for e in report["encounters"] if e["layer_id"] == layer}


# ----------------------------------------------------------------------------------------------
# Used by itself
# ----------------------------------------------------------------------------------------------


def test_check_uses_a_layer_that_was_added_and_names_it(tmp_path: Path, road: Path) -> None:
    add(lf.write(tmp_path / "w.gpkg", [(lf.new_wdpa(555), BOX)]), "wdpa", "--date", "2026-11-01")
    report = report_of(road)
    layer = next(item for item in report["run"]["layers"] if item["id"] == "wdpa")
    assert layer["sha256"] == Opened("wdpa").spec.sha256
    assert (layer["access"], layer["redistributable"]) == ("bring_your_own", False)
    (met,) = encounters(report, "wdpa").values()
    assert met["receptor_name"] == "Reserve 555"
    assert met["relation"] == "crosses"
    assert met["crossing_length_m"] == pytest.approx(75_270, rel=1e-3)


def test_no_user_layers_gives_what_another_computer_gives(tmp_path: Path, road: Path) -> None:
    before = report_of(road)
    add(lf.write(tmp_path / "w.gpkg", [(lf.new_wdpa(555), BOX)]), "wdpa")
    assert report_of(road) != before
    assert report_of(road, "--no-user-layers") == before
    run("layers", "remove", "wdpa")
    assert report_of(road) == before


def test_a_folder_of_a_repository_comes_after_the_users(tmp_path: Path, road: Path) -> None:
    add(lf.write(tmp_path / "a.gpkg", [(lf.new_wdpa(1), BOX)]), "wdpa")
    add(lf.write(tmp_path / "b.gpkg", [(lf.new_wdpa(2), BOX)]), "wdpa", "--to", tmp_path / "repo")
    assert set(encounters(report_of(road), "wdpa")) == {"1"}
    report = report_of(road, "--layers", tmp_path / "repo")
    assert set(encounters(report, "wdpa")) == {"2"}


def test_a_barrier_is_crossed_at_its_chainage(tmp_path: Path) -> None:
    add(lf.osm(tmp_path / "x.osm"), "osm")
    route = lf.route(tmp_path / "r.geojson", (60.0, 45.3), (60.9, 45.3), kind="pipeline")
    met = encounters(report_of(route), "osm")
    assert (met["10"]["relation"], met["10"]["crossing_length_m"]) == ("crosses", 0)
    ((first, last),) = met["10"]["kp_ranges"]
    assert first == last == pytest.approx(51_000, rel=0.02)


def test_outside_the_extent_of_a_file_its_layer_covers_nothing(
    tmp_path: Path, road: Path, book: Rulebook
) -> None:
    add(lf.write(tmp_path / "w.gpkg", [(lf.new_wdpa(1), BOX)]), "wdpa")
    cache = paths.cache_dir()
    layers = catalogue.read_catalogue(
        [paths.data_dir("reference_layers"), paths.user_layers_dir()], cache
    )
    result = screening.screen(
        project_file.read_project(str(road), kind=None, design=Design(), layers=()),
        screening.open_layers(layers, cache),
        book,
        generated_on="2026-11-22",
    )
    covered = {c.layer_id: c for c in result.exposure.coverage}
    assert covered["species_ranges"].covered_fraction == 1.0
    # The file reaches from 67 to 68 degrees, the road from 66 to 69.
    assert covered["wdpa"].covered_fraction == pytest.approx(1 / 3, rel=1e-6)
    assert len(covered["wdpa"].outside_kp_ranges) == 2


# ----------------------------------------------------------------------------------------------
# Precedence
# ----------------------------------------------------------------------------------------------


def test_a_range_of_the_red_list_takes_the_place_of_the_bundled_one(
    tmp_path: Path, road: Path
) -> None:
    before = encounters(report_of(road), "species_ranges")
    assert any(e["species_id"] == "saiga" for e in before.values())
    add(lf.write(tmp_path / "r.gpkg", [(lf.red_list(), BOX)]), "iucn")
    report = report_of(road)
    bundled = encounters(report, "species_ranges")
    assert not any(e["species_id"] == "saiga" for e in bundled.values())
    others = {k: e for k, e in before.items() if e["species_id"] != "saiga"}
    assert bundled == others
    assert encounters(report, "iucn")["saiga-1"]["crossing_length_m"] == pytest.approx(
        75_270, rel=1e-3
    )
    (replaced,) = report["run"]["replacements"]
    crossed = [e["crossing_length_m"] for e in before.values() if e["species_id"] == "saiga"]
    assert replaced == {
        "species_id": "saiga", "layer_id": "iucn", "replaced_layer_id": "species_ranges",
        "both_judged": False, "dropped_encounters": len(crossed),
        "dropped_crossing_length_m": pytest.approx(sum(crossed), abs=0.2),
    }  # fmt: skip
    finding = next(f for f in report["findings"] if f["id"] == "RNG-001:saiga")
    assert finding["encounter_ids"] == ["iucn:saiga-1"]
    printed = run("check", road, "--format", "html", *DATE)
    assert "Saiga antelope: judged by the layer iucn in place of species_ranges" in printed.stdout
    html = road.with_suffix(".html").read_text(encoding="utf-8")
    assert "instead of species_ranges" in html
    assert re.search(r"the layer iucn was used instead; here this layer showed [\d.]+", html)


def test_a_layer_that_speaks_of_part_of_the_project_replaces_nothing(
    tmp_path: Path, road: Path
) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        "receptor_kind: species_range\nspecies: saiga\npositional_accuracy_m: 100\n"
        "confidence: high\n"
    )
    add(lf.write(tmp_path / "x.gpkg", [({"a": 1}, BOX)]), "generic", "--mapping", mapping)
    report = report_of(road)
    (refused,) = report["run"]["replacements"]
    assert refused["both_judged"]
    assert any(e["species_id"] == "saiga" for e in encounters(report, "species_ranges").values())
    assert encounters(report, "generic")
    html = run("check", road, "--format", "html", *DATE)
    assert "does not cover the whole project" in html.stdout


def test_a_layer_of_less_confidence_replaces_nothing(tmp_path: Path, road: Path) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        "receptor_kind: species_range\nspecies: saiga\npositional_accuracy_m: 100\n"
        "confidence: low\ncoverage: {bbox: [40, 15, 135, 60], states: []}\n"
    )
    add(lf.write(tmp_path / "x.gpkg", [({"a": 1}, BOX)]), "generic", "--mapping", mapping)
    bundled = Opened("species_ranges", paths.data_dir("reference_layers"))
    taxon = next(item for item in bundled.layer.taxa if item.id == "saiga")
    report = report_of(road)
    if str(taxon.confidence) == "medium":
        assert report["run"]["replacements"] == []
    assert any(e["species_id"] == "saiga" for e in encounters(report, "generic").values())


def test_a_taxon_that_no_bundled_layer_has_is_assessed_by_the_users(
    tmp_path: Path, road: Path
) -> None:
    gaps = {gap["subject_id"] for gap in report_of(road)["not_assessed"]}
    assert "species:bukhara_deer" in gaps
    row = lf.red_list("Cervus hanglu", subspecies="bactrianus")
    add(lf.write(tmp_path / "r.gpkg", [(row, BOX)]), "iucn")
    report = report_of(road)
    assert "species:bukhara_deer" not in {gap["subject_id"] for gap in report["not_assessed"]}
    assert any(f["id"] == "RNG-001:bukhara_deer" for f in report["findings"])


# ----------------------------------------------------------------------------------------------
# What may not be passed on
# ----------------------------------------------------------------------------------------------

# An outline whose coordinates cannot come from anywhere else.
SECRET = shapely.Polygon([(67.1234567, 47.2345678), (67.9876543, 47.3456789),
                          (67.8765432, 47.8901234), (67.2109876, 47.7654321)])  # fmt: skip


def test_a_report_shows_no_geometry_of_what_may_not_be_passed_on(
    tmp_path: Path, road: Path
) -> None:
    """Name, designation and figures only; the map draws the route and says what it leaves out."""
    attributes = lf.red_list(compiler="Somebody", citation="Confidential remark")
    add(lf.write(tmp_path / "r.gpkg", [(attributes, SECRET)]), "iucn")
    site = lf.new_wdpa(555, SUPP_INFO="Confidential remark")
    add(lf.write(tmp_path / "w.gpkg", [(site, SECRET)]), "wdpa")
    assert run("check", road, *DATE).returncode == 0
    html = road.with_suffix(".html").read_text(encoding="utf-8")
    text = road.with_suffix(".json").read_text(encoding="utf-8")
    assert "Reserve 555" in text
    for shown in (html, text):
        assert "Confidential remark" not in shown
        for number in shapely.get_coordinates(SECRET).ravel():
            assert f"{number:.3f}" not in shown
    assert "Not drawn, because they may not be passed on: " in html
    assert "its geometry is neither drawn nor written in this report" in html


def test_withheld_geometry_does_not_reach_the_screening(tmp_path: Path, book: Rulebook) -> None:
    """No renderer, present or to come, can draw what it never gets."""
    zones = book.zones
    area = AreaOfInfluence(boxes=np.array([[66.0, 47.0, 69.0, 48.0]]), reach_m=0)
    project = make_project(list(WEST_EAST))
    for name, kind, row in (("w", "wdpa", lf.new_wdpa(5)), ("o", "osm", None)):
        line = shapely.LineString([(67, 47), (68, 48)])
        rows = [(row, SECRET)] if row else [({"osm_id": "1", "railway": "rail"}, line)]
        add(lf.write(tmp_path / f"{name}.gpkg", rows), kind)
        layer = Opened(kind)
        loaded = catalogue.load_within(layer.layer, layer.store, area)
        (met,) = exposure.measure(project, [loaded], zones).encounters
        assert met.receptor_geometry.is_empty is (not layer.spec.redistributable)
        assert not met.geometry.is_empty


@pytest.mark.parametrize("form", ["gpkg", "geojson"])
def test_export_only_where_the_manifest_allows_it(tmp_path: Path, form: str) -> None:
    add(lf.write(tmp_path / "w.gpkg", [(lf.new_wdpa(5), SECRET)]), "wdpa")
    add(lf.osm(tmp_path / "x.osm"), "osm")
    out = tmp_path / f"out.{form}"
    done = run("layers", "export", "wdpa", "--format", form, "--out", out)
    assert done.returncode == 2
    assert "may not be passed on" in done.stderr
    assert not out.exists()
    done = run("layers", "export", "osm", "--format", form, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "OpenStreetMap contributors" in done.stdout
    import pyogrio

    assert pyogrio.read_info(out)["features"] == 3
    assert [p.name for p in tmp_path.glob(".*")] == []
    done = run("layers", "export", "species_ranges", "--format", form, "--out", out)
    assert done.returncode == 0, done.stderr


# ----------------------------------------------------------------------------------------------
# Show, remove, start-up
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_show_prints_what_the_standard_asks(tmp_path: Path, lang: str) -> None:
    add(lf.write(tmp_path / "r.gpkg", [(lf.red_list(), BOX), (lf.red_list("Lepus"), BOX)]), "iucn")
    shown = run("layers", "show", "iucn", "--lang", lang).stdout
    spec = Opened("iucn").spec
    assert spec.origin is not None
    for text in (spec.licenses[0].title, spec.citation, spec.sha256, spec.origin.files[0].sha256):
        assert text in shown
    words = {
        "en": ("May be passed on: no", "Known limits", "saiga: 1",
               "left out: 1", "presence 1, 2, 3"),
        "ru": ("Можно передавать: нет", "Известные ограничения", "saiga: 1", "исключено: 1"),
    }  # fmt: skip
    for word in words[lang]:
        assert word in shown
    for name in ("species_ranges", "range_states"):
        assert run("layers", "show", name, "--lang", lang).returncode == 0
    document = json.loads(run("layers", "show", "iucn", "--format", "json").stdout)
    assert document["receptors_by_species"] == {"saiga": 1}


def test_remove_takes_only_layers_of_the_user(tmp_path: Path) -> None:
    source = lf.write(tmp_path / "w.gpkg", [(lf.new_wdpa(1), BOX)])
    add(source, "wdpa")
    assert run("layers", "remove", "wdpa").returncode == 0
    assert list(paths.user_layers_dir().iterdir()) == []
    assert source.exists()
    for name, said in (("wdpa", "no layer of this name"), ("range_states", "cannot be removed")):
        done = run("layers", "remove", name)
        assert done.returncode == 2
        assert said in done.stderr


def test_a_check_with_layers_of_the_user_stays_light(tmp_path: Path, road: Path) -> None:
    add(lf.many_wdpa(tmp_path / "w.gpkg", 500), "wdpa")
    args = ("check", road, "--format", "json", "--quiet", *DATE)
    modules_of(*args)
    warm = modules_of(*args)
    heavy = {"pandas", "geopandas", "pyogrio", "pydantic", "yaml", "pyproj", "fiona"}
    assert not heavy & warm
    assert not any(name.startswith("camiscreen.layers.adapters") for name in warm)


def test_layers_help_lists_every_command() -> None:
    shown = run("layers", "--help").stdout
    for name in ("add", "list", "show", "validate", "remove", "export"):
        assert f"  {name} " in shown
        assert run("layers", name, "--help").returncode == 0
    assert not {"numpy", "shapely", "rich"} & modules_of("layers", "add", "--help")


def test_options_before_the_subcommand_hold_for_it(tmp_path: Path) -> None:
    add(lf.osm(tmp_path / "x.osm"), "osm", "--to", tmp_path / "repo")
    done = run("layers", "--lang", "ru", "--layers", tmp_path / "repo", "show", "osm")
    assert done.returncode == 0, done.stderr
    assert "Известные ограничения" in done.stdout
    done = run("layers", "--format", "json", "list", "--layers", tmp_path / "repo")
    assert "osm" in {layer["id"] for layer in json.loads(done.stdout)["layers"]}


def test_the_words_of_as_are_the_adapters() -> None:
    from camiscreen.layers.adapters import ADAPTERS
    from camiscreen.layers.kinds import KINDS

    assert set(KINDS) == set(ADAPTERS)
