"""Structures against corridors and ranges by chainage, and every input judged or said not to be."""

import dataclasses
import re
from pathlib import Path

from camiscreen.judging.crossings import passable
from camiscreen.model import (
    CanalStretch,
    Design,
    FenceStretch,
    FormationStretch,
    LightingStretch,
    PipelineStretch,
    Rulebook,
    ServiceTrackStretch,
    Structure,
    TrafficStretch,
    WorksStretch,
)
from camiscreen.report.design_inputs import FACTS
from camiscreen.screening import screen
from camiscreen.vocabulary import Fencing, Kind, StructureType
from tests.conftest import make_project
from tests.test_design import Opened, ids, report

ROOT = Path(__file__).resolve().parent.parent


def test_a_corridor_whose_structures_stand_elsewhere_is_found(
    book: Rulebook, opened: Opened
) -> None:
    across = ((105.6, 43.4), (107.9, 42.6))  # along the documented Tavantolgoi crossings
    line = make_project(across, kind=Kind.RAILWAY).chainage_length_m

    def rules(*at_m: float) -> dict[str, str]:
        design = Design(
            fencing=Fencing.YES,
            structures=tuple(Structure(at_m=m, type=StructureType.FENCE_OPENING) for m in at_m),
        )
        project = make_project(across, kind=Kind.RAILWAY, design=design)
        done = screen(project, opened, book, generated_on="2026-11-22")
        corridor = next(f for f in done.findings if f.rule_id == "COR-001")
        start, end = corridor.kp_ranges[0]
        assert 0 <= start < end <= line
        return {f.rule_id: f.statement.en for f in done.findings} | {"at": f"{start} {end}"}

    start, end = (float(m) for m in rules()["at"].split())
    assert "COR-002" in rules() and "STR-003" not in rules()
    inside = rules(0.5 * (start + end))
    assert "COR-002" not in inside and "STR-003" not in inside
    if end < line - 5_000:
        beside = rules(end + 4_000)
        assert "4.0\u00a0km away" in beside["STR-003"]
    else:
        assert "4.0\u00a0km away" in rules(start - 4_000)["STR-003"]


def test_a_mass_migration_of_chiru_needs_more_height_in_its_corridor(book: Rulebook) -> None:
    chiru = next(s for s in book.species if s.id == "chiru")
    bridge = Structure(at_m=0, type=StructureType.BRIDGE, height_m=4.9, width_m=30)
    assert passable(bridge, chiru, book)
    assert not passable(bridge, chiru, book, in_corridor=True)
    high = dataclasses.replace(bridge, height_m=5.0)
    assert passable(high, chiru, book, in_corridor=True)


def test_every_figure_of_a_structure_is_a_verified_one_of_a_measure(book: Rulebook) -> None:
    """A changed minimum, spacing or avoidance distance no longer stands in the evidence."""
    known = {
        (reference, value)
        for measure in book.measures
        for spec in measure.numbers
        if spec.verified
        for reference in spec.references
        for value in spec.values
    }
    used = [
        (row.sources, value)
        for row in book.crossing_minimums
        for value in (row.height_m, row.width_m, row.width_to_length)
        if value is not None
    ]
    used += [(book.line_spacing.sources, book.line_spacing.least_m)]
    used += [(book.line_spacing.sources, book.line_spacing.preferred_m)]
    used += [
        (response.references, response.distance_m)
        for species in book.species
        for response in species.barrier_responses
        if response.distance_m and response.verified and response.infrastructure == "road"
    ]
    assert len(used) > 15
    assert [item for item in used if not {(ref, item[1]) for ref in item[0]} & known] == []


EVERYTHING = """
fences: [{kp: [0, 60], fenced: yes, type: mesh, height_m: 1.2, bottom_wire_m: 0.5, sides: both}]
structures: [{kp: 12, type: overpass, height_m: 5, width_m: 60, length_m: 20}]
works: [{months: [6]}]
traffic: [{vehicles_per_day: 10, trains_per_day: 24, speed_km_h: 80}]
formation: [{width_m: 12, embankment_height_m: 2}]
service_track: [{present: yes, open_to_public: no}]
lighting: [{lit: yes}]
pipeline: [{buried: yes}]
canal: [{sides: steep, lined: yes, width_m: 9}]
"""


