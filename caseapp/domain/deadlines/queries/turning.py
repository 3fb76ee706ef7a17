"""The cases whose duties may stand otherwise, though nobody wrote anything of them: a day turned, a person is away, a
unit lies elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, literal_column, or_, select

from caseapp.domain.access.models import CaseAccess
from caseapp.domain.cases.models import Case
from caseapp.domain.deadlines.models import Deadline, Duty
from caseapp.domain.people.models import Post, User


def turned(before: date, after: date, people: Sequence[str], units: Sequence[int]) -> Iterator[Select[Any]]:
    """The cases in which something stands otherwise on a day than at the end of an earlier one."""
    begins = Deadline.kind == literal_column("'team'"), Deadline.from_on > before, Deadline.from_on <= after
    yield select(Deadline.case_id).where(*begins)
    yield select(Deadline.case_id).where(Deadline.to_on > before, Deadline.to_on <= after)
    yield of_people(people)
    yield from of_units(units)


def of_people(usernames: Sequence[str] | Select[Any]) -> Select[Any]:
    """The cases with duties into which some people come in person."""
    comes_in = CaseAccess.username.in_(usernames), ~CaseAccess.barred
    return select(Duty.case_id).join(CaseAccess, CaseAccess.case_id == Duty.case_id).where(*comes_in).distinct()


def of_units(unit_ids: Sequence[int]) -> Iterator[Select[Any]]:
    """The cases with duties that arose in some units or are held by them, and those of the people there."""
    lies = or_(Case.unit_id.in_(unit_ids), Case.holder_id.in_(unit_ids))
    yield select(Duty.case_id).join(Case, Case.id == Duty.case_id).where(lies)
    yield of_people(with_posts(unit_ids))


def with_posts(unit_ids: Sequence[int]) -> Select[str]:
    """Who ever had a post in some units."""
    return select(User.username).join(Post, Post.user_id == User.id).where(Post.unit_id.in_(unit_ids))
