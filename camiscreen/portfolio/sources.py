"""What the user names -> which projects there are: files, folders, globs, features and lists.

This module's one job. Nothing is screened here, and no file is held: a project is known by where
it is and by its hash. What is wrong with one project becomes its ``problem`` and stops no other;
what is wrong with the command or the shape of a list is a SourceError.
"""

import glob
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import shapely

from camiscreen.data_files import suggestion
from camiscreen.errors import CamiscreenError
from camiscreen.portfolio import lists, naming
from camiscreen.portfolio.spec import ProjectSpec, Said, sealed
from camiscreen.reading import vector_features
from camiscreen.reading.project_words import clean, kind_of
from camiscreen.reading.vector_files import GEOJSON_SUFFIXES
from camiscreen.values import dataclass
from camiscreen.vocabulary import Kind

VECTOR_SUFFIXES = GEOJSON_SUFFIXES | {".gpkg", ".shp", ".kml", ".kmz", ".gpx", ".fgb", ".zip"}
"""What a folder is searched for."""

LIST_SUFFIXES = frozenset({".csv", ".tsv", ".toml"})

_GEOJSON_HEAD = re.compile(
    rb'"type"\s*:\s*"(?:FeatureCollection|Feature|(?:Multi)?(?:Point|LineString|Polygon)'
    rb'|GeometryCollection)"'
)
_HEAD_BYTES = 4096


class SourceError(CamiscreenError):
    """What was named cannot be a batch: nothing matches, or a field is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line says for all projects alike.

    ``each`` is ``feature``, ``file``, or ``auto``: features of a GeoPackage that is named itself
    are projects, of other files and of what a folder or a glob holds the file is. ``leave_out`` is
    a folder that is never searched: our own output.
    """

    said: Said = Said()
    layers: tuple[str, ...] = ()
    id_field: str | None = None
    name_field: str | None = None
    kind_field: str | None = None
    each: str = "auto"
    leave_out: Path | None = None

    @property
    def by_feature(self) -> bool:
        """True where a field of features is named, so that features must be what is meant."""
        return any((self.id_field, self.name_field, self.kind_field))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The projects, each with an id of its own, and remarks on what was left out or renamed."""

    projects: tuple[ProjectSpec, ...]
    notes: tuple[str, ...]


def find(named: Iterable[str], asked: Asked) -> Found:
    """Every project that the paths name, once, in the order of their ids.

    Raises SourceError where a path names nothing or a field or list cannot be used.
    """
    notes: list[str] = []
    specs: list[ProjectSpec] = []
    for text in named:
        specs += _of_path(text, asked, notes)
    once: dict[tuple[object, ...], ProjectSpec] = {}
    for spec in specs:
        once.setdefault(spec.place, spec)
    if len(once) < len(specs):
        notes.append(f"{len(specs) - len(once)} named more than once, screened once")
    if not once:
        raise SourceError("no project found in what was named; give files, folders or a list")
    return Found(projects=naming.with_own_ids(list(once.values()), notes), notes=tuple(notes))


def _of_path(text: str, asked: Asked, notes: list[str]) -> list[ProjectSpec]:
    path = Path(text)
    if path.is_dir():
        return [_file(p, asked) for p in _in_folder(path, asked, notes)]
    if not path.exists() and glob.has_magic(text):
        # A shell that expands globs has done so; on Windows none does.
        matched = [Path(name) for name in sorted(glob.glob(text, recursive=True))]  # noqa: PTH207 - a pattern may be absolute
        if not matched:
            raise SourceError(f"{text}: matches no file")
        return [
            spec
            for one in matched
            for spec in (
                [_file(p, asked) for p in _in_folder(one, asked, notes)]
                if one.is_dir()
                else _of_file(one, asked, notes, itself=False)
            )
        ]
    return _of_file(path, asked, notes, itself=True)


def _of_file(path: Path, asked: Asked, notes: list[str], *, itself: bool) -> list[ProjectSpec]:
    suffix = path.suffix.lower()
    if suffix in LIST_SUFFIXES:
        return [_listed(entry, asked) for entry in lists.read(path, notes)]
    each = asked.each
    if each == "auto":
        portfolio = itself and suffix == ".gpkg"
        each = "feature" if asked.by_feature or portfolio else "file"
    if each == "file" or not path.is_file():
        return [_file(path, asked)]
    found = list(_features(path, asked))
    notes.append(
        f"{_shown(path)}: {len(found)} features, each a project (--each file: the file as one)"
    )
    return found


def _shown(path: Path) -> str:
    return path.as_posix()


# ----------------------------------------------------------------------------------------------
# Folders
# ----------------------------------------------------------------------------------------------


def _in_folder(folder: Path, asked: Asked, notes: list[str]) -> list[Path]:
    """The vector files below a folder, sorted; JSON and archives only where they hold geometry."""
    out = None if asked.leave_out is None else asked.leave_out.resolve()
    found: list[Path] = []
    passed: list[Path] = []
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder)
        if any(part.startswith(".") for part in below.parts) or not path.is_file():
            continue
        if path.suffix.lower() not in VECTOR_SUFFIXES:
            continue
        if out is not None and path.resolve().is_relative_to(out):
            continue
        (found if _holds_geometry(path) else passed).append(path)
    if passed:
        listed = ", ".join(_shown(path.relative_to(folder)) for path in passed[:5])
        more = f" and {len(passed) - 5} more" if len(passed) > 5 else ""
        notes.append(f"{_shown(folder)}: passed over, as no vector files: {listed}{more}")
    if not found:
        raise SourceError(f"{_shown(folder)}: no vector file in this folder or below it")
    return found


def _holds_geometry(path: Path) -> bool:
    """False for what ends like a vector file but is none: reports, designs, other archives."""
    suffix = path.suffix.lower()
    try:
        if suffix == ".json":
            with path.open("rb") as file:
                return _GEOJSON_HEAD.search(file.read(_HEAD_BYTES)) is not None
        if suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                inside = {Path(name).suffix.lower() for name in archive.namelist()}
            return bool(inside & (VECTOR_SUFFIXES - {".zip"}))
    except (OSError, zipfile.BadZipFile):
        return True  # Reading it will say what is wrong, in its row.
    return True


# ----------------------------------------------------------------------------------------------
# A file, a feature, an entry of a list
# ----------------------------------------------------------------------------------------------


def _file(path: Path, asked: Asked) -> ProjectSpec:
    return sealed(
        ProjectSpec(
            id=naming.stem_of(path),
            file=str(path),
            shown=_shown(path),
            layers=asked.layers,
            said=asked.said,
        )
    )


def _listed(entry: lists.Entry, asked: Asked) -> ProjectSpec:
    """A row's project; what it says itself no flag for all overrules."""
    said = entry.said.over(asked.said)
    whole = _file(entry.file, replace(asked, said=said, layers=entry.layers or asked.layers))
    return replace(
        whole,
        id=entry.id or whole.id,
        own_id=entry.id is not None,
        name=entry.name,
        problem=entry.problem,
    )


