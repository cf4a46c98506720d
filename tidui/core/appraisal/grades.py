"""Grades: what the scheme proposes for each subject, and why. A named human decides.

Guarantees: total and deterministic; never more steps than declared; maternity and medical leave
never lower a grade; below the lowest grade there is only a proposal to a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from tidui.core.appraisal.evaluation.board import Board
from tidui.core.appraisal.evaluation.environment import Environment
from tidui.core.appraisal.inputs import OutcomeRow
from tidui.core.appraisal.scheme.conditions import Condition
from tidui.core.appraisal.scheme.stages import Grade, Grades, Moves
from tidui.core.calendar import Period, parse_period, previous_period
from tidui.core.values import Missing, Truth


@dataclass(frozen=True, slots=True)
class GradeProposal:
    """What is proposed for one subject.

    Attributes:
        subject: his id.
        present: his grade now.
        proposed: the proposed grade; None where only a person can say.
        rule: slug of what decided: ``kept``, ``promoted``, ``demoted``, ``streak``,
            ``protected_threshold``, ``protected_demotion``, ``protected_leave``, ``tenure_gate``,
            ``floor``, ``ceiling``, ``cool_down``, ``exit``, ``probation``, ``probation_passed``,
            ``probation_failed``, ``no_rule``, ``unknown``, ``no_grade``, ``left``;
            ``no_post`` and ``post_tied`` come from the next stage, ``posts``.
        detail: figures of the rule, e.g. the streak's classes.
        person_decides: there is no proposal, or it is one to leave the ladder.
    """

    subject: str
    present: str | None
    proposed: str | None
    rule: str
    detail: str = ""
    person_decides: bool = False


def propose_grades(board: Board, outcomes: tuple[OutcomeRow, ...]) -> dict[str, GradeProposal]:
    """Propose a grade for every subject by the scheme's mode.

    Parameters
    ----------
    board : Board
        with every score, place and class that the conditions read.
    outcomes : tuple of OutcomeRow
        the periods before, for streaks; only those of the same scheme id count.
    """
    grades = board.scheme.grades
    if grades is None:
        return {}
    history: dict[str, list[OutcomeRow]] = {}
    for outcome in outcomes:
        if outcome.scheme == board.scheme.id:
            history.setdefault(outcome.employee_no, []).append(outcome)
    return {
        subject_id: propose_grade(
            grades, Environment(board, subject), tuple(history.get(subject_id, ()))
        )
        for subject_id, subject in board.subjects.items()
    }


def propose_grade(
    grades: Grades, env: Environment, history: tuple[OutcomeRow, ...]
) -> GradeProposal:
    """Propose one subject's grade; leave that is protected never lowers it."""
    present = env.subject.grade
    ladder = grades.order
    if present is None or present not in ladder:
        return GradeProposal(env.subject.id, present, None, "no_grade", str(present), True)
    if any(cause == "left" for cause, _ in env.subject.off_days):
        return GradeProposal(env.subject.id, present, present, "left")
    if grades.probation is not None and present == grades.probation.grade:
        proposal = _probation(grades, env)
    elif grades.mode == "moves":
        proposal = _by_streak(grades, env, history)
    elif grades.mode == "highest_met":
        proposal = _highest_met(grades, env)
    else:
        proposal = _by_conditions(grades, env)
    if proposal.rule in ("promoted", "streak") and _cooling(grades, env, history):
        higher = _place(ladder, proposal) > ladder.index(present)
        if higher:
            return GradeProposal(env.subject.id, present, present, "cool_down", proposal.rule)
    lower = proposal.proposed is None or _place(ladder, proposal) < ladder.index(present)
    if env.subject.protected and lower:
        detail = f"{proposal.rule} {proposal.proposed or ''}".strip()
        return GradeProposal(env.subject.id, present, present, "protected_leave", detail)
    return proposal


def _cooling(grades: Grades, env: Environment, history: tuple[OutcomeRow, ...]) -> bool:
    """Tell whether a move lies within the cool-down before this period."""
    moved = {row.period for row in history if row.grade_before != row.grade_after}
    before = env.board.period
    for _ in range(grades.cool_down_periods or 0):
        before = previous_period(before)
        if before.text in moved:
            return True
    return False


