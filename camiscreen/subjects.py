"""What rules are asked about, with their facts: species met, seasons, structures, states, layers.

A subject may have several cases: one for each part of the line on which the design differs. All
facts of a case are words and numbers of the closed vocabulary, so that a rule never sees geometry.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from camiscreen.chainage import merge_ranges
from camiscreen.conditions import Facts
from camiscreen.design_stretches import (
    DesignStretch,
    overlap,
    shared,
    stretches,
    works_months,
    works_stated,
)
from camiscreen.model import (
    UNCERTAINTY_ZONE,
    CrossingMinimum,
    Encounter,
    Exposure,
    KpRange,
    LayerCoverage,
    Project,
    Rulebook,
    Season,
    Species,
    StateCrossed,
    Structure,
    Text,
)
from camiscreen.values import dataclass
from camiscreen.vocabulary import (
    Attribute,
    Confidence,
    Known,
    Quantity,
    ReceptorKind,
    Relation,
    StructureType,
    Subject,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One subject of a rule on one part of the line; cases of one ``key`` make one finding.

    ``words`` fill the sentences of the rule; ``length_m`` is measured on the geometry as given.
    """

    key: str
    facts: Facts
    words: Mapping[str, Text]
    species: tuple[Species, ...] = ()
    encounters: tuple[Encounter, ...] = ()
    kp_ranges: tuple[KpRange, ...] = ()
    length_m: float = 0.0
    confidence: Confidence = Confidence.HIGH
    sources: tuple[str, ...] = ()
    coverage: LayerCoverage | None = None


Cases = dict[Subject, list[Case]]


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
    varied = [part for case in met for part in _varied(case, design, project, book)]
    return {
        Subject.SPECIES_RANGE: varied,
        Subject.SEASON: [_season_case(case, project, book) for case in varied],
        Subject.STRUCTURE: [
            _structure_case(case, structure, book)
            for case in varied
            for structure in project.design.structures
            if any(a <= structure.at_m <= b for a, b in case.kp_ranges)
        ],
        Subject.CORRIDOR: _receptor_cases(ReceptorKind.CORRIDOR, project, exposure, book, design),
        Subject.SITE: _receptor_cases(ReceptorKind.SITE, project, exposure, book, design),
        Subject.LANDSCAPE: _receptor_cases(ReceptorKind.LANDSCAPE, project, exposure, book, design),
        Subject.BARRIER: _receptor_cases(ReceptorKind.BARRIER, project, exposure, book, design),
        Subject.STATE: [_state_case(state, project) for state in exposure.states],
        Subject.PROJECT: _project_cases(project, exposure, met, design, book),
        Subject.LAYER: [_layer_case(coverage) for coverage in exposure.coverage],
    }


def _varied(
    case: Case, design: Sequence[DesignStretch], project: Project, book: Rulebook
) -> list[Case]:
    """A case for each part of its chainage on which the design is the same."""
    groups: dict[tuple[tuple[str, str | float], ...], list[KpRange]] = defaultdict(list)
    for stretch in design:
        parts = shared(case.kp_ranges, stretch.kp_m) if case.kp_ranges else []
        if parts or not case.kp_ranges:
            groups[tuple(stretch.facts.items())] += parts
    whole_m = sum(last - first for first, last in case.kp_ranges)
    result = []
    for facts, ranges in groups.items():
        kp_ranges = merge_ranges(ranges)
        part_m = sum(last - first for first, last in kp_ranges)
        inside = [
            s
            for s in project.design.structures
            if any(a <= s.at_m <= b for a, b in kp_ranges)
            if all(_passable(s, species, book) for species in case.species)
        ]
        result.append(
            replace(
                case,
                facts={
                    **case.facts,
                    **dict(facts),
                    Quantity.STRUCTURES_INSIDE: float(len(inside)),
                    Quantity.OPENING_SPACING_M: _widest_gap_m(kp_ranges, inside),
                },
                kp_ranges=kp_ranges,
                # Lengths as given are shared out by chainage, which is what a design speaks of.
                length_m=case.length_m * (part_m / whole_m if whole_m else 1.0),
            )
        )
    return result


def _passable(structure: Structure, species: Species, book: Rulebook) -> bool:
    """Whether a structure counts as a way across: not where it is too small, or may be."""
    return _dimensions(structure, _minimum(structure, species, book)) not in {"below", "unknown"}


