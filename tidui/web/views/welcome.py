"""A one-time link: whoever holds it sets the first password of one user."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tidui.apps.people.doors import actor_of
from tidui.apps.people.services.users import find_login_link, use_login_link
from tidui.ui.pages import render_page, see_other
from tidui.web.forms import FirstPasswordForm


@login_not_required
@require_http_methods(["GET", "POST"])
def first_password(request: HttpRequest, login_token: str) -> HttpResponse:
    """Show the form, set the password, and send to the login page."""
    by = actor_of(request)
    link = find_login_link(login_token, by.at)
    if link is None:
        raise Http404
    form = FirstPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password"]
        try:
            validate_password(password, link.user)
            if password != form.cleaned_data["again"]:
                raise ValidationError(_("The two passwords differ."))
        except ValidationError as error:
            form.add_error("password", error)
        else:
            use_login_link(by=by, link=link, password=password)
            messages.success(request, _("The password is set. Log in with it."))
            return see_other(request, "account_login")
    return render_page(request, "web/welcome.html", {"form": form, "person": link.user})
