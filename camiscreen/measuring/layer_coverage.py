"""How much of a project lies where each layer can speak: in its states, inside its box."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from camiscreen.geometry.beside import stretches_near
from camiscreen.geometry.bundles import Ground, bundles_of
from camiscreen.geometry.edges import EdgeTable, Intervals, complement, edge_table, merge
from camiscreen.geometry.nearness import Pairs, nearest
from camiscreen.measuring.meetings import intervals_of
from camiscreen.measuring.project_pieces import ALL, Pieces
from camiscreen.model import Coverage, KpRange, LayerCoverage, LoadedLayer
from camiscreen.values import dataclass
from camiscreen.vocabulary import ReceptorKind

_NONE: Intervals = np.zeros((0, 2))


def coverage_of(
    pieces: Pieces, layers: Sequence[LoadedLayer], region: LoadedLayer | None
) -> list[LayerCoverage]:
    """How much of the project lies where each layer can speak: its states, inside its box."""
    known: dict[Coverage, tuple[float, tuple[KpRange, ...]]] = {}
    result = []
    for layer in layers:
        where = layer.spec.coverage
        if where not in known:
            known[where] = _covered(pieces, where, region)
        share, outside = known[where]
        result.append(
            LayerCoverage(
                layer_id=layer.spec.name,
                title=layer.spec.title,
                required=layer.spec.required,
                present=True,
                covered_fraction=share,
                outside_kp_ranges=outside,
                kind=layer.spec.receptor_kind,
                species=layer.spec.species,
                uses=_uses(layer),
            )
        )
    return result


def _uses(layer: LoadedLayer) -> tuple[str, ...]:
    """What the animals of a layer of aggregation grounds gather for, near the project or not."""
    if layer.spec.receptor_kind is not ReceptorKind.AGGREGATION_GROUND:
        return ()
    return tuple(sorted({str(item.attributes.get("ground_use")) for item in layer.receptors}))


def _covered(
    pieces: Pieces, where: Coverage, region: LoadedLayer | None
) -> tuple[float, tuple[KpRange, ...]]:
    """Share of the project inside a coverage, and the chainage outside it.

    Places within the positional accuracy of the state layer count as inside: a coast drawn at
    1:10 million must not put a coastal road or a port into the sea. For a project of lines, areas
    and points the mean of the shares counts; an area counts by its outline.
    """
    shares: list[float] = []
    outside: tuple[KpRange, ...] = ()
    reach = _reach(region, where) if region is not None else None
    if pieces.lines.edges:
        left = _left_out(pieces.lines, reach)
        shares.append(1 - pieces.lines.length_inside_m(left) / pieces.lines.length_m)
        same = pieces.alignment is pieces.lines
        beside = left if same else _left_out(pieces.alignment, reach)
        outside = pieces.alignment.ranges_m(beside)
    if not pieces.areas.is_empty:
        rings = edge_table(shapely.get_parts(pieces.areas.boundary))
        shares.append(1 - rings.length_inside_m(_left_out(rings, reach)) / rings.length_m)
    if len(pieces.points.geoms):
        inside = _points_covered(shapely.get_parts(pieces.points), reach)
        shares.append(float(inside.mean()))
    share = sum(shares) / len(shares) if shares else 0.0
    return (1.0 if share >= ALL else max(0.0, share)), outside


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Reach:
    """Tiles of the states that a layer covers, its box in degrees, and the slack at borders."""

    ground: Ground
    box: BaseGeometry
    slack_m: float


def _reach(region: LoadedLayer, where: Coverage) -> _Reach:
    states = where.states
    wanted = [
        not states or receptor.id in states or bool(receptor.attributes.get("disputed"))
        for receptor in region.receptors
    ]
    return _Reach(
        ground=Ground(region.tiles[np.array(wanted, dtype=bool)[region.owners]]),
        box=shapely.box(*where.bbox),
        slack_m=region.spec.positional_accuracy_m,
    )


def _left_out(table: EdgeTable, reach: _Reach | None) -> Intervals:
    """Intervals outside a reach; all of them where there is none."""
    everything = np.array([[0.0, float(table.edges)]])
    if reach is None:
        return everything
    inside = intervals_of(table, reach.ground, np.zeros(len(reach.ground), dtype=np.int32))
    covered = inside.get(0, _NONE)
    if len(complement(covered, table.edges)):
        near = stretches_near(table, reach.ground, reach.slack_m)
        covered = merge(np.vstack([covered, near]))
    box = Ground(np.array([reach.box]))
    boxed = intervals_of(table, box, np.zeros(1, dtype=np.int32)).get(0, _NONE)
    left = np.vstack([complement(covered, table.edges), complement(boxed, table.edges)])
    return merge(left)


def _points_covered(points: NDArray[np.object_], reach: _Reach | None) -> NDArray[np.bool_]:
    """Which points lie in the box of a reach, and in its tiles or within the slack of them."""
    covered = np.zeros(len(points), dtype=bool)
    if reach is None or not len(reach.ground):
        return covered
    here, tree = bundles_of(points), reach.ground.tree
    point, tile = reach.ground.near(here, reach.slack_m)
    pairs = Pairs(here=point, there=tile, key=point)
    near, _ = nearest(here, reach.ground.bundles, pairs, reach.slack_m)
    covered[near] = True
    covered[tree.query(points, predicate="intersects")[0]] = True
    inside: NDArray[np.bool_] = covered & shapely.covers(reach.box, points)
    return inside
