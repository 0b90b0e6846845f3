"""The projects of a batch on a Dask cluster, seen from the machine that asks.

A task carries the bytes of its project, so that no file system need be shared; its reports come
back, and this process alone writes them and the ledger. Layers are found on a worker by their hash
and shipped to it only where they are missing. A worker that is lost takes nothing with it: its
tasks run elsewhere, and what they need is sent along anew.
"""

import io
import pickle
import zipfile
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path
from typing import Any

from camiscreen import __version__, exit_codes
from camiscreen.errors import CamiscreenError
from camiscreen.layers.catalogue import Layer
from camiscreen.portfolio import jobs, results
from camiscreen.portfolio.cluster_worker import (
    LayerRef,
    Missing,
    Parcel,
    Refused,
    Task,
    receive,
    work,
)
from camiscreen.portfolio.jobs import Bench, Outcome
from camiscreen.portfolio.ledger import Ledger, fingerprint
from camiscreen.portfolio.pool import longest_first
from camiscreen.portfolio.results import Result
from camiscreen.portfolio.spec import ProjectSpec
from camiscreen.reading.vector_files import files_of

IN_FLIGHT = 2
"""Tasks handed out for each thread of the cluster: no worker waits, nothing piles up here."""

LARGEST_SHIPPED = 400_000_000
"""Bytes of a layer beyond which it must be put on the workers by other means."""

CONNECT_S = 30
WORKERS_S = 300


class ClusterError(CamiscreenError):
    """The cluster cannot be used as it is."""


def screened(
    specs: Sequence[ProjectSpec], bench: Bench, kept: Ledger, address: str
) -> Iterator[Result]:
    """Screen every project on the cluster; results come as they are finished, in no order.

    Raises ClusterError where the cluster cannot be reached or used.
    """
    client = _connect(address)
    try:
        _wait_for_workers(client, address)
        yield from _Batch(client, bench, kept).screened(specs)
    finally:
        client.close()


def _connect(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError(
            "--scheduler needs Dask; install it with: pip install 'camiscreen[cluster]'"
        ) from error
    try:
        return Client(address, timeout=CONNECT_S, set_as_default=False)
    # Which of its own, asyncio's and the system's errors Dask raises depends on the address.
    except Exception as error:
        raise ClusterError(
            f"{address}: no Dask scheduler answers there ({type(error).__name__}: {error}); start "
            "one with dask scheduler, and workers with dask worker"
        ) from error


def _wait_for_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=WORKERS_S)
    except TimeoutError as error:
        raise ClusterError(
            f"{address}: no worker came in {WORKERS_S} s; start some with dask worker {address}"
        ) from error


