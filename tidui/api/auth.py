"""Who asks, when a program asks: a bearer token in place of a session."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from tidui.api.models import ApiToken
from tidui.api.tokens import find_token
from tidui.apps.audit.services import Actor
from tidui.apps.people.access import Standing
from tidui.apps.people.doors import source_address


class TokenAuth(HttpBearer):
    """Let those in whose token works, with what token and user have in common."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """Return the token, and set who asks; a session of a browser counts for nothing here."""
        now = timezone.now()
        today = timezone.localdate(now)
        found = find_token(token, today)
        if found is None:
            return None
        user = found.user
        request.user = user
        request.actor = Actor(user.username, now, source_address(request))  # type: ignore[attr-defined]
        request.standing = Standing(user, today, frozenset(found.scopes))  # type: ignore[attr-defined]
        return found
