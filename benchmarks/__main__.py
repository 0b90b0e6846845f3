"""``python -m benchmarks``: what a check costs, against importing geopandas.

Machines are noisy and differ, so only ratios of medians from one run are meant to be quoted.
"""

import compileall
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "trans-mongolian-railway.geojson"
RUNS = 9


def whole_process_s(code: list[str]) -> float:
    """Wall seconds of one finished process. Raises CalledProcessError where it fails."""
    started = time.perf_counter()
    subprocess.run(code, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    """Time each command in turn, RUNS times, after one warm-up."""
    with tempfile.TemporaryDirectory() as folder:
        check = [sys.executable, "-m", "camiscreen", "check", str(EXAMPLE), "--out", folder,
                 "--date", "2026-11-22", "--quiet", "--format"]  # fmt: skip
        commands = {
            "import geopandas": [sys.executable, "-c", "import geopandas"],
            "import numpy, shapely": [sys.executable, "-c", "import numpy, shapely"],
            "import click": [sys.executable, "-c", "import click"],
            "camiscreen --help": [sys.executable, "-m", "camiscreen", "--help"],
            "check, json": [*check, "json"],
            "check, html + json": [*check, "html,json"],
            "check, html + json + pdf": [*check, "html,json,pdf"],
        }
        # What pip installs is byte-compiled; a checkout may not be.
        compileall.compile_dir(str(EXAMPLE.parent.parent / "camiscreen"), quiet=1)
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for run in range(RUNS + 1):
            for name, command in commands.items():
                taken = whole_process_s(command)
                if run:
                    seconds[name].append(taken)
    peer = statistics.median(seconds["import geopandas"])
    print(f"{'command':28} {'median s':>9} {'min':>7} {'max':>7} {'/ import geopandas':>19}")
    for name, taken in seconds.items():
        median = statistics.median(taken)
        print(f"{name:28} {median:9.3f} {min(taken):7.3f} {max(taken):7.3f} {median / peer:19.2f}")


if __name__ == "__main__":
    main()
