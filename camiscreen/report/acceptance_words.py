"""What is said of acceptances, in the same words wherever they are printed.

This module's one job. Texts from the file of acceptances come out cleaned.
"""

from collections.abc import Mapping

from camiscreen.i18n import Translator
from camiscreen.model import Acceptance, AcceptanceResult, Message, Screening
from camiscreen.report.text import clean, short
from camiscreen.vocabulary import AcceptanceOutcome, Significance

REASON_LIMIT = 1200
"""Longest reason that is printed; the file keeps the whole of it."""

NOTHING = "–"


def terms(acceptance: Acceptance, tr: Translator) -> str:
    """Who accepts until when and why, for which stretch, answered by what."""
    parts = []
    if acceptance.by or acceptance.until or acceptance.reason:
        said = tr.t(
            "card.accepted_text",
            by=short(acceptance.by) or NOTHING,
            until=tr.date(short(acceptance.until)) or NOTHING,
            reason=_sentence(acceptance.reason) or NOTHING,
        )
        parts.append(said)
    if acceptance.kp_m is not None:
        parts.append(tr.t("acceptance.for_range", where=tr.kp_range(acceptance.kp_m)))
    if acceptance.significance is not None:
        level = tr.word(acceptance.significance).lower()
        parts.append(tr.t("acceptance.up_to", level=level))
    if acceptance.measures:
        measures = ", ".join(short(id_) for id_ in acceptance.measures)
        parts.append(tr.t("acceptance.answered_by", measures=measures))
    if acceptance.avoidance:
        parts.append(tr.t("acceptance.avoidance", text=_sentence(acceptance.avoidance)))
    return " ".join(parts) or NOTHING


def why_not(result: AcceptanceResult, tr: Translator) -> str:
    """Why an acceptance is not in effect; empty for one that is."""
    parts = [_said(message, tr) for message in result.reasons]
    if result.open_kp_ranges:
        where = tr.kp_ranges(result.open_kp_ranges)
        parts.append(tr.t("acceptance.still_open", where=where))
    return " ".join(parts)


def beside_verdict(screening: Screening, tr: Translator) -> str:
    """That findings are accepted and how high they reach: no headline stands without it."""
    accepted = screening.accepted
    if not accepted:
        return ""
    level = tr.word(max(finding.significance for finding in accepted)).lower()
    if len(accepted) == len(screening.findings):
        return f"{tr.t('verdict.accepted', n=len(accepted))} " + tr.t(
            "acceptance.highest", level=level
        )
    return tr.t("acceptance.beside", n=len(accepted), level=level)


def not_in_effect(screening: Screening) -> tuple[AcceptanceResult, ...]:
    """Acceptances that should answer a finding of this project and do not."""
    silent = {AcceptanceOutcome.IN_EFFECT, AcceptanceOutcome.OTHER_PROJECT}
    return tuple(result for result in screening.acceptances if result.outcome not in silent)


def of_other_projects(screening: Screening, tr: Translator) -> str:
    """That some of the acceptances read are for other projects; empty where none is."""
    other = [r for r in screening.acceptances if r.outcome is AcceptanceOutcome.OTHER_PROJECT]
    return tr.t("acceptance.other_projects", n=len(other)) if other else ""


def _said(message: Message, tr: Translator) -> str:
    """A reason, with the levels that it names in the reader's language."""
    values: Mapping[str, str | int | float] = dict(message.values)
    levels = {str(level): tr.word(level).lower() for level in Significance}
    printed = {
        name: levels.get(value, clean(value)) if isinstance(value, str) else value
        for name, value in values.items()
    }
    return tr.t(message.key, **printed)


def _sentence(text: str) -> str:
    """A text of the file that ends as a sentence does."""
    said = short(" ".join(text.split()), REASON_LIMIT)
    return said if not said or said[-1] in ".!?…" else f"{said}."
