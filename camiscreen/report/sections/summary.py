"""Plain-language summary: the verdict in one sentence, then what could not be judged."""

from camiscreen.model import Finding
from camiscreen.report import acceptance_words as words
from camiscreen.report import blocks as b
from camiscreen.report import figures
from camiscreen.report.sections import gaps
from camiscreen.report.sections.common import Context, level
from camiscreen.report.stretches import Stretch, by_level, merged, net_length_m, open_part
from camiscreen.report.text import cut
from camiscreen.vocabulary import Significance, Verdict

TOP_FINDINGS = 8
NAMED_IN_VERDICT = 3
NAME_LIMIT = 60


def section(ctx: Context, number: str) -> b.Section:
    """Verdict, four numbers, the bar of kilometres, the box, the first findings."""
    tr = ctx.tr
    parts: list[b.Block] = [verdict(ctx), stats(ctx)]
    bar = figures.level_bar(ctx)
    if bar is not None:
        parts.append(bar)
    parts.append(gaps.box(ctx))
    found = ctx.ordered_findings()
    if found:
        parts.append(b.Heading(level=2, text=tr.t("summary.top")))
        parts.append(_top(ctx, found[:TOP_FINDINGS]))
        rest = len(found) - TOP_FINDINGS
        more = tr.t("summary.more", n=rest) + " " if rest > 0 else ""
        parts.append(b.Paragraph(runs=b.runs(more + tr.t("summary.axes")), style="note"))
    parts.append(
        b.Callout(title=tr.t("summary.is_not"), paragraphs=(b.runs(tr.t("summary.is_not_text")),))
    )
    return b.Section(
        anchor="summary", number=number, title=tr.t("summary.title"), blocks=tuple(parts)
    )


# ----------------------------------------------------------------------------------------------
# Verdict
# ----------------------------------------------------------------------------------------------


def verdict(ctx: Context) -> b.VerdictBlock:
    """The verdict as a block."""
    shown = verdict_level(ctx)
    return b.VerdictBlock(
        level=shown,
        word=ctx.level_word(shown) if shown != "none" else ctx.tr.t("verdict.none_word"),
        kicker=ctx.tr.t(f"verdict.kicker.{_kicker(ctx, shown)}"),
        sentence=sentence(ctx),
        detail=_detail(ctx),
    )


def _kicker(ctx: Context, shown: b.Level) -> str:
    if ctx.screening.verdict is Verdict.ACCEPTED:
        return "accepted"
    highest = max((f.significance for f in ctx.screening.accepted), default=None)
    if highest is not None and str(highest) != shown and shown not in {"na", "none"}:
        return "open" if highest > Significance(shown) else "level"
    return "na" if shown in {"na", "none"} else "level"


def verdict_level(ctx: Context) -> b.Level:
    """The level that the verdict is drawn with; whatever lies outside all layers is ``na``.

    Where all findings are accepted, it is their highest: acceptance changes no level.
    """
    word = ctx.screening.verdict
    if word is Verdict.ACCEPTED:
        return level(max(ctx.screening.findings, key=lambda f: f.significance))
    if word is Verdict.INCOMPLETE or (word is Verdict.NONE and ctx.wholly_outside):
        return "na"
    shown: b.Level = word.value  # type: ignore[assignment]
    return shown


def sentence(ctx: Context) -> str:
    """The verdict in words that a director can repeat, with what is accepted beside it."""
    if ctx.screening.verdict is Verdict.ACCEPTED:
        return words.beside_verdict(ctx.screening, ctx.tr)
    said = (_of_open_findings(ctx), words.beside_verdict(ctx.screening, ctx.tr))
    return " ".join(filter(None, said))


