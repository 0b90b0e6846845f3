"""Existing barriers: roads, railways, fences and pipelines as lines."""

import re
from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from camiscreen.geometry import geodesy
from camiscreen.layers.adapters.base import (
    LINE,
    Adapter,
    Draft,
    Facts,
    Problem,
    bilingual,
    missing_columns,
    texts,
)
from camiscreen.model import DataSource, Licence, Receptor, Text
from camiscreen.reading.vector_stream import Batch, Dataset
from camiscreen.vocabulary import Confidence, ReceptorKind

_NOT_FENCED = Text(
    en="That a road, railway or pipeline is drawn does not say whether animals can cross it.",
    ru="То, что дорога, железная дорога или трубопровод показаны, не говорит о том, могут ли "
    "животные их пересечь.",
)


class Lines(Adapter):
    """What the three kinds of lines share: one receptor a line of the file."""

    takes = frozenset({LINE})
    id_columns: ClassVar[tuple[str, ...]] = ()
    name_columns: ClassVar[tuple[str, ...]] = ("name",)

    def classes(self, batch: Batch) -> list[str]:
        """The class of each line as ``kind=value``; "" for one that is no barrier here."""
        raise NotImplementedError

    def refs(self, batch: Batch) -> list[str]:
        """The number of the road or line that each way is part of; "" where none is stated."""
        return texts(batch, "ref")

    def select(self, batch: Batch) -> NDArray[np.bool_]:
        """Lines of the classes chosen."""
        mask = np.array([bool(word) for word in self.classes(batch)], dtype=bool)
        self.leave_out("a class that is not chosen", ~mask)
        return mask

    def drafts(self, batch: Batch) -> Iterator[Draft | Problem]:
        """One receptor a line; ``line`` says of which road or railway it is a part."""
        ids, names = texts(batch, *self.id_columns), texts(batch, *self.name_columns)
        choice, refs = self.setup.mapping.lines, self.refs(batch)
        for row, word in enumerate(self.classes(batch)):
            geometry = batch.geometry[row]
            kind, _, value = word.partition("=")
            short = kind == "barrier" and geodesy.line_length_m(geometry) < choice.least_fence_m
            if short:
                self.left_out[f"a fence shorter than {choice.least_fence_m:g} m"] += 1
                continue
            receptor = Receptor(
                id=self.unique(ids[row], f"line-{batch.numbers[row]}"),
                name=bilingual("", names[row], f"{kind} {value}".replace("_", " ")),
                attributes={"kind": kind, "class": value, "line": refs[row] or names[row]},
            )
            yield receptor, geometry


class Osm(Lines):
    """OpenStreetMap: raw .osm and .osm.pbf, or the shapefiles of Geofabrik."""

    name = "osm"
    id_columns = ("osm_id",)
    facts = Facts(
        title=Text(
            en="Existing roads, railways and fences (OpenStreetMap)",
            ru="Существующие дороги, железные дороги и ограждения (OpenStreetMap)",
        ),
        description=Text(
            en="Roads, railways, fences and walls of OpenStreetMap, as the user downloaded them.",
            ru="Дороги, железные дороги, ограждения и стены по данным OpenStreetMap, загруженным "
            "пользователем.",
        ),
        receptor_kind=ReceptorKind.BARRIER,
        licence=Licence(
            name="ODbL-1.0",
            title="Open Database License 1.0, © OpenStreetMap contributors",
            path="https://opendatacommons.org/licenses/odbl/1-0/",
        ),
        citation="OpenStreetMap contributors ({year}), data of {date}. "
        "https://www.openstreetmap.org/copyright",
        sources=(DataSource(title="OpenStreetMap", path="https://www.openstreetmap.org/"),),
        redistributable=True,
        positional_accuracy_m=50.0,
        confidence=Confidence.MEDIUM,
        limits=(
            _NOT_FENCED,
            Text(
                en="Fences are mapped by chance: one that is missing here may stand on the ground. "
                "The accuracy is the tool's own convention.",
                ru="Ограждения нанесены случайным образом: отсутствующее здесь может быть на "
                "местности. Точность — условность самого инструмента.",
            ),
        ),
    )

    def wants(self, dataset: Dataset) -> bool:
        """The lines of raw data; of Geofabrik's many files those of roads and railways."""
        if dataset.is_osm:
            return dataset.layer == "lines"
        names = f"{dataset.name} {dataset.layer}".lower()
        other = re.search(r"gis_osm_(?!roads|railways)", names) or dataset.layer in {
            "points", "multipolygons", "other_relations", "multilinestrings",
        }  # fmt: skip
        return not other

    def where(self, dataset: Dataset) -> str | None:
        """Only ways that can be barriers; most of a country are buildings and footpaths."""
        if not dataset.is_osm:
            return None
        choice = self.setup.mapping.lines
        parts = [
            f"{key} IN ({', '.join(repr(value) for value in values)})"
            if key in dataset.fields
            else f"other_tags LIKE '%\"{key}\"=>%'"
            for key, values in (
                ("highway", choice.highway),
                ("railway", choice.railway),
                ("barrier", choice.barrier),
            )
            if values
        ]
        return " OR ".join(parts)

    def refs(self, batch: Batch) -> list[str]:
        """The column of Geofabrik, or the tag."""
        others = texts(batch, "other_tags")
        return [
            ref or _tag(tags, "ref") for ref, tags in zip(super().refs(batch), others, strict=True)
        ]

    def missing(self, dataset: Dataset) -> list[str]:
        """Geofabrik's ``fclass``, or the tags themselves."""
        there = {field.lower() for field in dataset.fields}
        if there & {"fclass", "highway", "railway", "barrier", "other_tags"}:
            return []
        return missing_columns(
            dataset, ("osm_id", "fclass"), "Geofabrik; or highway, railway, barrier of raw data"
        )

    def classes(self, batch: Batch) -> list[str]:
        """By ``fclass`` of roads and railways, or by tags."""
        choice = self.setup.mapping.lines
        chosen = {
            "railway": set(choice.railway),
            "highway": set(choice.highway),
            "barrier": set(choice.barrier),
        }
        others = texts(batch, "other_tags")
        columns = {key: texts(batch, key) for key in chosen}
        fclass = texts(batch, "fclass")
        found = []
        for row in range(len(batch)):
            word = ""
            for key, values in chosen.items():
                value = columns[key][row] or _tag(others[row], key) or fclass[row]
                if value in values:
                    word = f"{key}={value}"
                    break
            found.append(word)
        return found


