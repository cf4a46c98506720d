"""Schemes, cycles, results and explanations for programs, as far as the pages would show them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from tidui.apps.appraisal.access import cycle_of_results, result_read, results_in, results_visible
from tidui.apps.appraisal.access_schemes import READERS, scheme_read
from tidui.apps.appraisal.models import Cycle, Result, SchemeVersion
from tidui.apps.appraisal.queries.explained import explained_node
from tidui.apps.appraisal.views.results import shown_run
from tidui.apps.people.access import require, standing
from tidui.runs.trees import shown_tree
from tidui.ui.pages import lang
from tidui.ui.rest import Money, PagingQuery, cut_page, money

schemes_router = Router(tags=["schemes"])
cycles_router = Router(tags=["cycles"])
results_router = Router(tags=["results"])


class Title(Schema):
    """A title in both languages."""

    zh: str
    en: str


class Scheme(Schema):
    """A version of a scheme."""

    id: UUID
    scheme: str
    version: int
    title: Title
    state: str
    effective_from: date | None
    effective_to: date | None
    sha256: str
    adopted_by: str
    adopted_at: datetime | None


class SchemeInFull(Scheme):
    """A version of a scheme with its document."""

    text: str


class Schemes(Schema):
    """A page of schemes."""

    items: list[Scheme]
    next: str | None


class CycleShown(Schema):
    """A cycle."""

    id: UUID
    scheme: UUID
    period: str
    state: str
    opened_at: datetime
    published_at: datetime | None
    objections_until: date | None
    closed_at: datetime | None


class Cycles(Schema):
    """A page of cycles."""

    items: list[CycleShown]
    next: str | None


class ResultShown(Schema):
    """A result; the total is exact, as ``n`` or ``n/d``."""

    id: UUID
    cycle: UUID
    period: str
    kind: str
    data_on: date
    run: str
    entry: str
    subject: str
    employee: UUID | None
    name: str
    counted_days: int
    total: str | None
    rank: int | None
    rank_size: int | None
    grade: str
    proposed_grade: str
    rule: str
    person_decides: bool
    earned: Money | None
    deferred: Money | None
    payable: Money | None


class ResultInFull(ResultShown):
    """A result with the lines of its scorecard."""

    lines: list[dict[str, Any]]


class Results(Schema):
    """A page of results."""

    items: list[ResultShown]
    next: str | None


class Node(Schema):
    """One node of an explanation, with what it was computed from."""

    path: str
    kind: str
    name: str
    title: str
    value: str
    clause: str
    figures: list[str]
    inputs: list[Node]


class Explanation(Schema):
    """The tree behind one figure; ``sound`` says that it gives what was stored."""

    result: UUID
    node: str
    sound: bool
    tree: list[Node]


@schemes_router.get("", response=Schemes, url_name="schemes", summary="Schemes")
def schemes(request: HttpRequest, paging: PagingQuery) -> dict[str, Any]:
    """List the versions of all schemes."""
    require(request, *READERS)
    return cut_page(request, SchemeVersion.objects.defer("text"), paging, _scheme)


@schemes_router.get(
    "/{uuid:scheme}", response=SchemeInFull, url_name="scheme", summary="One version of a scheme"
)
def scheme(request: HttpRequest, scheme: UUID) -> dict[str, Any]:
    """Show one version with its document."""
    found = scheme_read(request, scheme)
    return {**_scheme(found), "text": found.text}


@cycles_router.get("", response=Cycles, url_name="cycles", summary="Cycles")
def cycles(request: HttpRequest, paging: PagingQuery) -> dict[str, Any]:
    """List the cycles."""
    require(request, "cycles.read", "results.read")
    rows = Cycle.objects.select_related("scheme").defer("scheme__text")
    return cut_page(request, rows, paging, _cycle)


@cycles_router.get("/{uuid:cycle}", response=CycleShown, url_name="cycle", summary="One cycle")
def cycle(request: HttpRequest, cycle: UUID) -> dict[str, Any]:
    """Show one cycle."""
    return _cycle(cycle_of_results(request, cycle))


@cycles_router.get(
    "/{uuid:cycle}/results", response=Results, url_name="cycle_results",
    summary="Results of a cycle",
)  # fmt: skip
def cycle_results(request: HttpRequest, cycle: UUID, paging: PagingQuery) -> dict[str, Any]:
    """List those results of a cycle's present run that the token reaches."""
    run = shown_run(cycle_of_results(request, cycle))
    asked = require(request, "results.read")
    rows = results_in(asked, "results.read").filter(run=run or 0)
    rows = rows.select_related("employee", "run__cycle").defer("lines")
    return cut_page(request, rows, paging, _result)


@results_router.get("", response=Results, url_name="results", summary="Results of all cycles")
def results(request: HttpRequest, paging: PagingQuery) -> dict[str, Any]:
    """List every result that the token reaches, one's own among them."""
    asked = standing(request)
    if asked.own is None:
        require(request, "results.read")
    rows = results_visible(asked).select_related("employee", "run__cycle").defer("lines")
    return cut_page(request, rows, paging, _result)


@results_router.get(
    "/{uuid:result}", response=ResultInFull, url_name="result", summary="One result"
)
def result(request: HttpRequest, result: UUID) -> dict[str, Any]:
    """Show one result with the lines of its scorecard."""
    found = result_read(request, result)
    return {**_result(found), "lines": found.lines}


@results_router.get(
    "/{uuid:result}/explanation/{node}", response=Explanation, url_name="explanation",
    summary="Explanation of one figure",
)  # fmt: skip
def explanation(request: HttpRequest, result: UUID, node: str) -> dict[str, Any]:
    """Show the tree behind one figure of a result, in the language that was asked for."""
    found = result_read(request, result)
    explained = explained_node(found, node)
    if explained is None:
        raise Http404
    root, sound = explained
    tree = [asdict(one) for one in shown_tree(root, lang())]
    return {"result": found.public_id, "node": node, "sound": sound, "tree": tree}


def _scheme(one: SchemeVersion) -> dict[str, Any]:
    return {
        "id": one.public_id, "scheme": one.scheme_id, "version": one.version, "title": one.title,
        "state": one.state, "effective_from": one.effective_from,
        "effective_to": one.effective_to, "sha256": one.sha256, "adopted_by": one.adopted_by,
        "adopted_at": one.adopted_at,
    }  # fmt: skip


def _cycle(one: Cycle) -> dict[str, Any]:
    return {
        "id": one.public_id, "scheme": one.scheme.public_id, "period": one.period,
        "state": one.state, "opened_at": one.opened_at, "published_at": one.published_at,
        "objections_until": one.objections_until, "closed_at": one.closed_at,
    }  # fmt: skip


def _result(one: Result) -> dict[str, Any]:
    run, person = one.run, one.employee
    return {
        "id": one.public_id, "cycle": run.cycle.public_id, "period": run.cycle.period,
        "kind": run.kind, "data_on": run.data_on, "run": run.name, "entry": str(run.entry),
        "subject": one.subject, "employee": person and person.public_id,
        "name": person.name if person else one.subject, "counted_days": one.counted_days,
        "total": one.total or None, "rank": one.rank, "rank_size": one.rank_size,
        "grade": one.grade, "proposed_grade": one.proposed_grade, "rule": one.rule,
        "person_decides": one.person_decides, "earned": money(one.earned, one.currency),
        "deferred": money(one.deferred, one.currency),
        "payable": money(one.payable, one.currency),
    }  # fmt: skip
