"""``camiscreen layers show``, ``remove`` and ``export``: layers that are there."""

import json
from pathlib import Path

import click

from camiscreen import paths
from camiscreen.cli import options
from camiscreen.cli.say import say
from camiscreen.layers.catalogue import Layer


def _layer(name: str, layer_dirs: tuple[Path, ...]) -> Layer:
    from camiscreen.layers import catalogue, keeping

    layers = catalogue.read_catalogue(options.all_layer_dirs(layer_dirs), paths.cache_dir())
    return keeping.find(layers, name)


@click.command("show", epilog="Example: camiscreen layers show species_ranges --lang ru\n")
@click.argument("name", metavar="ID")
@click.option("--format", "format_", type=options.OneOf(["text", "json"]), default="text",
              show_default=True, help="How to print it.")  # fmt: skip
@options.lang
@options.layer_dirs
def show(*, name: str, format_: str, lang: str, layer_dirs: tuple[Path, ...]) -> None:
    """Show what a layer is, under which licence, how far to trust it and what it holds."""
    from camiscreen import data_files
    from camiscreen.cli.layer_card import card
    from camiscreen.i18n import Translator
    from camiscreen.layers import catalogue

    layer = _layer(name, layer_dirs)
    opened = catalogue.open_layer(layer, paths.cache_dir())
    if format_ == "json":
        document = {
            "manifest": data_files.to_plain(layer.spec),
            "folder": str(layer.folder),
            "receptors": len(opened.receptors),
            "receptors_by_species": dict(opened.by_species),
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    say(card(layer, opened, Translator(lang)))


@click.command("remove", epilog="Example: camiscreen layers remove wdpa\n")
@click.argument("name", metavar="ID")
@options.layer_dirs
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def remove(*, name: str, layer_dirs: tuple[Path, ...], quiet: bool) -> None:
    """Remove a layer that you added. The file that it was made of is not touched."""
    from camiscreen.layers import keeping

    layer = _layer(name, layer_dirs)
    keeping.remove(layer)
    if not quiet:
        click.echo(f"Removed: {layer.folder}")


@click.command("export", epilog="Example: camiscreen layers export osm --format gpkg\n")
@click.argument("name", metavar="ID")
@click.option("--format", "format_", type=options.OneOf(["gpkg", "geojson"]), default="gpkg",
              show_default=True, help="What to write.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE",
              help="File to write; ID.gpkg or ID.geojson here if not given.")  # fmt: skip
@options.layer_dirs
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def export(
    *, name: str, format_: str, out: Path | None, layer_dirs: tuple[Path, ...], quiet: bool
) -> None:
    """Write a layer as a file for a GIS, where its licence allows to pass it on."""
    from camiscreen.layers import keeping

    layer = _layer(name, layer_dirs)
    target = out or Path(f"{name}.{format_}")
    count = keeping.export(layer, paths.cache_dir(), format_, target)
    if not quiet:
        click.echo(f"Written: {target} ({count} receptors)")
        say(f"Cite: {layer.spec.citation}")
