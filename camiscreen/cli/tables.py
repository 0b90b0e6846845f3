"""Tables and other text for the console, written in one piece."""

import io
import os
import re
import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from camiscreen.report.text import clean


def console_to_text() -> Console:
    """A console as wide and colourful as standard output that keeps what is printed.

    rich ends the process where a pipe closes early; kept text is ours to write and to lose.
    """
    real = Console()
    return Console(
        file=io.StringIO(),
        highlight=False,
        width=real.width,
        force_terminal=real.is_terminal,
        color_system="auto" if real.color_system else None,
        legacy_windows=False,
    )


def plain(text: str, style: str = "") -> Text:
    """Text for the console without control characters: a name must not drive the terminal."""
    return Text(clean(text), style=style)


def emit(console: Console) -> None:
    """Write what a console kept. A reader that has gone, as with ``| head``, is no error."""
    assert isinstance(console.file, io.StringIO)
    write(no_commands(console.file.getvalue()))


def write(text: str) -> None:
    """Write text as it is. Whoever stops reading early changes no exit code."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def no_commands(text: str) -> str:
    """Text in which no line is a command to a build server that reads what is printed.

    GitHub runs what follows ``::`` at the start of a line, or ``##[``; names come from files of
    others.
    """
    text = re.sub(r"(?m)^([^\S\n]*):(?=:)", "\\1:\u200b", text)
    return text.replace("##[", "##\u200b[")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows of text; the first column is never broken."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for index, name in enumerate(columns):
        table.add_column(name, no_wrap=index == 0, overflow="fold")
    for row in rows:
        table.add_row(*(plain(cell) for cell in row))
    console = console_to_text()
    console.print(table)
    emit(console)
