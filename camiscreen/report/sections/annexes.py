"""References and annexes: sources, layer register, rule trace, glossary."""

from camiscreen.model import LayerSpec
from camiscreen.report import blocks as b
from camiscreen.report.anchors import reference_anchor, trace_anchor
from camiscreen.report.sections.common import (
    Context,
    cited_sources,
    number_key,
)
from camiscreen.report.sections.tracing import trace_table
from camiscreen.report.text import short

GLOSSARY = (
    "alignment",
    "chainage",
    "area_of_influence",
    "receptor",
    "encounter",
    "sensitivity",
    "magnitude",
    "significance",
    "confidence",
    "finding",
    "not_assessed",
    "accepted",
    "potential_trigger",
    "cms",
    "cami",
    "pow",
)


def references(ctx: Context, number: str) -> b.Section:
    """Only what is cited, and how much of each was read."""
    tr = ctx.tr
    cited = [ctx.references[s] for s in cited_sources(ctx.screening) if s in ctx.references]
    items = tuple(
        b.ReferenceItem(
            anchor=reference_anchor(reference.id),
            id=reference.id,
            runs=b.runs(
                reference.citation,
                *((" ", b.url(reference.url, reference.url)) if reference.url else ()),
                " ",
                b.quiet(f"[{tr.term('seen', reference.seen)}]"),
            ),
        )
        for reference in sorted(cited, key=lambda r: number_key(r.id))
    )
    lead = tr.t("references.lead" if items else "references.none")
    return b.Section(
        anchor="references",
        number=number,
        title=tr.t("references.title"),
        blocks=(b.Paragraph(runs=b.runs(lead)), b.References(items=items)),
        new_page=False,
    )


def layers(ctx: Context, number: str) -> b.Section:
    """Every layer that was read: version, licence, citation, accuracy, limits, hash."""
    tr = ctx.tr
    parts: list[b.Block] = []
    for spec in ctx.screening.run.layers:
        parts.append(b.Heading(level=2, text=short(tr.text(spec.title))))
        parts.append(b.Paragraph(runs=b.runs(tr.text(spec.description))))
        parts.append(b.KeyValues(pairs=_layer(ctx, spec)))
        if spec.limits:
            parts.append(b.Heading(level=3, text=tr.t("layer.limits")))
            parts.append(b.Bullets(items=tuple(b.runs(tr.text(limit)) for limit in spec.limits)))
    if not parts:
        parts.append(b.Paragraph(runs=b.runs(tr.t("layer.no_layers"))))
    return b.Section(anchor="layers", number=number, title=tr.t("layer.title"), blocks=tuple(parts))


def _layer(ctx: Context, spec: LayerSpec) -> tuple[b.Pair, ...]:
    tr = ctx.tr
    licences = b.spaced(
        [
            b.url(item.title, item.path) if item.path else b.text(item.title)
            for item in spec.licenses
        ]
    )
    sources = b.spaced([b.url(item.title, item.path) for item in spec.sources], "; ")
    pairs = [
        (tr.t("layer.version"), b.runs(b.code(spec.name), f", {spec.version}")),
        (tr.t("layer.licence"), licences),
        (tr.t("layer.citation"), b.runs(spec.citation)),
        (tr.t("head.sources"), sources),
        (tr.t("card.accuracy"), b.runs(tr.t("layer.accuracy", m=_distance(ctx, spec)))),
        (tr.t("layer.confidence"), b.runs(tr.word(spec.confidence))),
        (tr.t("layer.required"), b.runs(tr.t("yes" if spec.required else "no"))),
        (tr.t("layer.hash"), b.runs(b.code(spec.sha256))),
        *_brought(ctx, spec),
        *_precedence(ctx, spec),
    ]
    return tuple(b.Pair(label=label, value=value) for label, value in pairs if value)