def _place(ladder: tuple[str, ...], proposal: GradeProposal) -> int:
    return ladder.index(str(proposal.proposed))


def _tenure_holds(grades: Grades, env: Environment, grade: str) -> bool | None:
    """Tell whether the months as relationship manager suffice for a grade; None is unknown."""
    wanted = grades.tenure_months.get(grade)
    if wanted is None:
        return True
    months = env.subject.rm_months
    env.note(tenure_wanted=wanted, tenure=months)
    return None if months is None else months >= wanted


def _judge(grade: Grade, env: Environment, condition: Condition | None) -> Truth:
    """Tell whether a grade's condition holds, with the grade's own threshold in its place."""
    if condition is None:
        return True
    inner = Environment(env.board, env.subject, env.tracer, grade.threshold)
    return inner.holds(condition)


def _probation(grades: Grades, env: Environment) -> GradeProposal:
    rule, subject = grades.probation, env.subject
    if rule is None:
        raise TypeError("grades: no probation")
    if subject.rm_months is None:
        return GradeProposal(subject.id, rule.grade, None, "unknown", "rm_since", True)
    if subject.rm_months < rule.months:
        detail = f"{subject.rm_months}/{rule.months}"
        return GradeProposal(subject.id, rule.grade, rule.grade, "probation", detail)
    passes = env.holds(rule.passes)
    if isinstance(passes, Missing):
        return GradeProposal(subject.id, rule.grade, None, "unknown", passes.what, True)
    if passes:
        return GradeProposal(subject.id, rule.grade, rule.next, "probation_passed")
    keep = rule.on_failure == "keep"
    proposed = rule.grade if keep else None
    return GradeProposal(
        subject.id, rule.grade, proposed, "probation_failed", person_decides=not keep
    )


def _by_conditions(grades: Grades, env: Environment) -> GradeProposal:
    """Up by one if the next grade's conditions hold; else the present grade's decide on keeping."""
    ladder = grades.order
    present = str(env.subject.grade)
    place = ladder.index(present)
    if place + 1 < len(ladder):
        above = ladder[place + 1]
        rule = grades.ladder[above]
        if rule.appoint_or_keep is not None and _judge(rule, env, rule.appoint_or_keep) is True:
            if _tenure_holds(grades, env, above):
                return GradeProposal(env.subject.id, present, above, "promoted")
            return GradeProposal(env.subject.id, present, present, "tenure_gate", above)
    grade = grades.ladder[present]
    kept = _judge(grade, env, grade.appoint_or_keep)
    if isinstance(kept, Missing):
        return GradeProposal(env.subject.id, present, None, "unknown", kept.what, True)
    if kept:
        return GradeProposal(env.subject.id, present, present, "kept")
    return _protected(grade, env, present) or _failed(grade, env, present, ladder)


def _protected(grade: Grade, env: Environment, present: str) -> GradeProposal | None:
    protection = grade.protection
    if protection is None or _judge(grade, env, protection.when) is not True:
        return None
    if protection.waives == "demotion":
        return GradeProposal(env.subject.id, present, present, "protected_demotion")
    inner = _Waived(env.board, env.subject, env.tracer)
    if grade.appoint_or_keep is not None and inner.holds(grade.appoint_or_keep) is True:
        return GradeProposal(env.subject.id, present, present, "protected_threshold")
    return None


class _Waived(Environment):
    """An environment in which the grade's own threshold counts as met."""

    __slots__ = ()

    def gate(self, name: str) -> Truth:
        """Answer true for the threshold."""
        return True if name == "threshold" else super().gate(name)


def _failed(grade: Grade, env: Environment, present: str, ladder: tuple[str, ...]) -> GradeProposal:
    place = ladder.index(present)
    if grade.on_failure == "keep":
        return GradeProposal(env.subject.id, present, present, "kept", "on_failure")
    if grade.on_failure == "down_one" and place > 0:
        return GradeProposal(env.subject.id, present, ladder[place - 1], "demoted")
    rule = "exit" if grade.on_failure == "down_one" else "no_rule"
    return GradeProposal(env.subject.id, present, None, rule, person_decides=True)


