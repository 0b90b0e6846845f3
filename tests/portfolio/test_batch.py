"""``camiscreen batch`` from the command line to its files."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import ROOT, run_here
from tests.portfolio.projects import (
    ALTAI,
    DATE,
    GOBI,
    HOSTILE,
    PARIS,
    STEPPE,
    feature,
    portfolio,
    rows,
    summary,
    write,
    write_gpkg,
    written,
)

SCHEMA = json.loads((ROOT / "docs" / "portfolio-summary.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One batch of the five projects, that many tests read."""
    folder = tmp_path_factory.mktemp("batch")
    portfolio(folder / "in")
    return folder


@pytest.fixture(scope="module")
def out(batch: Path) -> Path:
    done = subprocess.run(
        [sys.executable, "-m", "camiscreen", "batch", "in", "--out", "out", "--jobs", "2", *DATE],
        cwd=batch,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "120"},
        check=False,
    )
    (batch / "stdout").write_text(done.stdout, encoding="utf-8")
    (batch / "stderr").write_text(done.stderr, encoding="utf-8")
    assert done.returncode == 2, done.stderr
    return batch / "out"


def test_one_row_a_project_with_verdict_or_reason(out: Path) -> None:
    found = rows(out)
    assert list(found) == ["altai", "broken", "gobi", "paris", "steppe"]
    assert found["steppe"]["verdict"] == "major"
    assert found["steppe"]["name"] == "Steppe line"
    assert found["steppe"]["states"] == ["KAZ"]
    assert "saiga" in found["steppe"]["species"]
    assert (found["paris"]["verdict"], found["paris"]["exit_code"]) == ("incomplete", 3)
    broken = found["broken"]
    assert (broken["status"], broken["verdict"], broken["exit_code"]) == ("failed", None, 2)
    assert "in/broken.geojson" in broken["reason"]


def test_the_summary_keeps_its_contract(out: Path) -> None:
    read = summary(out)
    jsonschema.validate(read, SCHEMA)
    assert read["exit_code"] == 2
    assert read["totals"]["projects"] == 5
    assert read["totals"]["by_status"] == {"failed": 1, "screened": 4}


def test_rows_agree_with_the_reports(out: Path) -> None:
    for row in summary(out)["projects"]:
        if row["status"] != "screened":
            assert row["files"] == []
            continue
        report = json.loads((out / f"projects/{row['id']}.json").read_text(encoding="utf-8"))
        assert row["verdict"] == report["verdict"]
        assert row["length_m"] == report["project"]["length_m"]
        assert row["source_sha256"] == report["project"]["source"]["sha256"]
        assert row["not_assessed"] == len(report["not_assessed"])
        for level in ("major", "moderate", "minor", "negligible"):
            found = [f for f in report["findings"] if f["significance"] == level]
            assert row[level] == len(found)


def test_a_batch_says_what_a_check_says(batch: Path, out: Path, tmp_path: Path) -> None:
    run_here("check", batch / "in" / "steppe.geojson", "--out", tmp_path, "--format", "json", *DATE)
    alone = json.loads((tmp_path / "steppe.json").read_text(encoding="utf-8"))
    among = json.loads((out / "projects" / "steppe.json").read_text(encoding="utf-8"))
    alone["project"]["source"].pop("path")
    among["project"]["source"].pop("path")
    assert alone == among


