"""The tables of the ledger, as data: what a delivery brings and how it is stored.

A *logical* column is what a mapping names; its *physical* columns stand in the Parquet files. A
``money`` column is stored in minor units of the row's ``currency``; ``day`` becomes a day number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tidui.core.appraisal.inputs import LOAN_EVENT_KINDS

ORG_KINDS: Final = ("branch", "sub_branch", "outlet", "department", "team")
STATUSES: Final = ("active", "leave", "maternity_leave", "medical_leave", "seconded", "left")


@dataclass(frozen=True, slots=True)
class Column:
    """A logical column.

    Attributes:
        name: as a mapping names it.
        kind: ``text``, ``currency``, ``money``, ``integer``, ``share`` (ppm), ``rate`` (ppb),
            ``number`` (a value with its scale), ``day``, ``period``.
        required: whether each row must have it.
        physical: name in the Parquet file, empty if it is only read.
        codes: closed list of values, empty if any.
        default: stored when the mapping doesn't name the column.
        low: smallest value of an integer.
        high: greatest value of an integer.
    """

    name: str
    kind: str = "text"
    required: bool = True
    physical: str = ""
    codes: tuple[str, ...] = ()
    default: str | int | None = None
    low: int = 0
    high: int = 10**9


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the ledger.

    Attributes:
        name: as ``--as`` names it.
        columns: logical columns.
        grain: ``interval`` (valid_from, valid_to), ``day``, ``period``, ``points`` (a line holds
            until the next) or ``balances`` (as the mapping's shape says).
        key: physical columns that name a thing; two rows of one key must not meet in time.
        order: physical columns by which parts are sorted, before the time.
        conflict: physical columns that must not meet in time between two feeds.
        money: physical column whose sum is the control figure, None if there is none.
        monthly: whether parts are clipped at month ends, one a month.
    """

    name: str
    columns: tuple[Column, ...]
    grain: str
    key: tuple[str, ...]
    order: tuple[str, ...]
    conflict: tuple[str, ...]
    money: str | None = None
    monthly: bool = False

    def column(self, name: str) -> Column:
        """Return a logical column; an unknown one raises ``KeyError``."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def physical(self) -> tuple[tuple[str, str], ...]:
        """Physical columns with their types, in the order of the file; without time and origin."""
        found: list[tuple[str, str]] = []
        for column in self.columns:
            if column.physical:
                found.append((column.physical, TYPES[column.kind]))
            if column.kind == "number" and ("scale", "INTEGER") not in found:
                found.append(("scale", "INTEGER"))
        return tuple(found)

    @property
    def spans(self) -> bool:
        """Whether rows stand for intervals that are clipped, and not for a moment or a period."""
        return self.grain in ("interval", "points", "balances")

    @property
    def stored(self) -> tuple[tuple[str, str], ...]:
        """All columns of a part with their types."""
        days = () if self.grain == "day" else (("from_day", "INTEGER"), ("to_day", "INTEGER"))
        return (*self.physical, *days, ("delivery", "INTEGER"), ("line", "BIGINT"))


TYPES: Final[Mapping[str, str]] = MappingProxyType({
    "text": "VARCHAR", "currency": "VARCHAR", "money": "BIGINT", "integer": "BIGINT",
    "class": "INTEGER", "share": "BIGINT", "rate": "BIGINT", "number": "DECIMAL(38,0)",
    "day": "INTEGER", "period": "VARCHAR",
})  # fmt: skip
"""Parquet types by kind; ``class`` is a small integer."""


def _text(name: str, required: bool = True, **rest: object) -> Column:
    return Column(name, "text", required, name, **rest)  # type: ignore[arg-type]


def _day(name: str, required: bool = True, physical: str = "") -> Column:
    return Column(name, "day", required, physical or name.removesuffix("_on") + "_day")


VALID: Final = (Column("valid_from", "day", False), Column("valid_to", "day", False))
CURRENCY: Final = Column("currency", "currency", True, "currency")

ACCOUNTS: Final = Table(
    "accounts",
    (
        _text("account_no"), _text("customer_no"), _text("kind"), _text("product"), CURRENCY,
        _text("org_code"), _day("opened_on"), _day("closed_on", False), _day("maturity_on", False),
        Column("customer_rate", "rate", False, "customer_rate_ppb"),
        _text("transfer_price_code", False), *VALID,
    ),
    "interval", ("account_no",), ("account_no",), ("account_no",),
)  # fmt: skip

BALANCES: Final = Table(
    "balances",
    (
        _text("account_no"), Column("currency", "currency"),
        Column("balance", "money", True, "balance"),
        Column("class", "class", False, "class", low=1, high=5),
        Column("overdue_days", "class", False, "overdue_days", high=100_000),
        Column("day", "day", False), *VALID,
    ),
    "balances", ("account_no",), ("account_no",), ("account_no",), "balance", True,
)  # fmt: skip

LOAN_EVENTS_TABLE: Final = Table(
    "loan_events",
    (
        _text("account_no"), _text("event_id"), _text("kind", codes=LOAN_EVENT_KINDS),
        _day("day", physical="day"), Column("amount", "money", False, "amount"),
        Column("currency", "currency", False, "currency"), _text("who", False),
    ),
    "day", ("account_no", "event_id"), ("account_no", "event_id"), ("account_no", "event_id"),
    "amount",
)  # fmt: skip

FLOWS: Final = Table(
    "flows",
    (
        _text("entry_id"), _day("booked_on", physical="day"), _text("account_no", False),
        _text("customer_no", False), _text("kind"), Column("amount", "money", True, "amount"),
        CURRENCY, Column("count", "integer", False, "count", default=1),
    ),
    "day", ("entry_id",), ("account_no", "customer_no", "entry_id"), ("entry_id",), "amount",
)  # fmt: skip

ATTRIBUTIONS: Final = Table(
    "attributions",
    (
        _text("account_no", False), _text("customer_no", False), _text("who"),
        _text("basis", False, default="main"), _text("role", False),
        Column("share", "share", True, "share_ppm", low=1, high=1_000_000), *VALID,
        _text("approved_by", False),
    ),
    "interval", ("account_no", "customer_no", "basis", "who", "role"),
    ("account_no", "customer_no", "basis", "who", "role"),
    ("account_no", "customer_no", "basis"),
)  # fmt: skip

RATES: Final = Table(
    "rates",
    (
        _text("code"), _day("day", physical="day"), Column("value", "rate", True, "value_ppb"),
        _text("kind", codes=("exchange", "transfer_price")),
    ),
    "points", ("kind", "code"), ("kind", "code"), ("kind", "code"),
)  # fmt: skip

MEASURES: Final = Table(
    "measures",
    (
        _text("subject"), _text("measure"), Column("period", "period", True, "period"),
        Column("value", "number", False, "value"), _text("unit"), _text("source"),
        _text("maker"), _text("checker"),
    ),
    "period", ("subject", "measure", "period", "maker"), ("subject", "measure"),
    ("subject", "measure", "period", "maker"),
)  # fmt: skip

ORGANISATION: Final = Table(
    "organisation",
    (_text("org_code"), _text("parent", False), _text("kind", codes=ORG_KINDS), *VALID),
    "interval", ("org_code",), ("org_code",), ("org_code",),
)  # fmt: skip

EMPLOYEES: Final = Table(
    "employees",
    (
        _text("employee_no"), _text("belongs_to", False), _text("sits_at", False),
        Column("line", "text", False, "business_line"), _text("post", False),
        _text("ladder", False), _text("grade", False),
        _text("superior_no", False), _day("rm_since_on", False), _text("status", codes=STATUSES),
        _text("certificates", False), *VALID,
    ),
    "interval", ("employee_no",), ("employee_no",), ("employee_no",),
)  # fmt: skip

CUSTOMERS: Final = Table(
    "customers",
    (
        _text("customer_no"), _text("segment", False), _text("tier", False),
        _text("industry", False), *VALID,
    ),
    "interval", ("customer_no",), ("customer_no",), ("customer_no",),
)  # fmt: skip

TARGETS: Final = Table(
    "targets",
    (
        _text("subject"), _text("indicator"), Column("period", "period", True, "period"),
        Column("value", "number", True, "value"), Column("base", "number", False, "base"),
        _text("unit"), _day("confirmed_on", False), _text("maker"), _text("checker"),
    ),
    "period", ("subject", "indicator", "period"), ("subject", "indicator"),
    ("subject", "indicator", "period"),
)  # fmt: skip

OUTCOMES: Final = Table(
    "outcomes",
    (
        _text("employee_no"), _text("scheme"), Column("period", "period", True, "period"),
        _text("class", False), _text("grade_before", False), _text("grade_after", False),
        _text("proposed", False), _text("decided", False), _text("decided_by", False),
        _text("reason", False),
    ),
    "period", ("employee_no", "scheme", "period"), ("employee_no", "scheme"),
    ("employee_no", "scheme", "period"),
)  # fmt: skip

OPENINGS: Final = Table(
    "openings",
    (
        _text("employee_no"), _text("account_no", False),
        _text("kind", codes=("deferred", "deduction")), Column("amount", "money", True, "amount"),
        CURRENCY, _day("due_on", False), _text("reference"), _day("day", physical="day"),
    ),
    "day", ("employee_no", "kind", "reference"), ("employee_no", "reference"),
    ("employee_no", "kind", "reference"), "amount",
)  # fmt: skip

TABLES: Final[Mapping[str, Table]] = MappingProxyType({
    table.name: table
    for table in (
        ACCOUNTS, BALANCES, LOAN_EVENTS_TABLE, FLOWS, ATTRIBUTIONS, RATES, MEASURES,
        ORGANISATION, EMPLOYEES, CUSTOMERS, TARGETS, OUTCOMES, OPENINGS,
    )
})  # fmt: skip
