"""DuckDB agrees with the naive interpreter on random ledgers, whatever is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.ledgers import random_ledger, random_members
from tests.engines.naive import naive_facts, naive_leaves
from tests.engines.questions import random_requests
from tests.engines.spans import EXAMPLES, RANDOM, SPAN
from tidui.core.appraisal.facts import leaf_total
from tidui.engines import Engine, compute_facts, leaf_rows, open_engine, prepare, release


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb", threads=2, memory="1GiB") as engine:
        yield engine


@EXAMPLES
@given(RANDOM, st.booleans())
def test_duckdb_agrees_with_the_naive_interpreter(engine: Engine, rng: Random, teams: bool) -> None:
    ledger = random_ledger(rng, SPAN)
    members = random_members(rng, SPAN) if teams else None
    requests = random_requests(rng, SPAN)
    with TemporaryDirectory() as folder:
        ledger.write(Path(folder))
        prepared = prepare(engine, ledger, span=SPAN, members=members)
        assert prepared.issues == ()
        facts = compute_facts(engine, prepared, requests)
        expected = naive_facts(ledger, SPAN, requests, members)
        assert facts.rows == expected.rows
        assert facts.customers == expected.customers
        release(engine, prepared)


@EXAMPLES
@given(RANDOM, st.booleans())
def test_leaf_rows_reproduce_count_and_sum(engine: Engine, rng: Random, teams: bool) -> None:
    ledger = random_ledger(rng, SPAN)
    members = random_members(rng, SPAN) if teams else None
    requests = random_requests(rng, SPAN, count=3)
    with TemporaryDirectory() as folder:
        ledger.write(Path(folder))
        prepared = prepare(engine, ledger, span=SPAN, members=members)
        facts = compute_facts(engine, prepared, requests)
        for request in requests:
            rows = facts.customers if request.kind == "customer" else facts.rows
            for subject in prepared.subjects:
                for slice_no in range(len(request.slices)):
                    leaves = leaf_rows(engine, prepared, request, subject, slice_no)
                    mine = [
                        r for r in rows
                        if (r.key, r.subject, r.slice_no) == (request.key, subject, slice_no)
                    ]  # fmt: skip
                    assert len(leaves) == sum(r.rows for r in mine)
                    assert leaf_total(request, leaves) == sum(r.total for r in mine)
                    expected = naive_leaves(ledger, SPAN, request, subject, slice_no, members)
                    assert leaves == expected
        release(engine, prepared)
