"""Baseline: what is known of the species, corridors, sites and barriers that the project meets.

This module's one job: before any judgement, what is there. Accounts of the species stand in
``species_accounts``.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

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
    known = ("basis", "evidence_grade", "crossing")
    return _table(
        tr.t("strip.corridors"),
        met,
        (
            _column(tr.t("baseline.head.corridor"), 3.4, lambda e: _named(ctx, e, "note")),
            _where(ctx),
            _length(ctx),
            _column(tr.t("baseline.head.known"), 2.6, lambda e: _words(ctx, e, known), narrow=True),
            _sources(ctx),
        ),
        note=tr.t("baseline.corridors_note"),
    )


def _sites(ctx: Context, met: Sequence[Encounter]) -> b.Table:
    tr = ctx.tr
    return _table(
        tr.t("strip.sites"),
        met,
        (
            _column(tr.t("baseline.head.site"), 5, lambda e: _named(ctx, e, "role")),
            _where(ctx),
            _length(ctx),
            _sources(ctx),
        ),
    )


def _barriers(ctx: Context, met: Sequence[Encounter]) -> b.Table:
    tr = ctx.tr
    known = ("kind", "fence_status", "since")
    return _table(
        tr.t("strip.barriers"),
        met,
        (
            _column(tr.t("baseline.head.barrier"), 4.4, lambda e: _named(ctx, e, "effect")),
            _where(ctx),
            _column(tr.t("baseline.head.known"), 1.9, lambda e: _words(ctx, e, known), narrow=True),
            _sources(ctx),
        ),
        note=tr.t("baseline.barriers_note"),
    )


# ----------------------------------------------------------------------------------------------
# Columns: a head, and what stands below it for a receptor
# ----------------------------------------------------------------------------------------------

_Part: TypeAlias = tuple[b.Column, Callable[[Encounter], b.Runs]]


def _table(
    label: str, met: Sequence[Encounter], parts: Sequence[_Part], *, note: str = ""
) -> b.Table:
    return b.Table(
        label=label,
        columns=tuple(column for column, _ in parts),
        rows=tuple(b.Row(cells=tuple(cell(e) for _, cell in parts)) for e in met),
        note=b.runs(note) if note else (),
    )


def _column(
    head: str, share: float, cell: Callable[[Encounter], b.Runs], *, narrow: bool = False
) -> _Part:
    return b.Column(head=head, share=share, figures=narrow), cell


def _where(ctx: Context) -> _Part:
    """Stretches; of what is only near also how near."""
    tr = ctx.tr

    def cell(encounter: Encounter) -> b.Runs:
        where = ctx.where(encounter.kp_ranges, 3)
        if encounter.relation is Relation.NEAR:
            where = tr.t("baseline.near", km=tr.km(encounter.distance_m), where=where)
        return b.runs(where)

    return _column(tr.t("head.chainage"), 2.3, cell, narrow=True)


def _length(ctx: Context) -> _Part:
    """Kilometres crossed."""

    def cell(encounter: Encounter) -> b.Runs:
        crossed_m = encounter.crossing_length_m
        return b.runs(ctx.tr.km_number(crossed_m) if crossed_m else "–")

    return b.Column(head=ctx.tr.t("unit.km"), align="right", share=0.8), cell


def _sources(ctx: Context) -> _Part:
    head = ctx.tr.t("head.sources")
    return _column(head, 1.3, lambda e: ctx.cites(receptor_sources(e)), narrow=True)


def _named(ctx: Context, encounter: Encounter, says: str) -> b.Runs:
    """The name of a receptor and what its layer says of it."""
    tr, attributes = ctx.tr, encounter.receptor.attributes
    own = attributes.get(f"site_{tr.language}")
    name = own if isinstance(own, str) else tr.text(encounter.receptor.name)
    said = attributes.get(f"{says}_{tr.language}")
    more = (". ", b.quiet(short(said, 600))) if isinstance(said, str) and said else ()
    return b.runs(b.strong(short(name)), *more)


def _words(ctx: Context, encounter: Encounter, names: Sequence[str]) -> b.Runs:
    """What the layer says in words of its own; a user's words stand as they are."""
    out = []
    for name in names:
        value = encounter.receptor.attributes.get(name)
        if value not in (None, ""):
            out.append(short(ctx.tr.term(f"baseline.{name}", str(value)), 80))
    return b.runs("; ".join(out) or "–")
