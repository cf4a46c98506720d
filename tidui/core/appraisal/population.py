"""Who is appraised in a period, and on which of its days he counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tidui.core.appraisal.facts import Membership
from tidui.core.appraisal.inputs import EmployeeSpell, Inputs, UnitSpell
from tidui.core.appraisal.scheme.document import PROTECTED_LEAVE, Scheme
from tidui.core.calendar import Period, Span, day_of, months_between
from tidui.core.values import Issue, issue


@dataclass(frozen=True, slots=True)
class Subject:
    """One appraised employee, team, outlet or department.

    Attributes:
        id: employee number or unit code.
        counted: the days that count, in order and apart.
        off_days: days of the period that don't count, by cause.
        appraised: False where the scheme leaves him out for this period; ``off_days`` says why.
        grade: grade on the day the scheme names; None for a unit.
        first: his record on the first counted day; None for a unit.
        last: his record on the last counted day; None for a unit.
        rm_months: whole months as relationship manager at the end of the last counted day.
        grade_months: whole months in the grade at that time, as far as delivered.
        tenure_band: index of the scheme's tenure band.
        protected: he was on maternity or medical leave on a day of the period.
    """

    id: str
    counted: tuple[Span, ...]
    off_days: tuple[tuple[str, int], ...] = ()
    appraised: bool = True
    grade: str | None = None
    first: EmployeeSpell | None = None
    last: EmployeeSpell | None = None
    rm_months: int | None = None
    grade_months: int | None = None
    tenure_band: int | None = None
    protected: bool = False

    @property
    def counted_days(self) -> int:
        """Days that count."""
        return sum(span.days for span in self.counted)

    def attribute(self, name: str) -> str | None:
        """Return grade, line, post, belongs_to, sits_at or tenure_band as text."""
        if name == "grade":
            return self.grade
        if name == "tenure_band":
            return None if self.tenure_band is None else str(self.tenure_band)
        if self.last is None or name not in ("line", "post", "belongs_to", "sits_at", "ladder"):
            return None
        value: str | None = getattr(self.last, name)
        return value


@dataclass(frozen=True, slots=True)
class PopulationResult:
    """The subjects in the order of their numbers.

    Attributes:
        rows: all subjects, also those who are not appraised this period.
        issues: what stops a run: a kind of part period that the scheme has no rule for.
    """

    rows: tuple[Subject, ...]
    issues: tuple[Issue, ...]


@dataclass(slots=True)
class _Days:
    counted: list[Span] = field(default_factory=list)
    off: dict[str, int] = field(default_factory=dict)


def find_subjects(scheme: Scheme, period: Period, inputs: Inputs) -> PopulationResult:
    """Find the subjects of a scheme in a period, with the days on which each counts.

    An employee is a subject if he is active and in the population on one day at least. His other
    days are off, each for a cause (joined, left, leave, …), and count as ``part_periods`` says.
    A unit is a subject if it has the kind that the scheme appraises on one day at least.
    """
    if scheme.subjects != "employee":
        return PopulationResult(_find_units(scheme, period, inputs.units), ())
    spells: dict[str, list[EmployeeSpell]] = {}
    for spell in inputs.employees:
        spells.setdefault(spell.employee_no, []).append(spell)
    rows, issues = [], []
    for employee_no in sorted(spells):
        own = sorted(spells[employee_no], key=lambda spell: spell.span)
        subject, faults = _find_employee(scheme, period, own)
        issues.extend(faults)
        if subject is not None:
            rows.append(subject)
    return PopulationResult(tuple(rows), tuple(issues))


def _find_units(scheme: Scheme, period: Period, units: Iterable[UnitSpell]) -> tuple[Subject, ...]:
    spans: dict[str, list[Span]] = {}
    for unit in units:
        common = unit.span.meet(period.span)
        wanted = scheme.population.belongs_to
        if unit.kind == scheme.subjects and common and (not wanted or unit.parent in wanted):
            spans.setdefault(unit.org_code, []).append(common)
    return tuple(Subject(code, tuple(sorted(spans[code]))) for code in sorted(spans))


def _find_employee(
    scheme: Scheme, period: Period, spells: list[EmployeeSpell]
) -> tuple[Subject | None, list[Issue]]:
    present = [s for s in spells if s.span.meet(period.span) and _off_cause(scheme, s) is None]
    if not present:
        return None, []
    days, protected = _Days(), False
    rules = scheme.part_periods or {}
    issues: list[Issue] = []
    appraised = True
    for span, cause in _segments(scheme, period, spells):
        protected = protected or cause in PROTECTED_LEAVE
        rule = "full" if cause is None else rules.get(cause)
        if cause is not None:
            days.off[cause] = days.off.get(cause, 0) + span.days
        if rule is None:
            where = f"part_periods.{cause}"
            person = spells[0].employee_no
            issues.append(issue("population.no-rule", where, cause=str(cause), subject=person))
        elif rule == "full":
            days.counted.append(span)
        appraised = appraised and rule != "not_appraised"
    return _subject(scheme, present, spells, days, appraised, protected), issues


def _segments(
    scheme: Scheme, period: Period, spells: list[EmployeeSpell]
) -> Iterable[tuple[Span, str | None]]:
    """Cut the period at an employee's records; each piece with the cause it doesn't count for."""
    day, end = period.span.from_day, period.span.to_day
    seen = False
    for spell in spells:
        common = spell.span.meet(period.span)
        if common is None:
            seen = seen or spell.span.to_day <= day
            continue
        if common.from_day > day:
            yield Span(day, common.from_day), "left" if seen else "joined"
        yield common, _off_cause(scheme, spell)
        day, seen = common.to_day, True
    if day < end:
        yield Span(day, end), "left"


def _off_cause(scheme: Scheme, spell: EmployeeSpell) -> str | None:
    if spell.status != "active":
        return spell.status
    wanted = scheme.population
    for name in ("line", "belongs_to", "sits_at"):
        words = getattr(wanted, name)
        if words is not None and getattr(spell, name) not in words:
            return "changed_line"
    for name, attribute in (("ladder", "ladder"), ("grades", "grade"), ("posts", "post")):
        words = getattr(wanted, name)
        if words is not None and getattr(spell, attribute) not in words:
            return "changed_grade"
    return None


def _subject(
    scheme: Scheme,
    present: list[EmployeeSpell],
    spells: list[EmployeeSpell],
    days: _Days,
    appraised: bool,
    protected: bool,
) -> Subject:
    first, last = present[0], present[-1]
    on_first = scheme.grades is not None and scheme.grades.grade_on == "first_day"
    end = max((span.to_day for span in days.counted), default=last.span.to_day)
    rm_months = None if last.rm_since is None else _months(last.rm_since, end)
    grade = first.grade if on_first else last.grade
    return Subject(
        id=first.employee_no,
        counted=tuple(days.counted),
        off_days=tuple(sorted(days.off.items())),
        appraised=appraised and bool(days.counted),
        grade=grade,
        first=first,
        last=last,
        rm_months=rm_months,
        grade_months=_months(_grade_since(spells, last), end),
        tenure_band=_band(scheme, rm_months),
        protected=protected,
    )


def _grade_since(spells: list[EmployeeSpell], last: EmployeeSpell) -> int:
    since = last.span.from_day
    for spell in reversed(spells[: spells.index(last)]):
        if spell.grade != last.grade or spell.span.to_day != since:
            break
        since = spell.span.from_day
    return since


def _months(from_day: int, to_day: int) -> int:
    return max(0, months_between(day_of(from_day), day_of(to_day)))


def _band(scheme: Scheme, rm_months: int | None) -> int | None:
    if rm_months is None or not scheme.tenure_bands:
        return None
    return sum(rm_months >= bound for bound in scheme.tenure_bands)


def find_memberships(
    scheme: Scheme,
    subjects: tuple[Subject, ...],
    inputs: Inputs,
    count_for: str,
    bases: tuple[Span, ...],
) -> tuple[Membership, ...]:
    """Say for whom the holdings of each holder count, on which days.

    Parameters
    ----------
    count_for : str
        ``own``: an employee's own holdings on his counted days; for a unit, those of its members
        on each day and what it holds jointly. ``own_team``, ``own_outlet``: those of the people
        of the unit that the subject belongs to or sits at. ``subordinates``: of his people.
    bases : tuple of Span
        earlier windows that count as well, for bases and customers of the time before.
    """
    spans = {subject.id: (*subject.counted, *bases) for subject in subjects}
    own = [Membership(id_, id_, span) for id_, days in spans.items() for span in days]
    if count_for == "own" and scheme.subjects == "employee":
        return tuple(own)
    if count_for == "own":
        unit_key = {"team": "belongs_to", "department": "belongs_to", "outlet": "sits_at"}
        return (*own, *_members(inputs, unit_key[scheme.subjects], spans))
    attribute = {"own_team": "belongs_to", "own_outlet": "sits_at"}.get(count_for, "superior_no")
    found: list[Membership] = []
    for subject in subjects:
        unit = subject.id if attribute == "superior_no" else subject.attribute(attribute)
        if unit is None:
            continue
        members = _members(inputs, attribute, {unit: spans[subject.id]})
        found.extend(Membership(member.who, subject.id, member.span) for member in members)
        if attribute != "superior_no":
            found.extend(Membership(unit, subject.id, span) for span in spans[subject.id])
    return tuple(found)


def _members(
    inputs: Inputs, attribute: str, spans: dict[str, tuple[Span, ...]]
) -> tuple[Membership, ...]:
    found = []
    for spell in inputs.employees:
        unit = getattr(spell, attribute)
        for span in spans.get(unit, ()) if unit is not None else ():
            common = spell.span.meet(span)
            if common and spell.status != "left":
                found.append(Membership(spell.employee_no, unit, common))
    return tuple(found)
