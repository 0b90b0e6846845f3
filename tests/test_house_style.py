"""A house style is used where it can be, and refused with file and line where it cannot."""

import io
import shutil
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader

from camiscreen.errors import CamiscreenError, DataFileError, StyleError
from camiscreen.house_style import (
    CHANGEABLE,
    LEAST_CONTRAST,
    TEXT_ON,
    contrast,
    read_house,
    shipped_partials,
)
from camiscreen.i18n import Translator
from camiscreen.report import blocks as b
from camiscreen.report.document import compose
from camiscreen.report.html import render_html
from camiscreen.report.pdf import render_pdf
from camiscreen.report.style import House, ReportStyle
from camiscreen.report.tokens import DARK, LIGHT
from camiscreen.vocabulary import Audience
from tests.conftest import ROOT, run_here
from tests.report import sample
from tests.report.test_document import SAMPLES
from tests.report.test_renderers import OURS, Page, fonts_of

EXAMPLE = ROOT / "examples" / "house-style"
ROUTE = ROOT / "examples" / "semnan-sabzevar-road.geojson"
DOCS = (ROOT / "docs" / "house-style.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def document() -> b.Document:
    return compose(sample.screening(), Translator("en"))


@pytest.fixture
def house(tmp_path: Path) -> Path:
    return shutil.copytree(EXAMPLE, tmp_path / "house")


def styled(folder: Path) -> ReportStyle:
    return ReportStyle(house=read_house(folder))


# ----------------------------------------------------------------------------------------------
# The example of the docs
# ----------------------------------------------------------------------------------------------


def test_the_example_reaches_every_format(tmp_path: Path) -> None:
    done = run_here(
        "check", ROUTE, "--template", EXAMPLE, "--format", "html,pdf,docx", "--out", tmp_path,
        "--date", "2026-11-22", "-q",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    source = (tmp_path / "semnan-sabzevar-road.html").read_text(encoding="utf-8")
    page = Page(source)
    assert "--accent: #7A2E5C" in source and "--accent: #0E5560" not in source
    assert [image["alt"] for image in page.of("img")] == ["Steppe Consult (an invented name)"]
    assert str(page.of("img")[0]["src"]).startswith("data:image/svg+xml;base64,")
    assert "Steppe Consult ·" in "".join(page.text)
    assert "border-bottom-width: 4px" in source
    pages = PdfReader(tmp_path / "semnan-sabzevar-road.pdf").pages
    assert "Steppe Consult" in pages[1].extract_text()
    for one in pages:
        for font in fonts_of(one["/Resources"], 0):
            assert font.split("+")[-1].split("-")[0] in OURS
    word = docx.Document(str(tmp_path / "semnan-sabzevar-road.docx"))
    assert str(word.styles["Screening Kicker"].font.color.rgb) == "7A2E5C"
    first = next(word.element.body.iter("{http://schemas.openxmlformats.org/drawingml/2006/"
                                        "wordprocessingDrawing}docPr"))  # fmt: skip
    assert first.get("descr") == "Steppe Consult (an invented name)"


def test_it_repeats_byte_for_byte(document: b.Document) -> None:
    assert render_pdf(document, styled(EXAMPLE)) == render_pdf(document, styled(EXAMPLE))
    assert render_html(document, styled(EXAMPLE)) == render_html(document, styled(EXAMPLE))


def test_without_a_house_nothing_of_one_is_left(document: b.Document) -> None:
    before = render_html(document)
    render_html(document, styled(EXAMPLE))
    assert render_html(document) == before
    assert b"img-src" not in before


def test_the_levels_keep_their_colours(document: b.Document) -> None:
    style = styled(EXAMPLE)
    for name in set(LIGHT) - set(CHANGEABLE):
        assert style.house.light[name] == LIGHT[name]


def test_a_template_of_word_may_lie_in_the_folder(house: Path, tmp_path: Path) -> None:
    word = docx.Document()
    word.styles["Title"].font.name = "Georgia"
    word.save(house / "template.docx")
    done = run_here(
        "check", ROUTE, "--template", house, "--format", "docx", "--out", tmp_path, "-q"
    )
    assert done.returncode == 0
    made = docx.Document(str(tmp_path / "semnan-sabzevar-road.docx"))
    assert made.styles["Title"].font.name == "Georgia"


# ----------------------------------------------------------------------------------------------
# What is refused
# ----------------------------------------------------------------------------------------------


def test_the_shipped_colours_can_be_read_by_the_rule_that_a_house_must_keep() -> None:
    for colours in (LIGHT, DARK):
        for text, ground in TEXT_ON:
            assert contrast(colours[text], colours[ground]) >= LEAST_CONTRAST, (text, ground)
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ('[light]\naccent = "#E9B04A"\n',
         "house.toml:2:1: light.accent: text in accent #E9B04A on paper #FFFFFF has a contrast of "
         "1.94; it needs 4.5"),
        ('[light]\nsurface = "#556677"\n', "on surface #556677 has a contrast of"),
        ('[dark]\nink = "#333333"\n', "dark.ink: text in ink #333333 on paper #12181D"),
        ('[light]\nsig-major = "#00FF00"\n', "house.toml:2:1: light.sig-major: carries meaning"),
        ('[light]\nacent = "#123456"\n', "no such colour (did you mean accent?)"),
        ('[light]\naccent = "teal"\n', "'teal' is not a colour as #RRGGBB"),
        ('[light]\naccent = 3\n', "3 is not a colour as #RRGGBB"),
        ('nam = "X"\n', "house.toml:1:1: nam: unknown field (did you mean name?)"),
        ('logo = "logo.svg"\n', "logo: needs a name beside it"),
        ('light = "#123456"\n', "light: is a table of colours"),
        ('name = "X\n', "house.toml:1:"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be(settings: str, expected: str, house: Path) -> None:
    (house / "house.toml").write_text(settings, encoding="utf-8")
    with pytest.raises(DataFileError) as raised:
        read_house(house)
    assert expected in str(raised.value)


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("html/blocks.htm.j2", "did you mean html/blocks.html.j2?"),
        ("report.typ", "did you mean pdf/report.typ?"),
        ("html/extra/other.html.j2", "partials bear the name"),
        ("fonts/Mine.ttf", "nothing is made of this file"),
    ],
)
def test_a_file_of_which_nothing_is_made(name: str, suggested: str, house: Path) -> None:
    path = house / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x", encoding="utf-8")
    with pytest.raises(StyleError) as raised:
        read_house(house)
    assert str(path) in str(raised.value)
    assert suggested in str(raised.value)


def test_files_of_the_system_are_passed_over(house: Path) -> None:
    (house / ".git").mkdir()
    (house / ".git" / "HEAD").write_text("x", encoding="utf-8")
    (house / "Thumbs.db").write_text("x", encoding="utf-8")
    assert read_house(house).logo is not None


SHAPE = '<path d="M0 0h9v9z"/>'


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<script>alert(1)</script>", "<script> has no place in a logo"),
        ("<text>Name</text>", "turn letters into paths"),
        ('<image href="https://example.org/x.png"/>', "<image> has no place"),
        ('<use href="https://example.org/x.svg#a"/>', "<use> reaches out of the file by href"),
        ('<path d="M0 0" onclick="x()"/>', "reaches out of the file by onclick"),
        ('<path d="M0 0" fill="url(https://example.org/#a)"/>', "reaches out of the file by fill"),
        ("<style>@import 'x.css';</style>", "its styles reach out of the file"),
        ("<path", "logo.svg:1:"),
    ],
)
def test_a_logo_holds_shapes_alone(inner: str, expected: str, house: Path) -> None:
    (house / "logo.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{SHAPE}{inner}</svg>',
        encoding="utf-8",
    )
    with pytest.raises(StyleError) as raised:
        read_house(house)
    assert expected in str(raised.value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"GIF89a", "neither PNG nor SVG"),
        (b"\x89PNG\r\n\x1a\n\0\0", "ends within its head"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 600_000, "is large enough"),
    ],
)
def test_a_logo_that_is_no_picture(content: bytes, expected: str, house: Path) -> None:
    (house / "logo.svg").unlink()
    (house / "logo.png").write_bytes(content)
    settings = (house / "house.toml").read_text(encoding="utf-8").replace("logo.svg", "logo.png")
    (house / "house.toml").write_text(settings, encoding="utf-8")
    with pytest.raises(StyleError, match=expected):
        read_house(house)