def _tag(other_tags: str, key: str) -> str:
    """The value of a tag in GDAL's ``"key"=>"value"`` list."""
    match = re.search(rf'"{re.escape(key)}"=>"((?:[^"\\]|\\.)*)"', other_tags)
    return match[1] if match else ""


class Grip(Lines):
    """Roads of the Global Roads Inventory Project (GRIP4)."""

    name = "grip"
    id_columns = ("GP_RID", "OBJECTID")
    name_columns = ()
    facts = Facts(
        title=Text(en="Existing roads (GRIP4)", ru="Существующие дороги (GRIP4)"),
        description=Text(
            en="Roads of the Global Roads Inventory Project, version 4, as the user downloaded "
            "them.",
            ru="Дороги Global Roads Inventory Project, версия 4, загруженные пользователем.",
        ),
        receptor_kind=ReceptorKind.BARRIER,
        licence=Licence(
            name="CC0-1.0",
            title="Creative Commons CC0 1.0 Universal",
            path="https://creativecommons.org/publicdomain/zero/1.0/",
        ),
        citation="Meijer J.R., Huijbregts M.A.J., Schotten K.C.G.J., Schipper A.M. 2018. Global "
        "patterns of current and future road infrastructure. Environmental Research Letters 13: "
        "064006. doi:10.1088/1748-9326/aabd42",
        sources=(DataSource(title="GRIP global roads database", path="https://www.globio.info/"),),
        redistributable=True,
        positional_accuracy_m=500.0,
        confidence=Confidence.MEDIUM,
        limits=(
            _NOT_FENCED,
            Text(
                en="GRIP4 joins sources of very different age and scale; the accuracy is the "
                "tool's own convention.",
                ru="GRIP4 объединяет источники разного возраста и масштаба; точность — условность "
                "самого инструмента.",
            ),
        ),
    )

    def missing(self, dataset: Dataset) -> list[str]:
        """The road type."""
        return missing_columns(dataset, ("GP_RTP",), "GRIP4; the type of road, 1 to 5")

    def classes(self, batch: Batch) -> list[str]:
        """1 highways, 2 primary, 3 secondary, 4 tertiary, 5 local."""
        words = {"1": "highway", "2": "primary", "3": "secondary", "4": "tertiary", "5": "local"}
        chosen = {str(number) for number in self.setup.mapping.lines.grip_types}
        return [
            f"highway={words.get(code, code)}" if code in chosen else ""
            for code in texts(batch, "GP_RTP")
        ]


class Gem(Lines):
    """Pipelines of Global Energy Monitor, routes with the columns of its tables."""

    name = "gem"
    id_columns = ("ProjectID", "project_id", "project")
    name_columns = ("PipelineName", "project", "ProjectID")
    facts = Facts(
        title=Text(
            en="Pipelines (Global Energy Monitor)", ru="Трубопроводы (Global Energy Monitor)"
        ),
        description=Text(
            en="Oil and gas pipelines of Global Energy Monitor, as the user downloaded them.",
            ru="Нефте- и газопроводы по данным Global Energy Monitor, загруженным пользователем.",
        ),
        receptor_kind=ReceptorKind.BARRIER,
        licence=Licence(
            name="CC-BY-4.0",
            title="Creative Commons Attribution 4.0 International",
            path="https://creativecommons.org/licenses/by/4.0/",
        ),
        citation="Global Energy Monitor ({year}), Global Gas Infrastructure Tracker and Global "
        "Oil Infrastructure Tracker, data of {date}. https://globalenergymonitor.org",
        sources=(
            DataSource(title="Global Energy Monitor", path="https://globalenergymonitor.org/"),
        ),
        redistributable=True,
        positional_accuracy_m=5_000.0,
        confidence=Confidence.LOW,
        limits=(
            _NOT_FENCED,
            Text(
                en="Many routes are drawn by hand from descriptions; the accuracy is the tool's "
                "own convention.",
                ru="Многие трассы проведены от руки по описаниям; точность — условность самого "
                "инструмента.",
            ),
        ),
    )

    def missing(self, dataset: Dataset) -> list[str]:
        """Route files carry the id alone; the status stands in the table, joined or not."""
        there = {field.lower() for field in dataset.fields}
        if there & {"projectid", "project_id", "project"}:
            return []
        return missing_columns(dataset, ("ProjectID",), "Global Energy Monitor")

    def classes(self, batch: Batch) -> list[str]:
        """By status where the file has one; a route without status counts."""
        chosen = set(self.setup.mapping.lines.pipeline_status)
        return [
            f"pipeline={status or 'status unknown'}" if not status or status in chosen else ""
            for status in map(str.lower, texts(batch, "Status"))
        ]
