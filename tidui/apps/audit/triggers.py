"""Triggers that refuse to change or delete, on both databases.

They guard against a bug or a hasty hand, not against somebody who owns the database: that one is
found by the seals.
"""

from __future__ import annotations

from typing import Any

_PURGE = (
    "NEW.payload = '' AND NEW.salt = '' AND NEW.id = OLD.id AND NEW.digest = OLD.digest "
    "AND NEW.at = OLD.at AND NEW.actor = OLD.actor AND NEW.action = OLD.action "
    "AND NEW.object_id = OLD.object_id AND NEW.label = OLD.label AND NEW.content = OLD.content"
)


def forbid_changes(schema_editor: Any, table: str, *, unless: str = "") -> None:
    """Refuse UPDATE and DELETE on a table, but for updates that fulfil ``unless``."""
    for act in ("UPDATE", "DELETE"):
        allowed = unless if act == "UPDATE" else ""
        if schema_editor.connection.vendor == "sqlite":
            when = f"WHEN NOT ({allowed})" if allowed else ""
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} {when} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        else:
            _forbid_on_postgresql(schema_editor, table, act, allowed)


def _forbid_on_postgresql(schema_editor: Any, table: str, act: str, allowed: str) -> None:
    name = f"{table}_no_{act.lower()}"
    when = f"WHEN (NOT ({allowed}))" if allowed else ""
    schema_editor.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN "
        f"RAISE EXCEPTION '{table} is append-only'; END $$ LANGUAGE plpgsql"
    )
    schema_editor.execute(
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW {when} "
        f"EXECUTE FUNCTION {name}()"
    )


def guard_audit(_apps: Any, schema_editor: Any) -> None:
    """Guard entries and seals."""
    forbid_changes(schema_editor, "audit_auditentry", unless=_PURGE)
    forbid_changes(schema_editor, "audit_seal")
