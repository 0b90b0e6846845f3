"""What a benchmark found: rows for people, and targets that are kept or missed; as Markdown."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = ("numpy", "shapely", "geopandas", "pyogrio", "pyproj", "duckdb", "click", "typst")


@dataclass(frozen=True, kw_only=True)
class Target:
    """Something that was to be reached: ``value`` at most, or at least, ``limit``."""

    name: str
    value: float
    limit: float
    at_least: bool = False
    unit: str = "x"

    @property
    def kept(self) -> bool:
        """Whether it was reached."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def row(self) -> list[str]:
        """Cells of the table of targets."""
        sign = "≥" if self.at_least else "≤"
        return [self.name, f"{self.value:.2f} {self.unit}", f"{sign} {self.limit:g} {self.unit}",
                "yes" if self.kept else "**no**"]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Section:
    """One part of the results."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()
    targets: Sequence[Target] = field(default=())

    def markdown(self) -> str:
        """The table and the remarks on it."""
        lines = [f"## {self.title}", "", *_table(self.head, self.rows), ""]
        lines += [f"* {note}" for note in self.notes]
        return "\n".join(lines).rstrip() + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    cells = [list(head), *map(list, rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in cells
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return [lines[0], rule, *lines[1:]]


def report(sections: Sequence[Section], scale: str) -> str:
    """Everything as one Markdown document."""
    targets = [target.row() for section in sections for target in section.targets]
    parts = ["# Benchmarks\n", _machine(scale)]
    if targets:
        kept = ["## Targets", "", *_table(["what", "measured", "target", "kept"], targets), ""]
        parts.append("\n".join(kept))
    return "\n".join([*parts, *(section.markdown() for section in sections)])


def _machine(scale: str) -> str:
    now = datetime.now(UTC).date().isoformat()
    cores = os.cpu_count()
    return (
        f"Made by `python -m benchmarks` on {now}: {_processor()}, {cores} cores, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"{', '.join(f'{name} {_version(name)}' for name in LIBRARIES)}. {scale} "
        "Only ratios within one run are meant to be quoted; they are medians of paired rounds, "
        "least and greatest in brackets.\n"
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def spread(ratio: tuple[float, float, float]) -> str:
    """A ratio with its spread: ``2.31 (2.20-2.44)``."""
    median, least, greatest = ratio
    return f"{median:.2f} ({least:.2f}-{greatest:.2f})"
