"""What frameworks come to for a project, from the facts to the command line."""

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from pypdf import PdfReader

from camiscreen.errors import CamiscreenError
from camiscreen.explanation.index import explain
from camiscreen.explanation.page import plain
from camiscreen.i18n import Translator
from camiscreen.judging import frameworks
from camiscreen.judging.appraisal import appraise
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import (
    CriterionResult,
    Encounter,
    Exposure,
    LayerCoverage,
    NumericSpec,
    Project,
    Rulebook,
    StateCrossed,
    Text,
)
from camiscreen.screening import screen
from camiscreen.vocabulary import CriterionOutcome, CriterionRole, FrameworkKind, Kind
from tests.conftest import make_project
from tests.test_appraisal import encounter, state
from tests.test_check import DATE, EXAMPLE, SCHEMA, feature, run
from tests.test_frameworks import BOOK, COUNTS, CRITERIA

OUTCOME = CriterionOutcome

# ----------------------------------------------------------------------------------------------
# Outcomes
# ----------------------------------------------------------------------------------------------


def exposure(
    encounters: Sequence[Encounter] = (), states: Sequence[StateCrossed] = (), covered: float = 1
) -> Exposure:
    layer = LayerCoverage(
        layer_id="species_ranges",
        title=Text(en="x", ru="х"),
        required=True,
        present=True,
        covered_fraction=covered,
        outside_kp_ranges=(),
    )
    return Exposure(
        encounters=tuple(encounters),
        states=tuple(states),
        provinces=(),
        coverage=(layer,),
        not_assessed=(),
        state_names={},
    )


def assess(
    words: Sequence[str], measured: Exposure, project: Project | None = None
) -> dict[str, CriterionResult]:
    project = project or make_project([(66, 47), (68, 47)])
    findings = appraise(project, measured, BOOK).findings
    results = frameworks.assess(project, measured, BOOK, findings, words)
    return {item.criterion.id: item for result in results for item in result.results}


def test_nothing_asked_nothing_assessed(book: Rulebook) -> None:
    project = make_project([(66, 47), (68, 47)])
    assert frameworks.assess(project, exposure(), book, (), ()) == ()


def test_a_critically_endangered_species_is_a_potential_trigger() -> None:
    results = assess(["ifc-ps6"], exposure([encounter("asiatic_cheetah")]))
    cheetah = results["ifc-ps6-16a"]
    assert cheetah.outcome is OUTCOME.POTENTIAL_TRIGGER
    assert [subject.key for subject in cheetah.subjects] == ["asiatic_cheetah"]
    assert cheetah.kp_ranges == ((0.0, 100_000.0),)
    assert "RNG-001:asiatic_cheetah" in cheetah.finding_ids
    assert [step.holds for step in cheetah.subjects[0].trace] == [True, True]
    assert results["ifc-ps6-16c"].outcome is OUTCOME.NOT_MET
    assert results["ifc-ps6-16d"].outcome is OUTCOME.TO_BE_CHECKED


def test_an_unverified_criterion_is_to_be_checked_whatever_is_met() -> None:
    met = exposure([encounter(species.id) for species in BOOK.species], [state("KAZ")])
    for id_, result in assess(["ifc-ps6", "ebrd-pr6", "kz", "analogue"], met).items():
        if not CRITERIA[id_].verified:
            assert result.outcome is OUTCOME.TO_BE_CHECKED, id_


def test_a_range_nearer_than_its_layer_is_accurate_cannot_be_ruled_out() -> None:
    near = encounter("asiatic_cheetah", "indirect")
    result = assess(["ifc-ps6"], exposure([near]))["ifc-ps6-16a"]
    assert result.outcome is OUTCOME.TO_BE_CHECKED
    assert [subject.key for subject in result.subjects] == ["asiatic_cheetah"]
    exact = replace(near, positional_accuracy_m=100)
    assert assess(["ifc-ps6"], exposure([exact]))["ifc-ps6-16a"].outcome is OUTCOME.NOT_MET


def test_a_category_that_is_not_verified_cannot_be_ruled_out() -> None:
    result = assess(["ifc-ps6"], exposure([encounter("gobi_bear")]))["ifc-ps6-16a"]
    assert result.outcome is OUTCOME.TO_BE_CHECKED
    assert result.why.key == "framework.why.undecided"


def test_silence_of_a_layer_that_does_not_reach_is_no_answer() -> None:
    result = assess(["ifc-ps6"], exposure(covered=0.9))["ifc-ps6-16a"]
    assert result.outcome is OUTCOME.TO_BE_CHECKED
    assert result.why.key == "framework.why.not_covered"


