"""Findings in detail: matrix, season calendar, then one card each from the gravest down."""

from camiscreen.model import Finding
from camiscreen.report import acceptance_words as words
from camiscreen.report import blocks as b
from camiscreen.report import figures
from camiscreen.report.anchors import finding_anchor, measure_anchor, trace_anchor
from camiscreen.report.bars import locator
from camiscreen.report.seasons import Calendar, calendar
from camiscreen.report.sections.common import Context, level
from camiscreen.report.sections.tracing import sources, trace_table
from camiscreen.report.stretches import net_length_m
from camiscreen.report.text import clean, short, short_hash
from camiscreen.vocabulary import Relation, Significance

CARD_RANGES = 12
COMPACT_BELOW = Significance.MODERATE
"""Findings below this level have their card in short: the ladder has their measures in full."""


def section(ctx: Context, number: str) -> b.Section:
    """Matrix, calendar, cards."""
    tr = ctx.tr
    parts: list[b.Block] = []
    matrix = figures.matrix(ctx)
    if matrix is not None:
        parts += [b.Heading(level=2, text=tr.t("matrix.title")), matrix]
    parts.extend(_seasons(ctx))
    found = ctx.ordered_findings()
    if found:
        parts.append(b.Heading(level=2, text=tr.t("detail.cards")))
    parts.extend(card(ctx, finding) for finding in found)
    return b.Section(
        anchor="detail", number=number, title=tr.t("detail.title"), blocks=tuple(parts)
    )


def _seasons(ctx: Context) -> list[b.Block]:
    """The calendar under its conclusion, where there is one to draw."""
    tr = ctx.tr
    data = calendar(ctx.screening, tr)
    if not data.species:
        heading = b.Heading(level=2, text=tr.t("season.title"))
        return [heading, b.Paragraph(runs=b.runs(tr.t("season.none")))]
    return [b.Heading(level=2, text=_season_title(ctx, data)), figures.season(ctx, data)]


def _season_title(ctx: Context, data: Calendar) -> str:
    """How many species-months the works meet, if the programme is known well enough to say."""
    if data.stated and data.met:
        return ctx.tr.t("season.title_met", n=data.met)
    return ctx.tr.t("season.title")


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
        compact=finding.significance < COMPACT_BELOW,
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
