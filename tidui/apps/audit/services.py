"""Recording an act, in the transaction of the act itself."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from django.db import models
from django.utils import timezone

from tidui.apps.audit.models import AuditEntry
from tidui.core.documents import canonical_json


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, when and from where: made at the door and passed in.

    Attributes:
        name: user name, or the name of a command or job.
        at: moment of the act, UTC.
        address: source address, empty for a command.
        on_behalf_of: user name of the absent person whose deputy acts.
    """

    name: str
    at: datetime
    address: str = ""
    on_behalf_of: str = ""

    @property
    def moment(self) -> str:
        """The moment as the ledger writes it."""
        return self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def today(self) -> date:
        """The day of the act in the zone of the installation."""
        return timezone.localdate(self.at)

    def standing_in_for(self, name: str) -> Actor:
        """Return the same actor as the deputy of somebody."""
        return replace(self, on_behalf_of=name)


def record(
    by: Actor,
    action: str,
    about: models.Model | tuple[str, str, str],
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write one entry of the audit log.

    Parameters
    ----------
    by : Actor
        who, when, from where.
    action : str
        what was done, as ``noun.verb``.
    about : model or (kind, id, label)
        the object; a model names itself by its ``public_id``.
    before, after : mapping, optional
        the fields that changed; only what JSON carries, dates and UUIDs as text.
    """
    kind, object_id, label = about if isinstance(about, tuple) else _name(about)
    parts = {"before": _plain(before), "after": _plain(after)}
    payload = canonical_json({key: value for key, value in parts.items() if value})
    entry = AuditEntry(
        at=by.at, actor=by.name, on_behalf_of=by.on_behalf_of, address=by.address, action=action,
        kind=kind, object_id=object_id, label=label[:300], payload=payload,
        salt=secrets.token_hex(16),
    )  # fmt: skip
    entry.content = content_hash(entry)
    entry.digest = entry_digest(entry)
    entry.save(force_insert=True)
    return entry


def entry_digest(entry: AuditEntry) -> str:
    """Return the digest over everything that an entry says; its payload enters as a hash."""
    return hashlib.sha256(canonical_json([*_head(entry), entry.content]).encode()).hexdigest()


def content_hash(entry: AuditEntry) -> str:
    """Return the salted hash of what changed."""
    return hashlib.sha256((entry.salt + entry.payload).encode()).hexdigest()


def _head(entry: AuditEntry) -> list[str]:
    return [
        str(entry.public_id), entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor, entry.on_behalf_of, entry.address, entry.action, entry.kind, entry.object_id,
        entry.label,
    ]  # fmt: skip


def _name(about: models.Model) -> tuple[str, str, str]:
    meta = about._meta
    key = getattr(about, "public_id", about.pk)
    return f"{meta.app_label}.{meta.model_name}", str(key), str(about)


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any]:
    return {key: _plain_value(value) for key, value in (values or {}).items()}


def _plain_value(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return _plain(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain_value(item) for item in value]
    return str(value)
