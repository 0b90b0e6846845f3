"""What lies around a project beyond single meetings: lines beside it, ground closed off or lost."""

from shapely import MultiPolygon

from camiscreen.model.words import KpRange, Text
from camiscreen.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingLine:
    """Ways of a layer that are one line: a road, railway, pipeline or fence, built or ``planned``.

    ``receptor_ids`` are all ways near the project that were joined to it.
    """

    id: str
    layer_id: str
    name: Text
    kind: str
    planned: bool
    receptor_ids: tuple[str, ...]
    positional_accuracy_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Parallel:
    """Stretches on which the project runs beside a line within one band of spacing.

    ``band`` is ``within_accuracy`` (nearer than the layer can tell: maybe the line itself),
    ``below_least`` or ``below_preferred``. ``nearest_m`` and ``mean_m`` are distances across.
    """

    line: ExistingLine
    band: str
    kp_ranges: tuple[KpRange, ...]
    length_m: float
    nearest_m: float
    mean_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """Ground in the range of a species that the project and existing lines close off on all sides.

    ``with_planned`` also counts lines that are planned or under construction.
    """

    species_id: str
    with_planned: bool
    area_m2: float
    largest_m2: float
    blocks: int
    kp_ranges: tuple[KpRange, ...]
    geometry: MultiPolygon


@dataclass(frozen=True, slots=True, kw_only=True)
class LossZone:
    """Range of a species within its documented avoidance distance of the project.

    ``geometry`` is empty where the range's layer may not be redistributed.
    """

    species_id: str
    distance_m: float
    area_m2: float
    geometry: MultiPolygon


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """All of it, in a stable order."""

    lines: tuple[ExistingLine, ...] = ()
    parallels: tuple[Parallel, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    loss_zones: tuple[LossZone, ...] = ()
