"""What is going on, on stderr: said only where a step takes more than a second."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

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
