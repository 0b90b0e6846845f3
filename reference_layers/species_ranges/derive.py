"""Derive the species-range layer from the PHYLACINE 1.2.1 range rasters.

This script's one job: read the current and the present-natural (counterfactual)
rasters of the parent taxa, keep the cells that meet the region window, cut them
to the CAMI taxa by the masks below, and write ``cells.csv``, ``former_cells.csv`` and
``cell_states.csv`` beside itself; then refresh the counts in ``taxa.yaml`` and
``bytes`` and ``hash`` in ``layer.yaml``. The rasters are never copied here. What
each mask means, why, and on which reference it rests is told in ``taxa.yaml``.

Grid. PHYLACINE uses a cylindrical equal-area projection with standard parallel
30 on WGS 84. In a cylindrical projection x depends on longitude only and y on
latitude only, so every cell is a longitude/latitude rectangle, exactly;
``check_grid`` asserts it against pyproj. Row 0 is the northernmost row, column
0 the westernmost column of the global raster; ``x_origin_m`` and ``y_origin_m``
are its west and north edges.

A cell belongs to a state when it meets the state's area in
``../range_states/states.geojson``, so a border cell belongs to several states.

Usage, in the top folder of the checkout::

    python -m reference_layers.species_ranges.derive --current DIR --present-natural DIR

Needs numpy, pyproj, PyYAML, rasterio and shapely 2; derive range_states first.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
import shapely
import yaml
from pyproj import Transformer

from reference_layers.derivation import SourceError, update_manifest

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

WINDOW_DEGREES = (40.0, 15.0, 135.0, 60.0)
"""Region window: west, south, east, north."""

WGS84 = "EPSG:4326"

CORNER_TOLERANCE_DEGREES = 1e-9
"""Largest allowed departure of a cell corner from the lon/lat rectangle (0.1 mm)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The global PHYLACINE grid, as in the rasters and in layer.yaml."""

    crs: str
    x_origin_m: float
    y_origin_m: float
    cell_width_m: float
    cell_height_m: float
    rows: int
    columns: int

    def x_edges(self) -> FloatArray:
        """West edges of all columns and the east edge of the last, in metres."""
        return np.asarray(self.x_origin_m + self.cell_width_m * np.arange(self.columns + 1.0))

    def y_edges(self) -> FloatArray:
        """North edges of all rows and the south edge of the last, in metres."""
        return np.asarray(self.y_origin_m - self.cell_height_m * np.arange(self.rows + 1.0))


GRID = Grid(
    crs="+proj=cea +lat_ts=30 +lon_0=0 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs",
    x_origin_m=-17367529.0,
    y_origin_m=7348382.0,
    cell_width_m=96486.27222222222,
    cell_height_m=96514.95774647887,
    rows=142,
    columns=360,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One grid cell of a parent taxon inside the window."""

    row: int
    column: int
    west: float
    south: float
    east: float
    north: float
    states: frozenset[str]
    """ISO 3166 alpha-3 codes of the range states that the cell meets."""
    in_current: bool
    """Whether the parent's current raster has the cell."""

    @property
    def centre(self) -> tuple[float, float]:
        """Longitude and latitude of the middle of the rectangle, in degrees."""
        return (self.west + self.east) / 2, (self.south + self.north) / 2

    def meets(self, box: tuple[float, float, float, float]) -> bool:
        """Tell whether the cell shares area with a box (west, south, east, north)."""
        west, south, east, north = box
        return self.west < east and self.east > west and self.south < north and self.north > south


# --- masks: each cuts a parent taxon to the CAMI taxon ----------------------

GREAT_GOBI_A = (95.5, 42.5, 99.167, 44.5)
"""Printed box of the Great Gobi A strictly protected area (R234)."""

LEOPARD_STATES = frozenset({"AFG", "IRN", "KAZ", "TKM", "UZB"})
"""Range states of the Persian leopard kept whole (R076); Tajikistan: extinct."""

RUSSIAN_CAUCASUS = (40.0, 41.0, 50.0, 45.0)
"""Box that parts the Russian Caucasus from the rest of Russia; our approximation."""

INDUS = (
    (24.7, 67.9),  # Thatta
    (25.4, 68.3),  # Kotri, Jamshoro
    (26.4, 67.9),  # Sehwan
    (27.7, 68.9),  # Sukkur, Rohri
    (28.4, 69.6),  # Kashmor
    (29.1, 70.3),  # Rajanpur
    (30.0, 70.6),  # Dera Ghazi Khan
    (31.8, 70.9),  # Dera Ismail Khan
    (33.0, 71.5),  # Kalabagh
    (33.8, 72.4),  # Attock
    (34.1, 72.6),  # Topi, below the Tarbela dam
    (35.3, 73.3),  # Dasu
    (35.4, 74.1),  # Chilas
)
"""Course of the Indus through river towns: latitude, longitude (GeoNames, rounded
to 0.1 degree). Beyond the first and last town the longitude is held."""

