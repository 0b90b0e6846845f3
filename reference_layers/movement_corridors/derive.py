"""Derive the movement-corridor layer: named, documented, and continuous range across borders.

This script's one job: draw the corridors of ``corridors.yaml``, add the zones where a species'
range runs on across a border, and write ``corridors.geojson`` beside itself; then refresh
``bytes`` and ``hash`` in ``layer.yaml``. What is known of a corridor, and from which reference,
stands in ``corridors.yaml``.

Zones of continuous range. For a species and two of its range states (``rules/species``) that share
a border, the cells of species_ranges that this border runs through are kept where the range goes
on to both sides: the cell, or a cell of the border beside it, has a neighbour by side or corner
that meets the one state and not the other, and the same for the other state. The zone is thus one
cell deep: it reaches at most 96 km from the border to either side, and never past the range.

Usage, in the top folder of the checkout, after existing_barriers, key_sites and species_ranges::

    python -m reference_layers.movement_corridors.derive

Needs what ``reference_layers/derivation.py`` needs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from reference_layers import derivation
from reference_layers.derivation import CHECKOUT, Cell, SourceError

HERE = Path(__file__).resolve().parent

BORDER_ACCURACY_M = 5_300
"""Of the layer range_states."""

CELL_ACCURACY_M = 50_000
"""Of the layer species_ranges: half a cell."""

Feature = tuple[dict[str, Any], BaseGeometry]


# --- corridors.yaml -------------------------------------------------------------------------


class Drawer:
    """Draws the corridors of corridors.yaml from the layers beside this one."""

    def __init__(self) -> None:
        """Read sites, barriers and states."""
        self.states = derivation.read_states()
        self._sites = _by_id("key_sites", "sites.geojson")
        self._barriers = _by_id("existing_barriers", "barriers.geojson")

    def draw(self, corridor: Mapping[str, Any]) -> tuple[BaseGeometry, int]:
        """The shape of a corridor and its accuracy in metres."""
        if "between" in corridor:
            return self._between(corridor)
        if "border" in corridor:
            return derivation.swath(self._reach(corridor), BORDER_ACCURACY_M), BORDER_ACCURACY_M
        if "barrier" in corridor:
            properties, shape = self._barriers[corridor["barrier"]]
            return shape, int(properties["accuracy_m"])
        if "around" in corridor:
            properties, shape = self._sites[corridor["around"]]
            accuracy_m = int(properties["accuracy_m"])
            return derivation.widened(shape, accuracy_m + corridor["reach_km"] * 1000), accuracy_m
        raise SourceError(f"{corridor['id']}: nothing to draw it from")

    def states_of(self, corridor: Mapping[str, Any], shape: BaseGeometry) -> list[str]:
        """The states of a corridor: as told, those of its barrier, or those that it meets."""
        if "states" in corridor:
            return sorted(corridor["states"])
        if "barrier" in corridor:
            return list(self._barriers[corridor["barrier"]][0]["states"])
        return derivation.states_met(shape, self.states)

    def _between(self, corridor: Mapping[str, Any]) -> tuple[BaseGeometry, int]:
        ends = [self._sites[id_] for id_ in corridor["between"]]
        accuracy_m = max(int(site["accuracy_m"]) for site, _ in ends)
        if corridor.get("with_sites"):
            wide = [derivation.widened(shape, site["accuracy_m"]) for site, shape in ends]
            return derivation.hull(wide), accuracy_m
        sites = shapely.union_all([shape for _, shape in ends])
        # Boxes are not convex on the ellipsoid: slivers along their sides lie between no sites.
        rest = shapely.get_parts(shapely.difference(derivation.hull([sites]), sites))
        waist = max(rest, key=lambda part: part.area)
        return shapely.difference(derivation.widened(waist, accuracy_m), sites), accuracy_m

    def _reach(self, corridor: Mapping[str, Any]) -> BaseGeometry:
        first, second = corridor["border"]
        border = derivation.shared_border(self.states[first], self.states[second])
        if "longitudes" in corridor:
            west, east = corridor["longitudes"]
            return shapely.clip_by_rect(border, west, -90, east, 90)
        _, site = self._sites[corridor["at"]]
        part = min(shapely.get_parts(border), key=lambda line: line.distance(site.centroid))
        return _centred(part, part.project(site.centroid), corridor["along_km"] * 1000)


def _by_id(layer: str, path: str) -> dict[str, Feature]:
    return {str(f[0]["id"]): f for f in derivation.read_layer(layer, path)}


def _centred(line: LineString, at: float, length_m: float) -> LineString:
    """The part of a line of a given length in metres around a place on it (in degrees along)."""
    low, high = 0.0, min(at, line.length - at)
    for _ in range(40):
        half = 0.5 * (low + high)
        metres = derivation.GEOD.geometry_length(substring(line, at - half, at + half))
        low, high = (half, high) if metres < length_m else (low, half)
    part: LineString = substring(line, at - low, at + low)
    return part


def written_corridors() -> Iterator[Feature]:
    """The corridors of corridors.yaml, in its order."""
    drawer = Drawer()
    for corridor in derivation.read_yaml(HERE / "corridors.yaml")["corridors"]:
        shape, accuracy_m = drawer.draw(corridor)
        properties = {
            "id": corridor["id"],
            "name_en": corridor["name_en"],
            "name_ru": corridor["name_ru"],
            "species": corridor["species"],
            "basis": corridor["basis"],
            "evidence_grade": corridor["evidence_grade"],
            "crossing": corridor["crossing"],
            "clauses": corridor["clauses"],
            "references": corridor["references"],
            "accuracy_m": accuracy_m,
            "states": drawer.states_of(corridor, shape),
            "note_en": corridor["note_en"],
            "note_ru": corridor["note_ru"],
        }
        yield properties, shape


# --- continuous range -----------------------------------------------------------------------


def zone_cells(
    cells: set[Cell],
    states_of: Mapping[Cell, frozenset[str]],
    pair: tuple[str, str],
    on_border: set[Cell],
) -> set[Cell]:
    """The cells of a species through which its range runs on from one state into the other.

    ``on_border`` are the cells that the common border of the pair runs through.
    """
    a, b = pair
    straddling = cells & on_border
    only_a = {cell for cell in cells if a in states_of[cell] and b not in states_of[cell]}
    only_b = {cell for cell in cells if b in states_of[cell] and a not in states_of[cell]}
    beside_a = {cell for cell in straddling if _around(cell) & only_a}
    beside_b = {cell for cell in straddling if _around(cell) & only_b}
    return {
        cell
        for cell in straddling
        if ({cell} | _around(cell)) & beside_a and ({cell} | _around(cell)) & beside_b
    }


def border_cells(
    pair: tuple[str, str],
    states: Mapping[str, BaseGeometry],
    states_of: Mapping[Cell, frozenset[str]],
) -> set[Cell]:
    """The cells that the common border of two states runs through; none where they share none."""
    if not states[pair[0]].intersects(states[pair[1]]):
        return set()
    border = derivation.shared_border(states[pair[0]], states[pair[1]])
    shapely.prepare(border)
    both = [cell for cell, found in states_of.items() if set(pair) <= found]
    return {cell for cell in both if border.intersects(derivation.cell_shape([cell]))}


def _around(cell: Cell) -> set[Cell]:
    row, column = cell
    return {(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} - {cell}


def continuous_ranges() -> Iterator[Feature]:
    """One zone a species and pair of range states, by species and pair."""
    cells, states_of = derivation.read_cells(), derivation.read_cell_states()
    names, states = _state_names(), derivation.read_states()
    on_border: dict[tuple[str, str], set[Cell]] = {}
    for path in sorted((CHECKOUT / "rules" / "species").glob("*.yaml")):
        species = derivation.read_yaml(path)
        id_ = species["id"]
        for pair in combinations(sorted(species["range_states"]), 2):
            if pair not in on_border:
                on_border[pair] = border_cells(pair, states, states_of)
            kept = zone_cells(cells.get(id_, set()), states_of, pair, on_border[pair])
            if not kept:
                continue
            a, b = (names[iso3] for iso3 in pair)
            properties = {
                "id": f"{id_}-{pair[0].lower()}-{pair[1].lower()}",
                "name_en": f"{species['name']['en']}: range across {a[0]} and {b[0]}",
                "name_ru": f"{species['name']['ru']}: трансграничный ареал ({a[1]} — {b[1]})",
                "species": [id_],
                "basis": "range_continuity",
                "evidence_grade": "derived",
                "crossing": "not_assessed",
                "clauses": [],
                "references": ["MC01"],
                "accuracy_m": CELL_ACCURACY_M,
                "states": list(pair),
                "cells": len(kept),
            }
            yield properties, derivation.cell_shape(kept)


def _state_names() -> dict[str, tuple[str, str]]:
    return {
        str(p["iso3"]): (str(p["name_en"]), str(p["name_ru"]))
        for p, _ in derivation.read_layer("range_states", "states.geojson")
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the derivation; return the exit code."""
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args(arguments)
    features = [*written_corridors(), *continuous_ranges()]
    derivation.check_sources(properties for properties, _ in features)
    data = HERE / "corridors.geojson"
    derivation.write_geojson(data, features)
    derivation.update_manifest(HERE / "layer.yaml", data)
    print(f"{data.name}: {len(features)} corridors, {data.stat().st_size} bytes", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
