"""``camiscreen batch``: many projects, a report each, a summary, and a page over all of them."""

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from camiscreen import paths
from camiscreen.cli import accepting, options
from camiscreen.cli.check import command as check
from camiscreen.vocabulary import Format, Significance

if TYPE_CHECKING:
    from camiscreen.portfolio.jobs import Bench, Order
    from camiscreen.portfolio.ledger import Ledger
    from camiscreen.portfolio.results import Result
    from camiscreen.portfolio.spec import ProjectSpec

OUT = Path("camiscreen-reports")

DEFAULT_FORMATS = (Format.HTML, Format.JSON)
"""HTML, since the portfolio page leads to it; no PDF, which takes three times as long as the
screening itself. ``--format json`` is enough, and a third faster, where nobody will read it."""

LIMIT_S = 600
"""Seconds for one project: many times what the largest real line takes with its PDF, so that it
ends only what would keep a batch from ending."""

INTERRUPTED = 130
"""As shells have it: ended by Ctrl-C."""

SHARED = (
    "kind",
    "fenced",
    "buried",
    "works",
    "design_path",
    "project_layers",
    "framework_words",
    "acceptance_files",
    "fail_on",
    "date_text",
    "lang",
    "rule_dirs",
    "layer_dirs",
    "no_user_layers",
    "redact",
    "audience",
    "house_dir",
    "docx_template",
    "config",
    "quiet",
)
"""Options of ``check`` that mean the same here, by the names of their values."""


@options.taken_from(check, *SHARED, formats=[",".join(DEFAULT_FORMATS)])
@click.command(
    epilog="Exit codes are the worst of all projects: 1 a bug, 2 the user must act (a project "
    "that cannot be read is a row with its reason), 10 a finding at or above --fail-on, 3 "
    "something required could not be assessed, 0 finished.\n\n"
    "Examples:\n\n"
    "\b\n"
    "  camiscreen batch projects/ --out screening\n"
    "  camiscreen batch pipeline.gpkg --id-field loan_no --name-field title --kind road\n"
    "  camiscreen batch loans.csv --format json --fail-on major --out screening\n"
    "  camiscreen batch loans.csv --out screening --resume\n"
    "  camiscreen batch loans.csv --scheduler tcp://10.0.0.5:8786 --out screening\n",
)
@click.argument("named", metavar="PATHS...", nargs=-1, required=True)
@click.option(
    "--out",
    envvar="CAMISCREEN_OUT",
    type=click.Path(path_type=Path),
    metavar="DIR",
    default=OUT,
    show_default=True,
    help="Folder for the summary, the portfolio page and, in projects/, the reports.",
)
@click.option(
    "--each",
    type=options.OneOf(["auto", "feature", "file"]),
    default="auto",
    show_default=True,
    help="What a project is. auto: features of a GeoPackage named in PATHS, and wherever a field "
    "is named; else a file.",
)
@click.option("--id-field", metavar="FIELD", help="Field of features that holds their id.")
@click.option("--name-field", metavar="FIELD", help="Field of features that holds their name.")
@click.option(
    "--kind-field",
    metavar="FIELD",
    help="Field of features that holds their kind; wins over --kind.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes; all usable cores if not given.",
)
@click.option(
    "--timeout",
    "limit_s",
    type=click.IntRange(min=0),
    metavar="SECONDS",
    default=LIMIT_S,
    show_default=True,
    help="Time for one project on this computer; one that takes longer is ended and stands as not "
    "assessed (exit code 2). 0: no limit.",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Keep what an earlier run into the same folder finished, where project, design, rules, "
    "layers and options are unchanged.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Screen on a Dask cluster, such as tcp://10.0.0.5:8786 (pip install "
    "'camiscreen[cluster]').",
)
def command(
    *,
    named: tuple[str, ...],
    out: Path,
    each: str,
    id_field: str | None,
    name_field: str | None,
    kind_field: str | None,
    jobs: int | None,
    limit_s: int,
    resume: bool,
    scheduler: str | None,
    quiet: bool,
    **shared: Any,
) -> int:
    """Screen many projects; one that fails never stops the others.

    PATHS are folders, globs, vector files, a GeoPackage of which each feature is a project, or
    lists of projects as CSV or TOML (columns file, id, name, kind, fenced, buried, works, design,
    layer; paths as from the list's folder). Every project becomes a row of summary.csv,
    summary.json and summary.parquet, and of portfolio.html, which ranks them, maps them, and shows
    where several meet one range or corridor.
    """
    from camiscreen.cli.batch_progress import BatchProgress
    from camiscreen.portfolio import ledger, results, sources
    from camiscreen.portfolio.spec import Said

    if scheduler is not None and (shared["house_dir"] or shared["docx_template"]):
        raise click.BadParameter(
            "a house style lies on this computer and is not sent to a cluster; leave out "
            "--template and --docx-template",
            param_hint="--scheduler",
        )
    source = click.get_current_context().get_parameter_source("limit_s")
    if scheduler is not None and source is ParameterSource.COMMANDLINE:
        raise click.BadParameter(
            "a project on a cluster cannot be ended from here; leave out --timeout",
            param_hint="--scheduler",
        )
    order = _order(shared)
    asked = sources.Asked(
        said=Said(
            kind=shared["kind"],
            fenced=shared["fenced"],
            buried=shared["buried"],
            works=shared["works"],
            design=None if shared["design_path"] is None else str(shared["design_path"]),
        ),
        layers=tuple(shared["project_layers"]),
        id_field=id_field,
        name_field=name_field,
        kind_field=kind_field,
        each=each,
        leave_out=out,
    )
    run = _Run(shared, order, out, workers=jobs, limit_s=limit_s, scheduler=scheduler)
    found = sources.find(named, asked)
    kept = run.ledger
    ledger.prepare(out)
    done: dict[str, results.Result] = {}
    if resume:
        finished = ((spec, kept.finished(spec)) for spec in found.projects)
        done = {spec.id: result for spec, result in finished if result is not None}
    todo = [spec for spec in found.projects if spec.id not in done]
    progress = BatchProgress(len(todo), quiet=quiet)
    progress.plan(len(found.projects), len(done), found.notes)
    try:
        with progress, _ended_like_ctrl_c():
            for result in run.screened(todo):
                done[result.row.id] = result
                progress.finished(result.row)
    except KeyboardInterrupt:
        progress.interrupted(len(done), len(found.projects), _resuming(sys.argv[1:]))
        return INTERRUPTED
    return run.told([done[spec.id] for spec in found.projects], quiet=quiet)


