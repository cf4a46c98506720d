"""What is paid out is what was posted: line by line, to the fen, out and back."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidui.exchange.inert import STARTS, bare_text
from tidui.ledger import LedgerError
from tidui.library import names, texts
from tidui.library.messages import messages
from tidui.runs.payroll import PayrollLine, payroll_file, payroll_reference
from tidui.runs.payroll_documents import PayrollDocument, read_payroll
from tidui.runs.payroll_returns import read_payroll_return

CSV = """
format: payroll/1
id: test
title: {zh: 测试, en: Test}
file: {format: csv, encoding: ENCODING, delimiter: ',', quote: '"'}
columns:
  - {title: 参考号, value: reference}
  - {title: 工号, value: employee_no}
  - {title: 姓名, value: name}
  - {title: 币种, value: currency}
  - {title: 项目, constant: 绩效薪酬}
  - {title: 金额, value: amount, unit: UNIT}
returned: {reference: 参考号, amount: 金额, unit: UNIT}
"""
STATUS = """
  status: {column: 结果, paid: [成功], rejected: [失败]}
  reason: 原因
"""


def document(kind: str = "csv", unit: str = "major", encoding: str = "utf-8") -> PayrollDocument:
    text = CSV.replace("UNIT", unit).replace("ENCODING", encoding)
    return read_payroll(text.replace("format: csv", f"format: {kind}"))


def answered() -> PayrollDocument:
    text = CSV.replace("UNIT", "major").replace("ENCODING", "utf-8")
    returned = "returned:\n  reference: 参考号\n  amount: 金额\n  unit: major\n  thousands: ','"
    return read_payroll(text.partition("returned:")[0] + returned + STATUS)


def line(number: int = 1, **changed: Any) -> PayrollLine:
    employee_no = f"A{number:05}"
    reference = payroll_reference("run-7", "2026Q3", employee_no)
    made = PayrollLine(reference, employee_no, "林晓雯", 1_864_000, "CNY", "2026Q3")
    return replace(made, **changed)


def codes(lines: list[PayrollLine], by: PayrollDocument) -> list[str]:
    with pytest.raises(LedgerError) as caught:
        payroll_file(lines, by)
    found = [problem.code for problem in caught.value.issues]
    assert set(found) <= set(messages())
    return found


CELLS = st.text(
    st.characters(codec="gb18030", exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=12
).filter(lambda text: text == text.strip())
NASTY = st.builds(lambda start, rest: start + rest, st.sampled_from(["'", "''", *"=+-@＝"]), CELLS)
LINES = st.lists(
    st.builds(
        PayrollLine,
        CELLS.map(lambda text: "R" + text), CELLS | NASTY, CELLS | NASTY,
        st.integers(1, 10**18), st.sampled_from(["CNY", "JPY", "KWD"]), st.just("2026Q3"),
    ),
    min_size=1, max_size=6, unique_by=lambda made: made.reference,
)  # fmt: skip


@given(LINES, st.sampled_from(["major", "minor"]), st.sampled_from(["utf-8-sig", "gb18030"]))
def test_what_is_written_as_csv_reads_back_as_the_same_lines(
    lines: list[PayrollLine], unit: str, encoding: str
) -> None:
    by = document(unit=unit, encoding=encoding)
    made = payroll_file(lines, by)
    sums: Counter[str] = Counter()
    for one in lines:
        sums[one.currency] += one.amount
    assert dict(made.totals) == dict(sums)
    assert made.rows == len(lines)
    assert made.sha256 == hashlib.sha256(made.content).hexdigest()
    rows = list(csv.DictReader(io.StringIO(made.content.decode(encoding), newline="")))
    assert [(bare_text(row["工号"]), bare_text(row["姓名"]), row["币种"]) for row in rows] == [
        (one.employee_no, one.name, one.currency) for one in lines
    ]
    for row in rows:
        assert not any(row[title].startswith(STARTS) for title in ("参考号", "工号", "姓名"))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("unit", ["major", "minor"])
def test_each_amount_comes_back_to_the_last_digit(kind: str, unit: str, tmp_path: Path) -> None:
    amounts = [1, 5, 10, 99, 100, 101, 29_99, 1_864_000, 999_999_999_999_99, 10**18 + 1]
    lines = [line(number, amount=amount) for number, amount in enumerate(amounts)]
    lines += [line(50, amount=7, currency="JPY"), line(51, amount=1234, currency="KWD")]
    by = document(kind, unit)
    path = tmp_path / f"back.{kind}"
    path.write_bytes(payroll_file(lines, by).content)
    back = read_payroll_return(path, by, lines)
    assert back.issues == ()
    assert back.paid == tuple(lines)
    assert back.unanswered == back.rejected == ()


def test_the_same_lines_give_the_same_bytes() -> None:
    for kind in ("csv", "xlsx"):
        by = document(kind)
        assert payroll_file([line()], by) == payroll_file([line()], by)
    assert payroll_file([line()], document()).name == "test-2026Q3.csv"


def test_a_name_that_looks_like_a_formula_is_guarded_and_an_amount_is_a_number(
    tmp_path: Path,
) -> None:
    evil = line(name='=HYPERLINK("http://x")', employee_no="00123")
    text = payroll_file([evil], document()).content.decode()
    assert "\"'=HYPERLINK" in text
    assert text.rstrip().endswith(",18640.00")
    (tmp_path / "a.xlsx").write_bytes(payroll_file([evil], document("xlsx")).content)
    cells = [cell.value for cell in list(openpyxl.load_workbook(tmp_path / "a.xlsx").active)[1]]
    assert cells[1:3] == ["00123", '\'=HYPERLINK("http://x")']
    assert cells[5] == 18640


def test_what_can_not_be_paid_makes_no_file() -> None:
    by = document()
    assert codes([], by) == ["payroll.no-lines"]
    assert codes([line(), line()], by) == ["payroll.duplicate-reference"]
    assert codes([line(amount=0), line(2, amount=-1)], by) == ["payroll.not-positive"] * 2
    assert codes([line(currency="XXX")], by) == ["payroll.unknown-currency"]
    assert codes([line(employee_no="")], by) == ["payroll.missing-value"]
    assert codes([line(name="林\r晓雯"), line(2, name="林 ")], by) == ["payroll.bad-text"] * 2


def test_a_sign_outside_the_encoding_is_named() -> None:
    assert codes([line(name="王𠮷")], document(encoding="gbk")) == ["payroll.not-in-encoding"]
    assert payroll_file([line(name="王𠮷")], document(encoding="gb18030")).rows == 1


def test_several_currencies_need_a_column() -> None:
    text = CSV.replace("UNIT", "major").replace("ENCODING", "utf-8")
    bare = read_payroll(text.replace("  - {title: 币种, value: currency}\n", ""))
    assert payroll_file([line()], bare).totals == {"CNY": 1_864_000}
    assert codes([line(), line(2, currency="USD")], bare) == ["payroll.currency-untold"]


def test_a_file_without_quotes_refuses_what_it_would_tear_apart() -> None:
    text = CSV.replace("UNIT", "major").replace("ENCODING", "utf-8")
    bare = read_payroll(text.replace("quote: '\"'", 'quote: ""'))
    assert payroll_file([line()], bare).rows == 1
    assert codes([line(name="林,晓雯"), line(2, name='"')], bare) == ["payroll.bad-text"] * 2


def test_a_reference_is_the_same_for_ever_and_unique_to_its_group() -> None:
    assert payroll_reference("g1", "2026Q3", "A1") == payroll_reference("g1", "2026Q3", "A1")
    others = {payroll_reference(*key) for key in (("g1", "2026Q3", "A1"), ("g2", "2026Q3", "A1"))}
    assert len(others) == 2
    assert payroll_reference("a", "b", "c") != payroll_reference("ab", "", "c")


def back(tmp_path: Path, rows: list[str], sent: list[PayrollLine]) -> Any:
    path = tmp_path / "back.csv"
    path.write_text("\n".join(["参考号,金额,结果,原因", *rows]), encoding="utf-8")
    return read_payroll_return(path, answered(), sent, shown="退回.csv")


def test_paid_and_rejected_lines_are_matched_by_reference(tmp_path: Path) -> None:
    sent = [line(1), line(2), line(3)]
    rows = [
        f"{sent[1].reference},18640.00,失败,账户已销户",
        f'{sent[0].reference},"18,640.00",成功,',
    ]
    found = back(tmp_path, rows, sent)
    assert found.issues == ()
    assert found.paid == (sent[0],)
    assert [(one.line, one.reason) for one in found.rejected] == [(sent[1], "账户已销户")]
    assert found.unanswered == (sent[2],)


def test_a_returned_line_in_doubt_is_neither_paid_nor_rejected(tmp_path: Path) -> None:
    sent = [line(1), line(2), line(3), line(4), line(5)]
    r = [one.reference for one in sent]
    rows = [
        "2026Q3-X-0,18640.00,成功,", f"{r[0]},18640.01,成功,", f"{r[1]},18640,成功,",
        f"{r[1]},18640,成功,", f"{r[2]},18640,处理中,", f"{r[3]},一万,成功,", f"{r[4]},18640,失败,",
    ]  # fmt: skip
    found = back(tmp_path, rows, sent)
    assert [(problem.code, problem.where) for problem in found.issues] == [
        ("payroll.unknown-reference", "退回.csv:2"), ("payroll.amount-differs", "退回.csv:3"),
        ("payroll.returned-twice", "退回.csv:4"), ("payroll.returned-twice", "退回.csv:5"),
        ("payroll.unknown-status", "退回.csv:6"), ("payroll.bad-amount", "退回.csv:7"),
        ("payroll.no-reason", "退回.csv:8"),
    ]  # fmt: skip
    assert {problem.code for problem in found.issues} <= set(messages())
    assert found.paid == found.unanswered == ()
    assert [one.line for one in found.rejected] == [sent[4]]
    assert dict(found.issues[1].values)["returned"] == 1_864_001


def test_a_returned_file_without_its_columns_or_its_rule_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "back.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(LedgerError, match=r"exchange\.missing-column"):
        read_payroll_return(path, answered(), [line()])
    text = CSV.replace("UNIT", "major").replace("ENCODING", "utf-8").partition("returned:")[0]
    with pytest.raises(LedgerError, match=r"payroll\.no-return"):
        read_payroll_return(path, read_payroll(text), [line()])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("value: name", "value: salary"),
        ("value: name", "value: name, constant: x"),
        ("value: amount, unit: major", "value: amount"),
        ("value: reference", "value: employee_no"),
        ("title: 姓名", "title: 工号"),
        ("title: 姓名", "title: '=姓名'"),
        ("encoding: utf-8", "encoding: big5"),
        ("id: test", "id: test\nextra: 1"),
        ("constant: 绩效薪酬", 'constant: "绩\\n效"'),
    ],
)
def test_a_wrong_document_is_refused(old: str, new: str) -> None:
    text = CSV.replace("UNIT", "major").replace("ENCODING", "utf-8")
    assert old in text
    with pytest.raises(LedgerError, match=r"payroll\.bad-document"):
        read_payroll(text.replace(old, new))


@pytest.mark.parametrize("name", names("payrolls"))
def test_each_example_of_the_library_writes_a_file_and_reads_it_back(
    name: str, tmp_path: Path
) -> None:
    by = read_payroll(texts("payrolls", name))
    made = payroll_file([line(account="6222020000000001234")], by)
    assert made.name == f"{name}-2026Q3.{by.file.format}"
    returned = by.returned
    assert returned is not None
    assert {returned.reference, returned.amount} <= {column.title for column in by.columns}
    (tmp_path / made.name).write_bytes(made.content)
    with pytest.raises(LedgerError, match="missing-column"):  # what was sent is no answer
        read_payroll_return(tmp_path / made.name, by, [line()])


def test_the_page_shows_a_document_that_is_read() -> None:
    page = (Path(__file__).parents[2] / "docs/how-to/pay-out.md").read_text(encoding="utf-8")
    shown = page.partition("```yaml\n")[2].partition("```")[0]
    assert read_payroll(shown).id == "salary-system"
    assert payroll_reference("run-7", "2026Q3", "A01030").startswith("2026Q3-A01030-")
