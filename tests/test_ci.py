"""Formats of continuous integration: one model, valid by their schemas, nothing hidden in any."""

import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
import xmlschema
import yaml
from hypothesis import given
from hypothesis import strategies as st

from camiscreen import data_files
from camiscreen.explanation.judgement import rule_page
from camiscreen.explanation.page import plain
from camiscreen.i18n import Translator
from camiscreen.judging.acceptance import settle
from camiscreen.judging.appraisal import verdict_of
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import Acceptance, Rulebook, Screening, SourceFile
from camiscreen.report.ci.github import KEPT, render_github
from camiscreen.report.ci.gitlab import render_gitlab
from camiscreen.report.ci.junit import render_junit
from camiscreen.report.ci.results import CiFailure, CiRun, ResultKind, ci_run, project_of, run_of
from camiscreen.report.ci.sarif import render_sarif
from camiscreen.screening import screen
from camiscreen.vocabulary import Significance
from tests.conftest import ROOT, make_project, run_here
from tests.test_check import DATE, feature

SCHEMAS = Path(__file__).resolve().parent / "schemas"
SARIF = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
GITLAB = json.loads((SCHEMAS / "gitlab-code-quality.json").read_text(encoding="utf-8"))
ON = "2026-11-22"
HOSTILE = "a%0A::error::x, \n::stop-commands::y\r\x1b[31m <b>&\u202e ]]> \U0001f42a"
EN, RU = Translator("en"), Translator("ru")
needs_bash = pytest.mark.skipif(
    sys.platform == "win32" or shutil.which("bash") is None, reason="needs bash"
)


@pytest.fixture(scope="module")
def junit_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd"))


def named(base: Screening, path: str, name: str) -> Screening:
    source = SourceFile(path=path, sha256="ab" * 32)
    return replace(base, project=replace(base.project, name=name, source=source))


@pytest.fixture(scope="module")
def plain_one(book: Rulebook, opened: list[tuple[Layer, Store]]) -> Screening:
    return screen(make_project([(66.0, 47.0), (68.0, 47.0)]), opened, book, generated_on=ON)


@pytest.fixture(scope="module")
def outside(book: Rulebook, opened: list[tuple[Layer, Store]]) -> Screening:
    project = make_project([(2.35, 48.85), (4.83, 45.76)])
    return screen(project, opened, book, generated_on=ON)


def with_acceptances(base: Screening, *acceptances: Acceptance) -> Screening:
    findings, results = settle(
        base.findings, acceptances, project=base.project, rulebook=base.rulebook, on=ON
    )
    verdict = verdict_of(findings, base.not_assessed)
    return replace(base, findings=findings, acceptances=results, verdict=verdict)


def accept(finding_id: str, **more: Any) -> Acceptance:
    given = {"reason": "r", "by": "b", "until": "2027-01-01", "avoidance": "no way", **more}
    return Acceptance(finding_id=finding_id, place="dir/acceptances.yaml:7:5", **given)


@pytest.fixture(scope="module")
def several(plain_one: Screening, outside: Screening) -> list[Screening]:
    """Accepted, not in effect, not assessed, required, hostile: everything a format must carry."""
    mixed = with_acceptances(
        plain_one,
        accept("PER-001:saiga", by=HOSTILE, reason=HOSTILE),
        accept("RNG-001:saiga", avoidance=""),
        accept("xyz", until="2020-01-01"),
    )
    return [
        named(mixed, "routes/option a.geojson", "Option A"),
        named(outside, "./маршрут 100%.kml", HOSTILE),
        named(plain_one, "C:/data/x.gpkg", ""),
        named(plain_one, "/srv/x y.gpkg", "Absolute"),
    ]


FAILED = CiFailure(file="bad.kml", reason=f"cannot be read {HOSTILE}")


@pytest.fixture(scope="module", params=["en", "ru"])
def ci(request: pytest.FixtureRequest, several: list[Screening]) -> CiRun:
    return ci_run(several, Translator(request.param), failures=[FAILED])


def results_of(run_: CiRun) -> list[Any]:
    return [result for project in run_.projects for result in project.results]


def sarif(run_: CiRun) -> Any:
    (only,) = json.loads(render_sarif(run_))["runs"]
    return only


