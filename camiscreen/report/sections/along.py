"""Along the line: the strip map, and the table of stretches by chainage."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from camiscreen.model import Encounter, Finding
from camiscreen.report import blocks as b
from camiscreen.report import figures
from camiscreen.report.anchors import place_anchor, stretch_anchor
from camiscreen.report.sections.common import Context
from camiscreen.report.stretches import Stretch, by_level, level_of, net_length_m
from camiscreen.report.strip_rows import fencing, is_whole
from camiscreen.report.text import short
from camiscreen.values import dataclass

NAME_LIMIT = 44
"""Longest name of a corridor, site or barrier in a cell; the baseline has it in full."""

MOST_NAMES = 5
"""Receptors that a cell names; the same table as CSV and in the workbook names all."""

_SLIVER_M = 50.0
"""Rows shorter than this are not cut off at a border: the borders are far coarser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A stretch, or the part of it in one province; ``index`` is that of the stretch."""

    index: int
    first: bool
    stretch: Stretch
    from_m: float
    to_m: float
    length_m: float
    place: str


def wanted(ctx: Context) -> bool:
    """Whether there is a line to go along."""
    return bool(ctx.parts)


def section(ctx: Context, number: str) -> b.Section:
    """Strip maps and table, all on pages on their side."""
    tr = ctx.tr
    parts: list[b.Block] = [
        *figures.strips(ctx),
        b.Heading(level=2, text=tr.t("stretches.title"), anchor="stretches"),
        _table(ctx),
    ]
    return b.Section(
        anchor="along",
        number=number,
        title=tr.t("strip.title"),
        blocks=tuple(parts),
        turned=len(parts),
    )


def _table(ctx: Context) -> b.Table:
    tr = ctx.tr
    whole = [f for f in ctx.ordered_findings() if is_whole(ctx.screening, f.kp_ranges)]
    if len(ctx.parts) < 2:
        whole = []
    rows: list[b.Row] = []
    if whole:
        rows.append(b.Row(cells=(b.runs(tr.t("stretches.whole")),), role="group"))
        rows.append(_whole(ctx, whole))
    place = None
    for piece in _pieces(ctx):
        if piece.place != place:
            rows.append(b.Row(cells=(b.runs(piece.place),), role="group"))
            place = piece.place
        rows.append(_row(ctx, piece, whole))
    total = sum(stretch.length_m for stretch in ctx.parts)
    rows.append(
        b.Row(
            cells=(
                b.runs(tr.t("stretches.total")),
                (),
                b.runs(tr.km_number(total)),
                *((),) * 4,
            ),
            role="total",
        )
    )
    return b.Table(
        label=tr.t("stretches.title"),
        columns=(
            b.Column(head=tr.t("head.kp_from"), align="right", share=1.1),
            b.Column(head=tr.t("head.kp_to"), align="right", share=1.1),
            b.Column(head=tr.t("unit.km"), align="right", share=0.9),
            b.Column(head=tr.t("head.significance"), share=1.6),
            b.Column(head=tr.t("head.findings"), share=3.2, figures=True),
            b.Column(head=tr.t("head.receptors"), share=4.6, figures=True),
            b.Column(head=tr.t("head.design"), share=2.2, figures=True),
        ),
        rows=tuple(rows),
        note=b.runs(tr.t("stretches.note")),
        levels=tuple((level, ctx.level_word(level)) for level in by_level(ctx.parts)),
    )


def _pieces(ctx: Context) -> Iterator[_Piece]:
    """Stretches, cut where a province begins: a row of the table lies in one."""
    tr, exposure = ctx.tr, ctx.screening.exposure
    states = {state.iso3: tr.text(state.name) for state in exposure.states}
    provinces = [
        (kp_range, f"{short(tr.text(p.name), 60)}, {states.get(p.state, p.state)}")
        for p in exposure.provinces
        for kp_range in p.kp_ranges
    ]
    for index, stretch in enumerate(ctx.parts):
        inner = {
            at
            for (a, e), _ in provinces
            for at in (a, e)
            if stretch.from_m + _SLIVER_M < at < stretch.to_m - _SLIVER_M
        }
        cuts = [stretch.from_m]
        cuts += [at for at in sorted(inner) if at - cuts[-1] > _SLIVER_M]
        cuts.append(stretch.to_m)
        for from_m, to_m in pairwise(cuts):
            middle = (from_m + to_m) / 2
            place = next((name for (a, e), name in provinces if a <= middle <= e), "")
            here = ", ".join(tr.text(s.name) for s in stretch.states)
            whole = len(cuts) == 2
            yield _Piece(
                index=index,
                first=from_m == cuts[0],
                stretch=stretch,
                from_m=from_m,
                to_m=to_m,
                length_m=stretch.length_m
                if whole
                else net_length_m([(from_m, to_m)], ctx.screening.project),
                place=place or here or tr.t("stretches.no_state"),
            )


def _whole(ctx: Context, findings: Sequence[Finding]) -> b.Row:
    """Findings of the whole line: said once, not in every row."""
    tr = ctx.tr
    first, last = ctx.parts[0], ctx.parts[-1]
    return b.Row(
        cells=(
            b.runs(tr.kp_bare(first.from_m)),
            b.runs(tr.kp_bare(last.to_m)),
            b.runs(tr.km_number(sum(p.length_m for p in ctx.parts))),
            ctx.level_runs(level_of(findings[0])),
            b.spaced([ctx.finding_link(f) for f in findings], " "),
            b.runs(_row_of_names(ctx, [e for f in findings for e in f.encounters]) or "–"),
            b.runs("–"),
        )
    )


def _row(ctx: Context, piece: _Piece, whole: Sequence[Finding]) -> b.Row:
    tr, stretch = ctx.tr, piece.stretch
    said = {f.id for f in whole}
    own = [f for f in stretch.findings if f.id not in said]
    links = [ctx.finding_link(f) for f in own]
    if stretch.level == "na":
        links += [ctx.gap_link(number) for number in stretch.gaps]
    receptors = _receptors(ctx, piece, own)
    if stretch.findings and not own:
        receptors = tr.t("stretches.as_whole")
    return b.Row(
        cells=(
            b.runs(tr.kp_bare(piece.from_m)),
            b.runs(tr.kp_bare(piece.to_m)),
            b.runs(tr.km_number(piece.length_m)),
            ctx.level_runs(stretch.level) if stretch.level != "none" else b.runs("–"),
            b.spaced(links, " ") or b.runs("–"),
            b.runs(receptors or "–"),
            b.runs(_design(ctx, piece)),
        ),
        anchor=stretch_anchor(piece.index) if piece.first else "",
        place=place_anchor(piece.index),
        level=stretch.level,
    )


def _receptors(ctx: Context, piece: _Piece, findings: Sequence[Finding]) -> str:
    if piece.stretch.level == "none":
        return ctx.tr.t("level.none")
    middle = (piece.from_m + piece.to_m) / 2

    def meets(encounter: Encounter) -> bool:
        return any(from_m <= middle <= to_m for from_m, to_m in encounter.kp_ranges)

    return _row_of_names(ctx, [e for f in findings for e in f.encounters if meets(e)])


def _row_of_names(ctx: Context, encounters: Sequence[Encounter]) -> str:
    """Receptors in the order of their findings, the gravest first; of many how many more."""
    names = _names(ctx, encounters)
    said = ", ".join(names[:MOST_NAMES])
    rest = len(names) - MOST_NAMES
    return said if rest <= 0 else ctx.tr.t("stretches.more_receptors", names=said, n=rest)


def _names(ctx: Context, encounters: Sequence[Encounter]) -> list[str]:
    return list(
        dict.fromkeys(
            ctx.species_name(e.species_id)
            if e.species_id
            else short(ctx.tr.text(e.receptor.name), NAME_LIMIT)
            for e in encounters
        )
    )


def _design(ctx: Context, piece: _Piece) -> str:
    """Fencing and structures of the design on a piece of the line."""
    tr, design = ctx.tr, ctx.screening.project.design
    words = dict.fromkeys(
        word
        for (a, e), word in fencing(ctx.screening)
        if a < piece.to_m - 1 and e > piece.from_m + 1
    )
    said = [tr.t(f"strip.fence.{word}") for word in words]
    counts = Counter(s.type for s in design.structures if piece.from_m <= s.at_m < piece.to_m)
    said += [tr.t(f"stretches.count.{kind}", n=n) for kind, n in sorted(counts.items())]
    return ", ".join(said)
