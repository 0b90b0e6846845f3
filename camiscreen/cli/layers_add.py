"""``camiscreen layers add`` and ``validate``: a file of the user into a layer, or its problems."""

import re
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from camiscreen import exit_codes, paths
from camiscreen.cli import options
from camiscreen.cli.progress import Counter
from camiscreen.cli.say import say
from camiscreen.errors import LayerError
from camiscreen.layers.kinds import KINDS

if TYPE_CHECKING:
    from camiscreen.layers.adapters.base import Problem
    from camiscreen.layers.adding import Request
    from camiscreen.layers.region import States
    from camiscreen.model import Species

_SHOWN = 20
"""Remarks that ``add`` prints; ``validate`` prints all."""


def _file_options(function: Any) -> Any:
    for option in (
        click.option(
            "--encoding",
            metavar="NAME",
            help="Code page of the texts, where the file does not say; cp1251 is recognized.",
        ),
        click.option(
            "--mapping",
            "mapping_file",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="What the columns are, and the choices of an adapter (YAML; docs/layers.md).",
        ),
    ):
        function = option(function)
    return function


@click.command(
    "add",
    epilog="Examples:\n\n"
    "\b\n"
    "  camiscreen layers add WDPA_Nov2026_Public_KAZ_shp.zip --as wdpa --date 2026-11-01\n"
    "  camiscreen layers add kazakhstan-latest.osm.pbf --as osm\n"
    "  camiscreen layers add ranges.gpkg --as generic --mapping ranges.yaml --to layers\n",
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True,
                type=click.Path(path_type=Path))  # fmt: skip
@click.option("--as", "kind", type=options.OneOf(KINDS), required=True, help="What the file is.")
@click.option("--name", metavar="ID", help="Name of the layer; that of the kind if not given.")
@_file_options
@click.option("--licence", metavar="TEXT", help="Licence, where the source does not fix it.")
@click.option("--citation", metavar="TEXT", help="How the source asks to be cited.")
@click.option("--date", "data_date", metavar="YYYY-MM-DD", help="Date of the data.")
@click.option("--accuracy", "accuracy_m", type=click.FloatRange(min=0, min_open=True),
              metavar="M", help="Positional accuracy in metres, where you know it.")  # fmt: skip
@click.option("--sensitive", is_flag=True,
              help="Its places are coarsened in a report made with check --redact; always so of "
              "movebank.")  # fmt: skip
@click.option("--to", "target", type=click.Path(path_type=Path), metavar="DIR",
              help="Folder for the layer, for example in a repository; your own if not "
              "given.")  # fmt: skip
@click.option("--replace", is_flag=True, help="Overwrite a layer of this name.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def add(
    *,
    files: tuple[Path, ...],
    kind: str,
    name: str | None,
    mapping_file: Path | None,
    encoding: str | None,
    licence: str | None,
    citation: str | None,
    data_date: str | None,
    accuracy_m: float | None,
    sensitive: bool,
    target: Path | None,
    replace: bool,
    quiet: bool,
) -> None:
    """Make a layer of one or more files of yours; it stays on this computer.

    The data are brought to WGS 84, repaired, cut to the region and to the 18 taxa, and compiled.
    check then uses the layer by itself.
    """
    from dataclasses import replace as changed

    from camiscreen.layers import adding
    from camiscreen.layers.adapters.base import Reached

    request = _request(kind, files, mapping_file, encoding)
    request = changed(
        request,
        name=_name(name or request.mapping.id or kind),
        target=target or paths.user_layers_dir(),
        added_on=options.generated_on(None),
        licence=licence,
        citation=citation,
        data_date=options.generated_on(data_date) if data_date else None,
        accuracy_m=accuracy_m,
        sensitive=sensitive,
        replace=replace,
    )
    species, states = _surroundings()
    try:
        with (
            Counter(request.files[0].name, quiet=quiet) as counter,
            closing(adding.add(request, species, states)) as steps,
        ):
            for step in steps:
                if isinstance(step, Reached):
                    counter.at(step.read, step.total)
                else:
                    added = step
    except adding.ProblemsError as error:
        _print_problems(error.problems, all_of_them=False)
        raise click.exceptions.Exit(exit_codes.USER) from error
    if quiet:
        return
    _print_problems(added.remarks, all_of_them=False)
    _print_added(added)


def _print_added(added: Any) -> None:
    origin = added.spec.origin
    assert origin is not None
    for item in origin.left_out:
        click.echo(f"Left out: {item.features} {item.reason}", err=True)
    click.echo(
        f"Added: {added.spec.name}, {origin.receptors} receptors of {origin.features_read} "
        f"features read ({added.spec.bytes / 1e6:.1f} MB): {added.folder}"
    )
    if added.spec.sensitive:
        click.echo("It is sensitive: check --redact coarsens its places in everything written.")
    if not added.spec.redistributable:
        click.echo("It may not be passed on: reports name it and its figures, but do not draw it.")


