"""What earlier periods left behind: pay entries, and the outcomes that streaks read."""

from __future__ import annotations

from dataclasses import dataclass

from tidui.core.appraisal.chain import Appraisal
from tidui.core.appraisal.inputs import OutcomeRow
from tidui.core.appraisal.pay.ledger import PayEntry
from tidui.core.appraisal.scheme.document import Scheme
from tidui.core.calendar import Period, parse_period, previous_period
from tidui.core.values import Issue, issue
from tidui.ledger import Ledger
from tidui.runs.postings import earlier_entries


@dataclass(frozen=True, slots=True)
class Past:
    """The past of a period, as known at a catalogue entry.

    Attributes:
        entries: pay entries of earlier earned periods, openings included.
        outcomes: class and grades of closed periods; a delivered outcome takes their place.
    """

    entries: tuple[PayEntry, ...] = ()
    outcomes: tuple[OutcomeRow, ...] = ()


def read_past(ledger: Ledger, period_text: str, entry: int | None) -> Past:
    """Read the past of a period up to a catalogue entry, the newest if none is given."""
    return Past(earlier_entries(ledger, period_text, entry), closed_outcomes(ledger, entry))


def check_past(
    ledger: Ledger, scheme: Scheme, period: Period, entry: int | None
) -> tuple[Issue, ...]:
    """Warn where a scheme reads its past and the period before is still open.

    What was withheld, earned by loan, or counted for a streak there is not known yet. A period
    before the scheme was in force, or whose outcomes were delivered, is not waited for.
    """
    pay, grades = scheme.pay, scheme.grades
    reads_pay = pay is not None and bool(pay.deductions or pay.early_settlement)
    reads_classes = grades is not None and grades.moves is not None
    before = previous_period(period)
    if not (reads_pay or reads_classes) or before.from_on < scheme.effective.from_:
        return ()
    delivered = ledger.snapshot(entry).rows("outcomes")
    known = {row["period"] for row in delivered if row["scheme"] == scheme.id}
    known |= {
        closing.payload["period"]
        for closing in ledger.entries("closing")
        if closing.payload["scheme"]["id"] == scheme.id
        and (entry is None or closing.number <= entry)
    }
    if before.text in known:
        return ()
    return (issue("run.past-open", period.text, "warning", earlier=before.text),)


def closed_outcomes(ledger: Ledger, entry: int | None) -> tuple[OutcomeRow, ...]:
    """Return what closings wrote down of each subject."""
    found = []
    for closing in ledger.entries("closing"):
        if entry is not None and closing.number > entry:
            continue
        scheme, period = closing.payload["scheme"]["id"], closing.payload["period"]
        span = parse_period(period).span
        for subject, class_, before, after in closing.payload["outcomes"]:
            found.append(OutcomeRow(subject, scheme, period, span, class_, before, after))
    return tuple(found)


def outcome_rows(appraisal: Appraisal) -> list[list[str | None]]:
    """Return (subject, class, grade before, grade after) as a closing writes them down.

    The grade after is the proposal; a person's other decision is delivered as an outcome and then
    counts instead. Where only a person can say, the grade stays until he does.
    """
    scheme = appraisal.board.scheme
    moves = scheme.grades.moves if scheme.grades is not None else None
    name = moves.class_of if moves is not None else next(iter(scheme.classes), None)
    rows: list[list[str | None]] = []
    for subject in appraisal.board.subjects:
        found = appraisal.board.classes[name][subject] if name is not None else None
        proposal = appraisal.grades.get(subject)
        before = proposal.present if proposal is not None else None
        after = proposal.proposed if proposal is not None else None
        rows.append([subject, found, before, after or before])
    return rows


def with_closed(
    delivered: tuple[OutcomeRow, ...], closed: tuple[OutcomeRow, ...]
) -> tuple[OutcomeRow, ...]:
    """Join delivered and closed outcomes; what was delivered is what a person decided."""
    known = {(row.employee_no, row.scheme, row.period) for row in delivered}
    rest = [row for row in closed if (row.employee_no, row.scheme, row.period) not in known]
    return (*delivered, *rest)
