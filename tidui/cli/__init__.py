"""The command line: one module per command, thin over ``ledger`` and ``runs``."""

from __future__ import annotations

import click

from tidui.cli import (
    appraise,
    close,
    correct,
    demo,
    explain,
    facts,
    ledger,
    library,
    pay,
    scheme,
    simulate,
    slip,
    verify,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tidui")
def main() -> None:
    """Tidui (梯队): appraise a bank's relationship managers from its ledgers."""


for _command in (
    ledger.ledger, facts.facts, scheme.scheme, library.library, appraise.appraise, slip.slip,
    explain.explain, simulate.simulate, close.close, correct.correct, pay.pay, verify.verify,
    demo.demo,
):  # fmt: skip
    main.add_command(_command)
