"""A register of range cells (species, row, column) into patches of polygons.

The grid is cylindrical equal-area, so a cell is a rectangle between two meridians and two
parallels and the union of cells is exact in longitude and latitude.
"""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from camiscreen.errors import LayerError
from camiscreen.geometry import geodesy
from camiscreen.model import CellGrid, LayerSpec, Receptor, Taxon

Cell = tuple[int, int]


def read_patches(
    folder: Path, spec: LayerSpec, taxa: tuple[Taxon, ...]
) -> list[tuple[Receptor, BaseGeometry]]:
    """One receptor a patch: cells of one species that touch, also at a corner.

    Patches are numbered by size, the largest first. Raises LayerError where the register does
    not fit the grid or names a taxon that the layer does not describe.
    """
    if spec.grid is None:
        raise LayerError(f"layer {spec.name}: format 'cells' needs a grid in layer.yaml")
    cells_of: dict[str, set[Cell]] = defaultdict(set)
    for line, row in enumerate(_rows(folder / spec.path), start=2):
        try:
            cells_of[row["species"]].add((int(row["row"]), int(row["column"])))
        except (KeyError, ValueError) as error:
            raise LayerError(
                f"{folder / spec.path}:{line}: not a row of species, row, column ({error})"
            ) from error
    states_of = _cell_states(folder / spec.cell_states) if spec.cell_states else {}
    lons, lats = cell_edges(spec.grid)
    result: list[tuple[Receptor, BaseGeometry]] = []
    names = {taxon.id: taxon.name for taxon in taxa}
    unknown = sorted(set(cells_of) - set(names))
    if unknown:
        raise LayerError(f"layer {spec.name}: {', '.join(unknown)} not described in {spec.taxa}")
    for taxon in taxa:
        given = len(cells_of.get(taxon.id, ()))
        if taxon.cells != given:
            raise LayerError(
                f"layer {spec.name}: {spec.taxa} says {taxon.cells} cells of {taxon.id}, "
                f"{spec.path} holds {given}"
            )
    for species, cells in cells_of.items():
        for number, patch in enumerate(patches(cells), start=1):
            rows, columns = np.array(sorted(patch)).T
            boxes = shapely.box(lons[columns], lats[rows + 1], lons[columns + 1], lats[rows])
            states = sorted({state for cell in patch for state in states_of.get(cell, ())})
            receptor = Receptor(
                id=f"{species}-{number}",
                name=names[species],
                species_id=species,
                states=tuple(states),
                attributes={"cells": len(patch)},
            )
            result.append((receptor, shapely.union_all(boxes)))
    return result


def cell_edges(grid: CellGrid) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitudes of the column edges (columns + 1) and latitudes of the row edges (rows + 1)."""
    x = grid.x_origin_m + grid.cell_width_m * np.arange(grid.columns + 1)
    y = grid.y_origin_m - grid.cell_height_m * np.arange(grid.rows + 1)
    lons = geodesy.inverse_projected(grid.crs, np.column_stack([x, np.zeros_like(x)]))[:, 0]
    lats = geodesy.inverse_projected(grid.crs, np.column_stack([np.zeros_like(y), y]))[:, 1]
    # Rows beyond a pole have no latitude; they hold no cell.
    return lons, np.where(np.isfinite(lats), lats, np.sign(y) * 90.0)


def patches(cells: set[Cell]) -> list[list[Cell]]:
    """Groups of cells that touch by side or corner, the largest first."""
    left, groups = set(cells), []
    while left:
        seed = min(left)
        left.discard(seed)
        group, queue = [], [seed]
        while queue:
            row, column = queue.pop()
            group.append((row, column))
            around = {(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & left
            left -= around
            queue.extend(around)
        groups.append(sorted(group))
    return sorted(groups, key=lambda group: (-len(group), group[0]))


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        raise LayerError(f"{path}: cannot be read ({error.strerror})") from error


def _cell_states(path: Path) -> dict[Cell, tuple[str, ...]]:
    return {
        (int(row["row"]), int(row["column"])): tuple(row["states"].split()) for row in _rows(path)
    }