def test_csv_holds_the_same_rows_and_no_formula(out: Path) -> None:
    data = (out / "summary.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    read = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["id"] for row in read] == list(rows(out))
    gobi = next(row for row in read if row["id"] == "gobi")
    assert gobi["name"].startswith("'=1+1")
    assert "\u202e" not in gobi["name"]
    for row in read:
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def test_parquet_holds_the_same_rows(out: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(out / "summary.parquet")
    assert table.to_pylist() == [
        {**row, "states": row["states"], "files": row["files"]} for row in rows(out).values()
    ]


def test_progress_is_plain_lines_where_there_is_no_terminal(batch: Path, out: Path) -> None:
    lines = (batch / "stderr").read_text(encoding="utf-8").splitlines()
    assert "5 projects" in lines
    assert sum(line.startswith("[") for line in lines) == 5
    assert any("broken" in line and "not GeoJSON" in line for line in lines)
    assert "\x1b" not in "".join(lines)
    printed = (batch / "stdout").read_text(encoding="utf-8")
    assert printed.index("Not screened") < printed.index("Gravest first")
    # At the end, where the eye is: what came of it, the page, and why the exit code is as it is.
    *_, page, ending = printed.splitlines()
    assert page == "The portfolio page: out/portfolio.html"
    assert ending.startswith("Exit 2: 1 project was not screened")
    assert printed.index("Written:") < printed.index("5 projects") < printed.index(page)
    assert "Not screened: 1" in printed


def test_a_path_is_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run_here("batch", "nowhere/", "--out", "out")
    assert done.returncode == 2
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("[")]
    assert line.split() == [
        "[1/1]",
        "failed",
        "nowhere:",
        "no",
        "such",
        "file;",
        "check",
        "the",
        "path",
        "and",
        "the",
        "spelling",
    ]
    assert "\nnowhere: no such file" in done.stdout
    assert "nowhere: nowhere" not in done.stdout


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize(
    ("line", "args", "en", "ru"),
    [
        (PARIS, (), "Exit 3: 1 project could not", "Код 3: в 1 проекте"),
        (STEPPE, ("--fail-on", "minor"), "Exit 10: 1 project has a finding", "(--fail-on: "),
    ],
)
def test_the_last_line_says_why_the_exit_code_is_as_it_is(
    tmp_path: Path,
    lang: str,
    line: list[tuple[float, float]],
    args: tuple[str, ...],
    en: str,
    ru: str,
) -> None:
    write(tmp_path / "a.geojson", feature(line, kind="road"))
    done = run_here(
        "batch", tmp_path / "a.geojson", "--format", "json", "--out", tmp_path / "out",
        "--lang", lang, *args, *DATE,
    )  # fmt: skip
    assert {"en": en, "ru": ru}[lang] in " ".join(done.stdout.split()).rpartition("portfolio.html")[
        2
    ]


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_neither_jobs_nor_order_change_a_byte(
    batch: Path, out: Path, tmp_path: Path, jobs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(batch)
    named = ["in/sub", "in/steppe.geojson", "in/paris.geojson", "in/gobi.geojson"]
    named = [*named, "in/broken.geojson"][:: 1 if jobs == "1" else -1]
    done = run_here("batch", *named, "--out", tmp_path / "o", "--jobs", jobs, "--quiet", *DATE)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")
    assert written(tmp_path / "o") == written(out)


# ----------------------------------------------------------------------------------------------
# Exit codes
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "broken", "args", "code"),
    [
        ([GOBI], False, (), 0),
        ([GOBI, PARIS], False, (), 3),
        ([STEPPE, PARIS], False, ("--fail-on", "major"), 10),
        ([STEPPE, PARIS], True, ("--fail-on", "major"), 2),
        ([PARIS], False, ("--fail-on", "negligible"), 3),
    ],
)
def test_the_exit_code_is_the_worst_of_all(
    tmp_path: Path,
    lines: list[list[tuple[float, float]]],
    broken: bool,
    args: tuple[str, ...],
    code: int,
) -> None:
    for number, line in enumerate(lines):
        write(tmp_path / "in" / f"{number}.geojson", feature(line))
    if broken:
        (tmp_path / "in" / "x.geojson").write_text("")
    out = tmp_path / "out"
    done = run_here(
        "batch", tmp_path / "in", "--kind", "railway", "--format", "json", "--out", out,
        "--jobs", "1", *args, *DATE,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert summary(out)["exit_code"] == code


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (("nothing*.geojson",), "matches no file"),
        (("in", "--rules", "nowhere"), "not a folder"),
        (("in", "--framework", "ifc-ps7"), "ifc-ps7"),
        (("in", "--date", "yesterday"), "not a date"),
        (("in", "--jobs", "0"), "jobs"),
        ((), "PATHS"),
    ],
)
def test_what_stops_a_batch_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], what: str
) -> None:
    write(tmp_path / "in" / "a.geojson", feature(GOBI, kind="road"))
    monkeypatch.chdir(tmp_path)
    done = run_here("batch", *args, "--out", "out")
    assert done.returncode == 2
    assert what in done.stderr
    assert not (tmp_path / "out" / "summary.json").exists()


