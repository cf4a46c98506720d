"""Addresses of customers."""

from __future__ import annotations

from django.urls import path

from tidui.apps.customers.views import attributions, conflicts, handovers, holdings, imports

app_name = "customers"
urlpatterns = [
    path("mine/", holdings.my_accounts, name="my_accounts"),
    path("mine/say/", holdings.my_accounts_say, name="my_accounts_say"),
    path("claims/", holdings.claims_list, name="claims"),
    path("claims/<uuid:claim>/", holdings.claim, name="claim"),
    path("attributions/", attributions.attributions_list, name="attributions"),
    path("attributions/new/", attributions.attribution_new, name="attribution_new"),
    path("attributions/waiting/", attributions.attributions_waiting, name="attributions_waiting"),
    path("attributions/conflicts/", conflicts.conflicts, name="conflicts"),
    path("attributions/<uuid:attribution>/", attributions.attribution, name="attribution"),
    path("attributions/<uuid:attribution>/decide/", attributions.attribution_decide,
         name="attribution_decide"),
    path("attributions/<uuid:attribution>/end/", attributions.attribution_end,
         name="attribution_end"),
    path("imports/", imports.imports_list, name="imports"),
    path("imports/template/", imports.import_template, name="import_template"),
    path("imports/<uuid:attribution_import>/", imports.attribution_import, name="import"),
    path("imports/<uuid:attribution_import>/apply/", imports.import_apply, name="import_apply"),
    path("imports/<uuid:attribution_import>/undo/", imports.import_undo, name="import_undo"),
    path("handovers/", handovers.handovers_list, name="handovers"),
    path("handovers/new/", handovers.handover_new, name="handover_new"),
    path("handovers/<uuid:handover>/", handovers.handover, name="handover"),
    path("handovers/<uuid:handover>/decide/", handovers.handover_decide, name="handover_decide"),
]  # fmt: skip
