"""Pages of ids, factsheets, and the reference docs that are made of them."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from camiscreen.cli.main import _COMMANDS, run
from camiscreen.errors import CamiscreenError
from camiscreen.explanation import coverage, doc_pages, index, judgement, policy, species
from camiscreen.explanation.page import markdown, plain
from camiscreen.i18n import LANGUAGES, Translator
from camiscreen.model import Rulebook
from camiscreen.vocabulary import ATTRIBUTE_VALUES, Attribute, Quantity

ROOT = Path(__file__).resolve().parent.parent
EN, RU = Translator("en"), Translator("ru")
REQUIRED = """
1.7 3.1 3.1(a) 3.1(b) 3.1(c) 3.1(d) 3.2 3.2(a) 3.2(a)(i) 3.2(a)(ii) 3.2(a)(iii) 3.2(a)(iv)
3.2(a)(v) 3.2(b) 3.2(c) 3.2(d) 3.3 3.3(a) 3.3(b) 3.4 3.4(a) 3.4(b) 3.4(c) 3.4(d) 3.5 3.5(a)
3.5(b) 3.5(c) 3.5(d) 3.5(e) 3.5(f) 3.6 3.6(a) 3.6(b) 3.6(c) 3.6(d) 3.6(e) 3.6(f) 3.6(g) 5.4 10.2
10.6 11.3 11.4 11.7 15.2 16.3 16.4 18.2 19.5 20.2 20.3 22.4 22.6 22.9 24.5 24.7 24.12 25.3 25.4
27.1 27.2 27.3 27.4 28.1 28.2 32.2
""".split()  # noqa: SIM905 - a list of 67 quoted ids reads worse
"""The clauses on linear infrastructure, as the project's brief lists them."""

IDS = ["RNG-001", "dat-002", "POW 3.5(f)", "11.3", "Res. para 4", "POW 27", "AV-05", "GV-01",
       "saiga", "gobi_bear", "R007", "SR01", "0", "3", "10", "footprint", "uncertainty", "matrix",
       "sensitivity", "magnitude"]  # fmt: skip


@pytest.mark.parametrize("id_", IDS)
def test_every_kind_of_id_has_a_page_in_both_languages(book: Rulebook, id_: str) -> None:
    for tr in (EN, RU):
        (page,) = index.explain(id_, book, tr)
        for width in (80, 120):
            lines = plain(page, width).splitlines()
            assert all(len(line) <= width or " " not in line.strip() for line in lines), id_
        assert markdown(page).startswith("# ")
    if not id_.startswith(("R0", "SR")):  # what a reference is called has no translation
        assert re.search("[а-я]", plain(page, 80))


def test_every_id_that_a_page_names_has_a_page(book: Rulebook) -> None:
    for rule in book.rules:
        for id_ in (*rule.sources, *rule.measures):
            assert index.explain(id_, book, EN)


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [("RNG-01", "RNG-001"), ("POW 3.5(g)", "POW 3.6(g)"), ("siaga", "saiga"), ("matirx", "matrix")],
)
def test_an_unknown_id_gets_a_suggestion(book: Rulebook, wrong: str, hint: str) -> None:
    with pytest.raises(CamiscreenError, match=re.escape(f"(did you mean {hint}?)")):
        index.explain(wrong, book, EN)


def test_a_bare_3_is_the_exit_code_and_pow_3_the_section(book: Rulebook) -> None:
    assert [page.name for page in index.explain("3", book, EN)] == ["Exit code"]
    assert index.explain("pow 3", book, EN)[0].id == "POW 3"


def test_a_number_in_two_packs_gives_both_pages(book: Rulebook) -> None:
    later = replace(book.packs[0], id="later", prefix="POW27", paragraph_prefix="Res27.")
    both = replace(book, packs=(*book.packs, later))
    assert [p.id for p in index.explain("3.5(f)", both, EN)] == ["POW 3.5(f)", "POW27 3.5(f)"]
    assert [p.id for p in index.explain("POW 3.5(f)", both, EN)] == ["POW 3.5(f)"]
    users = plain(index.explain("POW27 3.5(f)", both, EN)[0], 100)
    assert "PER-001" not in users


# ----------------------------------------------------------------------------------------------
# Factsheets
# ----------------------------------------------------------------------------------------------


def test_there_is_a_factsheet_for_all_18(book: Rulebook) -> None:
    assert len(book.species) == 18
    for profile in book.species:
        for tr in (EN, RU):
            text = plain(species.species_page(profile, book, tr), 80)
            assert profile.listing_name in text
            assert profile.current_name in text
            assert "POW" in text
            assert profile.iucn.category in text
            for state in profile.range_states:
                assert tr.t(f"country.{state}") in text.replace("\n  ", " ")