def _order(shared: dict[str, Any]) -> "Order":
    from camiscreen.portfolio.jobs import Order

    formats = tuple(dict.fromkeys(Format(word) for group in shared["formats"] for word in group))
    if not formats:
        raise click.BadParameter(f"choose from {', '.join(Format)}", param_hint="--format")
    words = [word for group in shared["framework_words"] for word in group]
    fail_on = shared["fail_on"]
    return Order(
        language=shared["lang"],
        formats=formats,
        framework_ids=tuple(dict.fromkeys(words)),
        fail_on=None if fail_on == "never" else Significance(fail_on),
        generated_on=options.generated_on(shared["date_text"]),
        acceptances=accepting.read(accepting.files(shared["acceptance_files"])),
        redact=shared["redact"],
        style=options.read_style(shared["audience"], shared["house_dir"], shared["docx_template"]),
    )


class _Run:
    """What a batch is screened with and where it goes; rules and layers fail before all else."""

    def __init__(
        self,
        shared: dict[str, Any],
        order: "Order",
        out: Path,
        *,
        workers: int | None,
        limit_s: int,
        scheduler: str | None,
    ) -> None:
        from camiscreen.portfolio import jobs, ledger

        self.order = order
        self.out = out
        self.workers = workers
        self.limit_s = limit_s or None
        self.scheduler = scheduler
        self.cache = paths.cache_dir()
        self.rule_dirs = tuple(options.all_rule_dirs(shared["rule_dirs"]))
        users = not shared["no_user_layers"]
        self.layer_dirs = tuple(options.all_layer_dirs(shared["layer_dirs"], users=users))
        # Opened here too: workers then find every layer compiled, and do not race to do it.
        self.bench: Bench = jobs.open_bench(order, self.rule_dirs, self.layer_dirs, self.cache)
        # An acceptance holds until a date: what it came to on another day says nothing of today.
        dated = options.is_dated(shared["date_text"]) or bool(order.acceptances)
        self.ledger: Ledger = ledger.Ledger(
            out=out,
            basis=ledger.basis_of(
                order, self.bench.rulebook.sha256, [layer for layer, _ in self.bench.layers]
            ),
            date=order.generated_on if dated else None,
        )

    def screened(self, todo: "Sequence[ProjectSpec]") -> "Iterator[Result]":
        """Results as they are finished, from this machine or from the cluster."""
        if self.scheduler is not None:
            from camiscreen.portfolio import cluster

            return cluster.screened(todo, self.bench, self.ledger, self.scheduler)
        from camiscreen.portfolio import pool
        from camiscreen.portfolio.worker import Place

        place = Place(
            order=self.order,
            rule_dirs=self.rule_dirs,
            layer_dirs=self.layer_dirs,
            cache=self.cache,
            ledger=self.ledger,
        )
        return pool.screened(todo, place, self.workers or pool.usable_cores(), self.limit_s)

    def told(self, finished: "Sequence[Result]", *, quiet: bool) -> int:
        """Write summary and page, print the short of it, and return the exit code."""
        from camiscreen.portfolio import ci_documents, hotspots, page, summary
        from camiscreen.portfolio.ledger import write_whole

        in_order = summary.in_order(finished)
        batch = summary.Batch(
            order=self.order,
            rulebook=self.bench.rulebook,
            layers=[layer for layer, _ in self.bench.layers],
            results=in_order,
            hotspots=hotspots.find(in_order),
        )
        told, printed = ci_documents.documents(batch, self.bench.translator)
        files = {
            "summary.json": summary.as_json(batch),
            "summary.csv": summary.as_csv(batch.rows),
            "summary.parquet": summary.as_parquet(batch.rows),
            **told,
            "portfolio.html": page.render(batch, self.bench.layers, self.bench.translator),
        }
        for name, data in files.items():
            if data is not None:
                write_whole(self.out, name, data)
        if printed:
            from camiscreen.cli.tables import write

            write(printed)
        if not quiet:
            from camiscreen.cli import batch_table

            written = [self.out / name for name, data in files.items() if data is not None]
            batch_table.print_batch(batch, self.bench.translator, written)
        return batch.exit_code


@contextmanager
def _ended_like_ctrl_c() -> Iterator[None]:
    """A runner of jobs that ends this one (SIGTERM) gets what a user gets who does."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _resuming(arguments: list[str]) -> str:
    """The command that goes on where this one was interrupted."""
    import shlex

    again = [] if "--resume" in arguments else ["--resume"]
    return shlex.join(["camiscreen", *arguments, *again])
