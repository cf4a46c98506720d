"""Schemes: drafting, copying, editing under a lock, overriding a finding, withdrawing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from tidui.apps.appraisal.models import SchemeVersion
from tidui.apps.audit.services import Actor, record
from tidui.core.appraisal.scheme.document import load_scheme
from tidui.core.appraisal.scheme.edits import set_section
from tidui.core.documents import print_document, sha256_text
from tidui.library import texts

State = SchemeVersion.State


class SchemeConflictError(Exception):
    """Somebody else has saved in the meantime; carries what is saved now."""

    def __init__(self, saved: SchemeVersion) -> None:
        super().__init__(str(saved))
        self.saved = saved


def template_text(
    name: str, *, scheme_id: str, title: Mapping[str, str], effective_from: date,
    effective_to: date | None,
) -> str:  # fmt: skip
    """Return a library template as the first version of a scheme of the bank."""
    text = texts("schemes", name)
    head = {
        "id": f"id: {scheme_id}", "version": "version: 1",
        "title": f"title: {print_document(dict(title))}",
        "effective": f"effective: {_effective(effective_from, effective_to)}",
    }  # fmt: skip
    for key, section in head.items():
        text = set_section(text, key, section, after="format")
    return text


def _effective(start: date, end: date | None) -> str:
    return f"{{from: {start}, to: {end or 'null'}}}"


@transaction.atomic
def draft_scheme(*, by: Actor, text: str, origin: str) -> SchemeVersion:
    """Enter the first version of a scheme; its number in the document must be 1."""
    loaded, issues = load_scheme(text)
    if loaded is None:
        raise ValidationError(_("The text is no scheme: %(code)s") % {"code": issues[0].code})
    if loaded.scheme.version != 1:
        raise ValidationError(_("A new scheme begins with version 1."))
    if SchemeVersion.objects.filter(scheme_id=loaded.scheme.id).exists():
        raise ValidationError(_("A scheme with this id exists: copy its last version."))
    made = SchemeVersion(
        scheme_id=loaded.scheme.id, version=1, edited_by=by.name, edited_at=by.at, origin=origin
    )
    _fill(made, text)
    made.full_clean()
    made.save()
    record(by, "scheme.drafted", made, after={"origin": origin, "sha256": made.sha256})
    return made


@transaction.atomic
def copy_scheme(*, by: Actor, version: SchemeVersion) -> SchemeVersion:
    """Copy a version as the next draft of its scheme; the old text stays as it is."""
    rows = SchemeVersion.objects.select_for_update().filter(scheme_id=version.scheme_id)
    draft = rows.filter(state__in=[State.DRAFT, State.SUBMITTED]).first()
    if draft is not None:
        raise ValidationError(_("%(draft)s is not decided yet.") % {"draft": draft})
    number = 1 + (rows.aggregate(most=Max("version"))["most"] or 0)
    text = set_section(version.text, "version", f"version: {number}", after="id")
    text = set_section(text, "supersedes", f'supersedes: "{version}"', after="title")
    made = SchemeVersion(
        scheme_id=version.scheme_id, version=number, edited_by=by.name, edited_at=by.at,
        origin=str(version),
    )  # fmt: skip
    _fill(made, text)
    made.full_clean()
    made.save()
    record(by, "scheme.copied", made, after={"origin": str(version)})
    return made


@transaction.atomic
def edit_scheme(*, by: Actor, version: SchemeVersion, text: str, lock: int) -> SchemeVersion:
    """Save the text of a draft.

    A text with faults is saved too, so that nobody loses his work; it can't be submitted.

    Raises
    ------
    SchemeConflictError
        If somebody else has saved since ``lock``.
    ValidationError
        If the version is no draft any more, or the text names another scheme or version.
    """
    saved = SchemeVersion.objects.select_for_update().get(pk=version.pk)
    if saved.state != State.DRAFT:
        raise ValidationError(_("Only a draft can be edited: copy it as a new version."))
    if saved.lock != lock:
        raise SchemeConflictError(saved)
    text = text.replace("\r\n", "\n").rstrip() + "\n"
    loaded, _issues = load_scheme(text)
    if loaded is not None and (loaded.scheme.id, loaded.scheme.version) != (
        saved.scheme_id, saved.version
    ):  # fmt: skip
        raise ValidationError(
            _("The text must keep id %(id)s and version %(version)s.")
            % {"id": saved.scheme_id, "version": saved.version}
        )
    before = saved.sha256
    _fill(saved, text)
    saved.lock = F("lock") + 1
    saved.edited_by, saved.edited_at = by.name, by.at
    saved.save()
    saved.refresh_from_db()
    record(by, "scheme.edited", saved, before={"sha256": before}, after={"sha256": saved.sha256})
    return saved


def _fill(version: SchemeVersion, text: str) -> None:
    """Put a text into a row with what lists show of it; a faulty text keeps the old words."""
    loaded, _issues = load_scheme(text)
    version.text = text
    if loaded is None:
        version.sha256 = sha256_text(text)
        return
    scheme = loaded.scheme
    version.sha256 = loaded.sha256
    version.title_zh, version.title_en = scheme.title.zh, scheme.title.en
    version.effective_from, version.effective_to = scheme.effective.from_, scheme.effective.to


@transaction.atomic
def override_finding(
    *, by: Actor, version: SchemeVersion, finding: str, reason: str, severity: str
) -> None:
    """Let a finding stand with a reason and a name; a static error never stands."""
    if severity == "error":
        raise ValidationError(_("This has to be corrected; it can not be overridden."))
    if not reason.strip():
        raise ValidationError(_("State the reason."))
    saved = SchemeVersion.objects.select_for_update().get(pk=version.pk)
    if saved.state not in (State.DRAFT, State.SUBMITTED):
        raise ValidationError(_("This version is decided already."))
    entry: dict[str, Any] = {"reason": reason.strip()[:500], "by": by.name, "on": str(by.today)}
    saved.overrides = {**saved.overrides, finding: entry}
    saved.save(update_fields=["overrides"])
    record(by, "scheme.overridden", saved, after={"finding": finding, "reason": reason})


@transaction.atomic
def withdraw_override(*, by: Actor, version: SchemeVersion, finding: str) -> None:
    """Take an override back."""
    saved = SchemeVersion.objects.select_for_update().get(pk=version.pk)
    if saved.state not in (State.DRAFT, State.SUBMITTED):
        raise ValidationError(_("This version is decided already."))
    entry = saved.overrides.pop(finding, None)
    if entry is None:
        return
    saved.save(update_fields=["overrides"])
    record(by, "scheme.override-taken-back", saved, before={"finding": finding, **entry})


@transaction.atomic
def withdraw_scheme(*, by: Actor, version: SchemeVersion, reason: str) -> None:
    """Give a draft or submitted version up; it stays readable."""
    if not reason.strip():
        raise ValidationError(_("State the reason."))
    rows = SchemeVersion.objects.filter(pk=version.pk, state__in=[State.DRAFT, State.SUBMITTED])
    if not rows.update(state=State.WITHDRAWN, lock=F("lock") + 1):
        raise ValidationError(_("This version is decided already."))
    record(by, "scheme.withdrawn", version, after={"reason": reason})
