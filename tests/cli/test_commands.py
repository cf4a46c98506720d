"""The commands: both languages, files read back, exit codes, and no progress bar in a pipe."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import Result
from python_calamine import CalamineWorkbook

from .conftest import EXAMPLES, call

SCHEME = EXAMPLES / "scheme.yaml"


def appraise(folder: Path, *words: object, scheme: Path = SCHEME, lang: str = "en") -> Result:
    """Appraise 2025."""
    return call(
        "appraise", "--ledger", folder, "--scheme", scheme, "--period", "2025", "--lang", lang,
        *words,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh", ["综合得分", "等级", "客户经理"]), ("en", ["Total score", "Grade", "Senior RM"])],
)
def test_results_are_told_in_both_languages(
    loaded_folder: Path, lang: str, words: list[str]
) -> None:
    done = appraise(loaded_folder, lang=lang)
    assert done.exit_code == 0
    assert done.stderr == ""
    assert all(word in done.stdout for word in words)
    assert "E004" in done.stdout


def test_a_workbook_holds_a_sheet_per_stage_and_the_same_figures(
    loaded_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "result.xlsx"
    assert appraise(loaded_folder, "--out", path).exit_code == 0
    book = CalamineWorkbook.from_path(str(path))
    assert len(book.sheet_names) == 7
    (row,) = [row for row in book.get_sheet_by_index(0).to_python() if row[0] == "E004"]
    assert row[1] == 64.24
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    assert any(row[0] == "E004" and "deferral" in row for row in rows)


def test_csv_holds_the_summary_and_json_all_sheets_with_exact_figures(
    loaded_folder: Path, tmp_path: Path
) -> None:
    assert appraise(loaded_folder, "--out", tmp_path / "a.csv").exit_code == 0
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row[0]: row for row in csv.reader(file)}
    assert rows["E004"][1] == "64.24"
    assert appraise(loaded_folder, "--out", tmp_path / "a.json").exit_code == 0
    sheets = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert len(sheets) == 7
    assert "64.24" in json.dumps(sheets)


def test_no_progress_bar_is_drawn_in_a_pipe(loaded_folder: Path) -> None:
    done = appraise(loaded_folder)
    assert done.stderr == ""
    assert not {"\r", "\x1b", "━"} & set(done.output)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_refused_run_names_what_and_whom_and_ends_with_one(
    folder: Path, tmp_path: Path, lang: str
) -> None:
    lines = (EXAMPLES / "targets.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    targets = tmp_path / "targets.csv"
    kept = [line for line in lines if not line.startswith("E004,fee_income,2025")]
    targets.write_text("".join(kept), encoding="utf-8")
    mapping = EXAMPLES / "mappings" / "targets.yaml"
    words = ("--as", "targets", "--mapping", mapping, "--ledger", folder)
    assert call("ledger", "load", targets, *words).exit_code == 0
    done = appraise(folder, lang=lang)
    assert done.exit_code == 1
    assert "E004" in done.stderr
    assert "fee_income" in done.stderr
    assert done.stdout == ""


def test_close_correct_and_verify_in_one_go(folder: Path, tmp_path: Path) -> None:
    run = ("--ledger", folder, "--run", "2025", "--lang", "en")
    assert call("correct", *run, "--booked", "2026", "--reason", "x").exit_code == 1
    closed = call("close", *run, "--by", "Dana")
    assert closed.exit_code == 0
    assert "2025 is closed" in closed.stdout
    assert call("close", *run).exit_code == 1
    nothing = call("correct", *run, "--booked", "2026", "--reason", "x")
    assert nothing.exit_code == 0

    text = (EXAMPLES / "measures.csv").read_text(encoding="utf-8")
    late = tmp_path / "measures.csv"
    late.write_text(text.replace("E004,quality_score,2025,73", "E004,quality_score,2025,90"),
                    encoding="utf-8")  # fmt: skip
    mapping = EXAMPLES / "mappings" / "measures.yaml"
    call("ledger", "load", late, "--as", "measures", "--mapping", mapping, "--ledger", folder)
    preview = call("correct", *run, "--booked", "2026", "--reason", "late", "--dry-run")
    assert "E004" in preview.stdout
    done = call("correct", *run, "--booked", "2026", "--reason", "late")
    assert "booked 96,360.00" in done.stdout
    again = call("correct", *run, "--booked", "2026", "--reason", "late")
    assert again.stdout == nothing.stdout

    verified = call("verify", "run", *run)
    assert verified.exit_code == 0, verified.output
    assert call("verify", "ledger", "--ledger", folder).exit_code == 0
    balance = call("pay", "balance", "--ledger", folder, "--employee", "E004", "--lang", "en")
    assert "E004" in balance.stdout


def test_a_changed_result_is_found_with_its_file(folder: Path) -> None:
    (path,) = (folder / "runs").glob("2025*/scores.jsonl")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("E004", "E005", 1), encoding="utf-8")
    done = call("verify", "run", "--ledger", folder, "--run", "2025", "--lang", "en")
    assert done.exit_code == 1
    assert "scores.jsonl" in done.stderr


def test_a_changed_catalogue_is_found(folder: Path) -> None:
    file = next(path for path in folder.rglob("*.parquet") if path.stat().st_size)
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    assert call("verify", "ledger", "--ledger", folder, "--lang", "en").exit_code == 1


@pytest.mark.parametrize(("lang", "word"), [("zh", "存款"), ("en", "deposits")])
def test_an_explanation_goes_down_to_the_rows(loaded_folder: Path, lang: str, word: str) -> None:
    run = ("--ledger", loaded_folder, "--run", "2025", "--employee", "E004", "--lang", lang)
    done = call("explain", *run, "--node", "deposit_average", "--rows", "--limit", 3)
    assert done.exit_code == 0, done.output
    assert word in done.stdout
    assert "38,757,811.53" in done.stdout
    assert "1,414,660,120,697,800,000" in done.stdout
    assert call("explain", *run).exit_code == 0
    assert call("explain", *run, "--node", "nothing").exit_code == 1


def test_slips_for_one_and_for_all(loaded_folder: Path, tmp_path: Path) -> None:
    run = ("--ledger", loaded_folder, "--run", "2025")
    one = call("slip", *run, "--employee", "E004", "--lang", "zh")
    assert "对公存款年日均" in one.stdout
    assert call("slip", *run, "--all", tmp_path / "slips", "--lang", "en").exit_code == 0
    slips = sorted((tmp_path / "slips").iterdir())
    assert len(slips) == 40
    assert "Average daily corporate deposits" in slips[0].read_text(encoding="utf-8")
    assert call("slip", *run, "--employee", "E999").exit_code == 1
    assert call("slip", *run).exit_code == 2


def test_a_simulation_tells_cost_winners_and_losers(folder: Path, tmp_path: Path) -> None:
    text = SCHEME.read_text(encoding="utf-8").replace("2025-01-01: 1_500", "2025-01-01: 1_600")
    other = tmp_path / "dearer.yaml"
    other.write_text(text, encoding="utf-8")
    run = ("--ledger", folder, "--run", "2025", "--scheme", other, "--lang", "en")
    done = call("simulate", *run, "--out", tmp_path / "simulation.csv")
    assert done.exit_code == 0, done.output
    with (tmp_path / "simulation.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) >= 40
    (path,) = (folder / "simulations").iterdir()
    closed = call("close", "--ledger", folder, "--run", path.name, "--lang", "en")
    assert closed.exit_code == 1


def test_a_scheme_is_checked_printed_and_hashed(tmp_path: Path) -> None:
    done = call("scheme", "check", SCHEME, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "The checks are passed" in done.stdout
    holed = tmp_path / "holed.yaml"
    text = SCHEME.read_text(encoding="utf-8")
    hole = text.replace("{from: 3_000_000, to: 8_000_000,", "{from: 3_000_001, to: 8_000_000,")
    holed.write_text(hole, encoding="utf-8")
    for lang in ("zh", "en"):
        failed = call("scheme", "check", holed, "--lang", lang)
        assert failed.exit_code == 1
        assert "new_deposit_score" in failed.output
    printed = tmp_path / "printed.yaml"
    printed.write_text(call("scheme", "print", SCHEME).stdout, encoding="utf-8")
    hashes = [call("scheme", "print", path, "--hash").stdout for path in (SCHEME, printed, holed)]
    assert hashes[0] == hashes[1] != hashes[2]


def test_facts_are_integers_that_can_be_added_up(loaded_folder: Path) -> None:
    words = ("--ledger", loaded_folder, "--from", "2025-01-01", "--to", "2026-01-01", "--fact",
             "balance_average", "--format", "json")  # fmt: skip
    whole = call("facts", *words)
    assert whole.exit_code == 0, whole.output
    months = call("facts", *words, "--by", "month")

    def total(text: str) -> int:
        sheet = json.loads(text)
        sheet = sheet[0] if isinstance(sheet, list) else next(iter(sheet.values()))
        rows = sheet["rows"] if isinstance(sheet, dict) else sheet
        return sum(int(row["balance_days_ppm"] if isinstance(row, dict) else row[5])
                   for row in rows)  # fmt: skip

    assert total(whole.stdout) == total(months.stdout) > 0


def test_the_library_lists_and_shows_what_ships(tmp_path: Path) -> None:
    listed = call("library", "list", "schemes").stdout.split()
    assert {"monthly-points", "hundred-marks", "quarterly-streaks"} <= set(listed)
    path = tmp_path / "template.yaml"
    path.write_text(call("library", "show", "schemes", "monthly-points").stdout, encoding="utf-8")
    done = call("scheme", "check", path, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert call("library", "show", "schemes", "none").exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("appraise", "--period", "2025"), ("explain", "--run", "x"), ("nonsense",),
        ("pay", "claw-back"), ("ledger", "load", "no-such-file"),
        ("appraise", "--ledger", "x", "--scheme", str(SCHEME), "--period", "2025Q5"),
    ],
)  # fmt: skip
def test_wrong_usage_ends_with_two(words: tuple[str, ...]) -> None:
    assert call(*words).exit_code == 2


def test_a_folder_that_is_no_ledger_is_told(tmp_path: Path) -> None:
    done = appraise(tmp_path)
    assert done.exit_code == 1
    assert str(tmp_path) in done.stderr


def test_facts_of_days_that_were_not_delivered_are_told(loaded_folder: Path) -> None:
    """The sums hold nothing for them, and a smaller sum looks like any other."""
    done = call("facts", "--ledger", loaded_folder, "--from", "2023-11-01", "--to", "2024-01-01",
                "--fact", "balance_average", "--lang", "en")  # fmt: skip
    assert done.exit_code == 0
    assert "example-balances was not delivered from 2023-11-01 to 2023-12-01" in done.stderr
    assert "not delivered" not in done.stdout


def test_a_folder_that_is_not_there_is_told_before_the_work(
    loaded_folder: Path, tmp_path: Path
) -> None:
    words = ("--ledger", loaded_folder, "--scheme", EXAMPLES / "scheme.yaml", "--period", "2025")
    done = call("appraise", *words, "--out", tmp_path / "nowhere" / "x.xlsx")
    assert (done.exit_code, "no folder" in done.output) == (2, True)
    rows = ("--run", "2025", "--ledger", loaded_folder, "--employee", "E001", "--rows")
    assert call("explain", *rows, "--node", "deposit_average", "--limit", -1).exit_code == 2
