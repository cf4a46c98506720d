"""Make the example bank: invented people and money, the same bytes from every run.

    python tools/example_bank.py examples

40 relationship managers in 6 branches, 600 customers, balances of 25 months as change points.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from random import Random

FIRST, END = date(2023, 12, 1), date(2026, 1, 1)
BRANCHES = 6
MANAGERS = 40
CUSTOMERS = 600
GRADES = ("assistant", "rm", "senior", "chief")
INDUSTRIES = ("manufacturing", "trade", "construction", "logistics", "software", "catering")


class Bank:
    """The invented bank, drawn from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.managers = [f"E{number:03}" for number in range(1, MANAGERS + 1)]
        self.branch_of = {m: f"B{i % BRANCHES + 1:02}" for i, m in enumerate(self.managers)}
        self.customers = [f"C{number:05}" for number in range(1, CUSTOMERS + 1)]
        self.owner = {c: self.random.choice(self.managers) for c in self.customers}
        self.skill = {m: 0.6 + 0.9 * self.random.random() for m in self.managers}

    def day(self, start: date = FIRST, end: date = END) -> date:
        """Draw a day."""
        return start + timedelta(days=self.random.randrange((end - start).days))

    def organisation(self) -> Iterable[tuple[object, ...]]:
        """Units: a head office, six branches, an outlet and a corporate team in each."""
        yield "机构号", "上级机构", "类型", "起始日", "终止日"
        yield "HQ", "", "分行", FIRST, ""
        for number in range(1, BRANCHES + 1):
            code = f"B{number:02}"
            yield code, "HQ", "支行", FIRST, ""
            yield f"{code}-O1", code, "网点", FIRST, ""
            yield f"{code}-T1", code, "团队", FIRST, ""

    def employees(self) -> Iterable[tuple[object, ...]]:
        """Managers with grade and tenure; one joins, one leaves, one is on maternity leave."""
        yield (
            "工号", "所属", "网点", "条线", "岗位", "序列", "等级", "上级", "任职日", "状态",
            "证书", "起始日", "终止日",
        )  # fmt: skip
        for number, manager in enumerate(self.managers):
            branch = self.branch_of[manager]
            grade = GRADES[min(3, int(self.skill[manager] * 2.6) - 1)] if number > 3 else "rm"
            since = date(2015 + self.random.randrange(9), 1 + self.random.randrange(12), 1)
            certificates = "credit,product" if self.random.random() < 0.7 else "product"
            common = (
                f"{branch}-T1", f"{branch}-O1", "对公", "客户经理", "four-grades", grade,
                f"L{branch[1:]}", since,
            )  # fmt: skip
            periods = [("在岗", FIRST, "")]
            if number == 7:
                periods = [("在岗", FIRST, date(2025, 9, 1)), ("离职", date(2025, 9, 1), "")]
            elif number == 12:
                periods = [("在岗", date(2025, 4, 1), "")]
            elif number == 19:
                periods = [
                    ("在岗", FIRST, date(2025, 3, 1)),
                    ("产假", date(2025, 3, 1), date(2025, 8, 1)),
                    ("在岗", date(2025, 8, 1), ""),
                ]
            for status, start, end in periods:
                yield (manager, *common, status, certificates, start, end)

    def customer_rows(self) -> Iterable[tuple[object, ...]]:
        """Customers: corporate, with a tier by chance."""
        yield "客户号", "客群", "层级", "行业", "起始日", "终止日"
        for customer in self.customers:
            tier = ("核心", "重点", "一般")[min(2, int(self.random.random() * 4))]
            yield customer, "对公", tier, self.random.choice(INDUSTRIES), FIRST, ""

    def accounts(self) -> list[tuple[str, str, str, str, date]]:
        """Accounts: every customer has a deposit; some a margin deposit, some a loan."""
        rows = []
        for number, customer in enumerate(self.customers):
            opened = FIRST - timedelta(days=self.random.randrange(900))
            if number % 17 == 0:
                opened = self.day(date(2024, 6, 1), date(2025, 10, 1))
            rows.append((f"6100{number:09}", customer, "存款", "current", opened))
            if self.random.random() < 0.12:
                rows.append((f"6200{number:09}", customer, "存款", "margin", opened))
            if self.random.random() < 0.3:
                rows.append((f"7100{number:09}", customer, "贷款", "working-capital", opened))
        return rows

    def account_rows(self, accounts: list[tuple[str, str, str, str, date]]) -> Iterable[tuple]:
        """Accounts as delivered."""
        yield (
            "账号",
            "客户号",
            "类别",
            "产品",
            "币种",
            "机构号",
            "开户日",
            "销户日",
            "起始日",
            "终止日",
        )
        for account, customer, kind, product, opened in accounts:
            branch = self.branch_of[self.owner[customer]]
            start = max(opened, FIRST)
            yield account, customer, kind, product, "CNY", branch, opened, "", start, ""

    def attributions(self) -> Iterable[tuple[object, ...]]:
        """Customers by manager: most whole, some split 60/40, some handed over in 2025."""
        yield "客户号", "工号", "份额", "起始日", "终止日", "批准人"
        for number, customer in enumerate(self.customers):
            owner = self.owner[customer]
            other = self.managers[(self.managers.index(owner) + BRANCHES) % MANAGERS]
            if number % 50 == 49:
                continue
            if number % 9 == 0:
                yield customer, owner, "60%", FIRST, "", "H01"
                yield customer, other, "40%", FIRST, "", "H01"
            elif number % 11 == 0:
                change = self.day(date(2025, 3, 1), date(2025, 11, 1))
                yield customer, owner, "100%", FIRST, change, "H01"
                yield customer, other, "100%", change, "", "H01"
            else:
                yield customer, owner, "100%", FIRST, "", "H01"

    def balances(self, accounts: list[tuple[str, str, str, str, date]]) -> Iterable[tuple]:
        """Change points: a balance holds until the account's next line."""
        yield "账号", "币种", "日期", "余额", "五级分类", "逾期天数"
        for account, customer, kind, product, opened in accounts:
            skill = self.skill[self.owner[customer]]
            size = (0.3 + 4 * self.random.random() ** 3) * 3_000_000 * skill
            if product == "margin":
                size *= 0.25
            if kind == "贷款":
                size *= 2.2
            day, balance = max(opened, FIRST), size
            bad = kind == "贷款" and self.random.random() < 0.05
            while day < END:
                fen = int(balance * 100)
                grade = "" if kind == "存款" else 3 if bad and day > date(2025, 8, 1) else 1
                late = "" if kind == "存款" else 95 if grade == 3 else 0
                yield account, "CNY", day, f"{fen // 100}.{fen % 100:02}", grade, late
                balance = max(10_000, balance * (0.88 + 0.26 * self.random.random()))
                day += timedelta(days=1 + self.random.randrange(36))

    def flows(self) -> Iterable[tuple[object, ...]]:
        """Fees booked by customer."""
        yield "流水号", "日期", "客户号", "种类", "金额", "币种", "笔数"
        for number in range(1, 2401):
            customer = self.random.choice(self.customers)
            fen = int(self.random.random() ** 2 * 6_000_000) + 5_000
            amount = f"{fen // 100}.{fen % 100:02}"
            yield f"F{number:06}", self.day(), customer, "手续费", amount, "CNY", 1

    def measures(self) -> Iterable[tuple[object, ...]]:
        """The quality score of each manager, rated by one and checked by another."""
        yield "对象", "指标", "期间", "分值", "单位", "来源", "录入人", "复核人"
        for manager in self.managers:
            score = 68 + self.random.randrange(31)
            yield manager, "quality_score", "2025", score, "point", "rating 2025", "H02", "H03"

    def targets(self) -> Iterable[tuple[object, ...]]:
        """Targets of deposits and fees, confirmed in January."""
        yield "对象", "指标", "期间", "目标", "单位", "确认日", "录入人", "复核人"
        for manager in self.managers:
            deposits = 60_000_000 + 2_000_000 * self.random.randrange(20)
            fees = 300_000 + 20_000 * self.random.randrange(20)
            confirmed = date(2025, 1, 1 + self.random.randrange(28))
            yield manager, "deposit_average", "2025", deposits, "CNY", confirmed, "H02", "H03"
            yield manager, "fee_income", "2025", fees, "CNY", confirmed, "H02", "H03"


