"""The GeoPackage: conformant, repeatable, measured by chainage, with the styles of QGIS."""

import os
import shutil
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pyogrio
import pytest
import shapely

from camiscreen import screening
from camiscreen.geometry import geodesy
from camiscreen.i18n import Translator
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import Enclosure, Rulebook, Screening
from camiscreen.reading.geopackage import APPLICATION_ID, Column, Table, geopackage
from camiscreen.report.gpkg import render_gpkg
from camiscreen.report.zone_areas import zone_areas
from camiscreen.vocabulary import Kind
from tests.conftest import make_project
from tests.report import sample
from tests.report.test_document import SAMPLES

EN = Translator("en")


@cache
def packed(name: str) -> bytes:
    return render_gpkg(SAMPLES[name](), EN)


@contextmanager
def database(data: bytes) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.deserialize(data)
    try:
        yield connection
    finally:
        connection.close()


def rows_of(data: bytes, table: str) -> list[dict[str, Any]]:
    with database(data) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f'SELECT * FROM "{table}"')]


def wkb(blob: bytes) -> bytes:
    """What follows the header, whose bounds must be those of the geometry."""
    magic, version, flags, srs = struct.unpack_from("<2sBBi", blob)
    assert (magic, version, flags, srs) == (b"GP", 0, 3, 4326)
    return blob[8 + 32 :]


def measured(blob: bytes) -> np.ndarray[Any, np.dtype[np.float64]]:
    body = wkb(blob)
    order, kind, count = struct.unpack_from("<BII", body)
    assert (order, kind) == (1, 2002)
    return np.frombuffer(body, dtype="<f8", offset=9, count=3 * count).reshape(-1, 3)


@pytest.mark.parametrize("name", SAMPLES)
def test_it_is_a_geopackage(name: str) -> None:
    """Requirements 1 to 3, 5, 10 to 31 of the standard, as far as tables can break them."""
    with database(packed(name)) as db:
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert db.execute("PRAGMA user_version").fetchone()[0] >= 10_200
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert {row[0] for row in db.execute("SELECT srs_id FROM gpkg_spatial_ref_sys")} >= {
            -1, 0, 4326,
        }  # fmt: skip
        contents = db.execute("SELECT table_name, data_type, last_change, min_x, max_x, srs_id "
                              "FROM gpkg_contents").fetchall()  # fmt: skip
        spatial = {row[0] for row in db.execute("SELECT table_name FROM gpkg_geometry_columns")}
        assert {row[0] for row in contents if row[1] == "features"} == spatial
        for table, kind, changed, low, high, srs in contents:
            assert changed == "2026-11-22T00:00:00.000Z"
            columns = db.execute(f'PRAGMA table_info("{table}")').fetchall()
            assert [c[1] for c in columns if c[5]] == ["fid"]
            assert {c[2] for c in columns} <= {
                "INTEGER", "TEXT", "REAL", "BOOLEAN", "POINT", "LINESTRING", "MULTIPOINT",
                "MULTILINESTRING", "MULTIPOLYGON",
            }  # fmt: skip
            if kind == "features":
                assert srs == 4326
                assert low <= high
                for (blob,) in db.execute(f'SELECT geom FROM "{table}"'):
                    west, east, south, north = struct.unpack_from("<4d", blob, 8)
                    assert west <= east and south <= north
                    assert low <= west and east <= high