def _of_open_findings(ctx: Context) -> str:
    tr, word = ctx.tr, ctx.screening.verdict
    if verdict_level(ctx) == "na":
        if ctx.wholly_outside:
            return tr.t("verdict.outside")
        required = sum(item.gap.required for item in ctx.gaps)
        return tr.t("verdict.incomplete", n=max(1, required))
    if word is Verdict.NONE:
        return tr.t("verdict.none")
    top = _at_verdict(ctx)
    ranges = merged(r for f in top for r in f.kp_ranges)
    of_level = tr.t(f"level_of.{word.value}")
    if not ranges:
        return tr.t("verdict.findings", n=len(top), level=of_level)
    total = net_length_m(ranges, ctx.screening.project)
    if len(ranges) == 1:
        return tr.t("verdict.stretch", km=tr.km_round(total), level=of_level)
    return tr.t("verdict.stretches", n=len(ranges), km=tr.km_round(total), level=of_level)


def _at_verdict(ctx: Context) -> list[Finding]:
    wanted = Significance(ctx.screening.verdict.value)
    return [f for f in ctx.ordered_findings() if f.significance is wanted and f.accepted is None]


def _detail(ctx: Context) -> b.Runs:
    tr, word = ctx.tr, ctx.screening.verdict
    out: list[b.Run | str] = _not_assessed(ctx)
    if verdict_level(ctx) == "na":
        out.append(
            tr.t("verdict.outside_detail" if ctx.wholly_outside else "verdict.not_good_news")
        )
    elif word is Verdict.NONE:
        out.append(tr.t("verdict.none_detail"))
    elif word is Verdict.ACCEPTED:
        out.append(tr.t("verdict.accepted_detail"))
    else:
        top = _at_verdict(ctx)
        for finding in top[:NAMED_IN_VERDICT]:
            place = f" ({tr.kp_ranges(finding.kp_ranges, 2)})" if finding.kp_ranges else ""
            out += [ctx.finding_link(finding), f" {tr.text(finding.title)}{place}. "]
        if len(top) > NAMED_IN_VERDICT:
            out.append(tr.t("verdict.further", n=len(top) - NAMED_IN_VERDICT) + " ")
        assumed = dict.fromkeys(m for finding in top for m in finding.assumptions)
        if assumed:
            out += [b.strong(tr.t("card.assumed")), f" {' '.join(map(tr.message, assumed))} "]
    return b.runs(*out)


def _not_assessed(ctx: Context) -> list[b.Run | str]:
    """What could not be judged, by number and name, before anything that was."""
    tr = ctx.tr
    if not ctx.gaps or ctx.wholly_outside:
        return []
    out: list[b.Run | str] = [tr.t("verdict.gaps", n=len(ctx.gaps)), " "]
    named = sorted(ctx.gaps, key=lambda item: not item.gap.required)[:NAMED_IN_VERDICT]
    for index, item in enumerate(named):
        subject = cut(tr.text(item.gap.subject), NAME_LIMIT)
        out += ["; " if index else "", ctx.gap_link(item.number), f" {subject}"]
    rest = len(ctx.gaps) - len(named)
    end = "" if subject.endswith("…") and not rest else "."
    out.append(f"; {tr.t('verdict.more_gaps', n=rest)}. " if rest else f"{end} ")
    return out


# ----------------------------------------------------------------------------------------------
# Numbers, bar, table
# ----------------------------------------------------------------------------------------------


def stats(ctx: Context) -> b.Stats:
    """Up to four numbers: size, kilometres of the highest level, species, gaps."""
    tr, screening = ctx.tr, ctx.screening
    states = len(screening.exposure.states)
    items = [_size_stat(ctx, tr.t("count.states", n=states))]
    items.append(_level_stat(ctx) if ctx.has_chainage and ctx.parts else _findings_stat(ctx))
    if not ctx.wholly_outside:
        items.append(_species_stat(ctx))
    required = sum(item.gap.required for item in ctx.gaps)
    items.append(
        b.Stat(
            value=tr.number(len(ctx.gaps)),
            label=tr.t("stat.gaps", n=len(ctx.gaps)),
            note=tr.t("stat.gaps_required", n=required),
        )
    )
    return b.Stats(items=tuple(items))


