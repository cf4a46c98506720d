"""The app appraisal."""

from __future__ import annotations

from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    """Appraisal: schemes, plans of targets, cycles, results, decisions, objections, pay."""

    name = "tidui.apps.appraisal"
    label = "appraisal"

    def ready(self) -> None:
        """Register long work, panels and what waits for people."""
        from tidui.apps.appraisal import pay_work, todo_cycles, todo_plans, todo_schemes, work

        work.register()
        pay_work.register()
        todo_cycles.register()
        todo_schemes.register()
        todo_plans.register()
