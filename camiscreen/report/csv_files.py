"""Writes findings, stretches and what was not assessed as CSV, for programs.

This module's one job. RFC 4180: commas, CRLF, dots as decimal signs in every language, column names
and words of the vocabulary that never change; UTF-8 with a byte order mark, without which a
spreadsheet would garble every Cyrillic name. Titles and reasons are in the language of the report.
"""

import csv
import io
from collections.abc import Mapping

from camiscreen.i18n import Translator
from camiscreen.model import Screening
from camiscreen.report.data_tables import (
    Cell,
    DataTable,
    findings_table,
    kp_table,
    not_assessed_table,
)
from camiscreen.report.spreadsheet_text import guarded
from camiscreen.vocabulary import Word


def render_csv(screening: Screening, translator: Translator) -> Mapping[str, bytes]:
    """``findings.csv``, ``kp.csv`` and ``not_assessed.csv``."""
    tables = (
        findings_table(screening, translator),
        kp_table(screening, translator),
        not_assessed_table(screening, translator),
    )
    return {f"{table.name}.csv": csv_bytes(table) for table in tables}


def csv_bytes(table: DataTable) -> bytes:
    """One table, its column names first."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([field.name for field in table.fields])
    writer.writerows([[_printed(cell) for cell in row] for row in table.rows])
    return buffer.getvalue().encode("utf-8-sig")


def _printed(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{cell:.6f}".rstrip("0").rstrip(".")
    if isinstance(cell, Word | int):
        return str(cell)
    return guarded(cell)
