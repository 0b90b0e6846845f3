"""One screening for four audiences: less text, the same truth."""

import io
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from pypdf import PageObject, PdfReader

from camiscreen.i18n import Translator
from camiscreen.model import Rulebook
from camiscreen.report import blocks as b
from camiscreen.report.document import compose
from camiscreen.report.html import render_html
from camiscreen.report.pdf import render_pdf
from camiscreen.report.sections.training import lessons
from camiscreen.vocabulary import Audience, Step, Verdict
from tests.conftest import ROOT, run_here
from tests.report.test_document import LANGUAGES, SAMPLES, said, walk
from tests.report.test_renderers import OURS, Page, fonts_of, squeeze

EXAMPLES = ("trans-mongolian-railway", "shalkar-beyneu-railway", "semnan-sabzevar-road")
MOST_PAGES = {Audience.LENDER: 2, Audience.SUMMARY: 1}
SHORT = tuple(MOST_PAGES)


@cache
def document(name: str, language: str, audience: Audience) -> b.Document:
    return compose(SAMPLES[name](), Translator(language), audience)


# ----------------------------------------------------------------------------------------------
# Pages
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("audience", SHORT)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_short_versions_of_the_examples_keep_to_their_pages_and_numbers(
    name: str, language: str, audience: Audience, tmp_path: Path
) -> None:
    done = run_here(
        "check", ROOT / "examples" / f"{name}.geojson", "--out", tmp_path, "--date", "2026-11-22",
        "--lang", language, "--audience", str(audience), "--format", "pdf,json", "-q",
        "--framework", "ifc-ps6,ebrd-pr6,national",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    pages = PdfReader(tmp_path / f"{name}.pdf").pages
    assert len(pages) == MOST_PAGES[audience]
    # Type that had to be set smaller than 6.5 pt could not be read.
    assert smallest_scale(pages) >= 0.87
    text = squeeze("".join(page.extract_text() for page in pages))
    report = json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))
    tr = Translator(language)
    worst = report["findings"][0]
    assert worst["number"] in text
    assert squeeze(tr.km_number(worst["length_m"])) in text
    assert squeeze(tr.km(report["project"]["length_m"]).split(tr.t("unit.km"))[0]) in text
    for index, _ in enumerate(report["not_assessed"][:4], start=1):
        assert f"N{index}" in text


def smallest_scale(pages: Iterable[PageObject]) -> float:
    """The smallest scale that a page sets its content in: 1 where nothing had to shrink."""
    scales = [1.0]
    for page in pages:
        contents = page.get_contents()
        assert contents is not None
        stream = contents.get_data().decode("latin-1")
        scales += [float(a) for a in re.findall(r"\b(0\.\d+) 0 0 -?0\.\d+ \S+ \S+\s*cm", stream)]
    return round(min(scales), 3)


def test_what_is_too_long_for_a_page_is_set_smaller_and_stays_on_it() -> None:
    base = document("railway", "en", Audience.SUMMARY)
    many = b.Bullets(items=tuple(b.runs(f"Line {n} of a list that is long") for n in range(20)))
    (section,) = base.sections
    longer = replace(base, sections=(replace(section, blocks=(*section.blocks, many)),))
    pages = PdfReader(io.BytesIO(render_pdf(longer))).pages
    assert len(pages) == 1
    assert 0.6 < smallest_scale(pages) < 0.95
    assert "Line 19" in pages[0].extract_text()


@pytest.mark.parametrize("audience", SHORT)
@pytest.mark.parametrize("name", SAMPLES)
def test_no_sample_breaks_the_page_count(name: str, audience: Audience) -> None:
    data = render_pdf(document(name, "ru", audience))
    pages = PdfReader(io.BytesIO(data)).pages
    assert len(pages) == MOST_PAGES[audience]
    for page in pages:
        for font in fonts_of(page["/Resources"], 0):
            assert font.split("+")[-1].split("-")[0] in OURS


# ----------------------------------------------------------------------------------------------
# Truth
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("audience", SHORT)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SAMPLES)
def test_a_short_version_says_what_it_leaves_out(
    name: str, language: str, audience: Audience
) -> None:
    screening, tr = SAMPLES[name](), Translator(language)
    text = said(document(name, language, audience))
    full = next(
        p for p in walk(document(name, language, Audience.EIA)) if isinstance(p, b.VerdictBlock)
    )
    assert full.sentence in text
    assert tr.t("gaps.silence" if screening.not_assessed else "gaps.none") in text
    for gap in screening.not_assessed[:4]:
        assert tr.text(gap.subject).split("<")[0][:40].strip() in text
    for assumption in screening.assumptions[:2]:
        assert tr.message(assumption) in text
    assert tr.t(
        "sheet.note", tool=screening.run.tool_version, rulebook=screening.run.rulebook_version
    ) in text  # fmt: skip
    rows = [p for p in walk(document(name, language, audience)) if isinstance(p, b.Row)]
    cells = " ".join(run.text for row in rows for cell in row.cells for run in cell)
    shown = set(re.findall(r"\bF\d+", cells))
    if len(shown) < len(screening.findings):
        assert {"en": "in the full report", "ru": "есть в полном отчёте"}[language] in text


