"""The styles of the Word document: real, named, and open to a house template.

This module's one job. With a template of the house, a style that it has stays as it is; one that
it lacks is added in our look, based on the template's Normal, so that its face follows.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from camiscreen.report.docx_xml import element
from camiscreen.values import dataclass

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.oxml.xmlchemy import BaseOxmlElement

FACE = "Arial"
"""On every computer that has Word, with Cyrillic; Noto Sans is on few of them."""
CODE_FACE = "Consolas"

MARK_FACE = "Segoe UI Symbol"
"""Holds the marks of significance; elsewhere Word and LibreOffice find a face that does."""

TIGHT = 7 / 8

StyleKind = Literal["paragraph", "character", "table"]

_OPENXML_NAMES = {"Caption": "caption", "Header": "header", "Footer": "footer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One style: sizes and spaces in points, the colour as a token; empty means inherited."""

    name: str
    kind: StyleKind = "paragraph"
    size: float = 0
    bold: bool | None = None
    italic: bool | None = None
    colour: str = ""
    face: str = ""
    before: float | None = None
    after: float | None = None
    line: float | None = None
    keep_next: bool = False
    outline: int | None = None
    indent: float = 0
    hanging: float = 0
    fill: str = ""
    border: tuple[str, str, float, str] | None = None
    """Sides (``left`` or ``box``), kind of line, width in points, colour."""
    next: str = ""


LOOKS: tuple[Look, ...] = (
    Look(name="Normal", size=9.5, face=FACE, colour="ink", before=0, after=5, line=1.2),
    Look(name="Title", size=28, bold=True, colour="ink", before=18, after=4, line=1.0),
    Look(name="Subtitle", size=14, colour="ink", italic=False, after=10),
    Look(name="Heading 1", size=18, bold=True, colour="ink", before=20, after=8, line=1.1,
         keep_next=True, outline=0, next="Normal"),
    Look(name="Heading 2", size=12.5, bold=True, colour="ink", before=14, after=5, line=1.1,
         keep_next=True, outline=1, next="Normal"),
    Look(name="Heading 3", size=10.5, bold=True, italic=False, colour="ink", before=10, after=4,
         keep_next=True, outline=2, next="Normal"),
    Look(name="Caption", size=8.5, bold=False, italic=False, colour="ink2", before=8, after=3),
    Look(name="TOC Heading", size=12.5, bold=True, colour="ink", before=14, after=6,
         keep_next=True),
    Look(name="toc 1", size=10, before=5, after=5),
    Look(name="toc 2", size=8.5, before=0, after=1, indent=14),
    Look(name="List Bullet", after=3),
    Look(name="Header", size=7.5, colour="ink3", after=0),
    Look(name="Footer", size=7.5, colour="ink3", after=0),
    Look(name="Screening Kicker", size=9.5, bold=True, colour="accent", before=6, after=2),
    Look(name="Screening Sheet Title", size=18, bold=True, line=1.0, after=3, keep_next=True),
    Look(name="Screening Lead", size=10.5, after=6, keep_next=True),
    Look(name="Screening Note", size=7.5, colour="ink3", after=8),
    Look(name="Screening Label", size=9.5, bold=True, before=8, after=3, keep_next=True),
    Look(name="Screening Verdict Level", size=11, keep_next=True, after=4, indent=10,
         border=("left", "single", 6, "ink")),
    Look(name="Screening Verdict", size=16, bold=True, line=1.05, keep_next=True, after=4,
         indent=10, border=("left", "single", 6, "ink")),
    Look(name="Screening Verdict Detail", size=10, after=8, indent=10,
         border=("left", "single", 6, "ink")),
    Look(name="Screening Callout", size=8.5, after=0, indent=8, fill="accent-tint",
         border=("left", "single", 3, "accent")),
    Look(name="Screening Not Assessed", size=8.5, after=0, before=0, indent=6,
         border=("box", "dashed", 1, "ink")),
    Look(name="Screening Margin", size=8.5, after=0, indent=8, fill="surface",
         border=("left", "double", 0.75, "accent")),
    Look(name="Screening Number", size=20, bold=True, line=1.0, after=0, keep_next=True),
    Look(name="Screening Cell", size=8, after=0, line=1.05),
    Look(name="Screening Head", size=7.5, bold=True, after=0, line=1.05, keep_next=True),
    Look(name="Screening Figure", before=6, after=3, line=1.0),
    Look(name="Screening Measure", size=8.5, after=3, indent=14, hanging=14),
    Look(name="Screening Reference", size=8.5, after=3, indent=36, hanging=36),
    Look(name="Strong", kind="character", bold=True),
    Look(name="Emphasis", kind="character", italic=True),
    Look(name="Hyperlink", kind="character", colour="accent"),
    Look(name="Screening Code", kind="character", face=CODE_FACE),
    Look(name="Screening Quiet", kind="character", colour="ink3"),
    Look(name="Screening Mark", kind="character", face=MARK_FACE),
    Look(name="Screening Table", kind="table"),
)  # fmt: skip


