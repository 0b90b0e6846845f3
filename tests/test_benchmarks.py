"""The benchmarks say so where nothing was compared, and the limit finds what GEOS finds."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import data, limit, single
from benchmarks.answers import Answers, DisagreementError, compare
from tests.plain_overlay import length_inside_m


def answers(*rows: tuple[int, int, float]) -> Answers:
    columns = np.array(rows, dtype=float).reshape(-1, 3).T
    return Answers.of(tuple(columns))


def test_nothing_compared_is_no_agreement() -> None:
    with pytest.raises(DisagreementError, match="nothing was compared"):
        compare(answers(), answers())
    with pytest.raises(DisagreementError, match="nothing was compared"):
        compare(answers((0, 1, 0.5)), answers((0, 2, 0.5)))
    assert compare(answers((0, 1, 500.0)), answers((0, 1, 500.2))).startswith("1 answers agree")


def test_lengths_of_one_route_are_compared(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.json", tmp_path / "theirs.json"
    encounter = {"receptor_id": "benchmark:p1", "layer_id": "benchmark", "crossing_length_m": 70.0}
    ours.write_text(json.dumps({"encounters": [encounter]}), encoding="utf-8")
    theirs.write_text(json.dumps({"inside": {"p1": 70.01}}), encoding="utf-8")
    assert single._agree(ours, theirs).startswith("1 lengths agree")
    theirs.write_text(json.dumps({"inside": {"p1": 90.0}}), encoding="utf-8")
    with pytest.raises(DisagreementError, match=r"p1: 70\.0 m and 90\.0 m"):
        single._agree(ours, theirs)
    ours.write_text(json.dumps({"encounters": []}), encoding="utf-8")
    theirs.write_text(json.dumps({"inside": {}}), encoding="utf-8")
    with pytest.raises(DisagreementError, match="nothing was compared"):
        single._agree(ours, theirs)


@pytest.mark.skipif(limit.compiler() is None, reason="there is no C compiler")
def test_the_limit_finds_the_lengths_of_the_plain_way(tmp_path: Path) -> None:
    pytest.importorskip("geopandas")
    scale = data.Scale(polygons=250, routes=12, land=0.06)
    made = data.build(scale, tmp_path)
    lines = list(data.routes(scale))
    # GDAL puts what is in a file in an order of its own.
    import pyogrio

    routes, polygons = (
        pyogrio.raw.read(path, columns=["id"], read_geometry=False)[3][0]
        for path in (made.routes, made.polygons)
    )
    shapes = dict(enumerate(data.polygons(scale)))
    found = limit.Limit(made.folder).measure()
    metres = {
        (int(routes[row]), int(polygons[other][1:])): length
        for (row, other), length in zip(found.keys.tolist(), found.metres.tolist(), strict=True)
    }
    expected = {
        (route, polygon): length_inside_m(line, shape)
        for route, line in enumerate(lines)
        for polygon, shape in shapes.items()
        if line.intersects(shape)
    }
    assert len(expected) > 10
    assert metres == pytest.approx(expected, rel=1e-4, abs=0.01)
