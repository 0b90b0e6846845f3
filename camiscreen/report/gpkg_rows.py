"""Rows, columns and geometries of a GeoPackage, from those of a screening.

This module's one job: small conversions that every table needs.
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias, cast

import shapely
from shapely import MultiLineString, MultiPoint, MultiPolygon
from shapely.geometry.base import BaseGeometry

from camiscreen.reading.geopackage import Column, Geometry, Kind, Shape, Value
from camiscreen.report.chainage import Floats
from camiscreen.report.data_tables import Cell, Field, km

Feature: TypeAlias = tuple[tuple[Value, ...], Geometry]
Shaped: TypeAlias = tuple[tuple[Value, ...], BaseGeometry]
"""A row and its geometry, of whatever dimension."""

_KINDS: Mapping[str, Kind] = {
    "kp": "REAL",
    "km": "REAL",
    "share": "REAL",
    "number": "REAL",
    "yes_no": "BOOLEAN",
}
SUFFIXES: Mapping[str, Shape] = {
    "_point": "MULTIPOINT",
    "_line": "MULTILINESTRING",
    "_area": "MULTIPOLYGON",
}
"""By dimension: what the name of a table ends with, and what it holds."""


def in_km(line: Floats) -> Floats:
    """A measured line with its measure in kilometres instead of metres."""
    out = line.copy()
    out[:, 2] = (out[:, 2] / 1_000).round(6)
    return out


def span_km(line: Floats) -> tuple[float, float]:
    """Kilometres of chainage from and to, of a line measured in metres."""
    return km(float(line[0, 2])), km(float(line[-1, 2]))


def of_dimension(geometry: BaseGeometry, dimension: int) -> BaseGeometry:
    """The points, lines or areas of a geometry, whatever it is wrapped in, as a multi type."""
    parts = [part for part in _flat(geometry) if shapely.get_dimensions(part) == dimension]
    return (MultiPoint, MultiLineString, MultiPolygon)[dimension](parts)


def _flat(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    for part in shapely.get_parts(geometry):
        if hasattr(part, "geoms"):
            yield from _flat(part)
        elif not part.is_empty:
            yield part


def columns_of(words: str) -> tuple[Column, ...]:
    """Columns named in a row; the kind of those that are no text stands after a colon."""
    pairs = (word.partition(":") for word in words.split())
    return tuple(
        Column(name=name, kind=cast("Kind", kind) if kind else "TEXT") for name, _, kind in pairs
    )


def value(cell: Cell) -> Value:
    """A cell as a database holds it: words of the vocabulary as text."""
    return cell if cell is None or isinstance(cell, bool | int | float) else str(cell)


def typed(field: Field) -> Column:
    """The column of a field of a data table."""
    return Column(name=field.name, kind=_KINDS.get(field.shown, "TEXT"))
