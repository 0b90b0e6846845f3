"""Lines run beside, ground closed off and range lost: measured against figures got another way."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from camiscreen import screening
from camiscreen.geometry import geodesy, line_joining
from camiscreen.geometry.edges import edge_table
from camiscreen.geometry.line_joining import JoinedLine
from camiscreen.i18n import Translator
from camiscreen.layers import catalogue
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.measuring import loss_zones
from camiscreen.measuring.enclosures import blocks, within
from camiscreen.measuring.parallels import Bands, parallels
from camiscreen.model import (
    Coverage,
    Design,
    LayerSpec,
    LoadedLayer,
    Receptor,
    Rulebook,
    Screening,
    Text,
)
from camiscreen.reading import project_file
from camiscreen.redaction import redacted
from camiscreen.report.gpkg import render_gpkg
from camiscreen.vocabulary import Confidence, Kind, ReceptorKind
from tests import layer_files as lf
from tests.conftest import make_project
from tests.conftest import run_here as run
from tests.report.test_geopackage import rows_of

GEOD = Geod(ellps="WGS84")
BANDS = Bands(least_m=1500, preferred_m=2500)
SPEC = LayerSpec(
    name="lines",
    title=Text(en="Lines", ru="Линии"),
    description=Text(en="Lines", ru="Линии"),
    receptor_kind=ReceptorKind.BARRIER,
    required=False,
    version="1",
    access="bring_your_own",
    redistributable=True,
    format="store",
    path="store/header.json",
    bytes=0,
    hash="sha256:" + "0" * 64,
    licenses=(),
    citation="",
    sources=(),
    positional_accuracy_m=50.0,
    confidence=Confidence.MEDIUM,
    coverage=Coverage(bbox=(40, 15, 135, 60), states=()),
    limits=(),
)


def way(*xy: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString(geodesy.densify(np.array(xy, dtype=float)))


def layer_of(*ways: tuple[shapely.LineString, dict[str, str]]) -> LoadedLayer:
    receptors = tuple(
        Receptor(id=str(n), name=Text(en=a.get("name", f"way {n}"), ru=f"way {n}"), attributes=a)
        for n, (_, a) in enumerate(ways)
    )
    return LoadedLayer(
        spec=SPEC,
        taxa=(),
        receptors=receptors,
        tiles=np.array([line for line, _ in ways], dtype=object),
        owners=np.arange(len(ways), dtype=np.int32),
        wholes={},
    )


def joined(*ways: tuple[shapely.LineString, dict[str, str]]) -> list[JoinedLine]:
    return line_joining.join(layer_of(*ways))


def rail(line: str = "", kind: str = "railway", what: str = "rail") -> dict[str, str]:
    return {"kind": kind, "class": what, "line": line}


# ----------------------------------------------------------------------------------------------
# Ways to lines
# ----------------------------------------------------------------------------------------------

A, B, C, D = (60.0, 45.0), (60.1, 45.0), (60.2, 45.0), (60.3, 45.0)


def test_ways_of_one_name_are_one_line_even_across_a_gap() -> None:
    (line,) = joined((way(A, B), rail("M-32")), (way(C, D), rail("M-32")))
    assert line.line.receptor_ids == ("0", "1")


def test_nameless_ways_are_joined_by_their_ends() -> None:
    lines = joined((way(A, B), rail()), (way(B, C), rail()), (way((61, 46), (62, 46)), rail()))
    assert sorted(len(item.line.receptor_ids) for item in lines) == [1, 2]
    assert lines[0].line.name.en == "railway without a name"


def test_a_nameless_bridge_belongs_to_the_one_line_that_it_touches() -> None:
    (line,) = joined((way(A, B), rail("Line 1")), (way(B, C), rail()))
    assert line.line.receptor_ids == ("0", "1")


def test_two_named_lines_are_not_joined_by_what_lies_between() -> None:
    lines = joined((way(A, B), rail("1")), (way(B, C), rail()), (way(C, D), rail("2")))
    assert [item.line.receptor_ids for item in lines] == [("1",), ("0",), ("2",)]


def test_kinds_and_status_are_never_mixed() -> None:
    lines = joined(
        (way(A, B), rail("M-32")),
        (way(B, C), rail("M-32", kind="highway", what="primary")),
        (way(C, D), rail("M-32", what="construction")),
    )
    assert [(item.line.kind, item.line.planned) for item in lines] == [
        ("highway", False), ("railway", False), ("railway", True)
    ]  # fmt: skip


@given(st.permutations(range(6)))
def test_the_order_of_the_file_does_not_matter(order: list[int]) -> None:
    corners = [(60 + n / 10, 45.0) for n in range(8)]
    ways = [(way(corners[n], corners[n + 1]), rail("x" if n == 5 else "")) for n in range(6)]
    names = [way_.bounds for way_, _ in ways]
    lines = joined(*(ways[n] for n in order))
    found = {frozenset(names[order[int(i)]] for i in item.line.receptor_ids) for item in lines}
    assert found == {frozenset(names)}


# ----------------------------------------------------------------------------------------------
# Beside
# ----------------------------------------------------------------------------------------------


def east(lon: float, lat: float, length_m: float, azimuth: float = 90.0) -> tuple[float, float]:
    out = GEOD.fwd(lon, lat, azimuth, length_m)
    return float(out[0]), float(out[1])


def beside(
    project: shapely.LineString, other: shapely.LineString
) -> dict[str, tuple[float, float]]:
    found = parallels(edge_table([project]), joined((other, rail("x"))), BANDS)
    return {item.band: (item.length_m, item.nearest_m) for item in found}


def shifted(line: shapely.LineString, metres: float) -> shapely.LineString:
    xy = [east(lon, lat, metres, 0.0) for lon, lat in shapely.get_coordinates(line)]
    return shapely.LineString(xy)


@pytest.mark.parametrize(
    ("apart", "band"),
    [(20, "within_accuracy"), (1400, "below_least"), (1600, "below_preferred"),
     (2400, "below_preferred"), (2600, None)],
)  # fmt: skip
def test_the_band_is_that_of_the_spacing(apart: float, band: str | None) -> None:
    line = way((60.0, 45.0), (60.5, 45.0))
    found = beside(line, shifted(line, apart))
    assert set(found) == ({band} if band else set())
    if band:
        length_m, nearest_m = found[band]
        assert length_m == pytest.approx(geodesy.line_length_m(line), abs=200)
        assert nearest_m == pytest.approx(apart, rel=2e-3)


def test_a_line_that_only_crosses_is_not_beside() -> None:
    line = way((60.0, 45.0), (60.5, 45.0))
    assert beside(line, way((60.25, 44.5), (60.25, 45.5))) == {}
    # At 45 degrees 7.1 km of the line lie within 2.5 km of the other.
    assert beside(line, way((60.0, 44.823), (60.5, 45.177))) == {}


def test_a_line_that_ends_at_the_project_is_not_beside() -> None:
    assert beside(way((60.0, 45.0), (60.5, 45.0)), way((60.25, 45.0), (60.25, 45.5))) == {}


def test_a_slanting_crossing_is_beside_where_it_stays_near_for_long() -> None:
    found = beside(way((60.0, 45.0), (61.0, 45.0)), way((60.0, 44.95), (61.0, 45.05)))
    assert set(found) >= {"below_least", "below_preferred"}


@settings(max_examples=15, deadline=None)
@given(st.floats(100, 2400), st.floats(-60, 60), st.booleans())
def test_direction_does_not_matter(apart: float, azimuth: float, back: bool) -> None:
    start = (70.0, 44.0)
    line = way(start, east(*start, 30_000, azimuth))
    xy = shapely.get_coordinates(line)
    beside_it = shapely.LineString([east(x, y, apart, azimuth + 90) for x, y in xy])
    there = beside(line, beside_it)
    again = beside(line.reverse() if back else line, beside_it)
    for band in there:
        assert again[band][0] == pytest.approx(there[band][0], abs=100)
        assert again[band][1] == pytest.approx(there[band][1], rel=1e-2)


# ----------------------------------------------------------------------------------------------
# Closed off
# ----------------------------------------------------------------------------------------------

U = (way((60.1, 45.0), (60.1, 45.2), (60.3, 45.2), (60.3, 45.0)), rail("U"))
"""Three sides of a square; the project is the fourth."""


def test_a_square_of_lines_is_a_block_of_its_area() -> None:
    project = make_project([(60.0, 45.0), (60.5, 45.0)])
    (block,) = blocks(project, joined(U))
    outline = shapely.segmentize(shapely.box(60.1, 45.0, 60.3, 45.2), 0.01)
    expected = abs(GEOD.geometry_area_perimeter(outline)[0])
    assert geodesy.area_m2(block.polygon) == pytest.approx(expected, rel=1e-4)
    ((first, last),) = block.kp_ranges
    assert (first, last) == (
        pytest.approx(geodesy.line_length_m(way((60.0, 45.0), (60.1, 45.0))), abs=1),
        pytest.approx(geodesy.line_length_m(way((60.0, 45.0), (60.3, 45.0))), abs=1),
    )


def test_only_what_lies_in_the_range_counts() -> None:
    project = make_project([(60.0, 45.0), (60.5, 45.0)])
    half = np.array([shapely.box(60.2, 44.0, 62.0, 46.0)], dtype=object)
    ((block, inside_m2, shape),) = within(blocks(project, joined(U)), half)
    assert inside_m2 == pytest.approx(geodesy.area_m2(block.polygon) / 2, rel=1e-6)
    assert shape.bounds[0] == pytest.approx(60.2)


def test_two_lines_side_by_side_without_a_third_close_nothing() -> None:
    project = make_project([(60.0, 45.0), (60.5, 45.0)])
    assert blocks(project, joined((way((60.0, 45.1), (60.5, 45.1)), rail("x")))) == []


def test_slivers_along_the_same_line_are_no_blocks() -> None:
    # Two drawings of one railway that cross every kilometre, 20 m apart at most.
    lon = 60 + np.arange(60) / 80
    drawn = shapely.LineString(np.column_stack([lon, 45 + 0.0002 * (-1.0) ** np.arange(60)]))
    project = make_project([(60.0, 45.0), (60.7, 45.0)])
    assert blocks(project, joined((drawn, rail("x")))) == []


def test_what_other_lines_close_without_the_project_is_no_block_of_its_own() -> None:
    ring = way((60.1, 45.0), (60.1, 45.2), (60.3, 45.2), (60.3, 45.0), (60.1, 45.0))
    along = make_project([(60.0, 45.0), (60.5, 45.0)])
    assert blocks(along, joined((ring, rail("ring")))) == []
    through = make_project([(60.0, 45.1), (60.5, 45.1)])
    assert len(blocks(through, joined((ring, rail("ring"))))) == 2
    touching = make_project([(60.0, 45.3), (60.1, 45.2), (60.0, 45.1)])
    assert blocks(touching, joined((ring, rail("ring")))) == []


def test_the_gaps_that_chainage_runs_across_close_nothing() -> None:
    whole = make_project([(60.0, 45.0), (60.2, 45.0), (60.5, 45.0)])
    assert len(blocks(whole, joined(U))) == 1
    edges = len(shapely.get_coordinates(whole.alignment[0].line)) - 1
    gap = replace(whole.alignment[0], bridge_edges=tuple(range(edges // 4, edges // 2)))
    assert blocks(replace(whole, alignment=(gap,)), joined(U)) == []


# ----------------------------------------------------------------------------------------------
# Lost
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("distance_m", [177.0, 286.0, 568.0, 999.0])
def test_the_zone_of_a_straight_road_is_a_strip_with_round_ends(distance_m: float) -> None:
    project = make_project([(91.0, 34.0), (91.5, 34.2)], kind=Kind.ROAD)
    area = geodesy.area_m2(loss_zones.zone_around(project, distance_m))
    strip = 2 * distance_m * project.length_m + np.pi * distance_m**2
    assert area == pytest.approx(strip, rel=1e-3)


def test_where_two_layers_speak_of_a_range_its_ground_counts_once() -> None:
    project = make_project([(91.0, 34.0), (91.5, 34.2)], kind=Kind.ROAD)
    zone = loss_zones.zone_around(project, 500)
    tiles = np.array([shapely.box(90, 33, 92, 35)], dtype=object)
    assert loss_zones.lost(zone, [tiles, tiles])[0] == pytest.approx(geodesy.area_m2(zone))


def test_a_road_on_the_plateau_says_how_much_range_it_takes(
    book: Rulebook, opened: list[tuple[Layer, Store]]
) -> None:
    road = make_project([(92.0, 34.5), (92.6, 34.9)], kind=Kind.ROAD)
    result = screening.screen(road, opened, book, generated_on="2026-11-22")
    zones = {zone.species_id: zone for zone in result.exposure.surroundings.loss_zones}
    assert {"chiru", "kiang", "tibetan_gazelle", "wild_yak"} == set(zones)
    assert zones["kiang"].area_m2 == pytest.approx(2 * 568 * road.length_m, rel=0.02)
    assert not zones["kiang"].geometry.is_empty
    said = {f.id: f.statement.en for f in result.findings if f.rule_id == "DST-001"}
    assert f"{zones['kiang'].area_m2 / 1e6:.1f}\u00a0km²" in said["DST-001:kiang"]


def test_no_zone_where_no_distance_was_measured(
    book: Rulebook, opened: list[tuple[Layer, Store]]
) -> None:
    for project in (
        make_project([(92.0, 34.5), (92.6, 34.9)], kind=Kind.RAILWAY),
        make_project([(66.0, 47.5), (69.0, 47.5)], kind=Kind.ROAD),
    ):
        result = screening.screen(project, opened, book, generated_on="2026-11-22")
        assert result.exposure.surroundings.loss_zones == ()


# ----------------------------------------------------------------------------------------------
# Through the whole of it
# ----------------------------------------------------------------------------------------------


def screened(tmp_path: Path, book: Rulebook, ways: list[tuple[shapely.LineString, dict[str, str]]],
             *line: tuple[float, float], withheld: str | None = None,
             **design: object) -> Screening:  # fmt: skip
    """``withheld``: which layers may not be handed on: ``lines``, ``ranges`` or ``none``."""
    rows = [({"osm_id": str(n), "fclass": tags.pop("fclass"), "name": tags.get("name"),
              "ref": tags.get("ref")}, shape) for n, (shape, tags) in enumerate(ways)]  # fmt: skip
    file = lf.write(tmp_path / "gis_osm_roads_free_1.gpkg", rows)
    done = run("layers", "add", file, "--as", "osm", "--quiet", "--to", tmp_path / "own")
    assert done.returncode == 0, done.stderr
    cache = tmp_path / "cache"
    root = Path(__file__).resolve().parent.parent
    layers = catalogue.read_catalogue([root / "reference_layers", tmp_path / "own"], cache)
    route = lf.route(tmp_path / "r.geojson", *line, kind="railway", **design)
    project = project_file.read_project(str(route), kind=None, design=Design(), layers=())
    opened = list(screening.open_layers(layers, cache))
    if withheld is not None:
        bundled = {"lines": False, "ranges": True}
        opened = [
            (replace(layer, spec=replace(layer.spec, redistributable=(
                withheld == "none" or (layer.spec.access == "bundled") is not bundled[withheld]
             ))), store)
            for layer, store in opened
        ]  # fmt: skip
    return screening.screen(project, opened, book, generated_on="2026-11-22")


def test_a_thousand_ways_of_one_road_make_one_finding(tmp_path: Path, book: Rulebook) -> None:
    pieces = [
        (way((92 + n / 100, 34.508), (92 + (n + 1) / 100, 34.508)), {"fclass": "primary"})
        for n in range(60)
    ]
    for n, (_, tags) in enumerate(pieces):
        if n % 3:
            tags["ref"] = "G109"
    result = screened(tmp_path, book, pieces, (92.0, 34.5), (92.6, 34.5))
    found = [f for f in result.findings if f.rule_id.startswith("CUM") and f.rule_id != "CUM-001"]
    assert sorted(f.rule_id for f in found) == ["CUM-003", "CUM-009"]
    beside_it = next(f for f in found if f.rule_id == "CUM-003")
    assert len(beside_it.encounters) == 60
    assert beside_it.length_m == pytest.approx(55_000, rel=0.02)
    assert "nearest 88" in beside_it.statement.en.replace("\u00a0", " ")
    assert not [gap for gap in result.not_assessed if gap.subject_id.startswith("encounter:")]


def test_planned_lines_stand_apart_from_existing_ones(tmp_path: Path, book: Rulebook) -> None:
    road = (way((92.0, 34.508), (92.6, 34.508)), {"fclass": "primary", "ref": "G109"})
    rail_ = (way((92.0, 34.49), (92.6, 34.49)), {"fclass": "proposed", "name": "New line"})
    result = screened(tmp_path, book, [road, rail_], (92.0, 34.5), (92.6, 34.5))
    said = {f.rule_id: f.statement.en for f in result.findings}
    assert "G109" not in said["CUM-006"] and "New line" in said["CUM-006"]
    assert "New line" not in said["CUM-003"]
    assert "New line" in said["CUM-010"] and "New line" not in said["CUM-009"]


def test_ground_closed_off_is_named_with_its_area(tmp_path: Path, book: Rulebook) -> None:
    square = way((66.2, 47.5), (66.2, 47.55), (66.4, 47.55), (66.4, 47.5))
    result = screened(
        tmp_path, book, [(square, {"fclass": "primary", "ref": "A1"})],
        (66.0, 47.5), (66.6, 47.5), fenced="yes",
    )  # fmt: skip
    closed = {e.species_id: e for e in result.exposure.surroundings.enclosures}
    expected = geodesy.area_m2(shapely.segmentize(shapely.box(66.2, 47.5, 66.4, 47.55), 0.01))
    assert closed["saiga"].area_m2 == pytest.approx(expected, rel=1e-3)
    finding = next(f for f in result.findings if f.rule_id == "CUM-011")
    assert f"{expected / 1e6:.1f}\u00a0km²" in finding.statement.en
    assert finding.length_m == pytest.approx(15_050, rel=0.01)
    open_ = [f.rule_id for f in result.findings if f.rule_id in {"CUM-012", "CUM-013"}]
    assert open_ == []


def test_lines_in_no_mapped_range_weigh_nothing(tmp_path: Path, book: Rulebook) -> None:
    # Eastern China, where no range of the initiative is mapped.
    road = (way((116.0, 30.0), (116.5, 30.0)), {"fclass": "primary", "ref": "G1"})
    result = screened(tmp_path, book, [road], (116.0, 30.01), (116.5, 30.01))
    assert {f.rule_id for f in result.findings if f.rule_id.startswith("CUM")} == {"CUM-014"}


def test_states_of_several_ranges_are_named_once(
    book: Rulebook, opened: list[tuple[Layer, Store]]
) -> None:
    road = make_project([(106.0, 43.0), (108.5, 43.0)], kind=Kind.ROAD)
    result = screening.screen(road, opened, book, generated_on="2026-11-22")
    (finding,) = [f for f in result.findings if f.rule_id == "TRB-001"]
    named = re.split(r"reach into |\. What", finding.statement.en)[1].split(", ")
    assert len(named) > 8
    assert len(named) == len(set(named))


def test_a_measure_for_one_species_is_not_asked_of_its_whole_group(
    book: Rulebook, opened: list[tuple[Layer, Store]]
) -> None:
    road = make_project([(106.0, 43.0), (108.5, 43.0)], kind=Kind.ROAD)
    result = screening.screen(road, opened, book, generated_on="2026-11-22")
    asked = {m.id for f in result.findings for m in f.measures}
    assert "MI-12" in asked  # works out of the months, for every species
    assert not asked & {"MI-01", "MI-02", "MT-15", "AV-07"}  # saiga, chiru, cheetah, bear
    snow_leopard = [f for f in result.findings if f.id == "RNG-001:snow_leopard"]
    assert any(m.id == "OF-03" for f in snow_leopard for m in f.measures)
    others = [f for f in result.findings if f.id == "RNG-001:argali"]
    assert others and not any(m.id == "OF-03" for f in others for m in f.measures)


def test_a_redacted_report_tells_no_measure_of_a_sensitive_range(
    book: Rulebook, opened: list[tuple[Layer, Store]]
) -> None:
    road = make_project([(92.0, 34.5), (92.6, 34.9)], kind=Kind.ROAD)
    plain = screening.screen(road, opened, book, generated_on="2026-11-22")
    closed = tuple(
        replace(spec, sensitive=True) if spec.name == "species_ranges" else spec
        for spec in plain.run.layers
    )
    result = redacted(replace(plain, run=replace(plain.run, layers=closed)))
    assert plain.exposure.surroundings.loss_zones
    assert result.exposure.surroundings.loss_zones == ()
    said = [f.statement.en for f in result.findings if f.rule_id == "DST-001"]
    assert said and not any("km²" in text for text in said)


def test_a_block_is_withheld_where_a_line_that_may_close_it_is_sensitive(
    tmp_path: Path, book: Rulebook
) -> None:
    square = way((66.2, 47.5), (66.2, 47.55), (66.4, 47.55), (66.4, 47.5))
    plain = screened(
        tmp_path, book, [(square, {"fclass": "primary", "ref": "A1"})],
        (66.0, 47.5), (66.6, 47.5), fenced="yes",
    )  # fmt: skip
    around = plain.exposure.surroundings
    (line_layer,) = {line.layer_id for line in around.lines}
    assert around.enclosures
    layers = tuple(
        replace(spec, sensitive=True) if spec.name == line_layer else spec
        for spec in plain.run.layers
    )
    result = redacted(replace(plain, run=replace(plain.run, layers=layers)))
    assert result.exposure.surroundings.lines == ()
    assert result.exposure.surroundings.enclosures == ()
    same = redacted(plain).exposure.surroundings.enclosures
    assert {item.species_id for item in same} == {item.species_id for item in around.enclosures}


SQUARE = ((66.2, 47.5), (66.2, 47.55), (66.4, 47.55), (66.4, 47.5))


@pytest.mark.parametrize("withheld", ["none", "lines", "ranges"])
def test_a_block_is_drawn_only_where_every_layer_that_shapes_it_may_be_handed_on(
    tmp_path: Path, book: Rulebook, withheld: str
) -> None:
    """Its area is told all the same: it is a measurement, and no copy of the layer."""
    road = [(way(*SQUARE), {"fclass": "primary", "ref": "A1"})]
    result = screened(
        tmp_path, book, road, (66.0, 47.5), (66.6, 47.5), fenced="yes", withheld=withheld
    )
    (line_layer,) = {line.layer_id for line in result.exposure.surroundings.lines}
    specs = {spec.name: spec.redistributable for spec in result.run.layers}
    assert specs[line_layer] is (withheld != "lines")
    assert specs["species_ranges"] is (withheld != "ranges")
    found = result.exposure.surroundings.enclosures
    assert found and all(item.area_m2 > 1e6 for item in found)
    assert {item.geometry.is_empty for item in found} == {withheld != "none"}
    (finding,) = [f for f in result.findings if f.rule_id == "CUM-011"]
    assert "km²" in finding.statement.en
    packed = render_gpkg(result, Translator("en"))
    drawn = {row["table_name"] for row in rows_of(packed, "gpkg_contents")}
    assert ("enclosures" in drawn) is (withheld == "none")
    if withheld == "none":
        assert len(rows_of(packed, "enclosures")) == len(found)


def test_rows_of_blocks_name_the_findings_on_them_and_their_sources(
    tmp_path: Path, book: Rulebook
) -> None:
    built = (way(*SQUARE), {"fclass": "primary", "ref": "A1"})
    planned = (
        way((66.45, 47.5), (66.45, 47.56), (66.55, 47.56), (66.55, 47.5)),
        {"fclass": "proposed", "name": "New line"},
    )
    made = screened(
        tmp_path, book, [built, planned], (66.0, 47.5), (66.6, 47.5), fenced="yes", withheld="none"
    )
    found = {(e.species_id, e.with_planned): e for e in made.exposure.surroundings.enclosures}
    rows = rows_of(render_gpkg(made, Translator("en")), "enclosures")
    assert {(row["species_id"], bool(row["with_planned"])) for row in rows} == set(found)
    findings = {f.number: f for f in made.findings}
    for row in rows:
        named = [findings[number] for number in row["findings"].split()]
        # Decided by the block of this status; other findings on the species are not.
        rule = "CUM-012" if row["with_planned"] else "CUM-011"
        assert [f.rule_id for f in named] == [rule]
        assert row["finding_ids"] == "; ".join(f.id for f in named)
        assert row["sources"] == "; ".join(dict.fromkeys(s for f in named for s in f.sources))
        assert row["sources"]
        item = found[row["species_id"], bool(row["with_planned"])]
        assert row["area_km2"] == pytest.approx(item.area_m2 / 1e6, abs=1e-6)
        assert row["blocks"] == item.blocks