def _features(path: Path, asked: Asked) -> Iterator[ProjectSpec]:
    """One project for each feature; what breaks off in the middle is a row that says so."""
    for layer in asked.layers or (None,):
        whole = _file(path, replace(asked, layers=(layer,) if layer else ()))
        checked = False
        try:
            for head, one in vector_features.features(path, layer):
                if not checked:
                    _check_fields(path, one.properties, asked)
                    checked = True
                yield _feature(whole, head, one, asked)
        except SourceError:
            raise
        except (CamiscreenError, OSError) as error:
            yield replace(whole, problem=clean(f"{whole.shown}: {error}"))


def _feature(whole: ProjectSpec, head: Any, one: Any, asked: Asked) -> ProjectSpec:
    said = _text(one.properties, asked.id_field)
    name = _text(one.properties, asked.name_field)
    kind, problem = asked.said.kind, None
    word = _text(one.properties, asked.kind_field)
    if word is not None:
        found = kind_of({"kind": word}, "")
        kind = None if found is None else str(found)
        if found is None:
            where = f"{whole.shown}: feature {one.number}"
            problem = (
                f"{where}: {asked.kind_field} is {word!r}, no kind of project"
                f"{suggestion(word.lower(), list(Kind))}; kinds are {', '.join(Kind)}"
            )
    vertices = 0 if one.geometry is None else int(shapely.count_coordinates(one.geometry))
    return replace(
        whole,
        id=said or f"{whole.id}-{one.number:05d}",
        own_id=said is not None,
        feature=one.number,
        name=name,
        said=replace(asked.said, kind=kind),
        problem=problem,
        weight=40 * vertices,
        source_sha256=vector_features.fingerprint(head, one),
    )


def _check_fields(path: Path, properties: Any, asked: Asked) -> None:
    for option, field in (
        ("--id-field", asked.id_field),
        ("--name-field", asked.name_field),
        ("--kind-field", asked.kind_field),
    ):
        if field is not None and field not in properties:
            raise SourceError(
                f"{_shown(path)}: {option}: no field {field}{suggestion(field, properties)}; "
                f"there is {', '.join(map(str, properties)) or 'none'}"
            )


def _text(properties: Any, field: str | None) -> str | None:
    value = None if field is None else properties.get(field)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else clean(str(value))
    return text or None
