"""The sweep over chainage that figures and tables share."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camiscreen.report.chainage import Ruler
from camiscreen.report.stretches import by_level, merged, net_length_m, stretches
from tests.report import sample


def test_stretches_cover_the_alignment_once() -> None:
    screening = sample.screening()
    parts = stretches(screening)
    assert parts[0].from_m == 0
    assert parts[-1].to_m == screening.project.chainage_length_m
    for before, after in itertools.pairwise(parts):
        assert before.to_m == after.from_m
    net = net_length_m([(0.0, parts[-1].to_m)], screening.project)
    assert sum(part.length_m for part in parts) == pytest.approx(net)
    assert sum(by_level(parts).values()) == pytest.approx(net)


def test_the_worst_finding_gives_the_level() -> None:
    parts = stretches(sample.screening())
    both = next(p for p in parts if {f.number for f in p.findings} >= {"F1", "F3"})
    assert both.level == "major"


def test_outside_all_layers_is_not_assessed() -> None:
    parts = stretches(sample.screening())
    assert parts[-1].level == "na"
    assert "none" in {p.level for p in parts}
    assert {p.level for p in stretches(sample.outside())} == {"na"}


def test_bridged_gaps_have_no_length() -> None:
    screening = sample.screening()
    gap = screening.project.joining.bridges[0]
    assert net_length_m([(gap.kp_m, gap.kp_m + gap.length_m)], screening.project) == 0
    assert net_length_m([(gap.kp_m - 1, gap.kp_m + 100)], screening.project) == 1


def test_no_alignment_no_stretches() -> None:
    assert stretches(sample.mine()) == ()


@given(st.lists(st.tuples(st.integers(0, 999), st.integers(0, 999)), max_size=12))
def test_merged_ranges_are_apart_and_hold_every_range(pairs: list[tuple[int, int]]) -> None:
    ranges = [(float(min(p)), float(max(p))) for p in pairs]
    out = merged(ranges)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(out))
    for from_m, to_m in ranges:
        assert any(a <= from_m and to_m <= b for a, b in out)


def test_ruler_breaks_at_bridges_only_where_they_are_wide() -> None:
    chain = sample.chain(((50.0, 35.0), (51.0, 35.0)))
    bridged = replace(chain, bridge_edges=(4, 9))
    ruler = Ruler((bridged,))
    whole = (0.0, chain.to_m)
    assert len(ruler.slices(whole)) == 3
    assert len(ruler.slices(whole, least_gap_m=1e6)) == 1
    assert ruler.point(chain.to_m + 100) is None
    middle = ruler.point(chain.to_m / 2)
    assert middle is not None
    assert middle[0] == pytest.approx(50.5, abs=1e-6)
