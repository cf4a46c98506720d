"""Reading schemes: what the checks find, what is open, what changed between two versions."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from tidui.apps.appraisal.models import SchemeVersion
from tidui.core.appraisal.cases import run_cases
from tidui.core.appraisal.checks.design import check_design
from tidui.core.appraisal.checks.lint import lint_scheme
from tidui.core.appraisal.checks.opens import open_paths
from tidui.core.appraisal.checks.static import check_scheme, find_overlaps
from tidui.core.appraisal.scheme.document import LoadedScheme, load_scheme
from tidui.core.appraisal.scheme.edits import EditError, Place, list_places
from tidui.core.documents import DocumentError
from tidui.core.values import Issue, issue

SILENT = ("invented.", "tests[", "readings.")
"""Parts of a document that change nothing that anybody is appraised by."""


@dataclass(frozen=True, slots=True)
class Case:
    """An inline test case with what did not come out."""

    title: tuple[str, str]
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """What the checks say of a text.

    Attributes:
        loaded: the document, None where the text is none.
        faults: why it is none.
        static: what makes it impossible to compute; errors forbid adoption.
        lint: what regulators and courts object to.
        design: what the sources find wrong with schemes.
        opens: what the bank still has to say.
        cases: its test cases.
    """

    loaded: LoadedScheme | None
    faults: tuple[Issue, ...] = ()
    static: tuple[Issue, ...] = ()
    lint: tuple[Issue, ...] = ()
    design: tuple[Issue, ...] = ()
    opens: tuple[Issue, ...] = ()
    cases: tuple[Case, ...] = ()

    @property
    def errors(self) -> int:
        """How many findings forbid adoption whatever anybody says."""
        failed = sum(bool(case.issues) for case in self.cases)
        listed = (*self.faults, *self.static)
        return failed + sum(found.severity == "error" for found in listed)

    @property
    def failed_cases(self) -> int:
        """How many test cases do not come out."""
        return sum(bool(case.issues) for case in self.cases)


@lru_cache(maxsize=64)
def examine(text: str, *, cases: bool = True) -> Examined:
    """Check a text; the same text is checked once."""
    loaded, faults = load_scheme(text, "")
    if loaded is None:
        return Examined(None, faults)
    scheme = loaded.scheme
    opens = tuple(issue("scheme.open", path, "warning") for path in open_paths(scheme))
    found: tuple[Case, ...] = ()
    if cases:
        titles = [(case.title.zh, case.title.en) for case in scheme.tests]
        ran = run_cases(loaded)
        found = tuple(Case(t, told) for t, (_, told) in zip(titles, ran, strict=True))
    return Examined(
        loaded, (), check_scheme(scheme), lint_scheme(scheme), check_design(scheme), opens, found
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding with its override.

    Attributes:
        problem: what is told.
        key: names it in the overrides.
        override: reason, name and day; empty where it does not stand by anybody's word.
        may_override: whether a reason helps: an error has to be corrected.
    """

    problem: Issue
    key: str
    override: dict[str, str] = field(default_factory=dict)

    @property
    def answered(self) -> bool:
        """Whether it needs no word any more."""
        return bool(self.override) or self.problem.severity == "note"

    @property
    def may_override(self) -> bool:
        """Whether a reason helps."""
        return self.problem.severity == "warning" and not self.override


def finding_key(problem: Issue) -> str:
    """Return what names a finding: its code and its place."""
    return f"{problem.code} {problem.where}"[:300]


def findings(version: SchemeVersion, problems: Iterable[Issue]) -> list[Finding]:
    """Put the overrides of a version beside what was found."""
    listed = []
    for problem in problems:
        key = finding_key(problem)
        listed.append(Finding(problem, key, dict(version.overrides.get(key, {}))))
    return listed


def overlaps_of(version: SchemeVersion, loaded: LoadedScheme) -> tuple[Issue, ...]:
    """Name adopted schemes that appraise the same people at the same time.

    An earlier version of the same scheme is none: the new one says by ``in_flight`` what happens.
    """
    rows = SchemeVersion.objects.filter(state=SchemeVersion.State.ADOPTED)
    others = [
        other.scheme
        for row in rows.exclude(scheme_id=version.scheme_id)
        if (other := load_scheme(row.text)[0]) is not None
    ]
    mine = f"{loaded.scheme.id} v{loaded.scheme.version}"
    return tuple(found for found in find_overlaps([loaded.scheme, *others]) if found.where == mine)


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a comparison: ``same``, ``gone``, ``new`` or ``skip``."""

    kind: str
    old: int | None
    new: int | None
    text: str


def diff_lines(old: str, new: str, around: int = 3) -> list[DiffLine]:
    """Compare two texts by line, with some lines around each change."""
    before, after = old.splitlines(), new.splitlines()
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    found: list[DiffLine] = []
    for group in matcher.get_grouped_opcodes(around):
        if found or group[0][1] or group[0][3]:
            found.append(DiffLine("skip", None, None, ""))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                found += [
                    DiffLine("same", i + 1, j + 1, before[i])
                    for i, j in zip(range(i1, i2), range(j1, j2), strict=True)
                ]
                continue
            found += [DiffLine("gone", i + 1, None, before[i]) for i in range(i1, i2)]
            found += [DiffLine("new", None, j + 1, after[j]) for j in range(j1, j2)]
    return found


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A value of the document that another version has otherwise; empty where it has none."""

    path: str
    old: str
    new: str


def changed_values(old: str, new: str) -> list[ValueChange]:
    """Return every single value that differs, outside tests and readings."""
    before, after = _values(old), _values(new)
    paths: Sequence[str] = list(dict.fromkeys([*before, *after]))
    return [
        ValueChange(path, before.get(path, ""), after.get(path, ""))
        for path in paths
        if before.get(path) != after.get(path) and not path.startswith(SILENT)
    ]


def _values(text: str) -> dict[str, str]:
    try:
        places: tuple[Place, ...] = list_places(text)
    except (DocumentError, EditError):
        return {}
    return {
        place.path: place.text.replace("_", "") if place.kind == "number" else place.text
        for place in places
        if place.kind not in ("map", "list")
    }
