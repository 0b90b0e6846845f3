"""JSON Schemas of every file that an ecologist may write, for completion in editors."""

from typing import Any

from camiscreen import data_files
from camiscreen.model import LayerSpec
from camiscreen.rulebook.rulebook_files import FILE_KINDS

NAMES = {  # pattern of a rules folder: name of its schema
    "screening/*.yaml": "rule",
    "measures/*.yaml": "measures",
    "species/*.yaml": "species",
    "species_notes/*.yaml": "species_note",
    "evidence/*.yaml": "references",
    "packs/*/pack.yaml": "pack",
    "packs/*/clauses.yaml": "clauses",
    "packs/*/coverage.yaml": "coverage",
}


def all_schemas() -> dict[str, dict[str, Any]]:
    """Name to schema; what the tool refuses at once (an unknown key) the schema refuses too."""
    schemas = {name: _schema(FILE_KINDS[pattern], pattern) for pattern, name in NAMES.items()}
    schemas["layer"] = _schema(LayerSpec, "layer.yaml")
    return schemas


def _schema(cls: type, what: str) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **data_files.json_schema(cls),
        "title": what,
    }