def test_every_term_of_the_profiles_is_translated(book: Rulebook) -> None:
    wanted = set()
    for profile in book.species:
        wanted |= {f"group.{profile.group}", f"movement.{profile.movement.type}"}
        wanted |= {f"season.{season.event}" for season in profile.seasons}
        wanted |= {f"infrastructure.{r.infrastructure}" for r in profile.barrier_responses}
    for measure in book.measures:
        wanted |= {f"group.{group}" for group in measure.species_groups}
        wanted |= {f"parameter.{spec.parameter}" for spec in measure.numbers}
        wanted |= {f"measure_unit.{spec.unit}" for spec in measure.numbers}
    assert sorted(key for key in wanted if key not in RU) == []


def test_what_is_not_verified_is_marked(book: Rulebook) -> None:
    by_id = {profile.id: profile for profile in book.species}
    bear = plain(species.species_page(by_id["gobi_bear"], book, EN), 2000)
    (iucn,) = [line for line in bear.splitlines() if line.startswith("IUCN Red List")]
    assert iucn.startswith("IUCN Red List: CR, 2017 (R112) [to be checked]")
    (chart,) = [line for line in bear.splitlines() if line.startswith("feeding at water")]
    assert "???" in chart
    assert "###" not in chart
    assert "51 (between 22 and 51), 2022 (R112, R111) [to be checked]" in bear


def test_footnotes_of_the_resolution_are_kept(book: Rulebook) -> None:
    noted = {profile.id for profile in book.species if profile.footnote}
    assert noted == {"bukhara_deer", "snow_leopard", "wild_camel"}
    assert all(re.fullmatch(r"[A-Z][a-z. ]+", profile.current_name) for profile in book.species)


