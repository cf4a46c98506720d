"""Later acts on the pay ledger: vesting, paying out, clawing back, and bringing in openings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction

from tidui.core.appraisal.inputs import OpeningRow
from tidui.core.appraisal.pay.ledger import PayEntry, Posting
from tidui.core.values import Rounding, round_fraction


def vest(entries: Iterable[PayEntry], day: int, booked_period: str) -> tuple[PayEntry, ...]:
    """Vest every deferred tranche that is due on or before a day and still deferred.

    Vesting twice vests once: what has left ``deferred`` is no longer there. A tranche that a
    correction made smaller after it had vested is below zero: that vests too, and is netted.
    """
    left: dict[tuple[str, str, str, str, str, int], int] = defaultdict(int)
    for entry in entries:
        if entry.account == "deferred":
            key = (
                entry.subject, entry.currency, entry.earned_period, entry.item, entry.reference,
                entry.due_day,
            )  # fmt: skip
            left[key] += entry.amount
    result: list[PayEntry] = []
    for (subject, currency, earned, item, reference, due_day), amount in sorted(left.items()):
        if amount != 0 and due_day <= day:
            posting = Posting(subject, currency, earned, booked_period)
            result += posting.move(
                item, amount, "deferred", "vested", reference=reference, due_day=due_day
            )
    return tuple(result)


def pay_out(
    entries: Iterable[PayEntry], booked_period: str, reference: str
) -> tuple[PayEntry, ...]:
    """Move everything payable and vested to paid, earned period by earned period.

    A subject whose balances of a currency add up to nothing or less is left alone: the negative
    balance stays and is netted against later pay of that currency.
    """
    open_: dict[tuple[str, str, str, str], int] = defaultdict(int)
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        if entry.account in ("payable", "vested"):
            key = (entry.subject, entry.currency, entry.earned_period, entry.account)
            open_[key] += entry.amount
            totals[entry.subject, entry.currency] += entry.amount
    result: list[PayEntry] = []
    for (subject, currency, earned, account), amount in sorted(open_.items()):
        if totals[subject, currency] > 0:
            posting = Posting(subject, currency, earned, booked_period)
            result += posting.move("pay_out", amount, account, "paid", reference=reference)
    return tuple(result)


def claw_back(
    entries: tuple[PayEntry, ...],
    subject: str,
    earned_period: str,
    share: Fraction,
    booked_period: str,
    reference: str,
) -> tuple[PayEntry, ...]:
    """Claw a share of a period's pay back: first what is still deferred, then what was paid.

    Parameters
    ----------
    share : Fraction
        part of what the period earned him, 0 to 1.
    reference : str
        the decision: case, evidence and approver stand there.

    Raises
    ------
    ValueError
        If the share is not between 0 and 1, or the subject earned nothing in the period.
    """
    if not 0 <= share <= 1:
        raise ValueError("share: must be between 0 and 1")
    own = [e for e in entries if e.subject == subject and e.earned_period == earned_period]
    earned = -sum(e.amount for e in own if e.account == "earned")
    if earned <= 0:
        raise ValueError("earned_period: nothing was earned in it")
    already = sum(e.amount for e in own if e.account == "clawed_back")
    wanted = int(round_fraction(earned * share, 0, Rounding.DOWN)) - already
    posting = Posting(subject, own[0].currency, earned_period, booked_period)
    result: list[PayEntry] = []
    deferred = sorted(
        {_tranche(e) for e in own if e.account == "deferred"},
        key=lambda key: -key[2],
    )
    for item, tranche, due_day in deferred:
        left = sum(
            e.amount
            for e in own
            if e.account == "deferred"
            and (e.item, e.reference, e.due_day) == (item, tranche, due_day)
        )
        part = max(0, min(left, wanted))
        wanted -= part
        result += posting.move(
            item, part, "deferred", "clawed_back", reference=tranche, due_day=due_day
        )
    for account in ("vested", "payable", "paid"):
        held = sum(e.amount for e in own if e.account == account)
        part = max(0, min(held, wanted))
        wanted -= part
        result += posting.move("claw_back", part, account, "clawed_back", reference=reference)
    return tuple(result)


def _tranche(entry: PayEntry) -> tuple[str, str, int]:
    return entry.item, entry.reference, entry.due_day


def open_entries(openings: Iterable[OpeningRow], booked_period: str) -> tuple[PayEntry, ...]:
    """Bring in deferred pay and deductions from before Tidui as entries of the time before."""
    result: list[PayEntry] = []
    for row in openings:
        posting = Posting(row.employee_no, row.currency, "opening", booked_period)
        loan = row.account_no or ""
        if row.kind == "deferred":
            result += posting.move(
                "deferral", row.amount, "earned", "deferred", reference=row.reference,
                due_day=row.due_on or row.day,
            )  # fmt: skip
        else:
            result += posting.move(
                row.reference.split(":", 1)[0], row.amount, "payable", "deducted", loan=loan,
                reference=row.reference, due_day=row.day,
            )  # fmt: skip
            result += posting.move("opening", row.amount, "earned", "payable", loan="")
    return tuple(result)
