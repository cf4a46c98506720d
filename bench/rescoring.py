"""Re-scoring, ranking and grading 5,000 relationship managers × 31 indicators without a trace."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path
from random import Random
from statistics import median

from tidui.core.appraisal.chain import appraise, build_board, compute_board
from tidui.core.appraisal.facts import FactRow, FactTable
from tidui.core.appraisal.grades import propose_grades
from tidui.core.appraisal.inputs import EmployeeSpell, Inputs, TargetRow
from tidui.core.appraisal.population import find_subjects
from tidui.core.appraisal.scheme.document import Scheme, load_scheme
from tidui.core.calendar import parse_period

MANAGERS, INDICATORS, ROUNDS = 5_000, 31, 3

HEAD = """
format: scheme/1
id: bench
version: 1
title: {zh: 基准, en: Benchmark}
effective: {from: 2025-01-01, to: null}
in_flight: finish_under_old
period: year
subjects: employee
population: {line: corporate}
part_periods: {joined: by_days, left: by_days, leave: by_days, maternity_leave: by_days,
  medical_leave: by_days, seconded: by_days, changed_line: by_days, changed_grade: full}
ranks:
  place: {title: {zh: 名, en: Place}, of: total, best: high, within: [grade], ties: share_best,
    min_group: 5, below_min_group: widen_population, cut: ceil}
grades:
  title: {zh: 等, en: Grade}
  mode: conditions
  grade_on: last_day
  order: [rm, senior]
  ladder:
    rm: {title: {zh: 中, en: RM}, on_failure: person_decides}
    senior:
      title: {zh: 高, en: Senior}
      appoint_or_keep: {all: [{rank: place, top_percent: 60}, {indicator: i0, at_least: 1_000}]}
      on_failure: down_one
"""


def scheme_text() -> str:
    """Return a scheme of 31 average balances, each attained, stepped and weighted."""
    lines = [HEAD, "indicators:"]
    for number in range(INDICATORS):
        lines.append(
            f"  i{number}: {{title: {{zh: 指标, en: I}}, unit: CNY, fact: balance_average, "
            f"averaging: daily, where: {{product: p{number}}}}}"
        )
    lines.append("scores:")
    for number in range(INDICATORS):
        attained = f"{{attainment: {{of: i{number}, target: delivered, progress: none, cap: 1.5}}}}"
        rows = "[{to: 0.8, value: 0}, {from: 0.8, to: 1, value: 80}, {from: 1, value: 100}]"
        lines.append(
            f"  s{number}: {{title: {{zh: 分, en: S}}, "
            f"value: {{step_table: {{of: {attained}, mode: whole, rows: {rows}}}}}}}"
        )
    parts = ", ".join(f"{{of: s{number}, weight: 1}}" for number in range(INDICATORS))
    lines.append(
        "  total: {title: {zh: 总, en: Total}, places: 2, rounding: half_up, "
        f"value: {{weighted: {{parts: [{parts}], total: {INDICATORS}, missing: block}}}}}}"
    )
    return "\n".join(lines)


def run(folder: Path) -> None:
    """Print the seconds of scoring, ranking and grading; nothing is written."""
    loaded, issues = load_scheme(scheme_text())
    if loaded is None:
        raise ValueError(issues[0])
    scheme: Scheme = loaded.scheme
    random, period = Random(1), parse_period("2025")
    people, targets, facts = [], [], []
    for number in range(MANAGERS):
        name = f"E{number:05}"
        grade = "senior" if number % 3 else "rm"
        people.append(
            EmployeeSpell(name, period.span, f"T{number % 300}", None, "corporate", None, None,
                          grade, None, 15_000, "active")
        )  # fmt: skip
        for indicator in range(INDICATORS):
            key = f"i{indicator}"
            balance = random.randrange(10**9, 10**12)
            facts.append(FactRow(key, name, "CNY", (), 0, balance * 10**6 * 365, 365, 12))
            targets.append(
                TargetRow(name, key, "2025", Fraction(random.randrange(10**7, 10**10)), "CNY", 1)
            )
    inputs = Inputs(tuple(people), "CNY", period.to_on, targets=tuple(targets))
    population = find_subjects(scheme, period, inputs)
    table = FactTable((), tuple(facts))
    whole, rescored = [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        result = appraise(scheme, period, inputs, population, table)
        whole.append(time.perf_counter() - start)
        if result.refused or len(result.grades) != MANAGERS:
            raise RuntimeError("the benchmark's run was refused")
        stored = {name: result.board.columns[name] for name in scheme.indicators}
        board = build_board(scheme, period, inputs, population, table)
        start = time.perf_counter()
        compute_board(board, stored)
        propose_grades(board, ())
        rescored.append(time.perf_counter() - start)
    print(f"{MANAGERS:,} RMs × {INDICATORS} indicators, median of {ROUNDS}")
    print(f"  stored indicators → scores, ranks, grades: {median(rescored):.2f} s (target < 2 s)")
    print(f"  stored facts → indicators → grades:        {median(whole):.2f} s")
