"""Addresses of performance plans, targets and their imports."""

from __future__ import annotations

from django.urls import path

from tidui.apps.appraisal.views import plans, target_imports, targets

urlpatterns = [
    path("plans/", plans.plans_list, name="plans"),
    path("plans/new/", plans.plan_new, name="plan_new"),
    path("plans/mine/", targets.my_plan, name="my_plan"),
    path("plans/mine/<uuid:plan>/confirm/", targets.my_plan_confirm, name="my_plan_confirm"),
    path("plans/<uuid:plan>/", plans.plan, name="plan"),
    path("plans/<uuid:plan>/targets/", plans.plan_targets, name="plan_targets"),
    path("plans/<uuid:plan>/cascade/", plans.plan_cascade, name="plan_cascade"),
    path("plans/<uuid:plan>/send/", plans.plan_send, name="plan_send"),
    path("plans/<uuid:plan>/lock/", plans.plan_lock, name="plan_lock"),
    path("plans/<uuid:plan>/confirm/", plans.plan_confirm_unit, name="plan_confirm_unit"),
    path("plans/<uuid:plan>/late/", targets.plan_late, name="plan_late"),
    path("plans/<uuid:plan>/template/", target_imports.plan_template, name="plan_template"),
    path("plans/<uuid:plan>/import/", target_imports.plan_import, name="plan_import"),
    path("imports/<uuid:target_import>/", target_imports.target_import, name="target_import"),
    path("imports/<uuid:target_import>/apply/", target_imports.target_import_apply,
         name="target_import_apply"),
    path("imports/<uuid:target_import>/undo/", target_imports.target_import_undo,
         name="target_import_undo"),
    path("targets/<uuid:target>/", targets.target, name="target"),
    path("targets/<uuid:target>/change/", targets.target_change, name="target_change"),
    path("targets/<uuid:target>/decide/", targets.target_decide, name="target_decide"),
    path("targets/<uuid:target>/dispute/", targets.my_target_dispute, name="my_target_dispute"),
]  # fmt: skip
