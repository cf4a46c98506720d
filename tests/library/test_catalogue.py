"""Nodes and fields that the templates brought into the catalogue, one by one."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from tests.library.minimal import small, small_scheme
from tidui.core.appraisal.cases import run_cases
from tidui.core.appraisal.chain import appraise, prepare
from tidui.core.appraisal.checks.static import check_scheme
from tidui.core.appraisal.facts import FactRow, FactTable
from tidui.core.appraisal.inputs import LOAN_EVENT_KINDS, EmployeeSpell, Inputs
from tidui.core.calendar import Span, day_number, parse_period
from tidui.core.values import PPM
from tidui.ledger.tables import TABLES

POOL = """
indicators:
  wage: {title: {zh: 工资, en: Wage}, unit: CNY, fact: measure, code: wage}
scores:
  wages:
    title: {zh: 合计, en: Wages}
    unit: CNY
    value: {population_total: {of: wage, within: WITHIN, combine: COMBINE}}
tests:
  - title: {zh: 合计, en: totals}
    subjects:
      A: {sits_at: north, given: {wage: 100}, expect: {wages: NORTH}}
      B: {sits_at: north, given: {wage: 50}, expect: {wages: NORTH}}
      C: {sits_at: south, given: {wage: 30}, expect: {wages: SOUTH}}
"""


def failures(body: str, period: str = "month") -> list[str]:
    """Run the inline cases of a small scheme and return what differs."""
    return [str(found) for _, issues in run_cases(small_scheme(body, period)) for found in issues]


@pytest.mark.parametrize(
    ("within", "combine", "north", "south"),
    [("[]", "sum", 180, 180), ("[sits_at]", "sum", 150, 30), ("[sits_at]", "mean", 75, 30)],
)
def test_a_population_total_is_the_same_for_all_of_it(
    within: str, combine: str, north: int, south: int
) -> None:
    words = {"WITHIN": within, "COMBINE": combine, "NORTH": str(north), "SOUTH": str(south)}
    body = POOL
    for word, value in words.items():
        body = body.replace(word, value)
    assert failures(body) == []


def test_one_missing_wage_makes_the_total_missing_and_not_smaller() -> None:
    body = POOL.replace("WITHIN", "[sits_at]").replace("COMBINE", "sum")
    body = body.replace("given: {wage: 50}", "given: {wage: null}")
    assert failures(body.replace("NORTH", "null").replace("SOUTH", "30")) == []


def test_a_population_that_cannot_be_cut_so_is_refused() -> None:
    body = POOL.replace("WITHIN", "[sits_att]").replace("COMBINE", "sum").replace("NORTH", "1")
    found = check_scheme(small(body.replace("SOUTH", "1")))
    assert [one.code for one in found] == ["scheme.rank-within"]


def test_days_off_are_counted_by_cause() -> None:
    body = """
classes:
  level:
    title: {zh: 等次, en: Class}
    order: [good, poor]
    bands: {of: mark, rows: [{from: 60, class: good}, {to: 60, class: poor}]}
    unrated: {days_off: [leave, seconded], at_least: 46}
indicators:
  mark: {title: {zh: 分, en: Mark}, unit: point, fact: measure, code: mark}
tests:
  - title: {zh: 缺勤, en: absence}
    subjects:
      A: {days_off: {leave: 40, seconded: 5}, given: {mark: 60}, expect: {class.level: good}}
      B: {days_off: {leave: 40, seconded: 6}, given: {mark: 60}, expect: {class.level: null}}
      C: {days_off: {joined: 80}, given: {mark: 59}, expect: {class.level: poor}}
"""
    assert failures(body, "quarter") == []
    wrong = small(body.replace("[leave, seconded]", "[holiday]"), "quarter")
    assert [one.code for one in check_scheme(wrong)] == ["scheme.part-period-unknown"]


LOANS = """
pay:
  title: {zh: 薪酬, en: Pay}
  currency: CNY
  floor: null
  cap: null
  items: {base: {title: {zh: 绩效, en: Pay}, value: 1000, rounding: half_up}}
  early_settlement:
    {title: {zh: 提前, en: Early}, ratio: 0.01, amount_of: AMOUNT_OF, rounding: half_up}
  deductions:
    overdue:
      title: {zh: 逾期, en: Overdue}
      events: overdue
      amount_of: event_amount
      amount: 0.1
      rounding: half_up
      refund_within_months: 1
      later_recovery: none
      partial_recovery: proportional
      exempt_on_finding: true
