"""A project in the pieces that overlay works on: tables of edges, areas, points.

This module's one job; ``meetings``, ``encounters`` and ``layer_coverage`` measure them.
"""

import shapely
from shapely import MultiPoint, MultiPolygon

from camiscreen.geometry.bundles import Bundles, bundles_of, bundles_of_lines
from camiscreen.geometry.edges import EdgeTable, NearestPlace, edge_table
from camiscreen.model import Project
from camiscreen.values import dataclass

ALL = 1 - 1e-9
"""Share from which on a project counts as wholly inside; the rest is rounding."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pieces:
    """A project in the pieces that overlay works on.

    ``lines`` is the geometry as given, which lengths come from; ``alignment`` the chains, which
    chainage comes from (the same object where both are one). ``nearest`` finds chainage beside
    the alignment, None where nothing can lie beside it. ``measured`` are all lines, rings and
    points that distances start from.
    """

    lines: EdgeTable
    alignment: EdgeTable
    nearest: NearestPlace | None
    areas: MultiPolygon
    points: MultiPoint
    measured: tuple[Bundles, ...]
    area_m2: float


def pieces_of(project: Project) -> Pieces:
    """The pieces of a project; where its chains are its lines as given, one table serves both."""
    lines = edge_table(project.lines.geoms)
    chains = [chain.line for chain in project.alignment]
    as_given = len(chains) == len(project.lines.geoms) and all(
        shapely.equals_exact(chain, line)
        for chain, line in zip(chains, project.lines.geoms, strict=True)
    )
    rings = edge_table(shapely.get_parts(project.areas.boundary))
    points = shapely.get_parts(project.points)
    alignment = lines if as_given else edge_table(chains)
    return Pieces(
        lines=lines,
        alignment=alignment,
        nearest=None if as_given or not alignment.edges else NearestPlace(alignment),
        areas=project.areas,
        points=project.points,
        measured=tuple(
            bundles
            for bundles in (bundles_of_lines(lines), bundles_of_lines(rings), bundles_of(points))
            if len(bundles.starts)
        ),
        area_m2=project.area_m2,
    )
