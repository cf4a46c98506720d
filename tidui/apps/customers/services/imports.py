"""A table of attributions: checked row by row, proposed whole, taken back whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tidui.apps.audit.services import Actor, record
from tidui.apps.customers.models import Account, Attribution, AttributionImport, Customer
from tidui.apps.customers.services.attributions import approved_pieces, key_of
from tidui.apps.customers.shares import above_whole, read_share
from tidui.apps.files.services import file_path, store_upload
from tidui.apps.people.models import Employee, EmployeeSpell, Unit
from tidui.apps.people.models.employees import Status
from tidui.exchange import FileError
from tidui.exchange.previewing import TextRow, read_rows
from tidui.library.messages import sentence
from tidui.ui.pages import lang

MOST_ROWS: Final = 200_000
COLUMNS: Final[dict[str, Sequence[str]]] = {
    "account_no": ("账号", "account_no"), "customer_no": ("客户号", "customer_no"),
    "who": ("工号", "who"), "share": ("份额", "share"), "basis": ("口径", "basis"),
    "role": ("角色", "role"), "valid_from": ("起始日", "valid_from"),
    "valid_to": ("终止日", "valid_to"),
}  # fmt: skip
"""Column of ours → headings under which it may stand, Chinese and English."""

FAULTS: Final = {
    "spoilt": gettext_lazy("Excel has rounded this number; format the column as text."),
    "one-of-both": gettext_lazy("Name an account or a customer, and only one of them."),
    "no-such-account": gettext_lazy("The ledger holds no such account."),
    "no-such-customer": gettext_lazy("The ledger holds no such customer."),
    "no-such-holder": gettext_lazy(
        "No unit has this number, and nobody who has not left by that day."
    ),
    "bad-share": gettext_lazy("Write a share as 60% or 0.6, above zero and at most all of it."),
    "bad-day": gettext_lazy("Write a day as 2025-01-31."),
    "ends-first": gettext_lazy("The end comes after the beginning."),
    "twice": gettext_lazy("The same row stands in the file twice."),
    "above-whole": gettext_lazy("With this row more than all of it would be attributed."),
}
"""What may be wrong with a row, in the reader's language."""

Fault = tuple[int, str, str, str]
"""Line, column, value, code."""


def stage_import(*, by: Actor, upload: Any) -> AttributionImport:
    """Read and check a table; nothing is proposed yet.

    Raises
    ------
    ValidationError
        If the file as a whole can't be read.
    """
    stored = store_upload(by=by, upload=upload, kinds=(".csv", ".xlsx"))
    try:
        rows = read_rows(file_path(stored.sha256), dict(COLUMNS), stored.name)
    except FileError as error:
        found = error.issue
        raise ValidationError(sentence(found.code, lang(), found.values)) from error
    if len(rows) > MOST_ROWS:
        raise ValidationError(_("At most %(n)s rows are taken at once.") % {"n": MOST_ROWS})
    parsed, faults = check_rows(rows)
    with transaction.atomic():
        made = AttributionImport.objects.create(
            file_name=stored.name, sha256=stored.sha256, uploaded_by=by.name, uploaded_at=by.at,
            rows=parsed, faults=faults, count=len(rows), fault_count=len({f[0] for f in faults}),
        )  # fmt: skip
        told = {"sha256": stored.sha256, "rows": made.count, "faults": made.fault_count}
        record(by, "attribution.import-checked", made, after=told)
    return made


def check_rows(rows: Sequence[TextRow]) -> tuple[list[dict[str, Any]], list[Fault]]:
    """Return the rows as they would be proposed, and what is wrong with the others."""
    known = _Known(rows)
    parsed: list[dict[str, Any]] = []
    faults: list[Fault] = []
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        found = list(known.faults(row))
        said = tuple(row.cells.values())
        if said in seen:
            found.append((row.line, "", "", "twice"))
        seen.add(said)
        faults += found
        if not found:
            parsed.append(_parsed(row))
    faults += _above_whole(parsed)
    return parsed, sorted(faults)


class _Known:
    """What the database knows of the numbers in a file, read in a few queries."""

    def __init__(self, rows: Sequence[TextRow]) -> None:
        self.accounts = _present(Account, "account_no", {r.cells["account_no"] for r in rows})
        self.customers = _present(Customer, "customer_no", {r.cells["customer_no"] for r in rows})
        numbers = {row.cells["who"] for row in rows}
        self.units = _present(Unit, "org_code", numbers)
        self.people = _present(Employee, "employee_no", numbers)
        self.left: dict[str, list[tuple[date, date | None]]] = {}
        for some in _slices(sorted(self.people)):
            found = EmployeeSpell.objects.filter(employee__employee_no__in=some, status=Status.LEFT)
            fields = ("employee__employee_no", "valid_from", "valid_to")
            for number, begins, ends in found.values_list(*fields):
                self.left.setdefault(number, []).append((begins, ends))

    def faults(self, row: TextRow) -> Iterator[Fault]:
        """Name what is wrong with one row."""
        cells = row.cells

        def fault(column: str, code: str) -> Fault:
            return row.line, column, cells[column][:200], code

        for column in sorted(row.spoilt):
            yield fault(column, "spoilt")
        if bool(cells["account_no"]) == bool(cells["customer_no"]):
            yield fault("account_no", "one-of-both")
        if cells["account_no"] and cells["account_no"] not in self.accounts:
            yield fault("account_no", "no-such-account")
        if cells["customer_no"] and cells["customer_no"] not in self.customers:
            yield fault("customer_no", "no-such-customer")
        if read_share(cells["share"]) is None:
            yield fault("share", "bad-share")
        begins, ends = read_day(cells["valid_from"]), read_day(cells["valid_to"])
        if begins is None:
            yield fault("valid_from", "bad-day")
        if cells["valid_to"] and ends is None:
            yield fault("valid_to", "bad-day")
        if begins and ends and ends <= begins:
            yield fault("valid_to", "ends-first")
        if begins and not self._holds(cells["who"], begins):
            yield fault("who", "no-such-holder")

    def _holds(self, who: str, on: date) -> bool:
        """Tell the same as ``is_holder``, without a query."""
        if who not in self.people:
            return who in self.units
        return not any(
            begins <= on and (ends is None or ends > on) for begins, ends in self.left.get(who, ())
        )


