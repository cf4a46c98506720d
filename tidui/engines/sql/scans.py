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
    """

    table: str
    elements: tuple[Element, ...]


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


def asked_cells(query: str, credits: str, spans: Sequence[Span]) -> list[Step]:
    """Keep the credited cells that any request asks for, with the class of their combo.

    Parameters
    ----------
    query : str
        Prefix of this scan; its ``classes`` number what the requests tell apart.
    credits : str
        Cells by subject.
    spans : sequence of Span
        The slices.
    """
    first, last = min(s.from_day for s in spans), max(s.to_day for s in spans)
    sql = (
        "SELECT c.account_no, c.customer_no, c.subject_no, k.class_no, c.share_ppm,"
        f" c.from_day, c.to_day FROM {credits} c JOIN {query}_classes k"
        f" ON k.combo_no = c.combo_no WHERE c.from_day < {last} AND c.to_day > {first}"
    )
    return [(f"{query}_asked", sql)]


def balance_scan(
    query: str, sources: Sequence[Source], marks: Sequence[Mark], keys: tuple[str, ...]
) -> str:
    """Return the query of Σ balance × share × days by element, subject, class and further keys.

    Columns: element_no, subject_no, class_no, the keys, total, days, rows, begun (rows whose
    first day lies in the element, so that a row across elements is counted once), and the
    marked totals. The products stay in 64 bits below 10^15 minor units × 366 days and become
    decimals before the share is multiplied, which happens once for each share.
    """
    kept = [f"c.{key}" for key in ("subject_no", "class_no", "share_ppm", *keys)]
    flags = [
        f"CASE WHEN {mark.condition()} THEN b.balance ELSE 0 END AS marked{number}"
        for number, mark in enumerate(marks)
    ]
    pieces = _pieces(f"{query}_asked", sources, [*kept, "b.balance", *flags])
    group = ("element_no", "subject_no", "class_no", *keys)
    names = [f"marked{number}" for number in range(len(marks))]
    inner = ", ".join(
        [
            *(f"p.{name}" for name in (*group, "share_ppm")),
            _DECIMAL_SUM.format("p.balance * p.days", "total"),
            _DECIMAL_SUM.format("p.days", "days"),
            "COUNT(*) AS rows_added",
            _DECIMAL_SUM.format("p.begun", "begun"),
            *(_DECIMAL_SUM.format(f"p.{name} * p.days", name) for name in names),
        ]
    )
    grouped = ", ".join(f"p.{name}" for name in (*group, "share_ppm"))
    by_share = f"SELECT {inner} FROM ({pieces}) p GROUP BY {grouped}"
    return _times_share(by_share, group, ("total", *names), ("days", "rows_added", "begun"))


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


def carried_scan(query: str, base: str, elements: Sequence[Element], keys: tuple[str, ...]) -> str:
    """Return the query that credits each account's base to its holders in the elements."""
    kept = ", ".join(f"c.{key}" for key in ("subject_no", "class_no", *keys))
    parts = " UNION ALL ".join(
        f"SELECT {e.number} AS element_no, {kept}, c.share_ppm, a.base, a.rows_added,"
        f" least(c.to_day, {e.span.to_day}) - greatest(c.from_day, {e.span.from_day}) AS days,"
        f" CASE WHEN c.from_day >= {e.span.from_day} THEN a.rows_added ELSE 0 END AS begun"
        f" FROM {query}_asked c JOIN {base} a ON a.account_no = c.account_no"
        f" WHERE c.from_day < {e.span.to_day} AND c.to_day > {e.span.from_day}"
        for e in elements
    )
    group = ("element_no", "subject_no", "class_no", *keys)
    columns = ", ".join(
        [
            *(f"p.{name}" for name in group),
            _DECIMAL_SUM.format("p.base * CAST(p.share_ppm * p.days AS DECIMAL(38,0))", "total"),
            _DECIMAL_SUM.format("p.days", "days"),
            _DECIMAL_SUM.format("p.rows_added", "rows_added"),
            _DECIMAL_SUM.format("p.begun", "begun"),
        ]
    )
    return f"SELECT {columns} FROM ({parts}) p GROUP BY " + ", ".join(f"p.{n}" for n in group)


