"""Whether a page of a house hides, by CSS or in its markup, what every report must show.

This module's one job. It reads a rule more strictly than a browser does: what any part of its
selector could mean on the way to a sentence counts, and only rules that ship may hide anything.
"""

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser

from camiscreen.values import dataclass

_HIDES = re.compile(
    r"""
      (?<![-\w])display\s*:\s*none
    | (?<![-\w])visibility\s*:\s*(?:hidden|collapse)
    | content-visibility\s*:\s*hidden
    | (?<![-\w])opacity\s*:\s*(?:0*\.[0-3]\d*|0+|[0-3]?\d%)\s*(?:;|!|$)
    | (?<![-\w])(?:font-size|(?:max-)?(?:height|width)|zoom)\s*:\s*
      (?:0+\.?0*|\.0+)[a-z%]*\s*(?:;|!|$)
    | (?<![-\w])font-size\s*:\s*[0-3](?:\.\d+)?px
    | (?<![-\w])color\s*:\s*transparent
    | (?<![-\w])-webkit-text-fill-color\s*:\s*transparent
    | (?<![-\w])(?:clip|clip-path|mask|filter)\s*:\s*(?!none|auto)
    | (?<![-\w])text-indent\s*:\s*-?\d{3,}
    | (?<![-\w])(?:left|right|top|bottom|margin|margin-left|margin-top|inset)\s*:\s*-\d{3,}
    | (?<![-\w])transform\s*:[^;]*(?:scale\w*\(\s*0*\.?0*\s*[,)]|translate\w*\(\s*-?\d{3,})
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PART = re.compile(r"[.#\[]?[\w-]+|\*")
_VOID = frozenset(
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
        "track", "wbr",
    }
)  # fmt: skip


def hidden(page: str, shipped_css: str, groups: Sequence[Sequence[str]]) -> str:
    """What hides one of the sentences, in words of CSS or HTML; empty where nothing does.

    The first of a group stands nowhere else; the others may, and count where they stand with it.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    around = [item for group in groups for item in _around(reader.closed, group)]
    for item in around:
        shut = item.element[0] == "details" and "[open" not in item.element[1]
        if shut or "[hidden" in item.element[1] or _HIDES.search(item.style):
            return f"<{item.element[0]}>"
    elements = {item.element for item in around}
    allowed = set(_rules(shipped_css))
    for selector, declarations in _rules("\n".join(reader.css)):
        if not _HIDES.search(declarations) or (selector, declarations) in allowed:
            continue
        for one in selector.split(","):
            if any(_may_mean(one, element) for element in elements):
                return f"{one.strip()} {{ {declarations} }}"
    return ""


def _around(closed: Sequence["_Closed"], group: Sequence[str]) -> list["_Closed"]:
    """The elements in which a group stands, and within the narrowest of them those of its parts."""
    first, *others = (re.sub(r"\s+", "", text) for text in group)
    found = [item for item in closed if first in item.text]
    whole = [item for item in found if all(other in item.text for other in others)]
    if others and whole:
        found += [
            item
            for item in closed
            if whole[0].opened < item.opened and item.at < whole[0].at
            if any(other in item.text for other in others)
        ]
    return found


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations, those within ``@media`` and the like too."""
    open_: list[tuple[str, list[str]]] = []
    for text, sign in re.findall(r"([^{}]*)([{}]|$)", _COMMENT.sub("", css)):
        said, _, head = text.rpartition(";")
        if sign == "{":
            if open_:
                open_[-1][1].append(said)
            open_.append((head, []))
        elif sign == "}" and open_:
            selector, declared = open_.pop()
            yield " ".join(selector.split()), " ".join("; ".join((*declared, text)).split())


_Element = tuple[str, frozenset[str]]
"""A tag, and the names that a selector may call it by: tag, ``.class``, ``#id``, ``[attribute``."""


def _may_mean(selector: str, element: _Element) -> bool:
    """Whether the last part of a selector could be this element; what stands before may fit."""
    if re.search(r"::(?!details-content)", selector):
        return False
    plain = re.sub(r"::?[\w-]+(?:\([^)]*\))?", "", selector).strip()
    plain = re.sub(r"\[\s*([\w-]+)[^\]]*\]", r"[\1", plain)
    last = re.split(r"[\s>+~]+", plain)[-1] if plain else "*"
    return all(part == "*" or part in element[1] for part in _PART.findall(last))


@dataclass(frozen=True, slots=True)
class _Closed:
    """An element with its text without spaces, and when it was opened and closed."""

    element: _Element
    style: str
    text: str
    opened: int
    at: int


class _Reader(HTMLParser):
    """Collects styles, and all elements in the order in which they are closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.css: list[str] = []
        self.closed: list[_Closed] = []
        self._open: list[tuple[_Element, str, int, list[str]]] = []
        self._count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        names = {tag, *(f".{name}" for name in (given.get("class") or "").split())}
        names |= {f"[{name}" for name in given}
        if given.get("id"):
            names.add(f"#{given['id']}")
        self._count += 1
        if tag not in _VOID:
            element = (tag, frozenset(names))
            self._open.append((element, given.get("style") or "", self._count, []))

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0][0] == "style":
            self.css.append(data)
        elif self._open and data.strip():
            self._open[-1][3].append(re.sub(r"\s+", "", data))

    def handle_endtag(self, tag: str) -> None:
        if any(element[0] == tag for element, *_ in self._open):
            while self._shut() != tag:
                pass

    def close(self) -> None:
        """End of the page: what was left open ends too."""
        super().close()
        while self._open:
            self._shut()

    def _shut(self) -> str:
        element, style, opened, said = self._open.pop()
        text = "".join(said)
        if self._open:
            self._open[-1][3].append(text)
        self._count += 1
        if text:
            made = _Closed(element, style, text, opened, self._count)
            self.closed.append(made)
        return element[0]
