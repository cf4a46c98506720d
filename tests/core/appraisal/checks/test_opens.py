"""Open figures: each is named by the place where it is written, and a word in a title is none."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.factories import loaded_scheme, scheme, title
from tidui.core.appraisal.cases import _put
from tidui.core.appraisal.checks.opens import open_paths, walk_records
from tidui.core.appraisal.scheme.document import load_scheme
from tidui.core.documents import parse_document, print_document

MEASURE = {"title": title(), "unit": "point", "fact": "measure", "code": "m"}


def score(node: Any) -> dict[str, Any]:
    """Return one score."""
    return {"scores": {"x": {"title": title(), "value": node}}}


RANK = {"title": title(), "of": "m", "best": "high", "within": "open", "ties": "open",
        "min_group": "open", "below_min_group": "open", "cut": "open"}  # fmt: skip


@pytest.mark.parametrize(
    ("own", "paths"),
    [
        (score("open"), ["scores.x.value"]),
        (score({"sum": [1, "open"]}), ["scores.x.value.sum[1]"]),
        (score({"attainment": {"of": "m", "target": "open", "progress": "none"}}),
         ["scores.x.value.attainment.target"]),
        (score({"step_table": {"of": "m", "mode": "whole", "rows": "open"}}),
         ["scores.x.value.step_table.rows"]),
        (score({"lookup": {"by": "grade", "rows": {"a": "open"}}}),
         ["scores.x.value.lookup.rows.a"]),
        ({"conditions": {"c": {"indicator": "m", "at_least": "open"}}}, ["conditions.c.at_least"]),
        ({"conditions": {"c": {"all": ["open", {"indicator": "m", "above": 1}]}}},
         ["conditions.c.all[0]"]),
        ({"ranks": {"r": RANK}}, [f"ranks.r.{name}" for name in (
            "within", "ties", "min_group", "below_min_group", "cut")]),
        ({"parameters": {"p": {"unit": "x", "source": "y", "values": "open"}}},
         ["parameters.p.values"]),
        ({"title": {"zh": "open", "en": "open"}, **score(1)}, []),
    ],
)  # fmt: skip
def test_an_open_figure_is_named_by_its_place_in_the_document(
    own: dict[str, Any], paths: list[str]
) -> None:
    loaded = loaded_scheme(indicators={"m": MEASURE}, **own)
    assert list(open_paths(loaded.scheme)) == paths
    raw = parse_document(loaded.text)
    assert all(_put(raw, path, 7) for path in paths)
    if paths and re.search("within|ties|values|rows$|all", paths[0]) is None:
        filled, issues = load_scheme(print_document(raw))
        assert issues == ()
        assert filled is not None
        assert open_paths(filled.scheme) == ()


def test_walking_yields_records_before_their_parts_with_their_paths() -> None:
    body = scheme(**score({"sum": [1, {"product": [2, 3]}]}))
    paths = [path for path, _ in walk_records(body)]
    assert paths.index("scores.x.value.of[1]") < paths.index("scores.x.value.of[1].of[0]")
