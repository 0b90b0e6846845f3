"""YAML, TOML and JSON on disk into typed values; every mistake with file, line and column.

The only user of PyYAML, tomllib and pydantic. A file that does not fit its dataclass stops the
run with all its problems at once; nothing is skipped, no key is ignored. YAML is read by the core
schema: ``no`` and ``on`` are words, ``12:30`` is text, a key may stand only once.
"""

import dataclasses
import hashlib
import json
import os
import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from camiscreen.closed_words import StrEnum
from camiscreen.errors import DataFileError
from camiscreen.values import dataclass

T = TypeVar("T")
Place = tuple[int, int]
"""Line and column, from 1."""
KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """A parsed file: plain data, and where each of its values stands."""

    path: Path
    data: object
    places: Mapping[KeyPath, Place]

    def problem(self, at: KeyPath, what: str) -> str:
        """``file:line:column: what``, at the nearest value that has a place."""
        path = at
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (1, 1))
        return f"{self.path}:{line}:{column}: {what}"


def sha256_of(paths: Iterable[Path], root: Path) -> str:
    """One hash over names and bytes of several files, in sorted order, line ends normalized."""
    named = sorted((path.parts[len(root.parts) :], path) for path in paths)
    return _sha256_of_named((steps, path.read_bytes()) for steps, path in named)


def sha256_of_tree(root: Path, endings: tuple[str, ...]) -> str:
    """``sha256_of`` all files below a folder whose names end so; a missing folder holds nothing.

    A hundred paths as objects would cost as much as reading what they name. Raises DataFileError
    for a file or folder that cannot be read: nothing that may hold rules is passed over.
    """
    # Some systems find a file by any case of its ending.
    found = sorted(f for f in _files_below(str(root), ()) if f[1].lower().endswith(endings))
    return _sha256_of_named((steps, _content(path)) for steps, path in found)


def _sha256_of_named(files: Iterable[tuple[tuple[str, ...], bytes]]) -> str:
    total = hashlib.sha256()
    for steps, content in files:
        total.update("/".join(steps).encode() + b"\0")
        total.update(content.replace(b"\r\n", b"\n") + b"\0")
    return total.hexdigest()


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read()
    except OSError as error:
        raise DataFileError((_unreadable(Path(path), error),)) from error


_DEEPEST_LINK = 2
"""Links to folders are followed so deep as files are read; one to a folder above has no end."""


def _files_below(folder: str, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every file with the steps that lead to it."""
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return
    except OSError as error:
        raise DataFileError((_unreadable(Path(folder), error),)) from error
    for entry in entries:
        steps = (*above, entry.name)
        if not entry.is_dir():
            yield steps, entry.path
        elif len(steps) <= _DEEPEST_LINK or not entry.is_symlink():
            yield from _files_below(entry.path, steps)


def sha256_of_texts(texts: Iterable[str]) -> str:
    """One hash over several texts in their order."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def read_yaml(path: Path) -> DataFile:
    """Parse one YAML file. Raises DataFileError with the place of a syntax error."""
    import yaml  # 15 ms that a run with a warm cache does not pay

    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=_yaml_loader())
    except UnicodeDecodeError as error:
        raise DataFileError((f"{path}:1:1: not UTF-8 text ({error.reason})",)) from error
    except OSError as error:
        raise DataFileError((_unreadable(path, error),)) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise DataFileError((f"{path}:{line}:{column}: {error.problem}",)) from error
    except yaml.YAMLError as error:
        raise DataFileError((f"{path}:1:1: {error}",)) from error
    places: dict[KeyPath, Place] = {}
    problems: list[str] = []
    data = None if node is None else _plain(node, (), places, problems, path)
    if problems:
        raise DataFileError(tuple(problems))
    return DataFile(path=path, data=data, places=places)


def read_toml(path: Path) -> DataFile:
    """Parse one TOML file. Raises DataFileError with the place of a syntax error."""
    import tomllib  # 2 ms that a run without settings does not pay

    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise DataFileError((f"{path}:1:1: not UTF-8 text ({error.reason})",)) from error
    except tomllib.TOMLDecodeError as error:
        found = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", str(error))
        what = f"{found[2]}:{found[3]}: {found[1]}" if found else f"1:1: {error}"
        raise DataFileError((f"{path}:{what}",)) from error
    except OSError as error:
        raise DataFileError((_unreadable(path, error),)) from error
    return DataFile(path=path, data=data, places=_toml_places(text))


def _unreadable(path: Path, error: OSError) -> str:
    """Of a file that cannot be opened no line is wrong."""
    if isinstance(error, FileNotFoundError):
        return f"{path}: no such file; check the path and the spelling"
    return f"{path}: cannot be read ({error.strerror})"