# ----------------------------------------------------------------------------------------------
# Features, lists, settings, languages
# ----------------------------------------------------------------------------------------------


def test_features_and_lists_go_all_the_way(tmp_path: Path) -> None:
    gpkg = write_gpkg(
        tmp_path / "p.gpkg",
        [feature(GOBI, no="7", what="road"), feature(ALTAI, no="8", what="railway")],
    )
    (tmp_path / "d.yaml").write_text("fencing: no\n")
    (tmp_path / "late.yaml").write_text("fences: [{kp: [0, 9000], fenced: yes}]\n")
    write(tmp_path / "a.geojson", feature(STEPPE))
    (tmp_path / "list.csv").write_text(
        "file,id,kind,design\na.geojson,open,railway,d.yaml\na.geojson,late,railway,late.yaml\n"
        "a.geojson,closed,railway,\n"
    )
    out = tmp_path / "o"
    done = run_here(
        "batch", gpkg, tmp_path / "list.csv", "--id-field", "no", "--kind-field", "what",
        "--out", out, "--format", "json", "--jobs", "2", *DATE,
    )  # fmt: skip
    assert done.returncode == 2
    found = rows(out)
    assert list(found) == ["7", "8", "closed", "late", "open"]
    assert (found["7"]["kind"], found["7"]["feature"]) == ("road", 1)
    assert (found["8"]["kind"], found["8"]["feature"]) == ("railway", 2)
    assert found["closed"]["verdict"] == "major"
    assert found["open"]["verdict"] == "moderate"
    assert "late.yaml:1" in found["late"]["reason"]
    report = json.loads((out / "projects" / "8.json").read_text(encoding="utf-8"))
    assert report["project"]["source"]["feature"] == 2


def test_settings_of_check_that_decide_a_verdict_hold_for_a_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "a.geojson", feature(STEPPE))
    (tmp_path / "camiscreen.toml").write_text(
        '[check]\nkind = "railway"\nfenced = "no"\nformat = "pdf"\n[batch]\nout = "there"\n'
        'format = ["json"]\n'
    )
    monkeypatch.chdir(tmp_path)
    assert run_here("validate").returncode == 0
    done = run_here("batch", "a.geojson", "--quiet", *DATE)
    assert done.returncode == 0, done.stderr
    assert rows(tmp_path / "there")["a"]["verdict"] == "moderate"
    assert [p.name for p in (tmp_path / "there" / "projects").iterdir()] == ["a.json"]
    # A check beside the same file does not mind the batch's table.
    assert run_here("check", "a.geojson", "--out", "c", "--quiet", *DATE).returncode == 0


def test_acceptances_count_for_the_project_that_they_name(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / "in" / f"{name}.geojson", feature(STEPPE, kind="railway", name=name))
    command = ("batch", tmp_path / "in", "--format", "json", "--out", tmp_path / "o", *DATE)
    run_here(*command)
    before = rows(tmp_path / "o")
    report = json.loads((tmp_path / "o" / "projects" / "one.json").read_text(encoding="utf-8"))
    # Of those that no measure can avoid, which the hierarchy gate lets pass without a reason.
    lowest = [f for f in report["findings"] if f["measures"][0]["step"] != "avoid"][-1]
    (tmp_path / "acceptances.yaml").write_text(
        f"project: one\nacceptances:\n  - finding: {lowest['id']}\n"
        "    reason: Noted.\n    by: A. Sample\n    until: 2027-01-01\n"
    )
    done = run_here(*command, "--resume", "--acceptances", tmp_path / "acceptances.yaml")
    assert "finished before" not in done.stderr  # what was not accepted then is stale
    after = rows(tmp_path / "o")
    level = lowest["significance"]
    assert (after["one"]["accepted"], after["two"]["accepted"]) == (1, 0)
    assert after["one"][level] == before["one"][level] - 1
    assert after["two"][level] == before["two"][level]


