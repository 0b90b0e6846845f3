"""The catalogues and the way they are read."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import camiscreen
from camiscreen.i18n import (
    FORMATS,
    LANGUAGES,
    LOCALES,
    Translator,
    UnknownKeyError,
    catalogue,
    placeholders,
)
from camiscreen.model import Text, message
from camiscreen.vocabulary import (
    Confidence,
    EvidenceStrength,
    Fencing,
    Kind,
    Magnitude,
    ReceptorKind,
    Sensitivity,
    Significance,
    Step,
)

SOURCE = Path(camiscreen.__file__).parent

NEUTRAL = {
    "unit.km", "cover.subtitle", "findings.lead", "running.left", "layer.accuracy", "kp.more",
    "control.hash", "layer.hash", "date.month", "date.day", "condition.any_of",
    "glossary.cami.term", "glossary.pow.term", "measure_unit.percent", "measure_unit.ratio",
    "card.share_project", "framework.instrument", "project.fencing_where", "map.and_more",
}  # fmt: skip
"""Entries that hold no letters of their own, or only names that no language changes."""

EN, RU = Translator("en"), Translator("ru")
NB = "\u00a0"


def texts(entry: object) -> list[str]:
    if isinstance(entry, str):
        return [entry]
    assert isinstance(entry, dict)
    return [value for key, value in entry.items() if key != "by"]


def test_catalogues_hold_the_same_keys() -> None:
    first, *others = (set(catalogue(language)) for language in LANGUAGES)
    for other in others:
        assert first ^ other == set()


@pytest.mark.parametrize("key", sorted(catalogue("en")))
def test_entry_is_complete_in_every_language(key: str) -> None:
    wanted = placeholders(catalogue("en")[key])
    for language in LANGUAGES:
        entry = catalogue(language)[key]
        assert placeholders(entry) == wanted, language
        assert {form for _, form in placeholders(entry)} <= {"", *FORMATS}
        if not isinstance(entry, str):
            assert set(entry) - {"by"} == set(LOCALES[language].forms)
            assert set(catalogue("en")[key]) & {"by"} == set(entry) & {"by"}  # type: ignore[arg-type]
        for text in texts(entry):
            assert text == text.strip()
            if language == "ru" and key not in NEUTRAL:
                assert not text or re.search("[а-яё%№]", text, re.IGNORECASE), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_stands_twice(language: str) -> None:
    """The later of two entries would take the place of the other without a word."""
    text = (SOURCE / "locales" / f"{language}.json").read_text(encoding="utf-8")
    keys = [key for key, _ in json.loads(text, object_pairs_hook=list)]
    assert sorted(set(keys)) == sorted(keys)


def test_neutral_entries_exist() -> None:
    assert set(catalogue("en")) >= NEUTRAL


def test_every_key_named_in_the_program_is_in_the_catalogue() -> None:
    keys = set(catalogue("en"))
    missing = set()
    for path in SOURCE.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        named = re.findall(r"""(?:\.t|\bmessage)\(\s*"([a-z][\w.]+)\"""", source)
        missing |= {(path.name, key) for key in named} - {(path.name, key) for key in keys}
    assert missing == set()


@pytest.mark.parametrize(
    "words",
    [
        Kind,
        Fencing,
        Sensitivity,
        Magnitude,
        Significance,
        Confidence,
        Step,
        EvidenceStrength,
        ReceptorKind,
    ],
)
def test_every_word_has_a_printed_form(words: type) -> None:
    for word in words:  # type: ignore[attr-defined]
        for tr in (EN, RU):
            assert tr.word(word)


def test_missing_key_form_and_value_are_errors() -> None:
    with pytest.raises(UnknownKeyError, match="no entry"):
        EN.t("no.such.key")
    with pytest.raises(UnknownKeyError, match="needs a value"):
        EN.t("cover.subtitle", kind="x")
    with pytest.raises(UnknownKeyError, match="counts by"):
        EN.t("count.rules", n="two")
    with pytest.raises(UnknownKeyError, match="language"):
        Translator("xx")


def test_russian_has_three_plural_forms() -> None:
    said = [RU.t("count.rules", n=n) for n in (1, 2, 5, 11, 12, 21, 22, 111)]
    words = [text.split(" ", 1)[1] for text in said]
    assert words == [
        "правило", "правила", "правил", "правил", "правил", "правило", "правила", "правил",
    ]  # fmt: skip
    assert [EN.t("count.rules", n=n) for n in (1, 2)] == ["1 rule", "2 rules"]


def test_numbers() -> None:
    assert EN.number(1234.5, 1) == "1,234.5"
    assert RU.number(1234.5, 1) == f"1{NB}234,5"
    assert EN.number(-0.04, 1) == "0.0"
    assert EN.number(-2) == "\u22122"
    assert RU.km(427_000) == f"427,0{NB}км"
    assert EN.km(9_876) == f"9.88{NB}km"
    assert EN.km_round(153_600) == f"154{NB}km"


def test_percent_never_rounds_something_to_nothing_or_all() -> None:
    assert EN.percent(0.001) == f"<{NB}1{NB}%"
    assert EN.percent(0.999) == f">{NB}99{NB}%"
    assert [EN.percent(x) for x in (0, 0.5, 1)] == [f"{n}{NB}%" for n in (0, 50, 100)]


def test_dates() -> None:
    assert EN.date("2026-11-22") == "22 November 2026"
    assert RU.date("2026-11-22") == "22 ноября 2026 г."
    assert RU.date("2020-02") == "февраль 2020 г."
    assert EN.date("not a date") == "not a date"


def test_chainage() -> None:
    assert EN.kp(427_000) == f"KP{NB}427+000"
    assert RU.kp_range((427_000, 489_020.4)) == f"км{NB}427+000–489+020"
    assert EN.kp(999.6) == f"KP{NB}1+000"
    many = [(i * 1000.0, i * 1000.0 + 500) for i in range(6)]
    assert EN.kp_ranges(many, 1) == f"KP{NB}0+000–0+500 and 5 more"
    assert EN.kp_ranges([]) == ""


@given(st.floats(0, 1e8, allow_nan=False))
def test_chainage_reads_back(at_m: float) -> None:
    km, metres = EN.kp_bare(at_m).split("+")
    assert int(km) * 1000 + int(metres) == round(at_m)


def test_texts_and_messages() -> None:
    assert RU.text(Text(en="wolf", ru="волк")) == "волк"
    assert "fenced" in EN.message(message("assumption.fencing_unknown"))
    assert EN.term("seen", "abstract") == "abstract read"
    assert EN.term("seen", "half_read") == "half read"
