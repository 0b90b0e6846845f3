"""Vector files of every kind -> features; the only user of fiona and pyogrio.

GeoJSON, KML and GPX go to ``geojson``, ``kml`` and ``gpx``, which need neither. fiona reads the
rest; where it is not installed (it has no wheel for Python 3.14) pyogrio does. All of them are
imported only when they are needed: a run that reads GeoJSON saves 8 ms, beside the libraries. What
a project is made of is not known here.
"""

import hashlib
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import shapely
from shapely.geometry.base import BaseGeometry

from camiscreen.model import message
from camiscreen.reading.geojson import (
    GEOMETRY_TYPES,
    Feature,
    VectorFileError,
    VectorLayer,
    geometry_of,
    read_geojson,
)

FORMATS = "GeoJSON, GeoPackage, Shapefile, KML, KMZ, GPX or FlatGeobuf"

GEOJSON_SUFFIXES = frozenset({".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson"})

Row: TypeAlias = tuple[Mapping[str, Any], BaseGeometry | None]
"""Properties and geometry of one feature as a reader yields it."""


def sha256_of(path: Path) -> str:
    """Hash of a file's bytes.

    For a shapefile, of those of its .shp, .dbf, .shx, .prj and .cpg, as far as they exist, in
    this order.
    """
    digest = hashlib.sha256()
    for part in files_of(path):
        digest.update(part.read_bytes())
    return digest.hexdigest()


def files_of(path: Path) -> list[Path]:
    """The files that a vector file consists of: of a shapefile all its parts."""
    if path.suffix.lower() != ".shp":
        return [path]
    from camiscreen.reading import shapefiles

    return list(shapefiles.parts_of(path).values())


def read_vector_file(path: Path, layer: str | None = None) -> VectorLayer:
    """The features of one layer; ``layer`` may be left out where there is only one.

    Raises VectorFileError, whose message says what is wrong but not with which file.
    """
    _check_readable(path)
    suffix = path.suffix.lower()
    if suffix in GEOJSON_SUFFIXES or (not suffix and _starts_like_json(path)):
        _one_of([path.stem], layer)
        return read_geojson(path.read_bytes())
    if suffix in {".zip", ".kmz"}:
        return _read_archive(path, layer)
    if suffix == ".kml":
        from camiscreen.reading.kml import read_kml

        return read_kml(path, lambda names: _one_of(names, layer))
    if suffix == ".gpx":
        from camiscreen.reading.gpx import read_gpx

        return read_gpx(path, layer)
    return _read(path, layer)


def is_walked(path: Path) -> bool:
    """Whether a file can be read feature by feature; the others are read as a whole."""
    suffix = path.suffix.lower()
    whole = GEOJSON_SUFFIXES | {".zip", ".kmz", ".kml", ".gpx", ""}
    return suffix not in whole


def walk(
    path: Path, layer: str | None = None, only: int | None = None
) -> Iterator[tuple[VectorLayer, Feature]]:
    """The features of one layer, or that of number ``only``, each with its empty layer.

    For files that ``is_walked``. Raises VectorFileError, whose message does not name the file.
    """
    _check_readable(path)
    reader = _reader()
    from camiscreen.reading.gdal_remarks import quiet

    with quiet():
        chosen, encoding = _chosen(reader, path, layer)
    head: VectorLayer | None = None
    for number, (crs, (properties, geometry)) in reader.walk(path, chosen, encoding, only):
        head = head or _layer(path, chosen, crs, encoding)
        yield (
            head,
            Feature(number=number, id=None, properties=properties, geometry=geometry),
        )


def _check_readable(path: Path) -> None:
    """Raise VectorFileError for what is no file with content, OSError for what is barred."""
    if path.is_dir():
        raise VectorFileError(f"a folder; give a file in it: {FORMATS}")
    if not path.exists():
        raise VectorFileError("no such file; check the path and the spelling")
    if not path.is_file():
        raise VectorFileError("not a regular file; save it as a file, or pipe GeoJSON to -")
    if path.stat().st_size == 0:
        raise VectorFileError("the file is empty")
    for part in files_of(path):
        # GDAL would say that it is no vector file, or do without the part.
        with part.open("rb"):
            pass


