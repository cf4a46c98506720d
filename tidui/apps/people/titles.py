"""Words for codes: posts and grades in the reader's language."""

from __future__ import annotations

from functools import lru_cache

from tidui.core.documents import parse_document
from tidui.library import names, texts
from tidui.ui.pages import lang

POSTS = {
    "relationship_manager": ("客户经理", "relationship manager"),
    "team_lead": ("团队负责人", "team lead"),
    "outlet_head": ("网点负责人", "outlet head"),
    "branch_head": ("支行行长", "branch head"),
    "line_lead": ("条线负责人", "line lead"),
    "staff": ("职员", "staff"),
}


def post_title(post: str | None) -> str:
    """Return a post's words, the code itself for one of the bank's own."""
    zh, en = POSTS.get(post or "", (post or "", post or ""))
    return en if lang() == "en" else zh


@lru_cache(maxsize=1)
def _ladders() -> dict[tuple[str, str], tuple[str, str]]:
    found = {}
    for name in names("ladders"):
        for grade in parse_document(texts("ladders", name))["grades"]:
            found[name, grade["id"]] = (grade["title"]["zh"], grade["title"]["en"])
    return found


def grade_title(ladder: str | None, grade: str | None) -> str:
    """Return a grade's words out of its ladder, the code itself for an unknown one."""
    pair = _ladders().get((ladder or "", grade or ""))
    if pair is None:
        return grade or ""
    return pair[1] if lang() == "en" else pair[0]


def grades_of(ladder: str) -> list[str]:
    """Return the grades of a ladder from the lowest up; empty for an unknown one."""
    return [grade for name, grade in _ladders() if name == ladder]