# ----------------------------------------------------------------------------------------------
# The model
# ----------------------------------------------------------------------------------------------


def test_everything_is_a_result(ci: CiRun, several: list[Screening]) -> None:
    for project, screening in zip(ci.projects, several, strict=True):
        kinds = Counter(result.kind for result in project.results)
        assert kinds[ResultKind.FINDING] == len(screening.findings)
        assert kinds[ResultKind.NOT_ASSESSED] == len(screening.not_assessed)
    assert sum(result.kind is ResultKind.ACCEPTANCE for result in results_of(ci)) == 2
    assert {result.rule_id for result in results_of(ci)} == {rule.id for rule in ci.rules}


def test_ids_and_fingerprints_stand_once(ci: CiRun) -> None:
    for project in ci.projects:
        ids = [result.id for result in project.results]
        assert len(set(ids)) == len(ids)
    prints = [result.fingerprint for result in results_of(ci)]
    assert len(set(prints)) == len(prints)


def test_fingerprints_outlive_wording_level_and_chainage(plain_one: Screening) -> None:
    moved = replace(
        plain_one,
        findings=tuple(
            replace(
                finding,
                number="F9",
                significance=Significance.NEGLIGIBLE,
                kp_ranges=((0.0, 1.0),),
                statement=finding.why,
            )
            for finding in reversed(plain_one.findings)
        ),
    )

    def prints(screening: Screening, tr: Translator) -> dict[str, str]:
        return {r.id: r.fingerprint for r in project_of(screening, tr).results}

    assert prints(plain_one, EN) == prints(moved, RU)
    elsewhere = prints(named(plain_one, "other.geojson", "test"), EN)
    assert not set(elsewhere.values()) & set(prints(plain_one, EN).values())


def test_projects_can_be_made_one_by_one(several: list[Screening]) -> None:
    first = several[0]
    made = [project_of(screening, EN) for screening in several]
    run_ = run_of(made, first.run, first.rulebook, EN, failures=[FAILED])
    assert run_ == ci_run(several, EN, failures=[FAILED])


@pytest.mark.parametrize("render", [render_junit, render_sarif, render_gitlab, render_github])
def test_the_same_twice_is_the_same(several: list[Screening], render: Any) -> None:
    assert render(ci_run(several, EN)) == render(ci_run(several, EN))


def test_all_formats_hold_the_same_results(ci: CiRun) -> None:
    ids = sorted(result.id for result in results_of(ci))
    prints = sorted(result.fingerprint for result in results_of(ci))
    assert sorted(item["properties"]["id"] for item in sarif(ci)["results"]) == ids
    cases = ET.fromstring(render_junit(ci)).findall("testsuite/testcase")
    names = [case.get("name") for case in cases if case.get("name") != ci.words.screened]
    assert sorted(map(str, names)) == ids
    issues = json.loads(render_gitlab(ci))
    assert sorted(i["fingerprint"] for i in issues if i["check_name"] != "failed") == prints


# ----------------------------------------------------------------------------------------------
# JUnit
# ----------------------------------------------------------------------------------------------


def statuses(run_: CiRun) -> dict[tuple[str, str], tuple[str, str | None]]:
    """Suite and case to what came of the case and its type."""
    made = {}
    for suite in ET.fromstring(render_junit(run_)).findall("testsuite"):
        for case in suite.findall("testcase"):
            child = case[0]
            key = (suite.get("name", ""), case.get("name", ""))
            made[key] = (child.tag, child.get("type"))
    return made


def test_junit_is_valid_and_counts_right(ci: CiRun, junit_schema: xmlschema.XMLSchema) -> None:
    data = render_junit(ci)
    junit_schema.validate(data.decode())
    root = ET.fromstring(data)
    assert len(root) == 5
    total: Counter[str] = Counter()
    for suite in root:
        found = Counter(case[0].tag for case in suite.findall("testcase"))
        for tag, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert suite.get(name) == str(found[tag])
            total[name] += found[tag]
        assert suite.get("tests") == str(sum(found.values()))
    assert (root.get("failures"), root.get("errors")) == (
        str(total["failures"]),
        str(total["errors"]),
    )


def test_junit_never_passes_anything_but_the_screening_itself(ci: CiRun) -> None:
    for (_, name), (tag, _) in statuses(ci).items():
        assert (tag == "system-out") <= (name == ci.words.screened)