URIAL_STATES = frozenset({"AFG", "IND", "KAZ", "PAK", "TJK", "TKM", "UZB"})
"""Range states of the urial kept whole: all of its list but Iran (SR01)."""

URIAL_WEST_LIMIT_IRAN = 55.0
"""Western limit of the urial in Iran, degrees east; approximation (SR01, SR02)."""

GOITERED_GAZELLE_STATES = frozenset(
    {"AFG", "CHN", "IRN", "KAZ", "KGZ", "MNG", "PAK", "TJK", "TKM", "UZB"}
)
"""Range States of the goitered gazelle (R087)."""


def west_of_indus(longitude: float, latitude: float) -> bool:
    """Tell whether a point lies west of the generalized Indus."""
    latitudes, longitudes = zip(*INDUS, strict=True)
    return bool(longitude < np.interp(latitude, latitudes, longitudes))


def keep_asiatic_cheetah(cell: Cell) -> bool:
    """Acinonyx jubatus: cells that meet Iran."""
    return "IRN" in cell.states


def keep_gobi_bear(cell: Cell) -> bool:
    """Ursus arctos: cells that meet the Great Gobi A box."""
    return cell.meets(GREAT_GOBI_A)


def keep_goitered_gazelle(cell: Cell) -> bool:
    """Gazella subgutturosa: cells that meet a Range State (no Arabia, no Iraq)."""
    return bool(cell.states & GOITERED_GAZELLE_STATES)


def keep_persian_leopard(cell: Cell) -> bool:
    """Panthera pardus: whole range states, Pakistan west of the Indus, Russian Caucasus."""
    if cell.states & LEOPARD_STATES:
        return True
    if "PAK" in cell.states and west_of_indus(*cell.centre):
        return True
    return "RUS" in cell.states and cell.meets(RUSSIAN_CAUCASUS)


def keep_przewalskis_horse(cell: Cell) -> bool:
    """Equus ferus: the cells of the current raster, all of them reintroductions.

    The counterfactual range of the parent is that of every wild horse of
    Eurasia and says nothing of this subspecies: it is cut to the same cells.
    """
    return cell.in_current


def keep_urial(cell: Cell) -> bool:
    """Ovis orientalis: urial states whole, Iran east of 55 E by the cell's centre."""
    if cell.states & URIAL_STATES:
        return True
    return "IRN" in cell.states and cell.centre[0] > URIAL_WEST_LIMIT_IRAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxon:
    """One CAMI taxon, the parent raster it is read from, and its mask."""

    id: str
    source: str
    """Raster name without the suffix."""
    keep: Callable[[Cell], bool] | None = None


TAXA: tuple[Taxon, ...] = (
    Taxon(id="argali", source="Ovis_ammon"),
    Taxon(id="asiatic_cheetah", source="Acinonyx_jubatus", keep=keep_asiatic_cheetah),
    Taxon(id="asiatic_wild_ass", source="Equus_hemionus"),
    Taxon(id="gobi_bear", source="Ursus_arctos", keep=keep_gobi_bear),
    Taxon(id="goitered_gazelle", source="Gazella_subgutturosa", keep=keep_goitered_gazelle),
    Taxon(id="kiang", source="Equus_kiang"),
    Taxon(id="mongolian_gazelle", source="Procapra_gutturosa"),
    Taxon(id="persian_leopard", source="Panthera_pardus", keep=keep_persian_leopard),
    Taxon(id="przewalskis_horse", source="Equus_ferus", keep=keep_przewalskis_horse),
    Taxon(id="saiga", source="Saiga_tatarica"),
    Taxon(id="snow_leopard", source="Panthera_uncia"),
    Taxon(id="urial", source="Ovis_orientalis", keep=keep_urial),
    Taxon(id="wild_camel", source="Camelus_ferus"),
    Taxon(id="wild_yak", source="Bos_mutus"),
    Taxon(id="chiru", source="Pantholops_hodgsonii"),
    Taxon(id="tibetan_gazelle", source="Procapra_picticaudata"),
    Taxon(id="chinkara", source="Gazella_bennettii"),
)

ABSENT_PARENT = "Cervus_elaphus"
"""Raster of the red deer: no cell in the window, so bukhara_deer has no source."""


# --- grid -------------------------------------------------------------------


def edges_in_degrees(grid: Grid) -> tuple[FloatArray, FloatArray]:
    """Return the longitudes of the column edges and the latitudes of the row edges.

    The top row reaches past the pole; its northern edge is not a number.
    """
    to_degrees = Transformer.from_crs(grid.crs, WGS84, always_xy=True)
    x, y = grid.x_edges(), grid.y_edges()
    longitudes, _ = to_degrees.transform(x, np.zeros_like(x), errcheck=False)
    _, latitudes = to_degrees.transform(np.zeros_like(y), y, errcheck=False)
    latitudes = np.where(np.isfinite(latitudes), latitudes, np.nan)
    return np.asarray(longitudes, dtype=np.float64), np.asarray(latitudes, dtype=np.float64)


