"""What ``batch`` prints: what was not screened first, the gravest projects, and at the end, where
the eye is, the files, how many projects came to what, the page, and why the exit code is as it is.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from camiscreen import exit_codes
from camiscreen.cli.tables import console_to_text, emit
from camiscreen.cli.terminal import STYLES, prints_ascii, sign
from camiscreen.i18n import Translator
from camiscreen.portfolio.page_tables import words_of
from camiscreen.portfolio.ranking import Ranked, level_of, ranked
from camiscreen.portfolio.results import Row
from camiscreen.portfolio.summary import Batch
from camiscreen.report.text import short

MOST_SHOWN = 15
MOST_FAILED = 10


def print_batch(batch: Batch, translator: Translator, files: Sequence[Path]) -> None:
    """Print the short of a batch to standard output; the last of ``files`` is the page."""
    console = console_to_text()
    printer = _Printer(console, batch, ranked(batch.results), translator)
    printer.failed(files[0])
    printer.table(files[0])
    printer.files(files)
    printer.counts()
    printer.ending(files[-1])
    emit(console)


def failure(row: Row) -> str:
    """What is wrong with a project that has no verdict, under its id; a path is said once."""
    reason = row.reason or ""
    named = reason.startswith(f"{row.source}:") and row.id in {row.source, Path(row.source).stem}
    return reason if named else f"{short(row.id, 60)}: {reason}"


class _Printer:
    def __init__(
        self, console: Console, batch: Batch, ranking: Sequence[Ranked], tr: Translator
    ) -> None:
        self.console = console
        self.batch = batch
        self.ranking = ranking
        self.tr = tr
        self.words = words_of(ranking, batch.rulebook, {}, tr)
        self.ascii = prints_ascii(console)

    def line(self, text: str = "", style: str = "") -> None:
        self.console.print(RichText(text, style=style))

    def files(self, files: Sequence[Path]) -> None:
        """What was written, and what was not."""
        for path in files:
            self.console.print(RichText(f"{self.tr.t('cli.written')} {path}"), soft_wrap=True)
        if not any(path.suffix == ".parquet" for path in files):
            self.line(self.tr.t("portfolio.cli.no_parquet"), style="dim")
        self.line()

    def ending(self, page: Path) -> None:
        """Where to look, and what the exit code comes of."""
        tr, code = self.tr, self.batch.exit_code
        where = f"{tr.t('portfolio.cli.page')} {page}"
        self.console.print(RichText(where, style="bold"), soft_wrap=True)
        if code != exit_codes.OK:
            n = sum(row.exit_code == code for row in self.batch.rows)
            fail_on = self.batch.order.fail_on
            level = tr.word(fail_on).lower() if fail_on is not None else ""
            self.line(tr.t(f"portfolio.cli.exit.{code}", n=n, level=level))

    def counts(self) -> None:
        """How many projects came to what, from the gravest down."""
        counts = Counter(self.words.verdict(one) for one in self.ranking)
        levels = {self.words.verdict(one): level_of(one.row) for one in self.ranking}
        self.line(self.tr.t("portfolio.count", n=len(self.ranking)), style="bold")
        for word, n in counts.items():
            level = levels[word]
            mark = sign("na" if level == "none" else level, ascii_only=self.ascii)
            self.line(f"{mark} {word}: {n}", style=STYLES.get(level, ""))
        if self.batch.hotspots:
            self.line(self.tr.t("portfolio.cli.hot", n=len(self.batch.hotspots)))

    def failed(self, file: Path) -> None:
        """Projects without a verdict, each with its reason."""
        found = [one for one in self.ranking if one.row.verdict is None]
        if not found:
            return
        self.line(self.tr.t("portfolio.cli.failed"), style="bold")
        for one in found[:MOST_FAILED]:
            self.line(short(failure(one.row), 400))
        self.more(len(found) - MOST_FAILED, file)
        self.line()

    def table(self, file: Path) -> None:
        """The gravest projects."""
        tr = self.tr
        shown = [one for one in self.ranking if one.row.verdict is not None]
        if not shown:
            return
        self.line(tr.t("portfolio.cli.ranked"), style="bold")
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        table.add_column(tr.t("cli.column.significance"), no_wrap=True)
        table.add_column(tr.t("portfolio.head.project"), overflow="fold", ratio=1)
        for key in ("major", "moderate", "minor"):
            table.add_column(tr.t(f"portfolio.head.{key}"), justify="right", no_wrap=True)
        table.add_column(tr.t("cli.column.km"), justify="right", no_wrap=True)
        for one in shown[:MOST_SHOWN]:
            row, level = one.row, level_of(one.row)
            mark = sign("na" if level == "none" else level, ascii_only=self.ascii)
            name = "" if row.name == row.id else f"  {short(row.name, 70)}"
            table.add_row(
                RichText(f"{mark} {self.words.verdict(one)}", style=STYLES.get(level, "")),
                RichText.assemble(short(row.id, 60), (name, "dim")),
                *(RichText(str(n or "")) for n in (row.major, row.moderate, row.minor)),
                RichText(tr.km_number(row.length_m) if row.length_m else ""),
            )
        self.console.print(table)
        self.more(len(shown) - MOST_SHOWN, file)
        self.line()

    def more(self, n: int, file: Path) -> None:
        """How many are left out here."""
        if n > 0:
            self.line(self.tr.t("portfolio.cli.more", n=n, file=str(file)))
