"""Cases of barriers: documented ones, mapped lines with all their ways, and lines run beside.

Existing and planned lines are kept apart. Species count where their range reaches the same stretch.
"""

from collections.abc import Sequence
from dataclasses import replace

from camiscreen.geometry.chainage import merge_ranges
from camiscreen.judging.cases import Case, area_text, length_text, listed, varied
from camiscreen.judging.design_stretches import DesignStretch, overlap
from camiscreen.judging.receptor_cases import receptor_case
from camiscreen.model import (
    UNCERTAINTY_ZONE,
    Enclosure,
    Encounter,
    ExistingLine,
    Exposure,
    KpRange,
    Parallel,
    Project,
    Rulebook,
    Species,
    Text,
)
from camiscreen.vocabulary import Attribute, Confidence, Known, Quantity, ReceptorKind


def barrier_cases(
    project: Project,
    exposure: Exposure,
    book: Rulebook,
    design: Sequence[DesignStretch],
    met: Sequence[Case],
) -> list[Case]:
    """A case for each documented barrier and each mapped line, on each part of differing design."""
    found = [e for e in exposure.encounters if e.receptor_kind is ReceptorKind.BARRIER]
    groups: dict[str, tuple[ExistingLine | None, list[Encounter]]] = {}
    line_of = {
        (line.layer_id, id_): line
        for line in exposure.surroundings.lines
        for id_ in line.receptor_ids
    }
    for encounter in found:
        line = line_of.get((encounter.layer_id, encounter.receptor_id))
        key = line.id if line else encounter.receptor_id
        groups.setdefault(key, (line, []))[1].append(encounter)
    cases = [
        _barrier_case(key, line, ways, project, exposure, book=book, met=met)
        for key, (line, ways) in groups.items()
    ]
    return [part for case in cases for part in varied(case, design, project, book)]


def _barrier_case(
    key: str,
    line: ExistingLine | None,
    ways: Sequence[Encounter],
    project: Project,
    exposure: Exposure,
    *,
    book: Rulebook,
    met: Sequence[Case],
) -> Case:
    order = [zone.id for zone in book.zones] + [UNCERTAINTY_ZONE]
    first = receptor_case(
        min(ways, key=lambda e: (order.index(e.zone), e.distance_m)), project, exposure, book
    )
    documented = bool(ways[0].receptor.attributes.get("references"))
    kp_ranges = merge_ranges([kp for way in ways for kp in way.kp_ranges])
    species = first.species or species_at(kp_ranges, met)
    return Case(
        key=key,
        facts={
            **first.facts,
            Attribute.RELATION: str(max(way.relation for way in ways)),
            Attribute.BARRIER_BASIS: "documented" if documented else "mapped",
            Attribute.BARRIER_STATUS: "planned" if line and line.planned else "existing",
            Quantity.CROSSING_LENGTH_M: sum(way.crossing_length_m for way in ways),
            Quantity.SPECIES_MET: float(len(species_at(kp_ranges, met))),
        },
        words={
            **first.words,
            "subject": _named(line) if line else first.words["subject"],
            "species": listed([item.name for item in species]),
        },
        species=species,
        encounters=tuple(ways),
        kp_ranges=kp_ranges,
        length_m=sum(way.crossing_length_m for way in ways),
        confidence=first.confidence,
        sources=first.sources,
    )


def _named(line: ExistingLine) -> Text:
    """A line's name, with the number of its ways where there are several."""
    ways = len(line.receptor_ids)
    if ways == 1:
        return line.name
    return Text(en=f"{line.name.en} ({ways} ways)", ru=f"{line.name.ru} (отрезков: {ways})")


def species_at(kp_ranges: Sequence[KpRange], met: Sequence[Case]) -> tuple[Species, ...]:
    """The species whose range reaches any of some stretches or places."""
    return tuple(
        case.species[0]
        for case in met
        if case.facts[Attribute.ZONE] != UNCERTAINTY_ZONE
        if not kp_ranges
        or not case.kp_ranges
        or any(
            overlap(one, other) or other[0] <= one[0] <= other[1]
            for one in kp_ranges
            for other in case.kp_ranges
        )
    )


# ----------------------------------------------------------------------------------------------
# Lines run beside
# ----------------------------------------------------------------------------------------------


