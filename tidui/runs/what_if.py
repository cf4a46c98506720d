"""What one more unit of an indicator would change for one subject, all others as they are.

The same entries are evaluated again by the same functions, over a board on which one figure is
another. What depends on the figures of others (places, shares of pools) would move with them and is
named instead of guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from tidui.core.appraisal.evaluation.board import Board
from tidui.core.appraisal.evaluation.entries import dependencies, evaluation_order, node_names
from tidui.core.appraisal.evaluation.environment import Environment
from tidui.core.appraisal.facts import FactRow
from tidui.core.appraisal.pay.settlement import PayInputs, SubjectPay, pay_subjects
from tidui.core.appraisal.ranks import classify_subjects
from tidui.core.appraisal.scheme.nodes import CROSS_SUBJECT
from tidui.core.values import Missing, Value, currency_exponent, issue
from tidui.ledger import LedgerError
from tidui.runs.folder import RunFolder
from tidui.runs.stored import read_board, read_facts

Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """An entry whose value would be another.

    Attributes:
        stage: ``indicators``, ``scores`` or ``pay``; a pay item is rounded as it is paid.
        name: the entry.
        title: its name for people, Chinese and English.
        unit: unit of the values.
        old: its value in the run.
        new: what it would be.
    """

    stage: str
    name: str
    title: Words
    unit: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The changes that more of one indicator would make.

    Attributes:
        subject: his id.
        indicator: the indicator.
        more: by how much it is changed, in its unit.
        changes: what changes, the indicator itself first.
        classes: (name, old, new) of each class that changes; None is unrated.
        earned: earned pay before and after, in minor units of ``currency``; None where there is
            no pay, or where it depends on others.
        currency: currency of the pay, None where there is none.
        depends_on_others: entries, ``rank:NAME`` and ``class:NAME`` that this touches and whose
            outcome depends on the figures of others; they stand here as in the run.
    """

    subject: str
    indicator: str
    more: Fraction
    changes: tuple[Change, ...]
    classes: tuple[tuple[str, str | None, str | None], ...]
    earned: tuple[int, int] | None
    currency: str | None
    depends_on_others: tuple[str, ...]


def what_if(run: RunFolder, subject: str, indicator: str, more: Fraction) -> WhatIf:
    """Evaluate a subject of a stored run again with more (or less) of one indicator.

    Raises
    ------
    LedgerError
        If the run does not appraise the subject, has no such indicator, or its value is missing.
    """
    board, _ = read_board(run, subject)
    if subject not in board.subjects:
        raise LedgerError(issue("run.no-such-subject", run.name, subject=subject))
    if indicator not in board.scheme.indicators:
        raise LedgerError(issue("what-if.no-indicator", run.name, name=indicator))
    value = board.columns[indicator][subject]
    if isinstance(value, Missing):
        raise LedgerError(
            issue("what-if.missing", run.name, name=indicator, subject=subject,
                  reason=value.reason)
        )  # fmt: skip
    changed = replace(
        board,
        columns={name: dict(column) for name, column in board.columns.items()},
        classes={name: dict(given) for name, given in board.classes.items()},
    )
    changed.columns[indicator][subject] = value + more
    others = _follow(board, changed, subject, indicator)
    facts = read_facts(run, subject).rows
    before, after = _pay(board, subject, facts), _pay(changed, subject, facts)
    classes = tuple(
        (name, given[subject], changed.classes[name][subject])
        for name, given in board.classes.items()
        if given[subject] != changed.classes[name][subject]
    )
    entries = (_change(board, changed, name, subject) for name in board.entries)
    changes = [found for found in entries if found is not None]
    changes.sort(key=lambda change: change.name != indicator)
    pay = board.scheme.pay
    return WhatIf(
        subject, indicator, more, (*changes, *_items(board, before, after, others)), classes,
        None if _pay_open(board, others) else _earned(before, after),
        None if pay is None else pay.currency, tuple(others),
    )  # fmt: skip


def _follow(board: Board, changed: Board, subject: str, indicator: str) -> list[str]:
    """Compute what reads a changed value, in order; return what depends on others."""
    order, _ = evaluation_order(board.scheme)
    reads = dependencies(board.scheme)
    touched, others = {indicator}, dict[str, None]()
    for key in order:
        if key == indicator:
            continue
        if any(name in others for name in reads[key]):
            others[key] = None
        elif any(name in touched for name in reads[key]):
            moved = _again(board, changed, key, subject)
            if moved is None:
                others[key] = None
            elif moved:
                touched.add(key)
    return [key for key in others if not key.startswith("gate:")]


def _again(board: Board, changed: Board, key: str, subject: str) -> bool | None:
    """Compute one entry or class again and tell whether it moved; None: others move it too."""
    kind, _, name = key.partition(":")
    if kind == "gate":
        return True
    if kind == "rank":
        return None
    if kind == "class":
        classify_subjects(changed, name)
        return changed.classes[name][subject] != board.classes[name][subject]
    entry = board.entries[key]
    if isinstance(entry.node, CROSS_SUBJECT):
        return None
    value = Environment(changed, changed.subjects[subject]).compute_entry(entry)
    changed.columns[key][subject] = value
    return value != board.columns[key][subject]


def _change(board: Board, changed: Board, name: str, subject: str) -> Change | None:
    entry = board.entries[name]
    old, new = board.columns[name][subject], changed.columns[name][subject]
    if old == new or entry.stage == "pay":
        return None
    return Change(entry.stage, name, (entry.title.zh, entry.title.en), entry.unit, old, new)


def _pay(board: Board, subject: str, facts: tuple[FactRow, ...]) -> SubjectPay | None:
    """Settle what the subject earns in the period; loan events of earlier are left out."""
    if board.scheme.pay is None:
        return None
    return pay_subjects(board, PayInputs(facts, (), (), board.period.text)).rows[subject]


def _items(
    board: Board, before: SubjectPay | None, after: SubjectPay | None, others: list[str]
) -> list[Change]:
    """Return the pay items that change, in major units."""
    pay = board.scheme.pay
    if pay is None or before is None or after is None:
        return []
    scale = 10 ** currency_exponent(pay.currency)
    old, new = dict(before.items), dict(after.items)
    changes = []
    for name in old.keys() & new.keys():
        if old[name] != new[name] and name not in others:
            title = pay.items[name].title
            changes.append(
                Change("pay", name, (title.zh, title.en), pay.currency,
                       Fraction(old[name], scale), Fraction(new[name], scale))
            )  # fmt: skip
    return sorted(changes, key=lambda change: list(pay.items).index(change.name))


def _earned(before: SubjectPay | None, after: SubjectPay | None) -> tuple[int, int] | None:
    return None if before is None or after is None else (before.earned, after.earned)


def _pay_open(board: Board, others: list[str]) -> bool:
    pay = board.scheme.pay
    if pay is None:
        return True
    limits = [node_names(node) for node in (pay.floor, pay.cap) if node is not None]
    read = {name for names in limits for name in names}
    return any(name in others for name in (*pay.items, *read))
