"""The order in which the projects of a batch are to be looked at.

This module's one job: the highest significance decides, then how many findings reach it. What has
no verdict stands below what has findings and above what was assessed without any.
"""

from collections.abc import Sequence

from camiscreen.portfolio import naming
from camiscreen.portfolio.results import Result, Row
from camiscreen.report.inline import Level
from camiscreen.values import dataclass

_LEVELS = ("major", "moderate", "minor", "negligible")

_BELOW = ("incomplete", "", "accepted", "none")
"""Verdicts that are no level, in the order of the ranking; "" is a project without a verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A result with its rank from 1."""

    rank: int
    result: Result

    @property
    def row(self) -> Row:
        """The row of the summary."""
        return self.result.row

    @property
    def anchor(self) -> str:
        """Where its row stands on the page."""
        return f"p-{self.rank}"


def ranked(results: Sequence[Result]) -> tuple[Ranked, ...]:
    """The results, gravest first; equal ones in the order of their ids."""
    ordered = sorted(results, key=lambda r: _key(r.row))
    return tuple(Ranked(rank=rank, result=r) for rank, r in enumerate(ordered, start=1))


def _key(row: Row) -> tuple[object, ...]:
    counts = (-row.major, -row.moderate, -row.minor, -row.negligible)
    place = (*_LEVELS, *_BELOW).index(row.verdict or "")
    return (place, *counts, -row.not_assessed_required, naming.natural(row.id))


def level_of(row: Row) -> Level:
    """The level of a project as marks and colours have it; ``na`` where there is no verdict."""
    if row.verdict in _LEVELS:
        level: Level = row.verdict  # type: ignore[assignment]
        return level
    return "na" if row.verdict in {None, "incomplete"} else "none"
