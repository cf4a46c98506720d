"""Forms of the ledger's pages: they parse, services write."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tidui.apps.ledger.folder import tables_of_files, the_ledger
from tidui.apps.ledger.models import SavedMapping
from tidui.apps.ledger.titles import table_title
from tidui.ui.forms import Form


class FilesInput(forms.ClearableFileInput):
    """A field for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, in the order in which they were chosen."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files; none is an error where one is needed."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in files]


class FilesForm(Form):
    """Files, and nothing else."""

    files = FilesField(  # type: ignore[assignment]  # the form's own files have another name
        label=_("Files"),
        help_text=_("CSV, Excel (xlsx), Parquet or text; several files are one delivery."),
    )


class TableForm(Form):
    """Into which table, and which mapping to start from."""

    table = forms.ChoiceField(label=_("Table"))
    mapping = forms.ChoiceField(
        label=_("Mapping"), required=False,
        help_text=_("A mapping says how the columns of the file become columns of the table."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tables = tables_of_files(the_ledger())
        self.fields["table"].choices = [(t, table_title(t)) for t in tables]  # type: ignore[attr-defined]
        self.fields["mapping"].choices = mapping_choices()  # type: ignore[attr-defined]


class UploadForm(FilesForm, TableForm):
    """A new delivery."""

    field_order = ("files", "table", "mapping")


def mapping_choices() -> list[tuple[str, Any]]:
    """Return the newest version of each of the bank's mappings, after the library's."""
    newest: dict[str, SavedMapping] = {}
    for saved in SavedMapping.objects.order_by("name", "version"):
        newest[saved.name] = saved
    own = [
        (str(one.public_id), f"{one.name} v{one.version} · {table_title(one.table)}")
        for one in newest.values()
    ]
    return [("", _("the library's, fitted to the header")), *own]


class TotalsForm(Form):
    """The days of a delivery and the sender's control totals."""

    coverage_from = forms.DateField(label=_("Days from"), required=False)
    coverage_to = forms.DateField(
        label=_("Days before"), required=False,
        help_text=_("The delivery replaces its feed on these days and on no other."),
    )  # fmt: skip
    rows = forms.IntegerField(
        label=_("Rows that the sender counted"), required=False, min_value=0,
        help_text=_("A difference stops the whole delivery."),
    )  # fmt: skip
    total = forms.DecimalField(
        label=_("Sum that the sender states"), required=False, max_digits=40, decimal_places=9,
        help_text=_("In the unit of the file, over all rows delivered."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Want both days or none."""
        data: dict[str, Any] = super().clean() or {}
        first, end = data.get("coverage_from"), data.get("coverage_to")
        if (first is None) != (end is None):
            raise ValidationError(_("State both days, or none."))
        if first and end and end <= first:
            raise ValidationError(_("The day before which it ends comes after the first."))
        return data

    @property
    def coverage(self) -> tuple[date, date] | None:
        """Both days."""
        first, end = self.cleaned_data["coverage_from"], self.cleaned_data["coverage_to"]
        return (first, end) if first else None

    @property
    def total_text(self) -> str:
        """The sum as it is kept."""
        total: Decimal | None = self.cleaned_data.get("total")
        return "" if total is None else format(total, "f")


class SaveMappingForm(Form):
    """Under which name a mapping is kept."""

    name = forms.RegexField(
        r"^[a-z0-9][a-z0-9._-]*$", label=_("Name"), max_length=80,
        help_text=_("Small letters, digits, dots and hyphens; a known name gets a new version."),
    )  # fmt: skip
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)


class ReasonForm(Form):
    """A reason, and nothing else."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
