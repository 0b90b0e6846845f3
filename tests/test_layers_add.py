"""Files of users into layers: what is read, what is refused, and that nothing half-made remains."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely

from camiscreen import data_files, paths
from camiscreen.layers import catalogue, store
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import LayerSpec, Receptor
from tests import layer_files as lf
from tests.conftest import run_here as run

BOX = shapely.box(67, 47, 68, 48)
"""In Betpak-Dala, Kazakhstan."""


def add(
    path: Path | list[Path], kind: str, *args: str | Path
) -> "subprocess.CompletedProcess[str]":
    files = path if isinstance(path, list) else [path]
    return run("layers", "add", *files, "--as", kind, *args)


def added(path: Path | list[Path], kind: str, *args: str | Path, name: str = "") -> "Opened":
    done = add(path, kind, *args)
    assert done.returncode == 0, done.stderr
    return Opened(name or kind)


def refused(path: Path | list[Path], kind: str, *args: str | Path) -> str:
    """What is printed on stderr; nothing may be left behind."""
    done = add(path, kind, *args)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    folder = paths.user_layers_dir()
    assert not folder.exists() or list(folder.iterdir()) == []
    return done.stderr


class Opened:
    """A layer that was added, in its folder."""

    def __init__(self, name: str, folder: Path | None = None) -> None:
        found = catalogue.read_catalogue([folder or paths.user_layers_dir()], paths.cache_dir())
        self.layer: Layer = next(item for item in found if item.spec.name == name)
        self.store: Store = catalogue.open_layer(self.layer, paths.cache_dir())

    @property
    def spec(self) -> LayerSpec:
        return self.layer.spec

    def receptors(self) -> dict[str, Receptor]:
        return {item.id: item for item in self.store.receptors}

    def wholes(self) -> list[shapely.Geometry]:
        return [self.store.whole(i) for i in range(len(self.store.receptors))]

    def left_out(self) -> dict[str, int]:
        assert self.spec.origin is not None
        return {item.reason: item.features for item in self.spec.origin.left_out}


# ----------------------------------------------------------------------------------------------
# WDPA
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("schema", [lf.old_wdpa, lf.new_wdpa])
def test_both_schemas_of_the_wdpa_give_the_same_names(tmp_path: Path, schema: object) -> None:
    """NAME is the English name in one and the original one in the other."""
    path = lf.write(tmp_path / "w.gpkg", [(schema(555), BOX)])  # type: ignore[operator]
    (receptor,) = added(path, "wdpa").receptors().values()
    assert receptor.id == "555"
    assert (receptor.name.en, receptor.name.ru) == ("Reserve 555", "Заповедник 555")
    assert receptor.attributes["designation"] == "Strict Nature Reserve"
    assert receptor.attributes["site_type"] == "PA"


def test_wdpa_rows_with_traps(tmp_path: Path) -> None:
    rows = [
        (lf.old_wdpa(1, WDPA_PID=None, NAME="", ORIG_NAME="Réserve"), BOX),
        (lf.old_wdpa(2, PA_DEF="0", ISO3="KAZ;KGZ"), shapely.transform(BOX, lambda xy: xy + 2)),
        (lf.old_wdpa(2, NAME="Second\x0bpart"), shapely.transform(BOX, lambda xy: xy + 4)),
        (lf.old_wdpa(3, MARINE="2"), BOX),
        (lf.old_wdpa(4), shapely.box(10, 50, 11, 51)),
        (lf.old_wdpa(5), None),
    ]
    done = add(lf.write(tmp_path / "w.gpkg", rows), "wdpa")
    assert "feature 1: no site id" in done.stderr
    assert "feature 6: no geometry; left out" in done.stderr
    layer = Opened("wdpa")
    receptors = layer.receptors()
    assert set(receptors) == {"no-id-1", "2", "2_2"}
    assert receptors["no-id-1"].name.ru == "Réserve"
    assert receptors["2"].states == ("KAZ", "KGZ")
    assert receptors["2"].attributes["site_type"] == "OECM"
    assert receptors["2_2"].name.en == "Second part"
    assert layer.left_out() == {
        "no usable geometry": 1, "outside the region": 1, "wholly marine": 1,
    }  # fmt: skip


def test_points_become_discs_of_their_area_also_with_a_decimal_comma(tmp_path: Path) -> None:
    from pyproj import Geod

    rows = [
        (lf.new_wdpa(1, REP_AREA="1 234,5"), shapely.Point(67, 48)),
        (lf.new_wdpa(2, REP_AREA="0"), shapely.Point(68, 48)),
        (lf.new_wdpa(3, REP_AREA="about 5"), shapely.MultiPoint([(69, 48)])),
    ]
    done = add(lf.write(tmp_path / "p.gpkg", rows), "wdpa")
    assert done.returncode == 0, done.stderr
    assert "REP_AREA 'about 5' is not a number" in done.stderr
    disc, without, unreadable = Opened("wdpa").wholes()
    area_m2, _ = Geod(ellps="WGS84").geometry_area_perimeter(disc)
    assert abs(area_m2) == pytest.approx(1_234.5e6, rel=1e-4)
    assert (without.geom_type, unreadable.geom_type) == ("MultiPoint", "MultiPoint")


def test_a_download_of_several_zips_in_one_is_read_whole(tmp_path: Path) -> None:
    """As Protected Planet packs a country: three archives, points and polygons in each."""
    outer = tmp_path / "outer"
    outer.mkdir()
    for number in range(3):
        inner = tmp_path / f"inner{number}"
        inner.mkdir()
        lf.write(inner / f"WDPA_{number}-polygons.shp", [(lf.new_wdpa(number + 1), BOX)])
        point = (lf.new_wdpa(number + 11), shapely.Point(67.5, 46))
        lf.write(inner / f"WDPA_{number}-points.shp", [point])
        lf.zipped(inner, outer / f"WDPA_KAZ_shp_{number}.zip")
        (outer / "Resources_in_English").mkdir(exist_ok=True)
    layer = added(lf.zipped(outer, tmp_path / "WDPA_KAZ_shp.zip"), "wdpa", "--date", "2026-11-01")
    assert sorted(map(int, layer.receptors())) == [1, 2, 3, 11, 12, 13]
    assert layer.spec.version == "2026-11-01"
    assert "downloaded 2026-11-01" in layer.spec.citation


def test_russian_shapefiles_without_a_code_page(tmp_path: Path) -> None:
    path = tmp_path / "w.shp"
    lf.write(path, [(lf.old_wdpa(1, NAME=None), BOX)], encoding="CP1251")
    path.with_suffix(".cpg").unlink()
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    dbf[29] = 0  # the language byte, which many programs leave empty
    path.with_suffix(".dbf").write_bytes(dbf)
    (receptor,) = added(path, "wdpa").receptors().values()
    assert receptor.name.ru == "Заповедник 1"


def test_another_crs_is_reprojected_and_invalid_geometry_repaired(tmp_path: Path) -> None:
    from pyproj import Transformer

    bow = shapely.Polygon([(67, 47), (68, 48), (68, 47), (67, 48)])
    forward = Transformer.from_crs(4326, 32642, always_xy=True).transform
    projected = shapely.transform(bow, lambda xy: np.column_stack(forward(xy[:, 0], xy[:, 1])))
    path = lf.write(tmp_path / "w.gpkg", [(lf.new_wdpa(1), projected)], crs="EPSG:32642")
    done = add(path, "wdpa")
    assert "feature 1: invalid geometry, repaired (Self-intersection" in done.stderr
    layer = Opened("wdpa")
    (whole,) = layer.wholes()
    assert whole.is_valid
    assert whole.bounds == pytest.approx(bow.bounds, abs=1e-4)
    # Straight on the projection is not straight in degrees: a sliver of difference remains.
    assert whole.area == pytest.approx(shapely.make_valid(bow).area, rel=1e-3)
    assert layer.spec.origin is not None
    assert layer.spec.origin.repaired == 1


# ----------------------------------------------------------------------------------------------
# Red List, KBA
# ----------------------------------------------------------------------------------------------


def test_the_red_list_is_filtered_by_taxon_and_code_and_dissolved(tmp_path: Path) -> None:
    def shift(x: float) -> shapely.Geometry:
        return shapely.transform(BOX, lambda xy: xy + np.array([x, 0.0]))

    rows = [
        (lf.red_list(), BOX),
        (lf.red_list(seasonal=3), shift(0.5)),
        (lf.red_list(presence=5), shift(5)),
        (lf.red_list(origin=3), shift(6)),
        (lf.red_list("Lepus europaeus"), shift(1)),
        (lf.red_list("Ursus arctos"), shift(1)),
        (lf.red_list("Panthera pardus", subspecies="fusca"), shift(1)),
        (lf.red_list("Panthera pardus"), shapely.box(55, 20, 80, 38)),
    ]
    layer = added(lf.write(tmp_path / "r.gpkg", rows), "iucn")
    receptors = layer.receptors()
    saiga = [item for item in receptors.values() if item.species_id == "saiga"]
    assert [item.id for item in saiga] == ["saiga-1"]
    assert saiga[0].states == ("KAZ",)
    whole = layer.wholes()[list(receptors).index("saiga-1")]
    assert whole.equals(shapely.box(67, 47, 68.5, 48))
    leopard = [item for item in receptors.values() if item.species_id == "persian_leopard"]
    assert leopard
    assert all(item.attributes["parent_species"] == "yes" for item in leopard)
    # The border of India is met, its land is not: the range ends there.
    ground = shapely.union_all(
        [g for g, r in zip(layer.wholes(), receptors.values(), strict=True) if r in leopard]
    )
    assert not ground.intersects(shapely.Point(75, 28))
    assert any("Persian leopard" in limit.en for limit in layer.spec.limits)
    assert layer.spec.species == layer.spec.replaces == ("persian_leopard", "saiga")
    assert layer.left_out()["another species or subspecies"] == 3
    assert sum("presence" in reason for reason in layer.left_out()) == 1


def test_the_older_name_of_the_species_column_in_capitals(tmp_path: Path) -> None:
    row = {k.upper(): v for k, v in lf.red_list("SAIGA TATARICA").items()}
    row["BINOMIAL"] = row.pop("SCI_NAME")
    layer = added(lf.write(tmp_path / "r.gpkg", [(row, BOX)]), "iucn")
    assert layer.store.by_species == {"saiga": 1}


def test_codes_of_the_red_list_can_be_chosen(tmp_path: Path) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text("red_list: {presence: [5]}\n")
    path = lf.write(tmp_path / "r.gpkg", [(lf.red_list(presence=5), BOX), (lf.red_list(), BOX)])
    layer = added(path, "iucn", "--mapping", mapping)
    assert layer.left_out() == {"presence not one of 5": 1}
    assert layer.spec.origin is not None
    assert layer.spec.origin.settings[0].startswith("presence 5; ")


def test_kba_polygons_and_points_of_two_files(tmp_path: Path) -> None:
    polygons = lf.write(tmp_path / "KBAsGlobal_POL.shp", [(lf.kba(1), BOX)])
    older = {("SitArea" if k == "SitAreaKM2" else k): v for k, v in lf.kba(2).items()}
    points = lf.write(tmp_path / "KBAsGlobal_PNT.shp", [(older, shapely.Point(70, 50))])
    layer = added([polygons, points], "kba")
    assert [g.geom_type for g in layer.wholes()] == ["Polygon", "Polygon"]
    assert layer.receptors()["1"].name.ru == "Озеро 1"
    assert len(layer.spec.origin.files) == 2  # type: ignore[union-attr]


# ----------------------------------------------------------------------------------------------
# Lines
# ----------------------------------------------------------------------------------------------


def test_raw_openstreetmap_data(tmp_path: Path) -> None:
    layer = added(lf.osm(tmp_path / "x.osm"), "osm")
    receptors = layer.receptors()
    assert set(receptors) == {"10", "11", "13"}
    assert receptors["10"].attributes == {
        "kind": "railway",
        "class": "rail",
        "line": "Шалкар — Бейнеу",
    }
    assert receptors["10"].name.ru == "Шалкар — Бейнеу"
    assert {g.geom_type for g in layer.wholes()} == {"LineString"}
    assert layer.left_out() == {"a fence shorter than 1000 m": 1}


def test_a_pbf_extract(tmp_path: Path) -> None:
    osmium = pytest.importorskip("osmium", reason="makes the fixture only")
    path = tmp_path / "x.osm.pbf"
    writer = osmium.SimpleWriter(str(path))
    for item in osmium.FileProcessor(str(lf.osm(tmp_path / "x.osm"))):
        writer.add(item)
    writer.close()
    assert set(added(path, "osm").receptors()) == {"10", "11", "13"}


def test_geofabrik_archives_give_roads_and_railways_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "free"
    folder.mkdir()
    line = shapely.LineString([(60, 45), (61, 46)])
    for theme, fclass, shape in (
        ("roads", "primary", line), ("roads", "footway", line), ("railways", "rail", line),
        ("landuse_a", "forest", BOX), ("waterways", "river", line), ("pois", "hotel", BOX.centroid),
    ):  # fmt: skip
        path = folder / f"gis_osm_{theme}_free_1.shp"
        row = {"osm_id": f"{theme}{fclass}", "code": 1, "fclass": fclass, "name": "x"}
        lf.write(path, [(row, shape)], append=path.exists())
    layer = added(lf.zipped(folder, tmp_path / "kazakhstan-latest-free.shp.zip"), "osm")
    assert {item.attributes["class"] for item in layer.receptors().values()} == {"primary", "rail"}
    assert layer.left_out() == {"a class that is not chosen": 1}


def test_grip_and_gem(tmp_path: Path) -> None:
    line = shapely.LineString([(60, 45), (61, 46)])
    roads = lf.write(tmp_path / "grip.shp", [({"GP_RTP": 1}, line), ({"GP_RTP": 5}, line)])
    assert [r.attributes["class"] for r in added(roads, "grip").receptors().values()] == ["highway"]
    pipes = lf.write(
        tmp_path / "gem.geojson",
        [
            ({"ProjectID": "P1", "PipelineName": "A", "Status": "Operating"}, line),
            ({"ProjectID": "P2", "PipelineName": "B", "Status": "Cancelled"}, line),
            ({"ProjectID": "P3", "PipelineName": "C", "Status": None}, None),
        ],
    )
    layer = added(pipes, "gem")
    assert set(layer.receptors()) == {"P1"}
    assert layer.spec.redistributable
    assert str(layer.spec.receptor_kind) == "barrier"


# ----------------------------------------------------------------------------------------------
# Mapped files
# ----------------------------------------------------------------------------------------------

MAPPING = """
id: my_ranges
title: {en: Ranges of ours, ru: Наши ареалы}
receptor_kind: species_range
species_column: animal
species_names: {"сайгак обыкновенный": saiga}
filters:
  - {column: status, keep: [present]}
