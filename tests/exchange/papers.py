"""Papers of an invented person, and the folder of fonts that they are set with."""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import Any

import pytest

from tidui.exchange.papers import (
    Column,
    Figure,
    IndicatorRow,
    PaySlip,
    Record,
    Scorecard,
    Section,
    Table,
    paper_words,
)

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "build/assets/fonts", Path("/usr/share/fonts/opentype/noto"))


def font_folder() -> Path:
    """Return a folder with a Chinese font, or skip with a word."""
    for folder in FOLDERS:
        if any(folder.rglob("Noto*")):
            return folder
    pytest.skip("no Chinese font: run python tools/assets.py fonts")


def plain(pdf: bytes) -> bytes:
    """Return a PDF with its streams unpacked, as far as they are deflated."""
    parts = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(parts)


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", plain(pdf)))


SHARED: dict[str, Any] = {
    "lang": "zh",
    "bank": "江南农村商业银行",
    "foot": (("考核方案", "corporate v3"), ("核算批次", "2026Q3-0007"), ("校验码", "9f3ac21b")),
    "signatures": ("本人签字：", "主管签字：", "日期："),
}


def scorecard(count: int = 3, **changed: Any) -> Scorecard:
    made: dict[str, Any] = {
        **SHARED, "title": "绩效考核计分卡", "words": paper_words("scorecard", "zh"),
        "person": "林晓雯", "period": "2026年第三季度", "badge": "二级客户经理",
        "facts": (("工号", "A01030"),),
        "figures": (Figure("综合得分", "97.6", "/ 120"), Figure("排名", "48", "/ 131", "同级 11")),
        "rows": tuple(
            IndicatorRow(
                f"存款日均增量{n}", "865.00", "21.6", "万元", "第八条", "20%", "800.00",
                "108.13%", 1_081_300, "good", "经营业绩",
            )
            for n in range(count)
        ),
        "total": "97.6", "total_weight": "100%",
    }  # fmt: skip
    return Scorecard(**{**made, **changed})


def slip(**changed: Any) -> PaySlip:
    table = Table((Column("项目", share=1), Column("金额", "right")), (("基础", "6,000.00"),))
    made: dict[str, Any] = {
        **SHARED, "title": "绩效薪酬单", "words": paper_words("slip", "zh"), "person": "林晓雯",
        "period": "2026年第三季度", "tables": (table,),
        "payable": Figure("本期应付绩效", "18,640.00", "元"), "objection": ("请于到期前提出。",),
    }  # fmt: skip
    return PaySlip(**{**made, **changed})


def record(**changed: Any) -> Record:
    table = Table((Column("目标"), Column("期限")), (("日均", "12-31"),), total=("", "1"))
    made: dict[str, Any] = {
        **SHARED, "title": "绩效改进计划", "words": paper_words("record", "zh"), "number": "17 号",
        "facts": (("姓名", "林晓雯"), ("工号", "A01030"), ("机构", "滨江支行")),
        "sections": (Section("一、事由", ("指标低于规定。", table)),),
    }  # fmt: skip
    return Record(**{**made, **changed})
