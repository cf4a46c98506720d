"""Inputs: frozen records, unknown is None, and nothing is added that wasn't delivered."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from datetime import date

import pytest

from tests.factories import spell, year
from tidui.core.appraisal.inputs import Inputs, LoanEvent, MeasureRow, TargetRow


def test_inputs_without_deliveries_are_empty() -> None:
    inputs = Inputs((), "CNY", date(2026, 1, 1))
    given = {"base_currency", "as_of"}
    delivered = [f.name for f in fields(inputs) if f.name not in given]
    assert {name: getattr(inputs, name) for name in delivered} == dict.fromkeys(delivered, ())
    assert "loan_events" in delivered


@pytest.mark.parametrize(
    "record",
    [
        spell(),
        MeasureRow("A", "exam", "2025", None, "point"),
        TargetRow("A", "deposits", "2025", None, "CNY", None),  # type: ignore[arg-type]
        LoanEvent("e", "L", "overdue", 1, None, "CNY", None),
    ],
)
def test_a_record_can_not_be_changed(record: object) -> None:
    name = fields(record)[0].name  # type: ignore[arg-type]
    with pytest.raises((FrozenInstanceError, AttributeError)):
        setattr(record, name, "other")


def test_unknown_differs_from_zero() -> None:
    unknown = MeasureRow("A", "exam", "2025", None, "point")
    assert unknown.value is None
    assert unknown.delivery == 0
    assert spell(grade=None, span=year()).grade is None
