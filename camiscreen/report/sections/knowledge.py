"""Knowledge gaps: what no source that was read says of the species met, or is not verified."""

from camiscreen.model import Measure, Species
from camiscreen.report import blocks as b
from camiscreen.report.anchors import measure_anchor
from camiscreen.report.sections.common import Context
from camiscreen.vocabulary import GroundUse

_SEASONS = (GroundUse.BIRTHS, GroundUse.RUT)


def section(ctx: Context, number: str) -> b.Section:
    """By species, by measure, and what holds for every project."""
    tr = ctx.tr
    met = dict.fromkeys(
        encounter.species_id
        for encounter in ctx.screening.exposure.encounters
        if encounter.species_id in ctx.species
    )
    parts: list[b.Block] = [b.Paragraph(runs=b.runs(tr.t("knowledge.lead")))]
    rows = [_species(ctx, ctx.species[str(species_id)]) for species_id in met]
    if rows:
        parts.append(
            b.Table(
                label=tr.t("knowledge.species"),
                columns=(
                    b.Column(head=tr.t("card.species"), share=2),
                    b.Column(head=tr.t("knowledge.head.missing"), share=6),
                ),
                rows=tuple(rows),
            )
        )
    unverified = _unverified(ctx)
    if unverified:
        parts.append(b.Heading(level=2, text=tr.t("knowledge.measures")))
        parts.append(b.Bullets(items=tuple(unverified)))
    parts.append(b.Heading(level=2, text=tr.t("knowledge.always")))
    keys = ("guidelines", "mns", "traffic", "openness", "water")
    parts.append(b.Bullets(items=tuple(b.runs(tr.t(f"knowledge.always.{key}")) for key in keys)))
    return b.Section(
        anchor="knowledge",
        number=number,
        title=tr.t("knowledge.title"),
        blocks=tuple(parts),
        new_page=False,
    )


def _species(ctx: Context, species: Species) -> b.Row:
    tr, kind = ctx.tr, str(ctx.screening.project.kind)
    uses = {event.id: event.use for event in ctx.screening.rulebook.events}
    known = {
        uses.get(item.season.event)
        for item in ctx.seasons(species)
        if item.season.verified and not item.borrowed
    }
    here = [r for r in species.barrier_responses if r.verified and r.infrastructure == kind]
    missing = [f"season_{use}" for use in _SEASONS if use not in known]
    if not here:
        missing.append("response")
    if not any(response.distance_m for response in here):
        missing.append("distance")
    if not species.population.verified:
        missing.append("population")
    if not species.iucn.verified:
        missing.append("iucn")
    word = tr.word(ctx.screening.project.kind).lower()
    said = "; ".join(tr.t(f"knowledge.missing.{key}", kind=word) for key in missing)
    return b.Row(
        cells=(ctx.species_runs(species.id), b.runs(said or tr.t("knowledge.missing.nothing")))
    )


def _unverified(ctx: Context) -> list[b.Runs]:
    """Measures of this report whose evidence or figures were not read first-hand."""
    tr = ctx.tr
    measures: dict[str, Measure] = {m.id: m for f in ctx.ordered_findings() for m in f.measures}
    found: list[b.Runs] = []
    for measure in sorted(measures.values(), key=lambda m: m.id):
        names = [tr.term("parameter", n.parameter) for n in measure.numbers if not n.verified]
        if names or not measure.verified:
            what = "; ".join(names) or tr.t("knowledge.evidence")
            found.append((b.link(measure.id, measure_anchor(measure.id)), b.text(f": {what}")))
    return found
