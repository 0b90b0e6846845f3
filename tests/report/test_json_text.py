"""The quick writer of JSON writes what the standard library writes."""

import json
from enum import StrEnum

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camiscreen.report.json_text import json_text

PLAIN_TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | PLAIN_TEXT
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(PLAIN_TEXT, inner), max_leaves=30
)


class _Word(StrEnum):
    HIGH = "high"


@given(VALUES)
def test_what_the_standard_library_writes(value: object) -> None:
    assert json_text(value) == json.dumps(value, ensure_ascii=False, indent=2)


def test_nested_empty_and_odd_values() -> None:
    value = {
        "empty": [{}, [], ""],
        "word": _Word.HIGH,
        "numbers": [1, -0.0, 1e22, 0.1, np.float64(2.5), True, None],
        "tuple": (1, ("a", "б")),
        'key "quoted"': {"deep": {"deeper": [[1], [2]]}},
    }
    assert json_text(value) == json.dumps(value, ensure_ascii=False, indent=2)


def test_texts_are_cleaned_wherever_they_stand() -> None:
    dirty = "a\u202eb\x00c\u00a0\u0301e\u0301"
    found = json.loads(json_text({"x": [dirty, {"y": dirty}]}))
    assert found["x"][0] == found["x"][1]["y"]
    assert "\u202e" not in found["x"][0]
    assert "\x00" not in found["x"][0]


def test_what_json_does_not_know_is_refused() -> None:
    with pytest.raises(TypeError):
        json_text({"x": {1, 2}})
