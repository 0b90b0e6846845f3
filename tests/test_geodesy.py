"""Lengths, areas and distances against pyproj.Geod."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from camiscreen.geometry import geodesy

GEOD = Geod(ellps="WGS84")
LATITUDES = st.floats(-85, 85)
LONGITUDES = st.floats(-179, 179)


def polyline(seed: int, edges: int, longest_m: float, lat: float) -> np.ndarray:
    """A random walk in lon, lat with edges up to a length."""
    rng = np.random.default_rng(seed)
    xy = [(float(rng.uniform(40, 135)), lat)]
    for _ in range(edges):
        lon, lat_, _ = GEOD.fwd(*xy[-1], rng.uniform(0, 360), rng.uniform(0.01, longest_m))
        xy.append((lon, lat_))
    return np.array(xy)


@pytest.mark.parametrize("lat", [0.0, 15.0, 37.0, 45.0, 60.0, 75.0, -33.0])
@pytest.mark.parametrize("longest_m", [1.0, 100.0, 9_999.0, 80_000.0])
def test_lengths_agree_with_geod(lat: float, longest_m: float) -> None:
    xy = polyline(1, 200, longest_m, lat)
    ours = geodesy.line_length_m(shapely.LineString(xy))
    assert ours == pytest.approx(GEOD.line_length(xy[:, 0], xy[:, 1]), rel=1e-5)


@given(LONGITUDES, LATITUDES, st.floats(0, 360), st.floats(0.1, 3_000_000))
def test_densifying_keeps_the_given_vertices_and_bounds_every_edge(
    lon: float, lat: float, azimuth: float, length_m: float
) -> None:
    end = GEOD.fwd(lon, lat, azimuth, length_m)[:2]
    xy = geodesy.unwrap_longitudes(np.array([(lon, lat), end]))
    dense = geodesy.densify(xy)
    assert (dense[0] == xy[0]).all()
    assert (dense[-1] == xy[-1]).all()
    edges = GEOD.inv(dense[:-1, 0], dense[:-1, 1], dense[1:, 0], dense[1:, 1])[2]
    assert edges.max() <= geodesy.MAX_EDGE_M


@given(LONGITUDES, LATITUDES, st.floats(0.1, 20_000), st.integers(2, 9))
def test_redensifying_keeps_the_length(
    lon: float, lat: float, length_m: float, pieces: int
) -> None:
    end = GEOD.fwd(lon, lat, 70, length_m)[:2]
    xy = geodesy.densify(geodesy.unwrap_longitudes(np.array([(lon, lat), end])))
    finer = geodesy.densify(xy, geodesy.MAX_EDGE_M / pieces)
    assert geodesy.cumulative_m(finer)[-1] == pytest.approx(geodesy.cumulative_m(xy)[-1], rel=1e-5)


@given(st.integers(0, 10_000), LATITUDES)
def test_reversing_keeps_the_length(seed: int, lat: float) -> None:
    xy = geodesy.unwrap_longitudes(polyline(seed, 10, 9_000, lat))
    forth = geodesy.cumulative_m(xy)[-1]
    back = geodesy.cumulative_m(xy[::-1])[-1]
    assert forth == pytest.approx(back, rel=1e-12)


@pytest.mark.parametrize("lat", [0.0, 36.0, 47.0, 59.0])
@pytest.mark.parametrize("size", [0.001, 0.1, 1.0])
def test_areas_agree_with_geod(lat: float, size: float) -> None:
    square = shapely.box(70, lat, 70 + size, lat + size)
    hole = shapely.box(70 + 0.3 * size, lat + 0.3 * size, 70 + 0.6 * size, lat + 0.7 * size)
    shape = shapely.segmentize(square.difference(hole), size / 50)
    expected = abs(GEOD.geometry_area_perimeter(shape)[0])
    assert geodesy.area_m2(shape) == pytest.approx(expected, rel=1e-4)


def test_areas_of_many_are_those_of_each() -> None:
    random = np.random.default_rng(5)
    shapes = []
    for size in (1e-4, 0.01, 3.0):
        for x, y in random.uniform([50, -60], [130, 78], (20, 2)):
            outer = shapely.box(x, y, x + size, y + 0.4 * size)
            hole = shapely.box(x + 0.2 * size, y + 0.1 * size, x + 0.5 * size, y + 0.2 * size)
            other = shapely.box(x + 0.6 * size, y + 0.1 * size, x + 0.7 * size, y + 0.3 * size)
            shapes += [outer, outer.difference(hole), outer.difference(hole).difference(other)]
    found = geodesy.areas_m2(np.array(shapes))
    assert found == pytest.approx([geodesy.area_m2(shape) for shape in shapes], rel=1e-12)


def test_a_hole_of_the_same_orientation_is_still_a_hole() -> None:
    ring = [(70, 45), (71, 45), (71, 46), (70, 46), (70, 45)]
    hole = [(70.2, 45.2), (70.8, 45.2), (70.8, 45.8), (70.2, 45.8), (70.2, 45.2)]
    whole, holed = shapely.Polygon(ring), shapely.Polygon(ring, [hole])
    difference = geodesy.area_m2(whole) - geodesy.area_m2(shapely.Polygon(hole))
    assert geodesy.area_m2(holed) == pytest.approx(difference, rel=1e-9)


@given(st.floats(40, 135), st.floats(15, 60), st.floats(0, 360), st.floats(10, 60_000))
def test_the_local_frame_measures_distances(
    lon: float, lat: float, azimuth: float, distance_m: float
) -> None:
    here, there = (lon, lat), GEOD.fwd(lon, lat, azimuth, distance_m)[:2]
    frame = geodesy.local_frame(0.5 * (here[0] + there[0]), 0.5 * (here[1] + there[1]))
    a, b = frame.forward(np.array([here, there]))
    assert float(np.hypot(*(a - b))) == pytest.approx(distance_m, rel=1e-4)


def test_unwrapping_the_antimeridian() -> None:
    xy = np.array([(179.6, 65.0), (-179.9, 65.1), (-179.5, 65.0), (179.9, 65.2)])
    assert geodesy.unwrap_longitudes(xy)[:, 0].tolist() == pytest.approx(
        [179.6, 180.1, 180.5, 179.9]
    )


@given(st.floats(15, 80), st.floats(1, 200_000))
def test_the_box_of_a_distance_holds_the_circle(lat: float, distance_m: float) -> None:
    dlon, dlat = geodesy.degrees_for(distance_m, lat)
    for azimuth in range(0, 360, 15):
        lon_, lat_, _ = GEOD.fwd(80, lat, azimuth, distance_m)
        assert abs(lat_ - lat) <= dlat
        assert abs((lon_ - 80 + 180) % 360 - 180) <= dlon
