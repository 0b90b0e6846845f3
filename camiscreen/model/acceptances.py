"""Acceptances of findings, and what each comes to in a screening."""

from camiscreen.model.words import KpRange, Message
from camiscreen.values import dataclass
from camiscreen.vocabulary import AcceptanceOutcome, Significance


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """A finding acknowledged by a named person until a date, inclusive; always printed.

    ``kp_m`` None: wherever the finding lies. ``measures`` are those that answer the finding;
    ``avoidance`` says why it cannot be avoided. ``significance``: the highest level that was
    accepted. ``project`` None: whatever project is screened. ``place`` is ``file:line:column``;
    ``problems`` are mistakes in the file, for which it takes no effect.
    """

    finding_id: str
    reason: str
    by: str
    until: str
    kp_m: KpRange | None = None
    measures: tuple[str, ...] = ()
    avoidance: str = ""
    significance: Significance | None = None
    project: str | None = None
    place: str = ""
    problems: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """What a person has to fill in first."""
        return tuple(name for name in ("reason", "by", "until") if not getattr(self, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceResult:
    """What an acceptance comes to: ``reasons`` say why it is not in effect, where it is not.

    ``open_kp_ranges`` are those of its finding that no acceptance covers.
    """

    acceptance: Acceptance
    outcome: AcceptanceOutcome
    reasons: tuple[Message, ...] = ()
    open_kp_ranges: tuple[KpRange, ...] = ()
