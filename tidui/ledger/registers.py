"""The newest row of each thing that a table names: what a register of the ledger would show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tidui.exchange.sql import file_literal, name
from tidui.ledger.folder import open_duckdb
from tidui.ledger.snapshots import Snapshot
from tidui.ledger.tables import TABLES

BATCH = 5_000


def newest_rows(snapshot: Snapshot, table: str) -> Iterator[dict[str, Any]]:
    """Yield the newest row of each key of a table of intervals, in the order of the keys.

    The rows come in batches: a bank with ten million accounts doesn't fit into memory twice.
    """
    described = TABLES[table]
    if described.grain != "interval":
        raise ValueError(f"table: {table} has no newest rows")
    paths = [file_literal(part.path) for part in snapshot.parts(table)]
    if not paths:
        return
    key = ", ".join(map(name, described.key))
    columns = [word for word, _kind in described.stored]
    fields = ", ".join(map(name, columns))
    connection = open_duckdb(None)
    try:
        cursor = connection.execute(
            f"SELECT {fields} FROM read_parquet([{', '.join(paths)}]) QUALIFY row_number() OVER "
            f"(PARTITION BY {key} ORDER BY from_day DESC, delivery DESC, line DESC) = 1 "
            f"ORDER BY {key}"
        )
        while rows := cursor.fetchmany(BATCH):
            for row in rows:
                yield dict(zip(columns, row, strict=True))
    finally:
        connection.close()
