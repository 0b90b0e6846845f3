"""Sensitive places: nothing written tells two of them apart that share a cell of the grid."""

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from camiscreen.i18n import Translator
from camiscreen.model import Finding, KpRange, Receptor, Screening, Text
from camiscreen.redaction import is_marked, redacted
from camiscreen.redaction.grid import STEP_M, cells, coarse_box, coarse_ranges
from camiscreen.report import outputs
from camiscreen.report.json_report import render_json
from camiscreen.vocabulary import Format
from tests.report import sample, sensitive
from tests.report.plain_text import text_of

FORMATS = tuple(Format)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Screening, Screening]:
    """The same road with the sensitive places here, and a little further on."""
    folder = tmp_path_factory.mktemp("layers")
    return (
        sensitive.screened(sensitive.ONE, folder / "one", folder / "cache"),
        sensitive.screened(sensitive.OTHER, folder / "other", folder / "cache"),
    )


def drawn(screening: Screening, wanted: Format, language: str = "en") -> Mapping[str, bytes]:
    ((_, draw),) = outputs.draw(screening, Translator(language), (wanted,))
    return draw()


# ----------------------------------------------------------------------------------------------
# Nothing tells
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", FORMATS)
def test_places_of_one_cell_cannot_be_told_apart(
    pair: tuple[Screening, Screening], wanted: Format
) -> None:
    here, there = pair
    assert drawn(here, wanted) != drawn(there, wanted), "the test would show nothing"
    assert drawn(redacted(here), wanted) == drawn(redacted(there), wanted)


@pytest.mark.parametrize("wanted", FORMATS)
def test_nor_can_those_of_a_mine(tmp_path: Path, wanted: Format) -> None:
    """Without chainage distances and areas are all that could tell."""
    here, there = (
        sensitive.screened(place, tmp_path / name, tmp_path / "cache", mine=True)
        for name, place in (("one", sensitive.ONE), ("other", sensitive.OTHER))
    )
    assert {e.layer_id for e in here.exposure.encounters} >= {"dens"}
    if wanted in {Format.JSON, Format.GPKG}:
        assert drawn(here, wanted) != drawn(there, wanted), "the test would show nothing"
    assert drawn(redacted(here), wanted) == drawn(redacted(there), wanted)


def test_nor_in_russian(pair: tuple[Screening, Screening]) -> None:
    here, there = (redacted(item) for item in pair)
    for wanted in (Format.HTML, Format.XLSX):
        assert drawn(here, wanted, "ru") == drawn(there, wanted, "ru")


@pytest.mark.parametrize("wanted", FORMATS)
def test_names_and_ids_of_sensitive_places_are_gone(
    pair: tuple[Screening, Screening], wanted: Format
) -> None:
    secrets = (sensitive.DEN, sensitive.BURROW, sensitive.CORRIDOR, "den-karatau-7", "burrow-3")
    plain = squeezed(text_of(drawn(pair[0], wanted)))
    assert any(squeezed(secret) in plain for secret in secrets), "the test would show nothing"
    coarse = squeezed(text_of(drawn(redacted(pair[0]), wanted)))
    assert not [secret for secret in secrets if squeezed(secret) in coarse]


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b\u00ad]+", "", text)


def test_no_number_of_a_sensitive_place_is_left(pair: tuple[Screening, Screening]) -> None:
    here = pair[0]
    secret = [e for e in here.exposure.encounters if e.layer_id in {"dens", "tracks"}]
    secret += [e for e in here.exposure.encounters if e.receptor_id == "pass-1"]
    assert len(secret) == 4
    exact = {round(end) for e in secret for kp in e.kp_ranges for end in kp}
    exact |= {round(e.crossing_length_m) for e in secret} | {round(e.distance_m) for e in secret}
    exact -= {0, round(here.project.chainage_length_m)}
    told = {round(number) for number in numbers(redacted(here))}
    assert exact
    assert exact <= {round(number) for number in numbers(here)}
    assert not exact & told
    corners = {tuple(xy) for e in secret for xy in shapely.get_coordinates(e.receptor_geometry)}
    assert corners
    assert not corners & set(corners_of(redacted(here)))


