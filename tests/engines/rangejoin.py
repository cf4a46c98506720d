"""The naive range join over daily rows: what everybody would write first."""

from __future__ import annotations

import duckdb

from tests.engines.ledgers import Ledger
from tidui.core.calendar import Span


def range_join_totals(ledger: Ledger, span: Span) -> dict[str, int]:
    """Return Σ balance × ppm per holder: each balance on each day, joined with who held it."""
    files = {
        table: ", ".join(f"'{part.path}'" for part in ledger.parts(table))
        for table in ("balances", "attributions", "accounts")
    }
    if not files["balances"]:
        return {}
    rows = duckdb.sql(
        f"""
        SELECT a.who, sum(d.balance::HUGEINT * a.share_ppm)::VARCHAR
        FROM (
            SELECT b.account_no, r.day, b.balance
            FROM read_parquet([{files["balances"]}]) b,
                 range({span.from_day}, {span.to_day}) r(day)
            WHERE b.from_day <= r.day AND r.day < b.to_day
        ) d
        JOIN read_parquet([{files["accounts"]}]) k ON k.account_no = d.account_no
            AND k.from_day <= d.day AND d.day < k.to_day
        JOIN read_parquet([{files["attributions"]}]) a ON a.account_no = d.account_no
            AND a.from_day <= d.day AND d.day < a.to_day
        GROUP BY a.who
        """
    ).fetchall()
    return {who: int(total) for who, total in rows}
