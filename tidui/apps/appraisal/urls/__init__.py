"""Addresses of the appraisal, one module per noun."""

from __future__ import annotations

from tidui.apps.appraisal.urls import cycles, pay, plans, schemes

app_name = "appraisal"
urlpatterns = [*cycles.urlpatterns, *pay.urlpatterns, *schemes.urlpatterns, *plans.urlpatterns]
