"""The documented lines and the controls, screened with what ships, and the table of the docs."""

import functools
import io
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from camiscreen import paths, screening
from camiscreen.layers import catalogue
from camiscreen.model import Design, Screening
from camiscreen.reading.project_file import read_project
from camiscreen.rulebook import rulebook
from camiscreen.vocabulary import Kind

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "docs" / "validation.md"
HALF_LENGTH_DEG = 0.25


@dataclass(frozen=True, kw_only=True)
class Case:
    """One line: the documented species (none for a control) and its screening."""

    id: str
    name: str
    species: tuple[str, ...]
    references: tuple[str, ...]
    screening: Screening

    def found_by(self, species: str) -> str:
        """Which layer shows a species; ``site`` where only a finding about a place names it."""
        layers = {e.layer_id for e in self.screening.exposure.encounters if e.species_id == species}
        if "species_ranges" in layers:
            return "range"
        named = {name for f in self.screening.findings for name in f.species_ids}
        return "site" if species in named else "missed"


def _coordinates(row: dict[str, Any]) -> list[list[float]]:
    if "line" in row:
        return row["line"]
    x, y = row["through"]
    return [[x - HALF_LENGTH_DEG, y], [x + HALF_LENGTH_DEG, y]]


@functools.cache
def screened() -> tuple[tuple[Case, ...], tuple[Case, ...]]:
    """Documented lines and controls."""
    data = yaml.safe_load((HERE / "cases.yaml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        rules = rulebook.load([paths.data_dir("rules")])
        layers = catalogue.read_catalogue([paths.data_dir("reference_layers")], Path(folder))
        opened = screening.open_layers(layers, Path(folder))

        def case(row: dict[str, Any]) -> Case:
            geometry = {"type": "LineString", "coordinates": _coordinates(row)}
            text = json.dumps({"type": "Feature", "properties": {}, "geometry": geometry})
            project = read_project(
                "-", kind=Kind(row["kind"]), design=Design(), stdin=io.BytesIO(text.encode())
            )
            return Case(
                id=row["id"],
                name=row["name"],
                species=tuple(row.get("species", ())),
                references=tuple(row.get("references", ())),
                screening=screening.screen(project, opened, rules, generated_on="2026-11-22"),
            )

        return tuple(map(case, data["cases"])), tuple(map(case, data["controls"]))


def page() -> str:
    """docs/validation.md."""
    cases, controls = screened()
    lines = [
        "# Validation",
        "",
        "Lines drawn through public coordinates where species are documented, and controls where",
        "none of the taxa lives. `range` means that the range layer shows the species there, by a",
        "source that knows nothing of the line; `site` that only a layer of named places does, and",
        "that is weaker: those layers were made from the same literature. Made by",
        "`python -m tests.documented_cases` and tested fresh.",
        "",
        "| line | documented species | found by | references |",
        "|---|---|---|---|",
    ]
    for case in cases:
        lines += [
            f"| {case.name} | {name} | {case.found_by(name)} | {', '.join(case.references)} |"
            for name in case.species
        ]
    shown = [case.found_by(name) for case in cases for name in case.species]
    lines += [
        "",
        f"{len(cases)} lines, {len(shown)} documented occurrences:",
        f"{shown.count('range')} by range,",
        f"{shown.count('site')} by site alone, {shown.count('missed')} missed.",
        "",
        "| control | species found | verdict |",
        "|---|---|---|",
    ]
    for control in controls:
        found = len({e.species_id for e in control.screening.exposure.encounters if e.species_id})
        lines.append(f"| {control.name} | {found} | {control.screening.verdict} |")
    lines += [
        "",
        "A verdict of `negligible` on a control is about the state that it crosses, not about a",
        "species; `incomplete` says that the line lies outside the region or partly so.",
    ]
    return "\n".join(lines) + "\n"
