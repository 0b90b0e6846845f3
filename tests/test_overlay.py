"""The kernels of the engine against GEOS and pyproj, over all that lines and shapes can be."""

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from camiscreen.geometry import geodesy
from camiscreen.geometry.arrays import among, distinct, expand, split
from camiscreen.geometry.beside import stretches_near, stretches_near_each
from camiscreen.geometry.bundles import Ground, bundles_of, bundles_of_lines, bundles_of_wkb
from camiscreen.geometry.edges import EdgeTable, edge_table, merge
from camiscreen.geometry.nearness import Pairs, nearest
from camiscreen.geometry.overlay import stretches_inside
from camiscreen.layers import tiling
from camiscreen.layers.store import Store, open_store
from camiscreen.layers.store_writer import compile_store
from camiscreen.measuring.many import Meetings, measure_lines
from tests.plain_overlay import GEOD, area_inside_m2, distance_m, length_inside_m
from tests.test_layers import receptor

PLACES = {
    "steppe": (75.0, 45.0, 1.0),
    "equator": (20.0, 0.1, 1.0),
    "arctic": (60.0, 79.0, 1.0),
    "south": (-60.0, -48.0, 1.0),
    "date line": (180.0, 66.0, 1.0),
    "a metre": (75.0, 45.0, 2e-5),
    "3,000 km": (75.0, 45.0, 20.0),
}
"""Middle and half size, in degrees, of where pairs are thrown."""


def shape(rng: np.random.Generator, place: str) -> shapely.Polygon:
    """A ragged polygon, a sliver or one with a hole."""
    lon, lat, size = PLACES[place]
    corners = int(rng.integers(5, 60))
    angle = np.sort(rng.uniform(0, 2 * np.pi, corners))
    radius = rng.uniform(0.3, 1, corners) * rng.uniform(0.1, 0.8) * size
    flat = 1e-3 if rng.random() < 0.2 else 1.0
    middle = np.array([lon, lat]) + rng.uniform(-0.5, 0.5, 2) * size
    xy = middle + np.column_stack([radius * np.cos(angle), flat * radius * np.sin(angle)])
    polygon = shapely.make_valid(shapely.Polygon(xy))
    if rng.random() < 0.3:
        polygon = polygon.difference(middle_box(middle, 0.1 * size))
    parts = geodesy.polygon_parts(polygon)
    return max(parts, key=lambda part: part.area) if parts else shapely.box(*middle, *middle + size)


def middle_box(middle: np.ndarray, size: float) -> shapely.Polygon:
    return shapely.box(*(middle - size), *(middle + size))


def line(rng: np.random.Generator, place: str) -> shapely.LineString:
    lon, lat, size = PLACES[place]
    steps = rng.normal(0, 0.25 * size, (int(rng.integers(1, 40)), 2))
    start = np.array([lon, lat]) + rng.uniform(-1, 1, 2) * size
    xy = np.clip(start + np.vstack([[0, 0], steps]).cumsum(axis=0), [-400, -89], [400, 89])
    return shapely.LineString(geodesy.densify(xy))


def ground_of(*shapes: shapely.Geometry, cut: bool = True) -> tuple[Ground, np.ndarray]:
    tiles = [tiling.tiles_of(item) if cut else [item] for item in shapes]
    owners = np.repeat(np.arange(len(shapes)), [len(item) for item in tiles])
    return Ground(np.array([tile for item in tiles for tile in item], dtype=object)), owners


def inside_m(table: EdgeTable, ground: Ground) -> float:
    return table.length_inside_m(merge(stretches_inside(table, ground).span))


def away_m(table: EdgeTable, ground: Ground, reach_m: float) -> float:
    here = bundles_of_lines(table)
    whole, tile = ground.near(here, reach_m)
    pairs = Pairs(here=whole, there=tile, key=np.zeros(len(whole), dtype=np.int64))
    found = nearest(here, ground.bundles, pairs, reach_m)[1]
    return float(found[0]) if len(found) else float("inf")


