"""What every engine can do, and the part of a ledger snapshot that engines need.

A door is the only place that touches a database: it runs the texts of ``tidui.engines.sql``,
each after the lint, and lets out integers and text, never a float.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

Value = int | str | None
Row = tuple[Value, ...]
Step = tuple[str, str]
"""Name of a table and the SQL text that fills it."""
Schema = tuple[tuple[str, str], ...]
"""Columns of a table: name and type, one of ``COLUMN_TYPES``."""

COLUMN_TYPES: Final = frozenset({"BIGINT", "INTEGER", "DECIMAL(38,0)", "VARCHAR"})
"""What may enter an engine as a column that it reads, and leave it as a result."""

ATTRIBUTE_COLUMNS: Final = (
    "kind", "product", "currency", "segment", "tier", "industry", "org_code",
    "customer_rate_ppb", "transfer_price_code",
)  # fmt: skip
"""What describes an account on a day: ``COMBO_COLUMNS`` without the holder's role."""

_SPAN: Final[Schema] = (("from_day", "INTEGER"), ("to_day", "INTEGER"))
_ORIGIN: Final[Schema] = (("delivery", "INTEGER"), ("line", "BIGINT"))

LEDGER_SCHEMAS: Final[dict[str, Schema]] = {
    "accounts": (
        ("account_no", "VARCHAR"), ("customer_no", "VARCHAR"), ("kind", "VARCHAR"),
        ("product", "VARCHAR"), ("currency", "VARCHAR"), ("org_code", "VARCHAR"),
        ("customer_rate_ppb", "BIGINT"), ("transfer_price_code", "VARCHAR"), *_SPAN,
    ),
    "balances": (
        ("account_no", "VARCHAR"), ("balance", "BIGINT"), ("class", "INTEGER"),
        ("overdue_days", "INTEGER"), *_SPAN, *_ORIGIN,
    ),
    "attributions": (
        ("account_no", "VARCHAR"), ("customer_no", "VARCHAR"), ("who", "VARCHAR"),
        ("basis", "VARCHAR"), ("role", "VARCHAR"), ("share_ppm", "BIGINT"), *_SPAN,
    ),
    "customers": (
        ("customer_no", "VARCHAR"), ("segment", "VARCHAR"), ("tier", "VARCHAR"),
        ("industry", "VARCHAR"), *_SPAN,
    ),
    "flows": (
        ("entry_id", "VARCHAR"), ("day", "INTEGER"), ("account_no", "VARCHAR"),
        ("customer_no", "VARCHAR"), ("kind", "VARCHAR"), ("amount", "BIGINT"),
        ("currency", "VARCHAR"), ("count", "BIGINT"), *_ORIGIN,
    ),
}  # fmt: skip
"""The columns that engines read of each ledger table; days are day numbers since 1970-01-01."""


class Part(Protocol):
    """One effective Parquet file of a ledger table."""

    @property
    def path(self) -> Path:
        """Where the file lies."""

    @property
    def from_day(self) -> int:
        """First day number that its rows touch."""

    @property
    def to_day(self) -> int:
        """First day number after them."""


class Snapshot(Protocol):
    """The state of a ledger after one of its catalogue entries."""

    def parts(self, table: str) -> Sequence[Part]:
        """Return the effective files of a table."""


class FloatFoundError(RuntimeError):
    """A column that is not an integer or text was about to pass an engine's door."""


class Engine(Protocol):
    """A database that joins and adds integers.

    Attributes:
        name: ``duckdb`` or ``spark``.
    """

    name: str

    def run(self, sql: str) -> list[Row]:
        """Return the rows of a query, in no promised order."""

    def table(self, name: str, sql: str, *, near: str | None = None) -> None:
        """Keep the rows of a query under a name.

        Rows with close values of the column ``near`` may be laid beside each other: a join with
        files sorted by it is then a quarter faster, and nothing else depends on it.
        """

    def parquet(self, name: str, schema: Schema, paths: Sequence[Path]) -> None:
        """Name the given columns of Parquet files; without files the table is empty."""

    def rows(self, name: str, columns: Schema, rows: Iterable[Row]) -> None:
        """Name a small table of parameters."""

    def drop(self, names: Iterable[str]) -> None:
        """Forget tables."""

    def fresh(self, letter: str) -> str:
        """Return a prefix for table names that this engine has not given before."""

    def close(self) -> None:
        """Free everything."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def open_engine(name: str = "duckdb", *, threads: int = 2, memory: str = "4GiB") -> Engine:
    """Open an engine; use it as a context manager.

    Parameters
    ----------
    name : str
        ``duckdb`` (in memory, over Parquet) or ``spark`` (needs ``tidui[spark]`` and Java 17).
    threads : int
        Threads that it may use; the answers do not depend on it.
    memory : str
        Upper bound, in ``MiB`` or ``GiB``, e.g. ``4GiB``.

    Raises
    ------
    ValueError
        If the name or the memory is not understood.
    RuntimeError
        If Spark is asked for and not installed; the message says how to install it.
    """
    memory_mib = _memory_mib(memory)
    if name == "duckdb":
        from tidui.engines.duckdb import DuckDBEngine

        return DuckDBEngine(threads=threads, memory_mib=memory_mib)
    if name == "spark":
        from tidui.engines.spark import SparkEngine

        return SparkEngine(threads=threads, memory_mib=memory_mib)
    raise ValueError(f"name: {name!r} is not an engine; duckdb and spark are")


def run_steps(engine: Engine, steps: Iterable[Step]) -> None:
    """Fill tables in their order."""
    for name, sql in steps:
        engine.table(
            name, sql, near="account_no" if name.endswith(("_cells", "_credits")) else None
        )


def _memory_mib(text: str) -> int:
    match = re.fullmatch(r"([1-9][0-9]*) ?([MG])(?:i?B)?", text)
    if match is None:
        raise ValueError(f"memory: {text!r} is not like 512MiB or 4GiB")
    return int(match[1]) * (1024 if match[2] == "G" else 1)
