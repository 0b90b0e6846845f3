"""Options that several commands share, and what they mean."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from camiscreen import paths

F = TypeVar("F", bound=Callable[..., Any])

LANGUAGES = ("en", "ru")


def lang(function: F) -> F:
    """``--lang``: language of everything printed."""
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        default="en",
        show_default=True,
        envvar="CAMISCREEN_LANG",
        help="Language of the report and of what is printed.",
    )(function)


def rule_dirs(function: F) -> F:
    """``--rules``: own rules beside the shipped ones."""
    return click.option(
        "--rules",
        "rule_dirs",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Folder with rules of your own, added to the shipped ones. Repeatable.",
    )(function)


def layer_dirs(function: F) -> F:
    """``--layers``: own layers beside the shipped ones."""
    return click.option(
        "--layers",
        "layer_dirs",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Folder with layers of your own, added to the shipped ones. Repeatable.",
    )(function)


def all_rule_dirs(own: tuple[Path, ...]) -> list[Path]:
    """The shipped rules, then the user's. Raises UsageError for a folder that is not there."""
    return [paths.data_dir("rules"), *_existing(own, "--rules")]


def all_layer_dirs(own: tuple[Path, ...], *, users: bool = True) -> list[Path]:
    """The shipped layers, those that the user added, then those of ``--layers``.

    A later folder overrides an earlier one. Raises UsageError for a folder that is not there.
    """
    added = paths.user_layers_dir()
    between = [added] if users and added.is_dir() else []
    return [paths.data_dir("reference_layers"), *between, *_existing(own, "--layers")]


def _existing(folders: tuple[Path, ...], option: str) -> list[Path]:
    for folder in folders:
        if not folder.is_dir():
            raise click.BadParameter(f"{folder} is not a folder", param_hint=option)
    return list(folders)


class FormatList(click.ParamType[tuple[str, ...]]):
    """Formats as a comma list; the option may also be given several times."""

    name = "formats"

    def __init__(self, known: tuple[str, ...]) -> None:
        self.known = known

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """The formats of one ``--format``, in the order given."""
        if isinstance(value, tuple):
            return value
        words = [word.strip().lower() for word in str(value).split(",") if word.strip()]
        for word in words:
            if word not in self.known:
                self.fail(f"{word!r} is not one of {', '.join(self.known)}", param, ctx)
        return tuple(words)


def generated_on(given: str | None) -> str:
    """The date of the report: ``--date``, else SOURCE_DATE_EPOCH, else today (UTC).

    Raises BadParameter for what is not a date.
    """
    if given is not None:
        try:
            return date.fromisoformat(given).isoformat()
        except ValueError as error:
            raise click.BadParameter(
                f"{given!r} is not a date as YYYY-MM-DD", param_hint="--date"
            ) from error
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        try:
            return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
        except (ValueError, OverflowError, OSError) as error:
            raise click.BadParameter(
                f"{epoch!r} is not a number of seconds", param_hint="SOURCE_DATE_EPOCH"
            ) from error
    return datetime.now(UTC).date().isoformat()