@pytest.mark.parametrize("fail_on", [None, *Significance])
def test_junit_fails_what_counts(several: list[Screening], fail_on: Significance | None) -> None:
    run_ = ci_run(several[:2], EN, fail_on=fail_on)
    said = statuses(run_)
    for project, screening in zip(run_.projects, several, strict=False):
        for finding in screening.findings:
            counts = finding.accepted is None and (
                fail_on is None or finding.significance >= fail_on
            )
            tag, type_ = said[project.name, finding.id]
            assert tag == ("failure" if counts else "skipped")
            assert type_ == ("accepted" if finding.accepted else str(finding.significance))
        for gap in screening.not_assessed:
            wanted = "error" if gap.required else "skipped"
            assert said[project.name, gap.subject_id][0] == wanted


# ----------------------------------------------------------------------------------------------
# SARIF
# ----------------------------------------------------------------------------------------------


def test_sarif_is_valid(ci: CiRun) -> None:
    assert list(jsonschema.Draft4Validator(SARIF).iter_errors(json.loads(render_sarif(ci)))) == []


def test_every_sarif_result_has_its_own_level(ci: CiRun) -> None:
    levels = {"major": "error", "moderate": "warning", "minor": "note", "negligible": "note"}
    seen = set()
    for item in sarif(ci)["results"]:
        properties = item["properties"]
        if properties["kind"] == "finding":
            wanted = ("fail", levels[properties["significance"]])
        elif properties["kind"] == "not_assessed":
            wanted = ("open", "none")
        else:
            wanted = ("fail", "warning")
        assert (item["kind"], item["level"]) == wanted
        seen.add(wanted)
    assert len(seen) == 4


def test_sarif_rules_carry_the_text_of_explain(ci: CiRun, book: Rulebook) -> None:
    tr = Translator(ci.language)
    known = {rule.id: rule for rule in book.rules}
    rules = sarif(ci)["tool"]["driver"]["rules"]
    explained = 0
    for rule in rules:
        if rule["id"] in known:
            explained += 1
            assert rule["help"]["text"] == plain(rule_page(known[rule["id"]], book, tr), 100)
        assert rule["help"]["markdown"]
    assert explained > 5
    for item in sarif(ci)["results"]:
        assert rules[item["ruleIndex"]]["id"] == item["ruleId"]


