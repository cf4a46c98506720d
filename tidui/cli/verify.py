"""tidui verify: the ledger's chain, a run computed again, or the audit log of an installation."""

from __future__ import annotations

from pathlib import Path

import click

from tidui.cli.terminal import (
    engine_option,
    faults_told,
    find_run,
    lang_option,
    ledger_option,
    refuse,
    run_option,
    tell,
)
from tidui.cli.web import start_django
from tidui.ledger import open_ledger
from tidui.runs.verification import verify_run


@click.group()
def verify() -> None:
    """Check that nothing was changed, and that a run still comes out the same."""


@verify.command("ledger")
@ledger_option
@lang_option
@faults_told
def verify_ledger(ledger_dir: Path, lang: str) -> None:
    """Check the hash chain of the catalogue and the hash of every file."""
    opened = open_ledger(ledger_dir)
    issues = opened.verify()
    if any(found.severity == "error" for found in issues):
        refuse(issues, lang)
    number, sha = opened.head()
    tell("cli.ledger-sound", lang, number=number, hash=sha[:12])


@verify.command("run")
@run_option
@engine_option
@lang_option
@faults_told
def verify_stored_run(run_name: str, ledger_dir: Path | None, engine: str, lang: str) -> None:
    """Compute a run again from the ledger as it stood and compare every line."""
    ledger, run = find_run(run_name, ledger_dir)
    verification = verify_run(ledger, run, engine=engine)
    if verification.issues:
        refuse(verification.issues, lang)
    tell("cli.run-sound", lang, lines=f"{verification.lines:,}", name=run.name)


@verify.command("audit")
@lang_option
def verify_log(lang: str) -> None:
    """Check every entry, seal and anchor of the audit log of TIDUI_HOME."""
    start_django()
    from tidui.apps.audit.verification import verify_audit

    found = verify_audit()
    if found.issues:
        refuse(found.issues, lang)
    tell("cli.audit-sound", lang, sealed=f"{found.sealed:,}", unsealed=f"{found.unsealed:,}")
