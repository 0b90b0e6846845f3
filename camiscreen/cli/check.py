"""``camiscreen check``: one project through the conveyor, its files and a table."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from camiscreen import exit_codes, paths
from camiscreen.cli import accepting, configuring, options, output_files
from camiscreen.cli.progress import Progress
from camiscreen.vocabulary import Fencing, Format, Kind, Known, Significance

if TYPE_CHECKING:
    from camiscreen.i18n import Translator
    from camiscreen.model import Acceptance, Design, Screening
    from camiscreen.report.style import ReportStyle

DEFAULT_FORMATS = (Format.HTML, Format.PDF, Format.JSON)


@click.command(
    epilog="Exit codes: 0 finished, 2 the user must act, 3 something required could not be "
    "assessed, 10 a finding at or above --fail-on, 1 a bug.\n\n"
    "Examples:\n\n"
    "\b\n"
    "  camiscreen check route.geojson --kind railway --fenced yes\n"
    "  camiscreen check client.gpkg --layer option_b --kind road --out reports\n"
    "  camiscreen check route.kmz --kind road --lang ru --format html,pdf\n"
    "  camiscreen check route.kmz --kind road --framework ifc-ps6,national\n"
    "  camiscreen check route.kmz --kind road --audience summary --format pdf\n"
    "  cat route.geojson | camiscreen check - --kind pipeline --format json\n",
)
@click.argument("file", metavar="FILE")
@click.option(
    "--kind",
    envvar="CAMISCREEN_KIND",
    type=options.OneKind([str(kind) for kind in Kind]),
    default=None,
    help="What is proposed; taken from the file where it says so.",
)
@click.option(
    "--fenced",
    envvar="CAMISCREEN_FENCED",
    type=options.OneOf([str(word) for word in Fencing]),
    default=None,
    help="Whether a fence runs along the line. Unknown is screened as fenced.",
)
@click.option(
    "--buried",
    envvar="CAMISCREEN_BURIED",
    type=options.OneOf([str(word) for word in Known]),
    default=None,
    help="Whether a pipeline is buried. Unknown is screened as lying above ground.",
)
@click.option(
    "--works",
    envvar="CAMISCREEN_WORKS",
    type=options.MonthList(),
    default=None,
    metavar="MONTHS",
    help="Months of the works programme, such as 4-9 or 4,5,10.",
)
@click.option(
    "--design",
    "design_path",
    envvar="CAMISCREEN_DESIGN",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What is known of the design, in YAML or JSON; see docs/design.md. Flags win over it.",
)
@click.option(
    "--layer",
    "project_layers",
    cls=options.Repeatable,
    multiple=True,
    metavar="NAME",
    help="Layer of the file, where it has several. Repeatable: layers given are joined.",
)
@click.option(
    "--out",
    envvar="CAMISCREEN_OUT",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for the files; beside FILE if not given.",
)
@click.option(
    "--format",
    "formats",
    envvar="CAMISCREEN_FORMAT",
    type=options.WordList(tuple(str(word) for word in Format)),
    multiple=True,
    metavar="LIST",
    default=[",".join(DEFAULT_FORMATS)],
    show_default=True,
    help=f"Files to write: {', '.join(Format)}; github is printed. Comma list, repeatable.",
)
@options.report_style
@click.option(
    "--figures",
    envvar="CAMISCREEN_FIGURES",
    is_flag=True,
    help="Write the figures of the report as SVG files too, whatever the formats.",
)
@click.option(
    "--framework",
    "framework_words",
    envvar="CAMISCREEN_FRAMEWORK",
    type=options.WordList(),
    multiple=True,
    metavar="LIST",
    help="Lender and national frameworks to map the findings to, as in camiscreen frameworks; "
    "national: those of the states crossed. Comma list, repeatable.",
)
@accepting.option
@click.option(
    "--fail-on",
    envvar="CAMISCREEN_FAIL_ON",
    type=options.OneOf(["never", *(str(s) for s in Significance)]),
    default="never",
    show_default=True,
    help="Exit 10 where a finding that is not accepted is at least this significant.",
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
    "--redact",
    is_flag=True,
    envvar="CAMISCREEN_REDACT",
    help="Coarsen sensitive places (layers and receptors marked as sensitive) in everything "
    "written and printed.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    is_eager=True,
    expose_value=False,
    callback=configuring.read_settings,
    metavar="FILE",
    help="Settings; camiscreen.toml here or in a parent folder if not given.",
)
@click.option(
    "--trace",
    is_flag=True,
    help="Print every step of the judgement of each finding, also with --quiet.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Say what each step does and how long it took.")
def command(
    *,
    file: str,
    kind: str | None,
    fenced: str | None,
    buried: str | None,
    works: tuple[int, ...] | None,
    design_path: Path | None,
    project_layers: tuple[str, ...],
    out: Path | None,
    formats: tuple[tuple[str, ...], ...],
    figures: bool,
    audience: str,
    house_dir: Path | None,
    docx_template: Path | None,
    framework_words: tuple[tuple[str, ...], ...],
    acceptance_files: tuple[Path, ...],
    fail_on: str,
    date_text: str | None,
    lang: str,
    rule_dirs: tuple[Path, ...],
    layer_dirs: tuple[Path, ...],
    no_user_layers: bool,
    trace: bool,
    redact: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Screen one project and write its report.

    FILE is a GeoJSON, GeoPackage, Shapefile (also zipped), KML, KMZ, GPX or FlatGeobuf; "-" reads
    GeoJSON from standard input. The report calls itself a desk-based screening: it says what was
    found in the layers used, what to do about it, and what could not be assessed.
    """
    from camiscreen import one_project

    progress = Progress(quiet=quiet, verbose=verbose)
    generated_on = options.generated_on(date_text)
    wanted = tuple(dict.fromkeys(Format(word) for group in formats for word in group))
    if not wanted:
        raise click.BadParameter(f"choose from {', '.join(Format)}", param_hint="--format")
    style = options.read_style(audience, house_dir, docx_template)
    screening = screened(
        file=file,
        kind=kind,
        design=one_project.design_of(design_path, fenced=fenced, buried=buried, works=works),
        design_path=design_path,
        project_layers=project_layers,
        framework_ids=tuple(dict.fromkeys(word for group in framework_words for word in group)),
        acceptances=accepting.read(accepting.files(acceptance_files)),
        generated_on=generated_on,
        rule_dirs=options.all_rule_dirs(rule_dirs),
        layer_dirs=options.all_layer_dirs(layer_dirs, users=not no_user_layers),
        progress=progress,
    )
    if redact:
        from camiscreen.redaction import redacted

        screening = redacted(screening)
    from camiscreen.i18n import Translator

    translator = Translator(lang)
    level = None if fail_on == "never" else Significance(fail_on)
    files, printed = _render(
        screening=screening,
        formats=wanted,
        fail_on=level,
        figures=figures,
        translator=translator,
        style=style,
        source=file,
        out=out,
        progress=progress,
    )
    output_files.write_all(files)
    if printed:
        from camiscreen.cli.tables import write

        write(printed.decode())
    code = exit_codes.exit_code(screening, level)
    if not quiet:
        from camiscreen.cli import terminal

        terminal.print_screening(screening, translator, list(files), code, trace=trace)
    elif trace:
        from camiscreen.cli.trace import print_trace

        print_trace(screening, translator)
    return code


