"""The table of addresses."""

from __future__ import annotations

from django.urls import include, path

handler404 = "tidui.web.views.errors.not_found"
handler403 = "tidui.web.views.errors.forbidden"
handler500 = "tidui.web.views.errors.broken"

urlpatterns = [
    path("", include("tidui.web.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("people/", include("tidui.apps.people.urls")),
    path("jobs/", include("tidui.web.urls_jobs")),
    path("measures/", include("tidui.apps.measures.urls")),
    path("customers/", include("tidui.apps.customers.urls")),
    path("ledger/", include("tidui.apps.ledger.urls")),
    path("appraisal/", include("tidui.apps.appraisal.urls")),
    path("api/v1/", include("tidui.api.urls")),
]
