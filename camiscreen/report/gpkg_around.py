"""Range within an avoidance distance and ground closed off, as rows of a GeoPackage.

This module's one job. Ground in a layer that may not be handed on has no geometry and so no row:
its area stands in its finding, and the table of layers names the layer.
"""

from collections.abc import Mapping, Sequence

from camiscreen.i18n import Translator
from camiscreen.model import Enclosure, Finding, Screening
from camiscreen.reading.geopackage import Column, Value
from camiscreen.report.data_tables import ranges_text
from camiscreen.report.gpkg_rows import Feature, columns_of
from camiscreen.report.text import clean
from camiscreen.vocabulary import Attribute, Quantity

_COLUMNS = "species_id species area_km2:REAL findings finding_ids sources"


def surroundings_rows(
    screening: Screening, tr: Translator
) -> Mapping[str, tuple[tuple[Column, ...], Sequence[Feature]]]:
    """Columns and features of the two tables, by name; areas are in square kilometres."""
    around = screening.exposure.surroundings
    names = {species.id: clean(tr.text(species.name)) for species in screening.rulebook.species}

    def common(species_id: str, area_m2: float, found: Sequence[Finding]) -> tuple[Value, ...]:
        return (
            species_id,
            names.get(species_id, species_id),
            round(area_m2 / 1e6, 6),
            " ".join(finding.number for finding in found),
            "; ".join(clean(finding.id) for finding in found),
            "; ".join(dict.fromkeys(clean(s) for finding in found for s in finding.sources)),
        )

    zones: list[Feature] = [
        (
            (
                *common(zone.species_id, zone.area_m2, _of_loss(screening, zone.species_id)),
                zone.distance_m,
            ),
            zone.geometry,
        )
        for zone in around.loss_zones
        if not zone.geometry.is_empty
    ]
    closed: list[Feature] = [
        (
            (
                *common(item.species_id, item.area_m2, _of_blocks(screening, item)),
                item.with_planned,
                item.blocks,
                round(item.largest_m2 / 1e6, 6),
                ranges_text(item.kp_ranges, tr),
            ),
            item.geometry,
        )
        for item in around.enclosures
        if not item.geometry.is_empty
    ]
    return {
        "loss_zones": (columns_of(f"{_COLUMNS} distance_m:REAL"), zones),
        "enclosures": (
            columns_of(
                f"{_COLUMNS} with_planned:BOOLEAN blocks:INTEGER largest_km2:REAL kp_ranges"
            ),
            closed,
        ),
    }


def _of_loss(screening: Screening, species_id: str) -> list[Finding]:
    """The findings of a species that were decided by the range lost."""
    return [
        finding
        for finding in screening.findings
        if species_id in finding.species_ids and Quantity.LOST_AREA_M2 in _quantities(finding)
    ]


def _of_blocks(screening: Screening, item: Enclosure) -> list[Finding]:
    """The findings of a species on blocks between lines that exist, or with planned ones."""
    status = "planned" if item.with_planned else "existing"
    return [
        finding
        for finding in screening.findings
        if item.species_id in finding.species_ids
        and Quantity.ENCLOSED_AREA_M2 in _quantities(finding)
        and any(
            step.condition
            and step.condition.attribute == Attribute.BARRIER_STATUS
            and status in step.condition.any_of
            for step in finding.trace
        )
    ]


def _quantities(finding: Finding) -> set[Quantity | None]:
    return {step.condition.quantity for step in finding.trace if step.condition}
