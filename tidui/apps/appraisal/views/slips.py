"""Slips: one's own, and those of others whom one may see; each opening is recorded."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from tidui.apps.appraisal.access import result_read
from tidui.apps.appraisal.models import Result
from tidui.apps.appraisal.queries.results import decision_on
from tidui.apps.appraisal.queries.slips import scorecard_paper, slip_lines, slip_paper
from tidui.apps.appraisal.views.cycles import scheme_title
from tidui.apps.appraisal.words import grade_of_result, total_text
from tidui.apps.audit.services import record
from tidui.apps.people.access import standing
from tidui.apps.people.doors import actor_of
from tidui.apps.people.queries import place_on
from tidui.exchange.pdf import print_paper
from tidui.ui.pages import render_page


@require_GET
def my_slips(request: HttpRequest) -> HttpResponse:
    """List the user's own published slips."""
    own = standing(request).user.employee_id
    if own is None:
        raise Http404
    rows = Result.objects.filter(
        employee=own, run__publications__isnull=False, earned__isnull=False
    ).select_related("run__cycle__scheme")
    rows = rows.distinct().order_by("-run__data_on")
    context = {"rows": [(one, scheme_title(one.run.cycle)) for one in rows]}
    return render_page(request, "appraisal/my_slips.html", context)


@require_GET
def slip(request: HttpRequest, result: UUID) -> HttpResponse:
    """Show one slip, and record who opened it."""
    found = _opened(request, result)
    publication = found.run.publications.order_by("-version").first()
    decision = decision_on(found)
    context = {
        "result": found, "person": found.employee, "cycle": found.run.cycle,
        "title": scheme_title(found.run.cycle), "lines": slip_lines(found),
        "publication": publication, "total": total_text(found),
        "grade": grade_of_result(found, decision.grade if decision else found.proposed_grade),
        "decided": decision is not None,
        "own": found.employee_id == standing(request).user.employee_id,
    }  # fmt: skip
    return render_page(request, "appraisal/slip.html", context)


def _opened(request: HttpRequest, result: UUID) -> Result:
    found = result_read(request, result)
    if found.earned is None:
        raise Http404
    after = {"run": found.run.name, "subject": found.subject}
    about = ("appraisal.slip", str(found.public_id), _label(found))
    record(actor_of(request), "slip.opened", about, after=after)
    return found


def _label(result: Result) -> str:
    name = result.employee.name if result.employee else ""
    return f"{name} {result.subject} {result.run.cycle.period}".strip()


@require_GET
def slip_pdf(request: HttpRequest, result: UUID) -> HttpResponse:
    """Print one slip, and record who opened it."""
    found = _opened(request, result)
    publication = found.run.publications.order_by("-version").first()
    place = place_on(found.employee, found.run.data_on) if found.employee else None
    paper = slip_paper(found, publication, decision_on(found), place)
    content = print_paper(paper, fonts=settings.FONT_FOLDER)
    return _pdf(content, f"slip-{found.subject}-{found.run.cycle.period}")


@require_GET
def scorecard_pdf(request: HttpRequest, result: UUID) -> HttpResponse:
    """Print one scorecard."""
    found = result_read(request, result)
    publication = found.run.publications.order_by("-version").first()
    place = place_on(found.employee, found.run.data_on) if found.employee else None
    paper = scorecard_paper(found, publication, decision_on(found), place)
    content = print_paper(paper, fonts=settings.FONT_FOLDER)
    return _pdf(content, f"scorecard-{found.subject}-{found.run.cycle.period}")


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{slugify(name)}.pdf"'
    return response
