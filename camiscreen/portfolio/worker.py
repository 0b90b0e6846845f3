"""A worker process of a batch on this machine: opened once, then one project after the other.

Rules and layers are opened once in each; it writes the files of its projects itself, and only rows
and digests come back. The parent knows which project a process has and since when, so that one
that dies is told with its project, and one that takes too long can be ended alone: an executor of
the standard library can do neither. Processes are spawned, so that Windows, macOS and Linux behave
alike.
"""

import gc
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path

from camiscreen import exit_codes
from camiscreen.errors import CamiscreenError
from camiscreen.portfolio import jobs, results
from camiscreen.portfolio.jobs import Bench, Order
from camiscreen.portfolio.ledger import Ledger
from camiscreen.portfolio.results import Result
from camiscreen.portfolio.spec import ProjectSpec
from camiscreen.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a worker finds what it screens with, and where it keeps what it finished."""

    order: Order
    rule_dirs: tuple[Path, ...]
    layer_dirs: tuple[Path, ...]
    cache: Path
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class Opened:
    """A worker's first word: rules and layers are open, and its project begins now."""


@dataclass(frozen=True, slots=True)
class Died:
    """What stands for the answer of a process that ended without one."""


class Worker:
    """One process, as its parent sees it. ``spec`` is the project that it has, None if idle."""

    def __init__(self, place: Place, spec: ProjectSpec) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(place, theirs), daemon=True)
        self._since_s: float | None = None
        with _ctrl_c_held():
            self._process.start()
        # Held here too, it would never be seen to close.
        theirs.close()
        self.spec: ProjectSpec | None = None
        self.give(spec)

    def give(self, spec: ProjectSpec) -> None:
        """Hand it its next project; it must be idle."""
        self.spec = spec
        if self._since_s is not None:
            self._since_s = time.monotonic()
        self._send(spec)

    def heard(self) -> Opened | Result | Died:
        """What it says, once ``ready`` names it; it is idle after a result.

        Raises CamiscreenError where it cannot open what every project needs.
        """
        try:
            said = self._pipe.recv()
        except (EOFError, OSError):
            self.end()
            return Died()
        if isinstance(said, CamiscreenError):
            raise said
        if isinstance(said, Opened):
            self._since_s = time.monotonic()
            return said
        assert isinstance(said, Result)
        self.spec = None
        return said

    def has_had_s(self) -> float:
        """How long it has had its project; opening rules and layers does not count."""
        if self.spec is None or self._since_s is None:
            return 0.0
        return time.monotonic() - self._since_s

    def dismiss(self) -> None:
        """Tell it to go when its project is finished."""
        self._send(None)

    def is_gone(self, within_s: float) -> bool:
        """Whether a worker that was dismissed has gone, waiting for it so long at most."""
        with suppress(EOFError, OSError):
            if self._pipe.poll(within_s):
                # A result that nobody takes would keep it from going.
                self._pipe.recv()
            return False
        self._process.join()
        self._pipe.close()
        return True

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def _send(self, what: ProjectSpec | None) -> None:
        # One that has died is noticed where it is listened to.
        with suppress(OSError):
            self._pipe.send(what)


def ready(workers: Sequence[Worker], within_s: float) -> list[Worker]:
    """Those that have something to say, or have died, waiting for it so long at most."""
    found = wait([worker._pipe for worker in workers], timeout=within_s)
    return [worker for worker in workers if worker._pipe in found]


@contextmanager
def _ctrl_c_held() -> Iterator[None]:
    """Around the start of a process: it inherits that Ctrl-C is not for it, even while it loads.

    Ctrl-C reaches every process of a terminal; the parent alone decides what it means, and gets it
    right after. Windows has no such mask: there workers learn it once they have loaded.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Python starts its tracker of resources with the first process, and lifts the mask after it.
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# ----------------------------------------------------------------------------------------------
# In the worker
# ----------------------------------------------------------------------------------------------


def _serve(place: Place, pipe: "Connection[object, object]") -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.set_threshold(200_000, 20, 20)
    try:
        bench = jobs.open_bench(place.order, place.rule_dirs, place.layer_dirs, place.cache)
    except CamiscreenError as error:
        pipe.send(CamiscreenError(str(error)))
        return
    pipe.send(Opened())
    with suppress(EOFError):
        while isinstance(spec := pipe.recv(), ProjectSpec):
            pipe.send(_work(spec, bench, place.ledger))


def _end_with_parent() -> None:
    """A worker whose parent was killed would go on with its project, however long it takes."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(spec: ProjectSpec, bench: Bench, ledger: Ledger) -> Result:
    outcome = jobs.run(spec, bench)
    try:
        ledger.keep(outcome)
    except CamiscreenError as error:
        on = bench.order.generated_on
        return results.failed(spec, str(error), code=exit_codes.USER, generated_on=on)
    return outcome.result
