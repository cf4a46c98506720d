"""Every template: sound, open where its source is, refused by a run, its cases pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

import pytest

from tests.library.templates import LINT, OPEN
from tidui.core.appraisal.cases import run_cases
from tidui.core.appraisal.chain import prepare
from tidui.core.appraisal.checks.lint import lint_scheme
from tidui.core.appraisal.checks.opens import open_paths
from tidui.core.appraisal.checks.static import check_scheme
from tidui.core.appraisal.evaluation.entries import list_entries
from tidui.core.appraisal.inputs import EmployeeSpell, Inputs
from tidui.core.appraisal.scheme.document import LoadedScheme, load_scheme
from tidui.core.appraisal.scheme.ladder import load_ladder
from tidui.core.calendar import Span, parse_period
from tidui.library import names, texts

TEMPLATES = tuple(sorted(OPEN))
CLAUSE = re.compile(r"(S[0-4]-\d\d(\.\d+)?|T\d+(\.\d+)?)\Z")


def template(name: str) -> LoadedScheme:
    """Load a template of the library."""
    loaded, issues = load_scheme(texts("schemes", name), name)
    assert issues == ()
    assert loaded is not None
    return loaded


def test_every_template_is_listed_here() -> None:
    assert names("schemes") == TEMPLATES


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_passes_the_static_checks(name: str) -> None:
    loaded = template(name)
    assert loaded.scheme.id == name
    assert check_scheme(loaded.scheme) == ()


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_open_exactly_where_its_source_is(name: str) -> None:
    assert open_paths(template(name).scheme) == OPEN[name]


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_invented_figures_fill_what_is_open_and_nothing_else(name: str) -> None:
    scheme = template(name).scheme
    assert sorted(scheme.invented) == sorted(open_paths(scheme))


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_lint_of_a_template_is_known(name: str) -> None:
    found = [(warning.code, warning.where) for warning in lint_scheme(template(name).scheme)]
    assert found == [*LINT.get(name, ()), *LINT["all"]]


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_inline_case_passes(name: str) -> None:
    results = run_cases(template(name))
    assert len(results) >= 3
    assert {title: issues for title, issues in results if issues} == {}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_run_refuses_and_names_everything_open(name: str) -> None:
    scheme = template(name).scheme
    who = scheme.population
    line, post, ladder = ((words or ("any",))[0] for words in (who.line, who.posts, who.ladder))
    spell = EmployeeSpell(
        "A", Span(0, 10**6), None, None, line, post, ladder, None, None, None, "active"
    )
    text = {"year": "2026", "quarter": "2026Q1", "month": "2026-03"}[scheme.period]
    period = parse_period(text)
    asked = prepare(scheme, period, Inputs((spell,), "CNY", period.to_on))
    assert [(one.code, one.where) for one in asked.issues] == [
        ("scheme.open", path) for path in OPEN[name]
    ]
    assert asked.batches == ()


def expectations(loaded: LoadedScheme) -> Iterator[tuple[str, str, str]]:
    """Yield (case, subject, name) of every expected result."""
    for case in loaded.scheme.tests:
        for subject, given in case.subjects.items():
            yield from ((case.title.en, subject, name) for name in given.expect)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_case_can_fail(name: str) -> None:
    loaded = template(name)
    marked = 0
    for case in loaded.scheme.tests:
        for given in case.subjects.values():
            for key in given.expect:
                given.expect[key] = "something else"
                marked += 1
    failed = {title: len(issues) for title, issues in run_cases(loaded)}
    assert marked == sum(failed.values()) > 0
    assert all(failed.values())


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_node_names_the_clause_that_it_implements(name: str) -> None:
    scheme = template(name).scheme
    without = [
        entry.name
        for entry in list_entries(scheme)
        if not entry.name.startswith("contribution.") and not CLAUSE.match(entry.clause or "")
    ]
    assert without == []
    grades = scheme.grades.ladder.values() if scheme.grades is not None else ()
    stages = [*scheme.ranks.values(), *scheme.classes.values(), *grades]
    assert [stage.title.en for stage in stages if not CLAUSE.match(stage.clause or "")] == []
    assert scheme.source is not None


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_ladder_of_a_template_has_its_grades(name: str) -> None:
    scheme = template(name).scheme
    for ladder_name in scheme.population.ladder or ():
        ladder, _ = load_ladder(texts("ladders", ladder_name))
        assert ladder is not None
        assert scheme.grades is not None
        assert tuple(grade.id for grade in ladder.grades) == scheme.grades.order


def test_the_points_template_names_every_item_of_its_source() -> None:
    text = texts("schemes", "monthly-points")
    assert [n for n in range(1, 10) if f"clause: S1-03.{n}\n" not in text] == []


def test_the_weights_of_the_pool_are_those_of_its_source() -> None:
    found = re.findall(
        r"weight: (0\.\d+), of: (\w+), within: (\S+),", texts("schemes", "pool-price")
    )
    weights = [round(float(weight) * 100) for weight, _, _ in found]
    assert weights == [30, 15, 10, 5, 5, 10, 10, 10, 5]
    assert [within for _, _, within in found] == ["[]"] * 2 + ["sits_at"] * 6 + ["open"]


def test_the_figures_of_the_annual_appraisal_are_those_of_its_source() -> None:
    text = texts("schemes", "corporate-annual-grades").split("\ninvented:")[0]
    for figure in ("60_000_000", "100_000_000", "30_000_000", "50_000_000", "60}", "80}", "15}"):
        assert f" {figure.rstrip('}')}" in text
    assert len(re.findall(r"top_percent: 15\b", text)) == 2
    assert text.count("waives: threshold") == 2


def test_the_hundred_marks_name_four_indicators_on_each_side() -> None:
    scheme = template("hundred-marks").scheme
    titles = {name: entry.title.zh for name, entry in scheme.scores.items()}
    names_of = {name: entry.title.zh for name, entry in scheme.indicators.items()}
    qualitative = [part.of.name for part in scheme.scores["qualitative"].value.parts]
    quantitative = [part.of.name for part in scheme.scores["scale_marks"].value.parts]
    assert [names_of[name] for name in qualitative] == [
        "客户日常维护", "制度执行", "爱行敬业", "工作纪律",
    ]  # fmt: skip
    assert [titles[name].removesuffix("得分") for name in quantitative] == [
        "资产业务", "维护客户资产增量", "负债业务", "中间业务",
    ]  # fmt: skip
    assert scheme.pay is not None
    assert scheme.pay.cap is None


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_measure_that_is_not_delivered_stops_the_run(name: str) -> None:
    """Evaluation points are asked of retail RMs alone: there the pay item stops the run."""
    scheme = template(name).scheme
    soft = [
        indicator
        for indicator, node in scheme.indicators.items()
        if node.fact == "measure" and node.missing != "block"
    ]
    assert soft == (["evaluation"] if name == "monthly-points" else [])


def test_the_figures_of_profit_and_of_ten_grades_are_those_of_their_sources() -> None:
    def first(name: str) -> dict[str, object]:
        found = template(name).scheme.parameters
        return {
            key: next(iter(one.values.values()))
            for key, one in found.items()
            if isinstance(one.values, dict)
        }

    assert first("simulated-profit") == {
        "capital_ratio": Fraction(8, 100),
        "capital_rate": Fraction(3, 100),
        "personal_year_1": 1,
        "personal_year_2": Fraction(3, 4),
        "personal_year_3": Fraction(1, 2),
        "personal_year_4": Fraction(1, 4),
    }
    assert first("ten-grades") == {
        "margin_weight": Fraction(3, 10),
        "savings_weight": Fraction(11, 10),
    }
    points = first("monthly-points")
    assert points == {"point_price": 5, "net_increase_percent": 40, "supervisor_monthly": 800}


def test_bad_loans_are_those_of_the_last_three_classes() -> None:
    worst = [
        node.worst_class
        for name in TEMPLATES
        for node in template(name).scheme.indicators.values()
        if node.fact == "loan_quality"
    ]
    assert worst == [3] * 5
