"""GeoJSON text -> features, without any geospatial library but shapely.

RFC 7946, the ``crs`` member of its predecessor (2008), and newline-delimited features, with or
without record separators (RFC 8142). Elevations are dropped.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import shapely
from shapely import (
    GeometryCollection,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
)
from shapely.geometry.base import BaseGeometry

from camiscreen.errors import CamiscreenError
from camiscreen.geometry.geodesy import Floats
from camiscreen.model import Message
from camiscreen.values import dataclass

WGS84 = "OGC:CRS84"
"""What coordinates are in where a format leaves no choice."""

_COLLECTION = "GeometryCollection"

_NUMBERS = (int, float)
"""What a coordinate may be: not true and false, which Python counts as numbers, nor text."""


class VectorFileError(CamiscreenError):
    """A vector file cannot be read; the message says what and what to do, but not which file."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Feature:
    """One feature: counted from 1, in two dimensions, geometry None where there is none."""

    number: int
    id: str | None
    properties: Mapping[str, Any]
    geometry: BaseGeometry | None

    @property
    def label(self) -> str:
        """How messages name it."""
        return f"feature {self.number}" + (f" (id {self.id})" if self.id else "")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VectorLayer:
    """The features of one layer. ``crs`` is any text that PROJ reads, None if the file has none.

    ``notes`` say what else is in the file and was left out; ``prj`` is True where the CRS belongs
    into a file of its own.
    """

    name: str | None
    crs: str | None
    features: tuple[Feature, ...]
    notes: tuple[Message, ...] = ()
    prj: bool = False


