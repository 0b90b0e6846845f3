"""One page in plain language, for those who live along the line: clause 3.4(a).

This module's one job. No term of the trade where a common word will do, the same numbers as in the
full report, and what was not checked before what to do.
"""

from camiscreen.model import Finding, Measure
from camiscreen.report import blocks as b
from camiscreen.report.sections import sheets, summary
from camiscreen.report.sections.common import Context
from camiscreen.report.sections.project import size
from camiscreen.report.text import short
from camiscreen.vocabulary import Step, Verdict

MAP_PT = 195.0
LABELS = 3
ROWS = 4
GAPS = 4
ASSUMPTIONS = 2
STATES = 4
MEASURE_LETTERS = 160
"""A longer measure is for the full report: cut short it could say something else."""


def section(ctx: Context, number: str) -> b.Section:
    """What is planned, what was found, what was not checked, what can be done and asked."""
    tr = ctx.tr
    parts: list[b.Block] = [b.Paragraph(runs=b.runs(_planned(ctx)), style="lead")]
    figure = sheets.map_figure(ctx, MAP_PT, LABELS)
    if figure is not None:
        parts.append(figure)
    parts.append(b.Heading(level=2, text=tr.t("leaflet.found")))
    parts.append(b.Paragraph(runs=_found(ctx)))
    rows = gravest_by_species(ctx)[:ROWS]
    if rows:
        parts.append(sheets.findings_table(ctx, rows, confidence=False))
    parts.append(b.Heading(level=2, text=tr.t("leaflet.unchecked")))
    parts.append(b.Paragraph(runs=_unchecked(ctx)))
    measures = _measures(ctx)
    if measures:
        parts.append(b.Heading(level=2, text=tr.t("leaflet.do")))
        parts.append(b.Bullets(items=measures))
    parts.append(b.Heading(level=2, text=tr.t("leaflet.ask")))
    parts.append(b.Bullets(items=tuple(b.runs(tr.t(f"leaflet.ask.{n}")) for n in range(1, 4))))
    parts.append(b.Paragraph(runs=b.runs(tr.t("leaflet.desk")), style="note"))
    return b.Section(
        anchor="summary", number=number, title=tr.t("leaflet.title"), blocks=tuple(parts)
    )


def _planned(ctx: Context) -> str:
    tr = ctx.tr
    kind = tr.word(ctx.screening.project.kind)
    names = list(dict.fromkeys(tr.text(s.name) for s in ctx.screening.exposure.states))
    if not names:
        return tr.t("leaflet.planned_nowhere", kind=kind, size=size(ctx))
    where = tr.join(names) if len(names) <= STATES else tr.t("count.states", n=len(names))
    return tr.t("leaflet.planned", kind=kind, size=size(ctx), where=where)


def _found(ctx: Context) -> b.Runs:
    """The verdict, and what its level means."""
    tr, word = ctx.tr, ctx.screening.verdict
    out: list[b.Run | str] = [b.strong(summary.sentence(ctx))]
    level = summary.verdict_level(ctx)
    if level == "na":
        key = "verdict.outside_detail" if ctx.wholly_outside else "verdict.not_good_news"
        out += [" ", tr.t(key)]
    elif word is Verdict.NONE:
        out += [" ", tr.t("leaflet.none")]
    else:
        if word is Verdict.ACCEPTED:
            out += [" ", tr.t("verdict.accepted_detail")]
        out += [" ", tr.t(f"leaflet.level.{level}")]
    rest = len(ctx.screening.findings) - min(ROWS, len(gravest_by_species(ctx)))
    if rest > 0:
        out += [" ", tr.t("leaflet.more", n=rest)]
    return b.runs(*out)


def gravest_by_species(ctx: Context) -> list[Finding]:
    """For each animal the gravest finding that names it; findings that name none if all do not."""
    seen: set[str] = set()
    chosen = []
    for finding in ctx.ordered_findings():
        new = set(finding.species_ids) - seen
        if new:
            chosen.append(finding)
            seen |= new
    return chosen or ctx.ordered_findings()


def _unchecked(ctx: Context) -> b.Runs:
    """What was not checked and what was assumed, in running text."""
    tr = ctx.tr
    out: list[b.Run | str] = [b.strong(tr.t("gaps.silence" if ctx.gaps else "gaps.none"))]
    for line in sheets.gap_names(ctx, GAPS):
        out += [" ", *line, "."] if not line[-1].text.endswith(".") else [" ", *line]
    said = sheets.assumed(ctx, ASSUMPTIONS)
    if said:
        out += [" ", b.strong(tr.t("card.assumed"))]
        for line in said:
            out += [" ", *line]
    return b.runs(*out)


def _measures(ctx: Context) -> tuple[b.Runs, ...]:
    """One measure for each step of the hierarchy, of the gravest finding that has one."""
    tr = ctx.tr
    chosen: dict[Step, Measure] = {}
    for finding in ctx.ordered_findings():
        for measure in finding.measures:
            if len(tr.text(measure.text)) <= MEASURE_LETTERS:
                chosen.setdefault(measure.step, measure)
    return tuple(
        b.runs(b.strong(f"{tr.word(step)}:"), " ", short(tr.text(chosen[step].text), 400))
        for step in Step
        if step in chosen
    )
