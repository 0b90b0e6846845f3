"""Whole processes timed in turn: wall clock, processor time and peak memory of each.

Machines are noisy and differ, so commands that are compared run one after the other, round by
round, and what is quoted is the median of the ratios within the rounds, with their spread.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class FailedError(Exception):
    """A command that was to be timed failed."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One finished process. ``cpu_s`` and ``peak_mb`` are NaN where the system does not tell."""

    wall_s: float
    cpu_s: float
    peak_mb: float


@dataclass(kw_only=True)
class Rounds:
    """The runs of each command, round by round."""

    runs: dict[str, list[Run]] = field(default_factory=dict)

    def median_s(self, name: str) -> float:
        """Median wall time."""
        return statistics.median(run.wall_s for run in self.runs[name])

    def cpu_s(self, name: str) -> float:
        """Median processor time."""
        return statistics.median(run.cpu_s for run in self.runs[name])

    def peak_mb(self, name: str) -> float:
        """Largest peak of memory."""
        return max(run.peak_mb for run in self.runs[name])

    def ratio(self, name: str, other: str) -> tuple[float, float, float]:
        """Median, least and greatest of the ratios of wall times within the rounds.

        What ran in the first round alone is compared with what the other took in that round.
        """
        pairs = zip(self.runs[name], self.runs[other], strict=False)
        ratios = sorted(one.wall_s / two.wall_s for one, two in pairs)
        return statistics.median(ratios), ratios[0], ratios[-1]

    def cpu_ratio(self, name: str, other: str) -> float:
        """Median of the ratios of processor times within the rounds."""
        pairs = zip(self.runs[name], self.runs[other], strict=False)
        return statistics.median(one.cpu_s / two.cpu_s for one, two in pairs)


def environment(extra: Mapping[str, str] = {}) -> dict[str, str]:
    """That of this process, with this checkout on the path and byte code as pip leaves it."""
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return {**inherited, "PYTHONPATH": path, **extra}


def run(command: Sequence[str], env: Mapping[str, str]) -> Run:
    """Run a command to its end. Raises FailedError with what it said where it fails."""
    launched = subprocess.run(
        [sys.executable, "-S", "-E", str(ROOT / "benchmarks" / "launch.py"), *command],
        env=dict(env), stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    done = json.loads(launched.stdout)
    said, code = done.pop("said"), done.pop("code")
    # A check may end with 3 (something was not assessed) or 10 (a finding); it is finished then.
    if code not in {0, 3, 10}:
        raise FailedError(f"{' '.join(command)}: exit {code}\n{said}")
    return Run(**done)


def in_turn(commands: Mapping[str, Sequence[str]], env: Mapping[str, str], rounds: int) -> Rounds:
    """Every command once to warm up, then all of them round by round."""
    result = Rounds(runs={name: [] for name in commands})
    for command in commands.values():
        run(command, env)
    for _ in range(rounds):
        for name, command in commands.items():
            result.runs[name].append(run(command, env))
    return result
