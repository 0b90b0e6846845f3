"""Protected areas (WDPA) and Key Biodiversity Areas: sites with a name and a designation."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from camiscreen.layers.adapters.base import (
    POINT,
    POLYGON,
    Adapter,
    Draft,
    Facts,
    Problem,
    as_number,
    bilingual,
    codes,
    disc_of,
    kept_attributes,
    missing_columns,
    no_terms,
    place_of,
    polygons_only,
    texts,
    without,
)
from camiscreen.model import DataSource, Receptor, Text
from camiscreen.reading.vector_stream import Batch, Dataset
from camiscreen.vocabulary import Confidence, ReceptorKind

NO_ACCURACY = Text(
    en="The provider states no positional accuracy of a boundary; the figure here is the tool's "
    "own convention.",
    ru="Поставщик не указывает позиционную точность границ; приведённое значение — условность "
    "самого инструмента.",
)
DISCS = Text(
    en="A site given as a point with an area is a disc of that area around the point, as is usual "
    "for the WDPA; its outline is not the real one. A point without an area stays a point.",
    ru="Участок, заданный точкой с площадью, представлен кругом этой площади вокруг точки, как "
    "принято для WDPA; его контур не соответствует действительному. Точка без площади остаётся "
    "точкой.",
)

_OLD = ("WDPAID", "WDPA_PID", "NAME", "ORIG_NAME", "DESIG_ENG", "STATUS", "ISO3", "MARINE")
_NEW = ("SITE_ID", "SITE_PID", "NAME_ENG", "NAME", "DESIG_ENG", "STATUS", "ISO3", "REALM")


class Wdpa(Adapter):
    """The World Database on Protected Areas, in the schema to 2025 and in that of 2025 on.

    ``NAME`` changed its meaning between them: the English name in the old schema, the original
    one in the new, where ``NAME_ENG`` is English.
    """

    name = "wdpa"
    takes = frozenset({POLYGON, POINT})
    facts = Facts(
        title=Text(en="Protected areas (WDPA)", ru="Охраняемые территории (WDPA)"),
        description=Text(
            en="Protected areas and other effective area-based conservation measures of the World "
            "Database on Protected Areas, as the user holds them.",
            ru="Охраняемые территории и другие эффективные природоохранные меры на порайонной "
            "основе из Всемирной базы данных по охраняемым районам (WDPA), имеющиеся у "
            "пользователя.",
        ),
        receptor_kind=ReceptorKind.SITE,
        licence=no_terms(
            "WDPA-terms",
            "Protected Planet terms of use: no redistribution; commercial use through IBAT",
            "https://www.protectedplanet.net/en/legal",
        ),
        citation="UNEP-WCMC and IUCN ({year}), Protected Planet: The World Database on Protected "
        "Areas (WDPA) [On-line], downloaded {date}, Cambridge, UK: UNEP-WCMC and IUCN. "
        "www.protectedplanet.net",
        sources=(DataSource(title="Protected Planet", path="https://www.protectedplanet.net/"),),
        redistributable=False,
        fixed_terms=True,
        positional_accuracy_m=1_000.0,
        confidence=Confidence.MEDIUM,
        limits=(
            NO_ACCURACY,
            DISCS,
            Text(
                en="Wholly marine sites are left out. Proposed sites and those of unreported "
                "status are kept; their status stands with them.",
                ru="Полностью морские участки исключены. Предлагаемые участки и участки с "
                "неуказанным статусом сохранены вместе со статусом.",
            ),
        ),
    )

    def missing(self, dataset: Dataset) -> list[str]:
        """Both schemas are good; the message speaks of the one that is nearer."""
        old, new = without(dataset, _OLD), without(dataset, _NEW)
        if not old or not new:
            return []
        if len(new) <= len(old):
            return missing_columns(dataset, _NEW, "WDPA schema of 2025 on")
        return missing_columns(dataset, _OLD, "WDPA schema to 2025")

    def select(self, batch: Batch) -> NDArray[np.bool_]:
        """All but sites that lie wholly in the sea."""
        marine = np.array(
            [word in {"2", "marine"} for word in map(str.lower, texts(batch, "REALM", "MARINE"))],
            dtype=bool,
        )
        self.leave_out("wholly marine", marine)
        return ~marine

    def drafts(self, batch: Batch) -> Iterator[Draft | Problem]:
        """One receptor a site part."""
        is_new = "site_pid" in batch.columns
        ids = texts(batch, "SITE_PID", "WDPA_PID")
        english = texts(batch, "NAME_ENG" if is_new else "NAME")
        original = texts(batch, "NAME" if is_new else "ORIG_NAME")
        countries = texts(batch, "ISO3")
        areas = texts(batch, "REP_AREA")
        types = texts(batch, "SITE_TYPE") if is_new else _old_types(texts(batch, "PA_DEF"))
        for row, geometry in enumerate(batch.geometry):
            place = place_of(batch, row)
            if not ids[row]:
                yield Problem(place=place, what="no site id (SITE_PID or WDPA_PID)", fatal=False)
            is_point = geometry.geom_type in {"Point", "MultiPoint"}
            if is_point and areas[row] and as_number(areas[row]) is None:
                yield Problem(
                    place=place, what=f"REP_AREA {areas[row]!r} is not a number", fatal=False
                )
            shape = (
                disc_of(geometry, as_number(areas[row])) if is_point else polygons_only(geometry)
            )
            receptor = Receptor(
                id=self.unique(ids[row], f"no-id-{batch.numbers[row]}"),
                name=bilingual(english[row], original[row], ids[row] or "?"),
                states=codes(countries[row]),
                attributes={
                    **kept_attributes(
                        batch,
                        row,
                        {
                            "designation": "DESIG_ENG",
                            "iucn_category": "IUCN_CAT",
                            "status": "STATUS",
                            "status_year": "STATUS_YR",
                        },
                    ),
                    "site_type": types[row] or "PA",
                    **({"from_point": "yes"} if is_point else {}),
                },
            )
            yield receptor, shape


def _old_types(pa_def: list[str]) -> list[str]:
    return ["OECM" if word == "0" else "PA" for word in pa_def]


class Kba(Adapter):
    """Key Biodiversity Areas, polygons (POL) and points (PNT)."""

    name = "kba"
    takes = frozenset({POLYGON, POINT})
    facts = Facts(
        title=Text(en="Key Biodiversity Areas", ru="Ключевые районы биоразнообразия (KBA)"),
        description=Text(
            en="Sites of the World Database of Key Biodiversity Areas, as the user holds them.",
            ru="Участки Всемирной базы данных ключевых районов биоразнообразия, имеющиеся у "
            "пользователя.",
        ),
        receptor_kind=ReceptorKind.SITE,
        licence=no_terms(
            "KBA-terms",
            "World Database of Key Biodiversity Areas, terms of service: no redistribution; "
            "commercial use through IBAT",
            "https://www.keybiodiversityareas.org/termsofservice",
        ),
        citation="BirdLife International ({year}), World Database of Key Biodiversity Areas. "
        "Developed by the KBA Partnership. Downloaded {date}. www.keybiodiversityareas.org",
        sources=(
            DataSource(
                title="World Database of Key Biodiversity Areas",
                path="https://www.keybiodiversityareas.org/",
            ),
        ),
        redistributable=False,
        fixed_terms=True,
        positional_accuracy_m=1_000.0,
        confidence=Confidence.MEDIUM,
        limits=(
            NO_ACCURACY,
            DISCS,
            Text(
                en="A Key Biodiversity Area is named for what lives there, often birds: that a "
                "project meets one says nothing of mammals by itself.",
                ru="Ключевой район биоразнообразия выделяют по обитающим там видам, часто птицам: "
                "само по себе пересечение с ним о млекопитающих не говорит.",
            ),
        ),
    )

    def missing(self, dataset: Dataset) -> list[str]:
        """Columns that every release has."""
        return missing_columns(
            dataset, ("SitRecID", "IntName", "NatName", "ISO3"), "KBA schema, KBAsGlobal_*_POL/PNT"
        )

    def drafts(self, batch: Batch) -> Iterator[Draft | Problem]:
        """One receptor a site."""
        ids, countries = texts(batch, "SitRecID"), texts(batch, "ISO3")
        english, national = texts(batch, "IntName"), texts(batch, "NatName")
        areas = texts(batch, "RepAreaKM2", "SitAreaKM2", "SitArea")
        for row, geometry in enumerate(batch.geometry):
            if not ids[row]:
                yield Problem(place=place_of(batch, row), what="no SitRecID", fatal=False)
            is_point = geometry.geom_type in {"Point", "MultiPoint"}
            shape = (
                disc_of(geometry, as_number(areas[row])) if is_point else polygons_only(geometry)
            )
            receptor = Receptor(
                id=self.unique(ids[row], f"no-id-{batch.numbers[row]}"),
                name=bilingual(english[row], national[row], ids[row] or "?"),
                states=codes(countries[row]),
                attributes={
                    "designation": "Key Biodiversity Area",
                    **kept_attributes(batch, row, {"status": "KbaStatus", "class": "KbaClass"}),
                    **({"from_point": "yes"} if is_point else {}),
                },
            )
            yield receptor, shape
