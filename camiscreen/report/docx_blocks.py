"""How each block of a report stands in a Word document.

This module's one job: from a block to paragraphs, tables and pictures, in the order of reading.
"""

from collections.abc import Callable, Mapping
from typing import Any

from camiscreen.report import blocks as b
from camiscreen.report.blocks import MOST_ROWS
from camiscreen.report.docx_writer import TWIPS, Cell, Writer
from camiscreen.report.docx_xml import (
    PENDING,
    bookmark_name,
    element,
    field,
    paragraph,
    tab_run,
    text_run,
)


def draw_block(writer: Writer, block: b.Block) -> None:
    """Append one block. Raises KeyError for a kind that is not known here."""
    DRAWN[block.kind](writer, block)


def section_heading(writer: Writer, section: b.Section, *, new_page: bool) -> None:
    """The heading of a section, numbered as everywhere."""
    title = f"{section.number}\u2003{section.title}" if section.number else section.title
    props = [element("w:pageBreakBefore")] if new_page else []
    writer.line(b.runs(title), "Heading 1", anchor=section.anchor, props=props)


def _heading(writer: Writer, block: b.Heading) -> None:
    writer.line(b.runs(block.text), f"Heading {block.level}", anchor=block.anchor)


def _paragraph(writer: Writer, block: b.Paragraph) -> None:
    style = {"body": "Normal", "lead": "Screening Lead", "note": "Screening Note"}[block.style]
    writer.line(block.runs, style)


def _bullets(writer: Writer, block: b.Bullets) -> None:
    for item in block.items:
        writer.line(item, "List Bullet")


def _callout(writer: Writer, block: b.Callout) -> None:
    keep = [element("w:keepNext")]
    writer.line(b.runs(b.strong(block.title)), "Screening Callout", props=keep)
    for runs in block.paragraphs:
        writer.line(runs, "Screening Callout")
    writer.gap()


def pairs(writer: Writer, items: tuple[b.Pair, ...], label: str) -> None:
    """Names and values, as a table without a head."""
    if not items:
        return
    writer.table(
        [
            (
                Cell(paragraphs=(b.runs(b.quiet(pair.label)),)),
                Cell(paragraphs=(pair.value,)),
            )
            for pair in items
        ],
        (1, 3.2),
        label=label,
    )
    writer.gap()


def _keyvalues(writer: Writer, block: b.KeyValues) -> None:
    pairs(writer, block.pairs, "; ".join(pair.label for pair in block.pairs[:4]))


def _table(writer: Writer, block: b.Table) -> None:
    writer.caption("Table", b.runs(block.label))
    heads = [
        Cell(paragraphs=(b.runs(c.head),), style="Screening Head", align=c.align)
        for c in block.columns
    ]
    rows: list[list[Cell]] = [heads]
    filled: dict[int, str] = {}
    for row in block.rows[:MOST_ROWS]:
        if row.role == "group":
            filled[len(rows)] = "surface"
            rows.append([Cell(paragraphs=row.cells, bold=True, anchor=row.anchor)])
            continue
        rows.append(
            [
                Cell(
                    paragraphs=(cell,),
                    align=column.align,
                    bold=row.role == "total",
                    anchor=row.anchor if index == 0 else "",
                )
                for index, (cell, column) in enumerate(zip(row.cells, block.columns, strict=True))
            ]
        )
    shares = [column.share for column in block.columns]
    writer.table(rows, shares, label=block.label, heads=1, filled=filled)
    note = block.note
    if len(block.rows) > MOST_ROWS:
        note = (*b.runs(b.strong(f"{writer.document.labels.rest_in_json} ")), *note)
    if note:
        writer.line(note, "Screening Note")
    else:
        writer.gap()


def _figure(writer: Writer, block: b.Figure) -> None:
    writer.picture(block.drawing, block.alt, anchor=block.anchor, keep=bool(block.caption))
    if block.caption:
        writer.caption("Figure", block.caption)


