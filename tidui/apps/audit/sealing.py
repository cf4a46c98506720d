"""Seals: one chain over all committed entries, made by one sealer at a time.

An entry is written unchained, because a chain inside the acts' transactions forks or stops the
bank. Every minute the sealer takes what is committed and unsealed, and gives each entry the next
number, the hash of the seal before, and an HMAC with a key that the database never holds. The
newest seal goes to an anchor file outside the database once a day.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from tidui.apps.audit.models import AuditEntry, Seal
from tidui.core.documents import canonical_json

FIRST = "0" * 64
BATCH = 2_000


def seal_entries(limit: int = BATCH) -> int:
    """Seal committed entries in the order of their numbers; return how many."""
    with transaction.atomic():
        _one_sealer()
        last = Seal.objects.order_by("-number").first()
        number, previous = (0, FIRST) if last is None else (last.number, seal_hash(last))
        seals = []
        for entry in AuditEntry.objects.filter(seal=None).order_by("id")[:limit]:
            number += 1
            made = Seal(number=number, entry=entry, digest=entry.digest, previous=previous)
            made.mac = seal_mac(made)
            previous = seal_hash(made)
            seals.append(made)
        Seal.objects.bulk_create(seals)
    return len(seals)


def _one_sealer() -> None:
    """Hold whoever else wants to seal; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7411001)")


def seal_mac(made: Seal) -> str:
    """Return the HMAC of a seal under the key of the installation."""
    text = canonical_json([made.number, str(made.entry_id), made.digest, made.previous])
    return hmac.new(settings.AUDIT_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def seal_hash(made: Seal) -> str:
    """Return what the next seal builds on."""
    return hashlib.sha256(f"{made.number}:{made.mac}".encode()).hexdigest()


def anchor_path(folder: Path) -> Path:
    """Return the anchor file."""
    return folder / "audit.jsonl"


def write_anchor(today: date, folder: Path | None = None) -> bool:
    """Write the newest seal to the anchor file, once a day; tell whether a line was written."""
    last = Seal.objects.order_by("-number").first()
    target = anchor_path(folder or settings.ANCHOR_FOLDER)
    anchors = read_anchors(target)
    if last is None or (anchors and anchors[-1]["day"] == today.isoformat()):
        return False
    line = {"day": today.isoformat(), "number": last.number, "mac": last.mac}
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("a", encoding="utf-8") as file:
        file.write(canonical_json(line) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return True


def read_anchors(path: Path) -> list[dict[str, Any]]:
    """Return the anchors written so far, oldest first."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