def _toml_places(text: str) -> dict[KeyPath, Place]:
    """Where the tables and keys of a TOML text stand, those of ``[[lists]]`` by their index.

    tomllib does not say.
    """
    places: dict[KeyPath, Place] = {}
    table: KeyPath = ()
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        column = len(line) - len(line.lstrip()) + 1
        if entry := re.match(r"\s*\[\[\s*([\w-]+)\s*\]\]", line):
            counts[entry[1]] = counts.get(entry[1], -1) + 1
            table = (entry[1], counts[entry[1]])
            places.setdefault((entry[1],), (number, column))
            places[table] = (number, column)
        elif header := re.match(r"\s*\[\s*([\w.-]+)\s*\]", line):
            table = tuple(header[1].split("."))
            places.setdefault(table, (number, column))
        elif key := re.match(r"\s*([\w-]+)\s*=", line):
            places.setdefault((*table, key[1]), (number, column))
    return places


@cache
def _yaml_loader() -> Any:
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class CoreLoader(base):  # type: ignore[misc]
        yaml_implicit_resolvers: typing.ClassVar[dict[str, list[tuple[str, Any]]]] = {}

    for tag, pattern, first in (
        ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
        ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
        ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
        ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ):
        CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)
    return CoreLoader


def _plain(
    node: Any, at: KeyPath, places: dict[KeyPath, Place], problems: list[str], path: Path
) -> object:
    """Plain data of a YAML node; notes places and duplicate keys on the way."""
    places[at] = (node.start_mark.line + 1, node.start_mark.column + 1)
    kind = node.tag.rpartition(":")[2]
    if node.id == "mapping":
        result: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in result:
                line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
                problems.append(f"{path}:{line}:{column}: {key}: stands twice in this mapping")
            result[key] = _plain(value_node, (*at, key), places, problems, path)
        return result
    if node.id == "sequence":
        return [
            _plain(item, (*at, index), places, problems, path)
            for index, item in enumerate(node.value)
        ]
    if kind == "bool":
        return str(node.value).lower() == "true"
    if kind == "null":
        return None
    if kind == "int":
        return int(node.value)
    if kind == "float":
        return float(node.value)
    return str(node.value)


# ----------------------------------------------------------------------------------------------
# Plain data into dataclasses
# ----------------------------------------------------------------------------------------------


def build(file: DataFile, cls: type[T], *, at: KeyPath = ()) -> T:
    """The value at ``at`` of a file as an instance of ``cls``, checked strictly.

    Raises DataFileError with every problem; a misspelt key or word comes with a suggestion.
    """
    from pydantic import ValidationError  # 75 ms, paid only without a cache

    data = file.data
    for key in at:
        data = data[key]  # type: ignore[index]
    try:
        return typing.cast(
            T, _adapter(typing.cast(Any, cls)).validate_json(json.dumps(data), strict=True)
        )
    except ValidationError as error:
        problems = []
        for item in error.errors(include_url=False):
            loc = item["loc"]
            problems.append(file.problem(at + _data_path(loc, data), _explain(item, loc, cls)))
        raise DataFileError(tuple(dict.fromkeys(problems))) from error


def _data_path(loc: tuple[str | int, ...], data: object) -> KeyPath:
    """Only those steps of a pydantic location that exist in the data."""
    path: list[str | int] = []
    for step in loc:
        in_mapping = isinstance(data, dict) and step in data
        in_sequence = isinstance(data, list) and isinstance(step, int) and step < len(data)
        if in_mapping or in_sequence:
            data = data[step]  # type: ignore[index]
            path.append(step)
    return tuple(path)


def _explain(item: Mapping[str, Any], loc: tuple[str | int, ...], cls: type) -> str:
    """One problem in words: which field, what is wrong, what was probably meant."""
    field = ".".join(str(step) for step in loc) or "file"
    kind = item["type"]
    if kind in {"unexpected_keyword_argument", "extra_forbidden"}:
        known = _field_names(cls, loc[:-1])
        return f"{field}: unknown field{suggestion(str(loc[-1]), known)}"
    if kind in {"missing", "missing_argument", "missing_keyword_only_argument"}:
        return f"{field}: is missing"
    if kind == "enum":
        expected = str(item["ctx"]["expected"]).replace(" or ", ",")
        words = [word.strip("' ") for word in expected.split(",")]
        given = str(item.get("input"))
        return f"{field}: {given!r} is not one of {', '.join(words)}{suggestion(given, words)}"
    return f"{field}: {str(item['msg'])[:1].lower()}{str(item['msg'])[1:]}"


