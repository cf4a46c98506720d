"""How allauth logs in here: no sign-up, every login and failure in the audit log."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import timezone

from tidui.apps.audit.services import Actor, record
from tidui.apps.people.doors import source_address


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator, never by whoever finds the page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse sign-up."""
        return False

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        """Record the login."""
        by = Actor(user.get_username(), timezone.now(), source_address(request))
        record(by, "login.succeeded", user)
        return super().post_login(request, user, **kwargs)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record a failed login with the name that was tried."""
        tried = str(credentials.get("username", ""))[:150]
        by = Actor(tried, timezone.now(), source_address(request))
        record(by, "login.failed", ("people.user", "", tried))
        super().authentication_failed(request, **credentials)
