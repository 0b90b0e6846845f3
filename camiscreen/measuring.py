"""Many lines against one layer: lengths inside and distances, without what a report needs.

For tables of hundreds of routes and for looking ahead in a portfolio. It finds what
``exposure.measure`` finds, by the same means, for many lines in one go.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from shapely import LineString

from camiscreen.arrays import Whole, among
from camiscreen.bundles import Bundles, bundles_of_lines, bundles_of_wkb, widened
from camiscreen.edges import EdgeTable, edge_table
from camiscreen.geodesy import Floats
from camiscreen.layers.store import Store, TilePairs
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """Some neighbouring lines and the tiles near them, read and ready to be measured.

    ``line`` are the numbers of the lines of ``table``; ``pairs`` are chunks of it and tiles, the
    outlines of which are ``outline``.
    """

    line: Whole
    table: EdgeTable
    pairs: TilePairs
    outline: Bundles


def measure_lines(lines: Sequence[LineString], store: Store, reach_m: float) -> Meetings:
    """Every meeting of some lines with the receptors of a layer that lie within ``reach_m``.

    Lines in degrees, densified as projects are. Polygons only have lengths.
    """
    found = [measure_batch(batch, reach_m) for batch in batches(lines, store, reach_m)]
    columns = [np.concatenate(column) for column in zip(*found, strict=True)] or [np.zeros(0)] * 4
    order = np.lexsort([columns[1], columns[0]])
    line, owner, length_m, distance_m = (column[order] for column in columns)
    return Meetings(line=line, owner=owner, length_m=length_m, distance_m=distance_m)


def batches(lines: Sequence[LineString], store: Store, reach_m: float) -> Iterator[Batch]:
    """The lines in batches of neighbours, each with what lies within ``reach_m`` of it."""
    array = np.array(lines, dtype=object)
    order = hilbert_order(shapely.bounds(array).reshape(-1, 4))
    edges = np.cumsum(shapely.get_num_coordinates(array[order]))
    for batch in np.split(order, np.flatnonzero(np.diff(edges // EDGES_AT_ONCE)) + 1):
        if len(batch):
            table = edge_table(array[batch])
            pairs = store.pairs(widened(table.boxes, reach_m))
            outline = bundles_of_wkb(pairs.wkb, pairs.bounds)
            yield Batch(line=batch, table=table, pairs=pairs, outline=outline)


def measure_batch(batch: Batch, reach_m: float) -> tuple[Whole, Whole, Floats, Floats]:
    """The columns of the meetings of a batch, unsorted."""
    table, outline = batch.table, batch.outline
    chunk, tile, owner_of = batch.pairs.box, batch.pairs.tile, batch.pairs.owner
    width = int(owner_of.max(initial=0)) + 1
    boxes, others = table.boxes[chunk], batch.pairs.bounds[tile]
    meets = (boxes[:, :2] <= others[:, 2:]).all(axis=1)
    meets &= (boxes[:, 2:] >= others[:, :2]).all(axis=1)
    meets &= outline.is_area[tile]
    inside = stretches_of_pairs(table, outline, chunk[meets], tile[meets])
    span_m = np.diff(table.at_m(inside.span), axis=1)[:, 0]
    key = table.run[inside.span[:, 0].astype(np.int64)] * width + owner_of[inside.tile]
    met, row = np.unique(key, return_inverse=True)
    length_m = np.bincount(row, span_m, minlength=len(met))
    key = table.run[table.chunk_starts[chunk]] * width + owner_of[tile]
    other = ~among(key, met)
    near, distance_m = nearest(
        bundles_of_lines(table),
        outline,
        Pairs(here=chunk[other], there=tile[other], key=key[other]),
        reach_m,
    )
    keys = np.concatenate([met, near])
    return (
        batch.line[keys // width],
        keys % width,
        np.concatenate([length_m, np.zeros(len(near))]),
        np.concatenate([np.zeros(len(met)), distance_m]),
    )
