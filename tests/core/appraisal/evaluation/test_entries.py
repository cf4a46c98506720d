"""Named values and the order in which they can be computed."""

from __future__ import annotations

from tests.factories import scheme, title
from tidui.core.appraisal.evaluation.entries import (
    category_name,
    dependencies,
    evaluation_order,
    list_entries,
    node_names,
)


def score(value: object) -> dict[str, object]:
    """Build a score."""
    return {"title": title(), "value": value}


RANK = {
    "title": title(), "of": "b", "best": "high", "within": [], "ties": "share_best",
    "min_group": 1, "below_min_group": "widen_population", "cut": "ceil",
}  # fmt: skip


def test_nothing_is_read_before_it_is_computed() -> None:
    body = scheme(
        scores={
            "c": score({"by_rank": {"rank": "place", "rows": [{"value": "a"}]}}),
            "b": score({"sum": ["a", 1]}),
            "a": score(1),
        },
        ranks={"place": RANK},
    )
    order, circle = evaluation_order(body)
    assert circle == ()
    assert order == ("a", "b", "rank:place", "c")


def test_a_circle_is_named_from_end_to_end() -> None:
    body = scheme(scores={"a": score({"sum": ["b"]}), "b": score({"sum": ["a"]})})
    assert evaluation_order(body) == ((), ("a", "b", "a"))


def test_a_condition_inside_a_score_is_a_dependency() -> None:
    node = {"when": {"condition": {"all": ["gate", {"rank": "place", "top": 1}]}, "then": 1,
                     "otherwise": {"lookup": {"by": "class:word", "rows": {"x": 1}}}}}  # fmt: skip
    body = scheme(scores={"b": score(1), "a": score(node)}, ranks={"place": RANK},
                  conditions={"gate": {"score": "b", "at_least": 1}})  # fmt: skip
    assert dependencies(body)["a"] == ("gate:gate", "rank:place", "class:word")
    assert dependencies(body)["gate:gate"] == ("b",)


def test_a_contribution_has_its_categories_before_it() -> None:
    categories = {"corporate": {"title": title(), "value": 80, "weight": 100, "cap": 50}}
    body = scheme(contribution={"title": title(), "total": 100, "missing": "block",
                                "categories": categories})  # fmt: skip
    names = [entry.name for entry in list_entries(body)]
    assert names == [category_name("corporate"), "contribution"]
    assert list(node_names(list_entries(body)[1].node)) == ["contribution.corporate"]
