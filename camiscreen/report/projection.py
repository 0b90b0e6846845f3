"""Equal-area map projections in plain numpy: Lambert azimuthal and Albers conic.

This module's one job: longitude and latitude in degrees to metres on a plane, fitted to a route.
Maps need no more than this, and pyproj would cost its start-up time. The ellipsoid enters through
the authalic latitude, so areas are true; Snyder 1987, USGS Professional Paper 1395, eqs. 3-18
(authalic latitude), 14-3 to 14-11 (Albers), 24-2 to 24-4 (Lambert azimuthal).
"""

from typing import Protocol, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from camiscreen.geometry.geodesy import E2
from camiscreen.values import dataclass

Floats: TypeAlias = NDArray[np.float64]

AUTHALIC_RADIUS_M = 6_371_007.181
MAX_EDGE_DEG = 0.15
"""Longest edge before projecting: the sides of range cells and the graticule are curves."""

LAEA_SPAN_DEG = 6.0
"""Up to this span of longitude a route is drawn in LAEA, beyond it in Albers."""


def _authalic(lat: Floats) -> Floats:
    """Authalic latitude of geodetic latitude, both in radians (series to e^4, error < 1e-6)."""
    first = E2 / 3 + 31 * E2**2 / 180
    second = 17 * E2**2 / 360
    result: Floats = lat - first * np.sin(2 * lat) + second * np.sin(4 * lat)
    return result


def _geodetic(beta: Floats) -> Floats:
    """Geodetic latitude of authalic latitude, both in radians."""
    first = E2 / 3 + 31 * E2**2 / 180
    second = 23 * E2**2 / 360
    result: Floats = beta + first * np.sin(2 * beta) + second * np.sin(4 * beta)
    return result


class Projection(Protocol):
    """Both ways between degrees (n, 2) and metres (n, 2), and its name for the method page."""

    def forward(self, xy: Floats) -> Floats:
        """Longitude, latitude in degrees to metres east, north."""

    def inverse(self, xy: Floats) -> Floats:
        """Metres east, north to longitude, latitude in degrees."""


@dataclass(frozen=True, slots=True)
class Laea:
    """Lambert azimuthal equal-area around a centre in degrees."""

    lon0: float
    lat0: float

    def forward(self, xy: Floats) -> Floats:
        """Longitude, latitude in degrees to metres east, north of the centre."""
        beta = _authalic(np.radians(xy[:, 1]))
        beta0 = _authalic(np.radians(np.array(self.lat0)))
        dlon = np.radians(xy[:, 0] - self.lon0)
        cosine = np.sin(beta0) * np.sin(beta) + np.cos(beta0) * np.cos(beta) * np.cos(dlon)
        k = np.sqrt(2 / np.maximum(1 + cosine, 1e-9))
        east = k * np.cos(beta) * np.sin(dlon)
        north = k * (np.cos(beta0) * np.sin(beta) - np.sin(beta0) * np.cos(beta) * np.cos(dlon))
        return AUTHALIC_RADIUS_M * np.column_stack([east, north])

    def inverse(self, xy: Floats) -> Floats:
        """Metres east, north of the centre to longitude, latitude in degrees."""
        x, y = xy[:, 0] / AUTHALIC_RADIUS_M, xy[:, 1] / AUTHALIC_RADIUS_M
        beta0 = float(_authalic(np.radians(np.array(self.lat0))))
        rho = np.hypot(x, y)
        c = 2 * np.arcsin(np.clip(rho / 2, -1, 1))
        safe = np.where(rho == 0, 1, rho)
        sine = np.cos(c) * np.sin(beta0) + y * np.sin(c) * np.cos(beta0) / safe
        beta = np.where(rho == 0, beta0, np.arcsin(np.clip(sine, -1, 1)))
        dlon = np.arctan2(
            x * np.sin(c), safe * np.cos(beta0) * np.cos(c) - y * np.sin(beta0) * np.sin(c)
        )
        return np.column_stack([self.lon0 + np.degrees(dlon), np.degrees(_geodetic(beta))])


@dataclass(frozen=True, slots=True)
class Albers:
    """Albers equal-area conic around a centre, with two standard parallels, in degrees."""

    lon0: float
    lat0: float
    parallel1: float
    parallel2: float

    def _constants(self) -> tuple[float, float, float]:
        lats = np.radians(np.array([self.parallel1, self.parallel2, self.lat0]))
        beta1, beta2, beta0 = _authalic(lats)
        n = float((np.sin(beta1) + np.sin(beta2)) / 2)
        c = float(np.cos(beta1) ** 2 + 2 * n * np.sin(beta1))
        return n, c, float(np.sqrt(c - 2 * n * np.sin(beta0)) / n)

    def forward(self, xy: Floats) -> Floats:
        """Longitude, latitude in degrees to metres east, north of the centre."""
        n, c, rho0 = self._constants()
        beta = _authalic(np.radians(xy[:, 1]))
        rho = np.sqrt(np.maximum(c - 2 * n * np.sin(beta), 0)) / n
        theta = n * np.radians(xy[:, 0] - self.lon0)
        plane = np.column_stack([rho * np.sin(theta), rho0 - rho * np.cos(theta)])
        return AUTHALIC_RADIUS_M * plane

    def inverse(self, xy: Floats) -> Floats:
        """Metres east, north of the centre to longitude, latitude in degrees."""
        n, c, rho0 = self._constants()
        x, y = xy[:, 0] / AUTHALIC_RADIUS_M, rho0 - xy[:, 1] / AUTHALIC_RADIUS_M
        rho = np.hypot(x, y)
        theta = np.arctan2(x, y)
        beta = np.arcsin(np.clip((c - (rho * n) ** 2) / (2 * n), -1, 1))
        lon = self.lon0 + np.degrees(theta / n)
        return np.column_stack([lon, np.degrees(_geodetic(beta))])


def choose(bounds: tuple[float, float, float, float]) -> Projection:
    """The projection for a route with these bounds (west, south, east, north in degrees).

    LAEA up to six degrees of longitude, for routes that run mostly north to south, and where the
    cone of Albers would not exist (near or across the equator); else Albers with its standard
    parallels at one and five sixths of the latitude span.
    """
    west, south, east, north = bounds
    lon0, lat0 = (west + east) / 2, (south + north) / 2
    width = (east - west) * float(np.cos(np.radians(lat0)))
    if east - west <= LAEA_SPAN_DEG or north - south > width or abs(lat0) < 15:
        return Laea(lon0, lat0)
    span = max(north - south, 1.0)
    return Albers(lon0, lat0, lat0 - span / 3, lat0 + span / 3)


def project(geometry: BaseGeometry, projection: Projection) -> BaseGeometry:
    """A geometry in degrees, its edges cut to at most 0.15 degrees, in metres on the plane."""
    return shapely.transform(shapely.segmentize(geometry, MAX_EDGE_DEG), projection.forward)
