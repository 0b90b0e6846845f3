"""Ids of projects, each once, and names of files that every system can hold.

This module's one job. Both depend on what is named alone, not on the order in which it is named.
"""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from camiscreen.portfolio.spec import ProjectSpec

_DOUBLE_SUFFIXES = (".shp.zip", ".gpkg.zip")
LONGEST = 60
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_DIGITS = re.compile(r"(\d+)")


def stem_of(path: Path) -> str:
    """The name of a file without its suffixes."""
    name = path.name
    for suffix in _DOUBLE_SUFFIXES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return path.stem or name


def natural(text: str) -> tuple[object, ...]:
    """Sorts ``road-2`` before ``road-10``; the text itself decides between equals."""
    parts = _DIGITS.split(text.casefold())
    return (tuple((int(p), "") if p.isdigit() and p.isascii() else (-1, p) for p in parts), text)


def with_own_ids(specs: Sequence[ProjectSpec], notes: list[str]) -> tuple[ProjectSpec, ...]:
    """The projects in the order of their ids, no id and no file name twice."""
    apart = _apart_by_folder(specs)
    ordered = sorted(apart, key=lambda s: (natural(s.id), s.shown, s.feature or 0, repr(s.place)))
    taken: set[str] = set()
    out: list[ProjectSpec] = []
    again: list[str] = []
    for spec in ordered:
        own, number = spec.id, 1
        while own.casefold() in taken:
            number += 1
            own = f"{spec.id} ({number})"
        taken.add(own.casefold())
        again += [spec.id] if number > 1 else []
        out.append(replace(spec, id=own))
    if again:
        listed = ", ".join(dict.fromkeys(again[:5]))
        notes.append(f"{len(again)} projects share an id with another ({listed}); numbered on")
    return _with_stems(sorted(out, key=lambda s: natural(s.id)))


def _apart_by_folder(specs: Sequence[ProjectSpec]) -> list[ProjectSpec]:
    """Files of one name in several folders are told apart by their path."""
    groups: dict[str, list[ProjectSpec]] = defaultdict(list)
    for spec in specs:
        groups[spec.id.casefold()].append(spec)
    out = []
    for group in groups.values():
        files = {spec.shown for spec in group if not spec.own_id}
        if len(files) < 2:
            out += group
            continue
        paths = {shown: PurePosixPath(shown) for shown in files}
        shared = _shared_parts(list(paths.values()))
        for spec in group:
            if spec.own_id:
                out.append(spec)
                continue
            path = paths[spec.shown]
            folders = path.parts[shared:-1]
            stems = {(p.parts[shared:-1], stem_of(Path(p.name)).casefold()) for p in paths.values()}
            # Where only the suffix differs, it is part of the id.
            last = path.name if len(stems) < len(paths) else stem_of(Path(path.name))
            tail = "" if spec.feature is None else f"-{spec.feature:05d}"
            out.append(replace(spec, id="/".join([*folders, last]) + tail))
    return out


def _shared_parts(paths: Sequence[PurePosixPath]) -> int:
    parents = [path.parts[:-1] for path in paths]
    shared = 0
    for parts in zip(*parents, strict=False):
        if len(set(parts)) > 1:
            break
        shared += 1
    return shared


def _with_stems(specs: Sequence[ProjectSpec]) -> tuple[ProjectSpec, ...]:
    taken: set[str] = set()
    out = []
    for spec in specs:
        stem = file_name(spec.id)
        if stem.casefold() in taken:
            stem = f"{stem}-{hashlib.sha256(spec.id.encode()).hexdigest()[:8]}"
        taken.add(stem.casefold())
        out.append(replace(spec, stem=stem))
    return tuple(out)


def file_name(identifier: str) -> str:
    """A name for files that Windows, macOS and Linux take; what is cut off leaves a hash."""
    text = unicodedata.normalize("NFC", identifier)
    safe = "".join(c if c.isalnum() or c in "-_.()" else "_" for c in text).strip("._ ")
    if len(safe) > LONGEST:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        safe = f"{safe[: LONGEST - 9]}-{digest}"
    if not safe or _RESERVED.fullmatch(safe):
        safe = f"project_{safe}"
    return safe
