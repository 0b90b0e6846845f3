"""``camiscreen validate``: what it finds, and where it says that it stands."""

import json
import shutil
from pathlib import Path

import pytest

from camiscreen.cli.main import run
from tests import authored

ROOT = Path(__file__).resolve().parent.parent
LAYER = "my-layers/example_sites/layer.yaml"
SITES = "my-layers/example_sites/sites.geojson"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    authored.write_example(tmp_path)
    return tmp_path


def validate(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, list[str]]:
    code = run(["validate", *args])
    return code, capsys.readouterr().out.splitlines()


def replace(path: str, old: str, new: str) -> None:
    text = Path(path).read_text(encoding="utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def test_everything_shipped_is_right(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    code, out = validate(capsys)
    assert code == 0
    assert out[-1].endswith("files, no problems")
    code, out = validate(capsys, str(ROOT), "--lang", "ru")
    assert code == 0
    assert out[-1].endswith("ошибок нет")


@pytest.mark.parametrize(
    "path",
    [
        "my-rules",
        "my-rules/screening",
        "my-rules/packs/example-plan",
        "my-rules/packs/example-plan/pack.yaml",
        "my-rules/screening/PER-901-canal-in-gazelle-range.yaml",
    ],
)
def test_a_part_is_checked_with_its_whole_folder(
    capsys: pytest.CaptureFixture[str], folder: Path, path: str
) -> None:
    assert validate(capsys, path) == (0, ["6 files, no problems"])
    # A source that is gone is a mistake of the rule that cites it, whichever file is given.
    replace("my-rules/evidence/own.yaml", "OWN001", "OWN002")
    code, out = validate(capsys, path)
    assert code == 2
    assert any(line.startswith("my-rules/screening/PER-901") and "OWN001" in line for line in out)


def test_a_file_given_from_within_its_folder(
    capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "my-rules" / "screening")
    assert validate(capsys, "PER-901-canal-in-gazelle-range.yaml")[0] == 0


def test_several_paths_and_a_stranger(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    Path("notes.txt").write_text("x")
    code, out = validate(capsys, "my-rules", "my-layers", "notes.txt")
    assert code == 2
    assert out == [
        "notes.txt:1:1: not a file of a rules folder or of a layer, no camiscreen.toml, "
        "no acceptances.yaml",
        "8 files, 1 problem",
    ]
    Path("empty").mkdir()
    assert validate(capsys, "empty")[0] == 2


# ----------------------------------------------------------------------------------------------
# Layers
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (LAYER, "name: example_sites", "name: other", f"{LAYER}:1:7: name: must be the folder's"),
        (LAYER, "confidence: low", "confidence: lowe", "(did you mean low?)"),
        (LAYER, "path: sites.geojson", "path: site.geojson", "no file site.geojson"),
        (LAYER, "format: geojson", "format: geojsn", "(did you mean geojson?)"),
        (LAYER, "bytes: 2", "bytes: 1", f"{LAYER}:13:8: bytes: sites.geojson has 2"),
        (SITES, "Site A", "Site B", f"{LAYER}:14:7: hash: sites.geojson has sha256:"),
        (SITES, "[67, 47], [67, 48]", "[67, 48], [67, 47]",
         f"{SITES}:2:1: feature 1: the geometry is not valid (Self-intersection"),
        (SITES, "name_ru", "name_r", f"{SITES}:2:1: feature 1: has no property name_ru (did you "
         "mean name_r?)"),
        (SITES, "[66, 47], [67", "[6600000, 4700000], [67", "not degrees of longitude"),
        (SITES, '"coordinates"', '"coords"', "feature 1: no readable geometry"),
        (SITES, "]]]}}", "]]]}", f"{SITES}:4:1:"),
    ],
)  # fmt: skip
def test_a_wrong_layer(
    capsys: pytest.CaptureFixture[str], folder: Path, file: str, old: str, new: str, expected: str
) -> None:
    replace(file, old, new)
    code, out = validate(capsys, "my-layers")
    assert code == 2
    assert any(expected in line for line in out), out


def test_the_place_of_a_feature_is_its_line(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    good = json.loads(Path(SITES).read_text(encoding="utf-8"))["features"][0]
    bad = {**good, "properties": {**good["properties"], "id": "A"}}
    rows = ",\n".join(json.dumps(item, ensure_ascii=False) for item in (good, bad))
    Path(SITES).write_text(
        f'{{"type": "FeatureCollection",\n "features": [\n  {rows}\n]}}', encoding="utf-8"
    )
    _, out = validate(capsys, "my-layers")
    assert f"{SITES}:4:1: feature 2: id A is that of feature 1 already" in out


def test_a_wrong_row_of_a_cell_register(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    layer = shutil.copytree(
        ROOT / "reference_layers" / "species_ranges", tmp_path / "species_ranges"
    )
    cells = layer / "cells.csv"
    lines = cells.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[3] = "saiga,x,y\n"
    cells.write_text("".join(lines), encoding="utf-8")
    code, out = validate(capsys, str(layer))
    assert code == 2
    assert any(line.startswith(f"{cells}:4:1: not a row of species, row, column") for line in out)


# ----------------------------------------------------------------------------------------------
# Settings
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[check]\nfail_onn = 'major'\n", "camiscreen.toml:2:1: [check] fail_onn: no such option "
         "(did you mean fail_on?)"),
        ("[chek]\n", "camiscreen.toml:1:1: [chek]: no such command (did you mean check?)"),
        ("[check]\nlang = 'en'\nkind = 'rail'\n",
         "camiscreen.toml:3:1: [check] kind: 'rail' is not"),
        ("[check]\nrules = ['gone']\n", "camiscreen.toml:2:1: [check] rules: gone is not a folder"),
        ("[check\n", "camiscreen.toml:1:7:"),
    ],
)  # fmt: skip
def test_wrong_settings(
    capsys: pytest.CaptureFixture[str], folder: Path, text: str, expected: str
) -> None:
    Path("camiscreen.toml").write_text(text, encoding="utf-8")
    code, out = validate(capsys, "camiscreen.toml")
    assert code == 2
    assert any(expected in line for line in out), out


def test_without_a_path_it_checks_what_the_settings_name(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    Path("camiscreen.toml").write_text(
        '[check]\nrules = ["my-rules"]\nlayers = "my-layers"\nfail_on = "major"\n'
    )
    assert validate(capsys)[0] == 0
    replace("my-rules/screening/PER-901-canal-in-gazelle-range.yaml", "at_least", "at_lest")
    replace(SITES, "Site A", "Site B")
    code, out = validate(capsys)
    assert code == 2
    assert out[-1].endswith("2 problems")
