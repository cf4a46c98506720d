"""The environment of one subject: evaluates nodes, with or without a trace, by one code path."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tidui.core.appraisal.evaluation.board import Board
from tidui.core.appraisal.evaluation.conditions import CONDITION_HANDLERS
from tidui.core.appraisal.evaluation.entries import THRESHOLD, Entry
from tidui.core.appraisal.evaluation.numbers import VALUE_HANDLERS
from tidui.core.appraisal.population import Subject
from tidui.core.appraisal.scheme.fields import Record
from tidui.core.appraisal.scheme.indicators import Fact
from tidui.core.appraisal.scheme.nodes import CROSS_SUBJECT
from tidui.core.trace import TraceNode, Tracer
from tidui.core.values import Missing, Rounding, Truth, Value, round_fraction


class Environment:
    """What a node sees: the board, its subject, and a tracer where one was asked for."""

    __slots__ = ("_seen", "board", "subject", "threshold", "tracer")

    def __init__(
        self,
        board: Board,
        subject: Subject,
        tracer: Tracer | None = None,
        threshold: Any = None,
    ) -> None:
        self.board, self.subject, self.tracer, self.threshold = board, subject, tracer, threshold
        self._seen: set[str] = set()

    def evaluate(self, node: Any) -> Value:
        """Return the value of a node."""
        kind = node.kind
        if self.tracer is None:
            if kind == "constant":  # most nodes are numbers: spare them the call
                constant: Fraction = node.value
                return constant
            return VALUE_HANDLERS[kind](node, self)
        handler = VALUE_HANDLERS[kind]
        self.tracer.enter(TraceNode(node.kind, document=node))
        value = handler(node, self)
        self.tracer.leave(value)
        return value

    def holds(self, node: Any) -> Truth:
        """Tell whether a condition holds; missing if that can't be known."""
        handler = CONDITION_HANDLERS[node.kind]
        if self.tracer is None:
            return handler(node, self)
        self.tracer.enter(TraceNode(node.kind, document=node))
        truth = handler(node, self)
        self.tracer.leave(truth)
        return truth

    @property
    def traced(self) -> bool:
        """True where notes are kept; figures that only notes need aren't computed otherwise."""
        return self.tracer is not None

    def note(self, **notes: Any) -> None:
        """Keep figures for the explanation."""
        if self.tracer is not None:
            self.tracer.note(**notes)

    def named(self, name: str) -> Value:
        """Return the value of an entry; a trace goes down into it once."""
        value = self.board.columns[name][self.subject.id]
        if self.tracer is not None and name not in self._seen:
            self.trace_entry(self.board.entries[name])
        return value

    def has_seen(self, name: str) -> bool:
        """Tell whether the trace holds an entry's tree already."""
        return name in self._seen

    def gate(self, name: str) -> Truth:
        """Tell whether a named condition holds; ``threshold`` is that of the grade in question."""
        if name == THRESHOLD and self.threshold is not None:
            return self.holds(self.threshold)
        return self.holds(self.board.scheme.conditions[name])

    def compute_entry(self, entry: Entry) -> Value:
        """Compute a named value for the subject, rounded at its rounding point."""
        value = self._unrounded(entry)
        if isinstance(value, Missing):
            if entry.missing == "zero_with_reason":
                self.note(zero_because=value.reason, missing=value.what)
                return Fraction(0)
            return value
        if entry.places is not None and entry.rounding is not None:
            rounded = round_fraction(value, entry.places, Rounding(entry.rounding))
            self.note(unrounded=value, places=entry.places, rounding=entry.rounding)
            return rounded
        return value

    def _unrounded(self, entry: Entry) -> Value:
        if isinstance(entry.node, Fact):
            return self.board.read_fact(entry, self)
        if isinstance(entry.node, CROSS_SUBJECT):
            value, notes = self.board.shared[entry.name][self.subject.id]
            self.note(**notes)
            return value
        return self.evaluate(entry.node)

    def trace_entry(self, entry: Entry) -> Value:
        """Compute a named value with its own node in the trace."""
        if self.tracer is None:
            return self.compute_entry(entry)
        self._seen.add(entry.name)
        fact = isinstance(entry.node, Fact)
        self.tracer.enter(
            TraceNode(
                kind=entry.node.fact if fact else "entry",
                name=entry.name,
                title=(entry.title.zh, entry.title.en),
                unit=entry.unit,
                clause=entry.clause,
                document=entry.node if fact or isinstance(entry.node, CROSS_SUBJECT) else None,
            )
        )
        value = self.compute_entry(entry)
        self.tracer.leave(value)
        return value


class Replay(Environment):
    """An environment that answers from a trace: each node's inputs are those that it recorded."""

    __slots__ = ("_next",)

    def __init__(self, board: Board, subject: Subject, node: TraceNode) -> None:
        super().__init__(board, subject)
        self._next = iter(node.inputs)

    @property
    def traced(self) -> bool:
        """True: every input that a trace recorded is asked for again."""
        return True

    def evaluate(self, node: Record) -> Value:
        """Return the recorded value of the next input."""
        value = next(self._next).value
        if isinstance(value, bool) or value is None:
            raise TypeError("node: the trace holds a truth where a value belongs")
        return value

    def holds(self, node: Record) -> Truth:
        """Return the recorded truth of the next input."""
        truth = next(self._next).value
        if isinstance(truth, Fraction) or truth is None:
            raise TypeError("node: the trace holds a value where a truth belongs")
        return truth
