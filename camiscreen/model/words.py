"""Texts in the languages of the tool, messages to be worded later, and chainage ranges."""

from typing import TypeAlias

from camiscreen.values import dataclass

KpRange: TypeAlias = tuple[float, float]
"""Chainage from and to, in metres, from <= to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text in the languages of the rulebook and the layers."""

    en: str
    ru: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A sentence that the report prints in its own language: a catalogue key and its values."""

    key: str
    values: tuple[tuple[str, str | int | float], ...] = ()


def message(key: str, **values: str | int | float) -> Message:
    """Build a message; the values keep the order in which they are given."""
    return Message(key=key, values=tuple(values.items()))
