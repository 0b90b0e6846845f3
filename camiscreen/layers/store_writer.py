"""Writes the compiled form of a layer, receptor by receptor; ``store`` says how it is read."""

import json
import os
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from camiscreen.layers.store import open_store
from camiscreen.layers.store_files import (
    BLOCK_ROWS,
    BLOCKS,
    FILES,
    FORMAT,
    INDEX,
    PLACES,
    receptor_to_plain,
    sha256_of,
)
from camiscreen.layers.tiling import hilbert_order, tiles_of
from camiscreen.model import Receptor


class StoreWriter:
    """Writes a store receptor by receptor, so that a layer never stands in memory.

    Used as a context manager on an empty or missing folder; ``finish`` completes the store. The
    caller removes the folder where it is not completed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bounds = array("d")
        self._owners = array("i")
        self._tile_ends = array("q")
        self._crcs = array("I")
        self._places: list[tuple[int, ...]] = []
        self._by_species: Counter[str] = Counter()
        folder.mkdir(parents=True, exist_ok=True)
        self._unordered = (folder / "tiles.part").open("w+b")
        self._texts = (folder / "receptors.jsonl").open("wb")
        self._wholes = (folder / "wholes.wkb").open("wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in (self._unordered, self._texts, self._wholes):
            file.close()

    def __len__(self) -> int:
        return len(self._places)

    def add(self, receptor: Receptor, geometry: BaseGeometry) -> None:
        """Append one receptor with its geometry in degrees."""
        owner = len(self._places)
        for tile in tiles_of(geometry):
            data = shapely.to_wkb(tile)
            self._bounds.extend(tile.bounds)
            self._owners.append(owner)
            self._crcs.append(zlib.crc32(data))
            self._tile_ends.append(self._unordered.tell() + len(data))
            self._unordered.write(data)
        text = json.dumps(receptor_to_plain(receptor), ensure_ascii=False, sort_keys=True)
        # Half a character, which JSON can hold and UTF-8 cannot, becomes a question mark.
        places = (*_append(self._texts, f"{text}\n".encode(errors="replace")),
                  *_append(self._wholes, shapely.to_wkb(geometry)))  # fmt: skip
        self._places.append(places)
        self._by_species[receptor.species_id or ""] += 1

    def finish(self) -> None:
        """Order the tiles, write the index and the header. Raises OSError where the disk fails."""
        self._write_tiles()
        self._write_places()
        for file in (self._unordered, self._texts, self._wholes):
            file.close()
        (self._folder / "tiles.part").unlink()
        header = {
            "format": FORMAT,
            "receptors": len(self._places),
            "by_species": self._by_species,
            "files": {
                name: {
                    "bytes": (self._folder / name).stat().st_size,
                    "sha256": sha256_of(self._folder / name),
                }
                for name in FILES
            },
        }
        text = json.dumps(header, ensure_ascii=False, sort_keys=True)
        (self._folder / "header.json").write_text(text, encoding="utf-8", errors="replace")

    def _write_tiles(self) -> None:
        bounds = np.array(self._bounds, dtype=np.float64).reshape(-1, 4)
        order = hilbert_order(bounds)
        ends = np.array(self._tile_ends, dtype=np.int64)
        sizes = np.diff(ends, prepend=0)
        index = np.zeros(len(order), dtype=INDEX)
        index["bounds"] = bounds[order]
        index["owner"] = np.array(self._owners, dtype=np.int32)[order]
        index["crc"] = np.array(self._crcs, dtype=np.uint32)[order]
        index["end"] = np.cumsum(sizes[order])
        index["start"] = index["end"] - sizes[order]
        with (self._folder / "tiles.wkb").open("wb") as file:
            for tile in order:
                self._unordered.seek(int(ends[tile] - sizes[tile]))
                file.write(self._unordered.read(int(sizes[tile])))
        np.save(self._folder / "index.npy", index)
        starts = np.arange(0, len(index), BLOCK_ROWS)
        blocks = np.zeros(len(starts), dtype=BLOCKS)
        if len(index):
            low, high = index["bounds"][:, :2], index["bounds"][:, 2:]
            blocks["bounds"][:, :2] = np.minimum.reduceat(low, starts)
            blocks["bounds"][:, 2:] = np.maximum.reduceat(high, starts)
            blocks["crc"] = [
                zlib.crc32(index[start : start + BLOCK_ROWS].tobytes()) for start in starts
            ]
        np.save(self._folder / "blocks.npy", blocks)

    def _write_places(self) -> None:
        places = np.array([(*place, 0) for place in self._places], dtype=PLACES)
        rows = places.view(np.uint8).reshape(len(places), PLACES.itemsize)[:, :-4]
        places["crc"] = [zlib.crc32(row.tobytes()) for row in rows]
        np.save(self._folder / "places.npy", places)


def _append(file: BinaryIO, data: bytes) -> tuple[int, int, int]:
    """Write at the end; start, end and checksum of what was written."""
    start = file.tell()
    file.write(data)
    return start, start + len(data), zlib.crc32(data)


def compile_store(folder: Path, content: Iterable[tuple[Receptor, BaseGeometry]]) -> None:
    """Write a store for receptors with their geometry. Raises OSError where the disk fails."""
    part = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    _remove(part)
    try:
        with StoreWriter(part) as writer:
            for receptor, geometry in content:
                writer.add(receptor, geometry)
            writer.finish()
        _move_into_place(part, folder)
    finally:
        _remove(part)


def _remove(folder: Path) -> None:
    import shutil  # 2 ms that only compiling pays

    shutil.rmtree(folder, ignore_errors=True)


def _move_into_place(part: Path, folder: Path) -> None:
    """Replace a damaged store, but leave a sound one that another run finished meanwhile."""
    if folder.exists() and open_store(folder) is None:
        _remove(folder)
    try:
        part.rename(folder)
    except OSError:
        if open_store(folder) is None:
            raise
