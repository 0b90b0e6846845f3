"""What the layers beside ranges and states add, and what they must leave alone."""

import pytest

from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import Rulebook
from camiscreen.screening import screen
from tests.conftest import make_project

Point = tuple[float, float]

JUDGED = {"range_states", "species_ranges", "species_sites"}
NEW = {"existing_barriers", "key_sites", "landscapes", "movement_corridors", "provinces"}


@pytest.mark.parametrize(
    "line",
    [
        [(106.9, 47.9), (110.15, 44.87), (111.97, 43.66)],  # the Trans-Mongolian railway
        [(55.0, 45.2), (59.6, 47.8)],  # Ustyurt
        [(60.3, 41.7), (62.2, 40.6)],  # along the Amudarya
        [(51.4, 35.7), (55.0, 36.4), (59.6, 36.3)],  # Tehran to Mashhad
        [(94.9, 36.4), (92.0, 31.5)],  # Golmud to Nagqu
    ],
)
def test_an_added_layer_adds_findings_and_takes_none_away(
    book: Rulebook, opened: list[tuple[Layer, Store]], line: list[Point]
) -> None:
    names = {layer.spec.name for layer, _ in opened}
    assert names == JUDGED | NEW
    few = [pair for pair in opened if pair[0].spec.name in JUDGED]
    more = screen(make_project(line), opened, book, generated_on="2026-11-22")
    less = screen(make_project(line), few, book, generated_on="2026-11-22")
    levels = {finding.id: finding.significance for finding in more.findings}
    assert {finding.id: finding.significance for finding in less.findings}.items() <= levels.items()
    assert max(levels.values()) >= max(finding.significance for finding in less.findings)
    added = {finding.rule_id for finding in more.findings} - {f.rule_id for f in less.findings}
    assert added <= {
        rule.id
        for rule in book.rules
        if rule.subject in {"corridor", "site", "landscape", "barrier"}
    }
    assert {e.layer_id for e in more.exposure.encounters} & NEW