def test_what_is_accepted_is_a_suppression_with_its_reason(ci: CiRun) -> None:
    (item,) = [item for item in sarif(ci)["results"] if "suppressions" in item]
    assert item["properties"]["id"] == "PER-001:saiga"
    assert item["level"] == "error"
    (suppression,) = item["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert "no way" in suppression["justification"]
    assert suppression["properties"]["until"] == "2027-01-01"


def test_what_the_verdict_needs_is_a_notification_too(ci: CiRun, several: list[Screening]) -> None:
    (invocation,) = sarif(ci)["invocations"]
    assert invocation["executionSuccessful"] is False
    levels = Counter(item["level"] for item in invocation["toolExecutionNotifications"])
    required = sum(gap.required for screening in several for gap in screening.not_assessed)
    assert levels == {"error": 1, "warning": required}
    fine = ci_run(several[:1], EN)
    assert sarif(fine)["invocations"] == [{"executionSuccessful": True}]


def test_sarif_places(ci: CiRun) -> None:
    uris = {
        location["physicalLocation"]["artifactLocation"]["uri"]
        for item in sarif(ci)["results"]
        for location in item["locations"]
    }
    assert uris == {
        "routes/option%20a.geojson",
        "dir/acceptances.yaml",
        "%D0%BC%D0%B0%D1%80%D1%88%D1%80%D1%83%D1%82%20100%25.kml",
        "file:///C:/data/x.gpkg",
        "file:///srv/x%20y.gpkg",
    }
    assert unquote(sorted(uris)[0]) == "маршрут 100%.kml"
    places = [
        (item["ruleId"], item["locations"][0]["physicalLocation"]["region"])
        for item in sarif(ci)["results"]
    ]
    assert ("acceptance", {"startLine": 7, "startColumn": 5}) in places
    chainage = [
        item["locations"][0]["logicalLocations"][0]["name"]
        for item in sarif(ci)["results"]
        if item["properties"]["kp_ranges_m"]
    ]
    assert all(re.match(r"(KP|км)\s\d+\+\d{3}–\d+\+\d{3}", name) for name in chainage)


# ----------------------------------------------------------------------------------------------
# GitLab
# ----------------------------------------------------------------------------------------------


def test_gitlab_is_valid_and_each_has_its_severity(ci: CiRun) -> None:
    issues = json.loads(render_gitlab(ci))
    jsonschema.validate(issues, GITLAB)
    by_print = {issue["fingerprint"]: issue for issue in issues}
    assert len(by_print) == len(issues)
    levels = {"major": "critical", "moderate": "major", "minor": "minor", "negligible": "info"}
    for result in results_of(ci):
        issue = by_print[result.fingerprint]
        if result.accepted:
            assert issue["severity"] == "info"
            assert issue["description"].startswith(ci.words.accepted)
        elif result.level:
            assert issue["severity"] == levels[result.level]
        elif result.kind is ResultKind.ACCEPTANCE:
            assert issue["severity"] == "minor"
        else:
            assert issue["severity"] == ("major" if result.required else "info")
    (failed,) = [issue for issue in issues if issue["check_name"] == "failed"]
    assert (failed["severity"], failed["location"]["path"]) == ("blocker", "bad.kml")


# ----------------------------------------------------------------------------------------------
# GitHub
# ----------------------------------------------------------------------------------------------

COMMAND = re.compile(r"::(error|warning|notice) ([^:]*?)::(.*)", re.DOTALL)


def read_commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Commands as the runner reads them: a line each, properties by commas, then unescaped."""

    def plain_text(value: str) -> str:
        for sign, code in ((",", "%2C"), (":", "%3A"), ("\n", "%0A"), ("\r", "%0D"), ("%", "%25")):
            value = value.replace(code, sign)
        return value

    made = []
    for line in text.split("\n")[:-1]:  # what the runner takes for lines
        match = COMMAND.fullmatch(line)
        assert match, line
        pairs = [pair.split("=", 1) for pair in match[2].split(",")]
        made.append((match[1], {k: plain_text(v) for k, v in pairs}, plain_text(match[3])))
    return made


def test_github_commands_hold_only_what_they_should(ci: CiRun) -> None:
    text = render_github(ci)
    assert text.endswith("\n")
    assert "\x1b" not in text
    commands = read_commands(text)
    order = [command for command, _, _ in commands]
    assert order == sorted(order, key=["error", "warning", "notice"].index)
    for _, properties, _ in commands:
        assert set(properties) == {"file", "line", "col", "title"}
    files = {properties["file"] for _, properties, _ in commands}
    assert "bad.kml" in files
    assert "маршрут 100%.kml" in files


def test_github_drops_nothing_without_a_word(ci: CiRun) -> None:
    commands = read_commands(render_github(ci))
    for command, count in Counter(command for command, _, _ in commands).items():
        assert count <= KEPT
        titles = [p["title"] for c, p, _ in commands if c == command]
        rest = [m for c, p, m in commands if c == command and count == KEPT][-1:]
        shown = titles + [line for message in rest for line in message.split("\n")]
        for result in results_of(ci):
            if command == "error" and result.level is Significance.MAJOR and not result.accepted:
                assert result.title in shown


def test_github_levels(plain_one: Screening) -> None:
    one = with_acceptances(plain_one, accept("PER-001:saiga"), accept("xyz"))
    levels = {"major": "error", "moderate": "warning", "minor": "notice", "negligible": "notice"}
    for result in project_of(one, EN).results:
        alone = replace(project_of(one, EN), results=(result,))
        run_ = run_of([alone], one.run, one.rulebook, EN)
        ((command, properties, message),) = read_commands(render_github(run_))
        wanted = levels.get(str(result.level), "notice")
        if result.accepted or (result.level is None and result.kind is ResultKind.NOT_ASSESSED):
            wanted = "warning" if result.required else "notice"
        elif result.kind is ResultKind.ACCEPTANCE:
            wanted = "warning"
            assert (properties["file"], properties["line"]) == ("dir/acceptances.yaml", "7")
        assert command == wanted
        assert message == result.message


@given(st.text(max_size=60))
def test_github_escapes_any_text(plain_one: Screening, text: str) -> None:
    failure = CiFailure(file=f"f{text}", reason=text)
    run_ = run_of([], plain_one.run, plain_one.rulebook, EN, failures=[failure])
    rendered = render_github(run_)
    assert re.fullmatch(r"::error [^\r\n]*\n", rendered)
    ((_, properties, _),) = read_commands(rendered)
    assert properties["file"] == f"f{text}"


# ----------------------------------------------------------------------------------------------
# The command line
# ----------------------------------------------------------------------------------------------


@pytest.fixture
def route(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("route.geojson")
    path.write_text(feature([[66, 47], [68, 47]], name="::error::x"))
    return path


def test_files_and_annotations(route: Path, junit_schema: xmlschema.XMLSchema) -> None:
    args = ("check", route, "--kind", "railway", "--fail-on", "major", *DATE)
    done = run_here(*args, "--format", "junit,sarif,gitlab,github")
    assert done.returncode == 10, done.stderr
    assert {path.name for path in Path().iterdir()} == {
        "route.geojson", "route.junit.xml", "route.sarif", "route.gitlab.json"
    }  # fmt: skip
    junit_schema.validate("route.junit.xml")
    jsonschema.Draft4Validator(SARIF).validate(json.loads(Path("route.sarif").read_text("utf-8")))
    jsonschema.validate(json.loads(Path("route.gitlab.json").read_text("utf-8")), GITLAB)
    types = {f.get("type") for f in ET.parse("route.junit.xml").getroot().iter("failure")}
    assert types == {"major"}
    annotations = [line for line in done.stdout.splitlines() if line.startswith("::")]
    assert annotations[0].startswith("::error file=route.geojson,line=1,")
    quiet = run_here(*args, "--format", "github", "--quiet")
    assert quiet.returncode == 10
    assert quiet.stdout.splitlines() == annotations


@needs_bash
def test_a_reader_that_leaves_early_changes_no_exit_code(route: Path) -> None:
    command = (
        f'"{sys.executable}" -m camiscreen check {route} --kind railway --fail-on major --trace '
        '--format github | head -1; echo "code ${PIPESTATUS[0]}"'
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        ["bash", "-c", command], env=env, capture_output=True, encoding="utf-8", check=False
    )
    assert done.stdout.endswith("code 10\n"), done
    assert "Traceback" not in done.stderr


def test_a_name_is_no_command_to_the_build_server(route: Path) -> None:
    route.write_text(feature([[66, 47], [68, 47]], name="::add-mask::x ##[error]y"))
    done = run_here("check", route, "--kind", "railway", "--format", "json", *DATE)
    assert "add-mask" in done.stdout
    assert not [line for line in done.stdout.splitlines() if line.lstrip().startswith("::")]
    assert "##[" not in done.stdout


def test_what_cannot_be_screened_leaves_no_file_that_says_it_was(route: Path) -> None:
    route.write_text("{")
    done = run_here("check", route, "--format", "junit,sarif,gitlab,github", *DATE)
    assert (done.returncode, done.stdout) == (2, "")
    assert [path.name for path in Path().iterdir()] == ["route.geojson"]


# ----------------------------------------------------------------------------------------------
# GitHub Action, GitLab template, hook
# ----------------------------------------------------------------------------------------------

ACTION = data_files.read_yaml(ROOT / "action.yml").data
TEMPLATE = data_files.read_yaml(ROOT / "docs" / "ci" / "gitlab.yml").data


def step(name: str) -> dict[str, Any]:
    assert isinstance(ACTION, dict)
    return next(item for item in ACTION["runs"]["steps"] if item.get("name") == name)


def test_the_action_is_valid_and_runs_no_input() -> None:
    schema = json.loads((SCHEMAS / "github-actions.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(ACTION)
    assert isinstance(ACTION, dict)
    used = " ".join(str(item.get("env", "")) + str(item.get("with", ""))
                    for item in ACTION["runs"]["steps"])  # fmt: skip
    for name in ACTION["inputs"]:
        assert f"inputs.{name} }}}}" in used, name
    for item in ACTION["runs"]["steps"]:
        assert "${{" not in item.get("run", "")


def test_variables_are_options_of_check() -> None:
    from camiscreen.cli.check import command

    known = {str(parameter.envvar) for parameter in command.params}
    assert isinstance(TEMPLATE, dict)
    for names in (step("Screen")["env"], TEMPLATE[".camiscreen"]["variables"]):
        given = {name for name in names if name.startswith("CAMISCREEN_")}
        assert given - {"CAMISCREEN_FILES", "CAMISCREEN_PACKAGE"} <= known


def shim(folder: Path, script: str) -> dict[str, str]:
    """An environment whose ``camiscreen`` is a script of ours."""
    folder.mkdir(exist_ok=True)
    path = folder / "camiscreen"
    path.write_text(f"#!/usr/bin/env bash\n{script}\n")
    path.chmod(0o755)
    python = folder / "python"
    if not python.exists():
        python.symlink_to(sys.executable)
    return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}  # fmt: skip


REAL = f'exec "{sys.executable}" -m camiscreen "$@"'


def run_action(folder: Path, files: str, script: str, **variables: str) -> tuple[int, str, str]:
    """Exit code, its output and what was printed by the action's step."""
    out = folder / "output"
    env = shim(folder / "bin", script)
    env |= {"GITHUB_OUTPUT": str(out), "FILES": files, **variables}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step("Screen")["run"]],
        cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    said = out.read_text() if out.exists() else ""
    return done.returncode, said.removeprefix("exit-code=").strip(), done.stdout + done.stderr


