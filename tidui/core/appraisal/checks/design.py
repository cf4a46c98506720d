"""Faults of design: what the sources themselves find wrong with schemes (CAP-25), as warnings.

The legal lint asks whether a scheme is allowed, these ask whether it is a good one: does it start
from goals, look at more than results and volume, more often than once a year, at the team too, with
described levels where people judge, and does it tell people how they did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from tidui.core.appraisal.checks.lint import overridden
from tidui.core.appraisal.checks.opens import walk_records
from tidui.core.appraisal.evaluation.entries import dependencies, list_entries, node_names
from tidui.core.appraisal.scheme import nodes
from tidui.core.appraisal.scheme.document import Scheme
from tidui.core.appraisal.scheme.indicators import (
    CustomerLost,
    Derived,
    Headcount,
    LoanQuality,
    Measure,
)
from tidui.core.values import Issue, issue

VOLUME: Final = frozenset(
    {"balance_average", "balance_closing", "balance_increase", "asset_increase"}
)
LENT: Final = frozenset({"disbursement", "refinanced"})
TEAM: Final = frozenset({"own_team", "own_outlet", "subordinates"})


def check_design(scheme: Scheme, beside: Iterable[Scheme] = ()) -> tuple[Issue, ...]:
    """Return the faults of design; one that is overridden becomes a note with its reason.

    Parameters
    ----------
    scheme : Scheme
        the scheme.
    beside : iterable of Scheme
        others in force for the same people: a monthly one beside makes a yearly one sound.
    """
    found = [
        *_goals(scheme),
        *_results_only(scheme),
        *_volume_alone(scheme),
        *_yearly_only(scheme, tuple(beside)),
        *_undescribed(scheme),
        *_no_team(scheme),
        *_no_quality(scheme),
        *_no_feedback(scheme),
    ]
    return tuple(overridden(scheme, warning) for warning in found)


def goals_served(scheme: Scheme) -> dict[str, tuple[int, ...]]:
    """Map every entry to the numbers of the goals it serves, by name or by what reads it."""
    graph = dependencies(scheme)
    served: dict[str, set[int]] = {name: set() for name in graph}
    for number, goal in enumerate(scheme.goals):
        waiting = [name for name in goal.served_by if name in graph]
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            served[name].add(number)
            waiting += [read for read in graph[name] if read in graph]
    return {name: tuple(sorted(numbers)) for name, numbers in served.items()}


def _goals(scheme: Scheme) -> Iterator[Issue]:
    """S1-03.12, .16: goals first, and no indicator without one."""
    if not scheme.goals:
        yield issue("design.no-goals", "goals", "warning")
        return
    known = dependencies(scheme)
    for number, goal in enumerate(scheme.goals):
        for name in goal.served_by:
            if name not in known:
                yield issue("design.goal-unknown-entry", f"goals[{number}]", "warning", name=name)
        if not set(goal.served_by) & set(known):
            yield issue("design.goal-unserved", f"goals[{number}]", "warning")
    served = goals_served(scheme)
    read = _read(scheme)
    for name in scheme.indicators:
        if name in read and not served[name]:
            yield issue("design.serves-no-goal", f"indicators.{name}", "warning", name=name)


def _read(scheme: Scheme) -> set[str]:
    """Return everything that something else reads: an indicator that nothing reads is no matter."""
    found = {name for read in dependencies(scheme).values() for name in read}
    return found | set(node_names(scheme.grades)) | set(node_names(scheme.pay))


def _results_only(scheme: Scheme) -> Iterator[Issue]:
    """S1-03.10: result indicators only, the process ignored."""
    kinds = [node for node in scheme.indicators.values() if not isinstance(node, Derived)]
    people = (Measure, Headcount, CustomerLost, LoanQuality)
    if kinds and not any(isinstance(node, people) for node in kinds):
        yield issue("design.results-only", "indicators", "warning")


def _volume_alone(scheme: Scheme) -> Iterator[Issue]:
    """S1-03.13, S1-02.7: deposits or lent volume alone do not tell people apart."""
    kinds = [node for node in scheme.indicators.values() if not isinstance(node, Derived)]
    if kinds and all(_is_volume(node) for node in kinds):
        yield issue("design.volume-alone", "indicators", "warning")


def _is_volume(node: Any) -> bool:
    if node.fact in ("flow_sum", "flow_count"):
        return set(node.flows) <= LENT
    return node.fact in VOLUME


def _yearly_only(scheme: Scheme, beside: tuple[Scheme, ...]) -> Iterator[Issue]:
    """S1-03.10: short of feedback inside the year."""
    shorter = [other for other in beside if other.period != "year" and _may_share(scheme, other)]
    if scheme.period == "year" and not shorter:
        yield issue("design.yearly-only", "period", "warning")


def _may_share(one: Scheme, other: Scheme) -> bool:
    """Tell whether somebody could be appraised by both."""
    for name in type(one.population).model_fields:
        mine, theirs = getattr(one.population, name), getattr(other.population, name)
        if mine is not None and theirs is not None and not set(mine) & set(theirs):
            return False
    return one.subjects == other.subjects


def _undescribed(scheme: Scheme) -> Iterator[Issue]:
    """S1-03.11: marks given by hand need levels that say what each means."""
    marks = {
        name
        for name, node in scheme.indicators.items()
        if isinstance(node, Measure) and node.unit == "point"
    }
    described = {
        getattr(node.of, "name", "")
        for _, node in walk_records(scheme)
        if isinstance(node, nodes.Rubric) and node.levels != "open"
    }
    for name in sorted((marks & _read(scheme)) - described):
        yield issue("design.undescribed-levels", f"indicators.{name}", "warning", name=name)


def _no_team(scheme: Scheme) -> Iterator[Issue]:
    """S1-03.13: no balance of team and individual."""
    if scheme.subjects != "employee":
        return
    team_counts = any(
        getattr(node, "count_for", "own") in TEAM for node in scheme.indicators.values()
    )
    team_nodes = any(
        isinstance(entry.node, nodes.TeamTotal | nodes.PopulationTotal | nodes.SecondDistribution)
        for entry in list_entries(scheme)
    )
    if not team_counts and not team_nodes:
        yield issue("design.no-team-part", "indicators", "warning")


def _no_quality(scheme: Scheme) -> Iterator[Issue]:
    """S1-03.10, S1-02.7: scale without risk or quality."""
    sound = any(isinstance(n, LoanQuality | CustomerLost) for n in scheme.indicators.values())
    withheld = scheme.pay is not None and bool(scheme.pay.deductions)
    if not sound and not withheld and not scheme.compliance.risk_entries:
        yield issue("design.no-quality-part", "indicators", "warning")


def _no_feedback(scheme: Scheme) -> Iterator[Issue]:
    """S1-03.14: no step at which people are told how they did and what to improve."""
    if scheme.feedback is None:
        yield issue("design.no-feedback", "feedback", "warning")
