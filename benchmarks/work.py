"""One way of measuring in a process of its own: prepared, timed, answers saved.

Usage: python -m benchmarks.work WAY FOLDER OUT.npz [WORKERS]; prints seconds and memory as JSON.
"""

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from benchmarks.answers import REACH_M, Answers
from benchmarks.limit import Limit
from benchmarks.peers import PEERS, PostGIS

OURS = "camiscreen"
LENGTHS = "lengths"
LIMIT = "limit"
BATCHES = 16


class Ours:
    """The product: lines against the compiled store of the layer that was added."""

    name = "camiscreen"

    def __init__(self, folder: Path, workers: int) -> None:
        import pyogrio

        self.folder = folder
        self.lines = shapely.from_wkb(pyogrio.raw.read(folder / "routes.fgb")[2])
        self.numbers = _numbers(folder)
        self.pool: Any = None
        if workers > 1:
            self.pool = ProcessPoolExecutor(workers, initializer=_store, initargs=(folder,))
            # Workers that stand ready, as they do after the first batch of a portfolio.
            list(self.pool.map(time.sleep, [0.2] * workers))
        else:
            _store(folder)

    def measure(self) -> Answers:
        """Every length and distance."""
        from camiscreen.layers.tiling import hilbert_order

        if self.pool is None:
            batches = [np.arange(len(self.lines))]
            found = [_measure(self.folder, self.lines)]
        else:
            order = hilbert_order(shapely.bounds(self.lines))
            batches = np.array_split(order, BATCHES)
            work = [self.lines[batch] for batch in batches]
            found = list(self.pool.map(_measure, [self.folder] * BATCHES, work))
        line = np.concatenate([batch[item[0]] for batch, item in zip(batches, found, strict=True)])
        owner = np.concatenate([item[1] for item in found])
        length, away = (np.concatenate([item[i] for item in found]) for i in (2, 3))
        met, polygon = away == 0, self.numbers[owner]
        return Answers.of((line[met], polygon[met], length[met]),
                          (line[~met], polygon[~met], away[~met]))  # fmt: skip


class Lengths:
    """What of the product the limit is the limit of: lengths alone, routes and tiles read."""

    def __init__(self, folder: Path) -> None:
        from camiscreen.measuring.many import batches

        self.numbers = _numbers(folder)
        ours = Ours(folder, 1)
        self.batches = list(batches(list(ours.lines), _store(folder), 0.0))
        for batch in self.batches:
            _ = batch.outline.boxes, batch.here.boxes, batch.table.boxes

    def measure(self) -> Answers:
        """Every length."""
        from camiscreen.measuring.many import lengths_of_batch

        columns = zip(*map(lengths_of_batch, self.batches), strict=True)
        line, owner, length = (np.concatenate(column) for column in columns)
        return Answers.of((line, self.numbers[owner], length))


@cache
def _store(folder: Path) -> Any:
    from camiscreen.layers.store import open_store

    opened = open_store(folder / "layers" / "benchmark" / "store")
    assert opened is not None
    return opened


def _measure(folder: Path, lines: Any) -> tuple[Any, ...]:
    from camiscreen.measuring.many import measure_lines

    met = measure_lines(list(lines), _store(folder), REACH_M)
    return met.line, met.owner, met.length_m, met.distance_m


def _numbers(folder: Path) -> Any:
    """The row in the FlatGeobuf of each receptor, for GDAL has put them in an order of its own."""
    import pyogrio

    ids = pyogrio.raw.read(folder / "polygons.fgb", columns=["id"], read_geometry=False)[3][0]
    row = {name: number for number, name in enumerate(ids)}
    return np.array([row[receptor.id] for receptor in _store(folder).receptors])


def peak_mb() -> float:
    """Largest memory of this process and, all together, of its children so far."""
    try:
        import resource
    except ImportError:
        return float("nan")
    used = [resource.getrusage(who).ru_maxrss
            for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]  # fmt: skip
    return sum(used) / (1024 if sys.platform != "darwin" else 1024**2)


def cpu_s() -> float:
    """Processor seconds of this process and of children that have ended."""
    return sum(os.times()[:4])


def main(way: str, folder: str, out: str, workers: str = "1") -> None:
    makes: dict[str, Callable[[], Any]] = {
        OURS: lambda: Ours(Path(folder), int(workers)),
        LENGTHS: lambda: Lengths(Path(folder)),
        LIMIT: lambda: Limit(Path(folder)),
        **{name: partial(peer, Path(folder)) for name, peer in PEERS.items()},
    }
    # As camiscreen's command line has it, for every way alike: looking for cycles as often as
    # Python does by default costs all that make many small objects.
    gc.set_threshold(200_000, 20, 20)
    prepared = makes[way]()
    started, cpu = time.perf_counter(), cpu_s()
    answers = prepared.measure()
    taken, used = time.perf_counter() - started, cpu_s() - cpu
    if isinstance(prepared, Ours) and prepared.pool is not None:
        prepared.pool.shutdown()
    answers.save(Path(out))
    # What worker processes and servers use is not seen from here.
    if getattr(prepared, "pool", None) is not None or isinstance(prepared, PostGIS):
        used = float("nan")
    print(json.dumps({"wall_s": taken, "cpu_s": used, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
