"""Inline test cases of a scheme: given values in, expected results out, by production code."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any, Final

from tidui.core.appraisal.chain import Appraisal, build_board, compute_board
from tidui.core.appraisal.checks.opens import open_paths
from tidui.core.appraisal.evaluation.board import Place
from tidui.core.appraisal.facts import FactTable
from tidui.core.appraisal.grades import propose_grades
from tidui.core.appraisal.inputs import (
    EmployeeSpell,
    Inputs,
    LoanEvent,
    MeasureRow,
    OutcomeRow,
    TargetRow,
)
from tidui.core.appraisal.pay.ledger import PayEntry, Posting
from tidui.core.appraisal.pay.settlement import PayInputs, SubjectPay, pay_subjects
from tidui.core.appraisal.population import PopulationResult, Subject
from tidui.core.appraisal.posts import fill_posts
from tidui.core.appraisal.scheme.document import (
    LoadedScheme,
    Scheme,
    TestCase,
    TestSubject,
    load_scheme,
)
from tidui.core.calendar import Period, day_number, parse_period, previous_period
from tidui.core.documents import parse_document, print_document
from tidui.core.values import (
    Issue,
    Missing,
    Value,
    currency_exponent,
    decimal_text,
    issue,
)

_STEP: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def run_cases(loaded: LoadedScheme) -> tuple[tuple[str, tuple[Issue, ...]], ...]:
    """Run every inline test case of a scheme.

    Returns
    -------
    tuple of (title, issues)
        per case; no issue means that everything expected came out.
    """
    return tuple((case.title.en, _run_case(loaded, case)) for case in loaded.scheme.tests)


def _run_case(loaded: LoadedScheme, case: TestCase) -> tuple[Issue, ...]:
    raw = parse_document(loaded.text)
    for path, value in {**loaded.scheme.invented, **case.invented}.items():
        if not _put(raw, path, value):
            return (issue("case.no-such-place", path, path=path),)
    bound, faults = load_scheme(print_document(raw))
    if bound is None:
        return faults
    left = open_paths(bound.scheme)
    if left:
        return tuple(issue("scheme.open", path) for path in left)
    appraisal = appraise_case(bound.scheme, case)
    issues = []
    for subject, given in case.subjects.items():
        for name, wanted in given.expect.items():
            found = _found(appraisal, subject, name)
            if not _same(found, wanted):
                issues.append(
                    issue("case.differs", f"{case.title.en}: {subject}", name=name,
                          wanted=str(wanted), found=_text(found))
                )  # fmt: skip
    return tuple(issues)


def _put(raw: Any, path: str, value: Any) -> bool:
    """Put a value at a path like ``pay.items.points.value`` or ``grades.moves.rules[0].step``."""
    steps = [name or int(index) for name, index in _STEP.findall(path)]
    place = raw
    for step in steps[:-1]:
        if not _has(place, step):
            return False
        place = place[step]
    if not _has(place, steps[-1]):
        return False
    place[steps[-1]] = value
    return True


def _has(place: Any, step: str | int) -> bool:
    if isinstance(place, dict):
        return step in place
    return isinstance(place, list) and isinstance(step, int) and step < len(place)


def case_period(scheme: Scheme, case: TestCase) -> Period:
    """Return the period of a case: its own, or the first one in which the scheme is in force."""
    if case.period is not None:
        return parse_period(case.period)
    start = scheme.effective.from_
    text = {
        "year": f"{start.year:04}",
        "quarter": f"{start.year:04}Q{(start.month + 2) // 3}",
        "month": f"{start.year:04}-{start.month:02}",
    }[scheme.period]
    return parse_period(text)


def appraise_case(scheme: Scheme, case: TestCase) -> Appraisal:
    """Compute a case: its given values stand for indicators, its given places for rankings."""
    period = case_period(scheme, case)
    subjects, outcomes = [], []
    for name, given in case.subjects.items():
        subjects.append(_subject(period, name, given))
        outcomes += _outcomes(scheme, period, name, given.grade, given.history)
    events, history = _loans(scheme, period, case)
    inputs = _inputs(period, case, events)
    board = build_board(
        scheme, period, inputs, PopulationResult(tuple(subjects), ()), FactTable(())
    )
    given_values, given_places = _given(case)
    compute_board(board, given_values, given_places)
    grades = fill_posts(board, propose_grades(board, tuple(outcomes)))
    pay = pay_subjects(board, PayInputs((), events, history, period.text))
    return Appraisal(board, tuple(subjects), grades, pay.rows, pay.issues)


def _subject(period: Period, name: str, given: TestSubject) -> Subject:
    spell = EmployeeSpell(
        name, period.span, given.belongs_to, given.sits_at, given.line, given.post, None,
        given.grade, given.superior, None, "active", frozenset(given.certificates),
    )  # fmt: skip
    return Subject(
        id=name,
        counted=(period.span,),
        off_days=tuple(sorted(given.days_off.items())),
        grade=given.grade,
        first=spell,
        last=spell,
        rm_months=given.rm_months,
        grade_months=given.grade_months,
    )


def _inputs(period: Period, case: TestCase, events: tuple[LoanEvent, ...]) -> Inputs:
    """Return the targets, shares and loan events that a case gives."""
    measures, targets = [], []
    for name, given in case.subjects.items():
        measures += [
            MeasureRow(name, code, period.text, share, "ratio")
            for code, share in given.shares.items()
        ]
        targets += [
            TargetRow(name, indicator, period.text, value, "", period.span.from_day)
            for indicator, value in given.targets.items()
        ]
    return Inputs(
        (), "CNY", period.to_on, measures=tuple(measures), targets=tuple(targets),
        loan_events=events,
    )  # fmt: skip


def _loans(
    scheme: Scheme, period: Period, case: TestCase
) -> tuple[tuple[LoanEvent, ...], tuple[PayEntry, ...]]:
    """Return the loan events of a case, and the entries of what went before them."""
    currency = scheme.pay.currency if scheme.pay is not None else "CNY"
    scale = 10 ** currency_exponent(currency)
    before = previous_period(period).text
    events: list[LoanEvent] = []
    history: list[PayEntry] = []
    for name, given in case.subjects.items():
        posting = Posting(name, currency, before, before)
        for loan, past in given.loans.items():
            earned = int(past.earned * scale)
            history += posting.move("earlier", earned, "earned", "payable", loan=loan)
            for number, taken in enumerate(past.withheld):
                event, day = f"{name} {loan} {number}", day_number(taken.on)
                of = None if taken.of is None else int(taken.of * scale)
                events.append(LoanEvent(event, loan, "withheld", day, of, currency, name))
                history += posting.move(
                    taken.item, int(taken.amount * scale), "payable", "deducted", loan=loan,
                    reference=event, due_day=day,
                )  # fmt: skip
        for number, now in enumerate(given.events):
            of = None if now.amount is None else int(now.amount * scale)
            key = f"{name} event {number}"
            events.append(
                LoanEvent(key, now.loan, now.kind, day_number(now.on), of, currency, name)
            )
    return tuple(events), tuple(history)


def _outcomes(
    scheme: Scheme, period: Period, subject: str, grade: str | None, history: tuple[str, ...]
) -> list[OutcomeRow]:
    """Turn a history, oldest first, into outcomes; ``unrated`` has no class, ``^`` marks a move."""
    rows = []
    before = previous_period(period)
    for word in reversed(history):
        moved = word.endswith("^")
        name = word.removesuffix("^")
        class_ = None if name == "unrated" else name
        after = f"{grade}" if not moved else f"{grade}-moved"
        rows.append(OutcomeRow(subject, scheme.id, before.text, before.span, class_, grade, after))
        before = previous_period(before)
    return rows


def _given(
    case: TestCase,
) -> tuple[dict[str, dict[str, Value]], dict[str, dict[str, Place]]]:
    values: dict[str, dict[str, Value]] = {}
    places: dict[str, dict[str, Place]] = {}
    for subject, given in case.subjects.items():
        for name, value in given.given.items():
            known: Value = Missing("unknown", name) if value is None else value
            values.setdefault(name, {})[subject] = known
        for name, (rank, size) in given.ranks.items():
            places.setdefault(name, {})[subject] = Place(rank, rank - 1, 1, size, "")
    return values, places


def _found(appraisal: Appraisal, subject: str, name: str) -> Any:
    kind, _, rest = name.partition(".")
    board = appraisal.board
    if name == "grade":
        return appraisal.grades[subject].proposed
    if name == "rule":
        return appraisal.grades[subject].rule
    if kind == "class" and rest:
        return board.classes[rest][subject]
    if kind == "rank" and rest:
        return board.places[rest][subject].rank
    if kind == "pay" and rest and subject in appraisal.pay:
        pay = appraisal.pay[subject]
        minor = _loan_sum(pay, rest)
        if minor is None:
            minor = dict(pay.items).get(rest, getattr(pay, rest, None))
        places = currency_exponent(pay.currency)
        return Fraction(minor, 10**places) if isinstance(minor, int) else None
    return board.columns.get(name, {}).get(subject)


def _loan_sum(pay: SubjectPay, kind: str) -> int | None:
    """Return what was withheld, refunded, reversed or taken back in all; None for other words."""
    if kind not in ("withheld", "refunded", "reversed", "taken_back"):
        return None
    return sum(line.amount for line in pay.loans if line.kind == kind)


def _same(found: Any, wanted: Any) -> bool:
    if wanted is None or isinstance(wanted, str | date):
        return (None if isinstance(found, Missing) else found) == wanted
    if isinstance(wanted, bool):
        return bool(found == wanted)
    return isinstance(found, Fraction | int) and Fraction(found) == Fraction(wanted)


def _text(found: Any) -> str:
    if isinstance(found, Fraction):
        return decimal_text(found)
    if isinstance(found, Missing):
        return f"missing ({found.reason}: {found.what})"
    return str(found)
