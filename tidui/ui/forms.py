"""Forms as Tabler draws them: the right class on each widget, dates as the browser's own field."""

from __future__ import annotations

from typing import Any

from django import forms


class Form(forms.Form):
    """A form whose fields carry the look of the interface; it parses and never saves."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            dress(field)


def dress(field: forms.Field) -> None:
    """Give a field's widget its class, and a date the field that a browser knows."""
    widget = field.widget
    if isinstance(field, forms.DateField):
        field.widget = widget = forms.DateInput(attrs=widget.attrs, format="%Y-%m-%d")
        widget.input_type = "date"
    if isinstance(widget, forms.CheckboxInput):
        known = "form-check-input"
    elif isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        known = ""
    elif isinstance(widget, forms.Select):
        known = "form-select"
    else:
        known = "form-control"
    widget.attrs["class"] = f"{widget.attrs.get('class', '')} {known}".strip()


def first_error(form: forms.Form) -> str:
    """Return the first thing that is wrong with a form."""
    return next((str(error) for errors in form.errors.values() for error in errors), "")