def screened(
    *,
    file: str,
    kind: str | None,
    design: "Design",
    design_path: Path | None,
    project_layers: tuple[str, ...],
    framework_ids: tuple[str, ...],
    acceptances: "tuple[Acceptance, ...]",
    generated_on: str,
    rule_dirs: list[Path],
    layer_dirs: list[Path],
    progress: Progress,
) -> "Screening":
    """The conveyor up to the Screening; rules and manifests fail before any geometry work."""
    from camiscreen import one_project, screening
    from camiscreen.judging import frameworks
    from camiscreen.layers import catalogue
    from camiscreen.report.text import clean
    from camiscreen.rulebook import rulebook

    cache = paths.cache_dir()
    with progress.step("Reading rules"):
        book = rulebook.load(rule_dirs, cache)
        frameworks.check_known(framework_ids, book)
    with progress.step("Reading layer manifests"):
        layers = catalogue.read_catalogue(layer_dirs, cache)
    with progress.step(f"Reading {clean(file)}"):
        project = one_project.project_of(
            file,
            kind=kind,
            design=design,
            design_path=design_path,
            layers=project_layers,
            stdin=sys.stdin.buffer if file == "-" else None,
        )
    with progress.step("Opening layers (compiled on first use)"):
        opened = screening.open_layers(layers, cache)
    with progress.step("Measuring and judging"):
        return screening.screen(
            project,
            opened,
            book,
            generated_on=generated_on,
            acceptances=acceptances,
            framework_ids=framework_ids,
        )


def _render(
    *,
    screening: "Screening",
    formats: tuple[Format, ...],
    fail_on: Significance | None,
    figures: bool,
    translator: "Translator",
    style: "ReportStyle",
    source: str,
    out: Path | None,
    progress: Progress,
) -> tuple[dict[Path, bytes], bytes]:
    """Every file asked for, in memory, and what is printed instead; written when all are there."""
    from camiscreen.report import outputs

    folder = output_files.output_folder(source, out)
    files: dict[Path, bytes] = {}
    printed = b""
    with progress.step("Composing the report"):
        drawings = list(
            outputs.draw(
                screening, translator, formats, fail_on=fail_on, style=style, figures=figures
            )
        )
    drawn: dict[str, outputs.Files] = {}
    for name, draw in sorted(drawings, key=lambda drawing: isinstance(drawing[1], outputs.Aside)):
        with progress.step(f"Writing {name}"):
            drawn[name] = draw()
    for name, _ in drawings:
        for ending, data in drawn[name].items():
            if name in outputs.PRINTED:
                printed += data
            else:
                files[output_files.target(source, folder, ending)] = data
    return files, printed
