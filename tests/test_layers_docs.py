"""docs/layers.md explains every field, and its schema of mappings is that of the program."""

import dataclasses
import json
import re
from pathlib import Path

import jsonschema
import pytest

from camiscreen import data_files
from camiscreen.layers.kinds import KINDS
from camiscreen.layers.mapping import (
    FileMapping,
    Filter,
    LineChoice,
    RedListChoice,
    SeasonMonths,
    TrackChoice,
    read_mapping,
)
from camiscreen.model import Coverage, LayerSpec, LeftOut, Licence, Origin, OriginFile

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = (DOCS / "layers.md").read_text(encoding="utf-8")
TYPES = (
    LayerSpec, Origin, OriginFile, LeftOut, Licence, Coverage, FileMapping, Filter, LineChoice,
    RedListChoice, SeasonMonths, TrackChoice,
)  # fmt: skip


@pytest.mark.parametrize("cls", TYPES)
def test_every_field_is_explained(cls: type) -> None:
    for field in dataclasses.fields(cls):
        assert f"`{field.name}`" in PAGE, field.name


def test_every_kind_is_explained() -> None:
    for kind in KINDS:
        assert f"| `{kind}` |" in PAGE


def test_the_schema_is_that_of_the_program_and_takes_the_example(tmp_path: Path) -> None:
    schema = json.loads((DOCS / "layer-mapping.schema.json").read_text(encoding="utf-8"))
    made = data_files.json_schema(FileMapping)
    # Wording may differ between versions of pydantic; what is allowed may not.
    assert set(schema["properties"]) == set(made["properties"])
    assert {k: set(v.get("properties", v.get("enum", ()))) for k, v in schema["$defs"].items()} == {
        k: set(v.get("properties", v.get("enum", ()))) for k, v in made["$defs"].items()
    }
    example = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    path = tmp_path / "m.yaml"
    path.write_text(example[1], encoding="utf-8")
    mapping = read_mapping(path)
    assert mapping.species_names == {"сайгак обыкновенный": "saiga"}
    jsonschema.validate(data_files.read_yaml(path).data, schema)
