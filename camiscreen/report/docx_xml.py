"""Elements of WordprocessingML, made directly: a table of a thousand rows takes no second.

This module's one job. Text goes in as text nodes and never as markup or as a field's code.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement

BOOKMARK_LIMIT = 40
"""Longest name of a bookmark in Word."""

PENDING = "–"
"""What stands for a page number until a program lays out the pages: no number is known before."""

_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
_OUTLINE_EMU = 6_350  # half a point, as thin as that of the marks on figures


def element(tag: str, *children: "BaseOxmlElement", **attributes: str) -> "BaseOxmlElement":
    """An element such as ``w:p``; attributes are of the same namespace."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(tag)
    prefix = tag.partition(":")[0]
    for name, value in attributes.items():
        made.set(qn(f"{prefix}:{name}"), value)
    for child in children:
        made.append(child)
    return made


def text_run(
    content: str, style_id: str = "", *, extra: "Iterable[BaseOxmlElement]" = ()
) -> "BaseOxmlElement":
    """A run of text in a character style."""
    run = element("w:r")
    props = [element("w:rStyle", val=style_id)] if style_id else []
    props += extra
    if props:
        run.append(element("w:rPr", *props))
    held = element("w:t")
    held.text = content
    held.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(held)
    return run


def tab_run() -> "BaseOxmlElement":
    """A tab."""
    return element("w:r", element("w:tab"))


def field(code: str, result: str = "") -> list["BaseOxmlElement"]:
    """A field with its result so far. ``code`` is ours alone: never text of a user's."""
    instruction = element("w:instrText")
    instruction.text = f" {code} "
    instruction.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return [
        element("w:r", element("w:fldChar", fldCharType="begin")),
        element("w:r", instruction),
        element("w:r", element("w:fldChar", fldCharType="separate")),
        *([text_run(result)] if result else []),
        element("w:r", element("w:fldChar", fldCharType="end")),
    ]


def paragraph(
    style_id: str,
    *children: "BaseOxmlElement",
    props: "Iterable[BaseOxmlElement]" = (),
) -> "BaseOxmlElement":
    """A paragraph in a style, with further properties in the order of the schema."""
    return element("w:p", element("w:pPr", element("w:pStyle", val=style_id), *props), *children)


def outline(colour: str) -> "BaseOxmlElement":
    """A thin line around letters, ``colour`` as RRGGBB; last among the properties of a run.

    Of Word 2010 and later; a program that does not know it draws the letters without it.
    """
    from docx.oxml import parse_xml

    return parse_xml(
        f'<w14:textOutline xmlns:w14="{_W14}" w14:w="{_OUTLINE_EMU}" w14:cap="flat" '
        'w14:cmpd="sng" w14:algn="ctr"><w14:solidFill>'
        f'<w14:srgbClr w14:val="{colour}"/></w14:solidFill>'
        '<w14:prstDash w14:val="solid"/><w14:round/></w14:textOutline>'
    )


def bookmark_name(anchor: str) -> str:
    """The name of a place as Word takes it: a letter first, no hyphens, 40 characters at most."""
    name = "a_" + re.sub(r"\W", "_", anchor)
    if len(name) <= BOOKMARK_LIMIT and "__" not in name:
        return name
    digest = hashlib.sha256(anchor.encode()).hexdigest()[:8]
    return f"{name[: BOOKMARK_LIMIT - 9]}_{digest}"
