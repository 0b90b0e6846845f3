"""Which files of acceptances a command reads: those named, or what lies beside the settings."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from camiscreen.cli.options import Repeatable

if TYPE_CHECKING:
    from collections.abc import Callable

    from camiscreen.model import Acceptance

F = TypeVar("F", bound="Callable[..., Any]")

SETTINGS = "camiscreen.settings"
"""Where the context of a command keeps the path of the camiscreen.toml that it read."""

_FILE_NAME = "acceptances.yaml"


def option(function: F) -> F:
    """``--acceptances``: findings that a named person accepts."""
    return click.option(
        "--acceptances",
        "acceptance_files",
        cls=Repeatable,
        multiple=True,
        envvar="CAMISCREEN_ACCEPTANCES",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Findings that a named person accepts until a date; see docs/acceptances.md. "
        "acceptances.yaml beside camiscreen.toml, or here, if not given. Repeatable.",
    )(function)


def files(given: tuple[Path, ...]) -> tuple[Path, ...]:
    """The files to read: those given, else acceptances.yaml beside the settings or here.

    The settings themselves come last: they may hold ``[[acceptances]]``, whatever else is given.
    """
    own: Path | None = click.get_current_context().meta.get(SETTINGS)
    beside = (own.parent if own is not None else Path.cwd()) / _FILE_NAME
    found = (beside,) if not given and beside.is_file() else ()
    return (*given, *(_as_seen_from_here(path) for path in (*found, *((own,) if own else ()))))


def _as_seen_from_here(path: Path) -> Path:
    """A path that says nothing of this computer, where there is one."""
    try:
        return Path(os.path.relpath(path))
    except ValueError:  # another drive of Windows
        return path


def read(paths: tuple[Path, ...]) -> "tuple[Acceptance, ...]":
    """The entries of all the files. Raises DataFileError for one that is no such file."""
    if not paths:
        return ()
    from camiscreen.judging.acceptance_file import read_acceptances

    return tuple(acceptance for path in paths for acceptance in read_acceptances(path))