def _highest_met(grades: Grades, env: Environment) -> GradeProposal:
    """The highest grade whose conditions and tenure hold, within the largest step."""
    ladder = grades.order
    present = str(env.subject.grade)
    for grade in reversed(ladder):
        rule = grades.ladder[grade]
        truth = _judge(rule, env, rule.appoint_or_keep)
        if isinstance(truth, Missing):
            return GradeProposal(env.subject.id, present, None, "unknown", truth.what, True)
        if truth and _tenure_holds(grades, env, grade):
            return _stepped(grades, env, ladder.index(grade) - ladder.index(present), "table")
    return GradeProposal(env.subject.id, present, None, "exit", person_decides=True)


def _stepped(grades: Grades, env: Environment, step: int, detail: str) -> GradeProposal:
    ladder = grades.order
    present = str(env.subject.grade)
    most = grades.max_step
    if most is not None:
        step = max(-most, min(most, step))
    proposed = ladder[ladder.index(present) + step]
    rule = "promoted" if step > 0 else "demoted" if step < 0 else "kept"
    return GradeProposal(env.subject.id, present, proposed, rule, detail)


def _by_streak(grades: Grades, env: Environment, outcomes: tuple[OutcomeRow, ...]) -> GradeProposal:
    """Apply the first rule whose streak of classes is complete this period."""
    moves = grades.moves
    if moves is None:
        raise TypeError("grades: mode moves without moves")
    own = env.board.classes[moves.class_of][env.subject.id]
    history = streak_history(env.board.period, outcomes, moves, own)
    env.note(history=history)
    present = str(env.subject.grade)
    for rule in moves.rules:
        if own is None:
            break
        streak = history[-rule.periods :]
        if len(streak) == rule.periods and all(word in rule.classes for word in streak):
            return _move(grades, env, rule.step, "+".join(streak))
    return GradeProposal(env.subject.id, present, present, "kept", "no streak")


def streak_history(
    period: Period, outcomes: tuple[OutcomeRow, ...], moves: Moves, own: str | None
) -> list[str]:
    """Return the classes that a streak may use, oldest first, this period's last.

    An unrated period is skipped or ends the history; with ``consumed`` so does a move: the
    periods up to it are used up. A period without an outcome is unrated; the end of a year
    changes nothing.
    """
    by_period = {outcome.period: outcome for outcome in outcomes}
    words = [own] if own is not None else []
    if own is None and moves.unrated_quarter == "breaks":
        return []
    earliest = min((parse_period(text).from_on for text in by_period), default=period.from_on)
    before = previous_period(period)
    while before.from_on >= earliest:
        outcome = by_period.get(before.text)
        moved = outcome is not None and outcome.grade_before != outcome.grade_after
        if moved and moves.after_move == "consumed":
            break
        if outcome is not None and outcome.class_ is not None:
            words.append(outcome.class_)
        elif moves.unrated_quarter == "breaks":
            break
        before = previous_period(before)
    return words[::-1]


def _move(grades: Grades, env: Environment, step: int, detail: str) -> GradeProposal:
    moves = grades.moves
    if moves is None:
        raise TypeError("grades: mode moves without moves")
    ladder = grades.order
    present = str(env.subject.grade)
    place = ladder.index(present)
    floor, ceiling = ladder.index(moves.floor), ladder.index(moves.ceiling)
    if step > 0 and place >= ceiling:
        return GradeProposal(env.subject.id, present, present, "ceiling", detail)
    if step < 0 and place <= floor:
        return GradeProposal(env.subject.id, present, None, "exit", detail, person_decides=True)
    target = min(ceiling, place + step) if step > 0 else max(floor, place + step)
    if step > 0 and moves.tenure_gate:
        holds = _tenure_holds(grades, env, ladder[target])
        if holds is None:
            return GradeProposal(env.subject.id, present, None, "unknown", "rm_since", True)
        if not holds:
            return GradeProposal(env.subject.id, present, present, "tenure_gate", detail)
    return GradeProposal(env.subject.id, present, ladder[target], "streak", detail)
