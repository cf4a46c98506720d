"""What people do, in a browser: from a figure to its rows, an objection, a decision, a slip."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("browser")
PAGES = {
    "alice": ("/", "/todo/", "/appraisal/scorecard/", "/appraisal/slips/", "/preferences/",
              "/customers/mine/"),
    "bob": ("/appraisal/board/", "/appraisal/decisions/", "/measures/"),
    "frank": ("/appraisal/cycles/", "/people/employees/", "/people/units/", "/ledger/",
              "/ledger/calendar/", "/customers/attributions/", "/appraisal/schemes/",
              "/appraisal/plans/", "/appraisal/pay/", "/appraisal/objections/"),
    "eve": ("/audit/", "/people/users/", "/jobs/"),
}  # fmt: skip
LOOKS = [(name, phone) for name in PAGES for phone in (False, True)]


@pytest.mark.parametrize(("name", "phone"), LOOKS)
def test_pages_are_accessible_and_fit_the_screen(visit: Any, name: str, phone: bool) -> None:
    visitor = visit(name, phone=phone)
    for path in PAGES[name]:
        assert visitor.open(path) == 200, path
        assert visitor.sideways() <= 0, path
        assert visitor.serious() == [], path


def test_the_dark_theme_is_readable(visit: Any) -> None:
    visitor = visit("alice", dark=True)
    for path in ("/", "/appraisal/scorecard/"):
        visitor.open(path)
        assert visitor.serious() == [], path


def test_a_manager_follows_a_figure_to_its_rows_and_objects(visit: Any) -> None:
    alice = visit("alice")
    page = alice.page
    alice.open("/appraisal/slips/")
    page.click("td a:has-text('2025Q2')")
    page.click("a:has-text('计分卡') >> nth=-1")
    page.click("td a:has-text('对公存款季日均') >> nth=0")
    page.click("a:has-text('台账明细') >> nth=0")
    assert "逐行相加与结果一致" in page.inner_text("main")
    page.go_back()
    page.click("a:has-text('对此数字提出异议')")
    page.fill("textarea[name=text]", "五月的余额少了一户")
    page.click("main form button.btn-primary")
    assert "已提出" in page.inner_text("main")

    frank = visit("frank")
    frank.open("/todo/")
    frank.page.click("a:has-text('答复异议') >> nth=0")
    frank.page.select_option("select[name=state]", "rejected")
    frank.page.fill("textarea[name=answer]", "已逐户核对，余额无误")
    frank.page.click("main form button.btn-primary")
    assert "不成立" in frank.page.inner_text("main")


def test_a_head_decides_and_states_why_he_departs(visit: Any) -> None:
    bob = visit("bob")
    page = bob.page
    bob.open("/appraisal/decisions/?decided=no")
    page.click("tbody a >> nth=0")
    proposed = page.input_value("select[name=grade]")
    other = next(g for g in ("senior", "rm", "assistant") if g != proposed)
    page.select_option("select[name=grade]", other)
    page.click("main form button.btn-primary")
    assert "与建议不一致" in page.inner_text("main")
    page.fill("textarea[name=reason]", "新任务期，先观察一个季度")
    page.click("main form button.btn-primary")
    assert "已决定" in page.inner_text("main")


def test_long_work_shows_its_progress_and_its_result(visit: Any) -> None:
    frank = visit("frank")
    page = frank.page
    frank.open("/appraisal/cycles/")
    page.click("tr:has-text('2025Q4') a")
    page.click("button:has-text('计算') >> nth=0")
    page.wait_for_selector("a:has-text('查看结果')", timeout=60_000)
    page.click("a:has-text('查看结果')")
    page.click("a:has-text('结果') >> nth=-1")
    assert re.search(r"\d+ 行", page.inner_text("#list"))


def test_a_stranger_sees_that_nothing_is_there(visit: Any) -> None:
    bob = visit("bob")
    bob.open("/appraisal/board/")
    address = bob.page.get_attribute(".t-ranking a >> nth=0", "href")
    charlie = visit("charlie")
    assert charlie.open(address) == 404
    assert "这里没有内容" in charlie.page.inner_text("main")


def test_the_keyboard_reaches_the_content_first(visit: Any) -> None:
    alice = visit("alice")
    alice.open("/appraisal/scorecard/")
    alice.page.keyboard.press("Tab")
    assert alice.page.evaluate("document.activeElement.className") == "t-skip"
    alice.page.keyboard.press("Enter")
    assert alice.page.evaluate("document.activeElement.id") == "main"
