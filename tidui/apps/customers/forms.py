"""Forms about attributions: they parse, services write."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tidui.apps.customers.shares import share_of_percent
from tidui.ui.forms import Form


class ProposalForm(Form):
    """A new attribution."""

    account_no = forms.CharField(label=_("Account"), max_length=60, required=False)
    customer_no = forms.CharField(
        label=_("or customer"), max_length=60, required=False,
        help_text=_("All accounts of a customer; what is attributed of an account goes before."),
    )  # fmt: skip
    who = forms.CharField(label=_("Counts as that of (number)"), max_length=60)
    share = forms.DecimalField(
        label=_("Share in percent"), max_digits=7, decimal_places=4, min_value=Decimal("0.0001"),
        max_value=Decimal(100), initial=100,
    )  # fmt: skip
    valid_from = forms.DateField(label=_("From"))
    valid_to = forms.DateField(
        label=_("Before"), required=False, help_text=_("Empty where it has no end.")
    )
    basis = forms.CharField(label=_("Basis"), max_length=20, initial="main")
    role = forms.CharField(label=_("Role"), max_length=30, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def clean_share(self) -> int:
        """Return the share in millionths."""
        share = share_of_percent(self.cleaned_data["share"])
        if share is None:
            raise ValidationError(_("At most four decimals."))
        return share

    def clean(self) -> dict[str, Any]:
        """Want an account or a customer."""
        data: dict[str, Any] = super().clean() or {}
        if bool(data.get("account_no")) == bool(data.get("customer_no")):
            raise ValidationError(_("Name an account or a customer, and only one of them."))
        return data


class EndForm(Form):
    """The day from which an attribution counts no more."""

    day = forms.DateField(label=_("From this day on it counts no more"))
    reason = forms.CharField(label=_("Reason"), max_length=200)


class DecisionForm(forms.Form):
    """Approve, or reject with a reason."""

    decision = forms.ChoiceField(choices=[("approve", ""), ("reject", "")])
    reason = forms.CharField(max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Want a reason for a refusal."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("decision") == "reject" and not data.get("reason"):
            raise ValidationError(_("State the reason."))
        return data


class HandoverForm(Form):
    """From whom to whom, and from which day on."""

    from_who = forms.CharField(label=_("From (number)"), max_length=60)
    to_who = forms.CharField(label=_("To (number)"), max_length=60)
    day = forms.DateField(label=_("From this day on"))
    reason = forms.CharField(label=_("Reason"), max_length=200)


class TableForm(Form):
    """A table to import."""

    file = forms.FileField(label=_("File"), help_text=_("Excel (xlsx) or CSV, as the template."))


class ClaimForm(Form):
    """What is wrong."""

    claim = forms.CharField(
        label=_("What is wrong"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Name the account or customer, and since when it counts as whose."),
    )  # fmt: skip


class AnswerForm(Form):
    """What the office answers."""

    answer = forms.CharField(
        label=_("Answer"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
