"""Acceptances, coarsened where they speak of a sensitive place.

This module's one job. An acceptance holds the id of its finding, chainages and free text: each may
tell a place as exactly as the finding itself would.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from camiscreen.model import Acceptance, AcceptanceResult, KpRange, Message
from camiscreen.redaction.names import WITHHELD, Names
from camiscreen.values import dataclass

_CHAINAGE = re.compile(r"\d+\+\d{3}(?:\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coarsening:
    """How acceptances of one screening are coarsened.

    ``ids`` are the new ids of the findings that were coarsened, ``kept`` the findings that were
    not, ``subjects`` the keys of findings that name no place: species, states, the project.
    """

    names: Names
    ids: Mapping[str, str]
    kept: frozenset[str]
    subjects: frozenset[str]
    ranges: Callable[[Iterable[KpRange]], tuple[KpRange, ...]]

    def result(self, given: AcceptanceResult) -> AcceptanceResult:
        """One acceptance and what it comes to; left alone where it is of an open finding."""
        if given.acceptance.finding_id in self.kept:
            return given
        return replace(
            given,
            acceptance=self.acceptance(given.acceptance),
            reasons=tuple(self._message(reason, given.acceptance) for reason in given.reasons),
            open_kp_ranges=self.ranges(given.open_kp_ranges),
        )

    def acceptance(self, given: Acceptance) -> Acceptance:
        """An acceptance without the names and the exact chainage of sensitive places."""
        return replace(
            given,
            finding_id=self._id(given.finding_id),
            kp_m=given.kp_m and self.ranges([given.kp_m])[0],
            reason=self._words(given.reason),
            avoidance=self._words(given.avoidance),
            problems=tuple(map(self._words, given.problems)),
        )

    def _id(self, finding_id: str) -> str:
        """The new id of a finding; of one that is none of this screening the rule at most."""
        if finding_id in self.ids or finding_id in self.kept:
            return self.ids.get(finding_id, finding_id)
        rule, colon, key = finding_id.partition(":")
        if not colon or key in self.subjects:
            return finding_id
        return f"{rule}:{WITHHELD}"

    def _message(self, reason: Message, of: Acceptance) -> Message:
        """A reason whose values name findings and chainages as the acceptance now does."""
        return replace(
            reason,
            values=tuple((name, self._value(name, value, of)) for name, value in reason.values),
        )

    def _value(self, name: str, value: str | float, of: Acceptance) -> str | float:
        if not isinstance(value, str):
            return value
        if name == "finding":
            return self._id(of.finding_id)
        if name == "close":
            return ", ".join(dict.fromkeys(self._id(id_) for id_ in value.split(", ")))
        return self._words(value)

    def _words(self, text: str) -> str:
        for old, new in self.ids.items():
            text = text.replace(old, new)
        return _CHAINAGE.sub("…", self.names.words(text))
