"""Writes the tables of a screening as one workbook, for people.

This module's one job. Headings, words and numbers are in the language of the report and of the
reader's spreadsheet; the stable names are those of the CSV. Text stays text: nothing becomes a
formula or a link, not even after somebody has edited the cell.
"""

import io
import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from camiscreen.i18n import Translator
from camiscreen.model import Screening
from camiscreen.report.data_provenance import all_tables
from camiscreen.report.data_tables import Cell, DataTable, Field
from camiscreen.report.spreadsheet_text import may_be_formula
from camiscreen.report.text import short
from camiscreen.report.tokens import LEVELS, LIGHT
from camiscreen.values import dataclass
from camiscreen.vocabulary import Significance, Word

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

MOST_CHARACTERS = 32_767
"""Longest text that a cell may hold, in UTF-16 units."""

LINE_PT = 13.5
MOST_LINES = 8
WIDER = 1.1
"""Height of a line, lines of the highest row, and how much wider than its digits a text may run.

Excel finds the height of rows by itself, other programs leave wrapped text cut.
"""

PAGE_CHARACTERS = 220
"""Width up to which a sheet is printed on one page across; more would be too small to read."""

_NUMBER_FORMATS = {"kp": "0.000", "km": "0.000", "share": "0.0%", "number": "0"}
_LIGHT_TEXT = {"major", "moderate"}
"""Levels whose colour is so dark that text on it is white."""

Formats: TypeAlias = dict[tuple[str, bool], Any]
"""Looks by name; each twice, the second for text that would else be taken for a formula."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What all sheets share."""

    formats: Formats
    tr: Translator


def render_xlsx(screening: Screening, translator: Translator) -> bytes:
    """The workbook: one sheet a table, the findings first; the same screening, the same bytes."""
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    book = Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    stamp = datetime.fromisoformat(screening.run.generated_on).replace(tzinfo=UTC)
    book.set_properties(
        {
            "title": short(screening.project.name) or translator.t("project.unnamed"),
            "author": f"camiscreen {screening.run.tool_version}",
            "created": stamp.replace(tzinfo=None),
        }
    )
    look = _Look(formats=_formats(book), tr=translator)
    for table in all_tables(screening, translator):
        _sheet(book.add_worksheet(translator.t(f"export.sheet.{table.name}")), table, look)
    book.close()
    return buffer.getvalue()


def _formats(book: "Workbook") -> Formats:
    base: dict[str, Any] = {"font_name": "Calibri", "font_size": 10, "valign": "top"}
    looks: dict[str, dict[str, Any]] = {
        "text": {"text_wrap": True},
        "head": {
            "bold": True,
            "text_wrap": True,
            "font_color": LIGHT["paper"],
            "bg_color": LIGHT["accent"],
            "border": 1,
            "border_color": LIGHT["rule"],
        },
        **{name: {"num_format": pattern} for name, pattern in _NUMBER_FORMATS.items()},
        **{
            level: {
                "bold": level in _LIGHT_TEXT,
                "bg_color": LIGHT[f"sig-{level}"],
                "font_color": LIGHT["paper" if level in _LIGHT_TEXT else "ink"],
            }
            for level in LEVELS
        },
    }
    return {
        (name, quoted): book.add_format({**base, **look, "quote_prefix": quoted})
        for name, look in looks.items()
        for quoted in (False, True)
    }


def _sheet(sheet: "Worksheet", table: DataTable, look: _Look) -> None:
    for column, field in enumerate(table.fields):
        sheet.set_column(column, column, field.width)
        head = look.tr.t(f"export.column.{field.name}")
        sheet.write_string(0, column, head, look.formats["head", False])
    sheet.set_row(0, 2 * LINE_PT)
    for number, row in enumerate(table.rows, start=1):
        lines = 1
        for column, (field, cell) in enumerate(zip(table.fields, row, strict=True)):
            text = _cell(sheet, (number, column), field, cell, look)
            lines = max(lines, math.ceil(WIDER * len(text) / field.width))
        sheet.set_row(number, LINE_PT * min(lines, MOST_LINES))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.fields) - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    if sum(field.width for field in table.fields) <= PAGE_CHARACTERS:
        sheet.fit_to_pages(1, 0)


def _cell(sheet: "Worksheet", place: tuple[int, int], field: Field, cell: Cell, look: _Look) -> str:
    """Write one cell; gives its text, which the height of the row depends on."""
    if cell is None:
        return ""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        sheet.write_number(*place, cell, look.formats[field.shown, False])
        return ""
    text = fitting(_SHOWN.get(field.shown, _plain)(cell, look.tr))
    name = str(cell) if _is_level(field, cell) else "text"
    sheet.write_string(*place, text, look.formats[name, may_be_formula(text)])
    return text


def _is_level(field: Field, cell: Cell) -> bool:
    return isinstance(cell, Significance) or (field.shown == "level" and cell in LEVELS)


def _plain(cell: Cell, tr: Translator) -> str:
    return tr.word(cell) if isinstance(cell, Word) else str(cell)


def _level(cell: Cell, tr: Translator) -> str:
    return tr.t("level.na" if cell == "not_assessed" else f"level.{cell}")


def _yes_no(cell: Cell, tr: Translator) -> str:
    return tr.t("yes" if cell else "no")


def _item(cell: Cell, tr: Translator) -> str:
    name, colon, rest = str(cell).partition(":")
    return f"{tr.t(f'export.item.{name}')}{' ' if colon else ''}{rest}"


_SHOWN: dict[str, Callable[[Cell, Translator], str]] = {
    "level": _level,
    "yes_no": _yes_no,
    "item": _item,
}


def fitting(text: str) -> str:
    """The text, cut with an ellipsis where a cell could not hold it."""
    if len(text.encode("utf-16-le")) // 2 <= MOST_CHARACTERS:
        return text
    kept = text.encode("utf-16-le")[: 2 * (MOST_CHARACTERS - 1)]
    return kept.decode("utf-16-le", errors="ignore") + "…"
