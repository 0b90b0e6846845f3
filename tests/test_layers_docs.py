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


@pytest.mark.parametrize(("name", "cls"), [("mapping", FileMapping), ("manifest", LayerSpec)])
def test_the_schemas_are_those_of_the_program(name: str, cls: type) -> None:
    schema = json.loads((DOCS / f"layer-{name}.schema.json").read_text(encoding="utf-8"))
    made = data_files.json_schema(cls)
    again = (
        "write it anew: json.dumps(data_files.json_schema(FileMapping or LayerSpec), "
        "ensure_ascii=False, indent=2, sort_keys=True)"
    )
    # Wording may differ between versions of pydantic; what is allowed may not.
    assert set(schema["properties"]) == set(made["properties"]), again
    assert {k: set(v.get("properties", v.get("enum", ()))) for k, v in schema["$defs"].items()} == {
        k: set(v.get("properties", v.get("enum", ()))) for k, v in made["$defs"].items()
    }, again


def test_every_manifest_that_ships_fits_its_schema() -> None:
    schema = json.loads((DOCS / "layer-manifest.schema.json").read_text(encoding="utf-8"))
    manifests = list((DOCS.parent / "reference_layers").glob("*/layer.yaml"))
    assert len(manifests) >= 8
    for manifest in manifests:
        jsonschema.validate(data_files.read_yaml(manifest).data, schema)


def test_the_example_of_a_mapping_is_one(tmp_path: Path) -> None:
    schema = json.loads((DOCS / "layer-mapping.schema.json").read_text(encoding="utf-8"))
    example = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    path = tmp_path / "m.yaml"
    path.write_text(example[1], encoding="utf-8")
    mapping = read_mapping(path)
    assert mapping.species_names == {"сайгак обыкновенный": "saiga"}
    jsonschema.validate(data_files.read_yaml(path).data, schema)
