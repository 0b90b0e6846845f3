"""One alignment out of many parts: what is joined, bridged, counted once or left apart."""

import time
from collections.abc import Sequence
from itertools import pairwise
from random import Random

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from camiscreen.alignment import Alignment, align
from camiscreen.errors import ProjectFileError
from camiscreen.geometry.geodesy import Floats, densify, line_length_m

LON, LAT = 70.0, 45.0
DEGREE_EAST_M, DEGREE_NORTH_M = 78_846.8, 111_131.8


def at(*metres: tuple[float, float]) -> Floats:
    """A line from metres east and north of 70 E, 45 N."""
    xy = np.array(metres, dtype=float)
    return densify(np.array([LON, LAT]) + xy / [DEGREE_EAST_M, DEGREE_NORTH_M])


def metres(line: shapely.LineString) -> Floats:
    return (shapely.get_coordinates(line) - [LON, LAT]) * [DEGREE_EAST_M, DEGREE_NORTH_M]


def bend(x: Floats) -> Floats:
    return 2_000 * np.sin(x / 15_000)


def curve(
    length_m: float, step_m: float = 200.0, offset_m: float = 0.0, from_m: float = 0.0
) -> list[tuple[float, float]]:
    x = np.arange(from_m, from_m + length_m + step_m / 2, step_m)
    return list(zip(x.tolist(), (bend(x) + offset_m).tolist(), strict=True))


def given_m(parts: Sequence[Floats]) -> float:
    return sum(line_length_m(shapely.LineString(xy)) for xy in parts)


def real_m(alignment: Alignment) -> float:
    """Length of the chains without links, plus that of the side lines."""
    total = line_length_m(alignment.side_lines)
    for chain in alignment.chains:
        xy = shapely.get_coordinates(chain.line)
        edges = np.setdiff1d(np.arange(len(xy) - 1), chain.bridge_edges)
        lines = shapely.linestrings(np.stack([xy[edges], xy[edges + 1]], axis=1))
        total += line_length_m(shapely.MultiLineString(list(lines)))
    return total


def check(alignment: Alignment, parts: Sequence[Floats]) -> None:
    """What holds for every alignment."""
    assert real_m(alignment) == pytest.approx(given_m(parts), rel=1e-6)
    reached = 0.0
    for chain in alignment.chains:
        assert chain.from_m == reached
        assert chain.to_m - chain.from_m == pytest.approx(line_length_m(chain.line), rel=1e-9)
        reached = chain.to_m
    assert alignment.chainage_length_m == reached
    assert alignment.joining.parts == len(parts)
    assert alignment.joining.chains == len(alignment.chains)
    for bridge in alignment.joining.bridges:
        assert 0 < bridge.length_m <= 10_000
        assert 0 <= bridge.kp_m < reached


def joined(*parts: Floats) -> Alignment:
    alignment = align(parts)
    check(alignment, parts)
    return alignment


# ----------------------------------------------------------------------------------------------
# One line
# ----------------------------------------------------------------------------------------------


def test_nothing() -> None:
    alignment = align([])
    assert alignment.chains == ()
    assert alignment.chainage_length_m == 0
    assert alignment.joining.parts == 0


def test_single_line_stays_as_given() -> None:
    for line in (at(*curve(9_000)), at(*curve(9_000))[::-1]):
        (chain,) = joined(line).chains
        assert np.array_equal(shapely.get_coordinates(chain.line), line)
        assert chain.bridge_edges == ()


def test_single_ring_is_one_chain_from_its_first_vertex() -> None:
    ring = at((5_000, 0), (5_000, 5_000), (0, 5_000), (0, 0), (5_000, 0))
    (chain,) = joined(ring).chains
    assert np.array_equal(shapely.get_coordinates(chain.line), ring)


def test_single_line_that_meets_itself_is_not_cut() -> None:
    lollipop = at((0, 0), (3_000, 0), (6_000, 0), (6_000, 2_000), (3_000, 2_000), (3_000, 0.5))
    assert len(joined(lollipop).chains) == 1


# ----------------------------------------------------------------------------------------------
# Joining along the network
# ----------------------------------------------------------------------------------------------


def test_parts_in_any_order_and_direction_make_one_chain() -> None:
    line = at(*curve(50_000))
    parts = [line[i : i + 11] for i in range(0, 250, 10)]
    parts[3], parts[7] = parts[3][::-1], parts[7][::-1]
    alignment = joined(*parts[::2], *parts[1::2])
    (chain,) = alignment.chains
    assert np.array_equal(shapely.get_coordinates(chain.line), line)
    assert alignment.joining.joined_parts == 25
    assert alignment.joining.bridges == ()