def _verdict(writer: Writer, block: b.VerdictBlock) -> None:
    colour = {"na": "ink", "none": "rule"}.get(block.level, f"sig-{block.level}")
    kind = "dashed" if block.level == "na" else "single"

    def edge() -> list[Any]:
        left = element("w:left", val=kind, sz="48", space="6",
                       color=writer.colours[colour].lstrip("#"))  # fmt: skip
        return [element("w:pBdr", left)]

    level = b.runs(b.mark(block.level, block.word), "  ", b.quiet(block.kicker))
    writer.line(level, "Screening Verdict Level", props=edge())
    writer.line(b.runs(block.sentence), "Screening Verdict", props=edge())
    writer.line(block.detail, "Screening Verdict Detail", props=edge())


def _stats(writer: Writer, block: b.Stats) -> None:
    values = [
        Cell(paragraphs=(b.runs(item.value),), style="Screening Number") for item in block.items
    ]
    words = [
        Cell(paragraphs=(b.runs(item.label), *((b.runs(b.quiet(item.note)),) if item.note else ())))
        for item in block.items
    ]
    label = "; ".join(item.label for item in block.items)
    writer.table([values, words], [1.0] * len(block.items), label=label)
    writer.gap(10)


def _gaps(writer: Writer, block: b.NotAssessedBox) -> None:
    style = "Screening Not Assessed"
    writer.line(b.runs(b.strong(block.title), "  ", b.quiet(block.note)), style)
    for gap in block.gaps:
        head = b.runs(b.mark("na", gap.number), " ", b.strong(gap.subject), ". ")
        writer.line((*head, *gap.reason), style)
    if block.more:
        writer.line(block.more, style)
    writer.gap(10)


def _gap(writer: Writer, block: b.GapCard) -> None:
    head = b.runs(b.mark("na", block.number), f"\u2002{block.title}")
    writer.line(head, "Heading 2", anchor=block.anchor)
    pairs(writer, block.facts, f"{block.number} {block.title}")


def _card(writer: Writer, block: b.FindingCard) -> None:
    line = element("w:top", val="single", sz="20", space="4",
                   color=writer.colours[f"sig-{block.level}"].lstrip("#"))  # fmt: skip
    writer.line(
        b.runs(f"{block.number}\u2002{block.title}\u2002", b.code(block.rule_id)),
        "Heading 2",
        anchor=block.anchor,
        props=[element("w:pBdr", line)],
    )
    axes = (block.significance, *block.axes, block.confidence)
    values = [b.runs(b.mark(block.level, block.significance.value))]
    values += [b.runs(axis.value) for axis in axes[1:]]
    writer.table(
        [
            [Cell(paragraphs=(b.runs(axis.label),), style="Screening Head") for axis in axes],
            [Cell(paragraphs=(value,)) for value in values],
        ],
        [1.0] * len(axes),
        label=f"{block.number} {block.title}",
        heads=1,
    )
    writer.gap()
    writer.line(block.statement)
    if block.locator:
        writer.picture(block.locator.drawing, block.locator.alt)
    pairs(writer, block.facts, f"{block.number} {block.title}")
    writer.line(b.runs(block.why_title), "Screening Label")
    writer.line(block.why)
    if block.measures:
        writer.line(b.runs(block.measures_title), "Screening Label")
    for measure in block.measures:
        head = b.runs(b.strong(measure.step), " ", b.link(measure.id, measure.anchor), " ")
        writer.line((*head, *measure.text), "Screening Measure")
    for note in block.notes:
        writer.line(note, "Screening Note")


