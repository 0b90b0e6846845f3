"""Range polygons of species: those of the Red List, and the dissolving of any by species.

Polygons of one species are made one and split into patches that do not touch, so that a route
through two overlapping polygons is not counted twice.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from camiscreen.geometry import geodesy
from camiscreen.layers.adapters.base import (
    Adapter,
    Draft,
    Facts,
    Problem,
    missing_columns,
    no_terms,
    place_of,
    polygons_only,
    texts,
    without,
)
from camiscreen.layers.region import REGION
from camiscreen.layers.species_names import PARENTS, Match
from camiscreen.model import DataSource, Receptor, Text
from camiscreen.reading.vector_stream import Batch, Dataset
from camiscreen.values import dataclass
from camiscreen.vocabulary import Confidence, ReceptorKind


@dataclass(kw_only=True)
class RangeAdapter(Adapter):
    """Collects polygons by taxon; the receptors are made when all of the file was read.

    Only polygons of the 18 taxa are held, so memory does not grow with the file.
    """

    ranges: dict[str, list[BaseGeometry]] = field(default_factory=lambda: defaultdict(list))
    parents: set[str] = field(default_factory=set)

    def collect(self, match: Match, geometry: BaseGeometry) -> None:
        """Take one polygon of a taxon; that of a parent species is cut to the taxon's states."""
        shape = polygons_only(geometry)
        if match.is_parent:
            self.parents.add(match.species.id)
            shape = shapely.intersection(
                shape, self.setup.states.ground_of(match.species.range_states)
            )
        self.ranges[match.species.id].append(shape)

    def finish(self) -> Iterator[Draft | Problem]:
        """One receptor a patch, the largest first, cut at the region."""
        for species_id in sorted(self.ranges):
            whole = shapely.union_all(self.ranges.pop(species_id))
            patches = geodesy.polygon_parts(shapely.intersection(whole, shapely.box(*REGION)))
            patches.sort(key=lambda patch: (-patch.area, patch.bounds))
            reached = self.setup.states.reached(patches)
            species = self.setup.names.by_id[species_id]
            for number, (patch, states) in enumerate(zip(patches, reached, strict=True), start=1):
                receptor = Receptor(
                    id=f"{species_id}-{number}",
                    name=species.name,
                    species_id=species_id,
                    states=states,
                    attributes={"parent_species": "yes"} if species_id in self.parents else {},
                )
                yield receptor, patch

    def own_limits(self) -> tuple[Text, ...]:
        """Which taxa stand on a parent species."""
        species = [self.setup.names.by_id[id_] for id_ in sorted(self.parents)]
        if not species:
            return ()
        en = ", ".join(item.name.en for item in species)
        ru = ", ".join(item.name.ru for item in species)
        return (
            Text(
                en=f"Cut from the polygons of a parent species to the range states of the taxon: "
                f"{en}. The range may be that of another subspecies.",
                ru=f"Получено обрезкой полигонов родительского вида по государствам ареала "
                f"таксона: {ru}. Ареал может относиться к другому подвиду.",
            ),
        )


class Iucn(RangeAdapter):
    """Polygons of the IUCN Red List, also in its older column names."""

    name = "iucn"
    covers_region = True
    facts = Facts(
        title=Text(en="Species ranges (IUCN Red List)", ru="Ареалы видов (Красный список МСОП)"),
        description=Text(
            en="Range polygons of the IUCN Red List for the taxa of the initiative, dissolved by "
            "taxon, as the user holds them.",
            ru="Полигоны ареалов из Красного списка МСОП для таксонов инициативы, объединённые по "
            "таксонам, имеющиеся у пользователя.",
        ),
        receptor_kind=ReceptorKind.SPECIES_RANGE,
        licence=no_terms(
            "IUCN-RL-terms",
            "IUCN Red List terms and conditions of use: no redistribution; commercial use "
            "through IBAT",
            "https://www.iucnredlist.org/terms/terms-of-use",
        ),
        citation="IUCN ({year}), The IUCN Red List of Threatened Species. Downloaded {date}. "
        "https://www.iucnredlist.org",
        sources=(
            DataSource(
                title="IUCN Red List, spatial data",
                path="https://www.iucnredlist.org/resources/spatial-data-download",
            ),
        ),
        redistributable=False,
        fixed_terms=True,
        positional_accuracy_m=10_000.0,
        confidence=Confidence.MEDIUM,
        limits=(
            Text(
                en="Range polygons generalize: inside them the species may be absent from large "
                "areas. No positional accuracy is stated; the figure here is the tool's own "
                "convention.",
                ru="Полигоны ареалов обобщены: внутри них вид может отсутствовать на больших "
                "площадях. Позиционная точность не указана; приведённое значение — условность "
                "самого инструмента.",
            ),
        ),
    )

    def missing(self, dataset: Dataset) -> list[str]:
        """The name may stand under two headings."""
        gone = missing_columns(
            dataset, ("presence", "origin", "seasonal"), "Red List range polygons"
        )
        if len(without(dataset, ("sci_name", "binomial"))) == 2:
            gone += missing_columns(
                dataset, ("sci_name",), "Red List range polygons; binomial in older files"
            )
        return gone

    def _matches(self, batch: Batch) -> list[Match | None]:
        names, subspecies = texts(batch, "sci_name", "binomial"), texts(batch, "subspecies")
        return [
            self.setup.names.find(name, below)
            for name, below in zip(names, subspecies, strict=True)
        ]

    def select(self, batch: Batch) -> NDArray[np.bool_]:
        """The taxa of the initiative where they count as present."""
        ours = np.array([match is not None for match in self._matches(batch)], dtype=bool)
        self.leave_out("another species or subspecies", ~ours)
        choice = self.setup.mapping.red_list
        mask = ours
        for column, allowed in (
            ("presence", choice.presence),
            ("origin", choice.origin),
            ("seasonal", choice.seasonal),
        ):
            good = np.array([_in(code, allowed) for code in texts(batch, column)], dtype=bool)
            self.leave_out(f"{column} not one of {', '.join(map(str, allowed))}", mask & ~good)
            mask = mask & good
        return mask

    def drafts(self, batch: Batch) -> Iterator[Draft | Problem]:
        """Nothing yet: polygons are dissolved at the end. Only codes out of range are told."""
        for row, match in enumerate(self._matches(batch)):
            if match is None:
                yield Problem(place=place_of(batch, row), what="no taxon of the initiative")
                continue
            self.collect(match, batch.geometry[row])

    def settings(self) -> tuple[str, ...]:
        """The codes that count."""
        choice = self.setup.mapping.red_list
        return (
            f"presence {_listed(choice.presence)}; origin {_listed(choice.origin)}; "
            f"seasonal {_listed(choice.seasonal)}",
            "parent species cut to range states: " + ", ".join(sorted(PARENTS)),
        )


def _in(code: str, allowed: tuple[int, ...]) -> bool:
    return code.isdigit() and int(code) in allowed


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))
