"""The Word annex: real styles, tables, captions, bookmarks; open to a template of the house."""

import io
import itertools
import re
import typing
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from camiscreen.errors import StyleError
from camiscreen.i18n import Translator
from camiscreen.report import blocks as b
from camiscreen.report.blocks import MOST_ROWS
from camiscreen.report.document import compose
from camiscreen.report.docx import render_docx
from camiscreen.report.docx_blocks import DRAWN
from camiscreen.report.docx_xml import BOOKMARK_LIMIT, bookmark_name
from camiscreen.report.style import ReportStyle
from camiscreen.report.tokens import LIGHT
from camiscreen.vocabulary import Audience
from tests.conftest import ROOT, run_here
from tests.report.test_document import LANGUAGES, SAMPLES, walk

W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
CASES = list(itertools.product(SAMPLES, LANGUAGES))


@cache
def document(name: str, language: str, audience: Audience = Audience.EIA) -> b.Document:
    return compose(SAMPLES[name](), Translator(language), audience)


@cache
def annex(name: str, language: str, audience: Audience = Audience.EIA) -> bytes:
    return render_docx(document(name, language, audience))


def opened(data: bytes) -> "docx.document.Document":
    return docx.Document(io.BytesIO(data))


def text_of(data: bytes) -> str:
    """All text of the body in its order, table cells included."""
    body = opened(data).element.body
    return "".join(node.text or "" for node in body.iter(qn("w:t")))


def test_every_block_is_drawn() -> None:
    assert set(DRAWN) == {kind.kind for kind in typing.get_args(b.Block)}


@pytest.mark.parametrize(("name", "language"), CASES)
def test_it_repeats_byte_for_byte_and_carries_no_clock(name: str, language: str) -> None:
    data = annex(name, language)
    assert render_docx(compose(SAMPLES[name](), Translator(language))) == data
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    about = opened(data).core_properties
    assert str(about.created) == str(about.modified) == "2026-11-22 00:00:00+00:00"
    assert about.language == {"en": "en-GB", "ru": "ru-RU"}[language]


@pytest.mark.parametrize(("name", "language"), CASES)
def test_links_lead_to_bookmarks_and_bookmarks_are_one(name: str, language: str) -> None:
    body = opened(annex(name, language)).element.body
    names = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert len(names) == len(set(names))
    assert all(len(held) <= BOOKMARK_LIMIT for held in names)
    links = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    targets = {anchor for anchor in links if anchor}
    assert targets and targets <= set(names)


def test_headings_are_heading_styles_without_a_gap() -> None:
    word, content = opened(annex("railway", "en")), document("railway", "en")
    levels = [int(p.style.name[-1]) for p in word.paragraphs if p.style.name.startswith("Heading ")]
    assert levels.count(1) == len(content.sections)
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_tables_repeat_their_head_and_are_captioned() -> None:
    word, content = opened(annex("railway", "en")), document("railway", "en")
    blocks = [block for section in content.sections for block in section.blocks]
    wanted = [block for block in blocks if isinstance(block, b.Table)]
    for block in wanted:
        heads = [column.head for column in block.columns]
        found = [t for t in word.tables if [cell.text for cell in t.rows[0].cells] == heads]
        assert found, heads
        assert found[0].rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert found[0].style.name == "Screening Table"
    captions = [p.text for p in word.paragraphs if p.style.name == "Caption"]
    ladder = [block for block in blocks if isinstance(block, b.LadderStep) and block.measures]
    tables = [text for text in captions if text.startswith("Table")]
    assert len(tables) == len(wanted) + len(ladder)
    assert [text.split(".")[0] for text in tables[:2]] == ["Table\u00a01", "Table\u00a02"]
    codes = [node.text for node in word.element.body.iter(qn("w:instrText"))]
    assert sum("SEQ Table" in code for code in codes) == len(tables)
    assert sum("SEQ Figure" in code for code in codes) == len(captions) - len(tables)
    assert sum(code.strip().startswith("TOC ") for code in codes) == 1


@pytest.mark.parametrize("name", SAMPLES)
def test_every_picture_says_what_it_shows(name: str) -> None:
    content = document(name, "en")
    wanted = [p.alt for p in walk(content) if isinstance(p, b.Figure)]
    body = opened(annex(name, "en")).element.body
    shown = [node.get("descr") for node in body.iter(qn("wp:docPr"))]
    assert sorted(shown) == sorted(wanted)
    assert len({node.get("id") for node in body.iter(qn("wp:docPr"))}) == len(shown)


