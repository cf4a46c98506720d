"""Mappings as form and text: what goes in comes out, and nothing typed is lost."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from tests.apps.cast import Bank, Clients, actor
from tests.apps.ledger.samples import ACCOUNTS, BALANCES, GOOD, delivered, make_draft
from tidui.apps.ledger.columns import apply_columns, column_lines
from tidui.apps.ledger.folder import the_ledger
from tidui.apps.ledger.mapping_texts import (
    checked,
    document_of,
    print_mapping,
    restored,
    start_mapping,
)
from tidui.apps.ledger.models import SavedMapping
from tidui.apps.ledger.queries.deliveries import delivery_entry
from tidui.apps.ledger.services.mappings import save_mapping
from tidui.core.documents import parse_document
from tidui.library import names, texts

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)


@given(st.dictionaries(WORDS, st.one_of(WORDS, st.integers(-99, 99), st.lists(WORDS))))
def test_a_printed_document_reads_back_as_the_same(document: dict[str, object]) -> None:
    assert (parse_document(print_mapping(document)) if document else {}) == document


@pytest.mark.parametrize("name", names("mappings"))
def test_the_form_keeps_every_mapping_of_the_library(name: str) -> None:
    document = document_of(texts("mappings", name))
    assert document is not None
    table = str(document["table"])
    said: dict[str, str] = {"feed": document["feed"], "shape": document.get("shape", "")}
    said |= {word: "on" for word in ("complete", "fill") if document.get(word)}
    said["since"] = str(document.get("since", ""))
    said["header"] = str(document.get("header", 1))
    for line in column_lines(document, table, None):
        said |= {
            f"theirs.{line.name}": line.theirs, f"constant.{line.name}": line.constant,
            f"unit.{line.name}": line.unit, f"date.{line.name}": line.date,
            f"codes.{line.name}": line.codes, f"thousands.{line.name}": line.thousands,
        }  # fmt: skip
        if line.leading:
            said[f"leading.{line.name}"] = "on"
    made = apply_columns(document, table, said)
    left = {key: value for key, value in document.items() if key != "controls"}
    assert parse_document(print_mapping(made)) == left


def test_a_mapping_starts_with_the_columns_that_the_file_has() -> None:
    document = document_of(start_mapping("balances", ["账号", "余额", "日期", "别的"]))
    assert document is not None
    assert set(document["columns"]) == {"account_no", "balance", "day", "currency"}
    assert "coverage" not in document


def test_a_column_that_the_file_lacks_is_named() -> None:
    _mapping, issues = checked(BALANCES + "coverage: {from: 2025-01-01, to: 2025-02-01}\n",
                               "balances", None, ["账号", "日期"])  # fmt: skip
    assert [found.code for found in issues] == ["exchange.missing-column"]


def test_what_is_typed_is_checked_and_not_written(clients: Clients) -> None:
    draft = make_draft()
    answer = clients["frank"].post(
        f"/ledger/drafts/{draft.public_id}/verify/", {"text": "format: mapping/9"},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    page = answer.content.decode()
    assert "<html" not in page
    assert "t-error" in page
    draft.refresh_from_db()
    assert draft.mapping_text == ACCOUNTS


def test_a_kept_mapping_gets_versions_and_is_never_changed(bank: Bank) -> None:
    words = {"name": "core-accounts", "title_zh": "账户", "title_en": "Accounts"}
    one = save_mapping(by=actor("frank"), text=ACCOUNTS, **words)
    with pytest.raises(ValidationError):
        save_mapping(by=actor("frank"), text=ACCOUNTS, **words)
    two = save_mapping(by=actor("frank"), text=ACCOUNTS.replace("账号", "账户号"), **words)
    assert (one.version, two.version) == (1, 2)
    assert "账户号" not in SavedMapping.objects.get(pk=one.pk).text


def test_an_unsound_mapping_is_not_kept(bank: Bank) -> None:
    with pytest.raises(ValidationError):
        save_mapping(
            by=actor("frank"), text=ACCOUNTS.replace("account_no", "number"), name="x",
            title_zh="x", title_en="x",
        )  # fmt: skip


def test_the_mapping_of_a_delivery_reads_back_as_it_was_written(bank: Bank) -> None:
    text = ACCOUNTS + "  closed_on: {constant: 2999-01-01}\n"
    number = delivered(GOOD, mapping=text)
    entry = delivery_entry(the_ledger(), number)
    assert entry is not None
    made = restored(entry.payload["mapping"]["document"])
    made.pop("coverage")
    again = document_of(print_mapping(made))
    assert again == document_of(text)
