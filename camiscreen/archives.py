"""Zipped vector files: which member is meant, and its parts, or all of it, unpacked."""

import shutil
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from camiscreen.geojson import VectorFileError

MEMBER_SUFFIXES = frozenset({".shp", ".geojson", ".json", ".gpkg", ".kml", ".gpx", ".fgb"})


def extracted(archive: Path, folder: Path, layer: str | None) -> Path:
    """Unpack the vector file that an archive holds into ``folder`` and say where it lies.

    Of several files ``layer`` names one by its stem; in a KMZ the first KML counts, as in Google
    Earth. Raises VectorFileError.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [info for info in opened.infolist() if _is_data(info.filename)]
            chosen = _chosen(members, layer, archive.suffix.lower() == ".kmz")
            whole = PurePosixPath(chosen.filename)
            for info in members:
                part = PurePosixPath(info.filename)
                if part.parent == whole.parent and part.stem == whole.stem:
                    # The name is cut to its last component: nothing leaves the folder.
                    (folder / part.name).write_bytes(opened.read(info))
            return folder / whole.name
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise VectorFileError(f"the archive is damaged ({error}); pack it again") from error
    except RuntimeError as error:
        raise VectorFileError("the archive is encrypted; unpack it first") from error


def unpack(archive: Path, folder: Path) -> None:
    """Unpack all of an archive into ``folder``, archives inside it too, as WDPA downloads come.

    Raises VectorFileError where it is damaged, encrypted or wants to write elsewhere.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            for info in opened.infolist():
                if not _is_data(info.filename):
                    continue
                target = folder / PurePosixPath(info.filename)
                if not target.resolve().is_relative_to(folder.resolve()):
                    raise VectorFileError(f"the archive names a place outside it: {info.filename}")
                target.parent.mkdir(parents=True, exist_ok=True)
                with opened.open(info) as source, target.open("wb") as written:
                    shutil.copyfileobj(source, written, 1 << 20)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise VectorFileError(f"the archive is damaged ({error}); download it again") from error
    except RuntimeError as error:
        raise VectorFileError("the archive is encrypted; unpack it first") from error
    for inner in sorted(folder.rglob("*.zip")):
        into = inner.with_suffix("")
        into.mkdir(exist_ok=True)
        unpack(inner, into)
        inner.unlink()


def _is_data(name: str) -> bool:
    path = PurePosixPath(name)
    return not (name.endswith("/") or path.name.startswith(".") or "__MACOSX" in path.parts)


def _chosen(members: list[zipfile.ZipInfo], layer: str | None, is_kmz: bool) -> zipfile.ZipInfo:
    suffixes = {".kml"} if is_kmz else MEMBER_SUFFIXES
    found = [info for info in members if PurePosixPath(info.filename).suffix.lower() in suffixes]
    if not found:
        raise VectorFileError("the archive holds no vector file")
    named = [info for info in found if PurePosixPath(info.filename).stem == layer]
    if len(named) == 1:
        return named[0]
    if len(found) == 1 or is_kmz:
        return found[0]
    stems = ", ".join(sorted({PurePosixPath(info.filename).stem for info in found}))
    missing = "" if layer is None else f"no file named {layer}; "
    raise VectorFileError(f"{missing}the archive holds several: {stems}; choose one with --layer")
