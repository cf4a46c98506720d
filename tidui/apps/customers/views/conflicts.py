"""What doesn't fit together: above the whole, below it, balances of nobody, holders who left."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tidui.apps.customers.access import attributions_in, units_in
from tidui.apps.customers.models import Attribution
from tidui.apps.customers.queries.conflicts import Misfit, held_on, misfits, of_leavers
from tidui.apps.customers.shares import share_text
from tidui.apps.customers.views.attributions import READ, WRITE, columns
from tidui.apps.people.access import Standing, require
from tidui.apps.people.models import Unit
from tidui.core.calendar import day_number, day_of
from tidui.core.values import currency_exponent
from tidui.ledger import LedgerError, Snapshot, open_ledger
from tidui.ledger.unassigned import Unassigned, last_day_with_balances, unassigned_balances
from tidui.ui.numbers import number_text
from tidui.ui.tables import Column, Filter, Listing, show_list

KINDS = ("above", "below", "unassigned", "leavers")


@require_GET
def conflicts(request: HttpRequest) -> HttpResponse:
    """Show one of the four kinds of conflict, and how many there are of the others."""
    asked = require(request, READ)
    visible = attributions_in(asked.scope(READ), asked.today)
    kind = request.GET.get("kind", "above")
    if kind not in KINDS:
        raise Http404
    found = misfits(visible, asked.today)
    above = [one for one in found if one.kind == "above"]
    below = [one for one in found if one.kind == "below"]
    leavers = of_leavers(visible, asked.today)
    free, day = _free(asked, request.GET.get("on", ""))
    context: dict[str, Any] = {
        "kind": kind, "counts": [
            ("above", _("above 100 %"), len(above)), ("below", _("below 100 %"), len(below)),
            ("unassigned", _("balances of nobody"), sum(one.accounts for one in free.units)),
            ("leavers", _("holders who left"), leavers.count()),
        ],
        "may_write": asked.may(WRITE), "on": day,
    }  # fmt: skip
    if kind == "unassigned":
        return _unassigned(request, free, context)
    if kind == "leavers":
        return _leavers(request, leavers, context)
    hint = {
        "above": _("Nowhere is more than all of an account attributed."),
        "below": _("Everything that is attributed is attributed in full."),
    }[kind]
    context["empty_hint"] = hint
    listing = _misfit_listing(kind, may_write=bool(context["may_write"]))
    return show_list(
        request, "customers/conflicts.html", listing, above if kind == "above" else below, context
    )


def _misfit_listing(kind: str, *, may_write: bool) -> Listing:
    def address(one: Misfit) -> str:
        if one.kind == "below" and may_write:
            return f"{reverse('customers:attribution_new')}?{one.level}={one.number}"
        return f"{reverse('customers:attributions')}?q={one.number}"

    def holders(one: Misfit) -> str:
        more = _("and %(n)s elsewhere") % {"n": one.others} if one.others else ""
        return f"{one.holders} {more}".strip()

    return Listing(
        f"attribution-{kind}", _("Conflicts"),
        columns=(
            Column("number", _("Account or customer"), lambda one: one.number, ("number",),
                   link=address),
            Column("level", _("Level"), lambda one: _("account") if one.level == "account"
                   else _("customer"), ("level",), narrow=False),
            Column("basis", _("Basis"), lambda one: one.basis, ("basis",), narrow=False),
            Column("from", _("From"), lambda one: one.valid_from.isoformat(), ("valid_from",)),
            Column("to", _("Before"), lambda one: one.valid_to.isoformat() if one.valid_to
                   else "", ("valid_to",)),
            Column("total", _("Attributed"), lambda one: share_text(one.total), ("total",),
                   "number"),
            Column("holders", _("Counts as that of"), holders, ("holders",), narrow=False),
            Column("state", _("State"), lambda one: _("if the proposals are approved")
                   if one.waiting else _("in force"), ("waiting",), "badge",
                   tone=lambda one: "mid" if one.waiting or kind == "below" else "bad"),
        ),
        filters=(
            Filter("level", _("Level"), [("account", _("account")), ("customer", _("customer"))],
                   lambda value: lambda one: one.level == value),
        ),
        search=("number", "holders"), default="from", keep=("kind",),
    )  # fmt: skip


def _leavers(
    request: HttpRequest, rows: QuerySet[Attribution], context: dict[str, Any]
) -> HttpResponse:
    context["empty_hint"] = _("Nothing counts as that of somebody who has left.")
    context["leavers"] = sorted({(row.who, row.who_name) for row in rows})  # type: ignore[attr-defined]
    listing = Listing(
        "attribution-leavers", _("Conflicts"), columns=columns(), default="who",
        search=("account_no", "customer_no", "who", "who_name"), keep=("kind",),
    )  # fmt: skip
    return show_list(request, "customers/conflicts.html", listing, rows, context)


def _free(asked: Standing, told: str) -> tuple[Unassigned, date | None]:
    """Return the balances of nobody on the last delivered day, or the one that was asked for."""
    snapshot = _snapshot()
    if snapshot is None:
        return Unassigned((), ()), None
    before = day_number(asked.today)
    day = last_day_with_balances(snapshot, before)
    if told:
        try:
            day = day_number(date.fromisoformat(told))
        except ValueError as error:
            raise Http404 from error
    if day is None:
        return Unassigned((), ()), None
    scope = asked.scope(READ)
    units = None
    if not scope.whole_bank:
        codes = Unit.objects.filter(pk__in=units_in(scope)).values_list("org_code", flat=True)
        units = frozenset(codes)
    return unassigned_balances(snapshot, day, held_on(day_of(day)), units), day_of(day)


def _snapshot() -> Snapshot | None:
    """Return the ledger's newest state, None before there is a ledger."""
    try:
        return open_ledger(Path(settings.LEDGER_FOLDER)).snapshot()
    except LedgerError:
        return None


