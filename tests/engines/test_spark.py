"""Spark, DuckDB and the naive interpreter agree: one session, the same files, the same texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.engines.extremes import EXTREME_SPAN, extreme_ledger, extreme_requests
from tests.engines.ledgers import joined, random_ledger, random_members
from tests.engines.naive import naive_facts
from tests.engines.questions import random_requests
from tests.engines.spans import SPAN
from tidui.engines import (
    Engine,
    FloatFoundError,
    check_conservation,
    compute_facts,
    leaf_rows,
    open_engine,
    prepare,
    release,
)

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def spark() -> Iterator[Engine]:
    pytest.importorskip("pyspark", reason="pip install 'tidui[spark]'")
    with open_engine("spark", threads=2, memory="2GiB") as engine:
        yield engine


@pytest.fixture(scope="module")
def duck() -> Iterator[Engine]:
    with open_engine("duckdb", threads=2, memory="1GiB") as engine:
        yield engine


@pytest.mark.parametrize("seed", range(5))
def test_spark_agrees_with_duckdb_and_the_naive_interpreter(
    spark: Engine, duck: Engine, seed: int, tmp_path: Path
) -> None:
    # Six random ledgers in each of five, since Spark's time goes into planning.
    rng = Random(seed)
    ledger = joined([random_ledger(rng, SPAN, name) for name in "uvwxyz"]).write(tmp_path)
    members = random_members(rng, SPAN) if seed % 2 else None
    requests = random_requests(rng, SPAN, count=3)
    expected = naive_facts(ledger, SPAN, requests, members)
    for engine in (duck, spark):
        prepared = prepare(engine, ledger, span=SPAN, members=members)
        assert prepared.issues == ()
        assert compute_facts(engine, prepared, requests) == expected
        release(engine, prepared)


def test_spark_is_exact_at_the_largest_sums(spark: Engine, duck: Engine, tmp_path: Path) -> None:
    ledger = extreme_ledger().write(tmp_path)
    expected = naive_facts(ledger, EXTREME_SPAN, extreme_requests())
    for engine in (duck, spark):
        prepared = prepare(engine, ledger, span=EXTREME_SPAN)
        assert compute_facts(engine, prepared, extreme_requests()) == expected
        assert check_conservation(engine, prepared, EXTREME_SPAN) == ()
        release(engine, prepared)


def test_spark_shows_the_same_leaves(spark: Engine, duck: Engine, tmp_path: Path) -> None:
    rng = Random(7)
    ledger = random_ledger(rng, SPAN).write(tmp_path)
    request = next(r for r in random_requests(rng, SPAN) if r.kind == "balance")
    found = []
    for engine in (duck, spark):
        prepared = prepare(engine, ledger, span=SPAN)
        found.append(
            [leaf_rows(engine, prepared, request, subject, 0) for subject in prepared.subjects]
        )
        release(engine, prepared)
    assert found[0] == found[1]


def test_spark_lets_no_float_out(spark: Engine) -> None:
    spark.rows("t", (("a", "BIGINT"),), [(1,)])
    # The lint bans a quotient; the guard stands behind it.
    frame = spark._session.sql("SELECT a / 2 AS half FROM t")  # type: ignore[attr-defined]
    frame.createOrReplaceTempView("halves")
    with pytest.raises(FloatFoundError):
        spark.run("SELECT h.half FROM halves h")


def test_spark_raises_where_a_product_leaves_64_bits(spark: Engine) -> None:
    spark.rows("t", (("a", "BIGINT"),), [(10**18,)])
    with pytest.raises(Exception, match=r"(?i)overflow"):
        spark.run("SELECT t.a * 31 AS product FROM t")
