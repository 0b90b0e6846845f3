"""The shipped rulebook, and what happens to a wrong one."""

import shutil
from pathlib import Path

import pytest

from camiscreen import data_files
from camiscreen.errors import DataFileError
from camiscreen.judging import conditions
from camiscreen.model import Rule, Rulebook, RuleCase
from camiscreen.rulebook import rulebook
from camiscreen.vocabulary import Outcome
from tests.spoilt_rules import problems_of_spoilt_rules

ROOT = Path(__file__).resolve().parent.parent
RULE_FILES = sorted((ROOT / "rules" / "screening").glob("*.yaml"))


def rules_and_cases() -> list[tuple[Rule, RuleCase]]:
    rules = [data_files.build(data_files.read_yaml(path), Rule) for path in RULE_FILES]
    return [(rule, case) for rule in rules for case in rule.cases]


CASES = rules_and_cases()


@pytest.mark.parametrize(("rule", "case"), CASES, ids=[f"{r.id}: {c.name}" for r, c in CASES])
def test_a_rule_fires_and_stays_silent_as_its_cases_say(rule: Rule, case: RuleCase) -> None:
    fires = all(
        conditions.holds(condition, case.given)
        for condition in rule.when
        if str(condition.attribute or condition.quantity) in case.given
    )
    assert fires is case.fires


def test_a_case_that_fires_gives_every_fact_its_rule_asks_for() -> None:
    for rule, case in CASES:
        asked = {str(test.attribute or test.quantity) for test in rule.when}
        if case.fires:
            assert asked <= case.given.keys(), f"{rule.id}: {case.name}"


def test_there_are_rules_of_every_family(book: Rulebook) -> None:
    assert {rule.id.split("-")[0] for rule in book.rules} >= {"RNG", "PER", "TRB", "GAP", "DAT"}
    assert len(book.rules) >= 8


def test_the_matrix_never_falls_when_an_axis_rises(book: Rulebook) -> None:
    level = {(c.sensitivity, c.magnitude): c.significance for c in book.matrix}
    for (sensitivity, magnitude), significance in level.items():
        for (higher_s, higher_m), higher in level.items():
            if higher_s >= sensitivity and higher_m >= magnitude:
                assert higher >= significance


def test_the_clause_register_is_whole(book: Rulebook) -> None:
    (pack,) = book.packs
    assert len(pack.sections) == 32
    ids = [clause.id for clause in pack.clauses]
    assert len(ids) == len(set(ids)) == 278
    for clause in ("1.7", "3.2(a)(iv)", "3.5(f)", "3.6(g)", "11.7", "20.3", "27.3", "32.4"):
        assert clause in ids
    by_id = {clause.id: clause for clause in pack.clauses}
    assert by_id["3.2(d)"].priority == "Medium"
    assert by_id["3.2(a)"].priority == "High"
    assert pack.period.last == 2026


def test_there_are_18_species_in_the_order_of_the_resolution(book: Rulebook) -> None:
    assert [species.table_row for species in book.species] == list(range(1, 19))
    listed = [species for species in book.species if species.cms_appendix]
    assert len(listed) == 15


def test_nothing_rests_on_memory(book: Rulebook) -> None:
    assert not {"R999", "S999"} & {reference.id for reference in book.references}
    assert all(reference.seen != "memory" for reference in book.references)


def test_only_first_hand_numbers_count_as_verified(book: Rulebook) -> None:
    known = {reference.id: reference for reference in book.references}
    for measure in book.measures:
        for spec in measure.numbers:
            if spec.verified:
                assert any(known[r].backs_numbers for r in spec.references), measure.id


def test_every_rule_has_russian_and_english_prose(book: Rulebook) -> None:
    for rule in book.rules:
        for text in (rule.title, rule.statement, rule.why):
            assert text.en.strip()
            assert any("а" <= letter.lower() <= "я" for letter in text.ru), rule.id