tests:
  - title: {zh: 贷款, en: loans}
    period: 2026-03
    subjects:
      A:
        loans: {L1: {earned: 300}}
        events: [{loan: L1, kind: settled_early, on: 2026-03-09, amount: 20_000}]
        expect: {pay.taken_back: BACK, pay.payable: PAID}
      B:
        loans:
          L2: {earned: 10, withheld: [{item: overdue, on: 2026-02-03, amount: 50, of: 500}]}
        events: [{loan: L2, kind: recovered, on: 2026-03-31, amount: 250}]
        expect: {pay.refunded: 25, pay.payable: 1025}
      C:
        events: [{loan: L3, kind: overdue, on: 2026-03-31, amount: 700}]
        expect: {pay.withheld: 70, pay.payable: 930}
"""


@pytest.mark.parametrize(
    ("amount_of", "back"), [("earned", "3"), ("event_amount", "200"), ("earned", "4")]
)
def test_early_settlement_takes_back_by_earnings_or_by_the_amount(
    amount_of: str, back: str
) -> None:
    paid = str(1000 - int(back))
    body = LOANS.replace("AMOUNT_OF", amount_of).replace("BACK", back).replace("PAID", paid)
    assert bool(failures(body)) == (back == "4")


def test_a_deduction_for_an_event_that_never_comes_is_refused() -> None:
    assert TABLES["loan_events"].column("kind").codes == LOAN_EVENT_KINDS
    body = LOANS.replace("AMOUNT_OF", "earned").replace("BACK", "3").replace("PAID", "997")
    assert check_scheme(small(body)) == ()
    wrong = check_scheme(small(body.replace("events: overdue", "events: [overdue, overdeu]")))
    assert [one.code for one in wrong] == ["scheme.unknown-event"]


def test_early_settlement_never_takes_back_more_than_the_loan_earned() -> None:
    body = LOANS.replace("AMOUNT_OF", "event_amount").replace("earned: 300", "earned: 120")
    assert failures(body.replace("BACK", "120").replace("PAID", "880")) == []


GRADES = """
indicators:
  mark: {title: {zh: 分, en: Mark}, unit: point, fact: measure, code: mark}
classes:
  level:
    title: {zh: 等次, en: Class}
    order: [excellent, basic]
    bands: {of: mark, rows: [{from: 60, class: excellent}, {to: 60, class: basic}]}
grades:
  title: {zh: 等级, en: Grades}
  mode: moves
  grade_on: last_day
  order: [low, mid, top]
  ladder:
    low: {title: {zh: 低, en: Low}}
    mid: {title: {zh: 中, en: Mid}}
    top: {title: {zh: 高, en: Top}}
  cool_down_periods: 2
  moves:
    class_of: level
    after_move: rolling
    unrated_quarter: skips
    tenure_gate: false
    floor: low
    ceiling: top
    rules: [{classes: excellent, periods: 2, step: 1}, {classes: basic, periods: 2, step: -1}]
tests:
  - title: {zh: 冷却, en: cooling down}
    subjects:
      A:
        grade: mid
        history: [excellent, excellent^]
        given: {mark: 60}
        expect: {grade: mid, rule: cool_down}
      B:
        grade: mid
        history: [excellent^, excellent]
        given: {mark: 60}
        expect: {grade: mid, rule: cool_down}
      C:
        grade: mid
        history: [excellent^, excellent, excellent]
        given: {mark: 60}
        expect: {grade: top, rule: streak}
      D:
        grade: mid
        history: [basic, basic^]
        given: {mark: 0}
        expect: {grade: low, rule: streak}
"""


def test_after_a_move_no_step_up_is_proposed_for_a_while() -> None:
    assert failures(GRADES, "quarter") == []
    without = failures(GRADES.replace("  cool_down_periods: 2\n", ""), "quarter")
    assert len(without) == 4


WINDOW = """
indicators:
  deposit:
    title: {zh: 存款, en: Deposits}
    unit: CNY
    fact: balance_average
    averaging: daily
    window: twelve_months
    where: {kind: deposit}
  fees: {title: {zh: 费, en: Fees}, unit: CNY, fact: flow_sum, flows: fee, window: twelve_months}
  now: {title: {zh: 当季, en: Quarter}, unit: CNY, fact: flow_sum, flows: fee}