def test_a_png_logo_reaches_every_format(house: Path, document: b.Document) -> None:
    from camiscreen.report.docx import render_docx
    from camiscreen.report.raster import svg_png

    svg = (house / "logo.svg").read_text(encoding="utf-8")
    (house / "logo.svg").unlink()
    (house / "logo.png").write_bytes(svg_png(svg, 120, 40))
    settings = (house / "house.toml").read_text(encoding="utf-8").replace("logo.svg", "logo.png")
    (house / "house.toml").write_text(settings, encoding="utf-8")
    style = styled(house)
    assert style.house.logo is not None
    assert (style.house.logo.width, style.house.logo.height) == (120, 40)
    assert b"data:image/png;base64," in render_html(document, style)
    pages = PdfReader(io.BytesIO(render_pdf(document, style))).pages
    assert len(pages[0].images) == 1
    assert len(render_docx(document, style)) > 10_000


# ----------------------------------------------------------------------------------------------
# Partials with a mistake
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{# one #}\n{% macro footer(document) %}\n{% if %}\n", "footer.html.j2:3: "),
        ("{% macro footer(document) %}\n\n{{ document.nothing }}\n{% endmacro %}\n",
         "footer.html.j2:3: "),
        ("{% macro footer(document) %}\n{{ 1 / 0 }}\n{% endmacro %}\n", "footer.html.j2:2: "),
        ('{% macro footer(document) %}\n{% include "gone.j2" %}\n{% endmacro %}\n',
         "footer.html.j2:2: there is no partial gone.j2"),
        ('{% macro footer(document) %}\n{{ document.__class__.__mro__ }}\n{% endmacro %}\n',
         "footer.html.j2:2: "),
        ("{% macro foot(document) %}\n{% endmacro %}\n", "its partials do not fit the shipped"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_partial_of_html_is_named(
    source: str, expected: str, house: Path, document: b.Document
) -> None:
    (house / "html" / "footer.html.j2").write_text(source, encoding="utf-8")
    with pytest.raises(StyleError) as raised:
        render_html(document, styled(house))
    assert expected in str(raised.value)
    assert str(house) in str(raised.value)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("// one\n#let footer(data) = {\n  nothing\n}\n", "footer.typ:3:3: unknown variable"),
        ("#let footer(data) = {\n", "footer.typ:1:"),
        ("#let foot(data) = []\n", "its partials do not fit the shipped report.typ:"),
        ('#let footer(data) = read("/etc/passwd")\n', "footer.typ:1:"),
        ('#let footer(data) = read("../../etc/passwd")\n', "footer.typ:1:"),
        ('\n#import "@preview/cetz:0.3.0"\n#let footer(data) = []\n', "footer.typ:2:9: packages"),
    ],
)
def test_a_mistake_in_a_partial_of_the_pdf_is_named(
    source: str, expected: str, house: Path, document: b.Document
) -> None:
    (house / "pdf" / "footer.typ").write_text(source, encoding="utf-8")
    with pytest.raises(StyleError) as raised:
        render_pdf(document, styled(house))
    assert expected in str(raised.value)
    assert str(house) in str(raised.value)