def check_pair(seed: int, place: str) -> None:
    """One line and one shape: length inside, or distance; and areas."""
    rng = np.random.default_rng([seed, list(PLACES).index(place)])
    polygon, route = shape(rng, place), line(rng, place)
    table, (ground, _) = edge_table([route]), ground_of(polygon)
    expected = length_inside_m(route, polygon)
    assert inside_m(table, ground) == pytest.approx(expected, rel=1e-3, abs=1.0)
    if not polygon.intersects(route):
        apart = distance_m(route, polygon)
        if apart < 100_000:
            assert away_m(table, ground, 150_000) == pytest.approx(apart, rel=1e-3, abs=1.0)
            assert away_m(table, ground, 0.99 * apart - 2) == float("inf")
    other = shape(rng, place)
    overlap = shapely.intersection(polygon, other)
    expected = area_inside_m2(polygon, other)
    assert geodesy.area_m2(overlap) == pytest.approx(expected, rel=1e-3, abs=1.0)


@pytest.mark.parametrize("place", PLACES)
def test_pairs_agree_with_geod(place: str) -> None:
    for seed in range(6):
        check_pair(seed, place)


@pytest.mark.long
@pytest.mark.parametrize("place", PLACES)
def test_a_thousand_pairs_agree_with_geod(place: str) -> None:
    for seed in range(150):
        check_pair(1_000 + seed, place)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(sorted(PLACES)))
def test_tiles_of_any_size_and_whole_polygons_agree(seed: int, place: str) -> None:
    rng = np.random.default_rng(seed)
    polygon, table = shape(rng, place), edge_table([line(rng, place)])
    fine = shapely.segmentize(polygon, 0.02 * PLACES[place][2])
    whole = inside_m(table, ground_of(polygon, cut=False)[0])
    assert inside_m(table, ground_of(polygon)[0]) == pytest.approx(whole, rel=1e-6, abs=1e-3)
    assert inside_m(table, ground_of(fine)[0]) == pytest.approx(whole, rel=1e-4, abs=1e-2)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 7))
def test_a_line_with_more_vertices_has_the_same_lengths(seed: int, pieces: int) -> None:
    """The same course, each edge cut anew."""
    rng = np.random.default_rng(seed)
    route, polygons = line(rng, "steppe"), [shape(rng, "steppe") for _ in range(4)]
    xy = shapely.get_coordinates(route)
    at = np.linspace(0, len(xy) - 1, pieces * (len(xy) - 1) + 1)
    columns = [np.interp(at, np.arange(len(xy)), column) for column in xy.T]
    finer = shapely.LineString(np.column_stack(columns))
    for polygon in polygons:
        ground = ground_of(polygon)[0]
        one, other = edge_table([route]), edge_table([finer])
        assert inside_m(other, ground) == pytest.approx(inside_m(one, ground), rel=1e-5, abs=1.0)
        if not polygon.intersects(route):
            away = away_m(one, ground, 1e5)
            assert away_m(other, ground, 1e5) == pytest.approx(away, rel=1e-4, abs=0.5)


def test_what_only_touches_or_runs_along_an_outline() -> None:
    """A place on an outline is inside; a corner that is touched has no length and no distance."""
    box, ground = shapely.box(70, 40, 71, 41), ground_of(shapely.box(70, 40, 71, 41))[0]
    for side in ([(70, 40), (70, 41)], [(71, 40), (71, 41)], [(70, 41), (71, 41)],
                 [(70.2, 40), (70.8, 40)]):  # fmt: skip
        table = edge_table([shapely.LineString(side)])
        assert inside_m(table, ground) == pytest.approx(table.length_m, rel=1e-9), side
    touching = edge_table([shapely.LineString([(69, 40), (71, 42)])])
    assert box.touches(touching.chunks[0])
    assert inside_m(touching, ground) == 0
    assert away_m(touching, ground, 10) == pytest.approx(0, abs=1e-6)
    twice = edge_table([shapely.LineString([(69.5, 40.5), (70.5, 40.5), (69.5, 40.5)])])
    assert inside_m(twice, ground) == pytest.approx(twice.length_m / 2, rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(50, 60_000))
