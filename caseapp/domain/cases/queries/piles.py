"""The first cases of several lists at once, as a desk shows them, and what such lists are of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from caseapp.db import figure, plain_rows, word
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.cases.queries import OPEN, CaseList
from caseapp.domain.cases.words import SEATS

FOR_EVER = timedelta(days=36500)
Clause = ColumnElement[bool]
Pile = tuple[int, list[int]]


class Piles:
    """The ids of the first cases of several lists with the count of each, no further than one over a number, in one
    statement. Made once for a reader and a day."""

    def __init__(self, lists: Mapping[str, CaseList], size: int, up_to: int) -> None:
        self.names = list(lists)
        parts = [self._first(name, listed, size, up_to) for name, listed in lists.items()]
        self._numbers = union_all(*parts) if parts else None

    def found(self, session: Session) -> dict[str, Pile]:
        """The count and the ids of each list, newest first."""
        found: dict[str, Pile] = {name: (0, []) for name in self.names}
        rows = plain_rows(session, self._numbers) if self._numbers is not None else []
        for name, key, _at, count in sorted(rows, key=lambda row: (row[2], row[1]), reverse=True):
            found[name] = count, [*found[name][1], key]
        return found

    @staticmethod
    def _first(name: str, listed: CaseList, size: int, up_to: int) -> Select[Any]:
        some = listed.query().with_only_columns(Case.id, Case.registered_at).limit(figure(up_to + 1)).subquery().c
        first = select(some.id, some.registered_at, func.count().over().label("count"))
        one = first.order_by(some.registered_at.desc(), some.id.desc()).limit(figure(size)).subquery().c
        return select(word(name), one.id, one.registered_at, one.count)


def to_serve() -> Clause:
    """Cases of which a paper is still to be handed to the petitioner: a written reply, the notice of a later act."""
    return Case.serve_due_on.is_not(None)


def moved_since(instant: datetime, username: str) -> Clause:
    """Cases on which somebody else put something on record since an instant. Those that were touched lately are few,
    and looked up first: ``OFFSET 0`` keeps PostgreSQL from going through all cases in their order, and of a span with
    two ends it expects few whatever they are."""
    by_others = exists().where(
        CaseEvent.case_id == Case.id,
        CaseEvent.recorded_at >= instant,
        or_(CaseEvent.by.is_(None), CaseEvent.by != username),
    )
    lately = aliased(Case)
    since = lately.last_recorded_at.between(instant, instant + FOR_EVER)
    return and_(Case.id.in_(select(lately.id).where(since).offset(0)), by_others)


def has_no_team(today: date) -> Clause:
    """Open cases that need the five seats and have one empty."""
    return and_(OPEN, Case.seats_filled < figure(len(SEATS)), Case.team_from <= today)


def to_reply() -> Clause:
    """Petitions being handled: their written opinion is still owed."""
    return and_(Case.state == word("handling"), Case.track == word("petition"))


def without_plan() -> Clause:
    """Open cases that need a team and on which no plan was filed."""
    return and_(Case.plan_owed)


def to_accept() -> Clause:
    """Petitions that were registered and neither accepted nor sent elsewhere yet."""
    return and_(Case.state == word("registered"), Case.track == word("petition"))


def open_accusations() -> Clause:
    """Accusations not closed yet: the desk of the discipline contact."""
    return and_(Case.sealed, OPEN)
