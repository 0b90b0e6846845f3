"""KML and GPX: all that can be screened is read, the rest is named, nothing is passed over."""

from pathlib import Path

import pytest
import shapely
from shapely import LineString

from camiscreen.model import Design, Project
from camiscreen.reading.geojson import VectorFileError
from camiscreen.reading.project_file import read_project
from camiscreen.reading.vector_files import read_vector_file
from camiscreen.vocabulary import Kind

GX = 'xmlns:gx="http://www.google.com/kml/ext/2.2"'
TRACK = """<gx:Track><when>2020-01-01T00:00:00Z</when><gx:coord>62 45 300</gx:coord>
<gx:coord/><gx:coord>63 46 310</gx:coord></gx:Track>"""
LINE = "<LineString><coordinates>60,45,0 61,45.5 62,45</coordinates></LineString>"
RING = "<LinearRing><coordinates>{}</coordinates></LinearRing>"
POLYGON = (
    "<Polygon><outerBoundaryIs>"
    + RING.format("60,45 61,45 61,46 60,46 60,45")
    + "</outerBoundaryIs><innerBoundaryIs>"
    + RING.format("60.4,45.4 60.6,45.4 60.6,45.6 60.4,45.4")
    + "</innerBoundaryIs></Polygon>"
)


def placemark(geometry: str, name: str = "p") -> str:
    return f"<Placemark><name>{name}</name>{geometry}</Placemark>"


def kml(path: Path, content: str, declared: str = GX) -> Path:
    text = f'<kml xmlns="http://www.opengis.net/kml/2.2" {declared}><Document>{content}</Document>'
    path.write_text(f"{text}</kml>", encoding="utf-8")
    return path


def gpx(path: Path, content: str) -> Path:
    path.write_text(
        f'<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">{content}</gpx>',
        encoding="utf-8",
    )
    return path


def project(path: Path) -> Project:
    return read_project(str(path), kind=Kind.ROAD, design=Design(), layers=())


# ----------------------------------------------------------------------------------------------
# KML
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("declared", [GX, ""])
def test_tracks_of_google_earth_are_lines(tmp_path: Path, declared: str) -> None:
    two = f"<gx:MultiTrack>{TRACK}{TRACK.replace('63 46', '63 47')}</gx:MultiTrack>"
    file = kml(tmp_path / "t.kml", placemark(LINE) + placemark(TRACK) + placemark(two), declared)
    line, track, tracks = (f.geometry for f in read_vector_file(file).features)
    assert line == LineString([(60, 45), (61, 45.5), (62, 45)])
    assert track == LineString([(62, 45), (63, 46)])
    assert [g.wkt for g in tracks.geoms] == [track.wkt, "LINESTRING (62 45, 63 47)"]


def test_all_of_a_multigeometry_is_read(tmp_path: Path) -> None:
    point = "<Point><coordinates>60,46</coordinates></Point>"
    inner = f"<MultiGeometry>{POLYGON}{point}</MultiGeometry>"
    file = kml(tmp_path / "m.kml", placemark(f"<MultiGeometry>{LINE}{inner}</MultiGeometry>"))
    (feature,) = read_vector_file(file).features
    kinds = [part.geom_type for part in feature.geometry.geoms]
    assert kinds == ["LineString", "Polygon", "Point"]
    assert len(feature.geometry.geoms[1].interiors) == 1
    assert shapely.get_coordinates(feature.geometry).shape == (3 + 5 + 4 + 1, 2)


def test_what_is_left_out_is_named(tmp_path: Path) -> None:
    link = "<NetworkLink><Link><href>https://example.org/x.kml</href></Link></NetworkLink>"
    model = placemark("<Model><Link/></Model>")
    file = kml(tmp_path / "n.kml", placemark(LINE) + link + link + model + "<GroundOverlay/>")
    values = {n.key: dict(n.values) for n in project(file).notes}
    what = values["note.kml_left_out"]["what"]
    assert what == "NetworkLink (2), GroundOverlay (1), Model (1)"
    assert values["note.without_geometry"] == {"n": 1}
    with pytest.raises(VectorFileError, match=r"no Placemark, only NetworkLink \(1\)"):
        read_vector_file(kml(tmp_path / "link.kml", link))


