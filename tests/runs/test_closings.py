"""Close, a late delivery, correct, correct again, pay: nothing is overwritten, all is found."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tidui.core.appraisal.pay.ledger import balances, unbalanced_groups
from tidui.core.calendar import day_number, parse_period
from tidui.ledger import Entry, Ledger, LedgerError
from tidui.runs.closings import (
    Correction,
    all_entries,
    claw_back_pay,
    close_period,
    correct_closed,
    pay_everything,
    vest_due,
)
from tidui.runs.folder import RunFolder, read_run
from tidui.runs.postings import posted_entries
from tidui.runs.simulations import simulate_scheme
from tidui.runs.stored import read_appraisal
from tidui.runs.verification import verify_run

from .conftest import AT, SCHEME, ExampleBank, scheme_of

NEXT = parse_period("2026")


def close(bank: ExampleBank, run: RunFolder) -> Entry:
    """Close a run's period."""
    return close_period(bank.ledger, run, by="Dana", at=AT)


def correct(bank: ExampleBank, run: RunFolder, *, dry_run: bool = False) -> Correction:
    """Correct a run's period, booked in the next."""
    return correct_closed(bank.ledger, run, NEXT, reason="late", by="Dana", at=AT, dry_run=dry_run)


def earned(ledger: Ledger) -> dict[str, int]:
    """Return what 2025 earned each subject, corrections included."""
    own = [entry for entry in posted_entries(ledger) if entry.earned_period == "2025"]
    return {who: -amount for (who, account), amount in balances(own).items() if account == "earned"}


def test_the_whole_year_from_run_to_second_correction(bank: ExampleBank) -> None:
    run = bank.stored()
    entry = close(bank, run)
    assert entry.payload["run"] == run.name
    closed = posted_entries(bank.ledger)
    pay = read_appraisal(run).pay
    assert earned(bank.ledger) == {who: row.earned for who, row in pay.items()}
    assert correct(bank, run).differences == ()

    bank.deliver("measures", "E004,quality_score,2025,73", "E004,quality_score,2025,90")
    preview = correct(bank, run, dry_run=True)
    assert preview.entry is None
    assert posted_entries(bank.ledger) == closed
    done = correct(bank, run)
    assert done.entry is not None
    assert {one.subject for one in done.differences} == {"E004"}
    assert done.differences == preview.differences

    after = posted_entries(bank.ledger)
    assert after[: len(closed)] == closed
    assert {e.booked_period for e in after[len(closed) :]} == {"2026"}
    assert unbalanced_groups(after) == ()
    fresh = bank.run().computed.appraisal
    assert fresh is not None
    assert earned(bank.ledger) == {who: row.earned for who, row in fresh.pay.items()}

    again = correct(bank, run)
    assert (again.entry, again.entries, again.differences) == (None, (), ())
    assert verify_run(bank.ledger, run).issues == ()
    assert bank.ledger.verify() == ()


def test_a_late_delivery_is_corrected_back_when_it_is_reverted(bank: ExampleBank) -> None:
    run = bank.stored()
    close(bank, run)
    before = earned(bank.ledger)
    bank.deliver("measures", "E005,quality_score,2025,", "E005,quality_score,2025,1")
    entry = bank.ledger.head()[0]
    assert correct(bank, run).differences != ()
    assert earned(bank.ledger) != before
    bank.ledger.revert(entry, reason="mistyped", by="bank", at=AT)
    assert correct(bank, run).differences != ()
    assert earned(bank.ledger) == before


def test_what_can_not_be_closed_or_corrected_is_named(bank: ExampleBank) -> None:
    run = bank.stored()
    with pytest.raises(LedgerError) as caught:
        correct(bank, run)
    assert caught.value.issues[0].code == "correct.not-closed"
    close(bank, run)
    with pytest.raises(LedgerError) as caught:
        close(bank, run)
    assert caught.value.issues[0].code == "close.already"


def test_another_scheme_of_the_same_period_is_left_alone(bank: ExampleBank) -> None:
    run = bank.stored()
    other = bank.stored(SCHEME.replace("id: example-annual", "id: example-other"))
    close(bank, run)
    close(bank, other)
    assert correct(bank, run).differences == ()
    assert correct(bank, other).differences == ()
    bank.deliver("measures", "E004,quality_score,2025,73", "E004,quality_score,2025,90")
    assert {one.subject for one in correct(bank, run).differences} == {"E004"}
    assert {one.subject for one in correct(bank, other).differences} == {"E004"}
    assert correct(bank, run).differences == ()


