"""``camiscreen rules``: what the rulebook holds."""

import json
from pathlib import Path

import click

from camiscreen import paths
from camiscreen.cli import options


@click.group(invoke_without_command=True, epilog="Example: camiscreen rules --format json\n")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print the list.",
)
@options.lang
@options.rule_dirs
@click.pass_context
def command(ctx: click.Context, *, format_: str, lang: str, rule_dirs: tuple[Path, ...]) -> None:
    """List the rules."""
    if ctx.invoked_subcommand is not None:
        return
    from camiscreen import rulebook
    from camiscreen.i18n import Translator

    book = rulebook.load(options.all_rule_dirs(rule_dirs), paths.cache_dir())
    translator = Translator(lang)
    if format_ == "json":
        rows = [
            {
                "id": rule.id,
                "since": rule.since,
                "subject": str(rule.subject),
                "outcome": str(rule.outcome),
                "title": translator.text(rule.title),
                "sources": list(rule.sources),
            }
            for rule in book.rules
        ]
        document = {"rulebook_version": book.version, "sha256": book.sha256, "rules": rows}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    from camiscreen.cli.tables import print_table

    print_table(
        [
            translator.t("cli.column.rule"),
            translator.t("cli.column.title"),
            translator.t("cli.column.sources"),
        ],
        [(rule.id, translator.text(rule.title), ", ".join(rule.sources)) for rule in book.rules],
    )
