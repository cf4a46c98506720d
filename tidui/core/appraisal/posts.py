"""Posts: a grade with a limited number of places takes the best of those who would rise into it.

Guarantees: nobody loses a grade for want of a post; never more rise than posts are free; where a
tie would have to be broken, a person decides.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from tidui.core.appraisal.evaluation.board import Board
from tidui.core.appraisal.grades import GradeProposal
from tidui.core.appraisal.scheme.stages import Posts
from tidui.core.appraisal.scores import population_key


def fill_posts(board: Board, proposals: dict[str, GradeProposal]) -> dict[str, GradeProposal]:
    """Hold back those who would rise into a grade that has no post left for them.

    Parameters
    ----------
    board : Board
        with the ranking that the posts are filled by.
    proposals : dict
        subject → what is proposed without a look at the posts.

    Returns
    -------
    dict
        the same proposals; those without a post stay in their present grade by rule ``no_post``,
        and where a tie straddles the last post all who are tied are left to a person
        (``post_tied``).
    """
    grades = board.scheme.grades
    if grades is None or not grades.posts:
        return proposals
    result = dict(proposals)
    for grade in reversed(grades.order):
        if grade in grades.posts:
            _fill(board, grade, grades.posts[grade], grades.order, result)
    return result


def _fill(
    board: Board,
    grade: str,
    posts: Posts,
    order: tuple[str, ...],
    proposals: dict[str, GradeProposal],
) -> None:
    keeping: dict[str, int] = defaultdict(int)
    rising: dict[str, list[str]] = defaultdict(list)
    for subject, proposal in proposals.items():
        unit = population_key(board, subject, posts.within)
        present = order.index(proposal.present) if proposal.present in order else -1
        if proposal.proposed == grade and present < order.index(grade):
            rising[unit].append(subject)
        elif proposal.proposed == grade or (proposal.person_decides and proposal.present == grade):
            keeping[unit] += 1
    for unit, subjects in rising.items():
        free = max(0, posts.count - keeping[unit])
        _hold_back(board, grade, posts, subjects, free, proposals)


def _hold_back(
    board: Board,
    grade: str,
    posts: Posts,
    subjects: list[str],
    free: int,
    proposals: dict[str, GradeProposal],
) -> None:
    places = board.places[posts.by]
    last = max((places[s].rank or 0 for s in subjects), default=0) + 1

    def place(subject: str) -> int:
        return places[subject].rank or last

    for subject in subjects:
        better = sum(place(other) < place(subject) for other in subjects)
        equal = sum(place(other) == place(subject) for other in subjects)
        if better + equal <= free:
            continue
        own = proposals[subject]
        if better >= free:
            proposals[subject] = replace(own, proposed=own.present, rule="no_post", detail=grade)
        else:
            proposals[subject] = replace(
                own, proposed=None, rule="post_tied", detail=grade, person_decides=True
            )
