"""Addresses of measures."""

from __future__ import annotations

from django.urls import path

from tidui.apps.measures.views import entering, imports, measures

app_name = "measures"
urlpatterns = [
    path("", measures.measures_list, name="list"),
    path("enter/", entering.measures_enter, name="enter"),
    path("check/", measures.measures_check, name="check"),
    path("imports/", imports.imports_list, name="imports"),
    path("imports/template/", imports.import_template, name="import_template"),
    path("imports/<uuid:measure_import>/", imports.measure_import, name="import"),
    path("imports/<uuid:measure_import>/apply/", imports.import_apply, name="import_apply"),
    path("imports/<uuid:measure_import>/undo/", imports.import_undo, name="import_undo"),
    path("<uuid:measure>/", measures.measure, name="measure"),
    path("<uuid:measure>/decide/", measures.measure_decide, name="measure_decide"),
    path("<uuid:measure>/correct/", measures.measure_correct, name="measure_correct"),
]
