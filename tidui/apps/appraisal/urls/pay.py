"""Addresses of pay."""

from __future__ import annotations

from django.urls import path

from tidui.apps.appraisal.views import pay

urlpatterns = [
    path("pay/", pay.pay, name="pay"),
    path("pay/out/", pay.pay_out, name="pay_out"),
    path("pay/budgets/", pay.budgets, name="budgets"),
    path("pay/runs/<uuid:pay_run>/", pay.pay_run, name="pay_run"),
    path("pay/runs/<uuid:pay_run>/file/", pay.pay_run_file, name="pay_run_file"),
    path("pay/clawbacks/new/", pay.clawback_new, name="clawback_new"),
    path("pay/clawbacks/<uuid:clawback>/decide/", pay.clawback_decide, name="clawback_decide"),
    path("cycles/<uuid:cycle>/correct/", pay.cycle_correct, name="cycle_correct"),
]