@pytest.mark.parametrize("audience", SHORT)
def test_links_of_a_short_version_lead_somewhere(audience: Audience) -> None:
    parts = list(walk(document("railway", "en", audience)))
    anchors = {getattr(part, "anchor", "") for part in parts}
    assert {p.target for p in parts if isinstance(p, b.Run) and p.kind == "anchor"} <= anchors


@pytest.mark.parametrize("audience", SHORT)
def test_links_of_its_map_lead_somewhere(audience: Audience) -> None:
    page = Page(render_html(document("railway", "en", audience)).decode("utf-8"))
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    targets = [str(a.get("href")) for tag, a in page.tags if tag == "a"]
    assert {t.removeprefix("#") for t in targets if t.startswith("#")} <= ids


@pytest.mark.parametrize("audience", SHORT)
@pytest.mark.parametrize("name", ["railway", "nothing found", "outside", "mine"])
def test_words_that_are_never_printed(name: str, audience: Audience) -> None:
    text = said(document(name, "en", audience)).lower()
    for phrase in ("is clear", "all clear", "critical habitat", "no impact", "residual impact is"):
        assert phrase not in text


@pytest.mark.parametrize("audience", SHORT)
def test_accepted_findings_keep_their_level(audience: Audience) -> None:
    base = SAMPLES["railway"]()
    accepted = replace(base, findings=base.findings[2:3], verdict=Verdict.ACCEPTED)
    text = said(compose(accepted, Translator("en"), audience))
    assert "accepted" in text
    assert "Minor" in text


def test_a_lender_is_told_that_no_framework_was_looked_at() -> None:
    assert "that no trigger stands here says nothing" in said(
        document("railway", "en", Audience.LENDER)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lender_is_told_what_to_do_and_by_which_text(
    language: str, tmp_path: Path, book: Rulebook
) -> None:
    """Findings with the step and measure that answer them; triggers with their title and source."""
    route = ROOT / "examples" / "shalkar-beyneu-railway.geojson"
    done = run_here(
        "check", route, "--out", tmp_path, "--date", "2026-11-22", "--lang", language,
        "--audience", "lender", "--format", "html,json", "--framework", "ifc-ps6,ebrd-pr6",
    )  # fmt: skip
    assert done.returncode == 0
    page = unescape((tmp_path / f"{route.stem}.html").read_text(encoding="utf-8"))
    report = json.loads((tmp_path / f"{route.stem}.json").read_text(encoding="utf-8"))
    tr = Translator(language)
    measures = {measure.id: measure for measure in book.measures}
    steps = {measure["step"] for f in report["findings"][:8] for measure in f["measures"]}
    for step in steps:
        assert f">{tr.word(Step(step))}<" in page
    first = measures[report["findings"][0]["measures"][0]["id"]]
    assert first.id in page and tr.text(first.text)[:60] in page
    triggers = [
        criterion
        for framework in report["frameworks"]
        for criterion in framework["criteria"]
        if criterion["outcome"] == "potential_trigger"
    ]
    assert triggers
    said = {c.id: c for framework in book.frameworks for c in framework.criteria}
    cited = {reference.id: reference for reference in book.references}
    for trigger in triggers[:4]:
        assert tr.text(said[trigger["id"]].requirement)[:60] in page
        assert cited[trigger["references"][0]].citation[:50] in page


def test_the_full_report_is_the_default() -> None:
    assert compose(SAMPLES["railway"](), Translator("en")) == document(
        "railway", "en", Audience.EIA
    )


# ----------------------------------------------------------------------------------------------
# Training
# ----------------------------------------------------------------------------------------------


def test_every_numbered_section_has_a_lesson_in_both_languages() -> None:
    anchors = {
        section.anchor
        for section in document("railway", "en", Audience.TRAINING).sections
        if section.number.isdigit()
    } | {"frameworks"}
    assert anchors <= set(lessons())
    for lesson in lessons().values():
        assert set(lesson) <= {"why", "sources", "questions"}
        texts = [lesson["why"]]
        texts += [item[part] for item in lesson["questions"] for part in ("question", "answer")]
        assert lesson["questions"]
        for text in texts:
            assert set(text) >= {"en", "ru"}
            assert re.search("[а-яё]", text["ru"]) and not re.search("[а-яё]", text["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_training_is_the_full_report_and_more(language: str) -> None:
    full = document("railway", language, Audience.EIA)
    taught = document("railway", language, Audience.TRAINING)
    extra = (b.MarginNote, b.Questions)
    for one, other in zip(full.sections, taught.sections, strict=True):
        assert one.blocks == tuple(p for p in other.blocks if not isinstance(p, extra))
    page = Page(render_html(taught).decode("utf-8"))
    questions = [q for p in walk(taught) if isinstance(p, b.Questions) for q in p.items]
    folded = [d for d in page.of("details") if d.get("class") == "question"]
    assert len(folded) == len(questions) > 10
    text = squeeze(
        "".join(p.extract_text() for p in PdfReader(io.BytesIO(render_pdf(taught))).pages)
    )
    for question in questions:
        assert squeeze(question.answer[0].text)[-40:] in text
