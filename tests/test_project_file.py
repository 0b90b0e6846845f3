"""What the user brings -> Project: kinds, coordinates, repairs, notes, and errors in one line."""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import mapping

from camiscreen.errors import ProjectFileError
from camiscreen.geometry import geodesy
from camiscreen.model import Design, Message, Project
from camiscreen.reading.project_file import read_project
from camiscreen.reading.project_words import clean, kind_of
from camiscreen.reading.staircases import straightened
from camiscreen.vocabulary import Fencing, Kind

ROUTE = [(60.0, 45.0), (60.03, 45.02), (60.06, 45.0)]
ROAD = {"infrastructure": "road"}


def feature(coordinates: Any = ROUTE, of: str = "LineString", **properties: Any) -> dict[str, Any]:
    geometry = {"type": of, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties or ROAD, "geometry": geometry}


def collection(*features: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **members}


def read(
    content: Any,
    *,
    kind: Kind | None = None,
    fencing: Fencing = Fencing.UNKNOWN,
    layer: str | None = None,
) -> Project:
    """Read a project from GeoJSON on standard input."""
    return read_project(
        "-",
        kind=kind,
        design=Design(fencing=fencing),
        layers=(layer,) if layer else (),
        stdin=io.BytesIO(json.dumps(content).encode()),
    )


def read_file(path: Path | str, kind: Kind | None = Kind.ROAD, layer: str | None = None) -> Project:
    return read_project(str(path), kind=kind, design=Design(), layers=(layer,) if layer else ())


