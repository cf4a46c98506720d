"""Overview, to-do list, preferences."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidui.apps.people.access import standing
from tidui.apps.people.doors import actor_of
from tidui.apps.people.services.users import change_preferences
from tidui.ui import panels, todo
from tidui.ui.pages import render_page, see_other
from tidui.web.forms import PreferencesForm


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Show what concerns whoever asks: what waits for him, then a panel of each room."""
    context = {"items": todo.items(request)[:8], "panels": panels.shown("home", request, None)}
    return render_page(request, "web/home.html", context)


@require_GET
def todo_list(request: HttpRequest) -> HttpResponse:
    """Show everything that waits for whoever asks."""
    return render_page(
        request, "web/todo.html",
        {"items": todo.items(request), "today": standing(request).today},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Let somebody choose language, amounts and appearance."""
    user = standing(request).user
    initial = {"language": user.language, "amounts": user.amounts, "theme": user.theme}
    form = PreferencesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_preferences(by=actor_of(request), user=user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return see_other(request, "web:preferences")
    return render_page(request, "web/preferences.html", {"form": form})


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Let somebody who isn't logged in choose the language of the login page."""
    target = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    response = redirect(target if safe else "/")
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie("language", chosen, max_age=31_536_000, samesite="Lax", httponly=True)
    return response


@login_not_required
@require_GET
def health(_request: HttpRequest) -> HttpResponse:
    """Tell a supervisor that the server answers and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
