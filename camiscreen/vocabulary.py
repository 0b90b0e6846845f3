"""The closed sets of words, ordered where the field orders them.

One spelling for identifiers, rules, JSON and reports. Members compare by their place in the list:
``Significance.MINOR < Significance.MAJOR``.
"""

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A word of a closed vocabulary; ``str(word)`` is what files contain."""


class OrderedWord(Word):
    """A word with a rank: members compare by the order in which they are written."""

    @property
    def rank(self) -> int:
        """Place in the scale, 0 for the lowest."""
        return list(type(self)).index(self)

    def __lt__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.rank < other.rank

    def __le__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.rank <= other.rank

    def __gt__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.rank > other.rank

    def __ge__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.rank >= other.rank

    def lowered(self, steps: int = 1) -> Self:
        """The word ``steps`` below this one, never below the lowest."""
        return list(type(self))[max(0, self.rank - steps)]


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


class ReceptorKind(Word):
    """What may be affected."""

    SPECIES_RANGE = "species_range"
    CORRIDOR = "corridor"
    SITE = "site"
    LANDSCAPE = "landscape"
    BARRIER = "barrier"
    STATE = "state"


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
    NEGLIGIBLE = "negligible"
    MINOR = "minor"
    MODERATE = "moderate"
    MAJOR = "major"


class Outcome(Word):
    """What a rule yields when it applies."""

    FINDING = "finding"
    NOT_ASSESSED = "not_assessed"


class Subject(Word):
    """What a rule is asked about."""

    SPECIES_RANGE = "species_range"
    STATE = "state"
    PROJECT = "project"
    LAYER = "layer"


class Quantity(Word):
    """The numbers a rule may test; which subject has which is in ``SUBJECT_FACTS``."""

    CROSSING_LENGTH_M = "crossing_length_m"
    OVERLAP_AREA_M2 = "overlap_area_m2"
    DISTANCE_M = "distance_m"
    STATES_REACHED = "states_reached"
    STATES_CROSSED = "states_crossed"
    SPECIES_IN_ZONES = "species_in_zones"
    SPECIES_IN_UNCERTAINTY = "species_in_uncertainty"
    COVERED_FRACTION = "covered_fraction"


WHOLE_NUMBERS = frozenset(
    {
        Quantity.STATES_REACHED,
        Quantity.STATES_CROSSED,
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
    SPECIES = "species"
    SPECIES_GROUP = "species_group"
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
    Attribute.SPECIES: None,
    Attribute.SPECIES_GROUP: None,
    Attribute.CMS_APPENDIX: frozenset({"I", "II", "I & II", "not listed"}),
    Attribute.IUCN_CATEGORY: frozenset({"CR", "EN", "VU", "NT", "LC", "DD", "NE", "not verified"}),
    Attribute.FULL_BARRIER_DOCUMENTED: frozenset({"yes", "no"}),
    Attribute.CMS_PARTY: frozenset({"yes", "no"}),
    Attribute.STATE: None,
    Attribute.LAYER_PRESENT: frozenset({"yes", "no"}),
    Attribute.LAYER_REQUIRED: frozenset({"yes", "no"}),
}
"""Closed lists of values; None where the rulebook itself says what there is."""

SUBJECT_FACTS: dict[Subject, frozenset[str]] = {
    Subject.SPECIES_RANGE: frozenset(
        {
            Quantity.CROSSING_LENGTH_M,
            Quantity.OVERLAP_AREA_M2,
            Quantity.DISTANCE_M,
            Quantity.STATES_REACHED,
            Quantity.STATES_CROSSED,
            Attribute.KIND,
            Attribute.FENCING,
            Attribute.ZONE,
            Attribute.RELATION,
            Attribute.SPECIES,
            Attribute.SPECIES_GROUP,
            Attribute.CMS_APPENDIX,
            Attribute.IUCN_CATEGORY,
            Attribute.FULL_BARRIER_DOCUMENTED,
        }
    ),
    Subject.STATE: frozenset(
        {
            Quantity.CROSSING_LENGTH_M,
            Attribute.KIND,
            Attribute.FENCING,
            Attribute.CMS_PARTY,
            Attribute.STATE,
        }
    ),
    Subject.PROJECT: frozenset(
        {
            Quantity.CROSSING_LENGTH_M,
            Quantity.STATES_CROSSED,
            Quantity.SPECIES_IN_ZONES,
            Quantity.SPECIES_IN_UNCERTAINTY,
            Attribute.KIND,
            Attribute.FENCING,
        }
    ),
    Subject.LAYER: frozenset(
        {Quantity.COVERED_FRACTION, Attribute.LAYER_PRESENT, Attribute.LAYER_REQUIRED}
    ),
}
"""Which facts each subject has; a rule that asks for another is a mistake in the rule."""
