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