def refused(content: Any, **options: Any) -> str:
    with pytest.raises(ProjectFileError) as caught:
        read(content, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def note(project: Project, key: str) -> dict[str, Any]:
    (found,) = [dict(n.values) for n in project.notes if n.key == f"note.{key}"]
    return found


def keys(project: Project) -> list[str]:
    return [n.key for n in project.notes]


# ----------------------------------------------------------------------------------------------
# The whole
# ----------------------------------------------------------------------------------------------


def test_a_plain_road() -> None:
    project = read(feature(infrastructure="road", name="A380"))
    assert project.name == "A380"
    assert project.kind is Kind.ROAD
    assert project.design.fencing is Fencing.UNKNOWN
    assert project.lines == shapely.MultiLineString([ROUTE])
    assert project.length_m == pytest.approx(geodesy.line_length_m(project.lines))
    assert project.chainage_length_m == pytest.approx(project.length_m)
    assert project.areas.is_empty and project.points.is_empty and project.side_lines.is_empty
    assert project.notes == ()
    assert project.source.path == "stdin"
    assert project.source.layer is None


def test_source_is_as_the_user_wrote_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plans").mkdir()
    data = json.dumps(feature()).encode()
    (tmp_path / "plans" / "road 7.geojson").write_bytes(data)
    project = read_file("./plans/road 7.geojson")
    assert project.source.path == "./plans/road 7.geojson"
    assert project.source.sha256 == hashlib.sha256(data).hexdigest()
    assert project.name == "road 7"


def test_all_kinds_of_geometry_in_one_file() -> None:
    square = [[(60, 45), (60.1, 45), (60.1, 45.1), (60, 45.1), (60, 45)]]
    everything = {
        "type": "GeometryCollection",
        "geometries": [
            {"type": "MultiLineString", "coordinates": [ROUTE, [(61, 45), (61.02, 45)]]},
            {"type": "MultiPoint", "coordinates": [(60, 46), (60.5, 46)]},
            {"type": "Point", "coordinates": (60, 47)},
        ],
    }
    project = read(
        collection(
            feature(square, "Polygon"),
            feature([square, [[(62, 45), (62.1, 45), (62.1, 45.1)]]], "MultiPolygon"),
            {"type": "Feature", "properties": None, "geometry": everything},
        )
    )
    assert len(project.lines.geoms) == 2
    assert len(project.points.geoms) == 3
    assert project.areas.is_valid
    assert project.area_m2 == pytest.approx(131_600_000, rel=0.01)
    assert project.joining.parts == 2


@pytest.mark.parametrize("kind", ["Point", "Polygon"])
def test_projects_without_lines_have_no_chainage(kind: str) -> None:
    coordinates = (60, 45) if kind == "Point" else [[(60, 45), (60.1, 45), (60.1, 45.1)]]
    project = read(feature(coordinates, kind, kind="mine"))
    assert project.alignment == ()
    assert project.chainage_length_m == 0
    assert project.length_m == 0
    assert project.joining.parts == 0


# ----------------------------------------------------------------------------------------------
# Kind, name, fencing
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("properties", "layer", "kind"),
    [
        ({"infrastructure": "Power line"}, "", Kind.POWER_LINE),
        ({"infrastructure": "power-line"}, "", Kind.POWER_LINE),
        ({"INFRASTRUC": "Railroad"}, "", Kind.RAILWAY),
        ({"Kind": " PIPELINE "}, "", Kind.PIPELINE),
        ({"kind": "Железная дорога"}, "", Kind.RAILWAY),
        ({"kind": "primary", "highway": "primary"}, "", Kind.ROAD),
        ({"highway": "construction"}, "", Kind.ROAD),
        ({"railway": "rail", "highway": ""}, "", Kind.RAILWAY),
        ({"railway": "no"}, "", None),
        ({"railway": "proposed"}, "", Kind.RAILWAY),
        ({"railway": "abandoned"}, "", None),
        ({"railway": "disused"}, "", None),
        ({"railway": "station"}, "", None),
        ({"highway": "bus_stop"}, "", None),
        ({"highway": "platform", "railway": "rail"}, "", Kind.RAILWAY),
        ({"highway": "primary;secondary"}, "", Kind.ROAD),
        ({"kind": "ЛЭП"}, "", Kind.POWER_LINE),
        ({"kind": "Ограда"}, "", Kind.FENCE),
        ({"man_made": "pipeline"}, "", Kind.PIPELINE),
        ({"power": "minor_line"}, "", Kind.POWER_LINE),
        ({"power": "tower"}, "", None),
        ({"barrier": "fence"}, "", Kind.FENCE),
        ({"barrier": "gate"}, "", None),
        ({"waterway": "canal"}, "", Kind.CANAL),
        ({"waterway": "river"}, "", None),
        ({"landuse": "quarry"}, "", Kind.MINE),
        ({"man_made": "mineshaft"}, "", Kind.MINE),
        ({"tags": {"railway": "rail"}}, "", Kind.RAILWAY),
        ({"other_tags": '"gauge"=>"1520","railway"=>"rail"'}, "", Kind.RAILWAY),
        ({"fclass": "rail"}, "gis_osm_railways_free_1", Kind.RAILWAY),
        ({"fclass": "primary"}, "gis_osm_roads_free_1", Kind.ROAD),
        ({"fclass": "primary"}, "layer", None),
        ({"name": "Railway to the north"}, "railways", None),
        ({"kind": None, "infrastructure": 7}, "", None),
    ],
)
def test_kind_from_properties(properties: dict[str, Any], layer: str, kind: Kind | None) -> None:
    assert kind_of(properties, layer) is kind


def test_undetermined_kind_names_the_choices() -> None:
    said = refused(feature(name="a road, perhaps"))
    assert "--kind" in said
    assert all(str(kind) in said for kind in Kind)
    assert "'tramway'" in refused(feature(infrastructure="tramway"))
    assert "'railway=abandoned'" in refused(feature(railway="abandoned"))
    assert read(feature(name="x"), kind=Kind.CANAL).kind is Kind.CANAL


def test_conflicting_kinds() -> None:
    content = collection(feature(highway="primary"), feature(railway="rail"), feature(name="x"))
    assert "several kinds (road, railway)" in refused(content)
    assert read(content, kind=Kind.RAILWAY).kind is Kind.RAILWAY


def test_one_feature_that_says_it_is_enough() -> None:
    assert read(collection(feature(name="x"), feature(railway="rail"))).kind is Kind.RAILWAY


@pytest.mark.parametrize(
    ("properties", "name"),
    [
        ({"name": "Бейнеу – Шалқар"}, "Бейнеу – Шалқар"),
        ({"Title": "T", "name": ""}, "T"),
        ({"name": 17}, "17"),
        ({"name": "a\r\n\tb\x00c"}, "a b c"),
        ({"name": "a  b <script>"}, "a  b <script>"),
        ({"name": "\ud800"}, "stdin"),
        ({}, "stdin"),
    ],
)
def test_name(properties: dict[str, Any], name: str) -> None:
    assert read(feature(**{**ROAD, **properties})).name == name


