"""What ``check`` prints: not assessed first, the line as a bar, findings, files, exit code.

Marks and colours are those of the report. A console without them gets ASCII marks; the table
never relies on colour.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from camiscreen import exit_codes
from camiscreen.cli.tables import console_to_text, emit, plain
from camiscreen.cli.trace import trace_text
from camiscreen.explanation.words import pack_ended
from camiscreen.i18n import Translator
from camiscreen.model import Finding, Screening
from camiscreen.report.acceptance_words import (
    not_in_effect,
    of_other_projects,
    terms,
    why_not,
)
from camiscreen.report.data_provenance import redaction_line
from camiscreen.report.text import clean
from camiscreen.vocabulary import CriterionOutcome, Significance, Verdict

_MARKS = {
    "major": ("◆", "[MAJ]", "#"),
    "moderate": ("▲", "[MOD]", "o"),
    "minor": ("●", "[MIN]", "."),
    "negligible": ("○", "[NEG]", "-"),
    "na": ("□", "[N/A]", "?"),
}
"""Sign, ASCII sign, and the one-character sign of the bar."""
STYLES = {
    "major": "bold #F2739E",
    "moderate": "#E08A4F",
    "minor": "#E9B04A",
    "negligible": "#93A0A9",
    "na": "#B7C1C8",
}
_WIDE = 100
_INSIDE_ZONES = {"species_range"}
"""Subjects whose findings have a place along the line; others speak of the project as a whole."""


def print_screening(
    screening: Screening,
    translator: Translator,
    files: Sequence[Path],
    code: int,
    *,
    trace: bool = False,
) -> None:
    """Print one screening to standard output, with ``trace`` every step of its judgement too."""
    console = console_to_text()
    printer = _Printer(console, translator)
    printer.head(screening)
    printer.gaps(screening)
    printer.bar(screening)
    printer.findings(screening)
    printer.acceptances(screening)
    printer.frameworks(screening)
    if trace:
        printer.trace(screening)
    printer.files(files)
    printer.ending(code)
    emit(console)


def prints_ascii(console: Console) -> bool:
    """Whether the marks must be spelt, as the console or its reader has no others."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower()
    return "utf" not in encoding or (console.no_color and not console.is_terminal)


def sign(level: str, *, ascii_only: bool) -> str:
    """The mark of a level."""
    return _MARKS[level][1 if ascii_only else 0]


_MOST_ALIKE = 3
"""Acceptances out of effect for the same reason that are named; of the others their number."""


