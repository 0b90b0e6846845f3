"""What the tests of single layers ask of them: receptors by id, points inside, sources that exist.

Not a test module; the tests of each layer import it.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import Receptor, Rulebook

ROOT = Path(__file__).resolve().parent.parent
Opened = list[tuple[Layer, Store]]


class LayerFacts:
    """One shipped layer with its receptors and shapes by id."""

    def __init__(self, opened: Opened, name: str) -> None:
        self.layer, compiled = next(pair for pair in opened if pair[0].spec.name == name)
        self.receptors: dict[str, Receptor] = {item.id: item for item in compiled.receptors}
        self.shapes: dict[str, BaseGeometry] = {
            item.id: compiled.whole(owner) for owner, item in enumerate(compiled.receptors)
        }

    def at(self, lon: float, lat: float) -> set[str]:
        """Ids of the receptors that hold a point."""
        point = shapely.Point(lon, lat)
        return {id_ for id_, shape in self.shapes.items() if shape.intersects(point)}

    def attributes(self, id_: str) -> Mapping[str, Any]:
        return self.receptors[id_].attributes


def check_common(facts: LayerFacts, book: Rulebook) -> None:
    """What holds of every derived layer: optional, low trust, two languages, sources that exist."""
    spec = facts.layer.spec
    assert not spec.required
    assert spec.redistributable
    assert str(spec.confidence) in {"low", "medium"}
    references = {reference.id for reference in book.references}
    clauses = {clause.id for pack in book.packs for clause in pack.clauses}
    species = {item.id for item in book.species}
    states = set(spec.coverage.states)
    for id_, receptor in facts.receptors.items():
        told = receptor.attributes
        assert receptor.name.en and receptor.name.ru, id_
        assert receptor.name.en != receptor.name.ru, id_
        assert told.get("references") or told.get("clauses"), id_
        assert set(told.get("references", ())) <= references, id_
        assert "R999" not in told.get("references", ()), id_
        assert set(told.get("clauses", ())) <= clauses, id_
        taxa = told.get("taxa", told.get("species", ()))
        assert {taxa} <= species if isinstance(taxa, str) else set(taxa) <= species, id_
        assert receptor.states, id_
        assert set(receptor.states) <= states, id_
        assert 0 < told["accuracy_m"] <= spec.positional_accuracy_m, id_


def check_file(name: str, path: str) -> None:
    """The data file: 4 decimals, LF, one feature a line, inside the region window, valid shapes."""
    data = (ROOT / "reference_layers" / name / path).read_bytes()
    assert b"\r" not in data
    text = data.decode("utf-8")
    assert not re.search(r"[\[,]-?\d+\.\d{5,}", text)
    assert not re.search(r"(?:^|[\s\"'])(?:/[\w.-]+){2,}", text), "the path of a machine"


def check_shapes(facts: LayerFacts) -> None:
    """Every shape is valid, not empty, and inside the region window."""
    for id_, shape in facts.shapes.items():
        assert shape.is_valid, id_
        assert not shape.is_empty, id_
        west, south, east, north = shape.bounds
        assert west >= 39 and south >= 14 and east <= 136 and north <= 61, id_
