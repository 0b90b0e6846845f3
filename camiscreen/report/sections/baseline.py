"""Baseline: what is known of the species, corridors, sites and barriers that the project meets.

This module's one job: before any judgement, what is there. Accounts of the species stand in
``species_accounts``.
"""

from collections.abc import Sequence

from camiscreen.model import Encounter
from camiscreen.report import blocks as b
from camiscreen.report import figures
from camiscreen.report.sections.common import Context, receptor_sources
from camiscreen.report.sections.species_accounts import accounts
from camiscreen.report.strip_rows import in_use
from camiscreen.report.text import short
from camiscreen.vocabulary import ReceptorKind, Relation


def section(ctx: Context, number: str) -> b.Section:
    """Small maps, species accounts, then a table for each other kind of receptor."""
    tr = ctx.tr
    tables: list[b.Block] = []
    silent: dict[str, list[str]] = {}
    for name, kinds, table in (
        ("corridors", (ReceptorKind.CORRIDOR,), _corridors),
        ("sites", (ReceptorKind.SITE, ReceptorKind.LANDSCAPE), _sites),
        ("barriers", (ReceptorKind.BARRIER,), _barriers),
    ):
        title = tr.t(f"strip.{name}")
        met = [e for e in ctx.screening.exposure.encounters if e.receptor_kind in kinds]
        if met:
            tables += [b.Heading(level=2, text=title), table(ctx, met)]
        else:
            key = "none" if in_use(ctx.screening, kinds[:1]) else "no_layer"
            silent.setdefault(key, []).append(title)
    # What is not there is said first: at the end it would begin a page for one line.
    parts: list[b.Block] = [b.Paragraph(runs=b.runs(tr.t("baseline.lead")))]
    parts += [
        b.Paragraph(runs=b.runs(b.strong(f"{'; '.join(titles)}."), " ", tr.t(f"baseline.{key}")))
        for key, titles in silent.items()
    ]
    parts.append(b.Heading(level=2, text=tr.t("baseline.species")))
    panels = figures.panels(ctx)
    if panels is not None:
        parts.append(panels)
    parts += [*accounts(ctx), *tables]
    return b.Section(
        anchor="baseline", number=number, title=tr.t("baseline.title"), blocks=tuple(parts)
    )


def _corridors(ctx: Context, met: Sequence[Encounter]) -> b.Table:
    tr = ctx.tr
    return b.Table(
        label=tr.t("strip.corridors"),
        columns=(
            b.Column(head=tr.t("baseline.head.corridor"), share=3.4),
            b.Column(head=tr.t("head.chainage"), share=2.3, figures=True),
            b.Column(head=tr.t("unit.km"), align="right", share=0.8),
            b.Column(head=tr.t("baseline.head.known"), share=2.6, figures=True),
            b.Column(head=tr.t("head.sources"), share=1.2, figures=True),
        ),
        rows=tuple(
            b.Row(
                cells=(
                    _named(ctx, e, "note"),
                    b.runs(_where(ctx, e)),
                    b.runs(_length(ctx, e)),
                    b.runs(_words(ctx, e, ("basis", "evidence_grade", "crossing"))),
                    ctx.cites(receptor_sources(e)),
                )
            )
            for e in met
        ),
        note=b.runs(tr.t("baseline.corridors_note")),
    )


def _sites(ctx: Context, met: Sequence[Encounter]) -> b.Table:
    tr = ctx.tr
    return b.Table(
        label=tr.t("strip.sites"),
        columns=(
            b.Column(head=tr.t("baseline.head.site"), share=5),
            b.Column(head=tr.t("head.chainage"), share=2.6, figures=True),
            b.Column(head=tr.t("unit.km"), align="right", share=0.8),
            b.Column(head=tr.t("head.sources"), share=1.4, figures=True),
        ),
        rows=tuple(
            b.Row(
                cells=(
                    _named(ctx, e, "role"),
                    b.runs(_where(ctx, e)),
                    b.runs(_length(ctx, e)),
                    ctx.cites(receptor_sources(e)),
                )
            )
            for e in met
        ),
    )


def _barriers(ctx: Context, met: Sequence[Encounter]) -> b.Table:
    tr = ctx.tr
    return b.Table(
        label=tr.t("strip.barriers"),
        columns=(
            b.Column(head=tr.t("baseline.head.barrier"), share=4.4),
            b.Column(head=tr.t("head.chainage"), share=2.3, figures=True),
            b.Column(head=tr.t("baseline.head.known"), share=1.9, figures=True),
            b.Column(head=tr.t("head.sources"), share=1.4, figures=True),
        ),
        rows=tuple(
            b.Row(
                cells=(
                    _named(ctx, e, "effect"),
                    b.runs(_where(ctx, e)),
                    b.runs(_words(ctx, e, ("kind", "fence_status", "since"))),
                    ctx.cites(receptor_sources(e)),
                )
            )
            for e in met
        ),
        note=b.runs(tr.t("baseline.barriers_note")),
    )


def _named(ctx: Context, encounter: Encounter, says: str) -> b.Runs:
    """The name of a receptor and what its layer says of it."""
    tr, attributes = ctx.tr, encounter.receptor.attributes
    own = attributes.get(f"site_{tr.language}")
    name = own if isinstance(own, str) else tr.text(encounter.receptor.name)
    said = attributes.get(f"{says}_{tr.language}")
    more = (". ", b.quiet(short(said, 600))) if isinstance(said, str) and said else ()
    return b.runs(b.strong(short(name)), *more)


def _where(ctx: Context, encounter: Encounter) -> str:
    """Stretches; of what is only near also how near."""
    tr = ctx.tr
    where = ctx.where(encounter.kp_ranges, 3)
    if encounter.relation is not Relation.NEAR:
        return where
    return tr.t("baseline.near", km=tr.km(encounter.distance_m), where=where)


def _length(ctx: Context, encounter: Encounter) -> str:
    return ctx.tr.km_number(encounter.crossing_length_m) if encounter.crossing_length_m else "–"


def _words(ctx: Context, encounter: Encounter, names: Sequence[str]) -> str:
    """What the layer says in words of its own; a user's words stand as they are."""
    out = []
    for name in names:
        value = encounter.receptor.attributes.get(name)
        if value not in (None, ""):
            out.append(short(ctx.tr.term(f"baseline.{name}", str(value)), 80))
    return "; ".join(out) or "–"
