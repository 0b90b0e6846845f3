"""A line of which only a part has unknown fencing: every place that speaks of it says the same."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from camiscreen.i18n import Translator
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import Design, FenceStretch, Rulebook, Screening
from camiscreen.report import blocks as b
from camiscreen.report.document import compose
from camiscreen.report.json_report import render_json
from camiscreen.screening import screen
from camiscreen.vocabulary import Fencing, Kind
from tests.conftest import make_project
from tests.report.test_document import section, walk

STEPPE = [(67.0, 47.5), (68.0, 47.5)]
YES, OPEN, UNKNOWN = ((0.0, 10_000.0), (10_000.0, 30_000.0), (30_000.0, 45_000.0))
FENCES = (
    FenceStretch(kp_m=YES, fenced=Fencing.YES),
    FenceStretch(kp_m=UNKNOWN, fenced=Fencing.UNKNOWN),
)


def screened(
    book: Rulebook,
    opened: Sequence[tuple[Layer, Store]],
    *,
    kind: Kind = Kind.RAILWAY,
    fencing: Fencing = Fencing.NO,
    fences: tuple[FenceStretch, ...] = FENCES,
) -> Screening:
    project = make_project(STEPPE, kind=kind)
    design = Design(fencing=fencing, fences=fences)
    project = replace(project, design=design)
    return screen(project, opened, book, generated_on="2026-11-22")


def text(value: object) -> str:
    runs = (item for item in walk(value) if isinstance(item, b.Run))
    return "".join(run.text for run in runs).replace("\u00a0", " ")


def test_report_and_json_name_the_same_stretches(
    book: Rulebook, opened: list[tuple[Layer, Store]]
) -> None:
    made = screened(book, opened)
    document = compose(made, Translator("en"))
    project = section(document, "project")
    (facts,) = [block for block in project.blocks if isinstance(block, b.KeyValues)]
    (said,) = [text(p.value) for p in facts.pairs if p.label == "Fence along the line"]
    assert "fenced: KP 0+000–10+000 (10.0 km)" in said
    assert "not fenced: KP 10+000–30+000, 45+000" in said
    assert "unknown, so screened at its worst case (fenced): KP 30+000–45+000 (15.0 km)" in said
    assumed = "does not say whether the line is fenced on KP 30+000–45+000; there it is screened"
    assert assumed in text(section(document, "summary"))
    assert assumed in text(project)
    assert "the line is fenced; it is screened" not in text(document.sections)

    (design,) = [t for t in project.blocks if isinstance(t, b.Table) and "design" in t.label]
    rows = [[text(cell) for cell in row.cells[:3]] for row in design.rows]
    assert ["fencing of the line", "rest of the line", "no"] in rows
    assert ["fence", "KP 30+000–45+000", "not known; screened as fenced"] in rows

    (gap,) = [f for f in made.findings if f.rule_id == "GAP-001"]
    assert gap.kp_ranges == (UNKNOWN,)
    assert "throughout" not in gap.statement.en

    report = json.loads(render_json(made))
    assert report["project"]["fencing"] == "varies"
    parts = report["project"]["fencing_stretches"]
    assert [(p["fenced"], p["screened_as_fenced"]) for p in parts] == [
        ("yes", True), ("no", False), ("unknown", True), ("no", False),
    ]  # fmt: skip
    assert parts[2]["kp_range"] == list(UNKNOWN)
    stated = {"input": "fences.fenced", "kp_m": list(UNKNOWN), "value": "unknown"}
    assert any(stated.items() <= item.items() for item in report["design"])


def test_many_unknown_stretches_are_counted_and_listed_once(
    book: Rulebook, opened: list[tuple[Layer, Store]]
) -> None:
    fences = tuple(
        FenceStretch(kp_m=(at, at + 1000.0), fenced=Fencing.UNKNOWN)
        for at in (0.0, 10_000.0, 20_000.0, 30_000.0, 40_000.0)
    )
    made = screened(book, opened, fences=fences)
    (assumed,) = [a for a in made.assumptions if "fencing" in a.key]
    assert "on 5 stretches, 5.00 km in all" in Translator("en").message(assumed).replace(
        "\u00a0", " "
    )


@pytest.mark.parametrize("stated", [False, True])
def test_a_power_line_is_not_said_to_be_screened_as_fenced(
    book: Rulebook, opened: list[tuple[Layer, Store]], stated: bool
) -> None:
    fences = (FenceStretch(kp_m=(0.0, 10_000.0), fenced=Fencing.NO),) if stated else ()
    made = screened(book, opened, kind=Kind.POWER_LINE, fencing=Fencing.UNKNOWN, fences=fences)
    project = section(compose(made, Translator("en")), "project")
    said = text(project)
    assert "not stated, taken as not fenced" in said
    assert "worst case (fenced)" not in said
    parts = json.loads(render_json(made))["project"]["fencing_stretches"]
    wanted = [("no", False), ("unknown", False)] if stated else [("unknown", False)]
    assert [(p["fenced"], p["screened_as_fenced"]) for p in parts] == wanted