def _step(writer: Writer, block: b.LadderStep) -> None:
    writer.line(b.runs(block.word), "Heading 2")
    writer.line(b.runs(f"{block.step}. {block.note}"), "Screening Lead")
    if not block.measures:
        writer.line(b.runs(b.quiet(block.empty)))
        return
    writer.caption("Table", b.runs(block.word))
    rows = [[Cell(paragraphs=(b.runs(head),), style="Screening Head") for head in block.heads]]
    for measure in block.measures:
        squares = (
            ""
            if measure.evidence is None
            else "■" * measure.evidence + "□" * (3 - measure.evidence)
        )
        rows.append(
            [
                Cell(paragraphs=(b.runs(b.code(measure.id)),), anchor=measure.anchor),
                Cell(paragraphs=(measure.text, *measure.detail)),
                Cell(paragraphs=(measure.findings,)),
                Cell(paragraphs=(measure.clauses,)),
                Cell(paragraphs=(b.runs(f"{squares} {measure.evidence_word}".strip()),)),
            ]
        )  # fmt: skip
    writer.table(rows, (0.85, 5, 1.1, 1.5, 1.25), label=block.word, heads=1)
    writer.gap()


def _references(writer: Writer, block: b.References) -> None:
    for item in block.items:
        parts = writer.marked(item.anchor, [text_run(item.id)])
        style = writer.styles["Screening Reference"]
        writer.add(paragraph(style, *parts, tab_run(), *writer.runs(item.runs)))


def _contents(writer: Writer, block: b.Contents) -> None:
    """A field that Word fills; until it does, the sections as links to their pages.

    It begins a page: at the foot of one, its last lines would stand on the next alone.
    """
    writer.line(b.runs(block.title), "TOC Heading", props=[element("w:pageBreakBefore")])
    start, code, middle, end = field('TOC \\o "1-1" \\h \\z \\u')
    last = len(writer.document.sections) - 1
    right = str(round(writer.width_pt * TWIPS))
    for index, section in enumerate(writer.document.sections):
        place = bookmark_name(section.anchor)
        line = [text_run(f"{section.number}\u2003{section.title}"), tab_run()]
        line += field(f"PAGEREF {place} \\h", PENDING)
        parts = [element("w:hyperlink", *line, anchor=place)]
        if index == 0:
            parts = [start, code, middle, *parts]
        if index == last:
            parts.append(end)
        tab = element("w:tab", val="right", leader="dot", pos=right)
        props = [element("w:tabs", tab)]
        writer.add(paragraph(writer.styles["toc 1"], *parts, props=props))
    writer.gap()


def _margin(writer: Writer, block: b.MarginNote) -> None:
    writer.line(b.runs(b.strong(block.title)), "Screening Margin")
    for runs in block.paragraphs:
        writer.line(runs, "Screening Margin")
    writer.gap(10)


def _questions(writer: Writer, block: b.Questions) -> None:
    writer.line(b.runs(b.strong(block.title)), "Screening Margin")
    for item in block.items:
        asked = [b.strong(run.text) if run.kind == "text" else run for run in item.question]
        writer.line(b.runs(b.strong(f"{item.number}\u2002"), *asked), "Screening Margin")
        answer = b.quiet(f"{block.answer_word}: ")
        writer.line((answer, *item.answer), "Screening Margin")
    writer.gap(10)


DRAWN: Mapping[str, Callable[[Writer, Any], None]] = {
    b.Contents.kind: _contents,
    b.Heading.kind: _heading,
    b.Paragraph.kind: _paragraph,
    b.Bullets.kind: _bullets,
    b.Callout.kind: _callout,
    b.KeyValues.kind: _keyvalues,
    b.Table.kind: _table,
    b.Figure.kind: _figure,
    b.VerdictBlock.kind: _verdict,
    b.Stats.kind: _stats,
    b.NotAssessedBox.kind: _gaps,
    b.GapCard.kind: _gap,
    b.FindingCard.kind: _card,
    b.LadderStep.kind: _step,
    b.References.kind: _references,
    b.MarginNote.kind: _margin,
    b.Questions.kind: _questions,
}
"""What draws each kind of block; a kind that is not here fails a test."""
