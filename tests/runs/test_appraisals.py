"""Runs: the same from the same, whole or not at all, and refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tidui.core.values import Issue
from tidui.ledger import LedgerError
from tidui.runs.folder import read_run, write_run
from tidui.runs.stored import read_appraisal

from .conftest import EXAMPLES, SCHEME, ExampleBank


def named(issues: tuple[Issue, ...]) -> set[tuple[str, str]]:
    """Return code and subject (or place) of each error."""
    return {
        (one.code, str(dict(one.values).get("subject", one.where)))
        for one in issues
        if one.severity == "error"
    }


def test_the_same_ledger_and_scheme_give_the_same_run(bank: ExampleBank) -> None:
    one = bank.stored()
    files = {path.name: path.read_bytes() for path in one.path.iterdir()}
    other = bank.stored()
    assert other.path == one.path
    for path in one.path.iterdir():
        path.unlink()
    one.path.rmdir()
    again = bank.stored()
    assert {path.name: path.read_bytes() for path in again.path.iterdir()} == files


def test_a_stored_run_reads_back_as_what_was_computed(bank: ExampleBank) -> None:
    run = bank.run()
    computed, stored = run.computed.appraisal, read_appraisal(bank.stored())
    assert computed is not None
    assert stored.board.columns == computed.board.columns
    assert stored.board.places == computed.board.places
    assert stored.board.classes == computed.board.classes
    assert (stored.grades, stored.pay) == (computed.grades, computed.pay)
    assert stored.subjects == computed.subjects


def target_line(start: str) -> str:
    """Return the example's line of a target."""
    text = (EXAMPLES / "targets.csv").read_text(encoding="utf-8")
    return next(line for line in text.splitlines() if line.startswith(start))


def test_a_target_that_is_missing_or_not_confirmed_refuses_and_names_whom(
    bank: ExampleBank,
) -> None:
    line = target_line("E004,fee_income,2025,")
    fields = line.split(",")
    bank.deliver("targets", line, ",".join([*fields[:5], "", *fields[6:]]))
    run = bank.run()
    assert run.path is None
    assert ("target.unconfirmed", "E004") in named(run.computed.issues)
    bank.deliver("targets", line + "\n", "")
    assert ("target.missing", "E004") in named(bank.run().computed.issues)


@pytest.mark.parametrize(
    ("before", "after", "code", "where"),
    [
        ("per_unit: 6,", "per_unit: open,", "scheme.open",
         "scores.customer_score.value.linear.per_unit"),
        ("values: {2025-01-01: 1_500}", "values: open", "scheme.open",
         "parameters.pay_per_point.values"),
        ("flows: fee", "flows: fees", "run.unknown-code", "indicators.fee_income"),
        ("where: {kind: loan}", "where: {kind: laon}", "run.unknown-code", "indicators.bad_loans"),
        ("period: year", "period: month", "run.period-length", "2025"),
        ("effective: {from: 2025-01-01,", "effective: {from: 2025-01-02,", "run.not-in-force",
         "2025"),
        ("line: corporate, posts", "line: nobody, posts", "run.nobody", "2025"),
    ],
)  # fmt: skip
def test_what_is_open_unknown_or_not_in_force_refuses_and_names_it(
    bank: ExampleBank, before: str, after: str, code: str, where: str
) -> None:
    assert before in SCHEME
    runs = set((bank.ledger.path / "runs").iterdir())
    run = bank.run(SCHEME.replace(before, after, 1))
    assert run.path is None
    assert (code, where) in named(run.computed.issues)
    assert set((bank.ledger.path / "runs").iterdir()) == runs


def test_a_missing_measure_blocks_and_names_whom(bank: ExampleBank) -> None:
    bank.deliver("measures", "E004,quality_score,2025,73", "E004,quality_score,2025,")
    run = bank.run()
    assert run.path is None
    assert ("indicator.missing", "E004") in named(run.computed.issues)


def test_a_crash_while_writing_leaves_no_half_run(bank: ExampleBank, tmp_path: Path) -> None:
    stored = bank.stored()
    files = {name: stored.text(name) for name in stored.manifest["results"]}
    broken = {**files, "zz/no-such-folder.jsonl": "x\n"}
    root = tmp_path / "runs"
    with pytest.raises(OSError, match="no-such-folder"):
        write_run(root, stored.manifest, stored.scheme, broken)
    assert [path for path in root.iterdir() if not path.name.startswith(".")] == []
    whole = write_run(root, stored.manifest, stored.scheme, files)
    assert read_run(whole).manifest == stored.manifest


def test_a_folder_without_a_run_and_a_changed_scheme_are_named(
    bank: ExampleBank, tmp_path: Path
) -> None:
    with pytest.raises(LedgerError) as caught:
        read_run(tmp_path / "nothing")
    assert caught.value.issues[0].code == "run.not-found"
    stored = bank.stored()
    path = stored.path / "scheme.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("1500", "1600"), encoding="utf-8")
    with pytest.raises(LedgerError) as caught:
        read_run(stored.path)
    assert caught.value.issues[0].code == "run.scheme-changed"


def test_an_earlier_entry_of_the_ledger_gives_the_run_of_that_time(bank: ExampleBank) -> None:
    before = bank.stored()
    entry = bank.ledger.head()[0]
    bank.deliver("measures", "E004,quality_score,2025,73", "E004,quality_score,2025,90")
    after = bank.stored()
    assert after.path != before.path
    again = bank.run(entry=entry)
    assert again.path == before.path
    changed = read_appraisal(after).board.columns["quality"]
    assert {s for s, v in read_appraisal(before).board.columns["quality"].items()
            if v != changed[s]} == {"E004"}  # fmt: skip
