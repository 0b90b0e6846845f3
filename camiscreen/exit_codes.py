"""Exit codes, and the one function that decides which it is."""

from typing import TYPE_CHECKING

from camiscreen.vocabulary import Significance

if TYPE_CHECKING:
    # The group of commands needs the codes alone and must not pay for numpy and shapely.
    from camiscreen.model import Screening

OK = 0
"""Finished; nothing at or above ``--fail-on``."""
BUG = 1
"""Unexpected failure, never raised on purpose."""
USER = 2
"""The user must act: arguments, configuration, rulebook, unreadable or invalid geometry."""
NOT_ASSESSED = 3
"""Finished, but something required could not be assessed here."""
FINDINGS = 10
"""Finished; at least one unaccepted finding at or above ``--fail-on``."""

_WORST_FIRST = (BUG, USER, FINDINGS, NOT_ASSESSED, OK)


def exit_code(screening: "Screening", fail_on: Significance | None) -> int:
    """The code of one check; ``fail_on`` None means never."""
    open_levels = [f.significance for f in screening.findings if f.accepted is None]
    if fail_on is not None and any(level >= fail_on for level in open_levels):
        return FINDINGS
    if any(gap.required for gap in screening.not_assessed):
        return NOT_ASSESSED
    return OK


def worst(codes: list[int]) -> int:
    """The code of several checks: 1 over 2 over 10 over 3 over 0."""
    return min(codes, key=_WORST_FIRST.index, default=OK)
