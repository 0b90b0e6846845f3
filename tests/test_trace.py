"""The trace of a finding: complete in the JSON, readable with ``check --trace``."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from camiscreen.cli.trace import trace_lines
from camiscreen.explanation import words
from camiscreen.i18n import Translator
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import Finding, Rule, Rulebook, Screening
from camiscreen.report.json_report import render_json
from camiscreen.screening import screen
from camiscreen.vocabulary import Attribute, TracePart
from tests.conftest import make_project, run_here
from tests.test_check import DATE, SCHEMA, feature, strict

LINE = [(106.9, 47.9), (112.0, 43.0)]
"""From Ulaanbaatar to the border: findings of one subject and of several, levels by table."""


@pytest.fixture(scope="module")
def sample(book: Rulebook, opened: list[tuple[Layer, Store]]) -> Screening:
    return screen(make_project(LINE), opened, book, generated_on="2026-11-22")


def rule_of(finding: Finding, book: Rulebook) -> Rule:
    return next(rule for rule in book.rules if rule.id == finding.rule_id)


def test_every_level_of_every_finding_is_accounted_for(sample: Screening, book: Rulebook) -> None:
    tables = {
        TracePart.SENSITIVITY: book.sensitivity_table,
        TracePart.MAGNITUDE: book.magnitude_table,
    }
    rows = 0
    for finding in sample.findings:
        results = {step.part: step for step in finding.trace if step.condition is None}
        levels = {part: step.value for part, step in results.items() if part in set(TracePart)}
        levels.pop(TracePart.SUBJECT, None)
        assert levels == {
            TracePart.SENSITIVITY: str(finding.sensitivity),
            TracePart.MAGNITUDE: str(finding.magnitude),
            TracePart.SIGNIFICANCE: str(finding.significance),
            TracePart.CONFIDENCE: str(finding.confidence),
        }
        tested = [s.condition for s in finding.trace if s.condition and s.part is TracePart.RULE]
        assert tuple(tested) == rule_of(finding, book).when
        for part, table in tables.items():
            step = results[part]
            asked = tuple(s.condition for s in finding.trace if s.condition and s.part is part)
            if step.row is None:
                assert getattr(rule_of(finding, book), part) == step.value
                assert asked == ()
                continue
            rows += 1
            row = table[step.row - 1]
            assert (row.when, row.level, row.why) == (asked, step.value, step.why)
            assert set(row.sources) <= set(finding.sources)
        assert all(step.holds for step in finding.trace)
    assert rows > 5


def test_of_several_subjects_the_gravest_is_named(sample: Screening) -> None:
    named = [f for f in sample.findings if f.trace[0].part is TracePart.SUBJECT]
    assert named
    for finding in named:
        assert re.match(r"the gravest of \d+$", finding.trace[0].test)
        assert finding.trace[0].value


def test_the_json_has_matrix_and_reason(sample: Screening) -> None:
    report: dict[str, Any] = json.loads(render_json(sample))
    jsonschema.validate(report, strict(SCHEMA))
    for finding in report["findings"]:
        by_part = {step["part"]: step for step in finding["trace"]}
        matrix = by_part["significance"]
        assert matrix["test"] == (
            f"matrix: sensitivity {finding['sensitivity']}, magnitude {finding['magnitude']}"
        )
        assert (matrix["value"], bool(matrix["why"])) == (finding["significance"], True)
        for part in ("sensitivity", "magnitude"):
            step = by_part[part]
            assert ("why" in step) is step["test"].startswith("row ")


def test_lines_are_whole_in_both_languages(sample: Screening, book: Rulebook) -> None:
    for language in ("en", "ru"):
        tr = Translator(language)
        for finding in sample.findings:
            lines = [line for _, line in trace_lines(finding, book, tr)]
            assert lines[0].startswith(f"{finding.number}  {finding.id}")
            assert sum(tr.t("trace.part.rule") in line for line in lines) == 1
            assert len(lines) >= len(finding.trace)
            assert not any(re.search(r"[{}]", line) for line in lines)


def test_check_prints_it(tmp_path: Path) -> None:
    path = tmp_path / "route.geojson"
    path.write_text(feature([[66, 47], [68, 47]]))
    args = ("check", path, "--kind", "railway", "--format", "json", "--trace", *DATE)
    done = run_here(*args)
    assert done.returncode == 0, done.stderr
    text = " ".join(done.stdout.split())
    for said in (
        "fencing: yes or unknown. Here: unknown. Holds.",
        "High, by row",
        "Major, by the matrix: sensitivity high, magnitude high.",
        "Confidence in the data: Medium",
        "AV-05 (avoid)",
        "Assumed: The design does not say",
        "Sources: R0",
    ):
        assert said in text, said
    assert "Правило применимо" in run_here(*args, "--lang", "ru").stdout
    # The verdict comes first, the trace under its heading, the files last.
    parts = ("Major is the highest", "Rule trace", "F1  PER-001:saiga", "Written:")
    assert [done.stdout.index(part) for part in parts] == sorted(map(done.stdout.index, parts))
    # What is asked for by name is printed with --quiet too, and nothing else.
    alone = run_here(*args, "--quiet").stdout
    assert alone.startswith("Rule trace\n")
    assert alone in done.stdout
    assert "Written:" not in alone


def test_facts_nobody_stated_and_grades_of_evidence_are_printed(tmp_path: Path) -> None:
    """A number that is unknown is no number; grades and subjects are in the reader's language."""
    path = tmp_path / "route.geojson"
    path.write_text(feature([[66, 47], [68, 47]]))
    args = (
        "check",
        path,
        "--kind",
        "road",
        "--fenced",
        "yes",
        "--format",
        "json",
        "--trace",
        *DATE,
    )
    done = run_here(*args)
    assert done.returncode == 0, done.stderr
    text = " ".join(done.stdout.split())
    assert "height of the bottom wire, m: less than 0.46. Here: unknown." in text
    printed = run_here(*args, "--lang", "ru").stdout
    assert "Here" not in printed
    assert "unknown" not in printed


def test_grades_of_evidence_are_in_the_language_of_the_reader(book: Rulebook) -> None:
    rule = next(rule for rule in book.rules if rule.id == "COR-001")
    grade = next(test for test in rule.when if test.attribute is Attribute.EVIDENCE_GRADE)
    said = words.condition(grade, book, Translator("ru"))
    assert not re.search("[a-z]{3}", said), said