def test_national_means_the_states_crossed() -> None:
    met = exposure([], [state("MNG"), state("KAZ")])
    results = assess(["national"], met)
    assert {id_.split("-")[0] for id_ in results} == {"kz", "mn", "mns"}
    assert results["mns-6515"].outcome is OUTCOME.APPLIES
    assert results["kz-code-257"].outcome is OUTCOME.APPLIES
    assert results["kz-593-17"].outcome is OUTCOME.TO_BE_CHECKED
    assert "mns-6735" not in results  # a standard for roads, and this is a railway
    road = make_project([(66, 47), (68, 47)], kind=Kind.ROAD)
    assert assess(["MNG"], met, road)["mns-6735"].outcome is OUTCOME.APPLIES


def test_a_state_that_is_not_crossed_has_no_criteria() -> None:
    project = make_project([(66, 47), (68, 47)])
    (result,) = frameworks.assess(project, exposure([], [state("KAZ")]), BOOK, (), ["cn"])
    assert result.framework.id == "cn"
    assert result.results == ()


@pytest.mark.parametrize(
    ("length_m", "outcome"),
    [(29_000.0, OUTCOME.NOT_MET), (31_000.0, OUTCOME.POTENTIAL_TRIGGER)],
)
def test_china_counts_the_length_inside_china(length_m: float, outcome: CriterionOutcome) -> None:
    china = replace(state("CHN"), length_m=length_m)
    road = make_project([(66, 47), (68, 47)], kind=Kind.ROAD)
    results = assess(["cn"], exposure([], [china, state("KAZ")]), road)
    assert results["cn-cat-130a"].outcome is outcome
    assert results["cn-cat-130b"].outcome is OUTCOME.POTENTIAL_TRIGGER
    assert "cn-cat-132a" not in results


def test_a_species_counts_where_it_is_met_inside_the_state() -> None:
    yak = encounter("wild_yak", length_m=5_000)
    inside = replace(state("CHN"), kp_ranges=((4_000.0, 9_000.0),))
    met = assess(["cn"], exposure([yak], [inside]))["cn-qtp-28"]
    assert met.outcome is OUTCOME.POTENTIAL_TRIGGER
    assert met.kp_ranges == ((4_000.0, 5_000.0),)
    outside = replace(state("CHN"), kp_ranges=((6_000.0, 9_000.0),))
    assert assess(["cn"], exposure([yak], [outside]))["cn-qtp-28"].outcome is OUTCOME.NOT_MET


def test_without_chainage_the_range_says_in_which_state_it_lies() -> None:
    def outcome(states: tuple[str, ...]) -> CriterionOutcome:
        yak = replace(encounter("wild_yak", states=states), kp_ranges=())
        return assess(["cn"], exposure([yak], [state("CHN")]))["cn-qtp-28"].outcome

    assert outcome(("CHN", "IND")) is OUTCOME.POTENTIAL_TRIGGER
    assert outcome(("IND",)) is OUTCOME.NOT_MET


def test_flights_over_ungulates_not_over_leopards() -> None:
    def outcome(species: str) -> CriterionOutcome:
        met = exposure([encounter(species, length_m=1_000)], [state("KAZ")])
        return assess(["kz"], met)["kz-593-14-flight"].outcome

    assert outcome("saiga") is OUTCOME.POTENTIAL_TRIGGER
    assert outcome("snow_leopard") is OUTCOME.NOT_MET


def test_outcomes_keep_to_their_roles() -> None:
    met = exposure([encounter(s.id) for s in BOOK.species], [state(i.states[0])
                   for i in BOOK.frameworks if i.kind is FrameworkKind.NATIONAL])  # fmt: skip
    for kind in Kind:
        results = assess([*COUNTS], met, make_project([(66, 47), (68, 47)], kind=kind))
        for result in results.values():
            role = result.criterion.role
            assert (result.outcome is OUTCOME.POTENTIAL_TRIGGER) <= (role is CriterionRole.TEST)
            assert (result.outcome is OUTCOME.APPLIES) <= (role is CriterionRole.DUTY)
            assert bool(result.subjects) or result.outcome not in {
                OUTCOME.POTENTIAL_TRIGGER, OUTCOME.APPLIES,
            }  # fmt: skip


def test_an_unknown_framework_gets_a_suggestion() -> None:
    with pytest.raises(CamiscreenError, match=r"did you mean ifc-ps6\?"):
        frameworks.check_known(["ifc-ps"], BOOK)
    frameworks.check_known(["IFC-PS6", "kz", "KAZ", "national"], BOOK)