def window_slices(longitudes: FloatArray, latitudes: FloatArray) -> tuple[range, range]:
    """Return the rows and columns whose cells share area with the region window."""
    west, south, east, north = WINDOW_DEGREES
    columns = np.flatnonzero((longitudes[:-1] < east) & (longitudes[1:] > west))
    rows = np.flatnonzero((latitudes[1:] < north) & (latitudes[:-1] > south))
    return range(rows[0], rows[-1] + 1), range(columns[0], columns[-1] + 1)


def check_grid(grid: Grid, longitudes: FloatArray, latitudes: FloatArray) -> float:
    """Assert that the window's cells are lon/lat rectangles; return the error in degrees.

    Transforms every corner and every middle of an edge of every cell, and
    compares with the edge longitudes and latitudes taken one axis at a time.
    """
    rows, columns = window_slices(longitudes, latitudes)
    x_edges = grid.x_edges()[columns.start : columns.stop + 1]
    y_edges = grid.y_edges()[rows.start : rows.stop + 1]
    x = np.sort(np.concatenate([x_edges, (x_edges[:-1] + x_edges[1:]) / 2]))
    y = np.sort(np.concatenate([y_edges, (y_edges[:-1] + y_edges[1:]) / 2]))[::-1]
    to_degrees = Transformer.from_crs(grid.crs, WGS84, always_xy=True)
    longitude, latitude = to_degrees.transform(*np.meshgrid(x, y))
    lon_error = np.abs(longitude[:, ::2] - longitudes[columns.start : columns.stop + 1])
    lat_error = np.abs(latitude[::2] - latitudes[rows.start : rows.stop + 1, None])
    error = float(max(lon_error.max(), lat_error.max()))
    assert error < CORNER_TOLERANCE_DEGREES, f"a cell corner is {error} degrees off"
    return error


def check_manifest_grid(manifest: Path, grid: Grid) -> None:
    """Assert that layer.yaml documents the grid that the rasters have."""
    documented = yaml.safe_load(manifest.read_text(encoding="utf-8"))["grid"]
    expected = {name: getattr(grid, name) for name in Grid.__slots__}
    if documented != expected:
        raise SourceError(f"{manifest.name}: grid {documented} is not {expected}")


def read_presence(path: Path, grid: Grid) -> BoolArray:
    """Read one raster as presence by row and column; refuse another grid."""
    with rasterio.open(path) as raster:
        affine = raster.transform
        found = (affine.c, affine.f, affine.a, -affine.e, raster.height, raster.width)
        crs = raster.crs.to_wkt()
        values = raster.read(1)
    expected = (
        grid.x_origin_m,
        grid.y_origin_m,
        grid.cell_width_m,
        grid.cell_height_m,
        grid.rows,
        grid.columns,
    )
    if not np.allclose(found, expected, rtol=1e-12, atol=0):
        raise SourceError(f"{path.name}: grid {found} is not {expected}")
    x, y = Transformer.from_crs(crs, grid.crs, always_xy=True).transform([4e6, 13e6], [2e6, 6.3e6])
    if not np.allclose([x, y], [[4e6, 13e6], [2e6, 6.3e6]], atol=1e-3, rtol=0):
        raise SourceError(f"{path.name}: another projection")
    return np.asarray(values == 1)


# --- cells ------------------------------------------------------------------


def read_states(path: Path) -> dict[str, Any]:
    """Read the range states by alpha-3 code; the disputed area has none and is left out."""
    document = json.loads(path.read_text(encoding="utf-8"))
    return {
        feature["properties"]["iso3"]: shapely.geometry.shape(feature["geometry"])
        for feature in document["features"]
        if feature["properties"]["iso3"] is not None
    }


class CellFactory:
    """Make cells with their states; remembers the states of each cell."""

    def __init__(self, grid: Grid, states: dict[str, Any]) -> None:
        """Prepare the edges and the state geometries."""
        self.longitudes, self.latitudes = edges_in_degrees(grid)
        self.rows, self.columns = window_slices(self.longitudes, self.latitudes)
        self._states = states
        for geometry in states.values():
            shapely.prepare(geometry)
        self._known: dict[tuple[int, int], frozenset[str]] = {}

    def states_of(self, row: int, column: int) -> frozenset[str]:
        """Return the codes of the states that the cell meets."""
        if (row, column) not in self._known:
            box = shapely.box(
                self.longitudes[column],
                self.latitudes[row + 1],
                self.longitudes[column + 1],
                self.latitudes[row],
            )
            self._known[row, column] = frozenset(
                iso3 for iso3, geometry in self._states.items() if geometry.intersects(box)
            )
        return self._known[row, column]

    def cells(self, presence: BoolArray, current: BoolArray) -> list[Cell]:
        """Return the present cells of the window, by row and column."""
        return [
            Cell(
                row=row,
                column=column,
                west=float(self.longitudes[column]),
                south=float(self.latitudes[row + 1]),
                east=float(self.longitudes[column + 1]),
                north=float(self.latitudes[row]),
                states=self.states_of(row, column),
                in_current=bool(current[row, column]),
            )
            for row in self.rows
            for column in self.columns
            if presence[row, column]
        ]


