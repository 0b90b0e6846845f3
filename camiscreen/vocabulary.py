"""The closed sets of words, ordered where the field orders them.

One spelling for identifiers, rules, JSON and reports. Members compare by their place in the list:
``Significance.MINOR < Significance.MAJOR``.
"""

from typing import Self

from camiscreen.closed_words import StrEnum


class Word(StrEnum):
    """A word of a closed vocabulary; ``str(word)`` is what files contain."""


class OrderedWord(Word):
    """A word with a rank: members compare by the order in which they are written."""

    @property
    def rank(self) -> int:
        """Place in the scale, 0 for the lowest."""
        return self.place

    def __lt__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.place < other.place

    def __le__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.place <= other.place

    def __gt__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.place > other.place

    def __ge__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.place >= other.place

    def lowered(self, steps: int = 1) -> Self:
        """The word ``steps`` below this one, never below the lowest."""
        return list(type(self))[max(0, self.place - steps)]


class Kind(Word):
    """What is proposed."""

    ROAD = "road"
    RAILWAY = "railway"
    PIPELINE = "pipeline"
    FENCE = "fence"
    POWER_LINE = "power_line"
    CANAL = "canal"
    MINE = "mine"


class Fencing(Word):
    """Whether a fence runs along the right-of-way."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Known(Word):
    """Yes, no, or not known: an answer that is never guessed."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class FenceType(Word):
    """What a fence is made of."""

    SMOOTH_WIRE = "smooth_wire"
    BARBED_WIRE = "barbed_wire"
    MESH = "mesh"
    WALL = "wall"
    UNKNOWN = "unknown"


class Sides(Word):
    """Which sides of a line are fenced."""

    ONE = "one"
    BOTH = "both"
    UNKNOWN = "unknown"


class CanalSides(Word):
    """Whether an animal that falls in can walk out."""

    STEEP = "steep"
    GENTLE = "gentle"
    UNKNOWN = "unknown"


class StructureType(Word):
    """A way across the line."""

    UNDERPASS = "underpass"
    OVERPASS = "overpass"
    BRIDGE = "bridge"
    CULVERT = "culvert"
    FENCE_OPENING = "fence_opening"
    CANAL_RAMP = "canal_ramp"


class ReceptorKind(Word):
    """What may be affected."""

    SPECIES_RANGE = "species_range"
    CORRIDOR = "corridor"
    SITE = "site"
    LANDSCAPE = "landscape"
    BARRIER = "barrier"
    AGGREGATION_GROUND = "aggregation_ground"
    WATER_POINT = "water_point"
    STATE = "state"
    PROVINCE = "province"


class GroundUse(Word):
    """What animals gather for on a ground."""

    BIRTHS = "births"
    RUT = "rut"
    WINTER = "winter"
    OTHER = "other"


class Relation(OrderedWord):
    """How the project meets a receptor, from the loosest to the closest."""

    NEAR = "near"
    CROSSES = "crosses"
    WITHIN = "within"


class Sensitivity(OrderedWord):
    """Of the receptor."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"


class Magnitude(OrderedWord):
    """Of the change."""

    NEGLIGIBLE = "negligible"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Significance(OrderedWord):
    """Of the effect, by the matrix of sensitivity and magnitude."""

    NEGLIGIBLE = "negligible"
    MINOR = "minor"
    MODERATE = "moderate"
    MAJOR = "major"


class Confidence(OrderedWord):
    """Trust in the data behind a finding; a separate axis."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Step(OrderedWord):
    """The mitigation hierarchy of clause 3.5(f), in its order."""

    AVOID = "avoid"
    MINIMIZE = "minimize"
    MITIGATE = "mitigate"
    OFFSET = "offset"


