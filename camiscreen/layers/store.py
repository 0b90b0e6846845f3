"""The compiled form of a layer: tiles in files that are memory-mapped.

A store is a folder: ``header.json`` (counts, hashes), ``index.npy`` (bounds, owner, place and
checksum of each tile), ``blocks.npy`` (bounds and checksum of every 64 rows of the index),
``tiles.wkb``, ``places.npy`` (where each receptor's text and whole geometry lie),
``receptors.jsonl`` and ``wholes.wkb``. It is written beside its place and moved there whole, so
that a killed or doubled run leaves either a complete store or none.

What is guaranteed: nothing that is not what was written is ever used. When a store is opened the
sizes of all files are compared, and the SHA-256 of the blocks and of small files. Larger ones would
cost more than the whole check; of them every piece that is read, a block of the index, a place, a
tile, a text, a whole geometry, is compared with its CRC-32 before it is used. That finds what disks
and copies do to files; someone who means to deceive can forge it, and ``damaged_files``, which
``camiscreen layers validate`` runs, finds that against the hashes.

Receptors and whole geometries are parsed only when they are asked for: 300,000 would cost seconds.
"""

import hashlib
import json
import mmap
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, overload

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from camiscreen.errors import LayerError
from camiscreen.geometry.bundles import envelopes
from camiscreen.layers.store_files import (
    BLOCK_ROWS,
    BLOCKS,
    FILES,
    FORMAT,
    INDEX,
    PLACES,
    array_of,
    receptor_from_plain,
    sha256_of,
)
from camiscreen.model import Receptor
from camiscreen.values import dataclass

HASHED_BYTES = 200_000
"""Files up to this size are hashed on opening; those of ten layers take a millisecond."""


class ReceptorFile(Sequence[Receptor]):
    """The receptors of a store by owner number, each parsed when it is asked for."""

    def __init__(self, folder: Path, places: NDArray[Any]) -> None:
        self._path = folder / "receptors.jsonl"
        self._places = places
        self._known: dict[int, Receptor] = {}

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> Receptor: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Receptor]: ...
    def __getitem__(self, index: int | slice) -> Receptor | Sequence[Receptor]:
        known = self._known.get(index) if isinstance(index, int) else None
        if known is not None:
            return known
        numbers = range(len(self))[index]
        if isinstance(numbers, range):
            return tuple(self.several(numbers).values())
        return self.several([numbers])[numbers]

    def several(self, numbers: Iterable[int]) -> Mapping[int, Receptor]:
        """Some receptors by number, those not yet known read in one go.

        Raises LayerError where one is damaged.
        """
        wanted = list(numbers)
        new = [number for number in wanted if number not in self._known]
        if new:
            self._known.update(zip(new, self._read(new), strict=True))
        return {number: self._known[number] for number in wanted}

    def __iter__(self) -> Iterator[Receptor]:
        for start in range(0, len(self), _AT_ONCE):
            yield from self._read(range(start, min(start + _AT_ONCE, len(self))))

    def _read(self, numbers: Sequence[int]) -> list[Receptor]:
        places = places_at(self._places, numbers, self._path)
        texts = _pieces(self._path, places["text"], places["text_end"], places["text_crc"])
        return [receptor_from_plain(data) for data in json.loads(b"[" + b",".join(texts) + b"]")]


