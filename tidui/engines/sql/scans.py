"""From cells and ledger rows to sums, one scan for all requests of the same slices.

Slices come as *elements*: disjoint spans of which every slice is made; each is numbered, and its
bounds stand in the text as integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tidui.core.calendar import Span
from tidui.engines.doors import Step

_DECIMAL_SUM = "CAST(SUM(CAST({0} AS DECIMAL(38,0))) AS DECIMAL(38,0)) AS {1}"


@dataclass(frozen=True, slots=True)
class Element:
    """A numbered piece of the slices.

    Attributes:
        number: its number.
        span: its days.
    """

    number: int
    span: Span


@dataclass(frozen=True, slots=True)
class Source:
    """Ledger files that reach into the same elements.

    Attributes:
        table: name of the files' rows.
        elements: the elements that they reach into.
        inside: all their rows lie inside the one element that they reach into.
    """

    table: str
    elements: tuple[Element, ...]
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A condition under which a loan's balance is marked; None where it is not asked.

    Attributes:
        worst_class: marked from this loan class on.
        overdue_above: marked above this number of days overdue.
    """

    worst_class: int | None
    overdue_above: int | None

    def condition(self) -> str:
        """Return the condition on a row of balances."""
        parts = []
        if self.worst_class is not None:
            parts.append(f"b.class >= {self.worst_class}")
        if self.overdue_above is not None:
            parts.append(f"b.overdue_days > {self.overdue_above}")
        return " OR ".join(parts) or "1 = 0"


def distinct_shares(credits: str) -> str:
    """Return the query of the distinct shares of cells."""
    return f"SELECT DISTINCT c.share_ppm FROM {credits} c"


def asked_cells(
    query: str, credits: str, spans: Sequence[Span], *, class_count: int, share_count: int
) -> list[Step]:
    """Keep the credited cells that any request asks for, with the class of their combo.

    The number of subject, class and share together is the bundle: one integer to group by.

    Parameters
    ----------
    query : str
        Prefix of this scan; its ``classes`` number what the requests tell apart, its ``shares``
        the distinct shares.
    credits : str
        Cells by subject.
    spans : sequence of Span
        The slices.
    class_count, share_count : int
        ``bundle_no = (subject_no * class_count + class_no) * share_count + share_no``.
    """
    first, last = min(s.from_day for s in spans), max(s.to_day for s in spans)
    sql = (
        "SELECT c.account_no, c.customer_no, c.subject_no, k.class_no, c.share_ppm,"
        f" (CAST(c.subject_no AS BIGINT) * {class_count} + k.class_no) * {share_count}"
        f" + h.share_no AS bundle_no, greatest(c.from_day, {first}) AS from_day,"
        f" least(c.to_day, {last}) AS to_day FROM {credits} c JOIN {query}_classes k"
        f" ON k.combo_no = c.combo_no JOIN {query}_shares h ON h.share_ppm = c.share_ppm"
        f" WHERE c.from_day < {last} AND c.to_day > {first}"
    )
    return [(f"{query}_asked", sql)]


def balance_scan(
    query: str,
    sources: Sequence[Source],
    marks: Sequence[Mark],
    *,
    single: bool,
    key: str | None = None,
    across: bool = False,
) -> str:
    """Return the query of Σ balance × days by element, bundle and a further key.

    ``single`` says that the slices are one element, to which the asked cells are clipped already.

    Columns: element_no, bundle_no, key (0 without one), total, days, rows, the marked totals,
    and where ``across`` is asked the rows that begin inside the element, so that a row across
    elements is counted once. The share is multiplied afterwards, once for each sum: the products
    here stay in 64 bits below 10^15 minor units × 366 days.
    """
    kept = ["c.bundle_no", *([f"c.{key}"] if key else []), "b.balance"]
    kept += [
        f"CASE WHEN {mark.condition()} THEN b.balance ELSE 0 END AS marked{number}"
        for number, mark in enumerate(marks)
    ]
    group = ["p.bundle_no", *([f"p.{key}"] if key else [])]
    group += [] if single else ["p.element_no"]
    columns = [
        "0 AS element_no" if single else "p.element_no",
        "p.bundle_no",
        f"p.{key}" if key else "0 AS no_key",
        _DECIMAL_SUM.format("p.balance * p.days", "total"),
        _DECIMAL_SUM.format("p.days", "days"),
        "COUNT(*) AS rows_added",
        *(
            _DECIMAL_SUM.format(f"p.marked{number} * p.days", f"marked{number}")
            for number in range(len(marks))
        ),
        *([_DECIMAL_SUM.format("p.begun", "begun")] if across else []),
    ]
    pieces = _pieces(f"{query}_asked", sources, kept, single=single, across=across)
    return f"SELECT {', '.join(columns)} FROM ({pieces}) p GROUP BY {', '.join(group)}"


