"""The projects of a batch on all cores of one machine.

Whatever a project does to the process that screens it, no other project is lost for it: one whose
worker dies is tried once more, alone, and one that takes longer than the limit is ended.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from camiscreen import exit_codes
from camiscreen.portfolio import results
from camiscreen.portfolio.results import Result
from camiscreen.portfolio.spec import ProjectSpec
from camiscreen.portfolio.worker import Died, Place, Worker, ready

DIED = (
    "the process that screened it ended twice without a word, the second time with nothing beside "
    "it; most often memory has run out (try a machine with more, or a simpler line)"
)

TOO_LONG = (
    "not assessed: it took longer than {limit_s:g} s and was ended; draw it with fewer or simpler "
    "lines, or give it more time with --timeout (0: no limit) and go on with --resume"
)

HEED_S = 1.0
"""How long Ctrl-C may go unheeded (on Windows a wait without end cannot be interrupted), and how
late the end of the time for a project may be noticed."""

MOST_WORKERS = 61
"""More handles than that Windows cannot wait for."""


def usable_cores() -> int:
    """The processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def longest_first(specs: Iterable[ProjectSpec]) -> list[ProjectSpec]:
    """The largest project first, so that none is left running alone at the end."""
    return sorted(specs, key=lambda spec: (-spec.weight, spec.id))


def screened(
    specs: Sequence[ProjectSpec], place: Place, workers: int, limit_s: float | None = None
) -> Iterator[Result]:
    """Screen every project; results come as they are finished, in no order.

    A project in work for longer than ``limit_s`` is ended, and its result says so; None is no
    limit. On KeyboardInterrupt the projects in work are finished and kept; a second one ends them.
    Raises CamiscreenError where rules or layers can no longer be opened.
    """
    waiting = deque(longest_first(specs))
    workers = min(workers, MOST_WORKERS) if os.name == "nt" else workers
    suspects = []
    for spec, result in _drained(waiting, place, min(workers, len(waiting)), limit_s):
        if result is None:
            suspects.append(spec)
        else:
            yield result
    # Memory that ran out beside others may do for a project that is alone.
    on = place.order.generated_on
    for suspect in suspects:
        for spec, result in _drained(deque([suspect]), place, 1, limit_s):
            yield result or results.failed(spec, DIED, code=exit_codes.BUG, generated_on=on)


def _drained(
    waiting: deque[ProjectSpec], place: Place, workers: int, limit_s: float | None
) -> Iterator[tuple[ProjectSpec, Result | None]]:
    """Each project with its result, None where the worker died of it, until nothing waits."""
    crew: list[Worker] = []
    try:
        while waiting or any(worker.spec for worker in crew):
            while waiting and len(crew) < workers:
                crew.append(Worker(place, waiting.popleft()))
            for worker in ready(crew, HEED_S):
                spec, heard = worker.spec, worker.heard()
                if isinstance(heard, Died):
                    crew.remove(worker)
                    if spec is not None:
                        yield spec, None
                elif isinstance(heard, Result) and spec is not None:
                    if waiting:
                        worker.give(waiting.popleft())
                    yield spec, heard
            for worker in [one for one in crew if limit_s and one.has_had_s() > limit_s]:
                crew.remove(worker)
                worker.end()
                assert worker.spec is not None
                yield worker.spec, _too_long(worker.spec, place, limit_s)
    finally:
        _sent_home(crew, limit_s)


def _too_long(spec: ProjectSpec, place: Place, limit_s: float | None) -> Result:
    reason = TOO_LONG.format(limit_s=limit_s)
    on = place.order.generated_on
    return results.failed(spec, reason, code=exit_codes.USER, generated_on=on)


def _sent_home(crew: Sequence[Worker], limit_s: float | None) -> None:
    """Let every worker finish what it has; Ctrl-C meanwhile ends them all."""
    try:
        for worker in crew:
            worker.dismiss()
        for worker in crew:
            while not worker.is_gone(HEED_S):
                if limit_s and worker.has_had_s() > limit_s:
                    worker.end()
                    break
    except KeyboardInterrupt:
        for worker in crew:
            worker.end()
        raise
