"""Makes text from users' files safe to print: no control characters, no endless names.

This module's one job. Escaping belongs to the renderers; here goes what no renderer can show.
"""

import unicodedata

REPLACEMENT = "\ufffd"

NAME_LIMIT = 160
"""Longest name in a title or a cell; the project file keeps the whole of it."""

_KEPT_FORMAT = "\u200b\u200c\u200d"
"""Invisible characters with a use in ordinary spelling: break, non-joiner, joiner."""


def clean(text: str) -> str:
    """Normalize to NFC, make white space plain, replace control characters by U+FFFD.

    Direction overrides and isolates are taken out: they could show a name as another one.
    """
    # Most text is plain but for hard spaces, and looking at each sign costs ten times as much.
    if text.replace("\u00a0", " ").isprintable() and unicodedata.is_normalized("NFC", text):
        return text
    out = []
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        if category in {"Zl", "Zp"} or char in "\t\n\r\x0b\x0c\x85":
            out.append(" ")
        elif category in {"Cc", "Cs", "Cn", "Co"}:
            out.append(REPLACEMENT)
        elif category != "Cf" or char in _KEPT_FORMAT:
            out.append(char)
    return "".join(out)


def short(text: str, limit: int = NAME_LIMIT) -> str:
    """The cleaned text, cut to ``limit`` characters with an ellipsis."""
    cleaned = clean(text).strip()
    return cleaned if len(cleaned) <= limit else cleaned[: limit - 1].rstrip() + "…"


def cut(text: str, limit: int) -> str:
    """The cleaned text, cut between words to ``limit`` characters with an ellipsis."""
    cleaned = short(text)
    if len(cleaned) <= limit:
        return cleaned
    head = cleaned[:limit].rpartition(" ")[0] or cleaned[: limit - 1]
    return head.rstrip(" ,;:(–—-") + "…"


def short_hash(sha256: str) -> str:
    """The first twelve digits of a hash: enough to compare by eye."""
    return clean(sha256)[:12]
