"""Who answers for a seat. Of the day for which the rows stand it is kept with the seat (``CaseSeat.person``, written by
``actions/seats.py``); of any other day, and of today until somebody turned the rows to it, it is worked out from the
absences and the bars."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select
from sqlalchemy import case as sa_case
from sqlalchemy.orm import Session

from caseapp.domain.access.queries import out_of_it, recused
from caseapp.domain.cases.models import Case
from caseapp.domain.org.models import DUTIES, Mark
from caseapp.domain.teams.models import CaseSeat


def stands_for(session: Session) -> str:
    """The day that the rows of today stand for, as it is written; empty when they are to be made. Read once a
    transaction."""
    told: tuple[Connection | None, str] = session.info.get("stands_for", (None, ""))
    if told[0] is session.connection():
        return told[1]
    mark = session.info["duties"] = session.get(Mark, DUTIES)
    return mark.value if mark else ""


def keep_stands_for(session: Session, day: str) -> None:
    """The same, read with something else, for a transaction that only reads: each has a connection of its own."""
    session.info["stands_for"] = session.connection(), day


def stands(session: Session, day: date) -> bool:
    """Whether the rows of today stand for a day: who owes what, and who answers for a seat."""
    return stands_for(session) == day.isoformat()


@lru_cache(maxsize=32)
def deputy_acts(day: date, seat: Any = CaseSeat, not_by: Any = None) -> ColumnElement[bool]:
    """Whether B acts for a seat on a day: A is absent or recused, B is there and is neither (AB角). ``not_by`` is a
    column of who may not do what is asked of the seat, so that B does it for such an A.

    Every page asks this, and building the condition costs more than asking it: it is built once a day.
    """
    out, able = out_of_it(seat.holder, seat.case_id, day), ~out_of_it(seat.deputy, seat.case_id, day)
    if not_by is not None:
        out = or_(seat.holder.is_not_distinct_from(not_by), out)
        able = and_(seat.deputy.is_distinct_from(not_by), able)
    return and_(seat.deputy.is_not(None), out, able)


@lru_cache(maxsize=32)
def who_acts(day: date, seat: Any = CaseSeat, not_by: Any = None) -> ColumnElement[str | None]:
    """Who answers for a seat on a day: A; B while A is out of it; A again when B is out as well; nobody when A may not
    even see the case and there is no B."""
    barred = recused(seat.holder, seat.case_id, day)
    if not_by is not None:
        barred = or_(seat.holder.is_not_distinct_from(not_by), barred)
    return sa_case((deputy_acts(day, seat, not_by), seat.deputy), (barred, None), else_=seat.holder)


def who_answers_for(session: Session, day: date, seat: Any = CaseSeat) -> ColumnElement[str | None]:
    """The same, read where it is kept."""
    return seat.person if stands(session, day) else who_acts(day, seat)


def answers_for(username: str, day: date, *, kept: bool) -> ColumnElement[bool]:
    """Seats that somebody answers for on a day; ``kept``: whether the rows of today stand for it."""
    return CaseSeat.person == username if kept else answered_by(username, day)


def answered_by(username: str, day: date) -> ColumnElement[bool]:
    """The same of any day, worked out. Who holds none, as A or as B, is asked nothing else of it."""
    held = or_(CaseSeat.holder == username, CaseSeat.deputy == username)
    return and_(held, who_acts(day) == username)


def acts_in(session: Session, case_id: int, seat: str, day: date) -> str | None:
    """Who answers for one seat of a case on a day."""
    person = who_answers_for(session, day)
    return session.scalar(select(person).where(CaseSeat.case_id == case_id, CaseSeat.seat == seat))


def acts_for(seat: str, username: str, day: date) -> ColumnElement[bool]:
    """Cases in which somebody answers for a seat on any day, worked out."""
    row = select(CaseSeat.id).where(CaseSeat.case_id == Case.id, CaseSeat.seat == seat, answered_by(username, day))
    return exists(row.correlate(Case))
