"""What earlier periods left behind: pay entries, and the outcomes that streaks read."""

from __future__ import annotations

from dataclasses import dataclass

from tidui.core.appraisal.chain import Appraisal
from tidui.core.appraisal.inputs import OutcomeRow
from tidui.core.appraisal.pay.ledger import PayEntry
from tidui.core.calendar import parse_period
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
