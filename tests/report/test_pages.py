"""The pages of the PDF: their numbers, their heads, what stands at their ends, how they lie."""

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from pypdf import PageObject, PdfReader

from camiscreen import screening
from camiscreen.i18n import Translator
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import Design, Rulebook
from camiscreen.reading import project_file
from camiscreen.report import blocks as b
from camiscreen.report.document import compose
from camiscreen.report.pdf import render_pdf
from tests.report import sample
from tests.report.test_document import LANGUAGES, walk

EXAMPLES = ("semnan-sabzevar-road", "trans-mongolian-railway", "shalkar-beyneu-railway")


@cache
def sample_document(language: str) -> b.Document:
    return compose(sample.screening(), Translator(language))


@pytest.fixture(params=EXAMPLES)
def document(
    request: pytest.FixtureRequest,
    root: Path,
    book: Rulebook,
    opened: Sequence[tuple[Layer, Store]],
) -> b.Document:
    path = root / "examples" / f"{request.param}.geojson"
    project = project_file.read_project(
        str(path), kind=None, design=Design(), layers=(), stdin=None
    )
    screened = screening.screen(project, list(opened), book, generated_on="2026-11-22")
    return compose(screened, Translator("ru" if "shalkar" in request.param else "en"))


def pages_of(document: b.Document) -> list[PageObject]:
    return list(PdfReader(io.BytesIO(render_pdf(document))).pages)


def lines_of(page: PageObject) -> list[str]:
    return [line.strip() for line in page.extract_text().splitlines() if line.strip()]


def squeeze(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def test_pages_of_real_reports(document: b.Document) -> None:
    pages = pages_of(document)
    labels = document.labels
    last = {squeeze(p.text) for p in walk(document.sections) if isinstance(p, b.Heading)}
    last |= {squeeze(f"{s.number}{s.title}") for s in document.sections}
    turned = 0
    for number, page in enumerate(pages, start=1):
        lines = lines_of(page)
        turned += page.mediabox.width > page.mediabox.height
        if number == 1:
            continue
        # Numbers that skip or repeat would mean that the layout never settled.
        assert squeeze(f"{labels.page} {number} {labels.page_of} {len(pages)}") in squeeze(
            lines[-1]
        )
        assert squeeze(document.running) in squeeze("".join(lines[:2]))
        body = [line for line in lines[:-1] if document.tool not in line]
        assert squeeze(body[-1]) not in last, f"page {number} ends with a heading"
        if number < len(pages):
            assert len("".join(body)) > 150, f"page {number} is nearly empty"
    # Strip map and table; the map too where it is wider than high.
    wide = next(s for s in document.sections if s.anchor == "findings").turned
    assert turned >= (3 if wide else 2)


def test_contents_name_the_page_on_which_a_section_begins(document: b.Document) -> None:
    pages = pages_of(document)
    begins = {}
    for number, page in enumerate(pages[2:], start=3):
        text = squeeze(page.extract_text())
        for section in document.sections[1:]:
            if squeeze(f"{section.number}{section.title}") in text:
                begins.setdefault(section.anchor, number)
    contents = squeeze(pages[1].extract_text())
    for section in document.sections[1:]:
        assert squeeze(f"{section.number}{section.title}{begins[section.anchor]}") in contents


def test_links_to_findings_lead_to_the_page_that_bears_their_card(document: b.Document) -> None:
    """A link is set by its place, which Typst knows only after the first round of the layout."""
    reader = PdfReader(io.BytesIO(render_pdf(document)))
    cards = {block.number: block for block in walk(document.sections)
             if isinstance(block, b.FindingCard)}  # fmt: skip
    named = reader.named_destinations
    expected = {
        (
            reader.get_destination_page_number(named[card.anchor]),
            round(float(named[card.anchor].top)),
        )
        for card in cards.values()
    }
    assert len(expected) == len(cards)
    led = set()
    for page in reader.pages:
        for note in (held.get_object() for held in page.get("/Annots") or ()):
            # A link of the contents names its section; all others hold a place.
            if "/Dest" in note and isinstance(target := note["/Dest"], list):
                number = reader.get_page_number(target[0].get_object())
                led.add((number, round(float(target[3]))))
    assert expected <= led
    assert not any(number == 0 for number, _ in led), "the cover is where unknown places lead"


def test_a_link_that_leads_nowhere_is_an_error() -> None:
    import typst

    document = sample_document("en")
    astray = b.Paragraph(runs=(b.link("there", "no-such-place"),))
    sections = (
        replace(document.sections[0], blocks=(*document.sections[0].blocks, astray)),
        *document.sections[1:],
    )
    with pytest.raises(typst.TypstError, match="no-such-place"):
        render_pdf(replace(document, sections=sections))


@pytest.mark.parametrize("language", LANGUAGES)
def test_heads_of_tables_stand_again_on_the_next_page(language: str) -> None:
    base = sample_document(language)
    row = b.Row(cells=(b.runs("x"), b.runs("y")))
    table = b.Table(
        label="t", columns=(b.Column(head="HEAD"), b.Column(head="h")), rows=(row,) * 120
    )
    one = b.Section(anchor="a", number="1", title="T", blocks=(table,))

    pages = pages_of(replace(base, sections=(one,)))[1:]
    assert len(pages) > 2
    assert all("HEAD" in page.extract_text() for page in pages)


def test_a_group_of_rows_is_named_again_and_never_alone() -> None:
    base = sample_document("en")
    row = b.Row(cells=(b.runs("x"), b.runs("y")))
    for before in range(30, 48):
        rows = (row,) * before + (b.Row(cells=(b.runs("GROUP"),), role="group"),) + (row,) * 60
        table = b.Table(label="t", columns=(b.Column(head="h"), b.Column(head="k")), rows=rows)
        one = b.Section(anchor="a", number="1", title="T", blocks=(table,))

        pages = pages_of(replace(base, sections=(one,)))[1:]
        assert lines_of(pages[0])[-2] != "GROUP"
        assert "GROUP" in pages[-1].extract_text()
