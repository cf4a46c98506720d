"""From a file to a delivery: upload, mapping with preview, dry run, load."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidui.apps.ledger.access import delivery_read, draft_write, mapping_read
from tidui.apps.ledger.columns import (
    CONSTANT,
    apply_columns,
    column_lines,
    file_line,
    headings,
)
from tidui.apps.ledger.folder import the_ledger
from tidui.apps.ledger.forms import FilesForm, SaveMappingForm, TableForm, TotalsForm, UploadForm
from tidui.apps.ledger.mapping_texts import (
    checked,
    document_of,
    print_mapping,
    restored,
    tidied,
)
from tidui.apps.ledger.models import Draft
from tidui.apps.ledger.queries.deliveries import delivery_entry
from tidui.apps.ledger.services import drafts as services
from tidui.apps.ledger.services.mappings import save_mapping
from tidui.apps.ledger.titles import column_title, table_title
from tidui.apps.people.access import require
from tidui.apps.people.doors import actor_of
from tidui.core.values import Issue
from tidui.ledger import TABLES
from tidui.ui.pages import render_page, see_other

WRITE = "deliveries.write"


@require_http_methods(["GET", "POST"])
def draft_new(request: HttpRequest) -> HttpResponse:
    """Upload the files of a delivery; ``?like=5`` takes table and mapping of delivery 5."""
    require(request, WRITE)
    like, text = request.GET.get("like", ""), ""
    initial: dict[str, Any] = {"table": request.GET.get("table", "")}
    if like.isdigit():
        row, _rows = delivery_read(request, int(like))
        initial["table"], text = row.table, _mapping_of(int(like))
    form = UploadForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if data["mapping"]:
            text = mapping_read(request, UUID(data["mapping"])).text
        if text and (document_of(text) or {}).get("table") != data["table"]:
            text = ""
        try:
            draft = services.make_draft(
                by=actor_of(request, WRITE), uploads=data["files"], table=data["table"],
                mapping_text=text,
            )  # fmt: skip
        except ValidationError as error:
            form.add_error("files", error)
        else:
            return see_other(request, "ledger:draft", draft=draft.public_id)
    kept = [t for t in TABLES if t not in dict(form.fields["table"].choices)]  # type: ignore[attr-defined]
    context = {"form": form, "like": like, "kept": [table_title(t) for t in kept]}
    return render_page(request, "ledger/draft_new.html", context)


def _mapping_of(number: int) -> str:
    """Return the mapping of a delivery, without the days that it spoke about."""
    entry = delivery_entry(the_ledger(), number)
    document = tidied(restored(entry.payload["mapping"]["document"])) if entry else {}
    document.pop("coverage", None)
    return print_mapping(document) if document else ""


@require_GET
def draft(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Show a draft: files, first rows, mapping as a form and as text, dry run."""
    found = draft_write(request, draft)
    return render_page(request, "ledger/draft.html", _context(found))


def _context(found: Draft, **forms: Any) -> dict[str, Any]:
    preview, fault = services.preview_of(found)
    document = document_of(found.mapping_text)
    covered = found.coverage_from and found.coverage_to
    coverage = (found.coverage_from, found.coverage_to) if covered else None
    header = preview.header if preview else ()
    _mapping, issues = checked(found.mapping_text, found.table, coverage, header)  # type: ignore[arg-type]
    lines = column_lines(document or {}, found.table, preview)
    money = TABLES[found.table].money
    title = (document or {}).get("title")
    title = title if isinstance(title, dict) else {}
    return {
        "draft": found, "title": table_title(found.table), "preview": preview,
        "fault": [fault.issue] if fault else [], "issues": issues, "sound": not issues,
        "lines": lines, "file": file_line(document or {}, found.table, preview),
        "headings": headings(preview, lines), "constant": CONSTANT, "readable": bool(document),
        "files": found.files.order_by("pk"), "money": column_title(money) if money else "",
        "files_form": FilesForm(auto_id="files_%s"),
        "table_form": TableForm(initial={"table": found.table}, auto_id="table_%s"),
        "totals_form": TotalsForm(initial={
            "coverage_from": found.coverage_from, "coverage_to": found.coverage_to,
            "rows": found.control_rows, "total": found.control_sum or None,
        }, auto_id="totals_%s"),
        "save_form": SaveMappingForm(initial={
            "name": (document or {}).get("id"), "title_zh": title.get("zh"),
            "title_en": title.get("en"),
        }, auto_id="save_%s"),
        "check": _job(found.check_job), "load": _job(found.load_job), **forms,
    }  # fmt: skip


