"""What is finished is neither redone nor lost: whatever was killed, cut short or changed."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camiscreen.i18n import Translator
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import Rulebook
from camiscreen.portfolio import jobs, ledger, sources
from camiscreen.portfolio.jobs import Bench, Order
from camiscreen.portfolio.ledger import Ledger
from camiscreen.portfolio.sources import Asked
from camiscreen.portfolio.spec import ProjectSpec, Said
from camiscreen.vocabulary import Format, Significance
from tests.conftest import ROOT, run_here
from tests.portfolio.projects import (
    ALTAI,
    DATE,
    GOBI,
    STEPPE,
    feature,
    portfolio,
    rows,
    write,
    write_gpkg,
    written,
)

ORDER = Order(
    language="en",
    formats=(Format.JSON,),
    framework_ids=(),
    fail_on=None,
    generated_on="2026-11-22",
)


@pytest.fixture(scope="module")
def bench(book: Rulebook, opened: list[tuple[Layer, Store]]) -> Bench:
    return Bench(order=ORDER, rulebook=book, layers=opened, translator=Translator("en"))


def ledger_of(out: Path, bench: Bench, **other: object) -> Ledger:
    order = replace(bench.order, **other)  # type: ignore[arg-type]
    basis = ledger.basis_of(order, bench.rulebook.sha256, [layer for layer, _ in bench.layers])
    return Ledger(out=out, basis=basis)


def one(path: Path, **said: object) -> ProjectSpec:
    (spec,) = sources.find([str(path)], Asked(said=Said(**said))).projects  # type: ignore[arg-type]
    return spec


@pytest.fixture
def finished(tmp_path: Path, bench: Bench) -> tuple[Ledger, ProjectSpec]:
    """A project that is finished and kept."""
    spec = one(write(tmp_path / "a.geojson", feature(STEPPE)), kind="railway")
    kept = ledger_of(tmp_path / "out", bench)
    kept.keep(jobs.run(spec, bench))
    return kept, spec


# ----------------------------------------------------------------------------------------------
# The ledger
# ----------------------------------------------------------------------------------------------


def test_what_is_kept_comes_back_as_it_was(
    finished: tuple[Ledger, ProjectSpec], bench: Bench
) -> None:
    kept, spec = finished
    assert kept.finished(spec) == jobs.run(spec, bench).result


def test_a_cut_or_altered_entry_is_no_entry(finished: tuple[Ledger, ProjectSpec]) -> None:
    kept, spec = finished
    (entry,) = (kept.out / ledger.FOLDER / "finished").iterdir()
    whole = entry.read_bytes()

    @settings(max_examples=60, deadline=None)
    @given(st.integers(0, len(whole) - 1), st.booleans())
    def cut(at: int, flip: bool) -> None:
        if flip:
            entry.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        else:
            entry.write_bytes(whole[:at])
        assert kept.finished(spec) is None

    cut()
    entry.write_bytes(whole)
    assert kept.finished(spec) is not None


@pytest.mark.parametrize("harm", ["alter", "cut", "remove"])
def test_a_report_that_is_not_whole_is_written_anew(
    finished: tuple[Ledger, ProjectSpec], harm: str
) -> None:
    kept, spec = finished
    (report,) = (kept.out / jobs.REPORTS).iterdir()
    if harm == "alter":
        report.write_bytes(report.read_bytes().replace(b"major", b"minor", 1))
    elif harm == "cut":
        report.write_bytes(report.read_bytes()[:-1])
    else:
        report.unlink()
    assert kept.finished(spec) is None


def test_whatever_changes_the_result_makes_it_stale(
    finished: tuple[Ledger, ProjectSpec], bench: Bench, tmp_path: Path
) -> None:
    kept, spec = finished
    design = tmp_path / "d.yaml"
    design.write_text("fencing: no\n")
    for changed in (
        one(tmp_path / "a.geojson", kind="road"),
        one(tmp_path / "a.geojson", kind="railway", fenced="no"),
        one(tmp_path / "a.geojson", kind="railway", works=(4,)),
        one(tmp_path / "a.geojson", kind="railway", design=str(design)),
        replace(spec, name="other"),
        one(write(tmp_path / "a.geojson", feature(GOBI)), kind="railway"),
    ):
        assert kept.finished(changed) is None
    assert kept.finished(spec) is not None
    for other in (
        ledger_of(kept.out, bench, language="ru"),
        ledger_of(kept.out, bench, formats=(Format.HTML,)),
        ledger_of(kept.out, bench, framework_ids=("ifc-ps6",)),
        ledger_of(kept.out, bench, fail_on=Significance.MAJOR),
        replace(kept, basis=kept.basis[::-1]),
        replace(kept, date="2026-11-23"),
    ):
        assert other.finished(spec) is None
    # Without a date of one's own, a batch that is resumed on another day is still the same.
    assert ledger_of(kept.out, bench, generated_on="2027-01-01").finished(spec) is not None
    assert replace(kept, date="2026-11-22").finished(spec) is not None


def test_rules_and_layers_are_part_of_the_address(bench: Bench) -> None:
    layers = [layer for layer, _ in bench.layers]
    basis = ledger.basis_of(ORDER, bench.rulebook.sha256, layers)
    assert basis != ledger.basis_of(ORDER, "0" * 64, layers)
    assert basis != ledger.basis_of(ORDER, bench.rulebook.sha256, layers[1:])
    other = replace(layers[0], spec=replace(layers[0].spec, hash="sha256:" + "0" * 64))
    assert basis != ledger.basis_of(ORDER, bench.rulebook.sha256, [other, *layers[1:]])


def test_a_neighbour_that_changes_makes_no_feature_stale(tmp_path: Path) -> None:
    first = write_gpkg(tmp_path / "a.gpkg", [feature(GOBI, n="1"), feature(ALTAI, n="2")])
    before = sources.find([str(first)], Asked(id_field="n")).projects
    first.unlink()
    write_gpkg(first, [feature(GOBI, n="1"), feature(STEPPE, n="2")])
    after = sources.find([str(first)], Asked(id_field="n")).projects
    assert before[0] == after[0]
    assert before[1].source_sha256 != after[1].source_sha256


# ----------------------------------------------------------------------------------------------
# The command
# ----------------------------------------------------------------------------------------------


def command(folder: Path, out: Path, *more: str) -> tuple[str, ...]:
    return ("batch", str(folder), "--out", str(out), "--format", "json", "--jobs", "2", *more)


def test_resuming_screens_what_is_new_or_stale_alone(tmp_path: Path) -> None:
    folder, out = portfolio(tmp_path / "in"), tmp_path / "out"
    run_here(*command(folder, out, *DATE))
    before = {path: path.stat().st_mtime_ns for path in (out / "projects").iterdir()}
    write(folder / "gobi.geojson", feature(GOBI, kind="railway", name="other"))
    write(folder / "new.geojson", feature(STEPPE, kind="road"))
    done = run_here(*command(folder, out, "--resume", *DATE))
    assert "6 projects, 3 of them finished before" in done.stderr
    after = {path: path.stat().st_mtime_ns for path in (out / "projects").iterdir()}
    assert {p.name for p in after if before.get(p) != after[p]} == {"gobi.json", "new.json"}
    assert rows(out)["gobi"]["name"] == "other"
    run_here(*command(folder, tmp_path / "fresh", *DATE))
    assert written(out) == written(tmp_path / "fresh")


def test_without_resume_everything_is_screened_again(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    write(folder / "a.geojson", feature(GOBI, kind="road"))
    for _ in range(2):
        done = run_here(*command(folder, out, *DATE))
        assert "finished before" not in done.stderr


def test_a_batch_resumed_on_another_day_keeps_its_days(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    write(folder / "a.geojson", feature(GOBI, kind="road"))
    run_here(*command(folder, out, "--date", "2020-01-01"))
    write(folder / "b.geojson", feature(ALTAI, kind="road"))
    run_here(*command(folder, out, "--resume"))
    found = rows(out)
    assert found["a"]["generated_on"] == "2020-01-01"
    assert found["b"]["generated_on"] > "2020-01-01"
    assert (
        json.loads((out / "summary.json").read_text())["run"]["generated_on"]
        == (found["b"]["generated_on"])
    )


def many(folder: Path) -> Path:
    """Fourteen short projects, so that there is something to kill in the middle of."""
    for number in range(12):
        line = [(x + number / 10, y) for x, y in STEPPE]
        write(folder / f"p{number}.geojson", feature(line, kind="railway"))
    (folder / "broken.geojson").write_text("no")
    write(folder / "gobi.geojson", feature(GOBI, kind="road"))
    return folder


def start(folder: Path, out: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "camiscreen", *command(folder, out, *DATE, *more)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )


def killed_and_resumed(tmp_path: Path, times: int) -> int:
    """How many of the runs went on with what had been finished before they were killed."""
    folder = many(tmp_path / "in")
    begun = time.monotonic()
    run_here(*command(folder, tmp_path / "whole", *DATE))
    whole_s = time.monotonic() - begun
    undisturbed = written(tmp_path / "whole")
    chance = random.Random(7)
    kept_before = 0
    for number in range(times):
        out = tmp_path / f"killed-{number}"
        process = start(folder, out)
        assert process.stderr is not None
        if number % 2:
            time.sleep(chance.uniform(0.1, 0.9) * whole_s)
        else:
            # Surely in the middle, however busy the machine is.
            until = f"[{chance.randrange(2, 9)}/"
            while (line := process.stderr.readline()) and not line.startswith(until):
                pass
            time.sleep(chance.uniform(0, 0.3))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        done = run_here(*command(folder, out, "--resume", *DATE))
        kept_before += "finished before" in done.stderr
        assert written(out) == undisturbed
    return kept_before


@pytest.mark.skipif(os.name == "nt", reason="no process groups to kill")
def test_killed_at_random_and_resumed_it_is_as_if_nothing_had_been(tmp_path: Path) -> None:
    assert killed_and_resumed(tmp_path, 3) > 0


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="no process groups to kill")
def test_killed_twenty_times(tmp_path: Path) -> None:
    assert killed_and_resumed(tmp_path, 20) > 0


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    folder, out = many(tmp_path / "in"), tmp_path / "out"
    process = start(folder, out)
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("[1/"):
            break
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert children
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and any(Path("/proc", pid).exists() for pid in children):
        time.sleep(0.1)
    assert [pid for pid in children if Path("/proc", pid).exists()] == []
    run_here(*command(folder, out, "--resume", *DATE))
    run_here(*command(folder, tmp_path / "whole", *DATE))
    assert written(out) == written(tmp_path / "whole")


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to another process")
@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM"])
def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(tmp_path: Path, how: str) -> None:
    folder, out = many(tmp_path / "in"), tmp_path / "out"
    process = start(folder, out)
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if line.startswith("[2/"):
            # A terminal tells the whole group, a runner of jobs the process that it started.
            if how == "SIGINT":
                os.killpg(process.pid, signal.SIGINT)
            else:
                process.terminate()
            break
    lines += process.stderr.readlines()
    assert process.wait() == 130
    said = "".join(lines)
    assert "Interrupted" in said
    assert "--resume" in said
    assert "Traceback" not in said
    assert not (out / "summary.json").exists()
    assert list((out / "projects").glob("*.json"))
    resumed = run_here(*command(folder, out, "--resume", *DATE))
    assert "finished before" in resumed.stderr
    run_here(*command(folder, tmp_path / "whole", *DATE))
    assert written(out) == written(tmp_path / "whole")


def test_two_runs_at_once_into_one_folder_do_no_harm(tmp_path: Path) -> None:
    folder, out = many(tmp_path / "in"), tmp_path / "out"
    both = [start(folder, out) for _ in range(2)]
    for process in both:
        process.communicate()
        assert process.returncode == 2
    run_here(*command(folder, tmp_path / "whole", *DATE))
    assert written(out) == written(tmp_path / "whole")


@pytest.mark.skipif(os.name == "nt", reason="a terminal of POSIX")
def test_ctrl_c_while_workers_load_is_no_traceback(tmp_path: Path) -> None:
    """Ctrl-C reaches every process of a terminal, also a worker that is not yet ours."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys, time\n"
        "if any('spawn_main' in word for word in sys.orig_argv):\n"
        "    open('loading', 'w').close()\n"
        "    time.sleep(2)\n"
    )
    write(tmp_path / "in" / "a.geojson", feature(GOBI, kind="road"))
    process = subprocess.Popen(
        [sys.executable, "-m", "camiscreen", *command(tmp_path / "in", tmp_path / "out")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        encoding="utf-8",
        start_new_session=True,
    )
    until = time.monotonic() + 60
    while not (tmp_path / "loading").exists() and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "Interrupted: " in said
    assert "Traceback" not in said
