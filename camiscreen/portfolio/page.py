"""The portfolio page: one HTML file over all projects, that needs no network and no script.

This module's one job is the order of the page. With the script of the page the ranking can be
sorted and filtered; without it, it is a table. The script is the only one that its content
security policy lets run.
"""

import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from camiscreen import __version__
from camiscreen.i18n import Translator
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import Text
from camiscreen.paths import data_dir
from camiscreen.portfolio import page_map, page_rows, page_tables
from camiscreen.portfolio.page_rows import RankedRow
from camiscreen.portfolio.page_tables import Words
from camiscreen.portfolio.ranking import Ranked, level_of, ranked
from camiscreen.portfolio.summary import Batch
from camiscreen.report import blocks as b
from camiscreen.report.html import render_page
from camiscreen.report.inline import Level
from camiscreen.report.text import short
from camiscreen.values import dataclass
from camiscreen.vocabulary import ReceptorKind, Verdict

MOST_FAILED = 12
"""Failures that are named at the top; the ranking has all of them."""

CLAUSE = "POW 3.3"
"""Horizon scanning, which hot spots are for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value that the ranking can be filtered by, its word, and how many projects have it."""

    value: str
    word: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A filter of the ranking: the attribute of the rows that it reads."""

    name: str
    label: str
    choices: tuple[Choice, ...]


def render(batch: Batch, layers: Sequence[tuple[Layer, Store]], tr: Translator) -> bytes:
    """The page as UTF-8 HTML; the same batch gives the same bytes."""
    ranking = ranked(batch.results)
    words = page_tables.words_of(ranking, batch.rulebook, _state_names(layers), tr)
    rows = [page_rows.ranked_row(one, words) for one in ranking[: page_tables.MOST_ROWS]]
    script = (data_dir("report_templates") / "html" / "portfolio.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return render_page(
        "portfolio.html.j2",
        t=tr.t,
        language=tr.language,
        title=_headline(ranking, tr),
        tool=f"camiscreen {__version__}",
        note=tr.t("portfolio.note", tool=__version__, rulebook=batch.rulebook.version),
        subtitle=_subtitle(ranking, tr),
        facts=_facts(batch, tr),
        stats=_stats(ranking, words),
        failed=_failed(ranking, tr),
        same=_same(ranking, tr),
        gaps=page_tables.gaps(ranking, words),
        rows=rows,
        left_out=max(0, len(ranking) - page_tables.MOST_ROWS),
        filters=_filters(ranking, rows, words),
        map=_map(ranking, batch, layers, words),
        matrix=page_rows.matrix(ranking, words),
        hot_lead=_hot_lead(batch, tr),
        hot=page_tables.hot_spots(batch.hotspots, words),
        states=page_tables.states(ranking, words),
        clauses=page_tables.clauses(ranking, batch.rulebook, words),
        layers=_layers(batch, tr),
        script=script,
        script_hash=f"sha256-{digest}",
    )


def _state_names(layers: Sequence[tuple[Layer, Store]]) -> dict[str, Text]:
    return {
        str(receptor.attributes.get("iso3") or receptor.id): receptor.name
        for layer, store in layers
        if layer.spec.receptor_kind is ReceptorKind.STATE
        for receptor in store.receptors
    }


def _headline(ranking: Sequence[Ranked], tr: Translator) -> str:
    """The conclusion: how many projects reach the highest level that there is."""
    verdicts = Counter(one.row.verdict for one in ranking)
    for level in page_tables.LEVELS:
        if verdicts[level]:
            word = tr.t(f"level_of.{level}")
            return tr.t("portfolio.headline", n=verdicts[level], total=len(ranking), level=word)
    if verdicts[str(Verdict.NONE)] == len(ranking):
        return tr.t("portfolio.headline.none", n=len(ranking))
    return tr.t("portfolio.headline.incomplete", n=len(ranking))


def _subtitle(ranking: Sequence[Ranked], tr: Translator) -> str:
    projects = tr.t("portfolio.count", n=len(ranking))
    km = tr.km_round(sum(one.row.length_m for one in ranking))
    return tr.t("portfolio.subtitle", projects=projects, km=km)


def _facts(batch: Batch, tr: Translator) -> tuple[b.Pair, ...]:
    return (
        b.Pair(label=tr.t("control.generated"), value=b.runs(tr.date(batch.generated_on))),
        b.Pair(label=tr.t("control.rulebook"), value=b.runs(batch.rulebook.version)),
        b.Pair(label=tr.t("control.program"), value=b.runs(f"camiscreen {__version__}")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """How many projects have one verdict."""

    level: Level
    verdict: str
    word: str
    n: str
    share: str
    parts: float


def _stats(ranking: Sequence[Ranked], words: Words) -> tuple[Tile, ...]:
    """One tile for each verdict that occurs, in the order of the ranking."""
    groups: dict[str, list[Ranked]] = defaultdict(list)
    for one in ranking:
        groups[one.row.verdict or "failed"].append(one)
    tr = words.tr
    return tuple(
        Tile(
            level=level_of(group[0].row),
            verdict=verdict,
            word=words.verdict(group[0]),
            n=tr.number(len(group)),
            share=tr.t("portfolio.short.of", share=len(group) / len(ranking)),
            parts=float(len(group)),
        )
        for verdict, group in groups.items()
    )


def _failed(ranking: Sequence[Ranked], tr: Translator) -> b.NotAssessedBox | None:
    found = [one for one in ranking if one.row.verdict is None]
    if not found:
        return None
    rest = len(found) - MOST_FAILED
    return b.NotAssessedBox(
        title=tr.t("portfolio.failed.title", n=len(found)),
        note=tr.t("portfolio.failed.note"),
        gaps=tuple(
            b.Gap(
                number=str(one.rank),
                subject=short(one.row.id, 80),
                reason=b.runs(short(one.row.reason or "", 400)),
            )
            for one in found[:MOST_FAILED]
        ),
        more=b.runs(tr.t("portfolio.failed.more", n=rest)) if rest > 0 else (),
    )


def _same(ranking: Sequence[Ranked], tr: Translator) -> str:
    """Projects that are the same file twice: every sum counts them twice."""
    groups: dict[str, list[str]] = defaultdict(list)
    for one in ranking:
        if one.row.source_sha256 and one.result.digest is not None:
            groups[one.row.source_sha256].append(short(one.row.id, 60))
    twice = [" = ".join(ids[:6]) for ids in groups.values() if len(ids) > 1]
    return tr.t("portfolio.same.text", groups="; ".join(twice[:20])) if twice else ""


def _filters(
    ranking: Sequence[Ranked], rows: Sequence[RankedRow], words: Words
) -> tuple[Filter, ...]:
    tr = words.tr
    verdicts = Counter(row.verdict for row in rows)
    kinds = Counter(row.kind for row in rows if row.kind)
    states = Counter(s for one in ranking for s in one.row.states)
    species = Counter(s for one in ranking for s in one.row.species)
    by_verdict = {row.verdict: row.verdict_word for row in rows}
    by_kind = {row.kind: row.kind_word for row in rows}
    return (
        _filter("verdict", tr.t("portfolio.head.level"), verdicts, by_verdict, in_order=True),
        _filter("kind", tr.t("portfolio.head.kind"), kinds, by_kind),
        _filter("states", tr.t("head.state"), states, words.states),
        _filter("species", tr.t("portfolio.head.species"), species, words.species),
    )


def _filter(
    name: str,
    label: str,
    counts: Mapping[str, int],
    said: Mapping[str, str],
    *,
    in_order: bool = False,
) -> Filter:
    values = list(counts) if in_order else sorted(counts, key=lambda v: said.get(v, v))
    return Filter(
        name=name,
        label=label,
        choices=tuple(Choice(value=v, word=short(said.get(v, v), 60), n=counts[v]) for v in values),
    )


def _map(
    ranking: Sequence[Ranked],
    batch: Batch,
    layers: Sequence[tuple[Layer, Store]],
    words: Words,
) -> b.Figure | None:
    tr = words.tr
    projects = [
        page_map.Mapped(
            rank=one.rank,
            anchor=one.anchor if one.rank <= page_tables.MOST_ROWS else "ranking",
            title=f"{one.rank}. {short(one.row.name, 60)}: {words.verdict(one)}",
            level=level_of(one.row),
            shape=one.result.digest.shape,
        )
        for one in ranking
        if one.result.digest is not None
    ]
    alt = tr.t("portfolio.map.alt", said=_headline(ranking, tr))
    levels: dict[Level, str] = {p.level: words.level(p.level) for p in projects}
    drawn = page_map.draw(projects, batch.hotspots, layers, tr, label=alt, levels=levels)
    if drawn is None:
        return None
    said = [tr.t("portfolio.map.caption")]
    said += [tr.t("portfolio.map.off", n=drawn.off)] if drawn.off else []
    said += [tr.t("portfolio.map.withheld", n=drawn.withheld)] if drawn.withheld else []
    return b.Figure(drawing=drawn.drawing, alt=alt, caption=b.runs(" ".join(said)))


def _hot_lead(batch: Batch, tr: Translator) -> str:
    said = tr.t("portfolio.hot.lead", clause=CLAUSE)
    return f"{said} {tr.t('portfolio.hot.redacted')}" if batch.order.redact else said


def _layers(batch: Batch, tr: Translator) -> b.Table:
    return b.Table(
        label=tr.t("layer.title"),
        columns=(
            b.Column(head=tr.t("layer.version")),
            b.Column(head=tr.t("layer.citation")),
            b.Column(head=tr.t("layer.licence")),
            b.Column(head=tr.t("layer.hash")),
        ),
        rows=tuple(
            b.Row(
                cells=(
                    b.runs(tr.text(layer.spec.title), " ", b.quiet(layer.spec.version)),
                    b.runs(layer.spec.citation),
                    b.runs(", ".join(licence.name for licence in layer.spec.licenses)),
                    b.runs(b.code(layer.spec.sha256[:12])),
                )
            )
            for layer in batch.layers
        ),
    )
