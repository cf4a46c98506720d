"""The door: who asks, when, from where, in what language. Inside nobody reads the clock."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from tidui.apps.audit.services import Actor
from tidui.apps.people.access import Standing, standing
from tidui.apps.people.models import User

TOUCH_SECONDS = 60


class DoorMiddleware:
    """Set the actor, the standing and the language of a request, and keep its session awake."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve one request."""
        now = timezone.now()
        name = request.user.get_username() if request.user.is_authenticated else ""
        request.actor = Actor(name, now, source_address(request))  # type: ignore[attr-defined]
        if isinstance(request.user, User):
            request.standing = Standing(request.user, timezone.localdate(now))  # type: ignore[attr-defined]
            self._stay_awake(request)
        with translation.override(language_of(request)):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language_of(request))
        return response

    def _stay_awake(self, request: HttpRequest) -> None:
        """Renew the session at most once a minute: a write for every page would be dear."""
        seen = request.session.get("seen", 0)
        if time.time() - seen > TOUCH_SECONDS:
            request.session["seen"] = int(time.time())


def language_of(request: HttpRequest) -> str:
    """Return the user's language, else the one he chose at the login page, else Chinese."""
    if isinstance(request.user, User):
        return str(request.user.language)
    chosen = request.COOKIES.get("language", settings.LANGUAGE_CODE)
    return chosen if chosen in dict(settings.LANGUAGES) else str(settings.LANGUAGE_CODE)


def source_address(request: HttpRequest) -> str:
    """Return where a request comes from; behind a proxy only if the installation says so."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.HTTPS else ""
    return (forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))[:64]


def actor_of(request: HttpRequest, capability: str = "") -> Actor:
    """Return who acts; as a deputy where the capability is only somebody else's."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    absent = standing(request).acting_for(capability) if capability else ""
    return actor.standing_in_for(absent) if absent else actor
