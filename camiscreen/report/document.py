"""Composes the whole report from a screening, as plain data, in one language.

This module's one job is the order of the sections; what each says stands in ``sections``.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields

from camiscreen.i18n import Translator
from camiscreen.model import Screening
from camiscreen.report import blocks as b
from camiscreen.report import figures
from camiscreen.report.links import without_dead_links
from camiscreen.report.sections import (
    acceptances,
    along,
    annexes,
    baseline,
    control,
    detail,
    findings,
    frameworks,
    gaps,
    knowledge,
    leaflet,
    lender,
    method,
    mitigation,
    monitoring,
    policy,
    project,
    redaction,
    summary,
    training,
)
from camiscreen.report.sections.common import Context, make_context, re_screen_by
from camiscreen.report.text import short
from camiscreen.report.tokens import LEVELS, NOT_ASSESSED
from camiscreen.vocabulary import Audience

RUNNING_LIMIT = 60
"""Longest name in the running title, which has one line."""

SECTIONS: tuple[Callable[[Context, str], b.Section], ...] = (
    control.section,
    summary.section,
    project.section,
    policy.section,
    method.section,
    gaps.section,
    baseline.section,
    findings.section,
    along.section,
    detail.section,
    acceptances.section,
    frameworks.section,
    mitigation.section,
    monitoring.section,
    knowledge.section,
    annexes.references,
)
"""Numbered sections, in the order in which an assessor reads; some only where ``WANTED`` is."""

OUTSIDE = (
    control.section,
    summary.section,
    project.section,
    gaps.section,
    acceptances.section,
    frameworks.section,
    annexes.references,
)
"""Sections on a project outside all required layers; method and rules would judge nothing."""

WANTED: Mapping[Callable[[Context, str], b.Section], Callable[[Context], bool]] = {
    acceptances.section: lambda ctx: acceptances.wanted(ctx.screening),
    along.section: along.wanted,
    frameworks.section: lambda ctx: frameworks.wanted(ctx.screening),
}
"""Sections that a report has only where there is something to say."""

ANNEXES: tuple[Callable[[Context, str], b.Section], ...] = (
    policy.clauses,
    annexes.layers,
    annexes.trace,
    annexes.glossary,
)


SHEETS: Mapping[Audience, tuple[Callable[[Context, str], b.Section], ...]] = {
    Audience.LENDER: (lender.outcome, lender.grounds),
    Audience.SUMMARY: (leaflet.section,),
}
"""Short versions: each section is a page, without a number, under a band in place of a cover."""


def compose(
    screening: Screening, translator: Translator, audience: Audience = Audience.EIA
) -> b.Document:
    """The report on a screening in the translator's language, as its audience needs it."""
    ctx = make_context(screening, translator)
    tr = translator
    sheet = SHEETS.get(audience)
    sections = (
        _full(ctx, audience)
        if sheet is None
        else tuple(redaction.announced(ctx, [make(ctx, "") for make in sheet]))
    )
    document = b.Document(
        language=tr.language,
        layout="report" if sheet is None else "sheet",
        title=ctx.name,
        running=tr.t("running.left", name=short(ctx.name, RUNNING_LIMIT)),
        running_right=tr.date(screening.run.generated_on),
        description=summary.sentence(ctx),
        generated_on=screening.run.generated_on,
        tool=f"camiscreen {screening.run.tool_version}",
        cover=_cover(ctx, audience),
        sections=sections,
        labels=b.Labels(
            contents=tr.t("contents"),
            skip=tr.t("skip"),
            page=tr.t("page"),
            page_of=tr.t("page_of"),
            not_assessed=tr.t("level.na"),
            unprintable=tr.t("unprintable"),
            rest_in_json=tr.t("rest_in_json", rows=tr.number(b.MOST_ROWS)),
            table=tr.t("word.table"),
            figure=tr.t("word.figure"),
            screen=_screen_labels(tr),
        ),
    )
    short_version = sheet is not None or ctx.wholly_outside
    return without_dead_links(document) if short_version else document


def _full(ctx: Context, audience: Audience) -> tuple[b.Section, ...]:
    """Numbered sections and annexes; for a course with notes and questions."""
    if ctx.wholly_outside and not ctx.screening.findings:
        return _outside(ctx)
    asked = [make for make in SECTIONS if make not in WANTED or WANTED[make](ctx)]
    numbered = [make(ctx, str(index)) for index, make in enumerate(asked, start=1)]
    numbered = redaction.announced(ctx, numbered)
    annexed = [make(ctx, chr(ord("A") + index)) for index, make in enumerate(ANNEXES)]
    sections = (*numbered, *annexed)
    if audience is Audience.TRAINING:
        return tuple(training.annotated(ctx, section) for section in sections)
    return sections


def _outside(ctx: Context) -> tuple[b.Section, ...]:
    """What is true of a project that no layer reaches: nothing to judge by, and nothing judged."""
    asked = [make for make in OUTSIDE if make not in WANTED or WANTED[make](ctx)]
    numbered = [make(ctx, str(index)) for index, make in enumerate(asked, start=1)]
    return (*redaction.announced(ctx, numbered), annexes.layers(ctx, "A"))


def _screen_labels(tr: Translator) -> b.ScreenLabels:
    blanks = {name: f"{{{name}}}" for name in ("what", "percent", "shown", "all")}
    return b.ScreenLabels(
        **{item.name: tr.t(f"screen.{item.name}", **blanks) for item in fields(b.ScreenLabels)}
    )


def _cover(ctx: Context, audience: Audience) -> b.Cover:
    tr, run = ctx.tr, ctx.screening.run
    levels: tuple[b.Level, ...] = (*LEVELS, NOT_ASSESSED)  # type: ignore[assignment]
    kicker = "cover.kicker" if audience is Audience.EIA else f"audience.{audience}"
    note = "cover.note" if audience not in SHEETS else "sheet.note"
    return b.Cover(
        kicker=tr.t(kicker),
        title=ctx.name,
        subtitle=tr.t(
            "cover.subtitle",
            kind=tr.word(ctx.screening.project.kind),
            size=project.size(ctx),
        ),
        facts=(
            b.Pair(label=tr.t("control.rulebook"), value=b.runs(run.rulebook_version)),
            b.Pair(label=tr.t("control.generated"), value=b.runs(tr.date(run.generated_on))),
            b.Pair(
                label=tr.t("control.rescreen"),
                value=b.runs(tr.date(re_screen_by(run.generated_on))),
            ),
        ),
        note=tr.t(note, tool=run.tool_version, rulebook=run.rulebook_version)
        + redaction.cover_note(ctx),
        figure=None if audience in SHEETS else figures.cover(ctx),
        key=tuple((level, ctx.level_word(level)) for level in levels),
    )
