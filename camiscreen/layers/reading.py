"""Vector files through an adapter: every feature located, repaired, selected, made a receptor.

Yields drafts and problems in the order of the file, and how far it got. Writes nothing, so that
``validate`` and ``add`` see the same.
"""

import re
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

import numpy as np
import shapely

from camiscreen.geometry import geodesy
from camiscreen.layers.adapters.base import (
    LINE,
    POINT,
    POLYGON,
    Adapter,
    Event,
    Problem,
    Reached,
    place_of,
)
from camiscreen.layers.region import in_region
from camiscreen.reading.geojson import VectorFileError
from camiscreen.reading.vector_stream import Batch, Dataset, Objects, batches, datasets
from camiscreen.values import dataclass

_TYPES = {
    "Polygon": POLYGON,
    "MultiPolygon": POLYGON,
    "LineString": LINE,
    "MultiLineString": LINE,
    "LinearRing": LINE,
    "Point": POINT,
    "MultiPoint": POINT,
}
_WORLD = 1e8
"""No coordinate of a place on Earth is beyond this, in whatever projection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A dataset of a file that is to be read; ``crs`` in the form that PROJ reads."""

    file: str
    dataset: Dataset
    crs: str


def read_files(
    paths: Sequence[Path], adapter: Adapter, folder: Path, encoding: str | None = None
) -> Iterator[Event]:
    """Every draft and problem of some files; archives are unpacked into ``folder``.

    Fatal problems of the files themselves come first, all of them, and end the reading.
    """
    if adapter.is_table:
        yield from adapter.read_tables(paths)
        yield from adapter.finish()
        return
    sources, problems = _sources(paths, adapter, folder)
    yield from problems
    if problems:
        return
    total = sum(source.dataset.features for source in sources)
    read = 0
    for source in sources:
        where = adapter.where(source.dataset)
        stream = batches(source.dataset, where=where, encoding=encoding)
        while True:
            try:
                batch = next(stream, None)
            except VectorFileError as error:
                yield Problem(place=source.file, what=str(error))
                break
            if batch is None:
                break
            yield from _batch(batch, source, adapter)
            read += len(batch)
            yield Reached(read=read, total=total)
    yield from adapter.finish()


def _sources(
    paths: Sequence[Path], adapter: Adapter, folder: Path
) -> tuple[list[_Source], list[Problem]]:
    """What is to be read, and everything that forbids reading it."""
    sources: list[_Source] = []
    problems: list[Problem] = []
    for number, path in enumerate(paths):
        into = folder / str(number)
        into.mkdir(parents=True)
        try:
            found = [item for item in datasets(path, into) if adapter.wants(item)]
        except VectorFileError as error:
            problems.append(Problem(place=str(path), what=str(error)))
            continue
        except OSError as error:
            problems.append(Problem(place=str(path), what=f"cannot be read ({error.strerror})"))
            continue
        if not found:
            problems.append(Problem(place=str(path), what="no layer in it that is meant here"))
        for item in found:
            place = f"{path}: {item.name}" if item.name else str(path)
            crs = adapter.setup.mapping.crs or item.crs
            wrong = _wrong(item, adapter, crs)
            problems += [Problem(place=place, what=what) for what in wrong]
            if crs is not None and not wrong:
                sources.append(_Source(file=place, dataset=item, crs=crs))
    return sources, problems


def _wrong(dataset: Dataset, adapter: Adapter, crs: str | None) -> list[str]:
    """What is wrong with a dataset as a whole, one sentence each."""
    found = adapter.missing(dataset)
    word = re.sub(r"^(2\.5D|3D|Measured|3D Measured) | (Z|M|ZM)$", "", dataset.geometry)
    kind = _TYPES.get(word)
    if kind is not None and kind not in adapter.takes:
        found.append(f"it holds {kind}; --as {adapter.name} takes {_listed(adapter)}")
    if dataset.features == 0 and not dataset.is_osm:
        found.append("it holds no features")
    if crs is None:
        found.append(
            "it has no coordinate reference system; add the missing .prj, assign the CRS in a GIS "
            "or name it in a mapping (crs: EPSG:...)"
        )
        return found
    try:
        geodesy.crs_is_geographic_wgs84(crs)
    # All errors of pyproj are RuntimeErrors; geodesy alone may import it to name them.
    except RuntimeError as error:
        reason = " ".join(str(error).split())
        found.append(f"its coordinate reference system cannot be used ({reason})")
    return found


