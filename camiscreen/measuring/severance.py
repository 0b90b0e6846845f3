"""What a line cuts off: the share of a range patch that lies beyond it."""

import numpy as np
import shapely
from shapely import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

from camiscreen.geometry import geodesy

_SIMPLIFY_DEG = 0.002
"""About 200 m: nothing against a range patch; a line of 30,000 vertices becomes some hundreds."""

_REACH_DEG = 1e-6
"""About 0.1 m: how far each end is drawn on. A line that was cut at the edge of the patch ends a
rounding error short of it, and would then seem to leave a gap."""


def severed_area_m2(patch: BaseGeometry, line: MultiLineString) -> tuple[float, float]:
    """Area cut off from the largest piece of a patch, and the area of the whole patch, in m2.

    0 where the line ends inside or only touches: then the patch still hangs together.
    """
    if line.is_empty:
        return 0.0, 0.0
    parts = shapely.get_parts(shapely.simplify(line, _SIMPLIFY_DEG))
    plain = MultiLineString([_drawn_on(part) for part in parts if not part.is_empty])
    severed_m2 = whole_m2 = 0.0
    for polygon in geodesy.polygon_parts(patch):
        area_m2 = geodesy.area_m2(polygon)
        whole_m2 += area_m2
        if not polygon.intersects(plain):
            continue
        noded = shapely.union_all([polygon.boundary, plain])
        pieces = shapely.get_parts(shapely.polygonize([noded]))
        shapely.prepare(polygon)
        inside = pieces[shapely.contains(polygon, shapely.point_on_surface(pieces))]
        if len(inside) > 1:
            severed_m2 += area_m2 - float(geodesy.areas_m2(inside).max())
    return severed_m2, whole_m2


def _drawn_on(line: LineString) -> LineString:
    """A line with a little more of its first and last edge."""
    xy = shapely.get_coordinates(line)
    steps = np.array([xy[0] - xy[1], xy[-1] - xy[-2]])
    lengths = np.hypot(steps[:, :1], steps[:, 1:])
    ends = xy[[0, -1]] + _REACH_DEG * steps / np.where(lengths > 0, lengths, 1.0)
    return LineString(np.vstack([ends[:1], xy, ends[1:]]))
