"""Addresses of schemes and their simulations."""

from __future__ import annotations

from django.urls import path

from tidui.apps.appraisal.views import (
    scheme_adoption,
    scheme_goals,
    scheme_texts,
    schemes,
    simulations,
)

urlpatterns = [
    path("schemes/", schemes.schemes_list, name="schemes"),
    path("schemes/new/", schemes.scheme_new, name="scheme_new"),
    path("schemes/design/", scheme_goals.scheme_design, name="scheme_design"),
    path("schemes/mine/", scheme_adoption.my_schemes, name="my_schemes"),
    path("schemes/mine/<uuid:scheme>/", scheme_adoption.my_scheme, name="my_scheme"),
    path("schemes/<uuid:scheme>/", schemes.scheme, name="scheme"),
    path("schemes/<uuid:scheme>/text/", schemes.scheme_text, name="scheme_text"),
    path("schemes/<uuid:scheme>/copy/", schemes.scheme_copy, name="scheme_copy"),
    path("schemes/<uuid:scheme>/edit/", scheme_texts.scheme_edit, name="scheme_edit"),
    path("schemes/<uuid:scheme>/check/", scheme_texts.scheme_check, name="scheme_check"),
    path("schemes/<uuid:scheme>/parameters/",
         scheme_texts.scheme_parameters, name="scheme_parameters"),
    path("schemes/<uuid:scheme>/goals/", scheme_goals.scheme_goals, name="scheme_goals"),
    path("schemes/<uuid:scheme>/diff/", scheme_texts.scheme_diff, name="scheme_diff"),
    path("schemes/<uuid:scheme>/override/", scheme_texts.scheme_override, name="scheme_override"),
    path("schemes/<uuid:scheme>/simulate/", simulations.scheme_simulate, name="scheme_simulate"),
    path("schemes/<uuid:scheme>/adopt/", scheme_adoption.scheme_adopt, name="scheme_adopt"),
    path("schemes/<uuid:scheme>/submit/", scheme_adoption.scheme_submit, name="scheme_submit"),
    path("schemes/<uuid:scheme>/assess/", scheme_adoption.scheme_assess, name="scheme_assess"),
    path("schemes/<uuid:scheme>/send-back/",
         scheme_adoption.scheme_send_back, name="scheme_send_back"),
    path("schemes/<uuid:scheme>/withdraw/",
         scheme_adoption.scheme_withdraw, name="scheme_withdraw"),
    path("schemes/<uuid:scheme>/readers/", scheme_adoption.scheme_readers, name="scheme_readers"),
    path("simulations/<uuid:simulation>/", simulations.simulation, name="simulation"),
]  # fmt: skip
