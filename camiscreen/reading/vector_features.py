"""Features one at a time, for files in which each of them is a project of its own.

GeoPackage, FlatGeobuf, shapefiles and whatever else GDAL reads are walked without ever holding
more than one feature; GeoJSON, KML, GPX and archives are text that has to be read as a whole, which
is done once per process. What a feature means is not known here.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import shapely

from camiscreen.reading import vector_files
from camiscreen.reading.geojson import Feature, VectorFileError, VectorLayer


def features(path: Path, layer: str | None = None) -> Iterator[tuple[VectorLayer, Feature]]:
    """Every feature of a layer in the order of the file, each with its layer (empty of features).

    Raises VectorFileError, which does not name the file.
    """
    if not vector_files.is_walked(path):
        whole = _whole(path, layer, path.stat().st_mtime_ns)
        head = replace(whole, features=())
        yield from ((head, feature) for feature in whole.features)
        return
    yield from vector_files.walk(path, layer)


def feature(path: Path, layer: str | None, number: int) -> VectorLayer:
    """A layer that holds one feature alone, by its number from 1.

    Raises VectorFileError where there is none of this number.
    """
    if vector_files.is_walked(path):
        found = next(iter(vector_files.walk(path, layer, only=number)), None)
    else:
        whole = _whole(path, layer, path.stat().st_mtime_ns)
        found = next(((whole, one) for one in whole.features if one.number == number), None)
    if found is None:
        raise VectorFileError(f"there is no feature {number} any more; run the batch again")
    head, one = found
    return replace(head, features=(one,))


def fingerprint(layer: VectorLayer, one: Feature) -> str:
    """SHA-256 over the CRS, the properties and the geometry of one feature."""
    wkb = b"" if one.geometry is None else shapely.to_wkb(one.geometry)
    words = json.dumps(
        [layer.crs, dict(one.properties)], ensure_ascii=False, sort_keys=True, default=str
    )
    return hashlib.sha256(words.encode("utf-8", "surrogatepass") + b"\0" + wkb).hexdigest()


@lru_cache(maxsize=1)
def _whole(path: Path, layer: str | None, changed_ns: int) -> VectorLayer:  # noqa: ARG001 - part of the key
    return vector_files.read_vector_file(path, layer)
