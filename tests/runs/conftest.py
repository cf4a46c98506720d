"""The example bank in a ledger folder: loaded once, copied for each test that writes."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tidui.core.appraisal.scheme.document import LoadedScheme, load_scheme
from tidui.core.calendar import parse_period
from tidui.core.documents import parse_document
from tidui.ledger import Ledger, create_ledger, open_ledger
from tidui.runs.appraisals import Run, run_appraisal
from tidui.runs.folder import RunFolder, read_run

EXAMPLES = Path(__file__).parents[2] / "examples"
AT = "2026-01-15T00:00:00Z"
YEAR = parse_period("2025")
SCHEME = (EXAMPLES / "scheme.yaml").read_text(encoding="utf-8")


def scheme_of(text: str) -> LoadedScheme:
    """Load a scheme that must be sound."""
    loaded, issues = load_scheme(text)
    assert loaded is not None, issues
    return loaded


@dataclass
class ExampleBank:
    """A ledger folder of the example bank, and what a bank does with it."""

    ledger: Ledger
    folder: Path

    def deliver(self, table: str, before: str = "", after: str = "") -> None:
        """Load a table's file, with one piece of its text replaced."""
        text = (EXAMPLES / f"{table}.csv").read_bytes()
        assert before.encode() in text
        path = self.folder / f"{table}.csv"
        path.write_bytes(text.replace(before.encode(), after.encode(), 1))
        mapping = (EXAMPLES / "mappings" / f"{table}.yaml").read_text(encoding="utf-8")
        self.ledger.load(path, table=table, mapping_text=mapping, at=AT, by="bank")

    def run(self, text: str = SCHEME, **own: object) -> Run:
        """Appraise 2025."""
        return run_appraisal(self.ledger, scheme_of(text), YEAR, **own)  # type: ignore[arg-type]

    def stored(self, text: str = SCHEME) -> RunFolder:
        """Appraise 2025 and read the stored run."""
        run = self.run(text)
        assert run.path is not None, run.computed.issues
        return read_run(run.path)


@pytest.fixture(scope="session")
def loaded_example(tmp_path_factory: pytest.TempPathFactory) -> ExampleBank:
    """Load the example bank and appraise it once; not to be written to."""
    folder = tmp_path_factory.mktemp("example")
    bank = ExampleBank(create_ledger(folder / "ledger"), folder)
    listed = parse_document((EXAMPLES / "loads.yaml").read_text(encoding="utf-8"))["loads"]
    for item in listed:
        bank.deliver(item["table"])
    bank.stored()
    return bank


@pytest.fixture(scope="session")
def example_run(loaded_example: ExampleBank) -> RunFolder:
    """Return the stored run of 2025; not to be written to."""
    return loaded_example.stored()


@pytest.fixture
def bank(loaded_example: ExampleBank, tmp_path: Path) -> ExampleBank:
    """Return a copy of the example bank that a test may change."""
    shutil.copytree(loaded_example.ledger.path, tmp_path / "ledger")
    return ExampleBank(open_ledger(tmp_path / "ledger"), tmp_path)
