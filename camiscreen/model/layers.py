"""Reference layers: what a manifest says, taxa, receptors, and what is loaded of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from camiscreen.model.words import Text
from camiscreen.values import dataclass
from camiscreen.vocabulary import Confidence, ReceptorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A licence as Data Package 2.0 names it."""

    name: str
    title: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSource:
    """Where the data of a layer came from."""

    title: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Where a layer can speak at all: a box in degrees and the states inside it (ISO 3166)."""

    bbox: tuple[float, float, float, float]
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellGrid:
    """A cylindrical equal-area grid; row 0 is the northernmost, column 0 the westernmost."""

    crs: str
    x_origin_m: float
    y_origin_m: float
    cell_width_m: float
    cell_height_m: float
    rows: int
    columns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxon:
    """How one taxon stands in a species layer: what was cut, why, and how far to trust it.

    ``status`` is ``assessed``, ``not_assessed`` with a ``reason``, or ``elsewhere``: only the
    layer named in ``layer`` speaks of the taxon. Without that layer the reason holds everywhere,
    with it only in the states of ``partly_known_in`` (ISO 3166), where it knows single sites.
    """

    id: str
    name: Text
    status: str
    source_taxon: str
    cells: int
    masked: bool
    mask: Text | None = None
    mask_references: tuple[str, ...] = ()
    known_overfill: Text | None = None
    known_underfill: Text | None = None
    positional_accuracy_m: float | None = None
    confidence: Confidence | None = None
    reason: Text | None = None
    cells_in_source: int | None = None
    former_cells: int | None = None
    source_file: str | None = None
    layer: str | None = None
    partly_known_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMap:
    """Which property of a vector file holds what the layer needs.

    ``species`` names one taxon, ``states`` a list of ISO 3166 alpha-3 codes.
    """

    id: str
    name_en: str
    name_ru: str
    species: str | None = None
    states: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginFile:
    """A file that a user's layer was made from: its name without folders, size and hash."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Features that did not become receptors, and why."""

    reason: str
    features: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """How a user's layer came about. Dates are YYYY-MM-DD; ``data_date`` is that of the data.

    ``settings`` are the choices that shaped it (filters, thresholds, cell sizes), in words.
    """

    adapter: str
    files: tuple[OriginFile, ...]
    added_on: str
    data_date: str | None
    tool_version: str
    features_read: int
    receptors: int
    repaired: int
    left_out: tuple[LeftOut, ...] = ()
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerSpec:
    """The manifest of one layer. Outside ``coverage`` the answer is "not assessed".

    ``species`` are the taxa that a layer without ``taxa`` file speaks of; ``origin`` is there for
    layers that a user added. ``replaces`` names the taxa for which a user's layer stands in the
    place of coarser ranges, wherever its coverage holds the whole project. Places of a
    ``sensitive`` layer are coarsened in a redacted report.
    """

    name: str
    title: Text
    description: Text
    receptor_kind: ReceptorKind
    required: bool
    version: str
    access: str
    redistributable: bool
    format: str
    path: str
    bytes: int
    hash: str
    licenses: tuple[Licence, ...]
    citation: str
    sources: tuple[DataSource, ...]
    positional_accuracy_m: float
    confidence: Confidence
    coverage: Coverage
    limits: tuple[Text, ...]
    grid: CellGrid | None = None
    taxa: str | None = None
    cell_states: str | None = None
    fields: FieldMap | None = None
    species: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    sensitive: bool = False
    origin: Origin | None = None

    @property
    def is_users(self) -> bool:
        """True for a layer that a user added, false for one that ships with the tool."""
        return self.origin is not None

    @property
    def sha256(self) -> str:
        """The hash of the data file without its prefix."""
        return self.hash.removeprefix("sha256:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receptor:
    """One thing that a layer holds: a patch of a range, a state, a site.

    ``id`` is unique in its layer. A range patch carries its species and the states it reaches.
    """

    id: str
    name: Text
    species_id: str | None = None
    states: tuple[str, ...] = ()
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadedLayer:
    """The part of a compiled layer that a project can reach.

    ``tiles`` is an object array (n,) of polygons, lines or points that do not overlap within one
    receptor; ``owners`` (n,) says to which of ``receptors`` each belongs. ``wholes`` maps an owner
    to the uncut geometry of its receptor; it is empty for layers that may not be redistributed,
    so that nothing drawn later can show them. ``taxa`` is empty for layers that are not of species.
    """

    spec: LayerSpec
    taxa: tuple[Taxon, ...]
    receptors: Sequence[Receptor]
    tiles: NDArray[np.object_]
    owners: NDArray[np.int32]
    wholes: Mapping[int, BaseGeometry]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaOfInfluence:
    """Where to look: (n, 4) boxes in degrees (west, south, east, north) around the project."""

    boxes: NDArray[np.float64]
    reach_m: float
