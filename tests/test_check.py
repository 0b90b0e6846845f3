"""``camiscreen check`` as a user runs it: files, exit codes, what is printed, what is refused."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import run_here

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "trans-mongolian-railway.geojson"
SCHEMA = json.loads((ROOT / "docs" / "json-report.schema.json").read_text())
DATE = ("--date", "2026-11-22")


def strict(schema: object) -> object:
    """The schema that allows no key beyond those it names: a new one has to be written down."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {"additionalProperties": False} if "properties" in schema else {}
    return {**{key: strict(value) for key, value in schema.items()}, **closed}


def run(
    *args: str | Path,
    cwd: Path | None = None,
    stdin: str | None = None,
    env: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "camiscreen", *map(str, args)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "120", **(env or {})},
        check=False,
    )


def feature(coordinates: object, kind: str = "LineString", **properties: object) -> str:
    geometry = {"type": kind, "coordinates": coordinates}
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": properties, "geometry": geometry}],
        }
    )


@pytest.fixture
def route(tmp_path: Path) -> Path:
    return Path(shutil.copy(EXAMPLE, tmp_path / "route.geojson"))


# ----------------------------------------------------------------------------------------------
# What it writes and prints
# ----------------------------------------------------------------------------------------------


def test_it_writes_three_files_beside_the_project_and_prints_a_table(route: Path) -> None:
    done = run("check", route, *DATE)
    assert done.returncode == 0, done.stderr
    assert "Error" not in done.stderr
    written = {path.name for path in route.parent.iterdir()}
    assert written == {"route.geojson", "route.html", "route.pdf", "route.json"}
    report = json.loads((route.parent / "route.json").read_text(encoding="utf-8"))
    jsonschema.validate(report, strict(SCHEMA))
    assert report["verdict"] == "major"
    for text in ("Major", "PER-001", "Mongolia", "route.pdf"):
        assert text in done.stdout
    assert (route.parent / "route.pdf").read_bytes().startswith(b"%PDF")
    assert "PER-001" in (route.parent / "route.html").read_text(encoding="utf-8")


def test_the_report_of_the_example_names_the_documented_species(route: Path) -> None:
    run("check", route, "--format", "json", "--quiet", *DATE)
    report = json.loads((route.parent / "route.json").read_text(encoding="utf-8"))
    assert [state["iso3"] for state in report["project"]["states"]] == ["MNG", "CHN"]
    assert report["project"]["fencing"] == "yes"
    found = {finding["id"] for finding in report["findings"]}
    assert {"PER-001:mongolian_gazelle", "RNG-001:mongolian_gazelle"} <= found
    assert {"TRB-002:CHN", "TRB-003:project"} <= found


def test_json_to_a_folder_of_ones_own(route: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "reports"
    done = run("check", route, "--out", out, "--format", "json", "--quiet", *DATE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")  # quiet: no progress either
    assert [path.name for path in out.iterdir()] == ["route.json"]


def test_formats_repeat_and_take_comma_lists(route: Path, tmp_path: Path) -> None:
    run("check", route, "--out", tmp_path / "o", "--format", "json,html", "--format", "html", *DATE)
    assert {path.suffix for path in (tmp_path / "o").iterdir()} == {".json", ".html"}


def test_a_file_never_overwrites_its_input(tmp_path: Path) -> None:
    source = tmp_path / "x.json"
    shutil.copy(EXAMPLE, source)
    before = source.read_bytes()
    run("check", source, "--format", "json", *DATE)
    assert source.read_bytes() == before
    assert json.loads((tmp_path / "x.report.json").read_text())["schema_version"] == 1


def test_standard_input(tmp_path: Path) -> None:
    done = run("check", "-", "--format", "json", *DATE, cwd=tmp_path, stdin=EXAMPLE.read_text())
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "stdin.json").read_text())
    assert report["project"]["source"]["path"] == "stdin"


