"""Addresses of cycles, results, decisions, slips and objections."""

from __future__ import annotations

from django.urls import path

from tidui.apps.appraisal.views import cycles, decisions, objections, results, scorecards, slips

urlpatterns = [
    path("cycles/", cycles.cycles_list, name="cycles"),
    path("cycles/new/", cycles.cycle_new, name="cycle_new"),
    path("cycles/<uuid:cycle>/", cycles.cycle, name="cycle"),
    path("cycles/<uuid:cycle>/compute/", cycles.cycle_compute, name="cycle_compute"),
    path("cycles/<uuid:cycle>/results/", results.cycle_results, name="cycle_results"),
    path("cycles/<uuid:cycle>/publish/", cycles.cycle_publish, name="cycle_publish"),
    path("cycles/<uuid:cycle>/close/", cycles.cycle_close, name="cycle_close"),
    path("cycles/<uuid:cycle>/summary/", objections.my_summary, name="my_summary"),
    path("board/", results.board, name="board"),
    path("decisions/", results.decisions, name="decisions"),
    path("scorecard/", scorecards.my_scorecard, name="my_scorecard"),
    path("results/<uuid:result>/", scorecards.scorecard, name="scorecard"),
    path("results/<uuid:result>/pdf/", slips.scorecard_pdf, name="scorecard_pdf"),
    path("results/<uuid:result>/what-if/", scorecards.what_one_more_changes, name="what_if"),
    path("results/<uuid:result>/explain/<path:node>/", scorecards.explanation, name="explanation"),
    path("results/<uuid:result>/rows/<str:indicator>/", scorecards.ledger_rows, name="ledger_rows"),
    path("results/<uuid:result>/decide/", decisions.decide, name="decide"),
    path("results/<uuid:result>/slip/", slips.slip, name="slip"),
    path("results/<uuid:result>/slip/pdf/", slips.slip_pdf, name="slip_pdf"),
    path("results/<uuid:result>/acknowledge/", objections.acknowledge_result, name="acknowledge"),
    path("results/<uuid:result>/review/", objections.review_request, name="review"),
    path("results/<uuid:result>/object/<path:node>/", objections.object_to, name="object"),
    path("slips/", slips.my_slips, name="my_slips"),
    path("objections/", objections.objections_list, name="objections"),
    path("objections/<uuid:objection>/", objections.objection, name="objection"),
    path(
        "objections/<uuid:objection>/withdraw/", objections.objection_withdraw,
        name="objection_withdraw",
    ),
]  # fmt: skip
