"""The page of one's own tokens."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tidui.api.forms import SCOPE_TITLES, TokenForm
from tidui.api.models import ApiToken
from tidui.api.tokens import make_token, revoke_token, scopes_open_to
from tidui.apps.people.access import standing
from tidui.apps.people.doors import actor_of
from tidui.ui.pages import render_page, see_other


@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List the user's tokens; a new one is shown this once."""
    asked = standing(request)
    scopes = scopes_open_to(asked)
    initial = {"ends_on": asked.today + timedelta(days=90)}
    form = TokenForm(request.POST or None, scopes=scopes, initial=initial)
    text = ""
    if request.method == "POST" and form.is_valid():
        try:
            _made, text = make_token(by=actor_of(request), standing=asked, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            form = TokenForm(scopes=scopes, initial=initial)
    rows = [
        {"token": one, "works": one.works_on(asked.today),
         "scopes": "、".join(str(SCOPE_TITLES.get(scope, scope)) for scope in one.scopes)}
        for one in ApiToken.objects.filter(user=asked.user)
    ]  # fmt: skip
    context = {"form": form, "rows": rows, "text": text, "scopes": scopes}
    return render_page(request, "api/tokens.html", context)


@require_POST
def token_revoke(request: HttpRequest, api_token: UUID) -> HttpResponse:
    """Revoke one of the user's own tokens."""
    found = ApiToken.objects.filter(user=standing(request).user, public_id=api_token).first()
    if found is None:
        raise Http404
    revoke_token(by=actor_of(request), token=found)
    messages.success(request, _("Revoked."))
    return see_other(request, "api:tokens")
