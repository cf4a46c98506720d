"""What waits for people in the running cycles."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tidui.apps.appraisal.access import results_in
from tidui.apps.appraisal.models import Cycle, CycleRun, Decision, Objection, Publication
from tidui.apps.people.access import standing
from tidui.ui import todo
from tidui.ui.todo import Item


def decisions_due(request: HttpRequest) -> Iterator[Item]:
    """Yield one item for each cycle with results that wait for the user's decision."""
    found = standing(request)
    if not found.may("results.decide"):
        return
    for cycle, count in waiting_by_cycle(request).items():
        yield Item(
            title=_("Decide on proposed grades"), about=str(cycle), count=count, icon="gavel",
            address=f"{reverse('appraisal:decisions')}?cycle={cycle.public_id}",
        )  # fmt: skip


def waiting_by_cycle(request: HttpRequest) -> dict[Cycle, int]:
    """Return cycles in which results wait for the user, with their number."""
    found = standing(request)
    rows = results_in(found, "results.decide").filter(
        run__kind=CycleRun.Kind.FULL, run__current=True
    )
    rows = rows.exclude(run__cycle__state=Cycle.State.CLOSED)
    rows = rows.exclude(employee_id=found.user.employee_id or 0)
    rows = rows.exclude(proposed_grade="", person_decides=False)
    counts = dict(rows.order_by().values_list("run__cycle").annotate(Count("pk", distinct=True)))
    decided = Decision.objects.filter(current=True, cycle__in=counts, run__current=True)
    done = dict(
        decided.filter(subject__in=rows.values("subject"))
        .order_by().values_list("cycle").annotate(Count("pk", distinct=True))
    )  # fmt: skip
    cycles = Cycle.objects.select_related("scheme").in_bulk(counts)
    left = {cycles[pk]: count - done.get(pk, 0) for pk, count in counts.items()}
    return {cycle: count for cycle, count in left.items() if count > 0}


def objections_due(request: HttpRequest) -> Iterator[Item]:
    """Yield the objections that wait for an answer."""
    if not standing(request).may("objections.answer"):
        return
    rows = Objection.objects.filter(state=Objection.State.FILED).select_related("employee")
    for one in rows.order_by("answer_until")[:50]:
        yield Item(
            title=_("Answer an objection"), about=f"{one.employee.name} · {one.node_title}",
            address=reverse("appraisal:objection", args=[one.public_id]),
            due_on=one.answer_until, icon="message-report",
        )  # fmt: skip


def results_unseen(request: HttpRequest) -> Iterator[Item]:
    """Yield published results of the user that he has not acknowledged."""
    own = standing(request).user.employee_id
    if own is None:
        return
    rows = Publication.objects.filter(run__results__employee=own).exclude(
        acknowledgements__employee=own
    )
    for one in rows.select_related("cycle__scheme").order_by("-published_at")[:5]:
        result = one.run.results.filter(employee=own).first()
        if result is not None:
            yield Item(
                title=_("Read and acknowledge your result"), about=str(one.cycle),
                address=reverse("appraisal:scorecard", args=[result.public_id]),
                due_on=one.objections_until, icon="id-badge-2",
            )  # fmt: skip


def cycles_to_move(request: HttpRequest) -> Iterator[Item]:
    """Yield cycles that the office can bring one step further."""
    found = standing(request)
    if not found.may("cycles.write"):
        return
    rows = Cycle.objects.filter(
        Q(state=Cycle.State.PUBLISHED, objections_until__lt=found.today)
    ).select_related("scheme")
    for cycle in rows:
        yield Item(
            title=_("Close the period"), about=str(cycle), icon="lock",
            address=reverse("appraisal:cycle", args=[cycle.public_id]),
        )  # fmt: skip


def register() -> None:
    """Register every source."""
    for source in (decisions_due, objections_due, results_unseen, cycles_to_move):
        todo.add(source)
