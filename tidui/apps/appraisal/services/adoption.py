"""How a scheme comes into force: consulted, published, assessed, adopted by a second person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tidui.apps.appraisal.models import SchemeAcknowledgement, SchemeVersion
from tidui.apps.appraisal.queries.schemes import (
    Examined,
    examine,
    findings,
    overlaps_of,
)
from tidui.apps.audit.services import Actor, record
from tidui.apps.people.models import Employee
from tidui.core.appraisal.scheme.document import load_scheme
from tidui.core.appraisal.scheme.edits import EditError, set_section
from tidui.core.documents import parse_document, print_document

State = SchemeVersion.State
DATES = ("lint.not-published", "lint.not-consulted", "lint.reaches-back")
"""Warnings that have a step of their own."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that adoption asks for.

    Attributes:
        title: what is asked.
        done: whether it is there.
        detail: what is missing, or who did it.
    """

    title: str
    done: bool
    detail: str = ""


def adoption_steps(version: SchemeVersion) -> list[Step]:
    """Return what adoption asks for, in order, with what is there."""
    found = examine(version.text)
    return [*_document_steps(version, found), *_act_steps(version)]


def _document_steps(version: SchemeVersion, found: Examined) -> list[Step]:
    listed = found.faults or found.static
    errors = sum(one.severity == "error" for one in listed)
    lint = [one for one in found.lint if one.code not in DATES]
    unanswered = [one for one in findings(version, lint) if not one.answered]
    opens = [one for one in findings(version, found.opens) if not one.answered]
    overlaps = overlaps_of(version, found.loaded) if found.loaded else ()
    steps = [
        Step(_("No failing check"), found.loaded is not None and not errors,
             _("%(count)s to correct") % {"count": errors} if errors else ""),
        Step(_("All test cases come out"), not found.failed_cases,
             _("%(failed)s of %(all)s fail")
             % {"failed": found.failed_cases, "all": len(found.cases)}
             if found.failed_cases else _("%(count)s cases") % {"count": len(found.cases)}),
        Step(_("No open question without an answer"), not opens,
             _("%(count)s open") % {"count": len(opens)} if opens else ""),
        Step(_("Compliance warnings answered by name"), not unanswered,
             _("%(count)s unanswered") % {"count": len(unanswered)} if unanswered else ""),
    ]  # fmt: skip
    if overlaps:
        other = dict(overlaps[0].values)["other"]
        steps.append(Step(_("Nobody appraised twice"), False, str(other)))
    return steps


def _act_steps(version: SchemeVersion) -> list[Step]:
    published, start = version.published_on, version.effective_from
    in_time = published is not None and start is not None and published < start
    detail = str(published or "")
    if published and not in_time:
        detail = _("Published on %(day)s, but in force from %(start)s on already.") % {
            "day": published, "start": start,
        }  # fmt: skip
    return [
        Step(_("Consulted with the staff"), version.consulted_on is not None,
             str(version.consulted_on or "")),
        Step(_("Published before it takes effect"), in_time, detail),
        Step(_("Submitted"), bool(version.submitted_by), version.submitted_by),
        Step(_("Impact assessment by compliance"), bool(version.assessed_by), version.assessed_by),
        Step(_("Adopted by a second person"), bool(version.adopted_by), version.adopted_by),
    ]  # fmt: skip


@transaction.atomic
def submit_scheme(
    *, by: Actor, version: SchemeVersion, consulted_on: date, consultation: str, published_on: date,
    lock: int,
) -> SchemeVersion:  # fmt: skip
    """Submit a draft for adoption; the days go into the document, whose text is final from here."""
    saved = SchemeVersion.objects.select_for_update().get(pk=version.pk)
    if saved.state != State.DRAFT:
        raise ValidationError(_("Only a draft can be submitted."))
    if saved.lock != lock:
        raise ValidationError(_("Somebody has edited it in the meantime. Look at it again."))
    if not consultation.strip():
        raise ValidationError(_("Record whom you consulted and what was said."))
    if consulted_on > published_on or consulted_on > by.today:
        raise ValidationError(_("Consultation comes before publication, and is over."))
    text = _dated(saved.text, consulted_on, published_on)
    loaded, issues = load_scheme(text)
    if loaded is None:
        raise ValidationError(_("The text is no scheme: %(code)s") % {"code": issues[0].code})
    if published_on >= loaded.scheme.effective.from_:
        raise ValidationError(
            _("A scheme holds from the day after its publication at the earliest: it says %(day)s.")
            % {"day": loaded.scheme.effective.from_}
        )
    saved.text, saved.sha256 = text, loaded.sha256
    saved.consulted_on, saved.consultation = consulted_on, consultation.strip()
    saved.published_on = published_on
    missing = [step.title for step in _document_steps(saved, examine(text)) if not step.done]
    if missing:
        raise ValidationError([_("Missing: %(step)s") % {"step": step} for step in missing])
    saved.state, saved.lock = State.SUBMITTED, saved.lock + 1
    saved.submitted_by, saved.submitted_at = by.name, by.at
    saved.full_clean()
    saved.save()
    record(by, "scheme.submitted", saved,
           after={"consulted_on": consulted_on, "published_on": published_on,
                  "sha256": saved.sha256})  # fmt: skip
    return saved


def _dated(text: str, consulted_on: date, published_on: date) -> str:
    """Write the days into the document; one that is a single line is printed anew."""
    try:
        dated = set_section(text, "published_on", f"published_on: {published_on}", after="title")
        return set_section(dated, "consulted_on", f"consulted_on: {consulted_on}", after="title")
    except EditError:
        raw = parse_document(text)
        raw |= {"published_on": published_on, "consulted_on": consulted_on}
        return print_document(raw) + "\n"


@transaction.atomic
def assess_scheme(*, by: Actor, version: SchemeVersion, assessment: str) -> None:
    """Record the impact assessment that automated scoring of people asks for (PIPL 55)."""
    saved = SchemeVersion.objects.select_for_update().get(pk=version.pk)
    if saved.state != State.SUBMITTED:
        raise ValidationError(_("Only a submitted version is assessed."))
    _second_person(by, saved.submitted_by)
    if not assessment.strip():
        raise ValidationError(_("Write the assessment down."))
    saved.assessment, saved.assessed_by, saved.assessed_at = assessment.strip(), by.name, by.at
    saved.save(update_fields=["assessment", "assessed_by", "assessed_at"])
    record(by, "scheme.assessed", saved, after={"assessment": assessment})


@transaction.atomic
def adopt_scheme(*, by: Actor, version: SchemeVersion) -> SchemeVersion:
    """Adopt a submitted version; never whoever submitted it, and never while a step is missing."""
    saved = SchemeVersion.objects.select_for_update().get(pk=version.pk)
    if saved.state != State.SUBMITTED:
        raise ValidationError(_("Only a submitted version can be adopted."))
    _second_person(by, saved.submitted_by)
    missing = _missing(adoption_steps(saved))
    if missing:
        raise ValidationError([_("Missing: %(step)s") % {"step": step} for step in missing])
    saved.state, saved.adopted_by, saved.adopted_at = State.ADOPTED, by.name, by.at
    saved.save(update_fields=["state", "adopted_by", "adopted_at"])
    record(by, "scheme.adopted", saved,
           after={"sha256": saved.sha256, "effective_from": saved.effective_from})  # fmt: skip
    return saved


def _missing(steps: Sequence[Step]) -> list[str]:
    """Return what is not there but the adoption itself, which is the last step."""
    return [step.title for step in steps[:-1] if not step.done]


def _second_person(by: Actor, first: str) -> None:
    if first in (by.name, by.on_behalf_of):
        raise ValidationError(_("A second person has to do this: you submitted it."))


@transaction.atomic
def send_back(*, by: Actor, version: SchemeVersion, reason: str) -> None:
    """Send a submitted version back to its drafters; what was assessed is assessed anew."""
    if not reason.strip():
        raise ValidationError(_("State the reason."))
    saved = SchemeVersion.objects.select_for_update().get(pk=version.pk)
    if saved.state != State.SUBMITTED:
        raise ValidationError(_("Only a submitted version can be sent back."))
    before = {"submitted_by": saved.submitted_by, "assessed_by": saved.assessed_by}
    saved.state, saved.lock = State.DRAFT, saved.lock + 1
    saved.submitted_by = saved.assessed_by = saved.assessment = ""
    saved.submitted_at = saved.assessed_at = None
    saved.save()
    record(by, "scheme.sent-back", saved, before=before, after={"reason": reason})


@transaction.atomic
def acknowledge_scheme(*, by: Actor, version: SchemeVersion, employee: Employee) -> None:
    """Record that somebody has read a scheme that holds for him; twice is once."""
    if version.state != State.ADOPTED:
        raise ValidationError(_("Only an adopted scheme is acknowledged."))
    _row, made = SchemeAcknowledgement.objects.get_or_create(
        scheme=version, employee=employee, defaults={"at": by.at}
    )
    if made:
        record(by, "scheme.acknowledged", version, after={"employee": employee.employee_no})
