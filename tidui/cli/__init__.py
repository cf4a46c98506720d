"""The command line: one module per command, thin over ``ledger`` and ``runs``."""

from __future__ import annotations

import click

from tidui.cli.appraise import appraise
from tidui.cli.close import close
from tidui.cli.correct import correct
from tidui.cli.demo import demo_cli
from tidui.cli.explain import explain
from tidui.cli.facts import facts
from tidui.cli.ledger import ledger
from tidui.cli.library import library
from tidui.cli.pay import pay
from tidui.cli.scheme import scheme
from tidui.cli.simulate import simulate
from tidui.cli.slip import slip
from tidui.cli.verify import verify
from tidui.cli.web import demo, init, manage, serve, worker


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tidui")
def main() -> None:
    """Tidui (梯队): appraise a bank's relationship managers from its ledgers."""


for _command in (
    ledger, facts, scheme, library, appraise, slip, explain, simulate, close, correct, pay,
    verify, demo_cli, demo, init, manage, serve, worker,
):  # fmt: skip
    main.add_command(_command)
