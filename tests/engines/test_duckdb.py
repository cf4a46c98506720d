"""The door to DuckDB: what may enter, what may leave, and how it is opened."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.engines.extremes import EXTREME_SPAN, extreme_ledger, extreme_requests
from tests.engines.naive import naive_facts
from tidui.engines import (
    Engine,
    FloatFoundError,
    check_conservation,
    compute_facts,
    open_engine,
    prepare,
)


@pytest.fixture
def engine() -> Iterator[Engine]:
    with open_engine("duckdb", threads=1, memory="512MiB") as engine:
        yield engine


def test_sums_are_exact_at_the_largest(engine: Engine, tmp_path: Path) -> None:
    ledger = extreme_ledger().write(tmp_path)
    prepared = prepare(engine, ledger, span=EXTREME_SPAN)
    facts = compute_facts(engine, prepared, extreme_requests())
    assert facts == naive_facts(ledger, EXTREME_SPAN, extreme_requests())
    assert check_conservation(engine, prepared, EXTREME_SPAN) == ()
    assert max(row.total for row in facts.rows) > 10**27


def test_a_product_that_leaves_64_bits_raises(engine: Engine) -> None:
    engine.rows("t", (("a", "BIGINT"),), [(10**18,)])
    with pytest.raises(duckdb.OutOfRangeException):
        engine.run("SELECT t.a * 31 AS product FROM t")


@pytest.mark.parametrize("kind", ["DOUBLE", "HUGEINT", "DECIMAL(18,2)", "DATE"])
def test_a_file_with_anything_but_integers_and_text_is_refused(
    engine: Engine, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "balances.parquet"
    value = "DATE '2025-01-01'" if kind == "DATE" else f"CAST(1 AS {kind})"
    duckdb.sql(f"COPY (SELECT {value} AS balance) TO '{path}' (FORMAT parquet)")
    with pytest.raises(FloatFoundError):
        engine.parquet("b", (("balance", "BIGINT"),), [path])


def test_decimals_come_out_as_int(engine: Engine) -> None:
    engine.rows("t", (("a", "BIGINT"), ("b", "VARCHAR")), [(2, "x"), (3, None)])
    sql = "SELECT t.b, CAST(t.a AS DECIMAL(38,0)) * 10000000000000000000 AS c FROM t"
    found = engine.run(sql)
    assert sorted(found, key=str) == [("x", 2 * 10**19), (None, 3 * 10**19)]
    assert all(type(value) is int for _, value in found)
    assert engine.run("SELECT t.b FROM t WHERE t.a > 9") == []


def test_a_quote_in_a_path_is_only_a_quote(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "o'hara.parquet"
    quoted = str(path).replace("'", "''")
    duckdb.sql(f"COPY (SELECT 1::BIGINT AS a) TO '{quoted}' (FORMAT parquet)")
    engine.parquet("t", (("a", "BIGINT"),), [path])
    assert engine.run("SELECT t.a FROM t") == [(1,)]


def test_tables_are_forgotten_when_dropped(engine: Engine, tmp_path: Path) -> None:
    engine.rows("t", (("a", "BIGINT"),), [(1,)])
    engine.table("u", "SELECT t.a FROM t")
    engine.drop(["t", "u", "never"])
    with pytest.raises(duckdb.CatalogException):
        engine.run("SELECT u.a FROM u")


def test_nothing_stays_behind_after_closing() -> None:
    with open_engine("duckdb", threads=1, memory="512MiB") as engine:
        spill = Path(engine._spill)  # type: ignore[attr-defined]
        assert spill.is_dir()
    assert not spill.exists()


@pytest.mark.parametrize("memory", ["4", "4 apples", "0GiB", "-1GiB", "1.5GiB", ""])
def test_memory_that_is_not_understood_is_refused(memory: str) -> None:
    with pytest.raises(ValueError, match="memory"):
        open_engine("duckdb", memory=memory)


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(ValueError, match="duckdb and spark"):
        open_engine("sqlite")


def test_without_spark_the_message_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(RuntimeError, match=r"pip install 'tidui\[spark\]'"):
        open_engine("spark")
