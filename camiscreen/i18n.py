"""Words, numbers, dates and chainage in the language of the reader.

This module's one job is turning keys and values into printed text; what to say is decided by the
caller. Catalogues are ``locales/<language>.json``: a key holds a sentence, or a mapping of plural
forms whose ``by`` names the value that counts (``n`` unless told). A placeholder may name a
format: ``{length_m:km}``, ``{at_m:kp}``, ``{on:date}``; see ``FORMATS``.

Nothing is loaded on import. Another language is one more catalogue and a row in ``LOCALES``.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from camiscreen.model import KpRange, Message, Text
from camiscreen.values import dataclass
from camiscreen.vocabulary import Word

NBSP = "\u00a0"
EN_DASH = "–"
MINUS = "\u2212"

UNTRANSLATED = "[en]"
"""Before a text of a rule or layer that the language of the report does not have."""

Value: TypeAlias = str | int | float
Entry: TypeAlias = str | Mapping[str, str]

_PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+))?\}")


class UnknownKeyError(LookupError):
    """A key, plural form or placeholder that a catalogue does not hold: a bug, not a user error."""


def _one_other(n: int) -> str:
    return "one" if n == 1 else "other"


def _slavic(n: int) -> str:
    if n % 10 == 1 and n % 100 != 11:
        return "one"
    if n % 10 in {2, 3, 4} and n % 100 not in {12, 13, 14}:
        return "few"
    return "many"


@dataclass(frozen=True, slots=True)
class Locale:
    """How a language writes numbers and chooses plural forms (CLDR)."""

    group: str
    decimal: str
    plural: Callable[[int], str]
    forms: tuple[str, ...]
    fraction_form: str
    group_from: int


LOCALES: Mapping[str, Locale] = {
    "en": Locale(",", ".", _one_other, ("one", "other"), "other", 1_000),
    # Russian sets no space in numbers of four figures, but columns need one width: 1 234,5.
    "ru": Locale(NBSP, ",", _slavic, ("one", "few", "many"), "few", 1_000),
}

LANGUAGES = tuple(LOCALES)


@cache
def catalogue(language: str) -> Mapping[str, Entry]:
    """Read ``locales/<language>.json``; keys starting with ``_`` are remarks for translators."""
    source = Path(__file__).with_name("locales") / f"{language}.json"
    entries: dict[str, Entry] = json.loads(source.read_text(encoding="utf-8"))
    return {key: value for key, value in entries.items() if not key.startswith("_")}


def placeholders(entry: Entry) -> frozenset[tuple[str, str]]:
    """Names and formats of the placeholders of a catalogue entry, over all its plural forms."""
    texts = [entry] if isinstance(entry, str) else [v for k, v in entry.items() if k != "by"]
    return frozenset(pair for text in texts for pair in _PLACEHOLDER.findall(text))


class Translator:
    """The words of one language. Cheap to make; the catalogue is read once per process.

    A language that does not ship yet can be tried with a locale and entries of one's own.
    """

    def __init__(
        self,
        language: str,
        *,
        locale: Locale | None = None,
        entries: Mapping[str, Entry] | None = None,
    ) -> None:
        if language not in LOCALES and (locale is None or entries is None):
            raise UnknownKeyError(f"no catalogue for language {language!r}")
        self.language = language
        self._locale = locale or LOCALES[language]
        self._entries = catalogue(language) if entries is None else entries

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def t(self, key: str, **values: Value) -> str:
        """The sentence of ``key`` with its values; raises UnknownKeyError where one is missing."""
        try:
            entry = self._entries[key]
        except KeyError:
            raise UnknownKeyError(f"{self.language}: no entry {key!r}") from None
        text = entry if isinstance(entry, str) else self._plural(key, entry, values)

        def fill(match: re.Match[str]) -> str:
            name, form = match.group(1), match.group(2)
            if name not in values:
                raise UnknownKeyError(f"{self.language}: {key!r} needs a value for {name!r}")
            return self._format(values[name], form)

        return _PLACEHOLDER.sub(fill, text)

    def _plural(self, key: str, entry: Mapping[str, str], values: Mapping[str, Value]) -> str:
        counter = entry.get("by", "n")
        n = values.get(counter)
        if isinstance(n, str) or n is None:
            raise UnknownKeyError(f"{self.language}: {key!r} counts by {counter!r}, got {n!r}")
        locale = self._locale
        form = locale.plural(abs(int(n))) if float(n).is_integer() else locale.fraction_form
        return entry[form]

    def _format(self, value: Value, form: str | None) -> str:
        if form:
            return FORMATS[form](self, value)
        if isinstance(value, str):
            return value
        return self.number(value, 0 if float(value).is_integer() else 1)

    def text(self, text: Text) -> str:
        """The wording of a rule, layer or species in this language.

        What has not been translated stands in English, and says so: silence would be worse.
        """
        return text.wording(self.language) or f"{UNTRANSLATED} {text.en}"

    def message(self, message: Message) -> str:
        """A sentence that another part of the program left as key and values."""
        return self.t(message.key, **dict(message.values))

    def word(self, word: Word) -> str:
        """The printed form of a word of the vocabulary."""
        return self.t(f"{type(word).__name__.lower()}.{word}")

    def term(self, family: str, identifier: str) -> str:
        """The printed form of an identifier of an open set; spelled out where none is known.

        For quantities, attributes and parameters that a rulebook may add to.
        """
        key = f"{family}.{identifier}"
        return self.t(key) if key in self else identifier.replace("_", " ")

    # ------------------------------------------------------------------------------------------
    # Numbers, lengths, dates
    # ------------------------------------------------------------------------------------------

    def number(self, value: float, decimals: int = 0) -> str:
        """A number with the group and decimal signs of the language, minus as U+2212."""
        whole, _, fraction = f"{abs(value):,.{decimals}f}".partition(".")
        if abs(value) < self._locale.group_from:
            whole = whole.replace(",", "")
        whole = whole.replace(",", self._locale.group)
        digits = whole + (self._locale.decimal + fraction if fraction else "")
        return (MINUS if value < 0 and digits.strip("0.,") else "") + digits

    def km_number(self, length_m: float) -> str:
        """Kilometres of a length in metres, without the unit: one decimal, two below 10 km."""
        return self.number(length_m / 1_000, 2 if 0 < abs(length_m) < 9_995 else 1)

    def km(self, length_m: float) -> str:
        """A length in metres as kilometres with the unit, kept on one line."""
        return f"{self.km_number(length_m)}{NBSP}{self.t('unit.km')}"

    def km_round(self, length_m: float) -> str:
        """Whole kilometres with the unit from 10 km on: for headlines."""
        if abs(length_m) < 9_950:
            return self.km(length_m)
        return f"{self.number(length_m / 1_000)}{NBSP}{self.t('unit.km')}"

    def metres(self, length_m: float) -> str:
        """A length in whole metres with the unit."""
        return f"{self.number(length_m)}{NBSP}{self.t('unit.m')}"

    def percent(self, share: float, decimals: int = 0) -> str:
        """A share (0 to 1) in percent; what is more than nothing is never printed as 0 %."""
        if 0 < share < 0.5 * 10 ** -(decimals + 2):
            return f"<{NBSP}{self.number(10**-decimals, decimals)}{NBSP}%"
        if 1 - 0.5 * 10 ** -(decimals + 2) < share < 1:
            return f">{NBSP}{self.number(100 - 10**-decimals, decimals)}{NBSP}%"
        return f"{self.number(100 * share, decimals)}{NBSP}%"

    def date(self, iso: str) -> str:
        """A date given as YYYY-MM-DD or YYYY-MM in words; anything else is printed as it stands."""
        try:
            if re.fullmatch(r"\d{4}-\d{2}", iso):
                first = date.fromisoformat(f"{iso}-01")
                return self.t(
                    "date.month",
                    month=self.t(f"month.alone.{first.month}"),
                    year=str(first.year),
                )
            day = date.fromisoformat(iso)
        except ValueError:
            return iso
        return self.t(
            "date.day",
            day=str(day.day),
            month=self.t(f"month.of.{day.month}"),
            year=str(day.year),
        )

    # ------------------------------------------------------------------------------------------
    # Chainage
    # ------------------------------------------------------------------------------------------

    def kp_bare(self, at_m: float) -> str:
        """Chainage without its prefix: ``427+000``."""
        metres = round(at_m)
        return f"{metres // 1000}+{metres % 1000:03d}"

    def kp(self, at_m: float) -> str:
        """Chainage of a place: ``KP 427+000``, in Russian ``км 427+000``."""
        return f"{self.t('unit.kp')}{NBSP}{self.kp_bare(at_m)}"

    def kp_range(self, kp_range: KpRange) -> str:
        """A stretch: ``KP 427+000–489+020``; one without length is a place."""
        return self.kp_ranges([kp_range])

    def kp_ranges(self, ranges: Sequence[KpRange], limit: int = 4) -> str:
        """Stretches and places under one prefix, in one line; past ``limit`` how many more."""
        if not ranges:
            return ""
        ends = [(self.kp_bare(from_m), self.kp_bare(to_m)) for from_m, to_m in ranges[:limit]]
        shown = [first if first == last else f"{first}{EN_DASH}{last}" for first, last in ends]
        line = f"{self.t('unit.kp')}{NBSP}{', '.join(shown)}"
        rest = len(ranges) - limit
        return line if rest <= 0 else self.t("kp.more", line=line, n=rest)

    def join(self, items: Sequence[str], last: Literal["and", "or"] = "and") -> str:
        """An enumeration in words: ``a, b and c``."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self.t('join.' + last)} {items[-1]}"


def _as_number(value: Value) -> float:
    return float(value)


FORMATS: Mapping[str, Callable[[Translator, Value], str]] = {
    "int": lambda tr, value: tr.number(_as_number(value)),
    "km": lambda tr, value: tr.km(_as_number(value)),
    "m": lambda tr, value: tr.metres(_as_number(value)),
    "kp": lambda tr, value: tr.kp(_as_number(value)),
    "percent": lambda tr, value: tr.percent(_as_number(value)),
    "date": lambda tr, value: tr.date(str(value)),
}
"""Formats that a placeholder may name; lengths and chainage in metres, shares from 0 to 1."""
