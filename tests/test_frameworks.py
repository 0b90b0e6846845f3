"""Lender and national frameworks as data: the conversion, what may decide, and mistakes."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from camiscreen.errors import DataFileError
from camiscreen.i18n import Translator
from camiscreen.judging import conditions
from camiscreen.model import Condition, Criterion, RuleCase, Text
from camiscreen.rulebook import rulebook
from camiscreen.vocabulary import Basis, FrameworkKind
from tests.spoilt_rules import problems_of_spoilt_rules

ROOT = Path(__file__).resolve().parent.parent
BOOK = rulebook.load([ROOT / "rules"])
CRITERIA = {c.id: c for framework in BOOK.frameworks for c in framework.criteria}
DECIDING = [criterion for criterion in CRITERIA.values() if criterion.triggers]

COUNTS = {
    "adb": 6, "aiib": 5, "ebrd-pr6": 4, "eib": 2, "ep4": 2, "ifc-ps6": 18, "wb-ess6": 11,
    "af": 1, "bt": 2, "cn": 36, "in": 8, "ir": 2, "kg": 9, "kz": 10, "mn": 8, "np": 3, "pk": 1,
    "ru": 6, "tj": 4, "tm": 2, "uz": 4, "cms": 23, "analogue": 32,
}  # fmt: skip
"""Rows of the evidence table that ship: 199 of 230."""


# ----------------------------------------------------------------------------------------------
# The conversion
# ----------------------------------------------------------------------------------------------


def test_every_row_that_ships_is_there() -> None:
    assert {item.id: len(item.criteria) for item in BOOK.frameworks} == COUNTS
    assert len(CRITERIA) == sum(COUNTS.values()) == 199


def test_every_range_state_has_its_national_framework() -> None:
    national = [item for item in BOOK.frameworks if item.kind is FrameworkKind.NATIONAL]
    states = {iso3 for species in BOOK.species for iso3 in species.range_states}
    assert {item.states[0] for item in national} == states
    for item in national:
        assert all(criterion.states == item.states for criterion in item.criteria)


def test_verified_rests_on_reading() -> None:
    references = {reference.id: reference for reference in BOOK.references}
    for criterion in CRITERIA.values():
        if criterion.verified:
            assert criterion.basis is Basis.SOURCE, criterion.id
            assert any(references[r].backs_numbers for r in criterion.references), criterion.id


def test_what_is_not_verified_decides_nothing_and_says_what_is_missing() -> None:
    for criterion in CRITERIA.values():
        if not criterion.verified:
            assert not criterion.triggers, criterion.id
            assert criterion.missing is not None, criterion.id
            assert criterion.numeric is None or not criterion.numeric.verified


def test_nothing_rests_on_memory() -> None:
    cited = {r for criterion in CRITERIA.values() for r in criterion.references}
    assert not {"R999", "S999"} & cited
    for criterion in CRITERIA.values():
        if criterion.basis is Basis.UNREAD:
            assert criterion.numeric is None, criterion.id
    shipped = (ROOT / "rules" / "frameworks").glob("*.yaml")
    assert not any("S999" in path.read_text(encoding="utf-8") for path in shipped)


def test_the_figures_of_gn6_stand_as_to_be_checked() -> None:
    figures = {
        id_: criterion.numeric.values
        for id_, criterion in CRITERIA.items()
        if id_.startswith("ifc-gn6") and criterion.numeric is not None
    }
    assert figures == {
        "ifc-gn6-c1a-pop": (0.5,),
        "ifc-gn6-c1a-units": (5,),
        "ifc-gn6-c2-range": (50000,),
        "ifc-gn6-c3a": (1,),
    }
    assert not any(CRITERIA[id_].verified for id_ in CRITERIA if id_.startswith("ifc-gn6"))


def test_the_mongolian_standards_have_no_dimension() -> None:
    for id_ in ("mns-6515", "mns-6735"):
        assert CRITERIA[id_].numeric is None
        assert "dimensions" in CRITERIA[id_].missing.en  # type: ignore[union-attr]


def test_every_text_is_there_in_both_languages() -> None:
    for framework in BOOK.frameworks:
        texts: list[Text] = [framework.title, framework.note]
        for criterion in framework.criteria:
            texts += [criterion.requirement]
            texts += [t for t in (criterion.missing, criterion.note) if t is not None]
            assert criterion.locator.en and criterion.locator.ru
        for text in texts:
            assert text.en.strip()
            assert any("а" <= letter.lower() <= "я" for letter in text.ru), text.ru


def test_every_figure_has_a_name_and_a_unit_in_both_languages() -> None:
    for language in ("en", "ru"):
        tr = Translator(language)
        for criterion in CRITERIA.values():
            if criterion.numeric is not None:
                assert f"parameter.{criterion.numeric.parameter}" in tr, criterion.id
                assert f"measure_unit.{criterion.numeric.unit}" in tr, criterion.id


def test_the_migratory_species_are_those_whose_profile_says_so() -> None:
    migratory = {
        species.id
        for species in BOOK.species
        if species.movement.verified
        and (
            species.movement.type.startswith("seasonal")
            or species.movement.type in {"nomadic", "partial_migrant"}
        )
    }
    for id_ in ("ifc-ps6-16c", "wb-ess6-23c", "adb-sps-mig"):
        assert set(CRITERIA[id_].triggers[1].any_of) == migratory


def test_party_rows_say_what_the_layer_of_states_says(root: Path) -> None:
    states = json.loads((root / "reference_layers/range_states/states.geojson").read_text())
    checked = 0
    for properties in (item["properties"] for item in states["features"]):
        if properties["iso3"] is None:
            continue
        row = CRITERIA[f"cms-party-{properties['iso3'].lower()}"]
        said = "not a Party" not in row.requirement.en and "Not a Party" not in row.requirement.en
        assert said is properties["cms_party"], row.id
        assert row.states == (properties["iso3"],)
        assert set(row.references) <= set(properties["party_reference"])
        checked += 1
    assert checked == 14


def test_cms_rows_agree_with_the_species_profiles() -> None:
    listed = {s.id for s in BOOK.species if s.cms_appendix}
    first = {s.id for s in BOOK.species if "I" in s.cms_appendix}
    for id_, species in (("cms-res-15", listed), ("cms-res-appI", first)):
        words = set(CRITERIA[id_].triggers[1].any_of)
        assert {s.id for s in BOOK.species if " & ".join(s.cms_appendix) in words} == species
    assert len(listed) == 15 and len(first) == 6


# ----------------------------------------------------------------------------------------------
# Cases and mutations
# ----------------------------------------------------------------------------------------------


def fires(triggers: Sequence[Condition], case: RuleCase) -> bool:
    return all(
        conditions.holds(condition, case.given)
        for condition in triggers
        if str(condition.attribute or condition.quantity) in case.given
    )


@pytest.mark.parametrize("criterion", DECIDING, ids=lambda criterion: criterion.id)
def test_a_criterion_fires_and_stays_silent_as_its_cases_say(criterion: Criterion) -> None:
    asked = {str(c.attribute or c.quantity) for c in criterion.triggers}
    for case in criterion.cases:
        assert fires(criterion.triggers, case) is case.fires, case.name
        if case.fires:
            assert asked <= case.given.keys()


def mutants(condition: Condition) -> list[Condition | None]:
    """A condition left out, each word left out, each bound moved by 10 % either way."""
    result: list[Condition | None] = [None]
    for name in ("any_of", "none_of"):
        words = getattr(condition, name)
        if len(words) > 1:
            result += [replace(condition, **{name: tuple(w for w in words if w != word)})
                       for word in words]  # fmt: skip
    for name in ("at_least", "more_than", "at_most", "less_than"):
        bound = getattr(condition, name)
        if bound is not None:
            result += [replace(condition, **{name: bound * factor}) for factor in (0.9, 1.1)]
    return result


@pytest.mark.parametrize("criterion", DECIDING, ids=lambda criterion: criterion.id)
def test_any_change_of_a_trigger_breaks_a_case(criterion: Criterion) -> None:
    for index, condition in enumerate(criterion.triggers):
        for mutant in mutants(condition):
            changed = [*criterion.triggers]
            changed[index : index + 1] = [] if mutant is None else [mutant]
            assert any(fires(changed, case) is not case.fires for case in criterion.cases), mutant


# ----------------------------------------------------------------------------------------------
# A wrong framework
# ----------------------------------------------------------------------------------------------

IFC = "frameworks/ifc-ps6.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (IFC, "id: ifc-ps6\n", "id: ifc\n", "the file's name must be ifc.yaml"),
        (IFC, "instrument: ps6", "instrument: ps7", "no instrument ps7 (did you mean ps6?)"),
        (IFC, "[S001, S002]", "[S001, S999]", "'S999' is neither a reference nor a clause"),
        (IFC, "references: [S001]", "references: []", "a criterion needs at least one"),
        (IFC, "references: [S001, S002]", "references: [S005]", "was read first-hand"),
        (IFC, "any_of: [CR, EN]", "any_of: [CR, EM]", "'EM' is not one of"),
        (IFC, "subject: species_range", "subject: state", "state has no zone"),
        (IFC, "    subject: species_range\n", "", "subject: triggers need one of"),
        (IFC, "ru: п. 16 (i)}\n    role: test", "ru: п. 16 (i)}\n    role: context",
         "a row of context decides nothing"),
        (IFC, "basis: secondary\n    verified: false\n    numeric",
         "basis: unread\n    verified: false\n    numeric", "neither verified nor has it a figure"),
        (IFC, "basis: source\n    verified: true\n    subject",
         "basis: source\n    verified: false\n    subject",
         "only a verified criterion may have any"),
        (IFC, "      verified: false\n      basis: secondary\n      references: [S005]",
         "      verified: true\n      basis: secondary\n      references: [S001]",
         "no better known than the criterion"),
        (IFC, "kind: lender", "kind: bank", "'bank' is not one of"),
        ("frameworks/kz.yaml", "states: [KAZ]\nnote", "states: []\nnote", "names its state"),
        ("frameworks/kz.yaml", "states: [KAZ]\nnote", "states: [KAX]\nnote",
         "(did you mean KAZ?)"),
        ("frameworks/kz.yaml", "id: kz-cms", "id: kz-ktz", "criterion kz-ktz stands already in"),
        ("frameworks/kz.yaml", "fires: false", "fires: true", "one that is silent"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(
    tmp_path: Path, file: str, old: str, new: str, expected: str
) -> None:
    assert expected in problems_of_spoilt_rules(tmp_path, file, old, new)


def test_what_is_missing_must_be_said(tmp_path: Path) -> None:
    rules = shutil.copytree(ROOT / "rules", tmp_path / "rules")
    path = rules / "frameworks" / "pk.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    start = lines.index("    missing:")
    path.write_text("\n".join(lines[:start]) + "\n", encoding="utf-8")
    with pytest.raises(DataFileError, match="say what has to be read or known"):
        rulebook.load([rules])