def _minimum(structure: Structure, species: Species, book: Rulebook) -> CrossingMinimum | None:
    """What is documented as the least size of such a structure for a species."""
    return next(
        (
            row
            for row in book.crossing_minimums
            if species.id in row.species and structure.type in row.structures
        ),
        None,
    )


def _widest_gap_m(ranges: Sequence[KpRange], structures: Sequence[Structure]) -> float:
    """Longest stretch without any way across."""
    widest = 0.0
    for first, last in ranges:
        stops = sorted(s.at_m for s in structures if first <= s.at_m <= last)
        widest = max([widest, *(b - a for a, b in pairwise([first, *stops, last]))])
    return widest


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
    avoidance = _avoidance(species, project)
    facts: dict[str, str | float] = {
        Attribute.KIND: str(project.kind),
        Attribute.ZONE: zone,
        Attribute.RELATION: str(max(encounter.relation for encounter in inner)),
        Attribute.SPECIES: species.id,
        Attribute.SPECIES_GROUP: species.group,
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
            "states": listed(states),
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


def _percent(share: float) -> Text:
    printed = f"{100 * share:.1f}\u00a0%"
    return Text(en=printed, ru=printed.replace(".", ","))


def _full_barrier(species: Species) -> bool:
    return any(r.fully_blocking and r.verified for r in species.barrier_responses)


def _avoidance(species: Species, project: Project) -> float:
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


def _season_case(case: Case, project: Project, book: Rulebook) -> Case:
    """A species case against the works programme; only verified seasons count."""
    works = works_months(project.design, case.kp_ranges)
    met: list[Season] = [
        season
        for season in case.species[0].seasons
        if season.verified and (works is None or works & set(season.months))
    ]
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
            "months": listed([book.months[month - 1] for month in months]),
            "events": listed([names[season.event] for season in met]),
        },
        sources=tuple(source for season in met for source in season.references),
    )


def _structure_case(case: Case, structure: Structure, book: Rulebook) -> Case:
    """One structure of the design against what is documented for one species."""
    species = case.species[0]
    minimum = _minimum(structure, species, book)
    return replace(
        case,
        key=f"{species.id}@{structure.at_m:.0f}",
        facts={
            **case.facts,
            Attribute.STRUCTURE_TYPE: str(structure.type),
            Attribute.DIMENSIONS: _dimensions(structure, minimum),
        },
        kp_ranges=((structure.at_m, structure.at_m),),
        length_m=0.0,
        sources=minimum.sources if minimum else (),
    )


def _dimensions(structure: Structure, minimum: CrossingMinimum | None) -> str:
    if structure.type in {StructureType.FENCE_OPENING, StructureType.CANAL_RAMP} or minimum is None:
        return "no minimum documented"
    pairs = [(structure.height_m, minimum.height_m), (structure.width_m, minimum.width_m)]
    asked = [(given, least) for given, least in pairs if least is not None]
    if any(given is not None and given < least for given, least in asked):
        return "below"
    return "unknown" if any(given is None for given, _ in asked) else "sufficient"


# ----------------------------------------------------------------------------------------------
# Corridors, sites, landscapes, barriers
# ----------------------------------------------------------------------------------------------


def _receptor_cases(
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
        for part in _varied(
            _receptor_case(encounter, project, exposure, book), design, project, book
        )
    ]


def _receptor_case(
    encounter: Encounter, project: Project, exposure: Exposure, book: Rulebook
) -> Case:
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
            "states": listed(states),
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


# ----------------------------------------------------------------------------------------------
# States, project, layers
# ----------------------------------------------------------------------------------------------


def _state_case(state: StateCrossed, project: Project) -> Case:
    return Case(
        key=state.iso3,
        facts={
            Attribute.KIND: str(project.kind),
            Attribute.STATE: state.iso3,
            Attribute.CMS_PARTY: "yes" if state.cms_party else "no",
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
            Attribute.WORKS_PROGRAMME: "stated" if works_stated(project) else "unknown",
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
            "states": listed([state.name for state in exposure.states]),
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
    return _varied(whole, design, project, book)


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


def listed(names: Sequence[Text]) -> Text:
    """Names in a row, each once."""
    en, ru = dict.fromkeys(n.en for n in names), dict.fromkeys(n.ru for n in names)
    return Text(en=", ".join(en), ru=", ".join(ru))
