"""Facts as integers: increases, customers and loan quality can be checked from outside too."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner

from tidui.cli import main
from tidui.cli.demo import load_example

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Load the example bank."""
    folder = tmp_path_factory.mktemp("facts") / "ledger"
    load_example(ROOT / "examples", folder, "en")
    return folder


def printed(ledger: Path, *options: str) -> list[dict[str, str]]:
    """Run ``tidui facts`` over 2025 and read what it prints."""
    command = ["facts", "--ledger", str(ledger), "--from", "2025-01-01", "--to", "2026-01-01"]
    done = CliRunner().invoke(main, [*command, *options])
    assert done.exit_code == 0, done.output
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_the_base_of_an_increase_is_that_of_the_account(ledger: Path) -> None:
    """Σ (2024's balance × days) × ppm × days of 2025: ÷ ppm × 366 × 365 × 100 is the base."""
    base = ("--fact", "balance_base", "--base-from", "2024-01-01", "--base-to", "2025-01-01")
    now = printed(ledger, "--fact", "balance_average", "--kind", "loan")
    before = printed(ledger, *base, "--kind", "loan")
    assert {row["holder"] for row in before} == {row["holder"] for row in now}
    assert all(int(row["balance_days_ppm"]) % 10**6 == 0 for row in before if row["rows"] != "0")


def test_the_marked_part_of_loans_is_within_the_whole(ledger: Path) -> None:
    rows = printed(ledger, "--fact", "loan_quality", "--kind", "loan")
    parts = [(int(row["marked"]), int(row["balance_days_ppm"])) for row in rows]
    assert all(0 <= marked <= whole for marked, whole in parts)
    assert any(marked for marked, _ in parts)


def test_the_holders_of_a_customer_have_his_whole_between_them(ledger: Path) -> None:
    rows = printed(ledger, "--fact", "customers", "--kind", "deposit")
    held: dict[str, int] = {}
    for row in rows:
        held[row["customer"]] = held.get(row["customer"], 0) + int(row["balance_days_ppm"])
    assert all(held[row["customer"]] == int(row["whole_balance_days_ppm"]) for row in rows)
    assert len(held) == 600


def test_a_base_without_its_days_is_refused(ledger: Path) -> None:
    command = ["facts", "--ledger", str(ledger), "--from", "2025-01-01", "--to", "2026-01-01"]
    done = CliRunner().invoke(main, [*command, "--fact", "balance_base"])
    assert done.exit_code == 2
    assert "--base-from" in done.output
