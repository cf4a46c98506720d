"""Forms of the pages that belong to no single room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tidui.apps.people.models import User
from tidui.ui.forms import Form


class PreferencesForm(Form):
    """How somebody likes to read."""

    language = forms.ChoiceField(
        label=_("Language"), choices=[("zh-hans", "简体中文"), ("en", "English")]
    )
    amounts = forms.ChoiceField(
        label=_("Amounts"), choices=User._meta.get_field("amounts").choices or ()
    )
    theme = forms.ChoiceField(
        label=_("Appearance"), choices=User._meta.get_field("theme").choices or ()
    )


class FirstPasswordForm(Form):
    """The first password, set through a one-time link."""

    password = forms.CharField(
        label=_("New password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label=_("Once more"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
