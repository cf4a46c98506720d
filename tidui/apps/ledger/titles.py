"""Words for the tables of the ledger and their columns."""

from __future__ import annotations

from typing import Final

from tidui.ui.pages import lang

TABLE_TITLES: Final = {
    "accounts": ("账户", "accounts"), "balances": ("余额", "balances"),
    "loan_events": ("贷款事件", "loan events"), "flows": ("流水", "flows"),
    "attributions": ("业绩归属", "attributions"), "rates": ("利率与汇率", "rates"),
    "measures": ("手工指标", "measures"), "organisation": ("机构", "organisation"),
    "employees": ("员工", "employees"), "customers": ("客户", "customers"),
    "targets": ("目标", "targets"), "outcomes": ("考核结果", "outcomes"),
    "openings": ("期初递延", "openings"),
}  # fmt: skip

COLUMN_TITLES: Final = {
    "account_no": ("账号", "account number"), "customer_no": ("客户号", "customer number"),
    "kind": ("种类", "kind"), "product": ("产品", "product"), "currency": ("币种", "currency"),
    "org_code": ("机构号", "unit code"), "opened_on": ("开户日", "opened on"),
    "closed_on": ("销户日", "closed on"), "maturity_on": ("到期日", "matures on"),
    "customer_rate": ("客户利率", "customer rate"),
    "transfer_price_code": ("转移价格代码", "transfer price code"),
    "valid_from": ("起始日", "valid from"), "valid_to": ("终止日", "valid to"),
    "balance": ("余额", "balance"), "class": ("五级分类", "class"),
    "overdue_days": ("逾期天数", "days overdue"), "day": ("日期", "day"),
    "event_id": ("事件号", "event"), "amount": ("金额", "amount"), "who": ("工号", "who"),
    "entry_id": ("流水号", "entry"), "booked_on": ("记账日", "booked on"),
    "count": ("笔数", "count"), "code": ("代码", "code"), "value": ("数值", "value"),
    "segment": ("客群", "segment"), "tier": ("层级", "tier"), "industry": ("行业", "industry"),
    "employee_no": ("工号", "employee number"), "reference": ("凭证号", "reference"),
    "due_on": ("到期日", "due on"), "period": ("期间", "period"),
}  # fmt: skip


def table_title(table: str) -> str:
    """Return a table's words, its own name where it has none."""
    return _words(TABLE_TITLES, table)


def column_title(column: str) -> str:
    """Return a column's words, its own name where it has none."""
    return _words(COLUMN_TITLES, column)


def _words(titles: dict[str, tuple[str, str]], name: str) -> str:
    zh, en = titles.get(name, (name, name))
    return en if lang() == "en" else zh
