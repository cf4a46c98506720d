"""One more unit: the same figures as a run over a ledger that holds one unit more."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tidui.core.values import Missing
from tidui.ledger import LedgerError
from tidui.runs.folder import RunFolder
from tidui.runs.scorecards import read_scorecards
from tidui.runs.stored import read_appraisal
from tidui.runs.what_if import what_if

from .conftest import SCHEME, ExampleBank


def test_it_gives_what_a_run_with_the_other_figure_gives(bank: ExampleBank) -> None:
    run = bank.stored()
    before = read_appraisal(run)
    found = what_if(run, "E004", "quality", Fraction(17))
    bank.deliver("measures", "E004,quality_score,2025,73", "E004,quality_score,2025,90")
    after = read_appraisal(bank.stored())
    assert [(c.stage, c.name) for c in found.changes] == [
        ("indicators", "quality"), ("scores", "total"), ("pay", "performance"),
    ]  # fmt: skip
    for change in found.changes[:2]:
        assert change.old == before.board.columns[change.name]["E004"]
        assert change.new == after.board.columns[change.name]["E004"]
    pay = found.changes[2]
    assert (pay.old, pay.new) == (
        Fraction(before.pay["E004"].earned, 100), Fraction(after.pay["E004"].earned, 100),
    )  # fmt: skip
    assert found.earned == (before.pay["E004"].earned, after.pay["E004"].earned)
    assert found.currency == "CNY"
    given = (
        before.board.classes["annual_class"]["E004"],
        after.board.classes["annual_class"]["E004"],
    )
    assert found.classes == ((("annual_class", *given),) if given[0] != given[1] else ())
    assert found.depends_on_others == ("rank:total_rank",)


def test_one_more_million_of_deposits_counts_through_the_attainment(example_run: RunFolder) -> None:
    million = Fraction(1_000_000)
    (card,) = read_scorecards(example_run, "E004")
    target = next(line.target for line in card.lines if line.name == "deposit_average")
    assert isinstance(target, Fraction)
    found = what_if(example_run, "E004", "deposit_average", million)
    change = next(c for c in found.changes if c.name == "deposit_score")
    assert found.classes == ()
    much = what_if(example_run, "E004", "deposit_average", 1000 * million)
    assert much.classes == (("annual_class", "basic", "competent"),)
    assert not isinstance(change.old, Missing)
    assert not isinstance(change.new, Missing)
    assert change.new - change.old == million / target * 100


def test_nothing_more_changes_nothing_and_capped_points_stay(example_run: RunFolder) -> None:
    nothing = what_if(example_run, "E004", "deposit_average", Fraction(0))
    assert (nothing.changes, nothing.depends_on_others) == ((), ())
    lots = what_if(example_run, "E004", "active_customers", Fraction(1000))
    more = what_if(example_run, "E004", "active_customers", Fraction(1001))
    assert lots.changes[1:] == more.changes[1:]
    assert {c.name: c.new for c in lots.changes}["customer_score"] == 120


def test_what_depends_on_others_is_named_and_not_guessed(bank: ExampleBank) -> None:
    share = (
        "  deposit_share:\n    title: {zh: 占比, en: Share}\n"
        "    value: {share_of_total: {of: deposit_average, if_zero: 0}}\n"
    )
    last = "        - risk_deduction\n"
    text = SCHEME.replace("  deposit_score:\n", share + "  deposit_score:\n", 1)
    text = text.replace(last, last + "        - deposit_share\n", 1)
    found = what_if(bank.stored(text), "E004", "deposit_average", Fraction(10**6))
    assert [c.name for c in found.changes] == ["deposit_average", "deposit_score"]
    assert set(found.depends_on_others) == {
        "deposit_share", "total", "rank:total_rank", "class:annual_class", "performance",
    }  # fmt: skip
    assert found.earned is None


def test_a_limit_of_pay_that_depends_on_others_leaves_the_pay_open(bank: ExampleBank) -> None:
    everyone = (
        "  everyone:\n    title: {zh: 全体, en: Everybody}\n    unit: CNY\n"
        "    value: {population_total: {of: deposit_average, combine: sum}}\n"
    )
    text = SCHEME.replace("  deposit_score:\n", everyone + "  deposit_score:\n", 1)
    text = text.replace("  cap: null\n", "  cap: everyone\n", 1)
    found = what_if(bank.stored(text), "E004", "deposit_average", Fraction(10**6))
    assert found.earned is None
    assert "performance" in {change.name for change in found.changes}


def test_what_can_not_be_worked_out_is_refused_by_name(bank: ExampleBank) -> None:
    left_out = "missing: leave_out_and_reweight"
    text = SCHEME.replace("code: quality_score", f"code: unheard_of\n    {left_out}")
    run = bank.stored(text.replace("missing: block", left_out))
    for subject, indicator, code in (
        ("E999", "quality", "run.no-such-subject"),
        ("E004", "total", "what-if.no-indicator"),
        ("E004", "quality", "what-if.missing"),
    ):
        with pytest.raises(LedgerError) as caught:
            what_if(run, subject, indicator, Fraction(1))
        assert caught.value.issue.code == code
