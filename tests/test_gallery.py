"""The gallery of docs/: complete, small, and of the alignments in examples/."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

MOST_BYTES = 2_000_000


@pytest.fixture
def folder(root: Path) -> Path:
    return root / "docs" / "gallery"


def test_the_page_shows_every_picture_and_no_other(root: Path, folder: Path) -> None:
    page = (root / "docs" / "gallery.md").read_text(encoding="utf-8")
    shown = re.findall(r'<img src="gallery/([\w-]+\.png)"', page)
    assert sorted(shown) == sorted(p.name for p in folder.glob("*.png"))
    assert len(shown) == len(set(shown)) == 18
    for name in shown:
        assert (folder / name).read_bytes().startswith(b"\x89PNG")


def test_the_reports_are_those_of_the_examples(root: Path, folder: Path) -> None:
    made = json.loads((folder / "made.json").read_text(encoding="utf-8"))
    examples = {path.stem for path in (root / "examples").glob("*.geojson")}
    assert set(made["reports"]) == examples
    page = (root / "docs" / "gallery.md").read_text(encoding="utf-8")
    for example in examples:
        assert f"camiscreen check examples/{example}.geojson" in page


def test_the_pictures_are_small(folder: Path) -> None:
    assert sum(path.stat().st_size for path in folder.glob("*.png")) < MOST_BYTES


@pytest.mark.long
def test_the_gallery_is_what_the_program_draws_today(
    root: Path, folder: Path, tmp_path: Path
) -> None:
    script = root / "docs" / "make_gallery.py"
    subprocess.run([sys.executable, script, "--out", tmp_path], check=True, cwd=root)
    fresh = "run python docs/make_gallery.py"
    made = (tmp_path / "gallery" / "made.json").read_text(encoding="utf-8")
    assert made == (folder / "made.json").read_text(encoding="utf-8"), fresh
    page = (tmp_path / "gallery.md").read_text(encoding="utf-8")
    assert page == (root / "docs" / "gallery.md").read_text(encoding="utf-8"), fresh
    names = sorted(path.name for path in folder.glob("*.png"))
    assert sorted(path.name for path in (tmp_path / "gallery").glob("*.png")) == names