def numbers(value: object) -> list[float]:
    """Every number anywhere in a value, also those that stand in texts of traces."""
    if isinstance(value, bool):
        return []
    if isinstance(value, int | float):
        return [float(value)]
    if isinstance(value, str):
        return [float(value)] if re.fullmatch(r"\d+(\.\d+)?", value) else []
    if isinstance(value, tuple | list):
        return [number for item in value for number in numbers(item)]
    if isinstance(value, Mapping):
        return [number for item in value.values() for number in numbers(item)]
    if is_dataclass(value) and type(value).__name__ != "Rulebook":
        return [n for field in fields(value) for n in numbers(getattr(value, field.name))]
    return []


def corners_of(value: object) -> list[tuple[float, float]]:
    if isinstance(value, shapely.Geometry):
        return [tuple(xy) for xy in shapely.get_coordinates(value)]
    if isinstance(value, tuple):
        return [corner for item in value for corner in corners_of(item)]
    if is_dataclass(value):
        return [c for field in fields(value) for c in corners_of(getattr(value, field.name))]
    return []


# ----------------------------------------------------------------------------------------------
# What remains is true
# ----------------------------------------------------------------------------------------------


def test_the_judgement_stays(pair: tuple[Screening, Screening]) -> None:
    exact, coarse = pair[0], redacted(pair[0])
    assert coarse.verdict == exact.verdict
    assert [f.number for f in coarse.findings] == [f.number for f in exact.findings]
    assert sorted(map(judged, coarse.findings)) == sorted(map(judged, exact.findings))
    for before in exact.findings:
        assert any(
            judged(before) == judged(after) and holds(after.kp_ranges, before.kp_ranges)
            for after in coarse.findings
        )
    met = {e.id: e for e in coarse.exposure.encounters}
    assert len(met) == len(exact.exposure.encounters)
    for before in exact.exposure.encounters:
        shown = [e for e in met.values() if e.layer_id == before.layer_id]
        assert any(e.receptor_geometry.buffer(1e-9).covers(before.receptor_geometry) for e in shown)
        assert any(e.distance_m >= before.distance_m for e in shown)


def judged(finding: Finding) -> tuple[object, ...]:
    return (-finding.significance.rank, -finding.sensitivity.rank, finding.rule_id,
            finding.confidence, finding.species_ids)  # fmt: skip


def holds(coarse: tuple[KpRange, ...], exact: tuple[KpRange, ...]) -> bool:
    return all(any(a <= first and last <= b for a, b in coarse) for first, last in exact)


def test_what_is_not_sensitive_is_left_alone(pair: tuple[Screening, Screening]) -> None:
    exact, coarse = pair[0], redacted(pair[0])
    (before,) = (e for e in exact.exposure.encounters if e.receptor_id == "pass-2")
    assert before in coarse.exposure.encounters
    assert coarse.project == exact.project
    assert coarse.exposure.states == exact.exposure.states
    assert coarse.redaction is not None
    told = {f.id: f for f in coarse.findings}
    assert set(coarse.redaction.finding_ids) < set(told)
    untouched = [f for f in exact.findings if f.id in told]
    untouched = [f for f in untouched if f.id not in coarse.redaction.finding_ids]
    assert untouched
    for finding in untouched:
        assert replace(told[finding.id], number=finding.number) == finding


def test_without_anything_sensitive_nothing_changes_and_that_is_said() -> None:
    exact = sample.screening()
    coarse = redacted(exact)
    assert replace(coarse, redaction=None) == exact
    said = text_of(drawn(coarse, Format.HTML))
    assert "No place in this report was coarsened" in said


@cache
def report() -> dict:  # type: ignore[type-arg]
    spec = replace(sample.book.RANGES, sensitive=True)
    base = sample.screening()
    made = replace(base, run=replace(base.run, layers=(spec, sample.book.STATES)))
    return json.loads(render_json(redacted(made)))  # type: ignore[no-any-return]