def test_the_wide_map_stands_on_a_page_on_its_side() -> None:
    sections = opened(annex("railway", "en")).sections
    ways = [page.orientation for page in sections]
    assert ways == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]
    for page in sections:
        codes = "".join(n.text for n in page.footer._element.iter(qn("w:instrText")))
        assert "PAGE" in codes and "NUMPAGES" in codes
        assert "desk-based biodiversity screening" in page.header.paragraphs[0].text
    assert sections[0].different_first_page_header_footer


def test_after_a_section_all_on_its_side_the_next_stands_upright() -> None:
    lines = (b.Paragraph(runs=b.runs("x")),)
    wide = b.Section(anchor="a", number="1", title="T", blocks=lines, turned=1)
    next_wide = replace(wide, anchor="b")
    upright = replace(wide, anchor="c", turned=0)
    for sections in ((wide, upright), (wide, next_wide, upright)):
        made = replace(document("railway", "en"), sections=sections)
        ways = [page.orientation for page in opened(render_docx(made)).sections]
        assert ways == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]


@pytest.mark.parametrize("language", LANGUAGES)
def test_levels_are_a_shape_and_a_word(language: str) -> None:
    tr, text = Translator(language), text_of(annex("railway", language))
    for level, shape in (
        ("major", "◆"), ("moderate", "▲"), ("minor", "●"), ("negligible", "○"),
    ):  # fmt: skip
        assert f"{shape}\u00a0{tr.t(f'level.{level}')}" in text
    assert "□\u00a0N1" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_filled_levels_have_their_colour_and_an_edge_in_ink(language: str) -> None:
    body = opened(annex("railway", language)).element.body
    seen = set()
    for run in body.iter(qn("w:r")):
        wanted = {"◆": "major", "▲": "moderate", "●": "minor"}.get(run.text)
        if wanted is None:
            continue
        seen.add(wanted)
        assert run.rPr.find(qn("w:color")).get(qn("w:val")) == LIGHT[f"sig-{wanted}"][1:]
        assert run.rPr[-1].tag == f"{W14}textOutline"
        assert [c.get(f"{W14}val") for c in run.rPr.iter(f"{W14}srgbClr")] == [LIGHT["ink"][1:]]
    assert seen == {"major", "moderate", "minor"}


@pytest.mark.parametrize(("name", "language"), CASES)
def test_contents_have_their_entries_before_any_field_is_updated(name: str, language: str) -> None:
    word, content = opened(annex(name, language)), document(name, language)
    entries = [p for p in word.paragraphs if p.style.name.lower() == "toc 1"]
    assert [p.text for p in entries] == [
        f"{section.number}\u2003{section.title}\t–" for section in content.sections
    ]
    for entry, section in zip(entries, content.sections, strict=True):
        codes = [node.text.strip() for node in entry._p.iter(qn("w:instrText"))]
        assert codes[-1] == f"PAGEREF {bookmark_name(section.anchor)} \\h"
        assert len(entry.paragraph_format.tab_stops) == 1
    # At the foot of a page, four lines of the list stood on the next alone.
    title = next(p for p in word.paragraphs if p.style.name == "TOC Heading")
    assert title.paragraph_format.page_break_before


def test_no_page_is_numbered_before_pages_are_known() -> None:
    for page in opened(annex("railway", "en")).sections:
        assert page.footer.paragraphs[0].text.endswith("\tpage – of –")


@pytest.mark.parametrize("margin", [Pt(51), Pt(150)])
def test_pictures_fit_the_text_of_their_page(margin: int, tmp_path: Path) -> None:
    house = docx.Document()
    house.sections[0].left_margin = margin
    house.save(str(tmp_path / "house.docx"))
    for style in (ReportStyle(), ReportStyle(docx_template=tmp_path / "house.docx")):
        word = opened(render_docx(document("railway", "en"), style))
        pages, seen = iter(word.sections), 0
        page = next(pages)
        for node in word.element.body.iter(qn("wp:inline"), qn("w:sectPr")):
            if node.tag == qn("w:sectPr"):
                page = next(pages, page)
                continue
            seen += 1
            assert node.extent.cx <= page.page_width - page.left_margin - page.right_margin
            assert node.extent.cy <= page.page_height - page.top_margin - page.bottom_margin
            # Without these, LibreOffice sets it off by 9 pt, past the right margin.
            assert [node.get(f"dist{side}") for side in "TBLR"] == ["0"] * 4
        assert seen
    # A line of 1.2 times the picture would need more than the page.
    plain = opened(annex("railway", "en"))
    assert plain.styles["Screening Figure"].paragraph_format.line_spacing == 1.0


