"""Findings: the map, one card each from the highest significance down, and the KP table."""

from camiscreen.model import Encounter, Finding
from camiscreen.report import acceptance_words as words
from camiscreen.report import blocks as b
from camiscreen.report.anchors import (
    finding_anchor,
    measure_anchor,
    place_anchor,
    stretch_anchor,
    trace_anchor,
)
from camiscreen.report.bars import locator
from camiscreen.report.findings_map import draw_cover, draw_map
from camiscreen.report.sections.common import (
    Context,
    level,
)
from camiscreen.report.sections.tracing import sources, trace_table
from camiscreen.report.stretches import Stretch, by_level, net_length_m
from camiscreen.report.text import clean, short, short_hash
from camiscreen.report.tokens import PORTRAIT_PT
from camiscreen.vocabulary import Relation, Significance

CARD_RANGES = 12


def section(ctx: Context, number: str) -> b.Section:
    """Map, cards, table of stretches."""
    tr = ctx.tr
    figure = map_figure(ctx)
    parts: list[b.Block] = [figure] if figure else []
    turned = 1 if figure and figure.drawing.width > PORTRAIT_PT else 0
    found = ctx.ordered_findings()
    if not found:
        key = "findings.outside" if ctx.wholly_outside else "findings.none"
        parts.append(b.Paragraph(runs=b.runs(tr.t(key)), style="lead"))
    else:
        parts.append(b.Paragraph(runs=b.runs(_lead(ctx)), style="body"))
    parts.extend(card(ctx, finding) for finding in found)
    if ctx.parts:
        parts.append(b.Heading(level=2, text=tr.t("stretches.title"), anchor="stretches"))
        parts.append(_stretches(ctx))
    return b.Section(
        anchor="findings",
        number=number,
        title=tr.t("findings.title"),
        blocks=tuple(parts),
        turned=turned,
    )


def _lead(ctx: Context) -> str:
    tr = ctx.tr
    counts = []
    for significance in sorted(Significance, reverse=True):
        n = sum(f.significance is significance for f in ctx.screening.findings)
        if n:
            counts.append(tr.t(f"findings.count.{significance}", n=n))
    total = tr.t("findings.total", n=len(ctx.screening.findings))
    return tr.t("findings.lead", total=total, levels=tr.join(counts))


# ----------------------------------------------------------------------------------------------
# Figures
# ----------------------------------------------------------------------------------------------


def map_figure(ctx: Context) -> b.Figure | None:
    """The findings map, or None where there is nothing to draw."""
    tr = ctx.tr
    alt = _map_alt(ctx)
    drawing = draw_map(ctx.screening, ctx.parts, tr, alt)
    if drawing is None:
        return None
    layers = "; ".join(
        dict.fromkeys(
            f"{tr.text(spec.title)} ({spec.version})"
            for spec in ctx.screening.run.layers
            if spec.receptor_kind.value in {"species_range", "state"}
        )
    )
    caption = tr.t("map.caption", layers=layers)
    withheld = _withheld(ctx)
    if withheld:
        caption = f"{caption} {tr.t('map.caption_withheld', layers=tr.join(withheld))}"
    return b.Figure(drawing=drawing, alt=alt, caption=b.runs(caption), anchor="map")


def _withheld(ctx: Context) -> list[str]:
    """Titles of the layers that met the project but may not be drawn."""
    met = {encounter.layer_id for encounter in ctx.screening.exposure.encounters}
    return [
        short(ctx.tr.text(spec.title))
        for spec in ctx.screening.run.layers
        if spec.name in met and not spec.redistributable
    ]


def cover_figure(ctx: Context) -> b.Figure | None:
    """The map of the first page: route and ranges, without letters."""
    alt = _map_alt(ctx)
    drawing = draw_cover(ctx.screening, ctx.parts, ctx.tr, alt)
    return None if drawing is None else b.Figure(drawing=drawing, alt=alt)


def _map_alt(ctx: Context) -> str:
    tr = ctx.tr
    said = "; ".join(
        f"{f.number} {short(tr.text(f.title))}, {tr.word(f.significance)}"
        + (f", {tr.kp_ranges(f.kp_ranges, 2)}" if f.kp_ranges else "")
        for f in ctx.ordered_findings()[:12]
    )
    if not said:
        said = tr.t("map.alt_outside" if ctx.wholly_outside else "map.alt_none")
    return tr.t("map.alt", name=ctx.name, findings=said)


# ----------------------------------------------------------------------------------------------
# Cards
# ----------------------------------------------------------------------------------------------


