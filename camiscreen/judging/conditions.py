"""Whether a condition holds of some facts, and how it reads."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TypeAlias

from camiscreen.model import Condition, TableRow, Trace
from camiscreen.vocabulary import TracePart

Facts: TypeAlias = Mapping[str, str | float]
"""Words and numbers of the closed vocabulary, by attribute or quantity."""


def holds(condition: Condition, facts: Facts) -> bool:
    """Whether one condition holds of some facts. Raises KeyError for a fact that is not there."""
    if condition.attribute is not None:
        word = facts[condition.attribute]
        return word in condition.any_of if condition.any_of else word not in condition.none_of
    assert condition.quantity is not None
    number = float(facts[condition.quantity])
    return (
        (condition.at_least is None or number >= condition.at_least)
        and (condition.more_than is None or number > condition.more_than)
        and (condition.at_most is None or number <= condition.at_most)
        and (condition.less_than is None or number < condition.less_than)
    )


def in_words(condition: Condition) -> str:
    """A condition as it is printed in a trace, in the words of the rule file."""
    if condition.any_of:
        return f"any of {', '.join(condition.any_of)}"
    if condition.none_of:
        return f"none of {', '.join(condition.none_of)}"
    names = ("at_least", "more_than", "at_most", "less_than")
    bounds = [(name, getattr(condition, name)) for name in names]
    return ", ".join(
        f"{name.replace('_', ' ')} {bound:g}" for name, bound in bounds if bound is not None
    )


def tested(condition: Condition, facts: Facts, part: TracePart = TracePart.RULE) -> Trace:
    """One condition asked of some facts: what was asked, what stood there, whether it holds."""
    name = str(condition.attribute or condition.quantity)
    value = facts[name]
    printed = value if isinstance(value, str) else f"{value:.10g}" if isfinite(value) else "unknown"
    return Trace(
        subject=name,
        test=in_words(condition),
        value=printed,
        holds=holds(condition, facts),
        part=part,
        condition=condition,
    )


def row_for(table: Sequence[TableRow], facts: Facts) -> TableRow:
    """The first row of a table whose conditions all hold; the last row has none."""
    return next(row for row in table if all(holds(test, facts) for test in row.when))
