"""Paper and pen of the Word document: paragraphs, runs, tables, pictures, bookmarks, sections.

This module's one job. Which block becomes which of these is said in ``docx_blocks``.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from camiscreen.report.blocks import Align, Document, Run, Runs
from camiscreen.report.docx_xml import (
    bookmark_name,
    element,
    field,
    outline,
    paragraph,
    text_run,
)
from camiscreen.report.svg import Drawing
from camiscreen.values import dataclass

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.oxml.xmlchemy import BaseOxmlElement

MARKS: Mapping[str, str] = {
    "major": "◆",
    "moderate": "▲",
    "minor": "●",
    "negligible": "○",
    "na": "□",
    "none": "–",
}
"""Shapes of the levels, the same as in figures and in the terminal."""

_FILLED_MARKS = ("major", "moderate", "minor")
# In the colour of the level with an edge in ink, as on figures; the others are an edge alone.

_WITH_HEAD = {"val": "0620", "firstRow": "1", "firstColumn": "0", "noHBand": "1", "noVBand": "1"}
_WITHOUT_HEAD = {**_WITH_HEAD, "val": "0680", "firstRow": "0", "firstColumn": "1"}
# What a reader's software takes for heads: the first row, or the first column.

TWIPS = 20
EMU = 12_700


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What stands in a cell of a table: paragraphs in one style."""

    paragraphs: tuple[Runs, ...]
    style: str = "Screening Cell"
    align: Align = "left"
    bold: bool = False
    anchor: str = ""


