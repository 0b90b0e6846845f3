"""Cyrillic text of a shapefile that does not say how it is encoded."""

from pathlib import Path

import pytest

from camiscreen.model import Design, Project
from camiscreen.reading import vector_files
from camiscreen.reading.project_file import read_project
from camiscreen.reading.vector_files import FionaReader, PyogrioReader
from camiscreen.vocabulary import Kind

fiona = pytest.importorskip("fiona")


def written(
    path: Path, encoding: str, *, kind: str = "дорога", name: str = "Бейнеу", driver: int = 0
) -> Path:
    """A shapefile without .cpg, with that number as its language driver."""
    schema = {"geometry": "LineString", "properties": {"name": "str:12", "kind": "str"}}
    options = {"driver": "ESRI Shapefile", "crs": "EPSG:4326", "encoding": encoding}
    with fiona.open(path, "w", schema=schema, **options) as sink:
        line = {"type": "LineString", "coordinates": [(60, 45), (60.1, 45)]}
        properties = {"name": name, "kind": kind}
        sink.write({"type": "Feature", "geometry": line, "properties": properties})
    path.with_suffix(".cpg").unlink(missing_ok=True)
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[29] = driver
    path.with_suffix(".dbf").write_bytes(table)
    return path


def read(path: Path, kind: Kind | None = None) -> Project:
    return read_project(str(path), kind=kind, design=Design(), layers=())


def assumed(project: Project) -> list[dict[str, object]]:
    return [dict(n.values) for n in project.notes if n.key == "note.encoding_assumed"]


@pytest.fixture(params=[FionaReader, PyogrioReader], autouse=True)
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of the two libraries in turn."""
    if request.param is PyogrioReader:
        pytest.importorskip("pyogrio")
    monkeypatch.setattr(vector_files, "_reader", request.param)


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "utf-8"])
@pytest.mark.parametrize("driver", [0, 0x03, 0x57])
def test_text_without_a_word_on_its_encoding(tmp_path: Path, encoding: str, driver: int) -> None:
    project = read(written(tmp_path / "r.shp", encoding, driver=driver))
    assert (project.name, project.kind) == ("Бейнеу", Kind.ROAD)
    assert assumed(project) == [{"encoding": encoding}]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("дорога", Kind.ROAD),
        ("железная дорога", Kind.RAILWAY),
        ("трубопровод", Kind.PIPELINE),
        ("ЛЭП", Kind.POWER_LINE),
        ("канал", Kind.CANAL),
        ("ограда", Kind.FENCE),
        ("забор", Kind.FENCE),
        ("рудник", Kind.MINE),
        ("карьер", Kind.MINE),
    ],
)
def test_cyrillic_words_name_the_kind(tmp_path: Path, word: str, kind: Kind) -> None:
    assert read(written(tmp_path / "r.shp", "cp1251", kind=word)).kind is kind


def test_a_language_driver_or_cpg_is_believed(tmp_path: Path) -> None:
    project = read(written(tmp_path / "r.shp", "cp1251", driver=0xC9))
    assert (project.name, assumed(project)) == ("Бейнеу", [])
    file = written(tmp_path / "s.shp", "cp1251")
    file.with_suffix(".cpg").write_text("1251")
    assert (read(file).name, assumed(read(file))) == ("Бейнеу", [])


def test_accents_are_not_taken_for_cyrillic(tmp_path: Path) -> None:
    project = read(written(tmp_path / "r.shp", "ISO-8859-1", kind="road", name="Zürich Süd"))
    assert (project.name, assumed(project)) == ("Zürich Süd", [])


def test_a_name_that_its_field_cuts_off(tmp_path: Path) -> None:
    project = read(written(tmp_path / "r.shp", "utf-8", name="Xа" + "я" * 8))
    assert project.kind is Kind.ROAD
    assert assumed(project) == [{"encoding": "utf-8"}]