def test_every_input_is_judged_or_said_not_to_be(tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text(EVERYTHING, encoding="utf-8")
    said = {
        item["input"]: item["judged_by"] for item in report(tmp_path, "--design", path)["design"]
    }
    assert set(said) == set(FACTS) - {"fencing"}
    assert {name for name, by in said.items() if not by} == {
        "fences.sides", "traffic.vehicles_per_day", "traffic.trains_per_day",
        "traffic.speed_km_h", "formation.width_m", "formation.embankment_height_m",
        "lighting.lit", "pipeline.buried", "canal.sides", "canal.lined", "canal.width_m",
    }  # fmt: skip
    assert "PER-009" in said["fences.height_m"]


def test_the_fields_of_a_design_are_all_known_to_the_report() -> None:
    groups = {"fences": FenceStretch, "traffic": TrafficStretch, "formation": FormationStretch,
              "pipeline": PipelineStretch, "canal": CanalStretch, "works": WorksStretch,
              "lighting": LightingStretch, "service_track": ServiceTrackStretch,
              "structures": Structure}  # fmt: skip
    named = {
        f"{group}.{field.name}"
        for group, cls in groups.items()
        for field in dataclasses.fields(cls)
        if field.name not in {"kp_m", "at_m"}
    }
    assert named | {"fencing"} == set(FACTS)
    lists = {field.name for field in dataclasses.fields(Design)} - {"fencing"}
    assert lists == set(groups)


def test_a_rule_of_ones_own_may_test_the_speed(tmp_path: Path) -> None:
    own = tmp_path / "own" / "screening"
    own.mkdir(parents=True)
    text = (ROOT / "rules/screening/PER-008-service-track-open.yaml").read_text(encoding="utf-8")
    text = text.replace("PER-008", "PER-900").replace(
        '  - {attribute: public_track, any_of: ["yes"]}\n',
        "  - {quantity: speed_km_h, more_than: 80}\n",
    )
    text = re.sub(r"public_track: \"yes\"", "speed_km_h: 85", text)
    text = re.sub(r"public_track: \"no\"", "speed_km_h: 75", text)
    (own / "PER-900-speed.yaml").write_text(text, encoding="utf-8")
    fast, slow = (
        report(tmp_path, "--rules", own.parent, "--design", _traffic(tmp_path, speed))
        for speed in (90, 70)
    )
    unknown = report(tmp_path, "--rules", own.parent)
    assert ids(fast, {"PER-900"}) and not ids(slow, {"PER-900"})
    (finding,) = [f for f in unknown["findings"] if f["rule_id"] == "PER-900"]
    assert finding["assumptions"] == ["assumption.speed_km_h_unknown"]
    asked = {"fact": "speed_km_h", "test": "more than 80", "value": "unknown", "holds": True}
    assert any(asked.items() <= step.items() for step in finding["trace"])


def _traffic(tmp_path: Path, speed: int) -> Path:
    path = tmp_path / f"speed-{speed}.yaml"
    path.write_text(f"traffic: [{{speed_km_h: {speed}}}]\n", encoding="utf-8")
    return path


def test_structures_where_nothing_is_met_are_found_at_their_places(
    book: Rulebook, opened: Opened
) -> None:
    across = ((69.0, 47.0), (71.0, 56.0))  # north out of the range of saiga
    outside = (930_000.0, 940_000.0)
    design = Design(
        fences=(
            FenceStretch(kp_m=(0.0, 935_000.0), fenced=Fencing.YES),
            FenceStretch(kp_m=(935_000.0, 960_000.0), fenced=Fencing.NO),
        ),
        works=(WorksStretch(kp_m=(0.0, 400_000.0), months=(9,)),),
        structures=tuple(
            Structure(at_m=at, type=StructureType.CULVERT) for at in (10_000.0, *outside)
        ),
    )
    project = make_project(across, kind=Kind.RAILWAY, design=design)
    done = screen(project, opened, book, generated_on="2026-11-22")
    (found,) = [f for f in done.findings if f.rule_id == "STR-005"]
    assert found.kp_ranges == tuple((at, at) for at in outside)
    assert found.length_m == 0
    (gap,) = [f for f in done.findings if f.rule_id == "GAP-002"]
    assert gap.kp_ranges[0][0] == 400_000
