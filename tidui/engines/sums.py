"""Sums of a scan on their way to facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tidui.core.appraisal.facts import FactRow
from tidui.engines.doors import Row
from tidui.engines.prepare import Prepared
from tidui.engines.requests import Answer, Batch
from tidui.engines.sql.scans import Element


class Sums:
    """Sums of elements on their way to the slices of which they are pieces."""

    def __init__(self, prepared: Prepared, batch: Batch, elements: Sequence[Element]) -> None:
        self._subjects = prepared.subjects
        self._batch = batch
        # A row that lies across elements counts where it begins, and in a slice's first element.
        self._slices_of = [
            [
                (number, span.from_day == element.span.from_day)
                for number, span in enumerate(batch.slices)
                if span.from_day <= element.span.from_day and element.span.to_day <= span.to_day
            ]
            for element in elements
        ]
        self._sums: dict[tuple[int, int, Answer, int, str | None], list[int]] = {}

    def add(
        self,
        row: Row,
        place: int,
        filed: Answer | None,
        amounts: tuple[int, int, int, int],
        rows: tuple[int, int],
    ) -> None:
        """Add a row of a scan to each slice of a request: amounts, and rows (all, begun)."""
        if filed is None:
            return
        account_no = str(row[3]) if self._batch.by_account else None
        for slice_no, first in self._slices_of[integer(row[0])]:
            key = (place, integer(row[1]), filed, slice_no, account_no)
            sums = self._sums.setdefault(key, [0, 0, 0, 0, 0])
            for index, amount in enumerate(amounts):
                sums[index] += amount
            sums[4] += rows[0] if first else rows[1]

    def rows(self) -> list[FactRow]:
        """Return the sums as facts."""
        return [
            FactRow(
                key=self._batch.requests[place].key,
                subject=self._subjects[subject_no],
                currency=currency,
                group=group,
                slice_no=slice_no,
                total=total,
                days=days,
                rows=added,
                count_ppm=count_ppm,
                marked=marked,
                account_no=account_no,
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
