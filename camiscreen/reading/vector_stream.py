"""Large vector files in batches, for adding layers; uses pyogrio, which reads whole columns.

A file may hold several datasets: the parts of a zipped download, the layers of a GeoPackage, the
classes of an OpenStreetMap extract. They are named here and read feature by feature elsewhere.
Projects are read by ``vector_files``; nothing here is on the path of ``check``.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from camiscreen.reading.archives import unpack
from camiscreen.reading.geojson import VectorFileError
from camiscreen.values import dataclass

BATCH = 10_000
"""Features held at a time: of the size of real protected areas they take about 100 MB.

Fewer would save memory, but a GeoPackage is walked from its start for every batch.
"""

SUFFIXES = frozenset({".shp", ".gpkg", ".geojson", ".geojsonl", ".fgb", ".kml", ".osm", ".pbf"})
FORMATS = "Shapefile, GeoPackage, File Geodatabase, GeoJSON, FlatGeobuf, KML, .osm or .osm.pbf"
OSM_SUFFIXES = frozenset({".osm", ".pbf"})

Objects: TypeAlias = NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One layer of one file. ``name`` is how messages call it; ``geometry`` GDAL's type word."""

    path: Path
    layer: str
    name: str
    crs: str | None
    fields: tuple[str, ...]
    geometry: str
    features: int

    @property
    def is_osm(self) -> bool:
        """True for raw OpenStreetMap data, which GDAL cuts into layers by geometry."""
        return self.path.suffix.lower() in OSM_SUFFIXES


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """Features of one dataset: their numbers from 1, columns by lower-case name, geometries.

    All arrays have one row a feature; a geometry that is missing is None.
    """

    dataset: str
    numbers: NDArray[np.int64]
    columns: Mapping[str, Objects]
    geometry: Objects

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, rows: NDArray[Any]) -> "Batch":
        """Some rows, by mask or by number."""
        return Batch(
            dataset=self.dataset,
            numbers=self.numbers[rows],
            columns={name: column[rows] for name, column in self.columns.items()},
            geometry=self.geometry[rows],
        )

    def with_geometry(self, geometry: Objects) -> "Batch":
        """The same features with other geometries."""
        return Batch(
            dataset=self.dataset, numbers=self.numbers, columns=self.columns, geometry=geometry
        )


def datasets(path: Path, folder: Path) -> list[Dataset]:
    """What a file holds; archives are unpacked into ``folder``, which the caller removes.

    Raises VectorFileError, whose message does not name the file.
    """
    if not path.exists():
        raise VectorFileError("no such file")
    if path.is_file() and path.stat().st_size == 0:
        raise VectorFileError("the file is empty")
    if path.suffix.lower() in {".zip", ".kmz"}:
        unpack(path, folder)
        members = sorted(_members(folder))
        if not members:
            raise VectorFileError(f"the archive holds no vector file; it takes {FORMATS}")
        return [found for member in members for found in _datasets(member, member.name)]
    if path.is_dir() and path.suffix.lower() != ".gdb":
        raise VectorFileError(f"a folder; give a file: {FORMATS}")
    return _datasets(path, "")


