"""Words for posts and grades."""

from __future__ import annotations

from django import template

from tidui.apps.people.models import EmployeeSpell
from tidui.apps.people.titles import grade_title, post_title

register = template.Library()


@register.filter
def post(code: str) -> str:
    """Return a post's words."""
    return post_title(code)


@register.filter
def grade(spell: EmployeeSpell) -> str:
    """Return the words of a spell's grade."""
    return grade_title(spell.ladder, spell.grade)