def test_the_json_says_what_was_coarsened() -> None:
    said = report()["run"]["redacted"]
    assert (said["grid_degrees"], said["step_m"], said["receptors"]) == (0.1, 10_000.0, 3)
    assert said["layer_ids"] == ["species_ranges"]
    assert set(said["finding_ids"]) == {finding["id"] for finding in report()["findings"]}
    ends = [end for f in report()["findings"] for kp in f["kp_ranges"] for end in kp]
    length_m = report()["project"]["chainage_length_m"]
    assert all(end % STEP_M == 0 or end == length_m for end in ends)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_reports_say_it_on_the_first_pages(
    pair: tuple[Screening, Screening], language: str
) -> None:
    title = Translator(language).t("redaction.title")
    for wanted in (Format.HTML, Format.PDF):
        said = squeezed(text_of(drawn(redacted(pair[0]), wanted, language)))
        assert said.count(squeezed(title)) >= 2
        assert "Chapman" in said


# ----------------------------------------------------------------------------------------------
# The grid
# ----------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(
    total=st.floats(min_value=1, max_value=3e6),
    shares=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=5),
)
def test_coarse_ranges_hold_the_exact_ones_and_are_never_short(
    total: float, shares: list[tuple[float, float]]
) -> None:
    exact = [(min(pair) * total, max(pair) * total) for pair in shares]
    coarse = coarse_ranges(exact, total)
    for first, last in exact:
        assert any(a <= first and last <= b + 1e-6 for a, b in coarse)
    for first, last in coarse:
        assert last - first >= min(total, STEP_M) - 1e-6
        assert first % STEP_M == 0
        assert last % STEP_M == 0 or last == total
    assert coarse_ranges(coarse, total) == coarse


@settings(deadline=None)
@given(
    west=st.floats(-170, 170), south=st.floats(-80, 80),
    width=st.floats(0.001, 1.5), height=st.floats(0.001, 1.5),
)  # fmt: skip
def test_cells_hold_what_they_stand_for(
    west: float, south: float, width: float, height: float
) -> None:
    exact = shapely.box(west, south, west + width, south + height)
    coarse = cells(exact)
    assert coarse.buffer(1e-9).covers(exact)
    tenths = 10 * shapely.get_coordinates(coarse)
    assert (abs(tenths - tenths.round()) < 1e-9).all()
    a, b, c, d = coarse_box(exact.bounds)
    # A side on a line of the grid may be off by the last digit.
    assert a - 1e-9 <= west and b - 1e-9 <= south
    assert c + 1e-9 >= west + width and d + 1e-9 >= south + height


def test_an_unknown_word_coarsens_rather_than_tells() -> None:
    def marked(said: object) -> bool:
        name = Text(en="x", ru="x")
        return is_marked(Receptor(id="1", name=name, attributes={"sensitive": said}))

    assert all(marked(said) for said in (True, 1, "yes", "Да", "da", "vertraulich"))
    assert not any(marked(said) for said in (False, 0, None, "no", "No ", "", "нет", "false"))
    assert not is_marked(Receptor(id="1", name=Text(en="x", ru="x"), attributes={}))


# ----------------------------------------------------------------------------------------------
# What may not be passed on
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", FORMATS)
def test_geometry_that_may_not_be_passed_on_is_in_no_file(tmp_path: Path, wanted: Format) -> None:
    """Away from the road the receptors differ; what the road meets of them is the same."""
    near, far = sensitive.ONE, replace(sensitive.ONE, range_south=47.35)
    closed = [
        sensitive.screened(place, tmp_path / f"c{i}", tmp_path / "cache", closed=True)
        for i, place in enumerate((near, far))
    ]
    opened = [
        sensitive.screened(place, tmp_path / f"o{i}", tmp_path / "cache")
        for i, place in enumerate((near, far))
    ]
    assert drawn(closed[0], wanted) == drawn(closed[1], wanted)
    if wanted in {Format.HTML, Format.PDF, Format.GPKG}:
        assert drawn(opened[0], wanted) != drawn(opened[1], wanted), "the test would show nothing"