def _brought(ctx: Context, spec: LayerSpec) -> list[tuple[str, b.Runs]]:
    """Of a layer of the user: what it was made from, and whether it may be passed on."""
    tr, origin = ctx.tr, spec.origin
    if origin is None:
        return []
    files = "; ".join(f"{short(item.name)} (SHA-256 {item.sha256})" for item in origin.files)
    of = tr.date(origin.data_date) if origin.data_date else tr.t("layer.no_date")
    terms = "layer.brought" if spec.redistributable else "layer.brought_closed"
    return [
        (tr.t("layer.access"), b.runs(tr.t(terms))),
        (
            tr.t("layer.origin"),
            b.runs(tr.t("layer.origin_text", files=files, on=origin.added_on, of=of)),
        ),
    ]


def _precedence(ctx: Context, spec: LayerSpec) -> list[tuple[str, b.Runs]]:
    """For which taxa a layer was used in the place of another, or another in its place."""
    tr, found = ctx.tr, ctx.screening.replacements
    instead, gone, kept = [], [], []
    for item in found:
        species = ctx.species.get(item.species_id)
        name = tr.text(species.name) if species else item.species_id
        if item.layer_id == spec.name and not item.kept:
            instead.append(
                tr.t("layer.replaces_text", species=name, replaced=item.replaced_layer_id)
            )
        elif item.replaced_layer_id == spec.name and item.kept:
            kept.append(tr.t("layer.not_replaced_text", species=name, layer=item.layer_id))
        elif item.replaced_layer_id == spec.name:
            crossed_m = sum(encounter.crossing_length_m for encounter in item.dropped)
            key = "layer.replaced_text" if crossed_m else "layer.replaced_far"
            gone.append(tr.t(key, species=name, layer=item.layer_id, km=tr.km(crossed_m)))
    rows = (("layer.replaces", instead), ("layer.replaced", gone), ("layer.not_replaced", kept))
    return [(tr.t(key), b.runs("; ".join(texts))) for key, texts in rows if texts]


def _distance(ctx: Context, spec: LayerSpec) -> str:
    metres = spec.positional_accuracy_m
    return ctx.tr.metres(metres) if metres < 1000 else ctx.tr.km(metres)


def trace(ctx: Context, number: str) -> b.Section:
    """What each rule asked, what stood there and what came of it."""
    tr = ctx.tr
    parts: list[b.Block] = [b.Paragraph(runs=b.runs(tr.t("trace.lead")))]
    for finding in ctx.ordered_findings():
        parts.append(
            b.Heading(
                level=2,
                text=f"{finding.number} · {finding.rule_id}",
                anchor=trace_anchor(finding.number),
            )
        )
        parts.append(trace_table(ctx, finding))
    if not ctx.screening.findings:
        parts.append(b.Paragraph(runs=b.runs(tr.t("trace.none"))))
    return b.Section(
        anchor="trace",
        number=number,
        title=tr.t("trace.title"),
        blocks=tuple(parts),
        new_page=False,
        on_screen=_traces_on_cards(ctx),
    )


def _traces_on_cards(ctx: Context) -> tuple[b.Block, ...]:
    """Where cards open, the way to the trace on each; nothing where there is none."""
    links = [
        b.link(f"{finding.number} · {finding.rule_id}", trace_anchor(finding.number))
        for finding in ctx.ordered_findings()
    ]
    if not links:
        return ()
    lead = b.Paragraph(runs=b.runs(ctx.tr.t("trace.lead")))
    return (lead, b.Paragraph(runs=b.spaced(links, "; ")))


def glossary(ctx: Context, number: str) -> b.Section:
    """The words that this report uses in one sense only."""
    tr = ctx.tr
    pairs = tuple(
        b.Pair(label=tr.t(f"glossary.{word}.term"), value=b.runs(tr.t(f"glossary.{word}")))
        for word in GLOSSARY
    )
    return b.Section(
        anchor="glossary",
        number=number,
        title=tr.t("glossary.title"),
        blocks=(b.KeyValues(pairs=pairs),),
        new_page=False,
    )
