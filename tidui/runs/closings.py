"""Closing a period, correcting it later, and the acts on pay: each a posting with a name on it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tidui.core.appraisal.chain import CALCULATION
from tidui.core.appraisal.corrections import Difference, correct_period
from tidui.core.appraisal.pay.acts import claw_back, open_entries, pay_out, vest
from tidui.core.appraisal.pay.ledger import PayEntry
from tidui.core.calendar import Period, parse_period
from tidui.core.documents import canonical_json, sha256_text
from tidui.core.values import issue
from tidui.ledger import Entry, Ledger, LedgerError
from tidui.runs.appraisals import compute_run
from tidui.runs.folder import RunFolder, refuse_provisional
from tidui.runs.inputs import opening_row
from tidui.runs.past import outcome_rows, read_past
from tidui.runs.postings import entries_of_run, post, posted_entries
from tidui.runs.stored import read_appraisal


def closings(ledger: Ledger) -> tuple[Entry, ...]:
    """Return all closings, oldest first."""
    return ledger.entries("closing")


def find_closing(ledger: Ledger, scheme_id: str, period: str) -> Entry | None:
    """Return the closing of a scheme's period, None while it is open."""
    for entry in closings(ledger):
        if entry.payload["scheme"]["id"] == scheme_id and entry.payload["period"] == period:
            return entry
    return None


def close_period(ledger: Ledger, run: RunFolder, *, by: str, at: str) -> Entry:
    """Close a period with the results of a run, and post its pay.

    The manifest is chained: it holds the hash of the catalogue entry before it, the hashes of
    inputs, scheme and results, and the calculation's number.

    Raises
    ------
    LedgerError
        If the run is a simulation or provisional, its files don't match its manifest, or the
        period is closed.
    """
    refuse_provisional(run)
    manifest, since = run.manifest, ledger.head()[0]
    if manifest["kind"] != "run":
        raise LedgerError(issue("close.simulation", run.name))
    closed = find_closing(ledger, manifest["scheme"]["id"], manifest["period"])
    if closed is not None:
        raise LedgerError(
            issue("close.already", run.name, period=manifest["period"], entry=closed.number)
        )
    check_results(run)
    appraisal = read_appraisal(run)
    entries = [entry for slip in appraisal.pay.values() for entry in slip.entries]
    payload = {
        "run": run.name,
        "period": manifest["period"],
        "scheme": manifest["scheme"],
        "ledger": manifest["ledger"],
        "calculation": manifest["calculation"],
        "results": manifest["results"],
        "manifest": sha256_text(canonical_json(manifest)),
        "outcomes": outcome_rows(appraisal),
    }
    return post(
        ledger, entries, act="close", about=run.name, by=by, at=at, since=since, closing=payload
    )


def closed_before_it(ledger: Ledger, run: RunFolder) -> tuple[str, ...]:
    """Return later periods of the run's scheme that are closed already: they did not know it."""
    start = parse_period(run.manifest["period"]).from_on
    return tuple(
        entry.payload["period"]
        for entry in closings(ledger)
        if entry.payload["scheme"]["id"] == run.manifest["scheme"]["id"]
        and parse_period(entry.payload["period"]).from_on > start
    )


def deliveries_since(ledger: Ledger, run: RunFolder) -> int:
    """Count deliveries and reverts that came after the state of the ledger that a run read."""
    later = ledger.entries(after=int(run.manifest["ledger"]["entry"]))
    return sum(entry.kind in ("delivery", "revert") for entry in later)


def check_results(run: RunFolder) -> None:
    """Compare each result file with the hash in the manifest; a difference raises."""
    for name, wanted in run.manifest["results"].items():
        if sha256_text(run.stored_text(name)) != wanted:
            raise LedgerError(issue("run.changed", run.name, file=name))


@dataclass(frozen=True, slots=True)
class Correction:
    """What a correction found and posted.

    Attributes:
        entry: the posting, None where nothing differed or it was a dry run.
        entries: the entries that bring the period to what it should be.
        differences: by subject, item and loan.
    """

    entry: Entry | None
    entries: tuple[PayEntry, ...]
    differences: tuple[Difference, ...]


