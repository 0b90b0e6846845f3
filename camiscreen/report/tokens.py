"""The look in figures: colours of both modes, marks, widths and patterns.

This module's one job. Text styles live in the templates; a new colour is added here and reaches
figures, HTML and PDF under the same name.
"""

from collections.abc import Mapping

from camiscreen.values import dataclass

LIGHT: Mapping[str, str] = {
    "paper": "#FFFFFF",
    "surface": "#F5F6F3",
    "surface2": "#E9ECE8",
    "ink": "#1B232B",
    "ink2": "#46525C",
    "ink3": "#66727C",
    "rule": "#B9C2C8",
    "hair": "#DCE1E3",
    "accent": "#0E5560",
    "accent-tint": "#E3EEEF",
    "sig-major": "#6A0F35",
    "sig-moderate": "#C4501B",
    "sig-minor": "#E9B04A",
    "sig-negligible": "#D9E2E6",
    "sig-na": "#FFFFFF",
    "tint-major": "#F4E6EB",
    "tint-moderate": "#FBEADF",
    "tint-minor": "#FDF4E0",
    "tint-negligible": "#F5F6F3",
    "tint-na": "#F1F2F2",
    "land": "#FBFAF6",
    "land2": "#EEEDE7",
    "beyond": "#DDDBD5",
    "border": "#5C6670",
    "grat": "#C3CCD2",
    "sp-a": "#5B3A8C",
    "sp-b": "#1D5A9E",
    "sp-c": "#00645A",
    "sp-d": "#4F5B12",
    "sp-e": "#6E4420",
    "sp-f": "#404C57",
}

DARK: Mapping[str, str] = {
    "paper": "#12181D",
    "surface": "#1A2228",
    "surface2": "#242E35",
    "ink": "#E8ECEE",
    "ink2": "#B7C1C8",
    "ink3": "#93A0A9",
    "rule": "#4A5761",
    "hair": "#2E3940",
    "accent": "#6CC3CD",
    "accent-tint": "#17343A",
    "sig-major": "#F2739E",
    "sig-moderate": "#E08A4F",
    "sig-minor": "#B98A2E",
    "sig-negligible": "#52616B",
    "sig-na": "#12181D",
    "tint-major": "#3A1D29",
    "tint-moderate": "#382417",
    "tint-minor": "#302813",
    "tint-negligible": "#1A2228",
    "tint-na": "#20282E",
    "land": "#1A2126",
    "land2": "#151B20",
    "beyond": "#2B2A27",
    "border": "#9AA6AE",
    "grat": "#36424A",
    "sp-a": "#B79AE6",
    "sp-b": "#7FB2EA",
    "sp-c": "#5FC2B3",
    "sp-d": "#BCC76A",
    "sp-e": "#D3A374",
    "sp-f": "#A9B6C0",
}

NOT_ASSESSED = "na"
NO_FINDING = "none"

LEVELS = ("major", "moderate", "minor", "negligible")
"""Significance from the highest; ``na`` and ``none`` stand beside the scale, not on it."""

LINE_PT: Mapping[str, float] = {
    "major": 5.0,
    "moderate": 3.8,
    "minor": 2.8,
    "negligible": 1.8,
    NOT_ASSESSED: 2.8,
    NO_FINDING: 1.0,
}

SLOTS = ("a", "b", "c", "d", "e", "f")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hatch:
    """The pattern of a species slot: ``lines`` at an angle in degrees, ``dots`` or ``plus``."""

    kind: str
    spacing_pt: float
    weight_pt: float
    angle: int = 0


HATCHES: Mapping[str, Hatch] = {
    "a": Hatch(kind="lines", angle=45, spacing_pt=6, weight_pt=0.9),
    "b": Hatch(kind="lines", angle=90, spacing_pt=6, weight_pt=0.9),
    "c": Hatch(kind="dots", spacing_pt=6, weight_pt=0.95),
    "d": Hatch(kind="lines", angle=135, spacing_pt=6, weight_pt=0.9),
    "e": Hatch(kind="lines", angle=0, spacing_pt=6, weight_pt=0.9),
    "f": Hatch(kind="plus", spacing_pt=8, weight_pt=0.8),
}

PORTRAIT_PT = 493.0
LANDSCAPE_PT = 740.0
"""Widths of figures: the text widths of an A4 page, upright and on its side."""