def read_geojson(data: bytes) -> VectorLayer:
    """Features of a GeoJSON text. Raises VectorFileError with line and column of a mistake."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise VectorFileError(
            f"byte {error.start + 1} is not UTF-8; save the file as UTF-8"
        ) from error
    if not text.strip():
        raise VectorFileError("the file is empty")
    documents = _documents(text)
    features: list[Feature] = []
    stated: list[str] = []
    for document in documents:
        whole = _crs(document)
        for member in _members(document):
            features.append(_feature(member, len(features) + 1))
            stated.append(_crs_of_feature(member, whole, features[-1].label))
            if _same(stated[-1]) != _same(stated[0]):
                raise VectorFileError(
                    f"{features[-1].label} has the CRS {stated[-1]}, {features[0].label} "
                    f"{stated[0]}; bring all to WGS 84"
                )
    return VectorLayer(name=None, crs=stated[0] if stated else WGS84, features=tuple(features))


def _documents(text: str) -> list[Any]:
    try:
        return [json.loads(text)]
    except RecursionError as error:
        raise VectorFileError("the JSON is nested too deeply to be GeoJSON") from error
    except json.JSONDecodeError as error:
        lines = text.replace("\x1e", "").split("\n")
        if error.lineno == 1 and len(lines) == 1:
            raise _not_json(error, error.lineno) from error
        return _lines(lines, error)


def _lines(lines: list[str], whole: json.JSONDecodeError) -> list[Any]:
    """One JSON text a line. A first line that is no JSON by itself means: no such file."""
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found.append(json.loads(line))
        except json.JSONDecodeError as error:
            raise (_not_json(error, number) if found else _not_json(whole, whole.lineno)) from error
    return found


def _not_json(error: json.JSONDecodeError, line: int) -> VectorFileError:
    return VectorFileError(f"not GeoJSON: line {line}, column {error.colno}: {error.msg}")


def _crs(member: Any) -> str | None:
    """The ``crs`` member of GeoJSON 2008, None without one."""
    given = member.get("crs") if isinstance(member, dict) else None
    if given is None:
        return None
    properties = given.get("properties") if isinstance(given, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        raise VectorFileError(
            "the crs member has no name; name an EPSG code or reproject the file to WGS 84"
        )
    return WGS84 if name.upper().endswith(("CRS84", "EPSG::4326", "EPSG:4326")) else name


def _crs_of_feature(feature: Mapping[str, Any], whole: str | None, label: str) -> str:
    """The CRS that file, feature and geometry agree on; without any WGS 84, as RFC 7946 has it."""
    waiting, found = [feature.get("geometry")], [whole, _crs(feature)]
    while waiting:
        geometry = waiting.pop()
        found.append(_crs(geometry))
        if isinstance(geometry, dict) and isinstance(geometry.get("geometries"), list):
            waiting += geometry["geometries"]
    stated = [crs for crs in found if crs is not None]
    if len({_same(crs) for crs in stated}) > 1:
        raise VectorFileError(
            f"{label} is in several CRSs ({', '.join(dict.fromkeys(stated))}); bring all to WGS 84"
        )
    return stated[0] if stated else WGS84


def _same(crs: str) -> str:
    """One spelling for all that name the same code of EPSG."""
    code = re.search(r"EPSG:(?:[\d.]*:)?(\d+)$", crs.upper())
    return code[1] if code else crs


def _members(document: Any) -> list[Any]:
    """The features of one GeoJSON object, a bare geometry as a feature without properties."""
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list):
            raise VectorFileError("not GeoJSON: the FeatureCollection has no list of features")
        return features
    if kind == "Feature":
        return [document]
    if isinstance(kind, str) and kind in GEOMETRY_TYPES:
        return [{"type": "Feature", "properties": {}, "geometry": document}]
    if kind == "Topology":
        raise VectorFileError("TopoJSON, not GeoJSON; export the layer as GeoJSON")
    raise VectorFileError(
        'not GeoJSON: "type" must be FeatureCollection, Feature or a geometry type'
        + (f", not {str(kind)[:60]!r}" if kind is not None else "")
    )


def _feature(member: Any, number: int) -> Feature:
    if not isinstance(member, dict) or member.get("type") != "Feature":
        raise VectorFileError(f'feature {number} is no GeoJSON feature ("type" is not Feature)')
    properties, key = member.get("properties"), member.get("id")
    label = None if key is None or isinstance(key, dict | list) else str(key)
    try:
        geometry = geometry_of(member.get("geometry"))
    except (ValueError, TypeError, shapely.errors.ShapelyError) as error:
        named = f"feature {number}" + (f" (id {label})" if label else "")
        raise VectorFileError(f"{named}: {error}") from error
    return Feature(
        number=number,
        id=label,
        properties=properties if isinstance(properties, dict) else {},
        geometry=geometry,
    )


def geometry_of(member: Any) -> BaseGeometry | None:
    """A GeoJSON-like mapping as a shapely geometry, z and m dropped; None stays None.

    Raises ValueError or TypeError where it is no geometry.
    """
    if member is None:
        return None
    kind = member.get("type") if isinstance(member, Mapping) else None
    if kind == _COLLECTION:
        parts = [geometry_of(part) for part in _parts(member.get("geometries") or [])]
        return GeometryCollection([part for part in parts if part is not None])
    if not isinstance(kind, str) or kind not in _BUILDERS:
        raise ValueError(f"geometry type {kind!r} cannot be read; convert it to lines or polygons")
    return _BUILDERS[kind](member.get("coordinates") or [])


def _positions(coordinates: Any) -> Floats:
    """(n, 2) of a list of positions of two, three or four numbers."""
    if not isinstance(coordinates, list | tuple) or any(
        not isinstance(position, list | tuple) or len(position) < 2 for position in coordinates
    ):
        raise ValueError("coordinates are not a list of positions (longitude, latitude)")
    pairs = [position[:2] for position in coordinates]
    odd = next((v for pair in pairs for v in pair if type(v) not in _NUMBERS), None)
    if odd is not None:
        raise ValueError(f"coordinates are not numbers ({str(odd)[:40]!r}); write them as numbers")
    try:
        xy = np.array(pairs, dtype=float)
    except (ValueError, TypeError, OverflowError):
        raise ValueError("coordinates are not numbers") from None
    if not np.isfinite(xy).all():
        raise ValueError("a coordinate is not a number; correct it")
    return xy.reshape(-1, 2)


def _parts(coordinates: Any) -> list[Any]:
    if not isinstance(coordinates, list | tuple):
        raise ValueError("coordinates are not a list")
    return list(coordinates)


def _line(coordinates: Any) -> BaseGeometry:
    xy = _positions(coordinates)
    # A line of one position has no length; it is told of and dropped with the other such lines.
    return LineString(np.repeat(xy, 2, axis=0) if len(xy) == 1 else xy)


def _polygon(coordinates: Any) -> BaseGeometry:
    rings = [_positions(ring) for ring in _parts(coordinates)]
    if any(len(ring) < 3 for ring in rings):
        raise ValueError("a polygon ring has fewer than three corners")
    return Polygon(rings[0], rings[1:]) if rings else Polygon()


_BUILDERS: dict[str, Callable[[Any], BaseGeometry]] = {
    "Point": lambda c: Point(_positions([c])[0]) if c else Point(),
    "MultiPoint": lambda c: MultiPoint(_positions(c)),
    "LineString": _line,
    "MultiLineString": lambda c: MultiLineString([_line(part) for part in _parts(c)]),
    "Polygon": _polygon,
    "MultiPolygon": lambda c: MultiPolygon([_polygon(part) for part in _parts(c)]),
}

GEOMETRY_TYPES = frozenset({*_BUILDERS, _COLLECTION})
"""What can be read; curves and surfaces cannot."""
