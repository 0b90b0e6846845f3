"""The shipped rules with one mistake in them, and what the loader says of it."""

import shutil
from pathlib import Path

import pytest

from camiscreen.errors import DataFileError
from camiscreen.rulebook import rulebook

ROOT = Path(__file__).resolve().parent.parent


def problems_of_spoilt_rules(tmp_path: Path, file: str, old: str, new: str) -> str:
    """The error, after making sure that every problem in it has a line and a column."""
    rules = shutil.copytree(ROOT / "rules", tmp_path / "rules")
    path = rules / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataFileError) as caught:
        rulebook.load([rules])
    for line in caught.value.problems:
        place = line.removeprefix(str(rules)).split(":")
        assert place[1].isdigit() and place[2].isdigit(), line
    return str(caught.value)