"""


def test_a_window_of_twelve_months_reads_the_year_that_ends_with_the_period() -> None:
    scheme, period = small(WINDOW, "quarter"), parse_period("2026Q1")
    start, end = day_number(date(2025, 4, 1)), day_number(date(2026, 4, 1))
    joined = day_number(date(2026, 3, 2))
    spell = EmployeeSpell(
        "A", Span(joined, 10**6), None, None, "corporate", None, None, None, None, None, "active"
    )
    inputs = Inputs((spell,), "CNY", period.to_on)
    asked = prepare(scheme, period, inputs)
    assert asked.issues == ()
    assert (asked.batches[0].span.from_day, asked.batches[0].span.to_day) == (start, end)
    counted = {(m.span.from_day, m.span.to_day) for m in asked.batches[0].memberships}
    assert counted == {(start, period.span.from_day), (joined, end)}
    rows = [
        FactRow("deposit", "A", "CNY", (), slice_no, total * PPM, 0, 1)
        for slice_no, total in ((0, 275 * 4_000), (1, 30 * 1_000))
    ]
    rows += [FactRow("fees", "A", "CNY", (), slice_no, 500 * PPM, 0, 1) for slice_no in (0, 1)]
    rows += [FactRow("now", "A", "CNY", (), 0, 500 * PPM, 0, 1)]
    result = appraise(scheme, period, inputs, asked.population, FactTable((), tuple(rows)))
    days = 275 + 30
    assert result.board.columns["deposit"]["A"] == Fraction(275 * 40 + 30 * 10, days)
    assert (result.board.columns["fees"]["A"], result.board.columns["now"]["A"]) == (10, 5)


def test_month_means_have_no_window_of_twelve_months() -> None:
    wrong = small(WINDOW.replace("averaging: daily", "averaging: month_means"), "quarter")
    assert [one.code for one in check_scheme(wrong)] == ["scheme.window-averaging"]


def test_a_target_of_the_year_counts_by_the_days_gone_by() -> None:
    body = """
indicators:
  loans: {title: {zh: 净增, en: Increase}, unit: CNY, fact: measure, code: loans}
scores:
  done:
    title: {zh: 进度, en: Progress}
    unit: ratio
    value: {attainment: {of: loans, target: delivered, progress: year_to_date}}
tests:
  - title: {zh: 三月, en: March}
    period: 2026-03
    subjects: {A: {given: {loans: 90}, targets: {loans: 365}, expect: {done: 1}}}
  - title: {zh: 十二月, en: December}
    period: 2026-12
    subjects: {A: {given: {loans: 365}, targets: {loans: 365}, expect: {done: 1}}}
"""
    assert failures(body) == []
    assert len(failures(body.replace("year_to_date", "time_proportional"))) == 1


def test_a_pool_for_which_nobody_has_a_result_is_left_over_or_missing() -> None:
    body = """
indicators:
  sales: {title: {zh: 量, en: Sales}, unit: count, fact: measure, code: sales}
scores:
  part:
    title: {zh: 份额, en: Part}
    unit: CNY
    value: {pool_price: {pool: 90, weight: 1, of: sales, only_positive: true, if_zero: 0}}
tests:
  - title: {zh: 无, en: nobody}
    subjects:
      A: {given: {sales: 0}, expect: {part: 0}}
      B: {given: {sales: -1}, expect: {part: 0}}
  - title: {zh: 有, en: somebody}
    subjects:
      A: {given: {sales: 2}, expect: {part: 60}}
      B: {given: {sales: 1}, expect: {part: 30}}
"""
    assert failures(body) == []
    assert len(failures(body.replace(", if_zero: 0", ""))) == 2


def test_weights_that_stop_adding_up_on_a_date_give_nothing() -> None:
    body = """
parameters:
  share: {unit: percent, source: test, values: {2026-01-01: 30, 2026-06-01: 40}}
indicators:
  mark: {title: {zh: 分, en: Mark}, unit: point, fact: measure, code: mark}
scores:
  total:
    title: {zh: 合计, en: Total}
    value:
      weighted:
        parts: [{of: mark, weight: {parameter: share}}, {of: 100, weight: 70}]
        total: 100
        missing: block
tests:
  - title: {zh: 三月, en: March}
    period: 2026-03
    subjects: {A: {given: {mark: 50}, expect: {total: 85}}}
  - title: {zh: 七月, en: July}
    period: 2026-07
    subjects: {A: {given: {mark: 50}, expect: {total: null}}}
"""
    assert failures(body) == []
