"""Checked values kept on disk, so that an ordinary run pays neither for YAML nor for pydantic.

A kept value is a pickle that may hold frozen values and words of this package and nothing else:
what a pickle could otherwise do is refused, and so is a file whose checksum is wrong. The name of
the file holds everything that the value depends on: the hash of its sources, which the caller
gives, and that of the code that reads and checks them, so that it is never stale.
"""

import dataclasses
import hashlib
import io
import os
import pickle
import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from camiscreen.closed_words import StrEnum
from camiscreen.errors import DataFileError
from camiscreen.late import Late

T = TypeVar("T")

CODE = (
    "__init__.py",
    "closed_words.py",
    "errors.py",
    "late.py",
    "values.py",
    "vocabulary.py",
    "value_cache.py",
    "data_files.py",
    "rulebook/*.py",
    "model/*.py",
    "layers/__init__.py",
    "layers/manifests.py",
)
"""The modules that say what a kept value is and how it is checked."""

_KEPT = 24
"""Files that stay in a cache folder; older ones are of rules or programs that have changed."""

_PACKAGE = Path(__file__).resolve().parent


@cache
def code_fingerprint() -> str | None:
    """Changes with every change of ``CODE``; None where the code does not lie in files."""
    total = hashlib.sha256()
    try:
        for pattern in CODE:
            files = sorted(_PACKAGE.glob(pattern)) if "*" in pattern else [_PACKAGE / pattern]
            for path in files:
                total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    except OSError:
        return None
    return total.hexdigest()[:16]


def cached(
    cls: type[T], key: str, folder: Path, make: Callable[[], T], later: Sequence[str] = ()
) -> T:
    """``make()``, or what it gave before for the same ``key`` and code, kept in ``folder``.

    The key must hold everything that the value depends on besides the code. Of a kept value the
    fields named ``later``, tuples all of them, are ``Late``: read when they are looked into. A
    cache that cannot be read or written is no error: the value is made again. Only a ``later``
    field that somebody forged, checksum and all, is found too late for that: DataFileError.
    """
    code = code_fingerprint()
    if code is None:
        return make()
    file = folder / f"{key}-{code}.values"
    try:
        value = _unpacked(file, cls)
    except Exception:
        value = None
    if isinstance(value, cls):
        return value
    made = make()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{key}.{os.getpid()}.part"
        part.write_bytes(_packed(made, later))
        part.replace(file)
        _sweep(folder)
    except OSError:
        pass
    return made


def _packed(value: object, later: Sequence[str] = ()) -> bytes:
    kept: Any = value
    parts = {name: _pickled(getattr(kept, name)) for name in later}
    if parts:
        kept = dataclasses.replace(kept, **dict.fromkeys(parts, ()))
    data = _pickled((kept, parts))
    return zlib.crc32(data).to_bytes(4, "big") + data


def _pickled(value: object) -> bytes:
    return pickle.dumps(value, protocol=5)


def _unpacked(file: Path, cls: type) -> object:
    data = file.read_bytes()
    if zlib.crc32(memoryview(data)[4:]) != int.from_bytes(data[:4], "big"):
        raise ValueError("a checksum is wrong")
    packages = frozenset({__package__, cls.__module__.partition(".")[0]})
    value, parts = _values(data[4:], packages)
    if parts:
        value = dataclasses.replace(
            value,
            **{name: Late(partial(_later, part, packages, file)) for name, part in parts.items()},
        )
    return value


def _values(data: bytes, packages: frozenset[str]) -> Any:
    return _Values(io.BytesIO(data), packages).load()


def _later(data: bytes, packages: frozenset[str], file: Path) -> Iterable[Any]:
    try:
        items: Iterable[Any] = _values(data, packages)
    except Exception as error:  # whatever a pickle that was tampered with may raise
        raise DataFileError((f"{file}: is damaged; delete it",)) from error
    return items


class _Values(pickle.Unpickler):
    """Reads frozen values and words of some packages."""

    def __init__(self, file: io.BytesIO, packages: frozenset[str]) -> None:
        super().__init__(file)
        self._packages = packages

    def find_class(self, module_name: str, global_name: str) -> Any:
        """A class that only holds a value. Raises UnpicklingError for anything else."""
        if module_name.partition(".")[0] in self._packages:
            found = super().find_class(module_name, global_name)
            if isinstance(found, type) and (
                dataclasses.is_dataclass(found) or issubclass(found, StrEnum)
            ):
                return found
        raise pickle.UnpicklingError(f"{module_name}.{global_name} is no value")


def _sweep(folder: Path) -> None:
    """Leave the files used last."""
    files = sorted(folder.glob("*.values"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[_KEPT:]:
        path.unlink(missing_ok=True)
