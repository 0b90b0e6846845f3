"""The compiled form of a layer: tiles in files that are memory-mapped.

A store is a folder: ``header.json`` (receptors, taxa, hashes), ``index.npy`` (bounds, owner and
place of each tile), ``tiles.wkb`` and ``wholes.wkb``. It is keyed by the hash of its source and
written beside its place and moved there whole, so that a killed or doubled run leaves either a
complete store or none. A store whose files do not match their hashes is made again.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from camiscreen.layers.tiling import hilbert_order, tiles_of
from camiscreen.model import Receptor, Text
from camiscreen.values import dataclass

FORMAT = 1
"""Raised whenever the layout or the tiling changes, so that old stores are not read."""

_INDEX = np.dtype([("bounds", "<f8", (4,)), ("owner", "<i4"), ("start", "<i8"), ("end", "<i8")])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Store:
    """An opened store: its receptors, and its tiles on disk."""

    folder: Path
    receptors: tuple[Receptor, ...]
    index: NDArray[Any]
    whole_places: NDArray[np.int64]

    def within(self, boxes: NDArray[np.float64]) -> tuple[NDArray[Any], NDArray[np.int32]]:
        """Tiles (object array) that meet any of the (n, 4) boxes, and their owners."""
        bounds = self.index["bounds"]
        hit = np.zeros(len(bounds), dtype=bool)
        for west, south, east, north in boxes:
            hit |= (
                (bounds[:, 0] <= east)
                & (bounds[:, 2] >= west)
                & (bounds[:, 1] <= north)
                & (bounds[:, 3] >= south)
            )
        rows = self.index[hit]
        data = np.memmap(self.folder / "tiles.wkb", mode="r") if len(rows) else b""
        wkb = [
            bytes(data[start:end]) for start, end in zip(rows["start"], rows["end"], strict=True)
        ]
        tiles = np.array(shapely.from_wkb(wkb), dtype=object) if wkb else np.zeros(0, dtype=object)
        return tiles, rows["owner"].astype(np.int32)

    def whole(self, owner: int) -> BaseGeometry:
        """The uncut geometry of one receptor."""
        start, end = self.whole_places[owner]
        with (self.folder / "wholes.wkb").open("rb") as file:
            file.seek(int(start))
            return shapely.from_wkb(file.read(int(end - start)))


def compile_store(folder: Path, content: Sequence[tuple[Receptor, BaseGeometry]]) -> None:
    """Write a store for receptors with their polygons. Raises OSError where the disk fails."""
    receptors = [receptor for receptor, _ in content]
    tiles, owners = [], []
    for owner, (_, geometry) in enumerate(content):
        for tile in tiles_of(geometry):
            tiles.append(tile)
            owners.append(owner)
    bounds = shapely.bounds(np.array(tiles, dtype=object)).reshape(-1, 4)
    order = hilbert_order(bounds)
    wkb = [shapely.to_wkb(tiles[i]) for i in order]
    ends = np.cumsum([len(item) for item in wkb], dtype=np.int64)
    index = np.zeros(len(order), dtype=_INDEX)
    index["bounds"] = bounds[order]
    index["owner"] = np.array(owners, dtype=np.int32)[order] if owners else 0
    index["end"] = ends
    index["start"] = ends - [len(item) for item in wkb]
    wholes = [shapely.to_wkb(geometry) for _, geometry in content]
    part = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        np.save(part / "index.npy", index)
        (part / "tiles.wkb").write_bytes(b"".join(wkb))
        (part / "wholes.wkb").write_bytes(b"".join(wholes))
        header = {
            "format": FORMAT,
            "receptors": [_receptor_to_plain(receptor) for receptor in receptors],
            "whole_ends": np.cumsum([len(item) for item in wholes]).tolist(),
            "sha256": {name: _sha256(part / name) for name in _FILES},
        }
        text = json.dumps(header, ensure_ascii=False, sort_keys=True)
        (part / "header.json").write_text(text, encoding="utf-8")
        _move_into_place(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


_FILES = ("index.npy", "tiles.wkb", "wholes.wkb")


def _move_into_place(part: Path, folder: Path) -> None:
    """Replace a damaged store, but leave a sound one that another run finished meanwhile."""
    if folder.exists() and open_store(folder) is None:
        shutil.rmtree(folder, ignore_errors=True)
    try:
        part.rename(folder)
    except OSError:
        if open_store(folder) is None:
            raise


def open_store(folder: Path) -> Store | None:
    """Open a store, or None where there is none that is whole and of this format."""
    try:
        header = json.loads((folder / "header.json").read_text(encoding="utf-8"))
        if header["format"] != FORMAT:
            return None
        if any(_sha256(folder / name) != header["sha256"][name] for name in _FILES):
            return None
        index = np.load(folder / "index.npy", mmap_mode="r")
        ends = np.array(header["whole_ends"], dtype=np.int64)
        receptors = tuple(_receptor_from_plain(item) for item in header["receptors"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    starts = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
    return Store(
        folder=folder,
        receptors=receptors,
        index=index,
        whole_places=np.column_stack([starts, ends]).astype(np.int64),
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
