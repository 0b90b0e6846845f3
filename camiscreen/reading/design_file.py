"""What is known of a design, from a YAML or JSON file.

An item holds for the stretch ``kp: [from, to]``, or for the whole line without it. Chainage is
written in kilometres (``427.5``) or as the field writes it (``"427+500"``).
"""

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from camiscreen import data_files
from camiscreen.data_files import DataFile, KeyPath
from camiscreen.errors import DataFileError
from camiscreen.geometry.chainage import metres_of
from camiscreen.model import Design, KpRange

STRETCHES = ("fences", "traffic", "formation", "pipeline", "canal", "lighting", "service_track")
"""Lists whose items must not overlap; works may, as several go on at once."""


def read_design(path: Path) -> Design:
    """The design in a file. Raises DataFileError with every mistake and its place."""
    file = data_files.read_yaml(path)
    problems: list[str] = []
    data = _withmetres_of(file, problems)
    if problems:
        raise DataFileError(tuple(problems))
    try:
        design = data_files.build(DataFile(path=path, data=data, places=file.places), Design)
    except DataFileError as error:
        raise DataFileError(tuple(_as_written(text) for text in error.problems)) from error
    problems = _impossible_sizes(file)
    problems += [
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


def check_chainage(path: Path, length_m: float) -> None:
    """Hold every ``kp`` of a design that was read against the length of the line.

    Raises DataFileError with every place beyond the end; a metre more is rounding.
    """
    file = data_files.read_yaml(path)
    assert isinstance(file.data, Mapping)
    problems = []
    for name, items in file.data.items():
        for index, item in enumerate(items if isinstance(items, list) else ()):
            kp = item.get("kp")
            ends = [metres_of(end) for end in (kp if isinstance(kp, list) else [kp])]
            if all(end is None or end <= length_m + 1 for end in ends) and (kp is None or length_m):
                continue
            km, m = divmod(round(length_m), 1000)
            what = f"the line ends at KP {km}+{m:03d}; chainage runs as in the report"
            if not length_m:
                what = "the project has no chainage, being no line; leave kp out"
            problems.append(file.problem((name, index, "kp"), f"kp: {kp!r}: {what}"))
    if problems:
        raise DataFileError(tuple(problems))


def schema() -> dict[str, Any]:
    """JSON Schema of the file, with ``kp`` as it is written there."""
    made = data_files.json_schema(Design)
    one = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string"}]}
    two = {"type": "array", "items": one, "minItems": 2, "maxItems": 2}
    for item in made["$defs"].values():
        fields = item.get("properties", {})
        for name, kp in (("kp_m", two), ("at_m", one)):
            if name in fields:
                del fields[name]
                item["properties"] = {"kp": kp, **fields}
                item["required"] = ["kp" if n == name else n for n in item.get("required", ())]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def _as_written(problem: str) -> str:
    """A problem with the word ``kp`` of the file, not the names that chainage has in the model."""
    return re.sub(r"\.at_m: is missing$", ".kp: is missing", problem).replace(
        "(did you mean kp_m?)", "(did you mean kp?)"
    )


def _impossible_sizes(file: DataFile) -> list[str]:
    """Sizes and counts below zero or beyond all bounds, and a wire higher than its fence."""
    assert isinstance(file.data, Mapping)
    problems = []
    for name, items in file.data.items():
        for index, item in enumerate(items if isinstance(items, list) else ()):
            sizes = {k: v for k, v in item.items() if isinstance(v, int | float) and k != "kp"}
            problems += [
                file.problem((name, index, key), f"{key}: {value} is no size or number")
                for key, value in sizes.items()
                if not 0 <= value < math.inf
            ]
            top = sizes.get("height_m")
            if name == "fences" and top is not None and sizes.get("bottom_wire_m", 0) > top:
                what = f"bottom_wire_m: is above the fence of {top} m; is it in metres?"
                problems.append(file.problem((name, index, "bottom_wire_m"), what))
    return problems


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


def _withmetres_of(file: DataFile, problems: list[str]) -> object:
    """The data with every ``kp`` turned into metres."""
    if not isinstance(file.data, Mapping):
        problems.append(file.problem((), "a design is a mapping, such as fencing: yes"))
        return None
    result: dict[str, Any] = {}
    for key, value in file.data.items():
        if isinstance(value, list):
            result[key] = [
                _item_withmetres_of(file, (key, index), item, problems)
                for index, item in enumerate(value)
            ]
        else:
            result[key] = value
    return result


def _item_withmetres_of(file: DataFile, at: KeyPath, item: object, problems: list[str]) -> object:
    if not isinstance(item, Mapping):
        return item
    problems += [
        file.problem((*at, name), f"{name}: unknown field (did you mean kp?)")
        for name in ("kp_m", "at_m")
        if name in item
    ]
    if "kp" not in item:
        return item
    rest: dict[str, Any] = {key: value for key, value in item.items() if key != "kp"}
    kp = item["kp"]
    name = "at_m" if at[0] == "structures" else "kp_m"
    if name == "at_m":
        rest[name] = metres_of(kp)
        sound = rest[name] is not None
    else:
        ends = [metres_of(end) for end in kp] if isinstance(kp, list) else []
        rest[name] = ends
        known = [end for end in ends if end is not None]
        sound = len(ends) == len(known) == 2 and known[0] < known[1]
    if not sound:
        wanted = "one chainage" if name == "at_m" else "two chainages, from and to"
        what = f'kp: {kp!r} is not {wanted}; write 427.5 or "427+500"'
        problems.append(file.problem((*at, "kp"), what))
    return rest
