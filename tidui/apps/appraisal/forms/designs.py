"""The head of a scheme that starts from goals."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tidui.apps.appraisal.forms.schemes import HeadForm
from tidui.apps.people.models.employees import BusinessLine

PERIODS = (("month", _("month")), ("quarter", _("quarter")), ("year", _("year")))


class DesignForm(HeadForm):
    """Head, length of the period and line of business."""

    period = forms.ChoiceField(label=_("Appraised every"), choices=PERIODS)
    line = forms.ChoiceField(
        label=_("Business line"), choices=[("", _("all")), *BusinessLine.choices], required=False
    )