def _listed(adapter: Adapter) -> str:
    return " and ".join(kind for kind in (POLYGON, LINE, POINT) if kind in adapter.takes)


def _batch(batch: Batch, source: _Source, adapter: Adapter) -> Iterator[Event]:
    """One batch: located, selected, repaired, handed to the adapter."""
    sound = np.ones(len(batch), dtype=bool)
    for row, what, fatal in _unusable(batch, adapter):
        sound[row] = False
        yield Problem(place=place_of(batch, row), what=what, fatal=fatal)
    adapter.leave_out("no usable geometry", ~sound)
    batch = batch.take(sound)
    if not len(batch):
        return
    if not geodesy.crs_is_geographic_wgs84(source.crs):
        # Before anything else: cutting edges makes GEOS drop half of a bow tie.
        batch = yield from _repaired(batch, adapter)
        batch = batch.with_geometry(_on_wgs84(batch.geometry, source.crs))
    lost = ~np.isfinite(shapely.bounds(batch.geometry).reshape(-1, 4)).all(axis=1)
    beyond = lost | _off_the_earth(batch.geometry)
    for row in np.flatnonzero(beyond).tolist():
        yield Problem(
            place=place_of(batch, row),
            what="its coordinates are no longitude and latitude; check the file's CRS",
        )
    batch = batch.take(~beyond)
    inside = in_region(batch.geometry)
    adapter.leave_out("outside the region", ~inside)
    batch = batch.take(inside)
    if len(batch):
        batch = batch.take(adapter.select(batch))
    if not len(batch):
        return
    batch = yield from _repaired(batch, adapter)
    yield from adapter.drafts(batch)


def _repaired(batch: Batch, adapter: Adapter) -> Generator[Problem, None, Batch]:
    """The batch with valid geometries; every repair is told."""
    invalid = np.flatnonzero(~shapely.is_valid(batch.geometry)).tolist()
    for row in invalid:
        reason = shapely.is_valid_reason(batch.geometry[row])
        yield Problem(
            place=place_of(batch, row),
            what=f"invalid geometry, repaired ({reason})",
            fatal=False,
        )
    if len(invalid):
        repaired = batch.geometry.copy()
        repaired[invalid] = shapely.make_valid(batch.geometry[invalid])
        empty = np.array([not _keeps_type(a, b) for a, b in zip(batch.geometry, repaired,
                                                                 strict=True)])  # fmt: skip
        adapter.leave_out("no area after repair", empty)
        batch = batch.with_geometry(repaired).take(~empty)
    return batch


def _keeps_type(given: shapely.Geometry, repaired: shapely.Geometry) -> bool:
    """False where a polygon without area was repaired to a line."""
    is_polygon = _TYPES.get(given.geom_type) == POLYGON
    return not is_polygon or bool(geodesy.polygon_parts(repaired))


def _unusable(batch: Batch, adapter: Adapter) -> Iterator[tuple[int, str, bool]]:
    """Rows that cannot become receptors, why, and whether that stops adding."""
    for row, geometry in enumerate(batch.geometry):
        if geometry is None or geometry.is_empty:
            yield row, "no geometry; left out", False
            continue
        kind = _TYPES.get(geometry.geom_type)
        if kind is None or kind not in adapter.takes:
            yield (
                row,
                f"is a {geometry.geom_type}; --as {adapter.name} takes {_listed(adapter)}",
                True,
            )
            continue
        bounds = np.array(geometry.bounds)
        if not np.isfinite(bounds).all():
            yield row, "a coordinate is not a number", True
        elif np.abs(bounds).max() > _WORLD:
            yield row, "lies off the Earth; check the file's CRS", True


def _on_wgs84(geometry: Objects, crs: str) -> Objects:
    if not geodesy.crs_is_geographic(crs):
        # An edge drawn straight on the projection is cut before it is bent by the change.
        geometry = shapely.segmentize(geometry, geodesy.MAX_EDGE_M)
    return geodesy.all_to_wgs84(geometry, crs)


def _off_the_earth(geometry: Objects) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    west, south, east, north = shapely.bounds(geometry).reshape(-1, 4).T
    beyond: np.ndarray[tuple[int], np.dtype[np.bool_]]
    beyond = (west < -360) | (east > 360) | (south < -90.0001) | (north > 90.0001)
    return beyond
