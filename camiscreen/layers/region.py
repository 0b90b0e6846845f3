"""The region that layers are cut to, and which range states a geometry reaches."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from camiscreen.layers.store import Store
from camiscreen.values import dataclass

REGION = (40.0, 15.0, 135.0, 60.0)
"""West, south, east, north in degrees: nothing is assessed outside."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class States:
    """The range states in small tiles: ``iso3`` (n,) says to which state each belongs."""

    tiles: NDArray[np.object_]
    iso3: NDArray[np.object_]
    tree: shapely.STRtree

    def reached(self, geometries: Sequence[BaseGeometry]) -> list[tuple[str, ...]]:
        """For each geometry the states that it meets, sorted."""
        found: list[set[str]] = [set() for _ in geometries]
        rows, hits = self.tree.query(list(geometries), predicate="intersects")
        for row, hit in zip(rows, hits, strict=True):
            found[row].add(self.iso3[hit])
        return [tuple(sorted(states)) for states in found]

    def reached_by_any(self, geometries: NDArray[np.object_]) -> tuple[str, ...]:
        """The states that any of many geometries meets, sorted."""
        _, hits = self.tree.query(geometries, predicate="intersects")
        return tuple(sorted(set(self.iso3[np.unique(hits)])))

    def ground_of(self, iso3: Sequence[str]) -> BaseGeometry:
        """The land of some states together."""
        return shapely.union_all(self.tiles[np.isin(self.iso3, list(iso3))])

    def codes(self) -> tuple[str, ...]:
        """Every state."""
        return tuple(sorted(set(self.iso3)))


def read_states(opened: Store) -> States:
    """The states of the layer ``range_states``."""
    tiles, owners = opened.within(np.array([[-180.0, -90.0, 180.0, 90.0]]))
    codes = [receptor.id for receptor in opened.receptors]
    iso3 = np.array([codes[owner] for owner in owners], dtype=object)
    return States(tiles=tiles, iso3=iso3, tree=shapely.STRtree(tiles))


def in_region(geometries: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Which geometries meet the region by their bounds."""
    west, south, east, north = shapely.bounds(geometries).reshape(-1, 4).T
    meets: NDArray[np.bool_] = (
        (west <= REGION[2]) & (east >= REGION[0]) & (south <= REGION[3]) & (north >= REGION[1])
    )
    return meets
