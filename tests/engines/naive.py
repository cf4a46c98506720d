"""What the facts are: a deliberately naive interpreter that looks at every account on every day.

It is the definition that the engines must agree with. It knows no intervals but those of the
rows themselves, shares no code with ``tidui.engines`` and adds one day after another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tests.engines.ledgers import Ledger, Row
from tidui.core.appraisal.facts import (
    UNASSIGNED,
    Combo,
    CustomerRow,
    FactRequest,
    FactRow,
    FactTable,
    LeafRow,
    Membership,
)
from tidui.core.calendar import Span


@dataclass(frozen=True)
class Held:
    """A share of an account (or of a customer without one) on one day.

    ``state`` names all rows in force that day: a ledger row counts once for each stretch of days
    on which none of them changes.
    """

    item: str
    customer_no: str
    day: int
    subject: str
    holding: tuple[int, str]
    share_ppm: int
    combo: Combo
    state: tuple[object, ...]


def naive_facts(
    ledger: Ledger,
    span: Span,
    requests: Sequence[FactRequest],
    members: Sequence[Membership] | None = None,
) -> FactTable:
    """Answer requests day by day."""
    rows: list[FactRow] = []
    customers: list[CustomerRow] = []
    for request in requests:
        if request.kind == "customer":
            customers += _customers(ledger, span, request, members)
        else:
            rows += _sums(ledger, span, request, members)
    order = sorted(rows, key=lambda r: (
        r.key, r.subject, r.currency, [(v is not None, v) for v in r.group], r.slice_no,
        r.account_no or "",
    ))  # fmt: skip
    by_customer = sorted(
        customers, key=lambda r: (r.key, r.subject, r.customer_no, r.currency, r.slice_no)
    )
    return FactTable(tuple(requests), tuple(order), tuple(by_customer))


def naive_leaves(
    ledger: Ledger,
    span: Span,
    request: FactRequest,
    subject: str,
    slice_no: int,
    members: Sequence[Membership] | None = None,
) -> list[LeafRow]:
    """Return the ledger rows behind a subject's sums in one slice."""
    found = [
        LeafRow(
            account_no=added.item,
            from_day=added.days[0],
            to_day=added.days[-1] + 1,
            amount=added.amount,
            currency=added.currency,
            share_ppm=added.share_ppm,
            product=added.combo.product,
            entry_id=added.row.get("entry_id"),
            delivery=added.row["delivery"],
            line=added.row["line"],
        )
        for added in _added(ledger, span, request, members)
        if added.subject == subject and added.slice_no == slice_no
    ]
    return sorted(found, key=lambda r: (
        r.account_no, r.from_day, r.to_day, r.entry_id or "", r.delivery, r.line, r.share_ppm,
        r.amount,
    ))  # fmt: skip


@dataclass(frozen=True)
class Added:
    """One ledger row that counts for one subject on some days in a row."""

    item: str
    customer_no: str
    subject: str
    combo: Combo
    currency: str
    slice_no: int
    row: Row
    amount: int
    share_ppm: int
    days: tuple[int, ...]
    repeats: bool


def holdings(
    ledger: Ledger, span: Span, basis: str, members: Sequence[Membership] | None
) -> Iterator[Held]:
    """Yield who holds what on each day: accounts as ``account_no``, customers as ``@customer``."""
    accounts = sorted({row["account_no"] for row in ledger.accounts})
    for day in range(span.from_day, span.to_day):
        for account_no in accounts:
            for row in _in_force(ledger.accounts, day, account_no=account_no):
                yield from _held_on(ledger, day, basis, members, account_no, row)
        for customer_no in sorted({f["customer_no"] for f in ledger.flows if _alone(f)}):
            nothing = {"customer_no": customer_no}
            yield from _held_on(ledger, day, basis, members, f"@{customer_no}", nothing)


def _alone(flow: Row) -> bool:
    return flow.get("account_no") is None


