"""Two clerks at once, and files changed by hand: nothing is paid twice, nothing wrong is shown."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest

from tidui.core.appraisal.pay.ledger import balances
from tidui.core.calendar import parse_period
from tidui.ledger import LedgerError
from tidui.runs import closings
from tidui.runs.closings import close_period, pay_everything
from tidui.runs.folder import RunFolder, read_run
from tidui.runs.postings import posted_entries
from tidui.runs.simulations import simulate_scheme
from tidui.runs.slips import slip_text
from tidui.runs.verification import verify_run

from .conftest import AT, SCHEME, YEAR, ExampleBank, run_appraisal, scheme_of

NEXT = parse_period("2026")


def at_once(monkeypatch: pytest.MonkeyPatch, name: str, act: Any) -> list[str]:
    """Do an act twice, both past the point of reading before either writes; return the faults."""
    barrier, real = Barrier(2, timeout=30), getattr(closings, name)

    def waiting(*args: Any, **own: Any) -> Any:
        found = real(*args, **own)
        barrier.wait()
        return found

    monkeypatch.setattr(closings, name, waiting)

    def tried(_: int) -> str:
        try:
            act()
        except LedgerError as error:
            return error.issue.code
        return ""

    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(tried, range(2)))
    monkeypatch.setattr(closings, name, real)
    return found


def test_a_period_is_closed_once_and_paid_once_by_two_clerks_at_once(
    bank: ExampleBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bank.stored()
    ledger = bank.ledger
    closed = at_once(monkeypatch, "read_appraisal",
                     lambda: close_period(ledger, run, by="Dana", at=AT))  # fmt: skip
    assert closed == ["", "ledger.moved"]
    assert len(ledger.entries("closing")) == 1
    due = balances(posted_entries(ledger))["E001", "payable"]
    paid = at_once(monkeypatch, "pay_out", lambda: pay_everything(ledger, NEXT, by="Dana", at=AT))
    assert paid == ["", "ledger.moved"]
    assert balances(posted_entries(ledger))["E001", "paid"] == due > 0


def test_a_delivery_meanwhile_does_not_refuse_an_act(bank: ExampleBank) -> None:
    run = bank.stored()
    since = bank.ledger.head()[0]
    bank.deliver("measures", "E004,quality_score,2025,73", "E004,quality_score,2025,90")
    bank.ledger.append("posting", {"act": "t", "entries": []}, at=AT, since=since)
    with pytest.raises(LedgerError) as caught:
        bank.ledger.append("posting", {"act": "t", "entries": []}, at=AT, since=since)
    assert caught.value.issue.code == "ledger.moved"
    assert verify_run(bank.ledger, run).issues == ()


def edited(bank: ExampleBank, name: str, before: str, after: str) -> RunFolder:
    """Return the stored run of 2025 with one piece of a result file changed by hand."""
    run = bank.stored()
    text = (run.path / name).read_text(encoding="utf-8")
    assert before in text
    (run.path / name).write_text(text.replace(before, after, 1), encoding="utf-8")
    return read_run(run.path)


def test_a_changed_result_is_not_printed_and_not_taken_for_the_same_run(bank: ExampleBank) -> None:
    run = edited(bank, "pay.jsonl", '["E001","performance","', '["E001","performance","1')
    for act in (
        lambda: slip_text(run, "E001", "en"),
        lambda: close_period(bank.ledger, run, by="Dana", at=AT),
        bank.run,
    ):
        with pytest.raises(LedgerError) as caught:
            act()
        assert caught.value.issue.code == "run.changed"


def test_a_deleted_result_is_named_by_verify(bank: ExampleBank) -> None:
    run = bank.stored()
    (run.path / "pay.jsonl").unlink()
    found = verify_run(bank.ledger, run).issues
    assert ("run.changed", {"file": "pay.jsonl"}) in [(i.code, dict(i.values)) for i in found]


def test_a_simulation_stands_at_the_day_of_its_run(bank: ExampleBank) -> None:
    day = date(2025, 7, 1)
    run = run_appraisal(bank.ledger, scheme_of(SCHEME), YEAR, as_of=day)
    assert run.path is not None
    other = scheme_of(SCHEME.replace("version: 1\n", "version: 2\n", 1))
    simulated = simulate_scheme(bank.ledger, read_run(run.path), other)
    assert simulated.run.computed.inputs.as_of == day
