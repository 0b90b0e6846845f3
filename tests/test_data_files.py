"""YAML by the core schema, mistakes with their place, and the cache of checked values."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from camiscreen import data_files
from camiscreen.errors import DataFileError
from camiscreen.model import Text
from camiscreen.vocabulary import Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    word: str
    level: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    title: Text
    rows: tuple[Inner, ...]
    width_m: float
    span: tuple[float, float]
    note: str | None = None


GOOD = """\
title: {en: A, ru: Б}
rows:
  - {word: no, level: low}
  - word: 12:30
    level: high
width_m: 3
span: [1, 2.5]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "file.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(tmp_path: Path, text: str) -> list[str]:
    path = written(tmp_path, text)
    with pytest.raises(DataFileError) as caught:
        data_files.build(data_files.read_yaml(path), Outer)
    return [line.removeprefix(f"{path}:") for line in caught.value.problems]


def test_words_that_yaml_1_1_would_change_stay_words(tmp_path: Path) -> None:
    outer = data_files.build(data_files.read_yaml(written(tmp_path, GOOD)), Outer)
    assert [row.word for row in outer.rows] == ["no", "12:30"]
    assert outer.rows[1].level is Confidence.HIGH
    assert outer.width_m == 3.0
    assert outer.span == (1.0, 2.5)


def test_every_mistake_is_reported_with_its_place(tmp_path: Path) -> None:
    text = GOOD.replace("level: low", "level: lowe").replace("width_m: 3", "widht_m: 3")
    found = problems(tmp_path, text)
    assert "3:23: rows.0.level: 'lowe' is not one of low, medium, high (did you mean low?)" in found
    assert any(line.startswith("6:10: widht_m: unknown field (did you mean width_m?)")
               for line in found)  # fmt: skip
    assert any("width_m: is missing" in line for line in found)


def test_a_key_may_stand_only_once(tmp_path: Path) -> None:
    assert problems(tmp_path, GOOD + "width_m: 4\n") == [
        "8:1: width_m: stands twice in this mapping"
    ]


def test_a_number_is_not_taken_from_text(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, GOOD.replace("width_m: 3", "width_m: '3'"))
    assert found.startswith("6:10: width_m:")


def test_broken_yaml_names_the_place(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "title: {en: A\nrows: []\n")
    assert found.startswith("2:5:")


def test_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes("title: Ж".encode("cp1251"))
    with pytest.raises(DataFileError, match="not UTF-8"):
        data_files.read_yaml(path)


def test_the_cache_gives_back_what_was_made_and_survives_damage(tmp_path: Path) -> None:
    outer = data_files.build(data_files.read_yaml(written(tmp_path, GOOD)), Outer)
    made = []

    def make() -> Outer:
        made.append(1)
        return outer

    folder = tmp_path / "cache"
    assert data_files.cached(Outer, "key", folder, make) == outer
    assert data_files.cached(Outer, "key", folder, make) == outer
    assert len(made) == 1
    (folder / "key.json").write_text("{", encoding="utf-8")
    assert data_files.cached(Outer, "key", folder, make) == outer
    assert len(made) == 2


def test_the_hash_ignores_line_ends_but_no_other_byte(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    before = data_files.sha256_of([path], tmp_path)
    path.write_bytes(GOOD.replace("\n", "\r\n").encode())
    assert data_files.sha256_of([path], tmp_path) == before
    path.write_bytes(GOOD.replace("3", "4").encode())
    assert data_files.sha256_of([path], tmp_path) != before


def test_the_fingerprint_changes_with_the_fields() -> None:
    assert data_files.code_fingerprint(Outer) != data_files.code_fingerprint(Inner)
    assert data_files.code_fingerprint(Outer) == data_files.code_fingerprint(Outer)
