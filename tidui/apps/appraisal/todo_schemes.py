"""What waits for people around schemes: reading, assessing, adopting."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tidui.apps.appraisal.models import SchemeVersion
from tidui.apps.appraisal.queries.documents import loaded_scheme
from tidui.apps.appraisal.queries.readers import acknowledged_by, concerns, in_force_or_coming
from tidui.apps.appraisal.services import simulations
from tidui.apps.people.access import standing
from tidui.ui import todo
from tidui.ui.pages import lang
from tidui.ui.todo import Item


def _title(version: SchemeVersion) -> str:
    return f"{version.title[lang()]} v{version.version}"


def schemes_unread(request: HttpRequest) -> Iterator[Item]:
    """Yield the schemes that appraise the user and that he has not read."""
    asked = standing(request)
    employee = asked.user.employee
    if employee is None:
        return
    known = acknowledged_by(employee)
    for version in in_force_or_coming(asked.today).exclude(pk__in=known):
        if concerns(loaded_scheme(version), version, employee, asked.today):
            yield Item(
                title=_("Read your scheme"), about=_title(version), icon="file-text",
                address=reverse("appraisal:my_scheme", args=[version.public_id]),
                due_on=version.effective_from,
            )  # fmt: skip


def schemes_to_decide(request: HttpRequest) -> Iterator[Item]:
    """Yield submitted versions that wait for the user's assessment or adoption."""
    asked = standing(request)
    if not asked.may("schemes.assess", "schemes.adopt"):
        return
    rows = SchemeVersion.objects.filter(state=SchemeVersion.State.SUBMITTED)
    for version in rows.exclude(submitted_by=asked.user.username):
        address = reverse("appraisal:scheme_adopt", args=[version.public_id])
        if not version.assessed_by and asked.may("schemes.assess"):
            yield Item(
                title=_("Assess a scheme"), about=_title(version), address=address, icon="scale",
                due_on=version.effective_from,
            )  # fmt: skip
        elif version.assessed_by and asked.may("schemes.adopt"):
            yield Item(
                title=_("Adopt a scheme"), about=_title(version), address=address, icon="gavel",
                due_on=version.effective_from,
            )  # fmt: skip


def register() -> None:
    """Register every source, and the long work of schemes."""
    simulations.register()
    for source in (schemes_unread, schemes_to_decide):
        todo.add(source)
