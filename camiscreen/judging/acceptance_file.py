"""Acceptances of findings, from acceptances.yaml or the tables of camiscreen.toml.

A file that cannot be read stops the run. A single entry that is wrong does not: it takes no
effect and is reported with its mistakes, so that the finding counts again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from camiscreen import data_files
from camiscreen.data_files import DataFile, KeyPath, suggestion
from camiscreen.errors import DataFileError
from camiscreen.geometry.chainage import metres_of
from camiscreen.model import Acceptance, KpRange
from camiscreen.values import dataclass
from camiscreen.vocabulary import Significance

FILE_NAME = "acceptances.yaml"
KEY = "acceptances"
_TEXTS = ("finding", "reason", "by", "until", "avoidance")


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceEntry:
    """An entry of the file."""

    finding: str
    reason: str
    by: str
    until: str
    project: str | None = None
    kp: KpRange | None = None  # metres here, kilometres in the file
    significance: Significance | None = None
    measures: tuple[str, ...] = ()
    avoidance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceFile:
    """The whole file; ``project`` is that of the entries which name none."""

    acceptances: tuple[AcceptanceEntry, ...]
    project: str | None = None


def is_acceptance_file(path: Path) -> bool:
    """Whether a file holds acceptances by its name: ``acceptances.yaml``, ``x-acceptances.yml``.

    ``check --acceptances`` takes any name; this is for files that are found.
    """
    return re.fullmatch(r"(?:.*[-_.])?acceptances\.(?:ya?ml|json)", path.name) is not None


def read_acceptances(path: Path) -> tuple[Acceptance, ...]:
    """The entries of a file in its order; those that are wrong carry their ``problems``.

    Raises DataFileError where it is no file of acceptances at all.
    """
    toml = path.suffix.lower() == ".toml"
    file = data_files.read_toml(path) if toml else data_files.read_yaml(path)
    data = file.data if isinstance(file.data, Mapping) else {}
    items = data.get(KEY, [] if toml else None)
    if items is None and KEY in data:
        items = []
    project = None if toml else data.get("project")
    strange = [] if toml else [key for key in data if key not in {KEY, "project"}]
    problems = [
        file.problem((key,), f"{key}: unknown field{suggestion(key, [KEY, 'project'])}")
        for key in strange
    ]
    if not isinstance(items, list):
        problems.append(
            file.problem((KEY,), f"a file of acceptances holds a list {KEY}: with its entries")
        )
    if not isinstance(project, str | None):
        problems.append(file.problem(("project",), f"project: {project!r} is no name"))
    if problems:
        raise DataFileError(tuple(problems))
    return tuple(
        _entry(file, (KEY, index), item, project) for index, item in enumerate(items or ())
    )


def naming_projects(acceptances: Sequence[Acceptance]) -> tuple[Acceptance, ...]:
    """The entries as they count where several projects are screened with one file.

    One that names no project would accept the same finding in all of them: it has a problem.
    """
    what = "project: is missing; with several projects every entry names its own"
    return tuple(
        entry
        if entry.project is not None
        else replace(entry, problems=(*entry.problems, f"{entry.place}: {what}"))
        for entry in acceptances
    )


def problems_in(path: Path) -> tuple[str, ...]:
    """Every mistake in a file, and what is not filled in, as ``file:line:column: what``."""
    try:
        entries = read_acceptances(path)
    except DataFileError as error:
        return error.problems
    return tuple(
        problem
        for entry in entries
        for problem in (
            *entry.problems,
            *(
                [f"{entry.place}: not filled in: {', '.join(entry.missing)}"]
                if entry.missing and not entry.problems
                else []
            ),
        )
    )


def schema() -> dict[str, Any]:
    """JSON Schema of the file, with ``kp`` as it is written there."""
    made = data_files.json_schema(AcceptanceFile)
    fields = made["$defs"]["AcceptanceEntry"]["properties"]
    one = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string"}]}
    fields["kp"] = {"type": "array", "items": one, "minItems": 2, "maxItems": 2}
    fields["until"] = {"type": "string", "format": "date"}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


# ----------------------------------------------------------------------------------------------
# One entry
# ----------------------------------------------------------------------------------------------


def _entry(file: DataFile, at: KeyPath, item: object, project: str | None) -> Acceptance:
    """An entry as an acceptance, or what can be read of it with its problems."""
    place = file.problem(at, "").removesuffix(": ")
    if not isinstance(item, Mapping):
        what = file.problem(at, "an entry is a mapping with finding, reason, by and until")
        return Acceptance(finding_id="", reason="", by="", until="", place=place, problems=(what,))
    given = {key: _plain(key, value) for key, value in item.items()}
    problems = []
    if given.get("kp") is not None:
        given["kp"] = _range(item["kp"])
        if given["kp"] is None:
            what = f'kp: {item["kp"]!r} is not two chainages, from and to; write [427.5, "430+200"]'
            problems.append(file.problem((*at, "kp"), what))
    try:
        inner = DataFile(path=file.path, data={KEY: {at[1]: given}}, places=file.places)
        entry = data_files.build(inner, AcceptanceEntry, at=at)
    except DataFileError as error:
        problems += error.problems
        return replace(_what_is_there(given, project), place=place, problems=tuple(problems))
    return Acceptance(
        finding_id=entry.finding.strip(),
        reason=entry.reason.strip(),
        by=entry.by.strip(),
        until=entry.until.strip(),
        kp_m=entry.kp,
        measures=entry.measures,
        avoidance=entry.avoidance.strip(),
        significance=entry.significance,
        project=entry.project or project,
        place=place,
        problems=(*problems, *_problems(file, at, entry)),
    )


def _plain(key: str, value: object) -> object:
    """TOML's dates as text, and nothing for a text that was left out after its colon."""
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None and key in _TEXTS else value


def _range(kp: object) -> list[float] | None:
    ends = [metres_of(end) for end in kp] if isinstance(kp, list) else []
    known = [end for end in ends if end is not None]
    return known if len(ends) == len(known) == 2 and known[0] < known[1] else None


def _what_is_there(given: Mapping[str, object], project: str | None) -> Acceptance:
    """The texts of an entry that has mistakes, for the report of them."""
    text = {key: value.strip() for key, value in given.items() if isinstance(value, str)}
    return Acceptance(
        finding_id=text.get("finding", ""),
        reason=text.get("reason", ""),
        by=text.get("by", ""),
        until=text.get("until", ""),
        avoidance=text.get("avoidance", ""),
        project=text.get("project") or project,
    )


def _problems(file: DataFile, at: KeyPath, entry: AcceptanceEntry) -> list[str]:
    """What is wrong with a well-formed entry; texts that wait to be filled in are no mistakes."""
    problems = []
    if not entry.finding.strip():
        problems.append(file.problem((*at, "finding"), "finding: names none"))
    until = entry.until.strip()
    if until and not _is_date(until):
        what = f"until: {until!r} is not a date as YYYY-MM-DD"
        problems.append(file.problem((*at, "until"), what))
    return problems


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
