"""Monitoring: whether measures work, and what to find out in the field or of the designer."""

from collections.abc import Sequence

from camiscreen.geometry.chainage import merge_ranges
from camiscreen.model import Finding, KpRange, Species, Survey
from camiscreen.report import blocks as b
from camiscreen.report.anchors import measure_anchor
from camiscreen.report.sections.common import Context
from camiscreen.report.text import clean
from camiscreen.values import dataclass
from camiscreen.vocabulary import Confidence, GroundUse

GAP_FAMILIES = ("GAP-", "DAT-")
"""Findings that are gaps themselves, of design or of data, whatever their confidence."""


@dataclass(slots=True, kw_only=True)
class _Task:
    """One thing to find out, with all places and numbers that ask for it."""

    what: str
    method: str
    sources: tuple[str, ...]
    uses: tuple[GroundUse, ...]
    kp_ranges: list[KpRange]
    species_ids: dict[str, None]
    asked_by: list[b.Run]
    of_designer: bool = False


def section(ctx: Context, number: str) -> b.Section:
    """Indicators by measure, then the terms of reference of the survey."""
    tr = ctx.tr
    parts: list[b.Block] = []
    rows = _indicator_rows(ctx)
    if rows:
        parts.append(b.Paragraph(runs=b.runs(tr.t("monitoring.lead"))))
        parts.append(
            b.Table(
                label=tr.t("monitoring.indicators"),
                columns=(
                    b.Column(head=tr.t("head.measure"), share=1.1),
                    b.Column(head=tr.t("monitoring.head.what"), share=3.2),
                    b.Column(head=tr.t("monitoring.head.how"), share=3),
                    b.Column(head=tr.t("monitoring.head.when"), share=2.2),
                    b.Column(head=tr.t("head.sources"), share=1.3, figures=True),
                ),
                rows=tuple(rows),
                note=b.runs(tr.t("monitoring.note")),
            )
        )
    asked = _tasks(ctx)
    tasks = [task for task in asked if not task.of_designer]
    parts.append(b.Heading(level=2, text=tr.t("survey.title"), anchor="survey"))
    if not tasks:
        parts.append(b.Paragraph(runs=b.runs(tr.t("survey.none"))))
    else:
        parts.append(b.Paragraph(runs=b.runs(tr.t("survey.lead"))))
        parts.append(_survey(ctx, tasks))
    questions = [task for task in asked if task.of_designer]
    if questions:
        parts.append(b.Heading(level=2, text=tr.t("designer.title"), anchor="designer"))
        parts.append(b.Paragraph(runs=b.runs(tr.t("designer.lead"))))
        parts.append(_questions(ctx, questions))
    return b.Section(
        anchor="monitoring", number=number, title=tr.t("monitoring.title"), blocks=tuple(parts)
    )


def _indicator_rows(ctx: Context) -> list[b.Row]:
    """Every measure that a finding names, in hierarchy order, each indicator in a row."""
    tr = ctx.tr
    measures = {m.id: m for f in ctx.ordered_findings() for m in f.measures}
    rows = []
    for measure in sorted(measures.values(), key=lambda m: (m.step.rank, m.id)):
        for indicator in measure.indicators:
            when = tr.text(indicator.when) if indicator.when else tr.t("monitoring.not_stated")
            rows.append(
                b.Row(
                    cells=(
                        (b.link(measure.id, measure_anchor(measure.id)),),
                        b.runs(tr.text(indicator.what)),
                        b.runs(tr.text(indicator.how)),
                        b.runs(when),
                        ctx.cites(indicator.sources),
                    )
                )
            )
    return rows


# ----------------------------------------------------------------------------------------------
# Survey
# ----------------------------------------------------------------------------------------------


def _tasks(ctx: Context) -> list[_Task]:
    """What gaps and findings of low confidence ask for; the same question stands once."""
    tr = ctx.tr
    found: dict[tuple[str, str], _Task] = {}
    for item in ctx.gaps:
        gap = item.gap
        fallback = tr.t("survey.fallback_gap", subject=clean(tr.text(gap.subject)))
        task = _task_of(ctx, found, gap.survey, fallback, gap.sources)
        task.kp_ranges += gap.kp_ranges
        task.species_ids.update(dict.fromkeys(gap.species_ids))
        task.asked_by.append(ctx.gap_link(item.number))
    for finding in ctx.ordered_findings():
        if _uncertain(finding):
            fallback = tr.t("survey.fallback_finding", title=clean(tr.text(finding.title)))
            task = _task_of(ctx, found, finding.survey, fallback, finding.sources)
            task.kp_ranges += finding.kp_ranges
            task.species_ids.update(dict.fromkeys(finding.species_ids))
            task.asked_by.append(ctx.finding_link(finding))
    return list(found.values())


