"""Writes a screening as GeoPackage: what a GIS needs to draw and to query it.

This module's one job is what the tables hold. Their names and columns never change with the
language; titles and texts are in that of the report. Chainage and measures are in kilometres.
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from shapely import MultiLineString, Point
from shapely.geometry.base import BaseGeometry

from camiscreen.i18n import Translator
from camiscreen.model import Encounter, KpRange, Screening
from camiscreen.reading.geopackage import Column, Shape, Table, Value, geopackage
from camiscreen.report.chainage import Ruler
from camiscreen.report.data_provenance import all_tables
from camiscreen.report.data_tables import (
    DataTable,
    km,
    ranges_text,
    redacted_ids,
)
from camiscreen.report.gpkg_around import surroundings_rows
from camiscreen.report.gpkg_rows import (
    SUFFIXES,
    Feature,
    Shaped,
    columns_of,
    in_km,
    of_dimension,
    span_km,
    typed,
    value,
)
from camiscreen.report.gpkg_styles import layer_styles
from camiscreen.report.stretches import stretches
from camiscreen.report.text import clean
from camiscreen.report.zone_areas import zone_areas

Along: TypeAlias = tuple[tuple[Value, ...], Sequence[KpRange]]
"""A row, and the stretches of the alignment that it is about."""

MAJOR_KM = 10
WIDE_GAP_M = 1_000.0
"""Gaps from which on the line of a finding is broken; a railway of 201 parts has as many gaps."""


def render_gpkg(screening: Screening, translator: Translator) -> bytes:
    """The GeoPackage; the same screening gives the same bytes on one version of SQLite."""
    work = _Tables(screening, translator)
    around = surroundings_rows(screening, translator)
    features = [
        work.zones(),
        *(work.table(name, *listed, "MULTIPOLYGON") for name, listed in around.items()),
        *work.receptors(),
        *work.project_parts(),
        work.alignment(),
        work.kp_points(),
        work.stretches(),
        work.finding_segments(),
        work.not_assessed_segments(),
        *work.encounters(),
    ]
    present = [table for table in features if table.rows]
    attributes = [work.attributes(table) for table in all_tables(screening, translator)]
    drawn = [table.name for table in present if table.geometry]
    styles = layer_styles(drawn, translator, screening.run.generated_on)
    return geopackage([*present, *attributes, styles], screening.run.generated_on)


class _Tables:
    """The tables of one screening."""

    def __init__(self, screening: Screening, tr: Translator) -> None:
        self.screening = screening
        self.tr = tr
        self.ruler = Ruler(screening.project.alignment)

    def table(
        self,
        name: str,
        columns: tuple[Column, ...],
        features: Sequence[Feature],
        shape: Shape,
        *,
        measured: bool = False,
    ) -> Table:
        """A feature table; its title and what it holds are in the catalogue under its name."""
        return Table(
            name=name,
            title=self.tr.t(f"export.layer.{name}"),
            description=self.tr.t(f"export.layer.{name}.what"),
            columns=columns,
            rows=tuple(row for row, _ in features),
            geometry=shape,
            measured=measured,
            geometries=tuple(geometry for _, geometry in features),
        )

    def split(
        self, name: str, columns: tuple[Column, ...], features: Sequence[Shaped]
    ) -> list[Table]:
        """Up to three tables, since a GIS draws points, lines and areas in layers of their own."""
        return [
            self.table(
                f"{name}{suffix}",
                columns,
                [
                    (row, only)
                    for row, geometry in features
                    if not (only := of_dimension(geometry, dimension)).is_empty
                ],
                shape,
            )
            for dimension, (suffix, shape) in enumerate(SUFFIXES.items())
        ]

    def attributes(self, table: DataTable) -> Table:
        """A table without geometry, as CSV and XLSX have it."""
        return Table(
            name="kp_table" if table.name == "kp" else table.name,
            title=self.tr.t(f"export.sheet.{table.name}"),
            description="",
            columns=tuple(typed(field) for field in table.fields),
            rows=tuple(tuple(value(cell) for cell in row) for row in table.rows),
        )

    # ------------------------------------------------------------------------------------------
    # The project
    # ------------------------------------------------------------------------------------------

    def alignment(self) -> Table:
        """Each chain in pieces between the gaps that chainage bridges, with the KP as measure."""
        project = self.screening.project
        features: list[Feature] = []
        for number, chain in enumerate(project.alignment, start=1):
            for line in Ruler((chain,)).measured((chain.from_m, chain.to_m)):
                from_km, to_km = span_km(line)
                row = (clean(project.name), str(project.kind), number, from_km, to_km)
                features.append((row, in_km(line)))
        columns = columns_of("project kind chain:INTEGER kp_from_km:REAL kp_to_km:REAL")
        return self.table("alignment", columns, features, "LINESTRING", measured=True)

    def kp_points(self) -> Table:
        """A point at each whole kilometre of chainage; ``step_km`` is 10 at every tenth, else 1."""
        features: list[Feature] = []
        for chain in self.screening.project.alignment:
            ruler = Ruler((chain,))
            for at_km in range(-int(-chain.from_m // 1_000), int(chain.to_m // 1_000) + 1):
                place = ruler.point(at_km * 1_000.0)
                if place is not None:
                    step_km = 1 if at_km % MAJOR_KM else MAJOR_KM
                    row = (float(at_km), self.tr.kp(at_km * 1_000.0), step_km)
                    features.append((row, Point(place)))
        return self.table(
            "kp_points", columns_of("kp_km:REAL label step_km:INTEGER"), features, "POINT"
        )

    def project_parts(self) -> list[Table]:
        """What the alignment leaves out: side lines, areas, points."""
        project = self.screening.project
        parts: list[tuple[str, BaseGeometry]] = [
            *(("side_line", line) for line in project.side_lines.geoms),
            *(("area", area) for area in project.areas.geoms),
            *(("point", point) for point in project.points.geoms),
        ]
        features = [((clean(project.name), str(project.kind), role), part) for role, part in parts]
        return self.split("project", columns_of("project kind role"), features)

    def zones(self) -> Table:
        """The named zones as areas; the footprint has no width and so none."""
        features = [
            ((zone.id, clean(self.tr.text(zone.title)), zone.width_m), area)
            for zone, area in zone_areas(self.screening.project, self.screening.rulebook.zones)
        ]
        return self.table(
            "zones", columns_of("zone_id title width_m:REAL"), features, "MULTIPOLYGON"
        )

    # ------------------------------------------------------------------------------------------
    # What was found along the line
    # ------------------------------------------------------------------------------------------

    def along(self, name: str, columns: str, items: Iterable[Along]) -> Table:
        """A table of stretches of the alignment, each line broken at wide gaps of it."""
        features = [
            ((*span_km(line), *row), in_km(line))
            for row, ranges in items
            for kp_range in ranges
            for line in self.ruler.measured(kp_range, WIDE_GAP_M)
        ]
        listed = columns_of(f"kp_from_km:REAL kp_to_km:REAL {columns}")
        return self.table(name, listed, features, "LINESTRING", measured=True)

    def stretches(self) -> Table:
        """The alignment by the level of its worst finding."""
        return self.along(
            "stretches",
            "significance findings not_assessed",
            [
                (
                    (
                        "not_assessed" if item.level == "na" else item.level,
                        " ".join(finding.number for finding in item.findings),
                        " ".join(item.gaps),
                    ),
                    ((item.from_m, item.to_m),),
                )
                for item in stretches(self.screening)
            ],
        )

    def finding_segments(self) -> Table:
        """Each finding on each of its stretches."""
        coarse = redacted_ids(self.screening)
        return self.along(
            "finding_segments",
            "number finding_id rule_id title significance confidence measures sources "
            "accepted:BOOLEAN redacted:BOOLEAN",
            [
                (
                    (
                        finding.number,
                        clean(finding.id),
                        clean(finding.rule_id),
                        clean(self.tr.text(finding.title)),
                        str(finding.significance),
                        str(finding.confidence),
                        " ".join(measure.id for measure in finding.measures),
                        "; ".join(map(clean, finding.sources)),
                        finding.accepted is not None,
                        finding.id in coarse,
                    ),
                    finding.kp_ranges,
                )
                for finding in self.screening.findings
            ],
        )

    def not_assessed_segments(self) -> Table:
        """Stretches on which something was not assessed; the table of it has all the rest."""
        return self.along(
            "not_assessed_segments",
            "number subject_id subject reason required:BOOLEAN",
            [
                (
                    (
                        f"N{number}",
                        clean(gap.subject_id),
                        clean(self.tr.text(gap.subject)),
                        clean(self.tr.text(gap.reason)),
                        gap.required,
                    ),
                    gap.kp_ranges,
                )
                for number, gap in enumerate(self.screening.not_assessed, start=1)
            ],
        )

    # ------------------------------------------------------------------------------------------
    # Receptors
    # ------------------------------------------------------------------------------------------

    def encounters(self) -> list[Table]:
        """Each meeting with a receptor: the part of the project inside it, or beside it."""
        columns = columns_of(
            "encounter_id layer_id receptor_id receptor receptor_kind species_id relation zone "
            "crossing_length_km:REAL overlap_km2:REAL distance_km:REAL kp_ranges "
            "layer_confidence positional_accuracy_m:REAL findings"
        )
        met = self.screening.exposure.encounters
        rows = [(self._encounter(item), self._place(item)) for item in met]
        table = Table(
            name="encounters",
            title=self.tr.t("export.layer.encounters"),
            description=self.tr.t("export.layer.encounters.what"),
            columns=columns,
            rows=tuple(row for row, _ in rows),
        )
        return [*self.split("encounters", columns, rows), table]

    def _encounter(self, met: Encounter) -> tuple[Value, ...]:
        return (
            clean(met.id),
            clean(met.layer_id),
            clean(met.receptor_id),
            clean(self.tr.text(met.receptor.name)),
            str(met.receptor_kind),
            met.species_id,
            str(met.relation),
            met.zone,
            km(met.crossing_length_m),
            round(met.overlap_area_m2 / 1e6, 6),
            km(met.distance_m),
            ranges_text(met.kp_ranges, self.tr),
            str(met.layer_confidence),
            met.positional_accuracy_m,
            " ".join(f.number for f in self.screening.findings if met in f.encounters),
        )

    def _place(self, met: Encounter) -> BaseGeometry:
        """Where the project meets a receptor; by chainage alone where no more may be told."""
        if not met.geometry.is_empty:
            return met.geometry
        return MultiLineString([line for kp in met.kp_ranges for line in self.ruler.slices(kp)])

    def receptors(self) -> list[Table]:
        """The receptors met, of the layers that may be handed on; ``layers`` names the others."""
        closed = {s.name for s in self.screening.run.layers if not s.redistributable}
        shown = {
            (met.layer_id, met.receptor_id): met
            for met in self.screening.exposure.encounters
            if met.layer_id not in closed
        }
        features = [
            (
                (
                    clean(met.layer_id),
                    clean(met.receptor_id),
                    clean(self.tr.text(met.receptor.name)),
                    str(met.receptor_kind),
                    met.species_id,
                    " ".join(met.receptor.states),
                ),
                met.receptor_geometry,
            )
            for met in shown.values()
        ]
        columns = columns_of("layer_id receptor_id name receptor_kind species_id states")
        return self.split("receptors", columns, features)
