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
    "  camiscreen explain saiga\n"
    "  camiscreen explain ifc-ps6-16c\n"
    "  camiscreen explain 3\n",
)
@click.argument("identifier", metavar="ID")
@options.lang
@options.rule_dirs
def command(*, identifier: str, lang: str, rule_dirs: tuple[Path, ...]) -> None:
    """Explain a rule, clause, measure, species, criterion, reference or exit code."""
    from camiscreen import explanation, rulebook
    from camiscreen.i18n import Translator

    book = rulebook.load(options.all_rule_dirs(rule_dirs), paths.cache_dir())
    click.echo(explanation.explain(identifier, book, Translator(lang)))
