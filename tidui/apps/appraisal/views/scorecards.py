"""One person's scorecard, its explanation down to the ledger rows, and what if."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tidui.apps.appraisal.access import result_decide, result_read
from tidui.apps.appraisal.models import CycleRun, Publication, Result
from tidui.apps.appraisal.queries.documents import run_folder
from tidui.apps.appraisal.queries.explained import explained_node
from tidui.apps.appraisal.queries.leaves import leaf_names, leaves_shown
from tidui.apps.appraisal.queries.results import (
    decision_on,
    earlier_results,
    latest_results,
    lines_shown,
)
from tidui.apps.appraisal.queries.running import next_grade_shown, paces_of, week_changes
from tidui.apps.appraisal.views.cycles import scheme_title
from tidui.apps.appraisal.words import (
    class_word,
    grade_of_result,
    population_words,
    rule_word,
    total_text,
)
from tidui.apps.ledger.folder import the_ledger
from tidui.apps.people.access import standing
from tidui.core.values import Issue
from tidui.ledger import LedgerError
from tidui.runs.trees import shown_tree
from tidui.runs.what_if import what_if
from tidui.ui import charts
from tidui.ui.pages import lang, render_page

ROWS = 200
MORE = re.compile(r"[-+]?[0-9]{1,15}(\.[0-9]{1,6})?")


@require_GET
def my_scorecard(request: HttpRequest) -> HttpResponse:
    """Show the user's own newest scorecard: the running period's, else the published one."""
    if standing(request).user.employee_id is None:
        raise Http404
    found = latest_results(standing(request).user.employee_id)
    newest = found.get("running") or found.get("published")
    published = found.get("published")
    if newest is not None and published is not None and newest.run.data_on <= published.run.data_on:
        newest = published
    if newest is None:
        return render_page(request, "appraisal/no_scorecard.html", {})
    return _show(request, newest)


@require_GET
def scorecard(request: HttpRequest, result: UUID) -> HttpResponse:
    """Show one result."""
    return _show(request, result_read(request, result))


def _show(request: HttpRequest, result: Result) -> HttpResponse:
    run, asked = result.run, standing(request)
    earlier = earlier_results(result)
    own = result.employee_id is not None and result.employee_id == asked.user.employee_id
    decision = decision_on(result)
    shown = lines_shown(result, earlier)
    context: dict[str, Any] = {
        "result": result, "person": result.employee, "run": run, "cycle": run.cycle, "own": own,
        "title": scheme_title(run.cycle), "total": total_text(result),
        "total_title": run.total_title, "provisional": run.kind == CycleRun.Kind.PROVISIONAL,
        "class_word": class_word(result), "rule": rule_word(result),
        "grade": grade_of_result(result, result.grade),
        "proposed": grade_of_result(result, result.proposed_grade),
        "decision": decision,
        "decided": grade_of_result(result, decision.grade) if decision else "",
        "ranks": [
            {"title": r[1], "rank": r[2], "size": r[3],
             "population": population_words(run.cycle.scheme, r[5]), "reason": r[6]}
            for r in result.ranks
        ],
        "indicators": [one for one in shown if one.line.kind == "indicator"],
        "scores": [one for one in shown if one.line.kind != "indicator"],
        "publication": _publication(result), "others": _others(result),
        "may_decide": _may_decide(request, result), "today": asked.today,
        "next_grade": next_grade_shown(result),
    }  # fmt: skip
    if context["provisional"]:
        context |= {"paces": paces_of(result), "changes": week_changes(result)}
    series = [*earlier, result]
    known = [one for one in series if one.total_value is not None]
    if len(known) > 1:
        labels = [_moment(one) for one in known]
        values = [float(one.total_value or 0) for one in known]
        context["trend"] = charts.trend(labels, values, str(_("total")))
        context["trend_rows"] = list(zip(labels, [total_text(one) for one in known], strict=True))
    return render_page(request, "appraisal/scorecard.html", context)


def _moment(result: Result) -> str:
    if result.run.kind == CycleRun.Kind.PROVISIONAL:
        return result.run.data_on.strftime("%m-%d")
    return str(result.run.cycle.period)


def _publication(result: Result) -> Publication | None:
    return result.run.publications.order_by("-version").first()


def _others(result: Result) -> list[Result]:
    """Return the same person's published results of other periods, newest first."""
    if result.employee_id is None:
        return []
    rows = Result.objects.filter(employee_id=result.employee_id, run__publications__isnull=False)
    rows = rows.exclude(pk=result.pk).select_related("run__cycle__scheme")
    return list(rows.order_by("-run__data_on").distinct()[:12])


