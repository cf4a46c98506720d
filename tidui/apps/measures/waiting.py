"""What waits for a checker."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tidui.apps.measures.access import CHECK, measures_to_check
from tidui.apps.people.access import standing
from tidui.ui.todo import Item


def waiting(request: HttpRequest) -> Iterator[Item]:
    """Yield the measures of others that wait for whoever asks."""
    if not standing(request).may(CHECK):
        return
    count = measures_to_check(request).count()
    if count:
        yield Item(
            _("Check measures"), _("entered by others"), reverse("measures:check"), count=count,
            icon="pencil-check",
        )  # fmt: skip
