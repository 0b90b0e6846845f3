"""A batch on a Dask cluster of processes: the same bytes as here, whatever workers are lost."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from camiscreen.portfolio import cluster
from camiscreen.portfolio.cluster_worker import Refused, Task, work
from camiscreen.portfolio.jobs import Order
from camiscreen.portfolio.spec import ProjectSpec, Said
from tests.conftest import ROOT, run_here
from tests.portfolio.projects import (
    DATE,
    STEPPE,
    feature,
    portfolio,
    rows,
    write,
    write_gpkg,
    written,
)

pytest.importorskip("distributed", reason="needs camiscreen[cluster]")


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[Any]:
    """A scheduler with two worker processes that share nothing with this one but the machine."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        local_directory=str(tmp_path / "dask"),
        silence_logs=50,
    ) as cluster:
        yield cluster


def inputs(folder: Path) -> tuple[str, ...]:
    portfolio(folder / "in")
    for number in range(12):
        line = [(x + number / 10, y) for x, y in STEPPE]
        write(folder / "in" / f"p{number}.geojson", feature(line, kind="railway"))
    write_gpkg(folder / "f.gpkg", [feature(STEPPE, n="f1"), feature(STEPPE, n="f2")])
    (folder / "d.yaml").write_text("fences: [{kp: [0, 9000], fenced: yes}]\n")
    (folder / "l.csv").write_text("file,id,kind,design\nin/p1.geojson,late,road,d.yaml\n")
    return (
        "batch", str(folder / "in"), str(folder / "f.gpkg"), str(folder / "l.csv"),
        "--each", "auto", "--kind", "railway", "--format", "json", *DATE,
    )  # fmt: skip


@pytest.mark.long
def test_the_same_bytes_as_on_one_machine(tmp_path: Path, scheduler: Any) -> None:
    command = inputs(tmp_path)
    here = run_here(*command, "--out", tmp_path / "here", "--jobs", "2")
    there = run_here(
        *command, "--out", tmp_path / "there", "--scheduler", scheduler.scheduler_address
    )
    assert here.returncode == there.returncode == 2, there.stderr
    assert written(tmp_path / "there") == written(tmp_path / "here")
    assert "d.yaml" in rows(tmp_path / "there")["late"]["reason"]
    again = run_here(
        *command,
        "--out",
        tmp_path / "there",
        "--resume",
        "--scheduler",
        scheduler.scheduler_address,
    )
    assert "18 of them finished before" in again.stderr


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
def test_a_worker_that_is_killed_loses_nothing(tmp_path: Path, scheduler: Any) -> None:
    command = inputs(tmp_path)
    run_here(*command, "--out", tmp_path / "here", "--jobs", "2")
    process = subprocess.Popen(
        [sys.executable, "-m", "camiscreen", *command, "--out", str(tmp_path / "there"),
         "--scheduler", scheduler.scheduler_address],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        encoding="utf-8",
    )  # fmt: skip
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("[4/"):
            victim = next(iter(scheduler.workers.values()))
            os.kill(victim.process.pid, signal.SIGKILL)
            break
    process.stderr.read()
    assert process.wait() == 2
    assert written(tmp_path / "there") == written(tmp_path / "here")


@pytest.mark.long
def test_a_worker_of_another_version_is_refused(tmp_path: Path, scheduler: Any) -> None:
    from distributed import Client

    path = write(tmp_path / "a.geojson", feature(STEPPE))
    spec = ProjectSpec(id="a", file=str(path), shown="a.geojson", said=Said(kind="road"))
    order = Order(
        language="en", formats=(), framework_ids=(), fail_on=None, generated_on="2026-11-22"
    )
    task = Task(version="0.0.0", order=order, layers=(), basis="x")
    with Client(scheduler.scheduler_address, set_as_default=False) as client:
        answer = client.submit(work, cluster.packed(spec), task, None).result()
    assert isinstance(answer, Refused)
    assert "0.0.0" in answer.reason
    assert "tcp://" in answer.reason


@pytest.mark.long
def test_layers_that_a_worker_has_not_are_shipped(
    tmp_path: Path, scheduler: Any, cache: Path
) -> None:
    own = tmp_path / "own"
    shutil.copytree(ROOT / "reference_layers" / "key_sites", own / "key_sites")
    manifest = own / "key_sites" / "layer.yaml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace('version: "', 'version: "my-', 1),
        encoding="utf-8",
    )
    assert "my-" in manifest.read_text(encoding="utf-8")
    folder = portfolio(tmp_path / "in")
    command = ("batch", folder, "--layers", own, "--format", "json", *DATE)
    run_here(*command, "--out", tmp_path / "here")
    run_here(*command, "--out", tmp_path / "there", "--scheduler", scheduler.scheduler_address)
    assert (cache / "shipped-layers").is_dir()
    assert written(tmp_path / "there") == written(tmp_path / "here")


def test_no_scheduler_is_an_error_that_says_what_to_start(tmp_path: Path) -> None:
    write(tmp_path / "a.geojson", feature(STEPPE))
    begun = time.monotonic()
    done = run_here(
        "batch", tmp_path / "a.geojson", "--kind", "road", "--out", tmp_path / "o",
        "--scheduler", "nonsense://127.0.0.1:1",
    )  # fmt: skip
    assert done.returncode == 2
    assert "dask scheduler" in done.stderr
    assert time.monotonic() - begun < 30
