"""Reading vector files: every format, written here with fiona, and everything that may be wrong."""

import hashlib
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely import LineString, MultiLineString, Point

from camiscreen.model import Design
from camiscreen.reading.geojson import VectorFileError, read_geojson
from camiscreen.reading.project_file import read_project
from camiscreen.reading.vector_files import (
    FionaReader,
    PyogrioReader,
    gdal_version,
    read_vector_file,
    sha256_of,
)
from camiscreen.vocabulary import Kind

fiona = pytest.importorskip("fiona")

ROUTE = [(60.0, 45.0), (61.0, 45.5), (62.0, 46.0)]
ROUTE_Z = [(x, y, 512.0) for x, y in ROUTE]

KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Folder><name>Route</name><Placemark><name>Дорога A380</name><ExtendedData>
<Data name="infrastructure"><value>road</value></Data>
<SchemaData schemaUrl="#s"><SimpleData name="fenced">yes</SimpleData></SchemaData>
</ExtendedData><LineString><coordinates>60,45,9 61,45.5,9</coordinates></LineString></Placemark>
</Folder><Folder><name>Empty</name></Folder></Document></kml>"""

GPX = """<?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="45" lon="60"><name>camp</name></wpt>{lines}</gpx>"""
GPX_LINES = """<rte><name>plan</name><rtept lat="44" lon="60"/><rtept lat="44.1" lon="60.1"/></rte>
<trk><name>walk</name><trkseg><trkpt lat="45" lon="60"/><trkpt lat="45.1" lon="60.2"/></trkseg>
<trkseg><trkpt lat="45.2" lon="60.3"/><trkpt lat="45.3" lon="60.4"/></trkseg></trk>"""


def write(
    path: Path,
    *,
    driver: str,
    crs: str | None = "EPSG:4326",
    coordinates: list[Any] = ROUTE,
    kind: str = "LineString",
    **options: Any,
) -> Path:
    if driver == "ESRI Shapefile":
        options.setdefault("encoding", "utf-8")
    schema = {"geometry": kind, "properties": {"name": "str", "lanes": "int"}}
    with fiona.open(path, "w", driver=driver, crs=crs, schema=schema, **options) as sink:
        geometry = {"type": kind.removeprefix("3D "), "coordinates": coordinates}
        properties = {"name": "Дорога", "lanes": 2}
        sink.write({"type": "Feature", "geometry": geometry, "properties": properties})
    if path.suffix == ".SHP":  # GDAL writes .shp whatever it is told
        for part in path.parent.glob(f"{path.stem}.*"):
            part.rename(part.with_name(part.name.upper()))
    return path


def zipped(path: Path, *members: Path, folder: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.write(member, folder + member.name)
    return path


def parts_of(shapefile: Path) -> list[Path]:
    return sorted(p for p in shapefile.parent.iterdir() if p.stem == shapefile.stem)


def geojson(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


# ----------------------------------------------------------------------------------------------
# Formats
# ----------------------------------------------------------------------------------------------

FORMATS = [
    ("route.gpkg", "GPKG"),
    ("route.shp", "ESRI Shapefile"),
    ("ROUTE.SHP", "ESRI Shapefile"),
    ("route.fgb", "FlatGeobuf"),
    ("Route.GeoJSON", "GeoJSON"),
    ("route.gml", "GML"),
]


@pytest.mark.parametrize(("name", "driver"), FORMATS)
@pytest.mark.parametrize("kind", ["LineString", "3D LineString"])
def test_formats_that_fiona_writes(tmp_path: Path, name: str, driver: str, kind: str) -> None:
    coordinates = ROUTE if kind == "LineString" else ROUTE_Z
    file = write(tmp_path / name, driver=driver, kind=kind, coordinates=coordinates)
    layer = read_vector_file(file)
    (feature,) = layer.features
    assert feature.geometry is not None
    assert not feature.geometry.has_z
    assert shapely.get_coordinates(feature.geometry).tolist() == [list(p) for p in ROUTE]
    assert feature.properties["name"] == "Дорога"
    assert feature.properties["lanes"] == 2
    assert feature.number == 1
    assert layer.crs


@pytest.mark.parametrize(("name", "driver"), FORMATS[:4])
def test_both_libraries_read_the_same(tmp_path: Path, name: str, driver: str) -> None:
    file = write(tmp_path / name, driver=driver)
    read = []
    for reader in (FionaReader(), PyogrioReader()):
        ((layer, count),) = reader.layers(file).items()
        assert count == 1
        crs, ((properties, geometry),) = reader.read(file, layer)
        assert crs
        read.append((properties["name"], properties["lanes"], geometry))
        assert reader.gdal_version()[0].isdigit()
    assert read[0] == read[1]


@pytest.mark.parametrize("name", ["route.zip", "route.shp.zip", "ROUTE.ZIP"])
@pytest.mark.parametrize("folder", ["", "export/2024/"])
def test_zipped_shapefile(tmp_path: Path, name: str, folder: str) -> None:
    shapefile = write(tmp_path / "line.shp", driver="ESRI Shapefile")
    archive = zipped(tmp_path / name, *parts_of(shapefile), folder=folder)
    layer = read_vector_file(archive)
    assert layer.crs
    assert layer.features[0].properties["name"] == "Дорога"


def test_zip_with_several_files(tmp_path: Path) -> None:
    files = [
        geojson(tmp_path / f"{stem}.geojson", {"type": "LineString", "coordinates": ROUTE})
        for stem in ("north", "south")
    ]
    archive = zipped(tmp_path / "routes.zip", *files)
    with pytest.raises(VectorFileError, match="north, south; choose one with --layer"):
        read_vector_file(archive)
    with pytest.raises(VectorFileError, match="no file named east"):
        read_vector_file(archive, "east")
    assert len(read_vector_file(archive, "south").features) == 1


def test_kml_with_extended_data(tmp_path: Path) -> None:
    file = tmp_path / "route.kml"
    file.write_text(KML, encoding="utf-8")
    layer = read_vector_file(file)
    (feature,) = layer.features
    assert layer.name == "Route"
    assert feature.geometry == LineString(ROUTE[:2])
    assert feature.properties["infrastructure"] == "road"
    assert feature.properties["fenced"] == "yes"
    assert feature.properties["Name"] == "Дорога A380"


def test_kmz_is_the_kml_inside(tmp_path: Path) -> None:
    inner = tmp_path / "doc.kml"
    inner.write_text(KML, encoding="utf-8")
    archive = zipped(tmp_path / "Route.KMZ", inner)
    assert read_vector_file(archive).features[0].properties["infrastructure"] == "road"
    with pytest.raises(VectorFileError, match="there is Route"):
        read_vector_file(archive, "Stations")


def test_gpx_tracks_and_routes_are_lines(tmp_path: Path) -> None:
    file = tmp_path / "walk.gpx"
    file.write_text(GPX.format(lines=GPX_LINES))
    walk, plan = read_vector_file(file).features
    assert isinstance(walk.geometry, MultiLineString)
    assert len(walk.geometry.geoms) == 2
    assert isinstance(plan.geometry, LineString)
    assert [walk.number, plan.number] == [1, 2]


def test_gpx_waypoints_only_where_there_is_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "camp.gpx"
    file.write_text(GPX.format(lines=""))
    assert read_vector_file(file).features[0].geometry == Point(60, 45)
    file.write_text(GPX.format(lines=GPX_LINES))
    assert read_vector_file(file, "waypoints").features[0].geometry == Point(60, 45)


def test_layers(tmp_path: Path) -> None:
    file = tmp_path / "plans.gpkg"
    for layer in ("option a", "option b"):
        write(file, driver="GPKG", layer=layer)
    with pytest.raises(VectorFileError, match="several layers: option a, option b"):
        read_vector_file(file)
    with pytest.raises(VectorFileError, match="no layer named c; there is option a, option b"):
        read_vector_file(file, "c")
    assert read_vector_file(file, "option b").name == "option b"


def test_several_layers_may_be_joined(tmp_path: Path) -> None:
    file = tmp_path / "parts.gpkg"
    for layer in ("part 1", "part 2"):
        write(file, driver="GPKG", layer=layer)
    one, both = (
        read_project(str(file), kind=Kind.ROAD, design=Design(), layers=names)
        for names in (("part 1",), ("part 1", "part 2"))
    )
    assert both.source.layer == "part 1, part 2"
    assert both.length_m == pytest.approx(2 * one.length_m)


def test_tables_and_empty_layers_do_not_count(tmp_path: Path) -> None:
    file = write(tmp_path / "plans.gpkg", driver="GPKG", layer="route")
    table = {"geometry": "None", "properties": {"owner": "str"}}
    with fiona.open(file, "w", driver="GPKG", layer="owners", schema=table) as sink:
        sink.write({"type": "Feature", "geometry": None, "properties": {"owner": "x"}})
    lines = {"geometry": "LineString", "properties": {}}
    with fiona.open(file, "w", driver="GPKG", layer="draft", schema=lines, crs="EPSG:4326"):
        pass
    assert read_vector_file(file).name == "route"
    for reader in (FionaReader(), PyogrioReader()):
        assert reader.layers(file) == {"route": 1, "draft": 0}
    with pytest.raises(VectorFileError, match="layer draft has no features; there is route"):
        read_vector_file(file, "draft")


def test_missing_crs_is_none(tmp_path: Path) -> None:
    file = write(tmp_path / "route.shp", driver="ESRI Shapefile", crs=None)
    assert read_vector_file(file).crs is None


def test_null_geometry_is_kept_as_none(tmp_path: Path) -> None:
    file = write(tmp_path / "route.gpkg", driver="GPKG")
    with fiona.open(file, "a") as sink:
        sink.write({"type": "Feature", "geometry": None, "properties": {"name": "", "lanes": 1}})
    assert [f.geometry is None for f in read_vector_file(file).features] == [False, True]
    (layer,) = PyogrioReader().layers(file)
    assert [g is None for _, g in PyogrioReader().read(file, layer)[1]] == [False, True]


def test_wrong_encoding_does_not_crash(tmp_path: Path) -> None:
    file = write(tmp_path / "route.shp", driver="ESRI Shapefile", encoding="cp1251")
    file.with_suffix(".cpg").write_text("UTF-8")
    assert len(read_vector_file(file).features) == 1
    assert len(PyogrioReader().read(file, "route")[1]) == 1


def test_unusual_file_names(tmp_path: Path) -> None:
    for name in ("дорога №1.gpkg", "a b!c#d%20.gpkg", "-rf.gpkg", "zip: x.gpkg"):
        assert read_vector_file(write(tmp_path / name, driver="GPKG", layer="x")).features


# ----------------------------------------------------------------------------------------------
# GeoJSON
# ----------------------------------------------------------------------------------------------

LINE = {"type": "LineString", "coordinates": ROUTE}
FEATURE = {"type": "Feature", "id": "r1", "properties": {"name": "x"}, "geometry": LINE}


@pytest.mark.parametrize(
    "content", [LINE, FEATURE, {"type": "FeatureCollection", "features": [FEATURE]}]
)
def test_geojson_objects(content: Any) -> None:
    (feature,) = read_geojson(json.dumps(content).encode()).features
    assert feature.geometry == LineString(ROUTE)


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\n\x1e"])
def test_newline_delimited_features(separator: str) -> None:
    text = separator.join([json.dumps(FEATURE)] * 3) + "\n"
    assert [f.number for f in read_geojson(text.encode("utf-8-sig")).features] == [1, 2, 3]


@pytest.mark.parametrize(
    ("geometry", "expected"),
    [
        ({"type": "Point", "coordinates": [60, 45, 7]}, "POINT (60 45)"),
        (
            {"type": "MultiPoint", "coordinates": [[60, 45], [61, 45, 2]]},
            "MULTIPOINT (60 45, 61 45)",
        ),
        ({"type": "LineString", "coordinates": []}, "LINESTRING EMPTY"),
        ({"type": "LineString", "coordinates": [[1, 2]]}, "LINESTRING (1 2, 1 2)"),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]},
            "POLYGON ((0 0, 1 0, 1 1, 0 0))",
        ),
        ({"type": "MultiPolygon", "coordinates": []}, "MULTIPOLYGON EMPTY"),
        (
            {
                "type": "GeometryCollection",
                "geometries": [{"type": "Point", "coordinates": [1, 2]}],
            },
            "GEOMETRYCOLLECTION (POINT (1 2))",
        ),
    ],
)
def test_geojson_geometries(geometry: Any, expected: str) -> None:
    (feature,) = read_geojson(json.dumps(geometry).encode()).features
    assert feature.geometry == shapely.from_wkt(expected)


@pytest.mark.parametrize(
    ("name", "crs"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "OGC:CRS84"),
        ("EPSG:4326", "OGC:CRS84"),
        ("urn:ogc:def:crs:EPSG::32641", "urn:ogc:def:crs:EPSG::32641"),
    ],
)
def test_crs_member_of_geojson_2008(name: str, crs: str) -> None:
    content = {**FEATURE, "crs": {"type": "name", "properties": {"name": name}}}
    assert read_geojson(json.dumps(content).encode()).crs == crs


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ('{"type": "LineString",}', "line 1, column 23"),
        ('{\n "type": nope\n}', "line 2, column 10"),
        ('{"type": "Feature", "geometry": null}\n{"type": ', "line 2, column 10"),
        ('{"a": 1}', '"type" must be'),
        ("[1, 2]", '"type" must be'),
        ('{"type": "Topology"}', "TopoJSON"),
        ('{"type": "FeatureCollection"}', "no list of features"),
        ('{"type": "FeatureCollection", "features": [3]}', "feature 1 is no GeoJSON feature"),
        ('{"type": "Feature", "id": 9, "geometry": {"type": "Arc"}}', "feature 1 .id 9.: .*'Arc'"),
        ('{"type": "LineString", "coordinates": [["a", "b"], [1, 2]]}', "not numbers"),
        ('{"type": "LineString", "coordinates": [["60", "45"], [1, 2]]}', "'60'.; write them"),
        ('{"type": "LineString", "coordinates": [[true, false], [1, 2]]}', "'True'.; write them"),
        ('{"type": ["Feature"]}', "not \"\\['Feature'\\]\""),
        ('{"type": {"a": 1}}', "geometry type, not"),
        ('{"type": "Feature", "geometry": {"type": ["Point"]}}', "cannot be read"),
        ('{"type": "LineString", "coordinates": [1, 2]}', "not a list of positions"),
        ('{"type": "Polygon", "coordinates": 5}', "not a list"),
        ('{"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}', "fewer than three"),
        ('{"type": "LineString", "coordinates": [], "crs": {"type": "link"}}', "crs member"),
        ("[" * 100_000, "nested"),
    ],
)
def test_what_is_no_geojson(text: str, said: str) -> None:
    with pytest.raises(VectorFileError, match=said):
        read_geojson(text.encode())


def test_geojson_in_another_encoding() -> None:
    with pytest.raises(VectorFileError, match="byte 23 is not UTF-8"):
        read_geojson('{"type": "x", "name":"ы"}'.encode("cp1251"))


# ----------------------------------------------------------------------------------------------
# What is no vector file
# ----------------------------------------------------------------------------------------------


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    empty, text = tmp_path / "empty.gpkg", tmp_path / "notes.txt"
    empty.touch()
    text.write_text("KP 0 to KP 12")
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 nothing more")
    alone = write(tmp_path / "alone.shp", driver="ESRI Shapefile")
    alone.with_suffix(".shx").unlink()
    bare = zipped(tmp_path / "bare.zip", text)
    for file, said in {
        tmp_path / "missing.geojson": "no such file",
        tmp_path: "a folder",
        empty: "the file is empty",
        text: "not a vector file",
        broken: "damaged",
        alone: ".shx file is missing",
        bare: "holds no vector file",
    }.items():
        with pytest.raises(VectorFileError, match=said):
            read_vector_file(file)


def test_damaged_files(tmp_path: Path) -> None:
    good = write(tmp_path / "good.fgb", driver="FlatGeobuf")
    cut = tmp_path / "cut.fgb"
    cut.write_bytes(good.read_bytes()[:-20])
    archive = zipped(tmp_path / "good.zip", good)
    spoilt = bytearray(archive.read_bytes())
    spoilt[80] ^= 0xFF
    archive.write_bytes(spoilt)
    for file in (cut, archive):
        with pytest.raises(VectorFileError):
            read_vector_file(file)


def test_members_cannot_leave_the_folder(tmp_path: Path) -> None:
    archive = tmp_path / "evil.zip"
    with zipfile.ZipFile(archive, "w") as sink:
        sink.writestr("../../evil.geojson", json.dumps(LINE))
    assert len(read_vector_file(archive).features) == 1
    assert not list(tmp_path.parent.glob("evil*"))


def test_layer_of_geojson(tmp_path: Path) -> None:
    file = geojson(tmp_path / "route.geojson", LINE)
    assert read_vector_file(file, "route").features
    with pytest.raises(VectorFileError, match="no layer named x; there is route"):
        read_vector_file(file, "x")


# ----------------------------------------------------------------------------------------------
# Hashes, imports, silence
# ----------------------------------------------------------------------------------------------


def test_hash_of_a_shapefile_is_over_its_parts(tmp_path: Path) -> None:
    file = write(tmp_path / "route.shp", driver="ESRI Shapefile")
    (tmp_path / "route.sbn").write_bytes(b"an index that changes nothing")
    order = (".shp", ".dbf", ".shx", ".prj", ".cpg")
    data = b"".join(file.with_suffix(suffix).read_bytes() for suffix in order)
    assert sha256_of(file) == hashlib.sha256(data).hexdigest()
    single = geojson(tmp_path / "route.geojson", LINE)
    assert sha256_of(single) == hashlib.sha256(single.read_bytes()).hexdigest()


def imported_while(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return set(done.stdout.split())


READ = """from camiscreen.reading.project_file import *
read_project({!r}, kind=Kind.ROAD, design=Design(), layers=())"""


def test_geojson_needs_no_geospatial_library(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [(60, 45), (61, 45.5), (62, 46)]}
    imported = imported_while(READ.format(str(geojson(tmp_path / "r.geojson", line))))
    assert not imported & {"fiona", "pyogrio", "pandas", "geopandas", "pyproj"}


def test_no_pandas_and_no_word_from_gdal(tmp_path: Path) -> None:
    file = write(tmp_path / "route.shp", driver="ESRI Shapefile", encoding="cp1251")
    file.with_suffix(".cpg").write_text("UTF-8")
    imported = imported_while(READ.format(str(file)))
    assert "fiona" in imported
    assert not imported & {"pyogrio", "pandas", "geopandas"}


def test_gdal_version() -> None:
    assert gdal_version() == fiona.__gdal_version__


@pytest.mark.parametrize("reader", [FionaReader, PyogrioReader])
@pytest.mark.parametrize("start", [b"junk\n", b"SQLite format 3\0"])
def test_no_words_of_the_library_in_place_of_a_reason(
    tmp_path: Path, reader: type, start: bytes
) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(start + b"\0" * 200)
    with pytest.raises(VectorFileError) as caught:
        reader().layers(path)
    said = str(caught.value)
    assert said.startswith("not a vector file")
    assert not re.search(r"flags|Failed to open|DRIVER|sqlite3_|SELECT", said)