def test_the_command_line_says_it_in_a_line_and_writes_nothing(house: Path, tmp_path: Path) -> None:
    (house / "pdf" / "footer.typ").write_text("#let footer(data) = nothing\n", encoding="utf-8")
    out = tmp_path / "out"
    args = ("check", ROUTE, "--template", house, "--out", out)
    done = run_here(*args)
    assert done.returncode == 2
    assert f"Error: {house / 'pdf' / 'footer.typ'}:1:" in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()
    gone = run_here("check", ROUTE, "--template", tmp_path / "gone")
    assert gone.returncode == 2
    assert "is not a folder" in gone.stderr


def test_errors_of_a_house_are_errors_of_a_user() -> None:
    assert issubclass(StyleError, CamiscreenError)


# ----------------------------------------------------------------------------------------------
# Docs
# ----------------------------------------------------------------------------------------------


def test_the_docs_name_every_colour_and_every_partial() -> None:
    for name in (*CHANGEABLE, *shipped_partials()):
        assert f"`{name}`" in DOCS, name
    for name in (
        "house.toml",
        "logo.svg",
        "html/house.css",
        "html/footer.html.j2",
        "pdf/footer.typ",
    ):
        shown = (EXAMPLE / name).read_text(encoding="utf-8").strip()
        assert name == "logo.svg" or shown in DOCS, name