def test_sensitive_places_are_no_hot_spots(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / "in" / f"{name}.geojson", feature(STEPPE, kind="railway", name=name))
    out = tmp_path / "o"
    command = ("batch", tmp_path / "in", "--format", "json", "--out", out, *DATE)
    run_here(*command)
    ranges = {spot["layer_id"] for spot in summary(out)["hot_spots"]}
    assert "species_ranges" in ranges
    own = tmp_path / "layers" / "species_ranges"
    shutil.copytree(ROOT / "reference_layers" / "species_ranges", own)
    manifest = own / "layer.yaml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8") + "\nsensitive: true\n", encoding="utf-8"
    )
    done = run_here(*command, "--layers", own.parent, "--redact")
    assert done.returncode == 0, done.stderr
    assert not any(s["layer_id"] == "species_ranges" for s in summary(out)["hot_spots"])
    page = (out / "portfolio.html").read_text(encoding="utf-8")
    assert "sensitive places are left out" in page or not summary(out)["hot_spots"]


def test_every_option_of_check_is_shared_or_left_out_on_purpose() -> None:
    from camiscreen.cli import batch, check

    own = {"file", "out", "verbose", "formats", "trace", "figures"}
    assert {str(p.name) for p in check.command.params} == {*batch.SHARED, *own}


def test_russian(tmp_path: Path) -> None:
    write(tmp_path / "a.geojson", feature(STEPPE, kind="railway"))
    (tmp_path / "b.geojson").write_text("")
    done = run_here("batch", tmp_path, "--lang", "ru", "--out", tmp_path / "o", *DATE)
    assert "Не проверено" in done.stdout
    page = (tmp_path / "o" / "portfolio.html").read_text(encoding="utf-8")
    assert '<html lang="ru">' in page
    assert "1 проект из 2 достигает высокой значимости" in page
    assert '<html lang="ru"' in (tmp_path / "o" / "projects" / "a.html").read_text("utf-8")


def test_hostile_names_are_text_everywhere(out: Path) -> None:
    page = (out / "portfolio.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "\u202e" not in page
    assert rows(out)["gobi"]["name"] == HOSTILE.replace("\u202e", "\u202e")


def test_reports_for_an_audience_in_the_style_of_a_house(tmp_path: Path, root: Path) -> None:
    write(tmp_path / "in" / "one.geojson", feature(STEPPE, kind="railway", name="one"))
    house = tmp_path / "house"
    shutil.copytree(root / "examples" / "house-style", house)
    command = ("batch", tmp_path / "in", "--format", "html", "--out", tmp_path / "o", *DATE,
               "--audience", "lender", "--template", house)  # fmt: skip
    assert run_here(*command).returncode in {0, 3}
    page = (tmp_path / "o" / "projects" / "one.html").read_text(encoding="utf-8")
    assert "Summary for a lender" in page
    assert (house / "html" / "house.css").read_text(encoding="utf-8").strip() in page
    assert "1 of them finished before" in run_here(*command, "--resume").stderr
    with (house / "html" / "house.css").open("a", encoding="utf-8") as css:
        css.write("\nmain { outline: none; }\n")
    assert "finished before" not in run_here(*command, "--resume").stderr


def test_a_house_style_does_not_travel_to_a_cluster(tmp_path: Path, root: Path) -> None:
    done = run_here("batch", tmp_path, "--scheduler", "tcp://127.0.0.1:1", "--template",
                    root / "examples" / "house-style")  # fmt: skip
    assert done.returncode == 2
    assert "leave out --template" in done.stderr
