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
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Literal, Self, overload

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from camiscreen.errors import LayerError
from camiscreen.geometry.bundles import envelopes
from camiscreen.layers.tiling import hilbert_order, tiles_of
from camiscreen.model import Receptor, Text
from camiscreen.values import dataclass

FORMAT = 3
"""Raised whenever the layout or the tiling changes, so that old stores are not read."""

HASHED_BYTES = 200_000
"""Files up to this size are hashed on opening; those of ten layers take a millisecond."""

BLOCK_ROWS = 64
"""Rows of the index that share bounds and a checksum."""

_INDEX = np.dtype(
    [("bounds", "<f8", (4,)), ("owner", "<i4"), ("start", "<i8"), ("end", "<i8"), ("crc", "<u4")]
)
_PLACES = np.dtype(
    [
        ("text", "<i8"),
        ("text_end", "<i8"),
        ("text_crc", "<u4"),
        ("whole", "<i8"),
        ("whole_end", "<i8"),
        ("whole_crc", "<u4"),
        ("crc", "<u4"),
    ]
)
"""``crc`` is that of the bytes of the row before it."""

_BLOCKS = np.dtype([("bounds", "<f8", (4,)), ("crc", "<u4")])
_FILES = ("index.npy", "blocks.npy", "places.npy", "tiles.wkb", "receptors.jsonl", "wholes.wkb")


# ----------------------------------------------------------------------------------------------
# Reading
# ----------------------------------------------------------------------------------------------


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
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        number = range(len(self))[index]
        if number not in self._known:
            with self._path.open("rb") as file:
                self._known[number] = self._read(file, number)
        return self._known[number]

    def several(self, numbers: Iterable[int]) -> Mapping[int, Receptor]:
        """Some receptors by number, the file opened once for all of them."""
        wanted = list(numbers)
        new = [number for number in wanted if number not in self._known]
        if new:
            with self._path.open("rb") as file:
                self._known.update({number: self._read(file, number) for number in new})
        return {number: self._known[number] for number in wanted}

    def __iter__(self) -> Iterator[Receptor]:
        with self._path.open("rb") as file:
            for number in range(len(self)):
                yield self._read(file, number)

    def _read(self, file: BinaryIO, number: int) -> Receptor:
        place = place_at(self._places, number, self._path)
        data = _piece(file, place["text"], place["text_end"], place["text_crc"], self._path)
        return _receptor_from_plain(json.loads(data))


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
        path = self.folder / "tiles.wkb"
        if not len(rows):
            return []
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as m:
            places = zip(rows["start"].tolist(), rows["end"].tolist(), strict=True)
            wkb = [m[start:end] for start, end in places]
        if list(map(zlib.crc32, wkb)) != rows["crc"].tolist():
            raise _damaged(path)
        return wkb

    def _meeting(self, boxes: NDArray[np.float64]) -> NDArray[Any]:
        """Rows of the tiles that meet a box: first whole blocks of the index, then their rows."""
        rows = self._in_blocks(boxes)
        return rows[_meets_any(rows["bounds"], boxes)]

    def _in_blocks(self, boxes: NDArray[np.float64]) -> NDArray[Any]:
        """Rows of the blocks of the index that meet a box."""
        near = np.flatnonzero(_meets_any(self.blocks["bounds"], boxes))
        found = [np.zeros(0, dtype=_INDEX)]
        path = self.folder / "index.npy"
        for block in near.tolist():
            rows = self.index[block * BLOCK_ROWS : (block + 1) * BLOCK_ROWS]
            _check(rows.tobytes(), int(self.blocks["crc"][block]), path)
            found.append(rows)
        return np.concatenate(found)

    def whole(self, owner: int) -> BaseGeometry:
        """The uncut geometry of one receptor. Raises LayerError where it is damaged."""
        path = self.folder / "wholes.wkb"
        place = place_at(self.places, owner, path)
        with path.open("rb") as file:
            data = _piece(file, place["whole"], place["whole_end"], place["whole_crc"], path)
        return shapely.from_wkb(data)

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


def place_at(places: NDArray[Any], number: int, path: Path) -> Any:
    """The row of a receptor. Raises LayerError where it is damaged."""
    place = places[number]
    _check(place.tobytes()[:-4], int(place["crc"]), path.with_name("places.npy"))
    return place


def _meets(bounds: NDArray[np.float64], box: NDArray[np.float64]) -> NDArray[np.bool_]:
    west, south, east, north = box
    meets: NDArray[np.bool_] = (
        (bounds[:, 0] <= east)
        & (bounds[:, 2] >= west)
        & (bounds[:, 1] <= north)
        & (bounds[:, 3] >= south)
    )
    return meets


