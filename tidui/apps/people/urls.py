"""Addresses of people."""

from __future__ import annotations

from django.urls import path

from tidui.apps.people.views import employees, units, users

app_name = "people"
urlpatterns = [
    path("employees/", employees.employees_list, name="employees"),
    path("employees/new/", employees.employee_hire, name="employee_hire"),
    path("employees/<uuid:employee>/", employees.employee, name="employee"),
    path("employees/<uuid:employee>/place/", employees.employee_place, name="employee_place"),
    path(
        "employees/<uuid:employee>/take-back/", employees.employee_take_back,
        name="employee_take_back",
    ),
    path("units/", units.units_list, name="units"),
    path("units/new/", units.unit_new, name="unit_new"),
    path("units/<uuid:unit>/move/", units.unit_move, name="unit_move"),
    path("users/", users.users_list, name="users"),
    path("users/new/", users.user_new, name="user_new"),
    path("users/<uuid:user>/", users.user, name="user"),
    path("users/<uuid:user>/grant/", users.user_grant, name="user_grant"),
    path("users/<uuid:user>/link/", users.user_link, name="user_link"),
    path("users/<uuid:user>/active/", users.user_active, name="user_active"),
    path("grants/<uuid:grant>/end/", users.grant_end, name="grant_end"),
    path("deputy/", users.my_deputy, name="my_deputy"),
]  # fmt: skip
