"""``--config``: camiscreen.toml under the flags of the commands that have a table in it."""

import importlib
from pathlib import Path

import click

from camiscreen import settings
from camiscreen.cli import accepting, options

TABLES = ("check", "batch")
"""Commands that camiscreen.toml may set; each is a table of its own."""

FROM_CHECK = frozenset({"format", "out", "quiet", "verbose", "trace", "config"})
"""Options of ``[check]`` that a batch does not take over: what is written, and how it is said.

Everything else that decides a verdict (rules, layers, language, ...) holds for both, so that a
batch never screens with less than a check beside the same camiscreen.toml.
"""


def command_of(table: str) -> click.Command:
    """The command that a table is for."""
    command: click.Command = importlib.import_module(f"camiscreen.cli.{table}").command
    return command


def known_options() -> dict[str, frozenset[str]]:
    """What each table may hold."""
    return {table: frozenset(options.settings_of(command_of(table))) for table in TABLES}


def read_settings(ctx: click.Context, _: click.Parameter, value: Path | None) -> Path | None:
    """Put the values of camiscreen.toml under the flags; eager, so that it comes first."""
    path = value or settings.find(Path.cwd())
    ctx.meta[accepting.SETTINGS] = path
    if path is None:
        return None
    tables = settings.read(path, known_options())
    command = str(ctx.info_name)
    values = dict(tables.get("check", {}))
    if command == "batch":
        kept = {name: given for name, given in values.items() if name not in FROM_CHECK}
        values = {**kept, **tables.get("batch", {})}
    own = options.settings_of(ctx.command)
    ctx.default_map = {}
    for name, given in values.items():
        # A command that has only some of the options of check reads their settings.
        if name in own:
            parameter = own[name]
            many = parameter.multiple and not isinstance(given, list)
            ctx.default_map[str(parameter.name)] = [given] if many else given
    return path
