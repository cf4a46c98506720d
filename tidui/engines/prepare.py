"""Prepare a snapshot for questions: who holds which account on which days, and what it is like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tidui.core.appraisal.facts import UNASSIGNED, Combo, Membership
from tidui.core.calendar import Span
from tidui.core.values import Issue, issue
from tidui.engines.doors import (
    ATTRIBUTE_COLUMNS,
    LEDGER_SCHEMAS,
    Engine,
    Part,
    Row,
    Schema,
    Snapshot,
    run_steps,
)
from tidui.engines.sql import cells, checks

_RATE: Final = "customer_rate_ppb"

_LISTED: Final = 100
"""Issues of one code that are listed; the rest are counted in a last one."""

_ATTRIBUTE_SCHEMA: Final[Schema] = (
    ("attribute_no", "INTEGER"),
    *((name, "BIGINT" if name.endswith("_ppb") else "VARCHAR") for name in ATTRIBUTE_COLUMNS),
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A snapshot made ready for one basis and one span of days.

    Attributes:
        prefix: of the tables in the engine.
        snapshot: the ledger's state.
        span: the days on which holders are known.
        basis: basis of the attributions.
        attributes: distinct attribute tuples in sorted order, as combos without a role.
        roles: roles, None first; a combo's number is ``attribute_no * len(roles) + role_no``.
        holders: holders in the attributions and ``unassigned``, by their number.
        subjects: whom facts are credited to, by their number: holders, or those of whom they are
            members.
        with_members: facts are credited to subjects through memberships.
        issues: what blocks the facts.
    """

    prefix: str
    snapshot: Snapshot
    span: Span
    basis: str
    attributes: tuple[Combo, ...]
    roles: tuple[str | None, ...]
    holders: tuple[str, ...]
    subjects: tuple[str, ...]
    with_members: bool
    issues: tuple[Issue, ...]

    def combo(self, number: int) -> Combo:
        """Return a combo by its number."""
        attribute_no, role_no = divmod(number, len(self.roles))
        return replace(self.attributes[attribute_no], role=self.roles[role_no])

    @property
    def combos(self) -> tuple[Combo, ...]:
        """All combos, by their number."""
        return tuple(self.combo(n) for n in range(len(self.attributes) * len(self.roles)))

    def credits(self, item: str) -> str:
        """Return the table of cells by subject, of accounts (``a``) or customers (``c``)."""
        return f"{self.prefix}{item}_{'credits' if self.with_members else 'cells'}"


def prepare(
    engine: Engine,
    snapshot: Snapshot,
    *,
    span: Span,
    basis: str = "main",
    members: Sequence[Membership] | None = None,
) -> Prepared:
    """Cut the accounts of a snapshot into cells: one holder, one share, the same attributes.

    For each account and day on which an account row holds, the shares of the cells add up to
    1,000,000 ppm; what nobody holds is held by ``unassigned``. The account's own attributions
    beat its customer's on every day on which there is one; those of another basis count nothing.

    Parameters
    ----------
    engine : Engine
        Where the tables are made.
    snapshot : Snapshot
        The ledger's state.
    span : Span
        Days for which holders are known; slices must lie inside.
    basis : str
        Basis of the attributions.
    members : sequence of Membership, optional
        Facts are credited to the subjects of these memberships on their days, and to nobody else.
        Without them they are credited to the holders.

    Returns
    -------
    Prepared
        With an issue for each account whose shares exceed the whole
        (``attributions.share-above-whole``) and each account with balances or entries on days
        without an account row (``facts.account-without-row``); facts refuse to be computed then.
    """
    prefix = engine.fresh("p")
    for table in ("accounts", "attributions", "customers"):
        _open(engine, prefix, table, snapshot.parts(table))
    _open(engine, prefix, "flows", parts_in(snapshot, "flows", (span,)))
    engine.rows(f"{prefix}_basis", (("basis", "VARCHAR"),), [(basis,)])
    holders, roles = _name_holders(engine, prefix)
    run_steps(engine, cells.account_rows(prefix, span))
    run_steps(engine, cells.customer_rows(prefix, span))
    for item in "ac":
        run_steps(engine, cells.described_pieces(prefix + item, f"{prefix}_customers"))
    attributes = _name_attributes(engine, prefix)
    for item in "ac":
        run_steps(
            engine,
            cells.cells(
                prefix,
                prefix + item,
                unassigned_no=holders.index(UNASSIGNED),
                role_count=len(roles),
            ),
        )
    subjects = holders if members is None else _credit_members(engine, prefix, holders, members)
    issues = (*_excess_shares(engine, prefix), *_unknown_accounts(engine, prefix, snapshot, span))
    _forget_steps(engine, prefix)
    return Prepared(
        prefix, snapshot, span, basis, attributes, roles, holders, subjects,
        members is not None, issues,
    )  # fmt: skip


def release(engine: Engine, prepared: Prepared) -> None:
    """Forget what was prepared."""
    tables = [f"{prepared.prefix}_{name}" for name in ("accounts", "customers", "flows")]
    tables += [
        f"{prepared.prefix}{item}_{name}"
        for item in "ac"
        for name in ("states", "cells", "credits")
    ]
    engine.drop(tables)


def parts_in(snapshot: Snapshot, table: str, spans: Sequence[Span]) -> list[Part]:
    """Return the files of a table that reach into any of the spans."""
    return [
        part
        for part in snapshot.parts(table)
        if any(part.from_day < span.to_day and span.from_day < part.to_day for span in spans)
    ]


def blocked(issues: Iterable[Issue]) -> bool:
    """Tell whether any of the issues stops a run."""
    return any(one.severity == "error" for one in issues)


