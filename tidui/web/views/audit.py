"""The audit log: search, one entry, verification."""

from __future__ import annotations

import json
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidui.apps.audit.models import AuditEntry
from tidui.apps.audit.queries import entries
from tidui.apps.audit.services import record
from tidui.apps.audit.verification import verify_audit
from tidui.apps.people.access import require
from tidui.apps.people.doors import actor_of
from tidui.ui.pages import render_page
from tidui.ui.tables import Column, Filter, Listing, show_list


def _listing() -> Listing:
    def moment(row: AuditEntry) -> str:
        return timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M:%S")

    return Listing(
        "audit", _("Audit log"),
        columns=(
            Column("at", _("Moment"), moment, ("at", "id"),
                   link=lambda row: reverse("web:audit_entry", args=[row.public_id])),
            Column("actor", _("Actor"), lambda row: row.actor, ("actor",)),
            Column("for", _("On behalf of"), lambda row: row.on_behalf_of, narrow=False),
            Column("action", _("Act"), lambda row: row.action, ("action",)),
            Column("label", _("Object"), lambda row: row.label, narrow=False),
            Column("address", _("Address"), lambda row: row.address, narrow=False),
            Column("sealed", _("Seal"), lambda row: row.seal.number if hasattr(row, "seal") else "",
                   kind="number"),
        ),
        filters=(
            Filter("kind", _("Kind of act"), [
                ("login", _("logins")), ("slip", _("slips opened")), ("people", _("people")),
                ("ledger", _("ledger")), ("appraisal", _("appraisal")),
            ], lambda value: Q(action__startswith=f"{value}.")),
        ),
        search=("actor", "action", "label", "object_id", "address"), default="-at",
    )  # fmt: skip


@require_GET
def entries_list(request: HttpRequest) -> HttpResponse:
    """List the audit log."""
    require(request, "audit.read")
    return show_list(request, "web/audit.html", _listing(), entries())


@require_GET
def entry(request: HttpRequest, audit_entry: UUID) -> HttpResponse:
    """Show one entry with what it changed."""
    require(request, "audit.read")
    found = entries().filter(public_id=audit_entry).first()
    if found is None:
        raise Http404
    payload = json.loads(found.payload) if found.payload else {}
    before, after = payload.get("before", {}), payload.get("after", {})
    changes = [(name, before.get(name), after.get(name)) for name in sorted({*before, *after})]
    return render_page(request, "web/audit_entry.html", {"entry": found, "changes": changes})


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Verify the whole log and show what was found."""
    require(request, "audit.read")
    found = verify_audit()
    after = {"sealed": found.sealed, "unsealed": found.unsealed, "faults": len(found.issues)}
    record(actor_of(request), "audit.verified", ("audit", "", _("Audit log")), after=after)
    return render_page(request, "web/audit_verified.html", {"found": found})
