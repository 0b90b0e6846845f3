"""Options that several commands share, and what they mean."""

import copy
import os
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from camiscreen import paths
from camiscreen.judging.months import read_months
from camiscreen.vocabulary import Audience

if TYPE_CHECKING:
    from camiscreen.report.style import ReportStyle

F = TypeVar("F", bound=Callable[..., Any])

LANGUAGES = ("en", "ru")


def lang(function: F) -> F:
    """``--lang``: language of everything printed."""
    return click.option(
        "--lang",
        type=OneOf(LANGUAGES),
        default="en",
        show_default=True,
        envvar="CAMISCREEN_LANG",
        help="Language of the report and of what is printed.",
    )(function)


def rule_dirs(function: F) -> F:
    """``--rules``: own rules beside the shipped ones."""
    return _folders("rules", "rule_dirs")(function)


def layer_dirs(function: F) -> F:
    """``--layers``: own layers beside the shipped ones."""
    return _folders("layers", "layer_dirs")(function)


def _folders(what: str, name: str) -> Callable[[F], F]:
    return click.option(
        f"--{what}",
        name,
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="DIR",
        help=f"Folder with {what} of your own, added to the shipped ones. Repeatable.",
    )


def report_style(function: F) -> F:
    """``--audience``, ``--template`` and ``--docx-template``; ``read_style`` makes one value."""
    audience = click.option(
        "--audience",
        envvar="CAMISCREEN_AUDIENCE",
        type=OneOf([str(word) for word in Audience]),
        default=str(Audience.EIA),
        show_default=True,
        help="Whom the report is for: the full annex, two pages for a lender, a leaflet of one "
        "page in plain language, or the full annex with notes and questions for a course.",
    )
    template = click.option(
        "--template",
        "house_dir",
        envvar="CAMISCREEN_TEMPLATE",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="House style: logo, colours, partials; see docs/house-style.md.",
    )
    docx_template = click.option(
        "--docx-template",
        envvar="CAMISCREEN_DOCX_TEMPLATE",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Word document whose styles, page and header the annex takes.",
    )
    return audience(template(docx_template(function)))


def read_style(audience: str, house_dir: Path | None, docx_template: Path | None) -> "ReportStyle":
    """The style of a report. Raises CamiscreenError for a house style that cannot be used."""
    from camiscreen.report.style import House, ReportStyle

    house = House()
    if house_dir is not None:
        from camiscreen.house_style import read_house

        house = read_house(house_dir)
    if docx_template is not None and not docx_template.is_file():
        raise click.BadParameter(f"{docx_template} is not a file", param_hint="--docx-template")
    return ReportStyle(
        audience=Audience(audience), house=house, docx_template=docx_template or house.docx_template
    )


def all_rule_dirs(own: tuple[Path, ...]) -> list[Path]:
    """The shipped rules, then the user's. Raises UsageError for a folder that is not there."""
    return [paths.data_dir("rules"), *_existing(own, "--rules")]


def all_layer_dirs(own: tuple[Path, ...], *, users: bool = True) -> list[Path]:
    """The shipped layers, those that the user added, then those of ``--layers``.

    A later folder overrides an earlier one. Raises UsageError for a folder of ``--layers`` that
    is not there or holds no layer: layers given by mistake must not pass for layers screened.
    """
    added = paths.user_layers_dir()
    between = [added] if users and added.is_dir() else []
    for folder in _existing(own, "--layers"):
        if not (folder / "layer.yaml").is_file() and not any(folder.glob("*/layer.yaml")):
            raise click.BadParameter(
                f"{folder}: no layer in it; a layer is a folder with a layer.yaml",
                param_hint="--layers",
            )
    return [paths.data_dir("reference_layers"), *between, *own]


def settings_of(command: click.Command) -> dict[str, click.Parameter]:
    """What camiscreen.toml may set for a command: the long names of its options."""
    return {
        option.removeprefix("--").replace("-", "_"): parameter
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--") and parameter.name != "config"
    }


