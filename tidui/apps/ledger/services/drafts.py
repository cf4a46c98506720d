"""Drafts of deliveries: files, mapping, coverage, totals; then a check and a load as jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tidui.apps.audit.services import Actor, record
from tidui.apps.files.models import StoredFile
from tidui.apps.files.services import file_path, store_upload
from tidui.apps.jobs.models import Job
from tidui.apps.jobs.services import ask_for
from tidui.apps.ledger.folder import tables_of_files, the_ledger
from tidui.apps.ledger.mapping_texts import layout_of, start_mapping
from tidui.apps.ledger.models import Draft
from tidui.apps.ledger.services.parcels import pack
from tidui.apps.ledger.titles import table_title
from tidui.exchange import FileError, FileLayout
from tidui.exchange.previewing import Preview, preview_file

KINDS = (".csv", ".txt", ".xlsx", ".parquet")
"""Endings of files that the ledger reads."""


@transaction.atomic
def make_draft(*, by: Actor, uploads: Sequence[Any], table: str, mapping_text: str = "") -> Draft:
    """Store the files of a delivery and start its mapping.

    Raises
    ------
    ValidationError
        If a file is not of a kind that the ledger reads, or the table isn't delivered by files.
    """
    refuse_table(table)
    stored = _stored(by, uploads)
    draft = Draft(table=table, mapping_text=mapping_text, made_by=by.name, made_at=by.at)
    if not mapping_text:
        shown, _fault = preview(stored[0], FileLayout())
        draft.mapping_text = start_mapping(table, shown.header if shown else ())
    draft.full_clean()
    draft.save()
    draft.files.set(stored)
    record(by, "ledger.uploaded", draft, after={"table": table, "files": _names(stored)})
    return draft


def refuse_table(table: str) -> None:
    """Refuse a table that files don't deliver."""
    if table not in tables_of_files(the_ledger()):
        raise ValidationError(
            _("The product keeps %(table)s itself and freezes it for each run; files are refused.")
            % {"table": table_title(table)}
        )


def _stored(by: Actor, uploads: Sequence[Any]) -> list[StoredFile]:
    if not uploads:
        raise ValidationError(_("Choose at least one file."))
    return [store_upload(by=by, upload=upload, kinds=KINDS) for upload in uploads]


def _names(stored: Sequence[StoredFile]) -> list[str]:
    return [f"{one.name} {one.sha256}" for one in stored]


def preview(stored: StoredFile, layout: FileLayout) -> tuple[Preview | None, FileError | None]:
    """Return how a stored file begins, or why it can't be read."""
    try:
        return preview_file(file_path(stored.sha256), layout, stored.name), None
    except FileError as error:
        return None, error


@transaction.atomic
def replace_files(*, by: Actor, draft: Draft, uploads: Sequence[Any]) -> None:
    """Put other files in the place of those of a draft; the mapping stays."""
    _claim(draft)
    before = _names(list(draft.files.order_by("pk")))
    stored = _stored(by, uploads)
    draft.files.set(stored)
    _changed(draft)
    record(by, "ledger.files-replaced", draft, before={"files": before},
           after={"files": _names(stored)})  # fmt: skip


@transaction.atomic
def write_mapping(*, by: Actor, draft: Draft, text: str) -> None:
    """Write the mapping of a draft; whether it is sound is shown beside it."""
    _claim(draft)
    draft.mapping_text = text.replace("\r\n", "\n")
    _changed(draft)
    record(by, "ledger.mapping-written", draft, after={"text": draft.mapping_text[:4000]})


@transaction.atomic
def start_anew(*, by: Actor, draft: Draft, table: str, text: str = "") -> None:
    """Choose the table of a draft, and a mapping to start from."""
    refuse_table(table)
    _claim(draft)
    draft.table = table
    if not text:
        first = draft.files.order_by("pk").first()
        shown = preview(first, FileLayout())[0] if first else None
        text = start_mapping(table, shown.header if shown else ())
    draft.mapping_text = text
    _changed(draft)
    record(by, "ledger.mapping-chosen", draft, after={"table": table})


@transaction.atomic
def state_totals(
    *, by: Actor, draft: Draft, coverage: tuple[date, date] | None, rows: int | None, total: str
) -> None:
    """State for which days the delivery speaks, and the sender's control totals."""
    _claim(draft)
    draft.coverage_from, draft.coverage_to = coverage or (None, None)
    draft.control_rows, draft.control_sum = rows, total
    _changed(draft)
    record(by, "ledger.totals-stated", draft, after={
        "coverage": coverage, "rows": rows, "sum": total,
    })  # fmt: skip


@transaction.atomic
def discard(*, by: Actor, draft: Draft) -> None:
    """Throw a draft away; what was uploaded stays stored."""
    _claim(draft)
    record(by, "ledger.draft-discarded", draft, before={"files": _names(list(draft.files.all()))})
    draft.delete()


@transaction.atomic
def ask_check(*, by: Actor, draft: Draft) -> Job:
    """Ask for a dry run: everything is checked, nothing is changed."""
    _claim(draft)
    parcel = pack(draft)
    job = ask_for(
        by=by, kind="ledger.check", key=f"ledger.check:{parcel.content}",
        title=_("Dry run: %(files)s") % {"files": _shown(draft)}, arguments=asdict(parcel),
    )  # fmt: skip
    draft.check_job = job
    draft.save(update_fields=["check_job"])
    return job


@transaction.atomic
def ask_load(*, by: Actor, draft: Draft) -> Job:
    """Ask to load a draft; the same content is open only once, whoever asks."""
    _claim(draft)
    parcel = pack(draft)
    job = ask_for(
        by=by, kind="ledger.load", key=f"ledger.load:{parcel.content}",
        title=_("Load: %(files)s") % {"files": _shown(draft)}, arguments=asdict(parcel),
    )  # fmt: skip
    draft.load_job = job
    draft.save(update_fields=["load_job"])
    return job


def _shown(draft: Draft) -> str:
    names = list(draft.files.order_by("pk").values_list("name", flat=True))
    more = f" +{len(names) - 1}" if len(names) > 1 else ""
    return f"{names[0]}{more} → {table_title(draft.table)}" if names else table_title(draft.table)


def _claim(draft: Draft) -> None:
    """Refuse to touch a draft that is loaded or being loaded."""
    draft.refresh_from_db()
    if draft.delivery is not None:
        told = _("This is loaded already, as delivery %(n)s.") % {"n": draft.delivery}
        raise ValidationError(told)
    if draft.being_loaded:
        raise ValidationError(_("This is being loaded; wait for the job or cancel it."))


def _changed(draft: Draft) -> None:
    """Forget an earlier dry run: it speaks of what was there before."""
    draft.check_job = draft.load_job = None
    draft.full_clean()
    draft.save()


def preview_of(draft: Draft) -> tuple[Preview | None, FileError | None]:
    """Return how the first file of a draft begins, read as its mapping says."""
    first = draft.files.order_by("pk").first()
    return preview(first, layout_of(draft.mapping_text)) if first else (None, None)
