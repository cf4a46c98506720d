"""The app people."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People: organisation, employees, posts, grades, roles, who may see whom."""

    name = "tidui.apps.people"
    label = "people"
