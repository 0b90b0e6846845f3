"""What a design states, item by item, and which rules judge it: nothing stated is passed over.

An input that no rule and no table tests is named as not judged, with what it belongs to.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from camiscreen.model import Condition, Design, KpRange, Rulebook, Screening
from camiscreen.values import dataclass
from camiscreen.vocabulary import Attribute, Kind, Quantity, StructureType

_STRUCTURE = (
    Attribute.DIMENSIONS,
    Quantity.STRUCTURES_INSIDE,
    Quantity.STRUCTURES_ELSEWHERE,
    Quantity.STRUCTURES_OUTSIDE,
    Quantity.OPENING_SPACING_M,
)
FACTS: Mapping[str, tuple[str, ...]] = {
    "fencing": (Attribute.FENCING,),
    "fences.fenced": (Attribute.FENCING,),
    "fences.type": (Attribute.FENCE_TYPE,),
    "fences.height_m": (Quantity.FENCE_HEIGHT_M,),
    "fences.bottom_wire_m": (Quantity.BOTTOM_WIRE_M,),
    "fences.sides": (Attribute.FENCE_SIDES,),
    "traffic.vehicles_per_day": (Quantity.VEHICLES_PER_DAY,),
    "traffic.trains_per_day": (Quantity.TRAINS_PER_DAY,),
    "traffic.speed_km_h": (Quantity.SPEED_KM_H,),
    "formation.width_m": (Quantity.FORMATION_WIDTH_M,),
    "formation.embankment_height_m": (Quantity.EMBANKMENT_HEIGHT_M,),
    "pipeline.buried": (Attribute.PIPE_BURIED,),
    "canal.sides": (Attribute.CANAL_SIDES,),
    "canal.lined": (Attribute.CANAL_LINED,),
    "canal.width_m": (Quantity.CANAL_WIDTH_M,),
    "works.months": (Attribute.WORKS_IN_SEASON, Attribute.WORKS_PROGRAMME),
    "lighting.lit": (Attribute.LIT_AT_NIGHT,),
    "service_track.present": (Attribute.PUBLIC_TRACK,),
    "service_track.open_to_public": (Attribute.PUBLIC_TRACK,),
    "structures.type": (Attribute.STRUCTURE_TYPE, *_STRUCTURE),
    "structures.height_m": (Quantity.STRUCTURE_HEIGHT_M, *_STRUCTURE),
    "structures.width_m": (Quantity.STRUCTURE_WIDTH_M, *_STRUCTURE),
    "structures.length_m": (Quantity.STRUCTURE_LENGTH_M,),
}
"""Which facts of the rules each field of a design goes into."""

MUST_BE_GIVEN = frozenset({"fences.fenced", "pipeline.buried", "canal.sides"})
"""Fields of which a stretch says "unknown" in so many words, against what the rest of the line is.

They are screened at their worst there. The like of lighting and service tracks is not, and says
no more than silence would.
"""

_OF_ONE_KIND = {"pipeline": Kind.PIPELINE, "canal": Kind.CANAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignInput:
    """One stated field; ``judged_by`` are rules and tables, empty where none tests it.

    ``other_kind`` is true for what belongs to another kind of project and changes nothing.
    """

    field: str
    kp_m: KpRange | None
    value: str | float | tuple[int, ...]
    judged_by: tuple[str, ...]
    other_kind: bool


def design_inputs(screening: Screening) -> tuple[DesignInput, ...]:
    """Every field that the design states, in its order; a stretch called unknown is one too."""
    project, book = screening.project, screening.rulebook
    tested = _testers(book)
    result = []
    for field, kp_m, value, whole in _stated(project.design):
        facts = FACTS[field]
        if field == "structures.length_m" and _asks_length(whole.type, book):
            facts = (*facts, *_STRUCTURE)
        other = _OF_ONE_KIND.get(field.partition(".")[0], project.kind) is not project.kind
        by = dict.fromkeys(name for fact in facts for name in tested.get(fact, ()))
        result.append(
            DesignInput(
                field=field,
                kp_m=kp_m,
                value=value,
                judged_by=() if other else tuple(sorted(by)),
                other_kind=other,
            )
        )
    return tuple(result)


def _stated(design: Design) -> Iterator[tuple[str, KpRange | None, Any, Any]]:
    if str(design.fencing) != "unknown":
        yield "fencing", None, str(design.fencing), design
    for group in fields(design):
        items = getattr(design, group.name)
        for item in items if isinstance(items, tuple) else ():
            place = item.kp_m if hasattr(item, "kp_m") else (item.at_m, item.at_m)
            for part in fields(item):
                value = getattr(item, part.name)
                name = f"{group.name}.{part.name}"
                if part.name in {"kp_m", "at_m"} or value is None:
                    continue
                if str(value) == "unknown" and name not in MUST_BE_GIVEN:
                    continue
                if not isinstance(value, float | int | tuple):
                    value = str(value)
                yield name, place, value, item


def _testers(book: Rulebook) -> dict[str, list[str]]:
    """The rules and tables that test each fact."""
    found: dict[str, list[str]] = {}

    def note(name: str, when: tuple[Condition, ...]) -> None:
        for test in when:
            found.setdefault(str(test.attribute or test.quantity), []).append(name)

    for rule in book.rules:
        note(rule.id, rule.when)
    for name, table in (
        ("sensitivity", book.sensitivity_table),
        ("magnitude", book.magnitude_table),
    ):
        for row in table:
            note(name, row.when)
    return found


def _asks_length(type_: StructureType, book: Rulebook) -> bool:
    return any(
        row.width_to_length is not None and type_ in row.structures
        for row in book.crossing_minimums
    )
