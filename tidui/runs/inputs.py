"""What a run reads beside the facts, out of the delivered tables of a snapshot."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tidui.core.appraisal.inputs import (
    EmployeeSpell,
    Inputs,
    LoanEvent,
    MeasureRow,
    OpeningRow,
    OutcomeRow,
    RateRow,
    TargetRow,
    UnitSpell,
)
from tidui.core.calendar import Span
from tidui.ledger import Snapshot

Row = dict[str, Any]


def read_inputs(snapshot: Snapshot, as_of: date) -> Inputs:
    """Read people, units, targets, measures, outcomes, rates and loan events of a snapshot."""
    return Inputs(
        employees=tuple(_employee(row) for row in snapshot.rows("employees")),
        base_currency=snapshot.base_currency,
        as_of=as_of,
        units=tuple(
            UnitSpell(row["org_code"], row["parent"], row["kind"], _span(row))
            for row in snapshot.rows("organisation")
        ),
        measures=tuple(_measure(row) for row in snapshot.rows("measures")),
        targets=tuple(_target(row) for row in snapshot.rows("targets")),
        outcomes=tuple(_outcome(row) for row in snapshot.rows("outcomes")),
        rates=tuple(
            RateRow(row["kind"], row["code"], _span(row), row["value_ppb"])
            for row in snapshot.rows("rates")
        ),
        loan_events=tuple(_loan_event(row) for row in snapshot.rows("loan_events")),
        openings=tuple(opening_row(row) for row in snapshot.rows("openings")),
    )


def _span(row: Row) -> Span:
    return Span(row["from_day"], row["to_day"])


def _scaled(row: Row, name: str) -> Fraction | None:
    value = row[name]
    return None if value is None else Fraction(int(value), 10 ** int(row["scale"]))


def _employee(row: Row) -> EmployeeSpell:
    names = str(row["certificates"] or "").split(",")
    certificates = frozenset(name.strip() for name in names if name.strip())
    return EmployeeSpell(
        row["employee_no"], _span(row), row["belongs_to"], row["sits_at"], row["business_line"],
        row["post"], row["ladder"], row["grade"], row["superior_no"], row["rm_since_day"],
        row["status"], certificates,
    )  # fmt: skip


def _measure(row: Row) -> MeasureRow:
    return MeasureRow(
        row["subject"], row["measure"], row["period"], _scaled(row, "value"), row["unit"] or "",
        row["source"] or "", row["maker"] or "", row["checker"] or "", row["delivery"],
        row["line"],
    )  # fmt: skip


def _target(row: Row) -> TargetRow:
    return TargetRow(
        row["subject"], row["indicator"], row["period"], _scaled(row, "value") or Fraction(0),
        row["unit"] or "", row["confirmed_day"], _scaled(row, "base"), row["delivery"],
        row["line"],
    )  # fmt: skip


def _outcome(row: Row) -> OutcomeRow:
    return OutcomeRow(
        row["employee_no"], row["scheme"], row["period"], _span(row), row["class"],
        row["grade_before"], row["grade_after"],
    )  # fmt: skip


def _loan_event(row: Row) -> LoanEvent:
    return LoanEvent(
        row["event_id"], row["account_no"], row["kind"], row["day"], row["amount"],
        row["currency"], row["who"], row["delivery"], row["line"],
    )  # fmt: skip


def opening_row(row: Row) -> OpeningRow:
    return OpeningRow(
        row["employee_no"], row["account_no"], row["kind"], row["amount"], row["currency"],
        row["day"], row["due_day"], row["reference"],
    )  # fmt: skip