_AT_ONCE = 1000
"""Receptors that are read together where all of them are gone through."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Store:
    """An opened store: its receptors, and its tiles on disk.

    ``by_species`` counts receptors by species id; those of no species stand under "".
    """

    folder: Path
    receptors: ReceptorFile
    index: NDArray[Any]
    blocks: NDArray[Any]
    places: NDArray[Any]
    by_species: Mapping[str, int]

    def within(self, boxes: NDArray[np.float64]) -> tuple[NDArray[Any], NDArray[np.int32]]:
        """Tiles (object array) that meet any of the (n, 4) boxes, and their owners.

        Raises LayerError where a tile is damaged.
        """
        rows = self._meeting(boxes)
        tiles = np.zeros(len(rows), dtype=object)
        if len(rows):
            tiles[:] = shapely.from_wkb(self._tiles(rows))
        return tiles, rows["owner"].astype(np.int32)

    def pairs(self, boxes: NDArray[np.float64]) -> "TilePairs":
        """Each of many boxes (n, 4) with every tile that meets it, the tiles as they lie on disk.

        Raises LayerError where a tile is damaged.
        """
        rows = self._in_blocks(boxes)
        tree = shapely.STRtree(envelopes(boxes))
        of, box = tree.query(envelopes(rows["bounds"]))
        hit = np.zeros(len(rows), dtype=bool)
        hit[of] = True
        rows = rows[hit]
        return TilePairs(
            box=box,
            tile=(np.cumsum(hit) - 1)[of],
            wkb=self._tiles(rows),
            bounds=np.ascontiguousarray(rows["bounds"]),
            owner=rows["owner"].astype(np.int64),
        )

    def _tiles(self, rows: NDArray[Any]) -> list[bytes]:
        """The tiles of some rows of the index. Raises LayerError where one is damaged."""
        return _pieces(self.folder / "tiles.wkb", rows["start"], rows["end"], rows["crc"])

    def _meeting(self, boxes: NDArray[np.float64]) -> NDArray[Any]:
        """Rows of the tiles that meet a box: first whole blocks of the index, then their rows."""
        rows = self._in_blocks(boxes)
        return rows[_meets_any(rows["bounds"], boxes)]

    def _in_blocks(self, boxes: NDArray[np.float64]) -> NDArray[Any]:
        """Rows of the blocks of the index that meet a box."""
        near = np.flatnonzero(_meets_any(self.blocks["bounds"], boxes))
        found = [np.zeros(0, dtype=INDEX)]
        path = self.folder / "index.npy"
        for block in near.tolist():
            rows = self.index[block * BLOCK_ROWS : (block + 1) * BLOCK_ROWS]
            _check(rows.tobytes(), int(self.blocks["crc"][block]), path)
            found.append(rows)
        return np.concatenate(found)

    def whole(self, owner: int) -> BaseGeometry:
        """The uncut geometry of one receptor. Raises LayerError where it is damaged."""
        (geometry,) = self._wholes([owner])
        return geometry

    def all_wholes(self) -> list[BaseGeometry]:
        """The uncut geometries of all receptors, in the order of their numbers.

        Raises LayerError where one is damaged.
        """
        return self._wholes(range(len(self.receptors)))

    def _wholes(self, owners: Sequence[int]) -> list[BaseGeometry]:
        path = self.folder / "wholes.wkb"
        places = places_at(self.places, owners, path)
        found = _pieces(path, places["whole"], places["whole_end"], places["whole_crc"])
        geometries: list[BaseGeometry] = shapely.from_wkb(found).tolist()
        return geometries

    def wholes(self, owners: Iterable[int]) -> Mapping[int, BaseGeometry]:
        """The uncut geometries of some receptors, each read when it is asked for."""
        return _Wholes(self, owners)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TilePairs:
    """Boxes and the tiles that meet them: ``box`` and ``tile`` of each pair.

    Of each tile that meets any box: ``wkb``, ``bounds`` (n, 4), ``owner``.
    """

    box: NDArray[np.int64]
    tile: NDArray[np.int64]
    wkb: Sequence[bytes]
    bounds: NDArray[np.float64]
    owner: NDArray[np.int64]


class _Wholes(Mapping[int, BaseGeometry]):
    """Owner to uncut geometry; see ``Store.wholes``."""

    def __init__(self, store: Store, owners: Iterable[int]) -> None:
        self._store = store
        self._known: dict[int, BaseGeometry | None] = dict.fromkeys(owners)

    def __getitem__(self, owner: int) -> BaseGeometry:
        geometry = self._known[owner]
        if geometry is None:
            geometry = self._known[owner] = self._store.whole(owner)
        return geometry

    def __iter__(self) -> Iterator[int]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def _meets_any(bounds: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of the bounds (n, 4) meet any of the boxes (m, 4); first by the box around all."""
    hit = np.zeros(len(bounds), dtype=bool)
    if not len(boxes):
        return hit
    everywhere = np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
    near = np.flatnonzero(_meets(bounds, everywhere))
    if len(boxes) > _BOXES_ONE_BY_ONE:
        tree = shapely.STRtree(envelopes(boxes))
        hit[near[tree.query(envelopes(bounds[near]))[0]]] = True
        return hit
    bounds = np.asfortranarray(bounds[near])
    found = np.zeros(len(near), dtype=bool)
    for box in boxes:
        found |= _meets(bounds, box)
    hit[near[found]] = True
    return hit


