"""The form of a token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tidui.ui.forms import Form

SCOPE_TITLES = {
    "own": _("my own results"),
    "people.read": _("employees"),
    "deliveries.read": _("deliveries"),
    "schemes.read": _("schemes"),
    "cycles.read": _("cycles"),
    "results.read": _("results of those in my charge"),
}


class TokenForm(Form):
    """A new token."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Which program uses it."))
    scopes = forms.MultipleChoiceField(
        label=_("May read"), widget=forms.CheckboxSelectMultiple, choices=()
    )
    ends_on = forms.DateField(label=_("Last day"), help_text=_("Within a year."))

    def __init__(self, *args: Any, scopes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["scopes"]
        field.choices = [(scope, SCOPE_TITLES[scope]) for scope in scopes]