@given(st.text(max_size=60))
def test_names_fit_on_one_line(text: str) -> None:
    name = clean(text)
    name.encode("utf-8")
    assert len(name.splitlines()) <= 1
    assert clean(name) == name


@pytest.mark.parametrize(
    ("said", "given_design", "fencing", "key"),
    [
        (["yes", True], Fencing.UNKNOWN, Fencing.YES, ["note.fencing_yes"]),
        (["no", "False"], Fencing.UNKNOWN, Fencing.NO, ["note.fencing_no"]),
        (["yes", "no"], Fencing.UNKNOWN, Fencing.UNKNOWN, []),
        (["yes", None], Fencing.UNKNOWN, Fencing.UNKNOWN, []),
        (["partly", "partly"], Fencing.UNKNOWN, Fencing.UNKNOWN, []),
        (["yes", "yes"], Fencing.NO, Fencing.NO, []),
    ],
)
def test_fencing(said: list[Any], given_design: Fencing, fencing: Fencing, key: list[str]) -> None:
    features = [feature(**ROAD, fenced=word) for word in said]
    project = read(collection(*features), fencing=given_design)
    assert project.design.fencing is fencing
    assert keys(project) == key


def test_a_fence_is_fenced() -> None:
    assert read(feature(barrier="fence")).design.fencing is Fencing.YES
    assert "a fence cannot be unfenced" in refused(feature(), kind=Kind.FENCE, fencing=Fencing.NO)


# ----------------------------------------------------------------------------------------------
# Coordinates
# ----------------------------------------------------------------------------------------------


def test_projected_coordinates_come_out_in_degrees() -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32641"}}
    line = [(500_000, 5_000_000), (530_000, 5_000_000), (560_000, 5_010_000)]
    project = read(collection(feature(line), crs=crs))
    assert project.lines.geoms[0].coords[0] == pytest.approx((63.0, 45.153), abs=1e-3)
    assert project.length_m == pytest.approx(61_623, rel=1e-3)
    assert note(project, "reprojected")["crs"].endswith("32641")


def test_name_of_the_crs_in_the_note(tmp_path: Path) -> None:
    fiona = pytest.importorskip("fiona")
    schema = {"geometry": "LineString", "properties": {}}
    file = tmp_path / "route.gpkg"
    with fiona.open(file, "w", driver="GPKG", crs="EPSG:28413", schema=schema) as sink:
        geometry = {"type": "LineString", "coordinates": [(13_500_000, 5e6), (13_502_000, 5e6)]}
        sink.write({"type": "Feature", "geometry": geometry, "properties": {}})
    project = read_file(file)
    assert "Pulkovo" in note(project, "reprojected")["crs"]
    assert project.lines.geoms[0].coords[0] == pytest.approx((75, 45.135), abs=0.001)


def test_without_crs(tmp_path: Path) -> None:
    fiona = pytest.importorskip("fiona")
    schema = {"geometry": "LineString", "properties": {}}
    with fiona.open(tmp_path / "r.shp", "w", driver="ESRI Shapefile", schema=schema) as sink:
        sink.write(
            {"type": "Feature", "geometry": mapping(shapely.LineString(ROUTE)), "properties": {}}
        )
    with pytest.raises(ProjectFileError, match=r"r\.shp: it has no coordinate reference system"):
        read_file(tmp_path / "r.shp")


@pytest.mark.parametrize(
    ("coordinates", "said"),
    [
        ([(500_000, 5_000_000), (530_000, 5_000_000)], "looks like projected metres"),
        ([(60, 45), (60, 95)], "latitude 95: longitude and latitude are swapped"),
        ([(44, 105), (46, 107)], "latitude 105: longitude and latitude are swapped"),
        ([(60, 45), (181, 45)], "out of range"),
        ([(465, 44), (467, 46)], "longitude 465, latitude 44, which is out of range"),
        ([(45, 100), (46, 101)], "swapped"),
        ([(47, 66), (48, 67)], "swapped"),
        ([(60, 45), (float("nan"), 45)], "not a number"),
        ([(60, 45), (None, 45)], "not a number"),
        ([(60, 45), (60, float("inf"))], "not a number"),
    ],
)
def test_coordinates_that_cannot_be(coordinates: Any, said: str) -> None:
    assert said in refused(feature(coordinates))


