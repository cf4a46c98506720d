"""Forms about pay."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from tidui.apps.people.models import Employee
from tidui.core.calendar import parse_period
from tidui.library import names
from tidui.ui.forms import Form


class PeriodField(forms.CharField):
    """A period, written as the ledger writes it."""

    def clean(self, value: str) -> str:
        """Read the period."""
        text: str = super().clean(value)
        try:
            return parse_period(text.strip()).text
        except ValueError as error:
            raise forms.ValidationError(_("Write it as 2025, 2025Q3 or 2025-07.")) from error


class PayOutForm(Form):
    """Paying out everything payable."""

    booked = PeriodField(label=_("Booked in"), max_length=10)
    document = forms.ChoiceField(label=_("Payroll file"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].choices = [(name, name) for name in names("payrolls")]  # type: ignore[attr-defined]


class ReturnForm(Form):
    """What came back from the paying system."""

    file = forms.FileField(label=_("Returned file"))


class CorrectionForm(Form):
    """A correction of a closed cycle."""

    booked = PeriodField(label=_("Booked in"), max_length=10)
    reason = forms.CharField(label=_("Reason"), max_length=300)


class ClawbackForm(Form):
    """A clawback."""

    employee_no = forms.CharField(label=_("Employee number"), max_length=40)
    earned = PeriodField(label=_("Earned in"), max_length=10)
    share = forms.DecimalField(
        label=_("Share in percent, in all"), min_value=Decimal("0.0001"), max_value=100,
        max_digits=7, decimal_places=4,
    )  # fmt: skip
    booked = PeriodField(label=_("Booked in"), max_length=10)
    case = forms.CharField(label=_("Which case of the policy"), max_length=120)
    evidence = forms.CharField(
        label=_("Evidence"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def clean_employee_no(self) -> Employee:
        """Find the employee; one who has left can be clawed back too."""
        found = Employee.objects.filter(
            employee_no=self.cleaned_data["employee_no"].strip()
        ).first()
        if found is None:
            raise forms.ValidationError(_("Nobody has this number."))
        return found


class BudgetForm(Form):
    """What a unit may spend."""

    unit_code = forms.CharField(label=_("Unit code"), max_length=60)
    period = PeriodField(label=_("Period"), max_length=10)
    amount = forms.DecimalField(
        label=_("Amount in yuan"), min_value=0, max_digits=17, decimal_places=2
    )
