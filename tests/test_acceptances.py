"""Acceptances: the file, what takes effect, the hierarchy gate, where they are said, baseline."""

import dataclasses
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camiscreen import data_files, exit_codes
from camiscreen.baseline import with_entries
from camiscreen.errors import DataFileError
from camiscreen.geometry.chainage import metres_of
from camiscreen.i18n import Translator
from camiscreen.judging import acceptance_file
from camiscreen.judging.acceptance import settle
from camiscreen.judging.acceptance_file import AcceptanceEntry, read_acceptances
from camiscreen.judging.appraisal import verdict_of
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import Acceptance, Finding, Rulebook, Screening
from camiscreen.report.document import compose
from camiscreen.report.json_report import render_json
from camiscreen.screening import screen
from camiscreen.vocabulary import AcceptanceOutcome, Significance, Step, Verdict
from tests.conftest import Done, make_project, run_here
from tests.schema_files import assert_fresh
from tests.test_check import DATE, SCHEMA, feature, strict

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = (DOCS / "acceptances.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
LINE = [(66.0, 47.0), (68.0, 47.0)]
ON = "2026-11-22"
AVOIDED_FIRST = "PER-001:saiga"
Opened = list[tuple[Layer, Store]]


@pytest.fixture(scope="module")
def base(book: Rulebook, opened: Opened) -> Screening:
    """A railway through the range of saiga, nothing accepted."""
    return screen(make_project(LINE), opened, book, generated_on=ON)


def accept(finding_id: str, **more: Any) -> Acceptance:
    given = {"reason": "r", "by": "b", "until": "2027-01-01", "avoidance": "not possible", **more}
    return Acceptance(finding_id=finding_id, **given)


def settled(base: Screening, *acceptances: Acceptance, on: str = ON) -> Screening:
    """The screening as it would be with these acceptances."""
    findings, results = settle(
        base.findings, acceptances, project=base.project, rulebook=base.rulebook, on=on
    )
    verdict = verdict_of(findings, base.not_assessed)
    return replace(base, findings=findings, acceptances=results, verdict=verdict)


def outcomes(screening: Screening) -> list[str]:
    return [str(result.outcome) for result in screening.acceptances]


def accepted_ids(screening: Screening) -> set[str]:
    return {finding.id for finding in screening.accepted}


def the(screening: Screening, finding_id: str) -> Finding:
    return next(finding for finding in screening.findings if finding.id == finding_id)


# ----------------------------------------------------------------------------------------------
# What takes effect
# ----------------------------------------------------------------------------------------------


def test_the_sample_is_as_the_tests_assume(base: Screening) -> None:
    steps = [measure.step for measure in the(base, AVOIDED_FIRST).measures]
    assert steps[0] is Step.AVOID
    assert Step.MITIGATE in steps
    (kp_range,) = the(base, AVOIDED_FIRST).kp_ranges
    assert kp_range[1] > 100_000


def test_an_accepted_finding_keeps_everything_but_its_acceptance(base: Screening) -> None:
    after = settled(base, accept(AVOIDED_FIRST))
    assert outcomes(after) == ["in_effect"]
    assert accepted_ids(after) == {AVOIDED_FIRST}
    assert [replace(f, accepted=None) for f in after.findings] == list(base.findings)


@pytest.mark.parametrize(
    ("on", "outcome"),
    [("2026-12-31", "in_effect"), ("2027-01-01", "in_effect"), ("2027-01-02", "expired")],
)
def test_the_last_day_counts(base: Screening, on: str, outcome: str) -> None:
    after = settled(base, accept(AVOIDED_FIRST), on=on)
    assert outcomes(after) == [outcome]
    assert bool(after.accepted) is (outcome == "in_effect")


def test_an_id_that_is_not_there_is_said_with_those_that_are_close(base: Screening) -> None:
    after = settled(base, accept("PER-001:sagia"), accept("PER-001"), accept("xyz"))
    assert outcomes(after) == ["unused"] * 3
    said = [dict(result.reasons[0].values) for result in after.acceptances]
    assert AVOIDED_FIRST in str(said[0]["close"])
    assert said[1]["close"] == AVOIDED_FIRST
    assert "close" not in said[2]


def test_a_finding_that_became_graver_counts_again(base: Screening) -> None:
    level = the(base, AVOIDED_FIRST).significance
    assert outcomes(settled(base, accept(AVOIDED_FIRST, significance=level))) == ["in_effect"]
    lower = settled(base, accept(AVOIDED_FIRST, significance=level.lowered()))
    assert outcomes(lower) == ["graver"]
    assert not lower.accepted


@pytest.mark.parametrize(
    ("project", "outcome"),
    [
        (None, "in_effect"),
        ("test", "in_effect"),
        ("test.geojson", "in_effect"),
        ("another", "other_project"),
    ],
)
def test_an_acceptance_is_for_one_project(
    base: Screening, project: str | None, outcome: str
) -> None:
    assert outcomes(settled(base, accept(AVOIDED_FIRST, project=project))) == [outcome]


def test_with_several_projects_every_entry_names_its_own(base: Screening) -> None:
    bare, named = accept(AVOIDED_FIRST), accept(AVOIDED_FIRST, project="test")
    assert outcomes(settled(base, *acceptance_file.naming_projects([bare]))) == ["malformed"]
    assert outcomes(settled(base, *acceptance_file.naming_projects([named]))) == ["in_effect"]


# Chainage --------------------------------------------------------------------------------------


def test_a_part_is_not_the_whole(base: Screening) -> None:
    ((first, last),) = the(base, AVOIDED_FIRST).kp_ranges
    after = settled(base, accept(AVOIDED_FIRST, kp_m=(first + 20_000, last - 30_000)))
    assert outcomes(after) == ["partial"]
    assert not after.accepted
    (result,) = after.acceptances
    assert result.open_kp_ranges == ((first, first + 20_000), (last - 30_000, last))


def test_a_metre_is_rounding_and_two_are_not(base: Screening) -> None:
    ((first, last),) = the(base, AVOIDED_FIRST).kp_ranges
    near = settled(base, accept(AVOIDED_FIRST, kp_m=(first + 0.9, last - 0.9)))
    assert outcomes(near) == ["in_effect"]
    assert outcomes(settled(base, accept(AVOIDED_FIRST, kp_m=(first + 2, last)))) == ["partial"]


def test_two_parts_together_cover_the_whole_and_end_with_the_first(base: Screening) -> None:
    ((first, last),) = the(base, AVOIDED_FIRST).kp_ranges
    one = accept(AVOIDED_FIRST, kp_m=(first, 50_000), by="A", until="2027-05-01")
    two = accept(AVOIDED_FIRST, kp_m=(50_000, last), by="B", until="2027-02-01")
    after = settled(base, one, two)
    assert outcomes(after) == ["in_effect", "in_effect"]
    accepted = the(after, AVOIDED_FIRST).accepted
    assert accepted is not None
    assert (accepted.by, accepted.until) == ("A, B", "2027-02-01")
    assert "50+000" in accepted.reason
    # Past the end of the first, what it covered is open again, and so is the finding.
    later = settled(base, one, two, on="2027-03-01")
    assert outcomes(later) == ["partial", "expired"]
    assert not later.accepted


def test_one_that_covers_all_stands_by_itself(base: Screening) -> None:
    part = accept(AVOIDED_FIRST, kp_m=(0, 50_000), by="A", until="2027-01-01")
    whole = accept(AVOIDED_FIRST, by="B", until="2027-06-01")
    assert the(settled(base, part, whole), AVOIDED_FIRST).accepted == whole


def test_chainage_in_metres_by_mistake_accepts_nothing(base: Screening) -> None:
    after = settled(base, accept(AVOIDED_FIRST, kp_m=(0, 152_000_000)))
    assert outcomes(after) == ["malformed"]
    assert not after.accepted


def test_an_acceptance_elsewhere_does_not_cover_a_place(base: Screening) -> None:
    """A finding at one place has no length of which anything could be left open."""
    finding = the(base, AVOIDED_FIRST)
    place = replace(finding, kp_ranges=((120_000.0, 120_000.0),))
    there = replace(base, findings=(place,))
    assert outcomes(settled(there, accept(AVOIDED_FIRST, kp_m=(0, 1_000)))) == ["partial"]
    for kp_m in ((119_000, 121_000), (120_000, 120_000), (119_000, 119_999)):
        assert outcomes(settled(there, accept(AVOIDED_FIRST, kp_m=kp_m))) == ["in_effect"]


@pytest.mark.parametrize("moved_m", [-1.0, -0.4, 0.0, 0.4, 1.0])
@pytest.mark.parametrize("end_m", [100_000.0, 100_000.49, 100_000.51])
def test_a_metre_more_or_less_is_the_same_finding(
    base: Screening, moved_m: float, end_m: float
) -> None:
    """What a baseline writes, to the metre, still covers a finding that moved by one."""
    finding = replace(the(base, AVOIDED_FIRST), kp_ranges=((10_000.3, end_m),))
    text = with_entries(None, [(replace(base, findings=(finding,)), finding)], Translator("en"))
    first, last = re.findall(r'"(\d+\+\d{3})"', text.split("kp:")[1])[:2]
    assert f"{first}–{last}" in text, "the comment and the entry say the same chainage"
    kp_m = (metres_of(first), metres_of(last))
    now = replace(finding, kp_ranges=((10_000.3 - moved_m, end_m + moved_m),))
    after = settled(replace(base, findings=(now,)), accept(AVOIDED_FIRST, kp_m=kp_m))
    assert outcomes(after) == ["in_effect"]


def test_three_metres_more_are_not_covered(base: Screening) -> None:
    finding = replace(the(base, AVOIDED_FIRST), kp_ranges=((10_000.0, 100_003.0),))
    there = replace(base, findings=(finding,))
    after = settled(there, accept(AVOIDED_FIRST, kp_m=(10_000, 100_000)))
    assert outcomes(after) == ["partial"]


# The hierarchy gate ----------------------------------------------------------------------------


def of_step(finding: Finding, step: Step) -> str:
    return next(measure.id for measure in finding.measures if measure.step is step)


@pytest.mark.parametrize(
    ("steps", "avoidance", "outcome"),
    [
        ([Step.MITIGATE], "", "avoidance_open"),
        ([Step.OFFSET], "", "avoidance_open"),
        ([Step.MITIGATE, Step.OFFSET], "", "avoidance_open"),
        ([], "", "avoidance_open"),
        ([Step.MITIGATE], "the fence is a condition of the licence", "in_effect"),
        ([], "the line stands already", "in_effect"),
        ([Step.AVOID], "", "in_effect"),
        ([Step.AVOID, Step.MITIGATE], "", "in_effect"),
    ],
)
def test_the_gate(base: Screening, steps: Sequence[Step], avoidance: str, outcome: str) -> None:
    finding = the(base, AVOIDED_FIRST)
    measures = tuple(of_step(finding, step) for step in steps)
    given = accept(AVOIDED_FIRST, measures=measures, avoidance=avoidance)
    after = settled(base, given)
    assert outcomes(after) == [outcome]
    assert bool(after.accepted) is (outcome == "in_effect")
    assert after.verdict is (base.verdict if outcome == "avoidance_open" else after.verdict)


def test_a_finding_that_no_measure_avoids_needs_no_reason(base: Screening) -> None:
    free = [f for f in base.findings if all(m.step is not Step.AVOID for m in f.measures)]
    assert free
    after = settled(base, *(accept(finding.id, avoidance="") for finding in free))
    assert set(outcomes(after)) == {"in_effect"}


def test_measures_must_be_those_of_the_finding(base: Screening) -> None:
    own = {measure.id for measure in the(base, AVOIDED_FIRST).measures}
    foreign = next(m.id for m in base.rulebook.measures if m.id not in own)
    after = settled(
        base,
        accept(AVOIDED_FIRST, measures=("MT-1",)),
        accept(AVOIDED_FIRST, measures=(foreign,)),
    )
    assert outcomes(after) == ["wrong_measures"] * 2
    unknown, other = (result.reasons[0] for result in after.acceptances)
    assert ("measure", "MT-1") in unknown.values
    assert str(dict(unknown.values)["close"]) in own
    assert dict(other.values)["measure"] == foreign


# Verdict and exit code --------------------------------------------------------------------------


def test_the_verdict_is_that_of_what_is_open(base: Screening) -> None:
    majors = [f for f in base.findings if f.significance is Significance.MAJOR]
    after = settled(base, *(accept(f.id) for f in majors))
    assert base.verdict is Verdict.MAJOR
    assert after.verdict is Verdict.MODERATE
    assert exit_codes.exit_code(base, Significance.MAJOR) == exit_codes.FINDINGS
    assert exit_codes.exit_code(after, Significance.MAJOR) == exit_codes.OK
    assert exit_codes.exit_code(after, Significance.MODERATE) == exit_codes.FINDINGS


def test_all_accepted_is_never_none(base: Screening) -> None:
    after = settled(base, *(accept(finding.id) for finding in base.findings))
    assert after.verdict is Verdict.ACCEPTED
    assert exit_codes.exit_code(after, Significance.NEGLIGIBLE) == exit_codes.OK
    headline = compose(after, Translator("en")).description
    assert headline == (
        f"All {len(base.findings)} findings have been accepted by named persons. "
        "The highest level accepted is major."
    )


@pytest.mark.parametrize(
    ("accepts", "gap", "fail_on", "code", "verdict"),
    [
        ("all", False, "negligible", 0, "accepted"),
        ("all", True, "negligible", 3, "incomplete"),
        ("all", True, None, 3, "incomplete"),
        ("major", False, "major", 0, "moderate"),
        ("major", True, "major", 3, "moderate"),
        ("major", True, "moderate", 10, "moderate"),
        ("none", False, None, 0, "major"),
        ("none", True, "major", 10, "major"),
        ("expired", False, "major", 10, "major"),
        ("expired", True, None, 3, "major"),
    ],
)
def test_codes_and_verdicts(
    base: Screening, accepts: str, gap: bool, fail_on: str | None, code: int, verdict: str
) -> None:
    levels = {"major": {"major"}, "none": set()}.get(accepts, {str(s) for s in Significance})
    until = "2026-11-21" if accepts == "expired" else "2027-01-01"
    given = [accept(f.id, until=until) for f in base.findings if str(f.significance) in levels]
    gaps = tuple(replace(item, required=gap) for item in base.not_assessed)
    assert gaps
    after = settled(replace(base, not_assessed=gaps), *given)
    assert str(after.verdict) == verdict
    wanted = None if fail_on is None else Significance(fail_on)
    assert exit_codes.exit_code(after, wanted) == code


_GIVEN = st.builds(
    accept,
    st.sampled_from(
        ["PER-001:saiga", "RNG-001:saiga", "GAP-001:project", "GAP-002:project", "PER-001:x", ""]
    ),
    until=st.sampled_from(["2026-11-21", "2026-11-22", "2030-01-01"]),
    by=st.sampled_from(["", "b"]),
    kp_m=st.none()
    | st.tuples(st.floats(0, 80_000), st.floats(80_001, 160_000)).map(lambda pair: pair),
    measures=st.lists(st.sampled_from(["AV-05", "MT-01", "OF-05", "MT-1"]), max_size=2).map(tuple),
    avoidance=st.sampled_from(["", "no"]),
    significance=st.none() | st.sampled_from(list(Significance)),
    project=st.sampled_from([None, "test", "other"]),
)


@settings(max_examples=200, deadline=None)
@given(acceptances=st.lists(_GIVEN, max_size=4), fail_on=st.sampled_from(list(Significance)))
def test_an_acceptance_changes_nothing_but_what_it_accepts(
    base: Screening, acceptances: list[Acceptance], fail_on: Significance
) -> None:
    after = settled(base, *acceptances)
    bare = [replace(finding, accepted=None) for finding in after.findings]
    assert bare == list(base.findings)
    assert len(after.acceptances) == len(acceptances)
    before, now = (json.loads(render_json(s)) for s in (base, after))
    for report in (before, now):
        for key in ("verdict", "accepted", "acceptances"):
            del report[key]
        for finding in report["findings"]:
            del finding["accepted"]
    assert before == now
    # Whatever takes no effect changes neither verdict nor exit code.
    effective = [
        result.acceptance
        for result in after.acceptances
        if result.outcome is AcceptanceOutcome.IN_EFFECT
    ]
    alone = settled(base, *effective)
    assert accepted_ids(alone) == accepted_ids(after) == {a.finding_id for a in effective}
    assert alone.verdict is after.verdict
    code = exit_codes.exit_code(after, fail_on)
    assert code == exit_codes.exit_code(alone, fail_on)
    if not effective:
        assert after.verdict is base.verdict
        assert code == exit_codes.exit_code(base, fail_on)
    for result in after.acceptances:
        assert bool(result.reasons) is (result.outcome is not AcceptanceOutcome.IN_EFFECT)


# ----------------------------------------------------------------------------------------------
# The file
# ----------------------------------------------------------------------------------------------


def written(folder: Path, text: str, name: str = "acceptances.yaml") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def test_the_page_names_every_field_and_every_outcome() -> None:
    for field in dataclasses.fields(AcceptanceEntry):
        assert f"`{field.name}`" in PAGE, field.name
    for outcome in AcceptanceOutcome:
        assert f"`{outcome}`" in PAGE, outcome


def test_the_schema_is_that_of_the_program() -> None:
    assert_fresh(DOCS / "acceptances.schema.json", acceptance_file.schema())


def test_the_example_is_read_and_says_what_it_seems_to_say(tmp_path: Path) -> None:
    assert EXAMPLE is not None
    path = written(tmp_path, EXAMPLE[1])
    fence, state = read_acceptances(path)
    assert fence.kp_m == (12_000, 480_500)
    assert fence.significance is Significance.MAJOR
    assert fence.measures == ("MT-01", "MT-16")
    assert (fence.until, state.until) == ("2027-03-01", "2026-12-31")
    assert fence.avoidance.endswith("refused by the authority.")
    assert {fence.project, state.project} == {"Shalkar to Beyneu railway"}
    assert (fence.problems, state.problems, state.missing) == ((), (), ())
    assert fence.place == f"{path}:3:5"
    data = data_files.read_yaml(path).data
    jsonschema.validate(data, json.loads((DOCS / "acceptances.schema.json").read_text("utf-8")))
    as_json = written(tmp_path, json.dumps(data), "acceptances.json")
    bare = [replace(item, place="") for item in read_acceptances(as_json)]
    assert bare == [replace(item, place="") for item in (fence, state)]


ENTRY = "  - {finding: a, reason: r, by: b, until: 2027-01-01"


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (f"{ENTRY}, reson: x}}", "2:62: reson: unknown field (did you mean reason?)"),
        ("  - {finding: a, reason: r, by: b}", "2:5: until: is missing"),
        (f"{ENTRY}, kp: [5, 2]}}", "kp: [5, 2] is not two chainages"),
        (f"{ENTRY}, kp: 5}}", "kp: 5 is not two chainages"),
        (f"{ENTRY}, significance: mayor}}", "(did you mean major?)"),
        (f"{ENTRY}, measures: MT-01}}", "measures"),
        ("  - {finding: '', reason: r, by: b, until: 2027-01-01}", "2:15: finding: names none"),
        ("  - {finding: a, reason: r, by: b, until: 2027-02-30}", "'2027-02-30' is not a date"),
        ("  - {finding: a, reason: r, by: b, until: 01.03.2027}", "is not a date as YYYY-MM-DD"),
        ("  - just a text", "2:5: an entry is a mapping"),
    ],
)
def test_a_wrong_entry_is_kept_with_its_problem(tmp_path: Path, entry: str, problem: str) -> None:
    path = written(tmp_path, f"acceptances:\n{entry}\n{ENTRY}}}\n")
    wrong, right = read_acceptances(path)
    assert len(wrong.problems) == 1
    assert wrong.problems[0].startswith(f"{path}:2:")
    assert problem in wrong.problems[0]
    assert right.problems == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("acceptances: 5\n", "1:14: a file of acceptances holds a list"),
        ("- finding: a\n", "1:1: a file of acceptances holds a list"),
        ("", "1:1: a file of acceptances holds a list"),
        ("acceptance: []\n", "1:13: acceptance: unknown field (did you mean acceptances?)"),
        ("acceptances: [\n", "2:1: "),
        ("acceptances: []\nproject: [1]\n", "2:10: project: [1] is no name"),
    ],
)
def test_what_is_no_such_file_stops_the_run(tmp_path: Path, text: str, problem: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(DataFileError) as raised:
        read_acceptances(path)
    assert f"{path}:{problem}" in str(raised.value)


def test_tables_of_the_settings(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '[check]\nkind = "road"\n\n[[acceptances]]\nfinding = "a"\nreason = "r"\nby = "b"\n'
        'until = 2027-01-01\n\n[[acceptances]]\nfinding = "b"\nreason = ""\nby = "b"\n'
        'until = "2027-01-01"\nkp = [1.5, 2]\n',
        "camiscreen.toml",
    )
    first, second = read_acceptances(path)
    assert (first.until, first.problems, first.place) == ("2027-01-01", (), f"{path}:4:1")
    assert (second.kp_m, second.missing, second.place) == (
        (1500, 2000),
        ("reason",),
        f"{path}:10:1",
    )


# ----------------------------------------------------------------------------------------------
# The command line
# ----------------------------------------------------------------------------------------------


@pytest.fixture
def route(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in the working folder."""
    monkeypatch.chdir(tmp_path)
    path = Path("route.geojson")
    path.write_text(feature(LINE, name="Line A"))
    return path


def check(route: Path, *args: str | Path) -> tuple[Done, dict[str, Any]]:
    done = run_here("check", route, "--kind", "railway", "--format", "json,html", *args, *DATE)
    report = Path("route.json")
    return done, json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}


def text_for(*entries: str) -> str:
    return "acceptances:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries)


def entry(finding: str, **more: str) -> str:
    fields = {"reason": "the line stands", "by": "A. Sample", "until": "2027-01-01", **more}
    return ", ".join([f'finding: "{finding}"', *(f"{k}: {v}" for k, v in fields.items())])


def all_ids(route: Path) -> list[str]:
    _, report = check(route)
    return [finding["id"] for finding in report["findings"]]


def test_it_is_printed_wherever_the_finding_is(route: Path) -> None:
    path = written(Path(), text_for(entry(AVOIDED_FIRST, avoidance="it is there")), "mine.yaml")
    done, report = check(route, "--acceptances", path)
    assert done.returncode == 0, done.stderr
    jsonschema.validate(report, strict(SCHEMA))
    assert report["accepted"] == {"findings": 1, "highest": "major"}
    (result,) = report["acceptances"]
    assert (result["outcome"], result["by"]) == ("in_effect", "A. Sample")
    (finding,) = [f for f in report["findings"] if f["accepted"]]
    assert (finding["id"], finding["significance"]) == (AVOIDED_FIRST, "major")
    printed = " ".join(done.stdout.split())
    for text in (
        "1 finding accepted, level major",
        "by A. Sample, until 1 January 2027",
        "the line stands.",
        "Why it cannot be avoided: it is there.",
        "mine.yaml:2:5",
    ):
        assert text in printed, text
    html = Path("route.html").read_text(encoding="utf-8")
    for text in ("Acceptances", "A. Sample", "the line stands", "it is there", "In effect"):
        assert text in html, text
    assert "1 more finding is accepted by a named person; its level is major." in html


def test_the_gate_is_said_everywhere(route: Path) -> None:
    path = written(Path(), text_for(entry(AVOIDED_FIRST, measures="[MT-01]")))
    done, report = check(route, "--fail-on", "major")
    assert path.name in done.stdout  # found beside the settings without being named
    assert done.returncode == 10
    (result,) = report["acceptances"]
    assert result["outcome"] == "avoidance_open"
    assert "AV-05" in result["why"]
    html = Path("route.html").read_text(encoding="utf-8")
    for printed in (done.stdout, html):
        assert "Avoidance not answered" in " ".join(printed.split())
    russian = run_here(
        "check", route, "--kind", "railway", "--format", "json", "--lang", "ru", *DATE
    )
    assert "Нет ответа об избежании" in russian.stdout


def test_exit_codes_count_what_is_not_accepted(route: Path) -> None:
    ids = all_ids(route)
    some = [entry(id_, avoidance="no way round") for id_ in ids]
    written(Path(), text_for(*some))
    done, report = check(route, "--fail-on", "negligible")
    assert done.returncode == 0, done.stdout
    assert report["verdict"] == "accepted"
    assert "All findings are accepted" in done.stdout
    assert f"{len(ids)} findings accepted, highest level major" in done.stdout
    assert "No finding in the layers used" not in done.stdout
    written(Path(), text_for(*some[1:]))
    assert check(route, "--fail-on", "major")[0].returncode == 10
    written(Path(), text_for(*(e.replace("2027", "2025") for e in some)))
    done, report = check(route, "--fail-on", "major")
    assert (done.returncode, report["verdict"]) == (10, "major")


def test_named_in_the_settings(route: Path) -> None:
    given = text_for(entry(AVOIDED_FIRST, avoidance="x"))
    written(Path(), given, "ours.yaml")
    written(Path(), '[check]\nacceptances = "ours.yaml"\n', "camiscreen.toml")
    _, report = check(route)
    assert [item["outcome"] for item in report["acceptances"]] == ["in_effect"]
    tables = f'[[acceptances]]\nfinding = "{AVOIDED_FIRST}"\nreason = "r"\nby = "b"\n'
    written(Path(), f'{tables}until = 2027-01-01\navoidance = "x"\n', "camiscreen.toml")
    _, report = check(route)
    assert [item["place"] for item in report["acceptances"]] == ["camiscreen.toml:1:1"]
    assert report["accepted"]["findings"] == 1


def test_a_file_that_is_not_there_or_is_none(route: Path) -> None:
    done, _ = check(route, "--acceptances", "none.yaml")
    assert (done.returncode, "none.yaml: no such file" in done.stderr) == (2, True)
    written(Path(), "acceptances: 5\n")
    done, _ = check(route)
    assert (done.returncode, "acceptances.yaml:1:14" in done.stderr) == (2, True)


def test_names_from_the_file_come_out_as_text(route: Path) -> None:
    hostile = '"<script>alert(1)</script> [red]x[/] #link(\\u001b[31m) \\u202e"'
    given = entry(AVOIDED_FIRST, by=hostile, avoidance=hostile, reason=hostile)
    written(Path(), text_for(given))
    done, report = check(route)
    assert report["accepted"]["findings"] == 1
    html = Path("route.html").read_text(encoding="utf-8")
    assert "<script>alert(1)" not in html
    assert "\u202e" not in html + done.stdout
    assert "\x1b[31m" not in done.stdout
    assert "[red]x[/]" in done.stdout


def test_validate_reads_them(route: Path) -> None:
    written(Path(), text_for(entry("a", reason='""'), entry("b", untill="2027-01-01")))
    done = run_here("validate", "acceptances.yaml")
    assert done.returncode == 2
    assert "acceptances.yaml:2:5: not filled in: reason" in done.stdout
    assert "untill: unknown field (did you mean until?)" in done.stdout
    assert "1 file, 2 problems" in done.stdout
    assert "not filled in" in run_here("validate").stdout  # found without being named
    written(Path(), text_for(entry("a")))
    assert run_here("validate", "acceptances.yaml").returncode == 0


# ----------------------------------------------------------------------------------------------
# Baseline
# ----------------------------------------------------------------------------------------------


def baseline(*args: str | Path) -> Done:
    return run_here("baseline", *args, "--kind", "railway", *DATE)


def test_a_baseline_accepts_nothing_until_it_is_signed(route: Path) -> None:
    ids = all_ids(route)
    done = baseline(route)
    assert done.returncode == 0, done.stderr
    path = Path("acceptances.yaml")
    assert [item.finding_id for item in read_acceptances(path)] == ids
    assert all(item.missing == ("reason", "by", "until") for item in read_acceptances(path))
    assert all(item.project == "Line A" for item in read_acceptances(path))
    fields = re.findall(r"^ +-? *(\w+):", path.read_text(encoding="utf-8"), re.MULTILINE)
    order = [
        "finding",
        "project",
        "kp",
        "significance",
        "reason",
        "by",
        "until",
        "measures",
        "avoidance",
    ]
    assert fields[: len(order)] == order, "as docs/acceptances.md has them"
    done, report = check(route, "--fail-on", "major")
    assert (done.returncode, report["verdict"]) == (10, "major")
    assert {item["outcome"] for item in report["acceptances"]} == {"not_filled_in"}
    signed = path.read_text(encoding="utf-8")
    for name, value in (("reason", "r"), ("by", "b"), ("until", "2027-01-01"), ("avoidance", "a")):
        signed = signed.replace(f'{name}: ""', f'{name}: "{value}"')
    path.write_text(signed, encoding="utf-8")
    done, report = check(route, "--fail-on", "negligible")
    assert {item["outcome"] for item in report["acceptances"]} == {"in_effect"}, report[
        "acceptances"
    ]
    assert (done.returncode, report["verdict"]) == (0, "accepted")


def test_what_is_out_of_effect_for_one_reason_is_named_in_short(route: Path) -> None:
    ids = all_ids(route)
    assert baseline(route).returncode == 0
    printed = run_here("check", route, "--kind", "railway", "--format", "json", *DATE).stdout
    said = " ".join(printed.split())
    assert said.count("Waits for a person. Not filled in: reason, by, until.") == 3
    assert f"and {len(ids) - 3} more for the same reason" in said
    assert all(f"{id_}: Waits" in said for id_ in ids[:3]) and f"{ids[3]}: Waits" not in said


def test_a_baseline_is_bound_to_what_was_reviewed(route: Path) -> None:
    """A longer line has longer findings: what was accepted does not cover them."""
    path = Path("acceptances.yaml")
    baseline(route)
    signed = re.sub(r'(reason|by|avoidance): ""', r'\1: "x"', path.read_text(encoding="utf-8"))
    path.write_text(signed.replace('until: ""', 'until: "2027-01-01"'), encoding="utf-8")
    route.write_text(feature([*LINE, (68.5, 47.0)], name="Line A"))
    _, report = check(route)
    by_id = {item["finding_id"]: item for item in report["acceptances"]}
    assert by_id[AVOIDED_FIRST]["outcome"] == "partial"
    assert by_id[AVOIDED_FIRST]["open_kp_ranges"]
    assert report["verdict"] == "major"


def test_levels_and_entries_that_are_there(route: Path) -> None:
    text = f"# ours\n{text_for(entry(AVOIDED_FIRST))}  # the end"
    path = written(Path(), text)
    done = baseline(route, "--at-least", "moderate")
    assert done.returncode == 0, done.stderr
    after = path.read_text(encoding="utf-8")
    assert after.startswith(text)
    _, report = check(route)
    grave = [f["id"] for f in report["findings"] if f["significance"] in {"moderate", "major"}]
    ids = [item.finding_id for item in read_acceptances(path)]
    assert sorted(ids) == sorted(grave)
    assert ids[0] == AVOIDED_FIRST
    assert baseline(route, "--at-least", "moderate").returncode == 0
    assert path.read_text(encoding="utf-8") == after


@pytest.mark.parametrize(
    "text",
    [
        "acceptances: []\n",
        "acceptances:\n",
        "project: Line A\nacceptances: [ ]",
        "acceptances: []\r\n",
        f"acceptances:\n- {{{entry('GAP-001:project')}}}\n",
        f"acceptances:\n    - {{{entry('GAP-001:project')}}}\n",
    ],
)
def test_files_that_can_be_added_to(route: Path, text: str) -> None:
    path = written(Path(), text)
    before = len(read_acceptances(path))
    assert baseline(route).returncode == 0
    assert len(read_acceptances(path)) == len(all_ids(route))
    assert before <= 1


@pytest.mark.parametrize(
    "text",
    [
        f"acceptances: [{{{entry('GAP-001:project')}}}]\n",
        f"acceptances:\n  - {{{entry('GAP-001:project')}}}\nproject: Line A\n",
    ],
)
def test_a_file_that_cannot_be_added_to_stays_as_it_is(route: Path, text: str) -> None:
    path = written(Path(), text)
    done = baseline(route)
    assert done.returncode == 2
    assert "nothing can be added" in done.stderr
    assert path.read_text(encoding="utf-8") == text


def test_several_projects_and_hostile_names(route: Path) -> None:
    name = 'B: "x" \\ #y\u2028z\u0085- finding: \U0001f42a'
    Path("b.geojson").write_text(feature(LINE, name=name))
    done = baseline(route, "b.geojson", "--at-least", "major", "--lang", "ru")
    assert done.returncode == 0, done.stderr
    entries = read_acceptances(Path("acceptances.yaml"))
    projects = list(dict.fromkeys(item.project for item in entries))
    assert len(projects) == 2
    done = run_here("check", "b.geojson", "--kind", "railway", "--format", "json", *DATE)
    report = json.loads(Path("b.json").read_text(encoding="utf-8"))
    states = [item["outcome"] for item in report["acceptances"]]
    assert set(states) == {"other_project", "not_filled_in"}


def test_settings_of_check_hold_for_baseline(route: Path) -> None:
    written(
        Path(), '[check]\nkind = "road"\nformat = "json"\nfail_on = "major"\n', "camiscreen.toml"
    )
    done = run_here("baseline", route, *DATE)
    assert done.returncode == 0, done.stderr
    assert read_acceptances(Path("acceptances.yaml"))
