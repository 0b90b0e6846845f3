"""Zipped vector files: which member is meant, and its parts, or all of it, unpacked."""

import shutil
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from camiscreen.reading.geojson import VectorFileError
from camiscreen.values import dataclass

MEMBER_SUFFIXES = frozenset({".shp", ".geojson", ".json", ".gpkg", ".kml", ".gpx", ".fgb"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """The file of an archive that is read: where it lies now, its name there, and the others."""

    path: Path
    name: str
    chosen: bool
    """True where it is the one that was asked for by name."""
    others: tuple[str, ...]


def extracted(archive: Path, folder: Path, layer: str | None) -> Member:
    """Unpack the vector file that an archive holds into ``folder`` and say which it is.

    Of several files ``layer`` names one, by its path, its name or its stem. The document of a KMZ
    is its root-level doc.kml or else the first KML at the root, as in Google Earth. Raises
    VectorFileError.
    """
    is_kmz = archive.suffix.lower() == ".kmz"
    suffixes = frozenset({".kml"}) if is_kmz else MEMBER_SUFFIXES
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [info for info in opened.infolist() if _is_data(info.filename)]
            names = [info.filename for info in members]
            found = [name for name in names if PurePosixPath(name).suffix.lower() in suffixes]
            chosen = _chosen(found, layer, is_kmz)
            whole = PurePosixPath(chosen)
            for info in members:
                part = PurePosixPath(info.filename)
                if part.parent == whole.parent and part.stem == whole.stem:
                    # The name is cut to its last component: nothing leaves the folder.
                    (folder / part.name).write_bytes(opened.read(info))
            return Member(
                path=folder / whole.name,
                name=chosen,
                chosen=chosen in _named(found, layer),
                others=tuple(name for name in found if name != chosen),
            )
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


def _named(found: list[str], layer: str | None) -> list[str]:
    paths = [PurePosixPath(name) for name in found]
    return [str(p) for p in paths if layer in (str(p), p.name, p.stem)]


def _chosen(found: list[str], layer: str | None, is_kmz: bool) -> str:
    if not found:
        raise VectorFileError("the archive holds no vector file")
    named = [name for name in found if name == layer] or _named(found, layer)
    if len(named) == 1:
        return named[0]
    if len(found) == 1:
        return found[0]
    at_root = [name for name in found if "/" not in name.strip("/")] if is_kmz else []
    if at_root and not named:
        return next((name for name in at_root if name.lower() == "doc.kml"), at_root[0])
    stems = [PurePosixPath(name).stem for name in found]
    # Where stems repeat only the whole path tells the files apart.
    listed = sorted(stems if len(set(stems)) == len(stems) else found)
    missing = "" if layer is None or named else f"no file named {layer}; "
    raise VectorFileError(
        f"{missing}the archive holds several: {', '.join(listed)}; choose one with --layer"
    )