def run_template(folder: Path, files: str, script: str, **variables: str) -> tuple[int, str]:
    assert isinstance(TEMPLATE, dict)
    job = TEMPLATE[".camiscreen"]
    env = shim(folder / "bin", script) | job["variables"] | {"CAMISCREEN_FILES": files}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(job["script"])],
        cwd=folder, env={**env, **variables}, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


CODES: list[tuple[Sequence[int], int]] = [
    ([0], 0), ([3], 3), ([10], 10), ([2], 2), ([1], 1),
    ([0, 3], 3), ([3, 10], 10), ([10, 2, 3], 2), ([2, 1, 10], 1), ([0, 137, 10], 137), ([], 2),
]  # fmt: skip


@needs_bash
@pytest.mark.parametrize(("codes", "worst"), CODES)
def test_the_gravest_code_of_all_files(tmp_path: Path, codes: Sequence[int], worst: int) -> None:
    files = "\n".join(f"f{n}-{code}.geojson" for n, code in enumerate(codes))
    script = 'f="${@: -1}"; f="${f##*-}"; exit "${f%.geojson}"'
    assert run_action(tmp_path, files, script)[:2] == (worst, str(worst))
    assert run_template(tmp_path, files, script)[0] == worst


@needs_bash
def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    code, _, said = run_action(tmp_path, "a/x.geojson\nb/x.geojson\n", "exit 0")
    assert (code, "another file has this name" in said) == (2, True)
    code, said = run_template(tmp_path, "a/x.geojson\nb/x.geojson\n", "exit 10")
    assert (code, "another file has this name" in said) == (2, True)


