"""Words for what a result holds: grades by the scheme's ladder, classes, rules, totals."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from tidui.apps.appraisal.models import Result, SchemeVersion
from tidui.apps.appraisal.queries.documents import loaded_scheme
from tidui.runs.texts import label
from tidui.ui.numbers import number_text
from tidui.ui.pages import lang


def grade_of_result(result: Result, grade: str) -> str:
    """Return the words of a grade as the result's scheme calls it."""
    return grade_words(result.run.cycle.scheme, grade)


def grade_words(scheme: SchemeVersion, grade: str) -> str:
    """Return the words of a grade in a scheme, the code itself where it has none."""
    pair = grades_of_scheme(scheme.sha256).get(grade)
    return grade if pair is None else pair[lang() == "en"]


@lru_cache(maxsize=64)
def grades_of_scheme(sha256: str) -> dict[str, tuple[str, str]]:
    """Return the grades of a scheme's ladder in their order, by the hash of its text."""
    version = SchemeVersion.objects.filter(sha256=sha256).first()
    grades = loaded_scheme(version).scheme.grades if version else None
    if grades is None:
        return {}
    return {
        name: (grades.ladder[name].title.zh, grades.ladder[name].title.en)
        for name in grades.order or grades.ladder
    }


def class_word(result: Result) -> str:
    """Return the word of the first class, empty where the scheme has none."""
    if not result.classes:
        return ""
    found = result.classes[0][2]
    return label("class.unrated" if found is None else f"class.{found}", lang())


def rule_word(result: Result) -> str:
    """Return which rule made the proposal."""
    return label(f"rule.{result.rule}", lang()) if result.rule else ""


def total_text(result: Result) -> str:
    """Return the total as it was rounded by the scheme; a dash where it is missing."""
    value = result.total_value
    return "–" if value is None else number_text(value, 2)


def figure_text(value: Fraction | None, places: int = 2) -> str:
    """Return a figure, a dash where it is missing."""
    return "–" if value is None else number_text(value, places)


def population_words(scheme: SchemeVersion, parts: list[list[str]]) -> str:
    """Return whom somebody was ranked among."""
    if not parts:
        return label("population.all", lang())
    texts = []
    for key, value in parts:
        shown = grade_words(scheme, value) if key == "grade" else value
        texts.append(f"{label(f'within.{key}', lang())} {shown}")
    return "、".join(texts) if lang() == "zh" else ", ".join(texts)
