"""Mappings: the bank's own, version by version, and those of the library."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tidui.apps.ledger.access import mapping_read
from tidui.apps.ledger.mapping_texts import library_mappings
from tidui.apps.ledger.models import SavedMapping
from tidui.apps.ledger.titles import table_title
from tidui.apps.people.access import require
from tidui.ledger import TABLES
from tidui.library import texts
from tidui.ui.pages import lang, render_page
from tidui.ui.tables import Column, Filter, Listing, show_list


def _listing() -> Listing:
    return Listing(
        "mappings", _("Mappings"),
        columns=(
            Column("name", _("Name"), lambda one: one.name, ("name",),
                   link=lambda one: reverse("ledger:mapping", args=[one.public_id])),
            Column("version", _("Version"), lambda one: one.version, ("version",), "number"),
            Column("title", _("Title"),
                   lambda one: one.title_en if lang() == "en" else one.title_zh),
            Column("table", _("Table"), lambda one: table_title(one.table), ("table",)),
            Column("by", _("By"), lambda one: one.saved_by, ("saved_by",), narrow=False),
            Column("at", _("At"),
                   lambda one: timezone.localtime(one.saved_at).strftime("%Y-%m-%d %H:%M"),
                   ("saved_at",), narrow=False),
        ),
        filters=(
            Filter("table", _("Table"), [(t, table_title(t)) for t in TABLES],
                   lambda value: Q(table=value)),
        ),
        search=("name", "title_zh", "title_en"), default="name",
    )  # fmt: skip


@require_GET
def mappings_list(request: HttpRequest) -> HttpResponse:
    """List the bank's mappings, and name those of the library."""
    require(request, "deliveries.read")
    library = [(table_title(t), name) for t in TABLES for name in library_mappings(t)]
    context = {
        "library": library,
        "empty_hint": _("Write a mapping while you load a file, then keep it under a name."),
    }
    return show_list(
        request, "ledger/mappings.html", _listing(), SavedMapping.objects.all(), context
    )


@require_GET
def mapping(request: HttpRequest, mapping: UUID) -> HttpResponse:
    """Show one version of a mapping beside the others of its name."""
    found = mapping_read(request, mapping)
    others = SavedMapping.objects.filter(name=found.name).order_by("-version")
    context = {
        "mapping": found, "others": others, "title": table_title(found.table),
        "words": found.title_en if lang() == "en" else found.title_zh,
    }  # fmt: skip
    return render_page(request, "ledger/mapping.html", context)


@require_GET
def library_mapping(request: HttpRequest, name: str) -> HttpResponse:
    """Show a mapping of the library."""
    require(request, "deliveries.read")
    try:
        text = texts("mappings", name)
    except KeyError as error:
        raise Http404 from error
    return render_page(request, "ledger/library_mapping.html", {"name": name, "text": text})
