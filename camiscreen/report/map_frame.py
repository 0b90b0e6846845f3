"""The frame of a map: which part of the ground it shows, and how degrees become page points.

This module's one job. Page points run right and down from the top left corner of the drawing.
"""

from functools import lru_cache
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from camiscreen.model import Project
from camiscreen.report.projection import MAX_EDGE_DEG, Floats, Projection, choose
from camiscreen.values import dataclass

Geometries = TypeVar("Geometries", BaseGeometry, NDArray[np.object_])

MARGIN_M = 50_000.0
MARGIN_SHARE = 0.08
"""Ground around the project: 50 km, or this share of its longer side if that is more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The rectangle of a drawing that a map fills, in points."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """A projection, a scale in metres a point, and the rectangle that the map fills."""

    projection: Projection
    m_per_pt: float
    centre_m: tuple[float, float]
    room: Room

    def page_xy(self, lonlat: Floats) -> Floats:
        """(n, 2) degrees to (n, 2) page points."""
        return self._place(self.projection.forward(lonlat))

    def page(self, geometry: BaseGeometry) -> BaseGeometry:
        """A geometry in degrees to page points, its long edges bent as the projection bends."""
        return shapely.transform(shapely.segmentize(geometry, MAX_EDGE_DEG), self.page_xy)

    def _place(self, metres: Floats) -> Floats:
        room = self.room
        x = room.left + room.width / 2 + (metres[:, 0] - self.centre_m[0]) / self.m_per_pt
        y = room.top + room.height / 2 - (metres[:, 1] - self.centre_m[1]) / self.m_per_pt
        return np.column_stack([x, y])

    @property
    def box(self) -> Polygon:
        """The rectangle in page points."""
        room = self.room
        return shapely.box(room.left, room.top, room.left + room.width, room.top + room.height)

    def cut(self, on_page: Geometries) -> Geometries:
        """Lines and valid polygons in page points, cut to the rectangle."""
        seen: Geometries = shapely.clip_by_rect(on_page, *self.box.bounds)
        return seen

    def lonlat_bounds(self, spread: float = 0.0) -> tuple[float, float, float, float]:
        """Bounds in degrees of the ground shown, wider by ``spread`` of the size on each side."""
        return _lonlat_bounds(self, spread)

    def clip(self, geometry: BaseGeometry, spread: float = 0.0) -> BaseGeometry:
        """The part of a geometry in degrees that may be seen, still in degrees."""
        return shapely.clip_by_rect(geometry, *self.lonlat_bounds(spread))


@lru_cache(maxsize=32)
def _lonlat_bounds(frame: Frame, spread: float) -> tuple[float, float, float, float]:
    """Asked for by everything that a map draws, and costly: a ring of points projected back."""
    half_x = frame.room.width * frame.m_per_pt * (0.5 + spread)
    half_y = frame.room.height * frame.m_per_pt * (0.5 + spread)
    steps = np.linspace(-1, 1, 21)
    ring = np.concatenate(
        [
            np.column_stack([steps * half_x, np.full(21, -half_y)]),
            np.column_stack([steps * half_x, np.full(21, half_y)]),
            np.column_stack([np.full(21, -half_x), steps * half_y]),
            np.column_stack([np.full(21, half_x), steps * half_y]),
        ]
    ) + np.array(frame.centre_m)
    lonlat = frame.projection.inverse(ring)
    west, south = lonlat.min(axis=0)
    east, north = lonlat.max(axis=0)
    return float(west), float(south), float(east), float(north)


def ground(project: Project) -> BaseGeometry:
    """Everything that the project consists of, in degrees."""
    return shapely.GeometryCollection(
        [part for part in (project.lines, project.areas, project.points) if not part.is_empty]
    )


def is_upright(project: Project) -> bool:
    """True where the project is taller than wide, so that an upright page shows it larger."""
    west, south, east, north = ground(project).bounds
    width = (east - west) * float(np.cos(np.radians((south + north) / 2)))
    return bool(north - south > 0.9 * width)


def fit_frame(project: Project, room: Room, *, least_height: float) -> Frame:
    """The frame for a project: scale from the tighter side, height no more than it needs.

    ``room.height`` is the most that may be used and ``least_height`` the least.
    """
    return frame_around(ground(project), room, least_height=least_height)


def frame_around(shape: BaseGeometry, room: Room, *, least_height: float) -> Frame:
    """The frame for any ground in degrees, as ``fit_frame`` has it for a project."""
    projection = choose(shape.bounds)
    metres = shapely.transform(shapely.segmentize(shape, MAX_EDGE_DEG), projection.forward)
    x0, y0, x1, y1 = metres.bounds
    margin = max(MARGIN_M, MARGIN_SHARE * max(x1 - x0, y1 - y0))
    wide, high = x1 - x0 + 2 * margin, y1 - y0 + 2 * margin
    height = min(room.height, max(least_height, room.width * high / wide))
    return Frame(
        projection=projection,
        m_per_pt=max(wide / room.width, high / height),
        centre_m=((x0 + x1) / 2, (y0 + y1) / 2),
        room=Room(left=room.left, top=room.top, width=room.width, height=height),
    )
