"""The projects of a batch on all cores of one machine.

Each worker process opens rules and layers once and writes the files of its projects itself; only
rows and digests come back. Workers are spawned, so that Windows, macOS and Linux behave alike. A
worker that dies takes no other project with it: what was in work is tried once more, alone.
"""

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

from camiscreen import exit_codes
from camiscreen.errors import CamiscreenError
from camiscreen.portfolio import jobs, results
from camiscreen.portfolio.jobs import Bench, Order
from camiscreen.portfolio.ledger import Ledger
from camiscreen.portfolio.results import Result
from camiscreen.portfolio.spec import ProjectSpec
from camiscreen.values import dataclass

DIED = (
    "the process that screened it ended twice without a word, the second time with nothing beside "
    "it; most often memory has run out (try a machine with more, or a simpler line)"
)

HEED_S = 1.0
"""How long Ctrl-C may go unheeded: on Windows a wait without end cannot be interrupted."""

MOST_WORKERS = 61
"""More handles than that Windows cannot wait for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a worker finds what it screens with, and where it keeps what it finished."""

    order: Order
    rule_dirs: tuple[Path, ...]
    layer_dirs: tuple[Path, ...]
    cache: Path
    ledger: Ledger


def usable_cores() -> int:
    """The processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def longest_first(specs: Iterable[ProjectSpec]) -> list[ProjectSpec]:
    """The largest project first, so that none is left running alone at the end."""
    return sorted(specs, key=lambda spec: (-spec.weight, spec.id))


def screened(specs: Sequence[ProjectSpec], place: Place, workers: int) -> Iterator[Result]:
    """Screen every project; results come as they are finished, in no order.

    On KeyboardInterrupt the projects in work are finished and kept; a second one ends them.
    """
    waiting = deque(longest_first(specs))
    workers = min(workers, MOST_WORKERS) if os.name == "nt" else workers
    suspects: list[ProjectSpec] = []
    while waiting:
        in_work: dict[Future[Result], ProjectSpec] = {}
        try:
            yield from _drained(waiting, in_work, place, min(workers, len(waiting)))
        except BrokenProcessPool:
            # Which of them the worker died of is not told; those that are innocent will pass.
            suspects += in_work.values()
    for spec in suspects:
        try:
            yield from _drained(deque([spec]), {}, place, 1)
        except BrokenProcessPool:
            on = place.order.generated_on
            yield results.failed(spec, DIED, code=exit_codes.BUG, generated_on=on)


def _drained(
    waiting: deque[ProjectSpec],
    in_work: dict[Future[Result], ProjectSpec],
    place: Place,
    workers: int,
) -> Iterator[Result]:
    """Results of one pool until nothing waits; what is in work stands in ``in_work``.

    One project more than there are workers is handed out, so that none waits for the next and
    nothing piles up. Raises BrokenProcessPool where a worker died.
    """
    pool = ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_open,
        initargs=(place,),
    )
    try:
        while waiting or in_work:
            while waiting and len(in_work) <= workers:
                spec = waiting.popleft()
                try:
                    with _ctrl_c_held():
                        in_work[pool.submit(_work, spec)] = spec
                except BrokenProcessPool:
                    waiting.appendleft(spec)
                    raise
            done, _ = wait(in_work, timeout=HEED_S, return_when=FIRST_COMPLETED)
            for future in done:
                result = future.result()
                del in_work[future]
                yield result
    finally:
        try:
            pool.shutdown(wait=True, cancel_futures=True)
        except KeyboardInterrupt:
            for process in multiprocessing.active_children():
                process.kill()
            raise


@contextmanager
def _ctrl_c_held() -> Iterator[None]:
    """Around what may start a process: it inherits that Ctrl-C is not for it, even while it loads.

    Ctrl-C reaches every process of a terminal; the parent alone decides what it means, and gets it
    right after. Windows has no such mask: there workers learn it once they have loaded.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# ----------------------------------------------------------------------------------------------
# In the worker
# ----------------------------------------------------------------------------------------------

_OPENED: list[tuple[Bench, Ledger]] = []
"""What this worker screens with: a pool hands its processes nothing but the task."""


def _open(place: Place) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.set_threshold(200_000, 20, 20)
    bench = jobs.open_bench(place.order, place.rule_dirs, place.layer_dirs, place.cache)
    _OPENED[:] = [(bench, place.ledger)]


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for its next task for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(spec: ProjectSpec) -> Result:
    bench, ledger = _OPENED[0]
    outcome = jobs.run(spec, bench)
    try:
        ledger.keep(outcome)
    except CamiscreenError as error:
        on = bench.order.generated_on
        return results.failed(spec, str(error), code=exit_codes.USER, generated_on=on)
    return outcome.result
