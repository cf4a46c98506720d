"""Small deliveries for the tests of the ledger's pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.apps.cast import actor
from tidui.apps.jobs.models import Job
from tidui.apps.jobs.worker import Worker
from tidui.apps.ledger.models import Draft
from tidui.apps.ledger.services import drafts

ACCOUNTS = """format: mapping/1
id: test-accounts
version: 1
title: {zh: 账户, en: Accounts}
table: accounts
feed: test-accounts
columns:
  account_no: {column: 账号}
  customer_no: {column: 客户号}
  kind: {constant: deposit}
  product: {constant: current}
  currency: {constant: CNY}
  org_code: {column: 机构号}
  opened_on: {column: 开户日}
"""
BALANCES = """format: mapping/1
id: test-balances
version: 1
title: {zh: 余额, en: Balances}
table: balances
feed: test-balances
shape: snapshots
columns:
  account_no: {column: 账号}
  currency: {constant: CNY}
  day: {column: 日期}
  balance: {column: 余额}
"""
YEAR = (date(2025, 1, 1), date(2026, 1, 1))
GOOD = (
    "账号,客户号,机构号,开户日\nA1,C1,A-1,2024-01-05\nA2,C1,A-1,2024-02-05\nB1,C2,B-1,2024-03-05\n"
)
FAULTY = GOOD.replace("2024-02-05", "05.02.2024")


def upload(text: str, name: str = "accounts.csv") -> SimpleUploadedFile:
    """Return a file as a browser sends it."""
    return SimpleUploadedFile(name, text.encode(), content_type="text/csv")


def make_draft(
    text: str = GOOD, *, table: str = "accounts", mapping: str = ACCOUNTS, by: str = "frank",
    coverage: tuple[date, date] | None = YEAR, **totals: Any,
) -> Draft:  # fmt: skip
    """Make a draft that only has to be loaded."""
    who = actor(by)
    draft = drafts.make_draft(by=who, uploads=[upload(text)], table=table, mapping_text=mapping)
    drafts.state_totals(
        by=who, draft=draft, coverage=coverage, rows=totals.get("rows"),
        total=totals.get("total", ""),
    )  # fmt: skip
    return draft


def work() -> None:
    """Do all jobs that wait."""
    worker = Worker(beats=False)
    while worker.work_once():
        pass


def load(draft: Draft, by: str = "frank") -> Job:
    """Load a draft and return its job."""
    job = drafts.ask_load(by=actor(by), draft=draft)
    work()
    job.refresh_from_db()
    draft.refresh_from_db()
    return job


def delivered(text: str = GOOD, **rest: Any) -> int:
    """Load a file and return the number of its delivery."""
    draft = make_draft(text, **rest)
    job = load(draft)
    assert job.state == "done", job.issues
    assert draft.delivery is not None
    return draft.delivery
