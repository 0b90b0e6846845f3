"""What is said beside a verdict: an overruled kind, a graver finding that is accepted, clauses."""

import json
from pathlib import Path

import pytest

from camiscreen.i18n import Translator
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import Rulebook
from camiscreen.report.document import compose
from camiscreen.screening import screen
from camiscreen.vocabulary import Fencing
from tests.conftest import make_project, run_here

STEPPE = [(67.0, 47.5), (68.0, 47.5)]
NOTE = "The file says railway; --kind goes before it."


@pytest.mark.parametrize(("kind", "said"), [("road", True), ("railway", False)])
def test_a_kind_that_is_overruled_is_said(tmp_path: Path, kind: str, said: bool) -> None:
    route = tmp_path / "r.geojson"
    line = {"type": "LineString", "coordinates": STEPPE}
    feature = {"type": "Feature", "properties": {"railway": "rail"}, "geometry": line}
    route.write_text(json.dumps(feature), encoding="utf-8")
    done = run_here("check", route, "--kind", kind, "--format", "json")
    assert (NOTE in " ".join(done.stdout.split())) is said
    notes = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["project"]["notes"]
    assert any(note["text"] == NOTE for note in notes) is said


def test_the_level_below_accepted_findings_is_not_called_the_highest_found(tmp_path: Path) -> None:
    route = tmp_path / "r.geojson"
    line = {"type": "LineString", "coordinates": STEPPE}
    route.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": line}))
    command = ("check", route, "--kind", "railway", "--fenced", "yes", "--format", "json")
    first = run_here(*command)
    assert first.stdout.startswith("[MAJ] Major is the highest significance found") or (
        first.stdout.startswith("◆ Major is the highest significance found")
    )
    found = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["findings"]
    major = [f["id"] for f in found if f["significance"] == "major"]
    entries = "".join(
        f"  - finding: {id_}\n    reason: r\n    by: A. Sample\n    until: 2099-01-01\n"
        "    avoidance: No other line is possible.\n"
        for id_ in major
    )
    accepted = tmp_path / "a.yaml"
    accepted.write_text(f"acceptances:\n{entries}", encoding="utf-8")
    second = run_here(*command, "--acceptances", accepted)
    assert "Moderate is the highest significance that is not accepted" in second.stdout


def test_clauses_of_species_that_are_not_met_do_not_bear_on_a_project(
    book: Rulebook, opened: list[tuple[Layer, Store]]
) -> None:
    project = make_project(STEPPE, fencing=Fencing.YES)
    made = screen(project, opened, book, generated_on="2026-11-22")
    asked = {source for finding in made.findings for source in finding.sources}
    sections = compose(made, Translator("en")).sections
    (policy,) = [s for s in sections if s.anchor == "policy"]
    shown = {
        run.text
        for block in policy.blocks
        if block.kind == "table"
        for row in block.rows
        for cell in row.cells
        for run in cell
    }
    profiles = {species.id: set(species.sections) for species in book.species}
    met = {e.species_id for e in made.exposure.encounters}
    own = {section for id_, named in profiles.items() if id_ in met for section in named}
    others = set().union(*profiles.values()) - own
    for pack in book.packs:
        for clause in pack.clauses:
            source = pack.cite(clause.id)
            assert not (source in shown and clause.section in others and source not in asked)
        assert any(pack.cite(clause.id) in shown for clause in pack.clauses)