def account_sums(sources: Sequence[Source], table: str) -> list[Step]:
    """Add up each account's Σ balance × days over the base, before any holder."""
    parts = " UNION ALL ".join(
        f"SELECT b.account_no, b.balance,"
        f" least(b.to_day, {e.span.to_day}) - greatest(b.from_day, {e.span.from_day}) AS days"
        f" FROM {source.table} b"
        f" WHERE b.from_day < {e.span.to_day} AND b.to_day > {e.span.from_day}"
        for source in sources
        for e in source.elements
    )
    sql = (
        f"SELECT p.account_no, {_DECIMAL_SUM.format('p.balance * p.days', 'base')},"
        f" COUNT(*) AS rows_added FROM ({parts}) p GROUP BY p.account_no"
    )
    return [(table, sql)]


def carried_scan(
    query: str, base: str, elements: Sequence[Element], *, key: str | None = None
) -> str:
    """Return the query that credits each account's base to its holders in the elements.

    Columns as of ``balance_scan`` with ``across``; the total is Σ base × days.
    """
    kept = "c.bundle_no" + (f", c.{key}" if key else "")
    parts = " UNION ALL ".join(
        f"SELECT {e.number} AS element_no, {kept}, a.base, a.rows_added,"
        f" least(c.to_day, {e.span.to_day}) - greatest(c.from_day, {e.span.from_day}) AS days,"
        f" CASE WHEN c.from_day >= {e.span.from_day} THEN a.rows_added ELSE 0 END AS begun"
        f" FROM {query}_asked c JOIN {base} a ON a.account_no = c.account_no"
        f" WHERE c.from_day < {e.span.to_day} AND c.to_day > {e.span.from_day}"
        for e in elements
    )
    group = ["p.element_no", "p.bundle_no", *([f"p.{key}"] if key else [])]
    columns = [
        *group[:2],
        f"p.{key}" if key else "0 AS no_key",
        _DECIMAL_SUM.format("p.base * CAST(p.days AS DECIMAL(38,0))", "total"),
        _DECIMAL_SUM.format("p.days", "days"),
        _DECIMAL_SUM.format("p.rows_added", "rows_added"),
        _DECIMAL_SUM.format("p.begun", "begun"),
    ]
    return f"SELECT {', '.join(columns)} FROM ({parts}) p GROUP BY {', '.join(group)}"


def flow_scan(
    query: str,
    flows: str,
    credits: Sequence[tuple[str, str, str]],
    elements: Sequence[Element],
    *,
    key: bool = False,
) -> str:
    """Return the query of Σ amount and Σ count on the booking days.

    Parameters
    ----------
    query : str
        Prefix of this scan; its ``classes`` number combo, kind and currency of the flow.
    flows : str
        The entries.
    credits : sequence of (table, key, condition)
        Cells by subject, the column of the flow that finds them, and when it does.
    elements : sequence of Element
        Disjoint spans.
    key : bool
        Keep each account, or customer of a flow without one, apart.

    Returns
    -------
    str
        Columns: element_no, subject_no, class_no, share_ppm, key (0 without one), total, count,
        rows.
    """
    number = " ".join(
        f"WHEN f.day >= {e.span.from_day} AND f.day < {e.span.to_day} THEN {e.number}"
        for e in elements
    )
    first, last = min(e.span.from_day for e in elements), max(e.span.to_day for e in elements)
    parts = " UNION ALL ".join(
        f"SELECT CASE {number} END AS element_no, c.subject_no, k.class_no, c.share_ppm,"
        f" c.account_no, f.amount, f.count AS entries FROM {flows} f"
        f" JOIN {table} c ON c.account_no = f.{column}"
        " AND c.from_day <= f.day AND f.day < c.to_day"
        f" JOIN {query}_classes k ON k.combo_no = c.combo_no AND k.flow_kind = f.kind"
        " AND k.flow_currency = f.currency"
        f" WHERE {condition}f.day >= {first} AND f.day < {last}"
        for table, column, condition in credits
    )
    group = ["p.element_no", "p.subject_no", "p.class_no", "p.share_ppm"]
    grouped = ", ".join([*group, *(["p.account_no"] if key else [])])
    return (
        f"SELECT {', '.join(group)}, {'p.account_no' if key else '0 AS no_key'},"
        f" {_DECIMAL_SUM.format('p.amount', 'total')},"
        f" {_DECIMAL_SUM.format('p.entries', 'entries')}, COUNT(*) AS rows_added"
        f" FROM ({parts}) p WHERE p.element_no IS NOT NULL GROUP BY {grouped}"
    )


