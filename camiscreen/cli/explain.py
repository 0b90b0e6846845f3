"""``camiscreen explain``: the text behind any id, in the words of the rulebook."""

from pathlib import Path

import click

from camiscreen import paths
from camiscreen.cli import options


@click.command(
    epilog="Examples:\n\n"
    "\b\n"
    "  camiscreen explain PER-001\n"
    '  camiscreen explain "POW 3.5(f)"\n'
    "  camiscreen explain AV-05 --lang ru\n"
    "  camiscreen explain ifc-ps6-16c\n"
    "  camiscreen explain saiga --format md\n"
    "  camiscreen explain matrix\n"
    "  camiscreen explain 3\n",
)
@click.argument("identifier", metavar="ID")
@click.option(
    "--format",
    "format_",
    type=options.OneOf(["text", "md"]),
    default="text",
    show_default=True,
    help="Plain text, or Markdown.",
)
@options.lang
@options.rule_dirs
def command(*, identifier: str, format_: str, lang: str, rule_dirs: tuple[Path, ...]) -> None:
    """Explain a rule, clause, measure, species, reference, criterion, zone, table or exit
    code.

    ID is what a report prints: PER-001, AV-05, POW 3.5(f), Res. para 4, R007, saiga, footprint,
    uncertainty, matrix, sensitivity, magnitude, or the number of an exit code.
    """
    from camiscreen.cli.pages import print_page
    from camiscreen.explanation.index import explain
    from camiscreen.i18n import Translator
    from camiscreen.rulebook import rulebook

    book = rulebook.load(options.all_rule_dirs(rule_dirs), paths.cache_dir())
    for number, page in enumerate(explain(identifier, book, Translator(lang))):
        if number:
            click.echo()
        print_page(page, format_)
