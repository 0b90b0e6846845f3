"""``check --redact`` on the command line, and layers that are added as sensitive."""

import json
from pathlib import Path

import jsonschema
import pytest
import shapely

from camiscreen.i18n import Translator
from camiscreen.vocabulary import ReceptorKind
from tests import layer_files as lf
from tests.conftest import run_here as run
from tests.report import sensitive
from tests.test_check import DATE, SCHEMA
from tests.test_layers_add import BOX, Opened, add

DEN = shapely.box(67.34, 47.53, 67.36, 47.57)


@pytest.fixture
def road(tmp_path: Path) -> Path:
    return lf.route(tmp_path / "road.geojson", *sensitive.ROAD, kind="road", fenced="no")


@pytest.fixture
def dens(tmp_path: Path) -> Path:
    shapes: list[sensitive.Shape] = [("den-7", sensitive.DEN, DEN, {"species": "saiga"})]
    sensitive.write_layer(tmp_path / "own", "dens", ReceptorKind.SITE, shapes, sensitive=True)
    return tmp_path / "own"


@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_is_coarsened_is_said_in_the_terminal_and_in_the_json(
    road: Path, dens: Path, language: str
) -> None:
    done = run("check", road, "--format", "json", "--redact", "--layers", dens, "--lang", language,
               *DATE)  # fmt: skip
    assert done.returncode in {0, 3}, done.stderr
    words = Translator(language).t("redaction.text", n=1, degrees="0.1", step="10 km")
    assert words.split(":")[0] in " ".join(done.stdout.split())
    assert sensitive.DEN not in done.stdout
    report = json.loads(road.with_suffix(".json").read_text(encoding="utf-8"))
    jsonschema.validate(report, SCHEMA)
    assert report["run"]["redacted"]["layer_ids"] == ["dens"]
    (met,) = (e for e in report["encounters"] if e["layer_id"] == "dens")
    assert met["receptor_id"] == "S1"
    assert met["kp_ranges"] == [[100_000.0, 110_000.0]]
    assert sensitive.DEN not in road.with_suffix(".json").read_text(encoding="utf-8")


def test_without_the_option_nothing_is_coarsened(road: Path, dens: Path) -> None:
    done = run("check", road, "--format", "json", "--layers", dens, *DATE)
    assert sensitive.DEN in " ".join(done.stdout.split())
    report = json.loads(road.with_suffix(".json").read_text(encoding="utf-8"))
    jsonschema.validate(report, SCHEMA)
    assert report["run"]["redacted"] is None
    assert next(item for item in report["run"]["layers"] if item["id"] == "dens")["sensitive"]


def test_it_may_stand_in_the_settings(road: Path, dens: Path) -> None:
    config = road.with_name("camiscreen.toml")
    config.write_text("[check]\nredact = true\n", encoding="utf-8")
    run("check", road, "--format", "json", "--layers", dens, "--config", config, *DATE)
    report = json.loads(road.with_suffix(".json").read_text(encoding="utf-8"))
    assert report["run"]["redacted"] is not None


def test_a_layer_may_be_added_as_sensitive(tmp_path: Path) -> None:
    file = lf.write(tmp_path / "w.gpkg", [(lf.new_wdpa(1), BOX)])
    done = add(file, "wdpa", "--sensitive")
    assert "sensitive" in done.stdout
    assert Opened("wdpa").spec.sensitive
    assert (
        "Sensitive (check --redact coarsens its places): yes"
        in run("layers", "show", "wdpa").stdout
    )


def test_a_column_may_say_which_features_are_sensitive(tmp_path: Path, road: Path) -> None:
    rows = [
        ({"code": "a", "hide": "ja"}, shapely.box(67.34, 47.53, 67.36, 47.57)),
        ({"code": "b", "hide": "no"}, shapely.box(68.34, 47.53, 68.36, 47.57)),
    ]
    file = lf.write(tmp_path / "places.gpkg", rows)
    mapping = tmp_path / "places.yaml"
    mapping.write_text(
        "receptor_kind: site\nid_column: code\npositional_accuracy_m: 50\nconfidence: high\n"
        "sensitive_column: hide\ncitation: Own survey\n"
        "licence: {name: own, title: Own, path: ''}\nredistributable: true\n",
        encoding="utf-8",
    )
    add(file, "generic", "--mapping", mapping, "--name", "places")
    run("check", road, "--format", "json", "--redact", *DATE)
    report = json.loads(road.with_suffix(".json").read_text(encoding="utf-8"))
    met = {e["receptor_id"] for e in report["encounters"] if e["layer_id"] == "places"}
    assert met == {"S1", "b"}


def test_a_column_cannot_hold_of_a_part_of_a_range(tmp_path: Path) -> None:
    file = lf.write(tmp_path / "r.gpkg", [({"hide": "yes"}, BOX)])
    mapping = tmp_path / "r.yaml"
    mapping.write_text(
        "receptor_kind: species_range\nspecies: saiga\npositional_accuracy_m: 50\n"
        "confidence: high\nsensitive_column: hide\n",
        encoding="utf-8",
    )
    done = run("layers", "validate", file, "--as", "generic", "--mapping", mapping)
    assert done.returncode == 2
    assert "sensitive: true" in done.stderr


def test_steps_and_acceptances_tell_no_place(road: Path, dens: Path, tmp_path: Path) -> None:
    """Neither the terminal with every step of the judgement nor any file of a build server."""
    acceptances = tmp_path / "acceptances.yaml"
    entry = "reason: {0}, near KP 100+901, by: A, until: 2030-01-01, avoidance: no"
    signed = entry.format(sensitive.DEN).replace("{", "").replace(", near", " near")
    acceptances.write_text(
        "acceptances:\n"
        f"  - {{finding: 'PRO-001:den-7', {signed}}}\n"
        f"  - {{finding: 'PRO-001:den-7', kp: ['100+864', '101+500'], {signed}, project: Other}}\n"
        f"  - {{finding: 'PRO-001:den-99', {signed}}}\n"
        f"  - {{finding: 'COR-001:den-7', kp: ['100+864', '101+500'], {signed}}}\n",
        encoding="utf-8",
    )
    formats = "html,json,junit,sarif,gitlab,github,csv"
    options = ("--layers", dens, "--fenced", "yes", "--trace", "--acceptances", acceptances)
    for redact in ((), ("--redact",)):
        out = tmp_path / f"out{len(redact)}"
        done = run("check", road, *options, "--format", formats, "--out", out, *redact, *DATE)
        assert done.returncode in {0, 3}, done.stderr
        told = done.stdout + "".join(f.read_text(encoding="utf-8") for f in out.iterdir())
        secrets = ("den-7", "den-99", sensitive.DEN, "100+901", "100+864", "101+500")
        assert [secret for secret in secrets if secret in told] == ([] if redact else [*secrets])
    outcomes = [item["outcome"] for item in json.loads(told_json(out, road))["acceptances"]]
    assert outcomes == ["in_effect", "other_project", "unused", "unused"]
    assert "withheld" in done.stdout


def told_json(out: Path, road: Path) -> str:
    return (out / road.with_suffix(".json").name).read_text(encoding="utf-8")
