"""Made-up routes and a made-up layer, the same for the same seed, in the files that users bring.

Ranges and sites as WDPA and IUCN have them: many small ones, few of the size of a country, the
large ones with up to 50,000 vertices, one in ten with holes, overlapping. Routes as OpenStreetMap
has them: a vertex every 250 m or so, 2 to 1,500 km long. Every polygon is a star around its centre
with a ragged outline, and so valid by construction.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

WEST, SOUTH, EAST, NORTH = 46.0, 31.0, 119.0, 54.0
"""The made-up land lies well inside the region that layers are cut to."""

KM_PER_DEGREE = 111.2
ENOUGH = 10
"""Polygons that the single route meets at least."""

LARGEST = 50_000
"""Vertices of the largest polygons."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How much data: numbers of features, and factors on their vertices and route lengths.

    ``land`` is the share of each side of the land that is used, so that less data lie as densely.
    """

    seed: int = 20_261_126
    polygons: int = 50_000
    routes: int = 3_000
    vertices: float = 1.0
    length: float = 1.0
    land: float = 1.0

    @property
    def name(self) -> str:
        """A folder name that holds every choice."""
        return "-".join(f"{key}{value}" for key, value in asdict(self).items())


@dataclass(frozen=True, kw_only=True)
class Data:
    """The files of one scale in one folder."""

    scale: Scale
    folder: Path

    @property
    def polygons(self) -> Path:
        """The layer as FlatGeobuf."""
        return self.folder / "polygons.fgb"

    @property
    def routes(self) -> Path:
        """All routes as FlatGeobuf."""
        return self.folder / "routes.fgb"

    @property
    def one_route(self) -> Path:
        """One of the longer routes that meets many polygons, as GeoJSON of a user."""
        return self.folder / "route.geojson"

    @property
    def user_layers(self) -> Path:
        """Where ``camiscreen layers add`` put the layer."""
        return self.folder / "layers"


def polygons(scale: Scale) -> Iterator[shapely.Polygon]:
    """The polygons one by one; the n-th is the same however many there are."""
    for number in range(scale.polygons):
        rng = np.random.default_rng([scale.seed, 1, number])
        radius_km = min(float(np.exp(rng.normal(np.log(4.5), 1.2))), 420.0)
        wanted = 112 * (radius_km / 4.5) ** 0.8 * np.exp(rng.normal(0, 0.55)) * scale.vertices
        wanted *= 30 if number % 1_500 == 0 else 1  # drawn as finely as a coast
        vertices = int(np.clip(wanted, 12, LARGEST))
        centre = rng.uniform([WEST, SOUTH], _far_corner(scale))
        outline = _ring(rng, vertices)
        size = radius_km / KM_PER_DEGREE * np.array([1 / np.cos(np.radians(centre[1])), 1.0])
        holes = []
        if number % 10 == 0 and vertices >= 60:
            holes = [centre + 0.2 * size * _ring(rng, max(12, vertices // 8))[::-1]]
        yield shapely.Polygon(centre + size * outline, holes)


def _far_corner(scale: Scale) -> Floats:
    """East and north end of the land that is used."""
    return np.array([WEST, SOUTH]) + scale.land * np.array([EAST - WEST, NORTH - SOUTH])


def _ring(rng: np.random.Generator, vertices: int) -> Floats:
    """A closed ragged outline around the origin, its radius between 0.3 and 1."""
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    angle += rng.uniform(-0.4, 0.4, vertices) * (2 * np.pi / vertices)
    octaves = 2 ** np.arange(1, 1 + int(np.log2(max(4, vertices / 4))))
    phases = rng.uniform(0, 2 * np.pi, len(octaves))
    waves = sum(
        np.sin(octave * angle + phase) / octave**0.8
        for octave, phase in zip(octaves, phases, strict=True)
    )
    waves = waves + rng.normal(0, 0.03, vertices)
    radius = 0.3 + 0.7 * (waves - waves.min()) / max(float(np.ptp(waves)), 1e-9)
    xy = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return np.vstack([xy, xy[:1]])


def routes(scale: Scale) -> Iterator[shapely.LineString]:
    """The routes one by one; the n-th is the same however many there are."""
    for number in range(scale.routes):
        rng = np.random.default_rng([scale.seed, 2, number])
        length_km = np.clip(np.exp(rng.normal(np.log(60.0), 1.0)), 2, 1_500) * scale.length
        vertices = max(3, int(length_km / 0.25 * np.exp(rng.normal(0, 0.4)) * scale.vertices))
        step_km = length_km / vertices
        # Bends of some tens of kilometres, wiggles of some hundreds of metres, around a course.
        bends = np.cumsum(rng.normal(0, 0.09 * np.sqrt(min(step_km, 4.0) / 0.25), vertices))
        bends -= np.linspace(0, bends[-1], vertices)
        course = rng.uniform(0, 2 * np.pi) + 0.6 * bends + rng.normal(0, 0.15, vertices)
        lat0 = rng.uniform(SOUTH, _far_corner(scale)[1])
        steps = step_km / KM_PER_DEGREE * np.column_stack([np.cos(course), np.sin(course)])
        steps[:, 0] /= np.cos(np.radians(lat0))
        xy = np.vstack([np.zeros((1, 2)), np.cumsum(steps, axis=0)])
        low, high = xy.min(axis=0), xy.max(axis=0)
        room = _far_corner(scale) - np.array([WEST, SOUTH]) - (high - low)
        start = np.array([WEST, SOUTH]) - low + rng.uniform(0, 1, 2) * np.maximum(room, 0)
        yield shapely.LineString(np.clip(xy + start, [40.5, 16], [134, 59]))


def build(scale: Scale, into: Path) -> Data:
    """The files of a scale, made where they are not there yet."""
    data = Data(scale=scale, folder=into / scale.name)
    if (data.folder / "done").is_file():
        return data
    import geopandas as gpd

    data.folder.mkdir(parents=True, exist_ok=True)
    shapes = list(polygons(scale))
    lines = list(routes(scale))
    names = [f"p{number:06}" for number in range(len(shapes))]
    gpd.GeoDataFrame({"id": names}, geometry=shapes, crs=4326).to_file(
        data.polygons, driver="FlatGeobuf"
    )
    gpd.GeoDataFrame({"id": np.arange(len(lines))}, geometry=lines, crs=4326).to_file(
        data.routes, driver="FlatGeobuf"
    )
    one = _one_route(lines, shapes)
    feature = {
        "type": "Feature",
        "properties": {"name": "Benchmark", "kind": "road"},
        "geometry": json.loads(shapely.to_geojson(one)),
    }
    data.one_route.write_text(json.dumps(feature), encoding="utf-8")
    facts = {
        "polygon_vertices": int(shapely.get_num_coordinates(shapes).sum()),
        "largest_polygon": int(shapely.get_num_coordinates(shapes).max()),
        "route_vertices": int(shapely.get_num_coordinates(lines).sum()),
        "one_route_vertices": int(shapely.get_num_coordinates(one)),
    }
    (data.folder / "done").write_text(json.dumps(facts), encoding="utf-8")
    return data


def _one_route(
    lines: list[shapely.LineString], shapes: list[shapely.Polygon]
) -> shapely.LineString:
    """The route nearest to the median of the longest tenth that meets enough polygons.

    Enough for a comparison of its lengths to say something; where none does, the one that meets
    the most.
    """
    by_size = np.argsort(shapely.get_num_coordinates(lines), kind="stable")
    met = shapely.STRtree(shapes).query(lines, predicate="intersects")[0]
    count = np.bincount(met, minlength=len(lines))[by_size]
    if count.max() < ENOUGH:
        return lines[by_size[int(np.argmax(count))]]
    wanted = int(0.95 * (len(lines) - 1))
    enough = np.flatnonzero(count >= ENOUGH)
    return lines[by_size[enough[int(np.argmin(np.abs(enough - wanted)))]]]


def facts(data: Data) -> dict[str, int]:
    """Numbers of vertices."""
    found: dict[str, int] = json.loads((data.folder / "done").read_text(encoding="utf-8"))
    return found