def test_direction_of_the_greater_length_counts() -> None:
    alignment = joined(at((0, 0), (8_000, 0))[::-1], at((8_000, 0), (10_000, 0)))
    assert metres(alignment.chains[0].line)[0] == pytest.approx([10_000, 0], abs=0.01)


def test_ends_within_a_metre_are_one_point_and_no_gap() -> None:
    parts = at((0, 0), (5_000, 0)), at((5_000.6, 0.3), (9_000, 0))
    alignment = joined(*parts)
    (chain,) = alignment.chains
    assert len(chain.bridge_edges) == 1
    assert alignment.joining.bridges == ()
    assert alignment.joining.joined_parts == 2


def test_branch_at_a_junction_inside_another_part() -> None:
    trunk, branch = at((0, 0), (20_000, 0)), at((12_000, 0.4), (14_000, 6_000))
    alignment = joined(trunk, branch)
    main, side = alignment.chains
    assert metres(main.line)[-1] == pytest.approx([20_000, 0], abs=0.01)
    assert side.to_m - side.from_m == pytest.approx(6_325, abs=10)
    assert alignment.joining.bridges == ()


def test_longest_way_through_a_branching_network_comes_first() -> None:
    stem, short = at((0, 0), (10_000, 0)), at((10_000, 0), (14_000, -3_000))
    long = at((10_000, 0), (18_000, 6_000))
    alignment = joined(short, stem, long)
    main, branch = alignment.chains
    assert main.to_m == pytest.approx(20_000, abs=20)
    assert branch.to_m - branch.from_m == pytest.approx(5_000, abs=10)


def test_branches_follow_in_the_order_in_which_they_leave() -> None:
    trunk = at((0, 0), (40_000, 0))
    starts = [30_000, 10_000, 20_000]
    branches = [at((x, 0), (x + 500, 5_000)) for x in starts]
    alignment = joined(*branches, trunk)
    found = [metres(chain.line)[0, 0] for chain in alignment.chains]
    assert found == pytest.approx([0, 10_000, 20_000, 30_000], abs=1)


def test_ring_of_several_parts_is_one_chain() -> None:
    a, b, c = (0, 0), (9_000, 0), (4_000, 8_000)
    alignment = joined(at(a, b), at(b, c), at(c, a))
    (chain,) = alignment.chains
    assert chain.bridge_edges == ()
    assert chain.line.is_ring


def test_crossing_without_a_shared_end_is_no_junction() -> None:
    alignment = joined(at((0, 0), (20_000, 0)), at((9_000, -9_000), (9_000, 9_000)))
    assert len(alignment.chains) == 2
    assert alignment.joining.joined_parts == 0


def test_no_reversal_at_a_junction() -> None:
    # The longer way from A leads back over itself at an acute junction; trains cannot take it.
    a, b = at((0, 0), (10_000, 0)), at((10_000, 0), (14_000, 0))
    back = at((10_000, 0), (2_000, 3_000))
    main = joined(a, b, back).chains[0]
    assert main.to_m == pytest.approx(14_000, abs=15)


# ----------------------------------------------------------------------------------------------
# Gaps
# ----------------------------------------------------------------------------------------------


def test_gap_is_bridged_and_chainage_runs_across() -> None:
    alignment = joined(at((0, 0), (5_000, 0)), at((8_000, 0), (12_000, 0)))
    (chain,) = alignment.chains
    (bridge,) = alignment.joining.bridges
    assert bridge.kp_m == pytest.approx(5_000, abs=5)
    assert bridge.length_m == pytest.approx(3_000, abs=5)
    assert chain.to_m == pytest.approx(12_000, abs=15)
    (edge,) = chain.bridge_edges
    assert metres(chain.line)[edge : edge + 2] == pytest.approx(
        np.array([[5_000, 0], [8_000, 0]]), abs=0.01
    )


@pytest.mark.parametrize(("gap_m", "chains"), [(9_900, 1), (10_100, 2)])
def test_widest_gap(gap_m: float, chains: int) -> None:
    alignment = joined(at((0, 0), (20_000, 0)), at((20_000 + gap_m, 0), (40_000, 0)))
    assert len(alignment.chains) == chains


def test_chains_too_far_apart_follow_each_other() -> None:
    middle, before, after = (
        at((50_000, 0), (100_000, 0)),
        at((0, 0), (30_000, 0)),
        at((120_000, 0), (140_000, 0)),
    )
    found = [metres(c.line)[0, 0] for c in joined(middle, after, before).chains]
    assert found == pytest.approx([0, 50_000, 120_000], abs=1)


def test_hairpin_is_not_bridged() -> None:
    # Two lines that end side by side, 300 m apart: a bridge would turn back.
    alignment = joined(at((0, 0), (9_000, 0)), at((0, 300), (9_000, 300)))
    assert len(alignment.chains) == 2