def _held_on(
    ledger: Ledger,
    day: int,
    basis: str,
    members: Sequence[Membership] | None,
    item: str,
    account: Row,
) -> Iterator[Held]:
    customer_no = account["customer_no"]
    described = _in_force(ledger.customers, day, customer_no=customer_no)
    customer = described[0] if described else {}
    of_basis = [row for row in ledger.attributions if row["basis"] == basis]
    direct = _in_force(of_basis, day, account_no=item)
    indirect = _in_force(of_basis, day, customer_no=customer_no)
    state = tuple(id(row) for row in (account, *described, *direct, *indirect) if "line" in row)
    shares = [(row["who"], row.get("role"), row["share_ppm"]) for row in direct or indirect]
    rest = 1_000_000 - sum(share for _, _, share in shares)
    if rest > 0:
        shares.append((UNASSIGNED, None, rest))
    for number, (who, role, share) in enumerate(shares):
        combo = Combo(
            kind=account.get("kind"),
            product=account.get("product"),
            currency=account.get("currency"),
            segment=customer.get("segment"),
            tier=customer.get("tier"),
            industry=customer.get("industry"),
            org_code=account.get("org_code"),
            customer_rate_ppb=account.get("customer_rate_ppb"),
            transfer_price_code=account.get("transfer_price_code"),
            role=role,
        )
        subjects = [who] if members is None else sorted({m.subject for m in members
            if m.who == who and m.span.from_day <= day < m.span.to_day})  # fmt: skip
        for subject in subjects:
            yield Held(item, customer_no, day, subject, (number, who), share, combo, state)


def _in_force(rows: Sequence[Row], day: int, **key: str) -> list[Row]:
    return [
        row
        for row in rows
        if row["from_day"] <= day < row["to_day"]
        and all(row.get(name) == value for name, value in key.items())
    ]


def _added(
    ledger: Ledger,
    span: Span,
    request: FactRequest,
    members: Sequence[Membership] | None,
) -> Iterator[Added]:
    """Yield each ledger row that counts, for each stretch of days with the same holder."""
    stretches: dict[tuple[object, ...], list[Held]] = defaultdict(list)
    for held in holdings(ledger, span, request.basis, members):
        stretches[(held.item, held.subject, held.holding)].append(held)
    for days in stretches.values():
        stretch: list[Held] = []
        for held in days:
            if stretch and (held.day, held.state) != (stretch[-1].day + 1, stretch[-1].state):
                yield from _added_in(ledger, request, stretch)
                stretch = []
            stretch.append(held)
        yield from _added_in(ledger, request, stretch)


def _added_in(ledger: Ledger, request: FactRequest, stretch: list[Held]) -> Iterator[Added]:
    first = stretch[0]
    for slice_no, span in enumerate(request.slices):
        days = [held.day for held in stretch if span.from_day <= held.day < span.to_day]
        repeats = False
        for row, counted, amount in _rows_of(ledger, request, first.item, days):
            currency = row.get("currency") or first.combo.currency
            combo = replace(first.combo, currency=currency)
            if counted and request.where.matches(combo):
                yield Added(
                    item=first.item.lstrip("@"),
                    customer_no=first.customer_no,
                    subject=first.subject,
                    combo=combo,
                    currency=currency or "",
                    slice_no=slice_no,
                    row=row,
                    amount=amount,
                    share_ppm=first.share_ppm,
                    days=tuple(counted),
                    repeats=repeats,
                )
                # The days of a carried base are its holder's, however many rows the base has.
                repeats = request.base is not None


def _rows_of(
    ledger: Ledger, request: FactRequest, item: str, days: list[int]
) -> Iterator[tuple[Row, list[int], int]]:
    """Yield ledger rows of an item with the days on which they count, and their amount."""
    if request.kind == "flow":
        for row in ledger.flows:
            owner = f"@{row['customer_no']}" if _alone(row) else row["account_no"]
            if owner == item and (not request.flow_kinds or row["kind"] in request.flow_kinds):
                yield row, [day for day in days if day == row["day"]], row["amount"]
        return
    for row in ledger.balances:
        if row["account_no"] != item:
            continue
        if request.base is None:
            counted = [day for day in days if row["from_day"] <= day < row["to_day"]]
            yield row, counted, row["balance"]
        else:
            base = range(request.base.from_day, request.base.to_day)
            length = sum(row["from_day"] <= day < row["to_day"] for day in base)
            if length:
                yield row, days, row["balance"] * length


