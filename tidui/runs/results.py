"""Results as tables: a first sheet that people read, then one sheet per stage."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from tidui.core.appraisal.compare import Comparison
from tidui.core.appraisal.evaluation.entries import Entry
from tidui.core.calendar import day_text
from tidui.core.values import CURRENCY_EXPONENTS, Missing, currency_exponent
from tidui.exchange.workbook import Cell, Sheet
from tidui.runs.folder import RunFolder
from tidui.runs.stored import read_appraisal
from tidui.runs.texts import label, pick, population_text, unit_text


def result_sheets(run: RunFolder, lang: str) -> list[Sheet]:
    """Return the sheets of a stored run: summary, stages, pay lines, manifest."""
    appraisal = read_appraisal(run)
    board = appraisal.board
    sheets = [_summary(run, appraisal, lang)]
    for stage in ("indicators", "scores"):
        entries = [entry for entry in board.entries.values() if entry.stage == stage]
        if entries:
            sheets.append(_stage(appraisal, stage, entries, lang))
    sheets += [_places(appraisal, lang), _pay_lines(appraisal, lang), _subjects(appraisal, lang)]
    sheets.append(_manifest(run, lang))
    return sheets


def summary_sheet(run: RunFolder, lang: str) -> Sheet:
    """Return the first sheet alone."""
    return _summary(run, read_appraisal(run), lang)


def _head(lang: str, *names: str) -> tuple[str, ...]:
    return tuple(label(f"column.{name}", lang) for name in names)


def _summary(run: RunFolder, appraisal: Any, lang: str) -> Sheet:
    board, scheme = appraisal.board, run.scheme.scheme
    ranks, classes = list(board.places), list(board.classes)
    shown = [entry for entry in board.entries.values() if entry.places is not None]
    header = [
        *_head(lang, "subject"),
        *(pick(entry.title, lang) for entry in shown),
        *(pick(scheme.ranks[name].title, lang) for name in ranks),
        *(pick(scheme.classes[name].title, lang) for name in classes),
    ]
    has_grades, has_pay = scheme.grades is not None, scheme.pay is not None
    header += _head(lang, "grade", "proposed", "rule") if has_grades else ()
    header += _head(lang, "earned", "deferred", "payable") if has_pay else ()
    rows = []
    for subject in board.subjects:
        row: list[Cell] = [subject]
        row += [_cell(board.columns[entry.name][subject], lang) for entry in shown]
        row += [board.places[name][subject].rank for name in ranks]
        row += [_class_word(board.classes[name][subject], lang) for name in classes]
        row += _grade_cells(appraisal, subject, lang) if has_grades else []
        row += _pay_cells(appraisal, subject) if has_pay else []
        rows.append(tuple(row))
    title = f"{pick(scheme.title, lang)} · {run.manifest['period']}"
    places = [None, *(entry.places for entry in shown)]
    places += [None] * (len(header) - len(places) - (3 if has_pay else 0))
    places += [2, 2, 2] if has_pay else []
    return Sheet(label("sheet.summary", lang), title, tuple(header), tuple(rows), tuple(places))


def _class_word(found: str | None, lang: str) -> str:
    return label("class.unrated", lang) if found is None else label(f"class.{found}", lang)


def _grade_cells(appraisal: Any, subject: str, lang: str) -> list[Cell]:
    proposal = appraisal.grades[subject]
    grades = appraisal.board.scheme.grades

    def name(grade: str | None) -> str | None:
        known = grades.ladder.get(grade) if grade else None
        return pick(known.title, lang) if known else grade

    proposed = name(proposal.proposed) or label("grade.person_decides", lang)
    return [name(proposal.present), proposed, label(f"rule.{proposal.rule}", lang)]


def _pay_cells(appraisal: Any, subject: str) -> list[Cell]:
    pay = appraisal.pay.get(subject)
    if pay is None:
        return [None, None, None]
    scale = 10 ** currency_exponent(pay.currency)
    held = sum(tranche.amount for tranche in pay.deferred)
    return [Fraction(amount, scale) for amount in (pay.earned, held, pay.payable)]


def _cell(value: Any, lang: str) -> Cell:
    if isinstance(value, Missing):
        reason = label(f"missing.{value.reason}", lang)
        return label("value.missing", lang, reason=reason, what=value.what)
    return value if isinstance(value, Fraction) else str(value)


def _stage(appraisal: Any, stage: str, entries: list[Entry], lang: str) -> Sheet:
    header = [*_head(lang, "subject")]
    for entry in entries:
        header.append(f"{pick(entry.title, lang)} ({unit_text(entry.unit, lang)})")
    rows = tuple(
        (subject, *(_cell(appraisal.board.columns[e.name][subject], lang) for e in entries))
        for subject in appraisal.board.subjects
    )
    places = (None, *(CURRENCY_EXPONENTS.get(entry.unit, 4) for entry in entries))
    return Sheet(label(f"sheet.{stage}", lang), "", tuple(header), rows, places)


def _places(appraisal: Any, lang: str) -> Sheet:
    scheme = appraisal.board.scheme
    rows = tuple(
        (
            subject,
            pick(scheme.ranks[name].title, lang),
            place.rank,
            place.size,
            place.equal,
            population_text(place.population, scheme.grades, lang),
            label(f"not_ranked.{place.reason}", lang) if place.reason else None,
        )
        for name, places in appraisal.board.places.items()
        for subject, place in places.items()
    )
    header = _head(lang, "subject", "ranking", "place", "size", "equal", "population", "reason")
    return Sheet(label("sheet.ranks", lang), "", header, rows)


def _pay_lines(appraisal: Any, lang: str) -> Sheet:
    rows: list[tuple[Cell, ...]] = []
    for pay in appraisal.pay.values():
        for entry in pay.entries:
            scale = 10 ** currency_exponent(entry.currency)
            due = day_text(entry.due_day) if entry.due_day else None
            rows.append(
                (
                    entry.subject, entry.item, label(f"account.{entry.account}", lang),
                    Fraction(entry.amount, scale),
                    entry.currency, entry.loan or None, entry.reference or None, due,
                    entry.earned_period, entry.booked_period,
                )
            )  # fmt: skip
    header = _head(
        lang, "subject", "item", "account", "amount", "currency", "loan", "reference", "due",
        "earned_period", "booked_period",
    )  # fmt: skip
    places = (None, None, None, 2, None, None, None, None, None, None)
    return Sheet(label("sheet.pay", lang), "", header, tuple(rows), places)


def _subjects(appraisal: Any, lang: str) -> Sheet:
    rows = tuple(
        (
            subject.id, label("word.yes" if subject.appraised else "word.no", lang),
            subject.counted_days, subject.grade, subject.rm_months,
            ", ".join(f"{label(f'cause.{c}', lang)} {n}" for c, n in subject.off_days) or None,
        )
        for subject in appraisal.subjects
    )  # fmt: skip
    header = _head(lang, "subject", "appraised", "counted_days", "grade", "rm_months", "off_days")
    return Sheet(label("sheet.subjects", lang), "", header, rows)


def _manifest(run: RunFolder, lang: str) -> Sheet:
    rows = tuple(_flat(run.manifest))
    return Sheet(label("sheet.manifest", lang), "", _head(lang, "key", "value"), rows)


def _flat(value: dict[str, Any], path: str = "") -> Iterator[tuple[Cell, ...]]:
    for key, item in value.items():
        name = f"{path}.{key}" if path else key
        if isinstance(item, dict):
            yield from _flat(item, name)
        else:
            yield name, str(item)


def comparison_sheet(comparison: Comparison, currency: str, lang: str) -> Sheet:
    """Return a simulation's changes, one row per subject."""
    scale = 10 ** currency_exponent(currency)

    def money(amount: int | None) -> Cell:
        return None if amount is None else Fraction(amount, scale)

    rows = tuple(
        (
            change.subject, money(change.pay_before), money(change.pay_after),
            money((change.pay_after or 0) - (change.pay_before or 0)),
            "; ".join(f"{name} {old}→{new}" for name, old, new in change.ranks) or None,
            change.grade_before, change.grade_after,
        )
        for change in comparison.changes
    )  # fmt: skip
    header = _head(
        lang, "subject", "pay_before", "pay_after", "change", "rank_changes", "grade_before",
        "grade_after",
    )  # fmt: skip
    return Sheet(
        label("sheet.simulation", lang), "", header, rows, (None, 2, 2, 2, None, None, None)
    )
