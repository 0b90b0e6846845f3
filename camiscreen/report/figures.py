"""The figures of a screening, each with what it says: one object, drawn by every renderer.

This module's one job. A section places the figures it is given; ``named`` finds all of a composed
document again, so that files of figures are those of the report.
"""

from collections.abc import Mapping, Sequence

from camiscreen.report import (
    bars,
    findings_map,
    ladder_figure,
    locator_map,
    matrix_figure,
    season_calendar,
    species_panels,
    strip_map,
)
from camiscreen.report import blocks as b
from camiscreen.report.ladder_figure import Use
from camiscreen.report.seasons import Calendar
from camiscreen.report.sections.common import Context
from camiscreen.report.stretches import by_level
from camiscreen.report.strip_rows import species_rows
from camiscreen.report.text import short
from camiscreen.vocabulary import Significance, Step

COVER = "cover"
NAMES = {"map": "findings-map"}
"""Names that are not the anchors of the figures."""


def named(document: b.Document) -> Mapping[str, b.Figure]:
    """Every figure of a document that has a name, in its order, the cover first.

    Bars on the cards of findings have none: they belong to their cards.
    """
    found: dict[str, b.Figure] = {}
    if document.cover.figure is not None:
        found[COVER] = document.cover.figure
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, b.Figure) and block.anchor:
                found[NAMES.get(block.anchor, block.anchor)] = block
    return found


def files(document: b.Document) -> Mapping[str, bytes]:
    """Every named figure as an SVG file of its own, by the ending of its name."""
    return {
        f"{name}.svg": figure.drawing.for_file().encode("utf-8")
        for name, figure in named(document).items()
    }


# ----------------------------------------------------------------------------------------------
# Maps
# ----------------------------------------------------------------------------------------------


def locator(ctx: Context) -> b.Figure | None:
    """Where in the region the project lies."""
    tr = ctx.tr
    states = [tr.text(state.name) for state in ctx.screening.exposure.states]
    where = tr.join(states) if states else tr.t("project.no_state")
    alt = tr.t("locator_map.alt", name=ctx.name, states=where)
    drawing = locator_map.draw_locator(ctx.screening, ctx.states, ctx.parts, tr, alt)
    if drawing is None:
        return None
    caption = b.runs(tr.t("locator_map.caption"))
    return b.Figure(drawing=drawing, alt=alt, caption=caption, anchor="locator-map")


def findings(ctx: Context) -> b.Figure | None:
    """The findings map, or None where there is nothing to draw."""
    tr = ctx.tr
    alt = map_alt(ctx)
    drawing = findings_map.draw_map(ctx.screening, ctx.states, ctx.parts, tr, alt)
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


def cover(ctx: Context) -> b.Figure | None:
    """The map of the first page: route and ranges with their key, without names of places."""
    alt = map_alt(ctx)
    drawing = findings_map.draw_cover(ctx.screening, ctx.states, ctx.parts, ctx.tr, alt)
    return None if drawing is None else b.Figure(drawing=drawing, alt=alt)


def map_alt(ctx: Context) -> str:
    """What the map shows, in one sentence."""
    tr = ctx.tr
    said = "; ".join(
        f"{f.number} {short(tr.text(f.title))}, {tr.word(f.significance)}"
        + (f", {tr.kp_ranges(f.kp_ranges, 2)}" if f.kp_ranges else "")
        for f in ctx.ordered_findings()[:12]
    )
    if not said:
        said = tr.t("map.alt_outside" if ctx.wholly_outside else "map.alt_none")
    return tr.t("map.alt", name=ctx.name, findings=said)


def panels(ctx: Context) -> b.Figure | None:
    """One small map for each species whose range is met."""
    tr = ctx.tr
    said = "; ".join(
        f"{row.name} {tr.km(row.crossed_m) if row.crossed_m else tr.t('map.not_crossed')}"
        for row in species_rows(ctx.screening, tr)
    )
    alt = tr.t("panels.alt", species=said or tr.t("strip.alt_no_species"))
    drawing = species_panels.draw_species_panels(ctx.screening, ctx.states, ctx.parts, tr, alt)
    if drawing is None:
        return None
    caption = b.runs(tr.t("panels.caption"))
    return b.Figure(drawing=drawing, alt=alt, caption=caption, anchor="species-panels")