SURNAMES = "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余"
GIVEN = (
    "晓雯", "志强", "建国", "丽娜", "俊杰", "海燕", "文博", "雨桐", "思远", "佳慧", "宇航", "静怡",
    "明轩", "雪梅", "立军", "欣然", "浩然", "若曦", "振华", "美玲", "一鸣", "诗涵", "国栋", "雅琴",
    "天佑", "梦瑶", "志远", "慧敏", "家豪", "玉兰", "子轩", "秀英", "德明", "可欣", "永强", "春燕",
    "景行", "婉清", "承志", "嘉怡",
)  # fmt: skip
BRANCH_NAMES = ("滨江", "北苑", "西城", "科技园", "经开", "东湖")


def name_rows() -> Iterable[tuple[object, ...]]:
    """Names of units and people: the ledger holds none, so they come as a file of their own."""
    yield "编号", "名称"
    yield "HQ", "示例银行"
    for number, name in enumerate(BRANCH_NAMES, start=1):
        yield f"B{number:02}", f"{name}支行"
        yield f"B{number:02}-O1", f"{name}支行营业部"
        yield f"B{number:02}-T1", f"{name}支行公司业务团队"
        yield f"L{number:02}", f"{SURNAMES[-number]}{GIVEN[-number]}"
    for number in range(1, MANAGERS + 1):
        yield f"E{number:03}", f"{SURNAMES[number - 1]}{GIVEN[(number * 7) % len(GIVEN)]}"


def write(path: Path, rows: Iterable[tuple[object, ...]], encoding: str = "utf-8") -> None:
    """Write rows as CSV."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def main(folder: Path) -> None:
    """Write all deliveries of the example bank."""
    bank = Bank(seed=20260101)
    accounts = bank.accounts()
    write(folder / "organisation.csv", bank.organisation())
    write(folder / "employees.csv", bank.employees())
    write(folder / "customers.csv", bank.customer_rows())
    write(folder / "accounts.csv", bank.account_rows(accounts))
    write(folder / "attributions.csv", bank.attributions())
    write(folder / "balances.csv", bank.balances(accounts), "gb18030")
    write(folder / "flows.csv", bank.flows())
    write(folder / "measures.csv", bank.measures())
    write(folder / "targets.csv", bank.targets())
    write(folder / "names.csv", name_rows())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
