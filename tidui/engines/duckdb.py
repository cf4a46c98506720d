"""The door to DuckDB: in memory, over Parquet files."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from tidui.engines.doors import COLUMN_TYPES, FloatFoundError, Row, Schema
from tidui.engines.lint import lint_sql


class DuckDBEngine:
    """One connection that holds no file of its own but what it spills."""

    name = "duckdb"

    def __init__(self, *, threads: int, memory_mib: int) -> None:
        self._spill = tempfile.mkdtemp(prefix="tidui-")
        self._numbers = count(1)
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "threads": threads,
                "memory_limit": f"{memory_mib}MiB",
                "temp_directory": self._spill,
                "preserve_insertion_order": "false",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            },
        )
        # Progress is shown by the command line, on a terminal alone.
        self._connection.execute("SET enable_progress_bar = false")

    def run(self, sql: str) -> list[Row]:
        """Return the rows of a query; decimals come out as ``int``."""
        lint_sql(sql)
        cursor = self._connection.execute(sql)
        types = [str(column[1]) for column in cursor.description]
        _refuse_others(zip((column[0] for column in cursor.description), types, strict=True))
        decimals = [place for place, kind in enumerate(types) if kind == "DECIMAL(38,0)"]
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        if not decimals:
            return rows
        columns = [list(column) for column in zip(*rows, strict=True)]
        for place in decimals if columns else ():
            columns[place] = [None if v is None else int(v) for v in columns[place]]
        return list(zip(*columns, strict=True))

    def table(self, name: str, sql: str, *, near: str | None = None) -> None:
        """Keep the rows of a query under a name, sorted by ``near``."""
        lint_sql(sql)
        layout = f" ORDER BY {near}" if near else ""
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}{layout}")
        self._refuse_floats(name)

    def parquet(self, name: str, schema: Schema, paths: Sequence[Path]) -> None:
        """Name the given columns of Parquet files; without files the table is empty."""
        if not paths:
            self.rows(name, schema, ())
            return
        files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
        columns = ", ".join(column for column, _ in schema)
        self._connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT {columns} FROM read_parquet([{files}])"
        )
        self._refuse_floats(name)

    def rows(self, name: str, columns: Schema, rows: Iterable[Row]) -> None:
        """Name a small table of parameters."""
        declared = ", ".join(f"{column} {kind}" for column, kind in columns)
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({declared})")
        lists = [list(values) for values in zip(*rows, strict=True)]
        if lists:
            places = ", ".join(f"unnest(?::{kind}[])" for _, kind in columns)
            self._connection.execute(f"INSERT INTO {name} SELECT {places}", lists)

    def drop(self, names: Iterable[str]) -> None:
        """Forget tables."""
        kinds = dict(
            self._connection.execute(
                "SELECT table_name, table_type FROM information_schema.tables"
            ).fetchall()
        )
        for name in names:
            if name in kinds:
                kind = "VIEW" if kinds[name] == "VIEW" else "TABLE"
                self._connection.execute(f"DROP {kind} {name}")

    def fresh(self, letter: str) -> str:
        """Return a prefix for table names that was not given before."""
        return f"{letter}{next(self._numbers)}"

    def close(self) -> None:
        """Close the connection and remove what was spilled."""
        self._connection.close()
        shutil.rmtree(self._spill, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _refuse_floats(self, name: str) -> None:
        described = self._connection.execute(f"DESCRIBE {name}").fetchall()
        _refuse_others((row[0], row[1]) for row in described)


def _refuse_others(columns: Iterable[tuple[str, str]]) -> None:
    for column, kind in columns:
        if kind not in COLUMN_TYPES:
            raise FloatFoundError(f"{column} is {kind}; an engine holds integers and text")
