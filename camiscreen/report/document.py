"""Composes the whole report from a screening, as plain data, in one language.

This module's one job is the order of the sections; what each says stands in ``sections``.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields

from camiscreen.i18n import Translator
from camiscreen.model import Screening
from camiscreen.report import blocks as b
from camiscreen.report.sections import (
    acceptances,
    annexes,
    control,
    findings,
    frameworks,
    gaps,
    method,
    mitigation,
    policy,
    project,
    redaction,
    summary,
)
from camiscreen.report.sections.common import Context, make_context, re_screen_by
from camiscreen.report.text import short
from camiscreen.report.tokens import LEVELS, NOT_ASSESSED

RUNNING_LIMIT = 60
"""Longest name in the running title, which has one line."""

SECTIONS: tuple[Callable[[Context, str], b.Section], ...] = (
    control.section,
    summary.section,
    project.section,
    policy.section,
    method.section,
    gaps.section,
    findings.section,
    acceptances.section,
    frameworks.section,
    mitigation.section,
    annexes.references,
)
"""Numbered sections, in the order in which an assessor reads; some only where ``WANTED`` is."""

WANTED: Mapping[Callable[[Context, str], b.Section], Callable[[Screening], bool]] = {
    acceptances.section: acceptances.wanted,
    frameworks.section: frameworks.wanted,
}
"""Sections that a report has only where there is something to say."""

ANNEXES: tuple[Callable[[Context, str], b.Section], ...] = (
    annexes.layers,
    annexes.trace,
    annexes.glossary,
)


def compose(screening: Screening, translator: Translator) -> b.Document:
    """The report on a screening in the translator's language."""
    ctx = make_context(screening, translator)
    tr = translator
    asked = [make for make in SECTIONS if make not in WANTED or WANTED[make](screening)]
    numbered = [make(ctx, str(index)) for index, make in enumerate(asked, start=1)]
    numbered = redaction.announced(ctx, numbered)
    annexed = [make(ctx, chr(ord("A") + index)) for index, make in enumerate(ANNEXES)]
    return b.Document(
        language=tr.language,
        title=ctx.name,
        running=tr.t("running.left", name=short(ctx.name, RUNNING_LIMIT)),
        running_right=tr.date(screening.run.generated_on),
        description=summary.sentence(ctx),
        generated_on=screening.run.generated_on,
        tool=f"camiscreen {screening.run.tool_version}",
        cover=_cover(ctx),
        sections=(*numbered, *annexed),
        labels=b.Labels(
            contents=tr.t("contents"),
            skip=tr.t("skip"),
            page=tr.t("page"),
            page_of=tr.t("page_of"),
            not_assessed=tr.t("level.na"),
            unprintable=tr.t("unprintable"),
            rest_in_json=tr.t("rest_in_json"),
            screen=_screen_labels(tr),
        ),
    )


def _screen_labels(tr: Translator) -> b.ScreenLabels:
    blanks = {name: f"{{{name}}}" for name in ("what", "percent", "shown", "all")}
    return b.ScreenLabels(
        **{item.name: tr.t(f"screen.{item.name}", **blanks) for item in fields(b.ScreenLabels)}
    )


def _cover(ctx: Context) -> b.Cover:
    tr, run = ctx.tr, ctx.screening.run
    levels: tuple[b.Level, ...] = (*LEVELS, NOT_ASSESSED)  # type: ignore[assignment]
    return b.Cover(
        kicker=tr.t("cover.kicker"),
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
        note=tr.t("cover.note", tool=run.tool_version, rulebook=run.rulebook_version)
        + redaction.cover_note(ctx),
        figure=findings.cover_figure(ctx),
        key=tuple((level, ctx.level_word(level)) for level in levels),
    )
