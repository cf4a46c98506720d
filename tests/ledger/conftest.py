"""A small bank that delivers files: one method a thing that a bank does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tidui.core.calendar import day_number
from tidui.core.documents import canonical_json
from tidui.ledger import Ledger, LoadReport, create_ledger

AT = "2026-01-01T00:00:00Z"
TITLE = {"zh": "余额", "en": "Balances"}
COLUMNS: dict[str, dict[str, Any]] = {
    "account_no": {"column": "acct"},
    "currency": {"constant": "CNY"},
    "balance": {"column": "amount"},
}
TIMES: dict[str, dict[str, Any]] = {
    "snapshots": {"day": {"column": "day"}},
    "change_points": {"day": {"column": "day"}},
    "intervals": {"valid_from": {"column": "from"}, "valid_to": {"column": "to"}},
}


@dataclass
class Bank:
    """Writes deliveries into ``folder`` and loads them into ``ledger``."""

    folder: Path
    ledger: Ledger
    count: int = field(default=0)

    def file(self, content: str | bytes, suffix: str = ".csv") -> Path:
        self.count += 1
        path = self.folder / f"delivery_{self.count}{suffix}"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def mapping(
        self, *, table: str = "balances", shape: str | None = "snapshots", feed: str = "core",
        coverage: tuple[str, str] = ("2025-01-01", "2025-02-01"),
        columns: Mapping[str, Any] | None = None, **rest: Any,
    ) -> str:  # fmt: skip
        if columns is None and shape is not None:
            columns = COLUMNS | TIMES[shape]
        document: dict[str, Any] = {
            "format": "mapping/1", "id": "test", "title": TITLE, "table": table, "feed": feed,
            "coverage": dict(zip(("from", "to"), coverage, strict=True)), "columns": columns,
        }  # fmt: skip
        if table == "balances":
            document["shape"] = shape
        text = canonical_json(document | rest)
        for day in coverage:
            text = text.replace(f'"{day}"', day)
        return text

    def load(self, content: str | bytes | Path, **mapping: Any) -> LoadReport:
        path = content if isinstance(content, Path) else self.file(content)
        known = {k: mapping.pop(k) for k in ("controls_given", "dry_run", "master") if k in mapping}
        if "controls_given" in known:
            known["controls"] = known.pop("controls_given")
        text = self.mapping(**mapping)
        table = mapping.get("table", "balances")
        return self.ledger.load(path, table=table, mapping_text=text, at=AT, by="test", **known)

    def rejects(self, report: LoadReport) -> list[tuple[str, str, str]]:
        """Line, column and code of each reject."""
        import csv

        if report.rejects_path is None:
            return []
        with report.rejects_path.open(encoding="utf-8-sig", newline="") as stream:
            return [(r["line"], r["column"], r["code"]) for r in csv.DictReader(stream)]

    def daily(self, table: str = "balances", at: int | None = None) -> dict[tuple[str, str], int]:
        """Effective balance by account and ISO day."""
        found: dict[tuple[str, str], int] = {}
        for row in self.ledger.snapshot(at).rows(table):
            for day in range(row["from_day"], row["to_day"]):
                key = (row["account_no"], date.fromordinal(719163 + day).isoformat())
                assert key not in found
                found[key] = row["balance"]
        return found


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    return Bank(tmp_path, create_ledger(tmp_path / "ledger"))


@pytest.fixture(scope="session")
def to_day() -> Any:
    return lambda text: day_number(date.fromisoformat(text))
