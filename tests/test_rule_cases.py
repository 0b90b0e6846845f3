"""Cases of rules: they pass, they pin every threshold, and the command says where one does not."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from camiscreen.cli.main import run
from camiscreen.model import Condition, Rule, Rulebook, RuleCase
from camiscreen.rulebook import rule_cases
from camiscreen.vocabulary import Attribute, Quantity

ROOT = Path(__file__).resolve().parent.parent
RULE = "screening/PER-001-documented-complete-barrier.yaml"


def test_every_case_of_every_rule_passes(book: Rulebook) -> None:
    results = rule_cases.run(book.rules)
    assert [f"{r.rule.id}: {r.case.name} {r.missing}" for r in results if not r.passed] == []
    assert len(results) >= 2 * len(book.rules)


def test_every_threshold_is_pinned_by_a_case(book: Rulebook) -> None:
    loose = rule_cases.survivors(book.rules)
    assert [(m.rule.id, m.condition, m.change, m.key, m.before, m.after) for m in loose] == []


def a_rule(book: Rulebook, *cases: tuple[bool, dict[str, str | float]], **bound: float) -> Rule:
    given = tuple(RuleCase(name=str(facts), fires=f, given=facts) for f, facts in cases)
    when = (Condition(quantity=Quantity.CROSSING_LENGTH_M, **bound),)  # type: ignore[arg-type]
    return replace(book.rules[0], when=when, cases=given)


def changes(rule: Rule) -> list[tuple[str, str]]:
    return [
        (mutant.change, mutant.after or mutant.before) for mutant in rule_cases.survivors([rule])
    ]


def test_a_bound_needs_a_case_close_on_both_sides(book: Rulebook) -> None:
    far = a_rule(book, (True, {"crossing_length_m": 9000}), (False, {"crossing_length_m": 0}),
                 at_least=1000)  # fmt: skip
    assert changes(far) == [("bound", "900"), ("bound", "1100")]
    near = a_rule(book, (True, {"crossing_length_m": 1050}), (False, {"crossing_length_m": 950}),
                  at_least=1000)  # fmt: skip
    assert changes(near) == []


def test_a_bound_of_nothing_is_pinned_by_nothing(book: Rulebook) -> None:
    loose = a_rule(book, (True, {"crossing_length_m": 5}), (False, {"crossing_length_m": -1}),
                   more_than=0)  # fmt: skip
    assert changes(loose) == [("edge", "at_least")]
    firm = a_rule(book, (True, {"crossing_length_m": 5}), (False, {"crossing_length_m": 0}),
                  more_than=0)  # fmt: skip
    assert changes(firm) == []


def test_every_word_needs_a_case(book: Rulebook) -> None:
    rule = replace(
        book.rules[0],
        when=(Condition(attribute=Attribute.KIND, any_of=("road", "railway")),),
        cases=(
            RuleCase(name="a", fires=True, given={"kind": "road"}),
            RuleCase(name="b", fires=False, given={"kind": "canal"}),
        ),
    )
    assert changes(rule) == [("word", "railway")]
    none_of = replace(rule, when=(Condition(attribute=Attribute.KIND, none_of=("canal", "mine")),))
    assert changes(none_of) == [("word", "mine")]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    own = tmp_path / "own" / "screening"
    own.mkdir(parents=True)
    text = (ROOT / "rules" / RULE).read_text(encoding="utf-8").replace("PER-001", "PER-901")
    (own / "PER-901-own.yaml").write_text(text, encoding="utf-8")
    return own / "PER-901-own.yaml"


def test_the_command_prints_a_row_a_case(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "test", "--rules", str(rules.parent.parent), "--mutate"]) == 0
    printed = capsys.readouterr().out
    assert "PER-901" in printed
    assert "failed: 0." in printed
    assert "Every threshold is pinned" in printed


def test_a_failing_case_is_named_with_its_place(
    rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("given: {zone: footprint,", "given: {zone: direct,", 1))
    assert run(["rules", "test", "per-901", "--rules", str(rules.parent.parent)]) == 2
    printed = capsys.readouterr().out.replace("\n", " ")
    assert "FAIL" in printed
    assert "PER-901-own.yaml:" in printed
    assert "should fire, but the rule is silent" in printed


def test_a_loose_threshold_is_named_with_its_place(
    rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("any_of: [footprint]", "any_of: [footprint, direct]", 1))
    args = ["rules", "test", "PER-901", "--rules", str(rules.parent.parent)]
    assert run(args) == 0
    assert run([*args, "--mutate"]) == 2
    assert "direct could be taken out of any_of" in capsys.readouterr().out
    assert run([*args, "--mutate", "--lang", "ru"]) == 2
    assert "direct можно убрать из any_of" in capsys.readouterr().out


def test_an_unknown_rule_gets_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "test", "SML-01"]) == 2
    assert "did you mean SML-001?" in capsys.readouterr().err


def test_schemas_take_every_shipped_file_and_refuse_a_slip(tmp_path: Path) -> None:
    import jsonschema

    from camiscreen import data_files
    from camiscreen.rulebook import schemas
    from camiscreen.rulebook.rulebook_files import FILE_KINDS

    assert run(["rules", "schema", "--out", str(tmp_path / "s")]) == 0
    written = {path.name for path in (tmp_path / "s").iterdir()}
    assert {"rule.schema.json", "measures.schema.json", "species.schema.json", "pack.schema.json",
            "layer.schema.json"} <= written  # fmt: skip
    checked = 0
    for pattern, name in schemas.NAMES.items():
        assert pattern in FILE_KINDS
        schema = schemas.all_schemas()[name]
        for path in (ROOT / "rules").glob(pattern):
            jsonschema.validate(data_files.read_yaml(path).data, schema)
            checked += 1
    assert checked > 35
    for path in (ROOT / "reference_layers").glob("*/layer.yaml"):
        jsonschema.validate(data_files.read_yaml(path).data, schemas.all_schemas()["layer"])
    rule = data_files.read_yaml(ROOT / "rules" / RULE).data
    assert isinstance(rule, dict)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**rule, "titel": "x"}, schemas.all_schemas()["rule"])


def test_a_copy_of_the_shipped_rules_is_untouched(tmp_path: Path) -> None:
    copy = shutil.copytree(ROOT / "rules", tmp_path / "rules")
    assert run(["validate", str(copy)]) == 0
