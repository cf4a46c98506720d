"""From account rows, customer rows and attributions to cells: who holds what on which days.

The same steps serve accounts (prefix ending in ``a``) and customers who have flows without an
account (prefix ending in ``c``). A *row* is an account row inside the span, a *state* a row cut
at every day on which anything about it may change, a *cell* a state with one of its holders.
"""

from __future__ import annotations

from typing import Final

from tidui.core.calendar import Span
from tidui.engines.doors import ATTRIBUTE_COLUMNS, Step

WHOLE: Final = 1_000_000
"""All shares of an account on a day, in ppm."""

ACCOUNT_COLUMNS: Final = (
    "kind", "product", "currency", "org_code", "customer_rate_ppb", "transfer_price_code",
)  # fmt: skip
"""Attributes that stand in an account row; the others stand in the customer's."""


def names_of_holders(prefix: str) -> str:
    """Return the query of the distinct holders and roles of the basis."""
    return (
        f"SELECT DISTINCT t.who, t.role FROM {prefix}_attributions t"
        f" JOIN {prefix}_basis q ON q.basis = t.basis"
    )


def account_rows(prefix: str, span: Span) -> list[Step]:
    """Clip account rows and attributions to the span.

    Parameters
    ----------
    prefix : str
        Prefix of the tables read: accounts, attributions, basis, holders, roles.
    span : Span
        Days of the preparation.
    """
    columns = ", ".join(
        f"CAST(r.{column} AS BIGINT) AS {column}" if column.endswith("_ppb") else f"r.{column}"
        for column in ACCOUNT_COLUMNS
    )
    rows = (
        f"SELECT r.account_no, r.customer_no, {columns}, {_clipped('r', span)}"
        f" FROM {prefix}_accounts r WHERE {_meets('r', span)}"
    )
    shares = (
        "SELECT t.account_no, t.customer_no, h.subject_no, n.role_no, t.share_ppm,"
        f" {_clipped('t', span)} FROM {prefix}_attributions t"
        f" JOIN {prefix}_basis q ON q.basis = t.basis"
        f" JOIN {prefix}_holders h ON h.who = t.who"
        f" JOIN {prefix}_roles n ON n.role IS NOT DISTINCT FROM t.role WHERE {_meets('t', span)}"
    )
    return [(f"{prefix}a_rows", rows), (f"{prefix}a_shares", shares)]


def customer_rows(prefix: str, span: Span) -> list[Step]:
    """Make a row for each customer who has a flow without an account in the span."""
    nothing = "CASE WHEN f.customer_no IS NULL THEN f.customer_no END"
    texts = ", ".join(
        f"{nothing} AS {column}" for column in ACCOUNT_COLUMNS if not column.endswith("_ppb")
    )
    rows = (
        f"SELECT f.customer_no AS account_no, f.customer_no, {texts},"
        f" CAST(NULL AS BIGINT) AS customer_rate_ppb,"
        f" {span.from_day} AS from_day, {span.to_day} AS to_day FROM"
        f" (SELECT DISTINCT f.customer_no FROM {prefix}_flows f WHERE f.account_no IS NULL"
        f" AND f.customer_no IS NOT NULL AND f.day >= {span.from_day} AND f.day < {span.to_day}) f"
    )
    shares = (
        "SELECT s.account_no, s.customer_no, s.subject_no, s.role_no, s.share_ppm,"
        f" s.from_day, s.to_day FROM {prefix}a_shares s WHERE s.account_no IS NULL"
    )
    return [(f"{prefix}c_rows", rows), (f"{prefix}c_shares", shares)]


def described_pieces(item: str, customers: str) -> list[Step]:
    """Cut rows at every change and look up their attributes on each piece.

    Parameters
    ----------
    item : str
        Prefix of rows and shares.
    customers : str
        Table of customer rows.
    """
    inner = " UNION DISTINCT ".join(
        f"SELECT r.account_no, r.from_day AS row_day, r.to_day AS end_day, s.{day} AS day"
        f" FROM {item}_rows r JOIN {source} s ON s.{key} = r.{key}"
        f" AND s.{day} > r.from_day AND s.{day} < r.to_day"
        for source, key in (
            (f"{item}_shares", "account_no"),
            (f"{item}_shares", "customer_no"),
            (customers, "customer_no"),
        )
        for day in ("from_day", "to_day")
    )
    cut = "SELECT i.account_no, i.row_day, i.{day} AS day FROM " + f"{item}_inner i"
    starts = f"{cut.format(day='day')} UNION DISTINCT {cut.format(day='row_day')}"
    ends = f"{cut.format(day='day')} UNION DISTINCT {cut.format(day='end_day')}"
    pieces = (
        "SELECT r.account_no, r.from_day AS row_day, r.from_day, r.to_day"
        f" FROM {item}_rows r LEFT JOIN (SELECT DISTINCT i.account_no, i.row_day"
        f" FROM {item}_inner i) x ON x.account_no = r.account_no AND x.row_day = r.from_day"
        " WHERE x.account_no IS NULL UNION ALL"
        " SELECT b.account_no, b.row_day, b.day AS from_day, MIN(e.day) AS to_day"
        f" FROM ({starts}) b JOIN ({ends}) e ON e.account_no = b.account_no"
        " AND e.row_day = b.row_day AND e.day > b.day GROUP BY b.account_no, b.row_day, b.day"
    )
    described = (
        "SELECT p.account_no, r.customer_no, r.kind, r.product, r.currency, c.segment, c.tier,"
        " c.industry, r.org_code, r.customer_rate_ppb, r.transfer_price_code,"
        f" p.from_day, p.to_day FROM ({pieces}) p JOIN {item}_rows r"
        " ON r.account_no = p.account_no AND r.from_day = p.row_day"
        f" LEFT JOIN {customers} c ON c.customer_no = r.customer_no"
        " AND c.from_day <= p.from_day AND p.from_day < c.to_day"
    )
    return [(f"{item}_inner", inner), (f"{item}_described", described)]


