"""Findings -> entries of acceptances.yaml for a review, added to those that a file holds.

None takes effect as it is written: reason, by and until are left for a person to fill in.
"""

import re
from collections.abc import Sequence

from camiscreen.i18n import Translator
from camiscreen.judging.acceptance import is_for
from camiscreen.judging.acceptance_file import KEY
from camiscreen.model import Acceptance, Finding, Screening
from camiscreen.report.text import short
from camiscreen.vocabulary import Significance

_INDENT = "  "


def open_findings(
    screenings: Sequence[Screening], existing: Sequence[Acceptance], at_least: Significance
) -> list[tuple[Screening, Finding]]:
    """The findings from a level up that no existing entry speaks of, in effect or not."""
    return [
        (screening, finding)
        for screening in screenings
        for finding in screening.findings
        if finding.significance >= at_least
        and not any(
            entry.finding_id == finding.id and is_for(entry, screening.project)
            for entry in existing
        )
    ]


def with_entries(
    text: str | None, found: Sequence[tuple[Screening, Finding]], tr: Translator
) -> str:
    """A file with an entry for each finding at its end; what it holds stays as it is.

    The list of the file must be its last part, each entry on lines of its own: whoever writes the
    result reads it again first.
    """
    line_end = "\r\n" if text and "\r\n" in text else "\n"
    if text is None:
        text = f"# {tr.t('baseline.head')}\n# {tr.t('baseline.head_gate')}\n{KEY}:\n"
    text = text.replace("\r\n", "\n")
    text = re.sub(rf"^({KEY}:)[ \t]*(?:\[\s*\]|~|null)[ \t]*$", r"\1", text, flags=re.MULTILINE)
    item = re.search(rf"^{KEY}:.*?^([ ]*)- ", text, re.MULTILINE | re.DOTALL)
    indent = item[1] if item else _INDENT
    if text and not text.endswith("\n"):
        text += "\n"
    added = "".join(_entry(screening, finding, indent, tr) for screening, finding in found)
    return (text + added).replace("\n", line_end)


def _entry(screening: Screening, finding: Finding, indent: str, tr: Translator) -> str:
    where = f" · {tr.kp_ranges(finding.kp_ranges)}" if finding.kp_ranges else ""
    lines = [
        f"# {finding.number} · {tr.word(finding.significance)} · "
        f"{short(tr.text(finding.title))}{where}",
        *(
            f"#   {measure.id} · {tr.word(measure.step).lower()}: {short(tr.text(measure.text))}"
            for measure in finding.measures
        ),
        f"- finding: {_quoted(finding.id)}",
        f"  project: {_quoted(screening.project.name)}",
    ]
    if finding.kp_ranges:
        # To the metre, as the report prints it: acceptance.ROUNDING_M is what it may lie off.
        first = min(start for start, _ in finding.kp_ranges)
        last = max(end for _, end in finding.kp_ranges)
        lines.append(f"  kp: [{_quoted(tr.kp_bare(first))}, {_quoted(tr.kp_bare(last))}]")
    lines += [
        f"  significance: {finding.significance}",
        '  reason: ""',
        '  by: ""',
        '  until: ""',
        "  measures: []",
        '  avoidance: ""',
    ]
    return "".join(f"{indent}{line}\n" for line in lines)


def _quoted(text: str) -> str:
    """A text in YAML's double quotes; what cannot be printed is spelled out."""
    return '"' + "".join(_sign(char) for char in text) + '"'


def _sign(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return char if char.isprintable() else f"\\U{ord(char):08X}"
