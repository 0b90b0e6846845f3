"""How a report is to look and for whom: one value that travels from the options to the renderers.

This module's one job. What may stand in a house style is checked by ``house_style``; here it is
only carried.
"""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Literal

from camiscreen.report.tokens import DARK, LIGHT
from camiscreen.values import dataclass
from camiscreen.vocabulary import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """The sign of whoever issues the report; ``alt`` names them. Sizes in points."""

    kind: Literal["png", "svg"]
    data: bytes
    alt: str
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A house style: colours and logo, and the folder whose partials stand before the shipped."""

    folder: Path | None = None
    logo: Logo | None = None
    light: Mapping[str, str] = field(default_factory=lambda: LIGHT)
    dark: Mapping[str, str] = field(default_factory=lambda: DARK)
    docx_template: Path | None = None

    def partials(self, name: str) -> Path | None:
        """The folder of partials for ``html`` or ``pdf``, where the house has one."""
        if self.folder is None or not (self.folder / name).is_dir():
            return None
        return self.folder / name


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportStyle:
    """All that is chosen about a report besides its language and its formats."""

    audience: Audience = Audience.EIA
    house: House = field(default_factory=House)
    docx_template: Path | None = None


PLAIN = ReportStyle()
"""The report as it ships: for an EIA, in the colours of ``tokens``."""
