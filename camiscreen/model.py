"""The values that travel the conveyor: project, layers, encounters, rules, findings, screening.

Each is made once and only read afterwards. Units stand in the names: ``_m``, ``_m2``, ``_km``.
Geometry is shapely, longitude and latitude on WGS 84 (EPSG:4326); longitudes may run past 180
where a project crosses the antimeridian. Chainage is in metres from the start of the alignment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, MultiLineString, MultiPoint, MultiPolygon
from shapely.geometry.base import BaseGeometry

from camiscreen.vocabulary import (
    Attribute,
    Confidence,
    EvidenceStrength,
    Fencing,
    Kind,
    Magnitude,
    Outcome,
    Quantity,
    ReceptorKind,
    Relation,
    Sensitivity,
    Significance,
    Step,
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
class Design:
    """What is known of the design. Unknown is a value: it is screened at its worst case."""

    fencing: Fencing = Fencing.UNKNOWN


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
    """How one taxon stands in a species layer: what was cut, why, and how far to trust it."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMap:
    """Which property of a vector file holds what the layer needs."""

    id: str
    name_en: str
    name_ru: str
    species: str | None = None


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
    ``distance_m`` is 0 where they meet. ``geometry`` is the part of the project inside, for a
    receptor that is a line the points where it is crossed. ``receptor_geometry`` is empty where
    the layer may not be redistributed.
    """

    id: str
    layer_id: str
    receptor: Receptor
    receptor_kind: ReceptorKind
    zone: str
    relation: Relation
    crossing_length_m: float
    overlap_area_m2: float
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
class Pack:
    """A policy text and its clauses. A later programme is another pack beside it."""

    id: str
    title: Text
    instrument: str
    adopted: str
    period: Period
    reference: str
    note: Text
    quirks: tuple[Quirk, ...]
    paragraphs: tuple[Paragraph, ...]
    sections: tuple[Section, ...] = ()
    clauses: tuple[Clause, ...] = ()


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
    """The profile of one of the 18 taxa."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule in the words of the field; all conditions must hold.

    ``sensitivity`` and ``magnitude`` are a level, or ``by_table`` to read it from the tables of
    the rulebook; a rule whose outcome is ``not_assessed`` has neither. ``sources`` are reference
    ids or clauses (``POW 3.5(f)``, ``Res. para 4``). ``statement`` may name ``{species}``,
    ``{states}`` and ``{subject}``.
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
    assumes_worst_case: bool = False


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
    rules: tuple[Rule, ...]
    measures: tuple[Measure, ...]
    species: tuple[Species, ...]
    references: tuple[Reference, ...]
    packs: tuple[Pack, ...]


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
    replacements: tuple[Replacement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFeature:
    """A receptor drawn on the map for context, whether met or not."""

    layer_id: str
    receptor: Receptor
    geometry: BaseGeometry