def parallel_cases(
    project: Project,
    exposure: Exposure,
    book: Rulebook,
    design: Sequence[DesignStretch],
    met: Sequence[Case],
) -> list[Case]:
    """A case for each line that the project runs beside, in each band of spacing."""
    by_layer = {(e.layer_id, e.receptor_id): e for e in exposure.encounters}
    found = []
    for parallel in exposure.surroundings.parallels:
        line = parallel.line
        ways = [by_layer[line.layer_id, id_] for id_ in line.receptor_ids]
        found.append(_parallel_case(parallel, ways, project, book, met))
    return [part for case in found for part in varied(case, design, project, book)]


def _parallel_case(
    parallel: Parallel,
    ways: Sequence[Encounter],
    project: Project,
    book: Rulebook,
    met: Sequence[Case],
) -> Case:
    line, spacing = parallel.line, book.line_spacing
    species = species_at(parallel.kp_ranges, met)
    studied = any(item.group in spacing.species_groups for item in species)
    confidence = min(way.layer_confidence for way in ways)
    if line.positional_accuracy_m > spacing.least_m:
        confidence = Confidence.LOW
    length, nearest = length_text(parallel.length_m), length_text(parallel.nearest_m)
    return Case(
        key=f"{line.id}:{parallel.band}",
        facts={
            Attribute.KIND: str(project.kind),
            Attribute.SPACING: parallel.band,
            Attribute.SPACING_STUDIED: str(Known.YES if studied else Known.NO),
            Attribute.BARRIER_STATUS: "planned" if line.planned else "existing",
            Attribute.BARRIER_KIND: line.kind,
            Quantity.PARALLEL_LENGTH_M: parallel.length_m,
            Quantity.SPACING_M: parallel.nearest_m,
            Quantity.SPECIES_MET: float(len(species)),
        },
        words={
            "subject": Text(
                en=f"{line.name.en} ({length.en} of the line, nearest {nearest.en})",
                ru=f"{line.name.ru} ({length.ru} линии, ближе всего {nearest.ru})",
            ),
            "species": listed([item.name for item in species]),
        },
        species=species,
        encounters=tuple(ways),
        kp_ranges=parallel.kp_ranges,
        length_m=parallel.length_m,
        confidence=confidence,
        sources=spacing.sources,
    )


# ----------------------------------------------------------------------------------------------
# Ground closed off, ground lost
# ----------------------------------------------------------------------------------------------


def enclosure_cases(
    project: Project,
    exposure: Exposure,
    book: Rulebook,
    design: Sequence[DesignStretch],
    met: Sequence[Case],
) -> list[Case]:
    """A case for each species in whose range ground is closed off, by lines built or planned too.

    The area of the second is what planned lines add.
    """
    by_species = {case.key: case for case in met}
    built = {e.species_id: e.area_m2 for e in exposure.surroundings.enclosures
             if not e.with_planned}  # fmt: skip
    found = []
    for closed in exposure.surroundings.enclosures:
        case = by_species[closed.species_id]
        added_m2 = closed.area_m2
        if closed.with_planned:
            added_m2 = max(0.0, closed.area_m2 - built.get(closed.species_id, 0.0))
        status = "planned" if closed.with_planned else "existing"
        one = replace(
            case,
            key=f"{case.key}:{status}",
            facts={
                **case.facts,
                Attribute.BARRIER_STATUS: status,
                Quantity.ENCLOSED_AREA_M2: added_m2,
            },
            words={**case.words, "blocks": _blocks(case, closed)},
            kp_ranges=closed.kp_ranges,
            length_m=sum(last - first for first, last in closed.kp_ranges),
        )
        found += varied(one, design, project, book)
    return found


def with_loss(case: Case, exposure: Exposure) -> Case:
    """A species' case with the area of its range within the documented avoidance distance."""
    lost_m2 = sum(
        zone.area_m2 for zone in exposure.surroundings.loss_zones if zone.species_id == case.key
    )
    return replace(
        case,
        facts={**case.facts, Quantity.LOST_AREA_M2: lost_m2},
        words={**case.words, "area": area_text(lost_m2)},
    )


def _blocks(case: Case, closed: Enclosure) -> Text:
    whole, largest = area_text(closed.area_m2), area_text(closed.largest_m2)
    name = case.words["species"]
    if closed.blocks == 1:
        return Text(en=f"{name.en} {whole.en}", ru=f"{name.ru} — {whole.ru}")
    return Text(
        en=f"{name.en} {whole.en} ({closed.blocks} blocks, the largest {largest.en})",
        ru=f"{name.ru} — {whole.ru} (участков: {closed.blocks}, наибольший {largest.ru})",
    )
