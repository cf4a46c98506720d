"""tidui explain: the tree behind a figure, and the ledger rows behind a leaf."""

from __future__ import annotations

from pathlib import Path

import click

from tidui.cli.terminal import faults_told, find_run, lang_option, refuse, run_option, say
from tidui.core.appraisal.explain import explain_entry
from tidui.core.values import issue
from tidui.runs.explanations import explain_run, find_node, leaf_of_run
from tidui.runs.trees import leaf_lines, tree_lines


@click.command()
@run_option
@click.option("--employee", "subject", required=True, help="Employee number, or code of a unit.")
@click.option("--node", help="An entry (deposit_average), a rank, a class, grade, pay, or a path.")
@click.option("--rows", is_flag=True, help="List the ledger rows of the node.")
@click.option(
    "--limit", type=click.IntRange(min=0), default=None, help="Print at most so many ledger rows."
)
@lang_option
@faults_told
def explain(
    run_name: str,
    ledger_dir: Path | None,
    subject: str,
    node: str | None,
    rows: bool,
    limit: int | None,
    lang: str,
) -> None:
    """Explain a figure: its tree with clause, inputs and the distance to the next step."""
    ledger, run = find_run(run_name, ledger_dir)
    stored = explain_run(run, subject)
    if node is None:
        for child in stored.explanation.root.inputs:
            for line in tree_lines(child, lang):
                say(line)
    elif node in stored.board.entries:
        for line in tree_lines(explain_entry(stored.board, subject, node), lang):
            say(line)
    else:
        found = find_node(stored.explanation.root, node)
        if found is None:
            refuse([issue("run.no-such-node", run.name, node=node)], lang)
            return
        for line in tree_lines(found, lang):
            say(line)
    if rows and node is not None:
        for leaf in leaf_of_run(ledger, run, subject, node):
            for line in leaf_lines(leaf, lang, limit):
                say(line)
    if stored.differences:
        refuse(
            [issue("run.explanation-differs", run.name, names=", ".join(stored.differences))], lang
        )
