"""Writes GeoPackage files: feature and attribute tables, with Python's own SQLite.

This module's one job. What the tables say is the business of whoever fills them. GDAL would bring
pandas along or refuse measures, and stamps the hour of writing; here the same tables give the same
bytes.

Source: OGC 12-128r17, GeoPackage Encoding Standard 1.3. Coordinates are longitude, latitude on
WGS 84 (EPSG:4326).
"""

import sqlite3
import struct
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Literal, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from camiscreen.values import dataclass

APPLICATION_ID = 0x47504B47
"""``GPKG`` in ASCII, as the standard asks."""
USER_VERSION = 10_300

GEOMETRY_COLUMN = "geom"
SRS_ID = 4326
_LINESTRING_M = 2002
_WGS84_WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,'
    'AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,'
    'AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
    'AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)

_SCHEMA = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""

MeasuredLine: TypeAlias = NDArray[np.float64]
"""(n, 3): longitude, latitude and measure of the vertices of a line."""
Geometry: TypeAlias = BaseGeometry | MeasuredLine | None
Value: TypeAlias = str | int | float | bool | None
Shape: TypeAlias = Literal["POINT", "LINESTRING", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON"]
Kind: TypeAlias = Literal["TEXT", "INTEGER", "REAL", "BOOLEAN"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table; ``kind`` is a data type of the standard."""

    name: str
    kind: Kind = "TEXT"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """A table and its rows.

    ``geometry`` is a type name of the standard, None for attributes alone; ``measured`` tables
    hold lines with a measure. ``geometries`` has one for each row.
    """

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    geometry: Shape | None = None
    measured: bool = False
    geometries: tuple[Geometry, ...] = ()


def geopackage(tables: Sequence[Table], changed_on: str) -> bytes:
    """The bytes of a GeoPackage; ``changed_on`` is a date, YYYY-MM-DD, that its contents carry."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("PRAGMA page_size = 4096")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {USER_VERSION}")
        connection.executescript(_SCHEMA)
        connection.executemany(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)",
            [
                ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", None),
                ("Undefined geographic SRS", 0, "NONE", 0, "undefined", None),
                ("WGS 84 geodetic", SRS_ID, "EPSG", SRS_ID, _WGS84_WKT, None),
            ],
        )
        for table in tables:
            _write(connection, table, f"{changed_on}T00:00:00.000Z")
        connection.commit()
        return connection.serialize()
    finally:
        connection.close()


def _write(connection: sqlite3.Connection, table: Table, changed: str) -> None:
    spatial = table.geometry is not None
    own = [f"{_quoted(column.name)} {column.kind}" for column in table.columns]
    if table.geometry is not None:
        own.insert(0, f"{GEOMETRY_COLUMN} {table.geometry}")
    listed = ", ".join(["fid INTEGER NOT NULL PRIMARY KEY", *own])
    connection.execute(f"CREATE TABLE {_quoted(table.name)} ({listed})")
    connection.execute(
        "INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            table.name,
            "features" if spatial else "attributes",
            table.title,
            table.description,
            changed,
            *_bounds(table.geometries),
            SRS_ID if spatial else None,
        ),
    )
    if spatial:
        connection.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, 0, ?)",
            (table.name, GEOMETRY_COLUMN, table.geometry, SRS_ID, int(table.measured)),
        )
    holes = ", ".join("?" * (1 + len(own)))
    connection.executemany(
        f"INSERT INTO {_quoted(table.name)} VALUES ({holes})", _records(table, spatial)
    )


def _records(table: Table, spatial: bool) -> Iterable[tuple[object, ...]]:
    blobs = [(_blob(geometry),) for geometry in table.geometries] if spatial else []
    for number, row in enumerate(table.rows, start=1):
        yield tuple(chain((number,), blobs[number - 1] if spatial else (), row))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


# ----------------------------------------------------------------------------------------------
# Geometry
# ----------------------------------------------------------------------------------------------


def _blob(geometry: Geometry) -> bytes | None:
    """Header with the bounds, then well-known binary; no geometry is NULL."""
    box = _box(geometry)
    if geometry is None or box is None:
        return None
    if isinstance(geometry, np.ndarray):
        body = struct.pack("<BII", 1, _LINESTRING_M, len(geometry))
        body += np.ascontiguousarray(geometry, dtype="<f8").tobytes()
    else:
        body = shapely.to_wkb(geometry, byte_order=1, output_dimension=2, flavor="iso")
    west, south, east, north = box
    head = struct.pack("<2sBBi4d", b"GP", 0, 0b0000_0011, SRS_ID, west, east, south, north)
    return head + body


def _box(geometry: Geometry) -> tuple[float, float, float, float] | None:
    """West, south, east, north; None for what is not there."""
    if geometry is None:
        return None
    if isinstance(geometry, np.ndarray):
        if not len(geometry):
            return None
        low, high = geometry[:, :2].min(axis=0).tolist(), geometry[:, :2].max(axis=0).tolist()
        return low[0], low[1], high[0], high[1]
    return None if geometry.is_empty else geometry.bounds


def _bounds(geometries: Iterable[Geometry]) -> tuple[float | None, ...]:
    boxes = [box for box in map(_box, geometries) if box is not None]
    if not boxes:
        return (None, None, None, None)
    sides = np.array(boxes)
    return (*sides[:, :2].min(axis=0).tolist(), *sides[:, 2:].max(axis=0).tolist())
