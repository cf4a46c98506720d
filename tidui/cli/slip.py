"""tidui slip: the slip of one person, or of all, as text."""

from __future__ import annotations

from pathlib import Path

import click

from tidui.cli.terminal import FOLDER, faults_told, find_run, lang_option, run_option, say, tell
from tidui.runs.slips import slip_text, subjects_with_slip


@click.command()
@run_option
@click.option("--employee", "subject", help="Employee number, or code of a unit.")
@click.option("--all", "folder", type=FOLDER, help="Write a slip per subject into this folder.")
@lang_option
@faults_told
def slip(
    run_name: str, ledger_dir: Path | None, subject: str | None, folder: Path | None, lang: str
) -> None:
    """Print a slip: indicators, scores, rank, proposed grade, pay, and what is still missing."""
    _, run = find_run(run_name, ledger_dir)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        subjects = subjects_with_slip(run)
        for number, name in enumerate(subjects, start=1):
            safe = "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in name)
            target = folder / f"{number:05}-{safe}.txt"
            target.write_text(slip_text(run, name, lang), encoding="utf-8")
        tell("cli.slips", lang, count=len(subjects), path=folder)
    elif subject is not None:
        say(slip_text(run, subject, lang).rstrip("\n"))
    else:
        raise click.UsageError("name --employee NO, or --all FOLDER")
