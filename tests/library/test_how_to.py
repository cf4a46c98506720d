"""The page on writing a scheme names every section, every node and each of its parameters."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from tidui.core.appraisal.cases import run_cases
from tidui.core.appraisal.checks.lint import lint_scheme
from tidui.core.appraisal.checks.static import check_scheme
from tidui.core.appraisal.evaluation.conditions import CONDITION_HANDLERS
from tidui.core.appraisal.evaluation.numbers import VALUE_HANDLERS
from tidui.core.appraisal.scheme import conditions, document, indicators, nodes, stages
from tidui.core.appraisal.scheme.indicators import Fact
from tidui.library.messages import messages

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "write-a-scheme.md"
TEXT = PAGE.read_text(encoding="utf-8")
PROSE = re.sub(r"```yaml\n.*?```", "", TEXT, flags=re.S)
SECTIONS = (
    document.Scheme, document.Population, document.Effective, document.DatedParameter,
    document.Compliance, document.Feedback, document.Goal, document.TestCase, document.TestSubject,
    document.TestLoan, document.TestWithheld, document.TestEvent,
    stages.Score, stages.Category, stages.Contribution, stages.Rank, stages.Bands, stages.Quotas,
    stages.Veto, stages.Classes, stages.Grade, stages.Grades, stages.Moves, stages.Streak,
    stages.Probation, stages.Item, stages.LoanDeduction, stages.EarlySettlement, stages.Deferral,
    stages.Guarantee, stages.Pay, indicators.Where, indicators.Coefficient,
)  # fmt: skip


def union(annotated: Any) -> tuple[type[BaseModel], ...]:
    """Return the records of a discriminated union."""
    found: tuple[type[BaseModel], ...] = get_args(get_args(annotated)[0])
    return found


def labels(record: type[BaseModel], without: set[str]) -> set[str]:
    """Return how a record's fields are written."""
    return {field.alias or name for name, field in record.model_fields.items()} - without


def kind_of(record: type[BaseModel], key: str) -> str:
    """Return the word that a record is written under."""
    word: str = get_args(record.model_fields[key].annotation)[0]
    return word


def row_of(kind: str, after: str) -> str:
    """Return a kind's row in the table that follows a heading."""
    part = TEXT.split(f"\n## {after}\n")[1].split("\n## ")[0]
    rows = [line for line in part.splitlines() if line.startswith(f"| `{kind}` |")]
    return rows[0] if len(rows) == 1 else ""


def words(text: str) -> set[str]:
    """Return every name that stands in code marks."""
    return {word for code in re.findall(r"`([^`]+)`", text) for word in re.findall(r"[\w.]+", code)}


@pytest.mark.parametrize("record", union(nodes.Value), ids=lambda r: kind_of(r, "kind"))
def test_a_node_stands_in_its_table_with_its_parameters(record: type[BaseModel]) -> None:
    row = row_of(kind_of(record, "kind"), "Nodes that compute a value")
    assert labels(record, {"kind"}) - words(row) == set()
    assert row


@pytest.mark.parametrize("record", union(conditions.Condition), ids=lambda r: kind_of(r, "kind"))
def test_a_condition_stands_in_its_table_with_its_parameters(record: type[BaseModel]) -> None:
    row = row_of(kind_of(record, "kind"), "conditions")
    assert labels(record, {"kind"}) - words(row) == set()
    assert row


@pytest.mark.parametrize("record", union(indicators.Indicator), ids=lambda r: kind_of(r, "fact"))
def test_a_fact_stands_in_its_table_with_its_parameters(record: type[BaseModel]) -> None:
    row = row_of(kind_of(record, "fact"), "indicators")
    assert labels(record, set(Fact.model_fields) | {"fact"}) - words(row) == set()
    assert row


@pytest.mark.parametrize("record", SECTIONS, ids=lambda record: record.__name__)
def test_every_section_and_its_keys_stand_in_the_page(record: type[BaseModel]) -> None:
    headings = {word for line in re.findall(r"^## (.*)$", PROSE, re.M) for word in line.split()}
    assert labels(record, set()) - words(PROSE) - headings == set()


def test_the_keys_common_to_all_facts_stand_in_the_page() -> None:
    assert labels(Fact, set()) - words(PROSE) == set()


def test_every_node_that_is_computed_is_in_a_union_and_has_its_word() -> None:
    values = {kind_of(record, "kind") for record in union(nodes.Value)}
    cross = {kind_of(record, "kind") for record in nodes.CROSS_SUBJECT}
    asked = {kind_of(record, "kind") for record in union(conditions.Condition)}
    facts = {kind_of(record, "fact") for record in union(indicators.Indicator)} - {"derived"}
    assert values - cross == set(VALUE_HANDLERS)
    assert asked == set(CONDITION_HANDLERS)
    assert [kind for kind in values | asked | facts if f"node.{kind}" not in messages()] == []


def test_the_scheme_of_the_page_is_sound_and_its_case_passes() -> None:
    loaded, issues = document.load_scheme(TEXT.split("```yaml\n")[1].split("```")[0])
    assert issues == ()
    assert loaded is not None
    assert check_scheme(loaded.scheme) == ()
    assert lint_scheme(loaded.scheme) == ()
    assert [found for _, found in run_cases(loaded)] == [()]


def test_a_parameter_that_is_left_out_is_found() -> None:
    assert labels(nodes.Ratio, {"kind"}) - words("| `ratio` | `of`, `to` | |") == {"if_zero"}
    assert row_of("no_such_kind", "conditions") == ""
