"""Grounds where animals gather and water points: only where a layer brings them, with seasons."""

import json
from pathlib import Path

import pytest
import shapely

from camiscreen.layers.adapters import grounds
from tests import layer_files as lf
from tests.conftest import run_here as run
from tests.test_layers_used import report_of

LINE = ((66.0, 47.5), (69.0, 47.5))
"""Through the bundled ranges of saiga, goitered gazelle and argali."""
GOBI = ((106.0, 43.0), (108.5, 43.0))
"""Through that of the wild ass, and of others."""
Line = tuple[tuple[float, float], tuple[float, float]]
MONGOLIA = {"bbox": [100, 40, 112, 46], "states": ["MNG"]}
GROUND = shapely.box(67.0, 47.4, 67.3, 47.6)


def mapping(tmp_path: Path, **keys: object) -> Path:
    said = {
        "receptor_kind": "aggregation_ground",
        "species": "saiga",
        "name_column": "name",
        "positional_accuracy_m": 100,
        "confidence": "high",
        "coverage": {"bbox": [60, 40, 75, 55], "states": ["KAZ"]},
        **keys,
    }
    path = tmp_path / "mapping.yaml"
    path.write_text(json.dumps(said), encoding="utf-8")
    return path


def bring(tmp_path: Path, name: str, shapes: list[tuple[dict[str, object], object]],
          **keys: object) -> None:  # fmt: skip
    file = lf.write(tmp_path / f"{name}.gpkg", shapes)  # type: ignore[arg-type]
    args = ("layers", "add", file, "--as", "generic", "--name", name, "--quiet")
    done = run(*args, "--mapping", mapping(tmp_path, **keys))
    assert done.returncode == 0, done.stderr


def road(tmp_path: Path, *design: str, line: Line = LINE) -> dict:  # type: ignore[type-arg]
    route = lf.route(tmp_path / "road.geojson", *line, kind="road", fenced="no")
    return report_of(route, *design)


def by_rule(report: dict, *rules: str) -> dict[str, dict]:  # type: ignore[type-arg]
    return {f["rule_id"]: f for f in report["findings"] if f["rule_id"] in rules}


def gaps(report: dict) -> dict[str, dict]:  # type: ignore[type-arg]
    return {gap["subject_id"]: gap for gap in report["not_assessed"]}


def works(tmp_path: Path, *months: int) -> tuple[str, str]:
    path = tmp_path / "design.yaml"
    path.write_text(f"works: [{{months: {list(months)}}}]\n")
    return "--design", str(path)


def test_without_such_layers_it_is_one_gap_for_all_uses(tmp_path: Path) -> None:
    report = road(tmp_path, line=GOBI)
    assert not [f for f in report["findings"] if f["rule_id"].startswith("AGG")]
    found = gaps(report)
    assert found["GAP-004:births+rut+winter"]["covered_fraction"] == 0
    assert found["GAP-003:water:asiatic_wild_ass"]["covered_fraction"] == 0


def test_a_calving_ground_is_met_and_its_season_read_from_the_profile(tmp_path: Path) -> None:
    bring(tmp_path, "calving", [({"name": "Torgai"}, GROUND)], ground_use="births")
    report = road(tmp_path, *works(tmp_path, 5))
    met = by_rule(report, "AGG-001", "AGG-004")
    assert met["AGG-001"]["significance"] == "major"
    assert met["AGG-001"]["length_m"] == pytest.approx(22_603, rel=1e-3)
    assert "May" in met["AGG-004"]["statement"]
    assert {"R041", "R042"} <= set(met["AGG-004"]["sources"])
    assert not by_rule(road(tmp_path, *works(tmp_path, 8)), "AGG-004")


def test_works_of_unknown_months_are_taken_to_fall_into_the_season(tmp_path: Path) -> None:
    bring(tmp_path, "calving", [({"name": "Torgai"}, GROUND)], ground_use="births")
    (finding,) = by_rule(road(tmp_path), "AGG-004").values()
    assert finding["assumptions"] == ["assumption.works_in_season_unknown"]


def test_months_of_another_population_are_said_to_be_theirs(tmp_path: Path) -> None:
    """A foaling ground in Iran: months of foaling were read for Mongolia and Kazakhstan alone."""
    iran = {"bbox": [50, 33, 60, 38], "states": ["IRN"]}
    ground = shapely.box(54.0, 35.4, 54.3, 35.6)
    bring(tmp_path, "foaling", [({"name": "Touran"}, ground)], ground_use="births",
          species="asiatic_wild_ass", coverage=iran)  # fmt: skip
    line = ((53.5, 35.5), (54.5, 35.5))
    met = by_rule(road(tmp_path, *works(tmp_path, 6), line=line), "AGG-004")
    assert "June – months known from Mongolia and Kazakhstan only" in met["AGG-004"]["statement"]
    bring(tmp_path, "own", [({"name": "Own", "when": "6-7"}, ground)], ground_use="births",
          species="asiatic_wild_ass", coverage=iran, months_column="when")  # fmt: skip
    said = {
        f["statement"]
        for f in road(tmp_path, *works(tmp_path, 7), line=line)["findings"]
        if f["rule_id"] == "AGG-004"
    }
    assert len(said) == 1 and "months known" not in said.pop()