def amount(minor: Fraction | int, currency: str) -> str:
    """Print minor units in the major unit."""
    places = currency_exponent(currency)
    return number_text(Fraction(minor) / 10**places, places)


def kind_words(kind: str) -> str:
    """Return a kind of account in words, its code where the bank has its own."""
    return {
        "deposit": _("deposits"), "loan": _("loans"), "wealth": _("wealth products"),
        "fund": _("funds"), "insurance": _("insurance"),
    }.get(kind, kind)  # fmt: skip


def _unassigned(request: HttpRequest, free: Unassigned, context: dict[str, Any]) -> HttpResponse:
    names = dict(
        Unit.objects.filter(org_code__in={one.org_code for one in free.units})
        .values_list("org_code", "name")
    )  # fmt: skip
    context["sums"] = [
        (names.get(one.org_code, one.org_code), kind_words(one.kind), one,
         amount(one.balance, one.currency), amount(one.free, one.currency))
        for one in free.units
    ]  # fmt: skip
    context["empty_hint"] = _("Every balance of that day counts as somebody's in full.")

    def shown(value: Fraction | int, currency: str) -> Fraction:
        return Fraction(value) / int(10 ** currency_exponent(currency))

    may_write = bool(context["may_write"])
    units = sorted({one.org_code for one in free.accounts})
    listing = Listing(
        "unassigned", _("Balances of nobody"),
        columns=(
            Column("account", _("Account"), lambda one: one.account_no, ("account_no",),
                   link=lambda one: f"{reverse('customers:attribution_new')}?account="
                   f"{one.account_no}" if may_write else ""),
            Column("customer", _("Customer"), lambda one: one.customer_no, ("customer_no",),
                   narrow=False),
            Column("unit", _("Outlet"), lambda one: names.get(one.org_code, one.org_code),
                   ("org_code",)),
            Column("kind", _("Kind"), lambda one: kind_words(one.kind), ("kind",), narrow=False),
            Column("currency", _("Currency"), lambda one: one.currency, ("currency",),
                   narrow=False),
            Column("balance", _("Balance"), lambda one: shown(one.balance, one.currency),
                   ("balance",), "number", places=2, narrow=False,
                   shown=lambda one: amount(one.balance, one.currency)),
            Column("held", _("Attributed"), lambda one: share_text(one.held), ("held",), "number"),
            Column("free", _("Nobody's"), lambda one: shown(one.free, one.currency), ("free",),
                   "number", places=2, shown=lambda one: amount(one.free, one.currency)),
        ),
        filters=(
            Filter("unit", _("Outlet"), [(code, names.get(code, code)) for code in units],
                   lambda value: lambda one: one.org_code == value),
        ),
        search=("account_no", "customer_no"), default="-free", keep=("kind", "on"),
    )  # fmt: skip
    return show_list(request, "customers/conflicts.html", listing, list(free.accounts), context)
