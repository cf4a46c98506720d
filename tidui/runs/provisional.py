"""Provisional results: where everybody stands in a period that has not ended.

Guarantees: only the days up to the data date are read and must be delivered; averages are over the
days that have passed, flows to date, and targets that add up over days count by the days that have
passed (序时进度); what has not come yet is missing and never zero. A provisional run lies in a
place of its own and can't be closed, posted, corrected, simulated or verified.
"""

from __future__ import annotations

from datetime import date, timedelta

from tidui.core.appraisal.chain import Questions, prepare
from tidui.core.appraisal.facts import FactTable
from tidui.core.appraisal.population import PopulationResult
from tidui.core.appraisal.scheme.document import LoadedScheme
from tidui.core.calendar import Period, Span, day_of
from tidui.core.values import issue
from tidui.ledger import Ledger, Snapshot
from tidui.runs.appraisals import Computed, Run, run_appraisal
from tidui.runs.coverage import tables_read
from tidui.runs.gather import Progress
from tidui.runs.inputs import read_inputs


def run_provisional(
    ledger: Ledger,
    scheme: LoadedScheme,
    period: Period,
    data_date: date | None = None,
    *,
    engine: str = "duckdb",
    entry: int | None = None,
    progress: Progress | None = None,
) -> Run:
    """Appraise the days of a period up to a date and store the result under ``provisional``.

    Parameters
    ----------
    ledger : Ledger
        the folder.
    scheme : LoadedScheme
        with nothing open.
    period : Period
        the whole period.
    data_date : date, optional
        last day that counts; what ``find_data_date`` says if not given.
    entry : int, optional
        catalogue entry whose state is read; the newest if not given.

    Returns
    -------
    Run
        refused where a day up to the data date is not delivered. Missing figures and targets, and
        codes that no row holds yet, warn: the subjects concerned have no total and no pay.
    """
    snapshot = ledger.snapshot(entry)
    last = data_date or find_data_date(snapshot, scheme, period)
    if last is None or last < period.from_on:
        return _refused(snapshot, period)
    running = period.up_to(last + timedelta(days=1))
    return run_appraisal(
        ledger, scheme, running, engine=engine, entry=entry, kind="provisional", progress=progress
    )


def _refused(snapshot: Snapshot, period: Period) -> Run:
    found = issue("provisional.no-data", period.text, period=period.text)
    questions = Questions(PopulationResult((), ()), (), ())
    inputs = read_inputs(snapshot, period.from_on)
    return Run(None, Computed(None, questions, FactTable(()), inputs, (found,)))


def find_data_date(snapshot: Snapshot, scheme: LoadedScheme, period: Period) -> date | None:
    """Return the last day of a period up to which all that a scheme reads was delivered.

    None where the first day is not there yet, where days before the period that the scheme reads
    are missing, and where the scheme can't be run in the period at all.
    """
    body, whole = scheme.scheme, period.whole
    questions = prepare(body, whole, read_inputs(snapshot, whole.to_on))
    if questions.issues:
        return None
    end = whole.span.to_day
    for table, spans in tables_read(body, whole, questions.batches).items():
        if not snapshot.feeds(table):
            return None
        for span in spans:
            # One who asks for the last day alone must not be told of days after a hole.
            inside = span.to_day > whole.span.from_day
            asked = Span(min(span.from_day, whole.span.from_day), whole.span.to_day)
            for _, first, _ in snapshot.missing_days(table, asked if inside else span):
                end = min(end, first)
    return day_of(end - 1) if end > whole.span.from_day else None
