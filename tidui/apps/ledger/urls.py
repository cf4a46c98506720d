"""Addresses of ledger."""

from __future__ import annotations

from django.urls import path

from tidui.apps.ledger.views import coverage, deliveries, drafts, mappings

app_name = "ledger"
urlpatterns = [
    path("", deliveries.deliveries_list, name="deliveries"),
    path("deliveries/<int:delivery>/", deliveries.delivery, name="delivery"),
    path("deliveries/<int:delivery>/rejects/", deliveries.rejects, name="rejects"),
    path("deliveries/<int:delivery>/rejects/file/", deliveries.rejects_file, name="rejects_file"),
    path("deliveries/<int:delivery>/files/<int:file>/", deliveries.original, name="original"),
    path("deliveries/<int:delivery>/revert/", deliveries.revert, name="revert"),
    path("calendar/", coverage.calendar, name="calendar"),
    path("new/", drafts.draft_new, name="draft_new"),
    path("drafts/<uuid:draft>/", drafts.draft, name="draft"),
    path("drafts/<uuid:draft>/files/", drafts.draft_files, name="draft_files"),
    path("drafts/<uuid:draft>/table/", drafts.draft_table, name="draft_table"),
    path("drafts/<uuid:draft>/columns/", drafts.draft_columns, name="draft_columns"),
    path("drafts/<uuid:draft>/text/", drafts.draft_text, name="draft_text"),
    path("drafts/<uuid:draft>/verify/", drafts.draft_verify, name="draft_verify"),
    path("drafts/<uuid:draft>/totals/", drafts.draft_totals, name="draft_totals"),
    path("drafts/<uuid:draft>/mapping/", drafts.draft_save_mapping, name="draft_save_mapping"),
    path("drafts/<uuid:draft>/check/", drafts.draft_check, name="draft_check"),
    path("drafts/<uuid:draft>/load/", drafts.draft_load, name="draft_load"),
    path("drafts/<uuid:draft>/discard/", drafts.draft_discard, name="draft_discard"),
    path("mappings/", mappings.mappings_list, name="mappings"),
    path("mappings/<uuid:mapping>/", mappings.mapping, name="mapping"),
    path("mappings/library/<slug:name>/", mappings.library_mapping, name="library_mapping"),
]
