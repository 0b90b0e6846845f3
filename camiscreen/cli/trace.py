"""What ``check --trace`` prints: every step of the judgement of every finding, with its reason."""

import shutil
import textwrap
from collections.abc import Iterator

from camiscreen.cli.tables import no_commands, write
from camiscreen.explanation import words
from camiscreen.i18n import Translator
from camiscreen.model import Finding, Rulebook, Screening, Trace
from camiscreen.redaction.names import WITHHELD
from camiscreen.report.text import clean
from camiscreen.vocabulary import TracePart

_WIDEST = 110


def print_trace(screening: Screening, tr: Translator) -> None:
    """Print the traces alone to standard output."""
    write(no_commands(trace_text(screening, tr)))


def trace_text(screening: Screening, tr: Translator) -> str:
    """The traces under their heading, the gravest finding first."""
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    printed = [tr.t("trace.title"), ""]
    for finding in screening.findings:
        for depth, line in trace_lines(finding, screening.rulebook, tr):
            indent = "  " * depth
            printed.append(
                textwrap.fill(
                    line,
                    width,
                    initial_indent=indent,
                    subsequent_indent=f"{indent}  ",
                    break_long_words=False,
                    break_on_hyphens=False,
                )
            )
        printed.append("")
    return "".join(f"{line}\n" for line in printed)


def trace_lines(finding: Finding, book: Rulebook, tr: Translator) -> Iterator[tuple[int, str]]:
    """How one finding came about, as lines with their depth: what each part came to, and by what.

    Of the matrix the cell is named; its reason is ``camiscreen explain matrix``.
    """
    level = tr.word(finding.significance)
    yield 0, f"{finding.number}  {finding.id} · {level} · {clean(tr.text(finding.title))}"
    for part in TracePart:
        steps = [step for step in finding.trace if step.part is part]
        result = [step for step in steps if step.condition is None]
        head = tr.t(f"trace.part.{part}")
        for step in result:
            yield 1, f"{head}: {_level(step, finding, book, tr)}{_because(step, tr)}"
        if steps and not result:
            yield 1, f"{head}:"
        for step in steps:
            if step.condition is not None:
                yield 2, _tested(step, book, tr)
    pairs = (
        (
            tr.t("cli.label.measures"),
            ", ".join(f"{m.id} ({tr.word(m.step).lower()})" for m in finding.measures),
        ),
        (tr.t("trace.assumed"), " ".join(map(tr.message, finding.assumptions))),
        (tr.t("cli.label.sources"), words.cited(finding.sources)),
    )
    yield from ((1, f"{label}: {value}") for label, value in pairs if value)


def _tested(step: Trace, book: Rulebook, tr: Translator) -> str:
    assert step.condition is not None
    return tr.t(
        "trace.tested" if step.holds else "trace.tested_not",
        test=words.condition(step.condition, book, tr),
        value=_value(step, book, tr),
    )


def _value(step: Trace, book: Rulebook, tr: Translator) -> str:
    """What stood there, as a condition prints it."""
    assert step.condition is not None
    if step.condition.attribute is not None:
        return words.attribute_word(step.condition.attribute, step.value, book, tr)
    if step.value == WITHHELD:
        return tr.t("trace.withheld")
    try:
        return words.number(float(step.value), tr)
    except ValueError:  # "unknown": nothing was measured or said
        return tr.term("term", step.value)


def _level(step: Trace, finding: Finding, book: Rulebook, tr: Translator) -> str:
    """A step that tests nothing, in a sentence."""
    if step.part is TracePart.SUBJECT:
        key, comma, where = step.value.partition(", ")
        subject = clean(f"{words.species_name(key, book, tr)}{comma}{where}")
        return tr.t("trace.gravest", subject=subject)
    level = tr.term(str(step.part), step.value)
    if step.row is not None:
        return tr.t("trace.by_row", level=level, row=str(step.row))
    if step.part is TracePart.SIGNIFICANCE:
        return tr.t(
            "trace.by_matrix",
            level=level,
            sensitivity=tr.word(finding.sensitivity).lower(),
            magnitude=tr.word(finding.magnitude).lower(),
        )
    if step.part is TracePart.CONFIDENCE:
        rule = next(rule for rule in book.rules if rule.id == finding.rule_id)
        return tr.t("trace.lower_of", level=level, rule=tr.word(rule.confidence).lower())
    return tr.t("trace.by_rule", level=level)


def _because(step: Trace, tr: Translator) -> str:
    """The reason of a row of a table, with its sources."""
    if step.why is None or step.row is None:
        return ""
    return f" {tr.text(step.why)} ({words.cited(step.sources)})"
