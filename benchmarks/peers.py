"""The same work by other means: lengths inside, and distances up to 10 km, route by polygon.

Each peer has a ``prepare`` that is not timed (reading, projecting, cutting, indexing, as it would
be kept) and a ``measure`` that is. Distances are sought on Mercator's conformal projection
(EPSG:3395), where the nearest place is the true one, and measured on the ellipsoid.
"""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.answers import REACH_M, Answers

PIECE_EDGES = 64
"""Routes are cut to so many edges for distances, so that the scale of the projection holds."""

CUT_DEGREES = 0.02
"""Edges are straight in degrees; longer ones are cut before they go to the projection."""

WGS84_TEXT = "EPSG:4326"
MERCATOR = "EPSG:3395"


def pieces_of(lines: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Lines cut every ``PIECE_EDGES`` edges, and the number of the line that each is from."""
    pieces, owners = [], []
    for number, line in enumerate(lines):
        xy = shapely.get_coordinates(line)
        for first in range(0, len(xy) - 1, PIECE_EDGES):
            pieces.append(xy[first : first + PIECE_EDGES + 1])
            owners.append(number)
    return np.array([shapely.linestrings(xy) for xy in pieces]), np.array(owners)


def reach_on_mercator(bounds: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far ``REACH_M`` is on the projection at the highest latitude of each (n, 4) box."""
    lat = np.radians(np.abs(bounds[:, [1, 3]]).max(axis=1) + 0.1)
    scale: NDArray[np.float64] = 1.001 / np.cos(lat)
    return REACH_M * scale


class SjoinGeod:
    """geopandas sjoin for what meets, shapely for the parts inside, pyproj.Geod for metres."""

    name = "geopandas sjoin + pyproj.Geod"

    def __init__(self, folder: Path) -> None:
        import geopandas as gpd
        from pyproj import Geod, Transformer

        self.geod = Geod(ellps="WGS84")
        self.back = Transformer.from_crs(MERCATOR, WGS84_TEXT, always_xy=True)
        self.routes = gpd.read_file(folder / "routes.fgb")[["geometry"]]
        self.polygons = gpd.read_file(folder / "polygons.fgb")[["geometry"]]
        pieces, self.owners = pieces_of(self.routes.geometry.to_numpy())
        degrees = gpd.GeoSeries(pieces, crs=4326)
        self.pieces = degrees.to_crs(MERCATOR).to_numpy()
        self.reach = reach_on_mercator(degrees.bounds.to_numpy())
        self.flat = self.polygons.segmentize(CUT_DEGREES).to_crs(MERCATOR)
        _ = self.polygons.sindex, self.flat.sindex

    def measure(self) -> Answers:
        """Every length and distance."""
        import geopandas as gpd

        pairs = gpd.sjoin(self.routes, self.polygons, predicate="intersects")
        route, polygon = pairs.index.to_numpy(), pairs["index_right"].to_numpy()
        inside = shapely.intersection(
            self.routes.geometry.to_numpy()[route], self.polygons.geometry.to_numpy()[polygon]
        )
        length = np.array([self.geod.geometry_length(item) for item in inside])
        met = set(zip(route.tolist(), polygon.tolist(), strict=True))

        boxes = shapely.bounds(self.pieces)
        boxes += self.reach[:, None] * np.array([-1, -1, 1, 1])
        piece, near = self.flat.sindex.query(shapely.box(*boxes.T), predicate="intersects")
        other = np.array(
            [key not in met for key in zip(self.owners[piece].tolist(), near.tolist(),
                                           strict=True)], dtype=bool
        )  # fmt: skip
        piece, near = piece[other], near[other]
        shortest = shapely.shortest_line(self.pieces[piece], self.flat.geometry.to_numpy()[near])
        lon, lat = self.back.transform(*shapely.get_coordinates(shortest).T)
        _, _, distance = self.geod.inv(lon[::2], lat[::2], lon[1::2], lat[1::2])
        return Answers.of((route, polygon, length), (self.owners[piece], near, distance))


class Overlay:
    """geopandas overlay and an equal-area projection: what tutorials show. Lengths only."""

    name = "geopandas overlay + to_crs (Albers)"
    albers = "+proj=aea +lat_1=33 +lat_2=51 +lon_0=83 +ellps=WGS84"

    def __init__(self, folder: Path) -> None:
        import geopandas as gpd

        self.routes = gpd.read_file(folder / "routes.fgb")[["geometry"]].reset_index(names="route")
        self.polygons = gpd.read_file(folder / "polygons.fgb")[["geometry"]].reset_index(
            names="polygon"
        )

    def measure(self) -> Answers:
        """Lengths on the projection; they are off by up to a few per cent."""
        import geopandas as gpd

        parts = gpd.overlay(self.routes, self.polygons, how="intersection", keep_geom_type=True)
        length = parts.to_crs(self.albers).length.to_numpy()
        return Answers.of((parts["route"].to_numpy(), parts["polygon"].to_numpy(), length))


class DuckDB:
    """DuckDB spatial on subdivided polygons."""

    name = "DuckDB spatial, subdivided"

    def __init__(self, folder: Path, threads: int = 1) -> None:
        import duckdb
        import pyogrio
        from pyproj import Transformer

        self.db = duckdb.connect()
        load_spatial(self.db)
        self.db.execute(f"set threads = {threads}")
        forth = Transformer.from_crs(WGS84_TEXT, MERCATOR, always_xy=True)

        def flat(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
            moved: NDArray[np.object_] = shapely.transform(
                geometries, lambda xy: np.column_stack(forth.transform(xy[:, 0], xy[:, 1]))
            )
            return moved

        lines = shapely.from_wkb(pyogrio.raw.read(folder / "routes.fgb")[2])
        polygons = shapely.from_wkb(pyogrio.raw.read(folder / "polygons.fgb")[2])
        tiles, tile_of = subdivided(polygons)
        pieces, piece_of = pieces_of(lines)
        reach = reach_on_mercator(shapely.bounds(pieces))
        self._table("tiles", id=tile_of, g=tiles, f=flat(shapely.segmentize(tiles, CUT_DEGREES)))
        self._table("pieces", id=piece_of, g=pieces, f=flat(pieces), reach=reach)

    def _table(self, table: str, **columns: Any) -> None:
        import pandas as pd

        frame = pd.DataFrame(
            {
                name: shapely.to_wkb(values) if values.dtype == object else values
                for name, values in columns.items()
            }
        )
        self.db.register("frame", frame)
        shown = [
            f"ST_GeomFromWKB({name}) as {name}" if values.dtype == object else name
            for name, values in columns.items()
        ]
        self.db.execute(f"create table {table} as select {', '.join(shown)} from frame")
        self.db.unregister("frame")

    def measure(self) -> Answers:
        """Every length and distance, as two queries."""
        met = self.db.execute(
            """create or replace temp table met as
            select p.id as route, t.id as polygon, sum(ST_Length_Spheroid(
                ST_FlipCoordinates(ST_Intersection(p.g, t.g)))) as m
            from pieces p join tiles t on ST_Intersects(p.g, t.g) group by all;
            select * from met"""
        ).fetchnumpy()
        near = self.db.execute(
            f"""select route, polygon, min(m) as m from (
                select p.id as route, t.id as polygon, ST_Length_Spheroid(ST_FlipCoordinates(
                    ST_Transform(ST_ShortestLine(p.f, t.f), '{MERCATOR}', 'EPSG:4326', true))) as m
                from (select id, f, ST_Envelope(ST_Buffer(ST_Envelope(f), reach)) as box
                      from pieces) p
                join tiles t on ST_Intersects(p.box, t.f))
            anti join met using (route, polygon)
            where m <= {REACH_M} group by all"""
        ).fetchnumpy()
        return Answers.of(
            (met["route"], met["polygon"], met["m"]), (near["route"], near["polygon"], near["m"])
        )


def load_spatial(db: Any) -> None:
    """The extension as PyPI brings it, without a network. Raises ImportError without it."""
    found = find_spec("duckdb_extension_spatial")
    if found is None or found.origin is None:
        raise ImportError("duckdb-extension-spatial is not installed")
    files = sorted(Path(found.origin).parent.glob("extensions/*/spatial.duckdb_extension"))
    db.execute(f"load '{files[-1]}'")


def subdivided(polygons: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Polygons halved until none has more than 256 vertices, as ST_Subdivide does by default."""
    tiles, owners = [], []
    queue = list(enumerate(polygons))
    while queue:
        owner, shape = queue.pop()
        if shapely.get_num_coordinates(shape) <= 256:
            tiles.append(shape)
            owners.append(owner)
            continue
        west, south, east, north = shape.bounds
        middle_x, middle_y = 0.5 * (west + east), 0.5 * (south + north)
        halves = (
            [(west, south, middle_x, north), (middle_x, south, east, north)]
            if east - west >= north - south
            else [(west, south, east, middle_y), (west, middle_y, east, north)]
        )
        for half in halves:
            part = shapely.intersection(shape, shapely.box(*half))
            queue += [(owner, one) for one in shapely.get_parts(part) if one.geom_type == "Polygon"]
    return np.array(tiles), np.array(owners)


class PostGIS:
    """PostGIS on subdivided polygons, where CAMISCREEN_BENCH_POSTGIS names a server."""

    name = "PostGIS, subdivided"
    variable = "CAMISCREEN_BENCH_POSTGIS"

    def __init__(self, folder: Path) -> None:
        import psycopg
        import pyogrio

        # In one transaction an index on rows that it changed is not used.
        self.db = psycopg.connect(os.environ[self.variable], autocommit=True)
        lines = shapely.from_wkb(pyogrio.raw.read(folder / "routes.fgb")[2])
        polygons = shapely.from_wkb(pyogrio.raw.read(folder / "polygons.fgb")[2])
        pieces, piece_of = pieces_of(lines)
        reach = reach_on_mercator(shapely.bounds(pieces))
        self._table("pieces", "id int, g geometry, reach float8", pieces, piece_of, reach)
        self._table("wholes", "id int, g geometry", polygons, np.arange(len(polygons)))
        with self.db.cursor() as cursor:
            cursor.execute(
                "create temp table tiles as select id, ST_Subdivide(g, 256) g from wholes"
            )
            for table in ("pieces", "tiles"):
                cursor.execute(f"alter table {table} add column f geometry")
                cursor.execute(
                    f"update {table} set g = ST_SetSRID(g, 4326), "
                    f"f = ST_Transform(ST_Segmentize(ST_SetSRID(g, 4326), {CUT_DEGREES}), 3395)"
                )
                cursor.execute(f"create index on {table} using gist (g)")
                cursor.execute(f"create index on {table} using gist (f)")
                cursor.execute(f"analyze {table}")

    def _table(self, table: str, columns: str, shapes: Any, *values: Any) -> None:
        ids, *others = (item.tolist() for item in values)
        with self.db.cursor() as cursor:
            cursor.execute("create extension if not exists postgis")
            cursor.execute(f"create temp table {table} ({columns})")
            with cursor.copy(f"copy {table} from stdin") as copy:
                for row in zip(ids, shapely.to_wkb(shapes, hex=True), *others, strict=True):
                    copy.write_row(row)

    def measure(self) -> Answers:
        """Every length and distance, as two queries."""
        with self.db.cursor() as cursor:
            cursor.execute(
                """create temp table met as
                select p.id as route, t.id as polygon,
                       sum(ST_Length(ST_Intersection(p.g, t.g)::geography)) as m
                from pieces p join tiles t on ST_Intersects(p.g, t.g) group by 1, 2"""
            )
            cursor.execute("analyze met")
            cursor.execute("select route, polygon, m from met")
            met = np.array(cursor.fetchall(), dtype=float).reshape(-1, 3)
            cursor.execute(
                """select p.id, t.id, min(ST_Length(
                    ST_Transform(ST_ShortestLine(p.f, t.f), 4326)::geography))
                from pieces p join tiles t on ST_DWithin(p.f, t.f, p.reach)
                where not exists (select from met where met.route = p.id and met.polygon = t.id)
                group by 1, 2"""
            )
            near = np.array(cursor.fetchall(), dtype=float).reshape(-1, 3)
        return Answers.of(tuple(met.T), tuple(near.T))


PEERS = {"sjoin": SjoinGeod, "duckdb": DuckDB, "overlay": Overlay, "postgis": PostGIS}