def test_two_runs_are_byte_identical(route: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        run("check", route, "--out", tmp_path / name, *DATE)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_the_date_may_come_from_the_environment(route: Path, tmp_path: Path) -> None:
    run("check", route, "--format", "json", env={"SOURCE_DATE_EPOCH": "1700000000"})
    report = json.loads((tmp_path / "route.json").read_text())
    assert report["run"]["generated_on"] == "2023-11-14"


def test_gaps_are_printed_before_the_findings(tmp_path: Path) -> None:
    path = tmp_path / "route.geojson"
    path.write_text(feature(LINE))
    done = run("check", path, "--kind", "railway", "--format", "json", *DATE)
    assert done.returncode == 0, done.stderr
    assert "Bukhara deer" in done.stdout
    assert done.stdout.index("Not assessed") < done.stdout.index("RNG-001")


def test_russian(tmp_path: Path) -> None:
    path = tmp_path / "route.geojson"
    path.write_text(feature(LINE))
    done = run("check", path, "--kind", "railway", "--lang", "ru", "--format", "html", *DATE)
    assert done.returncode == 0, done.stderr
    assert "Не оценено" in done.stdout
    html = (tmp_path / "route.html").read_text(encoding="utf-8")
    assert '<html lang="ru"' in html
    assert "Бухарский олень" in html


@pytest.mark.parametrize("encoding", ["cp1251", "ascii"])
def test_a_console_without_the_marks_gets_ascii(route: Path, encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "camiscreen", "check", str(route), "--format", "json", *DATE],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert b"[MAJ]" in done.stdout


# ----------------------------------------------------------------------------------------------
# Exit codes
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("coordinates", "args", "code", "verdict"),
    [
        ([[66, 47], [68, 47]], (), 0, "major"),
        ([[66, 47], [68, 47]], ("--fail-on", "major"), 10, "major"),
        ([[66, 47], [68, 47]], ("--fenced", "no", "--fail-on", "major"), 0, "moderate"),
        ([[2.35, 48.85], [4.83, 45.76]], (), 3, "incomplete"),
        ([[2.35, 48.85], [4.83, 45.76]], ("--fail-on", "negligible"), 3, "incomplete"),
        ([[44, 33.3], [48.5, 34.3]], (), 3, "major"),
    ],
)
def test_exit_codes(
    tmp_path: Path, coordinates: list[list[float]], args: tuple[str, ...], code: int, verdict: str
) -> None:
    path = tmp_path / "r.geojson"
    path.write_text(feature(coordinates))
    done = run("check", path, "--kind", "railway", "--format", "json", *args, *DATE)
    assert done.returncode == code, done.stderr
    assert json.loads((tmp_path / "r.json").read_text())["verdict"] == verdict


def test_outside_the_region_says_so(tmp_path: Path) -> None:
    path = tmp_path / "r.geojson"
    path.write_text(feature([[2.35, 48.85], [4.83, 45.76]]))
    done = run("check", path, "--kind", "railway", *DATE)
    assert done.returncode == 3
    assert "outside the region, nothing assessed" in done.stdout.lower()
    html = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "nothing assessed" in html.lower()


# ----------------------------------------------------------------------------------------------
# What it refuses
# ----------------------------------------------------------------------------------------------

LINE = [[66, 47], [68, 47]]


@pytest.mark.parametrize(
    ("name", "content", "args", "expected"),
    [
        ("gone.geojson", None, (), "gone.geojson"),
        ("empty.geojson", "", (), "empty"),
        ("text.geojson", "hello", (), "text.geojson"),
        ("text.txt", "hello", (), "not a vector file"),
        ("swap.geojson", feature([[47, 66], [45, 68]]), ("--kind", "road"), "swapped"),
        ("lat.geojson", feature([[66, 95], [68, 96]]), ("--kind", "road"), "lat.geojson"),
        ("lon.geojson", feature([[566000, 4700000], [568000, 4700000]]), ("--kind", "road"),
         "lon.geojson"),
        ("kind.geojson", feature(LINE), (), "--kind"),
        ("kind.geojson", feature(LINE), ("--kind", "tram"), "railway"),
        ("zero.geojson", feature([[66, 47], [66, 47]]), ("--kind", "road"), "zero.geojson"),
        ("none.geojson", '{"type": "FeatureCollection", "features": []}', ("--kind", "road"),
         "none.geojson"),
    ],
)  # fmt: skip
def test_bad_input_gets_one_line_exit_2_and_nothing_written(
    tmp_path: Path, name: str, content: str | None, args: tuple[str, ...], expected: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    before = set(tmp_path.iterdir())
    done = run("check", path, *args, *DATE)
    assert done.returncode == 2
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith("Error")]
    assert len(errors) == 1, done.stderr
    assert done.stdout == ""
    assert set(tmp_path.iterdir()) == before


