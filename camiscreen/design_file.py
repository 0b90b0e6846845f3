"""What is known of a design, from a YAML or JSON file.

An item holds for the stretch ``kp: [from, to]``, or for the whole line without it. Chainage is
written in kilometres (``427.5``) or as the field writes it (``"427+500"``).
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from camiscreen import data_files
from camiscreen.data_files import DataFile, KeyPath
from camiscreen.errors import DataFileError
from camiscreen.model import Design, KpRange

STRETCHES = ("fences", "traffic", "formation", "pipeline", "canal", "lighting", "service_track")
"""Lists whose items must not overlap; works may, as several go on at once."""

_CHAINAGE = re.compile(r"(?:KP|км)?\s*(\d+)\+(\d{3}(?:\.\d+)?)", re.IGNORECASE)


def read_design(path: Path) -> Design:
    """The design in a file. Raises DataFileError with every mistake and its place."""
    file = data_files.read_yaml(path)
    problems: list[str] = []
    data = _with_metres(file, problems)
    if problems:
        raise DataFileError(tuple(problems))
    design = data_files.build(DataFile(path=path, data=data, places=file.places), Design)
    problems = [
        file.problem(("works", index, "months"), "works: months run from 1 to 12")
        for index, item in enumerate(design.works)
        if not item.months or any(not 1 <= month <= 12 for month in item.months)
    ]
    problems += [
        file.problem((name, later), f"{name}: this item and item {earlier + 1} overlap")
        for name in STRETCHES
        for earlier, later in _overlaps([item.kp_m for item in getattr(design, name)])
    ]
    if problems:
        raise DataFileError(tuple(problems))
    return design


def _overlaps(ranges: Sequence[KpRange | None]) -> list[tuple[int, int]]:
    """Pairs of items that speak of the same stretch; which of them holds would be a guess.

    One item for the whole line beside items for parts is no overlap: it holds elsewhere.
    """
    return [
        (a, b)
        for b, later in enumerate(ranges)
        for a, earlier in enumerate(ranges[:b])
        if (
            earlier is None and later is None
            if earlier is None or later is None
            else earlier[0] < later[1] and later[0] < earlier[1]
        )
    ]


def _with_metres(file: DataFile, problems: list[str]) -> object:
    """The data with every ``kp`` turned into metres."""
    if not isinstance(file.data, Mapping):
        problems.append(file.problem((), "a design is a mapping, such as fencing: yes"))
        return None
    result: dict[str, Any] = {}
    for key, value in file.data.items():
        if isinstance(value, list):
            result[key] = [
                _item_with_metres(file, (key, index), item, problems)
                for index, item in enumerate(value)
            ]
        else:
            result[key] = value
    return result


def _item_with_metres(file: DataFile, at: KeyPath, item: object, problems: list[str]) -> object:
    if not isinstance(item, Mapping) or "kp" not in item:
        return item
    rest: dict[str, Any] = {key: value for key, value in item.items() if key != "kp"}
    kp = item["kp"]
    name = "at_m" if at[0] == "structures" else "kp_m"
    if name == "at_m":
        rest[name] = _metres(kp)
        sound = rest[name] is not None
    else:
        ends = [_metres(end) for end in kp] if isinstance(kp, list) else []
        rest[name] = ends
        known = [end for end in ends if end is not None]
        sound = len(ends) == len(known) == 2 and known[0] < known[1]
    if not sound:
        wanted = "one chainage" if name == "at_m" else "two chainages, from and to"
        what = f'kp: {kp!r} is not {wanted}; write 427.5 or "427+500"'
        problems.append(file.problem((*at, "kp"), what))
    return rest


def _metres(chainage: object) -> float | None:
    """Metres of a chainage in kilometres or as text; None for anything else."""
    if isinstance(chainage, bool):
        return None
    if isinstance(chainage, int | float):
        return float(chainage) * 1000 if chainage >= 0 else None
    match = _CHAINAGE.fullmatch(str(chainage).strip())
    return int(match[1]) * 1000 + float(match[2]) if match else None
