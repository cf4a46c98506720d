"""Each ban of the lint has a text that only this ban can catch, and our own texts pass."""

from __future__ import annotations

import pytest

from tidui.engines import BannedSqlError, FloatFoundError, lint_sql, open_engine

SUM = "CAST(SUM(CAST(t.a AS DECIMAL(38,0))) AS DECIMAL(38,0))"

BANNED = {
    "quotient": "SELECT t.a / 2 AS b FROM t",
    "integer quotient": "SELECT t.a // 2 AS b FROM t",
    "remainder": "SELECT t.a % 2 AS b FROM t",
    "power": "SELECT t.a ** 2 AS b FROM t",
    "average": "SELECT AVG(t.a) AS b FROM t",
    "round": "SELECT round(t.a) AS b FROM t",
    "bare sum": "SELECT SUM(t.a) AS b FROM t",
    "sum cast outside only": "SELECT CAST(SUM(t.a) AS DECIMAL(38,0)) AS b FROM t",
    "sum cast inside only": "SELECT SUM(CAST(t.a AS DECIMAL(38,0))) AS b FROM t",
    "sum in bigint": "SELECT CAST(SUM(CAST(t.a AS BIGINT)) AS BIGINT) AS b FROM t",
    "decimal with scale": "SELECT CAST(t.a AS DECIMAL(18,2)) AS b FROM t",
    "double": "SELECT CAST(t.a AS DOUBLE) AS b FROM t",
    "float": "SELECT CAST(t.a AS FLOAT) AS b FROM t",
    "hugeint": "SELECT CAST(t.a AS HUGEINT) AS b FROM t",
    "short cast": "SELECT t.a::BIGINT AS b FROM t WHERE t.a::DOUBLE > 0",
    "try cast": "SELECT TRY_CAST(t.a AS BIGINT) AS b FROM t",
    "text cast": "SELECT CAST('12' AS BIGINT) AS b FROM t",
    "date": "SELECT CAST(t.a AS DATE) AS b FROM t",
    "date literal": "SELECT DATE '2025-01-01' AS b FROM t",
    "interval": "SELECT t.a + INTERVAL 1 DAY AS b FROM t",
    "date function": "SELECT datediff('day', t.a, t.b) AS b FROM t",
    "current date": "SELECT current_date AS b FROM t",
    "point number": "SELECT t.a * 1.5 AS b FROM t",
    "exponent": "SELECT t.a * 1e3 AS b FROM t",
    "quoted name": 'SELECT t."a" AS b FROM t',
    "quoted table": "SELECT t.a FROM 'x.parquet' t",
    "backtick": "SELECT t.`a` AS b FROM t",
    "window": "SELECT row_number() OVER (ORDER BY t.a) AS b FROM t",
    "window sum": f"SELECT {SUM} OVER (PARTITION BY t.b) AS c FROM t",
    "order": "SELECT t.a FROM t ORDER BY t.a",
    "limit": "SELECT t.a FROM t LIMIT 1",
    "star": "SELECT * FROM t",
    "table star": "SELECT t.* FROM t",
    "concatenation": "SELECT t.a || 'x' AS b FROM t",
    "coalesce": "SELECT coalesce(t.a, 0) AS b FROM t",
    "function": "SELECT hash(t.a) AS b FROM t",
    "table function": "SELECT r.a FROM read_parquet('x') r",
    "other schema": "SELECT t.a FROM pg_catalog.t t",
    "cross join": "SELECT t.a FROM t CROSS JOIN u",
    "comma join": "SELECT t.a FROM t, u",
    "natural join": "SELECT t.a FROM t NATURAL JOIN u",
    "using": "SELECT t.a FROM t JOIN u USING (a)",
    "right join": "SELECT t.a FROM t RIGHT JOIN u ON t.a = u.a",
    "full join": "SELECT t.a FROM t FULL JOIN u ON t.a = u.a",
    "range join alone": "SELECT t.a FROM t JOIN u ON t.a < u.a",
    "equation with a literal": "SELECT t.a FROM t JOIN u ON t.a = 1",
    "equation within one table": "SELECT t.a FROM t JOIN u ON t.a = t.b",
    "join with or": "SELECT t.a FROM t JOIN u ON t.a = u.a AND (t.b = u.b OR t.b < u.b)",
    "between": "SELECT t.a FROM t WHERE t.a BETWEEN 1 AND 2",
    "in": "SELECT t.a FROM t WHERE t.a IN (1, 2)",
    "exists": "SELECT t.a FROM t WHERE EXISTS (SELECT u.a FROM u)",
    "like": "SELECT t.a FROM t WHERE t.b LIKE 'x'",
    "with": "WITH x AS (SELECT t.a FROM t) SELECT x.a FROM x",
    "except": "SELECT t.a FROM t EXCEPT SELECT u.a FROM u",
    "intersect": "SELECT t.a FROM t INTERSECT SELECT u.a FROM u",
    "qualify": "SELECT t.a FROM t QUALIFY t.a > 1",
    "group by all": "SELECT t.a FROM t GROUP BY ALL",
    "union by name": "SELECT t.a FROM t UNION ALL BY NAME SELECT u.a FROM u",
    "rollup": "SELECT t.a FROM t GROUP BY ROLLUP (t.a)",
    "filter": "SELECT COUNT(*) FILTER (WHERE t.a > 1) AS n FROM t",
    "sample": "SELECT t.a FROM t TABLESAMPLE 10 PERCENT",
    "comment": "SELECT t.a FROM t -- all of them",
    "block comment": "SELECT t.a /* all of them */ FROM t",
    "two statements": "SELECT t.a FROM t; SELECT t.b FROM t",
    "drop": "DROP TABLE t",
    "insert": "INSERT INTO t SELECT u.a FROM u",
    "copy": "COPY t TO 'x.parquet'",
    "boolean": "SELECT TRUE AS b FROM t",
    "not sql": "SELECT FROM WHERE",
}