def test_the_word_for_barriers(book: Rulebook) -> None:
    words = {profile.id: species.barrier_word(profile, book) for profile in book.species}
    assert words["saiga"] == words["mongolian_gazelle"] == words["asiatic_wild_ass"] == "stopped"
    assert words["kiang"] == "avoids"
    assert words["bukhara_deer"] == "recorded"
    # What the programme asks to study is no observation, nor is flight from capture.
    assert words["gobi_bear"] == words["urial"] == words["wild_camel"] == "unknown"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_species_command(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["species", "--lang", lang]) == 0
    table = capsys.readouterr().out
    for id_ in ("argali", "chinkara", "przewalskis_horse"):
        assert id_ in table
    assert run(["species", "Snow-Leopard", "--lang", lang]) == 0
    sheet = capsys.readouterr().out
    assert run(["explain", "snow_leopard", "--lang", lang]) == 0
    assert capsys.readouterr().out == sheet
    assert run(["species", "saiga", "--format", "json", "--lang", lang]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["id"] == "saiga"
    assert data["name"]["ru"] == "Сайгак"
    assert {m["id"] for m in data["measures"]} >= {"MT-02"}
    assert {r["id"] for r in data["references"]} >= {"R034"}
    assert run(["species", "siaga"]) == 2
    assert "did you mean saiga?" in capsys.readouterr().err


# ----------------------------------------------------------------------------------------------
# Coverage and docs
# ----------------------------------------------------------------------------------------------


def test_every_clause_on_infrastructure_is_implemented_or_has_a_reason(book: Rulebook) -> None:
    pack = next(pack for pack in book.packs if pack.id == "cami-pow-2021-2026")
    answers = {answer.clause: answer for answer in coverage.answers(pack, book)}
    assert list(answers) == REQUIRED
    open_ = [c for c, a in answers.items() if not a.implemented and a.row.reason is None]
    assert open_ == [], "neither a rule nor a measure, and no reason in coverage.yaml"
    stale = [c for c, a in answers.items() if a.implemented and a.row.reason is not None]
    assert stale == [], "implemented by now: take the reason out of coverage.yaml"


def test_the_parts_that_are_listed_are_all_that_there_are(book: Rulebook) -> None:
    (pack,) = book.packs
    section = {c.id for c in pack.clauses if c.section == "3"}
    assert {c for c in REQUIRED if c.startswith("3.")} == section


def test_every_feature_named_exists(book: Rulebook) -> None:
    for feature in book.packs[0].features:
        program, _, command = feature.where.partition(" ")
        assert command in _COMMANDS if program == "camiscreen" else (ROOT / feature.where).exists()


@pytest.fixture(scope="module")
def made(book: Rulebook) -> dict[str, str]:
    return doc_pages.doc_pages(book, EN)


def test_the_docs_are_fresh(made: dict[str, str]) -> None:
    for name, text in made.items():
        shown = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert shown == text, f"docs/{name} is stale: run python docs/make_pages.py"


def test_the_docs_hold_what_explain_prints(book: Rulebook, made: dict[str, str]) -> None:
    bare = {name: doc_pages.plain_of(text) for name, text in made.items()}
    for rule in book.rules:
        assert markdown(judgement.rule_page(rule, book, EN), 2) in bare["rules.md"]
    for measure in book.measures:
        assert markdown(judgement.measure_page(measure, book, EN), 2) in bare["measures.md"]
    for profile in book.species:
        assert markdown(species.species_page(profile, book, EN), 2) in bare["species.md"]
    for reference in book.references:
        assert markdown(policy.reference_page(reference, book, EN), 2) in bare["references.md"]
    (pack,) = book.packs
    for clause in pack.clauses:
        assert markdown(policy.clause_page(clause, pack, book, EN), 3) in bare["clauses.md"]


def test_every_link_in_the_docs_leads_somewhere(made: dict[str, str]) -> None:
    anchors = {name: set(re.findall(r'<a id="([^"]+)">', text)) for name, text in made.items()}
    links = 0
    for name, text in made.items():
        for file, target in re.findall(r"\]\(([a-z]*\.?m?d?)#([a-z0-9-]+)\)", text):
            assert target in anchors[file or name], (name, file, target)
            links += 1
    assert links > 1500


def test_the_docs_can_be_made_in_russian(book: Rulebook) -> None:
    made = doc_pages.doc_pages(book, RU)
    assert "Охват пунктов" in made["coverage.md"]
    assert "Применяется, если выполнено всё" in made["rules.md"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_explain_prints_markdown(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "AV-05", "--format", "md", "--lang", lang]) == 0
    assert capsys.readouterr().out.startswith("# AV-05 · ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_and_word_of_a_rule_is_translated(language: str) -> None:
    tr = Translator(language)
    codes = {"I", "II", "I & II", "CR", "EN", "VU", "NT", "LC", "DD", "NE"}
    closed = {word for words in ATTRIBUTE_VALUES.values() for word in words or ()}
    needed = {*map(str, Attribute), *map(str, Quantity), *(closed - codes)}
    assert sorted(word for word in needed if f"term.{word}" not in tr) == []


@pytest.mark.parametrize(
    "name",
    ["Saiga tatarica", "saiga  TATARICA", "Saiga spp.", "Saiga antelope", "сайгак", "САЙГАК"],
)
def test_a_species_is_found_by_any_of_its_names(book: Rulebook, name: str) -> None:
    found = species.by_name(name, book)
    assert found is not None
    assert found.id == "saiga"
    (page,) = index.explain(name, book, EN)
    assert page.id == "saiga"


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("khulan", "asiatic_wild_ass"),
        ("Asiatic wild ass", "asiatic_wild_ass"),
        ("ирбис", "snow_leopard"),
        ("Uncia uncia", "snow_leopard"),
        ("Panthera uncia", "snow_leopard"),
        ("przewalskis horse", "przewalskis_horse"),
        ("snow-leopard", "snow_leopard"),
    ],
)
def test_old_names_and_names_in_brackets_count(book: Rulebook, name: str, id_: str) -> None:
    found = species.by_name(name, book)
    assert found is not None
    assert found.id == id_


def test_no_name_leads_to_two_species(book: Rulebook) -> None:
    owners: dict[str, set[str]] = {}
    for one in book.species:
        for name in species.names(one):
            found = species.by_name(name, book)
            assert found is not None
            owners.setdefault(name.casefold(), set()).add(one.id)
            assert found.id == one.id, name
    assert all(len(ids) == 1 for ids in owners.values())


@pytest.mark.parametrize("number", ["F1", "f12", "N3"])
def test_the_number_of_a_finding_is_no_id(
    book: Rulebook, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", number]) == 2
    said = capsys.readouterr().err
    assert "the id that stands beside it, such as RNG-001" in said
    assert "did you mean" not in said


@pytest.mark.parametrize("format_", ["table", "json"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_list_of_rules_shows_no_template(
    language: str, format_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["rules", "--lang", language, "--format", format_]) == 0
    said = capsys.readouterr().out
    assert not re.search(r"\{\w+\}", said)
    assert ("‹species›" if language == "en" else "‹вид›") in said
