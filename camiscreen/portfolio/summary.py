"""The summary of a batch: one row a project as CSV, Parquet and JSON.

This module's one job. Rows are in the order of ids, whatever order they were finished in; the same
results give the same bytes. JSON also says what the batch was screened with and what it adds up to.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from camiscreen import __version__, exit_codes
from camiscreen.layers.catalogue import Layer
from camiscreen.model import Rulebook
from camiscreen.portfolio import naming
from camiscreen.portfolio.hotspots import HotSpot
from camiscreen.portfolio.jobs import Order
from camiscreen.portfolio.results import Result, Row
from camiscreen.report.spreadsheet_text import guarded
from camiscreen.report.text import clean
from camiscreen.values import dataclass
from camiscreen.vocabulary import Verdict

SCHEMA_VERSION = 1

COLUMNS = tuple(field.name for field in fields(Row))


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """All that is told of a batch: results in the order of ids, and what they were made with."""

    order: Order
    rulebook: Rulebook
    layers: Sequence[Layer]
    results: tuple[Result, ...]
    hotspots: tuple[HotSpot, ...]

    @property
    def rows(self) -> list[Row]:
        """The rows, in the order of ids."""
        return [result.row for result in self.results]

    @property
    def exit_code(self) -> int:
        """The worst of all projects."""
        return exit_codes.worst([row.exit_code for row in self.rows])

    @property
    def generated_on(self) -> str:
        """The latest date of a row: a batch that was resumed ends when its last project did."""
        return max((row.generated_on for row in self.rows), default=self.order.generated_on)


def in_order(results: Sequence[Result]) -> tuple[Result, ...]:
    """Results by id, as the batch was named, not as it ran."""
    return tuple(sorted(results, key=lambda result: naming.natural(result.row.id)))


def as_json(batch: Batch) -> bytes:
    """UTF-8 JSON, keys in a fixed order, two spaces, LF."""
    rows = batch.rows
    document = {
        "schema_version": SCHEMA_VERSION,
        "run": {
            "tool_version": __version__,
            "generated_on": batch.generated_on,
            "rulebook_version": batch.rulebook.version,
            "rulebook_sha256": batch.rulebook.sha256,
            "layers": [
                {
                    "id": layer.spec.name,
                    "version": layer.spec.version,
                    "sha256": layer.spec.sha256,
                }
                for layer in batch.layers
            ],
            "language": batch.order.language,
            "frameworks": list(batch.order.framework_ids),
            "fail_on": None if batch.order.fail_on is None else str(batch.order.fail_on),
        },
        "exit_code": batch.exit_code,
        "totals": {
            "projects": len(rows),
            "by_status": _counted(row.status for row in rows),
            "by_verdict": {
                str(verdict): n
                for verdict in reversed(Verdict)
                if (n := sum(row.verdict == verdict for row in rows))
            },
            "by_exit_code": _counted(str(row.exit_code) for row in rows),
        },
        "projects": [_plain(row) for row in rows],
        "hot_spots": [_hot_spot(spot) for spot in batch.hotspots],
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


def _counted(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))


def _plain(row: Row) -> dict[str, object]:
    values = {name: getattr(row, name) for name in COLUMNS}
    return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}


def _hot_spot(spot: HotSpot) -> dict[str, object]:
    return {
        "layer_id": spot.layer_id,
        "receptor_id": spot.receptor_id,
        "receptor_kind": spot.receptor_kind,
        "name": spot.name.en,
        "species_id": spot.species_id,
        "states": list(spot.states),
        "significance": spot.significance,
        "crossing": list(spot.crossing),
        "near": list(spot.near),
        "crossing_length_m": spot.length_m,
    }


def as_csv(rows: Sequence[Row]) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read Cyrillic; lists by semicolons."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(getattr(row, name)) for name in COLUMNS] for row in rows)
    return out.getvalue().encode("utf-8-sig", "replace")


def _cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, tuple):
        value = ";".join(value)
    if isinstance(value, str):
        return guarded(clean(value))
    return value


def as_parquet(rows: Sequence[Row]) -> bytes | None:
    """The rows with typed columns; None where pyarrow is not installed."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        return None
    kinds: dict[object, Any] = {
        int: pa.int64(),
        int | None: pa.int64(),
        float: pa.float64(),
        tuple[str, ...]: pa.list_(pa.string()),
    }
    schema = pa.schema([(f.name, kinds.get(f.type, pa.string())) for f in fields(Row)])
    columns = {name: [_encodable(getattr(row, name)) for row in rows] for name in COLUMNS}
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns, schema=schema), buffer, compression="zstd")
    return buffer.getvalue()


def _encodable(value: object) -> object:
    if isinstance(value, tuple):
        return [_encodable(item) for item in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
