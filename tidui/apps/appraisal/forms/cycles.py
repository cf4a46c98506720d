"""Forms of cycles, decisions, objections: they parse, services write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tidui.apps.appraisal.models import SchemeVersion
from tidui.core.calendar import parse_period
from tidui.ui.forms import Form


class SchemeField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An adopted scheme."""

    def __init__(self, **kwargs: Any) -> None:
        rows = SchemeVersion.objects.filter(state=SchemeVersion.State.ADOPTED)
        super().__init__(queryset=rows, **kwargs)

    def label_from_instance(self, obj: SchemeVersion) -> str:
        """Return title and version."""
        return f"{obj.title_zh} v{obj.version}"


class CycleForm(Form):
    """A new cycle."""

    scheme = SchemeField(label=_("Scheme"))
    period = forms.CharField(
        label=_("Period"), max_length=10, help_text=_("2025, 2025Q3 or 2025-07")
    )
    objection_days = forms.IntegerField(
        label=_("Working days for objections"), min_value=1, max_value=60, initial=5
    )
    answer_days = forms.IntegerField(
        label=_("Working days for an answer"), min_value=1, max_value=60, initial=10
    )

    def clean_period(self) -> str:
        """Read the period."""
        text: str = self.cleaned_data["period"].strip()
        try:
            return parse_period(text).text
        except ValueError as error:
            raise forms.ValidationError(_("Write it as 2025, 2025Q3 or 2025-07.")) from error


class DecisionForm(Form):
    """A decision on one proposal."""

    grade = forms.ChoiceField(label=_("Decided grade"))
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where you depart from the proposal."),
    )  # fmt: skip
    manual = forms.BooleanField(
        label=_("Decided without the calculation, at the person's request"), required=False
    )

    def __init__(self, *args: Any, grades: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grade"].choices = grades  # type: ignore[attr-defined]


class ObjectionForm(Form):
    """An objection to one figure."""

    text = forms.CharField(
        label=_("What is wrong, and how do you know?"), max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip


class AnswerForm(Form):
    """The answer to an objection."""

    state = forms.ChoiceField(
        label=_("Outcome"),
        choices=[
            ("upheld", _("upheld")),
            ("partly", _("upheld in part")),
            ("rejected", _("not upheld")),
        ],
    )
    answer = forms.CharField(
        label=_("Answer with reasons"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )


class SummaryForm(Form):
    """What somebody says of his own period."""

    text = forms.CharField(
        label=_("My summary"), max_length=8000, widget=forms.Textarea(attrs={"rows": 10})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=1)


class NoteForm(Form):
    """A short note that may stay empty."""

    note = forms.CharField(label=_("Note"), required=False, max_length=300)