def card(ctx: Context, finding: Finding) -> b.FindingCard:
    """All that is known of one finding."""
    tr = ctx.tr
    return b.FindingCard(
        anchor=finding_anchor(finding.number),
        number=finding.number,
        title=clean(tr.text(finding.title)),
        rule_id=clean(finding.rule_id),
        level=level(finding),
        significance=b.Axis(label=tr.t("head.significance"), value=tr.word(finding.significance)),
        axes=(
            b.Axis(label=tr.t("head.sensitivity"), value=tr.word(finding.sensitivity)),
            b.Axis(label=tr.t("head.magnitude"), value=tr.word(finding.magnitude)),
        ),
        confidence=b.Axis(label=tr.t("card.confidence"), value=tr.word(finding.confidence)),
        statement=b.runs(tr.text(finding.statement)),
        locator=_locator(ctx, finding),
        facts=_facts(ctx, finding),
        why_title=tr.t("card.why"),
        why=b.runs(tr.text(finding.why)),
        measures_title=tr.t("card.measures"),
        measures=tuple(
            b.CardMeasure(
                step=tr.word(measure.step),
                id=measure.id,
                anchor=measure_anchor(measure.id),
                text=b.runs(tr.text(measure.text)),
            )
            for measure in sorted(finding.measures, key=lambda m: m.step.rank)
        ),
        notes=_notes(ctx, finding),
        trace=trace_table(ctx, finding),
        sources=sources(ctx, finding),
        on_map=ctx.has_chainage and bool(finding.kp_ranges),
    )


def _locator(ctx: Context, finding: Finding) -> b.Figure | None:
    if not ctx.has_chainage or not finding.kp_ranges:
        return None
    tr = ctx.tr
    alt = tr.t(
        "locator.alt", number=finding.number, where=tr.kp_ranges(finding.kp_ranges, CARD_RANGES)
    )
    length_m = max(chain.to_m for chain in ctx.screening.project.alignment)
    drawing = locator(finding.kp_ranges, level(finding), length_m, tr, alt)
    return b.Figure(drawing=drawing, alt=alt)


def _facts(ctx: Context, finding: Finding) -> tuple[b.Pair, ...]:
    tr = ctx.tr
    pairs = [
        b.Pair(
            label=tr.t("card.where"),
            value=b.runs(ctx.where(finding.kp_ranges, CARD_RANGES)),
        )
    ]
    if finding.length_m > 0:
        pairs.append(b.Pair(label=tr.t("card.how_much"), value=b.runs(_how_much(ctx, finding))))
    nearest = [e.distance_m for e in finding.encounters if e.relation is Relation.NEAR]
    if nearest and len(nearest) == len(finding.encounters):
        distance = tr.t("card.distance_text", km=tr.km(min(nearest)))
        pairs.append(b.Pair(label=tr.t("card.distance"), value=b.runs(distance)))
    if finding.species_ids:
        pairs.append(b.Pair(label=tr.t("card.species"), value=_species(ctx, finding)))
    layers = dict.fromkeys(encounter.layer_id for encounter in finding.encounters)
    if layers:
        value = b.spaced([b.text(_layer(ctx, name)) for name in layers], "; ")
        pairs.append(b.Pair(label=tr.t("card.layer"), value=value))
    accuracy = max((e.positional_accuracy_m for e in finding.encounters), default=0.0)
    if accuracy > 0:
        value = b.runs(tr.t("card.accuracy_text", km=tr.km_round(accuracy)))
        pairs.append(b.Pair(label=tr.t("card.accuracy"), value=value))
    pairs.append(b.Pair(label=tr.t("card.rule"), value=_rule(ctx, finding)))
    if finding.accepted:
        accepted = words.terms(finding.accepted, tr)
        pairs.append(b.Pair(label=tr.t("card.accepted"), value=b.runs(accepted)))
    pairs += [
        b.Pair(
            label=tr.t("acceptance.card_not_in_effect"),
            value=b.runs(words.why_not(result, tr)),
        )
        for result in words.not_in_effect(ctx.screening)
        if result.acceptance.finding_id == finding.id
    ]
    return tuple(pairs)


def _how_much(ctx: Context, finding: Finding) -> str:
    tr = ctx.tr
    project = ctx.screening.project
    along = net_length_m(finding.kp_ranges, project)
    total = net_length_m([(c.from_m, c.to_m) for c in project.alignment], project)
    length = tr.km(finding.length_m)
    if along <= 0 or total <= 0:
        return length
    # A finding on the project itself lies inside nothing.
    key = "card.share" if finding.encounters else "card.share_project"
    return tr.t(key, km=length, share=tr.percent(min(1.0, along / total)))


