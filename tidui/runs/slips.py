"""The slip of one person: what was measured, what it gave, what is proposed, and why."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from tidui.core.appraisal.explain import find_wanted
from tidui.core.appraisal.pay.settlement import SubjectPay
from tidui.core.calendar import day_text
from tidui.core.values import currency_exponent
from tidui.library.readings import readings_of
from tidui.runs.explanations import StoredExplanation, explain_run
from tidui.runs.folder import RunFolder
from tidui.runs.stored import read_entries_of, read_grades, read_subjects
from tidui.runs.texts import label, number_text, pad, pick, population_text, value_text


def slip_text(run: RunFolder, subject_id: str, lang: str) -> str:
    """Print the slip of one subject of a stored run.

    Somebody who is no longer appraised has one where something is given back to him.
    """
    pay = read_entries_of(run, subject_id).get(subject_id)
    appraised = any(
        one.id == subject_id and one.appraised for one in read_subjects(run, subject_id)
    )
    if pay is not None and not appraised:
        lines = [*_title(run, subject_id, lang), "", label("slip.pay", lang), *_pay(run, pay, lang)]
        return "\n".join([*lines, "", *_foot(run, lang)]) + "\n"
    stored = explain_run(run, subject_id)
    lines = [*_head(run, stored, subject_id, lang)]
    for stage in ("indicators", "scores"):
        lines += ["", label(f"slip.{stage}", lang)]
        lines += _entries(stored, subject_id, stage, lang)
    lines += ["", label("slip.result", lang), *_result(run, stored, subject_id, lang)]
    if pay is not None:
        lines += ["", label("slip.pay", lang), *_pay(run, pay, lang)]
    wanted = list(_wanted(stored, lang))
    if wanted:
        lines += ["", label("slip.wanted", lang), *wanted]
    lines += ["", *_foot(run, lang)]
    return "\n".join(lines) + "\n"


def subjects_with_slip(run: RunFolder) -> list[str]:
    """Return whoever was appraised, then whoever only gets something back."""
    appraised = [one.id for one in read_subjects(run) if one.appraised]
    return [*appraised, *sorted(set(read_entries_of(run)) - set(appraised))]


def _title(run: RunFolder, subject: str, lang: str) -> Iterator[str]:
    scheme = run.scheme.scheme
    yield label("slip.title", lang, subject=subject, period=run.manifest["period"])
    yield f"{pick(scheme.title, lang)} · {scheme.id} v{scheme.version}"


def _head(run: RunFolder, stored: StoredExplanation, subject: str, lang: str) -> Iterator[str]:
    yield from _title(run, subject, lang)
    own = stored.board.subjects[subject]
    days = label("slip.days", lang, counted=own.counted_days, all=stored.board.period.days)
    off = ", ".join(f"{label(f'cause.{cause}', lang)} {count}" for cause, count in own.off_days)
    yield days + (f" ({off})" if off else "")


def _entries(stored: StoredExplanation, subject: str, stage: str, lang: str) -> Iterator[str]:
    for entry in stored.board.entries.values():
        if entry.stage == stage:
            value = stored.board.columns[entry.name][subject]
            clause = f"  [{entry.clause}]" if entry.clause else ""
            text = value_text(value, entry.unit, lang)
            yield f"  {pad(pick(entry.title, lang))}{text:>24}{clause}"


def _result(run: RunFolder, stored: StoredExplanation, subject: str, lang: str) -> Iterator[str]:
    scheme = run.scheme.scheme
    for name, places in stored.board.places.items():
        place = places[subject]
        title = pad(pick(scheme.ranks[name].title, lang))
        if place.rank is None:
            yield f"  {title}{label(f'not_ranked.{place.reason}', lang)}"
        else:
            group = population_text(place.population, scheme.grades, lang)
            yield f"  {title}{place.rank} / {place.size} ({group})"
    for name, classes in stored.board.classes.items():
        found = classes[subject]
        word = label("class.unrated", lang) if found is None else label(f"class.{found}", lang)
        yield f"  {pad(pick(scheme.classes[name].title, lang))}{word}"
    proposal = read_grades(run, subject).get(subject)
    if proposal is not None and scheme.grades is not None:
        yield f"  {pad(label('slip.grade_now', lang))}{_grade(run, proposal.present, lang)}"
        proposed = (
            label("grade.person_decides", lang)
            if proposal.proposed is None
            else _grade(run, proposal.proposed, lang)
        )
        rule = label(f"rule.{proposal.rule}", lang)
        yield f"  {pad(label('slip.grade_proposed', lang))}{proposed} ({rule})"


def _grade(run: RunFolder, grade: str | None, lang: str) -> str:
    grades = run.scheme.scheme.grades
    if grade is None or grades is None or grade not in grades.ladder:
        return str(grade or "-")
    return pick(grades.ladder[grade].title, lang)


def pay_lines(run: RunFolder, pay: SubjectPay, lang: str) -> Iterator[tuple[str, str, int]]:
    """Yield the lines of a pay: (kind, title, minor units), what is taken away below zero.

    The kinds are ``item``, ``limits``, ``earned``, ``loan``, ``not_deducted``, ``deferred`` and
    ``payable``; payable is earned with what loans and deferral change.
    """
    scheme_pay = run.scheme.scheme.pay
    if scheme_pay is None:
        return
    for name, amount in pay.items:
        yield "item", pick(scheme_pay.items[name].title, lang), amount
    if pay.adjustment:
        yield "limits", label("pay.limits", lang), pay.adjustment
    yield "earned", label("pay.earned", lang), pay.earned
    for act in pay.loans:
        sign = -1 if act.kind in ("withheld", "taken_back") else 1
        yield "loan", f"{label(f'act.{act.kind}', lang)} {act.loan}", sign * act.amount
    if pay.not_deducted:
        yield "not_deducted", label("pay.not_deducted", lang), pay.not_deducted
    for tranche in pay.deferred:
        due = day_text(tranche.due_day)
        yield "deferred", label("pay.deferred", lang, due=due), -tranche.amount
    yield "payable", label("pay.payable", lang), pay.payable


def _pay(run: RunFolder, pay: SubjectPay, lang: str) -> Iterator[str]:
    places = currency_exponent(pay.currency)
    for _kind, title, minor in pay_lines(run, pay, lang):
        amount = number_text(Fraction(minor, 10**places), places)
        yield f"  {pad(title)}{amount:>20} {pay.currency}"


def _wanted(stored: StoredExplanation, lang: str) -> Iterator[str]:
    seen = set()
    for wanted in find_wanted(stored.explanation.root):
        key = (wanted.name, wanted.distance, wanted.kind)
        entry = stored.board.entries.get(wanted.name)
        if entry is None or key in seen:
            continue
        seen.add(key)
        distance = value_text(abs(wanted.distance), entry.unit, lang)
        code = "wanted.more" if wanted.distance > 0 else "wanted.less"
        bound = label(f"wanted.{wanted.kind}", lang)
        yield "  " + label(code, lang, what=pick(entry.title, lang), distance=distance, to=bound)


def _foot(run: RunFolder, lang: str) -> Iterator[str]:
    yield label("slip.proposal", lang)
    readings = readings_of(run.scheme.scheme.readings, lang)
    if readings:
        yield label("slip.readings", lang)
        yield from (f"  {line}" for line in readings)
    scheme = run.manifest["scheme"]
    yield label("slip.source", lang, run=run.name, scheme=scheme["sha256"][:12],
                entry=run.manifest["ledger"]["entry"])  # fmt: skip
