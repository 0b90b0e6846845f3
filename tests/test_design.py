"""What is known of a design: the file, what it refuses, and what it changes in findings."""

import dataclasses
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from camiscreen import data_files
from camiscreen.errors import DataFileError
from camiscreen.geometry import geodesy
from camiscreen.geometry.chainage import metres_of
from camiscreen.judging.design_stretches import works_months
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.measuring.severance import severed_area_m2
from camiscreen.model import (
    CanalStretch,
    Design,
    FenceStretch,
    FormationStretch,
    LightingStretch,
    PipelineStretch,
    Rulebook,
    Screening,
    ServiceTrackStretch,
    Structure,
    TrafficStretch,
    WorksStretch,
)
from camiscreen.reading import design_file
from camiscreen.reading.design_file import read_design
from camiscreen.screening import screen
from camiscreen.vocabulary import (
    CanalSides,
    FenceType,
    Fencing,
    Kind,
    Known,
    ReceptorKind,
    Significance,
    StructureType,
)
from tests.conftest import Done, make_project, run_here
from tests.schema_files import assert_fresh

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = (DOCS / "design.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
ITEMS = (
    FenceStretch, TrafficStretch, FormationStretch, PipelineStretch, CanalStretch, WorksStretch,
    LightingStretch, ServiceTrackStretch, Structure,
)  # fmt: skip
GEOD = Geod(ellps="WGS84")
LINE = [(66.0, 47.0), (68.0, 47.0)]
"""152 km inside the bundled range of saiga."""
ACROSS = [(50.0, 48.03), (75.0, 48.4)]
"""Right through a patch of the range of saiga."""
Opened = list[tuple[Layer, Store]]


# ----------------------------------------------------------------------------------------------
# The page and the schema
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", [Design, *ITEMS])
def test_every_field_is_explained(cls: type) -> None:
    for field in dataclasses.fields(cls):
        name = {"kp_m": "kp", "at_m": "kp"}.get(field.name, field.name)
        assert f"`{name}`" in PAGE, name


@pytest.mark.parametrize("words", [FenceType, CanalSides, StructureType, Known])
def test_every_word_is_explained(words: Any) -> None:
    assert all(f"`{word}`" in PAGE for word in words)


def test_the_schema_is_that_of_the_program() -> None:
    assert_fresh(DOCS / "design.schema.json", design_file.schema())


def test_the_example_is_read_and_says_what_it_seems_to_say(tmp_path: Path) -> None:
    path = example(tmp_path)
    design = read_design(path)
    assert design.fencing is Fencing.NO
    assert [item.kp_m for item in design.fences] == [(0, 42_500), (61_200, 75_000)]
    assert [item.at_m for item in design.structures] == [12_400, 30_150, 38_000]
    assert design.works[1] == WorksStretch(kp_m=(60_000, 100_000), months=(9, 10))
    for field in dataclasses.fields(Design):
        assert getattr(design, field.name), field.name  # the example has everything
    data = data_files.read_yaml(path).data
    jsonschema.validate(data, json.loads((DOCS / "design.schema.json").read_text("utf-8")))
    as_json = tmp_path / "design.json"
    as_json.write_text(json.dumps(data, indent="\t"), encoding="utf-8")
    assert read_design(as_json) == design


@pytest.mark.parametrize("kind", ["railway", "pipeline", "canal"])
def test_the_example_is_screened(tmp_path: Path, kind: str) -> None:
    done = check(tmp_path, "--design", example(tmp_path), kind=kind)
    assert done.returncode == 0, done.stderr


# ----------------------------------------------------------------------------------------------
# What it refuses
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fencin: no\n", ["1:9: fencin: unknown field (did you mean fencing?)"]),
        ("fencing: nope\n", ["1:10: fencing: 'nope' is not one of yes, no, unknown"]),
        ("fences:\n  - {kp: [1, 2]}\n", ["2:5: fences.0.fenced: is missing"]),
        ("fences:\n  - {fenced: yes, kp_m: [1, 2]}\n", ["2:25: kp_m: unknown field (did"]),
        ("structures:\n  - {type: bridge}\n", ["2:5: structures.0.kp: is missing"]),
        ("structures:\n  - {kp: 1, type: tunnel}\n", ["2:19: structures.0.type: 'tunnel' is not"]),
        ("structures:\n  - {kp: [1, 2], type: bridge}\n", ["2:10: kp: [1, 2] is not one chainage"]),
        ("fences:\n  - kp: [5, 2]\n    fenced: yes\n", ["2:9: kp: [5, 2] is not two chainages"]),
        ("fences:\n  - kp: [-5, 2]\n    fenced: yes\n", ["2:9: kp: [-5, 2] is not two"]),
        ("works:\n  - {months: [4, 13]}\n", ["2:14: works: months run from 1 to 12"]),
        ("works:\n  - {months: []}\n", ["2:14: works: months run from 1 to 12"]),
        ("structures:\n  - {kp: 1, type: bridge, height_m: -3}\n", ["2:37: height_m: -3 is no"]),
        ("canal:\n  - {sides: steep, width_m: 1e999}\n", ["2:29: width_m: inf is no"]),
        ("fences:\n  - {fenced: yes, height_m: 1.2, bottom_wire_m: 45}\n",
         ["2:49: bottom_wire_m: is above the fence of 1.2 m"]),
        ("fences:\n  - {kp: [0, 9], fenced: yes}\n  - {kp: [8, 20], fenced: no}\n",
         ["3:5: fences: this item and item 1 overlap"]),
        ("pipeline: [{buried: yes}, {buried: no}]\n", ["1:27: pipeline: this item and item 1"]),
        ("- fences\n", ["1:1: a design is a mapping"]),
        ("fences: {fenced: yes\n", ["2:1: "]),
        ("", ["1:1: a design is a mapping"]),
        # beyond the end of a line of 152 km
        ("fences:\n  - {kp: [10, 400], fenced: yes}\n", ["2:10: kp: [10, 400]: the line end"]),
        ("structures:\n  - {kp: 12, type: bridge}\n  - {kp: '152+500', type: bridge}\n",
         ["3:10: kp: '152+500': the line ends at KP 152+"]),
        ("works:\n  - {kp: [200, 300], months: [5]}\n", ["2:10: kp: [200, 300]: the line ends"]),
        ("traffic:\n  - {kp: [0, 300]}\nlighting:\n  - {kp: [0, 301], lit: no}\n",
         ["2:10: kp: [0, 300]: ", "4:10: kp: [0, 301]: "]),
    ],
)  # fmt: skip
def test_a_mistake_stops_with_its_place(tmp_path: Path, text: str, expected: list[str]) -> None:
    path = tmp_path / "design.yaml"
    path.write_text(text, encoding="utf-8")
    done = check(tmp_path, "--design", path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    for part in expected:
        assert f"{path}:{part}" in " ".join(done.stderr.split("\n")), done.stderr
    assert not (tmp_path / "r.json").exists()


def test_the_end_of_the_line_may_be_written_as_the_report_prints_it(tmp_path: Path) -> None:
    length_m = make_project(LINE).chainage_length_m
    km, m = divmod(round(length_m), 1000)
    path = tmp_path / "design.yaml"
    path.write_text(f'fencing: no\nfences:\n  - {{kp: [0, "{km}+{m:03d}"], fenced: yes}}\n')
    assert check(tmp_path, "--design", path).returncode == 0
    design_file.check_chainage(path, length_m)
    with pytest.raises(DataFileError, match="3:10"):
        design_file.check_chainage(path, length_m - 10)


def test_a_site_has_no_chainage(tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    path.write_text("fences:\n  - {kp: [0, 1], fenced: yes}\n")
    ring = [[66, 47], [66.1, 47], [66.1, 47.1], [66, 47.1], [66, 47]]
    done = check(tmp_path, "--design", path, kind="mine", coordinates=[ring], geometry="Polygon")
    assert done.returncode == 2
    assert "2:10: kp: [0, 1]: the project has no chainage" in done.stderr


def test_a_design_that_is_not_there(tmp_path: Path) -> None:
    done = check(tmp_path, "--design", tmp_path / "gone.yaml")
    assert done.returncode == 2
    assert "gone.yaml: no such file" in done.stderr


@given(st.floats(0, 5e3, allow_nan=False), st.integers(0, 9_999), st.integers(0, 999))
def test_chainage_is_read_in_both_spellings(x: float, km: int, m: int) -> None:
    assert metres_of(x) == pytest.approx(1000 * x)
    for text in (f"{km}+{m:03d}", f"KP {km}+{m:03d}", f"км {km}+{m:03d}"):
        assert metres_of(text) == 1000 * km + m
    for text in (f"{km}+{m:03d}0", f"{km}-{m:03d}", f"-{km}+{m:03d}", "", None, True, -1.0):
        assert metres_of(text) is None


# ----------------------------------------------------------------------------------------------
# What it changes
# ----------------------------------------------------------------------------------------------

FENCE_RULES = {
    "PER-001", "PER-002", "PER-003", "PER-004", "PER-006", "PER-009", "PER-010",
    "STR-004", "SEV-001", "GAP-001",
}  # fmt: skip


def test_a_fence_on_a_stretch_is_found_there_and_nowhere_else(tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    path.write_text("fencing: no\nfences:\n  - {kp: [20, 50], fenced: yes}\n")
    unknown = report(tmp_path)
    partly = report(tmp_path, "--design", path)
    unfenced = report(tmp_path, "--fenced", "no")
    overridden = report(tmp_path, "--design", path, "--fenced", "no")

    assert ids(unfenced, FENCE_RULES) == set()
    assert ids(overridden, FENCE_RULES) == set()
    assert {"PER-001:saiga", "PER-006:saiga"} <= ids(partly, FENCE_RULES)
    for finding in partly["findings"]:
        if finding["rule_id"] in FENCE_RULES:
            assert finding["kp_ranges"] == [[20_000, 50_000]], finding["id"]
    (whole,) = [f for f in unknown["findings"] if f["id"] == "PER-001:saiga"]
    assert whole["kp_ranges"][0][0] == 0
    assert whole["kp_ranges"][0][1] > 150_000
    # what has nothing to do with fences stays as it is
    others = [{f["id"]: f["significance"] for f in r["findings"] if f["rule_id"] not in FENCE_RULES}
              for r in (partly, unfenced)]  # fmt: skip
    assert others[0] == others[1] != {}


def test_a_buried_pipe_lowers(tmp_path: Path) -> None:
    got = {
        word: significance(report(tmp_path, "--buried", word, "--fenced", "no", kind="pipeline"))
        for word in ("yes", "no", "unknown")
    }
    assert got["no"]["RNG-001:saiga"] == got["unknown"]["RNG-001:saiga"] == "moderate"
    assert got["yes"]["RNG-001:saiga"] == "minor"


def test_a_pipe_that_surfaces_somewhere_is_graded_there(book: Rulebook, opened: Opened) -> None:
    partly = Design(
        fencing=Fencing.NO,
        pipeline=(
            PipelineStretch(buried=Known.YES),
            PipelineStretch(kp_m=(10_000, 12_000), buried=Known.NO),
        ),
    )
    done = screened(partly, book, opened, kind=Kind.PIPELINE)
    (finding,) = [f for f in done.findings if f.id == "RNG-001:saiga"]
    assert finding.significance is Significance.MODERATE


@pytest.mark.parametrize(
    ("months", "hit"),
    [("4", True), ("5-7", True), ("11-12", True), ("10-4", True), ("6-10", False), ("1,3", False)],
)
def test_works_in_and_out_of_season(tmp_path: Path, months: str, hit: bool) -> None:
    # saiga: calving in April and May, rut in November and December, both read in a source
    found = significance(report(tmp_path, "--works", months, "--fenced", "no"))
    assert ("SEA-001:saiga" in found) is hit
    assert not any(id_.startswith("GAP-002") for id_ in found)


def test_works_elsewhere_do_not_count_and_the_rest_stays_unknown(
    book: Rulebook, opened: Opened
) -> None:
    here = WorksStretch(kp_m=(0, 100_000), months=(7,))
    length_m = make_project(LINE).chainage_length_m
    there = WorksStretch(kp_m=(100_000, length_m), months=(4,))
    rest = WorksStretch(kp_m=(100_000, length_m), months=(8,))

    def found(*works: WorksStretch) -> set[str]:
        done = screened(Design(fencing=Fencing.NO, works=works), book, opened)
        return {f.id for f in done.findings} & {"SEA-001:saiga", "GAP-002:project"}

    assert found() == {"GAP-002:project"}
    assert found(here) == {"GAP-002:project"}
    assert found(here, rest) == set()
    assert found(here, there) == {"SEA-001:saiga"}
    assert found(rest, there) == {"SEA-001:saiga", "GAP-002:project"}


def test_a_programme_for_a_part_of_a_range_speaks_of_that_part_alone(
    book: Rulebook, opened: Opened
) -> None:
    line = [(67.0, 47.5), (71.0, 47.5)]  # all of it in saiga range, which calves in May
    length_m = make_project(line).chainage_length_m
    for months, hit in (((5,), True), ((8,), False)):
        design = Design(works=(WorksStretch(kp_m=(0.0, 20_000.0), months=months),))
        made = screen(make_project(line, design=design), opened, book, generated_on="2026-11-22")
        sea = [f for f in made.findings if f.rule_id == "SEA-001" and "saiga" in f.species_ids]
        assert [f.kp_ranges for f in sea] == ([((0.0, 20_000.0),)] if hit else [])
        (gap,) = [f for f in made.findings if f.rule_id == "GAP-002"]
        assert gap.kp_ranges == ((20_000.0, length_m),)


def test_months_of_a_stretch_without_a_programme_are_unknown() -> None:
    works = (WorksStretch(kp_m=(0, 10), months=(7,)), WorksStretch(kp_m=(5, 20), months=(8,)))
    design = Design(works=works)
    assert works_months(design, [(0, 4)]) == {7}
    assert works_months(design, [(4, 6)]) == {7, 8}
    assert works_months(design, [(20, 30)]) is None
    assert works_months(Design(), [(0, 4)]) is None


@pytest.mark.parametrize(
    ("spacing_m", "fires"), [(900, False), (1000, False), (1100, True), (5000, True)]
)
def test_openings_of_a_fence_for_saiga(
    book: Rulebook, opened: Opened, spacing_m: int, fires: bool
) -> None:
    length_m = make_project(LINE).chainage_length_m
    stops = np.arange(spacing_m / 2, length_m, spacing_m)
    design = Design(
        structures=tuple(Structure(at_m=float(m), type=StructureType.FENCE_OPENING) for m in stops)
    )
    fenced = dataclasses.replace(design, fencing=Fencing.YES)
    done = screened(fenced, book, opened, kind=Kind.FENCE)
    assert ("PER-007:saiga" in {f.id for f in done.findings}) is fires


@pytest.mark.parametrize(
    ("structure", "found"),
    [
        (None, {"PER-006"}),
        (Structure(at_m=70_000, type=StructureType.OVERPASS, width_m=49), {"PER-006", "STR-001"}),
        (Structure(at_m=70_000, type=StructureType.OVERPASS), {"PER-006", "STR-002"}),
        (
            Structure(at_m=70_000, type=StructureType.OVERPASS, width_m=50, length_m=62.4),
            set(),
        ),
        (
            Structure(at_m=70_000, type=StructureType.OVERPASS, width_m=50, length_m=63),
            {"PER-006", "STR-001"},
        ),
        (
            Structure(at_m=70_000, type=StructureType.OVERPASS, width_m=60),
            {"PER-006", "STR-002"},
        ),
        (Structure(at_m=70_000, type=StructureType.FENCE_OPENING), set()),
    ],
)
def test_only_a_structure_that_is_large_enough_is_a_way_across(
    book: Rulebook, opened: Opened, structure: Structure | None, found: set[str]
) -> None:
    design = Design(fencing=Fencing.YES, structures=(structure,) if structure else ())
    done = screened(design, book, opened)
    rules = {f.rule_id for f in done.findings if "saiga" in f.species_ids}
    assert rules & {"PER-006", "STR-001", "STR-002"} == found


def test_a_structure_beside_the_fence_is_no_way_through_it(book: Rulebook, opened: Opened) -> None:
    fence = FenceStretch(kp_m=(20_000, 50_000), fenced=Fencing.YES)
    for at_m, fires in ((60_000, True), (30_000, False)):
        way = Structure(at_m=at_m, type=StructureType.FENCE_OPENING)
        design = Design(fencing=Fencing.NO, fences=(fence,), structures=(way,))
        done = screened(design, book, opened)
        assert ("PER-006:saiga" in {f.id for f in done.findings}) is fires


def test_a_fence_is_a_fence_where_only_its_make_is_known(tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    path.write_text("fences:\n  - {kp: [20, 50], fenced: unknown, type: mesh}\n")
    found = {f["id"]: f for f in report(tmp_path, "--design", path, kind="fence")["findings"]}
    (ranges,) = found["PER-006:saiga"]["kp_ranges"]
    assert ranges[0] == 0
    assert ranges[1] > 150_000
    path.write_text("fences:\n  - {kp: [20, 50], fenced: no}\n")
    done = check(tmp_path, "--design", path, kind="fence")
    assert done.returncode == 2
    assert "a fence cannot be unfenced" in done.stderr


def test_a_power_line_fenced_at_one_place_is_open_elsewhere(book: Rulebook, opened: Opened) -> None:
    fence = FenceStretch(kp_m=(20_000, 20_200), fenced=Fencing.YES)
    for design, ranges in ((Design(), None), (Design(fences=(fence,)), ((20_000, 20_200),))):
        done = screened(design, book, opened, kind=Kind.POWER_LINE)
        found = {f.id: f for f in done.findings}
        assert "assumption.power_line_not_fenced" in {m.key for m in done.assumptions}
        assert (found["PER-001:saiga"].kp_ranges if ranges else None) == ranges
        assert ("PER-001:saiga" in found) is bool(ranges)


# ----------------------------------------------------------------------------------------------
# Severed areas
# ----------------------------------------------------------------------------------------------


def geod_area_m2(*corners: tuple[float, float]) -> float:
    """Area of a polygon whose edges are straight in longitude and latitude, by pyproj."""
    ring = []
    for a, b in zip(corners, (*corners[1:], corners[0]), strict=True):
        ring += [np.array(a) + t * (np.array(b) - np.array(a)) for t in np.arange(0, 1, 0.001)]
    return float(abs(GEOD.polygon_area_perimeter(*np.array(ring).T)[0]))


def test_a_square_cut_at_a_third() -> None:
    square = shapely.box(60, 45, 63, 47)
    line = shapely.MultiLineString([[(61, 44), (61, 48)]])
    severed, whole = severed_area_m2(square, line)
    assert severed == pytest.approx(geod_area_m2((60, 45), (61, 45), (61, 47), (60, 47)), rel=1e-5)
    assert whole == pytest.approx(geod_area_m2((60, 45), (63, 45), (63, 47), (60, 47)), rel=1e-5)
    assert severed / whole == pytest.approx(1 / 3, rel=1e-6)


@pytest.mark.parametrize(
    "line",
    [
        [(61, 44), (61, 46)],  # ends inside
        [(60, 44), (60, 48)],  # along the edge
        [(59, 46), (60, 46)],  # touches
        [(58, 44), (58, 48)],  # beside
        [(61, 45.5), (62, 46.5)],  # within
    ],
)
def test_nothing_is_severed_where_the_patch_hangs_together(line: list[tuple[float, float]]) -> None:
    patch = shapely.box(60, 45, 63, 47)
    assert severed_area_m2(patch, shapely.MultiLineString([line]))[0] == pytest.approx(0, abs=1)


@st.composite
def cuts(draw: st.DrawFn) -> tuple[shapely.Polygon, list[tuple[float, float]]]:
    """A star-shaped patch with slanting edges and a line through its middle."""
    radii = draw(st.lists(st.floats(0.5, 2), min_size=6, max_size=14))
    angles = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    x, y = 60 + radii * np.cos(angles), 46 + radii * np.sin(angles)
    at = draw(st.floats(0, np.pi))
    dx, dy = 3 * np.cos(at), 3 * np.sin(at)
    return shapely.Polygon(np.c_[x, y]), [(60 - dx, 46 - dy), (60 + dx, 46 + dy)]


@settings(max_examples=150, deadline=None)
@given(cuts())
def test_a_line_cut_at_the_edge_of_a_patch_severs_as_the_whole_line_does(
    cut: tuple[shapely.Polygon, list[tuple[float, float]]],
) -> None:
    patch, ends = cut
    line = shapely.LineString(geodesy.densify(np.array(ends)))
    whole_line, whole = severed_area_m2(patch, shapely.MultiLineString([line]))
    inside = shapely.get_parts(line.intersection(patch))
    clipped, _ = severed_area_m2(patch, shapely.MultiLineString(list(inside)))
    assert 0 < whole_line < whole
    assert clipped == pytest.approx(whole_line, rel=1e-4)
    # By another way: the halves that a half-plane leaves on both sides of the line.
    (ax, ay), (bx, by) = ends
    side = shapely.Polygon([(ax, ay), (bx, by), (bx - (by - ay), by + bx - ax),
                            (ax - (by - ay), ay + bx - ax)])  # fmt: skip
    pieces = [*geodesy.polygon_parts(patch & side), *geodesy.polygon_parts(patch - side)]
    areas = sorted(geodesy.area_m2(piece) for piece in pieces)
    assert whole_line == pytest.approx(sum(areas[:-1]), rel=1e-4)
    assert sum(areas) == pytest.approx(whole, rel=1e-6)
    if len(pieces) == 2:
        assert whole_line <= whole / 2 * (1 + 1e-9)


def test_a_line_across_a_bundled_range(book: Rulebook, opened: Opened) -> None:
    done = screened(Design(fencing=Fencing.YES), book, opened, line=ACROSS)
    (met,) = [
        e
        for e in done.exposure.encounters
        if e.receptor_kind is ReceptorKind.SPECIES_RANGE
        and e.receptor.species_id == "saiga"
        and e.severed_area_m2
    ]
    (ax, ay), (bx, by) = ACROSS
    dx, dy = bx - ax, by - ay
    south = shapely.Polygon([(ax - dx, ay - dy), (bx + dx, by + dy), (bx + dx, 0), (ax - dx, 0)])
    cut_off, whole = 0.0, 0.0
    for patch in geodesy.polygon_parts(met.receptor_geometry):
        pieces = [*geodesy.polygon_parts(patch & south), *geodesy.polygon_parts(patch - south)]
        areas = sorted(geodesy.area_m2(piece) for piece in pieces)
        cut_off, whole = cut_off + sum(areas[:-1]), whole + sum(areas)
    assert met.severed_area_m2 == pytest.approx(cut_off, rel=1e-3)
    assert met.patch_area_m2 == pytest.approx(whole, rel=1e-6)
    assert "SEV-001:saiga" in {f.id for f in done.findings}


def test_a_fence_with_an_open_end_cuts_nothing_in_two(book: Rulebook, opened: Opened) -> None:
    def severs(*fences: FenceStretch) -> bool:
        design = Design(fencing=Fencing.NO, fences=fences)
        done = screened(design, book, opened, line=ACROSS)
        return "SEV-001:saiga" in {f.id for f in done.findings}

    assert severs(FenceStretch(kp_m=(900_000, 1_800_000), fenced=Fencing.YES))
    assert severs(FenceStretch(kp_m=(900_000, 1_800_000), fenced=Fencing.UNKNOWN))
    assert not severs(FenceStretch(kp_m=(900_000, 1_200_000), fenced=Fencing.YES))
    assert not severs()


# ----------------------------------------------------------------------------------------------
# What holds for any design
# ----------------------------------------------------------------------------------------------

fence_stretches = st.tuples(
    st.floats(0, 140_000), st.floats(100, 60_000), st.sampled_from(list(Fencing)),
    st.sampled_from(list(FenceType)),
).map(lambda t: FenceStretch(kp_m=(t[0], t[0] + t[1]), fenced=t[2], type=t[3]))  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(fence=fence_stretches)
def test_a_fence_more_never_lowers_and_the_unknown_is_the_worst(
    book: Rulebook, opened: Opened, fence: FenceStretch
) -> None:
    none = grades(Design(fencing=Fencing.NO), book, opened)
    one = grades(Design(fencing=Fencing.NO, fences=(fence,)), book, opened)
    unknown = grades(Design(), book, opened)
    assert all(one[id_] >= grade for id_, grade in none.items())
    assert max(none.values()) <= max(one.values()) <= max(unknown.values())


# ----------------------------------------------------------------------------------------------
# Helpers
# ----------------------------------------------------------------------------------------------


def example(folder: Path) -> Path:
    assert EXAMPLE is not None
    path = folder / "example.yaml"
    path.write_text(EXAMPLE[1], encoding="utf-8")
    return path


def check(
    folder: Path,
    *args: str | Path,
    kind: str = "railway",
    coordinates: Sequence[Any] = LINE,
    geometry: str = "LineString",
) -> Done:
    path = folder / "r.geojson"
    shape = {"type": geometry, "coordinates": coordinates}
    path.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": shape}))
    more = ("--format", "json", "--date", "2026-11-22", "--out", folder)
    return run_here("check", path, "--kind", kind, *more, *args)


def report(folder: Path, *args: str | Path, kind: str = "railway") -> dict[str, Any]:
    done = check(folder, *args, kind=kind)
    assert done.returncode == 0, done.stderr
    made: dict[str, Any] = json.loads((folder / "r.json").read_text(encoding="utf-8"))
    return made


def ids(of: dict[str, Any], rules: set[str]) -> set[str]:
    return {f["id"] for f in of["findings"] if f["rule_id"] in rules}


def significance(of: dict[str, Any]) -> dict[str, str]:
    return {f["id"]: f["significance"] for f in of["findings"]}


def screened(
    design: Design,
    book: Rulebook,
    opened: Opened,
    *,
    kind: Kind = Kind.RAILWAY,
    line: Sequence[tuple[float, float]] = LINE,
) -> Screening:
    project = make_project(line, kind=kind, design=design)
    return screen(project, opened, book, generated_on="2026-11-22")


def grades(design: Design, book: Rulebook, opened: Opened) -> dict[str, Significance]:
    return {f.id: f.significance for f in screened(design, book, opened).findings}