def correct_closed(
    ledger: Ledger,
    run: RunFolder,
    booked: Period,
    *,
    reason: str,
    by: str,
    at: str,
    dry_run: bool = False,
    engine: str = "duckdb",
) -> Correction:
    """Recompute a closed period under its own scheme with what is known now; post the difference.

    Raises
    ------
    LedgerError
        If the run is provisional, the period is not closed, was closed with another run, or
        can't be computed any more; every issue is named.
    """
    refuse_provisional(run)
    manifest, since = run.manifest, ledger.head()[0]
    period = parse_period(manifest["period"])
    if booked.to_on < period.to_on:
        raise LedgerError(issue("correct.booked-before", booked.text, period=period.text))
    closing = find_closing(ledger, manifest["scheme"]["id"], period.text)
    if closing is None:
        raise LedgerError(issue("correct.not-closed", run.name, period=period.text))
    if closing.payload["run"] != run.name:
        closed_by = str(closing.payload["run"])
        raise LedgerError(issue("correct.other-run", run.name, period=period.text, run=closed_by))
    past = read_past(ledger, period.text, None)
    computed = compute_run(
        ledger.snapshot(), run.scheme, period, past, engine=engine,
        as_of=date.fromisoformat(manifest["as_of"]), booked_period=booked.text,
    )  # fmt: skip
    if computed.refused or computed.appraisal is None:
        raise LedgerError(*computed.issues)
    fresh = [entry for slip in computed.appraisal.pay.values() for entry in slip.entries]
    own = entries_of_run(ledger, run.name)
    entries, differences = correct_period(own, fresh, period.text, booked.text)
    posted = None
    if entries and not dry_run:
        about = canonical_json({"run": run.name, "reason": reason, "calculation": CALCULATION})
        posted = post(ledger, entries, act="correction", about=about, by=by, at=at, since=since)
    return Correction(posted, entries, differences)


def all_entries(ledger: Ledger, booked_period: str) -> tuple[PayEntry, ...]:
    """Return openings and everything posted."""
    rows = ledger.snapshot().rows("openings")
    openings = open_entries((opening_row(row) for row in rows), booked_period)
    return (*openings, *posted_entries(ledger))


def vest_due(ledger: Ledger, day: int, booked: Period, *, by: str, at: str) -> tuple[PayEntry, ...]:
    """Vest every tranche that is due; doing it twice vests once."""
    since = ledger.head()[0]
    entries = vest(all_entries(ledger, booked.text), day, booked.text)
    if entries:
        post(ledger, entries, act="vest", about=booked.text, by=by, at=at, since=since)
    return entries


def pay_everything(ledger: Ledger, booked: Period, *, by: str, at: str) -> tuple[PayEntry, ...]:
    """Move everything payable and vested to paid."""
    since = ledger.head()[0]
    entries = pay_out(all_entries(ledger, booked.text), booked.text, booked.text)
    if entries:
        post(ledger, entries, act="pay_out", about=booked.text, by=by, at=at, since=since)
    return entries


def claw_back_pay(
    ledger: Ledger,
    subject: str,
    earned: Period,
    share: Fraction,
    booked: Period,
    *,
    decision: dict[str, Any],
    by: str,
    at: str,
) -> tuple[PayEntry, ...]:
    """Claw a share of a period's pay back, on a decision with case, evidence and approver.

    Raises
    ------
    LedgerError
        If a part of the decision is missing, or nothing was earned in the period.
    """
    absent = [key for key in ("case", "evidence", "approver") if not decision.get(key)]
    if absent:
        raise LedgerError(issue("pay.decision-incomplete", subject, missing=", ".join(absent)))
    if decision["approver"] == by:
        raise LedgerError(issue("pay.same-person", subject, by=by))
    about, since = json.dumps(decision, ensure_ascii=False, sort_keys=True), ledger.head()[0]
    try:
        entries = claw_back(
            all_entries(ledger, booked.text), subject, earned.text, share, booked.text, about
        )
    except ValueError as error:
        raise LedgerError(
            issue("pay.nothing-to-claw-back", subject, period=earned.text, detail=str(error))
        ) from error
    if entries:
        post(ledger, entries, act="claw_back", about=about, by=by, at=at, since=since)
    return entries