def _may_decide(request: HttpRequest, result: Result) -> bool:
    if not standing(request).may("results.decide"):
        return False
    try:
        result_decide(request, result.public_id)
    except Http404:
        return False
    return True


@require_GET
def explanation(request: HttpRequest, result: UUID, node: str) -> HttpResponse:
    """Show the tree behind one figure; a leaf leads on to its ledger rows."""
    found = result_read(request, result)
    folder = run_folder(found.run)
    explained = explained_node(found, node)
    if explained is None:
        raise Http404
    root, sound = explained
    context = {
        "result": found, "run": found.run, "cycle": found.run.cycle, "node": node,
        "title": scheme_title(found.run.cycle), "tree": shown_tree(root, lang())[0],
        "leaves": leaf_names(folder), "sound": sound,
        "own": found.employee_id == standing(request).user.employee_id,
        "person": found.employee, "folder": folder,
    }  # fmt: skip
    return render_page(request, "appraisal/explanation.html", context, fragment="tree")


@require_GET
def ledger_rows(request: HttpRequest, result: UUID, indicator: str) -> HttpResponse:
    """Show, or export, the ledger rows behind an indicator, and that they add up to it."""
    found = result_read(request, result)
    folder = run_folder(found.run)
    if indicator not in leaf_names(folder):
        raise Http404
    shown = leaves_shown(the_ledger(), folder, found.subject, indicator)
    kind = request.GET.get("export", "")
    if kind:
        return shown.export(kind, f"{found.subject}-{indicator}")
    context = {
        "result": found, "run": found.run, "cycle": found.run.cycle, "indicator": indicator,
        "shown": shown, "limit": ROWS, "person": found.employee,
        "title": scheme_title(found.run.cycle),
    }  # fmt: skip
    return render_page(request, "appraisal/ledger_rows.html", context, fragment="leaves")


def read_more(text: str) -> Fraction:
    """Read a plain decimal of at most 15 digits; an exponent could ask for a number without end."""
    plain = text.replace(",", "").strip()
    if not MORE.fullmatch(plain):
        raise ValueError(f"text: {text[:40]!r} is no plain number")
    return Fraction(plain)


@require_GET
def what_one_more_changes(request: HttpRequest, result: UUID) -> HttpResponse:
    """Show what more of one indicator would change for this person, all others staying equal."""
    found = result_read(request, result)
    folder = run_folder(found.run)
    indicators = folder.scheme.scheme.indicators
    name = request.GET.get("indicator", "") or next(iter(indicators), "")
    if name not in indicators:
        raise Http404
    unit = indicators[name].unit
    text = request.GET.get("more", "") or ("1000000" if unit == "CNY" else "1")
    problem, answer = "", None
    issues: tuple[Issue, ...] = ()
    try:
        answer = what_if(folder, found.subject, name, read_more(text))
    except ValueError:
        problem = _("%(text)s is not a number.") % {"text": text[:40]}
    except LedgerError as error:
        issues = tuple(error.issues)
    options = [(key, (node.title.zh, node.title.en)) for key, node in indicators.items()]
    context = {
        "result": found, "options": options, "chosen": name, "more": text, "unit": unit,
        "answer": answer, "problem": problem, "issues": issues,
        "address": reverse("appraisal:what_if", args=[found.public_id]),
    }  # fmt: skip
    return render_page(request, "appraisal/what_if.html", context, fragment="answer")
