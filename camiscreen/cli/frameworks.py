"""``camiscreen frameworks``: the lender and national frameworks that ``check`` can overlay."""

import json
from pathlib import Path

import click

from camiscreen import paths
from camiscreen.cli import options


@click.command(epilog="Example: camiscreen frameworks --format json\n")
@click.option(
    "--format",
    "format_",
    type=options.OneOf(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print the list.",
)
@options.lang
@options.rule_dirs
def command(*, format_: str, lang: str, rule_dirs: tuple[Path, ...]) -> None:
    """List the lender and national frameworks.

    camiscreen check FILE --framework ID screens against them; "national" stands for those of the
    states crossed. Criteria that were not read first-hand are printed as to be checked.
    """
    from camiscreen.i18n import Translator
    from camiscreen.rulebook import rulebook

    book = rulebook.load(options.all_rule_dirs(rule_dirs), paths.cache_dir())
    translator = Translator(lang)
    rows = [
        {
            "id": framework.id,
            "title": translator.text(framework.title),
            "kind": str(framework.kind),
            "states": list(framework.states),
            "criteria": len(framework.criteria),
            "verified": sum(criterion.verified for criterion in framework.criteria),
            "with_triggers": sum(bool(criterion.triggers) for criterion in framework.criteria),
            "note": translator.text(framework.note),
        }
        for framework in book.frameworks
    ]
    if format_ == "json":
        document = {"rulebook_version": book.version, "sha256": book.sha256, "frameworks": rows}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    from camiscreen.cli.tables import print_table

    t = translator.t
    print_table(
        [
            t("cli.column.framework"),
            t("cli.column.title"),
            t("cli.column.whose"),
            t("cli.column.criteria"),
            t("cli.column.read"),
            t("cli.column.tested"),
        ],
        [
            (
                framework.id,
                translator.text(framework.title),
                translator.word(framework.kind),
                str(row["criteria"]),
                str(row["verified"]),
                str(row["with_triggers"]),
            )
            for framework, row in zip(book.frameworks, rows, strict=True)
        ],
    )
