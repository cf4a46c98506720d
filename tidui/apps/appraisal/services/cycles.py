"""Cycles: opening one, storing what a run found, publishing, closing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tidui.apps.appraisal.models import (
    Acknowledgement,
    Cycle,
    CycleRun,
    Decision,
    Publication,
    Result,
    SchemeVersion,
    SelfSummary,
)
from tidui.apps.appraisal.packing import pack_line, pack_next_grade, pack_pace
from tidui.apps.audit.services import Actor, record
from tidui.apps.jobs.services import pack_issue
from tidui.apps.people.models import Employee, EmployeeSpell, User
from tidui.core.calendar import parse_period
from tidui.core.values import Issue, Missing
from tidui.runs.folder import RunFolder
from tidui.runs.next_grades import NextGrade, find_next_grade
from tidui.runs.paces import Pace, read_paces
from tidui.runs.scorecards import Scorecard, read_scorecards
from tidui.runs.stored import read_board

BATCH = 500


@transaction.atomic
def open_cycle(
    *, by: Actor, scheme: SchemeVersion, period: str, objection_days: int = 5, answer_days: int = 10
) -> Cycle:
    """Open the cycle of a period under an adopted scheme."""
    if scheme.state != SchemeVersion.State.ADOPTED:
        raise ValidationError(_("Only an adopted scheme can be used."))
    parse_period(period)
    cycle = Cycle(
        scheme=scheme, period=period, opened_by=by.name, opened_at=by.at,
        objection_days=objection_days, answer_days=answer_days,
    )  # fmt: skip
    cycle.full_clean()
    cycle.save()
    record(by, "appraisal.cycle-opened", cycle, after={"scheme": str(scheme), "period": period})
    return cycle


@dataclass(frozen=True, slots=True)
class Findings:
    """What a run found, read from its folder before anything is written.

    Attributes:
        run: the folder.
        cards: a scorecard of each subject.
        next_grades: subject → the way to his next grade.
        paces: subject → where each indicator ends at today's pace, for a running period.
        issues: what the run told.
    """

    run: RunFolder
    cards: tuple[Scorecard, ...]
    next_grades: Mapping[str, NextGrade | None]
    paces: Mapping[str, Sequence[Pace]]
    issues: tuple[Issue, ...]


def read_findings(run: RunFolder, issues: tuple[Issue, ...]) -> Findings:
    """Read everything that pages show of a run."""
    board, inputs = read_board(run)
    next_grades = {
        subject: find_next_grade(board, subject, inputs.outcomes) for subject in board.subjects
    }
    paces: dict[str, list[Pace]] = defaultdict(list)
    if run.manifest["kind"] == "provisional":
        for pace in read_paces(run):
            paces[pace.subject].append(pace)
    return Findings(run, read_scorecards(run), next_grades, paces, issues)


def store_run(*, by: Actor, cycle: Cycle, found: Findings) -> CycleRun:
    """Store a run's scorecards as rows, in the transaction of the caller; the same run once.

    Results of a run that nobody published are replaced by those of a newer run of the same kind.
    """
    run, listed = found.run, found.cards
    kind = CycleRun.Kind.FULL if run.manifest["kind"] == "run" else CycleRun.Kind.PROVISIONAL
    known = cycle.runs.filter(name=run.name).first()
    if known is not None:
        cycle.runs.filter(kind=kind, current=True).exclude(pk=known.pk).update(current=False)
        cycle.runs.filter(pk=known.pk).update(current=True)
        return known
    total = next((card.total for card in listed if card.total), None)
    cycle.runs.filter(kind=kind, current=True).update(current=False)
    stored = CycleRun.objects.create(
        cycle=cycle, kind=kind, name=run.name, entry=int(run.manifest["ledger"]["entry"]),
        data_on=date.fromisoformat(run.manifest["as_of"]) - timedelta(days=1),
        computed_by=by.name, computed_at=by.at, subjects=len(listed),
        total_name=total.name if total else "", total_unit=total.unit if total else "",
        total_title=list(total.title) if total else [],
        issues=[pack_issue(problem) for problem in found.issues],
    )  # fmt: skip
    places = _places([card.subject for card in listed], stored.data_on)
    rows = [_result(stored, card, places.get(card.subject), found) for card in listed]
    Result.objects.bulk_create(rows, batch_size=BATCH)
    if kind == CycleRun.Kind.FULL and cycle.state == Cycle.State.OPEN:
        Cycle.objects.filter(pk=cycle.pk).update(state=Cycle.State.COMPUTED, lock=F("lock") + 1)
    after = {"run": run.name, "kind": kind, "subjects": len(listed), "entry": stored.entry}
    record(by, "appraisal.computed", cycle, after=after)
    return stored


def _places(subjects: list[str], on: date) -> dict[str, EmployeeSpell]:
    """Return where each subject was on a day, or last before it."""
    found: dict[str, EmployeeSpell] = {}
    spells = EmployeeSpell.objects.filter(valid_from__lte=on).select_related("employee")
    for spell in spells.order_by("valid_from").iterator(chunk_size=2_000):
        found[spell.employee.employee_no] = spell
    return {subject: found[subject] for subject in subjects if subject in found}


def _result(run: CycleRun, card: Scorecard, place: EmployeeSpell | None, found: Findings) -> Result:
    total = (
        None if card.total is None or isinstance(card.total.value, Missing) else card.total.value
    )
    standing = card.standings[0] if card.standings else None
    proposal, pay = card.proposal, card.pay
    return Result(
        run=run, subject=card.subject, employee_id=place.employee_id if place else None,
        belongs_to=place.belongs_to_id if place else None,
        sits_at=place.sits_at_id if place else None,
        business_line=place.business_line if place else "",
        counted_days=card.counted_days, total="" if total is None else str(total),
        total_sort=None if total is None else _sortable(total),
        rank=standing.rank if standing else None, rank_size=standing.size if standing else None,
        ranks=[
            [s.name, list(s.title), s.rank, s.size, s.equal, [list(p) for p in s.population],
             s.reason]
            for s in card.standings
        ],
        classes=[[c.name, list(c.title), c.word] for c in card.classes],
        grade=card.grade or "", proposed_grade=(proposal.proposed or "") if proposal else "",
        rule=proposal.rule if proposal else "",
        person_decides=proposal.person_decides if proposal else False,
        currency=pay.currency if pay else "", earned=pay.earned if pay else None,
        deferred=pay.deferred if pay else None, payable=pay.payable if pay else None,
        lines=[pack_line(line) for line in card.lines],
        next_grade=pack_next_grade(found.next_grades.get(card.subject)),
        paces=[pack_pace(pace) for pace in found.paces.get(card.subject, ())],
    )  # fmt: skip


def _sortable(total: Fraction) -> int:
    """Cut to millionths, within 64 bits: it orders lists and is never shown."""
    bound = 2**62
    return max(-bound, min(bound, total.numerator * 10**6 // total.denominator))


@transaction.atomic
def decide(
    *, by: Actor, result: Result, grade: str, reason: str = "", manual: bool = False,
    minute: Any = None,
) -> Decision:  # fmt: skip
    """Decide on one result; a later decision supersedes, and a departure needs a reason."""
    cycle = Cycle.objects.select_for_update().get(pk=result.run.cycle_id)
    if cycle.state == Cycle.State.CLOSED:
        raise ValidationError(_("The cycle is closed."))
    names = [name for name in (by.name, by.on_behalf_of) if name]
    if User.objects.filter(username__in=names, employee_id=result.employee_id or 0).exists():
        raise ValidationError(_("Nobody decides on his own result."))
    if grade != result.proposed_grade and not reason.strip():
        raise ValidationError(_("State why you depart from the proposal."))
    before = cycle.decisions.filter(subject=result.subject, current=True).first()
    if before is not None:
        cycle.decisions.filter(pk=before.pk).update(current=False)
    made = Decision(
        cycle=cycle, run=result.run, subject=result.subject, employee=result.employee,
        proposed_grade=result.proposed_grade, grade=grade, reason=reason.strip(), manual=manual,
        minute=minute, decided_by=by.name, on_behalf_of=by.on_behalf_of, decided_at=by.at,
    )  # fmt: skip
    made.full_clean(validate_constraints=False)
    made.save()
    if cycle.state == Cycle.State.COMPUTED:
        Cycle.objects.filter(pk=cycle.pk).update(state=Cycle.State.REVIEW)
    record(
        by, "appraisal.decided", result,
        before={"grade": before.grade if before else None},
        after={"grade": grade, "proposed": result.proposed_grade, "reason": reason},
    )  # fmt: skip
    return made


@transaction.atomic
def publish(*, by: Actor, cycle: Cycle, objections_until: date, note: str = "") -> Publication:
    """Publish the current results as a new version; all of them must be decided."""
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    run = cycle.runs.filter(kind=CycleRun.Kind.FULL, current=True).first()
    if run is None:
        raise ValidationError(_("Compute the period first."))
    if cycle.state == Cycle.State.CLOSED:
        raise ValidationError(_("The cycle is closed."))
    undecided = undecided_results(run).count()
    if undecided:
        raise ValidationError(_("%(count)s results wait for a decision.") % {"count": undecided})
    version = 1 + cycle.publications.count()
    made = Publication.objects.create(
        cycle=cycle, version=version, run=run, published_by=by.name, published_at=by.at,
        objections_until=objections_until, note=note,
    )  # fmt: skip
    Cycle.objects.filter(pk=cycle.pk).update(
        state=Cycle.State.PUBLISHED, published_at=by.at, objections_until=objections_until
    )
    after = {"version": version, "run": run.name, "until": objections_until}
    record(by, "appraisal.published", cycle, after=after)
    return made


def undecided_results(run: CycleRun) -> Any:
    """Return the results of a run on whose grade nobody has decided."""
    decided = Decision.objects.filter(cycle=run.cycle_id, current=True, run=run)
    return run.results.exclude(subject__in=decided.values("subject")).exclude(
        proposed_grade="", person_decides=False
    )


def mark_closed(*, by: Actor, cycle: Cycle, entry: int) -> None:
    """Mark a cycle as closed by an entry of the catalogue; closing it twice is once."""
    changed = (
        Cycle.objects.filter(pk=cycle.pk)
        .exclude(state=Cycle.State.CLOSED)
        .update(state=Cycle.State.CLOSED, closed_by=by.name, closed_at=by.at, closing_entry=entry)
    )
    if changed:
        record(by, "appraisal.closed", cycle, after={"entry": entry})


@transaction.atomic
def acknowledge(*, by: Actor, publication: Publication, employee: Employee, note: str) -> None:
    """Record that somebody has seen his result; doing it twice is once."""
    _row, made = Acknowledgement.objects.get_or_create(
        publication=publication, employee=employee, defaults={"at": by.at, "note": note}
    )
    if made:
        record(by, "appraisal.acknowledged", publication, after={"note": note})


@transaction.atomic
def summarise(*, by: Actor, cycle: Cycle, employee: Employee, text: str, version: int) -> None:
    """Store what somebody says of his own period, until it is published."""
    if cycle.state in (Cycle.State.PUBLISHED, Cycle.State.CLOSED):
        raise ValidationError(_("The results are published already."))
    summary, made = SelfSummary.objects.get_or_create(
        cycle=cycle, employee=employee, defaults={"text": text, "written_at": by.at}
    )
    if not made:
        rows = SelfSummary.objects.filter(pk=summary.pk, version=version)
        if not rows.update(text=text, written_at=by.at, version=F("version") + 1):
            raise ValidationError(_("It was changed in another window. Compare and save again."))
    record(by, "appraisal.summarised", cycle, after={"employee": employee.employee_no})