@pytest.mark.parametrize("name", SAMPLES)
def test_gdal_reads_every_table(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    path.write_bytes(packed(name))
    with database(packed(name)) as db:
        names = {row[0] for row in db.execute("SELECT table_name FROM gpkg_contents")}
        features = {row[0] for row in db.execute("SELECT table_name FROM gpkg_geometry_columns")}
    with pytest.warns(UserWarning, match="Measured") if "alignment" in names else nothing():
        listed = {str(table) for table, _ in pyogrio.list_layers(path)}
    assert listed == names
    for table in features:
        info = pyogrio.read_info(path, layer=table)
        assert info["crs"] == "EPSG:4326"
        assert info["features"] > 0


@contextmanager
def nothing() -> Iterator[None]:
    yield


def test_two_runs_give_the_same_bytes() -> None:
    code = (
        "import hashlib; from camiscreen.i18n import Translator\n"
        "from camiscreen.report.gpkg import render_gpkg; from tests.report import sample\n"
        "print(hashlib.sha256(render_gpkg(sample.screening(), Translator('en'))).hexdigest())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert runs[0] == runs[1]


def test_the_alignment_is_measured_by_its_chainage() -> None:
    made = sample.screening()
    pieces = [measured(row["geom"]) for row in rows_of(packed("railway"), "alignment")]
    whole_km = made.project.chainage_length_m / 1e3
    assert pieces[0][0, 2] == 0
    assert pieces[-1][-1, 2] == pytest.approx(whole_km, abs=1e-3)
    for piece in pieces:
        along = geodesy.cumulative_m(np.ascontiguousarray(piece[:, :2])) / 1e3
        assert piece[:, 2] - piece[0, 2] == pytest.approx(along, abs=0.01)
    for row in rows_of(packed("railway"), "kp_points"):
        point = shapely.from_wkb(wkb(row["geom"]))
        assert row["kp_km"] % 1 == 0
        assert row["step_km"] == (10 if row["kp_km"] % 10 == 0 else 1)
        assert min(shapely.linestrings(p[:, :2]).distance(point) for p in pieces) < 1e-9


def test_segments_lie_where_the_findings_do() -> None:
    made = sample.screening()
    rows = rows_of(packed("railway"), "finding_segments")
    for finding in made.findings:
        own = [row for row in rows if row["finding_id"] == finding.id]
        assert {row["number"] for row in own} == {finding.number}
        assert {row["significance"] for row in own} == {str(finding.significance)}
        assert {row["accepted"] for row in own} == {int(finding.accepted is not None)}
        ends = sorted((row["kp_from_km"], row["kp_to_km"]) for row in own)
        assert ends[0][0] == pytest.approx(finding.kp_ranges[0][0] / 1e3)
        assert ends[-1][1] == pytest.approx(finding.kp_ranges[-1][1] / 1e3)
        for row in own:
            line = measured(row["geom"])
            assert (line[0, 2], line[-1, 2]) == (row["kp_from_km"], row["kp_to_km"])
    assert len(rows_of(packed("railway"), "findings")) == len(made.findings)
    gaps = rows_of(packed("railway"), "not_assessed")
    assert len(gaps) == len(made.not_assessed)


def test_layers_that_may_not_be_passed_on_are_named_with_the_reason() -> None:
    base = sample.screening()
    closed = replace(sample.book.RANGES, redistributable=False)
    made = replace(base, run=replace(base.run, layers=(closed, sample.book.STATES)))
    data = render_gpkg(made, EN)
    rows = {row["layer_id"]: row for row in rows_of(data, "layers")}
    assert "licence" in rows["species_ranges"]["geometry"]
    with database(data) as db:
        tables = {row[0] for row in db.execute("SELECT table_name FROM gpkg_contents")}
    assert not [table for table in tables if table.startswith("receptors")]
    assert rows_of(packed("railway"), "receptors_area")


def test_a_mine_has_no_alignment_and_still_its_place() -> None:
    (area,) = rows_of(packed("mine"), "project_area")
    (point,) = rows_of(packed("mine"), "project_point")
    assert shapely.from_wkb(wkb(area["geom"])).geom_type == "MultiPolygon"
    assert shapely.from_wkb(wkb(point["geom"])).geom_type == "MultiPoint"
    assert rows_of(packed("mine"), "findings")
    with database(packed("mine")) as db:
        tables = {row[0] for row in db.execute("SELECT table_name FROM gpkg_contents")}
    assert not {"alignment", "kp_points", "stretches"} & tables


def test_the_receipt_names_versions_and_hashes() -> None:
    made = sample.screening()
    receipt = {row["item"]: row["value"] for row in rows_of(packed("railway"), "receipt")}
    assert receipt["rulebook_sha256"] == made.run.rulebook_sha256
    assert receipt["source_sha256"] == made.project.source.sha256
    assert receipt["generated_on"] == "2026-11-22"
    for spec in made.run.layers:
        assert spec.sha256 in receipt[f"layer:{spec.name}"]


# ----------------------------------------------------------------------------------------------
# Zones
# ----------------------------------------------------------------------------------------------


def test_a_zone_reaches_as_far_as_its_width() -> None:
    project = make_project(((66.0, 47.5), (69.0, 48.5), (69.5, 48.5)))
    zones = [replace(z, width_m=w) for z, w in zip(sample.book.RULEBOOK.zones, (0, 1e3, 1e4),
                                                  strict=False)]  # fmt: skip
    (_, area), *_ = zone_areas(project, zones)
    frame = geodesy.LocalFrame(67.5, 48.0)
    middle = shapely.Point(67.5, 48.0)
    edge = frame.transform(shapely.boundary(shapely.clip_by_rect(area, 67, 47.7, 68, 48.3)))
    inner = shapely.intersection(edge, frame.transform(middle).buffer(15_000))
    distances = shapely.distance(frame.transform(project.lines), shapely.points(
        shapely.get_coordinates(shapely.segmentize(inner, 500))))  # fmt: skip
    assert distances.max() == pytest.approx(10_000, rel=0.006)
    assert distances.min() == pytest.approx(10_000, rel=0.006)
    assert area.is_valid and area.covers(project.lines)
    assert area.area > 0


def test_range_lost_and_ground_closed_off_have_tables_with_their_findings(
    book: Rulebook, opened: list[tuple[Layer, Store]]
) -> None:
    road = make_project([(92.0, 34.5), (92.6, 34.9)], kind=Kind.ROAD)
    plain = screening.screen(road, opened, book, generated_on="2026-11-22")
    block = shapely.MultiPolygon([shapely.box(92.2, 34.65, 92.4, 34.75)])
    closed = Enclosure(species_id="kiang", with_planned=True, area_m2=2e8, largest_m2=2e8,
                       blocks=1, kp_ranges=((0.0, 9_000.0),), geometry=block)  # fmt: skip
    withheld = replace(closed, with_planned=False, geometry=shapely.MultiPolygon())
    around = replace(plain.exposure.surroundings, enclosures=(withheld, closed))
    data = render_gpkg(replace(plain, exposure=replace(plain.exposure, surroundings=around)), EN)
    lost = {row["species_id"]: row for row in rows_of(data, "loss_zones")}
    assert set(lost) == {zone.species_id for zone in around.loss_zones}
    for zone in around.loss_zones:
        row = lost[zone.species_id]
        assert row["finding_ids"] == f"DST-001:{zone.species_id}"
        assert "R045" in row["sources"].split("; ")
        assert row["distance_m"] == zone.distance_m
        drawn = geodesy.area_m2(shapely.from_wkb(wkb(row["geom"])))
        assert drawn / 1e6 == pytest.approx(row["area_km2"], rel=1e-6)
    (row,) = rows_of(data, "enclosures")
    assert (row["with_planned"], row["area_km2"], row["blocks"]) == (1, 200.0, 1)
    assert shapely.equals(shapely.from_wkb(wkb(row["geom"])), block)
    styled = {row["f_table_name"] for row in rows_of(data, "layer_styles")}
    assert {"loss_zones", "enclosures"} <= styled
    for name in ("loss_zones", "enclosures"):
        with pytest.raises(sqlite3.OperationalError):
            rows_of(packed(next(iter(SAMPLES))), name)


# ----------------------------------------------------------------------------------------------
# Styles
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SAMPLES)
def test_every_layer_has_a_style_of_its_own(name: str) -> None:
    with database(packed(name)) as db:
        features = {row[0] for row in db.execute("SELECT table_name FROM gpkg_geometry_columns")}
    styles = rows_of(packed(name), "layer_styles")
    assert {style["f_table_name"] for style in styles} == features
    for style in styles:
        assert style["useAsDefault"] == 1
        root = ET.fromstring(style["styleQML"].partition("\n")[2])
        symbols = {s.get("name") for s in root.findall("renderer-v2/symbols/symbol")}
        assert symbols
        for category in root.findall("renderer-v2/categories/category"):
            assert category.get("symbol") in symbols


QGIS = """
import sys
from qgis.core import QgsApplication, QgsVectorLayer
app = QgsApplication([], False); app.initQgis()
for name in sys.argv[2:]:
    layer = QgsVectorLayer(f"{sys.argv[1]}|layername={name}", name, "ogr")
    message, ok = layer.loadDefaultStyle()
    print(name, layer.isValid() and ok, layer.renderer().type(), layer.featureCount() > 0, sep=",")
"""


def _python_with_qgis() -> str | None:
    python = shutil.which("python3", path="/usr/bin")
    if python is None:
        return None
    tried = subprocess.run([python, "-c", "import qgis.core"], capture_output=True, check=False)
    return python if tried.returncode == 0 else None


def test_qgis_takes_the_styles(tmp_path: Path) -> None:
    python = _python_with_qgis()
    if python is None:
        pytest.skip("QGIS is not installed (Debian: python3-qgis)")
    path = tmp_path / "x.gpkg"
    path.write_bytes(packed("railway"))
    with database(packed("railway")) as db:
        names = [row[0] for row in db.execute("SELECT table_name FROM gpkg_geometry_columns")]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [python, "-c", QGIS, str(path), *names], capture_output=True, text=True, check=True,
        env={**environment, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    seen = dict(line.split(",", 1) for line in done.stdout.splitlines())
    assert set(seen) == set(names)
    for name, rest in seen.items():
        by_word = name in {"finding_segments", "stretches", "kp_points", "receptors_area"}
        kind = "categorizedSymbol" if by_word else "singleSymbol"
        assert rest == f"True,{kind},True"


# ----------------------------------------------------------------------------------------------
# The writer
# ----------------------------------------------------------------------------------------------


def test_nothing_is_null_and_quotes_are_only_quotes() -> None:
    table = Table(
        name='a"b; DROP TABLE gpkg_contents',
        title="t",
        description="",
        columns=(Column(name='c"d'), Column(name="n", kind="INTEGER")),
        rows=((None, 1), ("it's", None)),
        geometry="POINT",
        geometries=(None, shapely.Point(1, 2)),
    )
    data = geopackage([table], "2026-11-22")
    with database(data) as db:
        found = db.execute('SELECT geom IS NULL, "c""d", n FROM "a""b; DROP TABLE gpkg_contents"')
        assert found.fetchall() == [(1, None, 1), (0, "it's", None)]
        assert db.execute("SELECT min_x, max_y FROM gpkg_contents").fetchall() == [(1.0, 2.0)]


def test_the_language_changes_texts_and_no_names() -> None:
    made: Screening = sample.screening()
    russian = render_gpkg(made, Translator("ru"))
    with database(packed("railway")) as one, database(russian) as other:
        schemas = [
            db.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
            for db in (one, other)
        ]
    assert schemas[0] == schemas[1]
    assert rows_of(russian, "findings")[0]["title"] == made.findings[0].title.ru
