"""Entry point: the group of commands, and what happens when one of them fails.

A command's module is imported only when it runs, so that ``camiscreen --help`` stays quick.
"""

import gc
import importlib
import os
import sys
from typing import Any

import click

from camiscreen import __version__, exit_codes
from camiscreen.cli.commands import Commands
from camiscreen.errors import CamiscreenError

_COMMANDS = {
    "check": "Screen one project and write its report.",
    "batch": "Screen many projects, and write a summary and a portfolio page.",
    "baseline": "Write the findings of projects as acceptances for a review.",
    "explain": "Explain a rule, clause, measure, species, criterion, reference, zone or exit code.",
    "species": "List the species, or print the factsheet of one.",
    "rules": "List the rules, run their cases, write schemas for editors.",
    "validate": "Check rules, packs, layers, settings and acceptances.",
    "layers": "List the reference layers.",
    "frameworks": "List the lender and national frameworks.",
}


class _LateCommands(Commands):
    """Finds a command ``name`` as ``command`` in ``camiscreen.cli.<name>``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"camiscreen.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        # A file without a command is the commonest slip; the remedy is one word.
        if args and args[0] not in _COMMANDS and os.path.exists(args[0]):  # noqa: PTH110 - pathlib is a late import
            raise click.UsageError(
                f"{args[0]!r} is a file, not a command. Did you mean: camiscreen check {args[0]}"
            )
        return super().resolve_command(ctx, args)


def _show_versions(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from camiscreen.cli.versions import version_lines

        click.echo("\n".join(version_lines()))
        ctx.exit(exit_codes.OK)


@click.group(
    cls=_LateCommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Examples:\n\n"
    "\b\n"
    "  camiscreen check route.geojson --kind railway\n"
    "  camiscreen check route.kmz --fenced no --lang ru --out reports\n"
    "  camiscreen explain RNG-001\n",
)
@click.version_option(__version__, "-V", "--version", prog_name="camiscreen")
@click.option(
    "--show-versions",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_versions,
    help="Print the versions of camiscreen, Python, GDAL, GEOS, PROJ and other libraries.",
)
def cli() -> None:
    """Screen roads, railways, pipelines and fences against the migrations of Central Asian mammals.

    The result is a desk-based biodiversity screening, not an approval: what could not be assessed
    is part of it. Everything runs on this computer; nothing is sent anywhere.
    """


def main(args: list[str] | None = None) -> None:
    """Run, and turn every ending into an exit code. Never 0 after an internal error."""
    code = run(args)
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    except BrokenPipeError:
        _discard_stdout()
    except OSError as error:
        click.echo(f"Error: what was printed cannot be written ({error.strerror})", err=True)
        _discard_stdout()
        code = exit_codes.USER
    if sys.gettrace() is None and sys.getprofile() is None:
        # All files are written. Taking apart what lies in memory would cost a seventh of a check,
        # and the system does it at once.
        os._exit(code)
    sys.exit(code)


def run(args: list[str] | None = None) -> int:
    """Run the command line and return its exit code; what goes wrong is said on stderr."""
    _print_what_the_console_can()
    # Nothing here is linear algebra: numpy's threads for it cost time and memory to start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # A run makes hundreds of thousands of small values and hardly a cycle: looking for cycles as
    # often as Python does by default cost a tenth of a check.
    gc.set_threshold(200_000, 20, 20)
    try:
        result: Any = cli.main(args=args, prog_name="camiscreen", standalone_mode=False)
    except click.exceptions.Exit as ending:
        return ending.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; nothing more was written.", err=True)
        return 130
    except click.ClickException as error:
        message = " ".join(error.format_message().split())
        click.echo(f"Error: {message}", err=True)
        return exit_codes.USER
    except CamiscreenError as error:
        from camiscreen.report.text import clean

        for line in str(error).splitlines():
            # Names from files stand in messages; they must not drive the terminal.
            click.echo(f"Error: {clean(line)}", err=True)
        return exit_codes.USER
    except BrokenPipeError:
        # The reader of our output has gone, as with "| head". Files are written before printing.
        _discard_stdout()
        return exit_codes.OK
    except Exception as error:
        return _report_bug(error)
    return result if isinstance(result, int) else exit_codes.OK


def _report_bug(error: Exception) -> int:
    if os.environ.get("CAMISCREEN_DEBUG"):
        import traceback

        traceback.print_exception(error)
    click.echo(
        f"Error: internal error ({type(error).__name__}: {error}). This is a bug in camiscreen: "
        "please report it with your command and, if you can, the file. "
        "CAMISCREEN_DEBUG=1 prints the details.",
        err=True,
    )
    return exit_codes.BUG


def _print_what_the_console_can() -> None:
    """A console of another code page prints ``?`` for a sign it lacks instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _discard_stdout() -> None:
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
