"""Encounters against whole polygons and pyproj.Geod, and what must not change them."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from camiscreen.geometry import edges
from camiscreen.layers import store
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.layers.tiling import tiles_of
from camiscreen.measuring import exposure
from camiscreen.model import (
    Coverage,
    Encounter,
    Exposure,
    LayerSpec,
    LoadedLayer,
    Project,
    Receptor,
    Rulebook,
    Text,
)
from camiscreen.screening import screen
from camiscreen.vocabulary import Confidence, ReceptorKind, Relation
from tests.conftest import make_project

GEOD = Geod(ellps="WGS84")
Point = tuple[float, float]


def loaded(
    *shapes: shapely.Geometry,
    accuracy_m: float = 100.0,
    kind: ReceptorKind = ReceptorKind.SPECIES_RANGE,
    cut: bool = True,
) -> LoadedLayer:
    """A layer of these shapes, tiled or whole."""
    text = Text(en="test", ru="тест")
    spec = LayerSpec(
        name="test", title=text, description=text, receptor_kind=kind, required=False, version="1",
        access="bundled", redistributable=True, format="geojson", path="", bytes=0, hash="",
        licenses=(), citation="", sources=(), positional_accuracy_m=accuracy_m,
        confidence=Confidence.HIGH, coverage=Coverage(bbox=(-180, -90, 180, 90), states=()),
        limits=(),
    )  # fmt: skip
    tiles, owners = [], []
    for owner, shape in enumerate(shapes):
        parts = tiles_of(shape) if cut else list(shapely.get_parts(shape))
        tiles += parts
        owners += [owner] * len(parts)
    receptors = tuple(
        Receptor(id=f"r{i}", name=text, species_id=f"r{i}", attributes={})
        for i in range(len(shapes))
    )
    return LoadedLayer(
        spec=spec, taxa=(), receptors=receptors, tiles=np.array(tiles, dtype=object),
        owners=np.array(owners, dtype=np.int32), wholes=dict(enumerate(shapes)),
    )  # fmt: skip


def measure(project: Project, layer: LoadedLayer, book: Rulebook) -> dict[str, Encounter]:
    result = exposure.measure(project, [layer], book.zones)
    return {encounter.receptor_id: encounter for encounter in result.encounters}


def star(seed: int, lon: float, lat: float, size: float) -> shapely.Polygon:
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, 40))
    radius = size * rng.uniform(0.4, 1, 40)
    return shapely.Polygon(
        np.column_stack([lon + radius * np.cos(angle), lat + radius * np.sin(angle)])
    )


def walk(seed: int, points: int, step: float) -> list[Point]:
    rng = np.random.default_rng(seed)
    steps = rng.normal([step, 0], step, (points, 2))
    return [tuple(map(float, xy)) for xy in np.array([78, 45]) + np.cumsum(steps, axis=0)]


def geod_length(geometry: shapely.Geometry) -> float:
    return sum(GEOD.geometry_length(part) for part in shapely.get_parts(geometry))


# ----------------------------------------------------------------------------------------------
# Lengths, areas, distances
# ----------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 80), st.floats(0.01, 0.5), st.floats(0.2, 5))
def test_crossing_lengths_agree_with_geod_on_whole_polygons(
    book: Rulebook, seed: int, points: int, step: float, size: float
) -> None:
    project = make_project(walk(seed, points, step))
    shape = star(seed, 80, 45, size)
    expected = geod_length(shapely.intersection(project.lines, shape))
    found = measure(project, loaded(shape), book).get("r0")
    length_m = found.crossing_length_m if found else 0.0
    assert length_m == pytest.approx(expected, rel=1e-3, abs=1.0)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 60))
def test_tiles_and_whole_polygons_agree(book: Rulebook, seed: int, points: int) -> None:
    project = make_project(walk(seed, points, 0.15))
    shape = shapely.segmentize(star(seed, 80, 45, 4), 0.02)
    tiled = measure(project, loaded(shape), book)
    whole = measure(project, loaded(shape, cut=False), book)
    assert tiled.keys() == whole.keys()
    for key, encounter in tiled.items():
        assert encounter.crossing_length_m == pytest.approx(whole[key].crossing_length_m, abs=0.5)
        assert encounter.distance_m == pytest.approx(whole[key].distance_m, abs=1.0)
        assert np.allclose(encounter.kp_ranges, whole[key].kp_ranges, atol=1.0)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_reversing_a_line_keeps_its_lengths(book: Rulebook, seed: int) -> None:
    line = walk(seed, 30, 0.2)
    shape = star(seed, 80, 45, 3)
    forth = measure(make_project(line), loaded(shape), book)
    back = measure(make_project(line[::-1]), loaded(shape), book)
    assert forth.keys() == back.keys()
    for key, encounter in forth.items():
        assert encounter.crossing_length_m == pytest.approx(back[key].crossing_length_m, abs=0.1)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 28))
def test_cutting_a_line_keeps_the_sum(book: Rulebook, seed: int, at: int) -> None:
    line = walk(seed, 30, 0.2)
    shape = star(seed, 80, 45, 3)
    whole = measure(make_project(line), loaded(shape), book)
    halves = measure(make_project(line[: at + 1], line[at:]), loaded(shape), book)
    assert whole.keys() == halves.keys()
    for key, encounter in whole.items():
        assert encounter.crossing_length_m == pytest.approx(halves[key].crossing_length_m, abs=0.1)
        assert np.allclose(encounter.kp_ranges, halves[key].kp_ranges, atol=0.5)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 359), st.floats(20, 9_900))
def test_distances_agree_with_geod(book: Rulebook, azimuth: int, distance_m: float) -> None:
    lon, lat, _ = GEOD.fwd(80, 45, azimuth, distance_m)
    corner = shapely.Point(lon, lat).buffer(1e-6, quad_segs=2)
    project = make_project(points=[(80.0, 45.0)])
    found = measure(project, loaded(corner), book)["r0"]
    assert found.distance_m == pytest.approx(distance_m, rel=1e-3, abs=1.0)
    assert found.relation is Relation.NEAR
    assert found.zone == ("direct" if distance_m <= 1_000 else "indirect")


def test_kp_ranges_are_where_the_line_enters_and_leaves(book: Rulebook) -> None:
    project = make_project([(78.0, 45.0), (82.0, 45.0)])
    found = measure(project, loaded(shapely.box(79, 44, 80, 46)), book)["r0"]
    ((enters, leaves),) = found.kp_ranges
    dense = shapely.get_coordinates(project.alignment[0].line)
    before = dense[dense[:, 0] <= 79 + 1e-9]
    assert enters == pytest.approx(geod_length(shapely.LineString(before)), abs=40)
    assert leaves - enters == pytest.approx(found.crossing_length_m, abs=0.1)
    assert found.relation is Relation.CROSSES


def test_all_of_it_inside_is_within(book: Rulebook) -> None:
    project = make_project([(79.2, 45.0), (79.8, 45.0)])
    found = measure(project, loaded(shapely.box(79, 44, 80, 46)), book)["r0"]
    assert found.relation is Relation.WITHIN
    assert found.crossing_length_m == pytest.approx(project.length_m)


def test_an_area_is_measured_as_an_area(book: Rulebook) -> None:
    mine = shapely.box(79.5, 44.9, 80.5, 45.1)
    found = measure(make_project(areas=[mine]), loaded(shapely.box(79, 44, 80, 46)), book)["r0"]
    half = shapely.segmentize(shapely.box(79.5, 44.9, 80, 45.1), 0.01)
    expected = abs(GEOD.geometry_area_perimeter(half)[0])
    assert found.overlap_area_m2 == pytest.approx(expected, rel=1e-3)
    assert found.kp_ranges == ()
    assert found.relation is Relation.CROSSES


def test_a_line_along_a_tile_cut_is_counted_once(book: Rulebook) -> None:
    shape = shapely.segmentize(shapely.box(78, 44, 82, 46), 0.01)
    cuts = [tile.bounds[0] for tile in tiles_of(shape) if tile.bounds[0] > 78.1]
    project = make_project([(cuts[0], 43.5), (cuts[0], 46.5)])
    found = measure(project, loaded(shape), book)["r0"]
    inside = shapely.LineString([(cuts[0], 44), (cuts[0], 46)])
    assert found.crossing_length_m == pytest.approx(geod_length(inside), rel=1e-3)


def test_a_parallel_track_counts_its_length_and_takes_the_nearest_chainage(book: Rulebook) -> None:
    main, side = [(78.0, 45.0), (82.0, 45.0)], [(78.0, 45.0005), (82.0, 45.0005)]
    both = make_project(main, side_lines=[side])
    shape = shapely.box(79, 45.0003, 80, 46)  # meets the side track alone
    found = measure(both, loaded(shape), book)["r0"]
    assert found.crossing_length_m == pytest.approx(
        geod_length(shapely.LineString([(79, 45.0005), (80, 45.0005)])), rel=1e-3
    )
    ((enters, leaves),) = found.kp_ranges
    assert leaves - enters == pytest.approx(found.crossing_length_m, rel=1e-2)


def test_the_zone_of_a_layers_own_uncertainty(book: Rulebook) -> None:
    project = make_project([(78.0, 45.0), (79.0, 45.0)])
    shape = shapely.box(78, 45.3, 79, 46)  # about 33 km north
    assert measure(project, loaded(shape, accuracy_m=20_000), book) == {}
    found = measure(project, loaded(shape, accuracy_m=50_000), book)["r0"]
    assert found.zone == "uncertainty"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(1, 4))
def test_widening_a_zone_never_lowers_exposure(book: Rulebook, seed: int, factor: float) -> None:
    from dataclasses import replace

    project = make_project(walk(seed, 20, 0.1))
    shapes = [star(seed + i, 78 + i, 45.4, 0.2) for i in range(6)]
    narrow = exposure.measure(project, [loaded(*shapes)], book.zones).encounters
    wider = [replace(zone, width_m=zone.width_m * factor) for zone in book.zones]
    wide = exposure.measure(project, [loaded(*shapes)], wider).encounters
    assert {e.id for e in narrow} <= {e.id for e in wide}


# ----------------------------------------------------------------------------------------------
# Region and states
# ----------------------------------------------------------------------------------------------


def screened(book: Rulebook, opened: list[tuple[Layer, Store]], *lines: list[Point]) -> Exposure:
    return screen(make_project(*lines), opened, book, generated_on="2026-11-22").exposure


def test_outside_the_region_nothing_is_covered(
    book: Rulebook, opened: list[tuple[Layer, Store]]
) -> None:
    result = screened(book, opened, [(2.35, 48.85), (4.83, 45.76)])
    assert {coverage.covered_fraction for coverage in result.coverage} == {0.0}
    assert result.states == ()
    assert result.encounters == ()


def test_a_line_partly_outside_has_the_fraction(
    book: Rulebook, opened: list[tuple[Layer, Store]]
) -> None:
    result = screened(book, opened, [(44.0, 33.3), (48.5, 34.3)])  # Baghdad to western Iran
    (fraction,) = {coverage.covered_fraction for coverage in result.coverage}
    (state,) = result.states
    assert state.iso3 == "IRN"
    assert 0.3 < fraction < 0.9
    total = geod_length(make_project([(44.0, 33.3), (48.5, 34.3)]).lines)
    slack = opened[0][0].spec.positional_accuracy_m
    assert fraction * total == pytest.approx(state.length_m, abs=1.5 * slack)
    ((first, last),) = result.coverage[0].outside_kp_ranges
    assert first == 0
    assert last == pytest.approx((1 - fraction) * total, rel=1e-3)


def test_states_come_in_the_order_of_chainage(
    book: Rulebook, opened: list[tuple[Layer, Store]]
) -> None:
    line = [(106.9, 47.9), (112.0, 43.0)]
    assert [s.iso3 for s in screened(book, opened, line).states] == ["MNG", "CHN"]
    assert [s.iso3 for s in screened(book, opened, line[::-1]).states] == ["CHN", "MNG"]


def test_layer_order_does_not_matter(book: Rulebook, opened: list[tuple[Layer, Store]]) -> None:
    project = make_project([(106.9, 47.9), (112.0, 43.0)])
    one = screen(project, opened, book, generated_on="2026-11-22")
    other = screen(project, opened[::-1], book, generated_on="2026-11-22")
    assert [f.id for f in one.findings] == [f.id for f in other.findings]
    assert [e.id for e in one.exposure.encounters] == [e.id for e in other.exposure.encounters]


def test_the_store_gives_the_same_as_whole_polygons(
    book: Rulebook, opened: list[tuple[Layer, Store]], tmp_path: Path
) -> None:
    layer, compiled = next(pair for pair in opened if pair[0].spec.name == "species_ranges")
    project = make_project([(51.4, 35.7), (55.0, 36.4), (59.6, 36.3)])
    result = screen(project, opened, book, generated_on="2026-11-22")
    assert store.open_store(compiled.folder) is not None
    for encounter in result.exposure.encounters:
        if encounter.relation is Relation.NEAR or encounter.layer_id != layer.spec.name:
            continue
        owner = [r.id for r in compiled.receptors].index(encounter.receptor_id)
        expected = geod_length(shapely.intersection(project.lines, compiled.whole(owner)))
        assert encounter.crossing_length_m == pytest.approx(expected, rel=1e-3)
    assert layer.spec.sha256


# ----------------------------------------------------------------------------------------------
# Receptors that are lines or points
# ----------------------------------------------------------------------------------------------


def test_a_line_is_crossed_at_places_and_has_no_length(book: Rulebook) -> None:
    fence = shapely.LineString([(70, 44), (70, 46), (71, 46), (71, 44)])
    project = make_project([(69, 45), (72, 45)])
    layer = loaded(fence, kind=ReceptorKind.BARRIER)
    encounter = measure(project, layer, book)["r0"]
    assert encounter.relation is Relation.CROSSES
    assert (encounter.crossing_length_m, encounter.distance_m) == (0.0, 0.0)
    km_per_degree = GEOD.inv(69, 45, 70, 45)[2]
    assert [a for a, _ in encounter.kp_ranges] == pytest.approx(
        [km_per_degree, 2 * km_per_degree], rel=1e-4
    )
    assert all(a == b for a, b in encounter.kp_ranges)
    assert {tuple(xy) for xy in shapely.get_coordinates(encounter.geometry).round(6)} == {
        (70.0, 45.0), (71.0, 45.0),
    }  # fmt: skip


def test_a_line_beside_has_its_distance(book: Rulebook) -> None:
    project = make_project([(70, 45), (71, 45)])
    lon, lat, _ = GEOD.fwd(70.5, 45, 0, 2_000)
    fence = shapely.LineString([(70.4, lat), (lon, lat), (70.6, lat)])
    encounter = measure(project, loaded(fence, kind=ReceptorKind.BARRIER), book)["r0"]
    assert encounter.relation is Relation.NEAR
    assert encounter.distance_m == pytest.approx(2_000, rel=2e-3)


def test_a_line_run_along_has_the_chainage_of_the_stretch(book: Rulebook) -> None:
    project = make_project([(70, 45), (71, 45), (72, 45)])
    along = shapely.LineString([(70.5, 45), (71.5, 45)])
    encounter = measure(project, loaded(along, kind=ReceptorKind.BARRIER), book)["r0"]
    assert encounter.crossing_length_m == 0.0
    ((first, last),) = encounter.kp_ranges
    # The parallel is straight in coordinates, as the project's edge is.
    assert last - first == pytest.approx(project.length_m / 2, rel=1e-6)


def test_a_point_has_a_distance(book: Rulebook) -> None:
    project = make_project([(70, 45), (71, 45)])
    lon, lat, _ = GEOD.fwd(70.5, 45, 180, 500)
    layer = loaded(shapely.Point(lon, lat), kind=ReceptorKind.SITE)
    encounter = measure(project, layer, book)["r0"]
    assert (encounter.relation, encounter.zone) == (Relation.NEAR, "direct")
    assert encounter.distance_m == pytest.approx(500, rel=1e-3)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 500))
def test_cut_lines_are_crossed_where_whole_ones_are(book: Rulebook, seed: int, points: int) -> None:
    barrier = shapely.LineString(walk(seed, points, 0.05))
    project = make_project(walk(seed + 1, 60, 0.05))
    cut = measure(project, loaded(barrier, kind=ReceptorKind.BARRIER), book)
    whole = measure(project, loaded(barrier, kind=ReceptorKind.BARRIER, cut=False), book)
    assert set(cut) == set(whole)
    for id_, encounter in cut.items():
        assert encounter.distance_m == pytest.approx(whole[id_].distance_m, abs=0.01)
        assert np.ravel(encounter.kp_ranges) == pytest.approx(
            np.ravel(whole[id_].kp_ranges), abs=0.6
        )


def test_an_area_crossed_by_a_line_is_met(book: Rulebook) -> None:
    project = make_project(areas=[shapely.box(70, 45, 71, 46)])
    fence = shapely.LineString([(69, 45.5), (72, 45.5)])
    encounter = measure(project, loaded(fence, kind=ReceptorKind.BARRIER), book)["r0"]
    assert encounter.relation is Relation.CROSSES
    assert encounter.overlap_area_m2 == 0.0


def test_places_on_a_line_are_told_once() -> None:
    places = np.array(
        [[3.0, 3.0], [1.0, 2.0], [2.0, 2.5], [2.5, 2.5], [2.2, 2.2], [7.0, 7.0], [7.0, 7.0]]
    )
    assert edges.merge_places(places).tolist() == [[1.0, 2.5], [3.0, 3.0], [7.0, 7.0]]
    assert edges.merge_places(np.zeros((0, 2))).shape == (0, 2)


def test_a_side_line_meets_a_barrier_at_the_nearest_chainage(book: Rulebook) -> None:
    project = make_project([(70, 45), (71, 45)], side_lines=[[(70.2, 45.001), (70.8, 45.001)]])
    fence = shapely.LineString([(70.5, 45.0005), (70.5, 45.1)])
    encounter = measure(project, loaded(fence, kind=ReceptorKind.BARRIER), book)["r0"]
    ((first, last),) = encounter.kp_ranges
    assert first == last == pytest.approx(project.chainage_length_m / 2, rel=1e-3)
