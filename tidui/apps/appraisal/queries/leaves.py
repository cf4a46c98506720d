"""Ledger rows behind an indicator, read from the ledger as it stood when the run was made."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from tidui.core.appraisal.facts import LeafRow
from tidui.core.calendar import day_text
from tidui.core.values import currency_exponent
from tidui.exchange.workbook import Sheet
from tidui.ledger import Ledger, LedgerError
from tidui.runs.explanations import Leaf, leaf_of_run
from tidui.runs.folder import RunFolder, read_run
from tidui.runs.stored import read_batches
from tidui.ui.numbers import number_text
from tidui.ui.tables import EXPORT_TYPES, export_sheets


@dataclass(frozen=True, slots=True)
class RowShown:
    """One ledger row for the eye."""

    account: str
    start: str
    end: str
    days: int
    amount: str
    currency: str
    share: str
    delivery: int
    line: int


@dataclass(frozen=True, slots=True)
class LeavesShown:
    """The rows of an indicator, fact by fact.

    Attributes:
        leaves: (leaf, rows for the eye) of each fact.
    """

    leaves: tuple[tuple[Leaf, tuple[RowShown, ...]], ...]

    @property
    def count(self) -> int:
        """Number of rows."""
        return sum(len(rows) for _leaf, rows in self.leaves)

    @property
    def reproduced(self) -> bool:
        """True where every fact's rows give the stored count and sum."""
        return all(leaf.reproduced for leaf, _rows in self.leaves)

    def export(self, kind: str, name: str) -> HttpResponse:
        """Answer all rows as a file."""
        if kind not in EXPORT_TYPES:
            raise Http404
        header = (
            _("Fact"), _("Account"), _("From"), _("Before"), _("Days"), _("Balance or amount"),
            _("Currency"), _("Share"), _("Delivery"), _("File line"),
        )  # fmt: skip
        rows = tuple(
            (
                leaf.request.key, row.account_no, day_text(row.from_day), day_text(row.to_day),
                row.to_day - row.from_day,
                Fraction(row.amount, 10 ** currency_exponent(row.currency)), row.currency,
                Fraction(row.share_ppm, 10**6), row.delivery, row.line,
            )
            for leaf, _shown in self.leaves
            for row in leaf.rows
        )  # fmt: skip
        return export_sheets([Sheet(_("Ledger rows"), name, header, rows)], name, kind)


def leaves_shown(ledger: Ledger, run: RunFolder, subject: str, indicator: str) -> LeavesShown:
    """Read the rows of an indicator of one subject.

    Raises
    ------
    Http404
        If the indicator reads no facts.
    """
    try:
        leaves = leaf_of_run(ledger, run, subject, indicator)
    except LedgerError as error:
        raise Http404 from error
    return LeavesShown(tuple((leaf, tuple(_row(row) for row in leaf.rows)) for leaf in leaves))


def _row(row: LeafRow) -> RowShown:
    places = currency_exponent(row.currency)
    return RowShown(
        row.account_no, day_text(row.from_day), day_text(row.to_day),
        row.to_day - row.from_day,
        number_text(Fraction(row.amount, 10**places), places),
        row.currency, number_text(Fraction(row.share_ppm, 10**4), 2) + "%",
        row.delivery, row.line,
    )  # fmt: skip


def leaf_names(run: RunFolder) -> frozenset[str]:
    """Return the indicators whose ledger rows can be listed."""
    return _leaf_names(run.path.as_posix())


@lru_cache(maxsize=64)
def _leaf_names(path: str) -> frozenset[str]:
    batches = read_batches(read_run(Path(path)))
    return frozenset(
        request.key.partition("@")[0] for batch in batches for request in batch.requests
    )
