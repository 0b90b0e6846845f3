"""What a worker of a Dask cluster does with the projects that it is sent.

This module's one job, imported by name on the worker: nothing here knows the batch. What it sends
back is plain data; a worker that lacks a layer or is of another version says so.
"""

import io
import pickle
import tempfile
import threading
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from camiscreen import __version__, paths, screening
from camiscreen.errors import DataFileError
from camiscreen.i18n import Translator
from camiscreen.layers import catalogue
from camiscreen.layers.catalogue import Layer
from camiscreen.portfolio import jobs
from camiscreen.portfolio.jobs import Bench, Order, Outcome
from camiscreen.portfolio.ledger import fingerprint
from camiscreen.portfolio.spec import ProjectSpec
from camiscreen.reading.geojson import VectorLayer
from camiscreen.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRef:
    """A layer by what is in it, wherever it lies."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parcel:
    """A project with the bytes of its files, by name, and of its design."""

    spec: ProjectSpec
    files: tuple[tuple[str, bytes], ...]
    design: tuple[str, bytes] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """The answer of a worker that has not all layers: which, and where it is."""

    names: tuple[str, ...]
    worker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The answer of a worker that cannot give the same results."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What all tasks of a batch share; ``rulebook`` is pickled, ``basis`` names it all."""

    version: str
    order: Order
    layers: tuple[LayerRef, ...]
    basis: str


_BENCHES: dict[str, Bench] = {}
_ONE_AT_A_TIME = threading.Lock()
"""Readers of vector files set options of the process; a worker's threads must take turns."""


def work(parcel: Parcel, task: Task, rulebook: Any) -> Outcome | Missing | Refused:
    """Screen one project on a worker."""
    if task.version != __version__:
        return Refused(
            reason=f"worker {_here()} has camiscreen {__version__}, this machine {task.version}; "
            "install the same version on both"
        )
    with _ONE_AT_A_TIME:
        bench = _BENCHES.get(task.basis)
        if bench is None:
            found = _found(task.layers)
            missing = tuple(ref.name for ref in task.layers if ref not in found)
            if missing:
                return Missing(names=missing, worker=_here())
            layers = [found[ref] for ref in task.layers]
            bench = Bench(
                order=task.order,
                rulebook=rulebook,
                layers=screening.open_layers(layers, paths.cache_dir()),
                translator=Translator(task.order.language),
            )
            _BENCHES.clear()
            _BENCHES[task.basis] = bench
        return _unpacked_and_run(parcel, bench)


def _unpacked_and_run(parcel: Parcel, bench: Bench) -> Outcome:
    """The project from files of its own here; messages name those of the user all the same."""
    spec = parcel.spec
    with tempfile.TemporaryDirectory(prefix="camiscreen-") as folder:
        here = Path(folder)
        local = spec
        if parcel.files and spec.feature is None:
            for name, data in parcel.files:
                (here / name).write_bytes(data)
            local = replace(local, file=str(here / Path(spec.file).name))
        if parcel.design is not None:
            design = here / "design" / parcel.design[0]
            design.parent.mkdir()
            design.write_bytes(parcel.design[1])
            local = replace(local, said=replace(local.said, design=str(design)))
        read: VectorLayer | None = None
        if spec.feature is not None and parcel.files:
            read = pickle.loads(parcel.files[0][1])
        outcome = jobs.run(local, bench, read)
    reason = outcome.result.row.reason
    if reason is not None and spec.said.design is not None:
        reason = reason.replace(str(local.said.design), spec.said.design)
        row = replace(outcome.result.row, reason=reason)
        outcome = replace(outcome, result=replace(outcome.result, row=row))
    return replace(outcome, spec=spec)


def receive(ref: LayerRef, data: bytes) -> None:
    """Unpack a shipped layer into this worker's cache, whole or not at all."""
    folder = _shipped() / ref.sha256[:32]
    target = folder / ref.name
    if target.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as part:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            archive.extractall(Path(part) / ref.name)
        try:
            (Path(part) / ref.name).rename(target)
        except OSError:
            # Another process of this machine was quicker.
            if not target.is_dir():
                raise


def _shipped() -> Path:
    return paths.cache_dir() / "shipped-layers"


def _found(wanted: Sequence[LayerRef]) -> Mapping[LayerRef, Layer]:
    """The layers of this machine that are wanted: shipped with the tool, added, or received."""
    folders = [paths.data_dir("reference_layers"), paths.user_layers_dir()]
    folders += [_shipped() / ref.sha256[:32] for ref in wanted]
    names = {ref.name for ref in wanted}
    found: dict[LayerRef, Layer] = {}
    for folder in folders:
        for manifest in sorted(folder.glob("*/layer.yaml")) if folder.is_dir() else ():
            if manifest.parent.name not in names:
                continue
            try:
                layer = catalogue.read_catalogue([manifest.parent], paths.cache_dir())[0]
                ref = LayerRef(name=layer.spec.name, sha256=fingerprint(layer))
            except (DataFileError, OSError):
                continue
            if ref in wanted:
                found.setdefault(ref, layer)
    return found


def _here() -> str:
    from distributed import get_worker

    return str(get_worker().address)