class EvidenceStrength(Word):
    """How well a measure is backed; ``policy`` means that a clause asks for it without data."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    POLICY = "policy"
    NONE = "none"


class Verdict(Word):
    """The one word for a project: the worst unaccepted finding, or why there is none."""

    NONE = "none"
    INCOMPLETE = "incomplete"
    ACCEPTED = "accepted"
    NEGLIGIBLE = "negligible"
    MINOR = "minor"
    MODERATE = "moderate"
    MAJOR = "major"


class TracePart(Word):
    """Which part of a judgement a step of a trace belongs to."""

    SUBJECT = "subject"
    RULE = "rule"
    SENSITIVITY = "sensitivity"
    MAGNITUDE = "magnitude"
    SIGNIFICANCE = "significance"
    CONFIDENCE = "confidence"


class AcceptanceOutcome(Word):
    """What an acceptance comes to; only the first answers its finding."""

    IN_EFFECT = "in_effect"
    MALFORMED = "malformed"
    NOT_FILLED_IN = "not_filled_in"
    UNUSED = "unused"
    EXPIRED = "expired"
    WRONG_MEASURES = "wrong_measures"
    GRAVER = "graver"
    AVOIDANCE_OPEN = "avoidance_open"
    PARTIAL = "partial"
    OTHER_PROJECT = "other_project"


class Outcome(Word):
    """What a rule yields when it applies."""

    FINDING = "finding"
    NOT_ASSESSED = "not_assessed"


class Format(Word):
    """A file that a report can be written as; ``report.outputs`` says what draws it."""

    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    JSON = "json"
    JUNIT = "junit"
    SARIF = "sarif"
    GITLAB = "gitlab"
    GITHUB = "github"
    GPKG = "gpkg"
    CSV = "csv"
    XLSX = "xlsx"


class Audience(Word):
    """Whom a report is written for; ``report.document`` says which sections each gets."""

    EIA = "eia"
    LENDER = "lender"
    SUMMARY = "summary"
    TRAINING = "training"


class FrameworkKind(Word):
    """Whose text a framework is."""

    LENDER = "lender"
    NATIONAL = "national"
    CONVENTION = "convention"
    ANALOGUE = "analogue"


class CriterionRole(Word):
    """What a row of a framework is: a test of the place, a duty, or text read along with them."""

    TEST = "test"
    DUTY = "duty"
    CONTEXT = "context"


class CriterionOutcome(Word):
    """What a criterion comes to for a project; never a verdict, never a determination."""

    POTENTIAL_TRIGGER = "potential_trigger"
    APPLIES = "applies"
    TO_BE_CHECKED = "to_be_checked"
    NOT_MET = "not_met"
    CONTEXT = "context"


class Basis(Word):
    """How a text is known; ``unread``: the document exists, its wording was not read."""

    SOURCE = "source"
    SECONDARY = "secondary"
    DERIVED = "derived"
    UNREAD = "unread"


class Subject(Word):
    """What a rule is asked about."""

    SPECIES_RANGE = "species_range"
    STATE = "state"
    SEASON = "season"
    STRUCTURE = "structure"
    CORRIDOR = "corridor"
    SITE = "site"
    LANDSCAPE = "landscape"
    BARRIER = "barrier"
    AGGREGATION_GROUND = "aggregation_ground"
    WATER_POINT = "water_point"
    GROUND_DATA = "ground_data"
    PARALLEL = "parallel"
    ENCLOSURE = "enclosure"
    PROJECT = "project"
    LAYER = "layer"


class Quantity(Word):
    """The numbers a rule may test; which subject has which is in ``SUBJECT_FACTS``."""

    CROSSING_LENGTH_M = "crossing_length_m"
    OVERLAP_AREA_M2 = "overlap_area_m2"
    DISTANCE_M = "distance_m"
    SEVERED_SHARE = "severed_share"
    ENCLOSED_AREA_M2 = "enclosed_area_m2"
    LOST_AREA_M2 = "lost_area_m2"
    PARALLEL_LENGTH_M = "parallel_length_m"
    SPACING_M = "spacing_m"
    BOTTOM_WIRE_M = "bottom_wire_m"
    FENCE_HEIGHT_M = "fence_height_m"
    VEHICLES_PER_DAY = "vehicles_per_day"
    TRAINS_PER_DAY = "trains_per_day"
    SPEED_KM_H = "speed_km_h"
    FORMATION_WIDTH_M = "formation_width_m"
    EMBANKMENT_HEIGHT_M = "embankment_height_m"
    CANAL_WIDTH_M = "canal_width_m"
    STRUCTURE_HEIGHT_M = "structure_height_m"
    STRUCTURE_WIDTH_M = "structure_width_m"
    STRUCTURE_LENGTH_M = "structure_length_m"
    STRUCTURES_INSIDE = "structures_inside"
    STRUCTURES_ELSEWHERE = "structures_elsewhere"
    STRUCTURES_OUTSIDE = "structures_outside"
    OPENING_SPACING_M = "opening_spacing_m"
    STATES_REACHED = "states_reached"
    STATES_CROSSED = "states_crossed"
    SPECIES_MET = "species_met"
    SPECIES_IN_ZONES = "species_in_zones"
    SPECIES_IN_UNCERTAINTY = "species_in_uncertainty"
    COVERED_FRACTION = "covered_fraction"


WHOLE_NUMBERS = frozenset(
    {
        Quantity.STATES_REACHED,
        Quantity.STATES_CROSSED,
        Quantity.STRUCTURES_INSIDE,
        Quantity.STRUCTURES_ELSEWHERE,
        Quantity.STRUCTURES_OUTSIDE,
        Quantity.SPECIES_MET,
        Quantity.SPECIES_IN_ZONES,
        Quantity.SPECIES_IN_UNCERTAINTY,
    }
)
"""Counts: between two of their values lies none, so a bound on them cannot move by less than 1."""


class Attribute(Word):
    """The words a rule may test; which values they take is in ``ATTRIBUTE_VALUES``."""

    KIND = "kind"
    FENCING = "fencing"
    ZONE = "zone"
    RELATION = "relation"
    FENCE_TYPE = "fence_type"
    FENCE_SIDES = "fence_sides"
    PIPE_BURIED = "pipe_buried"
    CANAL_SIDES = "canal_sides"
    CANAL_LINED = "canal_lined"
    LIT_AT_NIGHT = "lit_at_night"
    PUBLIC_TRACK = "public_track"
    WORKS_IN_SEASON = "works_in_season"
    WORKS_PROGRAMME = "works_programme"
    STRUCTURE_TYPE = "structure_type"
    DIMENSIONS = "dimensions"
    AVOIDANCE_MEASURED = "avoidance_measured"
    CORRIDOR_BASIS = "corridor_basis"
    CROSSING = "crossing"
    EVIDENCE_GRADE = "evidence_grade"
    LANDSCAPE = "landscape"
    BARRIER_KIND = "barrier_kind"
    FENCE_STATUS = "fence_status"
    HELPS_PASSAGE = "helps_passage"
    BARRIER_BASIS = "barrier_basis"
    BARRIER_STATUS = "barrier_status"
    SPACING = "spacing"
    SPACING_STUDIED = "spacing_studied"
    GROUND_USE = "ground_use"
    SEASON_MONTHS = "season_months"
    SPECIES = "species"
    SPECIES_GROUP = "species_group"
    MOVEMENT = "movement"
    CMS_APPENDIX = "cms_appendix"
    IUCN_CATEGORY = "iucn_category"
    FULL_BARRIER_DOCUMENTED = "full_barrier_documented"
    CMS_PARTY = "cms_party"
    STATE = "state"
    LAYER_PRESENT = "layer_present"
    LAYER_REQUIRED = "layer_required"


ATTRIBUTE_VALUES: dict[Attribute, frozenset[str] | None] = {
    Attribute.KIND: frozenset(Kind),
    Attribute.FENCING: frozenset(Fencing),
    Attribute.ZONE: None,
    Attribute.RELATION: frozenset(Relation),
    Attribute.FENCE_TYPE: frozenset(FenceType),
    Attribute.FENCE_SIDES: frozenset(Sides),
    Attribute.PIPE_BURIED: frozenset(Known),
    Attribute.CANAL_SIDES: frozenset(CanalSides),
    Attribute.CANAL_LINED: frozenset(Known),
    Attribute.LIT_AT_NIGHT: frozenset(Known),
    Attribute.PUBLIC_TRACK: frozenset(Known),
    Attribute.WORKS_IN_SEASON: frozenset(Known),
    Attribute.WORKS_PROGRAMME: frozenset({"stated", "unknown"}),
    Attribute.STRUCTURE_TYPE: frozenset(StructureType),
    Attribute.DIMENSIONS: frozenset({"sufficient", "below", "unknown", "no minimum documented"}),
    Attribute.AVOIDANCE_MEASURED: frozenset({"yes", "no"}),
    Attribute.CORRIDOR_BASIS: frozenset({"programme", "range_continuity", "documented", "user"}),
    Attribute.CROSSING: frozenset({"documented", "none_documented", "not_assessed"}),
    Attribute.EVIDENCE_GRADE: None,
    Attribute.LANDSCAPE: None,
    Attribute.BARRIER_KIND: None,
    Attribute.FENCE_STATUS: frozenset(
        {"fenced", "partly_fenced", "opened", "removed", "open", "unknown"}
    ),
    Attribute.HELPS_PASSAGE: frozenset({"yes", "no"}),
    Attribute.BARRIER_BASIS: frozenset({"documented", "mapped"}),
    Attribute.BARRIER_STATUS: frozenset({"existing", "planned"}),
    Attribute.SPACING: frozenset({"within_accuracy", "below_least", "below_preferred"}),
    Attribute.SPACING_STUDIED: frozenset({"yes", "no"}),
    Attribute.GROUND_USE: frozenset(GroundUse) | {"water"},
    Attribute.SEASON_MONTHS: frozenset({"known", "unknown"}),
    Attribute.SPECIES: None,
    Attribute.SPECIES_GROUP: None,
    Attribute.MOVEMENT: None,
    Attribute.CMS_APPENDIX: frozenset({"I", "II", "I & II", "not listed"}),
    Attribute.IUCN_CATEGORY: frozenset({"CR", "EN", "VU", "NT", "LC", "DD", "NE", "not verified"}),
    Attribute.FULL_BARRIER_DOCUMENTED: frozenset({"yes", "no"}),
    Attribute.CMS_PARTY: frozenset({"yes", "no"}),
    Attribute.STATE: None,
    Attribute.LAYER_PRESENT: frozenset({"yes", "no"}),
    Attribute.LAYER_REQUIRED: frozenset({"yes", "no"}),
}
"""Closed lists of values; None where the rulebook itself says what there is."""

_DESIGN_FACTS = frozenset(
    {
        Quantity.BOTTOM_WIRE_M,
        Quantity.FENCE_HEIGHT_M,
        Quantity.VEHICLES_PER_DAY,
        Quantity.TRAINS_PER_DAY,
        Quantity.SPEED_KM_H,
        Quantity.FORMATION_WIDTH_M,
        Quantity.EMBANKMENT_HEIGHT_M,
        Quantity.CANAL_WIDTH_M,
        Attribute.KIND,
        Attribute.FENCING,
        Attribute.FENCE_TYPE,
        Attribute.FENCE_SIDES,
        Attribute.PIPE_BURIED,
        Attribute.CANAL_SIDES,
        Attribute.CANAL_LINED,
        Attribute.LIT_AT_NIGHT,
        Attribute.PUBLIC_TRACK,
    }
)
_SPECIES_FACTS = frozenset(
    {
        Quantity.CROSSING_LENGTH_M,
        Quantity.OVERLAP_AREA_M2,
        Quantity.DISTANCE_M,
        Quantity.SEVERED_SHARE,
        Quantity.LOST_AREA_M2,
        Quantity.STATES_REACHED,
        Quantity.STATES_CROSSED,
        Quantity.STRUCTURES_INSIDE,
        Quantity.STRUCTURES_ELSEWHERE,
        Quantity.OPENING_SPACING_M,
        Attribute.ZONE,
        Attribute.RELATION,
        Attribute.SPECIES,
        Attribute.SPECIES_GROUP,
        Attribute.MOVEMENT,
        Attribute.CMS_APPENDIX,
        Attribute.IUCN_CATEGORY,
        Attribute.FULL_BARRIER_DOCUMENTED,
        Attribute.AVOIDANCE_MEASURED,
    }
)
_RECEPTOR_FACTS = frozenset(
    {
        Quantity.CROSSING_LENGTH_M,
        Quantity.OVERLAP_AREA_M2,
        Quantity.DISTANCE_M,
        Quantity.STATES_REACHED,
        Quantity.STATES_CROSSED,
        Quantity.STRUCTURES_INSIDE,
        Quantity.STRUCTURES_ELSEWHERE,
        Quantity.OPENING_SPACING_M,
        Attribute.ZONE,
        Attribute.RELATION,
    }
)

SUBJECT_FACTS: dict[Subject, frozenset[str]] = {
    Subject.SPECIES_RANGE: _DESIGN_FACTS | _SPECIES_FACTS,
    Subject.SEASON: (
        _DESIGN_FACTS | _SPECIES_FACTS | {Attribute.WORKS_IN_SEASON, Attribute.WORKS_PROGRAMME}
    ),
    Subject.STRUCTURE: (
        _DESIGN_FACTS
        | _SPECIES_FACTS
        | {
            Quantity.STRUCTURE_HEIGHT_M,
            Quantity.STRUCTURE_WIDTH_M,
            Quantity.STRUCTURE_LENGTH_M,
            Attribute.STRUCTURE_TYPE,
            Attribute.DIMENSIONS,
        }
    ),
    Subject.CORRIDOR: (
        _DESIGN_FACTS
        | _RECEPTOR_FACTS
        | {Attribute.CORRIDOR_BASIS, Attribute.CROSSING, Attribute.EVIDENCE_GRADE}
    ),
    Subject.SITE: _DESIGN_FACTS | _RECEPTOR_FACTS,
    Subject.LANDSCAPE: _DESIGN_FACTS | _RECEPTOR_FACTS | {Attribute.LANDSCAPE},
    Subject.BARRIER: (
        _DESIGN_FACTS
        | _RECEPTOR_FACTS
        | {
            Quantity.SPECIES_MET,
            Attribute.BARRIER_KIND,
            Attribute.BARRIER_BASIS,
            Attribute.BARRIER_STATUS,
            Attribute.FENCE_STATUS,
            Attribute.HELPS_PASSAGE,
        }
    ),
    Subject.ENCLOSURE: (
        _DESIGN_FACTS | _SPECIES_FACTS | {Quantity.ENCLOSED_AREA_M2, Attribute.BARRIER_STATUS}
    ),
    Subject.PARALLEL: (
        _DESIGN_FACTS
        | {
            Quantity.PARALLEL_LENGTH_M,
            Quantity.SPACING_M,
            Quantity.SPECIES_MET,
            Attribute.SPACING,
            Attribute.SPACING_STUDIED,
            Attribute.BARRIER_KIND,
            Attribute.BARRIER_STATUS,
        }
    ),
    Subject.AGGREGATION_GROUND: (
        _DESIGN_FACTS
        | _RECEPTOR_FACTS
        | {
            Attribute.GROUND_USE,
            Attribute.SPECIES,
            Attribute.SEASON_MONTHS,
            Attribute.WORKS_IN_SEASON,
            Attribute.WORKS_PROGRAMME,
        }
    ),
    Subject.WATER_POINT: (
        _DESIGN_FACTS | _RECEPTOR_FACTS | {Attribute.SPECIES, Attribute.SPECIES_GROUP}
    ),
    Subject.GROUND_DATA: frozenset(
        {
            Quantity.COVERED_FRACTION,
            Attribute.KIND,
            Attribute.GROUND_USE,
            Attribute.SPECIES,
        }
    ),
    Subject.STATE: frozenset(
        {
            Quantity.CROSSING_LENGTH_M,
            Quantity.SPECIES_IN_ZONES,
            Attribute.KIND,
            Attribute.CMS_PARTY,
            Attribute.STATE,
        }
    ),
    Subject.PROJECT: _DESIGN_FACTS
    | {
        Quantity.CROSSING_LENGTH_M,
        Quantity.STATES_CROSSED,
        Quantity.SPECIES_MET,
        Quantity.SPECIES_IN_ZONES,
        Quantity.SPECIES_IN_UNCERTAINTY,
        Quantity.STRUCTURES_OUTSIDE,
        Attribute.WORKS_PROGRAMME,
    },
    Subject.LAYER: frozenset(
        {Quantity.COVERED_FRACTION, Attribute.LAYER_PRESENT, Attribute.LAYER_REQUIRED}
    ),
}
"""Which facts each subject has; a rule that asks for another is a mistake in the rule."""

SPECIES_SUBJECTS = frozenset(
    {Subject.SPECIES_RANGE, Subject.SEASON, Subject.STRUCTURE, Subject.ENCLOSURE}
)
"""Subjects that carry a species, so that the tables of the rulebook can grade them."""