positional_accuracy_m: 500
confidence: high
licence: {name: CC-BY-4.0, title: CC BY 4.0, path: "https://creativecommons.org/licenses/by/4.0/"}
redistributable: true
citation: Ours 2026
limits:
  - {en: Rough., ru: Приблизительно.}
"""


def test_a_generic_file_by_its_mapping(tmp_path: Path) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    rows = [
        ({"animal": "Сайгак обыкновенный", "status": "present"}, BOX),
        ({"animal": "Kulan", "status": "present"}, BOX),
        ({"animal": "Equus hemionus kulan", "status": "present"}, shapely.box(60, 45, 61, 46)),
        ({"animal": "saiga", "status": "gone"}, shapely.box(70, 48, 71, 49)),
    ]
    path = lf.write(tmp_path / "x.gpkg", rows)
    layer = added(path, "generic", "--mapping", mapping, name="my_ranges")
    assert layer.store.by_species == {"asiatic_wild_ass": 1, "saiga": 1}
    assert layer.left_out() == {"another species": 1, "filter on status": 1}
    spec = layer.spec
    assert (spec.title.ru, spec.citation, spec.positional_accuracy_m) == (
        "Наши ареалы", "Ours 2026", 500,
    )  # fmt: skip
    assert spec.redistributable
    assert spec.coverage.bbox == (60.0, 45.0, 68.0, 48.0)
    assert "KAZ" in spec.coverage.states


def test_a_wrong_mapping_names_file_line_and_column(tmp_path: Path) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text("receptor_kind: corridoor\nspeces: saiga\ntracks: {cell_m: small}\n")
    said = refused(
        lf.write(tmp_path / "x.gpkg", [({"a": 1}, BOX)]), "generic", "--mapping", mapping
    )
    assert f"{mapping}:1:16: receptor_kind: 'corridoor'" in said
    assert "did you mean corridor?" in said
    assert f"{mapping}:2:9: speces: unknown field (did you mean species?)" in said
    assert f"{mapping}:3:18: tracks.cell_m" in said


def test_what_a_mapping_must_say(tmp_path: Path) -> None:
    path = lf.write(tmp_path / "x.gpkg", [({"a": 1}, BOX)])
    assert "needs --mapping" in refused(path, "generic")
    mapping = tmp_path / "m.yaml"
    mapping.write_text("name_column: nom\nspecies: unicorn\n")
    said = refused(path, "generic", "--mapping", mapping)
    assert "must state receptor_kind" in said
    assert "must state positional_accuracy_m and confidence" in said
    assert "species 'unicorn'" in said
    assert "column nom missing (named in the mapping); it has a" in said


def test_gium_asks_for_the_use_class(tmp_path: Path) -> None:
    path = lf.write(tmp_path / "x.gpkg", [({"corridor": "High"}, BOX)])
    said = refused(path, "gium")
    assert "class_column" in said
    assert "species" in said
    mapping = tmp_path / "m.yaml"
    mapping.write_text("class_column: corridor\nspecies: mongolian_gazelle\n")
    layer = added(path, "gium", "--mapping", mapping)
    (receptor,) = layer.receptors().values()
    assert receptor.attributes["use_class"] == "High"
    assert receptor.species_id == "mongolian_gazelle"
    assert not layer.spec.redistributable


def test_gslep_landscapes_are_the_snow_leopards(tmp_path: Path) -> None:
    layer = added(lf.write(tmp_path / "x.gpkg", [({"Landscape": "Altai"}, BOX)]), "gslep")
    (receptor,) = layer.receptors().values()
    assert (receptor.name.en, receptor.species_id) == ("Altai", "snow_leopard")
    shutil.rmtree(paths.user_layers_dir())
    assert "column name missing" in refused(
        lf.write(tmp_path / "y.gpkg", [({"a": "Altai"}, BOX)]), "gslep"
    )


# ----------------------------------------------------------------------------------------------
# Wrong files
# ----------------------------------------------------------------------------------------------


def test_a_file_without_crs_and_of_the_wrong_type_and_columns_names_all_three(
    tmp_path: Path,
) -> None:
    line = shapely.LineString([(60, 45), (61, 46)])
    path = lf.write(tmp_path / "x.shp", [({"a": 1}, line)], crs=None)
    said = refused(path, "wdpa")
    assert "no coordinate reference system" in said
    assert "it holds lines; --as wdpa takes polygons and points" in said
    assert "columns SITE_ID, SITE_PID" in said


def test_the_crs_may_be_named_in_the_mapping(tmp_path: Path) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text('crs: "EPSG:4326"\n')
    path = lf.write(tmp_path / "x.shp", [(lf.new_wdpa(1), BOX)], crs=None)
    assert added(path, "wdpa", "--mapping", mapping).wholes()[0].equals(BOX)


def test_every_wrong_file_of_several_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 this is no archive")
    text = tmp_path / "notes.gpkg"
    text.write_text("nothing")
    empty = tmp_path / "empty.geojson"
    empty.write_bytes(b"")
    pictures = tmp_path / "pictures.zip"
    with zipfile.ZipFile(pictures, "w") as archive:
        archive.writestr("a.png", b"x")
    said = refused([broken, text, empty, pictures, tmp_path / "gone.shp"], "wdpa")
    assert "broken.zip: the archive is damaged" in said
    assert "notes.gpkg: not a readable vector file" in said
    assert "empty.geojson: the file is empty" in said
    assert "pictures.zip: the archive holds no vector file" in said
    assert "gone.shp: no such file" in said


def test_a_truncated_archive_and_one_that_wants_out(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    lf.write(folder / "w.shp", [(lf.new_wdpa(i), BOX) for i in range(500)])
    whole = lf.zipped(folder, tmp_path / "w.zip")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole.read_bytes()[:-300])
    assert "the archive is damaged" in refused(cut, "wdpa")
    evil = tmp_path / "evil.zip"
    with zipfile.ZipFile(evil, "w") as archive:
        archive.writestr("../../evil.geojson", "{}")
    assert "names a place outside it" in refused(evil, "wdpa")
    assert not (tmp_path.parent / "evil.geojson").exists()


def test_features_of_the_wrong_type_are_each_named(tmp_path: Path) -> None:
    line = shapely.LineString([(60, 45), (61, 46)])
    rows = [(lf.new_wdpa(1), BOX), (lf.new_wdpa(2), line), (lf.new_wdpa(3), line)]
    features = [
        {"type": "Feature", "properties": p, "geometry": json.loads(shapely.to_geojson(g))}
        for p, g in rows
    ]
    path = tmp_path / "x.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    said = refused(path, "wdpa")
    assert "feature 2: is a LineString; --as wdpa takes polygons and points" in said
    assert "feature 3: is a LineString" in said


def test_projected_metres_without_their_crs_are_refused(tmp_path: Path) -> None:
    box = shapely.box(500_000, 5_200_000, 510_000, 5_210_000)
    said = refused(lf.write(tmp_path / "x.gpkg", [(lf.new_wdpa(1), box)]), "wdpa")
    assert "feature 1: its coordinates are no longitude and latitude" in said


def test_a_file_with_nothing_in_the_region_is_refused_with_the_reasons(tmp_path: Path) -> None:
    rows = [(lf.new_wdpa(1), shapely.box(5, 50, 6, 51)), (lf.new_wdpa(2, REALM="Marine"), BOX)]
    said = refused(lf.write(tmp_path / "x.gpkg", rows), "wdpa")
    assert "nothing in it becomes a receptor: 1 outside the region, 1 wholly marine" in said


def test_a_shapefile_without_its_index(tmp_path: Path) -> None:
    path = lf.write(tmp_path / "x.shp", [(lf.new_wdpa(1), BOX)])
    path.with_suffix(".shx").unlink()
    assert "its .shx file is missing" in refused(path, "wdpa")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--name", "My Layer"), "small letters, digits and underscores"),
        (("--name", "species_ranges"), "ships with camiscreen has this name"),
        (("--date", "yesterday"), "is not a date"),
        (("--encoding", "klingon"), "is no code page"),
        (("--mapping", "gone.yaml"), "no such file"),
        (("--accuracy", "0"), "accuracy"),
    ],
)
def test_wrong_arguments(tmp_path: Path, args: tuple[str, str], said: str) -> None:
    path = lf.write(tmp_path / "x.gpkg", [(lf.new_wdpa(1), BOX)])
    assert said in refused(path, "wdpa", *args)


# ----------------------------------------------------------------------------------------------
# Validating
# ----------------------------------------------------------------------------------------------


def test_validate_names_every_problem_by_feature(tmp_path: Path) -> None:
    bow = shapely.Polygon([(67, 47), (68, 48), (68, 47), (67, 48)])
    rows = [(lf.new_wdpa(i), bow) for i in range(1, 41)]
    rows += [(lf.new_wdpa(41, SITE_PID=None), BOX), (lf.new_wdpa(42), None)]
    path = lf.write(tmp_path / "x.gpkg", rows)
    done = run("layers", "validate", path, "--as", "wdpa")
    assert done.returncode == 2
    assert done.stderr.count("invalid geometry, repaired") == 40
    assert "feature 41: no site id" in done.stderr
    assert "feature 42: no geometry" in done.stderr
    assert "42 problems" in done.stderr
    assert not paths.user_layers_dir().exists()
    # Adding the same file names some and says where to find the rest.
    assert "validate names all" in add(path, "wdpa").stderr


def test_validate_is_content_with_a_sound_file_and_layer(tmp_path: Path) -> None:
    path = lf.write(tmp_path / "x.gpkg", [(lf.new_wdpa(1), BOX)])
    done = run("layers", "validate", path, "--as", "wdpa")
    assert (done.returncode, done.stdout) == (0, "No problems.\n")
    added(path, "wdpa")
    assert run("layers", "validate", "wdpa").returncode == 0
    assert run("layers", "validate", "range_states").returncode == 0


def test_validate_finds_a_damaged_layer_and_check_refuses_it(tmp_path: Path) -> None:
    layer = added(lf.write(tmp_path / "x.gpkg", [(lf.new_wdpa(1), BOX)]), "wdpa")
    wholes = layer.layer.folder / "store" / "wholes.wkb"
    data = bytearray(wholes.read_bytes())
    data[-1] ^= 1
    wholes.write_bytes(data)
    done = run("layers", "validate", "wdpa")
    assert done.returncode == 2
    assert "wholes.wkb: does not match its hash" in done.stderr
    route = lf.route(tmp_path / "r.geojson", (66, 47.5), (69, 47.5), kind="road")
    checked = run("check", route, "--format", "json")
    assert checked.returncode == 2
    assert "remove it (camiscreen layers remove wdpa) and add it again" in checked.stderr


def test_validate_a_file_needs_to_know_what_it_is(tmp_path: Path) -> None:
    path = lf.write(tmp_path / "x.gpkg", [(lf.new_wdpa(1), BOX)])
    assert "say what it is with --as" in run("layers", "validate", path).stderr
    done = run("layers", "validate", "range_sates")
    assert done.returncode == 2
    assert "did you mean range_states?" in done.stderr


# ----------------------------------------------------------------------------------------------
# The manifest and the folder
# ----------------------------------------------------------------------------------------------


def test_the_manifest_says_all_that_the_standard_asks(tmp_path: Path) -> None:
    path = lf.write(tmp_path / "w.gpkg", [(lf.new_wdpa(1), BOX)])
    layer = added(path, "wdpa", "--citation", "Ours", "--licence", "by letter of 2026-01-02")
    spec = layer.spec
    assert (spec.access, spec.redistributable) == ("bring_your_own", False)
    assert "no redistribution" in spec.licenses[0].title
    assert spec.licenses[0].title.endswith("by letter of 2026-01-02")
    assert spec.citation == "Ours"
    origin = spec.origin
    assert origin is not None
    assert origin.files[0].name == "w.gpkg"
    assert origin.files[0].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (origin.features_read, origin.receptors) == (1, 1)
    text = (layer.layer.folder / "layer.yaml").read_text(encoding="utf-8")
    again = data_files.build(data_files.read_yaml(layer.layer.folder / "layer.yaml"), LayerSpec)
    assert again == spec
    assert str(tmp_path) not in text


def test_two_additions_of_one_file_have_one_hash(tmp_path: Path) -> None:
    path = lf.many_wdpa(tmp_path / "w.gpkg", 300)
    one = added(path, "wdpa", "--name", "one", name="one")
    two = added(path, "wdpa", "--name", "two", name="two")
    assert one.spec.hash == two.spec.hash


def test_a_layer_is_not_overwritten_unless_asked(tmp_path: Path) -> None:
    first = lf.write(tmp_path / "a.gpkg", [(lf.new_wdpa(1), BOX)])
    second = lf.write(tmp_path / "b.gpkg", [(lf.new_wdpa(2), BOX)])
    added(first, "wdpa")
    done = add(second, "wdpa")
    assert done.returncode == 2
    assert "--replace" in done.stderr
    assert set(Opened("wdpa").receptors()) == {"1"}
    assert set(added(second, "wdpa", "--replace").receptors()) == {"2"}
    # A failed replacement leaves the old one.
    broken = tmp_path / "c.gpkg"
    broken.write_text("x")
    assert add(broken, "wdpa", "--replace").returncode == 2
    assert set(Opened("wdpa").receptors()) == {"2"}
    assert [p.name for p in paths.user_layers_dir().iterdir()] == ["wdpa"]


def test_a_folder_of_a_repository(tmp_path: Path) -> None:
    path = lf.write(tmp_path / "w.gpkg", [(lf.new_wdpa(1), BOX)])
    assert add(path, "wdpa", "--to", tmp_path / "repo").returncode == 0
    assert not paths.user_layers_dir().exists()
    done = run("layers", "list", "--layers", tmp_path / "repo", "--format", "json")
    assert "wdpa" in {layer["id"] for layer in json.loads(done.stdout)["layers"]}
    assert run("layers", "remove", "wdpa", "--layers", tmp_path / "repo").returncode == 0
    assert list((tmp_path / "repo").iterdir()) == []


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    path = lf.write(tmp_path / "w.gpkg", [(lf.new_wdpa(1), BOX)])
    (tmp_path / "file").write_text("in the way")
    done = add(path, "wdpa", "--to", tmp_path / "file" / "layers")
    assert done.returncode == 2
    assert "choose another folder with --to" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_a_broken_off_addition_leaves_no_layer(tmp_path: Path, stop: signal.Signals) -> None:
    path = lf.many_wdpa(tmp_path / "w.gpkg", 6_000, corners=200)
    target = tmp_path / "layers"
    process = subprocess.Popen(
        [sys.executable, "-m", "camiscreen", "layers", "add", str(path), "--as", "wdpa",
         "--to", str(target)],
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not list(target.glob(".wdpa.*/store/tiles.part")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.005)
    os.kill(process.pid, stop)
    _, said = process.communicate(timeout=60)
    if stop is signal.SIGINT:
        assert process.returncode == 130, said
        assert "Traceback" not in said
        assert list(target.iterdir()) == []
    assert catalogue.read_catalogue([target], paths.cache_dir()) == ()
    if stop is signal.SIGKILL:
        (left,) = target.iterdir()
        assert left.name.startswith(".wdpa.")
        # What a crash left a day ago is swept away by the next addition.
        os.utime(left, (0, 0))
    assert added_to(target, tmp_path)
    assert [p.name for p in target.iterdir()] == ["wdpa"]


def added_to(target: Path, tmp_path: Path) -> bool:
    small = lf.write(tmp_path / "small.gpkg", [(lf.new_wdpa(1), BOX)])
    return add(small, "wdpa", "--to", target).returncode == 0


# ----------------------------------------------------------------------------------------------
# Size
# ----------------------------------------------------------------------------------------------

MEASURED = """
import pathlib, re, resource, sys
from camiscreen.cli.main import run
code = run(sys.argv[1:])
if sys.platform == "linux":
    # What getrusage says of a child begins with the peak of the process that started it.
    status = pathlib.Path("/proc/self/status").read_text()
    print(int(re.search(r"VmHWM:\\s*(\\d+) kB", status)[1]) * 1024)
