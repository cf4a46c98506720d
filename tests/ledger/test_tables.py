"""Every table loads from the mapping that the library ships, and keeps its agreed columns."""

from __future__ import annotations

from typing import Any

import pytest

from tidui.core.documents import parse_document
from tidui.ledger import TABLES, LedgerError
from tidui.library import names, texts

SAMPLES = {
    "accounts": (
        "账号,客户号,账户类型,产品,币种,机构,开户日,销户日,到期日,利率,FTP代码\n"
        "001,C1,存款,0101,CNY,0731,2020-01-01,,,1.5,D1Y\n",
        {"account_no": "001", "kind": "deposit", "customer_rate_ppb": 15_000_000,
         "closed_day": 2932897, "maturity_day": None, "transfer_price_code": "D1Y"},
    ),
    "balances_snapshots": ("账号,日期,币种,余额\n001,2025-01-01,CNY,10.00\n", {"balance": 1000}),
    "balances_intervals": (
        "账号,开始日,结束日,币种,余额,五级分类,逾期天数\n001,2025-01-01,2025-03-31,CNY,10,次级,95\n",
        {"balance": 1000, "class": 3, "overdue_days": 95},
    ),
    "balances_change_points": ("账号,日期,币种,余额\n001,20250101,CNY,10.00\n", {"balance": 1000}),
    "loan_events": (
        "账号,事件号,事件,日期,金额,币种,责任人\n001,E1,逾期,2025-01-02,5.00,CNY,R1\n",
        {"kind": "overdue", "amount": 500, "who": "R1"},
    ),
    "flows": (
        "流水号,记账日,账号,客户号,类型,金额,币种,笔数\n1,2025-01-02,001,,中收,5.00,CNY,\n",
        {"kind": "fee", "amount": 500, "customer_no": None},
    ),
    "attributions": (
        "账号,客户号,工号,比例,角色,生效日,失效日,审批人\n001,,R1,60%,,2025-01-01,,B1\n",
        {"who": "R1", "basis": "main", "share_ppm": 600_000, "role": None},
    ),
    "rates": ("币种,日期,牌价\nUSD,2025-01-02,718.84\n", {"value_ppb": 7_188_400_000}),
    "measures": (
        "对象,指标,期间,得分,经办,复核\nR1,quality_score,2025,88.5,M1,K1\n",
        {"value": 88_500_000, "scale": 6, "period": "2025"},
    ),
    "organisation": ("机构号,上级,类型\n0731,,分行\n", {"kind": "branch", "parent": None}),
    "employees": (
        "工号,部门,网点,条线,岗位,序列,等级,直接上级,任职日,状态,证书,生效日,失效日\n"
        "R1,D1,0731,对公,客户经理,four-grades,rm,B1,2023-01-01,在岗,,2025-01-01,\n",
        {"employee_no": "R1", "business_line": "corporate", "status": "active", "grade": "rm"},
    ),
    "customers": ("客户号,客群,层级,行业\nC1,对公,重点,C35\n", {"segment": "corporate"}),
    "targets": (
        "对象,指标,期间,目标,基数,单位,确认日,经办,复核\nR1,deposit_average,2025,60000000,,CNY,,M1,K1\n",
        {"value": 60_000_000_000_000, "scale": 6, "base": None, "confirmed_day": None},
    ),
    "outcomes": (
        "工号,方案,期间,评级,原等级,新等级,建议,决定,决定人,原因\nR1,annual,2025,优秀,rm,rm,,,,\n",
        {"class": "excellent", "grade_before": "rm", "decided_by": None},
    ),
    "openings": (
        "工号,账号,类型,金额,币种,到期日,凭证,日期\nR1,,递延,100,CNY,2025-06-30,V1,2025-01-01\n",
        {"kind": "deferred", "amount": 10000, "reference": "V1"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_the_mapping_of_the_library_loads_its_sample(bank: Any, name: str) -> None:
    content, wanted = SAMPLES[name]
    text = texts("mappings", name)
    table = parse_document(text)["table"]
    path = bank.file(content)
    report = bank.ledger.load(path, table=table, mapping_text=text, at="t", by="b")
    assert (report.rows_in, report.rows_rejected) == (1, 0)
    row = bank.ledger.snapshot().rows(table)[0]
    assert {key: row[key] for key in wanted} == wanted
    assert list(row) == [word for word, _ in TABLES[table].stored]


def test_the_library_has_a_mapping_for_every_table() -> None:
    shipped = {parse_document(texts("mappings", name))["table"] for name in names("mappings")}
    assert shipped == set(TABLES)
    assert sorted(SAMPLES) == list(names("mappings"))


def test_a_rate_holds_until_the_next_line_of_its_code(bank: Any, to_day: Any) -> None:
    text = texts("mappings", "rates")
    content = "币种,日期,牌价\nUSD,2025-01-02,718\nUSD,2025-01-05,719\nEUR,2025-01-03,750\n"
    bank.ledger.load(bank.file(content), table="rates", mapping_text=text, at="t", by="b")
    rows = bank.ledger.snapshot().rows("rates")
    spans = [(r["code"], r["from_day"], r["to_day"]) for r in rows]
    assert spans == [
        ("EUR", to_day("2025-01-03"), to_day("2026-01-01")),
        ("USD", to_day("2025-01-02"), to_day("2025-01-05")),
        ("USD", to_day("2025-01-05"), to_day("2026-01-01")),
    ]


def test_the_same_entry_twice_is_rejected_twice(bank: Any) -> None:
    text = texts("mappings", "flows")
    head = "流水号,记账日,账号,客户号,类型,金额,币种,笔数\n"
    content = head + (
        "1,2025-01-02,001,,中收,5,CNY,\n1,2025-01-03,001,,中收,5,CNY,\n"
        "2,2025-01-03,,,中收,5,CNY,\n3,2025-01-03,001,,中收,7,CNY,2\n"
    )
    report = bank.ledger.load(bank.file(content), table="flows", mapping_text=text, at="t", by="b")
    assert bank.rejects(report) == [
        ("2", "entry_id", "ledger.duplicate"), ("3", "entry_id", "ledger.duplicate"),
        ("4", "account_no", "ledger.account-or-customer"),
    ]  # fmt: skip
    assert (report.amount_in, report.amount_used) == (2200, 700)


def test_a_measure_that_is_unknown_is_null_and_not_zero(bank: Any) -> None:
    text = texts("mappings", "measures")
    content = "对象,指标,期间,得分,经办,复核\nR1,quality,2025,,M1,K1\nR2,quality,2025,0,M1,K1\n"
    bank.ledger.load(bank.file(content), table="measures", mapping_text=text, at="t", by="b")
    rows = bank.ledger.snapshot().rows("measures")
    assert [(row["subject"], row["value"]) for row in rows] == [("R1", None), ("R2", 0)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"shape": None}, "mapping.no-shape"),
        ({"coverage": ("2025-02-01", "2025-02-01")}, "mapping.empty-coverage"),
        ({"fill": "previous_day", "shape": "change_points"}, "mapping.only-snapshots"),
        ({"since": "x"}, "mapping.bad-value"),
        ({"unknown": 1}, "mapping.unknown-field"),
        ({"columns": {}}, "mapping.missing-column"),
        ({"check": {"account_no": "nothing"}}, "mapping.bad-check"),
        ({"controls": {"sums": {"account_no": 1}}}, "mapping.bad-control"),
        ({"feed": "Ümläut"}, "mapping.bad-value"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused(bank: Any, change: Any, code: str) -> None:
    columns = {
        "account_no": {"column": "a"}, "currency": {"constant": "CNY"},
        "balance": {"column": "b"}, "day": {"column": "d"},
    }  # fmt: skip
    with pytest.raises(LedgerError) as caught:
        bank.load("a,b,d\nA,1,2025-01-01\n", **({"columns": columns} | change))
    assert code in [problem.code for problem in caught.value.issues]


def test_a_mapping_of_another_table_is_refused(bank: Any) -> None:
    with pytest.raises(LedgerError) as caught:
        bank.ledger.load(
            bank.file("x"), table="accounts", mapping_text=bank.mapping(), at="t", by="b"
        )
    assert caught.value.issue.code == "mapping.other-table"
