"""Encounters: where and how much a project meets the receptors, and what was not assessed."""

from collections.abc import Mapping

from shapely.geometry.base import BaseGeometry

from camiscreen.model.layers import Receptor
from camiscreen.model.rules import Survey
from camiscreen.model.surroundings import Surroundings
from camiscreen.model.words import KpRange, Text
from camiscreen.values import dataclass
from camiscreen.vocabulary import Confidence, ReceptorKind, Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneSpec:
    """A named buffer of the tool's own convention; ``width_m`` either side of the project."""

    id: str
    width_m: float
    title: Text
    why: Text
    sources: tuple[str, ...]


UNCERTAINTY_ZONE = "uncertainty"
"""Id of the zone that is as wide as a layer's positional accuracy: absence cannot be concluded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encounter:
    """One measured meeting of project and receptor, in the innermost zone that reaches it.

    ``crossing_length_m`` sums over all parts as given; ``kp_ranges`` run along the alignment;
    ``distance_m`` is 0 where they meet. ``severed_area_m2`` of ``patch_area_m2`` lies beyond a
    line that cuts a range patch in two (both 0 for other receptors). ``geometry`` is the part of
    the project inside, for a receptor that is a line the points where it is crossed.
    ``receptor_geometry`` is empty where the layer may not be redistributed.
    """

    id: str
    layer_id: str
    receptor: Receptor
    receptor_kind: ReceptorKind
    zone: str
    relation: Relation
    crossing_length_m: float
    overlap_area_m2: float
    severed_area_m2: float
    patch_area_m2: float
    distance_m: float
    kp_ranges: tuple[KpRange, ...]
    layer_confidence: Confidence
    positional_accuracy_m: float
    geometry: BaseGeometry
    receptor_geometry: BaseGeometry

    @property
    def receptor_id(self) -> str:
        """Id of the receptor within its layer."""
        return self.receptor.id

    @property
    def species_id(self) -> str | None:
        """The species whose range, corridor or site it is, if it is one species'."""
        return self.receptor.species_id


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCrossed:
    """A range state that the project runs through, in the order of chainage.

    A stretch shorter than ``positional_accuracy_m`` of its border may lie in the neighbour state.
    """

    iso3: str
    name: Text
    cms_party: bool
    party_as_of: str
    party_references: tuple[str, ...]
    kp_ranges: tuple[KpRange, ...]
    length_m: float
    positional_accuracy_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvinceCrossed:
    """A first-level unit of a state that the project runs through; for the chainage table only."""

    id: str
    name: Text
    state: str
    disputed: bool
    kp_ranges: tuple[KpRange, ...]
    length_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAssessed:
    """Something that could not be judged, with the reason; shown before the findings.

    ``required`` is true where the verdict must not be clean without it.
    """

    subject_id: str
    subject: Text
    reason_code: str
    reason: Text
    covered_fraction: float
    required: bool
    kp_ranges: tuple[KpRange, ...] = ()
    rule_id: str | None = None
    sources: tuple[str, ...] = ()
    species_ids: tuple[str, ...] = ()
    survey: Survey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerCoverage:
    """How much of the project a layer can speak of: 1 all of it, 0 nothing or layer missing.

    ``kind``, ``species`` and ``uses`` say of what: of a layer of aggregation grounds the taxa and
    the uses (births, rut, winter) that it holds.
    """

    layer_id: str
    title: Text
    required: bool
    present: bool
    covered_fraction: float
    outside_kp_ranges: tuple[KpRange, ...]
    kind: ReceptorKind | None = None
    species: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """All that geometry has to say about a project; no judgement in it."""

    encounters: tuple[Encounter, ...]
    states: tuple[StateCrossed, ...]
    provinces: tuple[ProvinceCrossed, ...]
    coverage: tuple[LayerCoverage, ...]
    not_assessed: tuple[NotAssessed, ...]
    state_names: Mapping[str, Text]
    surroundings: Surroundings = Surroundings()