else:
    unit = 1 if sys.platform == "darwin" else 1024
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)
sys.exit(code)
"""


def peak_bytes(path: Path, *args: str) -> int:
    """Peak resident memory of adding a file."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, "layers", "add", str(path), "--as", "wdpa", *args],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return int(done.stdout.splitlines()[-1])


@pytest.mark.skipif(sys.platform == "win32", reason="resource")
def test_3000_polygons_are_compiled_in_little_memory(tmp_path: Path) -> None:
    path = lf.many_wdpa(tmp_path / "w.gpkg", 3_000)
    assert peak_bytes(path) < 1_000_000_000
    layer = Opened("wdpa")
    assert len(layer.store.receptors) == 3_000
    assert layer.spec.origin is not None
    assert layer.spec.origin.repaired == 60
    tiles, owners = layer.store.within(np.array([[-180.0, -90.0, 180.0, 90.0]]))
    areas = np.bincount(owners, weights=shapely.area(tiles), minlength=3_000)
    assert areas == pytest.approx(shapely.area(layer.wholes()), rel=1e-9)


@pytest.mark.long
def test_300000_polygons_are_compiled_within_4_gb(tmp_path: Path) -> None:
    path = lf.many_wdpa(tmp_path / "w.gpkg", 300_000)
    assert peak_bytes(path) < 4_000_000_000
    layer = Opened("wdpa")
    assert len(layer.store.receptors) == 300_000
    assert store.damaged_files(layer.layer.folder / "store") == []