def test_a_crs_that_proj_does_not_know() -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::1"}}
    assert "cannot be used" in refused(collection(feature(), crs=crs))
    crs["properties"]["name"] = "urn:ogc:def:crs:EPSG::32641"
    assert "lies off the Earth" in refused(collection(feature([(1e30, 5), (2, 3)]), crs=crs))


def test_projects_outside_the_region_are_read() -> None:
    assert read(feature([(-70, -20), (-70.1, -20)])).length_m > 0
    assert read(feature([(50, 50), (51, 51)])).length_m > 0


def test_across_the_antimeridian() -> None:
    there = feature([(179.7, 66), (-179.7, 66)])
    beyond = feature([(-179.7, 66), (-179.2, 66)])
    project = read(collection(there, beyond))
    (chain,) = project.alignment
    assert project.length_m == pytest.approx(50_000, rel=0.01)
    assert chain.line.bounds[2] - chain.line.bounds[0] == pytest.approx(1.1)
    square = [[(179.9, 66), (-179.9, 66), (-179.9, 66.1), (179.9, 66.1), (179.9, 66)]]
    assert read(feature(square, "Polygon")).area_m2 == pytest.approx(101e6, rel=0.01)


def test_lines_longer_than_the_earth_is_round_are_refused() -> None:
    there_and_back = [(50.0, 40.0), (100.0, 50.0)] * 50
    message = refused(feature(there_and_back))
    assert "km long together" in message
    assert "check the coordinates" in message
    assert read(feature(there_and_back[:10])).length_m < 40_075_017


def test_edges_are_densified_and_long_ones_told_of() -> None:
    project = read(feature([(60, 45), (66, 46)]))
    line = shapely.get_coordinates(project.lines)
    assert geodesy.edge_lengths_m(line[:-1], line[1:]).max() <= geodesy.MAX_EDGE_M * 1.01
    assert note(project, "long_edges")["longest_m"] == pytest.approx(485_000, rel=0.02)
    assert keys(read(feature([(60, 45), (60.2, 45)]))) == []
    square = [[(60, 45), (61, 45), (61, 46), (60, 46), (60, 45)]]
    assert len(shapely.get_coordinates(read(feature(square, "Polygon")).areas)) > 60


# ----------------------------------------------------------------------------------------------
# Repairs
# ----------------------------------------------------------------------------------------------


def test_missing_geometry_is_told_of() -> None:
    project = read(collection(feature(), {"type": "Feature", "geometry": None}, feature([])))
    assert note(project, "without_geometry") == {"n": 2}
    assert "no geometry" in refused(collection({"type": "Feature", "geometry": None}))
    assert "no geometry" in refused(collection())


def test_zero_length_and_repeated_vertices() -> None:
    doubled = [ROUTE[0], ROUTE[0], *ROUTE, ROUTE[2]]
    project = read(collection(feature(doubled), feature([ROUTE[0], ROUTE[0]])))
    assert note(project, "zero_length") == {"n": 1}
    assert note(project, "repeated_vertices") == {"n": 3}
    assert project.lines == shapely.MultiLineString([ROUTE])
    assert "zero length" in refused(feature([ROUTE[0], ROUTE[0]]))
    assert "zero length" in refused(feature([ROUTE[0]]))


def test_invalid_polygons_are_repaired_and_keep_their_area() -> None:
    bowtie = [[(60, 45), (60.1, 45.1), (60.1, 45), (60, 45.1), (60, 45)]]
    project = read(collection(feature(), feature(bowtie, "Polygon")))
    assert project.areas.is_valid
    assert project.area_m2 == pytest.approx(43.9e6, rel=0.01)
    assert note(project, "repaired") == {"feature": "feature 2"}


def test_polygons_that_cross_themselves_keep_their_area_in_projected_coordinates() -> None:
    # 60 km wide, so that its edges are cut: two triangles of 900 km2.
    x, y, side = 400_000, 5_000_000, 60_000
    bowtie = [[(x, y), (x + side, y + side), (x + side, y), (x, y + side), (x, y)]]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32641"}}
    project = read(collection(feature(bowtie, "Polygon"), crs=crs))
    assert project.area_m2 == pytest.approx(1.8e9, rel=0.01)
    assert note(project, "repaired") == {"feature": "feature 1"}


