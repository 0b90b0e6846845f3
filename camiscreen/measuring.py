"""Many lines against one layer: lengths inside and distances, without what a report needs.

For tables of hundreds of routes and for looking ahead in a portfolio. It finds what
``exposure.measure`` finds, by the same means, for many lines in one go.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from shapely import LineString

from camiscreen.arrays import Whole, among
from camiscreen.bundles import bundles_of_lines, bundles_of_wkb, widened
from camiscreen.edges import EdgeTable, edge_table
from camiscreen.geodesy import Floats
from camiscreen.layers.store import Store
from camiscreen.layers.tiling import hilbert_order
from camiscreen.nearness import Pairs, nearest
from camiscreen.overlay import stretches_of_pairs
from camiscreen.values import dataclass

EDGES_AT_ONCE = 50_000
"""Edges of the lines that are measured together; what they need stays below 200 MB."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Meetings:
    """Rows of line by receptor, sorted: ``length_m`` inside, and ``distance_m``, 0 where met."""

    line: Whole
    owner: Whole
    length_m: Floats
    distance_m: Floats


def measure_lines(lines: Sequence[LineString], store: Store, reach_m: float) -> Meetings:
    """Every meeting of some lines with the receptors of a layer that lie within ``reach_m``.

    Lines in degrees, densified as projects are. Polygons only have lengths.
    """
    found = list(_batches(lines, store, reach_m))
    columns = [np.concatenate(column) for column in zip(*found, strict=True)] or [np.zeros(0)] * 4
    order = np.lexsort([columns[1], columns[0]])
    line, owner, length_m, distance_m = (column[order] for column in columns)
    return Meetings(line=line, owner=owner, length_m=length_m, distance_m=distance_m)


def _batches(
    lines: Sequence[LineString], store: Store, reach_m: float
) -> Iterator[tuple[Whole, Whole, Floats, Floats]]:
    """The columns of the meetings, some neighbouring lines after the other."""
    array = np.array(lines, dtype=object)
    order = hilbert_order(shapely.bounds(array).reshape(-1, 4))
    edges = np.cumsum(shapely.get_num_coordinates(array[order]))
    for batch in np.split(order, np.flatnonzero(np.diff(edges // EDGES_AT_ONCE)) + 1):
        if not len(batch):
            continue
        table = edge_table(array[batch])
        line, owner, length_m, distance_m = _measure(table, store, reach_m)
        yield batch[line], owner, length_m, distance_m


def _measure(table: EdgeTable, store: Store, reach_m: float) -> tuple[Whole, Whole, Floats, Floats]:
    here = bundles_of_lines(table)
    found = store.pairs(widened(table.boxes, reach_m))
    outline, owner_of = bundles_of_wkb(found.wkb, found.bounds), found.owner
    width = int(owner_of.max(initial=0)) + 1
    boxes, tiles = table.boxes[found.box], found.bounds[found.tile]
    meets = (boxes[:, :2] <= tiles[:, 2:]).all(axis=1) & (boxes[:, 2:] >= tiles[:, :2]).all(axis=1)
    meets &= outline.is_area[found.tile]
    inside = stretches_of_pairs(table, outline, found.box[meets], found.tile[meets])
    span_m = np.diff(table.at_m(inside.span), axis=1)[:, 0]
    key = table.run[inside.span[:, 0].astype(np.int64)] * width + owner_of[inside.tile]
    met, row = np.unique(key, return_inverse=True)
    length_m = np.bincount(row, span_m, minlength=len(met))
    chunk, tile = found.box, found.tile
    key = table.run[table.chunk_starts[chunk]] * width + owner_of[tile]
    other = ~among(key, met)
    pairs = Pairs(here=chunk[other], there=tile[other], key=key[other])
    near, distance_m = nearest(here, outline, pairs, reach_m)
    keys = np.concatenate([met, near])
    return (
        keys // width,
        keys % width,
        np.concatenate([length_m, np.zeros(len(near))]),
        np.concatenate([np.zeros(len(met)), distance_m]),
    )