def _piece(file: BinaryIO, start: int, end: int, crc: int, path: Path) -> bytes:
    file.seek(int(start))
    data = file.read(int(end) - int(start))
    _check(data, crc, path)
    return data


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
        header = json.loads((folder / "header.json").read_text(encoding="utf-8"))
        if header["format"] != FORMAT:
            return None
        if not all(
            _is_sound(folder / name, header["files"][name], hashed_bytes) for name in _FILES
        ):
            return None
        blocks = _array(folder / "blocks.npy")
        index = _array(folder / "index.npy", mmap_mode="r")
        places = _array(folder / "places.npy", mmap_mode="r")
        by_species = dict(header["by_species"])
        # What an array's own header says of its form has no checksum of its own.
        if (index.dtype, blocks.dtype, places.dtype) != (_INDEX, _BLOCKS, _PLACES):
            return None
        if index.ndim != 1 or len(blocks) != -(-len(index) // BLOCK_ROWS):
            return None
        if places.shape != (header["receptors"],):
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


def _array(path: Path, mmap_mode: Literal["r"] | None = None) -> NDArray[Any]:
    """An array of a file. Raises ValueError where it is none, whatever its damaged head holds."""
    try:
        array: NDArray[Any] = np.load(path, mmap_mode=mmap_mode)
    except OSError:
        raise
    # The head is read as Python, and numpy lets through what the tokenizer and the parser raise.
    except Exception as error:
        raise ValueError(f"{path.name} is no array") from error
    return array


def _is_sound(path: Path, expected: Mapping[str, Any], hashed_bytes: int) -> bool:
    size = path.stat().st_size
    if size != expected["bytes"]:
        return False
    if size > hashed_bytes and path.name != "blocks.npy":
        return True
    return _sha256(path) == str(expected["sha256"])


def damaged_files(folder: Path) -> list[str]:
    """Names of the files of a store that do not match their hashes, whatever their size."""
    try:
        header = json.loads((folder / "header.json").read_text(encoding="utf-8"))
        expected = {name: header["files"][name]["sha256"] for name in _FILES}
    except (OSError, ValueError, KeyError, TypeError):
        return ["header.json"]
    return [
        name
        for name in _FILES
        if not (folder / name).is_file() or _sha256(folder / name) != expected[name]
    ]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ----------------------------------------------------------------------------------------------
# Writing
# ----------------------------------------------------------------------------------------------


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
        text = json.dumps(_receptor_to_plain(receptor), ensure_ascii=False, sort_keys=True)
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
                    "sha256": _sha256(self._folder / name),
                }
                for name in _FILES
            },
        }
        text = json.dumps(header, ensure_ascii=False, sort_keys=True)
        (self._folder / "header.json").write_text(text, encoding="utf-8", errors="replace")

    def _write_tiles(self) -> None:
        bounds = np.array(self._bounds, dtype=np.float64).reshape(-1, 4)
        order = hilbert_order(bounds)
        ends = np.array(self._tile_ends, dtype=np.int64)
        sizes = np.diff(ends, prepend=0)
        index = np.zeros(len(order), dtype=_INDEX)
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
        blocks = np.zeros(len(starts), dtype=_BLOCKS)
        if len(index):
            low, high = index["bounds"][:, :2], index["bounds"][:, 2:]
            blocks["bounds"][:, :2] = np.minimum.reduceat(low, starts)
            blocks["bounds"][:, 2:] = np.maximum.reduceat(high, starts)
            blocks["crc"] = [
                zlib.crc32(index[start : start + BLOCK_ROWS].tobytes()) for start in starts
            ]
        np.save(self._folder / "blocks.npy", blocks)

    def _write_places(self) -> None:
        places = np.array([(*place, 0) for place in self._places], dtype=_PLACES)
        rows = places.view(np.uint8).reshape(len(places), -1)[:, :-4]
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


# ----------------------------------------------------------------------------------------------
# Receptors as plain data
# ----------------------------------------------------------------------------------------------


def _receptor_to_plain(receptor: Receptor) -> dict[str, object]:
    return {
        "id": receptor.id,
        "name": [receptor.name.en, receptor.name.ru],
        "species_id": receptor.species_id,
        "states": list(receptor.states),
        "attributes": dict(receptor.attributes),
    }


def _receptor_from_plain(data: Mapping[str, Any]) -> Receptor:
    return Receptor(
        id=data["id"],
        name=Text(en=data["name"][0], ru=data["name"][1]),
        species_id=data["species_id"],
        states=tuple(data["states"]),
        attributes=data["attributes"],
    )
