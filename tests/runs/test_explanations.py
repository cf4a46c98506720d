"""Explanations of a stored run: every value is the stored one, every leaf gives its rows."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tidui.core.appraisal.explain import re_evaluate
from tidui.core.trace import walk
from tidui.ledger import LedgerError
from tidui.runs.explanations import explain_run, find_node, leaf_of_run
from tidui.runs.folder import RunFolder
from tidui.runs.slips import slip_text
from tidui.runs.stored import read_subjects
from tidui.runs.trees import tree_lines

from .conftest import ExampleBank

LEDGER_FACTS = ("deposit_average", "deposit_new", "loan_average", "fee_income", "bad_loans")


def subjects(run: RunFolder) -> list[str]:
    """Return the appraised subjects of a run."""
    return [one.id for one in read_subjects(run) if one.appraised]


def test_every_subject_is_explained_by_the_stored_values(example_run: RunFolder) -> None:
    assert len(subjects(example_run)) > 30
    for name in subjects(example_run):
        stored = explain_run(example_run, name)
        assert stored.differences == ()
        for _, node in walk(stored.explanation.root):
            again = re_evaluate(stored.board, name, node)
            if node.kind == "part":
                continue
            assert again == node.value, (name, node.kind)
            if node.kind == "balance_increase":
                now, base = (re_evaluate(stored.board, name, half) for half in node.inputs)
                assert isinstance(now, Fraction)
                assert isinstance(base, Fraction)
                assert now - base == node.value


def test_every_leaf_reproduces_count_and_sum(
    loaded_example: ExampleBank, example_run: RunFolder
) -> None:
    for name in subjects(example_run)[::9]:
        for fact in LEDGER_FACTS:
            for leaf in leaf_of_run(loaded_example.ledger, example_run, name, fact):
                assert leaf.reproduced, (name, fact)


def test_a_node_is_found_by_its_name_and_by_its_path(example_run: RunFolder) -> None:
    root = explain_run(example_run, "E004").explanation.root
    for wanted in ("deposit_average", "total_rank", "grade", "pay"):
        node = find_node(root, wanted)
        assert node is not None, wanted
        path = next(p for p, one in walk(root) if one is node)
        assert find_node(root, path) is node
    assert find_node(root, "no_such_node") is None


def test_whoever_is_not_in_the_run_is_named(
    loaded_example: ExampleBank, example_run: RunFolder
) -> None:
    with pytest.raises(LedgerError) as caught:
        explain_run(example_run, "E999")
    assert caught.value.issues[0].code == "run.no-such-subject"
    with pytest.raises(LedgerError) as caught:
        leaf_of_run(loaded_example.ledger, example_run, "E004", "quality")
    assert caught.value.issues[0].code == "run.no-facts"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_slips_and_trees_are_told_in_both_languages(example_run: RunFolder, lang: str) -> None:
    text = slip_text(example_run, "E004", lang)
    assert ("综合得分" if lang == "zh" else "Total score") in text
    assert "38,757,811.53" in text
    root = explain_run(example_run, "E004").explanation.root
    lines = [line for child in root.inputs for line in tree_lines(child, lang)]
    assert any("example 4.1" in line for line in lines)
    assert not any("missing-message" in line for line in lines)