# ----------------------------------------------------------------------------------------------
# Command line
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ru"])
def test_check_with_frameworks(tmp_path: Path, language: str) -> None:
    route = Path(shutil.copy(EXAMPLE, tmp_path / "route.geojson"))
    done = run("check", route, "--framework", "ifc-ps6,wb-ess6", "--framework", "national",
               "--lang", language, *DATE)  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "route.json").read_text(encoding="utf-8"))
    jsonschema.validate(report, SCHEMA)
    assert [item["id"] for item in report["frameworks"]] == ["ifc-ps6", "wb-ess6", "cn", "mn"]
    criteria = {c["id"]: c for item in report["frameworks"] for c in item["criteria"]}
    assert criteria["ifc-ps6-16c"]["outcome"] == "potential_trigger"
    assert "mongolian_gazelle" in [s["id"] for s in criteria["ifc-ps6-16c"]["subjects"]]
    assert criteria["ifc-gn6-c3a"]["outcome"] == "to_be_checked"
    assert criteria["ifc-gn6-c3a"]["numeric"]["verified"] is False
    assert criteria["mns-6515"]["outcome"] == "applies"
    word = {"en": "Potential trigger", "ru": "Возможный критерий"}[language]
    html = (tmp_path / "route.html").read_text(encoding="utf-8")
    assert word in done.stdout and word in html
    assert 'id="frameworks"' in html
    for claim in ("is critical habitat", "является критически важной"):
        assert claim not in html
    pages = PdfReader(tmp_path / "route.pdf").pages
    printed = re.sub(r"[\s\u200b]+", "", "".join(page.extract_text() for page in pages))
    for text in (word, "ifc-gn6-c3a", "mns-6515"):
        assert text.replace(" ", "") in printed


def test_without_frameworks_the_report_is_as_before(tmp_path: Path) -> None:
    route = Path(shutil.copy(EXAMPLE, tmp_path / "route.geojson"))
    run("check", route, "--format", "json,html", "-q", *DATE)
    assert json.loads((tmp_path / "route.json").read_text(encoding="utf-8"))["frameworks"] == []
    assert 'id="frameworks"' not in (tmp_path / "route.html").read_text(encoding="utf-8")


def test_frameworks_from_the_settings_file(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE, tmp_path / "route.geojson")
    (tmp_path / "camiscreen.toml").write_text(
        '[check]\nframework = ["mn", "adb"]\nformat = ["json"]\ndate = "2026-11-22"\n'
    )
    done = run("check", "route.geojson", "-q", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "route.json").read_text(encoding="utf-8"))
    assert [item["id"] for item in report["frameworks"]] == ["adb", "mn"]


def test_a_wrong_framework_stops_before_any_geometry(tmp_path: Path) -> None:
    done = run("check", tmp_path / "gone.geojson", "--framework", "ifc-ps5", *DATE)
    assert done.returncode == 2
    assert "did you mean ifc-ps6?" in done.stderr
    assert "gone.geojson" not in done.stderr


def test_outside_the_region_nothing_is_ruled_out(tmp_path: Path) -> None:
    path = tmp_path / "r.geojson"
    path.write_text(feature([[2.35, 48.85], [4.83, 45.76]]))
    run("check", path, "--kind", "railway", "--framework", "ifc-ps6,national", "-q", *DATE)
    (ifc,) = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["frameworks"]
    assert {c["outcome"] for c in ifc["criteria"]} == {"to_be_checked"}
    assert "frameworks" in (tmp_path / "r.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_list_of_frameworks(language: str) -> None:
    done = run("frameworks", "--lang", language)
    assert done.returncode == 0, done.stderr
    assert all(id_ in done.stdout for id_ in COUNTS)
    rows = json.loads(run("frameworks", "--format", "json").stdout)["frameworks"]
    assert {row["id"]: row["criteria"] for row in rows} == COUNTS


def printed(identifier: str, tr: Translator) -> str:
    return "\n".join(plain(page, 10_000) for page in explain(identifier, BOOK, tr))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_framework_and_criterion_is_explained(language: str) -> None:
    tr = Translator(language)
    for framework in BOOK.frameworks:
        assert tr.text(framework.note) in printed(framework.id, tr)
    for criterion in CRITERIA.values():
        text = printed(criterion.id, tr)
        assert tr.text(criterion.requirement) in text
        spec: NumericSpec | None = criterion.numeric
        if spec is not None and not spec.verified:
            assert tr.t("framework.mark.to_be_checked") in text


def test_the_layers_are_asked_not_invented(opened: list[tuple[Layer, Store]]) -> None:
    project = make_project([(66, 47), (68, 47)])
    screening = screen(
        project, opened, BOOK, generated_on="2026-11-22", framework_ids=["national", "cms"]
    )
    by_id = {r.criterion.id: r for item in screening.frameworks for r in item.results}
    assert by_id["cms-res-15"].outcome is OUTCOME.APPLIES
    assert {id_ for id_ in by_id if id_.startswith("cms-party")} == {"cms-party-kaz"}
