"""The tables of the portfolio page, as plain text and links: what each says stands here.

This module's one job. Sums are over projects that were screened; how many were not is said first.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from camiscreen.i18n import Translator
from camiscreen.model import Rulebook, Text
from camiscreen.portfolio.hotspots import HotSpot
from camiscreen.portfolio.ranking import Ranked
from camiscreen.report import blocks as b
from camiscreen.report.inline import Level
from camiscreen.report.text import short
from camiscreen.values import dataclass
from camiscreen.vocabulary import Significance

MOST_SPOTS = 60
MOST_GAPS = 60
MOST_NAMED = 8
MOST_ROWS = 5_000
"""Of the ranking: beyond some megabytes no browser filters a table with grace."""

NAME = 90

LEVELS: tuple[Level, ...] = ("major", "moderate", "minor", "negligible")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Names in the language of the page: species and states by id, ranks by project id."""

    tr: Translator
    species: Mapping[str, str]
    states: Mapping[str, str]
    ranks: Mapping[str, Ranked]

    def level(self, level: Level | str) -> str:
        """The word of a level, also of those beside the scale."""
        return self.tr.t(f"level.{level}")

    def verdict(self, ranked: Ranked) -> str:
        """The word for a project: its level, or why it has none."""
        verdict = ranked.row.verdict
        if verdict is None:
            return self.tr.t("portfolio.verdict.failed")
        if verdict in LEVELS:
            return self.level(verdict)
        return self.tr.t(f"portfolio.verdict.{verdict}")

    def state_list(self, states: Iterable[str]) -> str:
        """States in words."""
        return ", ".join(self.states.get(iso3, iso3) for iso3 in states)

    def project_link(self, ranked: Ranked, most: int) -> b.Run:
        """A project by rank and name, leading to its row where that is on the page."""
        said = f"{ranked.rank}. {short(ranked.row.name, most)}"
        return b.link(said, ranked.anchor) if ranked.rank <= MOST_ROWS else b.text(said)

    def project_links(self, ids: Sequence[str]) -> b.Runs:
        """Projects by rank and name, the gravest first, the rest counted."""
        found = sorted((self.ranks[i] for i in ids), key=lambda r: r.rank)
        # Names of projects may hold commas.
        shown = b.spaced([self.project_link(r, 40) for r in found[:MOST_NAMED]], "; ")
        rest = len(found) - MOST_NAMED
        more = f" {self.tr.t('portfolio.hot.others', n=rest)}" if rest > 0 else ""
        return (*shown, *b.runs(more))


def words_of(
    ranking: Sequence[Ranked],
    rulebook: Rulebook,
    states: Mapping[str, Text],
    tr: Translator,
) -> Words:
    """The names that the tables need; ``states`` are those of the layer, by ISO 3166."""
    crossed = {
        state.iso3: tr.text(state.name)
        for ranked in ranking
        for state in (ranked.result.digest.states if ranked.result.digest else ())
    }
    return Words(
        tr=tr,
        species={species.id: tr.text(species.name) for species in rulebook.species},
        states={iso3: tr.text(name) for iso3, name in states.items()} | crossed,
        ranks={ranked.row.id: ranked for ranked in ranking},
    )


def hot_spots(spots: Sequence[HotSpot], words: Words) -> b.Table:
    """Receptors that several projects cross."""
    tr = words.tr
    rows = [
        b.Row(
            cells=(
                b.runs(f"H{number}"),
                _receptor(spot, words),
                b.runs(words.state_list(spot.states)),
                _level_runs(spot.significance, words),
                b.runs(tr.number(len(spot.crossing))),
                words.project_links(spot.crossing),
                b.runs(tr.number(len(spot.near)) if spot.near else "–"),
                b.runs(tr.km_number(spot.length_m)),
            )
        )
        for number, spot in enumerate(spots[:MOST_SPOTS], start=1)
    ]
    rest = len(spots) - MOST_SPOTS
    return b.Table(
        label=tr.t("portfolio.hot.title"),
        columns=(
            b.Column(head=tr.t("head.no")),
            b.Column(head=tr.t("portfolio.head.where")),
            b.Column(head=tr.t("portfolio.head.states")),
            b.Column(head=tr.t("portfolio.head.worst")),
            b.Column(head=tr.t("portfolio.gaps.projects"), align="right"),
            b.Column(head=tr.t("portfolio.head.crossing")),
            b.Column(head=tr.t("portfolio.head.near"), align="right"),
            b.Column(head=tr.t("portfolio.head.inside"), align="right"),
        ),
        rows=tuple(rows),
        note=b.runs(tr.t("portfolio.hot.more", n=rest)) if rest > 0 else (),
    )


