"""Corrections: a closed period never changes; what it should have been is posted as a difference.

Guarantees: the entries of a closed period stay a prefix of the entries later; the sum of entries
by earned period is what a fresh computation with all that is known now gives; correcting twice
with the same knowledge corrects once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tidui.core.appraisal.pay.ledger import PayEntry, Posting

RECOMPUTED = ("earned", "payable", "deferred", "deducted", "refunded")
"""Accounts that computing a period fills; later acts (vest, pay out, claw back) are not redone."""

LATER_ACTS = ("pay_out", "claw_back")


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much one side of the books of an earned period is off.

    Attributes:
        subject: whom it concerns.
        item: pay item or deduction.
        loan: the loan, empty where there is none.
        booked: minor units payable that were booked so far.
        correct: minor units payable that a fresh computation gives.
    """

    subject: str
    item: str
    loan: str
    booked: int
    correct: int


_Key = tuple[str, str, str, str, str, int]


def _cells(entries: Iterable[PayEntry]) -> dict[tuple[_Key, str], int]:
    """Sum entries by (subject, item, loan, reference, currency, due) and account."""
    sums: dict[tuple[_Key, str], int] = defaultdict(int)
    for entry in entries:
        key = (
            entry.subject, entry.item, entry.loan, entry.reference, entry.currency, entry.due_day,
        )  # fmt: skip
        sums[key, entry.account] += entry.amount
    return sums


def correct_period(
    booked: Iterable[PayEntry], fresh: Iterable[PayEntry], earned_period: str, booked_period: str
) -> tuple[tuple[PayEntry, ...], tuple[Difference, ...]]:
    """Return the entries that bring an earned period to what it should be.

    Parameters
    ----------
    booked : iterable of PayEntry
        everything posted so far, of any period, corrections included.
    fresh : iterable of PayEntry
        the entries of a fresh computation of the earned period under its own scheme.
    earned_period, booked_period : str
        what is corrected, and where the correction is booked.

    Returns
    -------
    (entries, differences)
        entries are balanced group by group; no difference, no entry.
    """
    own = [
        entry for entry in booked if entry.earned_period == earned_period and not _later_act(entry)
    ]
    have, want = _cells(own), _cells(fresh)
    changes: dict[_Key, dict[str, int]] = defaultdict(dict)
    for key, account in sorted({*have, *want}):
        change = want.get((key, account), 0) - have.get((key, account), 0)
        if change:
            changes[key][account] = change
    entries: list[PayEntry] = []
    differences = []
    for key, by_account in sorted(changes.items()):
        subject, item, loan, reference, currency, due_day = key
        posting = Posting(subject, currency, earned_period, booked_period)
        for account, change in sorted(by_account.items()):
            if account != "payable":
                entries += posting.move(
                    item, change, "payable", account, loan=loan, reference=reference,
                    due_day=due_day,
                )  # fmt: skip
        before, after = have.get((key, "payable"), 0), want.get((key, "payable"), 0)
        differences.append(Difference(subject, item, loan, before, after))
    return tuple(entries), tuple(differences)


def _later_act(entry: PayEntry) -> bool:
    moved = entry.account in ("vested", "paid", "clawed_back")
    return moved or entry.item in LATER_ACTS or "deferred|vested" in entry.group
