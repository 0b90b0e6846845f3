"""camiscreen.toml -> values for the command line: flag > CAMISCREEN_* > file > default.

The file is looked for beside the working folder and in its parents. Its keys are the long option
names with underscores, under the name of the command; an unknown key is a mistake, not a comment.
``[[acceptances]]`` are no settings: ``acceptance_file`` reads them.
"""

from collections.abc import Mapping
from pathlib import Path

from camiscreen import data_files
from camiscreen.data_files import suggestion
from camiscreen.errors import DataFileError

FILE_NAME = "camiscreen.toml"
_NO_SETTINGS = frozenset({"acceptances"})
"""Lists of tables that others read; their modules are not imported for a key."""


def find(start: Path) -> Path | None:
    """The nearest camiscreen.toml in a folder or its parents."""
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    return None


def read(path: Path, options: Mapping[str, frozenset[str]]) -> dict[str, dict[str, object]]:
    """Defaults by command, as click's ``default_map`` has them.

    ``options`` names what each command accepts. Raises DataFileError for anything else.
    """
    file = data_files.read_toml(path)
    problems = []
    result: dict[str, dict[str, object]] = {}
    assert isinstance(file.data, dict)
    for command, values in file.data.items():
        if command in _NO_SETTINGS and isinstance(values, list):
            continue
        if command not in options or not isinstance(values, dict):
            problems.append(
                file.problem(
                    (command,),
                    f"[{command}]: no such command{suggestion(command, options)}; "
                    f"tables are {', '.join(sorted(options))}",
                )
            )
            continue
        problems += [
            file.problem(
                (command, key),
                f"[{command}] {key}: no such option{suggestion(key, options[command])}",
            )
            for key in values
            if key not in options[command]
        ]
        problems += [
            f"{path}: [{command}] {key}: {value!r} is no text, no true or false, no list of texts"
            for key, value in values.items()
            if not _plain(value)
        ]
        result[command] = dict(values)
    if problems:
        raise DataFileError(tuple(problems))
    return result


def _plain(value: object) -> bool:
    """Whether click can take a value: numbers are written as text, as on the command line."""
    if isinstance(value, list):
        return all(isinstance(item, str) for item in value)
    return isinstance(value, str | bool)
