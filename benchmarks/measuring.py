"""Thousands of routes against the layer, measuring only, by camiscreen and every peer at hand."""

import json
import math
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import data
from benchmarks.answers import Answers, compare, something
from benchmarks.limit import Limit, compiler
from benchmarks.peers import PEERS, PostGIS
from benchmarks.tables import Section, Target, spread
from benchmarks.timing import FailedError, Rounds, Run, environment
from benchmarks.work import LENGTHS, LIMIT, OURS

TWO = "camiscreen, two workers"
ONLY_LENGTHS = "camiscreen, lengths only, all read"
LENGTHS_ONLY = frozenset({"overlay"})
NAMES: dict[str, str] = {name: peer.name for name, peer in PEERS.items()}  # type: ignore[attr-defined]


def sections(made: data.Data, rounds: int, peers: tuple[str, ...]) -> list[Section]:
    """Every way in a process of its own, in turn. Raises DisagreementError where answers differ."""
    left_out = [name for name in peers if not _at_hand(name)]
    ways = {OURS: (OURS, "1"), TWO: (OURS, "2"), ONLY_LENGTHS: (LENGTHS, "1")}
    if compiler() is not None:
        ways[Limit.name] = (LIMIT, "1")
    ways |= {NAMES[name]: (name, "1") for name in peers if name not in left_out}
    done = Rounds(runs={name: [] for name in ways})
    for turn in range(rounds):
        for name, (way, workers) in ways.items():
            out = made.folder / f"{way}-{workers}.npz"
            # The slow ones that nothing is to be reached against run once, in the first round.
            if way in {"overlay", "postgis"} and turn:
                continue
            done.runs[name].append(_run(way, workers, made.folder, out))
    rows = [
        [name, f"{done.median_s(name):.2f}", _known(done.cpu_s(name)), f"{done.peak_mb(name):.0f}",
         spread(done.ratio(name, OURS)), _known(done.cpu_ratio(name, OURS))]
        for name in ways
    ]  # fmt: skip
    return [
        Section(
            title=f"{made.scale.routes:,} routes, {made.scale.polygons:,} polygons, measuring only",
            head=["way", "s", "processor s", "MB", "/ camiscreen", "processor"],
            rows=rows,
            notes=[
                f"{rounds} rounds, one thread each, everything read and prepared beforehand "
                "(camiscreen opens its store and reads the tiles within the time).",
                *_agreed(made.folder, ways, tuple(name for name in peers if name not in left_out)),
                *(f"{NAMES[name]}: not at hand." for name in left_out),
            ],
            targets=_targets(done),
        )
    ]


def _agreed(folder: Path, ways: Mapping[str, tuple[str, str]], peers: Sequence[str]) -> list[str]:
    """What every way found against what camiscreen found, one sentence each."""
    ours = Answers.load(folder / f"{OURS}-1.npz")
    agreed = [f"two workers: {compare(Answers.load(folder / f'{OURS}-2.npz'), ours)}"]
    for way, name in ((LENGTHS, ONLY_LENGTHS), (LIMIT, Limit.name)):
        if name in ways:
            theirs = Answers.load(folder / f"{way}-1.npz")
            agreed.append(f"{name}: {compare(ours, theirs, lengths_only=True)}")
        else:
            agreed.append(f"{name}: not measured, for there is no C compiler.")
    for name in peers:
        if name not in LENGTHS_ONLY:
            theirs = Answers.load(folder / f"{name}-1.npz")
            agreed.append(f"{NAMES[name]}: {compare(ours, theirs)}")
    return [*agreed, *([_overlay(folder, ours)] if "overlay" in peers else [])]


def _targets(done: Rounds) -> list[Target]:
    """What was to be reached, as far as it was measured."""
    least = [(OURS, TWO, 1.7), (NAMES["sjoin"], OURS, 4.0), (NAMES["duckdb"], OURS, 3.0)]
    targets = [
        Target(name=f"{one} / {other}", value=done.ratio(one, other)[0], limit=limit, at_least=True)
        for one, other, limit in least
        if one in done.runs
    ]
    if Limit.name in done.runs:
        value = done.ratio(ONLY_LENGTHS, Limit.name)[0]
        targets.append(Target(name=f"{ONLY_LENGTHS} / {Limit.name}", value=value, limit=3.0))
    return [
        *targets,
        Target(name="memory, measuring", value=done.peak_mb(TWO), limit=1_200, unit="MB"),
    ]


def _known(seconds: float) -> str:
    """Nothing where processor time is that of other processes."""
    return "" if math.isnan(seconds) else f"{seconds:.2f}"


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
    something(len(off))
    wrong = sum(share > 1e-3 for share in off) / max(1, len(off))
    return f"geopandas overlay + Albers: {wrong:.0%} of lengths are off by more than 0.1 %."
