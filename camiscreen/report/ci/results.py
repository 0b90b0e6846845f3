"""What every format of continuous integration prints: the results of projects, in one model.

This module's one job. A result is a finding, something not assessed, or an acceptance that is not
in effect; each has its own level. For many projects without holding them all::

    projects.append(project_of(screening, translator, fail_on=Significance.MAJOR))  # small, pickles
    run = run_of(projects, run_info, rulebook, translator, failures=failures)
    render_junit(run), render_sarif(run), render_gitlab(run)      # bytes of one file each
    render_github(run)                                            # text for standard output

For a few, ``ci_run(screenings, translator, fail_on=..., failures=...)`` does all in one.
``failures`` are projects without a screening: they are errors in every format.
"""

import hashlib
import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from camiscreen.explanation.judgement import rule_page
from camiscreen.explanation.page import markdown, plain
from camiscreen.i18n import Translator
from camiscreen.model import (
    Acceptance,
    AcceptanceResult,
    Finding,
    KpRange,
    NotAssessed,
    Rulebook,
    RunInfo,
    Screening,
)
from camiscreen.report import acceptance_words
from camiscreen.report.text import clean, short
from camiscreen.values import dataclass
from camiscreen.vocabulary import Significance, Word

ACCEPTANCE_RULE = "acceptance"
"""The rule id of an acceptance that is not in effect: it comes from no rule of the rulebook."""
_HELP_WIDTH = 100
_MESSAGE_LIMIT = 2_000


class ResultKind(Word):
    """What a result is."""

    FINDING = "finding"
    NOT_ASSESSED = "not_assessed"
    ACCEPTANCE = "acceptance"


