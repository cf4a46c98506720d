"""Addresses of the jobs' pages."""

from __future__ import annotations

from django.urls import path

from tidui.web.views import jobs

app_name = "jobs"
urlpatterns = [
    path("", jobs.jobs_list, name="list"),
    path("<uuid:job>/", jobs.job, name="job"),
    path("<uuid:job>/cancel/", jobs.job_cancel, name="cancel"),
]
