"""Changing a draft: its text with checks while typing, its figures as forms; comparing versions."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidui.apps.appraisal.access_schemes import scheme_read
from tidui.apps.appraisal.forms.schemes import EditForm, OverrideForm
from tidui.apps.appraisal.models import SchemeVersion
from tidui.apps.appraisal.queries.figures import groups_of, place_titles
from tidui.apps.appraisal.queries.schemes import (
    changed_values,
    diff_lines,
    examine,
    finding_key,
    overlaps_of,
)
from tidui.apps.appraisal.services.figures import edit_figures, read_edits
from tidui.apps.appraisal.services.schemes import (
    SchemeConflictError,
    edit_scheme,
    override_finding,
    withdraw_override,
)
from tidui.apps.appraisal.views.schemes import page_context
from tidui.apps.people.doors import actor_of
from tidui.ui.pages import lang, render_page, see_other

State = SchemeVersion.State


@require_http_methods(["GET", "POST"])
def scheme_edit(request: HttpRequest, scheme: UUID) -> HttpResponse:
    """Edit the text; where somebody else saved first, his text and the difference are shown."""
    found = scheme_read(request, scheme, "schemes.write")
    if found.state != State.DRAFT:
        raise Http404
    context = page_context(request, found, "edit") | {"text": found.text, "lock": found.lock}
    status = 200
    if request.method == "POST":
        form = EditForm(request.POST)
        text = request.POST.get("text", "")
        context["text"] = text
        if form.is_valid():
            try:
                saved = edit_scheme(
                    by=actor_of(request, "schemes.write"), version=found, text=text,
                    lock=form.cleaned_data["lock"],
                )  # fmt: skip
            except SchemeConflictError as conflict:
                status = 409
                context |= _conflict(conflict.saved, text)
            except ValidationError as error:
                status, context["problem"] = 400, error.messages[0]
            else:
                messages.success(request, _("Saved."))
                return see_other(request, "appraisal:scheme_edit", scheme=saved.public_id)
        else:
            status, context["problem"] = 400, _("The text is empty or too long.")
    context["examined"] = examine(context["text"], cases=False)
    return render_page(request, "appraisal/schemes/edit.html", context, status=status)


def _conflict(saved: SchemeVersion, text: str) -> dict[str, object]:
    """Show both texts; saving again is then a decision and no accident."""
    return {"conflict": saved, "lock": saved.lock, "diff": diff_lines(saved.text, text)}


@require_POST
def scheme_check(request: HttpRequest, scheme: UUID) -> HttpResponse:
    """Check a text while it is typed; nothing is saved."""
    found = scheme_read(request, scheme, "schemes.write")
    examined = examine(request.POST.get("text", ""), cases=False)
    context = page_context(request, found, "edit") | {
        "examined": examined, "text": request.POST.get("text", ""), "lock": found.lock,
    }  # fmt: skip
    return render_page(request, "appraisal/schemes/edit.html", context, fragment="checks")


@require_http_methods(["GET", "POST"])
def scheme_parameters(request: HttpRequest, scheme: UUID) -> HttpResponse:
    """Show the figures as forms, and save what was changed at its place in the text."""
    found = scheme_read(request, scheme)
    context = page_context(request, found, "parameters")
    if request.method == "POST" and not context["may_edit"]:
        raise Http404
    examined = examine(found.text, cases=False)
    if examined.loaded is None:
        messages.error(request, _("Correct the text first: it can not be read as a scheme."))
        return see_other(request, "appraisal:scheme_edit", scheme=found.public_id)
    groups = groups_of(examined.loaded, found.text, lang())
    context |= {"groups": groups, "lock": found.lock, "sent": {}}
    status = 200
    if request.method == "POST":
        sent = {key: str(value) for key, value in request.POST.items()}
        edits = read_edits(sent, groups)
        try:
            edit_figures(
                by=actor_of(request, "schemes.write"), version=found, edits=edits,
                lock=int(sent.get("lock", "0") if sent.get("lock", "0").isdigit() else 0),
            )  # fmt: skip
        except SchemeConflictError as conflict:
            status = 409
            context |= {"conflict": conflict.saved, "lock": conflict.saved.lock, "sent": sent}
        except ValidationError as error:
            status = 400
            context |= {"problem": error.messages[0], "sent": sent}
        else:
            messages.success(request, _("Saved."))
            return see_other(request, "appraisal:scheme_parameters", scheme=found.public_id)
    return render_page(request, "appraisal/schemes/parameters.html", context, status=status)


@require_GET
def scheme_diff(request: HttpRequest, scheme: UUID) -> HttpResponse:
    """Compare a version with another of the same scheme: changed values, then line by line."""
    found = scheme_read(request, scheme)
    others = SchemeVersion.objects.filter(scheme_id=found.scheme_id).exclude(pk=found.pk)
    wanted = request.GET.get("with", "")
    number = int(wanted) if wanted.isdigit() else None
    other = others.filter(version=number).first() if number is not None else None
    other = other or others.filter(version__lt=found.version).first() or others.first()
    context = page_context(request, found, "diff") | {"other": other}
    if other is not None:
        titles = _titles(other) | _titles(found)
        context |= {
            "changes": [
                (one, titles.get(one.path, "")) for one in changed_values(other.text, found.text)
            ],
            "diff": diff_lines(other.text, found.text),
        }
    return render_page(request, "appraisal/schemes/diff.html", context)


def _titles(version: SchemeVersion) -> dict[str, str]:
    loaded = examine(version.text, cases=False).loaded
    return {} if loaded is None else place_titles(groups_of(loaded, version.text, lang()))


@require_POST
def scheme_override(request: HttpRequest, scheme: UUID) -> HttpResponse:
    """Let a finding stand with a reason, or take that back."""
    found = scheme_read(request, scheme, "schemes.write", "schemes.assess")
    form = OverrideForm(request.POST)
    if not form.is_valid():
        raise Http404
    finding, reason = form.cleaned_data["finding"], form.cleaned_data["reason"]
    by = actor_of(request)
    try:
        if request.POST.get("act") == "take-back":
            withdraw_override(by=by, version=found, finding=finding)
        else:
            override_finding(
                by=by, version=found, finding=finding, reason=reason,
                severity=_severity(found, finding),
            )  # fmt: skip
    except ValidationError as error:
        messages.error(request, error.messages[0])
    response = see_other(request, "appraisal:scheme", scheme=found.public_id)
    target = "HX-Redirect" if "HX-Redirect" in response else "Location"
    response[target] += "?tab=findings"
    return response


def _severity(version: SchemeVersion, finding: str) -> str:
    """Return the severity of a finding of this version; one that isn't there is 404."""
    examined = examine(version.text, cases=False)
    listed = [*examined.static, *examined.lint, *examined.design, *examined.opens]
    if examined.loaded is not None:
        listed += overlaps_of(version, examined.loaded)
    known = {finding_key(one): one.severity for one in listed}
    if finding not in known:
        raise Http404
    return known[finding]
