"""The limit: lengths by a compiled kernel that does nothing else, where there is a C compiler.

``limit.c`` is compiled beside the data and called through ctypes. It is no peer, for nobody would
ship it: it tells how far from what a processor needs at the least a screening is.
"""

import ctypes
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.answers import Answers

SOURCE = Path(__file__).with_name("limit.c")


def compiler() -> str | None:
    """The C compiler of this machine: what CC names, else cc, gcc or clang."""
    names = [os.environ.get("CC", ""), "cc", "gcc", "clang"]
    return next((found for name in names if name and (found := shutil.which(name))), None)


class Limit:
    """Lengths only, everything prepared."""

    name = "limit: compiled banded edges, lengths only"

    def __init__(self, folder: Path) -> None:
        import pyogrio

        lines = shapely.from_wkb(pyogrio.raw.read(folder / "routes.fgb")[2])
        polygons = shapely.from_wkb(pyogrio.raw.read(folder / "polygons.fgb")[2])
        self.library = _compiled(folder)
        self.xy = np.ascontiguousarray(shapely.get_coordinates(lines))
        self.starts = _starts(shapely.get_num_coordinates(lines))
        edges, counts = _edges(polygons)
        starts, boxes = _starts(counts), np.ascontiguousarray(shapely.bounds(polygons))
        self.built = self.library.limit_build(
            len(polygons), _pointer(edges), _pointer(starts), _pointer(boxes)
        )
        if not self.built:
            raise MemoryError("no memory for the bands")

    def measure(self) -> Answers:
        """Every length."""
        room = 1 << 20
        while True:
            route, polygon = np.zeros(room, dtype=np.int64), np.zeros(room, dtype=np.int64)
            metres = np.zeros(room)
            found = self.library.limit_measure(
                self.built, len(self.starts) - 1, _pointer(self.xy), _pointer(self.starts), room,
                _pointer(route), _pointer(polygon), _pointer(metres),
            )  # fmt: skip
            if found >= 0:
                return Answers.of((route[:found], polygon[:found], metres[:found]))
            room *= 2


def _compiled(folder: Path) -> ctypes.CDLL:
    """The library. Raises CalledProcessError where the compiler refuses."""
    cc = compiler()
    if cc is None:
        raise FileNotFoundError("no C compiler")
    made = folder / "limit.so"
    subprocess.run([cc, "-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC",
                    str(SOURCE), "-o", str(made), "-lm"], check=True)  # fmt: skip
    library = ctypes.CDLL(str(made))
    address, whole = ctypes.c_void_p, ctypes.c_int64
    library.limit_build.argtypes = [whole, address, address, address]
    library.limit_build.restype = address
    library.limit_measure.argtypes = [address, whole, address, address, whole, *[address] * 3]
    library.limit_measure.restype = whole
    return library


def _edges(polygons: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Edges (n, 4) of the outlines, polygon by polygon, and how many each has."""
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    first = np.flatnonzero(ring[1:] == ring[:-1])
    counts = np.bincount(polygon[ring[first]], minlength=len(polygons))
    return np.ascontiguousarray(np.hstack([xy[first], xy[first + 1]])), counts.astype(np.int64)


def _starts(counts: NDArray[np.integer]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _pointer(values: NDArray[np.float64] | NDArray[np.int64]) -> int:
    return int(values.ctypes.data)
