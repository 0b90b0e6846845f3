"""Where the files of a report go, and writing them whole or not at all."""

import os
import sys
from pathlib import Path

from camiscreen.errors import OutputError

_DOUBLE_SUFFIXES = (".shp.zip", ".gpkg.zip")


def stem_of(source: str) -> str:
    """Name of the files of a report: that of the project file; ``stdin`` for standard input."""
    if source == "-":
        return "stdin"
    name = Path(source).name
    for suffix in _DOUBLE_SUFFIXES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return Path(source).stem


def target(source: str, folder: Path, extension: str) -> Path:
    """Path of one output; ``x.json`` screened to JSON gives ``x.report.json``, not itself."""
    path = folder / f"{stem_of(source)}.{extension}"
    if path.exists() and os.path.samestat(path.stat(), _stat(source)):
        return path.with_name(f"{stem_of(source)}.report.{extension}")
    return path


def _stat(source: str) -> os.stat_result:
    """Of the project file, or of what standard input reads from."""
    return os.fstat(sys.stdin.fileno()) if source == "-" else Path(source).stat()


def output_folder(source: str, given: Path | None) -> Path:
    """The folder asked for, else that of the project file, else the working folder."""
    if given is not None:
        return given
    return Path() if source == "-" else Path(source).parent


def write_all(files: dict[Path, bytes]) -> None:
    """Write every file beside its place, then move all into place.

    Raises OutputError where the folder cannot be written; files already there stay as they were.
    """
    parts: list[tuple[Path, Path]] = []
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.{os.getpid()}.part")
            parts.append((part, path))
            part.write_bytes(data)
        for part, path in parts:
            part.replace(path)
    except OSError as error:
        where = next((path for path in files if path.parent.is_dir()), next(iter(files)))
        raise OutputError(
            f"{where}: cannot be written ({error.strerror}); choose another folder with --out"
        ) from error
    finally:
        for part, _ in parts:
            part.unlink(missing_ok=True)
