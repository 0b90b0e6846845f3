"""Worker processes that die take no other project with them."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from camiscreen import exit_codes
from camiscreen.errors import CamiscreenError
from camiscreen.i18n import Translator
from camiscreen.layers import catalogue
from camiscreen.portfolio import jobs, ledger, pool, sources
from camiscreen.portfolio.jobs import Bench, Order
from camiscreen.portfolio.ledger import Ledger
from camiscreen.portfolio.results import CRASHED, FAILED, SCREENED, Result
from camiscreen.portfolio.sources import Asked
from camiscreen.portfolio.worker import Place
from camiscreen.vocabulary import Format
from tests.conftest import ROOT, run_here
from tests.portfolio.projects import DATE, STEPPE, feature, rows, write

ORDER = Order(
    language="en",
    formats=(Format.JSON,),
    framework_ids=(),
    fail_on=None,
    generated_on="2026-11-22",
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills by signal")


@contextmanager
def killing(times: float) -> Iterator[None]:
    """Kill worker processes as soon as they appear, so many of them."""
    over = threading.Event()

    def kill() -> None:
        left = times
        while left > 0 and not over.is_set():
            for process in multiprocessing.active_children():
                if left > 0 and process.pid and process.is_alive():
                    os.kill(process.pid, signal.SIGKILL)
                    left -= 1
            time.sleep(0.05)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield
    finally:
        over.set()
        killer.join()


def screened(tmp_path: Path, cache: Path, count: int) -> list[Result]:
    for number in range(count):
        line = [(x + number / 10, y) for x, y in STEPPE]
        write(tmp_path / "in" / f"p{number}.geojson", feature(line, kind="railway"))
    layers = catalogue.read_catalogue([ROOT / "reference_layers"], cache)
    place = Place(
        order=ORDER,
        rule_dirs=(ROOT / "rules",),
        layer_dirs=(ROOT / "reference_layers",),
        cache=cache,
        ledger=Ledger(out=tmp_path / "out", basis=ledger.basis_of(ORDER, "x", layers)),
    )
    specs = sources.find([str(tmp_path / "in")], Asked()).projects
    return sorted(pool.screened(specs, place, 2), key=lambda result: result.row.id)


def test_a_worker_that_dies_once_costs_nothing(tmp_path: Path, cache: Path) -> None:
    with killing(1):
        found = screened(tmp_path, cache, 6)
    assert [result.row.id for result in found] == [f"p{n}" for n in range(6)]
    assert {result.row.status for result in found} == {SCREENED}


def test_a_project_whose_worker_always_dies_is_a_row_that_says_so(
    tmp_path: Path, cache: Path
) -> None:
    with killing(float("inf")):
        found = screened(tmp_path, cache, 2)
    assert [result.row.id for result in found] == ["p0", "p1"]
    for result in found:
        assert (result.row.status, result.row.exit_code) == (CRASHED, 1)
        assert "memory" in str(result.row.reason)
    assert not (tmp_path / "out" / "projects").exists()


def test_an_internal_error_is_a_row_with_exit_code_1(tmp_path: Path) -> None:
    spec = sources.ProjectSpec(
        id="a",
        file=str(write(tmp_path / "a.geojson", feature(STEPPE, kind="road"))),
        shown="a.geojson",
    )
    broken = Bench(
        order=ORDER,
        rulebook=None,  # type: ignore[arg-type]
        layers=(),
        translator=Translator("en"),
    )
    row = jobs.run(spec, broken).result.row
    assert (row.status, row.exit_code, row.verdict) == (CRASHED, 1, None)
    assert "internal error" in str(row.reason)
    assert exit_codes.worst([0, 2, 10, 3, row.exit_code]) == 1


def test_the_largest_project_goes_first() -> None:
    sizes = {"a": 10, "b": 30, "c": 20}
    specs = [
        sources.ProjectSpec(id=name, file=name, shown=name, weight=size)
        for name, size in sizes.items()
    ]
    assert [spec.id for spec in pool.longest_first(specs)] == ["b", "c", "a"]


def streets(path: Path) -> Path:
    """A town of 45,000 streets: no tangle, but over a minute to make alignments of."""
    west, south, step = 66.0, 46.0, 0.001
    corners = [(west + x * step, south + y * step) for x in range(150) for y in range(150)]
    lines = [[(x, y), (x + step, y)] for x, y in corners]
    lines += [[(x, y), (x, y + step)] for x, y in corners]
    town = feature(lines[0], kind="road")
    town["geometry"] = {"type": "MultiLineString", "coordinates": lines}
    return write(path, town)


def test_a_project_without_end_is_ended_and_the_others_are_screened(tmp_path: Path) -> None:
    streets(tmp_path / "in" / "endless.geojson")
    for number in range(3):
        line = [(x + number / 10, y) for x, y in STEPPE]
        write(tmp_path / "in" / f"p{number}.geojson", feature(line, kind="railway"))
    out = tmp_path / "out"
    args = ("batch", tmp_path / "in", "--out", out, "--format", "json", "--jobs", "1", *DATE)
    done = run_here(*args, "--timeout", "5", "--quiet")
    found = rows(out)
    assert [found[f"p{n}"]["status"] for n in range(3)] == [SCREENED] * 3
    endless = found["endless"]
    assert (endless["status"], endless["verdict"], endless["exit_code"]) == (FAILED, None, 2)
    assert "not assessed: it took longer than 5 s" in str(endless["reason"])
    assert "--timeout" in str(endless["reason"])
    assert done.returncode == 2
    assert not multiprocessing.active_children()
    # What was ended is not finished: resuming tries it again, and nothing else.
    done = run_here(*args, "--timeout", "1", "--resume")
    assert "4 projects, 3 of them finished before" in done.stderr
    assert "longer than 1 s" in str(rows(out)["endless"]["reason"])


def test_what_no_worker_can_open_stops_the_batch_with_its_reason(
    tmp_path: Path, cache: Path
) -> None:
    spec = sources.ProjectSpec(id="a", file="a.geojson", shown="a.geojson")
    place = Place(
        order=ORDER,
        rule_dirs=(ROOT / "rules",),
        layer_dirs=(tmp_path / "gone",),
        cache=cache,
        ledger=Ledger(out=tmp_path / "out", basis="x"),
    )
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "layer.yaml").write_text("name: [")
    with pytest.raises(CamiscreenError, match=r"layer\.yaml"):
        list(pool.screened([spec], place, 1))


def test_no_time_is_promised_that_a_cluster_does_not_keep(tmp_path: Path) -> None:
    write(tmp_path / "a.geojson", feature(STEPPE, kind="road"))
    done = run_here(
        "batch", tmp_path / "a.geojson", "--out", tmp_path / "out", "--timeout", "5",
        "--scheduler", "tcp://127.0.0.1:9",
    )  # fmt: skip
    assert (done.returncode, "leave out --timeout" in done.stderr) == (2, True)
