"""What is going on, on stderr: said only where a step takes more than a second."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

PATIENCE_S = 1.0


class Progress:
    """Names each step once it has taken longer than a second; with ``verbose`` at once."""

    def __init__(self, *, quiet: bool, verbose: bool) -> None:
        self.quiet = quiet
        self.verbose = verbose and not quiet

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Around one step; ``text`` says what it does."""
        if self.quiet:
            yield
            return
        started = time.perf_counter()
        if self.verbose:
            yield
            click.echo(f"{text} ({time.perf_counter() - started:.2f} s)", err=True)
            return
        timer = threading.Timer(PATIENCE_S, lambda: print(f"{text} ...", file=sys.stderr))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


class Counter:
    """How far a long step got: a bar on a terminal, a line every few seconds elsewhere.

    Used as a context manager; nothing is shown of what takes less than a second.
    """

    EVERY_S = 5.0

    def __init__(self, what: str, *, quiet: bool) -> None:
        self._what = what
        self._quiet = quiet
        self._started = self._said = time.perf_counter()
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> "Counter":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def at(self, done: int, total: int) -> None:
        """So many features are read, of ``total`` if that is not 0."""
        now = time.perf_counter()
        if self._quiet or now - self._started < PATIENCE_S:
            return
        if sys.stderr.isatty():
            self._draw(done, total)
        elif now - self._said >= self.EVERY_S:
            self._said = now
            of = f" of {total:,}" if total else ""
            click.echo(f"{self._what}: {done:,}{of} features", err=True)

    def _draw(self, done: int, total: int) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._bar.add_task(self._what, total=total or None)
            self._bar.start()
        self._bar.update(self._task, completed=done)