def distinct_attributes(prefix: str) -> str:
    """Return the query of the distinct attribute tuples of accounts and customers."""
    columns = ", ".join(f"d.{column}" for column in ATTRIBUTE_COLUMNS)
    return " UNION DISTINCT ".join(
        f"SELECT {columns} FROM {prefix}{item}_described d" for item in "ac"
    )


def cells(prefix: str, item: str, *, unassigned_no: int, role_count: int) -> list[Step]:
    """Give each state to its holders and the rest of each to nobody.

    An account's own shares beat its customer's on each day.

    Parameters
    ----------
    prefix : str
        Prefix of the numbered attributes.
    item : str
        Prefix of the described pieces and shares.
    unassigned_no : int
        Number of the holder of the rest.
    role_count : int
        Roles including none; a combo's number is ``attribute_no * role_count + role_no``.
    """
    same = " AND ".join(f"n.{name} IS NOT DISTINCT FROM d.{name}" for name in ATTRIBUTE_COLUMNS)
    states = (
        "SELECT d.account_no, d.customer_no, n.attribute_no, d.from_day, d.to_day"
        f" FROM {item}_described d JOIN {prefix}_attributes n ON {same}"
    )
    held = (
        "SELECT s.account_no, s.customer_no, s.attribute_no, h.subject_no, h.role_no,"
        f" h.share_ppm, s.from_day, s.to_day FROM {item}_states s JOIN {item}_shares h"
    )
    day = "h.from_day <= s.from_day AND s.from_day < h.to_day"
    direct = f"{held} ON h.account_no = s.account_no AND {day}"
    indirect = (
        f"{held} ON h.customer_no = s.customer_no AND {day}"
        f" LEFT JOIN (SELECT DISTINCT x.account_no, x.from_day FROM {item}_direct x) x"
        " ON x.account_no = s.account_no AND x.from_day = s.from_day WHERE x.account_no IS NULL"
    )
    columns = (
        "h.account_no, h.customer_no, h.attribute_no, h.subject_no, h.role_no, h.share_ppm,"
        " h.from_day, h.to_day"
    )
    totals = (
        "SELECT h.account_no, h.from_day,"
        " CAST(SUM(CAST(h.share_ppm AS DECIMAL(38,0))) AS DECIMAL(38,0)) AS share_ppm"
        f" FROM {item}_held h GROUP BY h.account_no, h.from_day"
    )
    rest = (
        f"CAST({WHOLE} - CASE WHEN t.share_ppm IS NULL THEN CAST(0 AS DECIMAL(38,0))"
        " ELSE t.share_ppm END AS BIGINT)"
    )
    filled = (
        "SELECT h.account_no, h.customer_no, h.subject_no,"
        f" h.attribute_no * {role_count} + h.role_no AS combo_no, h.share_ppm,"
        f" h.from_day, h.to_day FROM {item}_held h UNION ALL"
        f" SELECT s.account_no, s.customer_no, {unassigned_no} AS subject_no,"
        f" s.attribute_no * {role_count} AS combo_no, {rest} AS share_ppm, s.from_day, s.to_day"
        f" FROM {item}_states s LEFT JOIN {item}_totals t"
        " ON t.account_no = s.account_no AND t.from_day = s.from_day"
        f" WHERE t.share_ppm IS NULL OR t.share_ppm < {WHOLE}"
    )
    return [
        (f"{item}_states", states),
        (f"{item}_direct", direct),
        (
            f"{item}_held",
            f"SELECT {columns} FROM {item}_direct h UNION ALL {indirect}",
        ),
        (f"{item}_totals", totals),
        (f"{item}_cells", filled),
    ]


def credits_of_members(prefix: str, item: str) -> list[Step]:
    """Credit cells to the subjects of which their holders are members, day by day."""
    sql = (
        "SELECT c.account_no, c.customer_no, m.subject_no, c.combo_no, c.share_ppm,"
        " greatest(c.from_day, m.from_day) AS from_day, least(c.to_day, m.to_day) AS to_day"
        f" FROM {item}_cells c JOIN {prefix}_members m ON m.holder_no = c.subject_no"
        " AND m.from_day < c.to_day AND c.from_day < m.to_day"
    )
    return [(f"{item}_credits", sql)]


def _meets(alias: str, span: Span) -> str:
    return f"{alias}.from_day < {span.to_day} AND {alias}.to_day > {span.from_day}"


def _clipped(alias: str, span: Span) -> str:
    return (
        f"greatest({alias}.from_day, {span.from_day}) AS from_day,"
        f" least({alias}.to_day, {span.to_day}) AS to_day"
    )
