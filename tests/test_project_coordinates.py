"""Longitude and latitude in the wrong order, and coordinate systems that contradict each other."""

import json
from pathlib import Path
from typing import Any

import pytest

from camiscreen.errors import ProjectFileError
from camiscreen.model import Design, Project
from camiscreen.reading.project_file import read_project
from camiscreen.vocabulary import Kind

SWAPPED = "longitude and latitude are swapped"
UTM = {"type": "name", "properties": {"name": "EPSG:32641"}}
UTM_URN = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32641"}}
MERCATOR = {"type": "name", "properties": {"name": "EPSG:3857"}}
METRES = [(500_000, 5_000_000), (530_000, 5_000_000)]
DEGREES = [(63.0, 45.1), (63.2, 45.1)]


def line(coordinates: Any, **members: Any) -> dict[str, Any]:
    geometry = {"type": "LineString", "coordinates": coordinates}
    return {"type": "Feature", "properties": {}, "geometry": geometry, **members}


def saved(path: Path, *features: dict[str, Any], **members: Any) -> Path:
    whole = {"type": "FeatureCollection", "features": list(features), **members}
    path.write_text(json.dumps(whole))
    return path


def read(path: Path) -> Project:
    return read_project(str(path), kind=Kind.ROAD, design=Design(), layers=())


# ----------------------------------------------------------------------------------------------
# Order
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "coordinates",
    [
        [(41.0, 58.5), (41.3, 61.0), (41.2, 66.0)],  # Bukhara
        [(47, 50), (47, 55), (46, 62), (45, 70), (46, 80)],  # across Kazakhstan
        [(35, 52), (33, 54)],  # Iran
        [(44, 105), (46, 107)],  # Mongolia
        [(47, 66)],  # one corner
    ],
)
def test_a_feature_that_lies_in_the_region_only_when_swapped(
    tmp_path: Path, coordinates: list[tuple[float, float]]
) -> None:
    with pytest.raises(ProjectFileError, match=SWAPPED):
        read(
            saved(
                tmp_path / "swapped.geojson",
                line(coordinates),
            )
        )


def test_one_swapped_feature_among_others_is_named(tmp_path: Path) -> None:
    right = line([(60, 47), (65, 48)])
    with pytest.raises(ProjectFileError, match=f"feature 2 .id b.: {SWAPPED}"):
        read(saved(tmp_path / "mixed.geojson", right, line([(47, 60.5), (48, 65)], id="b")))


def test_what_is_in_the_region_both_ways_is_taken_as_given(tmp_path: Path) -> None:
    project = read(saved(tmp_path / "west.geojson", line([(51.1, 47.0), (51.9, 47.2)])))
    # The reader cannot know; whoever drew the line can.
    assert "note.either_order" in [note.key for note in project.notes]
    east = read(saved(tmp_path / "east.geojson", line([(66.1, 47.0), (66.9, 47.2)])))
    assert "note.either_order" not in [note.key for note in east.notes]
    assert project.lines.bounds[0] == pytest.approx(51.1)


@pytest.mark.parametrize(
    "coordinates",
    [
        [(47.5, 52), (48, 57), (50, 58), (50.3, 62)],  # Saratov to Syktyvkar, or Mangystau
        [(53.3, 46.1), (49.5, 46.4), (45, 45.4), (37.8, 44.7)],  # Tengiz to Novorossiysk
    ],
)
def test_what_is_mostly_in_the_region_both_ways_is_told_of(
    tmp_path: Path, coordinates: list[tuple[float, float]]
) -> None:
    project = read(saved(tmp_path / "either.geojson", line(coordinates)))
    assert {"n": 1, "feature": "feature 1"} in [dict(n.values) for n in project.notes]


# ----------------------------------------------------------------------------------------------
# Coordinate systems
# ----------------------------------------------------------------------------------------------


def test_a_crs_on_all_features_or_geometries_counts(tmp_path: Path) -> None:
    inner = line(METRES)
    inner["geometry"]["crs"] = UTM_URN
    file = saved(tmp_path / "f.geojson", line(METRES, crs=UTM), inner)
    assert read(file).lines.bounds[0] == pytest.approx(63.0)
    file = saved(tmp_path / "g.geojson", line(METRES, crs=UTM), line(METRES), crs=UTM_URN)
    assert read(file).lines.bounds[0] == pytest.approx(63.0)


def test_crs_members_that_differ_are_refused(tmp_path: Path) -> None:
    inner = line(METRES, crs=UTM)
    inner["geometry"]["crs"] = MERCATOR
    for features, members, said in (
        ([inner], {}, r"feature 1 is in several CRSs \(EPSG:32641, EPSG:3857\)"),
        ([line(METRES, crs=UTM)], {"crs": MERCATOR}, "feature 1 is in several CRSs"),
        ([line(METRES, crs=UTM), line(DEGREES)], {}, "feature 2 has the CRS OGC:CRS84, feature 1"),
    ):
        with pytest.raises(ProjectFileError, match=said):
            read(saved(tmp_path / "c.geojson", *features, **members))


@pytest.mark.parametrize("second", [line(DEGREES), line(METRES, crs=MERCATOR)])
def test_lines_of_ndjson_with_several_crs_are_refused(
    tmp_path: Path, second: dict[str, Any]
) -> None:
    file = tmp_path / "n.ndjson"
    file.write_text("\n".join(map(json.dumps, (line(METRES, crs=UTM), second))))
    with pytest.raises(ProjectFileError, match=r"feature 2 has the CRS .*bring all to WGS 84"):
        read(file)
    file.write_text("\n".join(map(json.dumps, (line(METRES, crs=UTM), line(METRES, crs=UTM_URN)))))
    assert len(read(file).lines.geoms) == 2


def test_a_line_of_no_length_in_metres_is_no_crash(tmp_path: Path) -> None:
    lines = {"type": "MultiLineString", "coordinates": [METRES, [METRES[0]] * 2]}
    both = {"type": "Feature", "properties": {}, "geometry": lines, "crs": UTM}
    assert "note.zero_length" in [n.key for n in read(saved(tmp_path / "z.geojson", both)).notes]


def test_geocentric_coordinates_are_refused(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "EPSG:4978"}}
    with pytest.raises(ProjectFileError, match="geocentric"):
        read(saved(tmp_path / "x.geojson", line([(2e6, 4e6), (2.1e6, 4e6)]), crs=crs))


@pytest.mark.parametrize(
    ("name", "driver", "prj"),
    [("r.shp", "ESRI Shapefile", True), ("r.gpkg", "GPKG", False), ("r.fgb", "FlatGeobuf", False)],
)
def test_a_missing_crs_is_named_as_the_format_has_it(
    tmp_path: Path, name: str, driver: str, prj: bool
) -> None:
    fiona = pytest.importorskip("fiona")
    schema = {"geometry": "LineString", "properties": {}}
    with fiona.open(tmp_path / name, "w", driver=driver, schema=schema) as sink:
        sink.write(line(DEGREES))
    with pytest.raises(ProjectFileError, match="no coordinate reference system") as caught:
        read(tmp_path / name)
    assert (".prj" in str(caught.value)) is prj
