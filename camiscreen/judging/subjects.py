"""What rules are asked about, with their facts: species met, seasons, structures, states, layers.

A subject may have several cases: one for each part of the line on which the design differs. All
facts of a case are words and numbers of the closed vocabulary, so that a rule never sees geometry.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from math import inf

from camiscreen.geometry.chainage import merge_ranges
from camiscreen.judging.barrier_cases import (
    barrier_cases,
    enclosure_cases,
    parallel_cases,
    species_at,
    with_loss,
)
from camiscreen.judging.cases import Case, Cases, by_works, listed, row_of, varied
from camiscreen.judging.crossings import dimensions, least_size
from camiscreen.judging.design_stretches import (
    DesignStretch,
    overlap,
    stretches,
    works_months,
    works_stated,
)
from camiscreen.judging.ground_cases import ground_cases, ground_data_cases, water_cases
from camiscreen.judging.local_seasons import event_name, local_seasons
from camiscreen.judging.receptor_cases import receptor_cases
from camiscreen.model import (
    UNCERTAINTY_ZONE,
    Encounter,
    Exposure,
    LayerCoverage,
    Project,
    Rulebook,
    Season,
    Species,
    StateCrossed,
    Structure,
    Text,
)
from camiscreen.vocabulary import (
    Attribute,
    Confidence,
    Known,
    Quantity,
    ReceptorKind,
    Relation,
    Subject,
)


def cases_of(project: Project, exposure: Exposure, book: Rulebook) -> Cases:
    """Every case of every subject of one project."""
    design = stretches(project)
    by_species: dict[str, list[Encounter]] = defaultdict(list)
    for encounter in exposure.encounters:
        if encounter.receptor_kind is ReceptorKind.SPECIES_RANGE and encounter.species_id:
            by_species[encounter.species_id].append(encounter)
    met = [
        _species_case(species, by_species[species.id], project, exposure, book, design=design)
        for species in book.species
        if species.id in by_species
    ]
    ranges = [
        with_loss(part, exposure) for case in met for part in varied(case, design, project, book)
    ]
    return {
        Subject.SPECIES_RANGE: ranges,
        Subject.SEASON: [
            _season_case(part, project, exposure, book)
            for case in ranges
            for part in by_works(case, project)
        ],
        Subject.STRUCTURE: [
            _structure_case(case, structure, exposure, book)
            for case in ranges
            for structure in project.design.structures
            if any(a <= structure.at_m <= b for a, b in case.kp_ranges)
        ],
        Subject.CORRIDOR: receptor_cases(ReceptorKind.CORRIDOR, project, exposure, book, design),
        Subject.SITE: receptor_cases(ReceptorKind.SITE, project, exposure, book, design),
        Subject.LANDSCAPE: receptor_cases(ReceptorKind.LANDSCAPE, project, exposure, book, design),
        Subject.AGGREGATION_GROUND: ground_cases(project, exposure, book, design),
        Subject.WATER_POINT: water_cases(project, exposure, book, design, met),
        Subject.GROUND_DATA: ground_data_cases(project, exposure, met),
        Subject.BARRIER: barrier_cases(project, exposure, book, design, met),
        Subject.ENCLOSURE: enclosure_cases(project, exposure, book, design, met),
        Subject.PARALLEL: parallel_cases(project, exposure, book, design, met),
        Subject.STATE: [_state_case(state, project, met) for state in exposure.states],
        Subject.PROJECT: _project_cases(project, exposure, met, design, book),
        Subject.LAYER: [_layer_case(coverage) for coverage in exposure.coverage],
    }


# ----------------------------------------------------------------------------------------------
# Species
# ----------------------------------------------------------------------------------------------


def _species_case(
    species: Species,
    met: Sequence[Encounter],
    project: Project,
    exposure: Exposure,
    book: Rulebook,
    *,
    design: Sequence[DesignStretch],
) -> Case:
    """All encounters with one species in the innermost zone that any of them reaches."""
    order = [zone.id for zone in book.zones] + [UNCERTAINTY_ZONE]
    zone = min((encounter.zone for encounter in met), key=order.index)
    inner = tuple(encounter for encounter in met if encounter.zone == zone)
    reached = sorted({state for encounter in inner for state in encounter.receptor.states})
    states = [exposure.state_names.get(iso3, Text(en=iso3, ru=iso3)) for iso3 in reached]
    length_m = sum(encounter.crossing_length_m for encounter in inner)
    patch_m2 = sum(encounter.patch_area_m2 for encounter in inner)
    cut_m2 = sum(encounter.severed_area_m2 for encounter in inner if _closed(encounter, design))
    severed = cut_m2 / patch_m2 if patch_m2 else 0.0
    avoidance = avoidance_m(species, project)
    facts: dict[str, str | float] = {
        Attribute.KIND: str(project.kind),
        Attribute.ZONE: zone,
        Attribute.RELATION: str(max(encounter.relation for encounter in inner)),
        Attribute.SPECIES: species.id,
        Attribute.SPECIES_GROUP: species.group,
        Attribute.MOVEMENT: species.movement.type if species.movement.verified else "not verified",
        Attribute.CMS_APPENDIX: " & ".join(species.cms_appendix) or "not listed",
        Attribute.IUCN_CATEGORY: species.iucn.category if species.iucn.verified else "not verified",
        Attribute.FULL_BARRIER_DOCUMENTED: "yes" if _full_barrier(species) else "no",
        Attribute.AVOIDANCE_MEASURED: "yes" if avoidance else "no",
        Quantity.CROSSING_LENGTH_M: length_m,
        Quantity.OVERLAP_AREA_M2: sum(encounter.overlap_area_m2 for encounter in inner),
        Quantity.SEVERED_SHARE: severed,
        Quantity.DISTANCE_M: min(encounter.distance_m for encounter in inner),
        Quantity.STATES_REACHED: float(len(reached)),
        Quantity.STATES_CROSSED: float(len(exposure.states)),
    }
    return Case(
        key=species.id,
        facts=facts,
        words={
            "species": species.name,
            "subject": species.name,
            "states": row_of(states),
            "distance": Text(en=f"{avoidance:.0f} m", ru=f"{avoidance:.0f} м"),
            "share": Text(
                en=f"{100 * severed:.1f} %", ru=f"{100 * severed:.1f} %".replace(".", ",")
            ),
        },
        species=(species,),
        # Farther patches of the range belong to the finding too, though they do not grade it.
        encounters=tuple(met),
        kp_ranges=merge_ranges([kp for encounter in inner for kp in encounter.kp_ranges]),
        length_m=length_m,
        confidence=min(_data_confidence(encounter) for encounter in inner),
    )


def _closed(encounter: Encounter, design: Sequence[DesignStretch]) -> bool:
    """Whether any run through a patch has no stretch that is known to be unfenced.

    An open stretch leads round the fence; only a run without one can cut a patch in two.
    """
    free = [item.kp_m for item in design if item.facts[Attribute.FENCING] == Known.NO]
    return any(not any(overlap(run, kp) for kp in free) for run in encounter.kp_ranges)


def _full_barrier(species: Species) -> bool:
    return any(r.fully_blocking and r.verified for r in species.barrier_responses)


def avoidance_m(species: Species, project: Project) -> float:
    """The avoidance distance measured at this kind of infrastructure, 0 where none was."""
    return max(
        (
            response.distance_m
            for response in species.barrier_responses
            if response.distance_m and response.verified
            if response.infrastructure == str(project.kind)
        ),
        default=0.0,
    )


def _data_confidence(encounter: Encounter) -> Confidence:
    """That of the layer, a step lower where the measured size is below its accuracy."""
    met = encounter.relation is not Relation.NEAR
    size_m = encounter.crossing_length_m if met else encounter.distance_m
    if size_m < encounter.positional_accuracy_m:
        return encounter.layer_confidence.lowered()
    return encounter.layer_confidence


def _season_case(case: Case, project: Project, exposure: Exposure, book: Rulebook) -> Case:
    """A species case against the works programme; only verified seasons count."""
    works = works_months(project.design, case.kp_ranges)
    states = [state.iso3 for state in exposure.states]
    found = [
        item
        for item in local_seasons(case.species[0], states, book.events)
        if item.season.verified and (works is None or works & set(item.season.months))
    ]
    met: list[Season] = [item.season for item in found]
    hit = Known.NO
    if met:
        hit = Known.UNKNOWN if works is None else Known.YES
    months = sorted({m for s in met for m in s.months if works is None or m in works})
    names = {event.id: event.name for event in book.events}
    return replace(
        case,
        facts={
            **case.facts,
            Attribute.WORKS_IN_SEASON: str(hit),
            Attribute.WORKS_PROGRAMME: "unknown" if works is None else "stated",
        },
        words={
            **case.words,
            "months": row_of([book.months[month - 1] for month in months]),
            "events": row_of(
                [event_name(item, names[item.season.event], exposure.state_names) for item in found]
            ),
        },
        sources=tuple(source for season in met for source in season.references),
    )


def _structure_case(case: Case, structure: Structure, exposure: Exposure, book: Rulebook) -> Case:
    """One structure of the design against what is documented for one species."""
    species = case.species[0]
    in_corridor = any(
        species.id in (e.receptor.attributes.get("species") or ())
        and any(first <= structure.at_m <= last for first, last in e.kp_ranges)
        for e in exposure.encounters
        if e.receptor_kind is ReceptorKind.CORRIDOR and e.relation is not Relation.NEAR
    )
    least = least_size(structure, species, book, in_corridor=in_corridor)
    return replace(
        case,
        key=f"{species.id}@{structure.at_m:.0f}",
        facts={
            **case.facts,
            Attribute.STRUCTURE_TYPE: str(structure.type),
            Quantity.STRUCTURE_HEIGHT_M: _known(structure.height_m),
            Quantity.STRUCTURE_WIDTH_M: _known(structure.width_m),
            Quantity.STRUCTURE_LENGTH_M: _known(structure.length_m),
            Attribute.DIMENSIONS: dimensions(structure, least),
        },
        kp_ranges=((structure.at_m, structure.at_m),),
        length_m=0.0,
        sources=least.sources if least else (),
    )


def _known(size_m: float | None) -> float:
    """A size that is not stated counts as less than any."""
    return -inf if size_m is None else size_m


# ----------------------------------------------------------------------------------------------
# States, project, layers
# ----------------------------------------------------------------------------------------------


def _state_case(state: StateCrossed, project: Project, met: Sequence[Case]) -> Case:
    """One state, with the species whose range reaches the line in it."""
    return Case(
        key=state.iso3,
        facts={
            Attribute.KIND: str(project.kind),
            Attribute.STATE: state.iso3,
            Attribute.CMS_PARTY: "yes" if state.cms_party else "no",
            Quantity.SPECIES_IN_ZONES: float(len(species_at(state.kp_ranges, met))),
            Quantity.CROSSING_LENGTH_M: state.length_m,
        },
        words={"subject": state.name, "states": state.name},
        kp_ranges=state.kp_ranges,
        length_m=state.length_m,
        confidence=_border_confidence([state]),
        sources=state.party_references,
    )


def _border_confidence(states: Sequence[StateCrossed]) -> Confidence:
    """Low where a stretch is so short that the border may be drawn on its wrong side."""
    short = any(0 < state.length_m < state.positional_accuracy_m for state in states)
    return Confidence.LOW if short else Confidence.HIGH


def _project_cases(
    project: Project,
    exposure: Exposure,
    met: Sequence[Case],
    design: Sequence[DesignStretch],
    book: Rulebook,
) -> list[Case]:
    uncertain = [case for case in met if case.facts[Attribute.ZONE] == UNCERTAINTY_ZONE]
    species = tuple(species for case in uncertain for species in case.species)
    whole = Case(
        key="project",
        facts={
            Attribute.KIND: str(project.kind),
            Quantity.CROSSING_LENGTH_M: project.length_m,
            Quantity.STATES_CROSSED: float(len(exposure.states)),
            Quantity.SPECIES_MET: float(
                sum(case.facts[Attribute.ZONE] == book.zones[0].id for case in met)
            ),
            Quantity.SPECIES_IN_ZONES: float(len(met) - len(uncertain)),
            Quantity.SPECIES_IN_UNCERTAINTY: float(len(uncertain)),
        },
        words={
            "species": listed([item.name for item in species]),
            "states": row_of([state.name for state in exposure.states]),
            "subject": Text(en="the project", ru="проект"),
        },
        species=species,
        encounters=tuple(encounter for case in uncertain for encounter in case.encounters),
        kp_ranges=((0.0, project.chainage_length_m),) if project.alignment else (),
        length_m=project.length_m,
        # Two states crossed for certain make a border crossed for certain.
        confidence=_border_confidence(
            sorted(exposure.states, key=lambda state: -state.length_m)[1:2]
        ),
    )
    outside = _outside(project, exposure)
    return [
        _with_outside(_with_programme(part, project), outside)
        for stretch in varied(whole, design, project, book)
        for part in by_works(stretch, project)
    ]


def _with_programme(case: Case, project: Project) -> Case:
    """Whether the works programme speaks of this part of the line."""
    stated = works_stated(project) or (
        bool(case.kp_ranges) and works_months(project.design, case.kp_ranges) is not None
    )
    return replace(
        case,
        facts={**case.facts, Attribute.WORKS_PROGRAMME: "stated" if stated else "unknown"},
    )


def _with_outside(case: Case, outside: Sequence[float]) -> Case:
    """The structures that stand away from all ranges, of this part of the line, with their places.

    Where there is no chainage, they have none either.
    """
    here = [at for at in outside if any(a <= at <= b for a, b in case.kp_ranges)]
    number = len(here) if case.kp_ranges else len(outside)
    return replace(
        case,
        facts={**case.facts, Quantity.STRUCTURES_OUTSIDE: float(number)},
        places={Quantity.STRUCTURES_OUTSIDE: tuple((at, at) for at in here)},
    )


def _outside(project: Project, exposure: Exposure) -> list[float]:
    """Chainage of the structures that stand where neither a range nor a corridor is met."""
    met = [
        kp
        for e in exposure.encounters
        if e.receptor_kind in {ReceptorKind.SPECIES_RANGE, ReceptorKind.CORRIDOR}
        if e.relation is not Relation.NEAR
        for kp in e.kp_ranges
    ]
    return [
        structure.at_m
        for structure in project.design.structures
        if not any(first <= structure.at_m <= last for first, last in met)
    ]


def _layer_case(coverage: LayerCoverage) -> Case:
    return Case(
        key=coverage.layer_id,
        facts={
            Attribute.LAYER_PRESENT: "yes" if coverage.present else "no",
            Attribute.LAYER_REQUIRED: "yes" if coverage.required else "no",
            Quantity.COVERED_FRACTION: coverage.covered_fraction,
        },
        words={"subject": coverage.title},
        kp_ranges=coverage.outside_kp_ranges,
        coverage=coverage,
    )
