"""HTML and PDF of the same documents."""

import base64
import hashlib
import io
import itertools
import json
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
import shapely
from pypdf import PdfReader

from camiscreen.i18n import Translator
from camiscreen.report import blocks as b
from camiscreen.report.blocks import MOST_ROWS
from camiscreen.report.document import compose
from camiscreen.report.html import render_html
from camiscreen.report.pdf import render_pdf
from camiscreen.report.print_data import document_json
from camiscreen.report.svg import path_data
from tests.report import sample
from tests.report.test_document import LANGUAGES, SAMPLES, walk

OURS = ("NotoSans", "NotoSansMono")


@cache
def document(name: str, language: str) -> b.Document:
    return compose(SAMPLES[name](), Translator(language))


@cache
def html(name: str, language: str) -> str:
    return render_html(document(name, language)).decode("utf-8")


@cache
def pdf(name: str, language: str) -> bytes:
    return render_pdf(document(name, language))


def pdf_text(name: str, language: str) -> str:
    pages = PdfReader(io.BytesIO(pdf(name, language))).pages
    return squeeze("".join(page.extract_text() for page in pages))


def squeeze(text: str) -> str:
    """Without white space and soft breaks: renderers wrap lines at different places."""
    return re.sub(r"[\s\u200b\u00ad\ufffd]+", "", text)