def _sums(
    ledger: Ledger, span: Span, request: FactRequest, members: Sequence[Membership] | None
) -> list[FactRow]:
    sums: dict[tuple[object, ...], FactRow] = {}
    for added in _added(ledger, span, request, members):
        group = tuple(getattr(added.combo, column) for column in request.split)
        account_no = added.item if request.by_account else None
        key = (added.subject, added.currency, group, added.slice_no, account_no)
        fact = sums.get(key) or FactRow(
            request.key, added.subject, added.currency, group, added.slice_no, 0, 0, 0, 0, 0,
            account_no,
        )  # fmt: skip
        flow = request.kind == "flow"
        total = sum(added.amount * added.share_ppm for _ in added.days)
        sums[key] = replace(
            fact,
            total=fact.total + total,
            rows=fact.rows + 1,
            days=fact.days + (0 if flow or added.repeats else len(added.days)),
            count_ppm=fact.count_ppm + (added.row["count"] * added.share_ppm if flow else 0),
            marked=fact.marked + (total if _is_marked(request, added.row) else 0),
        )
    return list(sums.values())


def _is_marked(request: FactRequest, row: Row) -> bool:
    if request.kind != "loan_quality":
        return False
    worst, above = request.worst_class, request.overdue_above
    return (worst is not None and row["class"] is not None and row["class"] >= worst) or (
        above is not None and row["overdue_days"] is not None and row["overdue_days"] > above
    )


def _customers(
    ledger: Ledger, span: Span, request: FactRequest, members: Sequence[Membership] | None
) -> list[CustomerRow]:
    held = [
        one
        for one in holdings(ledger, span, request.basis, members)
        if not one.item.startswith("@") and request.where.matches(one.combo)
    ]
    added = list(_added(ledger, span, request, members))
    rows = []
    for slice_no, days in enumerate(request.slices):
        keys = {
            (one.subject, one.customer_no, one.combo.currency)
            for one in held
            if days.from_day <= one.day < days.to_day
        }
        for subject, customer_no, currency in keys:
            mine = [
                one
                for one in added
                if (one.subject, one.customer_no, one.currency, one.slice_no)
                == (subject, customer_no, currency, slice_no)
            ]
            last: dict[str, int] = defaultdict(int)
            for one in held:
                if (one.subject, one.customer_no, one.combo.currency, one.day) == (
                    subject, customer_no, currency, days.to_day - 1,
                ):  # fmt: skip
                    last[one.item] += one.share_ppm
            whole, products = _whole(ledger, request, days, customer_no)
            rows.append(
                CustomerRow(
                    key=request.key,
                    subject=subject,
                    customer_no=customer_no,
                    currency=currency or "",
                    slice_no=slice_no,
                    total=sum(one.amount * one.share_ppm * len(one.days) for one in mine),
                    whole=whole[currency],
                    products=len(products),
                    last_share_ppm=max(last.values(), default=0),
                    rows=len(mine),
                )
            )
    return rows


def _whole(
    ledger: Ledger, request: FactRequest, days: Span, customer_no: str
) -> tuple[dict[str | None, int], set[str]]:
    """Add up what a customer has, whoever holds it, and name the products with money in them."""
    whole: dict[str | None, int] = defaultdict(int)
    products = set()
    roles = {
        None,
        *(row.get("role") for row in ledger.attributions if row["basis"] == request.basis),
    }
    for day in range(days.from_day, days.to_day):
        for account in _in_force(ledger.accounts, day, customer_no=customer_no):
            one = next(_held_on(ledger, day, request.basis, None, account["account_no"], account))
            if not any(request.where.matches(replace(one.combo, role=role)) for role in roles):
                continue
            for row in _in_force(ledger.balances, day, account_no=account["account_no"]):
                whole[account["currency"]] += row["balance"] * 1_000_000
                if row["balance"] > 0 and account["product"] is not None:
                    products.add(account["product"])
    return whole, products
