"""What the user names becomes projects: each once, with an id and a file name of its own."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camiscreen.errors import CamiscreenError
from camiscreen.portfolio import naming, sources
from camiscreen.portfolio.lists import ListError
from camiscreen.portfolio.sources import Asked, SourceError
from camiscreen.portfolio.spec import ProjectSpec, Said
from tests.portfolio.projects import ALTAI, GOBI, STEPPE, feature, portfolio, write, write_gpkg


def find(*named: Path | str, asked: Asked | None = None) -> sources.Found:
    return sources.find([str(name) for name in named], asked or Asked())


def ids(found: sources.Found) -> list[str]:
    return [spec.id for spec in found.projects]


# ----------------------------------------------------------------------------------------------
# Folders, globs, files
# ----------------------------------------------------------------------------------------------


def test_a_folder_is_searched_for_vector_files(tmp_path: Path) -> None:
    folder = portfolio(tmp_path / "in")
    (folder / "readme.txt").write_text("no project")
    write(folder / ".hidden" / "x.geojson", feature(GOBI))
    (folder / "report.json").write_text('{\n  "schema_version": 1,\n "run": {}}')
    found = find(folder)
    assert ids(found) == ["altai", "broken", "gobi", "paris", "steppe"]
    assert any("report.json" in note for note in found.notes)


def test_our_own_output_is_never_a_project(tmp_path: Path) -> None:
    folder = portfolio(tmp_path / "in")
    write(folder / "out" / "projects" / "x.geojson", feature(GOBI))
    assert "x" in ids(find(folder))
    assert "x" not in ids(find(folder, asked=Asked(leave_out=folder / "out")))


def test_a_glob_is_expanded_and_a_file_named_twice_is_one_project(tmp_path: Path) -> None:
    folder = portfolio(tmp_path)
    found = find(folder / "*.geojson", folder / "gobi.geojson", folder)
    assert ids(found) == ["altai", "broken", "gobi", "paris", "steppe"]
    assert any("named more than once" in note for note in found.notes)
    assert ids(find(folder / "**" / "alt*.geojson")) == ["altai"]


@pytest.mark.parametrize("name", ["*.geojson", ""])
def test_what_names_nothing_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match=r"matches no file|no vector file"):
        find(tmp_path / name)


def test_a_missing_file_is_a_project_that_will_fail(tmp_path: Path) -> None:
    (spec,) = find(tmp_path / "gone.geojson").projects
    assert (spec.id, spec.source_sha256) == ("gone", None)


def test_files_of_one_name_are_told_apart_by_folder_or_suffix(tmp_path: Path) -> None:
    for place in ("a/route.geojson", "b/c/route.geojson"):
        write(tmp_path / place, feature(GOBI))
    assert ids(find(tmp_path)) == ["a/route", "b/c/route"]
    write(tmp_path / "d" / "x.geojson", feature(GOBI))
    write(tmp_path / "d" / "x.json", feature(GOBI))
    assert ids(find(tmp_path / "d")) == ["x.geojson", "x.json"]


def test_projects_do_not_depend_on_the_order_of_paths(tmp_path: Path) -> None:
    folder = portfolio(tmp_path)
    named = [folder / "sub", folder / "gobi.geojson", folder / "paris.geojson"]
    assert find(*named).projects == find(*reversed(named)).projects


# ----------------------------------------------------------------------------------------------
# Features
# ----------------------------------------------------------------------------------------------


@pytest.fixture
def gpkg(tmp_path: Path) -> Path:
    return write_gpkg(
        tmp_path / "loans.gpkg",
        [
            feature(STEPPE, loan="L-2", title="Second", what="railway"),
            feature(GOBI, loan="L-10", title="Tenth", what="дорога"),
            feature(ALTAI, loan="L-2", title="", what="spaceport"),
        ],
    )


def test_each_feature_of_a_geopackage_is_a_project(gpkg: Path) -> None:
    found = find(gpkg, asked=Asked(said=Said(kind="road")))
    assert ids(found) == ["loans-00001", "loans-00002", "loans-00003"]
    assert [spec.feature for spec in found.projects] == [1, 2, 3]
    assert {spec.said.kind for spec in found.projects} == {"road"}
    assert len({spec.source_sha256 for spec in found.projects}) == 3


def test_ids_names_and_kinds_come_from_fields(gpkg: Path) -> None:
    asked = Asked(id_field="loan", name_field="title", kind_field="what", said=Said(kind="canal"))
    second, again, tenth = find(gpkg, asked=asked).projects
    assert (second.id, second.name, second.said.kind) == ("L-2", "Second", "railway")
    assert (tenth.id, tenth.name, tenth.said.kind) == ("L-10", "Tenth", "road")
    assert (again.id, again.name) == ("L-2 (2)", None)
    assert "spaceport" in str(again.problem)


def test_the_file_may_be_one_project_all_the_same(gpkg: Path) -> None:
    assert ids(find(gpkg, asked=Asked(each="file"))) == ["loans"]
    assert ids(find(gpkg.parent)) == ["loans"]  # found in a folder, not named itself
    assert len(ids(find(gpkg.parent, asked=Asked(id_field="loan")))) == 1


def test_features_of_a_geojson_are_projects_where_asked(tmp_path: Path) -> None:
    path = write(tmp_path / "x.geojson", feature(GOBI, n=1), feature(ALTAI, n=2))
    assert ids(find(path)) == ["x"]
    assert ids(find(path, asked=Asked(each="feature"))) == ["x-00001", "x-00002"]


def test_a_field_that_is_not_there_is_an_error_with_a_suggestion(gpkg: Path) -> None:
    with pytest.raises(SourceError, match=r"--id-field: no field loam \(did you mean loan\?\)"):
        find(gpkg, asked=Asked(id_field="loam"))


# ----------------------------------------------------------------------------------------------
# Lists
# ----------------------------------------------------------------------------------------------


def test_a_list_names_files_with_what_is_known_of_each(tmp_path: Path) -> None:
    write(tmp_path / "r" / "a.geojson", feature(GOBI))
    (tmp_path / "d.yaml").write_text("fencing: yes\n")
    text = (
        "﻿id;name;file;kind;fenced;works;design;country\r\n"
        'L1;"Road; north";r/a.geojson;road;no;4-6;;MN\r\n'
        ";;r/a.geojson;railway;;;d.yaml;\r\n"
        "\r\n"
    )
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    found = find(tmp_path / "list.csv")
    one, two = sorted(found.projects, key=lambda s: s.id)
    assert (one.id, one.name, one.said.kind, one.said.fenced) == ("L1", "Road; north", "road", "no")
    assert (one.said.works, one.said.design) == ((4, 5, 6), None)
    assert (two.id, two.said.kind, two.said.design) == ("a", "railway", str(tmp_path / "d.yaml"))
    assert two.design_sha256 is not None
    assert any("country" in note for note in found.notes)


def test_a_toml_list_says_the_same(tmp_path: Path) -> None:
    write(tmp_path / "a.geojson", feature(GOBI))
    (tmp_path / "list.toml").write_text(
        '[[project]]\nfile = "a.geojson"\nid = "L1"\nkind = "road"\nfenced = true\n'
        'works = [4, 5]\n[[project]]\nfile = "a.geojson"\nid = "L2"\n'
    )
    one, two = find(tmp_path / "list.toml", asked=Asked(said=Said(kind="canal"))).projects
    assert (one.id, one.said.kind, one.said.fenced, one.said.works) == ("L1", "road", "yes", (4, 5))
    assert (two.id, two.said.kind) == ("L2", "canal")


def test_no_flag_for_all_overrules_what_a_row_says(tmp_path: Path) -> None:
    write(tmp_path / "a.geojson", feature(GOBI))
    (tmp_path / "d.yaml").write_text("fencing: yes\n")
    (tmp_path / "list.csv").write_text(
        "file,id,fenced,design\na.geojson,own,,d.yaml\na.geojson,says,yes,\na.geojson,silent,,\n"
    )
    asked = Asked(said=Said(fenced="no", works=(4,), design="other.yaml"))
    own, says, silent = find(tmp_path / "list.csv", asked=asked).projects
    assert (own.said.fenced, own.said.works, own.said.design) == (
        None,
        None,
        str(tmp_path / "d.yaml"),
    )
    assert (says.said.fenced, says.said.works, says.said.design) == ("yes", (4,), "other.yaml")
    assert (silent.said.fenced, silent.said.works) == ("no", (4,))


def test_a_mistake_in_a_row_is_that_projects_alone(tmp_path: Path) -> None:
    write(tmp_path / "a.geojson", feature(GOBI))
    (tmp_path / "list.csv").write_text(
        "file,id,kind,works\na.geojson,ok,road,\na.geojson,bad,raod,13\n,none,road,\n"
    )
    found = {spec.id: spec.problem for spec in find(tmp_path / "list.csv").projects}
    assert found["ok"] is None
    assert "list.csv:3" in str(found["bad"])
    assert "did you mean road?" in str(found["bad"])
    assert "13" in str(found["bad"])
    assert "file: is missing" in str(found["none"])


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("l.csv", "id,kind\nx,road\n", "no column file"),
        ("l.csv", "file,desing\nx.geojson,d.yaml\n", r"desing.*did you mean design\?"),
        ("l.csv", "file\nx.geojson,y\n", r"l\.csv:2: 2 cells under 1 columns"),
        ("l.csv", "file,file\nx,y\n", "stands twice"),
        ("l.csv", "file\n", "lists no project"),
        ("l.csv", "", "no column file"),
        ("l.toml", "[check]\nlang = 'ru'\n", r"\[\[project\]\]"),
        ("l.toml", "[[project]]\nfiel = 'x'\n", "no column file"),
        ("l.toml", "[[project]\n", r"l\.toml:1"),
    ],
)
def test_a_list_that_cannot_be_read_stops_the_run(
    tmp_path: Path, name: str, text: str, what: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(CamiscreenError, match=what):
        find(tmp_path / name)


def test_a_list_in_another_encoding_says_how_to_save_it(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_bytes("file,name\nx,Дорога\n".encode("cp1251"))
    with pytest.raises(ListError, match="CSV UTF-8"):
        find(tmp_path / "l.csv")


# ----------------------------------------------------------------------------------------------
# Names
# ----------------------------------------------------------------------------------------------


@given(st.lists(st.text(max_size=80), min_size=1, max_size=12))
def test_ids_and_file_names_are_each_once_and_safe(given_ids: list[str]) -> None:
    specs = [
        ProjectSpec(id=text, file=f"{n}.geojson", shown=f"{n}.geojson", own_id=True)
        for n, text in enumerate(given_ids)
    ]
    named = naming.with_own_ids(specs, [])
    assert len({spec.id.casefold() for spec in named}) == len(specs)
    stems = [spec.stem for spec in named]
    assert len({stem.casefold() for stem in stems}) == len(specs)
    for stem in stems:
        assert 0 < len(stem) <= naming.LONGEST + 9
        assert not set(stem) & set('<>:"/\\|?*\0\n')
        assert stem == stem.strip(" ") and not stem.startswith(".")
    assert naming.with_own_ids(list(reversed(specs)), []) == named


@pytest.mark.parametrize("name", ["CON", "nul.txt", "..", "", "a/b", "x" * 300])
def test_file_names_that_systems_refuse(name: str) -> None:
    made = naming.file_name(name)
    assert made not in {"", ".", ".."}
    assert made.upper() not in {"CON", "NUL.TXT"}
    assert "/" not in made
