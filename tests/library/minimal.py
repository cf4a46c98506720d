"""Small schemes for tests of single nodes: a head that is the same for all, and a body."""

from __future__ import annotations

from tidui.core.appraisal.scheme.document import LoadedScheme, Scheme, load_scheme

HEAD = """\
format: scheme/1
id: small
version: 1
title: {zh: 小, en: Small}
effective: {from: 2026-01-01, to: 2027-01-01}
in_flight: finish_under_old
subjects: employee
population: {line: corporate}
part_periods:
  {joined: by_days, left: by_days, leave: by_days, maternity_leave: by_days,
   medical_leave: by_days, seconded: by_days, changed_line: by_days, changed_grade: full}
"""


def small_scheme(body: str, period: str = "month") -> LoadedScheme:
    """Load a scheme whose head is the same for all tests."""
    loaded, issues = load_scheme(f"{HEAD}period: {period}\n{body}")
    assert issues == ()
    assert loaded is not None
    return loaded


def small(body: str, period: str = "month") -> Scheme:
    """Return the typed document alone."""
    return small_scheme(body, period).scheme
