"""How far a batch got, on stderr: a live bar on a terminal, a line a project elsewhere."""

import sys
import time
from collections.abc import Sequence
from typing import Any

import click

from camiscreen.cli.batch_table import failure
from camiscreen.portfolio.results import Row
from camiscreen.report.text import short

NAME = 60


class BatchProgress:
    """Used as a context manager around the screening; nothing is said with ``quiet``."""

    def __init__(self, total: int, *, quiet: bool) -> None:
        self._total = total
        self._quiet = quiet
        self._done = 0
        self._started = time.perf_counter()
        self._bar: Any = None
        self._task: Any = None

    def plan(self, projects: int, finished: int, notes: Sequence[str]) -> None:
        """What will be screened, and what was left out or renamed on the way."""
        if self._quiet:
            return
        for note in notes:
            click.echo(note, err=True)
        kept = f", {finished} of them finished before" if finished else ""
        click.echo(f"{projects} project{'' if projects == 1 else 's'}{kept}", err=True)

    def __enter__(self) -> "BatchProgress":
        if not self._quiet and self._total and sys.stderr.isatty():
            self._start_bar()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def finished(self, row: Row) -> None:
        """One more project is finished, well or not."""
        self._done += 1
        if self._quiet:
            return
        name = short(f"{row.id}" if row.name == row.id else f"{row.id}  {row.name}", NAME)
        said = row.verdict or row.status
        if self._bar is None:
            line = failure(row) if row.reason else name
            click.echo(f"[{self._done}/{self._total}] {said:11} {line}", err=True)
            return
        if row.reason:
            from rich.text import Text

            self._bar.console.print(Text(f"{said}: {failure(row)}"))
        self._bar.update(self._task, completed=self._done, last=f"{said} {name}")

    def interrupted(self, finished: int, total: int, again: str) -> None:
        """Ctrl-C: what is kept, and how to go on."""
        click.echo(
            f"Interrupted: {finished} of {total} projects are finished and kept; no summary was "
            f"written. Go on with:\n  {again}",
            err=True,
        )

    def _start_bar(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        self._bar = Progress(
            TextColumn("Screening"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[last]}", markup=False),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("", total=self._total, last="")
        self._bar.start()
