"""Reading the days on which leaders receive petitioners, and who was received; cases as far as the actor sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.models import Case, CaseEventText
from caseapp.domain.cases.queries import stubs_for
from caseapp.domain.receptions.models import Reception, ReceptionDay
from caseapp.kernel.periods import Window

MOST = 100
CAME = "visit"


@dataclass(frozen=True)
class Received:
    """A petitioner who was received, as far as the reader sees the case: what was said, what was promised."""

    reception: Reception
    case: Case
    said: str


def find_day(session: Session, day_id: int, unit_ids: Sequence[int]) -> ReceptionDay | None:
    """A day of some units."""
    return session.scalar(
        select(ReceptionDay).where(ReceptionDay.id == day_id, ReceptionDay.unit_id.in_(sorted(unit_ids)))
    )


def days_posted(session: Session, unit_ids: Sequence[int], since: date) -> list[ReceptionDay]:
    """The days of some units from a day on, the earliest first; those called off too."""
    query = select(ReceptionDay).where(ReceptionDay.unit_id.in_(sorted(unit_ids)), ReceptionDay.day >= since)
    order = ReceptionDay.day, ReceptionDay.begins, ReceptionDay.id
    return list(session.scalars(query.order_by(*order).limit(MOST)))


def days_of_year(session: Session, unit_ids: Sequence[int], year: int) -> list[ReceptionDay]:
    """The days of some units in a year."""
    within = ReceptionDay.day.between(date(year, 1, 1), date(year, 12, 31))
    return list(session.scalars(select(ReceptionDay).where(ReceptionDay.unit_id.in_(sorted(unit_ids)), within)))


def days_past(session: Session, unit_ids: Sequence[int], before: date) -> list[ReceptionDay]:
    """The days before a day, the latest first."""
    query = select(ReceptionDay).where(ReceptionDay.unit_id.in_(sorted(unit_ids)), ReceptionDay.day < before)
    return list(session.scalars(query.order_by(ReceptionDay.day.desc(), ReceptionDay.id.desc()).limit(MOST)))


def to_be_seen(session: Session, today: date) -> list[ReceptionDay]:
    """The days to come that anybody may read of, in every town here."""
    query = select(ReceptionDay).where(ReceptionDay.day >= today, ReceptionDay.cancelled_at.is_(None))
    return list(session.scalars(query.order_by(ReceptionDay.day, ReceptionDay.begins).limit(MOST)))


def how_many(session: Session, actor: Actor, days: Sequence[ReceptionDay]) -> dict[int, int]:
    """How many were received on each of some days, in the cases that the actor sees: what is kept from somebody is not
    counted either."""
    query = select(Reception.reception_day_id, func.count()).join(Case, Case.id == Reception.case_id)
    rows = session.execute(query.where(*_seen(actor, days)).group_by(Reception.reception_day_id))
    return {row[0]: row[1] for row in rows}


def _seen(actor: Actor, days: Sequence[ReceptionDay]) -> tuple[ColumnElement[bool], ...]:
    of_days = Reception.reception_day_id.in_([one.id for one in days])
    return of_days, Case.state != "voided", scope(actor, Case.id), ~Case.sealed, ~stubs_for(actor)


def received_on(session: Session, actor: Actor, days: Sequence[ReceptionDay]) -> list[Received]:
    """Who was received on some days, in the order it was recorded: of the cases that the actor sees."""
    query = (
        select(Reception, Case, CaseEventText)
        .join(Case, Case.id == Reception.case_id)
        .outerjoin(CaseEventText, (CaseEventText.case_id == Reception.case_id) & (CaseEventText.seq == Reception.seq))
        .where(*_seen(actor, days))
        .options(joinedload(Reception.decision), joinedload(Reception.day))
        .order_by(Reception.id)
    )
    rows = session.execute(query).unique()
    return [Received(row[0], row[1], row[2].texts.get("note", "") if row[2] else "") for row in rows]


def visitors(session: Session, actor: Actor, within: Window, most: int | None = None) -> list[Case]:
    """The cases that somebody came in person to bring in some days, as far as the actor sees them, in the order in
    which they came."""
    query = select(Case).where(
        Case.channel == CAME, Case.received_on.between(within.start, within.end),
        Case.state != "voided", scope(actor, Case.id), ~Case.sealed, ~stubs_for(actor),
    )  # fmt: skip
    order = Case.received_on, Case.registered_at, Case.id
    return list(session.scalars(query.order_by(*order).limit(most).options(selectinload(Case.parties))))
