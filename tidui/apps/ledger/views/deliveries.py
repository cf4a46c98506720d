"""Deliveries: the list, one with its control totals, its rejects, taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidui.apps.ledger.access import delivery_read
from tidui.apps.ledger.folder import the_ledger
from tidui.apps.ledger.forms import ReasonForm
from tidui.apps.ledger.mapping_texts import print_mapping, restored
from tidui.apps.ledger.models import Draft
from tidui.apps.ledger.queries.coverage import missing_lately
from tidui.apps.ledger.queries.deliveries import (
    IN_FORCE,
    MOST_REJECTS,
    PARTLY,
    REVERTED,
    SUPERSEDED,
    DeliveryRow,
    Reject,
    delivery_entry,
    delivery_rows,
    rejects_of,
    revert_of,
    superseded_by,
)
from tidui.apps.ledger.services.reverting import ask_revert
from tidui.apps.ledger.titles import column_title, table_title
from tidui.apps.people.access import require
from tidui.apps.people.doors import actor_of
from tidui.ui.pages import lang, render_page, see_other
from tidui.ui.tables import Column, Filter, Listing, show_list

TONES = {IN_FORCE: "good", PARTLY: "mid", SUPERSEDED: "", REVERTED: "bad"}


def state_words(state: str) -> str:
    """Return what became of a delivery, in words."""
    return {
        IN_FORCE: _("in force"), PARTLY: _("partly superseded"), SUPERSEDED: _("superseded"),
        REVERTED: _("taken back"),
    }[state]  # fmt: skip


def _covered(row: DeliveryRow) -> str:
    return _("all days") if row.frozen else f"{row.from_text} – {row.to_text}"


def _figure(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _listing(rows: tuple[DeliveryRow, ...]) -> Listing:
    def figure(name: str, title: str, narrow: bool = True) -> Column:
        return Column(name, title, lambda row: getattr(row, name), (name,), "number",
                      shown=lambda row: _figure(getattr(row, name)), narrow=narrow)  # fmt: skip

    tables = sorted({row.table for row in rows})
    feeds = sorted({row.feed for row in rows})
    return Listing(
        "deliveries", _("Deliveries"),
        columns=(
            Column("number", _("No."), lambda row: row.number, ("number",), "text",
                   link=lambda row: reverse("ledger:delivery", args=[row.number])),
            Column("table", _("Table"), lambda row: table_title(row.table), ("table",)),
            Column("feed", _("Feed"), lambda row: row.feed, ("feed",), narrow=False),
            Column("covered", _("Dates"), _covered, ("from_text",), narrow=False),
            figure("rows_in", _("Rows in")),
            figure("rows_used", _("Used"), False),
            Column("rows_rejected", _("Rejected"), lambda row: row.rows_rejected,
                   ("rows_rejected",), "number", shown=lambda row: f"{row.rows_rejected:,}",
                   link=lambda row: reverse("ledger:rejects", args=[row.number])
                   if row.rows_rejected else ""),
            figure("amount_used", _("Amount used (minor units)"), False),
            Column("state", _("State"), lambda row: state_words(row.state), ("state",), "badge",
                   tone=lambda row: TONES[row.state]),
            Column("by", _("By"), lambda row: row.by, ("by",), narrow=False),
            Column("at", _("At"),
                   lambda row: timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M"), ("at",),
                   narrow=False),
        ),
        filters=(
            Filter("table", _("Table"), [(t, table_title(t)) for t in tables],
                   lambda value: lambda row: row.table == value),
            Filter("feed", _("Feed"), [(f, f) for f in feeds],
                   lambda value: lambda row: row.feed == value),
            Filter("state", _("State"), [(s, state_words(s)) for s in TONES],
                   lambda value: lambda row: row.state == value),
        ),
        search=("feed", "files", "by", "mapping"), default="-number",
    )  # fmt: skip


@require_GET
def deliveries_list(request: HttpRequest) -> HttpResponse:
    """List what was delivered, with drafts that wait and what is missing."""
    asked = require(request, "deliveries.read")
    ledger = the_ledger()
    rows = delivery_rows(ledger)
    may_write = asked.may("deliveries.write")
    drafts = Draft.objects.filter(delivery=None).prefetch_related("files") if may_write else ()
    given = [row for row in rows if not row.frozen]
    context: dict[str, Any] = {
        "may_write": may_write, "drafts": [(d, table_title(d.table)) for d in drafts],
        "given": len(given), "in_force": sum(row.state in (IN_FORCE, PARTLY) for row in given),
        "rejected": sum(row.rows_rejected for row in given if row.state != REVERTED),
        "missing": missing_lately(ledger, asked.today),
        "empty_hint": _("Upload the first file: accounts and customers, then balances."),
    }  # fmt: skip
    return show_list(request, "ledger/deliveries.html", _listing(rows), rows, context)


@require_GET
def delivery(request: HttpRequest, delivery: int) -> HttpResponse:
    """Show one delivery: totals in = used + rejected, files, mapping, days, what became of it."""
    row, rows = delivery_read(request, delivery)
    ledger = the_ledger()
    entry = delivery_entry(ledger, delivery)
    if entry is None:
        raise Http404
    payload = entry.payload
    asked = require(request, "deliveries.read")
    may_write = asked.may("deliveries.write") and not row.frozen
    context = {
        "row": row, "title": table_title(row.table), "state": state_words(row.state),
        "tone": TONES[row.state], "files": list(enumerate(payload["files"])),
        "missing": payload["missing"], "filled": payload["filled"],
        "used_share": row.rows_used * 100 // max(row.rows_in, 1),
        "mapping_text": print_mapping(restored(payload["mapping"]["document"])),
        "reverted": revert_of(ledger, delivery) if row.state == REVERTED else None,
        "later": superseded_by(rows, row), "covered": _covered(row), "may_write": may_write,
        "may_revert": may_write and row.state != REVERTED, "hash": entry.hash,
    }  # fmt: skip
    return render_page(request, "ledger/delivery.html", context)


@require_GET
def original(request: HttpRequest, delivery: int, file: int) -> HttpResponseBase:
    """Hand out a delivered file as it came."""
    delivery_read(request, delivery)
    ledger = the_ledger()
    entry = delivery_entry(ledger, delivery)
    files = entry.payload["files"] if entry else []
    if not 0 <= file < len(files):
        raise Http404
    path = ledger.folder.stored("originals", files[file]["sha256"])
    if not path.exists():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=files[file]["name"])


def _reason(row: Reject) -> str:
    return row.reason_en if lang() == "en" else row.reason_zh


def _remedy(row: Reject) -> str:
    return row.remedy_en if lang() == "en" else row.remedy_zh


def _reject_listing(number: int, rejects: list[Reject]) -> Listing:
    columns = sorted({row.column for row in rejects})
    codes = {row.code: _reason(row) for row in reversed(rejects)}
    return Listing(
        f"rejects-{number}", _("Rejected rows"),
        columns=(
            Column("line", _("Line"), lambda row: row.line, ("file", "line"), "number"),
            Column("file", _("File"), lambda row: row.file, ("file",), narrow=False),
            Column("column", _("Column"), lambda row: column_title(row.column), ("column",)),
            Column("value", _("Value"), lambda row: row.value, ("value",)),
            Column("reason", _("Reason"), _reason, ("code",)),
            Column("remedy", _("What to do"), _remedy, kind="muted", narrow=False),
        ),
        filters=(
            Filter("column", _("Column"), [(c, column_title(c)) for c in columns],
                   lambda value: lambda row: row.column == value),
            Filter("code", _("Kind of fault"), [(c, t[:40]) for c, t in sorted(codes.items())],
                   lambda value: lambda row: row.code == value),
        ),
        search=("value", "file"), default="line",
    )  # fmt: skip


@require_GET
def rejects(request: HttpRequest, delivery: int) -> HttpResponse:
    """List the rows that were not used, each with its reason and remedy."""
    row, _rows = delivery_read(request, delivery)
    ledger = the_ledger()
    entry = delivery_entry(ledger, delivery)
    found = rejects_of(ledger, entry)[1] if entry else []
    may_write = require(request, "deliveries.read").may("deliveries.write") and not row.frozen
    context = {
        "row": row, "title": table_title(row.table), "cut": len(found) == MOST_REJECTS,
        "most": MOST_REJECTS, "may_write": may_write,
        "empty_hint": _("Every row of this delivery is used."),
    }  # fmt: skip
    return show_list(
        request, "ledger/rejects.html", _reject_listing(delivery, found), found, context
    )


@require_GET
def rejects_file(request: HttpRequest, delivery: int) -> HttpResponseBase:
    """Hand out the reject file with all rows, in both languages."""
    delivery_read(request, delivery)
    ledger = the_ledger()
    entry = delivery_entry(ledger, delivery)
    path = rejects_of(ledger, entry)[0] if entry else None
    if path is None:
        raise Http404
    name = f"rejects-{delivery}.csv"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="text/csv")


@require_POST
def revert(request: HttpRequest, delivery: int) -> HttpResponse:
    """Ask to take a delivery back."""
    require(request, "deliveries.write")
    delivery_read(request, delivery)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("State the reason."))
        return see_other(request, "ledger:delivery", delivery=delivery)
    try:
        job = ask_revert(
            by=actor_of(request, "deliveries.write"), number=delivery,
            reason=form.cleaned_data["reason"],
        )  # fmt: skip
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return see_other(request, "ledger:delivery", delivery=delivery)
    return see_other(request, "jobs:job", job=job.public_id)