def _task_of(
    ctx: Context,
    found: dict[tuple[str, str], _Task],
    survey: Survey | None,
    fallback: str,
    sources: tuple[str, ...],
) -> _Task:
    """The task of a survey, or of what its absence leaves to say; made where it is new."""
    tr = ctx.tr
    what = clean(tr.text(survey.what)) if survey else fallback
    method = tr.text(survey.method) if survey and survey.method else tr.t("survey.no_method")
    new = _Task(
        what=what,
        method=method,
        sources=survey.sources if survey else sources,
        uses=survey.uses if survey else (),
        kp_ranges=[],
        species_ids={},
        asked_by=[],
        of_designer=survey is not None and survey.of_designer,
    )
    return found.setdefault((what, method), new)


def _uncertain(finding: Finding) -> bool:
    return finding.confidence is Confidence.LOW or finding.rule_id.startswith(GAP_FAMILIES)


def _survey(ctx: Context, tasks: Sequence[_Task]) -> b.Table:
    tr = ctx.tr
    return b.Table(
        label=tr.t("survey.title"),
        columns=(
            b.Column(head=tr.t("survey.head.what"), share=3.4),
            b.Column(head=tr.t("survey.head.where"), share=2, figures=True),
            b.Column(head=tr.t("survey.head.when"), share=2.6, figures=True),
            b.Column(head=tr.t("survey.head.how"), share=2.2),
            b.Column(head=tr.t("survey.head.for"), share=1.1, figures=True),
        ),
        rows=tuple(_row(ctx, task) for task in tasks),
        note=b.runs(tr.t("survey.note")),
    )


def _questions(ctx: Context, tasks: Sequence[_Task]) -> b.Table:
    """What the design does not say; no one in the field can."""
    tr = ctx.tr
    return b.Table(
        label=tr.t("designer.title"),
        columns=(
            b.Column(head=tr.t("designer.head.what"), share=4.6),
            b.Column(head=tr.t("survey.head.where"), share=3, figures=True),
            b.Column(head=tr.t("head.sources"), share=2, figures=True),
            b.Column(head=tr.t("survey.head.for"), share=1.7, figures=True),
        ),
        rows=tuple(
            b.Row(
                cells=(
                    b.runs(task.what),
                    b.runs(_where(ctx, task)),
                    ctx.cites(task.sources),
                    b.spaced(task.asked_by, " "),
                )
            )
            for task in tasks
        ),
    )


def _row(ctx: Context, task: _Task) -> b.Row:
    return b.Row(
        cells=(
            b.runs(task.what),
            b.runs(_where(ctx, task)),
            b.runs(_months(ctx, task)),
            (b.text(f"{task.method} "), *ctx.cites(task.sources)),
            b.spaced(task.asked_by, " "),
        )
    )


def _where(ctx: Context, task: _Task) -> str:
    if task.kp_ranges or not ctx.has_chainage:
        return ctx.where(merge_ranges(task.kp_ranges), 6)
    return ctx.tr.t("design.whole")


def _months(ctx: Context, task: _Task) -> str:
    """The verified months of the species met, by event; where there are none, that is said."""
    tr = ctx.tr
    if not task.uses:
        return tr.t("survey.any_season")
    said = []
    for species_id in task.species_ids:
        species = ctx.species.get(species_id)
        if species is not None:
            said.append(f"{tr.text(species.name)}: {_calendar(ctx, species, task.uses)}")
    return "; ".join(said) or tr.t("survey.months_unknown")


def _calendar(ctx: Context, species: Species, uses: Sequence[GroundUse]) -> str:
    tr, book = ctx.tr, ctx.screening.rulebook
    events = {event.id: event for event in book.events}
    found = [
        f"{', '.join(_runs_of_months(ctx, item.season.months))} "
        f"({tr.text(ctx.event_name(item, events[item.season.event]))})"
        for item in ctx.seasons(species)
        if item.season.verified
        and item.season.event in events
        and events[item.season.event].use in uses
    ]
    return ", ".join(found) or tr.t("survey.months_unknown")


def _runs_of_months(ctx: Context, months: Sequence[int]) -> list[str]:
    """Months in a row as from and to; December and January are neighbours."""
    names = [ctx.tr.text(name) for name in ctx.screening.rulebook.months]
    if len(set(months)) == len(names):
        return [f"{names[0]}–{names[-1]}"]
    runs = []
    for start in sorted(set(months)):
        if (start - 2) % 12 + 1 in months:
            continue
        end = start
        while end % 12 + 1 in months:
            end = end % 12 + 1
        runs.append(names[start - 1] if start == end else f"{names[start - 1]}–{names[end - 1]}")
    return runs
