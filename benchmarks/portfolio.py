"""``python -m benchmarks.portfolio``: projects a second, and what a second worker is worth.

Routes are copies of lines moved about from a seed, so that no two are the same; those of the
examples unless a folder of vector files is given. Each run is a whole process with a warm cache.
Machines are noisy: only ratios of medians from one run are meant to be quoted.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
SEED = 20261122
RUNS = 3
COPIES = 12
JITTER_DEG = 0.3
FORMATS = ("json", "html,json", "html,json,pdf")


def moved(geometry: Any, east: float, north: float) -> Any:
    """Coordinates of a GeoJSON geometry, all moved by so many degrees."""
    if isinstance(geometry, list):
        if geometry and isinstance(geometry[0], int | float):
            return [round(geometry[0] + east, 6), round(geometry[1] + north, 6)]
        return [moved(item, east, north) for item in geometry]
    return {**geometry, "coordinates": moved(geometry["coordinates"], east, north)}


def make_projects(sources: Sequence[Path], folder: Path, copies: int) -> int:
    """Write jittered copies of every source; how many there are."""
    chance = random.Random(SEED)
    for path in sources:
        document = json.loads(path.read_text(encoding="utf-8"))
        for copy in range(copies):
            east, north = chance.uniform(-JITTER_DEG, JITTER_DEG), chance.uniform(-0.2, 0.2)
            features = [
                {**one, "geometry": moved(one["geometry"], east, north)}
                for one in document["features"]
                if one["geometry"]
            ]
            target = folder / f"{path.stem}-{copy:03d}.geojson"
            target.write_text(json.dumps({**document, "features": features}), encoding="utf-8")
    return len(sources) * copies


def batch_s(projects: Path, out: Path, jobs: int, formats: str) -> tuple[float, float]:
    """Wall and processor seconds of one batch. Raises CalledProcessError where it fails."""
    command = [sys.executable, "-m", "camiscreen", "batch", str(projects), "--kind", "road",
               "--out", str(out), "--jobs", str(jobs), "--format", formats, "--quiet",
               "--date", "2026-11-22", "--fail-on", "never"]  # fmt: skip
    before, started = _children_s(), time.perf_counter()
    # Exit code 3, something could not be assessed, is what moved lines may well come to.
    done = subprocess.run(command, check=False, capture_output=True)
    taken = time.perf_counter() - started
    if done.returncode not in {0, 3}:
        raise subprocess.CalledProcessError(done.returncode, command, stderr=done.stderr)
    return taken, _children_s() - before


def _children_s() -> float:
    """Processor seconds of all finished child processes: what a loaded machine does not change."""
    times = os.times()
    return times.children_user + times.children_system


def measure(
    sources: Sequence[Path],
    *,
    copies: int = COPIES,
    runs: int = RUNS,
    formats: Sequence[str] = FORMATS,
) -> None:
    """Time one worker against two and print medians, rates and the ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        count = make_projects(sources, folder / "in", copies)
        print(f"{count} projects, seed {SEED}, {os.cpu_count()} cores, medians of {runs} runs")
        print(
            f"{'formats':12} {'jobs':>4} {'wall s':>8} {'min':>7} {'projects/s':>11} "
            f"{'x one':>6} {'cpu s':>7} {'projects/cpu s':>15}"
        )
        for written in formats:
            taken: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
            # In turn, so that what else the machine does falls on both alike; one warm-up.
            for run in range(runs + 1):
                for jobs, seconds in taken.items():
                    second = batch_s(folder / "in", folder / "out", jobs, written)
                    if run:
                        seconds.append(second)
            one_s = statistics.median(wall for wall, _ in taken[1])
            for jobs, seconds in taken.items():
                wall = statistics.median(wall for wall, _ in seconds)
                cpu = statistics.median(cpu for _, cpu in seconds)
                print(
                    f"{written:12} {jobs:4} {wall:8.2f} {min(w for w, _ in seconds):7.2f} "
                    f"{count / wall:11.2f} {one_s / wall:6.2f} {cpu:7.2f} {count / cpu:15.2f}"
                )


def main(arguments: Sequence[str]) -> None:
    """Measure the examples, or a folder; then copies of each file, and the formats written."""
    folder = Path(arguments[0]) if arguments else EXAMPLES
    copies = int(arguments[1]) if len(arguments) > 1 else COPIES
    formats = arguments[2:] or FORMATS
    measure(sorted(folder.glob("*.geojson")), copies=copies, formats=formats)


if __name__ == "__main__":
    main(sys.argv[1:])
