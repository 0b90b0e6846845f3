"""States as maps show them: name, ground, and borders without the edges of what was loaded.

This module's one job. Read once for all maps of a report: states have most of their vertices.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TypeAlias

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from camiscreen.i18n import Translator
from camiscreen.model import MapFeature, Screening
from camiscreen.values import dataclass
from camiscreen.vocabulary import ReceptorKind

Bounds: TypeAlias = tuple[float, float, float, float]

ROUGH_DEG = 0.04
"""What a map of the whole region does not show: before projecting, as that costs by vertices."""

_ON_EDGE_DEG = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class State:
    """A state as the map shows it: name, whether the project runs through it, ground in degrees.

    ``windows`` are bounds in degrees at which the ground is only cut.
    """

    name: str
    crossed: bool
    geometry: BaseGeometry
    windows: tuple[Bounds, ...] = ()

    @cached_property
    def border(self) -> BaseGeometry:
        """The border in degrees: a line without what runs along a window."""
        return _without_windows(self.geometry, self.windows, _ON_EDGE_DEG)

    @cached_property
    def rough(self) -> BaseGeometry:
        """The ground for maps of the region; may touch itself."""
        return shapely.simplify(self.geometry, ROUGH_DEG, preserve_topology=False)

    @cached_property
    def rough_border(self) -> BaseGeometry:
        """The border for maps of the region."""
        return _without_windows(self.rough, self.windows, ROUGH_DEG)


def states_shown(screening: Screening, tr: Translator) -> tuple[State, ...]:
    """The states among the context features, each once."""
    kinds = {layer.name: layer.receptor_kind for layer in screening.run.layers}
    crossed = {state.iso3 for state in screening.exposure.states}
    features = {
        (feature.layer_id, feature.receptor.id): feature
        for feature in screening.context
        if kinds.get(feature.layer_id) is ReceptorKind.STATE
    }
    windows = windows_of(
        [
            layer.coverage.bbox
            for layer in screening.run.layers
            if layer.receptor_kind is ReceptorKind.STATE
        ],
        [feature.geometry for feature in features.values()],
    )
    return tuple(
        State(
            name=tr.text(feature.receptor.name),
            crossed=_iso3(feature) in crossed,
            geometry=feature.geometry,
            windows=windows,
        )
        for feature in features.values()
    )


def windows_of(layers: Sequence[Bounds], geometries: Sequence[BaseGeometry]) -> tuple[Bounds, ...]:
    """Where states are only cut: at the bounds of their layers and around all that is loaded."""
    if not geometries:
        return tuple(layers)
    west, south, east, north = shapely.total_bounds(geometries).tolist()
    return (*layers, (west, south, east, north))


def _iso3(feature: MapFeature) -> str:
    given = feature.receptor.attributes.get("iso3")
    return given if isinstance(given, str) else feature.receptor.id


def _without_windows(
    geometry: BaseGeometry, windows: Sequence[Bounds], near_deg: float
) -> BaseGeometry:
    """The rings of polygons as lines, without segments of which both ends lie on a window."""
    rings = shapely.get_rings(shapely.get_parts(geometry))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    drawn = ring[1:] == ring[:-1]
    for west, south, east, north in windows:
        for axis, at in ((0, west), (0, east), (1, south), (1, north)):
            on_edge = np.abs(xy[:, axis] - at) < near_deg
            drawn &= ~(on_edge[1:] & on_edge[:-1])
    begins = np.append(drawn, False)
    ends = np.append(False, drawn)
    kept = begins | ends
    run = np.cumsum(begins & ~ends) - 1
    lines = shapely.linestrings(xy[kept], indices=run[kept])
    return shapely.multilinestrings(lines)
