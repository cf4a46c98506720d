"""A scenario's bank: balances by month or day, held by named people, added up day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tidui.core.appraisal.chain import Appraisal, appraise, prepare
from tidui.core.appraisal.facts import Combo, FactRequest, FactRow, FactTable, Membership
from tidui.core.appraisal.inputs import (
    EmployeeSpell,
    Inputs,
    LoanEvent,
    MeasureRow,
    OutcomeRow,
    RateRow,
    TargetRow,
    UnitSpell,
)
from tidui.core.appraisal.pay.ledger import PayEntry
from tidui.core.appraisal.scheme.document import LoadedScheme
from tidui.core.calendar import OPEN_END, Period, Span, day_number, parse_period


@dataclass(frozen=True)
class Account:
    """An account with its balance in minor units from a day to a day, and its holders' shares."""

    number: str
    combo: Combo
    balances: tuple[tuple[Span, int], ...]
    holders: tuple[tuple[str, int, Span], ...]


@dataclass(frozen=True)
class Flow:
    """An entry booked on a day."""

    account: str
    combo: Combo
    kind: str
    day: int
    amount: int
    count: int
    holder: str


def span_of(text: str) -> Span:
    """Read ``2024-07``, ``2024`` or ``2024-07-01..2024-07-15``."""
    if ".." in text:
        first, last = text.split("..")
        return Span(day_number(date.fromisoformat(first)), day_number(date.fromisoformat(last)))
    return parse_period(text).span


def combo_of(given: dict[str, Any]) -> Combo:
    """Return the attributes of a scenario's account."""
    return Combo(
        given.get("kind", "deposit"), given.get("product", "current"),
        given.get("currency", "CNY"), given.get("segment", "corporate"), None, None, "B1",
        int(Fraction(given["rate"]) * 10**9) if "rate" in given else None,
        given.get("price_code"), given.get("role"),
    )  # fmt: skip


def accounts_of(scenario: dict[str, Any]) -> list[Account]:
    """Read a scenario's accounts; amounts are in major units of a currency with two decimals."""
    found = []
    for number, given in scenario.get("accounts", {}).items():
        balances = tuple(
            (span_of(str(when)), int(Fraction(amount) * 100))
            for when, amount in given["balances"].items()
        )
        holders = given["held_by"]
        if isinstance(holders, str):
            holders = {holders: {"share": 1}}
        shares = tuple(
            (who, int(Fraction(held["share"]) * 10**6), _held_span(held))
            for who, held in holders.items()
        )
        found.append(Account(str(number), combo_of(given), balances, shares))
    return found


def _held_span(held: dict[str, Any]) -> Span:
    start = day_number(held["from"]) if "from" in held else 0
    return Span(start, day_number(held["to"]) if "to" in held else OPEN_END)


def flows_of(scenario: dict[str, Any]) -> list[Flow]:
    """Read a scenario's flows."""
    return [
        Flow(
            str(given.get("account", "F")), combo_of(given), given["flow"],
            day_number(given["on"]), int(Fraction(given.get("amount", 0)) * 100),
            given.get("count", 1), given["holder"],
        )
        for given in scenario.get("flows", [])
    ]  # fmt: skip


def answer(
    request: FactRequest, members: tuple[Membership, ...], scenario: dict[str, Any]
) -> Iterator[FactRow]:
    """Answer a request by walking through every account."""
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    if request.kind == "flow":
        for flow in flows_of(scenario):
            if flow.kind in request.flow_kinds and request.where.matches(flow.combo):
                _add_flow(request, members, flow, sums)
    else:
        for account in accounts_of(scenario):
            if request.where.matches(account.combo):
                _add_account(request, members, account, sums)
    for (subject, currency, group, number, account_no), parts in sorted(sums.items(), key=str):
        total, days, rows, count, marked = parts
        yield FactRow(
            request.key, subject, currency, group, number, total, days, rows, count, marked,
            account_no,
        )  # fmt: skip


def _group(request: FactRequest, combo: Combo) -> tuple[Any, ...]:
    return tuple(getattr(combo, column) for column in request.split)


