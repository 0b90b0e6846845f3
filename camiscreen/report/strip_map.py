"""The strip map: one axis of chainage, and below it all that each kilometre meets.

This module's one job is the order and the height of the rows. A column of the figure is a place
on the line: read down it to see what meets there.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from camiscreen.i18n import Translator
from camiscreen.model import KpRange, Screening, Structure
from camiscreen.report import map_ranges, strip_bands, strip_receptors, strip_signs, strip_symbols
from camiscreen.report.bars import tick_label, tick_step_m
from camiscreen.report.fonts import fit
from camiscreen.report.marks import figure_text
from camiscreen.report.stretches import Stretch
from camiscreen.report.strip_base import LEFT_PT, WIDTH_PT, Strip, stroke
from camiscreen.report.strip_rows import (
    SpeciesRow,
    Thing,
    fencing,
    in_use,
    level_runs,
    signs,
    species_rows,
    things,
)
from camiscreen.report.svg import Drawing, Element, Ink, el
from camiscreen.report.tokens import LANDSCAPE_PT
from camiscreen.values import dataclass
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


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """What the lower rows and the key hold, read once however often they are laid out."""

    species: Sequence[SpeciesRow]
    corridors: Sequence[Thing]
    places: Sequence[Thing]
    barriers: Sequence[Thing]
    fencing: Sequence[tuple[KpRange, str]]
    structures: Sequence[Structure]
    known: Mapping[str, bool]

    @classmethod
    def of(cls, screening: Screening, tr: Translator) -> "_Rows":
        kinds = {
            "species": [ReceptorKind.SPECIES_RANGE],
            "corridors": [ReceptorKind.CORRIDOR],
            "places": [ReceptorKind.SITE, ReceptorKind.LANDSCAPE],
            "barriers": [ReceptorKind.BARRIER],
        }
        known = {name: in_use(screening, of) for name, of in kinds.items()}
        return cls(
            species=species_rows(screening, tr),
            corridors=things(screening, tr, kinds["corridors"]),
            places=things(screening, tr, kinds["places"]),
            barriers=things(screening, tr, kinds["barriers"]),
            fencing=fencing(screening),
            structures=screening.project.design.structures,
            known={**known, "places": in_use(screening, [ReceptorKind.SITE])},
        )


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
    strip = Strip(window=window, tr=tr, prefix=prefix)
    rows = _Rows.of(screening, tr)
    top = _upper(strip, rows, screening, parts)
    upper = strip.reached()
    for pitch, most_lanes in LAYOUTS:
        strip.back_to(upper)
        strip.tells_status, strip.most_lanes = pitch > strip_receptors.BAR_PT, most_lanes
        _lower(strip, rows, pitch, screening.project.length_m)
        behind = _behind(strip, parts, top, strip.y)
        strip.y += 2
        strip.line(weight=0.8, colour="ink")
        _key(strip, rows, parts)
        if strip.y <= MOST_PT:
            break
    return Drawing(width=LANDSCAPE_PT, height=strip.y, label=label, root=(*behind, *strip.parts))


def _upper(strip: Strip, rows: _Rows, screening: Screening, parts: Sequence[Stretch]) -> float:
    """Axis, findings, levels and states, which no layout changes; gives where the grid begins."""
    slots = sorted({row.slot for row in rows.species})
    strip.add(map_ranges.pattern_defs(slots, strip.prefix))
    _axis(strip)
    grid_top = strip.y
    strip_signs.draw_signs(strip, *signs(screening))
    strip_bands.draw_levels(strip, parts)
    strip.line()
    strip_bands.draw_states(strip, screening)
    strip.line()
    return grid_top


def _lower(strip: Strip, rows: _Rows, pitch: float, length_m: float) -> None:
    """Species, corridors, sites, barriers and the design."""
    tr, known = strip.tr, rows.known
    strip_receptors.draw_species(strip, rows.species, pitch, length_m, known=known["species"])
    strip.line()
    for key, items, style, name in (
        ("strip.corridors", rows.corridors, "corridor", "corridors"),
        ("strip.sites", rows.places, "site", "places"),
        ("strip.barriers", rows.barriers, "barrier", "barriers"),
    ):
        strip_receptors.draw_things(strip, tr.t(key), items, style, known=known[name])
    strip_receptors.draw_fencing(strip, rows.fencing)
    strip_receptors.draw_structures(strip, rows.structures)


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


def _key(strip: Strip, rows: _Rows, parts: Sequence[Stretch]) -> None:
    """The symbols that this strip uses, and no others."""
    tr = strip.tr
    strip.name(fit(tr.t("strip.key"), 7, LEFT_PT - 8), strip.y + 10)
    key = strip_symbols.Key(LEFT_PT, strip.y + 8, LANDSCAPE_PT)
    for kind in dict.fromkeys(s.type for s in rows.structures):
        key.add(strip_symbols.structure(kind, 0, 0), strip_symbols.structure_word(kind, tr), 12)
    for word in sorted({word for _, word in rows.fencing}):
        key.add(strip_symbols.fence(-12, 12, 0, word), tr.t(f"strip.fence.{word}"), 24)
    fenced = any(word == "yes" for _, word in rows.fencing)
    for family in sorted({strip_symbols.family(thing.kind) for thing in rows.barriers}):
        if family == "fence" and fenced:
            continue
        symbol = strip_symbols.barrier(family, -12, 12, 0)
        key.add(symbol, tr.t(f"strip.barrier.{family}"), 24)
    corridors = {thing.kind for thing in rows.corridors}
    for crossing in strip_symbols.CROSSINGS:
        if crossing in corridors:
            symbol = strip_symbols.corridor(crossing, True, -9, 9, 0)
            key.add(symbol, tr.t(f"baseline.crossing.{crossing}"), 18)
    if any(row.near for row in rows.species):
        key.add(strip_receptors.near_line(-12, 12, 0, "ink2"), tr.t("strip.near"), 24)
    if strip.tells_status and any("?" in row.status for row in rows.species):
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