class Page(HTMLParser):
    """Collects tags, attributes, the text outside style and script, and the script."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.script: list[str] = []
        self._within = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._within = tag if tag in {"style", "script"} else ""

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within == "script":
            self.script.append(data)
        elif not self._within:
            self.text.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SAMPLES)
def test_both_render_and_repeat_byte_for_byte(name: str, language: str) -> None:
    again = compose(SAMPLES[name](), Translator(language))
    assert render_html(again).decode("utf-8") == html(name, language)
    assert render_pdf(again) == pdf(name, language)


@pytest.mark.parametrize("name", SAMPLES)
def test_html_loads_nothing(name: str) -> None:
    page = Page(html(name, "en"))
    for tag, attributes in page.tags:
        assert tag not in {"link", "img", "iframe", "object", "embed", "image", "base"}
        assert not {"src", "srcset", "data", "action", "style"} & set(attributes)
        assert not any(attribute.startswith("on") for attribute in attributes)
        if tag != "a" and (target := attributes.get("href")):
            assert target.startswith("#")
    assert page.of("script") == [{}]
    assert not re.search(r"\b(transition|animation|scroll-behavior)\b", html(name, "en"))
    assert "url(" not in re.sub(r"url\(#", "", html(name, "en"))
    assert "@import" not in html(name, "en")


@pytest.mark.parametrize("name", SAMPLES)
def test_html_allows_its_own_script_by_hash_and_nothing_else(name: str) -> None:
    page = Page(html(name, "en"))
    script = "".join(page.script)
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    policy = next(a["content"] for a in page.of("meta") if a.get("http-equiv"))
    assert policy == (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert len(script.encode("utf-8")) < 8 * 1024


@pytest.mark.parametrize("name", SAMPLES)
def test_html_ids_are_unique_and_targets_exist(name: str) -> None:
    page = Page(html(name, "en"))
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    for _, attributes in page.tags:
        for key in ("href", "aria-labelledby"):
            target = attributes.get(key) or ""
            if target.startswith("#") or (key == "aria-labelledby" and target):
                assert target.removeprefix("#") in ids
    for reference in re.findall(r"url\(#([\w-]+)\)", html(name, "en")):
        assert reference in ids


def test_html_is_accessible() -> None:
    page = Page(html("railway", "en"))
    assert page.of("html")[0]["lang"] == "en"
    assert page.of("main") and page.of("nav")[0]["aria-label"]
    assert page.of("a")[0]["class"] == "skip"
    assert all(a.get("scope") for a in page.of("th"))
    assert len(page.of("h1")) == 1
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    drawings = [a for a in page.of("svg") if "aria-hidden" not in a]
    assert drawings and all(a["aria-label"] for a in drawings)
    # Within an image no link is reached: only the map that moves is a group.
    assert [a["role"] for a in drawings].count("group") == 1
    assert {a["role"] for a in drawings} == {"img", "group"}


def test_hostile_names_are_text_in_html() -> None:
    source = html("hostile", "en")
    assert source.lower().count("<script") == 1
    assert "<img" not in source.lower()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in source
    assert "{{7*7}}" in source
    assert "A" * 500 not in source
    for char in "\u202e\u2066\x00\x1b\x07":
        assert char not in source


def test_hostile_names_are_text_in_pdf() -> None:
    text = pdf_text("hostile", "en")
    assert "<script>alert(1)</script>" in text
    assert squeeze('#read("/etc/passwd")') in text
    assert "root:" not in text
    assert squeeze("Some characters of the names given are not in the fonts") in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_unprintable_characters_are_only_announced_where_they_occur(language: str) -> None:
    note = squeeze(Translator(language).t("unprintable"))
    assert note not in pdf_text("railway", language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["railway", "nothing found", "outside", "mine"])
def test_pdf_says_what_html_says(name: str, language: str) -> None:
    text = pdf_text(name, language)
    shown = squeeze("".join(Page(html(name, language)).text))
    for part in walk(document(name, language).sections):
        if isinstance(part, b.Run) and part.kind != "mark":
            said = squeeze(part.text)
            assert said in shown
            # A page may end within a long text, with its footer in between.
            assert said[:40] in text
            assert said[-40:] in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SAMPLES)
def test_pdf_holds_only_our_fonts(name: str, language: str) -> None:
    found = set()
    for page in PdfReader(io.BytesIO(pdf(name, language))).pages:
        found |= fonts_of(page["/Resources"], 0)
    assert found
    for font in found:
        assert font.split("+")[-1].split("-")[0] in OURS, font


def fonts_of(resources: object, depth: int) -> set[str]:
    """Names of the fonts of a page and of the forms and patterns drawn on it."""
    held = resources.get_object()  # type: ignore[attr-defined]
    names = {str(f.get_object()["/BaseFont"])[1:] for f in held.get("/Font", {}).values()}
    if depth < 4:
        for kind in ("/XObject", "/Pattern"):
            for item in held.get(kind, {}).values():
                if "/Resources" in item.get_object():
                    names |= fonts_of(item.get_object()["/Resources"], depth + 1)
    return names


def test_pdf_is_archivable_accessible_and_dated() -> None:
    data = pdf("railway", "en")
    assert b"pdfuaid:part>1" in data.replace(b" ", b"")
    assert b"pdfaid:part>2" in data.replace(b" ", b"")
    reader = PdfReader(io.BytesIO(data))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert len(reader.outline) >= 12
    assert str(reader.metadata["/CreationDate"]).startswith("D:20261122")  # type: ignore[index]
    links = [a for p in reader.pages for a in p.get("/Annots", [])]
    assert len(links) > 40


def test_pdf_prints_only_the_first_rows_of_an_endless_table() -> None:
    row = b.Row(cells=(b.runs("x"),))
    table = b.Table(label="t", columns=(b.Column(head="h"),), rows=(row,) * (MOST_ROWS + 5))
    base = document("nothing found", "en")
    one = b.Section(anchor="a", number="1", title="T", blocks=(table,))
    made = render_pdf(replace(base, sections=(one,)))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    assert text.count("x") < MOST_ROWS + 60
    assert "Only the first 1,500 rows are printed here" in text
    assert "CSV, XLSX and JSON" in text


def test_paths_of_nothing_are_empty() -> None:
    line = shapely.LineString([(0, 0), (1, 2)])
    parts = shapely.GeometryCollection([shapely.LineString(), shapely.Polygon(), line])
    assert path_data(shapely.LineString()) == ""
    assert path_data(parts) == "M0 0L1 2"


def test_figures_have_colours_for_dark_mode_on_screen_only() -> None:
    figure = next(p for p in walk(document("railway", "en")) if isinstance(p, b.Figure))
    assert "var(--sig-major,#6A0F35)" in figure.drawing.for_screen()
    assert "var(" not in figure.drawing.for_print()


def test_map_draws_every_level_and_label() -> None:
    drawn = next(
        p.drawing
        for p in walk(document("railway", "en"))
        if isinstance(p, b.Figure) and p.anchor == "map"
    ).for_print()
    for word in (
        "F1",
        "F2",
        "F3",
        "F4",
        "N2",
        "KP 0",
        "Asiatic cheetah",
        "Chinkara",
        "37°N",
        "55°E",
    ):
        assert f">{word}" in drawn
    assert "stroke-dasharray" in drawn
    assert sample.project().name.split()[0] in drawn


def test_html_needs_neither_pyproj_nor_typst() -> None:
    program = (
        "import sys; from tests.report import sample;"
        "from camiscreen.i18n import Translator; from camiscreen.report.document import compose;"
        "from camiscreen.report.html import render_html;"
        "assert 'jinja2' not in sys.modules;"
        "render_html(compose(sample.screening(), Translator('en')));"
        "assert not {'pyproj', 'typst', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])


@pytest.mark.parametrize("name", SAMPLES)
def test_a_section_says_whether_anything_in_it_leads_elsewhere(name: str) -> None:
    """What leads nowhere is laid out once; the template stops at a link that was not announced."""
    made = document(name, "en")
    said = json.loads(document_json(made))["sections"]
    for section, printed in zip(made.sections, said, strict=True):
        within = json.dumps(printed["blocks"])
        leads = any(f'"kind": "{kind}"' in within for kind in ("anchor", "card", "contents"))
        assert printed["leads"] is leads, section.anchor
    assert {printed["leads"] for printed in said} == {True, False}