def test_stretches_beside_end_where_the_width_does(seed: int, width_m: float) -> None:
    rng = np.random.default_rng(seed)
    thing = [
        shape(rng, "steppe"),
        line(rng, "steppe"),
        shapely.Point(rng.uniform([74.5, 44.5], [75.5, 45.5])),
    ][seed % 3]
    route = line(rng, "steppe")
    table, ground = edge_table([route]), ground_of(thing)[0]
    outline = thing.boundary if thing.geom_type == "Polygon" else thing
    spans = merge(stretches_near(table, ground, width_m))
    at = np.sort(rng.uniform(0, table.edges, 12))
    for position, xy in zip(at, table.points(at), strict=True):
        beside = bool(((spans[:, 0] <= position) & (position <= spans[:, 1])).any())
        away = distance_m(shapely.Point(xy), outline)
        if abs(away - width_m) > max(2.0, 2e-3 * width_m):
            assert beside == (away <= width_m), (away, width_m)


def things(rng: np.random.Generator) -> list[shapely.Geometry]:
    """Polygons with and without holes, lines and points, mixed."""
    holed = shapely.box(75, 45, 75.4, 45.4).difference(shapely.box(75.1, 45.1, 75.2, 45.2))
    return [
        shape(rng, "steppe"),
        line(rng, "steppe"),
        holed,
        shapely.Point(rng.uniform([74.5, 44.5], [75.5, 45.5])),
        shape(rng, "steppe"),
    ]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_stretches_beside_many_are_those_beside_each(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shapes, table = things(rng), edge_table([line(rng, "steppe")])
    ground, key = ground_of(*shapes)
    width_m = rng.uniform(50, 30_000, len(shapes))
    of, spans = stretches_near_each(table, ground, key, width_m)
    for number, thing in enumerate(shapes):
        alone = stretches_near(table, ground_of(thing)[0], float(width_m[number]))
        assert merge(spans[of == number]) == pytest.approx(merge(alone), abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["mixed", "polygons", "no polygon", "nothing"]))
def test_bundles_are_the_same_from_bytes_and_from_geometries(seed: int, kinds: str) -> None:
    rng = np.random.default_rng(seed)
    shapes = [
        thing
        for thing in things(rng)
        if kinds == "mixed" or (thing.geom_type == "Polygon") == (kinds == "polygons")
    ]
    tiles = np.array(shapes if kinds != "nothing" else [], dtype=object)
    boxes = shapely.bounds(tiles).reshape(-1, 4)
    made, read = bundles_of(tiles), bundles_of_wkb(list(shapely.to_wkb(tiles)), boxes)
    assert np.array_equal(made.is_area, shapely.get_dimensions(tiles) == 2)
    for name in ("starts", "ends", "first", "whole_boxes", "boxes", "loose", "is_area"):
        assert np.array_equal(getattr(made, name), getattr(read, name)), name
    _, edge = expand(made.starts, made.ends - made.starts)
    assert np.array_equal(made.edges_at(edge), read.edges_at(edge))
    # Every edge of every outline is in one bundle, and what leads from ring to ring in none.
    rings = len(shapely.get_rings(tiles)) + sum(thing.geom_type == "LineString" for thing in tiles)
    assert len(edge) == len(set(edge.tolist()))
    assert len(edge) == shapely.get_num_coordinates(tiles).sum() - rings


