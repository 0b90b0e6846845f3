"""Routes of very different quality, damaged from a seed: each ends in a verdict or a reason."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, run_here
from tests.portfolio.projects import DATE, HOSTILE, summary

SEED = 1_500
Line = list[list[Any]]


def collection(*geometries: Any, **more: Any) -> dict[str, Any]:
    features = [
        {"type": "Feature", "properties": {"name": HOSTILE}, "geometry": geometry}
        for geometry in geometries
    ]
    return {"type": "FeatureCollection", "features": features, **more}


def line(xy: Line) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": xy}


def moved(xy: Line, east: float, north: float) -> Line:
    return [[x + east, y + north] for x, y in xy]


def long_parts(xy: Line, chance: random.Random) -> dict[str, Any]:
    """3,000 km in many parts out of order, some turned about, with gaps."""
    (x, y), step = xy[0], 0.4
    parts = [
        [[x + n * step, y + chance.uniform(-0.1, 0.1)], [x + (n + 0.9) * step, y]]
        for n in range(90)
    ]
    chance.shuffle(parts)
    parts = [part[::-1] if chance.random() < 0.3 else part for part in parts]
    return collection({"type": "MultiLineString", "coordinates": parts})


DAMAGES: dict[str, Callable[[Line, random.Random], Any]] = {
    "sketch": lambda xy, _: collection(line([xy[0], xy[-1]])),
    "one vertex": lambda xy, _: collection(line(xy[:1])),
    "no length": lambda xy, _: collection(line([xy[0], xy[0]])),
    "duplicates": lambda xy, _: collection(line([p for p in xy for _ in range(4)]), line(xy)),
    "there and back": lambda xy, _: collection(line([*xy, *xy[::-1]])),
    "spikes": lambda xy, c: collection(line([[x + c.gauss(0, 2), y] for x, y in xy])),
    "long": long_parts,
    "empty": lambda *_: collection(),
    "no geometry": lambda *_: collection(None),
    "empty line": lambda *_: collection(line([])),
    "outside": lambda xy, _: collection(line(moved(xy, -100, 0))),
    "southern": lambda xy, _: collection(line(moved(xy, 0, -70))),
    "dateline": lambda xy, _: collection(line(moved(xy, 180 - xy[0][0] - 0.5, 10))),
    "over the dateline": lambda xy, _: collection(line([[179.5, xy[0][1]], [-179.5, xy[0][1]]])),
    "pole": lambda xy, _: collection(line([*xy, [xy[0][0], 90]])),
    "swapped": lambda xy, _: collection(line([[y, x] for x, y in xy])),
    "beyond": lambda xy, _: collection(line([*xy, [1e9, 1e9]])),
    "text": lambda xy, _: collection(line([[str(x), y] for x, y in xy])),
    "nan": lambda xy, _: json.dumps(collection(line([*xy, [0, 0]]))).replace("[0, 0]", "[NaN, 0]"),
    "flat": lambda xy, _: collection(line([x for p in xy for x in p])),  # type: ignore[misc]
    "3d": lambda xy, _: collection(line([[*p, 900.0, 1] for p in xy])),
    "points": lambda xy, _: collection(*({"type": "Point", "coordinates": p} for p in xy[:50])),
    "bowtie": lambda xy, _: collection(
        {"type": "Polygon", "coordinates": [[*moved(xy[:1], 0, 0), [xy[0][0] + 1, xy[0][1] + 1],
         [xy[0][0] + 1, xy[0][1]], [xy[0][0], xy[0][1] + 1], xy[0]]]}
    ),
    "nested": lambda xy, _: collection(
        {"type": "GeometryCollection", "geometries": [line(xy), {"type": "Point",
         "coordinates": xy[0]}]}
    ),
    "wrong type": lambda xy, _: {"type": "Topology", "objects": xy},
    "metres": lambda xy, _: collection(
        line([[500_000 + 9 * n, 4.8e6] for n, _ in enumerate(xy)]),
        crs={"type": "name", "properties": {"name": "EPSG:32645"}},
    ),
    "unknown crs": lambda xy, _: collection(
        line(xy), crs={"type": "name", "properties": {"name": "EPSG:99999"}}
    ),
    "cut": lambda xy, c: (text := json.dumps(collection(line(xy))))[: c.randrange(len(text))],
    "latin-1": lambda xy, _: json.dumps(collection(line(xy))).encode() + b"\xe9",
    "nothing": lambda *_: "",
    "whole": lambda xy, _: collection(line(xy)),
}  # fmt: skip


def routes() -> list[Line]:
    found = []
    for path in sorted((ROOT / "examples").glob("*.geojson")):
        for one in json.loads(path.read_text(encoding="utf-8"))["features"]:
            geometry = one["geometry"]
            parts = geometry["coordinates"]
            found += [parts] if geometry["type"] == "LineString" else parts
    return [[p[:2] for p in xy] for xy in found if len(xy) > 1]


def write_all(folder: Path, count: int) -> None:
    folder.mkdir()
    chance, whole = random.Random(SEED), routes()
    for number in range(count):
        name = list(DAMAGES)[number % len(DAMAGES)]
        xy = moved(chance.choice(whole), chance.uniform(-9, 9), chance.uniform(-5, 5))
        start = chance.randrange(len(xy) - 1)
        made = DAMAGES[name](xy[start : start + chance.randrange(2, 400)], chance)
        data = made if isinstance(made, bytes | str) else json.dumps(made)
        data = data.encode() if isinstance(data, str) else data
        (folder / f"{number:04d} {name}.geojson").write_bytes(data)


def check_all(tmp_path: Path, count: int, *formats: str) -> None:
    write_all(tmp_path / "in", count)
    done = run_here(
        "batch", tmp_path / "in", "--kind", "road", "--out", tmp_path / "out",
        "--format", ",".join(formats), "--quiet", *DATE,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    found = summary(tmp_path / "out")["projects"]
    assert len(found) == count
    for row in found:
        assert row["status"] != "crashed", row
        assert (row["verdict"] is None) == bool(row["reason"]), row
        assert row["exit_code"] == 2 if row["reason"] else row["exit_code"] in {0, 3}
        if "whole" in row["id"]:
            assert row["status"] == "screened", row
    by_damage = {row["id"][5:].split(" (")[0]: row for row in found}
    for name in ("empty", "no geometry", "text", "nan", "wrong type", "nothing", "beyond"):
        assert by_damage[name]["status"] == "failed", name
    for name in ("outside", "southern"):
        assert by_damage[name]["verdict"] == "incomplete", name


def test_every_damage_ends_in_a_verdict_or_a_reason(tmp_path: Path) -> None:
    check_all(tmp_path, 2 * len(DAMAGES), "json")


@pytest.mark.long
def test_fifteen_hundred_damaged_routes(tmp_path: Path) -> None:
    check_all(tmp_path, SEED, "html", "json")
