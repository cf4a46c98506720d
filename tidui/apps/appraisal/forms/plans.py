"""Forms about plans: they parse, services write."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tidui.apps.appraisal.models import SchemeVersion, Target
from tidui.ui.forms import Form


def read_number(text: str) -> Fraction | None:
    """Read a number as a person types it; empty is none.

    >>> read_number("60,000,000"), read_number(" ")
    (Fraction(60000000, 1), None)
    """
    plain = text.strip().replace(",", "").replace("，", "").replace("_", "").replace(" ", "")
    if not plain:
        return None
    digits = plain.lstrip("+-")
    whole, _point, rest = digits.partition(".")
    if not (
        whole.isascii() and whole.isdigit() and (not rest or (rest.isascii() and rest.isdigit()))
    ):
        raise ValueError(text)
    if len(plain) > 40 or len(plain) - len(digits) > 1:
        raise ValueError(text)
    return Fraction(plain)


class NumberField(forms.CharField):
    """A number in full, with thousands if somebody likes them."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Fraction | None:
        """Read the number."""
        text = super().clean(value)
        try:
            return read_number(text)
        except ValueError as error:
            raise forms.ValidationError(_("This is no number.")) from error


class PlanForm(Form):
    """A plan for a scheme and a period."""

    scheme = forms.ModelChoiceField(
        label=_("Scheme"), queryset=SchemeVersion.objects.filter(state="adopted")
    )
    period = forms.CharField(
        label=_("Period"),
        max_length=10,
        help_text=_("2025, 2025Q3 or 2025-07, as the scheme has it."),
    )


class CascadeForm(Form):
    """How a whole is shared out."""

    indicator = forms.ChoiceField(label=_("Indicator"))
    method = forms.ChoiceField(
        label=_("In proportion to"),
        choices=[
            ("actual", _("what they reached last period")),
            ("stock", _("another figure of last period")),
            ("headcount", _("the number of people")),
        ],
    )  # fmt: skip
    yardstick = forms.ChoiceField(label=_("The other figure"), required=False)
    whole = NumberField(
        label=_("Whole"), required=False, help_text=_("Empty: the target that the unit has.")
    )
    step = forms.TypedChoiceField(
        label=_("In steps of"), required=False, coerce=int, empty_value="0",
        choices=[(0, _("the last unit")), (1, "1"), (100, "100"), (1_000, "1,000"),
                 (10_000, "10,000"), (100_000, "100,000")],
    )  # fmt: skip

    def __init__(self, *args: Any, needs: Any = (), figures: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = needs  # type: ignore[attr-defined]
        self.fields["yardstick"].choices = [("", "–"), *figures]  # type: ignore[attr-defined]


class CommentForm(Form):
    """What is wrong with a target."""

    comment = forms.CharField(label=_("What is wrong with it"), max_length=500)


class ChangeForm(Form):
    """Another target from a day on."""

    value = NumberField(label=_("New target"))
    valid_from = forms.DateField(label=_("From"))
    cause = forms.ChoiceField(label=_("Cause"), choices=Target.Cause.choices)
    reason = forms.CharField(label=_("Reason"), max_length=300)


class LateForm(Form):
    """A target for somebody who came after the plan was locked."""

    employee_no = forms.CharField(label=_("Employee number"), max_length=40)
    indicator = forms.ChoiceField(label=_("Indicator"))
    value = NumberField(label=_("Target"))
    cause = forms.ChoiceField(label=_("Cause"), choices=Target.Cause.choices)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, needs: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = needs  # type: ignore[attr-defined]


class UploadForm(Form):
    """A table of targets."""

    file = forms.FileField(label=_("Excel or CSV file"))
