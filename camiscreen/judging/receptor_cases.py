"""Cases of receptors that are no range: corridors, sites, landscapes, and what all such share."""

from collections.abc import Sequence

from camiscreen.judging.cases import Case, listed, row_of, varied
from camiscreen.judging.design_stretches import DesignStretch
from camiscreen.model import Encounter, Exposure, Project, Rulebook, Text
from camiscreen.vocabulary import Attribute, Quantity, ReceptorKind


def receptor_cases(
    kind: ReceptorKind,
    project: Project,
    exposure: Exposure,
    book: Rulebook,
    design: Sequence[DesignStretch],
) -> list[Case]:
    """A case for each receptor of a kind that was met, on each part of differing design."""
    return [
        part
        for encounter in exposure.encounters
        if encounter.receptor_kind is kind
        for part in varied(receptor_case(encounter, project, exposure, book), design, project, book)
    ]


def receptor_case(
    encounter: Encounter, project: Project, exposure: Exposure, book: Rulebook
) -> Case:
    """One receptor that was met, with the facts that all receptors but ranges share."""
    receptor, own = encounter.receptor, encounter.receptor.attributes
    named = own.get("species") or own.get("taxa") or ()
    ids = [named] if isinstance(named, str) else list(named)
    species = tuple(item for item in book.species if item.id in ids)
    states = [exposure.state_names.get(iso3, Text(en=iso3, ru=iso3)) for iso3 in receptor.states]
    basis = str(own.get("basis", "user"))
    # A species has many zones along its borders; they make one finding.
    shared_key = f"{ids[0]}-borders" if basis == "range_continuity" and ids else receptor.id
    return Case(
        key=shared_key,
        facts={
            Attribute.KIND: str(project.kind),
            Attribute.ZONE: encounter.zone,
            Attribute.RELATION: str(encounter.relation),
            Attribute.CORRIDOR_BASIS: basis,
            Attribute.CROSSING: str(own.get("crossing", "not_assessed")),
            Attribute.EVIDENCE_GRADE: str(own.get("evidence_grade", "user")),
            Attribute.LANDSCAPE: receptor.id,
            Attribute.BARRIER_KIND: str(own.get("kind", "unknown")),
            Attribute.FENCE_STATUS: str(own.get("fence_status", "unknown")),
            Attribute.HELPS_PASSAGE: "yes" if own.get("positive") else "no",
            Quantity.CROSSING_LENGTH_M: encounter.crossing_length_m,
            Quantity.OVERLAP_AREA_M2: encounter.overlap_area_m2,
            Quantity.DISTANCE_M: encounter.distance_m,
            Quantity.STATES_REACHED: float(len(receptor.states)),
            Quantity.STATES_CROSSED: float(len(exposure.states)),
        },
        words={
            "subject": receptor.name,
            "species": listed([item.name for item in species]),
            "states": row_of(states),
        },
        species=species,
        encounters=(encounter,),
        kp_ranges=encounter.kp_ranges,
        length_m=encounter.crossing_length_m,
        confidence=encounter.layer_confidence,
        sources=(
            *(f"POW {clause}" for clause in own.get("clauses", ())),
            *own.get("references", ()),
        ),
    )
