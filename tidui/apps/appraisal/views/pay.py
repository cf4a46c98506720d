"""Pay: what each account holds, paying out, what came back, corrections, clawbacks, budgets."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidui.apps.appraisal.access import cycle_write
from tidui.apps.appraisal.forms.pay import (
    BudgetForm,
    ClawbackForm,
    CorrectionForm,
    PayOutForm,
    ReturnForm,
)
from tidui.apps.appraisal.models import Cycle, Result
from tidui.apps.appraisal.models.pay import Clawback, Correction, PayLine, PayRun, WageBudget
from tidui.apps.appraisal.services.pay import (
    book_return,
    decide_clawback,
    propose_clawback,
    read_return,
    set_budget,
)
from tidui.apps.appraisal.views.cycles import scheme_title
from tidui.apps.files.downloads import send_file
from tidui.apps.files.services import store_upload
from tidui.apps.jobs.models import Job
from tidui.apps.jobs.services import ask_for
from tidui.apps.ledger.folder import the_ledger
from tidui.apps.people.access import require
from tidui.apps.people.doors import actor_of
from tidui.apps.people.models import Unit
from tidui.apps.people.queries import names_of
from tidui.apps.people.tree import unit_tree
from tidui.core.appraisal.pay.ledger import balances
from tidui.ledger import LedgerError
from tidui.library.messages import issue_text
from tidui.runs.closings import all_entries
from tidui.ui.forms import first_error
from tidui.ui.numbers import amount_text
from tidui.ui.pages import lang, render_page, see_other
from tidui.ui.tables import Column, Listing, show_list

RETURNED = (".csv", ".txt", ".xlsx")
SHOWN = ("payable", "deferred", "vested", "paid", "clawed_back")


@dataclass(frozen=True, slots=True)
class Holding:
    """What the pay ledger holds for one person, in minor units."""

    subject: str
    name: str
    currency: str
    payable: int
    deferred: int
    vested: int
    paid: int
    clawed_back: int


def holdings() -> list[Holding]:
    """Return the balances of the pay ledger by person."""
    entries = all_entries(the_ledger(), "0001")
    sums, currencies = balances(entries), {entry.subject: entry.currency for entry in entries}
    names = names_of(set(currencies))
    return [
        Holding(
            subject, names.get(subject, subject), currency,
            *(sums.get((subject, account), 0) for account in SHOWN),
        )
        for subject, currency in sorted(currencies.items())
    ]  # fmt: skip


def _listing() -> Listing:
    def money(name: str, title: str) -> Column:
        return Column(
            name, title, lambda one: amount_text(getattr(one, name), one.currency), (name,),
            "number",
        )  # fmt: skip

    return Listing(
        "pay", _("Pay"),
        columns=(
            Column("subject", _("Number"), lambda one: one.subject, ("subject",)),
            Column("name", _("Name"), lambda one: one.name, ("name",)),
            money("payable", _("Payable")), money("deferred", _("Deferred")),
            money("vested", _("Vested")), money("paid", _("Paid")),
            money("clawed_back", _("Clawed back")),
        ),
        search=("subject", "name"), default="subject",
    )  # fmt: skip


@require_GET
def pay(request: HttpRequest) -> HttpResponse:
    """Show the balances of the pay ledger and what was paid so far."""
    asked = require(request, "pay.write")
    rows = holdings()
    totals: dict[str, int] = defaultdict(int)
    for row in rows:
        for name in SHOWN:
            totals[name] += getattr(row, name)
    context = {
        "totals": totals, "currency": rows[0].currency if rows else "CNY",
        "form": PayOutForm(initial={"booked": asked.today.strftime("%Y-%m")}),
        "pay_runs": PayRun.objects.select_related("file")[:20],
        "clawbacks": Clawback.objects.select_related("employee")[:20],
        "jobs": Job.objects.filter(kind="pay.out", state__in=Job.OPEN),
    }  # fmt: skip
    return show_list(request, "appraisal/pay.html", _listing(), rows, context)


@require_POST
def pay_out(request: HttpRequest) -> HttpResponse:
    """Ask for the payment of everything payable."""
    require(request, "pay.write")
    form = PayOutForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return see_other(request, "appraisal:pay")
    head = the_ledger().head()[0]
    job = ask_for(
        by=actor_of(request, "pay.write"), kind="pay.out", key=f"pay.out:{head}",
        title=_("Pay out everything payable"), arguments=dict(form.cleaned_data),
    )  # fmt: skip
    return see_other(request, "jobs:job", job=job.public_id)


@require_http_methods(["GET", "POST"])
def pay_run(request: HttpRequest, pay_run: UUID) -> HttpResponse:
    """Show a payment with its lines; take what came back from the paying system."""
    require(request, "pay.write")
    found = get_object_or_404(PayRun.objects.select_related("file"), public_id=pay_run)
    form = ReturnForm(request.POST or None, request.FILES or None)
    issues: list[object] = []
    if request.method == "POST" and form.is_valid():
        by = actor_of(request, "pay.write")
        try:
            stored = store_upload(
                by=by, upload=form.cleaned_data["file"], kinds=(".csv", ".txt", ".xlsx")
            )
            returned = read_return(found, stored)
            issues = list(returned.issues)
            book_return(by=by, run=found, returned=returned)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        except LedgerError as error:
            issues = list(error.issues)
        else:
            messages.success(request, _("Stored."))
            return see_other(request, "appraisal:pay_run", pay_run=found.public_id)
    states = dict(PayLine.State.choices)
    listing = Listing(
        "pay-lines",
        _("Payment"),
        columns=(
            Column("subject", _("Number"), lambda line: line.subject, ("subject",)),
            Column("name", _("Name"), lambda line: line.employee.name if line.employee else ""),
            Column(
                "amount",
                _("Amount"),
                lambda line: amount_text(line.amount, line.currency),
                ("amount",),
                "number",
            ),
            Column("reference", _("Reference"), lambda line: line.reference, narrow=False),
            Column(
                "state",
                _("State"),
                lambda line: str(states[line.state]),
                ("state",),
                "badge",
                tone=lambda line: {"paid": "good", "rejected": "bad"}.get(line.state, ""),
            ),
            Column("reason", _("Reason"), lambda line: line.reason, narrow=False),
        ),
        search=("subject", "employee__name", "reference"),
        default="subject",
    )
    counts = found.lines.aggregate(total=Sum("amount"))
    context = {"pay_run": found, "form": form, "issues": issues, "sum": counts["total"]}
    rows = found.lines.select_related("employee")
    return show_list(request, "appraisal/pay_run.html", listing, rows, context)


@require_GET
def pay_run_file(request: HttpRequest, pay_run: UUID) -> HttpResponseBase:
    """Hand out the payroll file."""
    require(request, "pay.write")
    found = get_object_or_404(PayRun.objects.select_related("file"), public_id=pay_run)
    return send_file(found.file)


@require_http_methods(["GET", "POST"])
def cycle_correct(request: HttpRequest, cycle: UUID) -> HttpResponse:
    """Show what a closed cycle would give today, and post the difference."""
    found = cycle_write(request, cycle)
    if found.state != Cycle.State.CLOSED:
        raise Http404
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        dry = request.POST.get("act") != "post"
        job = ask_for(
            by=actor_of(request, "cycles.write"), kind="cycle.correct",
            key=f"cycle.correct:{found.public_id}",
            title=_("Correct %(cycle)s") % {"cycle": f"{scheme_title(found)} {found.period}"},
            arguments={"cycle": found.pk, "dry_run": dry, **form.cleaned_data},
        )  # fmt: skip
        return see_other(request, "jobs:job", job=job.public_id)
    last = Job.objects.filter(kind="cycle.correct", arguments__cycle=found.pk, state="done").first()
    context = {
        "cycle": found, "form": form, "title": scheme_title(found),
        "corrections": Correction.objects.filter(cycle=found),
        "last": last if last and last.result.get("dry_run") else None,
    }  # fmt: skip
    return render_page(request, "appraisal/correct.html", context)


@require_http_methods(["GET", "POST"])
def clawback_new(request: HttpRequest) -> HttpResponse:
    """Propose a clawback."""
    require(request, "pay.write")
    form = ClawbackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        propose_clawback(
            by=actor_of(request, "pay.write"), employee=data["employee_no"], earned=data["earned"],
            booked=data["booked"], share_ppm=int(data["share"] * 10_000), case=data["case"],
            evidence=data["evidence"],
        )  # fmt: skip
        messages.success(request, _("Proposed. A second person has to approve it."))
        return see_other(request, "appraisal:pay")
    return render_page(request, "appraisal/form.html", {"form": form, "title": _("Claw back")})


@require_POST
def clawback_decide(request: HttpRequest, clawback: UUID) -> HttpResponse:
    """Approve or refuse a clawback."""
    require(request, "pay.write")
    found = get_object_or_404(Clawback, public_id=clawback)
    try:
        decide_clawback(
            by=actor_of(request, "pay.write"), ledger=the_ledger(), clawback=found,
            approve=request.POST.get("act") == "approve",
        )  # fmt: skip
    except ValidationError as error:
        messages.error(request, error.messages[0])
    except LedgerError as error:
        messages.error(request, "; ".join(issue_text(found, lang()) for found in error.issues))
    return see_other(request, "appraisal:pay")


@require_http_methods(["GET", "POST"])
def budgets(request: HttpRequest) -> HttpResponse:
    """Set what each unit may spend beside what the cycles of a period cost."""
    asked = require(request, "pay.write")
    form = BudgetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        set_budget(
            by=actor_of(request, "pay.write"), unit_code=data["unit_code"].strip(),
            period=data["period"], amount=int(data["amount"] * Decimal(100)), currency="CNY",
        )  # fmt: skip
        return see_other(request, "appraisal:budgets")
    context = {"rows": budget_rows(asked.today), "form": form}
    return render_page(request, "appraisal/budgets.html", context)


def budget_rows(today: object) -> list[dict[str, object]]:
    """Return budgets with the cost of the current runs of their period, units below included."""
    tree = unit_tree(today)  # type: ignore[arg-type]
    units = {unit.org_code: unit for unit in Unit.objects.all()}
    shown = []
    for budget in WageBudget.objects.order_by("-period", "unit_code"):
        unit = units.get(budget.unit_code)
        below = tree.below(unit.pk) if unit else frozenset()
        cost = Result.objects.filter(
            run__current=True, run__kind="run", run__cycle__period=budget.period, sits_at__in=below
        ).aggregate(total=Sum("earned"))["total"] or 0  # fmt: skip
        shown.append(
            {"budget": budget, "unit": unit, "cost": cost, "left": budget.amount - cost,
             "share": min(cost * 100 // budget.amount, 130) if budget.amount else 0}
        )  # fmt: skip
    return shown