class _Batch:
    """One batch on one cluster."""

    def __init__(self, client: Any, bench: Bench, kept: Ledger) -> None:
        self._client = client
        self._bench = bench
        self._kept = kept
        self._by_name = {layer.spec.name: layer for layer, _ in bench.layers}
        self._task = Task(
            version=__version__,
            order=bench.order,
            layers=tuple(
                LayerRef(name=layer.spec.name, sha256=fingerprint(layer))
                for layer, _ in bench.layers
            ),
            basis=kept.basis,
        )
        # A task, unlike scattered data, is done again where the worker that held it is lost.
        self._rulebook = client.submit(pickle.loads, pickle.dumps(bench.rulebook), pure=True)

    def screened(self, specs: Sequence[ProjectSpec]) -> Iterator[Result]:
        """Results as they are finished."""
        from distributed import as_completed

        waiting = deque(longest_first(specs))
        in_work: dict[str, ProjectSpec] = {}
        finished = as_completed(loop=self._client.loop)
        while waiting or in_work:
            while waiting and len(in_work) < self._room():
                spec = waiting.popleft()
                future = self._submitted(spec)
                if future is None:
                    yield self._kept_outcome(_unreadable(spec, self._bench))
                    continue
                in_work[future.key] = spec
                finished.add(future)
            if not in_work:
                continue
            future = next(finished)
            spec = in_work.pop(future.key)
            answer = self._answer(future, spec)
            future.release()
            if isinstance(answer, Missing):
                self._ship(answer)
                waiting.appendleft(spec)
                continue
            yield self._kept_outcome(answer)

    def _room(self) -> int:
        return max(1, IN_FLIGHT * sum(map(int, self._client.nthreads().values())))

    def _submitted(self, spec: ProjectSpec) -> Any:
        """The task of a project; None where its files cannot be read here."""
        try:
            parcel = packed(spec)
        except OSError:
            return None
        return self._client.submit(work, parcel, self._task, self._rulebook, pure=False, retries=0)

    def _answer(self, future: Any, spec: ProjectSpec) -> Outcome | Missing:
        from distributed import KilledWorker

        on = self._bench.order.generated_on
        try:
            answer = future.result()
        except CancelledError as error:
            raise ClusterError(
                "the scheduler was lost; what is finished is kept: run it again with --resume"
            ) from error
        except KilledWorker:
            reason = "it ended every worker that took it; most often memory has run out there"
        # Whatever a worker could not say in an Outcome is no fault of the project.
        except Exception as error:
            reason = f"internal error on the cluster ({type(error).__name__}: {error})"
        else:
            if isinstance(answer, Refused):
                raise ClusterError(answer.reason)
            # Files of this machine are named in the specification that stayed here.
            return replace(answer, spec=spec) if isinstance(answer, Outcome) else answer
        failed = results.failed(spec, reason, code=exit_codes.BUG, generated_on=on)
        return Outcome(spec=spec, result=failed, files={})

    def _kept_outcome(self, outcome: Outcome) -> Result:
        try:
            self._kept.keep(outcome)
        except CamiscreenError as error:
            on = self._bench.order.generated_on
            return results.failed(outcome.spec, str(error), code=exit_codes.USER, generated_on=on)
        return outcome.result

    def _ship(self, missing: Missing) -> None:
        """Send layers to the worker that has them not; if it is lost meanwhile, so be it."""
        wanted = {ref.name: ref for ref in self._task.layers}
        for name in missing.names:
            data = _zipped(self._by_name[name])
            future = self._client.submit(
                receive, wanted[name], data, workers=[missing.worker], pure=False, retries=0
            )
            try:
                future.result(timeout=600)
            # A worker that went away asks no more; another one will ask for itself.
            except Exception:
                future.cancel()


def _unreadable(spec: ProjectSpec, bench: Bench) -> Outcome:
    """The row that screening here would give: it says why the files cannot be read."""
    return jobs.run(spec, bench)


def packed(spec: ProjectSpec) -> Parcel:
    """A project with its bytes. Raises OSError where they cannot be read."""
    files: list[tuple[str, bytes]] = []
    if spec.problem is None:
        if spec.feature is not None:
            from camiscreen.reading import vector_features

            layer = spec.layers[0] if spec.layers else None
            try:
                read = vector_features.feature(Path(spec.file), layer, spec.feature)
            except CamiscreenError as error:
                raise OSError(str(error)) from error
            files = [(Path(spec.file).name, pickle.dumps(read))]
        else:
            path = Path(spec.file)
            if not path.is_file():
                raise FileNotFoundError(spec.file)
            files = [(part.name, part.read_bytes()) for part in files_of(path)]
    design = None
    if spec.said.design is not None:
        path = Path(spec.said.design)
        design = (path.name, path.read_bytes())
    return Parcel(spec=spec, files=tuple(files), design=design)


def _zipped(layer: Layer) -> bytes:
    """A layer's folder as an archive, without what is not part of it."""
    files = sorted(path for path in layer.folder.rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in files)
    if size > LARGEST_SHIPPED:
        raise ClusterError(
            f"layer {layer.spec.name}: {size / 1e6:,.0f} MB are too much to send to every worker; "
            "add it on the workers (camiscreen layers add) or put its folder there, named by "
            "CAMISCREEN_DATA_DIR; workers find it by its hash"
        )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.writestr(path.relative_to(layer.folder).as_posix(), path.read_bytes())
    return buffer.getvalue()
