"""``camiscreen check``: one project through the conveyor, its files and a table."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from camiscreen import exit_codes, paths, settings
from camiscreen.cli import options, output_files
from camiscreen.cli.progress import Progress
from camiscreen.vocabulary import Fencing, Kind, Significance

if TYPE_CHECKING:
    from camiscreen.i18n import Translator
    from camiscreen.model import Screening

FORMATS = ("html", "pdf", "json")


def _read_settings(ctx: click.Context, _: click.Parameter, value: Path | None) -> Path | None:
    """Put the values of camiscreen.toml under the flags; eager, so that it comes first."""
    path = value or settings.find(Path.cwd())
    if path is None:
        return None
    by_name = {
        option.removeprefix("--").replace("-", "_"): parameter
        for parameter in ctx.command.params
        for option in parameter.opts
        if option.startswith("--") and parameter.name != "config"
    }
    values = settings.read(path, {"check": frozenset(by_name)}).get("check", {})
    ctx.default_map = {}
    for name, given in values.items():
        parameter = by_name[name]
        many = parameter.multiple and not isinstance(given, list)
        ctx.default_map[str(parameter.name)] = [given] if many else given
    return path


@click.command(
    epilog="Exit codes: 0 finished, 2 the user must act, 3 something required could not be "
    "assessed, 10 a finding at or above --fail-on, 1 a bug.\n\n"
    "Examples:\n\n"
    "\b\n"
    "  camiscreen check route.geojson --kind railway --fenced yes\n"
    "  camiscreen check client.gpkg --layer option_b --kind road --out reports\n"
    "  camiscreen check route.kmz --lang ru --format html,pdf\n"
    "  cat route.geojson | camiscreen check - --kind pipeline --format json\n",
)
@click.argument("file", metavar="FILE")
@click.option(
    "--kind",
    type=click.Choice([str(kind) for kind in Kind]),
    default=None,
    help="What is proposed; taken from the file where it says so.",
)
@click.option(
    "--fenced",
    type=click.Choice([str(word) for word in Fencing]),
    default=str(Fencing.UNKNOWN),
    show_default=True,
    help="Whether a fence runs along the line. Unknown is screened as fenced.",
)
@click.option("--layer", metavar="NAME", help="Layer of the file, where it has several.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for the files; beside FILE if not given.",
)
@click.option(
    "--format",
    "formats",
    type=options.FormatList(FORMATS),
    multiple=True,
    metavar="LIST",
    default=[",".join(FORMATS)],
    show_default=True,
    help="Files to write: html, pdf, json. Comma list, repeatable.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["never", *(str(s) for s in Significance)]),
    default="never",
    show_default=True,
    help="Exit 10 where a finding is at least this significant.",
)
@click.option(
    "--date",
    "date_text",
    metavar="YYYY-MM-DD",
    envvar="CAMISCREEN_DATE",
    help="Date of the report; today (UTC) or SOURCE_DATE_EPOCH if not given.",
)
@options.lang
@options.rule_dirs
@options.layer_dirs
@click.option(
    "--no-user-layers",
    is_flag=True,
    help="Leave out the layers added on this computer; for results that repeat elsewhere.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    is_eager=True,
    expose_value=False,
    callback=_read_settings,
    metavar="FILE",
    help="Settings; camiscreen.toml here or in a parent folder if not given.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Say what each step does and how long it took.")
def command(
    *,
    file: str,
    kind: str | None,
    fenced: str,
    layer: str | None,
    out: Path | None,
    formats: tuple[tuple[str, ...], ...],
    fail_on: str,
    date_text: str | None,
    lang: str,
    rule_dirs: tuple[Path, ...],
    layer_dirs: tuple[Path, ...],
    no_user_layers: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Screen one project and write its report.

    FILE is a GeoJSON, GeoPackage, Shapefile (also zipped), KML, KMZ, GPX or FlatGeobuf; "-" reads
    GeoJSON from standard input. The report calls itself a desk-based screening: it says what was
    found in the layers used, what to do about it, and what could not be assessed.
    """
    progress = Progress(quiet=quiet, verbose=verbose)
    generated_on = options.generated_on(date_text)
    wanted = tuple(dict.fromkeys(word for group in formats for word in group))
    screening = _screen(
        file=file,
        kind=kind,
        fenced=fenced,
        layer=layer,
        generated_on=generated_on,
        rule_dirs=options.all_rule_dirs(rule_dirs),
        layer_dirs=options.all_layer_dirs(layer_dirs, users=not no_user_layers),
        progress=progress,
    )
    from camiscreen.i18n import Translator

    translator = Translator(lang)
    files = _render(
        screening=screening,
        formats=wanted,
        translator=translator,
        source=file,
        out=out,
        progress=progress,
    )
    output_files.write_all(files)
    code = exit_codes.exit_code(screening, None if fail_on == "never" else Significance(fail_on))
    if not quiet:
        from camiscreen.cli import terminal

        terminal.print_screening(screening, translator, list(files), code)
    return code


def _screen(
    *,
    file: str,
    kind: str | None,
    fenced: str,
    layer: str | None,
    generated_on: str,
    rule_dirs: list[Path],
    layer_dirs: list[Path],
    progress: Progress,
) -> "Screening":
    """The conveyor up to the Screening; rules and manifests fail before any geometry work."""
    from camiscreen import project_file, rulebook, screening
    from camiscreen.layers import catalogue
    from camiscreen.model import Design

    cache = paths.cache_dir()
    with progress.step("Reading rules"):
        book = rulebook.load(rule_dirs, cache)
    with progress.step("Reading layer manifests"):
        layers = catalogue.read_catalogue(layer_dirs, cache)
    with progress.step(f"Reading {file}"):
        project = project_file.read_project(
            file,
            kind=Kind(kind) if kind else None,
            design=Design(fencing=Fencing(fenced)),
            layer=layer,
            stdin=sys.stdin.buffer if file == "-" else None,
        )
    with progress.step("Opening layers (compiled on first use)"):
        opened = screening.open_layers(layers, cache)
    with progress.step("Measuring and judging"):
        return screening.screen(project, opened, book, generated_on=generated_on)


def _render(
    *,
    screening: "Screening",
    formats: tuple[str, ...],
    translator: "Translator",
    source: str,
    out: Path | None,
    progress: Progress,
) -> dict[Path, bytes]:
    """Every file asked for, in memory; nothing is written before all of them are there."""
    folder = output_files.output_folder(source, out)
    document = None
    if {"html", "pdf"} & set(formats):
        from camiscreen.report.document import compose

        with progress.step("Composing the report"):
            document = compose(screening, translator)
    files: dict[Path, bytes] = {}
    for name in formats:
        with progress.step(f"Writing {name}"):
            if name == "json":
                from camiscreen.report.json_report import render_json

                data = render_json(screening)
            elif name == "html":
                from camiscreen.report.html import render_html

                assert document is not None
                data = render_html(document)
            else:
                from camiscreen.report.pdf import render_pdf

                assert document is not None
                data = render_pdf(document)
        files[output_files.target(source, folder, name)] = data
    return files