@click.command(
    "validate",
    epilog="Examples:\n\n"
    "\b\n"
    "  camiscreen layers validate ranges.gpkg --as generic --mapping ranges.yaml\n"
    "  camiscreen layers validate wdpa\n",
)
@click.argument("subjects", metavar="FILE...|ID", nargs=-1, required=True)
@click.option("--as", "kind", type=options.OneOf(KINDS), help="What the file is; not for an ID.")
@_file_options
@options.layer_dirs
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but problems.")
def validate(
    *,
    subjects: tuple[str, ...],
    kind: str | None,
    mapping_file: Path | None,
    encoding: str | None,
    layer_dirs: tuple[Path, ...],
    quiet: bool,
) -> int:
    """Name every problem of a file, or of a layer that is there. Exit code 2 if there is any."""
    if kind is None:
        problems = [p for subject in subjects for p in _of_layer(subject, layer_dirs)]
    else:
        files = tuple(Path(subject) for subject in subjects)
        problems = _of_files(_request(kind, files, mapping_file, encoding), quiet)
    _print_problems(problems, all_of_them=True)
    if problems:
        click.echo(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}", err=True)
        return exit_codes.USER
    if not quiet:
        click.echo("No problems.")
    return exit_codes.OK


def _of_files(request: "Request", quiet: bool) -> list["Problem"]:
    from camiscreen.layers import adding
    from camiscreen.layers.adapters.base import Reached

    species, states = _surroundings()
    problems = []
    with Counter(request.files[0].name, quiet=quiet) as counter:
        for event in adding.examine(request, species, states):
            if isinstance(event, Reached):
                counter.at(event.read, event.total)
            else:
                problems.append(event)
    return problems


def _of_layer(name: str, layer_dirs: tuple[Path, ...]) -> list["Problem"]:
    from camiscreen.layers import catalogue, keeping

    if Path(name).exists():
        raise click.UsageError(f"{name} is a file: say what it is with --as {'|'.join(KINDS)}")
    layers = catalogue.read_catalogue(options.all_layer_dirs(layer_dirs), paths.cache_dir())
    layer = keeping.find(layers, name)
    species, _ = _surroundings()
    return list(keeping.problems_of(layer, paths.cache_dir(), {item.id for item in species}))


def _request(
    kind: str, files: tuple[Path, ...], mapping_file: Path | None, encoding: str | None
) -> "Request":
    """A request without a place yet. Raises DataFileError for a wrong mapping."""
    from camiscreen.layers.adding import Request
    from camiscreen.layers.mapping import NO_MAPPING, read_mapping

    if encoding is not None:
        try:
            "".encode(encoding)
        except LookupError as error:
            raise click.BadParameter(
                f"{encoding!r} is no code page; try cp1251 or utf-8", param_hint="--encoding"
            ) from error
    return Request(
        kind=kind,
        files=files,
        name=kind,
        target=Path(),
        added_on="",
        mapping=read_mapping(mapping_file) if mapping_file else NO_MAPPING,
        mapping_given=mapping_file is not None,
        encoding=encoding,
    )


def _name(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", name):
        raise click.BadParameter(
            f"{name!r}: a name is small letters, digits and underscores, a letter first",
            param_hint="--name",
        )
    if (paths.data_dir("reference_layers") / name).exists():
        raise LayerError(
            f"{name}: a layer that ships with camiscreen has this name; choose another with --name"
        )
    return name


def _surroundings() -> tuple[tuple["Species", ...], "States"]:
    """The taxa and the range states, from what ships with the tool."""
    from camiscreen.layers import catalogue, keeping, region
    from camiscreen.rulebook import rulebook

    cache = paths.cache_dir()
    book = rulebook.load([paths.data_dir("rules")], cache)
    layers = catalogue.read_catalogue([paths.data_dir("reference_layers")], cache)
    opened = catalogue.open_layer(keeping.find(layers, "range_states"), cache)
    return book.species, region.read_states(opened)


def _print_problems(problems: Sequence["Problem"], *, all_of_them: bool) -> None:
    fatal = [problem for problem in problems if problem.fatal]
    others = [problem for problem in problems if not problem.fatal]
    # What stops a layer is always named in full; what was repaired or left out only in part.
    shown = [*fatal, *(others if all_of_them else others[:_SHOWN])]
    for problem in shown:
        word = "Error" if problem.fatal or all_of_them else "Note"
        say(f"{word}: {problem}", err=True)
    if len(shown) < len(problems):
        click.echo(
            f"Note: and {len(problems) - len(shown)} more; camiscreen layers validate names all",
            err=True,
        )