def install(
    word: "Word", colours: Mapping[str, str], *, keep: bool, tight: bool = False
) -> dict[str, str]:
    """Put the styles into a document; the names to the ids that paragraphs refer to.

    ``keep`` leaves a style of a house template as it is; ``tight`` sets what promises to be short.
    """
    styles = word.styles.element
    ids: dict[str, str] = {}
    for look in map(_tightened, LOOKS) if tight else LOOKS:
        found = _find(styles, look.name, look.kind)
        if found is not None and not keep:
            for tag in ("w:pPr", "w:rPr", "w:tblPr"):
                for old in found.findall(_qn(tag)):
                    if tag == "w:pPr" and look.name == "List Bullet":
                        continue  # its numbering stays
                    found.remove(old)
            _fill(found, look, colours)
        if found is None:
            found = _new(look)
            _fill(found, look, colours)
            styles.append(found)
        ids[look.name] = str(found.get(_qn("w:styleId")))
    return ids


def _tightened(look: Look) -> Look:
    """Smaller by an eighth, with half the space around."""
    return replace(
        look,
        size=look.size * TIGHT,
        before=None if look.before is None else look.before / 2,
        after=None if look.after is None else look.after / 2,
    )


def _qn(tag: str) -> str:
    from docx.oxml.ns import qn

    return qn(tag)


def _find(styles: "BaseOxmlElement", name: str, kind: str) -> "BaseOxmlElement | None":
    wanted = name.lower()
    for style in styles.findall(_qn("w:style")):
        held = style.find(_qn("w:name"))
        if (
            held is not None
            and str(held.get(_qn("w:val"))).lower() == wanted
            and style.get(_qn("w:type")) == kind
        ):
            return style  # type: ignore[no-any-return]
    return None


def _new(look: Look) -> "BaseOxmlElement":
    name = _OPENXML_NAMES.get(look.name, look.name)
    made = element(
        "w:style",
        element("w:name", val=name),
        type=look.kind,
        styleId="".join(part.capitalize() for part in look.name.split()),
    )
    if look.kind == "paragraph" and look.name != "Normal":
        made.append(element("w:basedOn", val="Normal"))
    if look.kind == "table":
        made.append(element("w:basedOn", val="TableNormal"))
    made.append(element("w:uiPriority", val="1"))
    made.append(element("w:qFormat"))
    return made


def _fill(style: "BaseOxmlElement", look: Look, colours: Mapping[str, str]) -> None:
    """Paragraph, run and table properties in the order that the schema asks for."""
    if look.kind == "paragraph" and (
        look.name != "List Bullet" or style.find(_qn("w:pPr")) is None
    ):
        style.append(_paragraph(look, colours))
    if look.kind != "table":
        style.append(_run(look, colours))
        return
    rule, ink = colours["hair"].lstrip("#"), colours["ink"].lstrip("#")
    line = {"val": "single", "space": "0"}
    style.append(
        element(
            "w:tblPr",
            element("w:tblBorders",
                    element("w:top", sz="6", color=ink, **line),
                    element("w:bottom", sz="4", color=rule, **line),
                    element("w:insideH", sz="4", color=rule, **line)),
            element("w:tblCellMar",
                    *(element(f"w:{side}", w=str(twips), type="dxa")
                      for side, twips in
                      (("top", 50), ("left", 80), ("bottom", 50), ("right", 80)))),
        )
    )  # fmt: skip
    style.append(
        element(
            "w:tblStylePr",
            element(
                "w:tcPr", element("w:tcBorders", element("w:bottom", sz="6", color=ink, **line))
            ),
            type="firstRow",
        )
    )


def _paragraph(look: Look, colours: Mapping[str, str]) -> "BaseOxmlElement":
    props = element("w:pPr")
    if look.keep_next:
        props.append(element("w:keepNext"))
    if look.border:
        sides, kind, width, colour = look.border
        names = ("top", "left", "bottom", "right") if sides == "box" else ("left",)
        props.append(
            element(
                "w:pBdr",
                *(
                    element(f"w:{side}", val=kind, sz=str(round(width * 8)), space="6",
                            color=colours[colour].lstrip("#"))
                    for side in names
                ),
            )
        )  # fmt: skip
    if look.fill:
        props.append(
            element("w:shd", val="clear", color="auto", fill=colours[look.fill].lstrip("#"))
        )
    spacing = {
        "before": None if look.before is None else str(round(look.before * 20)),
        "after": None if look.after is None else str(round(look.after * 20)),
        "line": None if look.line is None else str(round(look.line * 240)),
        "lineRule": None if look.line is None else "auto",
    }
    if any(spacing.values()):
        props.append(element("w:spacing", **{k: v for k, v in spacing.items() if v}))
    if look.indent:
        hanging = {"hanging": str(round(look.hanging * 20))} if look.hanging else {}
        props.append(element("w:ind", left=str(round(look.indent * 20)), **hanging))
    if look.outline is not None:
        props.append(element("w:outlineLvl", val=str(look.outline)))
    return props


def _run(look: Look, colours: Mapping[str, str]) -> "BaseOxmlElement":
    props = element("w:rPr")
    if look.face:
        props.append(element("w:rFonts", ascii=look.face, hAnsi=look.face, cs=look.face))
    for tag, value in (("w:b", look.bold), ("w:i", look.italic)):
        if value is not None:
            props.append(element(tag, val="1" if value else "0"))
    if look.colour:
        props.append(element("w:color", val=colours[look.colour].lstrip("#")))
    if look.size:
        props.append(element("w:sz", val=str(round(look.size * 2))))
        props.append(element("w:szCs", val=str(round(look.size * 2))))
    return props
