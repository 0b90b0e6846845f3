"""Keeps text from users' files from becoming formulas in a spreadsheet.

This module's one job. Numbers are written as numbers and never come here, so that ``-5`` stays one.

Source: OWASP, CSV Injection (owasp.org/www-community/attacks/CSV_Injection): a cell is taken for a
formula where it starts with ``= + - @``, tab or carriage return. Wide forms of these signs, blanks
and quotes before them, and a semicolon within a cell, which is the separator of half of Europe's
spreadsheets, are counted too.
"""

import re

_BEFORE = "[\\s\"'\u00a0\u200b-\u200f\u2060\ufeff]*"
_SIGNS = "[=+\\-@\uff1d\uff0b\uff0d\uff20\u2212]"
_START = re.compile(f"^(?:[\\t\\r\\n]|{_BEFORE}{_SIGNS})")
_WITHIN = re.compile(f"(;)(?={_BEFORE}{_SIGNS})")

GUARD = "'"
"""What a spreadsheet reads as: text follows."""


def may_be_formula(text: str) -> bool:
    """Whether a spreadsheet might take a text for a formula."""
    return _START.match(text) is not None


def guarded(text: str) -> str:
    """The text with an apostrophe wherever a cell of it might start as a formula does."""
    within = _WITHIN.sub(rf"\1{GUARD}", text)
    return GUARD + within if may_be_formula(within) else within
