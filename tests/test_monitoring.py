"""Indicators of measures, and the survey brief: no invented number, no gap left without one."""

import re

import pytest

from camiscreen.i18n import LANGUAGES, Translator
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import Rulebook, Screening
from camiscreen.report import blocks as b
from camiscreen.report.document import compose
from camiscreen.screening import screen
from camiscreen.vocabulary import Confidence
from tests.conftest import make_project

STEPPE = ((66.0, 47.5), (69.0, 47.5))


@pytest.fixture(scope="module")
def screened(book: Rulebook, opened: list[tuple[Layer, Store]]) -> Screening:
    return screen(make_project(STEPPE), opened, book, generated_on="2026-11-22")


def section(screening: Screening, anchor: str, language: str = "en") -> b.Section:
    document = compose(screening, Translator(language))
    return next(s for s in document.sections if s.anchor == anchor)


def tables(part: b.Section) -> list[b.Table]:
    return [block for block in part.blocks if isinstance(block, b.Table)]


def plain(cell: b.Runs) -> str:
    return "".join(run.text for run in cell)


def test_every_measure_has_an_indicator_with_a_source(book: Rulebook) -> None:
    assert [m.id for m in book.measures if not m.indicators] == []
    for measure in book.measures:
        for indicator in measure.indicators:
            assert indicator.sources, measure.id
            for text in (indicator.what, indicator.how):
                assert text.en and text.ru and text.en != text.ru, measure.id


def test_no_indicator_names_a_figure_that_is_not_verified(book: Rulebook) -> None:
    """Digits in an indicator are those of a verified figure of a measure or of its own name."""
    known = {
        f"{value:g}"
        for measure in book.measures
        for spec in measure.numbers
        if spec.verified
        for value in spec.values
    }
    for measure in book.measures:
        for indicator in measure.indicators:
            said = [indicator.what, indicator.how, *([indicator.when] if indicator.when else [])]
            for text in said:
                for language in (text.en, text.ru):
                    figures = re.findall(r"\d+", language.replace("1,500", "1500").replace(
                        "2,500", "2500"))  # fmt: skip
                    assert set(figures) <= known, (measure.id, language)


def test_indicators_and_surveys_rest_on_what_was_read(book: Rulebook) -> None:
    seen = {reference.id: reference for reference in book.references}
    cited = [s for m in book.measures for i in m.indicators for s in i.sources]
    cited += [s for rule in book.rules if rule.survey for s in rule.survey.sources]
    assert "R999" not in cited
    assert [s for s in cited if s in seen and str(seen[s].seen) == "no"] == []


def test_the_report_has_a_row_for_each_indicator_of_its_measures(screened: Screening) -> None:
    indicators, *_ = tables(section(screened, "monitoring"))
    measures = {m.id: m for f in screened.findings for m in f.measures}
    assert len(indicators.rows) == sum(len(m.indicators) for m in measures.values())


def test_every_gap_and_every_weak_finding_has_a_brief(screened: Screening) -> None:
    survey = tables(section(screened, "monitoring"))[1]
    designer = tables(section(screened, "monitoring"))[2]
    rows = (*survey.rows, *designer.rows)
    asked = {number for row in rows for number in plain(row.cells[-1]).split()}
    gaps = {f"N{n}" for n in range(1, len(screened.not_assessed) + 1)}
    weak = {f.number for f in screened.findings if f.confidence is Confidence.LOW}
    assert weak
    assert gaps | weak <= asked


def test_a_brief_says_where_and_in_which_verified_months(screened: Screening) -> None:
    survey = tables(section(screened, "monitoring"))[1]
    row = next(r for r in survey.rows if "Grounds where" in plain(r.cells[0]))
    where, when = plain(row.cells[1]), plain(row.cells[2])
    assert where.startswith("KP\u00a00+000")
    assert "Saiga antelope: April–May (calving), November–December (rut)" in when
    assert "September–January (rut)" in when  # goitered gazelle, over the turn of the year
    assert "wintering in Uzbekistan" not in when  # its months are a convention, not read
    assert "R007" in plain(row.cells[3])


def test_the_gaps_of_what_is_known_are_named(screened: Screening) -> None:
    part = section(screened, "knowledge")
    species = tables(part)[0]
    said = {plain(row.cells[0]): plain(row.cells[1]) for row in species.rows}
    saiga = next(text for name, text in said.items() if name.startswith("Saiga"))
    assert "avoidance distance" in saiga
    assert "months of births" not in saiga
    text = " ".join(
        plain(item) for block in part.blocks if isinstance(block, b.Bullets) for item in block.items
    )
    assert "MNS 6515:2015" in text and "Doc.23.3.2" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_have_the_same_rows(screened: Screening, language: str) -> None:
    english = [len(t.rows) for t in tables(section(screened, "monitoring"))]
    assert [len(t.rows) for t in tables(section(screened, "monitoring", language))] == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_designer_has_to_answer_is_no_task_for_the_field(
    screened: Screening, language: str
) -> None:
    tr = Translator(language)
    asked_of = {f.number: f.rule_id for f in screened.findings}
    _, survey, designer = tables(section(screened, "monitoring", language))
    assert designer.label == tr.t("designer.title")

    def rules(table: b.Table) -> set[str]:
        numbers = {n for row in table.rows for n in plain(row.cells[-1]).split()}
        return {asked_of[n] for n in numbers if n in asked_of}

    assert rules(designer) == {"GAP-001", "GAP-002"}
    assert not rules(survey) & {"GAP-001", "GAP-002", "STR-001", "STR-002"}
