"""Whether all that a vector file promises was read: GDAL passes over damage without a word.

What was read is held against the header's count, against what GDAL logged as errors, and against
the file's own word on which features are meant to have no geometry.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from camiscreen.reading import shapefiles
from camiscreen.reading.geojson import VectorFileError


def check_complete(
    path: Path,
    layer: str,
    geometries: Sequence[BaseGeometry | None],
    *,
    expected: int,
    errors: Sequence[str],
) -> None:
    """Raise VectorFileError where features or geometries are missing, or GDAL met an error."""
    found, empty = len(geometries), sum(geometry is None for geometry in geometries)
    if path.suffix.lower() == ".shp":
        meant = shapefiles.null_shapes(path)
        expected = len(meant)
        unread = sum(
            geometry is None and not null for geometry, null in zip(geometries, meant, strict=False)
        )
    elif empty and path.suffix.lower() == ".gpkg":
        unread = max(0, empty - _null_blobs(path, layer))
    else:
        # An error while a geometry is read leaves it empty; of which one, GDAL does not say.
        unread = min(len(errors), empty)
    if errors or unread or found < expected:
        raise damaged(found - unread, expected, errors[0] if errors else "")


def damaged(whole: int, expected: int, reason: str = "") -> VectorFileError:
    """What is said of a file of which only a part can be read."""
    said = f" ({reason})" if reason else ""
    return VectorFileError(
        f"damaged: {whole} of {expected} features could be read{said}; export or copy it anew"
    )


def _null_blobs(path: Path, layer: str) -> int:
    """How many features of a GeoPackage layer are stored without geometry."""
    uri = path.resolve().as_uri() + "?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as database:
            (column,) = database.execute(
                "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", [layer]
            ).fetchone()
            table, column = (name.replace('"', '""') for name in (layer, column))
            (count,) = database.execute(
                f'SELECT count(*) FROM "{table}" WHERE "{column}" IS NULL'
            ).fetchone()
            return int(count)
    except (sqlite3.Error, TypeError) as error:
        raise VectorFileError(f"damaged ({error}); export or copy it anew") from error
