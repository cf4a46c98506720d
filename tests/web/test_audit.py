"""The audit log: sealed, verified, and only for those who may read it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError, connection, transaction

from tests.apps.cast import Clients, actor
from tidui.apps.audit.models import AuditEntry, Seal
from tidui.apps.audit.sealing import anchor_path, seal_entries, seal_mac, write_anchor
from tidui.apps.audit.services import record
from tidui.apps.audit.verification import verify_audit

TODAY = date(2026, 11, 25)


@pytest.fixture
def log(db: None, settings: Any, tmp_path: Path) -> None:
    settings.ANCHOR_FOLDER = tmp_path
    for number in range(5):
        record(actor("alice"), "test.done", ("thing", str(number), f"thing {number}"),
               before={"n": number}, after={"n": number + 1})  # fmt: skip
    assert seal_entries() == 5
    assert write_anchor(TODAY)


def _codes() -> set[str]:
    return {found.code for found in verify_audit().issues}


def _unguarded(sql: str) -> None:
    """Do what only the owner of the database can: change it behind the triggers' back."""
    with connection.cursor() as cursor:
        for table in ("audit_auditentry", "audit_seal"):
            for act in ("update", "delete"):
                if connection.vendor == "sqlite":
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act}")
                else:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act} ON {table}")
        cursor.execute(sql)


def test_a_sound_log_is_sound(log: None) -> None:
    found = verify_audit()
    assert (found.sealed, found.unsealed, found.issues) == (5, 0, ())


def test_an_entry_cannot_be_changed_or_deleted(log: None) -> None:
    for attempt in (
        lambda: AuditEntry.objects.update(actor="mallory"),
        lambda: AuditEntry.objects.all()._raw_delete("default"),
        lambda: Seal.objects.update(mac="0"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_a_changed_entry_is_found(log: None) -> None:
    _unguarded("UPDATE audit_auditentry SET actor = 'mallory' WHERE object_id = '2'")
    assert _codes() == {"audit.changed"}


def test_a_changed_payload_is_found(log: None) -> None:
    _unguarded("UPDATE audit_auditentry SET payload = '{}' WHERE object_id = '2'")
    assert _codes() == {"audit.changed"}


def test_a_gap_is_found(log: None) -> None:
    _unguarded("DELETE FROM audit_seal WHERE number = 3")
    assert "audit.gap" in _codes()


def test_a_cut_tail_is_found_by_the_anchor(log: None) -> None:
    _unguarded("DELETE FROM audit_seal WHERE number > 3")
    assert _codes() == {"audit.tail-cut"}


def test_a_rewriting_without_the_key_is_found(log: None, settings: Any) -> None:
    key = settings.AUDIT_KEY
    settings.AUDIT_KEY = "another key"
    _unguarded("DELETE FROM audit_seal")
    seal_entries()
    settings.AUDIT_KEY = key
    assert "audit.wrong-seal" in _codes()


def test_a_rewriting_with_the_key_is_found_by_the_anchor(log: None) -> None:
    _unguarded("UPDATE audit_seal SET number = number + 100")
    _unguarded("DELETE FROM audit_seal")
    entry = AuditEntry.objects.order_by("id").first()
    assert entry is not None
    _unguarded("SELECT 1")
    for one in AuditEntry.objects.order_by("-id"):
        record(actor("eve"), "test.again", ("thing", one.object_id, one.label))
    _unguarded(f"DELETE FROM audit_auditentry WHERE id <= {entry.pk + 4}")
    seal_entries()
    assert "audit.rewritten" in _codes()


def test_a_purged_payload_still_verifies(log: None) -> None:
    AuditEntry.objects.filter(object_id="2").update(payload="", salt="")
    found = verify_audit()
    assert (found.purged, found.issues) == (1, ())


def test_the_anchor_gets_one_line_a_day(log: None) -> None:
    assert not write_anchor(TODAY)
    assert write_anchor(TODAY + timedelta(days=1))
    lines = anchor_path(Path(django_settings.ANCHOR_FOLDER)).read_text("utf-8").splitlines()
    assert len(lines) == 2


def test_what_is_not_sealed_yet_is_named(log: None) -> None:
    record(actor("alice"), "test.done", ("thing", "9", "thing 9"))
    assert verify_audit().unsealed == 1


def test_a_change_before_the_seal_is_found_too(log: None) -> None:
    record(actor("alice"), "test.done", ("thing", "9", "thing 9"))
    _unguarded("UPDATE audit_auditentry SET actor = 'mallory' WHERE object_id = '9'")
    assert _codes() == {"audit.changed"}


def test_the_key_is_not_in_the_seal(log: None) -> None:
    last = Seal.objects.latest("number")
    assert last.mac == seal_mac(last)
    assert django_settings.AUDIT_KEY not in f"{last.mac}{last.previous}{last.digest}"


def test_the_auditor_reads_and_verifies(clients: Clients) -> None:
    page = clients["eve"].get("/audit/")
    assert page.status_code == 200
    assert "people.hired" in page.content.decode()
    assert clients["eve"].post("/audit/verify/").status_code == 200
    assert clients["alice"].get("/audit/").status_code == 404


def test_a_failed_login_is_recorded_with_its_source(client: Any, db: None) -> None:
    client.post("/account/login/", {"login": "nobody", "password": "wrong"})
    entry = AuditEntry.objects.get(action="login.failed")
    assert (entry.actor, entry.address) == ("nobody", "127.0.0.1")
