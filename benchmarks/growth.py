"""How cost grows with route length, vertices, routes, polygons and layers: slopes on log scales.

A slope of 1 means twice the work for twice the input. Each point is the least of several runs of
``measure_lines`` in this process, for the least is what the machine's noise disturbs least.
"""

import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely

from benchmarks import data
from benchmarks.answers import REACH_M
from benchmarks.tables import Section, Target
from camiscreen.geometry import geodesy
from camiscreen.layers.store import Store, open_store
from camiscreen.layers.store_writer import compile_store
from camiscreen.measuring.many import measure_lines
from camiscreen.model import Receptor, Text

STEPS = (1, 2, 4, 8, 16)
LATE = 2
"""From this step on what every call costs no longer hides how the work grows."""

LINEAR = 1.15
"""Slope up to which growth counts as linear: what a core shared with others adds is noise."""

BASE = data.Scale(polygons=2_000, routes=60)
SMALL = data.Scale(polygons=300, routes=15)


def sections(scratch: Path, rounds: int, base: data.Scale) -> list[Section]:
    """Every way to grow, by itself."""
    lines = _lines(base)
    store = _store(scratch / "base", data.polygons(base))
    found = [
        _row("length of the routes", rounds,
             lambda n: _measured(_lines(replace(base, length=float(n))), [store])),
        _row("vertices of the routes", rounds, lambda n: _measured(_finer(lines, n), [store])),
        _row("number of routes", rounds,
             lambda n: _measured(_lines(replace(base, routes=n * base.routes)), [store])),
        _row("number of polygons", rounds,
             lambda n: _measured(lines, [_store(scratch / f"p{n}", data.polygons(
                 replace(base, polygons=n * base.polygons)))])),
        _row("vertices of the polygons", rounds,
             lambda n: _measured(lines, [_store(scratch / f"v{n}", data.polygons(
                 replace(base, vertices=float(n))))])),
        _row("number of layers", rounds, lambda n: _measured(lines, n * [store])),
    ]  # fmt: skip
    shutil.rmtree(scratch, ignore_errors=True)
    return [
        Section(
            title="Growth of cost",
            head=[
                "what grows",
                *(f"ms at x{n}" for n in STEPS),
                "slope",
                f"slope from x{STEPS[LATE]}",
            ],
            rows=[row for row, _ in found],
            notes=[
                f"{base.routes} routes and {base.polygons:,} polygons at x1, measuring only; least "
                f"of {rounds} runs each. A slope of 1 is twice the time for twice the input.",
            ],
            targets=[
                Target(
                    name=f"growth with {row[0]}, from x{STEPS[LATE]}",
                    value=slope,
                    limit=LINEAR,
                    unit="(slope)",
                )
                for row, slope in found
            ],
        )
    ]


def _row(
    what: str, rounds: int, make: Callable[[int], Callable[[], None]]
) -> tuple[Sequence[str], float]:
    """The cells of a row, and its slope where the work outweighs what every call costs."""
    seconds = []
    for step in STEPS:
        work = make(step)
        work()
        seconds.append(min(_taken(work) for _ in range(rounds)))
    slope, late = (
        float(np.polyfit(np.log(STEPS[first:]), np.log(seconds[first:]), 1)[0])
        for first in (0, LATE)
    )
    cells = [what, *(f"{1000 * taken:.0f}" for taken in seconds), f"{slope:.2f}", f"{late:.2f}"]
    return cells, late


def _taken(work: Callable[[], None]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _measured(lines: Sequence[shapely.LineString], stores: Sequence[Store]) -> Callable[[], None]:
    def work() -> None:
        for store in stores:
            measure_lines(lines, store, REACH_M)

    return work


def _lines(scale: data.Scale) -> list[shapely.LineString]:
    return [
        shapely.LineString(geodesy.densify(shapely.get_coordinates(line)))
        for line in data.routes(scale)
    ]


def _finer(lines: Sequence[shapely.LineString], times: int) -> list[shapely.LineString]:
    """The same courses with so many times the vertices."""
    finer = []
    for line in lines:
        xy = shapely.get_coordinates(line)
        at = np.linspace(0, len(xy) - 1, times * (len(xy) - 1) + 1)
        finer.append(shapely.LineString(np.column_stack(
            [np.interp(at, np.arange(len(xy)), column) for column in xy.T])))  # fmt: skip
    return finer


def _store(folder: Path, shapes: Iterable[shapely.Polygon]) -> Store:
    content = (
        (Receptor(id=f"p{n}", name=Text(en="", ru=""), attributes={}), shape)
        for n, shape in enumerate(shapes)
    )
    compile_store(folder, content)
    opened = open_store(folder)
    assert opened is not None
    return opened