def _species(ctx: Context, finding: Finding) -> b.Runs:
    tr = ctx.tr
    out: list[b.Run] = []
    for species_id in finding.species_ids:
        if out:
            out.append(b.text("; "))
        out.extend(ctx.species_runs(species_id))
        species = ctx.species.get(species_id)
        if species is None:
            continue
        if species.cms_appendix:
            out.append(b.text(", " + tr.t("species.cms", app="/".join(species.cms_appendix))))
        key = "species.iucn" if species.iucn.verified else "species.iucn_unverified"
        out.append(b.text(", " + tr.t(key, category=species.iucn.category)))
        out.extend((b.text(" "), *ctx.cites(species.iucn.references)))
    return tuple(out)


def _layer(ctx: Context, name: str) -> str:
    spec = ctx.layers.get(name)
    if spec is None:
        return short(name)
    title = short(ctx.tr.text(spec.title))
    return f"{title}, {spec.version}, sha256 {short_hash(spec.sha256)}…"


def _rule(ctx: Context, finding: Finding) -> b.Runs:
    rule = next((r for r in ctx.screening.rulebook.rules if r.id == finding.rule_id), None)
    if rule is None:
        return b.runs(b.code(finding.rule_id))
    since = ctx.tr.t("card.since", version=rule.since)
    return b.runs(b.link(finding.rule_id, trace_anchor(finding.number)), f", {since}")


def _notes(ctx: Context, finding: Finding) -> tuple[b.Runs, ...]:
    tr = ctx.tr
    notes = []
    if finding.assumptions:
        assumed = " ".join(tr.message(message) for message in finding.assumptions)
        notes.append(b.runs(b.strong(tr.t("card.assumed")), " ", assumed))
    sources = ctx.cites(finding.sources)
    if sources:
        notes.append((*b.runs(b.strong(tr.t("head.sources")), ": "), *sources, b.text(".")))
    return tuple(notes)


# ----------------------------------------------------------------------------------------------
# KP table
# ----------------------------------------------------------------------------------------------


def _stretches(ctx: Context) -> b.Table:
    tr = ctx.tr
    rows: list[b.Row] = []
    state = None
    several = len(ctx.screening.exposure.states) > 0
    for index, stretch in enumerate(ctx.parts):
        here = ", ".join(tr.text(s.name) for s in stretch.states) or tr.t("stretches.no_state")
        if several and here != state:
            rows.append(b.Row(cells=(b.runs(here),), role="group"))
            state = here
        rows.append(_stretch(ctx, stretch, index))
    total = sum(stretch.length_m for stretch in ctx.parts)
    rows.append(
        b.Row(
            cells=(
                b.runs(tr.t("stretches.total")),
                (),
                b.runs(tr.km_number(total)),
                (),
                (),
                (),
            ),
            role="total",
        )
    )
    return b.Table(
        label=tr.t("stretches.title"),
        columns=(
            b.Column(head=tr.t("head.kp_from"), align="right", share=1.25),
            b.Column(head=tr.t("head.kp_to"), align="right", share=1.25),
            b.Column(head=tr.t("unit.km"), align="right", share=1),
            b.Column(head=tr.t("head.significance"), share=2),
            b.Column(head=tr.t("head.findings"), share=1.9),
            b.Column(head=tr.t("head.receptors"), share=4, figures=True),
        ),
        rows=tuple(rows),
        note=b.runs(tr.t("stretches.note")),
        levels=tuple((level, ctx.level_word(level)) for level in by_level(ctx.parts)),
    )


def _stretch(ctx: Context, stretch: Stretch, index: int) -> b.Row:
    tr = ctx.tr
    links = [ctx.finding_link(f) for f in stretch.findings]
    if stretch.level == "na":
        links += [ctx.gap_link(number) for number in stretch.gaps]
    return b.Row(
        cells=(
            b.runs(tr.kp_bare(stretch.from_m)),
            b.runs(tr.kp_bare(stretch.to_m)),
            b.runs(tr.km_number(stretch.length_m)),
            ctx.level_runs(stretch.level) if stretch.level != "none" else b.runs("–"),
            b.spaced(links, " "),
            b.runs(_receptors(ctx, stretch)),
        ),
        anchor=stretch_anchor(index),
        place=place_anchor(index),
        level=stretch.level,
    )


def _receptors(ctx: Context, stretch: Stretch) -> str:
    if stretch.level == "none":
        return ctx.tr.t("level.none")
    middle = (stretch.from_m + stretch.to_m) / 2

    def meets(encounter: Encounter) -> bool:
        return any(from_m <= middle <= to_m for from_m, to_m in encounter.kp_ranges)

    names = dict.fromkeys(
        ctx.species_name(e.species_id) if e.species_id else short(ctx.tr.text(e.receptor.name), 60)
        for finding in stretch.findings
        for e in finding.encounters
        if meets(e)
    )
    return ", ".join(names)