_BOXES_ONE_BY_ONE = 16
"""Up to so many boxes a loop over them is quicker than a tree."""


def places_at(places: NDArray[Any], numbers: Sequence[int], path: Path) -> NDArray[Any]:
    """The rows of some receptors. Raises LayerError where one is damaged."""
    rows: NDArray[Any] = places[list(numbers)]
    data, size = rows.tobytes(), PLACES.itemsize
    crcs = [zlib.crc32(data[at : at + size - 4]) for at in range(0, len(data), size)]
    if crcs != rows["crc"].tolist():
        raise _damaged(path.with_name("places.npy"))
    return rows


def _meets(bounds: NDArray[np.float64], box: NDArray[np.float64]) -> NDArray[np.bool_]:
    west, south, east, north = box
    meets: NDArray[np.bool_] = (
        (bounds[:, 0] <= east)
        & (bounds[:, 2] >= west)
        & (bounds[:, 1] <= north)
        & (bounds[:, 3] >= south)
    )
    return meets


def _pieces(
    path: Path, starts: NDArray[Any], ends: NDArray[Any], crcs: NDArray[Any]
) -> list[bytes]:
    """Pieces of a file. Raises LayerError where one is not what was written."""
    if not len(starts):
        return []
    places = zip(starts.tolist(), ends.tolist(), strict=True)
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
            found = [whole[start:end] for start, end in places]
    except (OSError, ValueError) as error:  # removed or emptied since the store was opened
        raise _damaged(path) from error
    if list(map(zlib.crc32, found)) != crcs.tolist():
        raise _damaged(path)
    return found


def _check(data: bytes, crc: int, path: Path) -> None:
    if zlib.crc32(data) != crc:
        raise _damaged(path)


def _damaged(path: Path) -> LayerError:
    return LayerError(
        f"{path}: is damaged; add the layer again or, where that is in the cache, delete the "
        f"folder {path.parent}"
    )


def open_store(folder: Path, hashed_bytes: int = HASHED_BYTES) -> Store | None:
    """Open a store, or None where there is none that is whole and of this format.

    Of files larger than ``hashed_bytes``, except the blocks, only the size is compared here.
    """
    try:
        header = json.loads((folder / "header.json").read_bytes())
        if header["format"] != FORMAT:
            return None
        read: dict[str, bytes | mmap.mmap] = {}
        for name in FILES:
            path, expected = f"{folder}{os.sep}{name}", header["files"][name]
            size = os.stat(path).st_size  # noqa: PTH116 - sixty paths as objects cost a millisecond
            if size != expected["bytes"]:
                return None
            if size <= hashed_bytes or name == "blocks.npy":
                with open(path, "rb") as file:  # noqa: PTH123
                    data = file.read()
                if hashlib.sha256(data).hexdigest() != expected["sha256"]:
                    return None
                read[name] = data
            elif name.endswith(".npy"):
                with open(path, "rb") as file:  # noqa: PTH123
                    read[name] = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        blocks = array_of(read["blocks.npy"], BLOCKS)
        index = array_of(read["index.npy"], INDEX)
        places = array_of(read["places.npy"], PLACES)
        by_species = dict(header["by_species"])
        if len(blocks) != -(-len(index) // BLOCK_ROWS) or len(places) != header["receptors"]:
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Store(
        folder=folder,
        receptors=ReceptorFile(folder, places),
        index=index,
        blocks=blocks,
        places=places,
        by_species=by_species,
    )


def damaged_files(folder: Path) -> list[str]:
    """Names of the files of a store that do not match their hashes, whatever their size."""
    try:
        header = json.loads((folder / "header.json").read_text(encoding="utf-8"))
        expected = {name: header["files"][name]["sha256"] for name in FILES}
    except (OSError, ValueError, KeyError, TypeError):
        return ["header.json"]
    return [
        name
        for name in FILES
        if not (folder / name).is_file() or sha256_of(folder / name) != expected[name]
    ]
