"""One code path with and without a trace; a trace is replayed from its recorded inputs."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.factories import board, scheme, title
from tidui.core.appraisal.evaluation.environment import Environment, Replay
from tidui.core.appraisal.evaluation.numbers import VALUE_HANDLERS
from tidui.core.appraisal.scores import score_subjects
from tidui.core.trace import Tracer

SCORES = {
    "a": {"title": title(), "value": 6},
    "b": {"title": title(), "value": {"sum": ["a", {"product": ["a", 2]}]}, "clause": "c 1"},
}


def test_the_trace_holds_the_value_that_is_computed_without_it() -> None:
    made = board(scheme(scores=SCORES))
    for entry in made.entries.values():
        score_subjects(made, entry)
    tracer = Tracer()
    traced = Environment(made, made.subjects["A"], tracer).trace_entry(made.entries["b"])
    assert traced == made.columns["b"]["A"] == 18
    (node,) = tracer.root.inputs
    assert (node.name, node.clause, node.value) == ("b", "c 1", 18)


def test_an_entry_is_expanded_once_in_a_trace() -> None:
    made = board(scheme(scores=SCORES))
    for entry in made.entries.values():
        score_subjects(made, entry)
    tracer = Tracer()
    Environment(made, made.subjects["A"], tracer).trace_entry(made.entries["b"])
    total = tracer.root.inputs[0].inputs[0]
    first, second = total.inputs[0], total.inputs[1].inputs[0]
    assert (len(first.inputs), len(second.inputs)) == (1, 0)


def test_a_replay_answers_from_what_was_recorded() -> None:
    made = board(scheme(scores=SCORES))
    for entry in made.entries.values():
        score_subjects(made, entry)
    tracer = Tracer()
    Environment(made, made.subjects["A"], tracer).trace_entry(made.entries["b"])
    total = tracer.root.inputs[0].inputs[0]
    replay = Replay(made, made.subjects["A"], total)
    assert VALUE_HANDLERS["sum"](total.document, replay) == 18
    total.inputs[0].value = Fraction(100)
    changed = Replay(made, made.subjects["A"], total)
    assert VALUE_HANDLERS["sum"](total.document, changed) == 112


def test_a_truth_is_no_value() -> None:
    made = board(scheme(scores=SCORES))
    tracer = Tracer()
    tracer.root.inputs.append(tracer.root)
    tracer.root.value = True
    with pytest.raises(TypeError):
        Replay(made, made.subjects["A"], tracer.root).evaluate(made.scheme.scores["a"].value)