def test_months_of_the_layer_come_before_those_of_the_profile(tmp_path: Path) -> None:
    shapes = [({"name": "Winter", "when": "12-2", "use": "зимовка"}, GROUND)]
    bring(tmp_path, "winter", shapes, ground_use_column="use",
          ground_use_names={"зимовка": "winter"}, months_column="when")  # fmt: skip
    assert by_rule(road(tmp_path, *works(tmp_path, 1)), "AGG-004")
    assert not by_rule(road(tmp_path, *works(tmp_path, 3)), "AGG-004")


def test_a_ground_without_months_is_a_gap_and_no_free_season(tmp_path: Path) -> None:
    bring(tmp_path, "winter", [({"name": "Winter"}, GROUND)], ground_use="winter")
    report = road(tmp_path, *works(tmp_path, 1))
    assert not by_rule(report, "AGG-004")
    assert "GAP-005:project" in gaps(report)


def test_what_a_layer_covers_is_assessed_and_the_rest_is_not(tmp_path: Path) -> None:
    half = {"bbox": [60, 40, 67.5, 55], "states": ["KAZ"]}
    bring(tmp_path, "calving", [({"name": "A"}, GROUND)], ground_use="births", coverage=half)
    found = gaps(road(tmp_path))
    # Saiga's births are assessed on the western half; rut and winter nowhere.
    births, others = found["GAP-004:births"], found["GAP-004:rut+winter"]
    assert others["covered_fraction"] == 0
    assert births["kp_ranges"][-1][1] > 0
    line_m = others["kp_ranges"][-1][1]
    assert births["covered_fraction"] == 0  # of the other species met nothing is known
    assert line_m == pytest.approx(225_800, rel=0.01)


def test_a_layer_of_one_species_leaves_only_the_others_open(tmp_path: Path) -> None:
    assert "Saiga" in gaps(road(tmp_path))["GAP-004:births+rut+winter"]["subject"]
    bring(tmp_path, "calving", [({"name": "A"}, GROUND)], ground_use="births")
    found = gaps(road(tmp_path))
    assert "Saiga" not in found["GAP-004:births"]["subject"]
    assert "Argali" in found["GAP-004:births"]["subject"]
    assert "Saiga" in found["GAP-004:rut+winter"]["subject"]


@pytest.mark.parametrize(
    ("lat", "rule"), [(43.0, "AGG-005"), (43.007, "AGG-005"), (43.05, "AGG-006")]
)
def test_water_points_are_judged_by_distance(tmp_path: Path, lat: float, rule: str) -> None:
    bring(tmp_path, "water", [({"name": "Spring"}, shapely.Point(107.1, lat))],
          receptor_kind="water_point", species=None, coverage=MONGOLIA)  # fmt: skip
    report = road(tmp_path, line=GOBI)
    found = by_rule(report, "AGG-005", "AGG-006", "AGG-007")
    assert rule in found
    assert "Spring" in found[rule]["statement"]
    assert "GAP-003:water:asiatic_wild_ass" not in gaps(report)


def test_a_hundred_wells_make_one_finding_of_a_species(tmp_path: Path) -> None:
    wells = [({"name": f"Well {n}"}, shapely.Point(106.2 + n / 50, 43.003)) for n in range(100)]
    bring(tmp_path, "water", wells, receptor_kind="water_point", species=None,  # type: ignore[arg-type]
          coverage=MONGOLIA)  # fmt: skip
    report = road(tmp_path, line=GOBI)
    found = [f for f in report["findings"] if f["rule_id"].startswith("AGG")]
    assert len(found) <= 3
    assert len(found[0]["encounter_ids"]) == 100
    assert len(found[0]["title"] + found[0]["statement"]) < 900
    assert not [g for g in gaps(report) if g.startswith("encounter:")]


def test_a_mapping_without_use_or_species_is_refused(tmp_path: Path) -> None:
    file = lf.write(tmp_path / "g.gpkg", [({"name": "A"}, GROUND)])
    args = ("layers", "add", file, "--as", "generic", "--name", "g", "--quiet")
    done = run(*args, "--mapping", mapping(tmp_path, species=None))
    assert done.returncode == 2
    assert "ground_use (births, rut, winter, other)" in done.stderr
    assert "species or species_column for aggregation grounds" in done.stderr


def test_a_use_or_month_that_is_none_is_named_with_its_feature(tmp_path: Path) -> None:
    file = lf.write(tmp_path / "g.gpkg", [({"name": "A", "use": "birth", "m": "13"}, GROUND)])
    args = ("layers", "add", file, "--as", "generic", "--name", "g", "--quiet")
    done = run(*args, "--mapping", mapping(tmp_path, ground_use_column="use", months_column="m"))
    assert done.returncode == 2
    assert "write months as numbers" in done.stderr or "did you mean births?" in done.stderr


@pytest.mark.parametrize(
    ("cell", "months"),
    [("5", (5,)), ("4, 5", (4, 5)), ("11-2", (1, 2, 11, 12)), ("4–6; 9", (4, 5, 6, 9)), ("", ())],
)
def test_months_as_people_write_them(cell: str, months: tuple[int, ...]) -> None:
    assert grounds.months_of(cell, "when") == months


@pytest.mark.parametrize("cell", ["13", "0", "May", "4 maybe"])
def test_what_is_no_month_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="write months as numbers"):
        grounds.months_of(cell, "when")