@pytest.mark.parametrize("macro", ["verdict", "not_assessed"])
def test_no_partial_may_leave_out_verdict_or_gaps(tmp_path: Path, macro: str) -> None:
    """A page without them would read as a clear result."""
    shipped = (ROOT / "report_templates/html/verdict.html.j2").read_text("utf-8")
    opening = f"{{% macro {macro}(block) %}}"
    before, _, rest = shipped.partition(opening)
    after = rest.partition("{% endmacro %}")[2]
    (tmp_path / "html").mkdir()
    changed = f"{before}{opening}{{% endmacro %}}{after}"
    (tmp_path / "html" / "verdict.html.j2").write_text(changed, encoding="utf-8")
    route = ROOT / "examples" / "semnan-sabzevar-road.geojson"
    done = run_here("check", route, "--template", tmp_path, "--format", "html",
                    "--out", tmp_path / "out")  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "leave out the verdict" in " ".join(done.stderr.split())
    assert not list((tmp_path / "out").glob("*.html"))


HIDING = (
    ".gaps { display: none }",
    ".verdict .sentence { visibility: hidden; }",
    "@media print { .gaps { display: none } }",
    "main > section .gaps strong { font-size: 0 }",
    ".gaps { color: inherit; display: none !important; & li { color: inherit } }",
    "#summary { height: 0; overflow: hidden }",
    "[class~=verdict] { opacity: 0.01 }",
    ".gaps li:nth-child(n) { position: absolute; left: -9999px }",
    "body * { color: transparent }",
)


def house_with(folder: Path, name: str, text: str) -> House:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return read_house(folder)


@pytest.mark.parametrize("css", HIDING)
def test_no_css_may_hide_verdict_or_gaps(css: str, tmp_path: Path, document: b.Document) -> None:
    house = house_with(tmp_path, "html/house.css", css)
    with pytest.raises(StyleError, match="hides the verdict or what was not assessed"):
        render_html(document, ReportStyle(house=house))


@pytest.mark.parametrize(
    "css",
    [
        ".logo { display: none }",
        ".gaps::before { display: none }",
        ".gaps { opacity: 1 }",
        ".verdict { opacity: 0.95; font-size: 1.1rem; width: 100%; height: auto; color: #111 }",
        ".quiet[data-none] { display: none }",
        "@media print { .filters { display: none } }",
    ],
)
def test_css_that_hides_something_else_is_a_house_s_own(
    css: str, tmp_path: Path, document: b.Document
) -> None:
    house = house_with(tmp_path, "html/house.css", css)
    assert css.encode() in render_html(document, ReportStyle(house=house))


def test_a_copy_of_the_shipped_css_hides_nothing(tmp_path: Path, document: b.Document) -> None:
    shipped = (ROOT / "report_templates/html/report.css").read_text("utf-8")
    assert render_html(
        document, ReportStyle(house=house_with(tmp_path, "html/report.css", shipped))
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<aside class="gaps"', '<aside hidden class="gaps"'),
        ('<p class="sentence"', '<p style="display:none" class="sentence"'),
    ],
)
def test_no_markup_may_hide_them(old: str, new: str, tmp_path: Path, document: b.Document) -> None:
    shipped = (ROOT / "report_templates/html/verdict.html.j2").read_text("utf-8")
    assert old in shipped
    house = house_with(tmp_path, "html/verdict.html.j2", shipped.replace(old, new))
    with pytest.raises(StyleError, match="hides the verdict"):
        render_html(document, ReportStyle(house=house))


@pytest.mark.parametrize("kind", ["verdict", "notassessed"])
@pytest.mark.parametrize("instead", ["[]", "hide({})"])
def test_no_partial_of_the_pdf_may_leave_them_out(
    kind: str, instead: str, tmp_path: Path, document: b.Document
) -> None:
    shipped = (ROOT / "report_templates/pdf/blocks.typ").read_text("utf-8")
    call = {"verdict": "draw-verdict(it)", "notassessed": "draw-gaps(it)"}[kind]
    asked = f'it.kind == "{kind}" {{ {call} }}'
    assert asked in shipped
    changed = asked.replace(call, instead.format(call))
    house = house_with(tmp_path, "pdf/blocks.typ", shipped.replace(asked, changed))
    with pytest.raises(StyleError, match="leave out the verdict or what was not assessed"):
        render_pdf(document, ReportStyle(house=house))


@pytest.mark.parametrize("name", ["railway", "hostile", "outside", "mine", "nothing found"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_partial_of_the_pdf_that_leaves_nothing_out_is_taken(
    name: str, language: str, tmp_path: Path
) -> None:
    footer = (ROOT / "report_templates/pdf/footer.typ").read_text("utf-8")
    style = ReportStyle(house=house_with(tmp_path, "pdf/footer.typ", footer))
    for audience in (Audience.EIA, Audience.LENDER):
        made = compose(SAMPLES[name](), Translator(language), audience)
        assert render_pdf(made, style).startswith(b"%PDF")
