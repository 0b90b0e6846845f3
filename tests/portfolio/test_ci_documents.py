"""Documents for build servers over a whole batch: every project in each, valid by their schemas."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema

from tests.conftest import Done, run_here
from tests.portfolio.projects import DATE, STEPPE, feature, portfolio, rows, write_gpkg
from tests.test_ci import GITLAB, SARIF, SCHEMAS, read_commands

CI = "json,junit,sarif,gitlab,github"


def batch(folder: Path, out: Path, *more: str) -> Done:
    return run_here("batch", folder, "--out", out, "--format", CI, "--jobs", "1", *more, *DATE)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """Five projects, one of them broken and one outside the region."""
    folder = tmp_path_factory.mktemp("ci")
    done = batch(portfolio(folder / "in"), folder / "out", "--quiet", "--fail-on", "major")
    assert done.returncode == 2, done.stderr
    return folder / "out", done


def read(out: Path, name: str) -> Any:
    return json.loads((out / name).read_text(encoding="utf-8"))


def suites(out: Path) -> dict[str, ET.Element]:
    root = ET.parse(out / "portfolio.junit.xml").getroot()
    return {str(suite.get("name")).partition(":")[0]: suite for suite in root}


def test_each_document_is_valid_and_the_only_one(run: tuple[Path, Done]) -> None:
    out, _ = run
    xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd")).validate(str(out / "portfolio.junit.xml"))
    jsonschema.Draft4Validator(SARIF).validate(read(out, "portfolio.sarif"))
    jsonschema.validate(read(out, "portfolio.gitlab.json"), GITLAB)
    assert {path.suffix for path in (out / "projects").iterdir()} == {".json"}


def test_every_project_is_in_each_with_all_its_findings(run: tuple[Path, Done]) -> None:
    out, done = run
    found = rows(out)
    assert set(suites(out)) == set(found)
    (sarif,) = read(out, "portfolio.sarif")["runs"]
    issues = read(out, "portfolio.gitlab.json")
    for id_, row in found.items():
        if row["verdict"] is None:
            continue
        report = read(out, f"projects/{id_}.json")
        n = len(report["findings"]) + len(report["not_assessed"])
        cases = suites(out)[id_].findall("testcase")
        assert len(cases) == n + 1
        file = row["source"]
        places = [
            item["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            for item in sarif["results"]
        ]
        assert sum(uri.endswith(file.rpartition("/")[2]) for uri in places) == n
        assert sum(issue["location"]["path"] == file for issue in issues) == n
        failures = sum(case.find("failure") is not None for case in cases)
        assert failures == row["major"], "--fail-on major"
    commands = read_commands(done.stdout)
    assert {command for command, _, _ in commands} == {"error", "warning", "notice"}


def test_a_project_without_a_verdict_is_an_error_in_each(run: tuple[Path, Done]) -> None:
    out, done = run
    (case,) = suites(out)["broken"].findall("testcase")
    error = case.find("error")
    assert error is not None
    assert "not GeoJSON" in str(error.text)
    (sarif,) = read(out, "portfolio.sarif")["runs"]
    (invocation,) = sarif["invocations"]
    assert invocation["executionSuccessful"] is False
    assert any("not GeoJSON" in n["message"]["text"]
               for n in invocation["toolExecutionNotifications"])  # fmt: skip
    issues = read(out, "portfolio.gitlab.json")
    (blocker,) = [issue for issue in issues if issue["severity"] == "blocker"]
    assert "not GeoJSON" in blocker["description"]
    assert re.search(r"^::error file=[^\n]*broken.geojson[^\n]*not GeoJSON", done.stdout, re.M)


def test_features_of_one_file_are_told_apart(tmp_path: Path) -> None:
    write_gpkg(tmp_path / "f.gpkg", [feature(STEPPE, n="a"), feature(STEPPE, n="b")])
    done = batch(tmp_path / "f.gpkg", tmp_path / "out", "--kind", "railway", "--id-field", "n")
    assert done.returncode == 0, done.stderr
    assert set(suites(tmp_path / "out")) == {"a", "b"}
    issues = read(tmp_path / "out", "portfolio.gitlab.json")
    for id_ in ("a", "b"):
        assert sum(issue["description"].startswith(f"{id_}: f: ") for issue in issues) * 2 == len(
            issues
        )
        assert f"title={id_}%3A f%3A " in done.stdout
    prints = [issue["fingerprint"] for issue in issues]
    assert len(prints) == len(set(prints)) > 10


def test_what_was_finished_before_is_in_them_too(tmp_path: Path) -> None:
    folder, out = portfolio(tmp_path / "in"), tmp_path / "out"
    batch(folder, out)
    before = {path.name: path.read_bytes() for path in out.glob("portfolio.*")}
    done = batch(folder, out, "--resume")
    assert "4 of them finished before" in done.stderr
    assert {path.name: path.read_bytes() for path in out.glob("portfolio.*")} == before
    assert len(before) == 4


def test_no_address_that_nobody_vouches_for(run: tuple[Path, Done]) -> None:
    """SARIF and the others name no home page of the program: there is none to be sure of."""
    out, _ = run
    text = (out / "portfolio.sarif").read_text(encoding="utf-8")
    assert "informationUri" not in text
    assert "OWNER" not in text
    (schema,) = re.findall(r'"\$schema": "([^"]+)"', text)
    assert schema == "https://json.schemastore.org/sarif-2.1.0.json"
    outside = set(re.findall(r'"(?:\w*[uU]ri)": "(\w+://[^"]*)"', text))
    assert {uri.partition("://")[0] for uri in outside} <= {"file"}
