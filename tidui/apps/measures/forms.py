"""Forms about measures: they parse, services write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tidui.apps.measures.services.measures import NAME, is_period
from tidui.apps.measures.values import Value, read_value
from tidui.apps.people.forms import UnitField
from tidui.ui.forms import Form

UNITS = (
    ("point", _("points")), ("ratio", _("ratio (0.85 is 85 %)")), ("count", _("count")),
    ("percent", _("percent")), ("CNY", "CNY"),
)  # fmt: skip


class WhatForm(Form):
    """Which measure, for which period; then for whom."""

    measure = forms.CharField(
        label=_("Measure"), max_length=60, widget=forms.TextInput(attrs={"list": "measures"}),
        help_text=_("As the scheme names it, like quality_score."),
    )  # fmt: skip
    period = forms.CharField(
        label=_("Period"), max_length=10, help_text=_("2025, 2025Q3 or 2025-07.")
    )
    unit = forms.ChoiceField(label=_("Unit of the value"), choices=UNITS)
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("Where the values come from.")
    )
    place = UnitField(label=_("For the people of"), required=False, to_field_name="org_code")

    def clean_measure(self) -> str:
        """Want a name that a scheme can read."""
        name: str = self.cleaned_data["measure"].strip()
        if not NAME.match(name):
            raise ValidationError(_("A measure is named in small letters, like quality_score."))
        return name

    def clean_period(self) -> str:
        """Want a year, quarter or month."""
        period: str = self.cleaned_data["period"].strip()
        if not is_period(period):
            raise ValidationError(_("Write a period as 2025, 2025Q3 or 2025-07."))
        return period


class CorrectionForm(Form):
    """A new value in the place of a confirmed one."""

    value = forms.CharField(
        label=_("New value"), max_length=30, help_text=_("A dash where it is unknown.")
    )
    source = forms.CharField(label=_("Source"), max_length=200)

    def clean_value(self) -> Value:
        """Read the value."""
        try:
            value = read_value(self.cleaned_data["value"])
        except ValueError as error:
            raise ValidationError(_("Write a plain number, or a dash for unknown.")) from error
        if value is None:
            raise ValidationError(_("Write a plain number, or a dash for unknown."))
        return value


class DecisionForm(forms.Form):
    """Confirm, or reject with a reason."""

    decision = forms.ChoiceField(choices=[("confirm", ""), ("reject", "")])
    reason = forms.CharField(max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Want a reason for a refusal."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("decision") == "reject" and not data.get("reason"):
            raise ValidationError(_("State the reason."))
        return data


class TableForm(Form):
    """A table to import."""

    file = forms.FileField(label=_("File"), help_text=_("Excel (xlsx) or CSV, as the template."))
