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


def batch_s(projects: Path, out: Path, jobs: int, formats: str) -> float:
    """Wall seconds of one batch. Raises CalledProcessError where it fails."""
    command = [sys.executable, "-m", "camiscreen", "batch", str(projects), "--kind", "road",
               "--out", str(out), "--jobs", str(jobs), "--format", formats, "--quiet",
               "--date", "2026-11-22", "--fail-on", "never"]  # fmt: skip
    started = time.perf_counter()
    # Exit code 3, something could not be assessed, is what moved lines may well come to.
    done = subprocess.run(command, check=False, capture_output=True)
    taken = time.perf_counter() - started
    if done.returncode not in {0, 3}:
        raise subprocess.CalledProcessError(done.returncode, command, stderr=done.stderr)
    return taken


def measure(sources: Sequence[Path], *, copies: int = COPIES, runs: int = RUNS) -> None:
    """Time one worker against two and print medians, rates and the ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        count = make_projects(sources, folder / "in", copies)
        print(f"{count} projects, seed {SEED}, {os.cpu_count()} cores, median of {runs}")
        print(
            f"{'formats':12} {'jobs':>4} {'median s':>9} {'min':>7} {'projects/s':>11} {'x one':>6}"
        )
        for formats in ("json", "html,json"):
            one_s = 0.0
            taken: dict[int, list[float]] = {1: [], 2: []}
            for run in range(runs + 1):
                for jobs, seconds in taken.items():
                    second = batch_s(folder / "in", folder / "out", jobs, formats)
                    if run:
                        seconds.append(second)
            for jobs, seconds in taken.items():
                median = statistics.median(seconds)
                one_s = one_s or median
                print(
                    f"{formats:12} {jobs:4} {median:9.2f} {min(seconds):7.2f} "
                    f"{count / median:11.2f} {one_s / median:6.2f}"
                )


def main(arguments: Sequence[str]) -> None:
    """Measure the examples, or the GeoJSON files of the folder that is named."""
    folder = Path(arguments[0]) if arguments else EXAMPLES
    copies = int(arguments[1]) if len(arguments) > 1 else COPIES
    measure(sorted(folder.glob("*.geojson")), copies=copies)


if __name__ == "__main__":
    main(sys.argv[1:])
