"""Policy texts: references, clauses and the packs that hold them."""

from camiscreen.model.words import Text
from camiscreen.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A source that was read, and how much of it. ``seen`` decides what it may back."""

    id: str
    citation: str
    seen: str
    url: str | None = None

    @property
    def backs_numbers(self) -> bool:
        """False for references read only second-hand, by title, or not at all."""
        return self.seen not in {"secondary", "memory", "no", "title", "title-page"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A numbered section of a programme of work."""

    number: str
    part: str
    title: Text
    species: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One numbered activity or lettered part of a programme of work, in the tool's own words."""

    id: str
    section: str
    summary: Text
    responsible: tuple[str, ...]
    priority: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """An operative paragraph of the resolution that adopts a programme."""

    id: str
    summary: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirk:
    """An oddity of the printed text that is kept as printed."""

    clause: str
    en: str
    ru: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """First and last year of a programme."""

    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor:
    """The programme that a programme itself foresees, and the clause that does so."""

    clause: str
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """Something of the program that a clause may rest on; ``where`` is a command or a file."""

    id: str
    title: Text
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """A clause that the rulebook has to answer: by what, besides rules and measures that cite it.

    ``reason`` says why no rule or measure implements it; it is printed only while none does.
    """

    clause: str
    features: tuple[str, ...] = ()
    reason: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A policy text and its clauses. A later programme is another pack beside it.

    Citations carry the pack's own prefixes: ``prefix`` and a clause (``POW 3.5(f)``), or
    ``paragraph_prefix`` and a paragraph (``Res. para 4``). No two packs share one.
    """

    id: str
    prefix: str
    paragraph_prefix: str
    title: Text
    instrument: str
    adopted: str
    period: Period
    reference: str
    note: Text
    quirks: tuple[Quirk, ...]
    paragraphs: tuple[Paragraph, ...]
    successor: Successor | None = None
    sections: tuple[Section, ...] = ()
    clauses: tuple[Clause, ...] = ()
    features: tuple[Feature, ...] = ()
    coverage: tuple[CoverageRow, ...] = ()

    def cite(self, clause_id: str) -> str:
        """How a clause, or a section by its number, is cited."""
        return f"{self.prefix} {clause_id}"

    def cite_paragraph(self, paragraph_id: str) -> str:
        """How an operative paragraph is cited."""
        return f"{self.paragraph_prefix} {paragraph_id}"

    def has_ended(self, on: str) -> bool:
        """Whether its last year lies before a date, YYYY-MM-DD."""
        return int(on[:4]) > self.period.last
