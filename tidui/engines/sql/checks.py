"""What must be true before facts may be read: known accounts, whole shares, conserved sums."""

from __future__ import annotations

from tidui.core.calendar import Span
from tidui.engines.doors import Step
from tidui.engines.sql.cells import WHOLE

_SUM = "CAST(SUM(CAST({0} AS DECIMAL(38,0))) AS DECIMAL(38,0))"


def excess_shares(item: str) -> str:
    """Return the query of accounts with shares above the whole, with the worst day's share."""
    return (
        "SELECT t.account_no, MIN(t.from_day) AS from_day, MAX(t.share_ppm) AS share_ppm"
        f" FROM {item}_totals t WHERE t.share_ppm > {WHOLE} GROUP BY t.account_no"
    )


def uncovered_accounts(prefix: str, balances: str, span: Span) -> list[Step]:
    """Find accounts whose balances reach beyond one account row; most have none to look at."""
    extent = (
        f"SELECT b.account_no, greatest(MIN(b.from_day), {span.from_day}) AS from_day,"
        f" least(MAX(b.to_day), {span.to_day}) AS to_day FROM {balances} b"
        f" WHERE b.from_day < {span.to_day} AND b.to_day > {span.from_day} GROUP BY b.account_no"
    )
    doubtful = (
        f"SELECT x.account_no FROM ({extent}) x LEFT JOIN {prefix}a_rows r"
        " ON r.account_no = x.account_no AND r.from_day <= x.from_day AND r.to_day >= x.to_day"
        " WHERE r.account_no IS NULL"
    )
    return [(f"{prefix}_doubtful", doubtful)]


def balance_days(prefix: str, balances: str, span: Span) -> str:
    """Return the query of the days with a balance of each doubtful account."""
    days = (
        _SUM.format(f"least(b.to_day, {span.to_day}) - greatest(b.from_day, {span.from_day})")
        + " AS days"
    )
    return (
        f"SELECT b.account_no, {days} FROM {balances} b JOIN {prefix}_doubtful d"
        f" ON d.account_no = b.account_no"
        f" WHERE b.from_day < {span.to_day} AND b.to_day > {span.from_day} GROUP BY b.account_no"
    )


def known_balance_days(prefix: str, balances: str) -> str:
    """Return the query of the days on which the doubtful accounts' balances have account rows."""
    days = _SUM.format("least(b.to_day, r.to_day) - greatest(b.from_day, r.from_day)")
    return (
        f"SELECT b.account_no, {days} AS days FROM {balances} b"
        f" JOIN {prefix}_doubtful d ON d.account_no = b.account_no"
        f" JOIN {prefix}a_rows r ON r.account_no = b.account_no"
        " AND r.from_day < b.to_day AND b.from_day < r.to_day GROUP BY b.account_no"
    )


def unknown_flows(prefix: str, span: Span) -> str:
    """Return the query of accounts with entries on days without an account row."""
    return (
        f"SELECT f.account_no, COUNT(*) AS entries FROM {prefix}_flows f"
        f" LEFT JOIN {prefix}a_rows r ON r.account_no = f.account_no"
        " AND r.from_day <= f.day AND f.day < r.to_day"
        f" WHERE r.account_no IS NULL AND f.day >= {span.from_day} AND f.day < {span.to_day}"
        " AND (f.account_no IS NOT NULL OR f.customer_no IS NULL) GROUP BY f.account_no"
    )


def ledger_total(balances: str, span: Span) -> str:
    """Return the query of Σ balance × days and Σ days of the ledger alone."""
    days = f"(least(b.to_day, {span.to_day}) - greatest(b.from_day, {span.from_day}))"
    return (
        f"SELECT {_SUM.format('b.balance * ' + days)} AS total, {_SUM.format(days)} AS days"
        f" FROM {balances} b WHERE b.from_day < {span.to_day} AND b.to_day > {span.from_day}"
    )


def holders_total(cells: str, balances: str, span: Span) -> str:
    """Return the query of Σ balance × days and Σ days over all holders, by their share."""
    days = (
        f"(least(b.to_day, c.to_day, {span.to_day})"
        f" - greatest(b.from_day, c.from_day, {span.from_day}))"
    )
    return (
        f"SELECT c.share_ppm, {_SUM.format('b.balance * ' + days)} AS total,"
        f" {_SUM.format(days)} AS days FROM {balances} b JOIN {cells} c"
        " ON c.account_no = b.account_no AND c.from_day < b.to_day AND b.from_day < c.to_day"
        f" WHERE b.from_day < {span.to_day} AND b.to_day > {span.from_day}"
        f" AND c.from_day < {span.to_day} AND c.to_day > {span.from_day} GROUP BY c.share_ppm"
    )


def ledger_flows(flows: str, span: Span) -> str:
    """Return the query of Σ amount and Σ count of the ledger's entries alone."""
    return (
        f"SELECT {_SUM.format('f.amount')} AS total, {_SUM.format('f.count')} AS entries"
        f" FROM {flows} f WHERE f.day >= {span.from_day} AND f.day < {span.to_day}"
    )


def holders_flows(prefix: str, flows: str, span: Span) -> str:
    """Return the query of Σ amount and Σ count over all holders, by their share."""
    parts = (
        f"SELECT c.share_ppm, f.amount, f.count FROM {flows} f JOIN {prefix}{item}_cells c"
        f" ON c.account_no = f.{key} AND c.from_day <= f.day AND f.day < c.to_day"
        f" WHERE {condition} f.day >= {span.from_day} AND f.day < {span.to_day}"
        for item, key, condition in (
            ("a", "account_no", ""),
            ("c", "customer_no", "f.account_no IS NULL AND"),
        )
    )
    return (
        f"SELECT x.share_ppm, {_SUM.format('x.amount')} AS total,"
        f" {_SUM.format('x.count')} AS entries FROM ({' UNION ALL '.join(parts)}) x"
        " GROUP BY x.share_ppm"
    )