def flow_types(flows: str) -> str:
    """Return the query of the distinct kinds and currencies of entries."""
    return f"SELECT DISTINCT f.kind, f.currency FROM {flows} f"


def wanted_states(query: str, states: str, spans: Sequence[Span]) -> list[Step]:
    """Keep the account states whose attributes any request wants, clipped to the slices."""
    first, last = min(s.from_day for s in spans), max(s.to_day for s in spans)
    sql = (
        "SELECT s.account_no, s.customer_no, s.attribute_no,"
        f" greatest(s.from_day, {first}) AS from_day, least(s.to_day, {last}) AS to_day"
        f" FROM {states} s JOIN {query}_wanted w ON w.attribute_no = s.attribute_no"
        f" WHERE s.from_day < {last} AND s.to_day > {first}"
    )
    return [(f"{query}_states", sql)]


def state_scan(query: str, sources: Sequence[Source], *, single: bool) -> str:
    """Return the query of Σ balance × days and the highest balance by customer and attributes."""
    pieces = _pieces(
        f"{query}_states",
        sources,
        ["c.customer_no", "c.attribute_no", "b.balance"],
        single=single,
    )
    total = _DECIMAL_SUM.format("p.balance * p.days", "total")
    return (
        f"SELECT p.element_no, p.customer_no, p.attribute_no, {total},"
        f" MAX(p.balance) AS highest FROM ({pieces}) p"
        " GROUP BY p.element_no, p.customer_no, p.attribute_no"
    )


def held_customers(query: str, elements: Sequence[Element]) -> str:
    """Return the query of who held anything of which customer in each element."""
    return " UNION DISTINCT ".join(
        f"SELECT {e.number} AS element_no, c.subject_no, c.class_no, c.customer_no"
        f" FROM {query}_asked c WHERE c.from_day < {e.span.to_day} AND c.to_day > {e.span.from_day}"
        for e in elements
    )


def shares_on_days(query: str, days: Sequence[tuple[int, int]]) -> str:
    """Return the query of each subject's largest share in an account of a customer on a day.

    Parameters
    ----------
    query : str
        Prefix of the scan; its ``asked`` cells must hold one class for each currency.
    days : sequence of (number, day)
        Numbered day numbers.
    """
    parts = " UNION ALL ".join(
        f"SELECT {number} AS slice_no, c.subject_no, c.class_no, c.customer_no, c.account_no,"
        f" c.share_ppm FROM {query}_asked c WHERE c.from_day <= {day} AND {day} < c.to_day"
        for number, day in days
    )
    names = ("slice_no", "subject_no", "class_no", "customer_no")
    by_account = ", ".join(f"p.{name}" for name in (*names, "account_no"))
    by_customer = ", ".join(f"s.{name}" for name in names)
    return (
        f"SELECT {by_customer}, MAX(s.share_ppm) AS share_ppm FROM (SELECT {by_account},"
        f" {_DECIMAL_SUM.format('p.share_ppm', 'share_ppm')} FROM ({parts}) p"
        f" GROUP BY {by_account}) s GROUP BY {by_customer}"
    )


def _pieces(
    cells: str,
    sources: Sequence[Source],
    columns: Sequence[str],
    *,
    single: bool,
    across: bool = False,
) -> str:
    parts = []
    for source in sources:
        for e in source.elements:
            first, last = e.span.from_day, e.span.to_day
            edge = ("", "") if single else (f", {last}", f", {first}")
            begun = (
                f", CASE WHEN greatest(b.from_day, c.from_day) >= {first} THEN 1 ELSE 0 END"
                " AS begun"
            )
            parts.append(
                f"SELECT {e.number} AS element_no, {', '.join(columns)},"
                f" least(b.to_day, c.to_day{edge[0]})"
                f" - greatest(b.from_day, c.from_day{edge[1]}) AS days{begun if across else ''}"
                f" FROM {source.table} b JOIN {cells} c ON c.account_no = b.account_no"
                " AND c.from_day < b.to_day AND b.from_day < c.to_day"
                + _where(
                    [] if source.inside else [f"b.from_day < {last}", f"b.to_day > {first}"],
                    [] if single else [f"c.from_day < {last}", f"c.to_day > {first}"],
                )
            )
    return " UNION ALL ".join(parts)


def _where(*conditions: list[str]) -> str:
    listed = [condition for some in conditions for condition in some]
    return f" WHERE {' AND '.join(listed)}" if listed else ""
