"""Many lines against one layer: lengths inside and distances, without what a report needs.

For tables of hundreds of routes and for looking ahead in a portfolio. It finds what
``exposure.measure`` finds, by the same means, for many lines in one go.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from shapely import LineString

from camiscreen.geometry.arrays import Whole, among
from camiscreen.geometry.bundles import Bundles, bundles_of_lines, bundles_of_wkb, widened
from camiscreen.geometry.edges import EdgeTable, edge_table
from camiscreen.geometry.geodesy import Floats
from camiscreen.geometry.nearness import Pairs, nearest
from camiscreen.geometry.overlay import stretches_of_pairs
from camiscreen.layers.store import Store, TilePairs
from camiscreen.layers.tiling import hilbert_order
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

    ``line`` are the numbers of the lines of ``table``, ``here`` its bundles; ``pairs`` are chunks
    of it and tiles, the outlines of which are ``outline``. ``width`` is more than any owner.
    """

    line: Whole
    table: EdgeTable
    here: Bundles
    pairs: TilePairs
    outline: Bundles
    width: int


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
            yield Batch(
                line=batch,
                table=table,
                here=bundles_of_lines(table),
                pairs=pairs,
                outline=outline,
                width=int(pairs.owner.max(initial=0)) + 1,
            )


def measure_batch(batch: Batch, reach_m: float) -> tuple[Whole, Whole, Floats, Floats]:
    """The columns of the meetings of a batch, unsorted."""
    table, pairs = batch.table, batch.pairs
    met, length_m = _inside(batch)
    key = table.run[table.chunk_starts[pairs.box]] * batch.width + pairs.owner[pairs.tile]
    other = ~among(key, met)
    not_met = Pairs(here=pairs.box[other], there=pairs.tile[other], key=key[other])
    near, distance_m = nearest(batch.here, batch.outline, not_met, reach_m)
    keys = np.concatenate([met, near])
    return (
        batch.line[keys // batch.width],
        keys % batch.width,
        np.concatenate([length_m, np.zeros(len(near))]),
        np.concatenate([np.zeros(len(met)), distance_m]),
    )


def lengths_of_batch(batch: Batch) -> tuple[Whole, Whole, Floats]:
    """Line, owner and length inside of what is met in a batch, nothing else looked at."""
    met, length_m = _inside(batch)
    return batch.line[met // batch.width], met % batch.width, length_m


def _inside(batch: Batch) -> tuple[Whole, Floats]:
    """Keys, lines of the table times the width plus owners, and the length inside of each."""
    table, outline, pairs = batch.table, batch.outline, batch.pairs
    boxes, others = table.boxes[pairs.box], pairs.bounds[pairs.tile]
    meets = (boxes[:, :2] <= others[:, 2:]).all(axis=1)
    meets &= (boxes[:, 2:] >= others[:, :2]).all(axis=1)
    meets &= outline.is_area[pairs.tile]
    inside = stretches_of_pairs(table, batch.here, outline, pairs.box[meets], pairs.tile[meets])
    span_m = np.diff(table.at_m(inside.span), axis=1)[:, 0]
    line = table.run[inside.span[:, 0].astype(np.int64)]
    met, row = np.unique(line * batch.width + pairs.owner[inside.tile], return_inverse=True)
    length_m = np.zeros(len(met))
    np.add.at(length_m, row, span_m)
    return met, length_m
