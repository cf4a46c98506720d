"""Addresses of the pages that belong to no single room."""

from __future__ import annotations

from django.urls import path

from tidui.web.views import audit, home, welcome

app_name = "web"
urlpatterns = [
    path("", home.overview, name="home"),
    path("todo/", home.todo_list, name="todo"),
    path("preferences/", home.preferences, name="preferences"),
    path("language/", home.choose_language, name="language"),
    path("health/", home.health, name="health"),
    path("audit/", audit.entries_list, name="audit"),
    path("audit/verify/", audit.verify, name="audit_verify"),
    path("audit/<uuid:audit_entry>/", audit.entry, name="audit_entry"),
    path("welcome/<str:login_token>/", welcome.first_password, name="welcome"),
]
