"""Reading who sits where."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from caseapp.domain.cases.models import Case
from caseapp.domain.org.queries import Units
from caseapp.domain.teams.models import CaseSeat, StandingSeat
from caseapp.domain.teams.seats import SEATS


def case_seats(session: Session, case_id: int) -> dict[str, CaseSeat]:
    """The filled seats of a case."""
    return {row.seat: row for row in session.scalars(select(CaseSeat).where(CaseSeat.case_id == case_id))}


def standing_team(session: Session, units: Units, unit: str) -> dict[str, tuple[str, str | None]]:
    """Who takes which seat of a new case of a unit: its own standing team first, then that of the unit above."""
    team: dict[str, tuple[str, str | None]] = {}
    rows = session.scalars(select(StandingSeat).where(StandingSeat.unit_id.in_(units.ids_above(unit)))).all()
    for code in units.line(unit):
        for row in rows:
            if row.unit_id == units.id_of[code]:
                team.setdefault(row.seat, (row.holder, row.deputy))
    return {seat: team[seat] for seat in SEATS if seat in team}


def standing_teams(session: Session) -> dict[int, dict[str, StandingSeat]]:
    """All standing teams, by unit id and seat."""
    teams: dict[int, dict[str, StandingSeat]] = {}
    for row in session.scalars(select(StandingSeat)):
        teams.setdefault(row.unit_id, {})[row.seat] = row
    return teams


def is_mine(username: str) -> ColumnElement[bool]:
    """Cases somebody holds a seat of, as A or as B, or registered."""
    seated = exists().where(CaseSeat.case_id == Case.id, or_(CaseSeat.holder == username, CaseSeat.deputy == username))
    return or_(seated, Case.registered_by == username)
