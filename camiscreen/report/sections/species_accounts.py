"""A short account of each species met, from its profile in the rulebook and the encounters.

This module's one job. Everything carries its year and its sources; what no source bears out is
marked as to be checked.
"""

from collections.abc import Sequence

from camiscreen.i18n import NBSP
from camiscreen.judging.local_seasons import LocalSeason
from camiscreen.model import BarrierResponse, Species
from camiscreen.report import blocks as b
from camiscreen.report import species_met
from camiscreen.report.season_calendar import UNVERIFIED, runs_of
from camiscreen.report.sections.common import Context
from camiscreen.report.strip_rows import SpeciesRow, in_use, species_rows
from camiscreen.report.text import short
from camiscreen.species_words import population_words
from camiscreen.vocabulary import ReceptorKind

MOST_RESPONSES = 3
"""Records at barriers that are printed; ``camiscreen species`` prints all."""


def accounts(ctx: Context) -> list[b.Block]:
    """A heading and a list for each species met, in the order of the map."""
    tr = ctx.tr
    rows = {row.species_id: row for row in species_rows(ctx.screening, tr)}
    parts: list[b.Block] = []
    for species_id in species_met.met(ctx.screening):
        species = ctx.species.get(species_id)
        if species is None:
            parts.append(b.Heading(level=3, text=short(species_id, 60)))
            parts.append(b.Paragraph(runs=b.runs(tr.t("baseline.no_profile"))))
            continue
        name = f"{tr.text(species.name)} · {species.listing_name}"
        parts.append(b.Heading(level=3, text=name))
        parts.append(b.KeyValues(pairs=_pairs(ctx, species, rows.get(species_id))))
    if not parts:
        known = in_use(ctx.screening, [ReceptorKind.SPECIES_RANGE])
        key = "baseline.no_species" if known else "baseline.no_layer"
        parts.append(b.Paragraph(runs=b.runs(tr.t(key))))
    return parts


def _pairs(ctx: Context, species: Species, row: SpeciesRow | None) -> tuple[b.Pair, ...]:
    tr = ctx.tr
    pairs = [
        (tr.t("baseline.here"), b.runs(_here(ctx, row))),
        (tr.t("baseline.status"), _status(ctx, species)),
        (tr.t("page.population"), _population(ctx, species)),
        (tr.t("page.movement"), _movement(ctx, species)),
        (tr.t("page.seasons"), _seasons(ctx, ctx.seasons(species))),
        (tr.t("page.barriers"), _responses(ctx, species)),
    ]
    return tuple(b.Pair(label=label, value=value) for label, value in pairs)


def _here(ctx: Context, row: SpeciesRow | None) -> str:
    tr = ctx.tr
    if row is None:
        return tr.t("baseline.here_site")
    if not row.crossed_m:
        return tr.t("baseline.here_near", where=ctx.where(row.near, 3))
    length_m = ctx.screening.project.length_m
    share = tr.percent(min(1.0, row.crossed_m / length_m)) if length_m else "–"
    return tr.t(
        "baseline.here_crossed",
        km=tr.km(row.crossed_m),
        share=share,
        where=ctx.where(row.crossed, 3),
    )


def _status(ctx: Context, species: Species) -> b.Runs:
    tr, iucn = ctx.tr, species.iucn
    listed = (
        tr.t("species.cms", app="/".join(species.cms_appendix))
        if species.cms_appendix
        else tr.t("baseline.not_listed")
    )
    if not species.covered_by_programme:
        listed = f"{listed}, {tr.t('page.not_covered')}"
    year = f" ({iucn.year})" if iucn.year else f" ({tr.t('page.year_not_read')})"
    said = f"{listed}; {tr.t('species.iucn', category=iucn.category)}{year}"
    return _sourced(ctx, said, iucn.references, verified=iucn.verified)


def _population(ctx: Context, species: Species) -> b.Runs:
    population = species.population
    said = population_words(population, ctx.tr)
    if not said:
        return b.runs(ctx.tr.t("page.population_unknown"))
    return _sourced(ctx, said, population.references, verified=population.verified)


def _movement(ctx: Context, species: Species) -> b.Runs:
    tr, movement = ctx.tr, species.movement
    kind = tr.term("movement", movement.type)
    scale = tr.text(movement.scale) if movement.scale else tr.t("page.scale_unknown")
    said = f"{kind[:1].upper()}{kind[1:]}. {scale}"
    return _sourced(ctx, said, movement.references, verified=movement.verified)


def _seasons(ctx: Context, seasons: Sequence[LocalSeason]) -> b.Runs:
    """Events with their months, ``Mar–Jul``; the degree sign marks months not verified."""
    tr = ctx.tr
    events = {event.id: event for event in ctx.screening.rulebook.events}
    said = []
    for item in seasons:
        season = item.season
        months = ", ".join(
            tr.t(f"month.short.{first}")
            + (f"–{tr.t(f'month.short.{last}')}" if last > first else "")
            for first, last in runs_of(season.months)
        )
        name = season.event.replace("_", " ")
        if season.event in events:
            name = tr.text(ctx.event_name(item, events[season.event]))
        said.append(f"{name} {months}{'' if season.verified else UNVERIFIED}")
    if not said:
        return b.runs(tr.t("page.no_seasons"))
    references = dict.fromkeys(ref for item in seasons for ref in item.season.references)
    return _sourced(ctx, "; ".join(said), tuple(references), verified=True)


def _responses(ctx: Context, species: Species) -> b.Runs:
    """Records at barriers, those of the project's own kind and verified ones first."""
    tr, kind = ctx.tr, str(ctx.screening.project.kind)

    def rank(response: BarrierResponse) -> tuple[bool, bool, bool]:
        own = response.infrastructure.startswith(kind)
        return (not response.verified, not own, not response.fully_blocking)

    ordered = sorted(species.barrier_responses, key=rank)
    out: list[b.Run] = []
    for response in ordered[:MOST_RESPONSES]:
        if out:
            out.append(b.text(" "))
        place = tr.term("infrastructure", response.infrastructure)
        out.append(b.strong(f"{place}:"))
        out.append(b.text(" "))
        said = tr.text(response.response)
        out.extend(_sourced(ctx, said, response.references, verified=response.verified))
    rest = len(ordered) - MOST_RESPONSES
    if rest > 0:
        out.extend(b.runs(" ", b.quiet(tr.t("baseline.more_records", n=rest, id=species.id))))
    return tuple(out) or b.runs(tr.t("page.barrier_sentence.unknown"))


def _sourced(ctx: Context, said: str, references: Sequence[str], *, verified: bool) -> b.Runs:
    """A sentence, its sources in brackets, and the mark where no source bears it out."""
    out: list[b.Run] = [b.text(said.removesuffix("."))]
    if references:
        out.extend((b.text(" ["), *ctx.cites(references), b.text("]")))
    if not verified:
        out.append(b.quiet(f"{NBSP}({ctx.tr.t('cli.label.to_be_checked')})"))
    out.append(b.text("."))
    return tuple(out)
