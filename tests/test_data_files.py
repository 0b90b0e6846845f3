"""YAML by the core schema, mistakes with their place, and the cache of checked values."""

import os
import pickle
import subprocess
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from camiscreen import data_files, value_cache
from camiscreen.errors import DataFileError
from camiscreen.late import Late
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
    assert value_cache.cached(Outer, "key", folder, make) == outer
    assert value_cache.cached(Outer, "key", folder, make) == outer
    assert len(made) == 1
    (kept,) = folder.iterdir()
    kept.write_bytes(kept.read_bytes()[:-1] + b"!")
    assert value_cache.cached(Outer, "key", folder, make) == outer
    assert len(made) == 2


def test_what_is_read_later_is_what_was_kept(tmp_path: Path) -> None:
    outer = data_files.build(data_files.read_yaml(written(tmp_path, GOOD)), Outer)

    def kept() -> Outer:
        return value_cache.cached(Outer, "key", tmp_path / "cache", lambda: outer, later=("rows",))

    made, read = kept(), kept()
    assert made is outer and type(read.rows) is Late
    assert read == outer and outer == read and hash(read) == hash(outer)
    assert (len(read.rows), read.rows[0], read.rows[1:]) == (2, outer.rows[0], outer.rows[1:])
    assert tuple(read.rows) == outer.rows and repr(read) == repr(outer)
    again = pickle.loads(pickle.dumps(kept()))
    assert again == outer and type(again.rows) is tuple


def test_what_is_read_later_runs_nothing_either(tmp_path: Path) -> None:
    outer = data_files.build(data_files.read_yaml(written(tmp_path, GOOD)), Outer)
    folder, trace = tmp_path / "cache", tmp_path / "trace"

    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return (os.mkdir, (str(trace),))

    value_cache.cached(Outer, "key", folder, lambda: outer, later=("rows",))
    (kept,) = folder.iterdir()
    data = pickle.dumps((outer, {"rows": pickle.dumps(Evil())}))
    kept.write_bytes(zlib.crc32(data).to_bytes(4, "big") + data)
    read = value_cache.cached(Outer, "key", folder, lambda: outer, later=("rows",))
    with pytest.raises(DataFileError, match=r"key-.*\.values: is damaged; delete it"):
        len(read.rows)
    assert not trace.exists()


def test_the_hash_of_a_folder_is_that_of_its_files(tmp_path: Path) -> None:
    for name in ("b/2.yaml", "b/1.yaml", "a.yml", "b.yaml", "b/c/3.yaml", "left.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"name: {name}\r\n", encoding="utf-8")
    whole = data_files.sha256_of_tree(tmp_path, (".yaml", ".yml"))
    assert whole == data_files.sha256_of(tmp_path.rglob("*.y*ml"), tmp_path)
    (tmp_path / "left.txt").write_text("other", encoding="utf-8")
    try:
        (tmp_path / "round").symlink_to(tmp_path / "b", target_is_directory=True)
    except OSError:
        pytest.skip("links need a right that this account has not")
    linked = data_files.sha256_of_tree(tmp_path, (".yaml", ".yml"))
    assert linked != whole
    (tmp_path / "b" / "c" / "3.yaml").write_text("other", encoding="utf-8")
    assert data_files.sha256_of_tree(tmp_path, (".yaml", ".yml")) != linked


def test_what_is_missing_or_unreadable_in_a_folder(tmp_path: Path) -> None:
    endings = (".yaml", ".yml")
    nothing = data_files.sha256_of([], tmp_path)
    assert data_files.sha256_of_tree(tmp_path / "missing", endings) == nothing
    path = written(tmp_path, GOOD)
    whole = data_files.sha256_of_tree(tmp_path, endings)
    path.rename(tmp_path / "file.YAML")
    assert data_files.sha256_of_tree(tmp_path, endings) not in {whole, nothing}
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere.yaml")
    with pytest.raises(DataFileError, match=r"gone\.yaml: no such file"):
        data_files.sha256_of_tree(tmp_path, endings)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_closed_folder_is_named(tmp_path: Path) -> None:
    """Rules in it would drop out without a word."""
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0)
    try:
        with pytest.raises(DataFileError, match="closed: cannot be read"):
            data_files.sha256_of_tree(tmp_path, (".yaml",))
    finally:
        closed.chmod(0o700)


def test_a_file_however_deep_counts_and_a_link_above_ends(tmp_path: Path) -> None:
    """One where nothing is read from stops the run, also when the rulebook is in the cache."""
    written(tmp_path, GOOD)
    whole = data_files.sha256_of_tree(tmp_path, (".yaml",))
    deep = tmp_path / "a" / "b" / "c" / "d" / "e"
    deep.mkdir(parents=True)
    written(deep, GOOD)
    deeper = data_files.sha256_of_tree(tmp_path, (".yaml",))
    assert deeper != whole
    assert deeper == data_files.sha256_of(tmp_path.rglob("*.yaml"), tmp_path)
    try:
        (deep / "up").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        pytest.skip("links need a right that this account has not")
    assert data_files.sha256_of_tree(tmp_path, (".yaml",)) == deeper


def test_the_hash_ignores_line_ends_but_no_other_byte(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    before = data_files.sha256_of([path], tmp_path)
    path.write_bytes(GOOD.replace("\n", "\r\n").encode())
    assert data_files.sha256_of([path], tmp_path) == before
    path.write_bytes(GOOD.replace("3", "4").encode())
    assert data_files.sha256_of([path], tmp_path) != before


def test_a_cache_that_would_run_something_is_not_read(tmp_path: Path) -> None:
    """Whoever can write to the cache folder cannot make the program do what they like."""
    outer = data_files.build(data_files.read_yaml(written(tmp_path, GOOD)), Outer)
    folder, trace = tmp_path / "cache", tmp_path / "trace"
    value_cache.cached(Outer, "key", folder, lambda: outer)

    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return (os.mkdir, (str(trace),))

    data = pickle.dumps(Evil())
    (kept,) = folder.iterdir()
    kept.write_bytes(zlib.crc32(data).to_bytes(4, "big") + data)
    assert value_cache.cached(Outer, "key", folder, lambda: outer) == outer
    assert not trace.exists()


def test_all_code_that_makes_a_kept_value_is_in_its_name() -> None:
    """Every module that comes with the readers of kept values counts in the fingerprint."""
    code = (
        "import sys, camiscreen.rulebook.rulebook, camiscreen.layers.manifests\n"
        "print(*[m.__file__ for n, m in sys.modules.items() if n.split('.')[0] == 'camiscreen'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    package = Path(value_cache.__file__).parent
    loaded = {Path(name).relative_to(package).as_posix() for name in done.stdout.split()}
    counted = {
        path.relative_to(package).as_posix()
        for pattern in value_cache.CODE
        for path in package.glob(pattern)
    }
    assert loaded - counted == set()
