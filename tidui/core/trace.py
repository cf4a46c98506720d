"""The trace: a tree of what was computed from what, written while it is computed.

A node of the tree holds the piece of the document that was computed, so that the same functions
re-evaluate it from the values of its inputs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tidui.core.values import Truth, Value


@dataclass(slots=True)
class TraceNode:
    """One computed value.

    Attributes:
        kind: kind of the document node, or of the fact, rank or pay line.
        name: name of the entry, empty for a node inside one.
        title: ``{zh, en}`` of the entry, None inside one.
        unit: unit of the value, None for a condition or where it is that of the entry above.
        value: the result; a condition's is true, false or missing.
        clause: clause of the written rule.
        document: the node as it stands in the scheme.
        notes: figures by name: the row that was hit, the distance to the next, ledger sums.
        inputs: what it was computed from, in the order of evaluation.
    """

    kind: str
    name: str = ""
    title: tuple[str, str] | None = None
    unit: str | None = None
    value: Value | Truth | None = None
    clause: str | None = None
    document: Any = None
    notes: dict[str, Any] = field(default_factory=dict)
    inputs: list[TraceNode] = field(default_factory=list)


class Tracer:
    """Collects a tree; the stages call it only where a trace was asked for."""

    def __init__(self) -> None:
        self.root = TraceNode("root")
        self._open = [self.root]

    def enter(self, node: TraceNode) -> None:
        """Open a node; what is computed until ``leave`` becomes its inputs."""
        self._open[-1].inputs.append(node)
        self._open.append(node)

    def leave(self, value: Value | Truth | None) -> None:
        """Close the node that was opened last, with its value."""
        self._open.pop().value = value

    def enter_part(self, name: str) -> None:
        """Open a node for one half of a figure, such as the base of an increase."""
        self.enter(TraceNode("part", name))

    def leave_part(self) -> None:
        """Close it; its value follows from its notes."""
        self._open.pop()

    def note(self, **notes: Any) -> None:
        """Add figures to the open node."""
        self._open[-1].notes.update(notes)


def walk(node: TraceNode, path: str = "") -> Iterator[tuple[str, TraceNode]]:
    """Yield each node of a tree with its path: names, or kind and place where there is none."""
    yield path, node
    for place, child in enumerate(node.inputs):
        step = child.name or f"{child.kind}{place}"
        yield from walk(child, f"{path}/{step}" if path else step)
