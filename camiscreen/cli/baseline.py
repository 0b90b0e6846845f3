"""``camiscreen baseline``: the findings of a check as acceptances for a review."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from camiscreen import exit_codes, one_project
from camiscreen.cli import check, options, output_files
from camiscreen.cli.progress import Progress
from camiscreen.errors import DataFileError, OutputError
from camiscreen.vocabulary import Significance

if TYPE_CHECKING:
    from camiscreen.model import Acceptance

_OF_CHECK = {
    "kind", "fenced", "buried", "works", "design_path", "project_layers", "date_text", "lang",
    "rule_dirs", "layer_dirs", "no_user_layers", "config", "quiet", "verbose",
}  # fmt: skip
"""Options that say what is screened, which are those of ``check``."""


@click.command(
    params=[parameter for parameter in check.command.params if parameter.name in _OF_CHECK],
    epilog="Exit codes: 0 written, 2 the user must act, 1 a bug.\n\n"
    "Examples:\n\n"
    "\b\n"
    "  camiscreen baseline route.geojson --kind railway\n"
    "  camiscreen baseline north.gpkg south.gpkg --kind road --at-least moderate\n",
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--at-least",
    type=options.OneOf([str(level) for level in Significance]),
    default=str(Significance.NEGLIGIBLE),
    show_default=True,
    help="Lowest significance of the findings that are written.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("acceptances.yaml"),
    show_default=True,
    metavar="FILE",
    help="File of acceptances; where it exists, its entries are kept and new ones added.",
)
def command(
    *,
    files: tuple[str, ...],
    at_least: str,
    out: Path,
    kind: str | None,
    fenced: str | None,
    buried: str | None,
    works: tuple[int, ...] | None,
    design_path: Path | None,
    project_layers: tuple[str, ...],
    date_text: str | None,
    lang: str,
    rule_dirs: tuple[Path, ...],
    layer_dirs: tuple[Path, ...],
    no_user_layers: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Write the findings of projects as acceptances for a review.

    Each FILE is screened as by check, without any acceptance. An entry takes effect only when a
    person has filled in reason, by and until, and has answered whether the finding can be
    avoided; until then check reports it, and its finding counts.
    """
    from camiscreen import baseline
    from camiscreen.i18n import Translator
    from camiscreen.judging.acceptance_file import read_acceptances

    tr = Translator(lang)
    existing = read_acceptances(out) if out.exists() else ()
    screenings = [
        check.screened(
            file=file,
            kind=kind,
            design=one_project.design_of(design_path, fenced=fenced, buried=buried, works=works),
            design_path=design_path,
            project_layers=project_layers,
            framework_ids=(),
            acceptances=(),
            generated_on=options.generated_on(date_text),
            rule_dirs=options.all_rule_dirs(rule_dirs),
            layer_dirs=options.all_layer_dirs(layer_dirs, users=not no_user_layers),
            progress=Progress(quiet=quiet, verbose=verbose),
        )
        for file in files
    ]
    found = baseline.open_findings(screenings, existing, Significance(at_least))
    if found:
        before = out.read_bytes().decode("utf-8") if out.exists() else None
        text = baseline.with_entries(before, found, tr)
        _hold_to_what_was_there(text, out, existing, len(found))
        output_files.write_all({out: text.encode()})
    if not quiet:
        click.echo(tr.t("baseline.written", n=len(found), path=str(out)))
        if existing:
            click.echo(tr.t("baseline.kept", n=len(existing)))
        if found:
            click.echo(tr.t("baseline.next"))
    return exit_codes.OK


def _hold_to_what_was_there(
    text: str, out: Path, existing: "tuple[Acceptance, ...]", added: int
) -> None:
    """Read what is about to be written. Raises OutputError unless the old entries all stand."""
    from camiscreen.judging.acceptance_file import read_acceptances

    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / "trial.yaml"
        trial.write_bytes(text.encode())
        try:
            entries = read_acceptances(trial)
        except DataFileError:
            entries = ()
    kept = [replace(entry, place="", problems=()) for entry in entries[: len(existing)]]
    if len(entries) != len(existing) + added or kept != [
        replace(entry, place="", problems=()) for entry in existing
    ]:
        raise OutputError(
            f"{out}: nothing can be added to its list of acceptances; write the entries on lines "
            "of their own as the last part of the file, or choose another file with --out"
        )
