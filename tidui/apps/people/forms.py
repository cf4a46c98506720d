"""Forms about people: they parse, services write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tidui.apps.people.models import Employee, Unit, User
from tidui.apps.people.models.employees import BusinessLine, Status
from tidui.apps.people.models.units import UnitKind
from tidui.apps.people.models.users import Role
from tidui.ui.forms import Form


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A unit, shown with its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Unit.objects.order_by("org_code"), **kwargs)

    def label_from_instance(self, obj: Unit) -> str:
        """Return code and name."""
        return f"{obj.org_code} {obj.name}"


class PlaceForm(Form):
    """A change of place, line, post, grade or status from a day on."""

    valid_from = forms.DateField(label=_("From"))
    belongs_to = UnitField(label=_("Belongs to"), required=False)
    sits_at = UnitField(label=_("Sits at"), required=False)
    business_line = forms.ChoiceField(
        label=_("Business line"), choices=[("", "–"), *BusinessLine.choices], required=False
    )
    post = forms.CharField(label=_("Post"), max_length=40, required=False)
    grade = forms.CharField(label=_("Grade"), max_length=40, required=False)
    superior_no = forms.CharField(
        label=_("Superior (employee number)"), max_length=40, required=False
    )
    status = forms.ChoiceField(label=_("Status"), choices=Status.choices)
    reason = forms.CharField(label=_("Reason"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)


class HireForm(Form):
    """A new employee with his first place."""

    employee_no = forms.CharField(label=_("Employee number"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=80)
    valid_from = forms.DateField(label=_("From"))
    belongs_to = UnitField(label=_("Belongs to"))
    sits_at = UnitField(label=_("Sits at"))
    business_line = forms.ChoiceField(label=_("Business line"), choices=BusinessLine.choices)
    post = forms.CharField(label=_("Post"), max_length=40, initial="relationship_manager")
    ladder = forms.CharField(label=_("Ladder"), max_length=60, required=False)
    grade = forms.CharField(label=_("Grade"), max_length=40, required=False)
    superior_no = forms.CharField(
        label=_("Superior (employee number)"), max_length=40, required=False
    )
    rm_since_on = forms.DateField(label=_("Relationship manager since"), required=False)

    def clean_employee_no(self) -> str:
        """Refuse a number that somebody has or had."""
        number: str = self.cleaned_data["employee_no"].strip()
        if Employee.objects.filter(employee_no=number).exists():
            raise forms.ValidationError(_("This number is or was somebody else's."))
        return number


class ReasonForm(Form):
    """A reason, and nothing else."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class UnitForm(Form):
    """A new unit."""

    org_code = forms.CharField(label=_("Code"), max_length=60)
    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=UnitKind.choices)
    parent = UnitField(label=_("Below"), required=False)
    valid_from = forms.DateField(label=_("From"))

    def clean_org_code(self) -> str:
        """Refuse a code that a unit has or had."""
        code: str = self.cleaned_data["org_code"].strip()
        if Unit.objects.filter(org_code=code).exists():
            raise forms.ValidationError(_("This code is or was another unit's."))
        return code


class UnitMoveForm(Form):
    """Where a unit hangs from a day on."""

    parent = UnitField(label=_("Below"), required=False)
    valid_from = forms.DateField(label=_("From"))


class UserForm(Form):
    """A new user."""

    username = forms.CharField(label=_("User name"), max_length=150)
    name = forms.CharField(label=_("Name"), max_length=80)
    employee_no = forms.CharField(label=_("Employee number"), max_length=40, required=False)

    def clean_username(self) -> str:
        """Refuse a name that is taken."""
        name: str = self.cleaned_data["username"].strip()
        if User.objects.filter(username=name).exists():
            raise forms.ValidationError(_("This user name is taken."))
        return name

    def clean_employee_no(self) -> Employee | None:
        """Find the employee."""
        number = self.cleaned_data["employee_no"].strip()
        if not number:
            return None
        found = Employee.objects.filter(employee_no=number, user=None).first()
        if found is None:
            raise forms.ValidationError(_("No employee without a user has this number."))
        return found


class GrantForm(Form):
    """A role from a day on."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    unit = UnitField(label=_("Within the unit"), required=False)
    business_line = forms.ChoiceField(
        label=_("Within the line"), choices=[("", "–"), *BusinessLine.choices], required=False
    )
    valid_from = forms.DateField(label=_("From"))
    valid_to = forms.DateField(label=_("Before"), required=False)


class DeputyForm(Form):
    """Who stands in, and for how long."""

    deputy = forms.ModelChoiceField(
        label=_("Deputy"), queryset=User.objects.filter(is_active=True).order_by("username")
    )
    valid_from = forms.DateField(label=_("From"))
    valid_to = forms.DateField(label=_("Before"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
