"""Whether a JSON Schema in docs/ is that of the program."""

import json
from pathlib import Path
from typing import Any


def assert_fresh(written: Path, made: dict[str, Any]) -> None:
    """Hold a file against the schema as made now; wording may differ between pydantics."""

    def allowed(of: dict[str, Any]) -> dict[str, set[str]]:
        parts = {"": of, **of["$defs"]}
        return {k: set(v.get("properties", v.get("enum", ()))) for k, v in parts.items()}

    schema = json.loads(written.read_text(encoding="utf-8"))
    assert allowed(schema) == allowed(made)
    for name, part in made["$defs"].items():
        assert schema["$defs"][name].get("required") == part.get("required"), name
