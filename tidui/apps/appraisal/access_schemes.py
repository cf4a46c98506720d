"""Who may see and change which scheme, simulation and reading of it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest

from tidui.apps.appraisal.models import SchemeVersion, Simulation
from tidui.apps.appraisal.queries.documents import loaded_scheme
from tidui.apps.appraisal.queries.readers import concerns
from tidui.apps.people.access import standing
from tidui.apps.people.models import Employee

READERS = ("schemes.read", "schemes.write", "schemes.assess", "schemes.adopt")


def scheme_read(request: HttpRequest, public_id: UUID, *capabilities: str) -> SchemeVersion:
    """Return a version for whoever may read schemes, or do what is asked, or 404."""
    if not standing(request).may(*(capabilities or READERS)):
        raise Http404
    found = SchemeVersion.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def own_employee(request: HttpRequest) -> Employee:
    """Return the employee that the user is, or 404."""
    found = standing(request).user.employee
    if found is None:
        raise Http404
    return found


def my_scheme_read(request: HttpRequest, public_id: UUID) -> SchemeVersion:
    """Return an adopted version that appraises the user, or 404."""
    employee = own_employee(request)
    found = SchemeVersion.objects.filter(
        public_id=public_id, state=SchemeVersion.State.ADOPTED
    ).first()
    if found is None:
        raise Http404
    known = found.acknowledgements.filter(employee=employee).exists()
    if not known and not concerns(loaded_scheme(found), found, employee, standing(request).today):
        raise Http404
    return found


def simulation_read(request: HttpRequest, public_id: UUID) -> Simulation:
    """Return a simulation for whoever may read schemes and results, or 404."""
    asked = standing(request)
    if not (asked.may("schemes.read") and asked.may("results.read")):
        raise Http404
    found = Simulation.objects.select_related("scheme").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