def test_smaller_gap_first() -> None:
    left, near = at((0, 0), (9_000, 0)), at((9_500, 0), (15_000, 0))
    far = at((11_500, 900), (17_000, 4_000))
    alignment = joined(left, far, near)
    assert [b.length_m for b in alignment.joining.bridges] == [pytest.approx(500, abs=1)]


def test_end_at_a_junction_is_not_bridged() -> None:
    # The branch ends on the trunk; it leads nowhere else, however near another end may be.
    trunk, branch = at((0, 0), (20_000, 0)), at((19_000, 5_000), (19_000, 0))
    other = at((19_000, -300), (19_000, -5_000))
    alignment = joined(trunk, branch, other)
    assert alignment.joining.bridges == ()
    assert len(alignment.chains) == 3


# ----------------------------------------------------------------------------------------------
# Parallel tracks
# ----------------------------------------------------------------------------------------------


def test_second_track_is_counted_once() -> None:
    alignment = joined(at(*curve(30_000)), at(*curve(29_000, offset_m=15, from_m=400)))
    assert len(alignment.chains) == 1
    assert alignment.joining.parallel_parts == 1
    assert alignment.chainage_length_m == pytest.approx(given_m([at(*curve(30_000))]), rel=1e-9)
    assert alignment.joining.parallel_length_m == pytest.approx(line_length_m(alignment.side_lines))


def test_duplicate_part_counts_once() -> None:
    line = at(*curve(12_000))
    for copy in (line, line[::-1], line[5:40]):
        alignment = joined(line, copy)
        assert len(alignment.chains) == 1
        assert alignment.joining.parallel_parts == 1
        assert alignment.chainage_length_m == pytest.approx(given_m([line]), rel=1e-9)


@pytest.mark.parametrize(("offset_m", "chains"), [(90, 1), (110, 2)])
def test_width_of_the_strip(offset_m: float, chains: int) -> None:
    alignment = joined(at((0, 0), (20_000, 0)), at((2_000, offset_m), (18_000, offset_m)))
    assert len(alignment.chains) == chains


def test_track_that_leaves_is_split_there() -> None:
    main = at((0, 0), (40_000, 0))
    leaving = at((1_000, 30), (15_000, 30), (20_000, 5_000))
    alignment = joined(main, leaving)
    assert len(alignment.chains) == 2
    assert line_length_m(alignment.side_lines) == pytest.approx(14_100, abs=60)


def test_two_tracks_in_parts_that_end_at_different_places() -> None:
    first, second = at(*curve(60_000)), at(*curve(60_000, offset_m=12))
    parts = [first[i : i + 21] for i in range(0, 300, 20)]
    parts += [second[max(0, i) : i + 21] for i in range(-7, 300, 20)]
    alignment = joined(*parts)
    assert len(alignment.chains) == 1
    assert alignment.chainage_length_m == pytest.approx(given_m([first]), rel=2e-3)


def test_two_carriageways_joined_at_their_ends_are_no_ring() -> None:
    there = at((0, 0), (300, 20), (29_700, 20), (30_000, 0))
    back = at((30_000, 0), (29_700, -20), (300, -20), (0, 0))
    alignment = joined(there, back)
    assert len(alignment.chains) == 1
    assert alignment.chainage_length_m == pytest.approx(30_000, abs=40)


def test_siding_between_turnouts_is_put_aside() -> None:
    main = at((0, 0), (20_000, 0))
    siding = at((9_000, 0), (9_200, 6), (10_800, 6), (11_000, 0))
    alignment = joined(main, siding)
    assert alignment.chainage_length_m == pytest.approx(20_000, abs=25)
    assert alignment.joining.parallel_parts == 1


def test_short_part_across_a_line_is_not_parallel() -> None:
    alignment = joined(at((0, 0), (20_000, 0)), at((9_000, -90), (9_000, 90)))
    assert alignment.joining.parallel_parts == 0
    assert len(alignment.chains) == 2


def test_short_part_ahead_of_an_end_is_not_parallel() -> None:
    alignment = joined(
        at((0, 0), (9_000, 0)), at((9_020, 0), (9_060, 0)), at((9_090, 0), (18_000, 0))
    )
    assert alignment.joining.parallel_parts == 0
    assert len(alignment.joining.bridges) == 2


def test_switchback_given_in_legs_stays_one_chain() -> None:
    legs = [(0, 0), (900, 0), (300, 60), (900, 120), (300, 180), (5_000, 300)]
    parts = [at(a, b) for a, b in pairwise(legs)]
    alignment = joined(*parts)
    assert len(alignment.chains) == 1
    assert alignment.joining.parallel_parts == 0


# ----------------------------------------------------------------------------------------------
# Invariants
# ----------------------------------------------------------------------------------------------

