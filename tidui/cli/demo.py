"""tidui demo-cli: the example bank, from its files to a slip, one figure and its ledger rows."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from tidui.cli.ledger import print_report
from tidui.cli.terminal import (
    FOLDER,
    faults_told,
    lang_option,
    now,
    print_sheet,
    progress_shown,
    read_scheme_file,
    refuse,
    say,
    tell,
)
from tidui.core.appraisal.explain import explain_entry
from tidui.core.calendar import parse_period
from tidui.core.documents import parse_document
from tidui.ledger import Ledger, create_ledger
from tidui.runs.appraisals import run_appraisal
from tidui.runs.explanations import explain_run, leaf_of_run
from tidui.runs.folder import RunFolder, read_run
from tidui.runs.results import summary_sheet
from tidui.runs.slips import slip_text
from tidui.runs.trees import leaf_lines, tree_lines
from tidui.runs.verification import verify_run

PERSON = "E004"
FIGURE = "deposit_average"


@click.command("demo-cli")
@click.option("--examples", type=FOLDER, default=Path("examples"), show_default=True)
@click.option(
    "--ledger", "ledger_dir", type=FOLDER, default=Path("build/demo-cli"), show_default=True
)
@lang_option
@faults_told
def demo_cli(examples: Path, ledger_dir: Path, lang: str) -> None:
    """Load the example bank anew, appraise 2025, and explain one figure down to its rows."""
    if not (examples / "loads.yaml").exists():
        raise click.BadParameter(f"{examples} holds no example bank")
    if (ledger_dir / "catalogue.sqlite").exists():
        shutil.rmtree(ledger_dir)
    opened = load_example(examples, ledger_dir, lang)
    scheme = read_scheme_file(examples / "scheme.yaml", lang)
    with progress_shown() as progress:
        run = run_appraisal(opened, scheme, parse_period("2025"), progress=progress)
    if run.path is None:
        refuse(run.computed.issues, lang)
        return
    stored = read_run(run.path)
    say()
    print_sheet(summary_sheet(stored, lang), limit=12)
    say()
    say(slip_text(stored, PERSON, lang))
    _explain(opened, stored, lang)
    verification = verify_run(opened, stored)
    if verification.issues:
        refuse(verification.issues, lang)
    say()
    tell("cli.run-sound", lang, lines=f"{verification.lines:,}", name=stored.name)
    tell("cli.demo-next", lang, ledger=ledger_dir, run=stored.name)


def load_example(examples: Path, ledger_dir: Path, lang: str) -> Ledger:
    """Create a ledger folder and load every delivery of the example bank."""
    ledger_dir.parent.mkdir(parents=True, exist_ok=True)
    opened = create_ledger(ledger_dir)
    listed = parse_document((examples / "loads.yaml").read_text(encoding="utf-8"))["loads"]
    for item in listed:
        mapping = (examples / item["mapping"]).read_text(encoding="utf-8")
        with progress_shown() as progress:
            report = opened.load(
                examples / item["file"], table=item["table"], mapping_text=mapping, at=now(),
                by="demo", progress=progress,
            )  # fmt: skip
        print_report(report, lang)
    return opened


def _explain(opened: Ledger, stored: RunFolder, lang: str) -> None:
    board = explain_run(stored, PERSON).board
    for line in tree_lines(explain_entry(board, PERSON, "deposit_score"), lang):
        say(line)
    for leaf in leaf_of_run(opened, stored, PERSON, FIGURE):
        for line in leaf_lines(leaf, lang, 3):
            say(line)