@dataclass(frozen=True, slots=True, kw_only=True)
class CiResult:
    """One result. ``level`` is that of a finding; ``id`` is stable and unique in its project.

    ``required``: the verdict is incomplete for it. ``fails``: it counts for ``--fail-on``, or for
    any level where there is none. ``accepted`` with ``terms`` are those of an accepted finding.
    ``file``, ``line`` and ``column`` are where it stands: the project file, whose lines mean
    nothing, or the file of acceptances. ``fingerprint`` stays while project file and id do.
    """

    kind: ResultKind
    id: str
    rule_id: str
    title: str
    message: str
    kp_ranges: tuple[KpRange, ...]
    where: str
    file: str
    fingerprint: str
    level: Significance | None = None
    level_word: str = ""
    required: bool = False
    fails: bool = False
    accepted: Acceptance | None = None
    terms: str = ""
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CiProject:
    """A project that was screened: its verdict in words and its results, the gravest first."""

    name: str
    file: str
    kind: str
    sha256: str
    verdict: str
    headline: str
    results: tuple[CiResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CiFailure:
    """A project that could not be screened, and why."""

    file: str
    reason: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CiRule:
    """A rule that a result names, with the text of ``camiscreen explain``."""

    id: str
    name: str
    help_text: str
    help_markdown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CiRun:
    """All that a format draws. ``fail_on`` None: no level was asked for."""

    run: RunInfo
    language: str
    projects: tuple[CiProject, ...]
    failures: tuple[CiFailure, ...]
    rules: tuple[CiRule, ...]
    words: "CiWords"
    fail_on: Significance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CiWords:
    """Words that the formats need for themselves; ``more`` holds ``{n}`` for a number."""

    not_assessed: str
    accepted: str
    below: str
    failed: str
    screened: str
    more: str


def ci_run(
    screenings: Sequence[Screening],
    tr: Translator,
    *,
    fail_on: Significance | None = None,
    failures: Sequence[CiFailure] = (),
) -> CiRun:
    """One run over some screenings, at least one, of the same rulebook."""
    first = screenings[0]
    projects = [project_of(screening, tr, fail_on=fail_on) for screening in screenings]
    return run_of(projects, first.run, first.rulebook, tr, fail_on=fail_on, failures=failures)


def run_of(
    projects: Sequence[CiProject],
    run: RunInfo,
    book: Rulebook,
    tr: Translator,
    *,
    fail_on: Significance | None = None,
    failures: Sequence[CiFailure] = (),
) -> CiRun:
    """One run over projects, with the rules that their results name."""
    named = dict.fromkeys(result.rule_id for project in projects for result in project.results)
    level = tr.word(fail_on).lower() if fail_on else ""
    return CiRun(
        run=run,
        language=tr.language,
        projects=tuple(_told_apart(projects)),
        failures=tuple(failures),
        rules=tuple(_rules(named, book, tr)),
        fail_on=fail_on,
        words=CiWords(
            not_assessed=tr.t("level.na"),
            accepted=tr.t("card.accepted"),
            below=tr.t("ci.below", level=level),
            failed=tr.t("ci.failed"),
            screened=tr.t("ci.screened"),
            more=tr.t("ci.more", n="{n}"),
        ),
    )


def _told_apart(projects: Sequence[CiProject]) -> Iterator[CiProject]:
    """Where several are of one file, which is all that servers show, results name their project."""
    sharing = Counter(project.file for project in projects)
    for project in projects:
        if sharing[project.file] == 1:
            yield project
            continue
        yield replace(
            project,
            results=tuple(
                replace(result, title=f"{project.name}: {result.title}")
                for result in project.results
            ),
        )


def project_of(
    screening: Screening,
    tr: Translator,
    *,
    fail_on: Significance | None = None,
    id_: str | None = None,
) -> CiProject:
    """The results of one screening; small, and picklable for a worker process.

    ``id_`` tells it from other projects in one run, also where they are features of one file.
    """
    project = screening.project
    file = clean(posixpath.normpath(project.source.path))
    made = [
        *(_finding(finding, file, fail_on, tr) for finding in screening.findings),
        *(_not_assessed(gap, file, tr) for gap in screening.not_assessed),
        *(_acceptance(item, file, tr) for item in acceptance_words.not_in_effect(screening)),
    ]
    headline = acceptance_words.beside_verdict(screening, tr)
    source = f"{file}\n{project.source.layer or ''}"
    return CiProject(
        name=short(": ".join(dict.fromkeys(filter(None, (id_, project.name))))),
        file=file,
        kind=str(project.kind),
        sha256=project.source.sha256,
        verdict=str(screening.verdict),
        headline=" ".join(filter(None, (f"{tr.t(f'cli.verdict.{screening.verdict}')}.", headline))),
        results=tuple(_numbered(made, clean(source if id_ is None else f"{source}\n{id_}"))),
    )


# ----------------------------------------------------------------------------------------------
# Results
# ----------------------------------------------------------------------------------------------


def _finding(finding: Finding, file: str, fail_on: Significance | None, tr: Translator) -> CiResult:
    level = tr.word(finding.significance)
    first = [
        tr.t(
            "ci.measure",
            id=measure.id,
            step=tr.word(measure.step).lower(),
            text=tr.text(measure.text),
        )
        for measure in finding.measures[:1]
    ]
    terms = acceptance_words.terms(finding.accepted, tr) if finding.accepted else ""
    where = tr.kp_ranges(finding.kp_ranges, limit=6)
    said = [
        tr.text(finding.statement),
        f"{where}." if where else "",
        *first,
        f"{tr.t('card.accepted')} {terms}" if terms else "",
    ]
    return CiResult(
        kind=ResultKind.FINDING,
        id=clean(finding.id),
        rule_id=finding.rule_id,
        title=f"{level}: {short(tr.text(finding.title))}",
        message=_joined(said),
        kp_ranges=finding.kp_ranges,
        where=where,
        file=file,
        fingerprint="",
        level=finding.significance,
        level_word=level,
        fails=finding.accepted is None and (fail_on is None or finding.significance >= fail_on),
        accepted=finding.accepted,
        terms=terms,
    )


def _not_assessed(gap: NotAssessed, file: str, tr: Translator) -> CiResult:
    where = tr.kp_ranges(gap.kp_ranges, limit=6)
    need = tr.t("ci.required") if gap.required else ""
    return CiResult(
        kind=ResultKind.NOT_ASSESSED,
        id=clean(gap.subject_id),
        rule_id=gap.rule_id or gap.reason_code,
        title=f"{tr.t('level.na')}: {short(tr.text(gap.subject))}",
        message=_joined([tr.text(gap.reason), f"{where}." if where else "", need]),
        kp_ranges=gap.kp_ranges,
        where=where,
        file=file,
        fingerprint="",
        level_word=tr.t("level.na"),
        required=gap.required,
    )


def _acceptance(result: AcceptanceResult, project_file: str, tr: Translator) -> CiResult:
    place, finding_id = result.acceptance.place, short(result.acceptance.finding_id)
    file, line, column = _place(place) if place else (project_file, 1, 1)
    return CiResult(
        kind=ResultKind.ACCEPTANCE,
        id=f"{ACCEPTANCE_RULE}:{finding_id}:{result.outcome}",
        rule_id=ACCEPTANCE_RULE,
        title=f"{tr.t('acceptance.card_not_in_effect')}: {finding_id or place}",
        message=_joined([f"{tr.word(result.outcome)}.", acceptance_words.why_not(result, tr)]),
        kp_ranges=result.open_kp_ranges,
        where=tr.kp_ranges(result.open_kp_ranges, limit=6),
        file=file,
        fingerprint="",
        level_word=tr.word(result.outcome),
        line=line,
        column=column,
    )


def _place(place: str) -> tuple[str, int, int]:
    """File, line and column of ``file:line:column``."""
    file, line, column = place.rsplit(":", 2)
    return clean(posixpath.normpath(file.replace("\\", "/"))), int(line), int(column)


def _joined(parts: Iterable[str]) -> str:
    return short(" ".join(" ".join(clean(part).split()) for part in parts if part), _MESSAGE_LIMIT)


def _numbered(results: Sequence[CiResult], source: str) -> Iterator[CiResult]:
    """Results with ids that stand once, and fingerprints from file and id."""
    seen: Counter[str] = Counter()
    for result in results:
        seen[result.id] += 1
        id_ = result.id if seen[result.id] == 1 else f"{result.id}#{seen[result.id]}"
        digest = hashlib.sha256(f"{source}\0{result.kind}\0{id_}".encode()).hexdigest()
        yield replace(result, id=id_, fingerprint=digest)


def _rules(named: Iterable[str], book: Rulebook, tr: Translator) -> Iterator[CiRule]:
    """The rules of some ids; a reason that no rule gives is explained in a sentence."""
    known = {rule.id: rule for rule in book.rules}
    for id_ in named:
        if id_ in known:
            page = rule_page(known[id_], book, tr)
            yield CiRule(
                id=id_,
                name=page.name,
                help_text=plain(page, _HELP_WIDTH),
                help_markdown=markdown(page),
            )
        else:
            what = "acceptance" if id_ == ACCEPTANCE_RULE else "not_assessed"
            text = tr.t(f"ci.help.{what}")
            name = tr.t("acceptance.card_not_in_effect" if what == "acceptance" else "level.na")
            yield CiRule(id=id_, name=name, help_text=text, help_markdown=text)
