"""GitHub annotations: workflow commands, one a line, for the standard output of a step.

GitHub keeps ten of each level a step and drops the rest without a word; where there are more, the
tenth says how many are left and that the report has them.
"""

from collections.abc import Sequence
from typing import TypeAlias

from camiscreen.report.ci.results import CiResult, CiRun, ResultKind
from camiscreen.report.text import clean
from camiscreen.vocabulary import Significance

KEPT = 10
"""Annotations of one level that GitHub shows of one step."""

MOST_NAMED = 200
"""Of the rest, by title: all of a project, not all of thousands of projects; the title of the
annotation says how many there are."""

Annotation: TypeAlias = tuple[str, str, int, int, str, str]
"""Command, file, line, column, title, message."""

_COMMANDS = ("error", "warning", "notice")
_LEVELS = {
    Significance.MAJOR: "error",
    Significance.MODERATE: "warning",
    Significance.MINOR: "notice",
    Significance.NEGLIGIBLE: "notice",
}


def render_github(run: CiRun) -> str:
    """Workflow commands, errors first; each line ends with a newline."""
    made: list[Annotation] = [
        ("error", failure.file, 1, 1, run.words.failed, clean(failure.reason))
        for failure in run.failures
    ]
    made += [
        (_command(result), result.file, result.line, result.column, _title(result, run),
         result.message)
        for project in run.projects
        for result in project.results
    ]  # fmt: skip
    lines = []
    for command in _COMMANDS:
        lines += _kept([item for item in made if item[0] == command], run)
    return "".join(f"{line}\n" for line in lines)


def _command(result: CiResult) -> str:
    if result.accepted is not None:
        return "notice"
    if result.level is not None:
        return _LEVELS[result.level]
    important = result.required or result.kind is ResultKind.ACCEPTANCE
    return "warning" if important else "notice"


def _title(result: CiResult, run: CiRun) -> str:
    return f"{run.words.accepted}: {result.title}" if result.accepted else result.title


def _kept(items: Sequence[Annotation], run: CiRun) -> list[str]:
    if len(items) <= KEPT:
        return [_line(item) for item in items]
    shown, rest = items[: KEPT - 1], items[KEPT - 1 :]
    command, file, *_ = rest[0]
    more = run.words.more.replace("{n}", str(len(rest)))
    named = [item[4] for item in rest]
    titles = "\n".join(named if len(named) <= MOST_NAMED else [*named[:MOST_NAMED], "..."])
    return [*map(_line, shown), _line((command, file, 1, 1, more, titles))]


def _line(item: Annotation) -> str:
    command, file, line, column, title, message = item
    properties = ",".join(
        f"{name}={_property(str(value))}"
        for name, value in (("file", file), ("line", line), ("col", column), ("title", title))
    )
    return f"::{command} {properties}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
