"""The edge of rounding where a works programme cuts a case: nothing of it is lost or told twice."""

import dataclasses
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camiscreen.geometry.chainage import merge_ranges
from camiscreen.judging.cases import Case, by_works
from camiscreen.model import Design, KpRange, WorksStretch
from camiscreen.vocabulary import Kind
from tests.conftest import make_project

LINE = ((66.0, 47.5), (67.0, 47.5))
LENGTH_M = make_project(LINE, kind=Kind.ROAD).chainage_length_m


def split(ranges: tuple[KpRange, ...], *works: tuple[KpRange, tuple[int, ...]]) -> list[Case]:
    design = Design(works=tuple(WorksStretch(kp_m=kp, months=months) for kp, months in works))
    project = dataclasses.replace(make_project(LINE, kind=Kind.ROAD), design=design)
    length_m = sum(b - a for a, b in ranges)
    case = Case(key="one", facts={}, words={}, kp_ranges=ranges, length_m=length_m)
    return by_works(case, project)


def total(ranges: tuple[KpRange, ...]) -> float:
    return sum(b - a for a, b in ranges)


@pytest.mark.parametrize("beyond_m", [-1e-6, 0.0, 1e-6, 0.04, 0.5])
@pytest.mark.parametrize("works_to_m", [LENGTH_M - 1e-6, LENGTH_M, LENGTH_M + 0.04])
def test_a_case_that_ends_a_rounding_beyond_the_line_is_kept_whole(
    beyond_m: float, works_to_m: float
) -> None:
    end = LENGTH_M + beyond_m
    parts = split(((1_000.0, end),), ((0.0, works_to_m), (5,)))
    assert sum(total(part.kp_ranges) for part in parts) == pytest.approx(end - 1_000.0, abs=1e-9)
    assert max(b for part in parts for _, b in part.kp_ranges) == end
    assert sum(part.length_m for part in parts) == pytest.approx(end - 1_000.0)


@pytest.mark.parametrize("at", [0.0, 5_000.0, 10_000.0, LENGTH_M, LENGTH_M + 0.04])
def test_a_place_on_the_edge_of_works_is_kept(at: float) -> None:
    parts = split(((at, at),), ((5_000.0, 10_000.0), (5,)))
    assert {kp for part in parts for kp in part.kp_ranges} == {(at, at)}


ENDS = st.floats(min_value=0.0, max_value=LENGTH_M + 0.5, allow_nan=False)


@given(
    st.lists(ENDS, min_size=2, max_size=8),
    st.lists(st.tuples(ENDS, ENDS, st.integers(1, 12)), min_size=1, max_size=4),
)
@settings(max_examples=150, deadline=None)
def test_the_parts_of_a_case_are_the_case(
    ends: list[float], works: list[tuple[float, float, int]]
) -> None:
    ranges = merge_ranges([(a, b) for a, b in pairwise(sorted(ends)) if b - a > 1.0], gap_m=0.0)
    if not ranges:
        return
    stated = [((min(a, b), max(a, b)), (month,)) for a, b, month in works]
    parts = split(ranges, *stated)
    # A part may close over half a metre that others hold, as chainage everywhere does.
    assert sum(total(part.kp_ranges) for part in parts) >= total(ranges) - 1e-6
    for a, b in ranges:
        middle = 0.5 * (a + b)
        assert any(c <= middle <= d for part in parts for c, d in part.kp_ranges)