# Far places, and near ones on a grid, where parts share ends, touch, cross and overlap.
coordinate = st.integers(-30_000, 30_000).map(float) | st.integers(-4, 4).map(lambda i: 400.0 * i)
part = st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=5, unique=True).map(
    lambda corners: at(*corners)
)
some_parts = st.lists(part, min_size=1, max_size=8)


@given(some_parts)
@settings(deadline=None, max_examples=150)
def test_nothing_is_lost(parts: list[Floats]) -> None:
    check(align(parts), parts)


@given(some_parts, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=100)
def test_order_of_parts_does_not_matter(parts: list[Floats], random: Random) -> None:
    shuffled = list(parts)
    random.shuffle(shuffled)
    assert align(parts) == align(shuffled)


@given(some_parts)
@settings(deadline=None, max_examples=100)
def test_reversing_all_parts_keeps_the_length(parts: list[Floats]) -> None:
    there, back = align(parts), align([xy[::-1] for xy in parts])
    assert real_m(there) == pytest.approx(real_m(back), rel=1e-9)


@given(st.sets(st.integers(1, 199), max_size=30), st.data())
@settings(deadline=None, max_examples=60)
def test_cutting_a_line_changes_nothing(cuts: set[int], data: st.DataObject) -> None:
    line = at(*curve(40_000))
    bounds = [0, *sorted(cuts), 200]
    parts = [line[a : b + 1] for a, b in pairwise(bounds)]
    (chain,) = align(data.draw(st.permutations(parts))).chains
    assert np.array_equal(shapely.get_coordinates(chain.line), line)


# ----------------------------------------------------------------------------------------------
# Tangles
# ----------------------------------------------------------------------------------------------


def tangle(kind: str, lines: int) -> list[Floats]:
    random = np.random.default_rng(7)
    if kind == "hub":
        return [at((0, 0), (float(x), float(y))) for x, y in random.uniform(-900, 900, (lines, 2))]
    if kind == "nearly one point":
        ends = random.uniform(-0.3, 0.3, (lines, 2)), random.uniform(-900, 900, (lines, 2))
        return [at((float(a), float(b)), (float(x), float(y)))
                for (a, b), (x, y) in zip(*ends, strict=True)]  # fmt: skip
    if kind == "scribble":
        return [at(*(tuple(place) for place in random.uniform(-9e3, 9e3, (lines, 2)).tolist()))]
    # A bundle: so many lines beside one another.
    return [at((0, 0.09 * n), (40_000, 0.09 * n)) for n in range(lines)]


@pytest.mark.parametrize(
    ("kind", "lines", "what"),
    [
        ("hub", 600, "more than 500 of its lines end at one point"),
        ("nearly one point", 600, "more than 500 of its lines end at one point"),
        ("scribble", 2_000, "cross one another at more than 300,000 places"),
        ("bundle", 400, "within 100 m of one another at more than 5,000,000 places"),
    ],
)
def test_a_tangle_is_refused_before_it_costs_hours(kind: str, lines: int, what: str) -> None:
    with pytest.raises(ProjectFileError, match=what):
        align(tangle(kind, lines))


@pytest.mark.parametrize(("kind", "lines"), [("hub", 60), ("scribble", 60), ("bundle", 30)])
def test_less_of_the_same_is_aligned(kind: str, lines: int) -> None:
    parts = tangle(kind, lines)
    if kind == "scribble":
        assert align(parts).chainage_length_m == pytest.approx(given_m(parts), rel=1e-6)
    else:
        joined(*parts)


def test_a_network_that_meets_in_every_point_is_cut_there() -> None:
    """Streets end to end: each corner is one node, whether the ends are the same or nearly."""
    corners = [(x * 500.0, y * 500.0) for x in range(5) for y in range(5)]
    random = np.random.default_rng(3)
    for slip in (0.0, 0.4):
        near = [(x + slip * random.random(), y + slip * random.random()) for x, y in corners * 2]
        parts = [at(near[n], (x + 500, y)) for n, (x, y) in enumerate(corners) if x < 2_000]
        parts += [at(near[n + 25], (x, y + 500)) for n, (x, y) in enumerate(corners) if y < 2_000]
        alignment = joined(*parts)
        assert alignment.chains[0].to_m > 4_000


def test_three_thousand_parts_take_seconds() -> None:
    x = np.linspace(50, 80, 30_001)
    line = np.column_stack([x, 45 + 1.5 * np.sin(x)])
    track = line + np.array([0, 0.0002])
    parts = [line[i : i + 21] for i in range(0, 30_000, 20)]
    parts += [track[i : i + 21] for i in range(7, 29_970, 20)]
    started = time.perf_counter()
    alignment = align(parts)
    assert time.perf_counter() - started < 15
    assert len(alignment.chains) == 1
    assert alignment.chainage_length_m == pytest.approx(given_m([line]), rel=1e-6)
