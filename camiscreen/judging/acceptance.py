"""Findings x acceptances -> findings that are accepted, and what each acceptance comes to.

An acceptance that is not in effect changes nothing but the list of acceptances. In doubt it is
not: expired, for another stretch or a lower level, at odds with the mitigation hierarchy.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from camiscreen.data_files import closest
from camiscreen.geometry.chainage import bare_kp, without
from camiscreen.model import (
    Acceptance,
    AcceptanceResult,
    Finding,
    KpRange,
    Message,
    Project,
    Rulebook,
    message,
)
from camiscreen.vocabulary import AcceptanceOutcome, Step

ROUNDING_M = 1.5
"""What is left open by so much is covered: chainage is printed to the metre, which is half a metre
off, and a finding that starts or ends a metre from where it did is the same finding."""

Fault: TypeAlias = tuple[AcceptanceOutcome, Message]


def settle(
    findings: Sequence[Finding],
    acceptances: Sequence[Acceptance],
    *,
    project: Project,
    rulebook: Rulebook,
    on: str,
) -> tuple[tuple[Finding, ...], tuple[AcceptanceResult, ...]]:
    """The findings, with those that are accepted on a date (YYYY-MM-DD), and every acceptance.

    Several acceptances of one finding count together; it is accepted where they cover all of it.
    """
    known = {finding.id: finding for finding in findings}
    faults = [list(_faults(acceptance, known, project, rulebook, on)) for acceptance in acceptances]
    sound: dict[str, list[Acceptance]] = defaultdict(list)
    for acceptance, found in zip(acceptances, faults, strict=True):
        if not found:
            sound[acceptance.finding_id].append(acceptance)
    still_open = {id_: _open_ranges(known[id_], given) for id_, given in sound.items()}
    accepted = {
        id_: _as_one(known[id_], given) for id_, given in sound.items() if not still_open[id_]
    }
    return (
        tuple(replace(finding, accepted=accepted.get(finding.id)) for finding in findings),
        tuple(
            _result(acceptance, found, still_open)
            for acceptance, found in zip(acceptances, faults, strict=True)
        ),
    )


def is_for(acceptance: Acceptance, project: Project) -> bool:
    """Whether an acceptance speaks of a project, named as in the report or by its file."""
    file_name = project.source.path.rpartition("/")[2]
    return acceptance.project in {None, project.name, project.source.path, file_name}


def _result(
    acceptance: Acceptance,
    faults: Sequence[Fault],
    still_open: Mapping[str, tuple[KpRange, ...]],
) -> AcceptanceResult:
    if faults:
        return AcceptanceResult(
            acceptance=acceptance, outcome=faults[0][0], reasons=tuple(why for _, why in faults)
        )
    rest = still_open[acceptance.finding_id]
    if rest:
        return AcceptanceResult(
            acceptance=acceptance,
            outcome=AcceptanceOutcome.PARTIAL,
            reasons=(message("acceptance.why.partial"),),
            open_kp_ranges=rest,
        )
    return AcceptanceResult(acceptance=acceptance, outcome=AcceptanceOutcome.IN_EFFECT)


# ----------------------------------------------------------------------------------------------
# What keeps an acceptance from taking effect
# ----------------------------------------------------------------------------------------------


def _faults(
    acceptance: Acceptance,
    known: Mapping[str, Finding],
    project: Project,
    book: Rulebook,
    on: str,
) -> Iterator[Fault]:
    """Everything that is wrong with an acceptance, the gravest first."""
    outcome = AcceptanceOutcome
    if not is_for(acceptance, project):
        yield (
            outcome.OTHER_PROJECT,
            message("acceptance.why.other_project", project=str(acceptance.project)),
        )
        return
    for problem in acceptance.problems:
        yield outcome.MALFORMED, message("acceptance.why.malformed", problem=problem)
    finding = known.get(acceptance.finding_id)
    if finding is None:
        if acceptance.finding_id or not acceptance.problems:
            yield outcome.UNUSED, _unused(acceptance.finding_id, known)
        return
    yield from ((outcome.MALFORMED, why) for why in _chainage(acceptance, finding, project))
    if acceptance.problems:
        return
    if acceptance.missing:
        # Whoever has not signed has not answered the rest either: one line will do.
        fields = ", ".join(acceptance.missing)
        yield outcome.NOT_FILLED_IN, message("acceptance.why.not_filled_in", fields=fields)
        return
    if on > acceptance.until:
        yield outcome.EXPIRED, message("acceptance.why.expired", until=acceptance.until)
    yield from ((outcome.WRONG_MEASURES, why) for why in _measures(acceptance, finding, book))
    if acceptance.significance is not None and finding.significance > acceptance.significance:
        yield (
            outcome.GRAVER,
            message(
                "acceptance.why.graver",
                accepted=str(acceptance.significance),
                now=str(finding.significance),
            ),
        )
    if not passes_gate(acceptance, finding):
        yield (
            outcome.AVOIDANCE_OPEN,
            message("acceptance.why.avoidance_open", measures=", ".join(avoiding(finding))),
        )


def _unused(finding_id: str, known: Mapping[str, Finding]) -> Message:
    import difflib  # 1 ms that only a slip pays

    of_rule = [id_ for id_ in known if id_.startswith(f"{finding_id}:")]
    close = of_rule or difflib.get_close_matches(finding_id, list(known), n=3, cutoff=0.6)
    if not close:
        return message("acceptance.why.unused", finding=finding_id)
    return message("acceptance.why.unused_close", finding=finding_id, close=", ".join(close[:3]))


def _chainage(acceptance: Acceptance, finding: Finding, project: Project) -> Iterator[Message]:
    if acceptance.kp_m is None:
        return
    if not finding.kp_ranges:
        yield message("acceptance.why.no_chainage")
    elif acceptance.kp_m[1] > project.chainage_length_m + ROUNDING_M:
        yield message("acceptance.why.beyond", end_m=project.chainage_length_m)


def _measures(acceptance: Acceptance, finding: Finding, book: Rulebook) -> Iterator[Message]:
    """Measures that the rulebook does not hold, or that are none of this finding."""
    own = [measure.id for measure in finding.measures]
    known = {measure.id for measure in book.measures}
    for id_ in acceptance.measures:
        if id_ not in known:
            close = closest(id_, own) or closest(id_, known)
            key = "acceptance.why.no_measure"
            yield (
                message(f"{key}_close", measure=id_, close=close)
                if close
                else message(key, measure=id_)
            )
        elif id_ not in own:
            yield message(
                "acceptance.why.foreign_measure", measure=id_, measures=", ".join(own) or "–"
            )


def avoiding(finding: Finding) -> tuple[str, ...]:
    """Ids of the measures of a finding that avoid."""
    return tuple(measure.id for measure in finding.measures if measure.step is Step.AVOID)


def passes_gate(acceptance: Acceptance, finding: Finding) -> bool:
    """The hierarchy gate, clause 3.5(f): avoidance comes first, or it is said why it cannot be.

    A finding that can be avoided is answered by a measure that avoids, or by a written reason
    why that is not possible; naming no measure at all answers it no better than a lesser one.
    """
    first = avoiding(finding)
    return not first or bool(set(first) & set(acceptance.measures)) or bool(acceptance.avoidance)


# ----------------------------------------------------------------------------------------------
# How much of a finding is covered
# ----------------------------------------------------------------------------------------------


def _open_ranges(finding: Finding, given: Sequence[Acceptance]) -> tuple[KpRange, ...]:
    if any(acceptance.kp_m is None for acceptance in given):
        return ()
    covered = [acceptance.kp_m for acceptance in given if acceptance.kp_m is not None]
    # Of a place or a few metres nothing would be left, wherever the acceptance lies.
    missed = [
        (start, end)
        for start, end in finding.kp_ranges
        if end - start <= ROUNDING_M
        and not any(a - ROUNDING_M <= end and start <= b + ROUNDING_M for a, b in covered)
    ]
    return tuple(sorted([*without(finding.kp_ranges, covered, ROUNDING_M), *missed]))


def _as_one(finding: Finding, given: Sequence[Acceptance]) -> Acceptance:
    """The acceptance of a finding: the one that covers all of it longest, or all of them in one.

    Several that cover it only together end when the first of them ends.
    """
    whole = [acceptance for acceptance in given if not _open_ranges(finding, [acceptance])]
    if whole:
        return max(whole, key=lambda acceptance: acceptance.until)
    return Acceptance(
        finding_id=finding.id,
        reason="; ".join(f"{bare_kp(item.kp_m)}: {item.reason}" for item in given if item.kp_m),
        by=", ".join(dict.fromkeys(item.by for item in given)),
        until=min(item.until for item in given),
        measures=tuple(dict.fromkeys(id_ for item in given for id_ in item.measures)),
        avoidance="; ".join(
            f"{bare_kp(i.kp_m)}: {i.avoidance}" for i in given if i.kp_m and i.avoidance
        ),
        place=", ".join(item.place for item in given if item.place),
    )