def test_a_folder_that_cannot_be_written(route: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file")
    done = run("check", route, "--out", blocked, "--format", "json", *DATE)
    assert done.returncode == 2
    assert "choose another folder with --out" in done.stderr


def test_a_wrong_rule_stops_before_any_geometry(route: Path, tmp_path: Path) -> None:
    own = tmp_path / "own" / "screening"
    own.mkdir(parents=True)
    (own / "XYZ-001-x.yaml").write_text("id: XYZ-001\ntitel: x\n")
    done = run("check", tmp_path / "gone.geojson", "--rules", tmp_path / "own", *DATE)
    assert done.returncode == 2
    assert "XYZ-001-x.yaml:2:8: titel: unknown field (did you mean title?)" in done.stderr
    assert "gone.geojson" not in done.stderr


def test_a_file_given_as_a_command(route: Path) -> None:
    done = run(route)
    assert done.returncode == 2
    assert "camiscreen check" in done.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("chekc", "a.geojson"), "no such command: chekc (did you mean check?)"),
        (("rules", "tets"), "no such command: tets (did you mean test?)"),
        (("layers", "ad"), "no such command: ad (did you mean add?)"),
        (("check", "a.geojson", "--kind", "raylway"), "(did you mean railway?)"),
        (("check", "a.geojson", "--kind", "Highway"), "(did you mean road?)"),
        (("check", "a.geojson", "--format", "pdf,htm"), "(did you mean html?)"),
        (("check", "a.geojson", "--fail-on", "majr"), "(did you mean major?)"),
        (("batch", "a.geojson", "--each", "feture"), "(did you mean feature?)"),
    ],
)
def test_a_slip_is_answered_with_what_may_be_meant(args: Sequence[str], said: str) -> None:
    done = run_here(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "text", "option"),
    [
        ("design.yaml", "fencing: yes\n", "--design design.yaml"),
        ("design.json", '{"fencing": "yes", "works": []}', "--design design.json"),
        ("signed.yaml", "acceptances: []\n", "--acceptances signed.yaml"),
        ("camiscreen.toml", "[check]\nkind = 'road'\n", "--config camiscreen.toml"),
    ],
)
def test_another_file_in_place_of_the_route_is_told_its_place(
    tmp_path: Path, name: str, text: str, option: str
) -> None:
    (tmp_path / name).write_text(text)
    done = run_here("check", tmp_path / name, "--kind", "road", "--quiet")
    assert done.returncode == 2
    assert f"{name}: no route, but " in done.stderr
    assert f"camiscreen check ROUTE {option}" in done.stderr


@pytest.mark.parametrize("option", ["--acceptances", "--design"])
def test_a_file_that_is_not_there_is_not_wrong_in_line_1(route: Path, option: str) -> None:
    done = run_here("check", route, option, "gone.yaml", "--quiet")
    assert done.returncode == 2
    assert done.stderr == "Error: gone.yaml: no such file; check the path and the spelling\n"


def test_the_bar_says_what_it_shows(tmp_path: Path) -> None:
    path = tmp_path / "line.geojson"
    path.write_text(feature([[66, 47], [68, 47]]))
    args = ("check", path, "--kind", "railway", "--format", "json", *DATE)
    assert "Highest significance along the line\nKP\u00a00+000 |" in run_here(*args).stdout


@pytest.mark.skipif(os.name == "nt", reason="a signal of POSIX")
def test_ctrl_c_while_modules_load_is_one_line(tmp_path: Path) -> None:
    """Whenever it comes after the first of our lines: here as soon as click is asked for."""
    (tmp_path / "click.py").write_text(
        "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(5)\n"
    )
    done = run("check", "a.geojson", env={"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"})
    assert done.returncode == 130
    assert done.stderr == "Interrupted; nothing was written.\n"


# ----------------------------------------------------------------------------------------------
# Settings and start-up
# ----------------------------------------------------------------------------------------------


def test_settings_stand_under_flags_and_environment(route: Path, tmp_path: Path) -> None:
    (tmp_path / "camiscreen.toml").write_text(
        '[check]\nformat = ["json"]\nfail_on = "major"\ndate = "2026-01-02"\nquiet = true\n'
    )
    done = run("check", "route.geojson", cwd=tmp_path)
    assert done.returncode == 10, done.stderr
    report = json.loads((tmp_path / "route.json").read_text())
    assert report["run"]["generated_on"] == "2026-01-02"
    assert not (tmp_path / "route.html").exists()
    assert run("check", "route.geojson", "--fail-on", "never", cwd=tmp_path).returncode == 0


def test_an_unknown_setting_is_a_mistake(route: Path, tmp_path: Path) -> None:
    (tmp_path / "camiscreen.toml").write_text("[check]\nfail_onn = 'major'\n")
    done = run("check", route, cwd=tmp_path)
    assert done.returncode == 2
    assert "no such option (did you mean fail_on?)" in done.stderr


def modules_of(*args: str | Path, **kwargs: object) -> set[str]:
    code = (
        "import sys; from camiscreen.cli.main import run; "
        f"run({[str(a) for a in args]!r}); print(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="pyogrio brings pandas in")
def test_the_check_path_imports_neither_pandas_nor_geopandas(route: Path) -> None:
    args = ("check", route, "--format", "html,pdf,json,gpkg,csv,xlsx", "--redact", "--quiet",
            *DATE)  # fmt: skip
    modules_of(*args)
    warm = modules_of(*args)
    assert "shapely" in warm
    assert not {"pandas", "geopandas", "pyogrio", "pydantic", "yaml", "pyproj", "fiona"} & warm


def test_help_imports_next_to_nothing() -> None:
    assert not {"numpy", "shapely", "rich"} & modules_of("--help")
