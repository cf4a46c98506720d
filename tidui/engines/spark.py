"""The door to Apache Spark: the same texts over the same Parquet files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from tidui.engines.doors import COLUMN_TYPES, FloatFoundError, Row, Schema
from tidui.engines.lint import lint_sql

_TYPES: Final = {
    "bigint": "BIGINT",
    "int": "INTEGER",
    "decimal(38,0)": "DECIMAL(38,0)",
    "string": "VARCHAR",
}
"""Spark's names for the types that may pass."""

_MISSING: Final = (
    "Spark is not installed: pip install 'tidui[spark]' (it also needs Java 17), or use --engine"
    " duckdb"
)


class SparkEngine:
    """One session; on this machine unless ``SPARK_REMOTE`` or the Spark configuration says where.

    ANSI mode makes an overflow an error instead of a null; nothing depends on the zone, which is
    UTC all the same.
    """

    name = "spark"

    def __init__(self, *, threads: int, memory_mib: int) -> None:
        try:
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise RuntimeError(_MISSING) from error
        self._numbers = count(1)
        self._kept: dict[str, Any] = {}
        self._session = (
            SparkSession.builder.master(f"local[{threads}]")
            .appName("tidui")
            .config("spark.driver.memory", f"{memory_mib}m")
            .config("spark.sql.ansi.enabled", "true")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", str(threads))
            .config("spark.ui.enabled", "false")
            .config("spark.log.level", "ERROR")
            .getOrCreate()
        )

    def run(self, sql: str) -> list[Row]:
        """Return the rows of a query; decimals come out as ``int``."""
        lint_sql(sql)
        frame = self._session.sql(sql)
        _refuse_others(frame)
        return [
            tuple(int(value) if isinstance(value, Decimal) else value for value in row)
            for row in frame.collect()
        ]

    def table(self, name: str, sql: str, *, near: str | None = None) -> None:
        """Keep the rows of a query under a name; Spark shuffles whatever lies near."""
        lint_sql(sql)
        frame = self._session.sql(sql)
        _refuse_others(frame)
        # A checkpoint cuts the plan: a dozen tables built on each other would be planned anew,
        # all together, for each that is added or dropped.
        self._keep(name, frame.localCheckpoint())

    def parquet(self, name: str, schema: Schema, paths: Sequence[Path]) -> None:
        """Name the given columns of Parquet files; without files the table is empty."""
        if not paths:
            self.rows(name, schema, ())
            return
        frame = self._session.read.parquet(*(str(path) for path in paths))
        frame = frame.select(*(column for column, _ in schema))
        _refuse_others(frame)
        self._keep(name, frame)

    def rows(self, name: str, columns: Schema, rows: Iterable[Row]) -> None:
        """Name a small table of parameters."""
        spark_type = {ours: spark for spark, ours in _TYPES.items()}
        declared = ", ".join(f"{column} {spark_type[kind]}" for column, kind in columns)
        self._keep(name, self._session.createDataFrame(list(rows), declared))

    def drop(self, names: Iterable[str]) -> None:
        """Forget tables."""
        for name in names:
            frame = self._kept.pop(name, None)
            if frame is not None:
                self._session.catalog.dropTempView(name)
                frame.unpersist()

    def fresh(self, letter: str) -> str:
        """Return a prefix for table names that was not given before."""
        return f"{letter}{next(self._numbers)}"

    def close(self) -> None:
        """Stop the session."""
        self._session.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _keep(self, name: str, frame: Any) -> None:
        self.drop([name])
        frame.createOrReplaceTempView(name)
        self._kept[name] = frame


def _refuse_others(frame: Any) -> None:
    for column, kind in frame.dtypes:
        if _TYPES.get(kind) not in COLUMN_TYPES:
            raise FloatFoundError(f"{column} is {kind}; an engine holds integers and text")
