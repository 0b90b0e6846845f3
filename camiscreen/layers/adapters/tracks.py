"""Movebank tables: fixes of collared animals, of which only isopleths are kept.

The tracks themselves are sensitive: they stand in memory while the layer is made and nowhere else.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import numpy as np

from camiscreen.layers import telemetry
from camiscreen.layers.adapters.base import (
    Adapter,
    Draft,
    Event,
    Facts,
    Problem,
    Reached,
    as_number,
    no_terms,
)
from camiscreen.layers.mapping import SeasonMonths
from camiscreen.layers.telemetry import GridTooLargeError, Track
from camiscreen.model import DataSource, Receptor, Text
from camiscreen.reading.vector_stream import Dataset
from camiscreen.values import dataclass
from camiscreen.vocabulary import Confidence, ReceptorKind

_TIME, _LON, _LAT = "timestamp", "location-long", "location-lat"
_ANIMAL, _TAXON, _SENSOR = "individual-local-identifier", "individual-taxon-canonical-name", (
    "sensor-type"
)  # fmt: skip
_OUTLIERS = (
    "algorithm-marked-outlier",
    "manually-marked-outlier",
    "import-marked-outlier",
)
_STEP = 20_000
"""Rows between two reports of progress."""

Row: TypeAlias = dict[str, str]
_Animal: TypeAlias = tuple[str, str]
"""Id of its species, and its own."""


@dataclass(frozen=True, slots=True)
class _Fix:
    time_s: float
    month: int
    lon: float
    lat: float


@dataclass(kw_only=True)
class Movebank(Adapter):
    """Utilisation corridors by season from Movebank's CSV files."""

    name = "movebank"
    is_table = True
    takes = frozenset()
    facts = Facts(
        title=Text(
            en="Utilisation corridors from telemetry", ru="Коридоры перемещений по телеметрии"
        ),
        description=Text(
            en="Isopleths of utilisation by season, derived from tracks that the user holds. The "
            "tracks themselves are not kept.",
            ru="Изоплеты использования территории по сезонам, рассчитанные по трекам, имеющимся у "
            "пользователя. Сами треки не хранятся.",
        ),
        receptor_kind=ReceptorKind.CORRIDOR,
        licence=no_terms(
            "owner-terms",
            "Terms of the owner of the tracks (see the study on Movebank): not redistributed",
            "https://www.movebank.org/cms/movebank-content/general-movebank-terms-of-use",
        ),
        citation="Tracks of {files}; owner and study to be cited as Movebank asks. Utilisation by "
        "Brownian bridges: Horne J.S., Garton E.O., Krone S.M., Lewis J.S. 2007. Analyzing animal "
        "movements using Brownian bridges. Ecology 88: 2354-2363. doi:10.1890/06-0957.1",
        sources=(
            DataSource(title="Movebank", path="https://www.movebank.org/"),
            DataSource(title="Horne et al. 2007", path="https://doi.org/10.1890/06-0957.1"),
        ),
        redistributable=False,
        fixed_terms=True,
        sensitive=True,
        positional_accuracy_m=1_000.0,
        confidence=Confidence.MEDIUM,
        limits=(
            Text(
                en="The corridors are those of the collared animals: where none was collared, "
                "others may move. Every animal counts the same; all years are taken together.",
                ru="Коридоры отражают перемещения только помеченных животных: там, где никто не "
                "помечен, могут перемещаться другие. Все животные учтены с равным весом, все годы "
                "объединены.",
            ),
        ),
    )
    fixes: dict[_Animal, list[_Fix]] = field(default_factory=lambda: defaultdict(list))
    tracks: dict[_Animal, Track] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)

    def missing(self, dataset: Dataset) -> list[str]:
        """Not asked of tables."""
        raise NotImplementedError

    # ------------------------------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------------------------------

    def read_tables(self, paths: Sequence[Path]) -> Iterator[Event]:
        """The fixes of all files, and every problem; then whether there are enough animals."""
        read, wrong = 0, False
        for path in paths:
            for event in self._read(path, read):
                if isinstance(event, Reached):
                    read = event.read
                wrong = wrong or (isinstance(event, Problem) and event.fatal)
                yield event
        if not wrong:
            self._clean()
            yield from self._too_few()

    def _clean(self) -> None:
        """Fixes of each animal in the order of time, outliers left out."""
        limit = self.setup.mapping.tracks.greatest_speed_m_s
        for animal, fixes in sorted(self.fixes.items()):
            fixes.sort(key=lambda fix: fix.time_s)
            whole = Track(
                time_s=np.array([fix.time_s for fix in fixes]),
                month=np.array([fix.month for fix in fixes]),
                lonlat=np.array([(fix.lon, fix.lat) for fix in fixes]),
            )
            self.tracks[animal] = telemetry.without_outliers(whole, limit)
            gone = len(whole) - len(self.tracks[animal])
            if gone:
                self.left_out[f"repeated, or faster than {limit:g} m/s"] += gone
        self.fixes.clear()

    def _read(self, path: Path, already: int) -> Iterator[Event]:
        if path.suffix.lower() not in {".csv", ".txt"}:
            yield Problem(
                place=str(path), what="not a CSV file; unpack an archive and give the .csv in it"
            )
            return
        try:
            text = _decoded(path)
        except OSError as error:
            yield Problem(place=str(path), what=f"cannot be read ({error.strerror})")
            return
        head = text[: text.find("\n")] if "\n" in text else text
        delimiter = max(",;\t", key=head.count)
        table = csv.reader(text.splitlines(), delimiter=delimiter)
        columns = [name.strip().strip('"').lower().replace("_", "-") for name in next(table, [])]
        need = [_TIME, _LON, _LAT, _ANIMAL]
        if not self.setup.mapping.species:
            need.append(_TAXON)
        gone = [name for name in need if name not in columns]
        if gone:
            yield Problem(
                place=str(path),
                what=f"columns {', '.join(gone)} missing (Movebank CSV); it has "
                f"{', '.join(columns[:12]) or 'none'}"
                + ("; or state species in a mapping" if _TAXON in gone else ""),
            )
            return
        number = 0
        for number, cells in enumerate(table, start=2):
            if not cells:
                continue
            problem = self._take(dict(zip(columns, cells, strict=False)))
            if problem is not None:
                yield Problem(place=f"{path}: row {number}", what=problem, fatal=False)
            if number % _STEP == 0:
                yield Reached(read=already + number - 1, total=0)
        yield Reached(read=already + max(0, number - 1), total=0)

    def _take(self, row: Row) -> str | None:
        """Keep the fix of a row if it counts; what is wrong with a row that cannot be read."""
        choice = self.setup.mapping.tracks
        sensor = row.get(_SENSOR, "").strip().lower()
        if row.get("visible", "").strip().lower() == "false":
            self.left_out["marked as not visible"] += 1
        elif any(row.get(name, "").strip().lower() == "true" for name in _OUTLIERS):
            self.left_out["marked as an outlier"] += 1
        elif sensor and sensor not in choice.sensors:
            self.left_out[f"sensor not {' or '.join(choice.sensors)}"] += 1
        elif not row.get(_LON, "").strip() or not row.get(_LAT, "").strip():
            self.left_out["no coordinates"] += 1
        else:
            return self._fix(row)
        return None

    def _fix(self, row: Row) -> str | None:
        lon, lat = as_number(row[_LON]), as_number(row[_LAT])
        if lon is None or lat is None or abs(lon) > 180 or abs(lat) > 90:
            self.left_out["unreadable"] += 1
            return "its coordinates are no longitude and latitude; left out"
        try:
            when = datetime.fromisoformat(row[_TIME].strip())
        except ValueError:
            self.left_out["unreadable"] += 1
            return f"its timestamp {row[_TIME].strip()!r} is not YYYY-MM-DD HH:MM:SS; left out"
        match = self.setup.names.find(self.setup.mapping.species or row[_TAXON])
        if match is None or match.is_parent:
            self.left_out["another species"] += 1
            return None
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        fix = _Fix(time_s=when.timestamp(), month=when.month, lon=lon, lat=lat)
        self.fixes[match.species.id, row[_ANIMAL].strip()].append(fix)
        return None

    # ------------------------------------------------------------------------------------------
    # Corridors
    # ------------------------------------------------------------------------------------------

    def _too_few(self) -> Iterator[Problem]:
        """A problem where no species has enough animals in any season."""
        choice = self.setup.mapping.tracks
        enough = [
            (species_id, season)
            for species_id in self._species()
            for season in choice.seasons
            if len(self._tracks(species_id, season)) >= choice.least_individuals
        ]
        if not enough:
            found = ", ".join(
                f"{id_} {sum(key[0] == id_ for key in self.tracks)}" for id_ in self._species()
            )
            yield Problem(
                place="",
                what=f"no corridor can be derived: a season needs {choice.least_individuals} "
                f"animals with {choice.least_fixes} fixes each (animals found: {found or 'none'}); "
                "bring more tracks, or state other numbers under tracks in a mapping",
            )

    def _species(self) -> list[str]:
        return sorted({species_id for species_id, _ in self.tracks})

    def _tracks(self, species_id: str, season: SeasonMonths) -> list[Track]:
        """The animals of a species that have enough fixes in a season."""
        parts = [
            track.take(np.isin(track.month, season.months))
            for (id_, _), track in self.tracks.items()
            if id_ == species_id
        ]
        return [part for part in parts if len(part) >= self.setup.mapping.tracks.least_fixes]

    def finish(self) -> Iterator[Draft | Problem]:
        """One receptor a species, season and isopleth."""
        choice = self.setup.mapping.tracks
        for species_id in self._species():
            for season in choice.seasons:
                tracks = self._tracks(species_id, season)
                if len(tracks) >= choice.least_individuals:
                    yield from self._corridors(species_id, season, tracks)
                else:
                    self._say_too_few(species_id, season, len(tracks))

    def _say_too_few(self, species_id: str, season: SeasonMonths, animals: int) -> None:
        name, least = self.setup.names.by_id[species_id].name, (
            self.setup.mapping.tracks.least_individuals
        )  # fmt: skip
        self.notes.append(
            Text(
                en=f"{name.en}, {season.name}: {animals} animals with enough fixes, {least} "
                "needed; no corridor.",
                ru=f"{name.ru}, {season.name}: животных с достаточным числом локаций — {animals}, "
                f"требуется {least}; коридор не построен.",
            )
        )

    def _corridors(
        self, species_id: str, season: SeasonMonths, tracks: list[Track]
    ) -> Iterator[Draft | Problem]:
        choice = self.setup.mapping.tracks
        gap_s = choice.longest_gap_h * 3600
        try:
            grid = telemetry.grid_around(tracks, choice.cell_m)
        except GridTooLargeError as error:
            yield Problem(
                place=f"{species_id}, {season.name}",
                what=f"the tracks reach too far for cells of {choice.cell_m:g} m; state cell_m: "
                f"{error.cell_m:.0f} or more under tracks in a mapping",
            )
            return
        densities = []
        for track in tracks:
            try:
                densities.append(telemetry.utilisation(track, grid, choice.location_error_m, gap_s))
            except ValueError:
                continue  # fixes too far apart in time: told by the count of animals below
        if len(densities) < choice.least_individuals:
            self._say_too_few(species_id, season, len(densities))
            return
        mean = np.mean(densities, axis=0)
        name = self.setup.names.by_id[species_id].name
        for percent in sorted(choice.isopleths):
            shape = telemetry.isopleth(mean, grid, percent)
            (states,) = self.setup.states.reached([shape])
            receptor = Receptor(
                id=f"{species_id}-{season.name.lower().replace(' ', '_')}-{percent}",
                name=Text(
                    en=f"{name.en}, {season.name}: {percent} % of use",
                    ru=f"{name.ru}, {season.name}: {percent} % использования",
                ),
                species_id=species_id,
                states=states,
                attributes={
                    "season": season.name,
                    "months": list(season.months),
                    "isopleth_percent": percent,
                    "individuals": len(densities),
                    "fixes": sum(map(len, tracks)),
                    "cell_m": choice.cell_m,
                    "method": "Brownian bridge (Horne et al. 2007)",
                },
            )
            yield receptor, shape

    def settings(self) -> tuple[str, ...]:
        """Every threshold and size."""
        choice = self.setup.mapping.tracks
        seasons = "; ".join(f"{s.name} months {', '.join(map(str, s.months))}"
                            for s in choice.seasons)  # fmt: skip
        return (
            f"method: Brownian bridges, one motion variance an animal and season, location error "
            f"{choice.location_error_m:g} m",
            f"cell size {choice.cell_m:g} m; bridges up to {choice.longest_gap_h:g} h",
            f"isopleths {', '.join(f'{p} %' for p in choice.isopleths)}",
            f"at least {choice.least_individuals} animals with {choice.least_fixes} fixes a season",
            f"fixes reached and left faster than {choice.greatest_speed_m_s:g} m/s left out",
            f"seasons: {seasons}",
        )

    def own_limits(self) -> tuple[Text, ...]:
        """Seasons without a corridor."""
        return tuple(self.notes)


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251", errors="replace")