def test_the_parsed_rulebook_comes_back_from_the_cache_unchanged(tmp_path: Path) -> None:
    fresh = rulebook.load([ROOT / "rules"])
    assert rulebook.load([ROOT / "rules"], tmp_path) == fresh
    assert rulebook.load([ROOT / "rules"], tmp_path) == fresh


def test_a_changed_rule_changes_the_hash_and_is_never_read_from_the_cache(tmp_path: Path) -> None:
    rules = shutil.copytree(ROOT / "rules", tmp_path / "rules")
    cache = tmp_path / "cache"
    before = rulebook.load([rules], cache)
    path = rules / "screening" / "TRB-003-project-crosses-border.yaml"
    path.write_text(path.read_text().replace("magnitude: low", "magnitude: medium"))
    after = rulebook.load([rules], cache)
    assert before.sha256 != after.sha256
    assert {rule.id: rule.magnitude for rule in after.rules}["TRB-003"] == "medium"


# ----------------------------------------------------------------------------------------------
# A wrong rulebook
# ----------------------------------------------------------------------------------------------

RULE = "screening/RNG-001-listed-range-crossed.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (RULE, "sources: [POW 3.2(a)(ii),", "sources: [POW 3.2(a)(iii,",
         "'POW 3.2(a)(iii' is neither a reference nor a clause (did you mean POW 3.2(a)(iii)?)"),
        (RULE, "AV-01", "AV-91", "measures: there is no measure AV-91"),
        (RULE, "[AV-01, AV-02, MI-06", "[MI-06, AV-02, AV-01",
         "measures: not in the order avoid, minimize, mitigate, offset"),
        (RULE, "any_of: [footprint]", "any_of: [footprnt]", "(did you mean footprint?)"),
        (RULE, "attribute: zone", "attribute: zon", "did you mean zone?"),
        (RULE, "magnitude: by_table", "magnitude: enormous", "magnitude: 'enormous' is not one of"),
        (RULE, "id: RNG-001", "id: RNG-777", "the file's name must start with RNG-777"),
        (RULE, "fires: true", "fires: false", "one case that fires and one that is silent"),
        (RULE, "subject: species_range", "subject: state", "state has no zone"),
        ("significance/matrix.yaml", "{sensitivity: low, magnitude: high, significance: moderate}",
         "{sensitivity: low, magnitude: low, significance: moderate}",
         "low x high stands 0 times, not once"),
        ("significance/sensitivity.yaml", "when: []",
         "when: [{attribute: cms_appendix, any_of: [II]}]", "the last row must have no condition"),
        ("zones.yaml", "width_m: 1000\n", "width_m: 100000\n", "must be in order of width"),
        ("species/saiga.yaml", "verified: true", "verified: yes", "verified"),
    ],
)  # fmt: skip
def test_a_mistake_stops_the_run_with_its_place(
    tmp_path: Path, file: str, old: str, new: str, expected: str
) -> None:
    assert expected in problems_of_spoilt_rules(tmp_path, file, old, new)


def test_an_id_may_stand_only_once(tmp_path: Path) -> None:
    rules = shutil.copytree(ROOT / "rules", tmp_path / "rules")
    shutil.copy(rules / RULE, rules / "screening" / "RNG-001-again.yaml")
    with pytest.raises(DataFileError, match="rule RNG-001 stands already in"):
        rulebook.load([rules])


def test_a_rule_of_ones_own_is_added(tmp_path: Path) -> None:
    own = tmp_path / "own" / "screening"
    own.mkdir(parents=True)
    text = (ROOT / "rules" / RULE).read_text(encoding="utf-8").replace("RNG-001", "RNG-901")
    (own / "RNG-901-own.yaml").write_text(text, encoding="utf-8")
    book = rulebook.load([ROOT / "rules", tmp_path / "own"])
    assert "RNG-901" in {rule.id for rule in book.rules}
    assert any(rule.outcome is Outcome.NOT_ASSESSED for rule in book.rules)