def _level_stat(ctx: Context) -> b.Stat:
    """Kilometres at the level of the verdict, and beside them those that are accepted."""
    tr = ctx.tr
    all_of_them = ctx.screening.verdict is Verdict.ACCEPTED
    left = [open_part(part) for part in ctx.parts if not _all_accepted(part)]
    lengths = by_level(ctx.parts if all_of_them else left)
    worst = next((lv for lv in lengths if lv not in {"none", "na"}), None)
    shown: b.Level = worst or ("na" if ctx.wholly_outside else "none")
    length = lengths.get(shown, 0.0)
    whole = sum(part.length_m for part in ctx.parts)
    label = tr.t(f"stat.level.{shown}")
    note = tr.t("stat.share", share=tr.percent(length / whole))
    accepted = [part for part in ctx.parts if any(f.accepted for f in part.findings)]
    if accepted:
        label = tr.t("stat.accepted" if all_of_them else "stat.open", label=label)
        highest = max(finding.significance for finding in ctx.screening.accepted)
        if not all_of_them:
            note = tr.t(
                "stat.share_and_accepted",
                share=tr.percent(length / whole),
                km=tr.km_round(sum(part.length_m for part in accepted)),
                level=tr.word(highest).lower(),
            )
    return b.Stat(value=tr.km_round(length), label=label, note=note)


def _all_accepted(part: Stretch) -> bool:
    return bool(part.findings) and all(f.accepted is not None for f in part.findings)


def _findings_stat(ctx: Context) -> b.Stat:
    """How many findings are open; those that are accepted are counted beside them."""
    tr, accepted = ctx.tr, len(ctx.screening.accepted)
    left = len(ctx.screening.findings) - accepted
    if not accepted:
        return b.Stat(value=tr.number(left), label=tr.t("stat.findings", n=left))
    return b.Stat(
        value=tr.number(left),
        label=tr.t("stat.findings_open", n=left),
        note=tr.t("stat.findings_accepted", n=accepted),
    )


def _species_stat(ctx: Context) -> b.Stat:
    tr, screening = ctx.tr, ctx.screening
    met = {e.species_id for e in screening.exposure.encounters if e.species_id}
    crossed = {
        e.species_id
        for e in screening.exposure.encounters
        if e.species_id and e.relation.value != "near"
    }
    return b.Stat(
        value=tr.number(len(met)),
        label=tr.t("stat.species", n=len(met)),
        note=tr.t("stat.species_crossed", n=len(crossed)),
    )


def _size_stat(ctx: Context, note: str) -> b.Stat:
    tr, project = ctx.tr, ctx.screening.project
    if project.length_m > 0:
        return b.Stat(value=tr.km_round(project.length_m), label=tr.t("stat.length"), note=note)
    if project.area_m2 > 0:
        area = tr.t("size.area", km2=tr.number(project.area_m2 / 1e6, 1))
        return b.Stat(value=area, label=tr.t("stat.area"), note=note)
    places = len(project.points.geoms)
    return b.Stat(value=tr.number(places), label=tr.t("stat.places", n=places), note=note)


def _top(ctx: Context, found: list[Finding]) -> b.Table:
    tr = ctx.tr
    rows = tuple(
        b.Row(
            cells=(
                ctx.level_runs(level(f)),
                b.runs(ctx.finding_link(f), f" {tr.text(f.title)}", *_accepted(ctx, f)),
                b.runs(ctx.where(f.kp_ranges, 2)),
                b.runs(tr.km_number(f.length_m) if f.length_m else "–"),
                b.runs(tr.word(f.confidence)),
            )
        )
        for f in found
    )
    return b.Table(
        label=tr.t("summary.top"),
        columns=(
            b.Column(head=tr.t("head.significance"), share=1.7),
            b.Column(head=tr.t("head.finding"), share=4.4),
            b.Column(head=tr.t("head.chainage"), share=2.5, figures=True),
            b.Column(head=tr.t("unit.km"), align="right", share=0.9),
            b.Column(head=tr.t("head.confidence"), share=1.5),
        ),
        rows=rows,
    )


def _accepted(ctx: Context, finding: Finding) -> b.Runs:
    if finding.accepted is None:
        return ()
    return b.runs(" ", b.quiet(ctx.tr.t("finding.accepted_short")))
