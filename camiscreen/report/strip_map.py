"""The strip map: one axis of chainage, and below it all that each kilometre meets.

This module's one job is the order and the height of the rows. A column of the figure is a place
on the line: read down it to see what meets there.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

from camiscreen.i18n import Translator
from camiscreen.model import KpRange, Screening
from camiscreen.report import map_ranges, strip_bands, strip_receptors, strip_signs, strip_symbols
from camiscreen.report.bars import tick_label, tick_step_m
from camiscreen.report.fonts import fit
from camiscreen.report.marks import figure_text
from camiscreen.report.stretches import Stretch
from camiscreen.report.strip_base import LEFT_PT, WIDTH_PT, Strip, stroke
from camiscreen.report.strip_rows import fencing, in_use, level_runs, signs, species_rows, things
from camiscreen.report.svg import Drawing, Element, Ink, el
from camiscreen.report.tokens import LANDSCAPE_PT
from camiscreen.vocabulary import ReceptorKind

DETAIL_OVER_M = 300_000.0
DETAIL_M = 250_000.0
"""Lines over 300 km whose parts would crowd are also drawn by 250 km."""

CROWDED_PT = 7.0
"""Structures closer than this on the page hide each other."""

TINT_SHARE = 2 / 3
"""Where more than this is major, a tint would mark nothing."""

MOST_PT = 455.0
"""Most height, so that heading, strip and caption share a page on its side."""

LAYOUTS = ((24.0, 9), (18.0, 9), (12.0, 9), (12.0, 6), (12.0, 4), (12.0, 2), (12.0, 1))
"""Pitch of the species and most lanes of other things, from generous to tight.

