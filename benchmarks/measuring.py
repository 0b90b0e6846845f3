"""Thousands of routes against the layer, measuring only, by camiscreen and every peer at hand."""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks import data
from benchmarks.answers import Answers, compare
from benchmarks.peers import PEERS, PostGIS
from benchmarks.tables import Section, Target, spread
from benchmarks.timing import FailedError, Rounds, Run, environment
from benchmarks.work import OURS

TWO = "camiscreen, two workers"
LENGTHS_ONLY = frozenset({"overlay"})


def sections(made: data.Data, rounds: int, peers: tuple[str, ...]) -> list[Section]:
    """Every way in a process of its own, in turn. Raises DisagreementError where answers differ."""
    left_out = [name for name in peers if not _at_hand(name)]
    ways = {OURS: (OURS, "1"), TWO: (OURS, "2")}
    ways |= {PEERS[name].name: (name, "1") for name in peers if name not in left_out}
    done = Rounds(runs={name: [] for name in ways})
    for turn in range(rounds):
        for name, (way, workers) in ways.items():
            out = made.folder / f"{way}-{workers}.npz"
            # The slow one that is compared with nothing runs once.
            if way == "overlay" and turn:
                done.runs[name].append(done.runs[name][0])
                continue
            done.runs[name].append(_run(way, workers, made.folder, out))
    ours = Answers.load(made.folder / f"{OURS}-1.npz")
    agreed = [f"two workers: {compare(Answers.load(made.folder / f'{OURS}-2.npz'), ours)}"]
    for name in peers:
        if name in left_out or name in LENGTHS_ONLY:
            continue
        theirs = Answers.load(made.folder / f"{name}-1.npz")
        agreed.append(f"{PEERS[name].name}: {compare(ours, theirs)}")
    if "overlay" in peers:
        agreed.append(_overlay(made.folder, ours))
    rows = [
        [name, f"{done.median_s(name):.2f}", f"{done.cpu_s(name):.2f}", f"{done.peak_mb(name):.0f}",
         spread(done.ratio(name, OURS)), f"{done.cpu_ratio(name, OURS):.2f}"]
        for name in ways
    ]  # fmt: skip
    targets = [
        Target(
            name="camiscreen, one worker / two workers",
            value=done.ratio(OURS, TWO)[0],
            limit=1.7,
            at_least=True,
        ),
        Target(name="memory, measuring", value=done.peak_mb(TWO), limit=1_200, unit="MB"),
    ]
    for name, limit in (("sjoin", 4.0), ("duckdb", 3.0)):
        if name in peers and name not in left_out:
            title = PEERS[name].name
            targets.append(Target(name=f"{title} / camiscreen", value=done.ratio(title, OURS)[0],
                                  limit=limit, at_least=True))  # fmt: skip
    return [
        Section(
            title=f"{made.scale.routes:,} routes, {made.scale.polygons:,} polygons, measuring only",
            head=["way", "s", "processor s", "MB", "/ camiscreen", "processor"],
            rows=rows,
            notes=[
                f"{rounds} rounds, one thread each, everything read and prepared beforehand "
                "(camiscreen opens its store and reads the tiles within the time).",
                *agreed,
                *(f"{PEERS[name].name}: not at hand." for name in left_out),
            ],
            targets=targets,
        )
    ]


def _at_hand(name: str) -> bool:
    needs = {"duckdb": ("duckdb", "duckdb_extension_spatial"), "postgis": ("psycopg",)}
    from importlib.util import find_spec

    missing = [module for module in needs.get(name, ()) if find_spec(module) is None]
    return not missing and (name != "postgis" or PostGIS.variable in os.environ)


def _run(way: str, workers: str, folder: Path, out: Path) -> Run:
    command = [sys.executable, "-m", "benchmarks.work", way, str(folder), str(out), workers]
    done = subprocess.run(command, env=environment({"OPENBLAS_NUM_THREADS": "1"}),
                          capture_output=True, text=True, check=False)  # fmt: skip
    if done.returncode:
        raise FailedError(f"{' '.join(command)}\n{done.stderr}")
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def _overlay(folder: Path, ours: Answers) -> str:
    """How far off lengths on a projection are; they are no answer to agree with."""
    lengths = {
        tuple(key): metres
        for key, metres in zip(
            ours.keys[ours.inside].tolist(), ours.metres[ours.inside].tolist(), strict=True
        )
    }
    theirs = Answers.load(folder / "overlay-1.npz")
    off = [
        abs(metres - lengths[key]) / lengths[key]
        for key, metres in zip(map(tuple, theirs.keys.tolist()), theirs.metres.tolist(),
                               strict=True)
        if lengths.get(key, 0.0) > 1_000
    ]  # fmt: skip
    wrong = sum(share > 1e-3 for share in off) / max(1, len(off))
    return f"geopandas overlay + Albers: {wrong:.0%} of lengths are off by more than 0.1 %."