@needs_bash
def test_the_action_screens(tmp_path: Path) -> None:
    (tmp_path / "a b.geojson").write_text(feature([[66, 47], [68, 47]]))
    (tmp_path / "-x.geojson").write_text(feature([[66, 47], [66.1, 47]]))
    given = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", _default, str(value))
        for name, value in step("Screen")["env"].items()
    }
    given |= {"CAMISCREEN_KIND": "railway", "CAMISCREEN_FAIL_ON": "major"}
    del given["FILES"]
    code, said, printed = run_action(tmp_path, "a b.geojson\r\n\n-x.geojson\n", REAL, **given)
    assert (code, said) == (10, "10"), printed
    out = tmp_path / "camiscreen-reports"
    assert {p.name for p in out.iterdir()} == {
        f"{stem}.{ending}" for stem in ("a b", "-x") for ending in ("html", "json", "sarif")
    }
    assert "::error file=a b.geojson" in printed
    evil = "$(touch evil)`touch evil`;touch evil.geojson"
    assert run_action(tmp_path, evil, REAL, **given)[0] == 2
    assert not list(tmp_path.glob("evil*"))


def _default(match: re.Match[str]) -> str:
    assert isinstance(ACTION, dict)
    return str(ACTION["inputs"][match[1]].get("default", ""))


