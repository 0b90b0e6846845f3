"""The mapping file: what a user says about a file whose columns the tool cannot know.

One YAML file, checked strictly; every key is optional except those that an adapter asks for. The
same file carries the choices of the other adapters (codes of the Red List, classes of roads,
thresholds for tracks), so that a layer can be made again from the file and its mapping.
"""

from collections.abc import Mapping
from pathlib import Path

from camiscreen import data_files
from camiscreen.model import Coverage, Licence, Text
from camiscreen.values import dataclass
from camiscreen.vocabulary import Confidence, GroundUse, ReceptorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Features are kept whose cell is one of ``keep``, and left out where it is one of ``drop``."""

    column: str
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonMonths:
    """A season of a year by its months, 1 to 12."""

    name: str
    months: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RedListChoice:
    """Codes of IUCN Red List polygons that count as range."""

    presence: tuple[int, ...] = (1, 2, 3)
    origin: tuple[int, ...] = (1, 2, 6)
    seasonal: tuple[int, ...] = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChoice:
    """Which lines count as barriers, in the words of OpenStreetMap and of GRIP and GEM."""

    highway: tuple[str, ...] = ("motorway", "trunk", "primary", "secondary")
    railway: tuple[str, ...] = ("rail", "narrow_gauge", "construction", "proposed")
    barrier: tuple[str, ...] = ("fence", "wall")
    least_fence_m: float = 1_000.0
    grip_types: tuple[int, ...] = (1, 2, 3)
    pipeline_status: tuple[str, ...] = (
        "operating",
        "construction",
        "proposed",
        "mothballed",
        "idle",
        "shelved",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackChoice:
    """How tracks become corridors. Distances in metres, speeds in metres a second.

    ``location_error_m`` is the standard deviation of a fix; a bridge is laid between two fixes
    that lie at most ``longest_gap_h`` hours apart.
    """

    least_individuals: int = 3
    least_fixes: int = 20
    greatest_speed_m_s: float = 15.0
    longest_gap_h: float = 24.0
    location_error_m: float = 30.0
    cell_m: float = 1_000.0
    isopleths: tuple[int, ...] = (50, 95)
    sensors: tuple[str, ...] = ("gps",)
    seasons: tuple[SeasonMonths, ...] = (
        SeasonMonths(name="Jan-Mar", months=(1, 2, 3)),
        SeasonMonths(name="Apr-Jun", months=(4, 5, 6)),
        SeasonMonths(name="Jul-Sep", months=(7, 8, 9)),
        SeasonMonths(name="Oct-Dec", months=(10, 11, 12)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMapping:
    """All that a mapping file may say; see docs/layers.md.

    ``species`` is one taxon for the whole file; ``species_column`` holds names, which
    ``species_names`` may translate to ids of taxa. ``class_column`` is the use class of a
    migration layer; without it ``use_class`` is that of the whole file. ``ground_use`` says what
    animals gather for on an aggregation ground, ``months_column`` in which months. A redacted
    report coarsens places where the file is ``sensitive`` or ``sensitive_column`` says so of one.
    """

    id: str | None = None
    title: Text | None = None
    description: Text | None = None
    receptor_kind: ReceptorKind | None = None
    id_column: str | None = None
    name_column: str | None = None
    name_ru_column: str | None = None
    species: str | None = None
    species_column: str | None = None
    species_names: Mapping[str, str] | None = None
    class_column: str | None = None
    use_class: str | None = None
    ground_use: GroundUse | None = None
    ground_use_column: str | None = None
    ground_use_names: Mapping[str, GroundUse] | None = None
    months_column: str | None = None
    attribute_columns: tuple[str, ...] = ()
    area_km2_column: str | None = None
    filters: tuple[Filter, ...] = ()
    crs: str | None = None
    positional_accuracy_m: float | None = None
    confidence: Confidence | None = None
    licence: Licence | None = None
    redistributable: bool | None = None
    sensitive: bool = False
    sensitive_column: str | None = None
    citation: str | None = None
    coverage: Coverage | None = None
    limits: tuple[Text, ...] = ()
    red_list: RedListChoice = RedListChoice()
    lines: LineChoice = LineChoice()
    tracks: TrackChoice = TrackChoice()


NO_MAPPING = FileMapping()
"""What holds where the user says nothing."""


def read_mapping(path: Path) -> FileMapping:
    """A mapping file. Raises DataFileError with file, line and column of every mistake."""
    return data_files.build(data_files.read_yaml(path), FileMapping)
