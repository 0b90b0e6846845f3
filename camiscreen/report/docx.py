"""Draws a document as a Word annex that a consultant can edit, restyle and sign.

This module's one job: opening the house template, the order of the parts, and bytes that repeat.
Blocks are drawn in ``docx_blocks``, styles stand in ``docx_styles``.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import fields, is_dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from camiscreen.errors import StyleError
from camiscreen.report import blocks as b
from camiscreen.report.docx_blocks import draw_block, section_heading
from camiscreen.report.docx_styles import install
from camiscreen.report.docx_writer import EMU, TWIPS, Cell, Writer
from camiscreen.report.docx_xml import (
    PENDING,
    element,
    field,
    paragraph,
    tab_run,
    text_run,
)
from camiscreen.report.print_data import ON_SCREEN
from camiscreen.report.raster import pngs, svg_png
from camiscreen.report.style import PLAIN, Logo, ReportStyle
from camiscreen.report.svg import Drawing

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.section import Section as Page

PICTURE_SCALE = 2.5
"""Pixels per point: 180 to the inch, sharp in print at a third of a megabyte per map."""

LOCALES = {"en": "en-GB", "ru": "ru-RU", "mn": "mn-MN", "kk": "kk-KZ", "zh": "zh-CN"}

_EARLIEST = (1980, 1, 1, 0, 0, 0)


def render_docx(document: b.Document, style: ReportStyle = PLAIN) -> bytes:
    """The report as a Word document; the same document gives the same bytes.

    Raises StyleError where the house template is no Word document.
    """
    word = _open(style.docx_template)
    house = style.docx_template is not None
    colours = style.house.light
    if not house:
        _page(word.sections[0])
    sheet = document.layout == "sheet"
    styles = install(word, colours, keep=house, tight=sheet)
    drawings = list(_drawings(document))
    made = pngs(drawings, PICTURE_SCALE, colours)
    pictures = {id(drawing): data for drawing, data in zip(drawings, made, strict=True)}
    writer = Writer(word, document, styles, colours, pictures)
    _language(word, document.language)
    if style.house.logo is not None:
        _logo(writer, style.house.logo)
    (_band if sheet else _cover)(writer)
    for index, section in enumerate(document.sections):
        new_page = index > 0 if sheet else index == 0 or section.new_page
        _section(writer, section, new_page=new_page)
    if sheet:
        writer.line(b.runs(document.cover.note), "Screening Note")
    if not (house and _has_header(word)):
        for page in word.sections:
            _header(writer, page)
        word.sections[0].different_first_page_header_footer = not sheet
    _properties(word, document)
    _refresh_fields(word)
    return _repeatable(word)


# ----------------------------------------------------------------------------------------------
# Template
# ----------------------------------------------------------------------------------------------


def _open(template: Path | None) -> "Word":
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    if template is None:
        word = docx.Document()
    else:
        try:
            word = docx.Document(str(template))
        except (PackageNotFoundError, BadZipFile, KeyError, ValueError, OSError) as error:
            raise StyleError(
                f"{template}: not a Word document that can be used as a template; save it from "
                "Word as .docx (not .dotx, .docm or .doc)"
            ) from error
    body = word.element.body
    for child in list(body):
        if child is not body.sectPr:
            body.remove(child)
    if body.sectPr is None:
        body.append(element("w:sectPr"))
        _page(word.sections[0])
    return word


def _page(page: "Page") -> None:
    """A4 with the margins of the PDF, so that figures keep their size."""
    from docx.shared import Mm

    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(18)
    page.top_margin, page.bottom_margin = Mm(22), Mm(20)
    page.header_distance, page.footer_distance = Mm(11), Mm(10)


def _has_header(word: "Word") -> bool:
    end = word.element.body.sectPr
    return any("Reference" in str(child.tag) for child in end)


# ----------------------------------------------------------------------------------------------
# Parts
# ----------------------------------------------------------------------------------------------


def _logo(writer: Writer, logo: Logo) -> None:
    data = logo.data
    if logo.kind == "svg":
        data = svg_png(data.decode("utf-8"), logo.width, logo.height)
    writer.image(data, logo.width, logo.height, logo.alt)


def _band(writer: Writer) -> None:
    """What stands at the head of a sheet in the place of a cover."""
    cover = writer.document.cover
    writer.line(b.runs(cover.kicker), "Screening Kicker")
    writer.line(b.runs(cover.title), "Screening Sheet Title")
    facts: list[b.Run | str] = [cover.subtitle]
    for fact in cover.facts:
        facts += [" · ", b.quiet(f"{fact.label}: "), *fact.value]
    writer.line(b.runs(*facts), "Screening Cell")


def _cover(writer: Writer) -> None:
    cover = writer.document.cover
    writer.line(b.runs(cover.kicker), "Screening Kicker")
    writer.line(b.runs(cover.title), "Title")
    writer.line(b.runs(cover.subtitle), "Subtitle")
    if cover.figure is not None:
        writer.picture(cover.figure.drawing, cover.figure.alt, keep=True)
        writer.line(
            b.spaced([b.mark(level, word) for level, word in cover.key], "   "), "Screening Note"
        )
    if cover.facts:
        writer.table(
            [
                [
                    Cell(paragraphs=(b.runs(fact.label),), style="Screening Head")
                    for fact in cover.facts
                ],
                [Cell(paragraphs=(fact.value,)) for fact in cover.facts],
            ],
            [1.0] * len(cover.facts),
            label="; ".join(fact.label for fact in cover.facts),
            heads=1,
        )
        writer.gap()
    writer.line(b.runs(cover.note), "Screening Note")


def _section(writer: Writer, section: b.Section, *, new_page: bool) -> None:
    if writer.turned != bool(section.turned):
        # Also back from a section that stands on its side to its end.
        writer.turn()
        new_page = False
    section_heading(writer, section, new_page=new_page)
    for block in section.blocks[: section.turned]:
        draw_block(writer, block)
    if section.turned and len(section.blocks) > section.turned:
        writer.turn()
    for block in section.blocks[section.turned :]:
        draw_block(writer, block)


def _header(writer: Writer, page: "Page") -> None:
    """Running title and date above, program and page below; neither on the cover."""
    document, labels = writer.document, writer.document.labels
    width = (page.page_width or 0) - (page.left_margin or 0) - (page.right_margin or 0)
    right = str(round(width / EMU * TWIPS))
    old = [element("w:tab", val="clear", pos=place) for place in ("4320", "8640")]
    tabs = element("w:tabs", *old, element("w:tab", val="right", pos=right))
    above = [text_run(document.running), tab_run(), text_run(document.running_right)]
    below = [
        text_run(document.tool), tab_run(), text_run(f"{labels.page} "), *field("PAGE", PENDING),
        text_run(f" {labels.page_of} "), *field("NUMPAGES", PENDING),
    ]  # fmt: skip
    for part, style, content in ((page.header, "Header", above), (page.footer, "Footer", below)):
        part.is_linked_to_previous = False
        held = part._element
        for child in list(held):
            held.remove(child)
        held.append(paragraph(writer.styles[style], *content, props=[deepcopy(tabs)]))


def _drawings(value: Any) -> Iterator[Drawing]:
    """Every drawing of a document, in the order in which they stand."""
    if isinstance(value, Drawing):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _drawings(item)
    elif is_dataclass(value):
        for each in fields(value):
            if each.name not in ON_SCREEN:
                yield from _drawings(getattr(value, each.name))


# ----------------------------------------------------------------------------------------------
# Properties and bytes
# ----------------------------------------------------------------------------------------------


def _language(word: "Word", language: str) -> None:
    """The language of the text for spelling and for screen readers."""
    from docx.oxml.ns import qn

    locale = LOCALES.get(language, language)
    styles = word.styles.element
    defaults = styles.find(qn("w:docDefaults"))
    props = None if defaults is None else defaults.find(f".//{qn('w:rPr')}")
    if props is None:
        return
    for old in props.findall(qn("w:lang")):
        props.remove(old)
    props.append(element("w:lang", val=locale, eastAsia=locale, bidi="ar-SA"))


def _properties(word: "Word", document: b.Document) -> None:
    stamp = datetime.fromisoformat(document.generated_on)
    about = word.core_properties
    about.title = document.running[:255]
    about.subject = document.description[:255]
    about.author = about.last_modified_by = document.tool
    about.comments = ""
    about.keywords = ""
    about.language = LOCALES.get(document.language, document.language)
    about.created = about.modified = stamp
    about.revision = 1


def _refresh_fields(word: "Word") -> None:
    """Ask Word to fill the page numbers of the contents when it opens the file."""
    settings = word.settings.element
    from docx.oxml.ns import qn

    if settings.find(qn("w:updateFields")) is None:
        settings.insert(0, element("w:updateFields", val="true"))


def _repeatable(word: "Word") -> bytes:
    """The package with a fixed date on every part."""
    raw, out = BytesIO(), BytesIO()
    word.save(raw)
    with ZipFile(raw) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = ZipInfo(name, _EARLIEST)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, source.read(name))
    return out.getvalue()