# ----------------------------------------------------------------------------------------------
# Along the line
# ----------------------------------------------------------------------------------------------


def level_bar(ctx: Context) -> b.Figure | None:
    """Kilometres by highest level; None for a project without chainage."""
    if not ctx.has_chainage:
        return None
    tr = ctx.tr
    lengths = by_level(ctx.parts)
    said = "; ".join(f"{ctx.level_word(lv)} {tr.km(m)}" for lv, m in lengths.items())
    alt = tr.t("bar.alt", levels=said)
    words: dict[b.Level, str] = {lv: ctx.level_word(lv) for lv in lengths}
    drawing = bars.level_bar(lengths, words, tr, alt)
    caption = b.runs(tr.t("bar.caption_accepted" if ctx.screening.accepted else "bar.caption"))
    return b.Figure(drawing=drawing, alt=alt, caption=caption, anchor="level-bar")


def strips(ctx: Context) -> tuple[b.Figure, ...]:
    """Strip maps: the whole line, then its parts where the whole would be crowded."""
    tr = ctx.tr
    said = "; ".join(f"{ctx.level_word(lv)} {tr.km(m)}" for lv, m in by_level(ctx.parts).items())
    rows = [row.name for row in species_rows(ctx.screening, tr) if row.crossed]
    out = []
    for index, window in enumerate(strip_map.windows(ctx.screening)):
        alt = tr.t(
            "strip.alt",
            name=ctx.name,
            where=tr.kp_range(window),
            levels=said,
            species=", ".join(rows) or tr.t("strip.alt_no_species"),
        )
        drawing = strip_map.draw_strip(
            ctx.screening, ctx.parts, tr, window, prefix=f"st{index}", label=alt
        )
        out.append(
            b.Figure(
                drawing=drawing,
                alt=alt,
                caption=b.runs(tr.t("strip.caption")),
                anchor="strip-map" if index == 0 else f"strip-map-{index}",
            )
        )
    return tuple(out)


# ----------------------------------------------------------------------------------------------
# Seasons, significance, mitigation
# ----------------------------------------------------------------------------------------------


def season(ctx: Context, data: Calendar) -> b.Figure:
    """The season calendar."""
    tr = ctx.tr
    said = "; ".join(
        f"{species.name}: "
        + (
            ", ".join(
                f"{event.name} {' '.join(tr.t(f'month.short.{m}') for m, _ in event.cells)}"
                for event in species.events
            )
            or tr.t("season.no_month")
        )
        for species in data.species
    )
    alt = tr.t("season.alt", species=said, n=data.met)
    drawing = season_calendar.draw_calendar(data, tr, alt)
    caption = b.runs(tr.t("season.caption"))
    return b.Figure(drawing=drawing, alt=alt, caption=caption, anchor="season-calendar")


def matrix(ctx: Context) -> b.Figure | None:
    """The significance matrix with the findings in it; None where there are none."""
    tr = ctx.tr
    if not ctx.screening.findings:
        return None
    said = "; ".join(
        f"{tr.word(significance)}: {' '.join(numbers)}"
        for significance in sorted(Significance, reverse=True)
        if (numbers := [f.number for f in ctx.ordered_findings() if f.significance is significance])
    )
    alt = tr.t("matrix.alt", levels=said)
    drawing = matrix_figure.draw_matrix(ctx.screening, tr, alt)
    caption = b.runs(tr.t("matrix.caption"))
    return b.Figure(drawing=drawing, alt=alt, caption=caption, anchor="significance-matrix")


def ladder(ctx: Context, uses: Sequence[Use]) -> b.Figure:
    """The four steps of the hierarchy and the measures on each."""
    tr = ctx.tr
    said = "; ".join(
        f"{tr.word(step)}: "
        + (" ".join(use.measure.id for use in uses if use.measure.step is step) or "–")
        for step in Step
    )
    alt = tr.t("ladder.alt", steps=said)
    drawing = ladder_figure.draw_ladder(uses, tr, alt)
    caption = b.runs(tr.t("ladder.caption"))
    return b.Figure(drawing=drawing, alt=alt, caption=caption, anchor="mitigation-ladder")
