"""Files whose columns only the user knows: generic ones, GIUM migrations, GSLEP landscapes."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from camiscreen.layers.adapters import grounds
from camiscreen.layers.adapters.base import (
    LINE,
    POINT,
    POLYGON,
    Draft,
    Facts,
    Problem,
    as_number,
    bilingual,
    disc_of,
    kept_attributes,
    missing_columns,
    no_terms,
    place_of,
    polygons_only,
    texts,
    without,
)
from camiscreen.layers.adapters.ranges import RangeAdapter
from camiscreen.layers.species_names import Match
from camiscreen.model import DataSource, Receptor, Text
from camiscreen.reading.vector_stream import Batch, Dataset
from camiscreen.vocabulary import Confidence, ReceptorKind

_UNKNOWN_TERMS = no_terms(
    "not-stated", "No licence was stated when the layer was added: not redistributed", ""
)
_GENERIC_TITLE = Text(en="Layer of the user", ru="Слой пользователя")


class Generic(RangeAdapter):
    """Any vector file, by the columns that a mapping file names."""

    name = "generic"
    takes = frozenset({POLYGON, LINE, POINT})
    facts = Facts(
        title=_GENERIC_TITLE,
        description=Text(
            en="A layer that the user brought, read by a mapping file.",
            ru="Слой, предоставленный пользователем и прочитанный по файлу сопоставления.",
        ),
        receptor_kind=ReceptorKind.SITE,
        licence=_UNKNOWN_TERMS,
        citation="",
        sources=(DataSource(title="File of the user", path=""),),
        redistributable=False,
        positional_accuracy_m=1_000.0,
        confidence=Confidence.LOW,
        limits=(),
    )

    def own_facts(self) -> Facts:
        """The facts as the mapping states them."""
        given, base = self.setup.mapping, self.facts
        return replace(
            base,
            title=given.title or base.title,
            description=given.description or base.description,
            receptor_kind=given.receptor_kind or base.receptor_kind,
            limits=(*base.limits, *given.limits),
        )

    def missing(self, dataset: Dataset) -> list[str]:
        """What the mapping must say, and the columns that it names."""
        return [*self._unsaid(), *missing_columns(dataset, self._named(), "named in the mapping")]

    def _unsaid(self) -> list[str]:
        mapping, found = self.setup.mapping, []
        if not self.setup.mapping_given:
            return [f"--as {self.name} needs --mapping FILE, which says what its columns are"]
        if mapping.receptor_kind in {None, ReceptorKind.STATE}:
            kinds = ", ".join(kind for kind in ReceptorKind if kind is not ReceptorKind.STATE)
            found.append(f"the mapping must state receptor_kind: one of {kinds}")
        if mapping.positional_accuracy_m is None or mapping.confidence is None:
            found.append("the mapping must state positional_accuracy_m and confidence")
        is_range = mapping.receptor_kind is ReceptorKind.SPECIES_RANGE
        if is_range and not (mapping.species or mapping.species_column):
            found.append("the mapping must state species or species_column for species ranges")
        if is_range and mapping.sensitive_column:
            found.append(
                "species ranges are dissolved: sensitive_column cannot hold of a part of them; "
                "state sensitive: true of the whole file"
            )
        return found + grounds.unsaid(mapping) + self._unknown_species()

    def _unknown_species(self) -> list[str]:
        """Ids in the mapping that no taxon has."""
        mapping, ids = self.setup.mapping, self.setup.names.by_id
        named = [mapping.species, *(mapping.species_names or {}).values()]
        return [
            f"the mapping names the species {id_!r}, which is none of {', '.join(ids)}"
            for id_ in dict.fromkeys(named)
            if id_ and id_ not in ids
        ]

    def _named(self) -> list[str]:
        mapping = self.setup.mapping
        single = (
            mapping.id_column,
            mapping.name_column,
            mapping.name_ru_column,
            mapping.species_column,
            mapping.class_column,
            mapping.area_km2_column,
            mapping.ground_use_column,
            mapping.months_column,
            mapping.sensitive_column,
        )
        several = (*mapping.attribute_columns, *(item.column for item in mapping.filters))
        return list(dict.fromkeys([name for name in (*single, *several) if name]))

    def _matches(self, batch: Batch) -> list[Match | None]:
        mapping = self.setup.mapping
        if mapping.species:
            match = self.setup.names.find(mapping.species)
            return [match] * len(batch)
        if mapping.species_column:
            return [self.setup.names.find(n) for n in texts(batch, mapping.species_column)]
        return [None] * len(batch)

    def select(self, batch: Batch) -> NDArray[np.bool_]:
        """By the filters of the mapping; a species column keeps the taxa of the initiative."""
        mask = np.ones(len(batch), dtype=bool)
        for item in self.setup.mapping.filters:
            cells = texts(batch, item.column)
            good = np.array(
                [(not item.keep or c in item.keep) and c not in item.drop for c in cells],
                dtype=bool,
            )
            self.leave_out(f"filter on {item.column}", mask & ~good)
            mask &= good
        if self.setup.mapping.species_column:
            ours = np.array([match is not None for match in self._matches(batch)], dtype=bool)
            self.leave_out("another species", mask & ~ours)
            mask &= ours
        return mask

    def drafts(self, batch: Batch) -> Iterator[Draft | Problem]:
        """One receptor a feature; polygons of ranges are dissolved by taxon at the end."""
        mapping = self.setup.mapping
        is_range = self.own_facts().receptor_kind is ReceptorKind.SPECIES_RANGE
        ids = texts(batch, mapping.id_column or "")
        names = texts(batch, mapping.name_column or "")
        russian = texts(batch, mapping.name_ru_column or "")
        classes = texts(batch, mapping.class_column or "")
        areas = texts(batch, mapping.area_km2_column or "")
        uses = texts(batch, mapping.ground_use_column or "")
        months = texts(batch, mapping.months_column or "")
        reached = self.setup.states.reached(list(batch.geometry))
        for row, match in enumerate(self._matches(batch)):
            geometry = batch.geometry[row]
            if is_range:
                if match is not None:
                    self.collect(match, geometry)
                continue
            number = f"feature-{batch.numbers[row]}"
            if mapping.id_column and not ids[row]:
                yield Problem(
                    place=place_of(batch, row), what=f"no {mapping.id_column}", fatal=False
                )
            if geometry.geom_type in {"Point", "MultiPoint"}:
                geometry = disc_of(geometry, as_number(areas[row]))
            elif geometry.geom_type in {"Polygon", "MultiPolygon", "GeometryCollection"}:
                geometry = polygons_only(geometry)
            use = classes[row] or mapping.use_class or ""
            try:
                gathering = self._gathering(uses[row], months[row])
            except ValueError as error:
                yield Problem(place=place_of(batch, row), what=str(error))
                continue
            receptor = Receptor(
                id=self.unique(ids[row], number),
                name=bilingual(names[row], russian[row] or names[row], ids[row] or number),
                species_id=match.species.id if match else None,
                states=reached[row],
                attributes={
                    **({"use_class": use} if use else {}),
                    **gathering,
                    **kept_attributes(batch, row, self._kept()),
                },
            )
            yield receptor, geometry

    def _gathering(self, use: str, months: str) -> dict[str, object]:
        """What an aggregation ground is for, and when where the file says so."""
        mapping = self.setup.mapping
        if self.own_facts().receptor_kind is not ReceptorKind.AGGREGATION_GROUND:
            return {}
        found = grounds.months_of(months, mapping.months_column or "")
        return {
            "ground_use": str(grounds.use_of(use, mapping)),
            **({"months": list(found)} if found else {}),
        }

    def _kept(self) -> dict[str, str]:
        """Attributes that receptors keep, and the columns that they are read from."""
        mapping = self.setup.mapping
        kept = {name: name for name in mapping.attribute_columns}
        return {**kept, "sensitive": mapping.sensitive_column} if mapping.sensitive_column else kept

    def settings(self) -> tuple[str, ...]:
        """The columns that were read."""
        return tuple(f"column {name}" for name in self._named())


class Gium(Generic):
    """Migration corridors of the Global Initiative on Ungulate Migration.

    Their columns were not seen by this tool. Published maps tell high, medium and low use apart:
    a column holds the class, or each file one class. Either must be said in the mapping.
    """

    name = "gium"
    takes = frozenset({POLYGON, LINE})
    facts = Facts(
        title=Text(en="Ungulate migrations (GIUM)", ru="Миграции копытных (GIUM)"),
        description=Text(
            en="Migration corridors and routes of the Global Initiative on Ungulate Migration, as "
            "the user holds them.",
            ru="Миграционные коридоры и маршруты Global Initiative on Ungulate Migration, "
            "имеющиеся у пользователя.",
        ),
        receptor_kind=ReceptorKind.CORRIDOR,
        licence=_UNKNOWN_TERMS,
        citation="Global Initiative on Ungulate Migration, data of {date}",
        sources=(DataSource(title="Atlas of Ungulate Migration", path="https://www.cms.int/gium"),),
        redistributable=False,
        positional_accuracy_m=1_000.0,
        confidence=Confidence.MEDIUM,
        limits=(
            Text(
                en="The columns of this source were not verified by the tool; the classes are as "
                "the user's mapping has them.",
                ru="Столбцы этого источника инструментом не проверены; классы взяты из файла "
                "сопоставления пользователя.",
            ),
        ),
    )

    def _unsaid(self) -> list[str]:
        mapping = self.setup.mapping
        found = []
        if not (mapping.class_column or mapping.use_class):
            found.append(
                "the mapping (--mapping FILE) must state class_column, the column of the use "
                "class, or use_class where each file holds one class"
            )
        if not (mapping.species or mapping.species_column):
            found.append("the mapping (--mapping FILE) must state species or species_column")
        return found + self._unknown_species()


class Gslep(Generic):
    """Landscapes of the Global Snow Leopard and Ecosystem Protection Program."""

    name = "gslep"
    takes = frozenset({POLYGON})
    facts = Facts(
        title=Text(en="Snow leopard landscapes (GSLEP)", ru="Ландшафты снежного барса (GSLEP)"),
        description=Text(
            en="Landscapes of the Global Snow Leopard and Ecosystem Protection Program, as the "
            "user holds them.",
            ru="Ландшафты Глобальной программы сохранения снежного барса и его экосистем, "
            "имеющиеся у пользователя.",
        ),
        receptor_kind=ReceptorKind.LANDSCAPE,
        licence=_UNKNOWN_TERMS,
        citation="Global Snow Leopard and Ecosystem Protection Program, data of {date}",
        sources=(DataSource(title="GSLEP", path="https://globalsnowleopard.org/"),),
        redistributable=False,
        positional_accuracy_m=5_000.0,
        confidence=Confidence.MEDIUM,
        limits=(
            Text(
                en="The columns of this source were not verified by the tool. A landscape is a "
                "planning area, not where the animals are.",
                ru="Столбцы этого источника инструментом не проверены. Ландшафт — единица "
                "планирования, а не место обитания животных.",
            ),
        ),
    )
    _NAMES = ("name", "landscape", "landscape_name", "land_name", "name_en")

    def _unsaid(self) -> list[str]:
        return self._unknown_species()

    def missing(self, dataset: Dataset) -> list[str]:
        """A name, in the column of the mapping or one of the usual ones."""
        found = super().missing(dataset)
        if not self.setup.mapping.name_column and len(without(dataset, self._NAMES)) == len(
            self._NAMES
        ):
            found += missing_columns(
                dataset, ("name",), "or say name_column in a mapping (--mapping FILE)"
            )
        return found

    def _matches(self, batch: Batch) -> list[Match | None]:
        mapping = self.setup.mapping
        if mapping.species or mapping.species_column:
            return super()._matches(batch)
        return [self.setup.names.find("snow_leopard")] * len(batch)

    def drafts(self, batch: Batch) -> Iterator[Draft | Problem]:
        """As of a generic layer, with the name found by itself."""
        if self.setup.mapping.name_column is None:
            usual = [name for name in self._NAMES if name in batch.columns]
            self.setup = replace(
                self.setup, mapping=replace(self.setup.mapping, name_column=usual[0])
            )
        yield from super().drafts(batch)
