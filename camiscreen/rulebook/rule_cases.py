"""Whether rules do what their cases say, and whether the cases would notice a changed rule.

A case gives facts and says whether the rule fires on them. A condition on a fact that a silent
case does not give is passed over: such a case is silent for what it gives. The second question is
answered by mutation: every bound is moved by 10 % and every word taken out of its list, one at a
time; a change that no case notices is a threshold that nothing pins.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from camiscreen.judging.conditions import holds
from camiscreen.model import Condition, Rule, RuleCase
from camiscreen.values import dataclass
from camiscreen.vocabulary import WHOLE_NUMBERS

BOUNDS = ("at_least", "more_than", "at_most", "less_than")
_OTHER_EDGE = {
    "at_least": "more_than",
    "more_than": "at_least",
    "at_most": "less_than",
    "less_than": "at_most",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One case of a rule after it was run; ``missing`` are facts that a firing case must give."""

    rule: Rule
    index: int
    fires: bool
    missing: tuple[str, ...]

    @property
    def case(self) -> RuleCase:
        """The case itself."""
        return self.rule.cases[self.index]

    @property
    def passed(self) -> bool:
        """Whether the rule did what the case says, on facts that are all there."""
        return self.fires is self.case.fires and not self.missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A change of one condition that no case notices.

    ``change`` is ``bound`` (``before`` became ``after``), ``edge`` (a bound of nothing took in or
    left out its own value) or ``word`` (``before`` was taken out of the list).
    """

    rule: Rule
    condition: int
    change: str
    key: str
    before: str
    after: str = ""


def run(rules: Iterable[Rule]) -> tuple[CaseResult, ...]:
    """Every case of every rule, in their order."""
    return tuple(
        CaseResult(
            rule=rule,
            index=index,
            fires=_fires(rule.when, case.given),
            missing=_missing(rule, case) if case.fires else (),
        )
        for rule in rules
        for index, case in enumerate(rule.cases)
    )


def survivors(rules: Iterable[Rule]) -> tuple[Mutant, ...]:
    """Every change of a threshold that no case of its rule notices."""
    return tuple(
        mutant
        for rule in rules
        for mutant, changed in _mutants(rule)
        if not _noticed(rule, mutant.condition, changed)
    )


def _fires(when: Iterable[Condition], given: Mapping[str, str | float]) -> bool:
    return all(holds(test, given) for test in when if _fact(test) in given)


def _fact(condition: Condition) -> str:
    return str(condition.attribute or condition.quantity)


def _missing(rule: Rule, case: RuleCase) -> tuple[str, ...]:
    asked = dict.fromkeys(_fact(test) for test in rule.when)
    return tuple(name for name in asked if name not in case.given)


def _noticed(rule: Rule, at: int, changed: Condition | bool) -> bool:
    """Whether some case ends otherwise once one condition is replaced.

    ``changed`` may be a constant: a list without words holds always, or never.
    """
    others = [test for index, test in enumerate(rule.when) if index != at]
    for case in rule.cases:
        given = case.given
        if isinstance(changed, bool):
            asked = _fact(rule.when[at]) in given
            fires = _fires(others, given) and (changed or not asked)
        else:
            fires = _fires([*others, changed], given)
        if fires is not _fires(rule.when, given):
            return True
    return False


def _mutants(rule: Rule) -> Iterator[tuple[Mutant, Condition | bool]]:
    for index, condition in enumerate(rule.when):
        for key in BOUNDS:
            bound = getattr(condition, key)
            if bound is not None:
                yield from _moved(rule, index, key, bound)
        for key in ("any_of", "none_of"):
            words: tuple[str, ...] = getattr(condition, key)
            for word in words:
                rest = tuple(other for other in words if other != word)
                mutant = Mutant(rule=rule, condition=index, change="word", key=key, before=word)
                yield mutant, _with(condition, {key: rest}) if rest else key == "none_of"


def _moved(
    rule: Rule, index: int, key: str, bound: float
) -> Iterator[tuple[Mutant, Condition | bool]]:
    """A bound 10 % lower and higher; a count by one at least; at nothing, the other edge."""
    condition = rule.when[index]
    before = f"{bound:g}"
    if bound == 0:
        other = _OTHER_EDGE[key]
        changed = _with(condition, {key: None, other: bound})
        yield (
            Mutant(rule=rule, condition=index, change="edge", key=key, before=before, after=other),
            changed,
        )
        return
    step = abs(bound) * 0.1
    if condition.quantity in WHOLE_NUMBERS:
        step = max(1.0, round(step))
    for value in (bound - step, bound + step):
        mutant = Mutant(
            rule=rule, condition=index, change="bound", key=key, before=before, after=f"{value:g}"
        )
        yield mutant, _with(condition, {key: value})


def _with(condition: Condition, fields: Mapping[str, Any]) -> Condition:
    return replace(condition, **fields)