def cut(cells: Sequence[Cell], taxon: Taxon) -> list[Cell]:
    """Apply the taxon's mask."""
    return [cell for cell in cells if taxon.keep is None or taxon.keep(cell)]


# --- writing ----------------------------------------------------------------


def write_cells(path: Path, kind: str, cells: dict[str, list[Cell]]) -> None:
    """Write ``species,row,column,kind``, sorted, LF line ends."""
    rows = sorted((species, cell.row, cell.column) for species in cells for cell in cells[species])
    lines = [f"{species},{row},{column},{kind}\n" for species, row, column in rows]
    path.write_bytes("".join(["species,row,column,kind\n", *lines]).encode("ascii"))


def write_cell_states(path: Path, cells: dict[str, list[Cell]]) -> None:
    """Write ``row,column,states`` of every cell in use; states parted by a space."""
    states = {(cell.row, cell.column): cell.states for group in cells.values() for cell in group}
    lines = [
        f"{row},{column},{' '.join(sorted(codes))}\n"
        for (row, column), codes in sorted(states.items())
    ]
    path.write_bytes("".join(["row,column,states\n", *lines]).encode("ascii"))


def update_counts(path: Path, counts: dict[str, dict[str, int]]) -> None:
    """Set the counts of each taxon in taxa.yaml, line by line, so that comments stay."""
    lines = path.read_text(encoding="utf-8").split("\n")
    current: str | None = None
    seen: set[tuple[str, str]] = set()
    for index, line in enumerate(lines):
        if match := re.match(r"\s*- id: (\w+)", line):
            current = match[1]
        elif current in counts and (match := re.match(r"(\s+)(\w+): \d+$", line)):
            key = match[2]
            if key in counts[current]:
                lines[index] = f"{match[1]}{key}: {counts[current][key]}"
                seen.add((current, key))
    missing = {(taxon, key) for taxon in counts for key in counts[taxon]} - seen
    if missing:
        raise SourceError(f"{path.name}: no line for {sorted(missing)}")
    path.write_bytes("\n".join(lines).encode("utf-8"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the derivation; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--current", type=Path, required=True, metavar="DIR", help="PHYLACINE Ranges/Current"
    )
    parser.add_argument(
        "--present-natural",
        type=Path,
        required=True,
        metavar="DIR",
        help="PHYLACINE Ranges/Present_natural",
    )
    options = parser.parse_args(arguments)
    here = Path(__file__).resolve().parent

    check_manifest_grid(here / "layer.yaml", GRID)
    factory = CellFactory(GRID, read_states(here.parent / "range_states" / "states.geojson"))
    error = check_grid(GRID, factory.longitudes, factory.latitudes)
    print(f"largest corner error: {error:.1e} degrees", file=sys.stderr)

    absent = read_presence(options.current / f"{ABSENT_PARENT}.tif", GRID)
    if factory.cells(absent, absent):
        raise SourceError(f"{ABSENT_PARENT} has cells in the window: review bukhara_deer")

    current_cells: dict[str, list[Cell]] = {}
    former_cells: dict[str, list[Cell]] = {}
    counts: dict[str, dict[str, int]] = {}
    for taxon in TAXA:
        current = read_presence(options.current / f"{taxon.source}.tif", GRID)
        natural = read_presence(options.present_natural / f"{taxon.source}.tif", GRID)
        in_window = factory.cells(current, current)
        current_cells[taxon.id] = cut(in_window, taxon)
        former_cells[taxon.id] = cut(factory.cells(natural, current), taxon)
        counts[taxon.id] = {
            "cells": len(current_cells[taxon.id]),
            "cells_in_source": len(in_window),
            "former_cells": len(former_cells[taxon.id]),
        }
        print(f"{taxon.id}: {counts[taxon.id]}", file=sys.stderr)

    data = here / "cells.csv"
    write_cells(data, "current", current_cells)
    write_cells(here / "former_cells.csv", "present_natural", former_cells)
    write_cell_states(here / "cell_states.csv", current_cells)
    update_counts(here / "taxa.yaml", counts)
    update_manifest(here / "layer.yaml", data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
