"""The bank's own mappings: kept by name and version."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tidui.apps.audit.services import Actor, record
from tidui.apps.ledger.mapping_texts import document_of, print_mapping, tidied
from tidui.apps.ledger.models import SavedMapping
from tidui.ledger import LedgerError, read_mapping

_ANY_DAYS: Final = (date(2000, 1, 1), date(2000, 1, 2))
"""Stand in for the coverage, which the check wants and a kept mapping doesn't have."""


@transaction.atomic
def save_mapping(*, by: Actor, text: str, name: str, title_zh: str, title_en: str) -> SavedMapping:
    """Keep a mapping under a name; a name that is there gets its next version.

    The coverage is left out: it belongs to a delivery.

    Raises
    ------
    ValidationError
        If the mapping isn't sound, or the newest version says the same.
    """
    document = document_of(text)
    if document is None:
        raise ValidationError(_("The text can't be read as YAML."))
    newest = SavedMapping.objects.filter(name=name).aggregate(n=Max("version"))["n"] or 0
    document = tidied(document) | {
        "id": name, "version": newest + 1, "title": {"zh": title_zh, "en": title_en},
    }  # fmt: skip
    document.pop("coverage", None)
    printed = print_mapping(document)
    try:
        mapping = read_mapping(printed, table=str(document.get("table")), coverage=_ANY_DAYS)
    except LedgerError as error:
        raise ValidationError(_("The mapping isn't sound yet: see the list below it.")) from error
    same = SavedMapping.objects.filter(name=name, version=newest).first()
    if same is not None and _meaning(same.text) == _meaning(printed):
        raise ValidationError(_("Version %(n)s says the same.") % {"n": newest})
    saved = SavedMapping(
        name=name, version=newest + 1, table=mapping.table, title_zh=title_zh, title_en=title_en,
        text=printed, sha256=mapping.hash, saved_by=by.name, saved_at=by.at,
    )  # fmt: skip
    saved.full_clean()
    saved.save()
    told = {"version": saved.version, "sha256": saved.sha256}
    record(by, "ledger.mapping-saved", saved, after=told)
    return saved


def _meaning(text: str) -> dict[str, object]:
    return {k: v for k, v in (document_of(text) or {}).items() if k != "version"}
