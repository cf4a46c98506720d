"""Scorecards of a stored run: the run's own values, and targets through the same evaluation."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tidui.core.trace import walk
from tidui.core.values import Missing
from tidui.runs.explanations import explain_run
from tidui.runs.folder import RunFolder
from tidui.runs.scorecards import Scorecard, ScoreLine, read_scorecards, total_entry
from tidui.runs.stored import read_appraisal

from .conftest import SCHEME, ExampleBank, scheme_of


@pytest.fixture(scope="module")
def cards(example_run: RunFolder) -> dict[str, Scorecard]:
    """The scorecards of the example bank, by subject."""
    return {card.subject: card for card in read_scorecards(example_run)}


def line(card: Scorecard, name: str) -> ScoreLine:
    """Return a line of a card."""
    return next(one for one in card.lines if one.name == name)


def test_every_value_of_a_card_is_the_run_s(
    cards: dict[str, Scorecard], example_run: RunFolder
) -> None:
    appraisal = read_appraisal(example_run)
    columns = appraisal.board.columns
    assert list(cards) == list(appraisal.board.subjects)
    for name, card in cards.items():
        subject = appraisal.board.subjects[name]
        assert (card.appraised, card.counted_days) == (True, subject.counted_days)
        assert card.proposal == appraisal.grades[name]
        assert card.total is not None
        assert (card.total.name, card.total.places, card.total.chosen_by) == ("total", 2, "ranking")
        assert card.total.value == columns["total"][name]
        assert [one.rank for one in card.standings] == [
            appraisal.board.places["total_rank"][name].rank
        ]
        assert [one.word for one in card.classes] == [appraisal.board.classes["annual_class"][name]]
        slip = appraisal.pay[name]
        assert card.pay is not None
        assert (card.pay.earned, card.pay.payable) == (slip.earned, slip.payable)
        assert card.pay.earned == card.pay.deferred + card.pay.payable
        for one in card.lines:
            if one.kind == "indicator":
                assert one.actual == columns[one.name][name]
            if one.entry not in (None, "total"):
                assert one.points == columns[str(one.entry)][name]


def test_targets_and_attainments_are_those_of_the_trace(
    cards: dict[str, Scorecard], example_run: RunFolder
) -> None:
    for name in list(cards)[::7]:
        root = explain_run(example_run, name).explanation.root
        traced = {
            node.document.of.name: (node.value, node.notes.get("target"))
            for _, node in walk(root)
            if node.kind == "attainment"
        }
        assert set(traced) == {"deposit_average", "fee_income"}
        for indicator, (value, target) in traced.items():
            one = line(cards[name], indicator)
            assert one.attainment == value
            if cards[name].counted_days == 365:
                assert one.target == target


def test_a_card_says_what_the_scheme_says_of_each_line(cards: dict[str, Scorecard]) -> None:
    card = cards["E004"]
    assert [(one.name, one.entry) for one in card.lines] == [
        ("deposit_average", "deposit_score"), ("deposit_new", "new_deposit_score"),
        ("loan_average", None), ("fee_income", "fee_score"),
        ("active_customers", "customer_score"), ("bad_loans", "risk_deduction"),
        ("quality", "total"), ("total", "total"),
    ]  # fmt: skip
    deposit = line(card, "deposit_average")
    assert (deposit.title, deposit.unit) == (
        ("对公存款年日均", "Average daily corporate deposits"),
        "CNY",
    )
    assert (deposit.most, deposit.weight, deposit.clause) == (120, Fraction(35, 100), "example 5.1")
    quality = line(card, "quality")
    assert (quality.points, quality.weight) == (quality.actual, Fraction(1, 5))
    assert (quality.target, quality.attainment) == (None, None)
    assert line(card, "loan_average").points is None
    total = line(card, "total")
    assert (total.kind, total.actual, total.points) == (
        "score",
        None,
        card.total and card.total.value,
    )
    assert card.standings[0].population == (("grade", str(card.grade)),)


def test_one_subject_s_card_is_the_one_among_all(
    cards: dict[str, Scorecard], example_run: RunFolder
) -> None:
    for name in list(cards)[::9]:
        assert read_scorecards(example_run, name) == (cards[name],)
    assert read_scorecards(example_run, "E999") == ()


def test_what_is_missing_stays_missing_with_its_reason(bank: ExampleBank) -> None:
    left_out = "missing: leave_out_and_reweight"
    text = SCHEME.replace("code: quality_score", f"code: unheard_of\n    {left_out}")
    text = text.replace("missing: block", left_out)
    for card in read_scorecards(bank.stored(text)):
        found = line(card, "quality")
        assert isinstance(found.actual, Missing)
        assert found.points == found.actual


def test_the_total_is_what_is_ranked_else_classed_else_shown_last() -> None:
    assert total_entry(scheme_of(SCHEME).scheme) == ("total", "ranking")
    head, rest = SCHEME.split("ranks:\n")
    tail = rest[rest.index("classes:\n") :]
    classes = tail[: tail.index("grades:\n")]
    assert total_entry(scheme_of(head + classes).scheme) == ("total", "class")
    assert total_entry(scheme_of(head).scheme) == ("total", "last_score")
    assert total_entry(scheme_of(head[: head.index("scores:\n")]).scheme) is None
