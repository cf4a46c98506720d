"""The trace is the tree of what was computed from what."""

from __future__ import annotations

from fractions import Fraction

from tidui.core.trace import TraceNode, Tracer, walk


def test_what_is_computed_inside_a_node_becomes_its_input() -> None:
    tracer = Tracer()
    tracer.enter(TraceNode("sum", "total"))
    tracer.enter(TraceNode("constant"))
    tracer.note(source="clause 1")
    tracer.leave(Fraction(2))
    tracer.leave(Fraction(2))
    (total,) = tracer.root.inputs
    assert (total.name, total.value) == ("total", 2)
    assert total.inputs[0].notes == {"source": "clause 1"}


def test_each_node_has_a_path_of_its_own() -> None:
    tracer = Tracer()
    tracer.enter(TraceNode("sum", "total"))
    for number in range(2):
        tracer.enter(TraceNode("constant"))
        tracer.leave(Fraction(number))
    tracer.leave(Fraction(1))
    paths = [path for path, _ in walk(tracer.root)]
    assert paths == ["", "total", "total/constant0", "total/constant1"]


def test_a_part_is_a_node_without_a_value_of_its_own() -> None:
    tracer = Tracer()
    tracer.enter_part("base")
    tracer.leave_part()
    assert (tracer.root.inputs[0].kind, tracer.root.inputs[0].value) == ("part", None)
