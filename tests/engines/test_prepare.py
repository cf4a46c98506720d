"""What blocks facts, and who holds what on which days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engines.ledgers import Ledger, Row
from tidui.core.appraisal.facts import UNASSIGNED, FactRequest, Membership
from tidui.core.calendar import OPEN_END, Span
from tidui.core.values import issue
from tidui.engines import Engine, compute_facts, leaf_rows, open_engine, prepare
from tidui.engines.prepare import merge_memberships

SPAN = Span(20100, 20110)
ALL = FactRequest("all", "balance", (SPAN,))


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb", threads=2, memory="512MiB") as engine:
        yield engine


def account(account_no: str = "a", **values: object) -> Row:
    return {
        "account_no": account_no, "customer_no": "c", "kind": "deposit", "product": "p",
        "currency": "CNY", "org_code": "b", "from_day": 0, "to_day": OPEN_END, "delivery": 1,
        "line": 1, **values,
    }  # fmt: skip


def balance(account_no: str = "a", **values: object) -> Row:
    return {
        "account_no": account_no, "balance": 100, "from_day": SPAN.from_day,
        "to_day": SPAN.to_day, "delivery": 2, "line": 7, **values,
    }  # fmt: skip


def share(who: str, share_ppm: int = 1_000_000, **values: object) -> Row:
    of = {} if "customer_no" in values else {"account_no": "a"}
    return {
        **of, "who": who, "basis": "main", "share_ppm": share_ppm, "from_day": 0,
        "to_day": OPEN_END, "delivery": 3, "line": 1, **values,
    }  # fmt: skip


def days_of(engine: Engine, ledger: Ledger, folder: Path) -> dict[str, int]:
    """Return balance days per subject, in whole shares."""
    prepared = prepare(engine, ledger.write(folder), span=SPAN)
    return {
        row.subject: row.total // 100_000_000 for row in compute_facts(engine, prepared, [ALL]).rows
    }


def test_what_nobody_holds_is_unassigned(engine: Engine, tmp_path: Path) -> None:
    ledger = Ledger(accounts=[account()], balances=[balance()])
    assert days_of(engine, ledger, tmp_path) == {UNASSIGNED: 10}


def test_the_rest_of_a_split_is_unassigned(engine: Engine, tmp_path: Path) -> None:
    ledger = Ledger(
        accounts=[account()],
        balances=[balance()],
        attributions=[share("e0", 300_000), share("e1", 200_000, to_day=SPAN.from_day + 4)],
    )
    prepared = prepare(engine, ledger.write(tmp_path), span=SPAN)
    totals = {row.subject: row.total for row in compute_facts(engine, prepared, [ALL]).rows}
    assert totals == {
        "e0": 100 * 300_000 * 10,
        "e1": 100 * 200_000 * 4,
        UNASSIGNED: 100 * (500_000 * 4 + 700_000 * 6),
    }


def test_an_account_level_share_beats_the_customers_on_its_days(
    engine: Engine, tmp_path: Path
) -> None:
    ledger = Ledger(
        accounts=[account()],
        balances=[balance()],
        attributions=[
            share("e0", customer_no="c"),
            share("e1", 1, from_day=SPAN.from_day + 3, to_day=SPAN.from_day + 5),
        ],
    )
    prepared = prepare(engine, ledger.write(tmp_path), span=SPAN)
    totals = {row.subject: row.total for row in compute_facts(engine, prepared, [ALL]).rows}
    assert totals == {"e0": 8 * 10**8, "e1": 200, UNASSIGNED: 200 * 999_999}


def test_other_bases_count_nothing(engine: Engine, tmp_path: Path) -> None:
    ledger = Ledger(
        accounts=[account()], balances=[balance()], attributions=[share("e0", basis="lead")]
    )
    assert days_of(engine, ledger, tmp_path) == {UNASSIGNED: 10}


def test_shares_above_the_whole_block(engine: Engine, tmp_path: Path) -> None:
    ledger = Ledger(
        accounts=[account()],
        balances=[balance()],
        attributions=[share("e0"), share("e1", 1, from_day=SPAN.from_day + 9)],
    )
    prepared = prepare(engine, ledger.write(tmp_path), span=SPAN)
    assert prepared.issues == (
        issue(
            "attributions.share-above-whole", "a", from_day=SPAN.from_day + 9, share_ppm=1_000_001
        ),
    )
    with pytest.raises(ValueError, match="1 issues block"):
        compute_facts(engine, prepared, [ALL])


@pytest.mark.parametrize(
    ("accounts", "days"),
    [
        ([], 10),
        ([account("other")], 10),
        ([account(to_day=SPAN.from_day + 7)], 3),
        ([account(to_day=SPAN.from_day + 2), account(from_day=SPAN.from_day + 3)], 1),
    ],
)
def test_balances_without_an_account_row_block(
    engine: Engine, tmp_path: Path, accounts: list[Row], days: int
) -> None:
    ledger = Ledger(accounts=accounts, balances=[balance()])
    prepared = prepare(engine, ledger.write(tmp_path), span=SPAN)
    assert prepared.issues == (issue("facts.account-without-row", "a", days=days),)


def test_account_rows_that_touch_leave_nothing_unknown(engine: Engine, tmp_path: Path) -> None:
    accounts = [account(to_day=SPAN.from_day + 2), account(from_day=SPAN.from_day + 2)]
    ledger = Ledger(accounts=accounts, balances=[balance()])
    assert prepare(engine, ledger.write(tmp_path), span=SPAN).issues == ()


def test_entries_without_an_account_row_block(engine: Engine, tmp_path: Path) -> None:
    flow = {
        "entry_id": "f", "day": SPAN.from_day, "kind": "fee", "amount": 1, "currency": "CNY",
        "count": 1, "delivery": 1, "line": 1,
    }  # fmt: skip
    flows = [{**flow, "account_no": "x"}, flow, {**flow, "customer_no": "c"}]
    prepared = prepare(engine, Ledger(flows=flows).write(tmp_path), span=SPAN)
    assert prepared.issues == (
        issue("facts.entry-without-account", "", entries=1),
        issue("facts.entry-without-account", "x", entries=1),
    )


def test_many_issues_are_counted_not_all_listed(engine: Engine, tmp_path: Path) -> None:
    ledger = Ledger(balances=[balance(f"a{number:03}") for number in range(130)])
    prepared = prepare(engine, ledger.write(tmp_path), span=SPAN)
    assert len(prepared.issues) == 101
    assert prepared.issues[-1] == issue("facts.account-without-row-more", "", more=30)


def test_a_team_holds_what_its_members_hold_on_their_days(engine: Engine, tmp_path: Path) -> None:
    ledger = Ledger(accounts=[account()], balances=[balance()], attributions=[share("e0")])
    members = [
        Membership("e0", "team", Span(SPAN.from_day + 2, SPAN.from_day + 5)),
        Membership("e0", "team", Span(SPAN.from_day + 4, SPAN.from_day + 6)),
        Membership("e1", "other", SPAN),
    ]
    prepared = prepare(engine, ledger.write(tmp_path), span=SPAN, members=members)
    (row,) = compute_facts(engine, prepared, [ALL]).rows
    assert (row.subject, row.days) == ("team", 4)


def test_overlapping_memberships_count_a_day_once() -> None:
    one = Membership("e", "t", Span(1, 5))
    assert merge_memberships([Membership("e", "t", Span(3, 9)), one]) == (
        Membership("e", "t", Span(1, 9)),
    )


def test_a_leaf_names_the_delivered_row(engine: Engine, tmp_path: Path) -> None:
    ledger = Ledger(accounts=[account()], balances=[balance()], attributions=[share("e0")])
    prepared = prepare(engine, ledger.write(tmp_path), span=SPAN)
    (leaf,) = leaf_rows(engine, prepared, ALL, "e0")
    assert (leaf.delivery, leaf.line, leaf.amount) == (2, 7, 100)
    assert leaf_rows(engine, prepared, ALL, "nobody") == []


@pytest.mark.parametrize(
    "request_",
    [
        FactRequest("x", "balance", (Span(SPAN.from_day - 1, SPAN.to_day),)),
        FactRequest("x", "balance", (Span(SPAN.from_day, SPAN.from_day),)),
        FactRequest("x", "balance", ()),
        FactRequest("x", "unheard-of", (SPAN,)),
        FactRequest("x", "balance", (SPAN,), basis="lead"),
        FactRequest("x", "balance", (SPAN,), base=SPAN),
        FactRequest("x", "carried_base", (SPAN,)),
    ],
)
def test_a_request_that_does_not_fit_is_refused(
    engine: Engine, tmp_path: Path, request_: FactRequest
) -> None:
    prepared = prepare(engine, Ledger().write(tmp_path), span=SPAN)
    with pytest.raises(ValueError, match="requests: x"):
        compute_facts(engine, prepared, [request_])
    with pytest.raises(ValueError, match="same key"):
        compute_facts(engine, prepared, [ALL, ALL])


def test_a_request_for_nothing_delivered_has_no_rows(engine: Engine, tmp_path: Path) -> None:
    prepared = prepare(engine, Ledger().write(tmp_path), span=SPAN)
    facts = compute_facts(engine, prepared, [ALL, FactRequest("c", "customer", (SPAN,))])
    assert (facts.rows, facts.customers) == ((), ())


def test_slices_do_not_spill_over_when_files_reach_only_one(engine: Engine, tmp_path: Path) -> None:
    # The balances touch the second slice alone; days between the slices must not count.
    ledger = Ledger(accounts=[account()], balances=[balance(from_day=SPAN.from_day + 4)]).write(
        tmp_path
    )
    ledger.written["balances"] = [
        replace(part, from_day=SPAN.from_day + 4) for part in ledger.written["balances"]
    ]
    slices = (
        Span(SPAN.from_day, SPAN.from_day + 2),
        Span(SPAN.from_day + 6, SPAN.from_day + 8),
    )
    prepared = prepare(engine, ledger, span=SPAN)
    requests = [FactRequest("b", "balance", slices), FactRequest("c", "customer", slices)]
    facts = compute_facts(engine, prepared, requests)
    assert [(row.slice_no, row.days) for row in facts.rows] == [(1, 2)]
    assert [(row.slice_no, row.whole) for row in facts.customers] == [(0, 0), (1, 2 * 10**8)]
