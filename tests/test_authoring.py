"""What docs/authoring.md promises: the example works, mistakes are named, packs stand together."""

import shutil
from pathlib import Path

import pytest

from camiscreen.cli.main import run
from camiscreen.errors import DataFileError
from camiscreen.rulebook import rulebook
from tests import authored

ROOT = Path(__file__).resolve().parent.parent
POW = ROOT / "rules" / "packs" / "cami-pow-2021-2026"


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    authored.write_example(tmp_path)
    return tmp_path


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def test_the_worked_example_is_right(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", "my-rules"]) == 0
    assert lines(capsys.readouterr().out) == lines(authored.printed("validate"))
    assert run(["rules", "test", "PER-901", "--rules", "my-rules", "--mutate"]) == 0
    assert lines(capsys.readouterr().out) == lines(authored.printed("test"))
    assert run(["validate", "my-layers"]) == 0


def test_the_example_is_explained_and_judges(
    example: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", "PER-901", "--rules", "my-rules", "--lang", "ru"]) == 0
    assert "Протяжённый канал в ареале" in capsys.readouterr().out
    assert run(["explain", "EX 1.1", "--rules", "my-rules"]) == 0
    assert "PER-901" in capsys.readouterr().out
    assert run(["species", "goitered_gazelle", "--rules", "my-rules"]) == 0
    assert "canal with steep banks" in capsys.readouterr().out
    route = shutil.copy(ROOT / "examples" / "trans-mongolian-railway.geojson", "route.geojson")
    args = ["check", str(route), "--kind", "canal", "--rules", "my-rules", "--layers", "my-layers"]
    assert run([*args, "--date", "2026-11-22"]) == 0
    assert "PER-901" in capsys.readouterr().out
    html = Path("route.html").read_text(encoding="utf-8")
    assert "OWN-M1" in html
    assert "EX 1.1" in html


@pytest.mark.parametrize(("old", "new", "error"), authored.mistakes())
def test_its_mistakes_are_named(
    example: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, error: str
) -> None:
    path = next(Path("my-rules/screening").glob("*.yaml"))
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert run(["validate", "my-rules"]) == 2
    assert lines(capsys.readouterr().out) == lines(error)
    assert run(["rules", "test", "--rules", "my-rules"]) == 2
    assert lines(error)[0] in capsys.readouterr().err


def test_there_are_mistakes_to_try() -> None:
    assert len(authored.mistakes()) >= 2


# ----------------------------------------------------------------------------------------------
# Packs
# ----------------------------------------------------------------------------------------------


def successor(folder: Path, **changes: str) -> Path:
    """A fake programme of 2027-2032 in a rules folder of its own."""
    pack = folder / "packs" / "cami-pow-2027-2032"
    pack.mkdir(parents=True)
    text = (POW / "pack.yaml").read_text(encoding="utf-8")
    for old, new in {
        "id: cami-pow-2021-2026": "id: cami-pow-2027-2032",
        "prefix: POW": "prefix: POW27",
        "paragraph_prefix: Res.": "paragraph_prefix: Res27.",
        "period: {first: 2021, last: 2026}": "period: {first: 2027, last: 2032}",
        'successor: {clause: "29.7", period: {first: 2027, last: 2032}}': "",
        **changes,
    }.items():
        assert old in text
        text = text.replace(old, new, 1)
    (pack / "pack.yaml").write_text(text, encoding="utf-8")
    shutil.copy(POW / "clauses.yaml", pack / "clauses.yaml")
    return folder


def test_a_later_programme_drops_in_beside(tmp_path: Path) -> None:
    book = rulebook.load([ROOT / "rules", successor(tmp_path / "own")])
    assert [pack.prefix for pack in book.packs] == ["POW", "POW27"]
    assert [pack.has_ended("2027-01-01") for pack in book.packs] == [True, False]
    assert [pack.has_ended("2026-12-31") for pack in book.packs] == [False, False]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"prefix: POW": "prefix: POW "}, "prefix: POW stands already for cami-pow-2021-2026"),
        ({"prefix: POW": 'prefix: "POW 27"'}, "prefix: must be one word, such as POW2027"),
        ({"id: cami-pow-2021-2026": "id: other"}, "id: must be the folder's name"),
        ({"reference: R001": "reference: R0001"}, "(did you mean R001?)"),
    ],
)
def test_a_wrong_pack_is_named(tmp_path: Path, changes: dict[str, str], expected: str) -> None:
    own = successor(tmp_path / "own", **changes)
    with pytest.raises(DataFileError) as caught:
        rulebook.load([ROOT / "rules", own])
    assert expected in str(caught.value)


