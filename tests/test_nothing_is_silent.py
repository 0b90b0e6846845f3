"""Every path on which a layer, a species, a rule or a part of a project could drop out unseen."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from camiscreen.errors import DataFileError, LayerError
from camiscreen.layers import catalogue
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import Coverage, Rulebook, Screening
from camiscreen.rulebook import rulebook
from camiscreen.screening import screen
from camiscreen.vocabulary import Kind, Verdict
from tests.conftest import make_project
from tests.test_check import DATE, EXAMPLE, feature, run

ROOT = Path(__file__).resolve().parent.parent
Opened = list[tuple[Layer, Store]]
LINE = [(66.0, 47.0), (68.0, 47.0)]


def screened(opened: Opened, book: Rulebook, *lines: list[tuple[float, float]]) -> Screening:
    return screen(make_project(*lines), opened, book, generated_on="2026-11-22")


def test_every_encounter_is_in_a_finding(book: Rulebook, opened: Opened) -> None:
    for line in (LINE, [(106.9, 47.9), (112.0, 43.0)], [(90, 36), (92, 31)], [(55, 37), (62, 36)]):
        result = screened(opened, book, line)
        judged = {e.id for finding in result.findings for e in finding.encounters}
        assert {encounter.id for encounter in result.exposure.encounters} <= judged


def test_a_range_that_no_rule_knows_is_not_assessed(book: Rulebook, opened: Opened) -> None:
    fewer = replace(book, rules=tuple(r for r in book.rules if not r.id.startswith("RNG")))
    result = screened(opened, replace(fewer, rules=()), LINE)
    assert result.verdict is Verdict.INCOMPLETE
    assert any(gap.subject_id.startswith("encounter:") for gap in result.not_assessed)


def test_a_species_that_no_layer_speaks_of_is_not_assessed(book: Rulebook, opened: Opened) -> None:
    yeti = replace(book.species[0], id="yeti", table_row=19)
    result = screened(opened, replace(book, species=(*book.species, yeti)), LINE)
    (gap,) = [gap for gap in result.not_assessed if gap.subject_id == "species:yeti"]
    assert gap.required


def test_an_unlisted_species_nearby_is_no_silence(book: Rulebook, opened: Opened) -> None:
    near = (79.26337, 27.61911)  # 554 m from the cells of chinkara, and near no listed range
    project = make_project(points=[near], kind=Kind.MINE)
    result = screen(project, opened, book, generated_on="2026-11-22")
    assert any("chinkara" in finding.species_ids for finding in result.findings)


def test_a_layer_that_covers_part_says_so(book: Rulebook, opened: Opened) -> None:
    small = Coverage(bbox=(66.0, 40.0, 67.0, 50.0), states=())
    changed = [
        (replace(layer, spec=replace(layer.spec, coverage=small)), store)
        if layer.spec.name in {"species_ranges", "key_sites"}
        else (layer, store)
        for layer, store in opened
    ]
    result = screened(changed, book, LINE)
    gaps = {gap.subject_id: gap for gap in result.not_assessed}
    assert gaps["layer:species_ranges"].covered_fraction == pytest.approx(0.5, abs=0.01)
    assert gaps["layer:species_ranges"].required
    assert "Key sites" in gaps["DAT-005:project"].subject.en


def test_a_mine_inside_one_state_is_wholly_covered(book: Rulebook, opened: Opened) -> None:
    for step in range(40):
        lon, lat = 95 + 0.3 * step, 46 + 0.03 * step
        mine = shapely.box(lon, lat, lon + 0.07, lat + 0.05)
        project = make_project(areas=[mine], kind=Kind.MINE)
        result = screen(project, opened, book, generated_on="2026-11-22")
        assert {item.covered_fraction for item in result.exposure.coverage} == {1.0}


def test_one_point_of_two_outside_is_seen(book: Rulebook, opened: Opened) -> None:
    project = make_project(points=[(66.0, 47.0), (2.0, 48.0)], kind=Kind.MINE)
    result = screen(project, opened, book, generated_on="2026-11-22")
    assert {item.covered_fraction for item in result.exposure.coverage} == {0.5}


def test_where_nothing_is_covered_nothing_is_judged(book: Rulebook, opened: Opened) -> None:
    result = screened(opened, book, [(44.5, 40.2), (45.5, 40.4)])  # Armenia, in a leopard's cell
    assert result.findings == ()
    assert result.verdict is Verdict.INCOMPLETE


# ----------------------------------------------------------------------------------------------
# Files of rules and layers
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["OWN-001.yaml", "screening/OWN-001.yml", "rules/OWN-001.yaml"])
def test_a_rule_in_the_wrong_place_stops_the_run(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("id: OWN-001\n")
    with pytest.raises(DataFileError, match=r"is not read; name it|nothing is read from"):
        rulebook.load([ROOT / "rules", tmp_path])


def test_a_folder_without_rules_or_layers_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="no rules in it"):
        rulebook.load([ROOT / "rules", tmp_path])
    outcome = run("check", EXAMPLE, "--layers", tmp_path)
    assert outcome.returncode == 2
    assert "no layer in it" in outcome.stderr


def test_a_layer_folder_may_be_given_itself(tmp_path: Path) -> None:
    own = ROOT / "reference_layers" / "range_states"
    (layer,) = catalogue.read_catalogue([own], tmp_path)
    assert layer.spec.name == "range_states"


def test_two_layers_of_states_are_a_mistake(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / "reference_layers" / "range_states", tmp_path / "other"))
    manifest = folder / "layer.yaml"
    text = manifest.read_text(encoding="utf-8").replace("name: range_states", "name: other", 1)
    manifest.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match="only one layer may hold the states"):
        catalogue.read_catalogue([ROOT / "reference_layers", tmp_path], tmp_path)


def test_cells_that_do_not_match_the_taxa_are_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / "reference_layers" / "species_ranges", tmp_path / "l"))
    shutil.move(folder, tmp_path / "species_ranges")
    taxa = tmp_path / "species_ranges" / "taxa.yaml"
    text = taxa.read_text(encoding="utf-8")
    taxa.write_text(text.replace("cells: 137", "cells: 136", 1), encoding="utf-8")
    (layer,) = catalogue.read_catalogue([tmp_path / "species_ranges"], tmp_path / "cache")
    with pytest.raises(LayerError, match="says 136 cells of saiga"):
        catalogue.open_layer(layer, tmp_path / "cache")


# ----------------------------------------------------------------------------------------------
# The command line
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("coordinates", "code"), [([[66, 47], [68, 47]], 10), ([[2, 48], [4, 45]], 3)]
)
@pytest.mark.skipif(sys.platform == "win32", reason="pipes close differently")
def test_a_closed_pipe_keeps_the_exit_code(
    tmp_path: Path, coordinates: list[list[float]], code: int
) -> None:
    path = tmp_path / "r.geojson"
    path.write_text(feature(coordinates, infrastructure="railway"))
    process = subprocess.Popen(
        [sys.executable, "-m", "camiscreen", "check", str(path), "--format", "json",
         "--fail-on", "major"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait() == code


def test_standard_input_from_a_file_is_not_overwritten(tmp_path: Path) -> None:
    source = Path(shutil.copy(EXAMPLE, tmp_path / "stdin.json"))
    before = source.read_bytes()
    with source.open("rb") as stdin:
        subprocess.run(
            [sys.executable, "-m", "camiscreen", "check", "-", "-q", "--format", "json"],
            cwd=tmp_path, stdin=stdin, check=True,
        )  # fmt: skip
    assert source.read_bytes() == before
    assert json.loads((tmp_path / "stdin.report.json").read_text())["schema_version"] == 1


@pytest.mark.parametrize("text", ["out = 5", "rules = 3", "format = [1]", "out = {a = 1}"])
def test_a_wrong_type_in_the_settings_names_the_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "camiscreen.toml").write_text(f"[check]\n{text}\n")
    done = run("check", EXAMPLE, cwd=tmp_path)
    assert done.returncode == 2
    assert "camiscreen.toml" in done.stderr


@pytest.mark.parametrize("args", [("--format", ","), ("--format", ""), ("--date", "20260101")])
def test_options_that_say_nothing_are_refused(tmp_path: Path, args: tuple[str, str]) -> None:
    done = run("check", EXAMPLE, "--out", tmp_path, *args)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_settings_from_the_environment(tmp_path: Path) -> None:
    done = run("check", EXAMPLE, "--out", tmp_path, *DATE, "--format", "json",
               env={"CAMISCREEN_FAIL_ON": "major"})  # fmt: skip
    assert done.returncode == 10


def test_the_json_says_what_was_done_to_the_geometry(tmp_path: Path) -> None:
    path = tmp_path / "r.geojson"
    data = json.loads(feature([[66, 47], [68, 47]], infrastructure="railway"))
    data["features"].append({"type": "Feature", "properties": {}, "geometry": None})
    path.write_text(json.dumps(data))
    done = run("check", path, "--format", "json", *DATE)
    report = json.loads((tmp_path / "r.json").read_text())
    assert "note.without_geometry" in {note["key"] for note in report["project"]["notes"]}
    assert "without geometry" in done.stdout
