"""``camiscreen layers``: which layers there are, how far each can be trusted, and your own."""

import importlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from camiscreen import paths
from camiscreen.cli import options
from camiscreen.cli.commands import Commands

if TYPE_CHECKING:
    from camiscreen.i18n import Translator
    from camiscreen.layers.catalogue import Layer

_ELSEWHERE = {
    "add": "layers_add",
    "validate": "layers_add",
    "show": "layers_keep",
    "remove": "layers_keep",
    "export": "layers_keep",
}
_HELP = {
    "add": "Make a layer of a file of yours.",
    "list": "List the layers.",
    "show": "Show licence, citation, accuracy, limits and content of a layer.",
    "validate": "Name every problem of a file or a layer.",
    "remove": "Remove a layer that you added.",
    "export": "Write a layer as GeoPackage or GeoJSON, where its licence allows.",
}


class _LateCommands(Commands):
    """Finds ``add`` and others in the modules beside this one, only when they run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_HELP)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module(f"camiscreen.cli.{_ELSEWHERE[cmd_name]}")
        found: click.Command = getattr(module, cmd_name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_HELP.items()))


def _formats(function: Any) -> Any:
    return click.option(
        "--format",
        "format_",
        type=options.OneOf(["table", "json"]),
        default="table",
        show_default=True,
        help="How to print the list.",
    )(function)


@click.group(
    cls=_LateCommands,
    invoke_without_command=True,
    epilog="Examples:\n\n"
    "\b\n"
    "  camiscreen layers --format json\n"
    "  camiscreen layers add WDPA_Nov2026_Public_KAZ_shp.zip --as wdpa --date 2026-11-01\n"
    "  camiscreen layers show species_ranges --lang ru\n",
)
@_formats
@options.lang
@options.layer_dirs
@click.pass_context
def command(ctx: click.Context, *, format_: str, lang: str, layer_dirs: tuple[Path, ...]) -> None:
    """List the reference layers; add, show, validate, remove or export one."""
    if ctx.invoked_subcommand is None:
        _print_list(format_, lang, layer_dirs)
        return
    # What stands before the subcommand holds for it too; ignoring it would surprise.
    given = {"lang": lang, "layer_dirs": [str(folder) for folder in layer_dirs], "format_": format_}
    ctx.default_map = {
        ctx.invoked_subcommand: {
            name: value
            for name, value in given.items()
            if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT
        }
    }


@command.command("list", epilog="Example: camiscreen layers list --format json\n")
@_formats
@options.lang
@options.layer_dirs
def list_(*, format_: str, lang: str, layer_dirs: tuple[Path, ...]) -> None:
    """List the layers: those that ship with the tool and your own."""
    _print_list(format_, lang, layer_dirs)


def _print_list(format_: str, lang: str, layer_dirs: tuple[Path, ...]) -> None:
    from camiscreen.i18n import Translator
    from camiscreen.layers import catalogue

    layers = catalogue.read_catalogue(options.all_layer_dirs(layer_dirs), paths.cache_dir())
    translator = Translator(lang)
    if format_ == "json":
        rows = [_plain(layer, translator) for layer in layers]
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


def _plain(layer: "Layer", translator: "Translator") -> dict[str, object]:
    spec = layer.spec
    return {
        "id": spec.name,
        "title": translator.text(spec.title),
        "version": spec.version,
        "receptor_kind": str(spec.receptor_kind),
        "required": spec.required,
        "access": spec.access,
        "redistributable": spec.redistributable,
        "licence": ", ".join(licence.name for licence in spec.licenses),
        "citation": spec.citation,
        "positional_accuracy_m": spec.positional_accuracy_m,
        "confidence": str(spec.confidence),
        "sha256": spec.sha256,
        "folder": str(layer.folder),
    }
