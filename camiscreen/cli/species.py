"""``camiscreen species``: the 18 taxa, and the factsheet of each (clause 3.2(b))."""

import json
import shutil
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from camiscreen import paths
from camiscreen.cli import options

if TYPE_CHECKING:
    from camiscreen.i18n import Translator
    from camiscreen.model import Rulebook

_WIDE = 110


@click.command(
    epilog="Examples:\n\n"
    "\b\n"
    "  camiscreen species\n"
    "  camiscreen species saiga\n"
    "  camiscreen species asiatic_wild_ass --lang ru --format md\n",
)
@click.argument("identifier", metavar="[ID]", required=False)
@click.option(
    "--format",
    "format_",
    type=options.OneOf(["text", "json", "md"]),
    default="text",
    show_default=True,
    help="Plain text, JSON (both languages), or Markdown.",
)
@options.lang
@options.rule_dirs
def command(
    *, identifier: str | None, format_: str, lang: str, rule_dirs: tuple[Path, ...]
) -> None:
    """List the species, or print the factsheet of one.

    A factsheet says how a species moves and when, what is known of it at barriers, which clauses
    speak of it and which measures are meant for it; what no source read bears out is marked.
    """
    from camiscreen.data_files import suggestion
    from camiscreen.errors import CamiscreenError
    from camiscreen.explanation.species import by_name, names, species_data, species_page
    from camiscreen.i18n import Translator
    from camiscreen.rulebook import rulebook

    book = rulebook.load(options.all_rule_dirs(rule_dirs), paths.cache_dir())
    tr = Translator(lang)
    if identifier is None:
        _print_all(book, tr, format_)
        return
    found = by_name(identifier, book)
    if found is None:
        known = [name for species in book.species for name in names(species)]
        raise CamiscreenError(
            f"{identifier}: no species has this id or name{suggestion(identifier, known)}; "
            "camiscreen species lists them"
        )
    if format_ == "json":
        data = species_data(found, book)
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    from camiscreen.cli.pages import print_page

    print_page(species_page(found, book, tr), format_)


def _narrow(row: Sequence[str]) -> tuple[str, ...]:
    """Listing name under the common name, years under their figures: one column and room less."""
    identifier, name, listing, *rest = row
    return (identifier, f"{name}\n{listing}", *(cell.replace(" (", "\n(") for cell in rest))


def _print_all(book: "Rulebook", tr: "Translator", format_: str) -> None:
    from camiscreen.explanation.page import markdown_table
    from camiscreen.explanation.species import COLUMNS, species_data, species_row

    if format_ == "json":
        data = [species_data(species, book) for species in book.species]
        click.echo(json.dumps({"species": data}, ensure_ascii=False, indent=2))
        return
    columns = tuple(tr.t(f"page.column.{name}") for name in COLUMNS)
    rows = [species_row(species, book, tr) for species in book.species]
    if format_ == "md":
        click.echo(markdown_table(columns, rows))
    else:
        from camiscreen.cli.tables import print_table

        if shutil.get_terminal_size().columns < _WIDE:
            columns, rows = _narrow(columns), [_narrow(row) for row in rows]
        print_table(columns, rows)
    click.echo()
    width = min(shutil.get_terminal_size().columns, 100)
    click.echo(textwrap.fill(tr.t("page.species_legend"), width))
