"""Verifying the audit log: a change, a gap, a cut tail and a rewriting each have their name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from tidui.apps.audit.models import AuditEntry, Seal
from tidui.apps.audit.sealing import FIRST, anchor_path, read_anchors, seal_hash, seal_mac
from tidui.apps.audit.services import content_hash, entry_digest
from tidui.core.values import Issue, issue

SHOWN = 50


@dataclass(frozen=True, slots=True)
class AuditVerification:
    """What a verification found.

    Attributes:
        sealed: entries with a seal.
        unsealed: entries that no seal protects yet.
        purged: entries whose payload was removed after its time.
        issues: errors; empty for a sound log.
    """

    sealed: int
    unsealed: int
    purged: int
    issues: tuple[Issue, ...]


def verify_audit(anchors: Path | None = None) -> AuditVerification:
    """Check every entry, seal and anchor.

    A changed entry no longer has its digest; a removed one leaves a gap in the seals; a cut tail
    is missed by the anchor; a log that was rewritten with new seals fails the HMAC, or, made by
    somebody who holds the key, the anchors.
    """
    macs: dict[int, str] = {}
    found: list[Issue] = []
    state = {"purged": 0, "sealed": 0}
    path = anchors or anchor_path(settings.ANCHOR_FOLDER)
    known = read_anchors(path)
    wanted = {int(anchor["number"]) for anchor in known}
    for fault in _chain(state, wanted, macs):
        if len(found) < SHOWN:
            found.append(fault)
    for anchor in known:
        number = int(anchor["number"])
        if number not in macs:
            found.append(issue("audit.tail-cut", path.name, number=number, day=anchor["day"]))
        elif macs[number] != anchor["mac"]:
            found.append(issue("audit.rewritten", path.name, number=number, day=anchor["day"]))
    unsealed = 0
    for entry in AuditEntry.objects.filter(seal=None).order_by("id").iterator(chunk_size=2_000):
        unsealed += 1
        if not _intact(entry) and len(found) < SHOWN:
            found.append(_changed(entry, "–"))
    return AuditVerification(state["sealed"], unsealed, state["purged"], tuple(found))


def _intact(entry: AuditEntry) -> bool:
    """Tell whether an entry still says what its digest was taken over."""
    purged = entry.salt == "" and entry.payload == ""
    whole = purged or content_hash(entry) == entry.content
    return whole and entry_digest(entry) == entry.digest


def _changed(entry: AuditEntry, where: str) -> Issue:
    return issue("audit.changed", where, action=entry.action, label=entry.label)


def _chain(state: dict[str, int], wanted: set[int], macs: dict[int, str]) -> Iterator[Issue]:
    number, previous = 0, FIRST
    seals: Any = Seal.objects.select_related("entry").order_by("number")
    for made in seals.iterator(chunk_size=2_000):
        number += 1
        entry = made.entry
        if made.number != number:
            yield issue("audit.gap", str(made.number), first=number, last=made.number - 1)
            number = made.number
        elif made.previous != previous:
            yield issue("audit.chain-broken", str(number))
        if made.mac != seal_mac(made):
            yield issue("audit.wrong-seal", str(number))
        state["purged"] += entry.salt == "" and entry.payload == ""
        if not _intact(entry) or entry.digest != made.digest:
            yield _changed(entry, str(number))
        if number in wanted:
            macs[number] = made.mac
        state["sealed"] += 1
        previous = seal_hash(made)
