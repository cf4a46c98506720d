"""Static checks: what makes a scheme impossible to compute, found before anybody runs it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from tidui.core.appraisal.checks.opens import walk_records
from tidui.core.appraisal.checks.tiling import ascending, check_rows, known_number
from tidui.core.appraisal.checks.units import check_units
from tidui.core.appraisal.evaluation.entries import (
    dependencies,
    evaluation_order,
    list_entries,
    node_names,
)
from tidui.core.appraisal.inputs import LOAN_EVENT_KINDS
from tidui.core.appraisal.scheme import nodes
from tidui.core.appraisal.scheme.conditions import DaysOff
from tidui.core.appraisal.scheme.document import PART_PERIOD_CAUSES, DatedParameter, Scheme
from tidui.core.appraisal.scheme.fields import OPEN
from tidui.core.appraisal.scheme.indicators import Derived, Fact, FlowCount, FlowSum
from tidui.core.appraisal.scheme.stages import WITHIN, Classes, Grade, Moves, Rank
from tidui.core.calendar import day_number
from tidui.core.values import CURRENCY_EXPONENTS, Issue, decimal_text, issue


def check_scheme(scheme: Scheme) -> tuple[Issue, ...]:
    """Return everything that forbids adopting a scheme; open figures are not among it.

    Tables tile their domain, units agree, weights add up, every name exists, nothing reads itself,
    parameters are dated and used, every kind of part period has a rule.
    """
    dated = [
        found
        for version in _versions(scheme)
        for check in (_check_tables, _check_weights)
        for found in check(version)
    ]
    return (
        *_check_part_periods(scheme),
        *_check_names(scheme),
        *_check_parameters(scheme),
        *dict.fromkeys(dated),
        *check_units(scheme),
        *_check_places_of_nodes(scheme),
        *_check_ranks(scheme),
        *_check_classes(scheme),
        *_check_grades(scheme),
        *_check_facts(scheme),
        *_check_pay(scheme),
    )


def _versions(scheme: Scheme) -> Iterator[Scheme]:
    """Yield the scheme as it is on each day on which a parameter changes, the first day included.

    A table of parameters must tile on every one of them, and weights add up.
    """
    start, end = scheme.effective.from_, scheme.effective.to
    known = [p.values for p in scheme.parameters.values() if p.values != "open"]
    days = {start} | {day for values in known for day in values if day > start}
    for day in sorted(day for day in days if end is None or day < end):
        frozen = {name: _on(parameter, day) for name, parameter in scheme.parameters.items()}
        yield scheme.model_copy(update={"parameters": frozen})


def _on(parameter: DatedParameter, day: date) -> DatedParameter:
    """Return a parameter with the value alone that holds on a day."""
    values = parameter.values
    if values == "open":
        return parameter
    started = [start for start in values if start <= day]
    if not started:
        return parameter
    return parameter.model_copy(update={"values": {max(started): values[max(started)]}})


def _check_part_periods(scheme: Scheme) -> Iterator[Issue]:
    if scheme.subjects != "employee":
        return
    rules = scheme.part_periods or {}
    for cause in PART_PERIOD_CAUSES:
        if cause not in rules:
            yield issue("scheme.part-period-missing", "part_periods", cause=cause)
    for cause in rules:
        if cause not in PART_PERIOD_CAUSES:
            yield issue("scheme.part-period-unknown", f"part_periods.{cause}", cause=cause)


def _check_names(scheme: Scheme) -> Iterator[Issue]:
    graph = dependencies(scheme)
    names = [entry.name for entry in list_entries(scheme)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield issue("scheme.name-twice", name, name=name)
    for owner, read in graph.items():
        for name in read:
            if name not in graph:
                yield issue("scheme.unknown-name", owner, name=name)
    if scheme.grades is not None:
        for name in _grade_names(scheme):
            if name not in graph:
                yield issue("scheme.unknown-name", "grades", name=name)
    _, circle = evaluation_order(scheme)
    if circle:
        yield issue("scheme.circle", circle[0], path=" → ".join(circle))


def _grade_names(scheme: Scheme) -> list[str]:
    return sorted(set(node_names(scheme.grades)))


def _check_parameters(scheme: Scheme) -> Iterator[Issue]:
    used = {node.of for _, node in walk_records(scheme) if isinstance(node, nodes.Parameter)}
    for name in sorted(used - set(scheme.parameters)):
        yield issue("scheme.unknown-parameter", f"parameters.{name}", name=name)
    for name, parameter in scheme.parameters.items():
        where = f"parameters.{name}"
        if name not in used:
            yield issue("scheme.dead-parameter", where, "warning", name=name)
        if parameter.values == "open":
            continue
        if not parameter.values:
            yield issue("scheme.parameter-undated", where, name=name)
        elif min(parameter.values) > scheme.effective.from_:
            yield issue("scheme.parameter-late", where, name=name,
                        start=min(parameter.values).isoformat())  # fmt: skip


def _check_tables(scheme: Scheme) -> Iterator[Issue]:
    for path, node in walk_records(scheme):
        if isinstance(node, nodes.StepTable) and node.rows != "open":
            yield from check_rows(scheme, f"{path}.rows", node.rows)
    for name, classes in scheme.classes.items():
        if classes.bands is not None and not isinstance(classes.bands.rows, str):
            rows = ascending(classes.bands.rows, scheme)
            yield from check_rows(scheme, f"classes.{name}.bands.rows", rows)


def _check_weights(scheme: Scheme) -> Iterator[Issue]:
    for path, node in walk_records(scheme):
        if isinstance(node, nodes.Weighted):
            weights = [known_number(scheme, part.weight) for part in node.parts]
            yield from _sum_of(path, weights, node.total)
    if scheme.contribution is not None:
        weights = [
            known_number(scheme, category.weight)
            for category in scheme.contribution.categories.values()
        ]
        yield from _sum_of("contribution", weights, scheme.contribution.total)


def _sum_of(path: str, weights: list[Fraction | None], total: Fraction) -> Iterator[Issue]:
    known = [weight for weight in weights if weight is not None]
    if len(known) == len(weights) and sum(known, Fraction(0)) != total:
        yield issue("scheme.weights", path, sum=decimal_text(sum(known, Fraction(0))),
                    total=decimal_text(total))  # fmt: skip
    for number, weight in enumerate(weights):
        if weight is not None and weight < 0:
            yield issue("scheme.weight-negative", f"{path}.parts[{number}]")


def _check_places_of_nodes(scheme: Scheme) -> Iterator[Issue]:
    tops = {id(entry.node) for entry in list_entries(scheme)}
    for path, node in walk_records(scheme):
        if isinstance(node, nodes.CROSS_SUBJECT) and id(node) not in tops:
            yield issue("scheme.cross-inside", path, kind=node.kind)
        if isinstance(node, nodes.Lookup) and node.by == "grade" and node.rows != "open":
            yield from _missing_grades(scheme, path, node.rows)
        if isinstance(node, nodes.ExcessByGrade) and node.rates != "open":
            yield from _missing_grades(scheme, path, node.rates)
        if isinstance(node, nodes.CROSS_SUBJECT):
            for key in getattr(node, "within", ()):
                if key not in (*WITHIN, OPEN):
                    yield issue("scheme.rank-within", path, key=key)
        if isinstance(node, DaysOff):
            for cause in node.of:
                if cause not in PART_PERIOD_CAUSES:
                    yield issue("scheme.part-period-unknown", path, cause=cause)
    for name, score in scheme.scores.items():
        if (score.places is None) != (score.rounding is None):
            yield issue("scheme.rounding-half", f"scores.{name}")


def _missing_grades(scheme: Scheme, path: str, rows: dict[str, Any]) -> Iterator[Issue]:
    for grade in scheme.grades.order if scheme.grades is not None else ():
        if grade not in rows:
            yield issue("scheme.grade-without-row", path, grade=grade)


def _check_ranks(scheme: Scheme) -> Iterator[Issue]:
    for name, rank in scheme.ranks.items():
        for key in rank.within if not isinstance(rank.within, str) else ():
            if key not in (*WITHIN, OPEN):
                yield issue("scheme.rank-within", f"ranks.{name}", key=key)
        if "tenure_band" in rank.within and not scheme.tenure_bands:
            yield issue("scheme.no-tenure-bands", f"ranks.{name}")
        if rank.exclude is not None and f"rank:{name}" in _reads(rank):
            yield issue("scheme.circle", f"ranks.{name}", path=name)


def _reads(rank: Rank) -> list[str]:
    return list(node_names(rank.exclude))


def _check_classes(scheme: Scheme) -> Iterator[Issue]:
    for name, classes in scheme.classes.items():
        where = f"classes.{name}"
        if (classes.bands is None) == (classes.quotas is None):
            yield issue("scheme.classes-source", where)
        for word in _class_words(classes):
            if word not in classes.order:
                yield issue("scheme.unknown-class", where, name=word)
        quotas = classes.quotas
        ranked = scheme.ranks.get(quotas.rank) if quotas is not None else None
        if ranked is not None and ranked.ties == "dense":
            yield issue("scheme.quota-dense", where, rank=quotas.rank if quotas else "")
        if quotas is not None and not isinstance(quotas.rows, str):
            if any(row.percent is None for row in quotas.rows[:-1]):
                yield issue("scheme.quota-rest-first", where)
            known = [known_number(scheme, row.percent) for row in quotas.rows if row.percent]
            total = sum((part for part in known if part is not None), Fraction(0))
            if total > 100 or (quotas.rows[-1].percent is not None and total != 100):
                yield issue("scheme.quota-sum", where, sum=decimal_text(total))


def _class_words(classes: Classes) -> Iterator[str]:
    if classes.bands is not None and not isinstance(classes.bands.rows, str):
        yield from (row.class_ for row in classes.bands.rows)
    if classes.quotas is not None and not isinstance(classes.quotas.rows, str):
        yield from (row.class_ for row in classes.quotas.rows)
    yield from (veto.at_most for veto in classes.vetoes)


def _check_grades(scheme: Scheme) -> Iterator[Issue]:
    grades = scheme.grades
    if grades is None:
        return
    if scheme.subjects != "employee":
        yield issue("scheme.grades-of-units", "grades")
    if set(grades.order) != set(grades.ladder) or len(set(grades.order)) != len(grades.order):
        yield issue("scheme.ladder-order", "grades.order")
    for name, posts in grades.posts.items():
        if posts.by not in scheme.ranks:
            yield issue("scheme.unknown-name", f"grades.posts.{name}", name=f"rank:{posts.by}")
    for name in (*grades.tenure_months, *grades.posts):
        if name not in grades.ladder:
            yield issue("scheme.unknown-grade", "grades.tenure_months", name=name)
    for name, grade in grades.ladder.items():
        yield from _check_grade(f"grades.ladder.{name}", grade)
    if (grades.mode == "moves") != (grades.moves is not None):
        yield issue("scheme.moves-mode", "grades")
    if grades.moves is not None:
        yield from _check_moves(scheme, grades.moves)
    if grades.probation is not None:
        for name in (grades.probation.grade, grades.probation.next):
            if name not in grades.ladder:
                yield issue("scheme.unknown-grade", "grades.probation", name=name)


def _check_grade(where: str, grade: Grade) -> Iterator[Issue]:
    named = "threshold" in [
        node.name for _, node in walk_records(grade.appoint_or_keep) if _is_gate(node)
    ]
    if named and grade.threshold is None:
        yield issue("scheme.no-threshold", where)
    protection = grade.protection
    if protection is not None and protection.waives == "threshold" and not named:
        yield issue("scheme.waives-nothing", where)
    if grade.appoint_or_keep is not None and grade.on_failure is None:
        yield issue("scheme.no-failure-rule", where)


def _is_gate(node: Any) -> bool:
    return getattr(node, "kind", None) == "gate"


def _check_moves(scheme: Scheme, moves: Moves) -> Iterator[Issue]:
    grades = scheme.grades
    for name in (moves.floor, moves.ceiling):
        if grades is None or name not in grades.ladder:
            yield issue("scheme.unknown-grade", "grades.moves", name=name)
    classes = scheme.classes.get(moves.class_of)
    if classes is None:
        yield issue("scheme.unknown-name", "grades.moves", name=f"class:{moves.class_of}")
        return
    for number, rule in enumerate(moves.rules):
        where = f"grades.moves.rules[{number}]"
        for word in rule.classes:
            if word not in classes.order:
                yield issue("scheme.unknown-class", where, name=word)
        for earlier in moves.rules[:number]:
            covers = set(rule.classes) <= set(earlier.classes)
            if covers and rule.periods >= earlier.periods:
                yield issue("scheme.rule-never-fires", where)


def _check_facts(scheme: Scheme) -> Iterator[Issue]:
    for name, node in scheme.indicators.items():
        where = f"indicators.{name}"
        if isinstance(node, Derived):
            continue
        starts = [(word, c.from_) for c in node.coefficients for word in c.product]
        if len(set(starts)) < len(starts):
            yield issue("scheme.coefficient-twice", where)
        if node.conversion is None and scheme.conversion is None and _foreign(scheme, node):
            yield issue("scheme.conversion-missing", where, unit=node.unit)
        if (
            getattr(node, "window", "period") != "period"
            and getattr(node, "averaging", "daily") != "daily"
        ):
            yield issue("scheme.window-averaging", where)
        if node.count_for != "own" and scheme.subjects != "employee":
            yield issue("scheme.count-for-units", where)


def _foreign(scheme: Scheme, node: Fact) -> bool:
    home = scheme.pay.currency if scheme.pay is not None else "CNY"
    return node.unit in CURRENCY_EXPONENTS and node.unit != home


def _check_pay(scheme: Scheme) -> Iterator[Issue]:
    pay = scheme.pay
    if pay is None:
        return
    if pay.currency not in CURRENCY_EXPONENTS:
        yield issue("scheme.unknown-currency", "pay.currency", currency=pay.currency)
    for name, item in pay.items.items():
        for indicator in item.per_loan:
            node = scheme.indicators.get(indicator)
            if not isinstance(node, FlowSum | FlowCount):
                yield issue("scheme.per-loan-not-flow", f"pay.items.{name}", name=indicator)
    for name, deduction in pay.deductions.items():
        for kind in deduction.events:
            if kind not in (*LOAN_EVENT_KINDS, OPEN):
                yield issue("scheme.unknown-event", f"pay.deductions.{name}", kind=kind)
    share = known_number(scheme, pay.deferral.share) if pay.deferral is not None else None
    if share is not None and not 0 <= share <= 1:
        yield issue("scheme.share-range", "pay.deferral.share", share=decimal_text(share))
    floor, cap = known_number(scheme, pay.floor), known_number(scheme, pay.cap)
    if floor is not None and cap is not None and floor > cap:
        yield issue("scheme.floor-above-cap", "pay.floor", floor=decimal_text(floor),
                    cap=decimal_text(cap))  # fmt: skip


def find_overlaps(schemes: Iterable[Scheme]) -> tuple[Issue, ...]:
    """Name schemes that appraise one population with the same period length on the same days.

    Two versions of one scheme whose effective days don't meet are no overlap, nor are a monthly
    and an annual scheme side by side.
    """
    listed = list(schemes)
    issues = []
    for number, one in enumerate(listed):
        for other in listed[number + 1 :]:
            same = one.subjects == other.subjects and one.period == other.period
            if same and _meet(one, other) and _share_people(one, other):
                where = f"{one.id} v{one.version}"
                issues.append(issue("scheme.overlap", where, other=f"{other.id} v{other.version}"))
    return tuple(issues)


def _meet(one: Scheme, other: Scheme) -> bool:
    def end(scheme: Scheme) -> int:
        return 10**9 if scheme.effective.to is None else day_number(scheme.effective.to)

    start = max(day_number(one.effective.from_), day_number(other.effective.from_))
    return start < min(end(one), end(other))


def _share_people(one: Scheme, other: Scheme) -> bool:
    """Tell whether somebody could belong to both populations."""
    for name in type(one.population).model_fields:
        mine, theirs = getattr(one.population, name), getattr(other.population, name)
        if mine is not None and theirs is not None and not set(mine) & set(theirs):
            return False
    return True