class Writer:
    """A Word document being written from top to bottom."""

    def __init__(
        self,
        word: "Word",
        document: Document,
        styles: Mapping[str, str],
        colours: Mapping[str, str],
        pictures: Mapping[int, bytes],
    ) -> None:
        self.word = word
        self.document = document
        self.styles = styles
        self.colours = colours
        self.turned = False
        self._pictures = pictures
        self._body = word.element.body
        self._bookmarks = 0
        self._counts = {"Table": 0, "Figure": 0}

    # ------------------------------------------------------------------------------------------
    # Page
    # ------------------------------------------------------------------------------------------

    @property
    def width_pt(self) -> float:
        """Width of the text on the page that is being written."""
        page = self.word.sections[-1]
        return (
            float((page.page_width or 0) - (page.left_margin or 0) - (page.right_margin or 0)) / EMU
        )

    @property
    def height_pt(self) -> float:
        """Height of the text on the page that is being written."""
        page = self.word.sections[-1]
        return (
            float((page.page_height or 0) - (page.top_margin or 0) - (page.bottom_margin or 0))
            / EMU
        )

    def turn(self) -> None:
        """Go on on a new page that stands the other way round."""
        from docx.enum.section import WD_ORIENT, WD_SECTION

        end = self._end()
        done = deepcopy(end)
        last = end.getprevious()
        if last is None or not str(last.tag).endswith("}p"):
            last = self.gap()
        properties = last.get_or_add_pPr()
        properties.append(done)
        page = self.word.sections[-1]
        page.page_width, page.page_height = page.page_height, page.page_width
        turned = page.orientation == WD_ORIENT.LANDSCAPE
        page.orientation = WD_ORIENT.PORTRAIT if turned else WD_ORIENT.LANDSCAPE
        page.start_type = WD_SECTION.NEW_PAGE
        self.turned = not self.turned
        page.different_first_page_header_footer = False

    def _end(self) -> "BaseOxmlElement":
        return self._body.sectPr  # type: ignore[no-any-return]

    def add(self, made: "BaseOxmlElement") -> "BaseOxmlElement":
        """Append an element to the text."""
        self._end().addprevious(made)
        return made

    def gap(self, height_pt: float = 6) -> "BaseOxmlElement":
        """A thin empty line: two tables that touch would become one."""
        spacing = element(
            "w:spacing", before="0", after="0", line=str(round(height_pt * TWIPS)), lineRule="exact"
        )
        return self.add(paragraph(self.styles["Screening Cell"], props=[spacing]))

    # ------------------------------------------------------------------------------------------
    # Paragraphs and runs
    # ------------------------------------------------------------------------------------------

    def line(
        self,
        content: Runs,
        style: str = "Normal",
        *,
        anchor: str = "",
        props: "Iterable[BaseOxmlElement]" = (),
    ) -> "BaseOxmlElement":
        """Append a paragraph."""
        parts = self.runs(content)
        return self.add(paragraph(self.styles[style], *self.marked(anchor, parts), props=props))

    def marked(self, anchor: str, parts: "list[BaseOxmlElement]") -> "list[BaseOxmlElement]":
        """The runs within a bookmark, where there is an anchor."""
        if not anchor:
            return parts
        self._bookmarks += 1
        number = str(self._bookmarks)
        return [
            element("w:bookmarkStart", id=number, name=bookmark_name(anchor)),
            *parts,
            element("w:bookmarkEnd", id=number),
        ]

    def runs(self, content: Runs, *, bold: bool = False) -> "list[BaseOxmlElement]":
        """Runs of text, links within and out of the document, marks with their word."""
        return [made for run in content for made in self._run(run, bold=bold)]

    def _run(self, run: Run, *, bold: bool) -> "list[BaseOxmlElement]":
        extra = [element("w:b")] if bold else []
        if run.kind == "mark":
            ink = self.colours["ink"].lstrip("#")
            sign = [element("w:color", val=ink)]
            if run.target in _FILLED_MARKS:
                colour = self.colours[f"sig-{run.target}"].lstrip("#")
                sign = [element("w:color", val=colour), outline(ink)]
            return [
                text_run(MARKS[run.target], self.styles["Screening Mark"], extra=sign),
                text_run(f"\u00a0{run.text}", extra=extra),
            ]
        if run.kind in {"anchor", "url"}:
            inner = text_run(run.text, self.styles["Hyperlink"], extra=extra)
            if run.kind == "anchor":
                return [element("w:hyperlink", inner, anchor=bookmark_name(run.target))]
            return [self._out(run.target, inner)]
        if run.kind == "latin":
            extra = [*extra, element("w:lang", val="la-Latn")]
        named = {
            "strong": "Strong",
            "latin": "Emphasis",
            "code": "Screening Code",
            "quiet": "Screening Quiet",
        }.get(run.kind)
        return [text_run(run.text, self.styles[named] if named else "", extra=extra)]

    def _out(self, target: str, inner: "BaseOxmlElement") -> "BaseOxmlElement":
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.oxml.ns import qn

        link = element("w:hyperlink", inner)
        key = self.word.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link.set(qn("r:id"), key)
        return link

    def caption(self, what: Literal["Table", "Figure"], content: Runs) -> None:
        """``Table 3. What it holds``: the number is a field, so that inserted tables renumber.

        That of a table stands above it and stays with it, that of a figure below.
        """
        self._counts[what] += 1
        labels = self.document.labels
        number = field(f"SEQ {what} \\* ARABIC", str(self._counts[what]))
        word = text_run(f"{labels.table if what == 'Table' else labels.figure}\u00a0")
        strong = [word, *number, text_run(". ")]
        for run in strong:
            run.insert(0, element("w:rPr", element("w:b")))
        keep = [element("w:keepNext", val="1" if what == "Table" else "0")]
        self.add(paragraph(self.styles["Caption"], *strong, *self.runs(content), props=keep))

    # ------------------------------------------------------------------------------------------
    # Tables
    # ------------------------------------------------------------------------------------------

    def table(
        self,
        rows: Sequence[Sequence[Cell]],
        shares: Sequence[float],
        *,
        label: str,
        heads: int = 0,
        filled: Mapping[int, str] | None = None,
    ) -> None:
        """A table as wide as the text; the first ``heads`` rows repeat on each page.

        A row of one cell goes over the whole width; ``filled`` names the colour behind a row.
        """
        total = sum(share or 0.6 for share in shares)
        widths = [round(self.width_pt * TWIPS * (share or 0.6) / total) for share in shares]
        made = element(
            "w:tbl",
            element(
                "w:tblPr",
                element("w:tblStyle", val=self.styles["Screening Table"]),
                element("w:tblW", w=str(sum(widths)), type="dxa"),
                element("w:tblLayout", type="fixed"),
                element("w:tblLook", **(_WITH_HEAD if heads else _WITHOUT_HEAD)),
                element("w:tblCaption", val=label),
            ),
            element("w:tblGrid", *(element("w:gridCol", w=str(width)) for width in widths)),
        )  # fmt: skip
        for index, row in enumerate(rows):
            made.append(
                self._row(row, widths, head=index < heads, fill=(filled or {}).get(index, ""))
            )
        self.add(made)

    def _row(
        self, row: Sequence[Cell], widths: Sequence[int], *, head: bool, fill: str
    ) -> "BaseOxmlElement":
        letters = sum(len(run.text) for cell in row for part in cell.paragraphs for run in part)
        props = [element("w:cantSplit")] if letters < 1_200 else []
        if head:
            props.append(element("w:tblHeader"))
        made = element("w:tr", *([element("w:trPr", *props)] if props else []))
        whole = len(row) == 1 and len(widths) > 1
        for cell, width in zip(row, [sum(widths)] if whole else widths, strict=True):
            about = [element("w:tcW", w=str(width), type="dxa")]
            if whole:
                about.append(element("w:gridSpan", val=str(len(widths))))
            if fill:
                about.append(
                    element("w:shd", val="clear", color="auto", fill=self.colours[fill].lstrip("#"))
                )
            made.append(element("w:tc", element("w:tcPr", *about), *self._cell(cell)))
        return made

    def _cell(self, cell: Cell) -> "list[BaseOxmlElement]":
        align = [element("w:jc", val="right")] if cell.align == "right" else []
        out = []
        for index, content in enumerate(cell.paragraphs or ((),)):
            parts = self.runs(content, bold=cell.bold)
            if index == 0:
                parts = self.marked(cell.anchor, parts)
            props = [deepcopy(item) for item in align]
            out.append(paragraph(self.styles[cell.style], *parts, props=props))
        return out

    # ------------------------------------------------------------------------------------------
    # Pictures
    # ------------------------------------------------------------------------------------------

    def picture(self, drawing: Drawing, alt: str, *, anchor: str = "", keep: bool = False) -> None:
        """A figure as wide as it was drawn, or as the text where that is narrower."""
        # A figure and its caption have to find room under a heading, on a sheet beside all else.
        room = self.height_pt - 105
        if self.document.layout == "sheet":
            room = self.height_pt * (0.42 if len(self.document.sections) > 1 else 0.25)
        scale = min(1.0, self.width_pt / drawing.width, room / drawing.height)
        width, height = scale * drawing.width, scale * drawing.height
        self.image(self._pictures[id(drawing)], width, height, alt, anchor=anchor, keep=keep)

    def image(
        self,
        data: bytes,
        width_pt: float,
        height_pt: float,
        alt: str,
        *,
        anchor: str = "",
        keep: bool = False,
    ) -> None:
        """A PNG with its alternative text, no larger than the text of the page.

        ``keep``: on the page of the line after it.
        """
        scale = min(1.0, self.width_pt / width_pt, self.height_pt / height_pt)
        inline = self.word.part.new_pic_inline(
            BytesIO(data), int(scale * width_pt * EMU), int(scale * height_pt * EMU)
        )
        # Where these are not said, LibreOffice moves the picture to the right by 9 pt.
        for side in ("distT", "distB", "distL", "distR"):
            inline.set(side, "0")
        # The number of the picture is also the name that it was given.
        inline.docPr.set("descr", alt)
        run = element("w:r", element("w:drawing", inline))
        props = [element("w:keepNext")] if keep else []
        self.add(
            paragraph(self.styles["Screening Figure"], *self.marked(anchor, [run]), props=props)
        )
