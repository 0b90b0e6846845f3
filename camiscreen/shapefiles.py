"""What a shapefile's own bytes say: its parts, its records, and which of them hold no shape.

The libraries skip or empty what they cannot read without a word; this is what they are held to.
"""

from pathlib import Path

import numpy as np

SUFFIXES = (".shp", ".dbf", ".shx", ".prj", ".cpg")

_HEADER = 100
_DELETED = 0x2A


def parts_of(path: Path) -> dict[str, Path]:
    """The files beside a .shp that belong to it, by lower-case suffix and in a fixed order."""
    beside = {p.suffix.lower(): p for p in path.parent.iterdir() if p.stem == path.stem}
    return {suffix: beside[suffix] for suffix in SUFFIXES if suffix in beside}


def null_shapes(path: Path) -> list[bool]:
    """One entry for each record that is not deleted: True where it is meant to have no shape.

    The index counts, not the shapes or the table: what either of them lacks is damage.
    """
    parts = parts_of(path)
    shapes = parts[".shp"].read_bytes()
    index = parts[".shx"].read_bytes()[_HEADER:]
    starts = np.frombuffer(index[: len(index) // 8 * 8], dtype=">i4")[::2].astype(np.int64) * 2
    deleted = _deleted(parts[".dbf"].read_bytes()) if ".dbf" in parts else []
    deleted += [False] * (len(starts) - len(deleted))
    # Every record has eight bytes of header, then the type of its shape, 0 for none.
    return [
        shapes[start + 8 : start + 12] == b"\0\0\0\0"
        for start, gone in zip(starts.tolist(), deleted, strict=False)
        if not gone
    ]


def _deleted(table: bytes) -> list[bool]:
    """Which records of a dBASE table are marked as deleted."""
    count, header, size = (
        int.from_bytes(table[start:end], "little") for start, end in ((4, 8), (8, 10), (10, 12))
    )
    return [
        table[header + i * size] == _DELETED for i in range(count) if header + i * size < len(table)
    ]
