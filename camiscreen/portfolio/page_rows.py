"""The ranking and the matrix of the portfolio page: one row a project, as plain text.

This module's one job; what filters and sorting go by stands beside what is printed.
"""

from collections import Counter
from collections.abc import Sequence
from urllib.parse import quote

from camiscreen.portfolio.page_tables import NAME, Words
from camiscreen.portfolio.ranking import Ranked, level_of
from camiscreen.portfolio.results import SCREENED
from camiscreen.report import blocks as b
from camiscreen.report.inline import Level
from camiscreen.report.text import short
from camiscreen.values import dataclass
from camiscreen.vocabulary import Kind

MOST_IN_MATRIX = 60

# ----------------------------------------------------------------------------------------------
# Ranking
# ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report file of a project: its format, and where it lies as seen from the page."""

    label: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedRow:
    """A row of the ranking as it is printed, and what filters and sorting go by."""

    rank: int
    anchor: str
    id: str
    name: str
    reason: str
    kind: str
    kind_word: str
    level: Level
    verdict: str
    verdict_word: str
    counts: tuple[int, int, int, int, int]
    km: str
    length_m: float
    states: str
    state_keys: str
    species: tuple[str, ...]
    species_keys: str
    gaps: str
    gaps_n: int
    reports: tuple[Report, ...]


def ranked_row(ranked: Ranked, words: Words) -> RankedRow:
    """One project of the ranking."""
    tr, row = words.tr, ranked.row
    return RankedRow(
        rank=ranked.rank,
        anchor=ranked.anchor,
        id=short(row.id),
        name=short(row.name, NAME) or tr.t("project.unnamed"),
        reason=short(row.reason or "", 400),
        kind=row.kind or "",
        kind_word=tr.word(Kind(row.kind)) if row.kind else "",
        level=level_of(row),
        verdict=row.verdict or "failed",
        verdict_word=words.verdict(ranked),
        counts=(row.major, row.moderate, row.minor, row.negligible, row.accepted),
        km=tr.km_number(row.length_m) if row.length_m else "",
        length_m=row.length_m,
        states=words.state_list(row.states),
        state_keys=" ".join(row.states),
        species=tuple(words.species.get(s, short(s, 40)) for s in row.species),
        species_keys=" ".join(row.species),
        gaps=_gaps(ranked, words),
        gaps_n=1000 * row.not_assessed_required + row.not_assessed,
        reports=tuple(
            Report(label=name.rpartition(".")[2].upper(), href=quote(name)) for name in row.files
        ),
    )


def _gaps(ranked: Ranked, words: Words) -> str:
    """How many subjects were not assessed, and how many of them a verdict needs, if any."""
    tr, row = words.tr, ranked.row
    if row.status != SCREENED:
        return ""
    if not row.not_assessed_required:
        return tr.number(row.not_assessed)
    return tr.t("portfolio.rank.gaps", n=row.not_assessed, required=row.not_assessed_required)


# ----------------------------------------------------------------------------------------------
# Species and projects
# ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of the matrix: a level's mark, or a sign, with its word for those who cannot see."""

    level: str
    sign: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """A project against every species of the matrix."""

    project: b.Run
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Projects down, species across; ``totals`` count the projects that cross each species."""

    species: tuple[str, ...]
    totals: tuple[int, ...]
    rows: tuple[MatrixRow, ...]
    more: int


def matrix(ranking: Sequence[Ranked], words: Words) -> Matrix:
    """Species that any project meets, by how many cross them, against the first projects."""
    crossing: Counter[str] = Counter()
    met: set[str] = set()
    for ranked in ranking:
        for species in ranked.result.digest.species if ranked.result.digest else ():
            met.add(species.species_id)
            crossing[species.species_id] += species.crossed
    ids = sorted(met, key=lambda s: (-crossing[s], words.species.get(s, s)))
    with_species = [r for r in ranking if r.result.digest and r.result.digest.species]
    rows = [
        MatrixRow(
            project=words.project_link(r, 48),
            cells=_cells(r, ids, words),
        )
        for r in with_species[:MOST_IN_MATRIX]
    ]
    return Matrix(
        species=tuple(words.species.get(s, short(s, 40)) for s in ids),
        totals=tuple(crossing[s] for s in ids),
        rows=tuple(rows),
        more=max(0, len(with_species) - MOST_IN_MATRIX),
    )


def _cells(ranked: Ranked, ids: Sequence[str], words: Words) -> tuple[Cell, ...]:
    assert ranked.result.digest is not None
    by_id = {met.species_id: met for met in ranked.result.digest.species}
    tr = words.tr
    cells = []
    for species_id in ids:
        met = by_id.get(species_id)
        if met is None:
            cells.append(Cell(level="", sign="", word=""))
        elif met.significance:
            cells.append(Cell(level=met.significance, sign="", word=words.level(met.significance)))
        elif met.crossed:
            cells.append(Cell(level="", sign="–", word=tr.t("portfolio.matrix.crossed")))
        else:
            cells.append(Cell(level="", sign="·", word=tr.t("portfolio.matrix.near")))
    return tuple(cells)
