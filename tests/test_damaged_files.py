"""A file of which only a part can be read is refused; nothing of it drops out in silence."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from camiscreen.reading import vector_files
from camiscreen.reading.geojson import VectorFileError
from camiscreen.reading.vector_files import FionaReader, PyogrioReader, Reader, read_vector_file

fiona = pytest.importorskip("fiona")

COUNT = 60
DRIVERS = {".shp": "ESRI Shapefile", ".fgb": "FlatGeobuf", ".gpkg": "GPKG"}


def written(path: Path, empty: tuple[int, ...] = ()) -> Path:
    """Sixty short lines, those in ``empty`` without geometry."""
    schema = {"geometry": "LineString", "properties": {"highway": "str"}}
    driver = DRIVERS[path.suffix]
    with fiona.open(path, "w", driver=driver, crs="EPSG:4326", schema=schema) as sink:
        for i in range(COUNT):
            x = 60 + i / 10
            line = {"type": "LineString", "coordinates": [(x, 45), (x + 0.1, 45), (x, 45.1)]}
            geometry = None if i in empty else line
            sink.write({"type": "Feature", "geometry": geometry, "properties": {"highway": "x"}})
    return path


def cut(path: Path, share: float = 0.6) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])


def overwritten(path: Path, at: int, data: bytes) -> None:
    content = bytearray(path.read_bytes())
    content[at : at + len(data)] = data
    path.write_bytes(content)


def cut_fgb(folder: Path) -> Path:
    file = written(folder / "cut.fgb")
    cut(file)
    return file


def spoilt_fgb(folder: Path) -> Path:
    file = written(folder / "spoilt.fgb")
    overwritten(file, file.stat().st_size // 2, b"\xff" * 300)
    return file


def cut_shp(folder: Path) -> Path:
    file = written(folder / "cut.shp")
    cut(file)
    return file


def spoilt_shp(folder: Path) -> Path:
    file = written(folder / "spoilt.shp")
    start = 2 * int.from_bytes(file.with_suffix(".shx").read_bytes()[124:128], "big")
    overwritten(file, start + 8 + 36, b"\xff" * 8)  # the counts of parts and points
    return file


def cut_dbf(folder: Path) -> Path:
    file = written(folder / "table.shp")
    cut(file.with_suffix(".dbf"))
    return file


def dbf_of_another_version(folder: Path) -> Path:
    file = written(folder / "older.shp")
    table = file.with_suffix(".dbf")
    overwritten(table, 4, (40).to_bytes(4, "little"))
    return file


def shx_of_another_version(folder: Path) -> Path:
    file = written(folder / "index.shp")
    index = file.with_suffix(".shx")
    index.write_bytes(index.read_bytes()[: 100 + 8 * 40])
    overwritten(index, 24, (50 + 4 * 40).to_bytes(4, "big"))
    return file


def spoilt_gpkg(folder: Path) -> Path:
    file = written(folder / "spoilt.gpkg", empty=(7,))
    with closing(sqlite3.connect(file)) as database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE spoilt SET geom = substr(geom, 1, 70) WHERE fid = 5")
        database.commit()
    return file


@pytest.fixture(params=[FionaReader, PyogrioReader])
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """Each of the two libraries in turn."""
    if request.param is PyogrioReader:
        pytest.importorskip("pyogrio")
    monkeypatch.setattr(vector_files, "_reader", request.param)
    return request.param()


@pytest.mark.parametrize(
    ("make", "readable"),
    [
        (cut_fgb, range(1, COUNT)),
        (cut_shp, [35]),
        (spoilt_shp, [59]),
        (cut_dbf, range(1, COUNT)),
        (dbf_of_another_version, [40]),
        (shx_of_another_version, [40]),
        (spoilt_gpkg, [59]),
    ],
)
def test_a_damaged_file_is_refused_with_its_counts(
    tmp_path: Path, reader: Reader, make: Callable[[Path], Path], readable: list[int]
) -> None:
    with pytest.raises(VectorFileError, match=r"damaged: \d+ of 60 features") as caught:
        read_vector_file(make(tmp_path))
    assert int(str(caught.value).split()[1]) in readable


def test_a_spoilt_feature_is_refused(tmp_path: Path, reader: Reader) -> None:
    with pytest.raises(VectorFileError, match=r"damaged: |not a number"):
        read_vector_file(spoilt_fgb(tmp_path))


def test_a_damaged_layer_beside_a_good_one_does_not_drop_out(
    tmp_path: Path, reader: Reader
) -> None:
    file = spoilt_gpkg(tmp_path)
    with closing(sqlite3.connect(file)) as database:
        database.execute("UPDATE spoilt SET geom = substr(geom, 1, 70)")
        database.commit()
    assert reader.layers(file) == {"spoilt": COUNT}


@pytest.mark.parametrize("suffix", [".shp", ".gpkg"])
def test_a_geometry_that_is_meant_to_be_missing_is_none(
    tmp_path: Path, reader: Reader, suffix: str
) -> None:
    features = read_vector_file(written(tmp_path / f"some{suffix}", empty=(3, 9))).features
    assert [f.number for f in features if f.geometry is None] == [4, 10]


def test_a_deleted_record_of_a_shapefile_is_no_damage(tmp_path: Path, reader: Reader) -> None:
    file = written(tmp_path / "deleted.shp", empty=(9,))
    table = file.with_suffix(".dbf")
    header, size = (int.from_bytes(table.read_bytes()[i : i + 2], "little") for i in (8, 10))
    overwritten(table, header + 5 * size, b"*")
    features = read_vector_file(file).features
    assert len(features) == COUNT - 1
    assert [f.number for f in features if f.geometry is None] == [9]


def test_a_shapefile_without_its_table_is_read(tmp_path: Path, reader: Reader) -> None:
    file = written(tmp_path / "bare.shp")
    file.with_suffix(".dbf").unlink()
    assert len(read_vector_file(file).features) == COUNT