def _present(model: Any, field: str, numbers: set[str]) -> set[str]:
    found: set[str] = set()
    for some in _slices(sorted(numbers - {""})):
        found |= set(model.objects.filter(**{f"{field}__in": some}).values_list(field, flat=True))
    return found


def _slices(numbers: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]


def read_day(text: str) -> date | None:
    """Read a day written as 2025-01-31, 2025/1/31 or 20250131; None for anything else.

    >>> read_day("2025/1/31"), read_day("31.1.2025")
    (datetime.date(2025, 1, 31), None)
    """
    parts = text.replace("/", "-").split("-")
    if len(parts) == 1 and len(text) == 8:
        parts = [text[:4], text[4:6], text[6:]]
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    if len(parts[0]) != 4:
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def _parsed(row: TextRow) -> dict[str, Any]:
    cells = row.cells
    begins, ends = read_day(cells["valid_from"]), read_day(cells["valid_to"])
    return {
        "line": row.line, "account_no": cells["account_no"], "customer_no": cells["customer_no"],
        "who": cells["who"], "share_ppm": read_share(cells["share"]),
        "basis": cells["basis"] or "main", "role": cells["role"],
        "valid_from": begins.isoformat() if begins else None,
        "valid_to": ends.isoformat() if ends else None,
    }  # fmt: skip


def _above_whole(parsed: Sequence[dict[str, Any]]) -> list[Fault]:
    """Name the rows with which the file and what is approved come to more than the whole."""
    made = [(row["line"], _attribution(row)) for row in parsed]
    pieces = approved_pieces({key_of(row) for _line, row in made})
    lines: dict[tuple[str, str, str], list[int]] = {}
    for line, row in made:
        pieces[key_of(row)].append((row.valid_from, row.valid_to, row.share_ppm))
        lines.setdefault(key_of(row), []).append(line)
    return [
        (line, "share", key[0] or key[1], "above-whole")
        for key, listed in pieces.items() if above_whole(listed)
        for line in lines[key]
    ]  # fmt: skip


def _attribution(row: dict[str, Any], **rest: Any) -> Attribution:
    said = {key: value for key, value in row.items() if key != "line"}
    said["valid_from"] = date.fromisoformat(said["valid_from"])
    said["valid_to"] = date.fromisoformat(said["valid_to"]) if said["valid_to"] else None
    return Attribution(**said, **rest)


@transaction.atomic
def apply_import(*, by: Actor, staged: AttributionImport) -> int:
    """Propose the rows of a checked table; it has to be free of faults.

    Raises
    ------
    ValidationError
        If it was applied already, or has faults.
    """
    found = _claim(staged, AttributionImport.State.CHECKED)
    if found.fault_count:
        raise ValidationError(_("Correct the rows with faults first, and upload the file again."))
    found.state, found.applied_at = AttributionImport.State.APPLIED, by.at
    found.save(update_fields=["state", "applied_at"])
    Attribution.objects.bulk_create([
        _attribution(row, imported=found, proposed_by=by.name, proposed_at=by.at)
        for row in found.rows
    ], 1_000)  # fmt: skip
    record(by, "attribution.import-applied", found, after={"rows": len(found.rows)})
    return len(found.rows)


@transaction.atomic
def undo_import(*, by: Actor, staged: AttributionImport, reason: str) -> int:
    """Take back the proposals of a table, as long as none is approved.

    Raises
    ------
    ValidationError
        If one of them is approved: then each is ended by a day instead.
    """
    found = _claim(staged, AttributionImport.State.APPLIED)
    if found.attributions.filter(state=Attribution.State.APPROVED).exists():
        raise ValidationError(
            _("Some of its rows are approved. End those by a day; the others can be rejected.")
        )
    waiting = found.attributions.filter(state=Attribution.State.PROPOSED)
    taken = waiting.update(
        state=Attribution.State.REJECTED, reason=reason, decided_by=by.name, decided_at=by.at
    )
    found.state = AttributionImport.State.UNDONE
    found.save(update_fields=["state"])
    record(by, "attribution.import-undone", found, after={"rows": taken, "reason": reason})
    return taken


def _claim(staged: AttributionImport, state: str) -> AttributionImport:
    found = AttributionImport.objects.select_for_update().get(pk=staged.pk)
    if found.state != state:
        raise ValidationError(_("Somebody has done this already. Load the page anew."))
    return found
