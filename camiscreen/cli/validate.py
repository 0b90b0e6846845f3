"""``camiscreen validate``: rules, layers, settings and acceptances, without a screening."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from camiscreen import exit_codes, paths, settings
from camiscreen.cli import configuring, options
from camiscreen.cli.say import say
from camiscreen.errors import DataFileError


@click.command(
    epilog="Exit codes: 0 no problems, 2 at least one.\n\n"
    "Examples:\n\n"
    "\b\n"
    "  camiscreen validate\n"
    "  camiscreen validate my-rules my-layers\n"
    "  camiscreen validate my-rules/screening/RNG-901-canal.yaml\n",
)
@click.argument(
    "given",
    metavar="[PATH]...",
    nargs=-1,
    type=click.Path(path_type=Path, exists=True),
)
@options.lang
def command(*, given: tuple[Path, ...], lang: str) -> int:
    """Check rules, packs, layers, settings and acceptances.

    PATH is a rules folder, a layer folder, a folder of layers, camiscreen.toml, a file whose name
    ends in acceptances.yaml, or any file of these; a file is checked together with the folder that
    it belongs to. Without PATH: the shipped rules and layers, what camiscreen.toml in this folder
    or above names, and acceptances.yaml beside it. Every problem is printed as file:line:column.
    """
    from camiscreen.i18n import Translator
    from camiscreen.judging import acceptance_file
    from camiscreen.rulebook import validation

    shipped = paths.data_dir("rules")
    wanted = list(given)
    if not wanted:
        own = settings.find(Path.cwd())
        wanted = [shipped, paths.data_dir("reference_layers"), *([own] if own else [])]
        beside = (own.parent if own else Path.cwd()) / acceptance_file.FILE_NAME
        wanted += [beside] if beside.is_file() else []
    tomls = [path for path in wanted if path.name == settings.FILE_NAME]
    signed = [path for path in wanted if acceptance_file.is_acceptance_file(path)]
    found: list[str] = []
    for path in tomls:
        mistakes, named = _settings(path)
        found += mistakes
        if not given:
            wanted += [path for path in named if path.is_dir()]
            signed += [path for path in named if path.is_file()]
    others = [path for path in wanted if path not in {*tomls, *signed}]
    result = validation.validate(validation.sort_out(others), shipped)
    for path in dict.fromkeys((*tomls, *signed)):
        found += acceptance_file.problems_in(path)
    problems = dict.fromkeys((*found, *result.problems))
    tr = Translator(lang)
    for problem in problems:
        say(problem)
    files = tr.t("cli.validate.files", n=result.files + len({*tomls, *signed}))
    if problems:
        click.echo(tr.t("cli.validate.problems", files=files, n=len(problems)))
        return exit_codes.USER
    click.echo(tr.t("cli.validate.none", files=files))
    return exit_codes.OK


def _settings(path: Path) -> tuple[list[str], list[Path]]:
    """The problems of a settings file, and the folders and files that it names."""
    from camiscreen import data_files

    try:
        tables = settings.read(path, configuring.known_options())
    except DataFileError as error:
        return list(error.problems), []
    file = data_files.read_toml(path)
    problems: list[str] = []
    named: list[Path] = []
    for table, values in tables.items():
        command = configuring.command_of(table)
        by_name = options.settings_of(command)
        context = click.Context(command, resilient_parsing=True)
        for name, value in values.items():
            parameter = by_name[name]
            many = parameter.multiple and not isinstance(value, list)
            try:
                parameter.type_cast_value(context, [value] if many else value)
            except click.BadParameter as error:
                what = f"[{table}] {name}: {error.message}"
                problems.append(file.problem((table, name), what))
        for name in ("rules", "layers"):
            for folder in _paths(values.get(name)):
                if folder.is_dir():
                    named.append(folder)
                else:
                    what = f"[{table}] {name}: {folder} is not a folder"
                    problems.append(file.problem((table, name), what))
        for path_named in _paths(values.get("acceptances")):
            if path_named.is_file():
                named.append(path_named)
            else:
                what = f"[{table}] acceptances: {path_named} is not a file"
                problems.append(file.problem((table, "acceptances"), what))
    return problems, named


def _paths(value: object) -> Iterable[Path]:
    """Paths as a setting gives them: one, a list, or none; as from the working folder."""
    if value is None:
        return ()
    names: Sequence[object] = value if isinstance(value, list) else [value]
    return [Path(str(name)) for name in names]