@pytest.mark.parametrize(
    "bad", ["102.0;45.0", "east,north", "60,", "60", "60,45,0,61", "60°30',45"]
)
def test_a_coordinate_that_cannot_be_read_is_an_error(tmp_path: Path, bad: str) -> None:
    spoilt = LINE.replace("61,45.5", bad)
    file = kml(tmp_path / "bad.kml", placemark(LINE, "p1") + placemark(spoilt, "p2"))
    with pytest.raises(VectorFileError, match=r"feature 2 \(p2\): the coordinate") as caught:
        read_vector_file(file)
    assert bad in str(caught.value)


def test_a_track_coordinate_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    file = kml(tmp_path / "bad.kml", placemark(TRACK.replace("63 46", "63;46")))
    with pytest.raises(VectorFileError, match=r"feature 1 \(p\): the coordinate '63;46 310'"):
        read_vector_file(file)


def test_folders_of_one_name_are_layers_of_their_own(tmp_path: Path) -> None:
    folders = f"<Folder><name>F</name>{placemark(LINE)}</Folder>" * 2
    file = kml(tmp_path / "f.kml", folders)
    with pytest.raises(VectorFileError, match=r"several layers: F, F \(#2\)"):
        read_vector_file(file)
    assert read_vector_file(file, "F (#2)").name == "F (#2)"


def test_broken_xml(tmp_path: Path) -> None:
    for name in ("a.kml", "a.gpx"):
        (tmp_path / name).write_text("<kml><Document>")
        with pytest.raises(VectorFileError, match="line 1, column"):
            read_vector_file(tmp_path / name)
        (tmp_path / name).write_text("<html/>")
        with pytest.raises(VectorFileError, match="its root element is no"):
            read_vector_file(tmp_path / name)


def test_text_in_another_encoding(tmp_path: Path) -> None:
    text = f'<?xml version="1.0" encoding="windows-1251"?><kml>{placemark(LINE, "Дорога")}</kml>'
    (tmp_path / "r.kml").write_bytes(text.encode("cp1251"))
    assert project(tmp_path / "r.kml").name == "Дорога"


# ----------------------------------------------------------------------------------------------
# GPX
# ----------------------------------------------------------------------------------------------

WAYPOINTS = '<wpt lat="45" lon="60"><name>camp</name></wpt><wpt lat="46" lon="60"/>'
WALK = """<trk><name>walk</name><trkseg><trkpt lat="45" lon="60"/><trkpt lat="45.1" lon="60.2"/>
</trkseg></trk>"""


def test_waypoints_beside_lines_are_counted(tmp_path: Path) -> None:
    file = gpx(tmp_path / "walk.gpx", WAYPOINTS + WALK)
    found = project(file)
    assert found.points.is_empty
    assert found.name == "walk"
    assert [dict(n.values) for n in found.notes if "waypoints" in n.key] == [{"n": 2}]
    camp = project(gpx(tmp_path / "camp.gpx", WAYPOINTS))
    assert not [note for note in camp.notes if "waypoints" in note.key]


@pytest.mark.parametrize("bad", ['lat="x" lon="60"', 'lon="60"', 'lat="45,1" lon="60"'])
def test_a_gpx_coordinate_that_cannot_be_read_is_an_error(tmp_path: Path, bad: str) -> None:
    file = gpx(tmp_path / "bad.gpx", WALK + WALK.replace('lat="45" lon="60"', bad))
    with pytest.raises(VectorFileError, match=r"track 2 \(walk\): the coordinate 'lat="):
        read_vector_file(file)


def test_layers_of_gpx(tmp_path: Path) -> None:
    file = gpx(tmp_path / "walk.gpx", WALK)
    assert read_vector_file(file, "tracks").name == "tracks"
    with pytest.raises(VectorFileError, match="layer routes has no features; there is tracks"):
        read_vector_file(file, "routes")
    with pytest.raises(VectorFileError, match="layer x is not a layer of GPX"):
        read_vector_file(file, "x")
    with pytest.raises(VectorFileError, match="no features"):
        read_vector_file(gpx(tmp_path / "empty.gpx", ""))