ALLOWED = [
    f"SELECT t.b, {SUM} AS c, COUNT(*) AS n, MIN(t.a) AS x, MAX(t.a) AS y FROM t GROUP BY t.b",
    "SELECT t.a FROM t JOIN u ON t.a = u.a AND t.from_day < u.to_day AND u.from_day < t.to_day",
    "SELECT t.a FROM t LEFT JOIN u ON u.b IS NOT DISTINCT FROM t.b WHERE u.b IS NULL",
    "SELECT CASE WHEN t.a > 1 OR t.b IS NULL THEN -1 ELSE t.a - 2 * (t.a + 1) END AS c FROM t",
    "SELECT least(t.a, u.a, 7) - greatest(t.b, 3) AS d FROM t JOIN u ON u.c = t.c",
    "SELECT x.a FROM (SELECT DISTINCT t.a FROM t UNION ALL SELECT u.a FROM u) x",
    "SELECT t.a FROM t UNION DISTINCT SELECT CAST(u.a AS BIGINT) AS a FROM u WHERE u.b = 'x'",
    "SELECT t.a, COUNT(*) AS n FROM t GROUP BY t.a HAVING COUNT(*) > 1",
]


@pytest.mark.parametrize("name", BANNED)
def test_a_banned_construct_is_refused(name: str) -> None:
    with pytest.raises(BannedSqlError):
        lint_sql(BANNED[name])


@pytest.mark.parametrize("sql", ALLOWED)
def test_what_the_engines_need_is_allowed(sql: str) -> None:
    lint_sql(sql)


@pytest.mark.parametrize("method", ["run", "table"])
def test_no_text_runs_past_the_lint(method: str) -> None:
    with open_engine("duckdb", threads=1, memory="256MiB") as engine:
        engine.rows("t", (("a", "BIGINT"),), [(3,)])
        arguments = ["SELECT t.a / 2 AS b FROM t"]
        with pytest.raises(BannedSqlError):
            getattr(engine, method)(*(["u"] if method == "table" else []), *arguments)


def test_no_float_leaves_even_past_the_lint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tidui.engines.duckdb.lint_sql", lambda sql: None)
    with open_engine("duckdb", threads=1, memory="256MiB") as engine:
        engine.rows("t", (("a", "BIGINT"),), [(3,)])
        for sql in ("SELECT t.a / 2 AS b FROM t", "SELECT SUM(t.a) AS b FROM t"):
            with pytest.raises(FloatFoundError):
                engine.run(sql)
            with pytest.raises(FloatFoundError):
                engine.table("u", sql)
