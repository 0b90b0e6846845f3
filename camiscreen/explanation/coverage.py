"""Which clauses the rulebook has to answer, and what answers them."""

from camiscreen.explanation import words
from camiscreen.model import CoverageRow, Feature, Pack, Rulebook
from camiscreen.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A clause of the coverage list with everything that implements it or a part of it."""

    clause: str
    row: CoverageRow
    rules: tuple[str, ...]
    measures: tuple[str, ...]
    features: tuple[Feature, ...]

    @property
    def implemented(self) -> bool:
        """Whether at least one rule or measure cites it."""
        return bool(self.rules or self.measures)


def answers(pack: Pack, book: Rulebook) -> tuple[Answer, ...]:
    """Every clause of the list in its order."""
    return tuple(_answer(row, pack, book) for row in pack.coverage)


def answer(clause: str, pack: Pack, book: Rulebook) -> Answer | None:
    """What answers one clause; None for a clause that is not on the list."""
    row = next((row for row in pack.coverage if row.clause == clause), None)
    return _answer(row, pack, book) if row else None


def _answer(row: CoverageRow, pack: Pack, book: Rulebook) -> Answer:
    features = {feature.id: feature for feature in pack.features}
    parts = [c.id for c in pack.clauses if words.is_part_of(c.id, row.clause)]
    citing = [words.users(pack.cite(clause), book) for clause in (row.clause, *parts)]
    measures = {id_ for _, ids in citing for id_ in ids}
    return Answer(
        clause=row.clause,
        row=row,
        rules=tuple(sorted({id_ for ids, _ in citing for id_ in ids})),
        measures=tuple(m.id for m in book.measures if m.id in measures),
        features=tuple(features[id_] for id_ in row.features),
    )