def _read_archive(path: Path, layer: str | None) -> VectorLayer:
    """The vector file that an archive holds; its name there is part of the layer's name."""
    import tempfile

    from camiscreen.reading.archives import extracted

    with tempfile.TemporaryDirectory(prefix="camiscreen-") as folder:
        member = extracted(path, Path(folder), layer)
        read = read_vector_file(member.path, None if member.chosen else layer)
    notes = read.notes
    if member.others and path.suffix.lower() == ".kmz":
        listed = ", ".join(member.others)
        notes = (message("note.kmz_others", document=member.name, others=listed), *notes)
    names = [member.name] if member.others else []
    return replace(read, name=" / ".join([*names, *filter(None, [read.name])]) or None, notes=notes)


def _starts_like_json(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def _one_of(names: list[str], wanted: str | None, empty: Sequence[str] = ()) -> str:
    listed = ", ".join(names)
    if wanted in empty:
        others = f"; there is {listed}" if names else "; export it with its features"
        raise VectorFileError(f"layer {wanted} has no features{others}")
    if not names:
        raise VectorFileError("the file holds no features")
    if wanted is not None and wanted not in names:
        raise VectorFileError(f"no layer named {wanted}; there is {listed}")
    if wanted is None and len(names) > 1:
        raise VectorFileError(f"several layers: {listed}; choose one with --layer")
    return wanted or names[0]


def _read(path: Path, layer: str | None) -> VectorLayer:
    from camiscreen.reading.gdal_remarks import quiet

    with quiet():
        reader = _reader()
        chosen, encoding = _chosen(reader, path, layer)
        crs, rows = reader.read(path, chosen, encoding)
    features = tuple(
        Feature(number=number, id=None, properties=properties, geometry=geometry)
        for number, (properties, geometry) in enumerate(rows, start=1)
    )
    return replace(_layer(path, chosen, crs, encoding), features=features)


def _chosen(reader: "Reader", path: Path, layer: str | None) -> tuple[str, str | None]:
    """The layer to read, and the encoding of its text where the file does not say."""
    is_shapefile = path.suffix.lower() == ".shp"
    if is_shapefile and not any(p.suffix.lower() == ".shx" for p in files_of(path)):
        raise VectorFileError("its .shx file is missing; keep all parts of a shapefile together")
    from camiscreen.reading import shapefiles

    counts = reader.layers(path)
    names = [name for name, count in counts.items() if count]
    chosen = _one_of(names, layer, [name for name, count in counts.items() if not count])
    return chosen, shapefiles.assumed_encoding(path) if is_shapefile else None


def _layer(path: Path, chosen: str, crs: str, encoding: str | None) -> VectorLayer:
    """A layer as yet without features."""
    return VectorLayer(
        name=None if chosen == path.stem else chosen,
        crs=crs or None,
        features=(),
        notes=(message("note.encoding_assumed", encoding=encoding),) if encoding else (),
        prj=path.suffix.lower() == ".shp",
    )


# ----------------------------------------------------------------------------------------------
# The two libraries
# ----------------------------------------------------------------------------------------------


class Reader(Protocol):
    """What a library has to offer; both raise VectorFileError."""

    def layers(self, path: Path) -> dict[str, int]:
        """Names of the layers that have geometry, and how many features each has."""

    def read(self, path: Path, layer: str, encoding: str | None = None) -> tuple[str, list[Row]]:
        """CRS, empty if unknown, and the features of one layer, in two dimensions."""

    def walk(
        self, path: Path, layer: str, encoding: str | None, only: int | None
    ) -> Iterator[tuple[int, tuple[str, Row]]]:
        """Number from 1, CRS and feature, one after the other; with ``only`` that one alone."""

    def gdal_version(self) -> str:
        """Version of the GDAL that the library brings."""


def _reader() -> Reader:
    try:
        import fiona  # noqa: F401 - found out here, used in the reader
    except ImportError:
        return PyogrioReader()
    return FionaReader()


def gdal_version() -> str:
    """Version of the GDAL that files are read with."""
    return _reader().gdal_version()


_SAYS_NOTHING = re.compile(
    r"Failed to open dataset|not recognized as being in a supported file format|^$"
)
"""Words of the libraries for a file that is none, with flags and drivers that are theirs alone."""


def _failed(error: Exception) -> VectorFileError:
    """What is wrong with a file, by the library's error or, where that says nothing, its cause."""
    for one in (error, error.__cause__):
        reason = " ".join(str(one or "").split())
        reason = re.sub(r"^sqlite3_\w+\(.*\) failed: ", "", reason)
        if not _SAYS_NOTHING.search(reason):
            return VectorFileError(f"not a vector file ({reason}); give {FORMATS}")
    return VectorFileError(f"not a vector file; give {FORMATS}")


class FionaReader:
    """Reads through fiona, which knows no pandas."""

    def layers(self, path: Path) -> dict[str, int]:
        """Names of the layers that have geometry, and how many features each has."""
        import fiona

        found = {}
        try:
            for name in fiona.listlayers(path):
                with self._open(path, name) as source:
                    if source.schema["geometry"] != "None":
                        found[name] = self._count(source)
        # Which of its own, GDAL's and Python's errors fiona raises depends on the driver.
        except Exception as error:
            raise _failed(error) from error
        return found

    def read(self, path: Path, layer: str, encoding: str | None = None) -> tuple[str, list[Row]]:
        """CRS, empty if unknown, and the features of one layer, in two dimensions."""
        from camiscreen.reading.completeness import check_complete
        from camiscreen.reading.gdal_remarks import quiet

        rows: list[Row] = []
        with quiet() as errors:
            try:
                with self._open(path, layer, encoding) as source:
                    crs, expected = str(source.crs_wkt or ""), self._count(source)
                    errors.clear()
                    for record in source:
                        member = record.geometry and record.geometry.__geo_interface__
                        rows.append((dict(record.properties), geometry_of(member)))
            except Exception as error:
                raise VectorFileError(f"feature {len(rows) + 1}: {error}") from error
        check_complete(path, layer, [g for _, g in rows], expected=expected, errors=errors)
        return crs, rows

    def walk(
        self, path: Path, layer: str, encoding: str | None, only: int | None
    ) -> Iterator[tuple[int, tuple[str, Row]]]:
        """Number from 1, CRS and feature, one after the other; with ``only`` that one alone."""
        from camiscreen.reading.completeness import damaged
        from camiscreen.reading.gdal_remarks import quiet

        number = (only or 1) - 1
        with quiet() as errors, self._open(path, layer, encoding) as source:
            crs, expected = str(source.crs_wkt or ""), self._count(source)
            errors.clear()
            records = iter(source) if only is None else source.filter(only - 1, only)
            while True:
                try:
                    record = next(records, None)
                    if record is None:
                        break
                    number += 1
                    member = record.geometry and record.geometry.__geo_interface__
                    row = (dict(record.properties), geometry_of(member))
                except Exception as error:
                    raise VectorFileError(f"feature {number}: {error}") from error
                yield number, (crs, row)
        if only is None and (errors or number < expected):
            raise damaged(number, expected, "; ".join(errors[:1]))

    def gdal_version(self) -> str:
        """Version of the GDAL that fiona brings."""
        import fiona

        return str(fiona.__gdal_version__)

    def _count(self, source: Any) -> int:
        """How many features the header promises; where the format has none, how many there are."""
        try:
            return len(source)
        except TypeError:
            return sum(1 for _ in source)

    def _open(self, path: Path, layer: str, encoding: str | None = None) -> Any:
        import fiona

        # KML can be read without being on fiona's list of drivers that it vouches for.
        return fiona.open(path, layer=layer, encoding=encoding, allow_unsupported_drivers=True)


class PyogrioReader:
    """Reads through pyogrio, which imports pandas where that is installed."""

    def layers(self, path: Path) -> dict[str, int]:
        """Names of the layers that have geometry, and how many features each has."""
        import pyogrio

        try:
            return {
                str(name): self._count(path, name)
                for name, kind in pyogrio.list_layers(path)
                if kind is not None
            }
        except Exception as error:
            raise _failed(error) from error

    def read(self, path: Path, layer: str, encoding: str | None = None) -> tuple[str, list[Row]]:
        """CRS, empty if unknown, and the features of one layer, in two dimensions."""
        import pyogrio

        from camiscreen.reading.completeness import check_complete, damaged

        expected = self._count(path, layer)
        try:
            meta, wkb, columns = self._columns(path, layer, encoding)
            geometries = shapely.force_2d(shapely.from_wkb(wkb))
        except pyogrio.errors.FeatureError as error:
            raise damaged(self._readable(path, layer, expected), expected, str(error)) from error
        except Exception as error:
            raise _failed(error) from error
        rows: list[Row] = []
        for number, geometry in enumerate(geometries):
            if geometry is not None and geometry.geom_type not in GEOMETRY_TYPES:
                raise VectorFileError(
                    f"feature {number + 1}: geometry type {geometry.geom_type!r} cannot be read; "
                    "convert it to lines or polygons"
                )
            values = (_plain(column[number]) for column in columns)
            rows.append((dict(zip(meta["fields"], values, strict=True)), geometry))
        check_complete(path, layer, [g for _, g in rows], expected=expected, errors=[])
        return str(meta["crs"] or ""), rows

    def walk(
        self, path: Path, layer: str, encoding: str | None, only: int | None
    ) -> Iterator[tuple[int, tuple[str, Row]]]:
        """Number from 1, CRS and feature, one after the other; with ``only`` that one alone."""
        numbers = range(1, self._count(path, layer) + 1) if only is None else (only,)
        for number in numbers:
            try:
                meta, wkb, columns = self._columns(path, layer, encoding, only=number)
                geometries = shapely.force_2d(shapely.from_wkb(wkb))
            # Which of its own and GDAL's errors pyogrio raises depends on the driver.
            except Exception as error:
                raise VectorFileError(f"feature {number}: {error}") from error
            for row, geometry in enumerate(geometries):
                values = (_plain(column[row]) for column in columns)
                properties = dict(zip(meta["fields"], values, strict=True))
                yield number, (str(meta["crs"] or ""), (properties, geometry))

    def gdal_version(self) -> str:
        """Version of the GDAL that pyogrio brings."""
        import pyogrio

        return str(pyogrio.__gdal_version_string__)

    def _count(self, path: Path, layer: str) -> int:
        import pyogrio

        return int(pyogrio.read_info(path, layer=layer, force_feature_count=True)["features"])

    def _readable(self, path: Path, layer: str, expected: int) -> int:
        """How many features can be read before the first that cannot."""
        import pyogrio.raw

        low, high = 0, expected
        while high - low > 1:
            middle = (low + high) // 2
            try:
                pyogrio.raw.read(path, layer=layer, columns=[], max_features=middle)
                low = middle
            except pyogrio.errors.FeatureError:
                high = middle
        return low

    def _columns(
        self, path: Path, layer: str, encoding: str | None, *, only: int | None = None
    ) -> tuple[Any, Any, Any]:
        import pyogrio.raw

        part = {} if only is None else {"skip_features": only - 1, "max_features": 1}
        try:
            meta, _, wkb, columns = pyogrio.raw.read(path, layer=layer, encoding=encoding, **part)
        except UnicodeDecodeError:
            # Latin-1 decodes everything: a garbled name is better than no project.
            encoding = "ISO-8859-1"
            meta, _, wkb, columns = pyogrio.raw.read(path, layer=layer, encoding=encoding, **part)
        return meta, wkb, columns


def _plain(value: Any) -> Any:
    """A value of a numpy column as Python has it; a number that is missing is None, not NaN."""
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and math.isnan(value) else value