def flow_scan(
    query: str,
    flows: str,
    credits: Sequence[tuple[str, str, str]],
    elements: Sequence[Element],
    keys: tuple[str, ...],
) -> str:
    """Return the query of Σ amount × share and Σ count × share on the booking days.

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
    keys : tuple of str
        ``account_no``, or nothing.
    """
    number = " ".join(
        f"WHEN f.day >= {e.span.from_day} AND f.day < {e.span.to_day} THEN {e.number}"
        for e in elements
    )
    first, last = min(e.span.from_day for e in elements), max(e.span.to_day for e in elements)
    kept = "".join(f", c.{key}" for key in keys)
    parts = " UNION ALL ".join(
        f"SELECT CASE {number} END AS element_no, c.subject_no, k.class_no, c.share_ppm{kept},"
        f" f.amount, f.count AS entries FROM {flows} f JOIN {table} c ON c.account_no = f.{key}"
        " AND c.from_day <= f.day AND f.day < c.to_day"
        f" JOIN {query}_classes k ON k.combo_no = c.combo_no AND k.flow_kind = f.kind"
        " AND k.flow_currency = f.currency"
        f" WHERE {condition}f.day >= {first} AND f.day < {last}"
        for table, key, condition in credits
    )
    group = ("element_no", "subject_no", "class_no", *keys)
    grouped = ", ".join(f"p.{name}" for name in (*group, "share_ppm"))
    by_share = (
        f"SELECT {grouped}, {_DECIMAL_SUM.format('p.amount', 'total')},"
        f" {_DECIMAL_SUM.format('p.entries', 'entries')}, COUNT(*) AS rows_added"
        f" FROM ({parts}) p WHERE p.element_no IS NOT NULL GROUP BY {grouped}"
    )
    return _times_share(by_share, group, ("total", "entries"), ("rows_added",))


def flow_types(flows: str) -> str:
    """Return the query of the distinct kinds and currencies of entries."""
    return f"SELECT DISTINCT f.kind, f.currency FROM {flows} f"


def wanted_states(query: str, states: str) -> list[Step]:
    """Keep the account states whose attributes any request wants."""
    sql = (
        "SELECT s.account_no, s.customer_no, s.attribute_no, s.from_day, s.to_day"
        f" FROM {states} s JOIN {query}_wanted w ON w.attribute_no = s.attribute_no"
    )
    return [(f"{query}_states", sql)]


def state_scan(query: str, sources: Sequence[Source]) -> str:
    """Return the query of Σ balance × days and the highest balance by customer and attributes."""
    pieces = _pieces(f"{query}_states", sources, ["c.customer_no", "c.attribute_no", "b.balance"])
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


def _pieces(cells: str, sources: Sequence[Source], columns: Sequence[str]) -> str:
    listed = ", ".join(columns)
    return " UNION ALL ".join(
        f"SELECT {e.number} AS element_no, {listed},"
        f" least(b.to_day, c.to_day, {e.span.to_day})"
        f" - greatest(b.from_day, c.from_day, {e.span.from_day}) AS days,"
        f" CASE WHEN greatest(b.from_day, c.from_day) >= {e.span.from_day} THEN 1 ELSE 0 END"
        f" AS begun FROM {source.table} b JOIN {cells} c ON c.account_no = b.account_no"
        " AND c.from_day < b.to_day AND b.from_day < c.to_day"
        f" WHERE b.from_day < {e.span.to_day} AND b.to_day > {e.span.from_day}"
        f" AND c.from_day < {e.span.to_day} AND c.to_day > {e.span.from_day}"
        for source in sources
        for e in source.elements
    )


def _times_share(
    by_share: str, group: Sequence[str], weighted: Sequence[str], plain: Sequence[str]
) -> str:
    grouped = ", ".join(f"s.{name}" for name in group)
    sums = [
        *(
            _DECIMAL_SUM.format(f"s.{name} * CAST(s.share_ppm AS DECIMAL(38,0))", name)
            for name in weighted
        ),
        *(_DECIMAL_SUM.format(f"s.{name}", name) for name in plain),
    ]
    return f"SELECT {grouped}, {', '.join(sums)} FROM ({by_share}) s GROUP BY {grouped}"
