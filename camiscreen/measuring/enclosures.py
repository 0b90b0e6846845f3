"""Ground that a project closes off together with existing lines: blocks with a line on every side.

A block is a face of the network of the project and the lines near it that the project bounds. Faces
narrower than the lines are accurate, as between a project and the line that it follows, are no
blocks; nor are those that it only touches, or that the other lines close without it. Lines are
looked at as far as the outermost zone, so larger blocks are not found.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from camiscreen.geometry import geodesy
from camiscreen.geometry.chainage import merge_ranges
from camiscreen.geometry.edges import NearestPlace, edge_table
from camiscreen.geometry.line_joining import JoinedLine, all_tiles
from camiscreen.model import KpRange, Project
from camiscreen.values import dataclass

_DEGREE_M = 111_700.0
_SAME = 1.05
"""A face that grew by less was closed before, only drawn a little otherwise."""
_TOUCH_DEG = 1e-7
"""About 1 cm: noding moves crossing points by less."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """One block, and the chainage along which the project bounds it."""

    polygon: Polygon
    kp_ranges: tuple[KpRange, ...]


def blocks(project: Project, lines: Sequence[JoinedLine]) -> list[Block]:
    """The blocks between a project and some lines, in the order of chainage."""
    own = _without_bridges(project)
    tiles = all_tiles(lines)
    if not own or not tiles:
        return []
    accuracy_m = max(line.line.positional_accuracy_m for line in lines)
    before = _faces(tiles)
    tree = shapely.STRtree(before)
    strip = shapely.buffer(shapely.union_all(own), _TOUCH_DEG, quad_segs=1)
    nearest = NearestPlace(edge_table([chain.line for chain in project.alignment]))
    faces = _faces([*own, *tiles])
    # No degree is longer than this, and no squeezing of longitudes makes a face wider.
    widths_m = _DEGREE_M * 2 * shapely.area(faces) / shapely.length(faces)
    found = []
    for face in faces[widths_m >= accuracy_m]:
        along = shapely.intersection(face.exterior, strip)
        if geodesy.line_length_m(along) < accuracy_m or _mean_width_m(face) < accuracy_m:
            continue
        whole = before[tree.query(face.representative_point(), predicate="within")]
        if any(shapely.area(whole) <= _SAME * face.area):
            continue
        found.append(Block(polygon=face, kp_ranges=_chainage(along, nearest)))
    return sorted(found, key=lambda block: (block.kp_ranges, block.polygon.bounds))


def _faces(lines: Sequence[BaseGeometry]) -> NDArray[np.object_]:
    """All that some lines close off."""
    faces: NDArray[np.object_] = shapely.get_parts(shapely.polygonize([shapely.union_all(lines)]))
    return faces


def _without_bridges(project: Project) -> list[LineString]:
    """The alignment without the gaps that chainage only runs across."""
    parts = []
    for chain in project.alignment:
        xy, first = shapely.get_coordinates(chain.line), 0
        for edge in [*sorted(chain.bridge_edges), len(xy) - 1]:
            if edge > first:
                parts.append(shapely.linestrings(xy[first : edge + 1]))
            first = edge + 1
    return parts


def _mean_width_m(face: Polygon) -> float:
    around_m = geodesy.line_length_m(face.exterior)
    return 2 * geodesy.area_m2(face) / around_m if around_m else 0.0


def _chainage(along: BaseGeometry, nearest: NearestPlace) -> tuple[KpRange, ...]:
    ranges = []
    for part in shapely.get_parts(shapely.line_merge(along)):
        at_m = nearest.at_m(shapely.get_coordinates(part))
        ranges.append((float(at_m.min()), float(at_m.max())))
    return merge_ranges(ranges)


def within(
    found: Sequence[Block], tiles: NDArray[np.object_]
) -> list[tuple[Block, float, MultiPolygon]]:
    """Blocks that lie in a range, each with its area there in m2 and that part of it."""
    if not found or not len(tiles):
        return []
    tree = shapely.STRtree(tiles)
    result = []
    for block in found:
        hits = np.sort(tree.query(block.polygon, predicate="intersects"))
        inside = shapely.union_all(shapely.intersection(tiles[hits], block.polygon))
        whole = MultiPolygon(geodesy.polygon_parts(inside))
        inside_m2 = sum(geodesy.area_m2(part) for part in whole.geoms)
        if inside_m2 > 0:
            result.append((block, inside_m2, whole))
    return result
