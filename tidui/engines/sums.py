"""Sums of a scan on their way to facts: multiplied by the share, put into slices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from tidui.core.appraisal.facts import FactRow
from tidui.engines.doors import Row
from tidui.engines.prepare import Prepared
from tidui.engines.requests import Answer, Batch, Bundles, Class
from tidui.engines.sql.scans import Element, Mark

Amounts = tuple[int, int, int, int]
"""total, days, count_ppm, marked."""


class Sums:
    """Sums by request, subject, group and slice.

    Attributes:
        across: a slice is made of several elements, so that a ledger row may lie across them and
            must be counted where it begins, or in the slice's first element.
    """

    def __init__(self, prepared: Prepared, batch: Batch, elements: Sequence[Element]) -> None:
        self._subjects = prepared.subjects
        self._batch = batch
        self._keyed = batch.key is not None
        self._slices_of = [
            [
                (number, span.from_day == element.span.from_day)
                for number, span in enumerate(batch.slices)
                if span.from_day <= element.span.from_day and element.span.to_day <= span.to_day
            ]
            for element in elements
        ]
        self.across = any(not first for slices in self._slices_of for _, first in slices)
        self._sums: dict[tuple[int, int, Answer, int, str | None], list[int]] = {}

    def add_balances(self, bundles: Bundles, marks: Sequence[Mark], found: Iterable[Row]) -> None:
        """Add the rows of a scan of balances or of a carried base."""
        mark_of = [
            marks.index(Mark(request.worst_class, request.overdue_above))
            if request.kind == "loan_quality"
            else None
            for request in self._batch.requests
        ]
        filed_of = {
            meaning: [(place, filed) for place, filed in enumerate(meaning) if filed is not None]
            for meaning in bundles.classes
        }
        begun_at = 6 + len(marks)
        for row in cast("Iterable[tuple[int, ...]]", found):
            element_no, bundle_no, kept, total, days, added = row[:6]
            subject_no, meaning, share = bundles.read(bundle_no)
            begun = row[begun_at] if begun_at < len(row) else added
            for place, filed in filed_of[meaning]:
                mark = mark_of[place]
                marked = 0 if mark is None else row[6 + mark] * share
                at = (element_no, subject_no, place, filed)
                self._add(at, kept, (total * share, days, 0, marked), (added, begun))

    def add_flows(self, classes: Sequence[Class], found: Iterable[Row]) -> None:
        """Add the rows of a scan of flows."""
        for row in found:
            element_no, subject_no, class_no, share = integers(row[:4])
            total, entries, added = integers(row[5:8])
            for place, filed in enumerate(classes[class_no]):
                if filed is not None:
                    at = (element_no, subject_no, place, filed)
                    self._add(at, row[4], (total * share, 0, entries * share, 0), (added, added))

    def _add(
        self,
        at: tuple[int, int, int, Answer],
        kept: int | str | None,
        amounts: Amounts,
        rows: tuple[int, int],
    ) -> None:
        element_no, subject_no, place, filed = at
        account_no = str(kept) if self._keyed else None
        for slice_no, first in self._slices_of[element_no]:
            key = (place, subject_no, filed, slice_no, account_no)
            sums = self._sums.get(key)
            if sums is None:
                sums = self._sums[key] = [0, 0, 0, 0, 0]
            sums[0] += amounts[0]
            sums[1] += amounts[1]
            sums[2] += amounts[2]
            sums[3] += amounts[3]
            sums[4] += rows[0] if first else rows[1]

    def rows(self) -> list[FactRow]:
        """Return the sums as facts."""
        keys = [request.key for request in self._batch.requests]
        return [
            FactRow(
                keys[place], self._subjects[subject_no], currency, group, slice_no, total, days,
                added, count_ppm, marked, account_no,
            )
            for (place, subject_no, (currency, group), slice_no, account_no),
                (total, days, count_ppm, marked, added) in self._sums.items()
        ]  # fmt: skip


def integer(value: int | str | None) -> int:
    """Return a sum that is one; an empty one is a programming error."""
    if isinstance(value, int):
        return value
    raise TypeError(f"value: a sum is {value!r}")


def integers(values: Iterable[int | str | None]) -> list[int]:
    """Return sums."""
    return [integer(value) for value in values]