def test_the_title_of_a_callout_stays_with_its_text() -> None:
    word = opened(annex("railway", "en"))
    titles = [
        block.title
        for section in document("railway", "en").sections
        for block in section.blocks
        if isinstance(block, b.Callout)
    ]
    held = [
        p.paragraph_format.keep_with_next
        for p in word.paragraphs
        if p.style.name == "Screening Callout" and p.text in titles
    ]
    assert titles and held == [True] * len(titles)


def test_hostile_names_are_text() -> None:
    data = annex("hostile", "en")
    text = text_of(data)
    assert "<script>alert(1)</script>" in text
    assert '#read("/etc/passwd")' in text
    assert "A" * 500 not in text
    assert not re.search("[\u202e\u2066\x00\x1b\x07]", text)
    word = opened(data)
    codes = {node.text.split()[0] for node in word.element.body.iter(qn("w:instrText"))}
    assert codes <= {"SEQ", "TOC", "PAGE", "PAGEREF", "NUMPAGES"}
    for relation in word.part.rels.values():
        if relation.is_external:
            assert relation.target_ref.startswith(("https://", "http://"))


def test_endless_tables_end_and_say_so() -> None:
    row = b.Row(cells=(b.runs("x"),))
    table = b.Table(label="t", columns=(b.Column(head="h"),), rows=(row,) * (MOST_ROWS + 5))
    one = b.Section(anchor="a", number="1", title="T", blocks=(table,))
    data = render_docx(replace(document("nothing found", "en"), sections=(one,)))
    assert len(opened(data).tables[-1]._tbl.tr_lst) == MOST_ROWS + 1
    assert "All of them are in the CSV, XLSX and JSON files" in text_of(data)


def test_bookmark_names_are_what_word_takes() -> None:
    assert bookmark_name("finding-f1") == "a_finding_f1"
    long = bookmark_name("clause-" + "x" * 60)
    assert len(long) == BOOKMARK_LIMIT
    assert long != bookmark_name("clause-" + "x" * 61)


# ----------------------------------------------------------------------------------------------
# A template of the house
# ----------------------------------------------------------------------------------------------


@pytest.fixture
def template(tmp_path: Path) -> Path:
    word = docx.Document()
    word.styles["Heading 1"].font.name = "Georgia"
    word.styles["Heading 1"].font.size = Pt(31)
    word.styles["Heading 1"].font.color.rgb = RGBColor(1, 2, 3)
    word.styles["Normal"].font.name = "Cambria"
    word.sections[0].header.paragraphs[0].text = "House of Example"
    word.sections[0].left_margin = Pt(100)
    word.add_paragraph("Text of the template that must not stay")
    path = tmp_path / "house.docx"
    word.save(path)
    return path


def test_a_template_keeps_its_styles_page_and_header(template: Path) -> None:
    data = render_docx(document("railway", "en"), ReportStyle(docx_template=template))
    word = opened(data)
    heading = word.styles["Heading 1"].font
    assert (heading.name, heading.size, str(heading.color.rgb)) == ("Georgia", Pt(31), "010203")
    assert word.styles["Normal"].font.name == "Cambria"
    assert word.styles["Screening Note"].base_style.name == "Normal"
    assert word.sections[0].left_margin == Pt(100)
    assert all(s.header.paragraphs[0].text == "House of Example" for s in word.sections)
    assert "must not stay" not in text_of(data)
    assert data == render_docx(document("railway", "en"), ReportStyle(docx_template=template))


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04broken"])
def test_a_template_that_is_no_word_document_is_a_user_error(
    content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "letter.docx"
    path.write_bytes(content)
    with pytest.raises(StyleError, match=r"letter\.docx: not a Word document.*save it from Word"):
        render_docx(document("railway", "en"), ReportStyle(docx_template=path))


def test_check_writes_it_and_takes_a_template(template: Path, tmp_path: Path) -> None:
    route = ROOT / "examples" / "semnan-sabzevar-road.geojson"
    args = ("check", route, "--format", "docx", "--out", tmp_path, "--date", "2026-11-22", "-q")
    done = run_here(*args, "--docx-template", template)
    assert (done.returncode, done.stderr) == (0, "")
    word = docx.Document(str(tmp_path / "semnan-sabzevar-road.docx"))
    assert word.styles["Heading 1"].font.name == "Georgia"
    gone = run_here(*args, "--docx-template", tmp_path / "gone.docx")
    assert gone.returncode == 2
    assert "gone.docx is not a file" in gone.stderr