def test_a_wrong_coverage_is_named(tmp_path: Path) -> None:
    rules = shutil.copytree(ROOT / "rules", tmp_path / "rules")
    path = rules / "packs" / POW.name / "coverage.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace('clause: "3.5(f)"', 'clause: "3.5(h)"').replace("[own_rules]", "[own_rule]")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError) as caught:
        rulebook.load([rules])
    assert "there is no clause 3.5(h) (did you mean 3.5(" in str(caught.value)
    assert "there is no feature own_rule (did you mean own_rules?)" in str(caught.value)


@pytest.mark.parametrize(
    ("lang", "said", "next_"),
    [("en", "ended with 2026", "POW 29.7 foresees a programme for 2027–2032"),
     ("ru", "истёк с окончанием 2026 года", "предусматривает программу на 2027–2032 годы")],
)  # fmt: skip
def test_from_2027_on_the_end_of_the_programme_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, said: str, next_: str
) -> None:
    route = shutil.copy(ROOT / "examples" / "trans-mongolian-railway.geojson", tmp_path)
    args = ["check", str(route), "--format", "html", "--lang", lang]

    def printed(*more: str) -> tuple[str, str]:
        assert run([*args, *more]) == 0
        html = Path(route).with_suffix(".html").read_text(encoding="utf-8")
        return " ".join(capsys.readouterr().out.split()), html

    out, html = printed("--date", "2026-12-31")
    assert said not in out
    assert next_ not in html
    out, html = printed("--date", "2027-01-01")
    assert said in out
    assert next_ in out
    assert next_ in html
    own = successor(tmp_path / "own")
    out, html = printed("--date", "2027-01-01", "--rules", str(own))
    assert said not in out
    assert ("Loaded beside it" if lang == "en" else "Вместе с ней загружена") in html


# ----------------------------------------------------------------------------------------------
# Files that would be passed over, words that nothing has
# ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("screning/X-901.yaml", "nothing is read from screning/X-901.yaml in a rules folder "
         "(did you mean screening?)"),
        ("screening/RNG-901-x.yml", "is not read; name it RNG-901-x.yaml"),
        ("screening/deeper/X-901.yaml", "nothing is read from screening/deeper/X-901.yaml"),
    ],
)  # fmt: skip
def test_a_file_in_the_wrong_place_is_no_rule_that_was_lost(
    tmp_path: Path, name: str, expected: str
) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("id: X\n", encoding="utf-8")
    with pytest.raises(DataFileError) as caught:
        rulebook.load([ROOT / "rules", tmp_path])
    assert f"{tmp_path / name}:1:1: {expected}" in str(caught.value)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("screening/PER-901-canal-in-gazelle-range.yaml", "any_of: [gazelle]", "any_of: [gazel]",
         "species_group: 'gazel' is not one of"),
        ("measures/own.yaml", "species_groups: [gazelle]", "species_groups: [gazel]",
         "(did you mean gazelle?)"),
        ("species_notes/goitered_gazelle.yaml", "species: goitered_gazelle",
         "species: goitred_gazelle", "(did you mean goitered_gazelle?)"),
        ("species_notes/goitered_gazelle.yaml", "references: [OWN001]", "references: [OWN01]",
         "(did you mean OWN001?)"),
        ("evidence/own.yaml", 'seen: "yes"', "seen: secondary", "was read first-hand"),
        ("packs/example-plan/clauses.yaml", 'section: "1"', 'section: "2"',
         "there is no section 2"),
    ],
)  # fmt: skip
def test_words_of_ones_own_files_are_checked(
    example: Path, file: str, old: str, new: str, expected: str
) -> None:
    path = example / "my-rules" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataFileError) as caught:
        rulebook.load([ROOT / "rules", example / "my-rules"])
    assert expected in str(caught.value)
