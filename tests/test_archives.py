"""Which file of an archive is read, and what is said of it; files that are none."""

import json
import os
import zipfile
from pathlib import Path

import pytest

from camiscreen.errors import ProjectFileError
from camiscreen.model import Design, Project
from camiscreen.reading.project_file import read_project
from camiscreen.vocabulary import Kind

LINE = json.dumps({"type": "LineString", "coordinates": [(60, 45), (60.1, 45)]})
KML = """<kml><Document><Placemark><LineString><coordinates>{},45 {},45</coordinates></LineString>
</Placemark></Document></kml>"""


def packed(path: Path, **members: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return path


def read(path: Path, layer: str | None = None) -> Project:
    return read_project(
        str(path), kind=Kind.ROAD, design=Design(), layers=(layer,) if layer else ()
    )


def test_the_document_of_a_kmz(tmp_path: Path) -> None:
    members = {"files__other_kml": KML.format(80, 81), "doc_kml": KML.format(60, 61)}
    file = packed(tmp_path / "route.kmz", **members)
    project = read(file)
    assert project.lines.bounds[0] == 60
    assert project.source.layer == "doc.kml"
    (note,) = [dict(n.values) for n in project.notes if n.key == "note.kmz_others"]
    assert note == {"document": "doc.kml", "others": "files/other.kml"}
    for layer in ("other", "other.kml", "files/other.kml"):
        chosen = read(file, layer)
        assert chosen.lines.bounds[0] == 80
        assert chosen.source.layer == "files/other.kml"


def test_a_kmz_without_doc_kml(tmp_path: Path) -> None:
    other = KML.format(80, 81)
    file = packed(tmp_path / "a.kmz", a__x_kml=other, route_kml=KML.format(60, 61), z_kml=other)
    assert read(file).source.layer == "route.kml"
    file = packed(tmp_path / "b.kmz", a__x_kml=other)
    assert read(file).lines.bounds[0] == 80
    file = packed(tmp_path / "c.kmz", a__x_kml=other, b__x_kml=other)
    with pytest.raises(ProjectFileError, match=r"several: a/x\.kml, b/x\.kml; choose one"):
        read(file)
    assert read(file, "b/x.kml").source.layer == "b/x.kml"


def test_the_receipt_says_which_file_of_a_zip_was_screened(tmp_path: Path) -> None:
    file = packed(tmp_path / "both.zip", north_geojson=LINE, south_geojson=LINE)
    assert read(file, "south").source.layer == "south.geojson"
    assert read(packed(tmp_path / "one.zip", north_geojson=LINE)).source.layer is None


# ----------------------------------------------------------------------------------------------
# What is no file
# ----------------------------------------------------------------------------------------------


def test_what_is_no_regular_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.geojson")
    for file, said in {
        tmp_path / "pipe.geojson": "not a regular file; save it",
        Path("/dev/null"): "not a regular file",
        tmp_path: "a folder; give a file in it",
        tmp_path / "none.geojson": "no such file; check the path",
    }.items():
        with pytest.raises(ProjectFileError, match=said):
            read(file)


@pytest.mark.parametrize("name", ["r.geojson", "r.gpkg", "r.zip"])
def test_a_file_that_may_not_be_read(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_text(LINE)

    def barred(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", barred)  # the tests may run as root, whom no mode bars
    with pytest.raises(ProjectFileError, match=r"cannot be read \(Permission denied\)"):
        read(tmp_path / name)
