"""The parts a report is made of: plain data that every renderer draws in its own way.

This module's one job. No HTML, no Typst and no numbers yet to be formatted: whatever is read
stands here as text. ``kind`` names the block for renderers that dispatch on it.
"""

from typing import ClassVar, Literal, TypeAlias

from camiscreen.report.inline import (
    Level,
    Run,
    Runs,
    code,
    latin,
    link,
    mark,
    quiet,
    runs,
    spaced,
    strong,
    text,
    url,
)
from camiscreen.report.svg import Drawing
from camiscreen.values import dataclass

__all__ = [
    "Level",
    "Run",
    "Runs",
    "code",
    "latin",
    "link",
    "mark",
    "quiet",
    "runs",
    "spaced",
    "strong",
    "text",
    "url",
]
# The inline runs are part of the blocks' language: sections reach both by one name.

MOST_ROWS = 1_500
"""Longest table on pages; 7,000 rows took Typst 7 s and 1.9 GiB. The rest is in files of data."""

Align: TypeAlias = Literal["left", "right"]


# ----------------------------------------------------------------------------------------------
# Blocks
# ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading within a section: level 2, or 3 below it."""

    kind: ClassVar[str] = "heading"
    level: int
    text: str
    anchor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Running text: ``body``, ``lead`` (larger) or ``note`` (smaller, quiet)."""

    kind: ClassVar[str] = "paragraph"
    runs: Runs
    style: Literal["body", "lead", "note"] = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list without order."""

    kind: ClassVar[str] = "bullets"
    items: tuple[Runs, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Callout:
    """A remark that must not be overlooked."""

    kind: ClassVar[str] = "callout"
    title: str
    paragraphs: tuple[Runs, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A name and what stands for it."""

    label: str
    value: Runs


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyValues:
    """A list of names and values."""

    kind: ClassVar[str] = "keyvalues"
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its head, how it is aligned, and its share of the width (0: as narrow as it can).

    ``figures`` sets the narrow face of tight cells.
    """

    head: str
    align: Align = "left"
    share: float = 1.0
    figures: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table; a ``group`` row has one cell over the whole width.

    ``place`` is the anchor of the row's place on the map, for formats with a map that moves;
    ``level`` is what a reader may choose rows by.
    """

    cells: tuple[Runs, ...]
    role: Literal["body", "group", "total"] = "body"
    anchor: str = ""
    place: str = ""
    level: Level | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; ``label`` says what it holds to those who cannot see it.

    ``levels`` are those, with their words, that a reader on screen may choose rows by.
    """

    kind: ClassVar[str] = "table"
    label: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: Runs = ()
    levels: tuple[tuple[Level, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing; the alternative text states its result.

    A drawing that has layers can be moved on screen, see ``Drawing.layers``.
    """

    kind: ClassVar[str] = "figure"
    drawing: Drawing
    alt: str
    caption: Runs = ()
    anchor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictBlock:
    """The verdict: level, a word for it, one sentence, and what must be read with it."""

    kind: ClassVar[str] = "verdict"
    level: Level
    word: str
    kicker: str
    sentence: str
    detail: Runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """A number that carries a page, what it counts, and a note."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """Up to four numbers side by side."""

    kind: ClassVar[str] = "stats"
    items: tuple[Stat, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One thing that was not assessed: its number, subject and reason."""

    number: str
    subject: str
    reason: Runs


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAssessedBox:
    """What could not be judged, boxed with a dashed edge."""

    kind: ClassVar[str] = "notassessed"
    title: str
    note: str
    gaps: tuple[Gap, ...]
    more: Runs = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GapCard:
    """One thing that was not assessed, in full, within a dashed edge."""

    kind: ClassVar[str] = "gap"
    anchor: str
    number: str
    title: str
    facts: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A named level on a card: significance, sensitivity, magnitude, confidence."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMeasure:
    """A measure as a card names it: step, id and text."""

    step: str
    id: str
    anchor: str
    text: Runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A reference or clause that a finding rests on: how it is cited, and what it is."""

    cite: Run
    text: Runs


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCard:
    """One finding in the order of questions: what, where, how sure, why, what to do, on what.

    ``on_map`` is true where the map can show its place. ``trace`` and ``sources`` are for formats
    whose cards open; the others print them once, in the annex and among the references.
    ``compact`` asks for less room: measures by their ids alone, no bar.
    """

    kind: ClassVar[str] = "card"
    anchor: str
    number: str
    title: str
    rule_id: str
    level: Level
    significance: Axis
    axes: tuple[Axis, ...]
    confidence: Axis
    statement: Runs
    locator: Figure | None
    facts: tuple[Pair, ...]
    why_title: str
    why: Runs
    measures_title: str
    measures: tuple[CardMeasure, ...]
    notes: tuple[Runs, ...]
    trace: Table | None = None
    sources: tuple[Source, ...] = ()
    on_map: bool = False
    compact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMeasure:
    """A measure in full, as the ladder prints it; ``evidence`` counts squares, None: a word."""

    anchor: str
    id: str
    text: Runs
    detail: tuple[Runs, ...]
    findings: Runs
    clauses: Runs
    evidence: int | None
    evidence_word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep:
    """One step of the hierarchy: 1 avoid, 2 minimize, 3 mitigate, 4 offset."""

    kind: ClassVar[str] = "step"
    step: int
    word: str
    note: str
    heads: tuple[str, str, str, str, str]
    measures: tuple[StepMeasure, ...]
    empty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceItem:
    """A source that is cited, and how much of it was read."""

    anchor: str
    id: str
    runs: Runs


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """The sources that are cited."""

    kind: ClassVar[str] = "references"
    items: tuple[ReferenceItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The table of contents; a renderer with a sidebar leaves it out."""

    kind: ClassVar[str] = "contents"
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginNote:
    """A remark beside the report, for those who learn from it: why a step is done."""

    kind: ClassVar[str] = "margin"
    title: str
    paragraphs: tuple[Runs, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question on what was just read, and its answer."""

    number: str
    question: Runs
    answer: Runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """Questions after a section; a renderer that can fold hides the answers until asked."""

    kind: ClassVar[str] = "questions"
    title: str
    answer_word: str
    items: tuple[Question, ...]


Block: TypeAlias = (
    Contents
    | Heading
    | Paragraph
    | Bullets
    | Callout
    | KeyValues
    | Table
    | Figure
    | VerdictBlock
    | Stats
    | NotAssessedBox
    | GapCard
    | FindingCard
    | LadderStep
    | References
    | MarginNote
    | Questions
)


# ----------------------------------------------------------------------------------------------
# Document
# ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A numbered section.

    ``turned`` blocks from its start stand on a page on its side, together with the heading;
    ``new_page`` is false where it may follow on the page of the section before. ``on_screen``
    stands for the blocks where cards open and have said already what the section would repeat.
    """

    anchor: str
    number: str
    title: str
    blocks: tuple[Block, ...]
    turned: int = 0
    new_page: bool = True
    on_screen: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenLabels:
    """The words of what a reader can do on screen; ``{…}`` is filled in while reading."""

    zoom: str
    zoom_in: str
    zoom_out: str
    zoom_reset: str
    zoom_level: str
    map_hint: str
    map_name: str
    map_layers: str
    show_on_map: str
    back_to: str
    open_card: str
    copy_link: str
    link_copied: str
    filter_text: str
    filter_level: str
    filter_all: str
    filter_count: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The words that a renderer needs for itself."""

    contents: str
    skip: str
    page: str
    page_of: str
    not_assessed: str
    unprintable: str
    rest_in_json: str
    table: str
    figure: str
    screen: ScreenLabels


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The first page: what it is, of what, and until when."""

    kicker: str
    title: str
    subtitle: str
    facts: tuple[Pair, ...]
    note: str
    figure: Figure | None
    key: tuple[tuple[Level, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The whole report in one language. ``generated_on`` is a date, YYYY-MM-DD.

    A ``sheet`` has a page for each section and neither cover, contents nor numbers: its cover is
    a band at its head.
    """

    language: str
    layout: Literal["report", "sheet"]
    title: str
    running: str
    running_right: str
    description: str
    generated_on: str
    tool: str
    cover: Cover
    sections: tuple[Section, ...]
    labels: Labels