def _members(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        inside_gdb = any(parent.suffix.lower() == ".gdb" for parent in path.parents)
        if not inside_gdb and (path.suffix.lower() in SUFFIXES or path.suffix.lower() == ".gdb"):
            yield path


def _datasets(path: Path, prefix: str) -> list[Dataset]:
    import pyogrio

    if path.suffix.lower() == ".shp" and not _has_beside(path, ".shx"):
        raise VectorFileError("its .shx file is missing; keep all parts of a shapefile together")
    found = []
    try:
        for layer, geometry in pyogrio.list_layers(path):
            if geometry is None:
                continue
            # Counting the features of raw OpenStreetMap data means reading all of it.
            counted = path.suffix.lower() not in OSM_SUFFIXES
            info = pyogrio.read_info(path, layer=layer, force_feature_count=counted)
            name = " ".join(word for word in (prefix, "" if layer == path.stem else layer) if word)
            found.append(
                Dataset(
                    path=path,
                    layer=str(layer),
                    name=name,
                    crs=str(info["crs"]) if info["crs"] else None,
                    fields=tuple(str(field) for field in info["fields"]),
                    geometry=str(geometry),
                    features=max(0, int(info["features"])) if counted else 0,
                )
            )
    # Which of its own and GDAL's errors pyogrio raises depends on the driver.
    except Exception as error:
        raise _failed(error, prefix) from error
    if not found:
        raise VectorFileError(f"{prefix}: no layer with geometry in it".removeprefix(": "))
    return found


def _has_beside(path: Path, suffix: str) -> bool:
    return any(p.suffix.lower() == suffix and p.stem == path.stem for p in path.parent.iterdir())


def _failed(error: Exception, prefix: str) -> VectorFileError:
    reason = " ".join(str(error).split()) or type(error).__name__
    text = f"{prefix}: not a readable vector file ({reason}); give {FORMATS}"
    return VectorFileError(text.removeprefix(": "))


def batches(
    dataset: Dataset, *, where: str | None = None, encoding: str | None = None
) -> Iterator[Batch]:
    """The features of a dataset in the order of the file, some thousand at a time.

    ``where`` is an OGR SQL condition, ``encoding`` that of the text columns where the file does
    not say. Raises VectorFileError, which names the dataset, where the file breaks off.
    """
    if dataset.is_osm:
        # GDAL reads this format from front to back only: one pass, filtered while reading.
        yield from _cut(_read(dataset, where=where, encoding=encoding))
        return
    encoding = encoding or _guessed_encoding(dataset)
    for first in range(0, dataset.features, BATCH):
        yield _read(dataset, where=where, encoding=encoding, first=first, most=BATCH)


def _cut(whole: Batch) -> Iterator[Batch]:
    for first in range(0, len(whole), BATCH):
        yield whole.take(np.arange(first, min(first + BATCH, len(whole))))


def _read(
    dataset: Dataset,
    *,
    where: str | None,
    encoding: str | None,
    first: int = 0,
    most: int | None = None,
) -> Batch:
    import pyogrio.raw

    try:
        meta, fids, wkb, columns = pyogrio.raw.read(
            dataset.path,
            layer=dataset.layer,
            where=where,
            encoding=encoding,
            skip_features=first,
            max_features=most,
            return_fids=where is not None,
            force_2d=True,
        )
        geometry = np.empty(len(wkb), dtype=object)
        geometry[:] = shapely.from_wkb(wkb)
    except UnicodeDecodeError:
        # Latin-1 decodes everything: a garbled name is better than no layer.
        if encoding == "ISO-8859-1":
            raise
        return _read(dataset, where=where, encoding="ISO-8859-1", first=first, most=most)
    except Exception as error:
        raise _failed(error, dataset.name) from error
    numbers = np.arange(first + 1, first + 1 + len(wkb)) if fids is None else np.asarray(fids)
    return Batch(
        dataset=dataset.name,
        numbers=numbers.astype(np.int64),
        columns={
            str(name).lower(): np.asarray(column, dtype=object)
            for name, column in zip(meta["fields"], columns, strict=True)
        },
        geometry=geometry,
    )


# ----------------------------------------------------------------------------------------------
# Cyrillic shapefiles without a code page
# ----------------------------------------------------------------------------------------------


def _guessed_encoding(dataset: Dataset) -> str | None:
    """``CP1251`` for a shapefile that names no code page and reads as Cyrillic in that one.

    GDAL then takes Latin-1, in which Russian words are strings of accented letters.
    """
    if dataset.path.suffix.lower() != ".shp" or _has_beside(dataset.path, ".cpg"):
        return None
    sample = _read(dataset, where=None, encoding="ISO-8859-1", most=200)
    texts = [v for column in sample.columns.values() for v in column if isinstance(v, str)]
    return "CP1251" if is_cyrillic_in_disguise(texts) else None


def is_cyrillic_in_disguise(texts: Sequence[str]) -> bool:
    """Whether texts read as Latin-1 are Cyrillic of code page 1251.

    In Western languages accented letters are few in a word, here they are nearly all of it.
    """
    letters = [c for text in texts if not text.isascii() for c in text if c.isalpha()]
    high = sum("À" <= c <= "ÿ" for c in letters)
    return bool(letters) and high > 0.7 * len(letters)


# ----------------------------------------------------------------------------------------------
# Writing
# ----------------------------------------------------------------------------------------------


def write_geojson(path: Path, rows: Iterator[tuple[Mapping[str, Any], BaseGeometry]]) -> None:
    """Features with WGS 84 geometries as RFC 7946 text, one a line. Raises OSError."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        for number, (properties, geometry) in enumerate(rows):
            feature = {
                "type": "Feature",
                "properties": dict(properties),
                "geometry": json.loads(shapely.to_geojson(geometry)),
            }
            file.write(",\n" if number else "\n")
            file.write(json.dumps(feature, ensure_ascii=False))
        file.write("\n]}\n")


def write_gpkg(
    path: Path, layer: str, rows: Sequence[tuple[Mapping[str, Any], BaseGeometry]]
) -> None:
    """Features with WGS 84 geometries as one layer of a GeoPackage; all values become text."""
    import pyogrio.raw

    fields = sorted({name for properties, _ in rows for name in properties})
    columns = [
        np.array([_text(properties.get(name)) for properties, _ in rows], dtype=object)
        for name in fields
    ]
    try:
        pyogrio.raw.write(
            path,
            geometry=shapely.to_wkb(np.array([geometry for _, geometry in rows], dtype=object)),
            field_data=columns,
            fields=fields,
            layer=layer,
            driver="GPKG",
            geometry_type="Unknown",
            crs="EPSG:4326",
        )
    except Exception as error:
        raise OSError(None, " ".join(str(error).split()), str(path)) from error


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