def _receptor(spot: HotSpot, words: Words) -> b.Runs:
    kind = words.tr.t(f"portfolio.kind_of.{spot.receptor_kind}")
    name = short(words.tr.text(spot.name), NAME)
    species = words.species.get(spot.species_id or "", "")
    said = [b.quiet(f"{kind} "), b.text(name or species)]
    if species and species.casefold() not in name.casefold():
        said.append(b.quiet(f" {species}"))
    return tuple(said)


def _level_runs(level: str | None, words: Words) -> b.Runs:
    if level is None:
        return b.runs("–")
    return (b.mark(level, words.level(level)),)  # type: ignore[arg-type]


def states(ranking: Sequence[Ranked], words: Words) -> b.Table:
    """How many projects and kilometres lie in each state, and how grave they are."""
    tr = words.tr
    projects: dict[str, list[Ranked]] = defaultdict(list)
    lengths: Counter[str] = Counter()
    for ranked in ranking:
        for state in ranked.result.digest.states if ranked.result.digest else ():
            projects[state.iso3].append(ranked)
            lengths[state.iso3] += state.length_m  # type: ignore[assignment]
    order = sorted(projects, key=lambda s: (-len(projects[s]), words.states[s]))
    rows = [
        b.Row(
            cells=(
                b.runs(words.states[iso3]),
                b.runs(tr.number(len(projects[iso3]))),
                b.runs(tr.km_number(lengths[iso3])),
                *(
                    b.runs(tr.number(sum(r.row.verdict == level for r in projects[iso3])))
                    for level in LEVELS
                ),
            )
        )
        for iso3 in order
    ]
    return b.Table(
        label=tr.t("portfolio.states.title"),
        columns=(
            b.Column(head=tr.t("head.state")),
            b.Column(head=tr.t("portfolio.gaps.projects"), align="right"),
            b.Column(head=tr.t("unit.km"), align="right"),
            *(b.Column(head=words.level(level), align="right") for level in LEVELS),
        ),
        rows=tuple(rows),
    )


def clauses(ranking: Sequence[Ranked], rulebook: Rulebook, words: Words) -> b.Table:
    """Clauses that findings and measures rest on, by how many projects they concern."""
    tr = words.tr
    summaries: dict[str, Text] = {
        pack.cite(clause.id): clause.summary for pack in rulebook.packs for clause in pack.clauses
    }
    concerned: Counter[str] = Counter()
    worst: dict[str, Significance] = {}
    for ranked in ranking:
        for met in ranked.result.digest.clauses if ranked.result.digest else ():
            concerned[met.clause] += 1
            level = Significance(met.significance)
            worst[met.clause] = max(level, worst.get(met.clause, level))
    order = sorted(concerned, key=lambda c: (-concerned[c], c))
    rows = [
        b.Row(
            cells=(
                b.runs(clause),
                b.runs(tr.text(summaries[clause]) if clause in summaries else ""),
                b.runs(tr.number(concerned[clause])),
                _level_runs(str(worst[clause]), words),
            )
        )
        for clause in order
    ]
    return b.Table(
        label=tr.t("portfolio.clauses.title"),
        columns=(
            b.Column(head=tr.t("head.clause")),
            b.Column(head=tr.t("head.says")),
            b.Column(head=tr.t("portfolio.gaps.projects"), align="right"),
            b.Column(head=tr.t("portfolio.head.worst")),
        ),
        rows=tuple(rows),
    )


def gaps(ranking: Sequence[Ranked], words: Words) -> b.Table:
    """What was not assessed in how many projects; what a verdict needs first."""
    tr = words.tr
    subjects: dict[tuple[str, bool], Text] = {}
    concerned: dict[tuple[str, bool], set[str]] = defaultdict(set)
    for ranked in ranking:
        for gap in ranked.result.digest.gaps if ranked.result.digest else ():
            # A meeting without a rule is named by the project; what it is of is told once.
            key = (gap.subject.en, gap.required)
            subjects[key] = gap.subject
            concerned[key].add(ranked.row.id)
    order = sorted(concerned, key=lambda k: (not k[1], -len(concerned[k]), k[0]))
    rows = [
        b.Row(
            cells=(
                b.runs(short(tr.text(subjects[key]))),
                b.runs(tr.t("gaps.required" if key[1] else "gaps.not_required")),
                b.runs(tr.number(len(concerned[key]))),
                words.project_links(sorted(concerned[key]))
                if len(concerned[key]) < len(ranking)
                else b.runs(tr.t("portfolio.head.total")),
            )
        )
        for key in order[:MOST_GAPS]
    ]
    rest = len(order) - MOST_GAPS
    return b.Table(
        label=tr.t("gaps.title"),
        columns=(
            b.Column(head=tr.t("portfolio.gaps.subject")),
            b.Column(head=tr.t("gaps.verdict")),
            b.Column(head=tr.t("portfolio.gaps.projects"), align="right"),
            b.Column(head=tr.t("portfolio.head.project")),
        ),
        rows=tuple(rows),
        note=b.runs(tr.t("portfolio.gaps.more", n=rest)) if rest > 0 else (),
    )