def _add_flow(
    request: FactRequest, members: tuple[Membership, ...], flow: Flow, sums: dict[Any, list[int]]
) -> None:
    for number, piece in enumerate(request.slices):
        for member in members:
            inside = member.span.from_day <= flow.day < member.span.to_day
            if member.who == flow.holder and inside and piece.from_day <= flow.day < piece.to_day:
                account = flow.account if request.by_account else None
                key = (member.subject, str(flow.combo.currency), _group(request, flow.combo),
                       number, account)  # fmt: skip
                sums[key][0] += flow.amount * 10**6
                sums[key][2] += 1
                sums[key][3] += flow.count * 10**6


def _add_account(
    request: FactRequest,
    members: tuple[Membership, ...],
    account: Account,
    sums: dict[Any, list[int]],
) -> None:
    base = sum(
        amount * common.days
        for span, amount in account.balances
        if request.base and (common := span.meet(request.base))
    )
    for number, piece in enumerate(request.slices):
        for member in members:
            for who, share, held in account.holders:
                common = member.span.meet(held) if who == member.who else None
                common = common.meet(piece) if common else None
                if common is None:
                    continue
                key = (member.subject, str(account.combo.currency),
                       _group(request, account.combo), number, None)  # fmt: skip
                if request.kind == "carried_base":
                    sums[key][0] += base * share * common.days
                    continue
                for span, amount in account.balances:
                    days = met.days if (met := span.meet(common)) else 0
                    sums[key][0] += amount * share * days
                    sums[key][1] += days
                    sums[key][2] += bool(days)


def inputs_of(scenario: dict[str, Any], period: Period) -> Inputs:
    """Read people, targets, measures, outcomes and loan events."""
    people = []
    for name, given in scenario.get("people", {}).items():
        spells = given if isinstance(given, list) else [given]
        for spell in spells:
            start = day_number(spell.get("from", date(2000, 1, 1)))
            end = day_number(spell["to"]) if "to" in spell else OPEN_END
            since = spell.get("rm_since", date(2000, 1, 1))
            people.append(
                EmployeeSpell(
                    name, Span(start, end), spell.get("team"), spell.get("outlet"),
                    spell.get("line", "corporate"), spell.get("post"), spell.get("ladder"),
                    spell.get("grade"), spell.get("superior"), day_number(since),
                    spell.get("status", "active"), frozenset(spell.get("certificates", ())),
                )
            )  # fmt: skip
    units = tuple(
        UnitSpell(code, None, kind, Span(0, OPEN_END))
        for code, kind in scenario.get("units", {}).items()
    )
    rates = tuple(
        RateRow(row["kind"], row["code"], span_of(str(row["when"])),
                int(Fraction(row["value"]) * 10**9))
        for row in scenario.get("rates", [])
    )  # fmt: skip
    return Inputs(
        tuple(people), "CNY", period.to_on, units=units, rates=rates,
        measures=tuple(
            MeasureRow(who, code, period.text, None if value is None else Fraction(value), "point")
            for who, values in scenario.get("measures", {}).items()
            for code, value in values.items()
        ),
        targets=tuple(
            TargetRow(who, name, period.text, Fraction(value), "CNY", 1)
            for who, values in scenario.get("targets", {}).items()
            for name, value in values.items()
        ),
        outcomes=tuple(
            OutcomeRow(row["who"], row["scheme"], row["period"], parse_period(row["period"]).span,
                       row.get("class"), row.get("before"), row.get("after", row.get("before")))
            for row in scenario.get("outcomes", [])
        ),
        loan_events=tuple(
            LoanEvent(
                row["event"], str(row["loan"]), row["kind"], day_number(row["on"]),
                int(Fraction(row["amount"]) * 100) if "amount" in row else None, "CNY",
                row.get("who"),
            )
            for row in scenario.get("loan_events", [])
        ),
    )  # fmt: skip


def appraise_scenario(
    loaded: LoadedScheme,
    scenario: dict[str, Any],
    period_text: str,
    history: tuple[PayEntry, ...] = (),
) -> Appraisal:
    """Appraise one period of a scenario, its facts added up day by day."""
    period = parse_period(period_text)
    inputs = inputs_of(scenario, period)
    questions = prepare(loaded.scheme, period, inputs)
    if questions.issues:
        raise AssertionError(questions.issues)
    rows = [
        row
        for batch in questions.batches
        for request in batch.requests
        for row in answer(request, batch.memberships, scenario)
    ]
    return appraise(
        loaded.scheme, period, inputs, questions.population, FactTable((), tuple(rows)), history
    )