def _existing(folders: tuple[Path, ...], option: str) -> list[Path]:
    for folder in folders:
        if not folder.is_dir():
            raise click.BadParameter(f"{folder} is not a folder", param_hint=option)
    return list(folders)


def taken_from(
    command: click.Command, *names: str, **other_defaults: Any
) -> Callable[[click.Command], click.Command]:
    """Decorator that gives a command options of another one, by the names of their values.

    ``other_defaults`` are those of which only the default differs. One definition, one meaning.
    """
    by_name = {str(parameter.name): parameter for parameter in command.params}

    def give(to: click.Command) -> click.Command:
        shared = [copy.copy(by_name[name]) for name in (*names, *other_defaults)]
        for parameter in shared:
            if parameter.name in other_defaults:
                parameter.default = other_defaults[parameter.name]
        to.params += shared
        return to

    return give


class Repeatable(click.Option):
    """An option that may be given several times; in camiscreen.toml one text will do."""

    def type_cast_value(self, ctx: click.Context, value: Any) -> Any:
        """The texts, also where there is only one."""
        return super().type_cast_value(ctx, (value,) if isinstance(value, str) else value)


class OneOf(click.Choice[str]):
    """One of a few words; a slip is answered with the word that may be meant."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word. Fails with a suggestion where another is close."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            said = error.message.rstrip(".") + self.meant(str(value))
            raise click.BadParameter(said, ctx, param) from error

    def meant(self, word: str) -> str:
        """``" (did you mean X?)"`` for a word that is none of these, or nothing."""
        from camiscreen.data_files import suggestion

        return suggestion(word.strip().lower(), self.choices)


class OneKind(OneOf):
    """A kind of project; other words that files use for one are understood as a suggestion."""

    def meant(self, word: str) -> str:
        """By what the word means where that is known, else by how it is spelt."""
        from camiscreen.reading.project_words import kind_of

        kind = kind_of({"kind": word}, "")
        return f" (did you mean {kind}?)" if kind else super().meant(word)


class WordList(click.ParamType[tuple[str, ...]]):
    """Words as a comma list; the option may also be given several times.

    ``known`` closes the list; without it the owner of the words says which there are.
    """

    name = "words"

    def __init__(self, known: tuple[str, ...] | None = None) -> None:
        self.known = known

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """The words of one option, in the order given."""
        if isinstance(value, tuple):
            return value
        words = [word.strip().lower() for word in str(value).split(",") if word.strip()]
        if not words:
            choice = f"; choose from {', '.join(self.known)}" if self.known else ""
            self.fail(f"names nothing{choice}", param, ctx)
        for word in words:
            if self.known is not None and word not in self.known:
                from camiscreen.data_files import suggestion

                close = suggestion(word, self.known)
                self.fail(f"{word!r} is not one of {', '.join(self.known)}{close}", param, ctx)
        return tuple(words)


class MonthList(click.ParamType[tuple[int, ...]]):
    """Months as numbers and ranges: ``4-9``, ``11-2``, ``4,5,10``."""

    name = "months"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """The months named, in the order of the year. A range may run over New Year."""
        if isinstance(value, tuple):
            return value
        months = read_months(str(value))
        if months is None:
            self.fail(f"{value!r} is no months from 1 to 12, such as 4-9 or 4,5,10", param, ctx)
        return months


def is_dated(given: str | None) -> bool:
    """Whether the date of the report was chosen, and is not simply today's."""
    return given is not None or bool(os.environ.get("SOURCE_DATE_EPOCH"))


def generated_on(given: str | None) -> str:
    """The date of the report: ``--date``, else SOURCE_DATE_EPOCH, else today (UTC).

    Raises BadParameter for what is not a date.
    """
    if given is not None:
        try:
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", given):
                raise ValueError(given)
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
