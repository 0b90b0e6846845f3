"""``camiscreen layers``: which layers there are, and how far each can be trusted."""

import json
from pathlib import Path

import click

from camiscreen import paths
from camiscreen.cli import options


@click.group(invoke_without_command=True, epilog="Example: camiscreen layers --format json\n")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print the list.",
)
@options.lang
@options.layer_dirs
@click.pass_context
def command(ctx: click.Context, *, format_: str, lang: str, layer_dirs: tuple[Path, ...]) -> None:
    """List the reference layers."""
    if ctx.invoked_subcommand is not None:
        return
    from camiscreen.i18n import Translator
    from camiscreen.layers import catalogue

    layers = catalogue.read_catalogue(options.all_layer_dirs(layer_dirs), paths.cache_dir())
    translator = Translator(lang)
    if format_ == "json":
        rows = [
            {
                "id": layer.spec.name,
                "title": translator.text(layer.spec.title),
                "version": layer.spec.version,
                "receptor_kind": str(layer.spec.receptor_kind),
                "required": layer.spec.required,
                "licence": ", ".join(licence.name for licence in layer.spec.licenses),
                "citation": layer.spec.citation,
                "positional_accuracy_m": layer.spec.positional_accuracy_m,
                "confidence": str(layer.spec.confidence),
                "sha256": layer.spec.sha256,
                "folder": str(layer.folder),
            }
            for layer in layers
        ]
        click.echo(json.dumps({"layers": rows}, ensure_ascii=False, indent=2))
        return
    from camiscreen.cli.tables import print_table

    t = translator.t
    print_table(
        [
            t("cli.column.layer"),
            t("cli.column.title"),
            t("cli.column.version"),
            t("cli.column.accuracy"),
            t("cli.column.confidence"),
            t("cli.column.licence"),
        ],
        [
            (
                layer.spec.name,
                translator.text(layer.spec.title),
                layer.spec.version,
                translator.km(layer.spec.positional_accuracy_m),
                translator.word(layer.spec.confidence),
                ", ".join(licence.name for licence in layer.spec.licenses),
            )
            for layer in layers
        ],
    )
