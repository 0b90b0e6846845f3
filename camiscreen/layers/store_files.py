"""The files of a compiled layer and what stands in each: for those who read and who write them."""

import hashlib
import io
import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camiscreen.model import Receptor, Text

FORMAT = 3
"""Raised whenever the layout or the tiling changes, so that old stores are not read."""

BLOCK_ROWS = 64
"""Rows of the index that share bounds and a checksum."""

INDEX = np.dtype(
    [("bounds", "<f8", (4,)), ("owner", "<i4"), ("start", "<i8"), ("end", "<i8"), ("crc", "<u4")]
)
PLACES = np.dtype(
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

BLOCKS = np.dtype([("bounds", "<f8", (4,)), ("crc", "<u4")])
FILES = ("index.npy", "blocks.npy", "places.npy", "tiles.wkb", "receptors.jsonl", "wholes.wkb")


def sha256_of(path: Path) -> str:
    """The hash of a file of any size, as a hexadecimal number."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def array_of(data: bytes | mmap.mmap, dtype: "np.dtype[Any]") -> NDArray[Any]:
    """The array of a file, which the bytes hold; it is not copied. Raises ValueError for no array.

    What numpy writes before an array of these kinds is known but for the number of rows, and
    compared in a tenth of the time in which numpy parses it. Anything else is left to numpy.
    """
    length = int.from_bytes(data[8:10], "little")
    said = data[10 : 10 + length].decode("latin-1").rstrip()
    before, after = f"{{'descr': {dtype.descr!r}, 'fortran_order': False, 'shape': (", ",), }"
    rows = said.removeprefix(before).removesuffix(after)
    if data[:8] == b"\x93NUMPY\x01\x00" and said == f"{before}{rows}{after}" and rows.isdecimal():
        array: NDArray[Any] = np.frombuffer(data, dtype, offset=10 + length)
        if len(array) != int(rows):
            raise ValueError("rows are missing")
        return array
    # The head is read as Python, and numpy lets through what the tokenizer and the parser raise.
    try:
        array = np.load(io.BytesIO(data))
        # What an array's own head says of its form has no checksum of its own.
        fits = array.dtype == dtype and array.ndim == 1
    except Exception as error:
        raise ValueError("no array") from error
    if not fits:
        raise ValueError("an array of something else")
    return array


def receptor_to_plain(receptor: Receptor) -> dict[str, object]:
    """A receptor as a line of ``receptors.jsonl`` holds it."""
    return {
        "id": receptor.id,
        "name": [receptor.name.en, receptor.name.ru],
        "species_id": receptor.species_id,
        "states": list(receptor.states),
        "attributes": dict(receptor.attributes),
    }


def receptor_from_plain(data: Mapping[str, Any]) -> Receptor:
    """The inverse of ``receptor_to_plain``."""
    return Receptor(
        id=data["id"],
        name=Text(en=data["name"][0], ru=data["name"][1]),
        species_id=data["species_id"],
        states=tuple(data["states"]),
        attributes=data["attributes"],
    )