def test_a_road_without_a_line_says_so() -> None:
    square = [[(60, 45), (60.1, 45), (60.1, 45.1), (60, 45.1), (60, 45)]]
    assert "note.no_line" in keys(read(collection(feature(square, "Polygon")), kind=Kind.ROAD))
    assert "note.no_line" not in keys(read(collection(feature(square, "Polygon")), kind=Kind.MINE))
    assert "note.no_line" not in keys(read(collection(feature()), kind=Kind.ROAD))


def test_overlapping_polygons_count_once() -> None:
    square = [[(60, 45), (60.1, 45), (60.1, 45.1), (60, 45.1), (60, 45)]]
    project = read(collection(feature(square, "Polygon"), feature(square, "Polygon")))
    assert project.areas.is_valid
    assert project.area_m2 == pytest.approx(87.7e6, rel=0.01)
    assert "note.overlapping" in keys(project)


def test_polygon_without_area() -> None:
    flat = [[(60, 45), (60.1, 45), (60.2, 45), (60, 45)]]
    assert note(read(collection(feature(), feature(flat, "Polygon"))), "zero_area") == {"n": 1}
    assert "no area" in refused(feature(flat, "Polygon"))


def stairs(steps: int, step_m: float = 28.0) -> np.ndarray[Any, Any]:
    """A straight line as a raster traces it, (n, 2) lon, lat."""
    n = np.arange(steps)
    cells = np.stack([(n + 1) // 2, n // 2], axis=1) * step_m
    return np.array([60.0, 45.0]) + cells / [78_847, 111_132]


def test_stairs_of_a_raster_are_straightened() -> None:
    project = read(feature(stairs(400).tolist()))
    said = note(project, "staircase")
    assert said["n"] == 1
    assert said["given_m"] == pytest.approx(399 * 28, rel=1e-3)
    assert said["straight_m"] == pytest.approx(399 * 28 / 2**0.5, rel=1e-2)
    assert project.length_m == pytest.approx(said["given_m"])
    assert project.chainage_length_m == pytest.approx(said["straight_m"])


@pytest.mark.parametrize("scale", [0.3, 4.0])
def test_real_bends_are_left_alone(scale: float) -> None:
    hairpins = [(0, 0), (300, 40), (0, 80), (300, 120), (0, 160), (300, 200), (0, 240)]
    streets = [(0, 0), (90, 0), (90, 90), (180, 90), (180, 180), (270, 180), (270, 270)]
    curve = [(x, 200 * np.sin(x / 100)) for x in range(0, 2_000, 20)]
    for shape in (hairpins, curve, *([streets] if scale > 1 else [])):
        xy = np.array([60.0, 45.0]) + np.array(shape) * scale / [78_847, 111_132]
        assert straightened(xy) is xy or np.array_equal(straightened(xy), xy)


def test_zigzags_and_scatter_are_no_stairs() -> None:
    n = np.arange(2_000)
    zigzag = np.stack([100 + n * 1e-4, 45 + n % 2 * 1e-4], axis=1)  # turns of 109 degrees
    project = read(feature(zigzag.tolist()))
    assert keys(project) == []
    assert project.chainage_length_m == pytest.approx(project.length_m)
    random = np.random.default_rng(7)
    walk = np.stack([n * 6.0, random.normal(0, 6, len(n))], axis=1)  # a recorded, shaky position
    xy = np.array([60.0, 45.0]) + walk / [78_847, 111_132]
    assert len(straightened(xy)) == len(xy)


@pytest.mark.parametrize("turned_deg", [0, 17, 45])
def test_stairs_of_a_grid_that_lies_askew(turned_deg: float) -> None:
    n, turn = np.arange(400), np.radians(turned_deg)
    cells = np.stack([(n + 1) // 2 * 28.0, n // 2 * 9.0], axis=1)
    turned = cells @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    xy = np.array([60.0, 45.0]) + turned / [78_847, 111_132]
    length = geodesy.cumulative_m(straightened(xy))[-1]
    assert length == pytest.approx(200 * np.hypot(28, 9), rel=0.01)


@given(st.lists(st.tuples(st.integers(-200, 200), st.integers(-200, 200)), min_size=2, max_size=40))
@settings(deadline=None)
def test_straightening_takes_vertices_away_and_nothing_else(cells: list[tuple[int, int]]) -> None:
    xy = np.array([60.0, 45.0]) + np.array(cells) * 1e-4
    straight = straightened(xy)
    assert np.array_equal(straight[[0, -1]], xy[[0, -1]])
    given_rows, kept_rows = (list(map(tuple, rows)) for rows in (xy, straight))
    rest = iter(given_rows)
    assert all(row in rest for row in kept_rows)


# ----------------------------------------------------------------------------------------------
# Errors
# ----------------------------------------------------------------------------------------------


def test_every_error_names_the_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty.geojson"
    empty.touch()
    broken = tmp_path / "broken.geojson"
    broken.write_text('{"type": "Feature",\n "geometry": {]}')
    text = tmp_path / "two\nlines.txt"
    text.write_text("no geometry here")
    for file, said in {
        tmp_path / "none.gpkg": "no such file",
        tmp_path: "a folder",
        empty: "the file is empty",
        broken: "line 2, column 15",
        text: "not a vector file",
    }.items():
        with pytest.raises(ProjectFileError) as caught:
            read_file(file)
        message = str(caught.value)
        assert message.startswith(clean(str(file)) + ": ")
        assert said in message
        assert len(message.splitlines()) == 1
    assert capfd.readouterr() == ("", "")


def test_unreadable_file(tmp_path: Path) -> None:
    file = tmp_path / "a\x00b.geojson"
    with pytest.raises(ProjectFileError, match="no such file"):
        read_file(str(file))


def test_feature_is_named() -> None:
    bad = feature([("x", 1), (2, 3)])
    assert "feature 2: coordinates are not numbers" in refused(collection(feature(), bad))
    bad = {**feature([(1, 2), (3, 400)]), "id": "w77"}
    assert "feature 2 (id w77) has longitude 3, latitude 400" in refused(collection(feature(), bad))


def test_layer_of_standard_input() -> None:
    assert "leave --layer out" in refused(feature(), layer="roads")
    assert refused({"type": "nope"}).startswith("stdin: not GeoJSON")


def test_notes_are_messages_with_raw_numbers() -> None:
    project = read(collection(feature([(60, 45), (66, 46)]), feature([ROUTE[0], ROUTE[0]])))
    assert all(isinstance(n, Message) for n in project.notes)
    assert note(project, "zero_length")["n"] == 1


# ----------------------------------------------------------------------------------------------
# Real files
# ----------------------------------------------------------------------------------------------

REAL = Path(__file__).parents[2] / "shared" / "data" / "real_routes"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not beside the checkout")


@real
@pytest.mark.parametrize("file", sorted(REAL.glob("*.geojson")), ids=lambda file: file.stem)
def test_real_files(file: Path) -> None:
    project = read_file(file, kind=None)
    given_m = json.loads(file.read_text(encoding="utf-8"))["features"][0]["properties"]["length_km"]
    assert project.length_m == pytest.approx(1_000 * float(given_m), rel=1e-3)
    stairs = next((dict(n.values) for n in project.notes if n.key == "note.staircase"), None)
    straight_m = float(stairs["straight_m"]) if stairs else project.length_m
    bridges_m = sum(bridge.length_m for bridge in project.joining.bridges)
    beside_m = project.joining.parallel_length_m
    assert project.chainage_length_m == pytest.approx(straight_m + bridges_m - beside_m, rel=1e-6)
    assert str(project.kind) == file.stem.rsplit("-", 2)[0]


@real
def test_tehran_to_mashhad() -> None:
    project = read_file(REAL / "railway-67389-irn.geojson", kind=None)
    assert project.kind is Kind.RAILWAY
    assert len(project.alignment) == 1
    assert project.joining.parts == 201
    assert project.chainage_length_m == pytest.approx(921_000, rel=0.005)
    start, end = (project.alignment[0].line.coords[i] for i in (0, -1))
    assert start == pytest.approx((51.398, 35.658), abs=0.01)
    assert end == pytest.approx((59.630, 36.298), abs=0.01)