def _open(engine: Engine, prefix: str, table: str, parts: Sequence[Part]) -> None:
    paths = [part.path for part in parts]
    engine.parquet(f"{prefix}_{table}", LEDGER_SCHEMAS[table], paths)


def _name_holders(engine: Engine, prefix: str) -> tuple[tuple[str, ...], tuple[str | None, ...]]:
    pairs = engine.run(cells.names_of_holders(prefix))
    holders = tuple(sorted({str(who) for who, _ in pairs} | {UNASSIGNED}))
    roles = (None, *sorted({str(role) for _, role in pairs if role is not None}))
    engine.rows(
        f"{prefix}_holders",
        (("subject_no", "INTEGER"), ("who", "VARCHAR")),
        list(enumerate(holders)),
    )
    engine.rows(
        f"{prefix}_roles", (("role_no", "INTEGER"), ("role", "VARCHAR")), list(enumerate(roles))
    )
    return holders, roles


def _name_attributes(engine: Engine, prefix: str) -> tuple[Combo, ...]:
    found = sorted(
        engine.run(cells.distinct_attributes(prefix)),
        key=lambda row: [(value is not None, value) for value in row],
    )
    engine.rows(
        f"{prefix}_attributes",
        _ATTRIBUTE_SCHEMA,
        [(number, *row) for number, row in enumerate(found)],
    )
    return tuple(_combo(row) for row in found)


def _combo(row: Row) -> Combo:
    described = dict(zip(ATTRIBUTE_COLUMNS, row, strict=True))
    texts = {n: None if v is None else str(v) for n, v in described.items() if n != _RATE}
    rate_ppb = described[_RATE]
    return Combo(
        kind=texts["kind"],
        product=texts["product"],
        currency=texts["currency"],
        segment=texts["segment"],
        tier=texts["tier"],
        industry=texts["industry"],
        org_code=texts["org_code"],
        customer_rate_ppb=None if rate_ppb is None else int(rate_ppb),
        transfer_price_code=texts["transfer_price_code"],
        role=None,
    )


def _credit_members(
    engine: Engine, prefix: str, holders: tuple[str, ...], members: Sequence[Membership]
) -> tuple[str, ...]:
    number_of = {who: number for number, who in enumerate(holders)}
    subjects = tuple(sorted({one.subject for one in members}))
    subject_no = {subject: number for number, subject in enumerate(subjects)}
    engine.rows(
        f"{prefix}_members",
        tuple((name, "INTEGER") for name in ("holder_no", "subject_no", "from_day", "to_day")),
        [
            (number_of[one.who], subject_no[one.subject], one.span.from_day, one.span.to_day)
            for one in merge_memberships(members)
            if one.who in number_of
        ],
    )
    for item in "ac":
        run_steps(engine, cells.credits_of_members(prefix, prefix + item))
    return subjects


def merge_memberships(members: Sequence[Membership]) -> tuple[Membership, ...]:
    """Join memberships of the same pair that touch or overlap, so that no day counts twice."""
    merged: list[Membership] = []
    for one in sorted(members, key=lambda m: (m.who, m.subject, m.span)):
        last = merged[-1] if merged else None
        if (
            last is not None
            and (last.who, last.subject) == (one.who, one.subject)
            and one.span.from_day <= last.span.to_day
        ):
            to_day = max(last.span.to_day, one.span.to_day)
            merged[-1] = replace(last, span=Span(last.span.from_day, to_day))
        else:
            merged.append(one)
    return tuple(merged)


def _excess_shares(engine: Engine, prefix: str) -> list[Issue]:
    found: list[Issue] = []
    for item in "ac":
        code = "attributions.share-above-whole"
        found += _listed(
            code,
            (
                issue(code, str(account_no), from_day=int(day or 0), share_ppm=int(share or 0))
                for account_no, day, share in sorted(
                    engine.run(checks.excess_shares(prefix + item))
                )
            ),
        )
    return found


def _unknown_accounts(engine: Engine, prefix: str, snapshot: Snapshot, span: Span) -> list[Issue]:
    balances = f"{prefix}_balances"
    _open(engine, prefix, "balances", parts_in(snapshot, "balances", (span,)))
    run_steps(engine, checks.uncovered_accounts(prefix, balances, span))
    code, entry_code = "facts.account-without-row", "facts.entry-without-account"
    known = {
        account_no: int(days or 0)
        for account_no, days in engine.run(checks.known_balance_days(prefix, balances))
    }
    with_balance = sorted(engine.run(checks.balance_days(prefix, balances, span)))
    missing = [(account_no, int(days or 0) - known.get(account_no, 0)) for account_no, days in
               with_balance]  # fmt: skip
    entries = engine.run(checks.unknown_flows(prefix, span))
    return [
        *_listed(code, (issue(code, str(no), days=days) for no, days in missing if days > 0)),
        *_listed(
            entry_code,
            (
                issue(entry_code, "" if no is None else str(no), entries=int(number or 0))
                for no, number in sorted(entries, key=lambda row: str(row[0] or ""))
            ),
        ),
    ]


def _listed(code: str, issues: Iterable[Issue]) -> list[Issue]:
    found = list(issues)
    if len(found) <= _LISTED:
        return found
    return [*found[:_LISTED], issue(f"{code}-more", "", more=len(found) - _LISTED)]


def _forget_steps(engine: Engine, prefix: str) -> None:
    names = [f"{prefix}_{name}" for name in ("attributions", "basis", "holders", "roles")]
    names += [f"{prefix}_{name}" for name in ("attributes", "members", "balances", "doubtful")]
    names += [
        f"{prefix}{item}_{name}"
        for item in "ac"
        for name in ("rows", "shares", "inner", "described", "direct", "held", "totals")
    ]
    engine.drop(names)
