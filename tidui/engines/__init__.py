"""Engines: integer facts out of a ledger snapshot, by one SQL text on DuckDB and on Spark.

An engine joins and adds integers; filters, coefficients, rates and prices are the core's. Read
``sql/cells.py`` for who holds what on which day, ``sql/scans.py`` for the sums.

>>> with open_engine("duckdb", threads=1, memory="512MiB") as engine:
...     engine.rows("days", (("day", "INTEGER"),), [(1,), (2,)])
...     engine.run("SELECT COUNT(*) AS days, MAX(d.day) AS last FROM days d")
[(2, 2)]
"""

from tidui.engines.conservation import check_conservation
from tidui.engines.doors import Engine, FloatFoundError, Part, Snapshot, open_engine
from tidui.engines.facts import compute_facts
from tidui.engines.leaves import leaf_rows
from tidui.engines.lint import BannedSqlError, lint_sql
from tidui.engines.prepare import Prepared, prepare, release

__all__ = [
    "BannedSqlError", "Engine", "FloatFoundError", "Part", "Prepared", "Snapshot",
    "check_conservation", "compute_facts", "leaf_rows", "lint_sql", "open_engine", "prepare",
    "release",
]  # fmt: skip
