"""The species that a project meets: their order, and the pattern each keeps through a report.

This module's one job, so that map, strip, panels and calendar cannot disagree.
"""

from camiscreen.model import Screening
from camiscreen.report import map_ranges
from camiscreen.report.tokens import SLOTS


def slots(screening: Screening) -> dict[str, str]:
    """The slot of every species met or drawn: that of the map, then on in order."""
    found = {item.species_id: item.slot for item in map_ranges.ranges(screening)}
    for encounter in screening.exposure.encounters:
        if encounter.species_id and encounter.species_id not in found:
            found[encounter.species_id] = SLOTS[len(found) % len(SLOTS)]
    return found


def met(screening: Screening) -> list[str]:
    """Ids of the species of any encounter, those first that the map draws first."""
    here = {e.species_id for e in screening.exposure.encounters if e.species_id}
    return [species_id for species_id in slots(screening) if species_id in here]
