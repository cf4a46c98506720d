"""The pay ledger: entries in groups that sum to zero, and what follows from them.

Accounts, per subject: ``earned`` (negative: where pay comes from), ``payable``, ``deferred``,
``vested``, ``paid``, ``deducted``, ``refunded`` (negative: given back out of ``deducted``),
``clawed_back`` and ``rounding``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

ACCOUNTS: Final = (
    "earned", "payable", "deferred", "vested", "paid", "deducted", "refunded", "clawed_back",
    "rounding",
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class PayEntry:
    """One side of a posting.

    Attributes:
        group: key of the posting group; the entries of a group sum to zero.
        subject: the employee or unit.
        account: one of ``ACCOUNTS``.
        amount: minor units.
        currency: ISO 4217.
        earned_period: the period that it belongs to.
        booked_period: the period in which it is booked; later for a correction.
        item: pay item, deduction or act that it stands for.
        loan: the loan it is keyed to, empty where there is none.
        reference: event, tranche or entry that it answers.
        due_day: day number on which a deferred tranche vests, 0 where there is none.
    """

    group: str
    subject: str
    account: str
    amount: int
    currency: str
    earned_period: str
    booked_period: str
    item: str
    loan: str = ""
    reference: str = ""
    due_day: int = 0


@dataclass(frozen=True, slots=True)
class Posting:
    """What the two sides of a group have in common."""

    subject: str
    currency: str
    earned_period: str
    booked_period: str

    def move(
        self,
        item: str,
        amount: int,
        source: str,
        target: str,
        *,
        loan: str = "",
        reference: str = "",
        due_day: int = 0,
    ) -> tuple[PayEntry, ...]:
        """Move an amount from one account to another; nothing where it is zero."""
        if amount == 0:
            return ()
        key = (self.subject, self.earned_period, self.booked_period, item, loan, reference)
        group = "|".join((*key, source, target))
        sides = ((source, -amount), (target, amount))
        return tuple(
            PayEntry(
                group, self.subject, account, value, self.currency, self.earned_period,
                self.booked_period, item, loan, reference, due_day,
            )
            for account, value in sides
        )  # fmt: skip


def unbalanced_groups(entries: Iterable[PayEntry]) -> tuple[str, ...]:
    """Return the groups that don't sum to zero; a sound ledger has none."""
    sums: dict[str, int] = defaultdict(int)
    for entry in entries:
        sums[entry.group] += entry.amount
    return tuple(sorted(group for group, total in sums.items() if total))


def balances(entries: Iterable[PayEntry]) -> dict[tuple[str, str], int]:
    """Return (subject, account) → minor units."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        sums[entry.subject, entry.account] += entry.amount
    return dict(sums)


def loan_earnings(entries: Iterable[PayEntry]) -> dict[tuple[str, str], int]:
    """Return (loan, subject) → what the loan has earned him, less what was taken back early."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        if entry.loan and entry.account == "earned":
            sums[entry.loan, entry.subject] -= entry.amount
    return dict(sums)


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A deduction that is not refunded yet.

    Attributes:
        subject: from whom it was taken.
        loan: for which loan.
        item: under which deduction of the scheme.
        reference: the event that it was taken for.
        period: the earned period it was taken in.
        taken: minor units taken.
        refunded: minor units given back so far.
        day: day number of the event; 0 where unknown.
    """

    subject: str
    loan: str
    item: str
    reference: str
    period: str
    taken: int
    refunded: int
    day: int

    @property
    def left(self) -> int:
        """Minor units that could still be refunded."""
        return self.taken - self.refunded


def outstanding_deductions(entries: Iterable[PayEntry]) -> tuple[Outstanding, ...]:
    """Return every deduction with what was refunded of it, also those that are settled."""
    taken: dict[tuple[str, str, str, str], list[PayEntry]] = defaultdict(list)
    refunded: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for entry in entries:
        key = (entry.subject, entry.loan, entry.item, entry.reference)
        if entry.account == "deducted":
            taken[key].append(entry)
        elif entry.account == "refunded":
            refunded[key] -= entry.amount
    return tuple(
        Outstanding(
            *key,
            period=parts[0].earned_period,
            taken=sum(part.amount for part in parts),
            refunded=refunded[key],
            day=parts[0].due_day,
        )
        for key, parts in sorted(taken.items())
    )
