"""Postings: the pay ledger as entries of the catalogue, written here and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from tidui.core.appraisal.pay.acts import open_entries
from tidui.core.appraisal.pay.ledger import PayEntry, unbalanced_groups
from tidui.core.calendar import parse_period
from tidui.ledger import Entry, Ledger
from tidui.runs.inputs import opening_row
from tidui.runs.records import pack, unpack


def posted_entries(ledger: Ledger, upto: int | None = None) -> tuple[PayEntry, ...]:
    """Return every entry posted so far, in the order of posting.

    Parameters
    ----------
    upto : int, optional
        last catalogue entry that counts.
    """
    entries: list[PayEntry] = []
    for entry in ledger.entries():
        if entry.kind in ("posting", "closing") and (upto is None or entry.number <= upto):
            entries += [unpack(PayEntry, item) for item in entry.payload["entries"]]
    return tuple(entries)


def entries_of_run(ledger: Ledger, run_name: str) -> tuple[PayEntry, ...]:
    """Return what the closing of a run and the corrections of it posted.

    Another scheme may have closed the same period: what it posted isn't theirs.
    """
    entries: list[PayEntry] = []
    for entry in ledger.entries():
        closed = entry.kind == "closing" and entry.payload["run"] == run_name
        corrected = entry.kind == "posting" and entry.payload["act"] == "correction"
        if closed or (corrected and json.loads(entry.payload["about"])["run"] == run_name):
            entries += [unpack(PayEntry, item) for item in entry.payload["entries"]]
    return tuple(entries)


def earlier_entries(ledger: Ledger, period_text: str, upto: int | None) -> tuple[PayEntry, ...]:
    """Return the entries earned before a period, openings included."""
    start = parse_period(period_text).from_on
    snapshot = ledger.snapshot(upto)
    openings = open_entries((opening_row(row) for row in snapshot.rows("openings")), period_text)
    posted = (entry for entry in posted_entries(ledger, upto) if _before(entry, start))
    return (*openings, *posted)


def _before(entry: PayEntry, start: Any) -> bool:
    return entry.earned_period == "opening" or parse_period(entry.earned_period).to_on <= start


def post(
    ledger: Ledger,
    entries: Iterable[PayEntry],
    *,
    act: str,
    about: str,
    by: str,
    at: str,
    since: int,
    closing: Mapping[str, Any] | None = None,
) -> Entry:
    """Append entries to the catalogue as one posting.

    A closing and its postings are one entry, so that neither is there without the other.

    Parameters
    ----------
    act : str
        ``close``, ``correction``, ``vest``, ``pay_out`` or ``claw_back``.
    about : str
        run, period or decision that it stands for.
    since : int
        last catalogue entry that the act knows; a posting after it refuses this one.
    closing : mapping, optional
        the manifest of a closing.

    Raises
    ------
    ValueError
        If a group does not sum to zero.
    LedgerError
        If something was posted after ``since``.
    """
    listed = tuple(entries)
    broken = unbalanced_groups(listed)
    if broken:
        raise ValueError(f"entries: group {broken[0]} does not sum to zero")
    payload = {"act": act, "about": about, "by": by, "entries": [pack(e) for e in listed]}
    if closing is not None:
        return ledger.append("closing", {**closing, **payload}, at=at, since=since)
    return ledger.append("posting", payload, at=at, since=since)