def suggestion(word: str, known: Iterable[str]) -> str:
    """``" (did you mean X?)"`` where a known word is close, else nothing."""
    close = closest(word, known)
    return f" (did you mean {close}?)" if close else ""


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like another, if any is like it at all."""
    import difflib  # 1 ms that a run without a slip does not pay

    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def _field_names(cls: Any, loc: tuple[str | int, ...]) -> list[str]:
    """Names of the fields of the dataclass that ``loc`` leads to."""
    for step in loc:
        if isinstance(step, int):
            continue
        hint = typing.get_type_hints(cls).get(step) if dataclasses.is_dataclass(cls) else None
        inner = [h for h in _unpacked(hint) if dataclasses.is_dataclass(h)]
        if not inner:
            return []
        cls = inner[0]
    return [f.name for f in dataclasses.fields(cls)] if dataclasses.is_dataclass(cls) else []


def _unpacked(hint: Any) -> list[Any]:
    """A type hint and all the hints inside it, flat."""
    inner = [h for arg in typing.get_args(hint) for h in _unpacked(arg)]
    return [hint, *inner]


@cache
def _adapter(cls: type) -> Any:
    from pydantic import TypeAdapter

    _forbid_unknown_fields(cls, set())
    return TypeAdapter(cls)


def _forbid_unknown_fields(cls: Any, seen: set[type]) -> None:
    """Make pydantic refuse unknown keys in ``cls`` and every dataclass inside it.

    The setting is an attribute that pydantic looks for, so the model need not import pydantic.
    """
    if not dataclasses.is_dataclass(cls) or cls in seen:
        return
    seen.add(typing.cast(type, cls))
    cls.__pydantic_config__ = {"extra": "forbid", "strict": True}  # type: ignore[union-attr]
    for hint in typing.get_type_hints(cls).values():
        for inner in _unpacked(hint):
            _forbid_unknown_fields(inner, seen)


def json_schema(cls: type) -> dict[str, Any]:
    """JSON Schema of a dataclass, for completion in editors."""
    return typing.cast(dict[str, Any], _adapter(cls).json_schema())


def yaml_text(value: object) -> str:
    """A dataclass as YAML that ``read_yaml`` and ``build`` turn into the same value again.

    Fields that are None or empty are left out where they have a default.
    """
    import yaml

    class Dumper(yaml.SafeDumper):
        """Quotes every text, so that none is taken for a number, a date or a word like no."""

    def text(dumper: Any, data: str) -> Any:
        style = '"' if len(data) < 80 else ">"
        return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=style)

    def mapping(dumper: Any, data: Mapping[str, object]) -> Any:
        keys = [yaml.ScalarNode("tag:yaml.org,2002:str", key) for key in data]
        values = [dumper.represent_data(value) for value in data.values()]
        return yaml.MappingNode("tag:yaml.org,2002:map", list(zip(keys, values, strict=True)))

    Dumper.add_representer(str, text)
    Dumper.add_representer(dict, mapping)
    return yaml.dump(
        _without_defaults(value), Dumper=Dumper, allow_unicode=True, sort_keys=False, width=96,
        line_break="\n", default_flow_style=False,
    )  # fmt: skip


def _without_defaults(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: _without_defaults(getattr(value, f.name))
            for f in dataclasses.fields(value)
            if f.default is dataclasses.MISSING or getattr(value, f.name) != f.default
        }
    if isinstance(value, tuple | list):
        return [_without_defaults(item) for item in value]
    return value.value if isinstance(value, StrEnum) else value


# ----------------------------------------------------------------------------------------------
# Checked values to JSON and back, without pydantic
# ----------------------------------------------------------------------------------------------


def to_plain(value: object) -> object:
    """A dataclass as plain JSON data; tuples become lists, words their text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    return value


def restore(cls: type[T], data: object) -> T:
    """The inverse of ``to_plain`` for data that was checked when it was written."""
    return typing.cast(T, _restorer(typing.cast(Any, cls))(data))


@cache
def _restorer(hint: Any) -> Callable[[Any], Any]:
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        fields = [(f.name, _restorer(hints[f.name])) for f in dataclasses.fields(hint)]
        make = typing.cast(Callable[..., Any], hint)
        return lambda data: make(**{name: fn(data[name]) for name, fn in fields})
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in {types.UnionType, typing.Union}:
        (inner,) = [_restorer(arg) for arg in args if arg is not type(None)]
        return lambda data: None if data is None else inner(data)
    if origin is tuple:
        if len(args) == 2 and args[1] is Ellipsis:
            item = _restorer(args[0])
            if item is _same:
                return tuple
            return lambda data: tuple([item(entry) for entry in data])
        return tuple
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    return _same


def _same(data: Any) -> Any:
    return data
