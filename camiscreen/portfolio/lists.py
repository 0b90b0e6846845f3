"""Lists of projects: CSV as spreadsheets write it, or TOML.

A row names a file and what is known beside it; paths are as from the list's own folder. A mistake
in one row becomes that project's problem; a list that cannot be read as a whole is a ListError
with file and line.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from camiscreen import data_files
from camiscreen.data_files import closest, suggestion
from camiscreen.errors import CamiscreenError
from camiscreen.judging.months import read_months
from camiscreen.portfolio.spec import Said
from camiscreen.reading.project_words import clean
from camiscreen.values import dataclass
from camiscreen.vocabulary import Fencing, Kind, Known

FIELDS = ("file", "id", "name", "kind", "fenced", "buried", "works", "design", "layer")
"""Columns of a CSV list and keys of a ``[[project]]``; only ``file`` must be there."""

_CLOSED = {"kind": tuple(Kind), "fenced": tuple(Fencing), "buried": tuple(Known)}


class ListError(CamiscreenError):
    """A list of projects cannot be read; the message has file and line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One project of a list; ``problem`` says what is wrong with its row."""

    file: Path
    id: str | None = None
    name: str | None = None
    said: Said = Said()
    layers: tuple[str, ...] = ()
    problem: str | None = None


def read(path: Path, notes: list[str]) -> list[Entry]:
    """The projects of a list. Raises ListError where it is no such list."""
    rows = _toml(path, notes) if path.suffix.lower() == ".toml" else _csv(path, notes)
    entries = [_entry(path, where, values) for where, values in rows]
    if not entries:
        raise ListError(f"{path}: lists no project")
    return entries


def _csv(path: Path, notes: list[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ListError(f"{path}: not UTF-8; save it as CSV UTF-8") from error
    except OSError as error:
        raise ListError(f"{path}: cannot be read ({error.strerror})") from error
    head = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t", key=head.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [clean(cell).lower() for cell in next(lines, [])]
        _check_columns(f"{path}:1", columns, notes)
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(columns):
                raise ListError(
                    f"{path}:{lines.line_num}: {len(cells)} cells under {len(columns)} columns; "
                    "put text with separators in quotation marks"
                )
            yield f"{path}:{lines.line_num}", dict(zip(columns, cells, strict=False))
    except csv.Error as error:
        raise ListError(f"{path}:{lines.line_num}: {error}") from error


def _toml(path: Path, notes: list[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    data = data_files.read_toml(path).data
    assert isinstance(data, dict)
    projects = data.get("project")
    if not isinstance(projects, list) or not all(isinstance(item, dict) for item in projects):
        raise ListError(f"{path}: no list of projects; begin each with [[project]]")
    others = sorted(set(data) - {"project"})
    if others:
        raise ListError(f"{path}: {others[0]}: unknown key; a list has [[project]] alone")
    for number, item in enumerate(projects, start=1):
        where = f"{path}: project {number}"
        _check_columns(where, list(item), notes)
        yield where, {key: _plain(value) for key, value in item.items()}


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _check_columns(where: str, columns: list[str], notes: list[str]) -> None:
    """A misspelt column is a mistake; one of another meaning is named and passed over."""
    if "file" not in columns:
        raise ListError(f"{where}: no column file; columns are {', '.join(FIELDS)}")
    doubled = sorted({name for name in columns if name and columns.count(name) > 1})
    if doubled:
        raise ListError(f"{where}: {doubled[0]}: stands twice")
    unknown = [name for name in columns if name and name not in FIELDS]
    for name in unknown:
        if (meant := closest(name, FIELDS)) and meant not in columns:
            raise ListError(f"{where}: {name}: unknown column (did you mean {meant}?)")
    if unknown:
        note = f"{where.rpartition(':')[0]}: columns not used: {', '.join(unknown)}"
        if note not in notes:
            notes.append(note)


def _entry(path: Path, where: str, values: Mapping[str, str]) -> Entry:
    cells = {key: text for key, value in values.items() if (text := clean(value))}
    folder = path.parent
    problems = []
    for field, known in _CLOSED.items():
        word = cells.get(field, "").lower()
        if field in cells:
            cells[field] = word
        if word and word not in known:
            listed = ", ".join(known)
            hint = suggestion(word, known)
            problems.append(f"{field}: {word!r} is not one of {listed}{hint}")
            del cells[field]
    works = None
    if "works" in cells:
        works = read_months(cells["works"])
        if works is None:
            problems.append(f"works: {cells['works']!r} is no months such as 4-9 or 4,5,10")
    if "file" not in cells:
        problems.append("file: is missing")
    design = cells.get("design")
    return Entry(
        file=folder / cells.get("file", "?"),
        id=cells.get("id"),
        name=cells.get("name"),
        said=Said(
            kind=cells.get("kind"),
            fenced=cells.get("fenced"),
            buried=cells.get("buried"),
            works=works,
            design=None if design is None else str(folder / design),
        ),
        layers=(cells["layer"],) if "layer" in cells else (),
        problem=f"{where}: {'; '.join(problems)}" if problems else None,
    )
