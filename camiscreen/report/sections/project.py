"""Project description: what was given, what was made of it, and the states it runs through."""

from camiscreen.judging.design_stretches import fencing_stretches
from camiscreen.model import KpRange
from camiscreen.report import blocks as b
from camiscreen.report import figures
from camiscreen.report.sections import design
from camiscreen.report.sections.common import Context
from camiscreen.report.stretches import net_length_m, outside_ranges
from camiscreen.vocabulary import Fencing


def size(ctx: Context) -> str:
    """How long the project is, or how large, or of how many places."""
    tr, project = ctx.tr, ctx.screening.project
    if project.length_m > 0:
        return tr.km(project.length_m)
    if project.area_m2 > 0:
        return tr.t("size.area", km2=tr.number(project.area_m2 / 1e6, 1))
    return tr.t("count.places", n=len(project.points.geoms))


def section(ctx: Context, number: str) -> b.Section:
    """Kind, design, lengths, joining, states."""
    tr, project = ctx.tr, ctx.screening.project
    parts: list[b.Block] = [b.KeyValues(pairs=_facts(ctx))]
    locator = figures.locator(ctx)
    if locator is not None:
        parts.append(locator)
    if project.notes:
        parts.append(b.Heading(level=2, text=tr.t("project.notes")))
        parts.append(b.Bullets(items=tuple(b.runs(tr.message(note)) for note in project.notes)))
    if ctx.screening.assumptions:
        parts.append(
            b.Callout(
                title=tr.t("project.assumptions"),
                paragraphs=tuple(b.runs(tr.message(m)) for m in ctx.screening.assumptions),
            )
        )
    parts.extend(design.table(ctx))
    parts.append(b.Heading(level=2, text=tr.t("project.states")))
    parts.append(_states(ctx))
    return b.Section(
        anchor="project", number=number, title=tr.t("project.title"), blocks=tuple(parts)
    )


def _facts(ctx: Context) -> tuple[b.Pair, ...]:
    tr, project = ctx.tr, ctx.screening.project
    joining = project.joining
    facts = [
        (tr.t("control.kind"), tr.word(project.kind)),
        (tr.t("project.fencing"), _fencing(ctx)),
        (tr.t("project.length"), size(ctx)),
    ]
    if ctx.has_chainage:
        chainage = tr.km(project.chainage_length_m)
        facts.append((tr.t("project.chainage"), tr.t("project.chainage_text", km=chainage)))
        facts.append((tr.t("project.parts"), _parts(ctx)))
        if joining.bridges:
            facts.append(
                (
                    tr.t("project.bridges"),
                    tr.t(
                        "project.bridges_text",
                        n=len(joining.bridges),
                        total=tr.km(sum(bridge.length_m for bridge in joining.bridges)),
                        widest=tr.km(max(bridge.length_m for bridge in joining.bridges)),
                    ),
                )
            )
        if joining.parallel_parts:
            facts.append(
                (
                    tr.t("project.parallel"),
                    tr.t(
                        "project.parallel_text",
                        n=joining.parallel_parts,
                        km=tr.km(joining.parallel_length_m),
                    ),
                )
            )
    facts.append((tr.t("project.covered"), _covered(ctx)))
    return tuple(b.Pair(label=label, value=b.runs(value)) for label, value in facts)


def _fencing(ctx: Context) -> str:
    """In a word, or where it differs, the stretches of each word with their kilometres."""
    tr, project = ctx.tr, ctx.screening.project
    places: dict[str, list[KpRange]] = {}
    for part in fencing_stretches(project):
        word = tr.word(part.fencing)
        if part.fencing is Fencing.UNKNOWN:
            word = tr.t("project.unknown_worst_case")
        elif not part.stated:
            word = tr.t("project.taken_as_open")
        places.setdefault(word, []).append(part.kp_m)
    if len(places) == 1:
        return next(iter(places))
    return "; ".join(
        tr.t(
            "project.fencing_where",
            fencing=word,
            where=ctx.where(ranges, len(ranges)),
            length_m=sum(last - first for first, last in ranges),
        )
        for word, ranges in places.items()
    )


def _parts(ctx: Context) -> str:
    tr, joining = ctx.tr, ctx.screening.project.joining
    given = tr.t("project.parts_given", n=joining.parts)
    chains = tr.t("project.parts_chains", n=max(1, joining.chains))
    return given if joining.parts <= 1 else f"{given}; {chains}"


def _covered(ctx: Context) -> str:
    tr = ctx.tr
    if ctx.covered_fraction >= 1:
        return tr.t("project.covered_all")
    share = tr.percent(ctx.covered_fraction)
    outside_m = net_length_m(outside_ranges(ctx.screening), ctx.screening.project)
    if outside_m <= 0:
        return tr.t("project.covered_share", share=share)
    return tr.t("project.covered_part", share=share, km=tr.km(outside_m))


def _states(ctx: Context) -> b.Block:
    tr, states = ctx.tr, ctx.screening.exposure.states
    if not states:
        return b.Paragraph(runs=b.runs(tr.t("project.no_state")))
    rows = tuple(
        b.Row(
            cells=(
                b.runs(tr.text(state.name)),
                b.runs(ctx.where(state.kp_ranges)),
                b.runs(tr.km_number(state.length_m)),
                b.runs(tr.t("party.yes" if state.cms_party else "party.no")),
            )
        )
        for state in states
    )
    return b.Table(
        label=tr.t("project.states"),
        columns=(
            b.Column(head=tr.t("head.state"), share=2.4),
            b.Column(head=tr.t("head.chainage"), share=3.4),
            b.Column(head=tr.t("unit.km"), align="right", share=1),
            b.Column(head=tr.t("head.party"), share=2),
        ),
        rows=rows,
        note=b.runs(tr.t("project.states_note")),
    )