def test_points_and_lines_have_distances() -> None:
    places = np.array([shapely.Point(70, 45), shapely.Point(70.5, 45.2)])
    ground, _ = ground_of(shapely.LineString([(70.1, 45.0), (70.1, 46.0)]), shapely.Point(70, 45.1))
    here = bundles_of(places)
    whole, tile = ground.near(here, 50_000)
    keys, metres = nearest(
        here, ground.bundles, Pairs(here=whole, there=tile, key=2 * whole + tile), 50_000
    )
    assert keys.tolist() == [0, 1, 2, 3]
    expected = [
        distance_m(places[key // 2], ground.tiles[key % 2]) for key in range(4)
    ]  # fmt: skip
    assert metres == pytest.approx(expected, rel=1e-5)
    assert metres[1] == pytest.approx(GEOD.inv(70, 45, 70, 45.1)[2], rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(sorted(PLACES)), st.floats(20, 9_000))
def test_of_places_about_as_far_in_all_directions_the_nearest_is_found(
    seed: int, place: str, metres: float
) -> None:
    """A sphere would take another one: its degrees of latitude are too long."""
    rng = np.random.default_rng(seed)
    lon, lat, _ = PLACES[place]
    around = rng.uniform(0, 360, 24)
    away = metres * rng.uniform(1, 1.01, 24)
    lons, lats, _ = GEOD.fwd(np.full(24, lon), np.full(24, lat), around, away)
    lons += 360 * np.round((lon - np.array(lons)) / 360)
    ground = Ground(shapely.points(lons, lats))
    table = edge_table([shapely.LineString([(lon, lat), (lon, lat)])])
    assert away_m(table, ground, 10_000) == pytest.approx(away.min(), rel=1e-5, abs=0.01)


# ----------------------------------------------------------------------------------------------
# Many lines at once
# ----------------------------------------------------------------------------------------------


def many() -> tuple[list[shapely.LineString], list[shapely.Polygon]]:
    rng = np.random.default_rng(6)
    lines = [line(rng, "steppe") for _ in range(24)]
    return lines, [shape(rng, "steppe") for _ in range(30)]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("store") / "s"
    compile_store(folder, [(receptor(str(n)), item) for n, item in enumerate(many()[1])])
    opened = open_store(folder)
    assert opened is not None
    return opened


def measured(folder: Path, lines: list[shapely.LineString]) -> Meetings:
    opened = open_store(folder)
    assert opened is not None
    return measure_lines(lines, opened, 10_000)


def test_many_lines_at_once_are_measured_as_one_by_one(compiled: Store) -> None:
    lines, polygons = many()
    together = measure_lines(lines, compiled, 10_000)
    found = {
        (int(n), int(owner)): (length_m, away)
        for n, owner, length_m, away in zip(
            together.line, together.owner, together.length_m, together.distance_m, strict=True
        )
    }
    for number, route in enumerate(lines):
        for owner, polygon in enumerate(polygons):
            length_m, away = found.get((number, owner), (0.0, None))
            expected = length_inside_m(route, polygon)
            assert length_m == pytest.approx(expected, rel=1e-3, abs=1.0)
            if expected == 0:
                apart = distance_m(route, polygon)
                assert (away is not None) == (apart <= 10_000)
                assert away is None or away == pytest.approx(apart, rel=1e-3, abs=1.0)


def test_results_do_not_depend_on_workers_or_on_order(compiled: Store) -> None:
    lines, _ = many()
    alone = measure_lines(lines, compiled, 10_000)
    with ProcessPoolExecutor(2) as pool:
        halves = list(pool.map(measured, [compiled.folder] * 3, [lines[:5], lines[5:6], lines[6:]]))
    shift = np.repeat([0, 5, 6], [len(half.line) for half in halves])
    rows = np.concatenate([half.line for half in halves]) + shift
    assert np.array_equal(rows, alone.line)
    for column in ("owner", "length_m", "distance_m"):
        split_up = np.concatenate([getattr(half, column) for half in halves])
        assert split_up == pytest.approx(getattr(alone, column), rel=1e-9, abs=1e-6)
    backwards = measure_lines(lines[::-1], compiled, 10_000)
    order = np.lexsort([backwards.owner, len(lines) - 1 - backwards.line])
    assert backwards.length_m[order] == pytest.approx(alone.length_m, rel=1e-9, abs=1e-6)


def test_no_lines_and_lines_far_from_everything(compiled: Store) -> None:
    assert len(measure_lines([], compiled, 10_000).line) == 0
    far = shapely.LineString([(0, 0), (1, 1)])
    assert len(measure_lines([far], compiled, 10_000).line) == 0


# ----------------------------------------------------------------------------------------------
# Small ways with arrays
# ----------------------------------------------------------------------------------------------


@given(st.lists(st.integers(-5, 5)), st.lists(st.integers(-5, 5)))
def test_distinct_and_among_are_what_numpy_has(values: list[int], known: list[int]) -> None:
    numbers, others = np.array(values, dtype=np.int64), np.array(known, dtype=np.int64)
    assert np.array_equal(distinct(numbers), np.unique(numbers))
    assert np.array_equal(among(numbers, others), np.isin(numbers, others))


@given(st.lists(st.integers(0, 20)), st.integers(1, 6))
def test_runs_are_split_into_pieces_that_are_all_of_them(counts: list[int], size: int) -> None:
    starts, ends = split(np.array(counts, dtype=np.int64), size)
    assert (ends - starts <= size).all()
    row, item = expand(starts, ends - starts)
    assert item.tolist() == list(range(sum(counts)))
    assert np.array_equal(row, np.repeat(np.arange(len(starts)), ends - starts))
