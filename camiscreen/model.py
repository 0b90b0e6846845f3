"""The values that travel the conveyor: project, layers, encounters, rules, findings, screening.

Each is made once and only read afterwards. Units stand in the names: ``_m``, ``_m2``, ``_km``.
Geometry is shapely, longitude and latitude on WGS 84 (EPSG:4326); longitudes may run past 180
where a project crosses the antimeridian. Chainage is in metres from the start of the alignment.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, MultiLineString, MultiPoint, MultiPolygon
from shapely.geometry.base import BaseGeometry

from camiscreen.values import dataclass
from camiscreen.vocabulary import (
    Attribute,
    Basis,
    CanalSides,
    Confidence,
    CriterionOutcome,
    CriterionRole,
    EvidenceStrength,
    FenceType,
    Fencing,
    FrameworkKind,
    Kind,
    Known,
    Magnitude,
    Outcome,
    Quantity,
    ReceptorKind,
    Relation,
    Sensitivity,
    Sides,
    Significance,
    Step,
    StructureType,
    Subject,
    Verdict,
)

KpRange: TypeAlias = tuple[float, float]
"""Chainage from and to, in metres, from <= to."""


# ----------------------------------------------------------------------------------------------
# Words for people
# ----------------------------------------------------------------------------------------------


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


# ----------------------------------------------------------------------------------------------
# Project
# ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """Where the project came from; ``path`` as the user wrote it, ``sha256`` of its bytes."""

    path: str
    sha256: str
    layer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FenceStretch:
    """Fencing of a stretch; ``kp_m`` None is the whole line, here and in all design items."""

    kp_m: KpRange | None = None
    fenced: Fencing
    type: FenceType = FenceType.UNKNOWN
    height_m: float | None = None
    bottom_wire_m: float | None = None
    sides: Sides = Sides.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficStretch:
    """Traffic foreseen on a stretch."""

    kp_m: KpRange | None = None
    vehicles_per_day: float | None = None
    trains_per_day: float | None = None
    speed_km_h: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormationStretch:
    """Width and height of what is built on a stretch."""

    kp_m: KpRange | None = None
    width_m: float | None = None
    embankment_height_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineStretch:
    """Whether the pipe lies under ground."""

    kp_m: KpRange | None = None
    buried: Known


@dataclass(frozen=True, slots=True, kw_only=True)
class CanalStretch:
    """Bed and banks of a canal."""

    kp_m: KpRange | None = None
    sides: CanalSides
    lined: Known = Known.UNKNOWN
    width_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksStretch:
    """Months (1-12) of the works programme."""

    kp_m: KpRange | None = None
    months: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LightingStretch:
    """Whether a stretch is lit at night."""

    kp_m: KpRange | None = None
    lit: Known


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTrackStretch:
    """Whether a track runs along the line, and whether the public may use it."""

    kp_m: KpRange | None = None
    present: Known
    open_to_public: Known = Known.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """A way across the line, at one chainage.

    ``width_m`` is the clear opening along the line, ``length_m`` the way through.
    """

    at_m: float
    type: StructureType
    height_m: float | None = None
    width_m: float | None = None
    length_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What is known of the design. Unknown is a value: it is screened at its worst case.

    ``fencing`` holds wherever ``fences`` says nothing.
    """

    fencing: Fencing = Fencing.UNKNOWN
    fences: tuple[FenceStretch, ...] = ()
    traffic: tuple[TrafficStretch, ...] = ()
    formation: tuple[FormationStretch, ...] = ()
    pipeline: tuple[PipelineStretch, ...] = ()
    canal: tuple[CanalStretch, ...] = ()
    works: tuple[WorksStretch, ...] = ()
    lighting: tuple[LightingStretch, ...] = ()
    service_track: tuple[ServiceTrackStretch, ...] = ()
    structures: tuple[Structure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """One unbroken stretch of chainage: a line (n, 2) and the chainage at both its ends.

    ``bridge_edges`` are the indices of the edges (i joins vertices i and i + 1) that bridge a gap:
    chainage runs along them, but they are no geometry of the project and have no length in sums.
    """

    line: LineString
    from_m: float
    to_m: float
    bridge_edges: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """A gap between two parts that chainage runs across: where it lies and how wide it is."""

    kp_m: float
    length_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """What was done to make one alignment of many parts; everything is said in the report."""

    parts: int
    joined_parts: int
    bridges: tuple[Bridge, ...]
    parallel_parts: int
    parallel_length_m: float
    chains: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What is proposed.

    ``lines``, ``areas`` and ``points`` are the geometry as given, repaired and densified; any of
    them may be empty, and every length and area is measured on them. ``alignment`` is the
    chainage: parts in order, stairs of a raster straightened, parallel tracks counted once;
    ``side_lines`` are the parts that it leaves out.
    ``length_m`` is the geodesic sum over all line parts as given, ``chainage_length_m`` that of
    the alignment with its bridges.
    """

    name: str
    kind: Kind
    design: Design
    lines: MultiLineString
    areas: MultiPolygon
    points: MultiPoint
    alignment: tuple[Chain, ...]
    side_lines: MultiLineString
    joining: Joining
    length_m: float
    area_m2: float
    chainage_length_m: float
    notes: tuple[Message, ...]
    source: SourceFile


# ----------------------------------------------------------------------------------------------
# Layers
# ----------------------------------------------------------------------------------------------


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
    place of coarser ranges, wherever its coverage holds the whole project.
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


# ----------------------------------------------------------------------------------------------
# Encounters
# ----------------------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerCoverage:
    """How much of the project a layer can speak of: 1 all of it, 0 nothing or layer missing."""

    layer_id: str
    title: Text
    required: bool
    present: bool
    covered_fraction: float
    outside_kp_ranges: tuple[KpRange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """All that geometry has to say about a project; no judgement in it."""

    encounters: tuple[Encounter, ...]
    states: tuple[StateCrossed, ...]
    provinces: tuple[ProvinceCrossed, ...]
    coverage: tuple[LayerCoverage, ...]
    not_assessed: tuple[NotAssessed, ...]
    state_names: Mapping[str, Text]


# ----------------------------------------------------------------------------------------------
# Rulebook
# ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A source that was read, and how much of it. ``seen`` decides what it may back."""

    id: str
    citation: str
    seen: str
    url: str | None = None

    @property
    def backs_numbers(self) -> bool:
        """False for references read only second-hand, by title, or not at all."""
        return self.seen not in {"secondary", "memory", "no", "title", "title-page"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A numbered section of a programme of work."""

    number: str
    part: str
    title: Text
    species: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One numbered activity or lettered part of a programme of work, in the tool's own words."""

    id: str
    section: str
    summary: Text
    responsible: tuple[str, ...]
    priority: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """An operative paragraph of the resolution that adopts a programme."""

    id: str
    summary: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirk:
    """An oddity of the printed text that is kept as printed."""

    clause: str
    en: str
    ru: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """First and last year of a programme."""

    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor:
    """The programme that a programme itself foresees, and the clause that does so."""

    clause: str
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """Something of the program that a clause may rest on; ``where`` is a command or a file."""

    id: str
    title: Text
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """A clause that the rulebook has to answer: by what, besides rules and measures that cite it.

    ``reason`` says why no rule or measure implements it; it is printed only while none does.
    """

    clause: str
    features: tuple[str, ...] = ()
    reason: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A policy text and its clauses. A later programme is another pack beside it.

    Citations carry the pack's own prefixes: ``prefix`` and a clause (``POW 3.5(f)``), or
    ``paragraph_prefix`` and a paragraph (``Res. para 4``). No two packs share one.
    """

    id: str
    prefix: str
    paragraph_prefix: str
    title: Text
    instrument: str
    adopted: str
    period: Period
    reference: str
    note: Text
    quirks: tuple[Quirk, ...]
    paragraphs: tuple[Paragraph, ...]
    successor: Successor | None = None
    sections: tuple[Section, ...] = ()
    clauses: tuple[Clause, ...] = ()
    features: tuple[Feature, ...] = ()
    coverage: tuple[CoverageRow, ...] = ()

    def cite(self, clause_id: str) -> str:
        """How a clause, or a section by its number, is cited."""
        return f"{self.prefix} {clause_id}"

    def cite_paragraph(self, paragraph_id: str) -> str:
        """How an operative paragraph is cited."""
        return f"{self.paragraph_prefix} {paragraph_id}"

    def has_ended(self, on: str) -> bool:
        """Whether its last year lies before a date, YYYY-MM-DD."""
        return int(on[:4]) > self.period.last


@dataclass(frozen=True, slots=True, kw_only=True)
class IucnStatus:
    """Red List category; ``verified`` speaks of the category, ``year`` is null where not read."""

    category: str
    year: int | None
    references: tuple[str, ...]
    verified: bool
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """Months (1-12) in which something happens that works or traffic may disturb."""

    event: str
    months: tuple[int, ...]
    references: tuple[str, ...]
    verified: bool
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BarrierResponse:
    """What was documented of a species at one kind of infrastructure."""

    infrastructure: str
    response: Text
    references: tuple[str, ...]
    verified: bool
    fully_blocking: bool | None = None
    distance_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """A population figure; null means that none was read, never zero."""

    estimate: int | None
    low: int | None
    high: int | None
    year: int | None
    references: tuple[str, ...]
    verified: bool
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """How far and in what manner a species moves."""

    type: str
    scale: Text | None
    references: tuple[str, ...]
    verified: bool
    annual_range_km2: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Species:
    """The profile of one of the 18 taxa.

    ``footnote`` is what the resolution itself notes on the listing name, ``name_note`` what other
    lists do with the current one.
    """

    id: str
    name: Text
    listing_name: str
    current_name: str
    table_row: int
    cms_appendix: tuple[str, ...]
    covered_by_programme: bool
    sections: tuple[str, ...]
    group: str
    range_states: tuple[str, ...]
    range_states_references: tuple[str, ...]
    range_states_verified: bool
    iucn: IucnStatus
    population: Population
    movement: Movement
    seasons: tuple[Season, ...]
    barrier_responses: tuple[BarrierResponse, ...]
    footnote: Text | None = None
    name_note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeciesNote:
    """What an ecologist adds to a profile without touching it; ``species`` is the profile's id."""

    species: str
    seasons: tuple[Season, ...] = ()
    barrier_responses: tuple[BarrierResponse, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NumericSpec:
    """A figure of a measure. Only a verified one may be printed as a specification."""

    parameter: str
    operator: str
    values: tuple[float, ...]
    unit: str
    verified: bool
    basis: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One entry of the measure compendium."""

    id: str
    step: Step
    kinds: tuple[Kind, ...]
    species_groups: tuple[str, ...]
    text: Text
    evidence: Text
    evidence_strength: EvidenceStrength
    analogue: bool
    clauses: tuple[str, ...]
    references: tuple[str, ...]
    verified: bool
    numbers: tuple[NumericSpec, ...] = ()
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One test of a rule: a quantity against one bound, or an attribute against a list."""

    quantity: Quantity | None = None
    attribute: Attribute | None = None
    at_least: float | None = None
    more_than: float | None = None
    at_most: float | None = None
    less_than: float | None = None
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCase:
    """A situation in which a rule must fire, or must stay silent; ``given`` are its facts."""

    name: str
    fires: bool
    given: Mapping[str, str | float]


PLACEHOLDERS = ("species", "states", "subject", "months", "events", "distance", "share")
"""What the sentences of a rule may name; each is filled with words of the finding's subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonEvent:
    """What a season's event is called."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossingMinimum:
    """Smallest dimensions documented for a species at a kind of structure; None: not documented."""

    species: tuple[str, ...]
    structures: tuple[StructureType, ...]
    height_m: float | None
    width_m: float | None
    sources: tuple[str, ...]
    note: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule in the words of the field; all conditions must hold.

    ``sensitivity`` and ``magnitude`` are a level, or ``by_table`` to read it from the tables of
    the rulebook; a rule whose outcome is ``not_assessed`` has neither. ``sources`` are reference
    ids or clauses (``POW 3.5(f)``, ``Res. para 4``). ``title`` and ``statement`` may hold the
    names in ``PLACEHOLDERS``. ``together`` makes one finding of all subjects on which the rule
    fires, for what is said once for a project and not of every species. A condition that lets
    ``unknown`` pass makes the finding rest on an assumption, which is listed.
    """

    id: str
    since: str
    outcome: Outcome
    subject: Subject
    title: Text
    statement: Text
    why: Text
    when: tuple[Condition, ...]
    measures: tuple[str, ...]
    sources: tuple[str, ...]
    cases: tuple[RuleCase, ...]
    sensitivity: str | None = None
    magnitude: str | None = None
    confidence: Confidence = Confidence.HIGH
    required: bool = False
    together: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row of a sensitivity or magnitude table; the first row whose conditions hold decides."""

    level: str
    when: tuple[Condition, ...]
    why: Text
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """One cell of the significance matrix."""

    sensitivity: Sensitivity
    magnitude: Magnitude
    significance: Significance


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """The law, standard or paper that a criterion stands in, and which edition was looked at."""

    id: str
    title: Text
    edition: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One row of a framework, in the tool's own words.

    ``states`` (ISO 3166) and ``kinds`` say whom it concerns, empty means all. ``verified`` is
    true only where the text was read; only then may it have ``triggers``, which must all hold of
    one ``subject``. ``missing`` says what has to be read or known before it can be decided.
    """

    id: str
    instrument: str
    locator: Text
    role: CriterionRole
    requirement: Text
    states: tuple[str, ...]
    kinds: tuple[Kind, ...]
    references: tuple[str, ...]
    basis: Basis
    verified: bool
    numeric: NumericSpec | None = None
    subject: Subject | None = None
    triggers: tuple[Condition, ...] = ()
    cases: tuple[RuleCase, ...] = ()
    missing: Text | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """The criteria of a lender, a state, a convention, or of design analogues."""

    id: str
    title: Text
    kind: FrameworkKind
    states: tuple[str, ...]
    note: Text
    instruments: tuple[Instrument, ...]
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Everything that judges. ``sha256`` covers every file it was read from."""

    version: str
    title: Text
    sha256: str
    zones: tuple[ZoneSpec, ...]
    matrix: tuple[MatrixCell, ...]
    matrix_why: Text
    sensitivity_table: tuple[TableRow, ...]
    magnitude_table: tuple[TableRow, ...]
    crossing_minimums: tuple[CrossingMinimum, ...]
    events: tuple[SeasonEvent, ...]
    months: tuple[Text, ...]
    rules: tuple[Rule, ...]
    measures: tuple[Measure, ...]
    species: tuple[Species, ...]
    references: tuple[Reference, ...]
    packs: tuple[Pack, ...]
    frameworks: tuple[Framework, ...] = ()


# ----------------------------------------------------------------------------------------------
# Findings
# ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One step of a judgement: what was asked, what stood there, what came of it."""

    subject: str
    test: str
    value: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """A finding acknowledged by a named person until a date; always printed."""

    finding_id: str
    reason: str
    by: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that applied to encounters. ``id`` is stable; ``number`` (F1, F2) is for print."""

    id: str
    number: str
    rule_id: str
    title: Text
    statement: Text
    why: Text
    receptor_kind: str
    encounters: tuple[Encounter, ...]
    species_ids: tuple[str, ...]
    sensitivity: Sensitivity
    magnitude: Magnitude
    significance: Significance
    confidence: Confidence
    kp_ranges: tuple[KpRange, ...]
    length_m: float
    measures: tuple[Measure, ...]
    sources: tuple[str, ...]
    assumptions: tuple[Message, ...]
    trace: tuple[Trace, ...]
    accepted: Acceptance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionSubject:
    """A species, state or project that a criterion was decided by, where, and every test."""

    key: str
    name: Text
    kp_ranges: tuple[KpRange, ...]
    trace: tuple[Trace, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionResult:
    """What one criterion comes to. ``finding_ids`` are the findings on the same subjects."""

    criterion: Criterion
    instrument: Instrument
    outcome: CriterionOutcome
    subjects: tuple[CriterionSubject, ...]
    finding_ids: tuple[str, ...]
    kp_ranges: tuple[KpRange, ...]
    why: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkResult:
    """A framework that was asked for, and its criteria that concern this project."""

    framework: Framework
    results: tuple[CriterionResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """What a receipt needs: versions and hashes. ``generated_on`` is a date, YYYY-MM-DD."""

    tool_version: str
    generated_on: str
    rulebook_version: str
    rulebook_sha256: str
    layers: tuple[LayerSpec, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A taxon that was judged by a user's layer in the place of another; never silent.

    ``dropped`` are the encounters of the replaced layer with this taxon, measured but not judged.
    ``kept`` says why both layers were judged after all: the user's does not cover the project.
    """

    species_id: str
    layer_id: str
    replaced_layer_id: str
    dropped: tuple[Encounter, ...] = ()
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """The whole result of one project; every output file is drawn from it."""

    run: RunInfo
    project: Project
    exposure: Exposure
    findings: tuple[Finding, ...]
    not_assessed: tuple[NotAssessed, ...]
    assumptions: tuple[Message, ...]
    verdict: Verdict
    rulebook: Rulebook
    context: tuple["MapFeature", ...]
    frameworks: tuple[FrameworkResult, ...] = ()
    replacements: tuple[Replacement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFeature:
    """A receptor drawn on the map for context, whether met or not."""

    layer_id: str
    receptor: Receptor
    geometry: BaseGeometry
