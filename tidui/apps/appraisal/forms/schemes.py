"""Forms about schemes: they parse, services write."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from tidui.apps.appraisal.models import SchemeVersion
from tidui.core.documents import parse_document
from tidui.library import names, texts
from tidui.ui.forms import Form
from tidui.ui.pages import lang

SLUG = RegexValidator(re.compile(r"[a-z0-9][a-z0-9-]{0,79}\Z"), _("Use a-z, 0-9 and hyphens."))


def template_titles() -> list[tuple[str, str]]:
    """Return the library's templates with their titles."""
    found = []
    for name in names("schemes"):
        document = parse_document(texts("schemes", name))
        found.append((name, f"{document['title'][lang()]} · {document.get('source', '')}"))
    return found


class HeadForm(Form):
    """What every new scheme says of itself."""

    title_zh = forms.CharField(label=_("Name in Chinese"), max_length=200)
    title_en = forms.CharField(label=_("Name in English"), max_length=200)
    scheme_id = forms.CharField(
        label=_("Short id"), max_length=80, validators=[SLUG],
        help_text=_("Stands in file names and audit entries, for example corporate-2027."),
    )  # fmt: skip
    effective_from = forms.DateField(label=_("In force from"))
    effective_to = forms.DateField(label=_("Before"), required=False)

    def clean_scheme_id(self) -> str:
        """Refuse an id that a scheme has."""
        name: str = self.cleaned_data["scheme_id"]
        if SchemeVersion.objects.filter(scheme_id=name).exists():
            raise forms.ValidationError(_("A scheme with this id exists: copy its last version."))
        return name

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        data = super().clean() or {}
        start, end = data.get("effective_from"), data.get("effective_to")
        if start and end and end <= start:
            self.add_error("effective_to", _("It ends before it begins."))
        return data


class TemplateForm(HeadForm):
    """A new scheme out of the library."""

    template = forms.ChoiceField(label=_("Template"))

    field_order = ("template",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = template_titles()  # type: ignore[attr-defined]


class EditForm(forms.Form):
    """The text of a draft, and the lock under which it was opened."""

    text = forms.CharField(strip=False, max_length=2_000_000)
    lock = forms.IntegerField(widget=forms.HiddenInput)


class OverrideForm(forms.Form):
    """Why a finding stands."""

    finding = forms.CharField(max_length=300)
    reason = forms.CharField(max_length=500, required=False)


class SubmitForm(Form):
    """Consultation and publication, as the law asks for both."""

    consulted_on = forms.DateField(label=_("Consulted on"))
    consultation = forms.CharField(
        label=_("Record of the consultation"), widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Who was consulted (staff congress, union), what was said, what was changed."),
    )  # fmt: skip
    published_on = forms.DateField(label=_("Published on"))
    lock = forms.IntegerField(widget=forms.HiddenInput)


class AssessmentForm(Form):
    """The impact assessment."""

    assessment = forms.CharField(
        label=_("Impact assessment"), widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Purpose and necessity of scoring people automatically; what it means for them; "
            "what protects them: explanation, objection, a decision by a person."
        ),
    )  # fmt: skip


class ReasonForm(Form):
    """A reason, and nothing else."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class SimulateForm(Form):
    """Which past period, and beside what."""

    against = forms.ChoiceField(label=_("Compare with"))
    period = forms.CharField(
        label=_("Period"), max_length=10, required=False,
        help_text=_("Only where you compare with a scheme: 2025, 2025Q3 or 2025-07."),
    )  # fmt: skip

    def __init__(self, *args: Any, choices: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["against"].choices = choices  # type: ignore[attr-defined]
