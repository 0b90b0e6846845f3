"""From facts to findings: levels, confidence, order, verdict and exit code."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from camiscreen import exit_codes
from camiscreen.judging.acceptance import settle
from camiscreen.judging.appraisal import appraise, verdict_of
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import (
    UNCERTAINTY_ZONE,
    Acceptance,
    Design,
    Encounter,
    Exposure,
    Finding,
    LayerCoverage,
    Receptor,
    Rulebook,
    Screening,
    StateCrossed,
    Text,
    WorksStretch,
)
from camiscreen.screening import screen
from camiscreen.vocabulary import (
    Confidence,
    Fencing,
    Kind,
    ReceptorKind,
    Relation,
    Significance,
    Verdict,
)
from tests.conftest import make_project

NAME = Text(en="name", ru="имя")
SPECIES = ("saiga", "snow_leopard", "asiatic_cheetah", "chiru", "mongolian_gazelle", "urial")
ZONES = ("footprint", "direct", "indirect", UNCERTAINTY_ZONE)


def encounter(
    species: str, zone: str = "footprint", *, length_m: float = 100_000, states: Sequence[str] = ()
) -> Encounter:
    met = zone == "footprint"
    distance_m = {"footprint": 0.0, "direct": 500.0, "indirect": 5_000.0}.get(zone, 30_000.0)
    return Encounter(
        id=f"species_ranges:{species}-1",
        layer_id="species_ranges",
        receptor=Receptor(
            id=f"{species}-1", name=NAME, species_id=species, states=tuple(states), attributes={}
        ),
        receptor_kind=ReceptorKind.SPECIES_RANGE,
        zone=zone,
        relation=Relation.CROSSES if met else Relation.NEAR,
        crossing_length_m=length_m if met else 0.0,
        overlap_area_m2=0.0,
        severed_area_m2=0.0,
        patch_area_m2=0.0,
        distance_m=distance_m,
        kp_ranges=((0.0, length_m),),
        layer_confidence=Confidence.MEDIUM,
        positional_accuracy_m=50_000,
        geometry=shapely.LineString(),
        receptor_geometry=shapely.Polygon(),
    )


def state(iso3: str, *, party: bool = True) -> StateCrossed:
    return StateCrossed(
        iso3=iso3,
        name=Text(en=iso3, ru=iso3),
        cms_party=party,
        party_as_of="2020-02",
        party_references=("R001",),
        kp_ranges=((0.0, 1000.0),),
        length_m=100_000.0,
        positional_accuracy_m=5_300.0,
    )


def exposed(
    encounters: Sequence[Encounter] = (),
    states: Sequence[StateCrossed] = (state("KAZ"),),
    covered: float = 1.0,
    present: bool = True,
) -> Exposure:
    coverage = LayerCoverage(
        layer_id="species_ranges",
        title=NAME,
        required=True,
        present=present,
        covered_fraction=covered,
        outside_kp_ranges=(),
    )
    return Exposure(
        encounters=tuple(encounters),
        states=tuple(states),
        provinces=(),
        coverage=(coverage,),
        not_assessed=(),
        state_names={iso3: Text(en=iso3, ru=iso3) for iso3 in ("KAZ", "RUS", "MNG", "CHN")},
    )


def findings_of(
    book: Rulebook,
    *encounters: Encounter,
    kind: Kind = Kind.RAILWAY,
    fencing: Fencing = Fencing.NO,
) -> dict[str, Finding]:
    # September: none of the species here has a verified season then.
    design = Design(fencing=fencing, works=(WorksStretch(months=(9,)),))
    project = make_project([(66.0, 47.0), (68.0, 47.0)], kind=kind, design=design)
    judged = appraise(project, exposed(encounters), book)
    return {finding.id: finding for finding in judged.findings}


def test_a_fence_makes_the_finding_worse_and_the_trace_says_why(book: Rulebook) -> None:
    open_line = findings_of(book, encounter("saiga"), fencing=Fencing.NO)
    fenced = findings_of(book, encounter("saiga"), fencing=Fencing.YES)
    assert "PER-001:saiga" not in open_line
    worst = fenced["PER-001:saiga"]
    assert worst.significance is Significance.MAJOR
    assert max(f.significance for f in open_line.values()) < Significance.MAJOR
    (step,) = [step for step in worst.trace if step.subject == "fencing"]
    assert (step.test, step.value, step.holds) == ("any of yes, unknown", "yes", True)


def test_unknown_fencing_is_the_worst_case_and_listed_as_an_assumption(book: Rulebook) -> None:
    unknown = findings_of(book, encounter("saiga"), fencing=Fencing.UNKNOWN)
    fenced = findings_of(book, encounter("saiga"), fencing=Fencing.YES)
    finding = unknown["PER-001:saiga"]
    assert finding.significance is fenced["PER-001:saiga"].significance
    assert [a.key for a in finding.assumptions] == ["assumption.fencing_unknown"]
    assert fenced["PER-001:saiga"].assumptions == ()
    assert "GAP-001:project" in unknown
    assert "GAP-001:project" not in fenced


def test_levels_come_from_the_tables(book: Rulebook) -> None:
    found = findings_of(
        book, encounter("snow_leopard"), encounter("chiru"), encounter("asiatic_cheetah")
    )
    levels = {
        id_: (str(f.sensitivity), str(f.magnitude), str(f.significance))
        for id_, f in found.items()
        if id_.startswith("RNG")
    }
    assert levels == {
        "RNG-001:snow_leopard": ("high", "medium", "moderate"),
        "RNG-001:asiatic_cheetah": ("very_high", "medium", "major"),
        "RNG-004:chiru": ("low", "medium", "minor"),
    }


def test_the_zone_grades_a_finding(book: Rulebook) -> None:
    ids = {zone: set(findings_of(book, encounter("saiga", zone))) for zone in ZONES}
    assert ids["footprint"] == {"RNG-001:saiga", "NAT-002:KAZ"}
    assert ids["direct"] == {"RNG-002:saiga", "NAT-002:KAZ"}
    assert ids["indirect"] == {"RNG-003:project", "NAT-002:KAZ"}
    assert ids[UNCERTAINTY_ZONE] == {"DAT-001:project"}


def test_confidence_from_range_cells_is_never_above_medium_and_falls_when_small(
    book: Rulebook,
) -> None:
    long = findings_of(book, encounter("saiga", length_m=100_000))["RNG-001:saiga"]
    short = findings_of(book, encounter("saiga", length_m=20_000))["RNG-001:saiga"]
    near = findings_of(book, encounter("saiga", "direct"))["RNG-002:saiga"]
    assert long.confidence is Confidence.MEDIUM
    assert short.confidence is Confidence.LOW
    assert near.confidence is Confidence.LOW


def test_a_range_that_crosses_a_border_names_the_states(book: Rulebook) -> None:
    met = encounter("saiga", states=("KAZ", "RUS"))
    finding = findings_of(book, met)["TRB-001:project"]
    assert "KAZ, RUS" in finding.statement.en
    assert "TRB-001:project" not in findings_of(book, encounter("saiga", states=("KAZ",)))


def test_measures_fit_the_kind_and_come_in_hierarchy_order(book: Rulebook) -> None:
    for kind in Kind:
        fencing = Fencing.YES if kind is Kind.FENCE else Fencing.UNKNOWN
        met = [encounter(s, states=("MNG", "CHN")) for s in SPECIES]
        for finding in findings_of(book, *met, kind=kind, fencing=fencing).values():
            steps = [measure.step for measure in finding.measures]
            assert steps == sorted(steps)
            assert all(kind in measure.kinds for measure in finding.measures)


def test_a_state_that_is_not_a_party(book: Rulebook) -> None:
    project = make_project([(66.0, 47.0), (68.0, 47.0)])
    states = (state("CHN", party=False), state("MNG"))
    judged = appraise(project, exposed(states=states), book)
    ids = {finding.id for finding in judged.findings}
    assert ids == {"TRB-002:CHN", "TRB-003:project"}


def test_findings_are_numbered_worst_first(book: Rulebook) -> None:
    met = [encounter(s, zone) for s, zone in zip(SPECIES, (*ZONES, *ZONES), strict=False)]
    project = make_project([(66.0, 47.0), (68.0, 47.0)])
    found = appraise(project, exposed(met), book).findings
    assert [f.number for f in found] == [f"F{i}" for i in range(1, len(found) + 1)]
    levels = [f.significance for f in found]
    assert levels == sorted(levels, reverse=True)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(SPECIES), st.sampled_from(ZONES)), max_size=5),
    st.tuples(st.sampled_from(SPECIES), st.sampled_from(ZONES)),
    st.sampled_from(list(Kind)),
    st.sampled_from(list(Fencing)),
)
def test_one_more_encounter_never_lowers_the_highest_significance(
    book: Rulebook,
    base: list[tuple[str, str]],
    more: tuple[str, str],
    kind: Kind,
    fencing: Fencing,
) -> None:
    def worst(pairs: list[tuple[str, str]]) -> int:
        met = [replace(encounter(s, z), id=f"{s}:{i}") for i, (s, z) in enumerate(pairs)]
        found = findings_of(book, *met, kind=kind, fencing=fencing)
        return max((f.significance.rank for f in found.values()), default=-1)

    assert worst([*base, more]) >= worst(base)


# ----------------------------------------------------------------------------------------------
# Verdict and exit code
# ----------------------------------------------------------------------------------------------


def verdict(book: Rulebook, exposure: Exposure, accept: Sequence[str] = ()) -> Verdict:
    accepted = [
        Acceptance(finding_id=i, reason="r", by="b", until="2027-01-01", avoidance="a")
        for i in accept
    ]
    design = Design(fencing=Fencing.NO, works=(WorksStretch(months=(9,)),))
    project = make_project([(66.0, 47.0), (68.0, 47.0)], design=design)
    judged = appraise(project, exposure, book)
    findings, _ = settle(judged.findings, accepted, project=project, rulebook=book, on="2026-11-22")
    return verdict_of(findings, judged.not_assessed)


def test_verdicts(book: Rulebook) -> None:
    met = [encounter("snow_leopard")]
    assert verdict(book, exposed()) is Verdict.NONE
    assert verdict(book, exposed(covered=0.0, states=())) is Verdict.INCOMPLETE
    assert verdict(book, exposed(covered=0.7)) is Verdict.INCOMPLETE
    assert verdict(book, exposed(present=False, covered=0.0)) is Verdict.INCOMPLETE
    assert verdict(book, exposed(met)) is Verdict.MODERATE
    assert verdict(book, exposed(met, covered=0.7)) is Verdict.MODERATE
    both = ["RNG-001:snow_leopard", "NAT-002:KAZ"]
    assert verdict(book, exposed(met), accept=both[:1]) is Verdict.NEGLIGIBLE
    assert verdict(book, exposed(met), accept=both) is Verdict.ACCEPTED
    missing = exposed(met, present=False, covered=0.0)
    assert verdict(book, missing, accept=both) is Verdict.INCOMPLETE


@pytest.mark.parametrize(
    ("line", "fail_on", "expected"),
    [
        ([(66.0, 47.0), (68.0, 47.0)], None, 0),
        ([(66.0, 47.0), (68.0, 47.0)], Significance.MAJOR, 10),
        ([(66.0, 47.0), (68.0, 47.0)], Significance.NEGLIGIBLE, 10),
        ([(2.35, 48.85), (4.83, 45.76)], None, 3),
        ([(2.35, 48.85), (4.83, 45.76)], Significance.NEGLIGIBLE, 3),
        ([(44.0, 33.3), (48.5, 34.3)], None, 3),
        ([(44.0, 33.3), (48.5, 34.3)], Significance.MINOR, 10),
    ],
)
def test_exit_codes(
    book: Rulebook,
    opened: list[tuple[Layer, Store]],
    line: list[tuple[float, float]],
    fail_on: Significance | None,
    expected: int,
) -> None:
    result = screen(make_project(line), opened, book, generated_on="2026-11-22")
    assert exit_codes.exit_code(result, fail_on) == expected


def test_the_worst_exit_code_of_several() -> None:
    assert exit_codes.worst([0, 3, 10, 2, 1]) == 1
    assert exit_codes.worst([0, 3, 10, 2]) == 2
    assert exit_codes.worst([0, 3, 10]) == 10
    assert exit_codes.worst([0, 3]) == 3
    assert exit_codes.worst([]) == 0


def screened_without(name: str, book: Rulebook, opened: list[tuple[Layer, Store]]) -> Screening:
    rest = [pair for pair in opened if pair[0].spec.name != name]
    return screen(make_project([(66.0, 47.0), (68.0, 47.0)]), rest, book, generated_on="2026-11-22")


@pytest.mark.parametrize("name", ["species_ranges", "range_states"])
def test_a_missing_required_layer_is_never_silent(
    book: Rulebook, opened: list[tuple[Layer, Store]], name: str
) -> None:
    result = screened_without(name, book, opened)
    gap = next(gap for gap in result.not_assessed if gap.subject_id == f"layer:{name}")
    assert gap.required
    assert gap.covered_fraction == 0.0
    assert exit_codes.exit_code(result, None) == exit_codes.NOT_ASSESSED


def test_paris_to_lyon_is_never_clean(book: Rulebook, opened: list[tuple[Layer, Store]]) -> None:
    project = make_project([(2.35, 48.85), (4.83, 45.76)])
    result = screen(project, opened, book, generated_on="2026-11-22")
    assert result.verdict is Verdict.INCOMPLETE
    assert result.findings == ()
    assert {gap.reason.en for gap in result.not_assessed if gap.required} == {
        "Outside the region, nothing assessed."
    }


def deer_gaps(
    book: Rulebook, opened: list[tuple[Layer, Store]], *line: tuple[float, float]
) -> list[str]:
    result = screen(make_project(list(line)), opened, book, generated_on="2026-11-22")
    gaps = [gap for gap in result.not_assessed if gap.subject_id == "species:bukhara_deer"]
    assert all(gap.reason.en and not gap.required for gap in gaps)
    return [gap.reason_code for gap in gaps]


def test_bukhara_deer_is_a_gap_only_where_single_sites_are_all_that_is_known(
    book: Rulebook, opened: list[tuple[Layer, Store]]
) -> None:
    assert deer_gaps(book, opened, (66.0, 47.0), (68.0, 47.0)) == ["taxon_partly_in_layer"]
    assert deer_gaps(book, opened, (106.0, 47.0), (108.0, 47.0)) == []  # Mongolia
    without = [pair for pair in opened if pair[0].spec.name != "species_sites"]
    assert deer_gaps(book, without, (66.0, 47.0), (68.0, 47.0)) == ["taxon_not_in_layer"]
    assert deer_gaps(book, without, (106.0, 47.0), (108.0, 47.0)) == []


def test_the_gap_of_bukhara_deer_lies_on_the_stretches_in_its_states(
    book: Rulebook, opened: list[tuple[Layer, Store]]
) -> None:
    line = [(72.0, 43.5), (75.0, 42.3)]  # Kazakhstan into Kyrgyzstan
    result = screen(make_project(line), opened, book, generated_on="2026-11-22")
    (gap,) = [g for g in result.not_assessed if g.subject_id == "species:bukhara_deer"]
    (kazakh,) = [s for s in result.exposure.states if s.iso3 == "KAZ"]
    assert {s.iso3 for s in result.exposure.states} == {"KAZ", "KGZ"}
    assert gap.kp_ranges == kazakh.kp_ranges


def test_a_border_crossed_for_less_than_its_accuracy_is_of_low_confidence(book: Rulebook) -> None:
    project = make_project([(66.0, 47.0), (68.0, 47.0)])
    brief = replace(state("CHN", party=False), length_m=800.0)
    found = {
        f.id: f for f in appraise(project, exposed(states=(state("MNG"), brief)), book).findings
    }
    assert found["TRB-003:project"].confidence is Confidence.LOW
    assert found["TRB-002:CHN"].confidence is Confidence.LOW
    long = {f.id: f for f in appraise(
        project, exposed(states=(state("MNG"), state("CHN", party=False), brief)), book
    ).findings}  # fmt: skip
    assert long["TRB-003:project"].confidence is Confidence.MEDIUM