def test_a_period_is_corrected_under_the_scheme_that_closed_it(bank: ExampleBank) -> None:
    run = bank.stored()
    dearer = bank.stored(SCHEME.replace("2025-01-01: 1_500", "2025-01-01: 1_600"))
    close(bank, run)
    with pytest.raises(LedgerError) as caught:
        correct(bank, dearer)
    assert caught.value.issues[0].code == "correct.other-run"
    assert dict(caught.value.issues[0].values)["run"] == run.name


def test_a_simulation_can_not_be_closed_and_the_same_scheme_changes_nothing(
    bank: ExampleBank,
) -> None:
    run = bank.stored()
    entries = posted_entries(bank.ledger)
    simulation = simulate_scheme(bank.ledger, run, scheme_of(SCHEME))
    assert simulation.comparison is not None
    assert simulation.comparison.cost_before == simulation.comparison.cost_after
    assert (simulation.comparison.winners, simulation.comparison.losers) == ((), ())
    assert simulation.run.path is not None
    simulated = read_run(simulation.run.path)
    assert simulated.manifest["results"] == run.manifest["results"]
    with pytest.raises(LedgerError) as caught:
        close(bank, simulated)
    assert caught.value.issues[0].code == "close.simulation"
    assert posted_entries(bank.ledger) == entries


def test_a_simulation_says_who_gains_and_what_it_costs(bank: ExampleBank) -> None:
    run = bank.stored()
    dearer = scheme_of(SCHEME.replace("2025-01-01: 1_500", "2025-01-01: 1_600"))
    comparison = simulate_scheme(bank.ledger, run, dearer).comparison
    assert comparison is not None
    assert comparison.losers == ()
    assert Fraction(comparison.cost_after, comparison.cost_before) == Fraction(16, 15)
    assert all(change.ranks == () for change in comparison.changes)


def test_tampering_is_found_and_can_not_be_closed(bank: ExampleBank) -> None:
    run = bank.stored()
    path = run.path / "payslips.jsonl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("9", "8", 1), encoding="utf-8")
    codes = [one.code for one in verify_run(bank.ledger, run).issues]
    assert codes == ["run.changed", "verify.line-differs"]
    with pytest.raises(LedgerError) as caught:
        close(bank, run)
    assert caught.value.issues[0].code == "run.changed"
    path.write_text(text, encoding="utf-8")
    assert verify_run(bank.ledger, run).issues == ()


def test_deferred_pay_vests_and_is_paid_once(bank: ExampleBank) -> None:
    close(bank, bank.stored())
    day = day_number(parse_period("2027").from_on)
    vested = vest_due(bank.ledger, day, parse_period("2027"), by="Dana", at=AT)
    assert vested != ()
    assert vest_due(bank.ledger, day, parse_period("2027"), by="Dana", at=AT) == ()
    assert pay_everything(bank.ledger, parse_period("2027"), by="Dana", at=AT) != ()
    assert pay_everything(bank.ledger, parse_period("2028"), by="Dana", at=AT) == ()
    sums = balances(all_entries(bank.ledger, "2028"))
    assert all(sums.get((who, "payable"), 0) == 0 for who, _ in sums)


def test_pay_is_clawed_back_on_a_decision_of_two_people(bank: ExampleBank) -> None:
    close(bank, bank.stored())
    year, half = parse_period("2025"), Fraction(1, 2)
    decision = {"case": "fraud", "evidence": "file 7", "approver": "Eve"}

    def claw(by: str, **own: str) -> tuple[object, ...]:
        return claw_back_pay(
            bank.ledger, "E003", year, half, NEXT, decision={**decision, **own}, by=by, at=AT
        )

    for by, own, code in (
        ("Eve", {}, "pay.same-person"), ("Dana", {"evidence": ""}, "pay.decision-incomplete"),
    ):  # fmt: skip
        with pytest.raises(LedgerError) as caught:
            claw(by, **own)
        assert caught.value.issues[0].code == code
    assert claw("Dana") != ()
    whole = earned(bank.ledger)["E003"]
    taken = balances(posted_entries(bank.ledger))["E003", "clawed_back"]
    assert taken == whole // 2 + whole % 2
