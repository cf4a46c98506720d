"""Addresses of the programming interface, and the page where its tokens are made."""

from __future__ import annotations

from django.urls import path

from tidui.api import views
from tidui.api.interface import described, interface_patterns, root, without_session

app_name = "api"
urlpatterns = [
    path("", without_session(root), name="root"),
    path("openapi.json", without_session(described), name="openapi"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<uuid:api_token>/revoke/", views.token_revoke, name="token_revoke"),
    *interface_patterns(),
]
