"""CSV for programs and a workbook for people: the same rows, each in its own way."""

import csv
import io
from functools import cache
from typing import Any

import openpyxl
import pytest

from camiscreen.i18n import LANGUAGES, Translator
from camiscreen.report.csv_files import render_csv
from camiscreen.report.data_provenance import all_tables
from camiscreen.report.stretches import stretches
from camiscreen.report.xlsx import MOST_CHARACTERS, fitting, render_xlsx
from tests.report import sample
from tests.report.test_document import SAMPLES


@cache
def sheets(name: str, language: str) -> Any:
    data = render_xlsx(SAMPLES[name](), Translator(language))
    return openpyxl.load_workbook(io.BytesIO(data))


def rows_of(name: str, table: str, language: str = "en") -> list[dict[str, str]]:
    data = render_csv(SAMPLES[name](), Translator(language))[f"{table}.csv"]
    text = data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_both_repeat_byte_for_byte(name: str, language: str) -> None:
    one, other = (render_xlsx(SAMPLES[name](), Translator(language)) for _ in range(2))
    assert one == other
    first, second = (render_csv(SAMPLES[name](), Translator(language)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", SAMPLES)
def test_the_kp_table_has_one_row_a_stretch(name: str) -> None:
    parts, rows = stretches(SAMPLES[name]()), rows_of(name, "kp")
    assert len(rows) == len(parts)
    for row, part in zip(rows, parts, strict=True):
        assert float(row["kp_from_km"]) == pytest.approx(part.from_m / 1e3, abs=5e-4)
        assert float(row["kp_to_km"]) == pytest.approx(part.to_m / 1e3, abs=5e-4)
        assert row["findings"].split("; ") == ([f.number for f in part.findings] or [""])


def test_findings_have_every_fact() -> None:
    made = sample.screening()
    rows = rows_of("railway", "findings")
    assert [row["number"] for row in rows] == [f.number for f in made.findings]
    for row, finding in zip(rows, made.findings, strict=True):
        assert row["finding_id"] == finding.id
        assert row["significance"] == str(finding.significance)
        assert float(row["length_km"]) == pytest.approx(finding.length_m / 1e3)
        assert row["measures"].split("; ") == ([m.id for m in finding.measures] or [""])
    accepted = next(row for row in rows if row["accepted"] == "true")
    assert (accepted["accepted_by"], accepted["accepted_until"]) == ("A. Sample", "2027-03-01")
    gaps = rows_of("railway", "not_assessed")
    assert [gap["subject_id"] for gap in gaps] == [gap.subject_id for gap in made.not_assessed]


def test_csv_changes_only_texts_with_the_language() -> None:
    english, russian = rows_of("railway", "findings"), rows_of("railway", "findings", "ru")
    texts = {"title", "species", "receptors", "statement", "why", "assumptions"}
    for one, other in zip(english, russian, strict=True):
        assert one.keys() == other.keys()
        assert {k: v for k, v in one.items() if k not in texts} == {
            k: v for k, v in other.items() if k not in texts
        }
    assert russian[0]["title"] == sample.screening().findings[0].title.ru


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_holds_every_table(name: str, language: str) -> None:
    tr = Translator(language)
    tables = all_tables(SAMPLES[name](), tr)
    book = sheets(name, language)
    assert book.sheetnames == [tr.t(f"export.sheet.{table.name}") for table in tables]
    for sheet, table in zip(book, tables, strict=True):
        assert [cell.value for cell in sheet[1]] == [
            tr.t(f"export.column.{field.name}") for field in table.fields
        ]
        assert sheet.max_row == 1 + len(table.rows)
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.print_title_rows == "$1:$1"
        for number, row in enumerate(table.rows, start=2):
            for column, cell in enumerate(row, start=1):
                shown = sheet.cell(number, column).value
                if isinstance(cell, int | float) and not isinstance(cell, bool):
                    assert shown == pytest.approx(cell)
                elif cell is None:
                    assert shown is None


def test_significance_has_its_colour_and_its_word() -> None:
    for language, word in (("en", "Major"), ("ru", "Высокая")):
        tr = Translator(language)
        sheet = sheets("railway", language).worksheets[0]
        head = [cell.value for cell in sheet[1]]
        cell = sheet.cell(2, 1 + head.index(tr.t("export.column.significance")))
        assert cell.value == tr.word(sample.screening().findings[0].significance)
        assert word.lower()[:3] in cell.value.lower()
        assert cell.fill.fgColor.rgb == "FF6A0F35"


@pytest.mark.parametrize("sign", ["x", "ж", "\U0001f98c"])
def test_a_text_fits_its_cell(sign: str) -> None:
    units = len(sign.encode("utf-16-le")) // 2
    assert fitting(sign * (MOST_CHARACTERS // units)) == sign * (MOST_CHARACTERS // units)
    cut = fitting(sign * 40_000)
    assert cut.endswith("…")
    assert MOST_CHARACTERS - 2 <= len(cut.encode("utf-16-le")) // 2 <= MOST_CHARACTERS


def test_a_screening_without_findings_still_has_its_tables() -> None:
    assert rows_of("nothing found", "findings") == []
    assert rows_of("nothing found", "kp")
    assert render_csv(SAMPLES["mine"](), Translator("en"))["kp.csv"].count(b"\r\n") == 1
