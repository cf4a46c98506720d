"""Users and roles: the three administrators' pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidui.apps.people.access import require, standing
from tidui.apps.people.doors import actor_of
from tidui.apps.people.forms import DeputyForm, GrantForm, UserForm
from tidui.apps.people.models import RoleGrant, User
from tidui.apps.people.models.spells import valid_on
from tidui.apps.people.models.users import Role
from tidui.apps.people.services.users import (
    create_user,
    end_role,
    grant_role,
    make_login_link,
    name_deputy,
    set_active,
)
from tidui.ui.pages import render_page, see_other
from tidui.ui.tables import Column, Filter, Listing, show_list


def _listing(today: Any) -> Listing:
    def roles(user: User) -> str:
        return "、".join(
            grant.get_role_display()
            for grant in user.grants.all()
            if grant.valid_from <= today and (grant.valid_to is None or grant.valid_to > today)
        )

    held = RoleGrant.objects.filter(valid_on(today))
    return Listing(
        "users", _("Users and roles"),
        columns=(
            Column("username", _("User name"), lambda user: user.username, ("username",),
                   link=lambda user: reverse("people:user", args=[user.public_id])),
            Column("name", _("Name"), lambda user: user.name, ("name",)),
            Column("employee", _("Employee"),
                   lambda user: user.employee.employee_no if user.employee else "", narrow=False),
            Column("roles", _("Roles"), roles),
            Column("active", _("State"), lambda user: _("may log in") if user.is_active
                   else _("locked out"), ("is_active",), "badge",
                   tone=lambda user: "good" if user.is_active else "bad"),
            Column("seen", _("Last login"), lambda user: user.last_login.strftime("%Y-%m-%d %H:%M")
                   if user.last_login else "", ("last_login",), narrow=False),
        ),
        filters=(
            Filter("role", _("Role"), Role.choices,
                   lambda value: Q(grants__in=held.filter(role=value))),
        ),
        search=("username", "name", "employee__employee_no"), default="username",
    )  # fmt: skip


@require_GET
def users_list(request: HttpRequest) -> HttpResponse:
    """List users with the roles they hold today."""
    asked = require(request, "users.read")
    rows = User.objects.select_related("employee").prefetch_related("grants")
    return show_list(
        request, "people/users.html", _listing(asked.today), rows,
        {"may_write": asked.may("users.write")},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def user_new(request: HttpRequest) -> HttpResponse:
    """Make a user."""
    require(request, "users.write")
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = create_user(
            by=actor_of(request, "users.write"), username=data["username"], name=data["name"],
            employee=data["employee_no"],
        )  # fmt: skip
        return see_other(request, "people:user", user=made.public_id)
    return render_page(request, "people/form.html", {"form": form, "title": _("New user")})


@require_GET
def user(request: HttpRequest, user: UUID) -> HttpResponse:
    """Show a user: his roles over time, his deputies."""
    asked = require(request, "users.read")
    found = get_object_or_404(User.objects.select_related("employee"), public_id=user)
    context = {
        "person": found, "grants": found.grants.select_related("unit").order_by("-valid_from"),
        "deputies": found.deputies.select_related("deputy").order_by("-valid_from"),
        "may_grant": asked.may("grants.write") and asked.user != found,
        "may_write": asked.may("users.write"), "today": asked.today,
    }  # fmt: skip
    return render_page(request, "people/user.html", context)


@require_http_methods(["GET", "POST"])
def user_grant(request: HttpRequest, user: UUID) -> HttpResponse:
    """Grant a role."""
    require(request, "grants.write")
    found = get_object_or_404(User, public_id=user)
    form = GrantForm(request.POST or None, initial={"valid_from": standing(request).today})
    if request.method == "POST" and form.is_valid():
        try:
            grant_role(by=actor_of(request, "grants.write"), user=found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return see_other(request, "people:user", user=found.public_id)
    title = _("Grant a role to %(name)s") % {"name": found.name}
    return render_page(request, "people/form.html", {"form": form, "title": title})


@require_POST
def grant_end(request: HttpRequest, grant: UUID) -> HttpResponse:
    """End a role today."""
    asked = require(request, "grants.write")
    found = get_object_or_404(RoleGrant.objects.select_related("user", "unit"), public_id=grant)
    end_role(by=actor_of(request, "grants.write"), grant=found, valid_to=asked.today)
    return see_other(request, "people:user", user=found.user.public_id)


@require_POST
def user_link(request: HttpRequest, user: UUID) -> HttpResponse:
    """Make a one-time link and show it once."""
    require(request, "users.write")
    found = get_object_or_404(User, public_id=user)
    token = make_login_link(by=actor_of(request, "users.write"), user=found)
    address = request.build_absolute_uri(reverse("web:welcome", args=[token]))
    return render_page(request, "people/link.html", {"person": found, "address": address})


@require_POST
def user_active(request: HttpRequest, user: UUID) -> HttpResponse:
    """Lock a user out, or let him in again."""
    require(request, "users.write")
    found = get_object_or_404(User, public_id=user)
    try:
        set_active(by=actor_of(request, "users.write"), user=found, active=not found.is_active)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return see_other(request, "people:user", user=found.public_id)


@require_http_methods(["GET", "POST"])
def my_deputy(request: HttpRequest) -> HttpResponse:
    """Let somebody name who stands in for him while he is absent."""
    asked = standing(request)
    form = DeputyForm(request.POST or None, initial={"valid_from": asked.today})
    if request.method == "POST" and form.is_valid():
        try:
            name_deputy(by=actor_of(request), absent=asked.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Entered."))
            return see_other(request, "people:my_deputy")
    context = {
        "form": form, "today": asked.today,
        "deputies": asked.user.deputies.select_related("deputy").order_by("-valid_from"),
    }  # fmt: skip
    return render_page(request, "people/my_deputy.html", context)
