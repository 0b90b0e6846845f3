"""``camiscreen rules``: what the rulebook holds, whether its cases pass, schemas for editors."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from camiscreen import exit_codes, paths
from camiscreen.cli import options
from camiscreen.cli.commands import Commands

if TYPE_CHECKING:
    from camiscreen.data_files import KeyPath
    from camiscreen.i18n import Translator
    from camiscreen.rulebook.rule_cases import CaseResult, Mutant


@click.group(
    cls=Commands,
    invoke_without_command=True,
    epilog="Examples:\n\n"
    "\b\n"
    "  camiscreen rules --format json\n"
    "  camiscreen rules test --rules my-rules --mutate\n"
    "  camiscreen rules schema --out .schemas\n",
)
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
@click.pass_context
def command(ctx: click.Context, *, format_: str, lang: str, rule_dirs: tuple[Path, ...]) -> None:
    """List the rules; test runs their cases, schema helps editors."""
    if ctx.invoked_subcommand is not None:
        return
    from camiscreen.explanation.judgement import named
    from camiscreen.i18n import Translator
    from camiscreen.rulebook import rulebook

    book = rulebook.load(options.all_rule_dirs(rule_dirs), paths.cache_dir())
    translator = Translator(lang)
    if format_ == "json":
        rows = [
            {
                "id": rule.id,
                "since": rule.since,
                "subject": str(rule.subject),
                "outcome": str(rule.outcome),
                "title": named(translator.text(rule.title), translator),
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
        [
            (rule.id, named(translator.text(rule.title), translator), ", ".join(rule.sources))
            for rule in book.rules
        ],
    )


@command.command(
    name="test",
    epilog="Examples:\n\n"
    "\b\n"
    "  camiscreen rules test\n"
    "  camiscreen rules test RNG-901 --rules my-rules --mutate\n",
)
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option(
    "--mutate",
    is_flag=True,
    help="Also move every bound by 10 % and take out every word; name what no case notices.",
)
@options.lang
@options.rule_dirs
def run_cases(*, ids: tuple[str, ...], mutate: bool, lang: str, rule_dirs: tuple[Path, ...]) -> int:
    """Run the cases of every rule, or of some. Exit 2 where one fails or a threshold is loose."""
    from camiscreen.data_files import suggestion
    from camiscreen.errors import CamiscreenError
    from camiscreen.i18n import Translator
    from camiscreen.rulebook import rule_cases, rulebook

    dirs = options.all_rule_dirs(rule_dirs)
    book = rulebook.load(dirs, paths.cache_dir())
    known = {rule.id: rule for rule in book.rules}
    for id_ in ids:
        if id_.upper() not in known:
            raise CamiscreenError(f"{id_}: there is no such rule{suggestion(id_.upper(), known)}")
    rules = [known[id_.upper()] for id_ in ids] or list(book.rules)
    results = rule_cases.run(rules)
    loose = rule_cases.survivors(rules) if mutate else ()
    _print_cases(results, Translator(lang))
    return _print_ending(results, loose, mutate=mutate, dirs=dirs, tr=Translator(lang))


def _print_cases(results: "Sequence[CaseResult]", tr: "Translator") -> None:
    """A row for each case: what it expects, what came of it."""
    from camiscreen.cli.tables import print_table

    def said(fires: bool) -> str:
        return tr.t("cli.cases.fires" if fires else "cli.cases.silent")

    print_table(
        [tr.t(f"cli.column.{name}") for name in ("rule", "case", "expected", "result")],
        [
            (
                result.rule.id,
                result.case.name,
                said(result.case.fires),
                tr.t("cli.cases.pass" if result.passed else "cli.cases.fail"),
            )
            for result in results
        ],
    )
    click.echo()


def _print_ending(
    results: "Sequence[CaseResult]",
    loose: "Sequence[Mutant]",
    *,
    mutate: bool,
    dirs: list[Path],
    tr: "Translator",
) -> int:
    """Name every failing case and every loose threshold with its place; the exit code."""
    failed = [result for result in results if not result.passed]
    rules = len({result.rule.id for result in results})
    click.echo(tr.t("cli.cases.sum", rules=rules, cases=len(results), n=len(failed)))
    for result in failed:
        key = "cli.cases.missing" if result.missing else f"cli.cases.should_{_word(result)}"
        what = tr.t(key, case=result.case.name, facts=", ".join(result.missing))
        click.echo(_place(dirs, result.rule.id, ("cases", result.index)) + what)
    for mutant in loose:
        fact = mutant.rule.when[mutant.condition]
        what = tr.t(
            f"cli.cases.loose_{mutant.change}",
            fact=str(fact.attribute or fact.quantity),
            bound=mutant.key,
            before=mutant.before,
            after=mutant.after,
        )
        place = _place(dirs, mutant.rule.id, ("when", mutant.condition))
        click.echo(place + what)
    if mutate and not loose:
        click.echo(tr.t("cli.cases.pinned"))
    return exit_codes.USER if failed or loose else exit_codes.OK


def _word(result: "CaseResult") -> str:
    return "fire" if result.case.fires else "be_silent"


def _place(dirs: list[Path], rule_id: str, at: "KeyPath") -> str:
    """``file:line:col: `` of a part of a rule."""
    from camiscreen import data_files

    for folder in reversed(dirs):
        for path in sorted((folder / "screening").glob(f"{rule_id}*.yaml")):
            return data_files.read_yaml(path).problem(at, "")
    return f"{rule_id}: "


@command.command(name="schema", epilog="Example: camiscreen rules schema --out .schemas\n")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("schemas"),
    show_default=True,
    metavar="DIR",
    help="Folder for the schemas; made if it is not there.",
)
@options.lang
def write_schemas(*, out: Path, lang: str) -> None:
    """Write JSON Schemas of rules, measures, species, packs and layers, for editors.

    An editor that knows a schema completes keys and words and underlines mistakes.
    """
    from camiscreen.cli import output_files
    from camiscreen.i18n import Translator
    from camiscreen.rulebook import schemas

    tr = Translator(lang)
    files = {
        out / f"{name}.schema.json": (
            json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        ).encode()
        for name, schema in schemas.all_schemas().items()
    }
    output_files.write_all(files)
    for path in files:
        click.echo(f"{tr.t('cli.written')} {path}")
    click.echo(tr.t("cli.schema_hint", path=str(out / "rule.schema.json")))