class _Printer:
    def __init__(self, console: Console, translator: Translator) -> None:
        self.console = console
        self.tr = translator
        self.ascii = prints_ascii(console)
        self.wide = console.width >= _WIDE

    def mark(self, level: str) -> str:
        return sign(level, ascii_only=self.ascii)

    def line(self, text: str = "", style: str = "") -> None:
        self.console.print(plain(text, style))

    def head(self, screening: Screening) -> None:
        project, tr = screening.project, self.tr
        word = screening.verdict
        level = "na" if word in {Verdict.NONE, Verdict.INCOMPLETE} else str(word)
        accepted = [finding.significance for finding in screening.accepted]
        if word is Verdict.ACCEPTED:
            level = str(max(accepted))
        said = tr.t(f"cli.verdict.{word}")
        if accepted and word.value in set(Significance) and max(accepted) > Significance(word):
            said = tr.t("cli.verdict_open", level=tr.word(Significance(word)))
        title = f"{self.mark(level)} {said}"
        if accepted:
            highest = tr.word(max(accepted)).lower()
            title += f" · {tr.t('acceptance.accepted', n=len(accepted), level=highest)}"
        self.line(title, style=f"bold {STYLES[level].removeprefix('bold ')}")
        facts = [project.name, tr.word(project.kind)]
        if project.length_m:
            facts.append(tr.km(project.chainage_length_m or project.length_m))
        states = ", ".join(tr.text(state.name) for state in screening.exposure.states)
        self.line(" · ".join([*facts, states or tr.t("cli.no_state")]))
        if screening.redaction is not None:
            self.line(redaction_line(screening.redaction, tr), style="bold")
        for note in (*screening.assumptions, *project.notes):
            self.line(tr.message(note))
        self.packs(screening)
        names = {species.id: tr.text(species.name) for species in screening.rulebook.species}
        for item in screening.replacements:
            self.line(
                tr.t(
                    "cli.not_replaced" if item.kept else "cli.replaced",
                    species=names.get(item.species_id, item.species_id),
                    layer=item.layer_id,
                    replaced=item.replaced_layer_id,
                )
            )
        self.line()

    def packs(self, screening: Screening) -> None:
        """A programme whose period has ended, unless one that is in force stands beside it."""
        packs, on = screening.rulebook.packs, screening.run.generated_on
        if all(pack.has_ended(on) for pack in packs):
            for pack in packs:
                self.line(pack_ended(pack, self.tr), style="bold")

    def gaps(self, screening: Screening) -> None:
        if not screening.not_assessed:
            return
        tr = self.tr
        self.line(tr.t("cli.not_assessed"), style="bold")
        for number, gap in enumerate(screening.not_assessed, start=1):
            share = tr.t("cli.covered", share=gap.covered_fraction) if gap.required else ""
            subject, reason = tr.text(gap.subject), tr.text(gap.reason)
            text = f"{self.mark('na')} N{number}  {subject}: {reason} {share}".rstrip()
            self.line(text, style=STYLES["na"])
        self.line()

    def bar(self, screening: Screening) -> None:
        """One character a stretch, showing the highest level in it."""
        length_m = screening.project.chainage_length_m
        if not length_m:
            return
        left, right = f"{self.tr.kp(0)} |", f"| {self.tr.kp(length_m)}"
        room = max(10, self.console.width - len(left) - len(right) - 1)
        step_m = max(10_000.0 if self.wide else 16_000.0, length_m / room)
        signs = RichText()
        outside = [kp for gap in screening.not_assessed if gap.required for kp in gap.kp_ranges]
        for index in range(max(1, round(length_m / step_m))):
            stretch = (index * step_m, (index + 1) * step_m)
            level = _highest(screening.findings, stretch)
            if level is None and any(_overlap(stretch, kp) for kp in outside):
                level = "na"
            if level is None:
                signs.append(" ")
            elif self.ascii:
                signs.append(_MARKS[level][2])
            else:
                signs.append("█" if level != "na" else "?", style=STYLES[level])
        self.line(self.tr.t("cli.along"), style="bold")
        self.console.print(RichText.assemble(left, signs, right))
        self.line()

    def findings(self, screening: Screening) -> None:
        tr = self.tr
        if not screening.findings:
            self.line(tr.t("cli.no_findings"))
            self.line()
            return
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        table.add_column(tr.t("cli.column.significance"), no_wrap=True)
        table.add_column(tr.t("cli.column.number"), no_wrap=True)
        table.add_column(tr.t("cli.column.finding"), overflow="fold", ratio=1)
        table.add_column(tr.t("cli.column.kp"), overflow="fold")
        table.add_column(tr.t("cli.column.km"), justify="right", no_wrap=True)
        if self.wide:
            table.add_column(tr.t("cli.column.confidence"), no_wrap=True)
        for finding in screening.findings:
            table.add_row(*self._row(finding))
        self.console.print(table)
        self.line()

    def _row(self, finding: Finding) -> list[RichText]:
        tr, level = self.tr, str(finding.significance)
        accepted = f" ({tr.t('cli.accepted')})" if finding.accepted else ""
        cells = [
            plain(f"{self.mark(level)} {tr.word(finding.significance)}", STYLES[level]),
            plain(finding.number),
            plain(tr.text(finding.title) + accepted) + plain(f"  {finding.rule_id}", "dim"),
            plain(tr.kp_ranges(finding.kp_ranges, limit=1)),
            plain(tr.km_number(finding.length_m) if finding.length_m else ""),
        ]
        if self.wide:
            cells.append(plain(tr.word(finding.confidence)))
        return cells

    def acceptances(self, screening: Screening) -> None:
        """Who accepts what until when and why; then what is not in effect, and why not."""
        tr = self.tr
        if screening.accepted:
            self.line(tr.t("acceptance.head.accepted"), style="bold")
            for finding in screening.accepted:
                accepted = finding.accepted
                assert accepted is not None
                place = f" ({clean(accepted.place)})" if accepted.place else ""
                self.line(f"{finding.number}  {finding.id}: {terms(accepted, tr)}{place}")
            self.line()
        wrong = not_in_effect(screening)
        if wrong:
            self.line(tr.t("acceptance.head.not_in_effect"), style="bold")
            alike: dict[str, list[str]] = {}
            for result in wrong:
                name = clean(result.acceptance.finding_id) or "–"
                place = f"{clean(result.acceptance.place)}  " if result.acceptance.place else ""
                why = f"{tr.word(result.outcome)}. {why_not(result, tr)}"
                alike.setdefault(why, []).append(f"{place}{name}")
            for why, names in alike.items():
                # After a baseline every entry waits for a person, and for the same.
                shown = names if len(names) <= _MOST_ALIKE + 1 else names[:_MOST_ALIKE]
                for name in shown:
                    self.line(f"{name}: {why}")
                if len(shown) < len(names):
                    self.line(tr.t("acceptance.more_alike", n=len(names) - len(shown)))
            self.line()
        other = of_other_projects(screening, tr)
        if other:
            self.line(other)
            self.line()

    def frameworks(self, screening: Screening) -> None:
        """One line a framework: how many criteria come to what."""
        tr = self.tr
        if not screening.frameworks:
            return
        self.line(tr.t("framework.title"), style="bold")
        for item in screening.frameworks:
            counts = [
                f"{tr.word(outcome)}: {n}"
                for outcome in CriterionOutcome
                if (n := sum(result.outcome is outcome for result in item.results))
            ]
            said = " · ".join(counts) or tr.t("framework.none")
            self.line(f"{item.framework.id}  {tr.text(item.framework.title)}: {said}")
        self.line()

    def trace(self, screening: Screening) -> None:
        """Every step of the judgement of each finding."""
        self.console.file.write(trace_text(screening, self.tr))

    def files(self, files: Sequence[Path]) -> None:
        for path in files:
            self.console.print(plain(f"{self.tr.t('cli.written')} {path}"), soft_wrap=True)

    def ending(self, code: int) -> None:
        if code != exit_codes.OK:
            self.line(self.tr.t(f"cli.exit.{code}"))
        self.line(self.tr.t("cli.explain_hint"), style="dim")


def _highest(findings: Sequence[Finding], stretch: tuple[float, float]) -> str | None:
    """The highest level of the findings that touch a stretch of chainage."""
    levels: list[Significance] = [
        finding.significance
        for finding in findings
        if finding.receptor_kind in _INSIDE_ZONES
        and any(_overlap(stretch, kp) for kp in finding.kp_ranges)
    ]
    return str(max(levels)) if levels else None


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