@needs_bash
def test_the_template_screens_and_joins_code_quality(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.geojson").write_text(feature([[66, 47], [68, 47]]))
    code, printed = run_template(
        tmp_path, "a.geojson\nb.geojson\n", REAL, CAMISCREEN_KIND="railway"
    )
    assert code == 0, printed
    issues = json.loads((tmp_path / "gl-code-quality-report.json").read_text(encoding="utf-8"))
    jsonschema.validate(issues, GITLAB)
    assert {issue["location"]["path"] for issue in issues} == {"a.geojson", "b.geojson"}
    assert len(list((tmp_path / "camiscreen-reports").glob("*.junit.xml"))) == 2


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("camiscreen.toml", True),
        ("sub/camiscreen.toml", True),
        ("acceptances.yaml", True),
        ("x/north-acceptances.yml", True),
        ("my-rules/screening/RNG-901-canal.yaml", True),
        ("layers/wells/layer.yaml", True),
        ("pyproject.toml", False),
        (".gitlab-ci.yml", False),
        ("acceptances.yaml.bak", False),
        ("docs/notacceptances.yaml", False),
    ],
)
def test_the_hook_takes_its_own_files(path: str, taken: bool) -> None:
    hooks = data_files.read_yaml(ROOT / ".pre-commit-hooks.yaml").data
    assert isinstance(hooks, list)
    (hook,) = hooks
    assert hook["entry"] == "camiscreen validate"
    assert bool(re.search(hook["files"], path)) is taken


# ----------------------------------------------------------------------------------------------
# The page
# ----------------------------------------------------------------------------------------------

PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")


def page_rows() -> dict[str, list[str]]:
    """Rows of the page's table of results: junit, sarif, gitlab, github."""
    lines = re.findall(r"^\| (.+) \|$", PAGE, re.MULTILINE)
    cells = [[cell.strip() for cell in line.split("|")] for line in lines]
    return {row[0]: row[1:] for row in cells if len(row) == 5}


def page_row(result: Any) -> str:
    if result.kind is ResultKind.ACCEPTANCE:
        return "acceptance not in effect"
    if result.kind is ResultKind.NOT_ASSESSED:
        return f"not assessed{', required for a verdict' if result.required else ' otherwise'}"
    return "the same accepted" if result.accepted else f"finding, {result.level}"


def test_the_page_says_what_the_formats_do(several: list[Screening]) -> None:
    run_ = ci_run([*several[:2], several[3]], EN)
    rows, said = page_rows(), statuses(run_)
    by_id = {item["partialFingerprints"]["camiscreenResult/v1"]: item
             for item in sarif(run_)["results"]}  # fmt: skip
    issues = {issue["fingerprint"]: issue for issue in json.loads(render_gitlab(run_))}
    used = set()
    for project in run_.projects:
        for result in project.results:
            label = page_row(result)
            used.add(label)
            in_junit, in_sarif, in_gitlab, in_github = rows[label]
            assert said[project.name, result.id][0] == in_junit
            item = by_id[result.fingerprint]
            if in_sarif != "as above, suppressed with the justification":
                assert in_sarif.startswith(f"{item['kind']}, {item['level']}")
            assert issues[result.fingerprint]["severity"] == in_gitlab
            alone = run_of([replace(project, results=(result,))], run_.run, several[0].rulebook, EN)
            assert read_commands(render_github(alone))[0][0] == in_github
    assert used >= {label for label in rows if label.startswith(("acc", "not", "the same acc"))}
    assert used >= {"finding, major", "finding, moderate", "finding, minor"}


def test_the_examples_of_the_page_are_sound() -> None:
    texts = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    github, gitlab, hook = (yaml.load(text, yaml.SafeLoader) for text in texts)
    assert isinstance(ACTION, dict)
    (used,) = [step for step in github["jobs"]["screening"]["steps"] if "OWNER" in step["uses"]]
    assert set(used["with"]) <= set(ACTION["inputs"])
    assert gitlab["screening"]["extends"] == ".camiscreen"
    assert hook["repos"][0]["hooks"] == [{"id": "camiscreen-validate"}]
