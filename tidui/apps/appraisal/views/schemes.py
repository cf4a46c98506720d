"""Schemes: the list, a new one, one version with what it says and what is found in it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidui.apps.appraisal.access_schemes import READERS, scheme_read
from tidui.apps.appraisal.forms.schemes import TemplateForm
from tidui.apps.appraisal.models import SchemeVersion
from tidui.apps.appraisal.queries.readers import plain_lines
from tidui.apps.appraisal.queries.schemes import Examined, examine, findings, overlaps_of
from tidui.apps.appraisal.services.adoption import adoption_steps
from tidui.apps.appraisal.services.schemes import copy_scheme, draft_scheme, template_text
from tidui.apps.people.access import require, standing
from tidui.apps.people.doors import actor_of
from tidui.ui.pages import lang, render_page, see_other
from tidui.ui.tables import Column, Filter, Listing, show_list

State = SchemeVersion.State
TONES = {State.DRAFT: "", State.SUBMITTED: "mid", State.ADOPTED: "good", State.WITHDRAWN: "bad"}
TABS = ("overview", "findings", "cases", "text")


def _listing() -> Listing:
    title = "title_en" if lang() == "en" else "title_zh"
    return Listing(
        "schemes", _("Schemes"),
        columns=(
            Column("title", _("Scheme"), lambda one: getattr(one, title), (title,),
                   link=lambda one: reverse("appraisal:scheme", args=[one.public_id])),
            Column("id", _("Short id"), lambda one: one.scheme_id, ("scheme_id", "version"),
                   kind="muted", narrow=False),
            Column("version", _("Version"), lambda one: one.version, ("version",), "number"),
            Column("state", _("State"), lambda one: one.get_state_display(), ("state",), "badge",
                   tone=lambda one: TONES[one.state]),
            Column("from", _("In force from"), lambda one: one.effective_from,
                   ("effective_from",)),
            Column("to", _("Before"), lambda one: one.effective_to or "–", ("effective_to",),
                   narrow=False),
            Column("edited", _("Edited by"), lambda one: one.edited_by, ("edited_by",),
                   narrow=False),
            Column("adopted", _("Adopted by"), lambda one: one.adopted_by or "–",
                   ("adopted_by",), narrow=False),
        ),
        filters=(
            Filter("state", _("State"), State.choices, lambda value: Q(state=value)),
        ),
        search=("scheme_id", "title_zh", "title_en"), default="id",
    )  # fmt: skip


@require_GET
def schemes_list(request: HttpRequest) -> HttpResponse:
    """List schemes with all their versions."""
    asked = require(request, *READERS)
    return show_list(
        request, "appraisal/schemes/list.html", _listing(),
        SchemeVersion.objects.defer("text", "assessment", "consultation"),
        {"may_write": asked.may("schemes.write"),
         "empty_hint": _("Start from a goal of the bank, or from one of the nine templates.")},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def scheme_new(request: HttpRequest) -> HttpResponse:
    """Make a scheme out of a library template."""
    require(request, "schemes.write")
    form = TemplateForm(request.POST or None, initial={"template": request.GET.get("template")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        text = template_text(
            data["template"], scheme_id=data["scheme_id"],
            title={"zh": data["title_zh"], "en": data["title_en"]},
            effective_from=data["effective_from"], effective_to=data["effective_to"],
        )  # fmt: skip
        try:
            made = draft_scheme(
                by=actor_of(request, "schemes.write"), text=text, origin=data["template"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return see_other(request, "appraisal:scheme", scheme=made.public_id)
    return render_page(request, "appraisal/schemes/new.html", {"form": form})


def page_context(request: HttpRequest, version: SchemeVersion, tab: str) -> dict[str, Any]:
    """Return what every page of a version shows around its matter."""
    asked = standing(request)
    own = asked.user.username
    versions = SchemeVersion.objects.filter(scheme_id=version.scheme_id).order_by("-version")
    listed = list(versions.only("public_id", "version", "state", "scheme_id"))
    draft = version.state == State.DRAFT
    return {
        "scheme": version, "tab": tab, "tone": TONES[State(version.state)], "versions": listed,
        "earlier": next((v for v in listed if v.version < version.version), None),
        "may_write": asked.may("schemes.write"),
        "may_edit": asked.may("schemes.write") and draft,
        "may_copy": asked.may("schemes.write")
        and not any(v.state in (State.DRAFT, State.SUBMITTED) for v in listed),
        "may_assess": asked.may("schemes.assess") and version.submitted_by != own
        and version.state == State.SUBMITTED,
        "may_adopt": asked.may("schemes.adopt") and version.submitted_by != own
        and version.state == State.SUBMITTED,
        "may_override": asked.may("schemes.write", "schemes.assess")
        and version.state in (State.DRAFT, State.SUBMITTED),
        "may_simulate": asked.may("schemes.write") and asked.may("results.read"),
        "may_see_simulations": asked.may("schemes.read") and asked.may("results.read"),
        "stages": _stages(version),
    }  # fmt: skip


def _stages(version: SchemeVersion) -> list[tuple[str, str]]:
    """Return the way of a version into force, with the class of each stage."""
    order = [str(one) for one in (State.DRAFT, State.SUBMITTED, State.ADOPTED)]
    at = order.index(version.state) if version.state in order else -1
    words = [_("draft"), _("submitted"), _("adopted")]
    return [
        (word, "t-done" if i < at or version.state == State.ADOPTED else "t-now" if i == at else "")
        for i, word in enumerate(words)
    ]


@require_GET
def scheme(request: HttpRequest, scheme: UUID) -> HttpResponse:
    """Show a version: in plain words, its findings, its test cases, its text."""
    found = scheme_read(request, scheme)
    tab = request.GET.get("tab", "overview")
    tab = tab if tab in TABS else "overview"
    examined = examine(found.text, cases=tab == "cases")
    context = page_context(request, found, tab) | {"examined": examined}
    context |= {"opens_left": sum(not one.answered for one in findings(found, examined.opens))}
    if tab == "overview":
        context |= _overview(found, examined)
    elif tab == "findings":
        context |= finding_groups(found, examined)
    return render_page(request, "appraisal/schemes/scheme.html", context)


def _overview(version: SchemeVersion, examined: Examined) -> dict[str, Any]:
    if examined.loaded is None:
        return {"steps": adoption_steps(version)}
    body = examined.loaded.scheme
    context: dict[str, Any] = {"body": body, "steps": adoption_steps(version)}
    if not examined.errors:
        context["lines"] = plain_lines(examined.loaded, lang())
    return context


def finding_groups(version: SchemeVersion, examined: Examined) -> dict[str, Any]:
    """Return the findings by kind, with their overrides."""
    static = [*examined.faults, *examined.static]
    if examined.loaded is not None:
        static += overlaps_of(version, examined.loaded)
    groups = (
        ("static", _("Static checks"),
         _("What makes it impossible to compute. Errors have to be corrected."), static),
        ("lint", _("Compliance"),
         _("What regulators, labour law and courts object to. A warning stands with a reason "
           "and a name."), examined.lint),
        ("design", _("Design"),
         _("What the bank's own sources find wrong with schemes."), examined.design),
        ("opens", _("Open questions"),
         _("What the bank still has to say. A run refuses while one is open."), examined.opens),
    )  # fmt: skip
    return {"groups": [(k, t, s, findings(version, found)) for k, t, s, found in groups]}


@require_POST
def scheme_copy(request: HttpRequest, scheme: UUID) -> HttpResponse:
    """Copy a version as the next draft."""
    found = scheme_read(request, scheme, "schemes.write")
    try:
        made = copy_scheme(by=actor_of(request, "schemes.write"), version=found)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return see_other(request, "appraisal:scheme", scheme=found.public_id)
    return see_other(request, "appraisal:scheme", scheme=made.public_id)


@require_GET
def scheme_text(request: HttpRequest, scheme: UUID) -> HttpResponse:
    """Give the text as a file."""
    found = scheme_read(request, scheme)
    name = f"{found.scheme_id}-v{found.version}.yaml"
    return HttpResponse(
        found.text, content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


def next_year(today: date) -> date:
    """Return the first day of the coming year."""
    return date(today.year + 1, 1, 1)
