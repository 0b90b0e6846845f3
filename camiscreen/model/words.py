"""Texts in the languages of the tool, messages to be worded later, and chainage ranges."""

from typing import TypeAlias

from camiscreen.values import dataclass

KpRange: TypeAlias = tuple[float, float]
"""Chainage from and to, in metres, from <= to."""


TEXT_LANGUAGES = ("en", "ru", "mn", "kk", "zh")
"""Languages that a text may be written in; which of them a report can be in, ``i18n`` says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text in the languages of the rulebook and the layers.

    English and Russian are always there; another language may be, and is asked for by ``wording``.
    """

    en: str
    ru: str
    mn: str = ""
    kk: str = ""
    zh: str = ""

    def wording(self, language: str) -> str:
        """The text in a language, empty where it has not been translated."""
        said: str = getattr(self, language, "")
        return said

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that it has been written in."""
        return tuple(name for name in TEXT_LANGUAGES if self.wording(name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A sentence that the report prints in its own language: a catalogue key and its values."""

    key: str
    values: tuple[tuple[str, str | int | float], ...] = ()


def message(key: str, **values: str | int | float) -> Message:
    """Build a message; the values keep the order in which they are given."""
    return Message(key=key, values=tuple(values.items()))