Pitches are multiples of the hatch's spacing, or bars would cut it unevenly.
"""


def windows(screening: Screening) -> tuple[KpRange, ...]:
    """The stretches to draw: the whole line, then parts of at most 250 km where it is crowded."""
    length_m = screening.project.chainage_length_m
    whole = (0.0, length_m)
    if length_m <= 0:
        return ()
    if length_m <= DETAIL_OVER_M or not _crowded(screening, length_m):
        return (whole,)
    count = math.ceil(length_m / DETAIL_M)
    return (whole, *((length_m * i / count, length_m * (i + 1) / count) for i in range(count)))


def _crowded(screening: Screening, length_m: float) -> bool:
    places = sorted(item.at_m for item in screening.project.design.structures)
    least_m = CROWDED_PT * length_m / WIDTH_PT
    return any(later - at < least_m for at, later in pairwise(places))


def draw_strip(
    screening: Screening,
    parts: Sequence[Stretch],
    tr: Translator,
    window: KpRange,
    *,
    prefix: str,
    label: str,
) -> Drawing:
    """The rows of one window of chainage, on the width of a page on its side."""
    for pitch, most_lanes in LAYOUTS:
        strip = Strip(window=window, tr=tr, prefix=prefix, most_lanes=most_lanes)
        behind = _fill(strip, screening, parts, pitch)
        if strip.y <= MOST_PT:
            break
    return Drawing(width=LANDSCAPE_PT, height=strip.y, label=label, root=(*behind, *strip.parts))


def _fill(
    strip: Strip, screening: Screening, parts: Sequence[Stretch], pitch: float
) -> list[Element]:
    """Draw all rows; returns what lies behind them."""
    tr = strip.tr
    species = species_rows(screening, tr)
    strip.add(map_ranges.pattern_defs(sorted({row.slot for row in species}), strip.prefix))
    _axis(strip)
    grid_top = strip.y
    placed, whole = signs(screening)
    strip_signs.draw_signs(strip, placed, whole)
    strip_bands.draw_levels(strip, parts)
    strip.line()
    strip_bands.draw_states(strip, screening)
    strip.line()
    strip.tells_status = pitch > strip_receptors.BAR_PT
    strip_receptors.draw_species(
        strip,
        species,
        pitch,
        screening.project.length_m,
        known=in_use(screening, [ReceptorKind.SPECIES_RANGE]),
    )
    strip.line()
    strip_receptors.draw_things(
        strip,
        tr.t("strip.corridors"),
        things(screening, tr, [ReceptorKind.CORRIDOR]),
        "corridor",
        known=in_use(screening, [ReceptorKind.CORRIDOR]),
    )
    places = [ReceptorKind.SITE, ReceptorKind.LANDSCAPE]
    strip_receptors.draw_things(
        strip, tr.t("strip.sites"), things(screening, tr, places), "site",
        known=in_use(screening, [ReceptorKind.SITE]),
    )  # fmt: skip
    strip_receptors.draw_things(
        strip,
        tr.t("strip.barriers"),
        things(screening, tr, [ReceptorKind.BARRIER]),
        "barrier",
        known=in_use(screening, [ReceptorKind.BARRIER]),
    )
    strip_receptors.draw_fencing(strip, fencing(screening))
    strip_receptors.draw_structures(strip, screening.project.design.structures)
    bottom = strip.y
    behind = _behind(strip, parts, grid_top, bottom)
    strip.y += 2
    strip.line(weight=0.8, colour="ink")
    _key(strip, screening, parts)
    return behind


def _axis(strip: Strip) -> None:
    """Kilometres above a line with ticks at the step, its half and its tenth."""
    tr = strip.tr
    start, end = strip.window
    strip.name(tr.t("strip.chainage"), 10)
    base = 17.0
    strip.stroke((strip.x(start), base), (strip.x(end), base), 0.9)
    step = tick_step_m(end - start)
    for index in range(math.ceil(start / step * 10), math.floor(end / step * 10) + 1):
        at = index * step / 10
        major = index % 10 == 0
        height = 5.0 if major else 3.4 if index % 5 == 0 else 2.0
        x = strip.x(at)
        strip.stroke((x, base - height), (x, base), 0.9 if major else 0.5)
        near_end = end - at < 0.4 * step or 0 < at - start < 0.4 * step
        if major and not near_end:
            text = tick_label(tr, at)
            if index == 0:
                text = f"{tr.t('unit.kp')} {text}"
            strip.add(figure_text(text, x, 9, 7, anchor="middle", weight=600))
    if start > 0 and start % step:
        strip.add(figure_text(tr.kp_bare(start), strip.x(start), 9, 7, anchor="middle", weight=600))
    last = f"{tr.number(end / 1000, 0 if end >= 10_000 else 1)} {tr.t('unit.km')}"
    strip.add(figure_text(last, strip.x(end), 9, 7, anchor="middle", weight=600))
    strip.y = base


def _behind(strip: Strip, parts: Sequence[Stretch], top: float, bottom: float) -> list[Element]:
    """Tinted columns and the grid of round chainages, below all rows."""
    start, end = strip.window
    out: list[Element] = []
    tinted = _tinted(strip, parts)
    for a, b, level in level_runs(parts, strip.window, strip.least_m)[0]:
        if level in tinted:
            x1, x2 = strip.x(a), strip.x(b)
            box = {"x": x1, "y": top, "width": x2 - x1, "height": bottom - top}
            out.append(el("rect", **box, fill=Ink(f"tint-{level}")))
    step = tick_step_m(end - start)
    for index in range(math.ceil(start / step), math.floor(end / step) + 1):
        x = strip.x(index * step)
        out.append(stroke((x, top), (x, bottom), 0.4, "hair"))
    return out


def _tinted(strip: Strip, parts: Sequence[Stretch]) -> list[str]:
    """Levels whose columns are tinted: what was not assessed, and major where it stands out."""
    start, end = strip.window
    runs, _ = level_runs(parts, strip.window, strip.least_m)
    lengths = {
        name: sum(b - a for a, b, level in runs if level == name) for name in ("major", "na")
    }
    out = ["na"] if lengths["na"] else []
    if 0 < lengths["major"] <= TINT_SHARE * (end - start):
        out.insert(0, "major")
    return out


def _key(strip: Strip, screening: Screening, parts: Sequence[Stretch]) -> None:
    """The symbols that this strip uses, and no others."""
    tr = strip.tr
    strip.name(fit(tr.t("strip.key"), 7, LEFT_PT - 8), strip.y + 10)
    key = strip_symbols.Key(LEFT_PT, strip.y + 8, LANDSCAPE_PT)
    for kind in dict.fromkeys(s.type for s in screening.project.design.structures):
        key.add(strip_symbols.structure(kind, 0, 0), strip_symbols.structure_word(kind, tr), 12)
    for word in sorted({word for _, word in fencing(screening)}):
        key.add(strip_symbols.fence(-12, 12, 0, word), tr.t(f"strip.fence.{word}"), 24)
    barriers = things(screening, tr, [ReceptorKind.BARRIER])
    fenced = any(word == "yes" for _, word in fencing(screening))
    for family in sorted({strip_symbols.family(thing.kind) for thing in barriers}):
        if family == "fence" and fenced:
            continue
        symbol = strip_symbols.barrier(family, -12, 12, 0)
        key.add(symbol, tr.t(f"strip.barrier.{family}"), 24)
    corridors = {thing.kind for thing in things(screening, tr, [ReceptorKind.CORRIDOR])}
    for crossing in strip_symbols.CROSSINGS:
        if crossing in corridors:
            symbol = strip_symbols.corridor(crossing, True, -9, 9, 0)
            key.add(symbol, tr.t(f"baseline.crossing.{crossing}"), 18)
    if any(row.near for row in species_rows(screening, tr)):
        key.add(strip_receptors.near_line(-12, 12, 0, "ink2"), tr.t("strip.near"), 24)
    if strip.tells_status and any("?" in row.status for row in species_rows(screening, tr)):
        key.add(figure_text("?", 0, 2.5, 7, anchor="middle"), tr.t("strip.unverified"), 6)
    if strip.coarse:
        said = tr.t("strip.coarse", km=tr.km(strip.least_m))
        key.add(figure_text("<", 0, 2.5, 7, anchor="middle"), said, 6)
    for level in _tinted(strip, parts):
        key.add(
            strip_symbols.swatch(f"tint-{level}", stroke=Ink("rule"), stroke_width=0.4),
            tr.t(f"strip.tint.{level}"),
            22,
        )
    strip.parts.extend(key.parts)
    strip.y = key.y + 12