def _job(job: Any) -> dict[str, Any] | None:
    """Return what a page shows of a dry run or load."""
    if job is None:
        return None
    told = [Issue(c, w, tuple(v.items()), s) for c, w, v, s in job.result.get("told", [])]
    told += [Issue(c, w, tuple(v.items()), s) for c, w, v, s in job.issues]
    counts = {word: int(figure) for word, figure in job.result.get("counts", {}).items()}
    return {"job": job, "issues": told, "counts": counts, "already": job.result.get("already")}


@require_POST
def draft_files(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Put other files in the place of those of a draft."""
    found = draft_write(request, draft)
    form = FilesForm(request.POST, request.FILES)
    if not form.is_valid():
        return render_page(
            request, "ledger/draft.html", _context(found, files_form=form), status=422
        )
    return _done(
        request, found, services.replace_files, by=actor_of(request, WRITE), draft=found,
        uploads=form.cleaned_data["files"],
    )  # fmt: skip


def _done(request: HttpRequest, found: Draft, service: Any, **said: Any) -> HttpResponse:
    """Call a service and go back to the draft; a refusal is told there."""
    try:
        service(**said)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return see_other(request, "ledger:draft", draft=found.public_id)


@require_POST
def draft_table(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Choose table and mapping anew."""
    found = draft_write(request, draft)
    table, text = request.POST.get("table", ""), ""
    if request.POST.get("mapping"):
        form = TableForm(request.POST)
        if not form.is_valid():
            return render_page(
                request, "ledger/draft.html", _context(found, table_form=form), status=422
            )
        saved = mapping_read(request, UUID(form.cleaned_data["mapping"]))
        table, text = saved.table, saved.text
    return _done(
        request, found, services.start_anew, by=actor_of(request, WRITE), draft=found,
        table=table, text=text,
    )  # fmt: skip


@require_POST
def draft_columns(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Take the columns as the form says them; the text follows."""
    found = draft_write(request, draft)
    document = document_of(found.mapping_text) or {
        "format": "mapping/1", "id": found.table.replace("_", "-"), "version": 1,
        "title": {"zh": found.table, "en": found.table},
    }  # fmt: skip
    said = {key: str(value) for key, value in request.POST.items()}
    text = print_mapping(apply_columns(document, found.table, said))
    return _done(
        request, found, services.write_mapping, by=actor_of(request, WRITE), draft=found, text=text
    )


@require_POST
def draft_text(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Take the mapping as text."""
    found = draft_write(request, draft)
    return _done(
        request, found, services.write_mapping, by=actor_of(request, WRITE), draft=found,
        text=request.POST.get("text", "")[:200_000],
    )  # fmt: skip


@require_POST
def draft_verify(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Check a mapping while it is typed; nothing is written."""
    found = draft_write(request, draft)
    found.mapping_text = request.POST.get("text", "")[:200_000]
    return render_page(request, "ledger/draft.html", _context(found), fragment="verdict")


@require_POST
def draft_totals(request: HttpRequest, draft: UUID) -> HttpResponse:
    """State the days and the sender's totals."""
    found = draft_write(request, draft)
    form = TotalsForm(request.POST)
    if not form.is_valid():
        return render_page(
            request, "ledger/draft.html", _context(found, totals_form=form), status=422
        )
    return _done(
        request, found, services.state_totals, by=actor_of(request, WRITE), draft=found,
        coverage=form.coverage, rows=form.cleaned_data["rows"], total=form.total_text,
    )  # fmt: skip


@require_POST
def draft_save_mapping(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Keep the mapping of a draft under a name."""
    found = draft_write(request, draft)
    form = SaveMappingForm(request.POST)
    if form.is_valid():
        try:
            saved = save_mapping(
                by=actor_of(request, WRITE), text=found.mapping_text, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Kept as %(name)s.") % {"name": saved})
            return see_other(request, "ledger:draft", draft=found.public_id)
    return render_page(request, "ledger/draft.html", _context(found, save_form=form), status=422)


@require_POST
def draft_check(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Ask for a dry run."""
    return _ask(request, draft, services.ask_check)


@require_POST
def draft_load(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Ask to load the draft."""
    return _ask(request, draft, services.ask_load)


def _ask(request: HttpRequest, draft: UUID, service: Any) -> HttpResponse:
    found = draft_write(request, draft)
    try:
        job = service(by=actor_of(request, WRITE), draft=found)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return see_other(request, "ledger:draft", draft=found.public_id)
    return see_other(request, "jobs:job", job=job.public_id)


@require_POST
def draft_discard(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Throw a draft away."""
    found = draft_write(request, draft)
    try:
        services.discard(by=actor_of(request, WRITE), draft=found)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return see_other(request, "ledger:draft", draft=found.public_id)
    messages.success(request, _("Discarded."))
    return see_other(request, "ledger:deliveries")
