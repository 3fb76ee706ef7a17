"""The days on which leaders receive petitioners (领导接访日): posted ahead, called off, and what came of each visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select

from caseapp.actions.cases import Act, case_for, record
from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.actions.meetings import record_decision
from caseapp.actions.teams import may_sit
from caseapp.domain.access import permissions as may
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.texts import read_text
from caseapp.domain.people.queries import names_of, people_within
from caseapp.domain.receptions.models import Reception, ReceptionDay
from caseapp.domain.receptions.queries import find_day
from caseapp.domain.receptions.rules import check_day, check_times, was_held
from caseapp.kernel.clock import SHANGHAI, local_day
from caseapp.kernel.errors import N_, NotAllowed, OutOfScope, RuleViolation

LONGEST_PLACE, LONGEST_REASON, LONGEST_ANSWER = 200, 500, 2000
RECEIVES = "leader"
"""The role of who receives."""


@dataclass(frozen=True)
class DayPosted:
    """A day as a form gives it."""

    day: date
    begins: str
    ends: str
    place: str
    leader: str


@dataclass(frozen=True)
class VisitTold:
    """What came of a visit as a form gives it: the case, what the leader answered; what they promised, who sees to it
    and by when, or nothing."""

    number: str
    answer: str
    promise: str = ""
    responsible: str = ""
    due_on: date | None = None


def towns_posted_for(ctx: Ctx) -> list[str]:
    """The towns whose days the actor posts."""
    units = ctx.actor.units_with(may.SUPERVISE)
    return [code for code, place in ctx.units.places.items() if place.tier == "town" and ctx.units.id_of[code] in units]


def post_day(ctx: Ctx, unit: str, told: DayPosted) -> ReceptionDay:
    """Post a day, two days before at least: a leader of the town, the hours, the place. Raises NotAllowed,
    RuleViolation."""
    if unit not in towns_posted_for(ctx):
        raise NotAllowed(N_("your posts do not allow this"))
    check_day(told.day, ctx.today)
    check_times(told.begins, told.ends)
    place = read_text(told.place, "place", needed=True, limit=LONGEST_PLACE)
    leaders = people_within(ctx.session, [ctx.units.part(unit)], ctx.today, RECEIVES)
    if told.leader not in {user.username for user in leaders}:
        raise RuleViolation("leader", N_("choose a leader of the town"))
    same = select(ReceptionDay.id).where(
        ReceptionDay.leader == told.leader, ReceptionDay.day == told.day, ReceptionDay.cancelled_at.is_(None)
    )
    if ctx.session.scalar(same) is not None:
        raise RuleViolation("leader", N_("this leader receives on that day already"))
    row = ReceptionDay(
        unit_id=ctx.units.id_of[unit], day=told.day, begins=told.begins, ends=told.ends, place=place,
        leader=told.leader, posted_by=ctx.actor.username, posted_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(row)
    ctx.session.flush()
    note(ctx, "reception_posted", unit, day=told.day.isoformat(), person=told.leader)
    return row


def call_off(ctx: Ctx, day_id: int, reason: str) -> ReceptionDay:
    """Call a day off, with a reason, on that day at the latest; it stays on record, and so do visits before that.
    Raises OutOfScope, RuleViolation."""
    day = day_for(ctx, day_id)
    why = read_text(reason, "reason", needed=True, limit=LONGEST_REASON)
    if day.cancelled_at is not None:
        raise RuleViolation("", N_("it was called off already"))
    if day.day < ctx.today:
        raise RuleViolation("", N_("the day is over"))
    day.cancelled_by, day.cancelled_at, day.cancelled_reason = ctx.actor.username, ctx.now, why
    note(ctx, "reception_called_off", ctx.units.by_id[day.unit_id].code, day=day.day.isoformat(), reason=why)
    ctx.session.flush()
    return day


def day_for(ctx: Ctx, day_id: int) -> ReceptionDay:
    """A day that the actor may change. Raises OutOfScope."""
    found = find_day(ctx.session, day_id, [ctx.units.id_of[code] for code in towns_posted_for(ctx)])
    if found is None:
        raise OutOfScope(N_("there is no such day"))
    return found


def record_visit(ctx: Ctx, day_id: int, visit: VisitTold) -> Reception:
    """Put down what came of a visit: a meeting in the case, and what was promised as a decision that is owed by its
    day. A leader whom the case complains of, or who declared an interest, receives nobody in it. Raises OutOfScope,
    NotAllowed, RuleViolation."""
    day = day_for(ctx, day_id)
    if not held(ctx, day):
        raise RuleViolation("", N_("nobody was received on this day"))
    case = case_for(ctx, visit.number, for_update=True)
    _check_visit(ctx, day, case)
    answer = read_text(visit.answer, "answer", needed=True, limit=LONGEST_ANSWER)
    decision = _promised(ctx, day, case, visit)
    name = names_of(ctx.session, {day.leader}).get(day.leader, day.leader)
    said = {"method": "meeting", "note": f"领导接访（{name}）：{answer}"}
    record(ctx, Act(case.number, "follow_up", said, at=_at(ctx, day, case)))
    row = Reception(
        reception_day_id=day.id, case_id=case.id, seq=case.length, decision_id=decision,
        recorded_by=ctx.actor.username, recorded_at=ctx.now,
    )  # fmt: skip
    ctx.session.add(row)
    ctx.session.flush()
    note(ctx, "reception_recorded", case.number, day=day.day.isoformat(), person=day.leader)
    return row


def _check_visit(ctx: Ctx, day: ReceptionDay, case: Case) -> None:
    if case.sealed:
        raise OutOfScope(N_("there is no such case"))
    if not may_sit(ctx, case, day.leader):
        raise RuleViolation("number", N_("this leader is out of this case and receives nobody in it"))
    same = select(Reception.id).where(Reception.reception_day_id == day.id, Reception.case_id == case.id)
    if ctx.session.scalar(same) is not None:
        raise RuleViolation("number", N_("this case was put down on this day already"))


def _promised(ctx: Ctx, day: ReceptionDay, case: Case, visit: VisitTold) -> int | None:
    """What was promised, as a decision of the week; its id."""
    if not visit.promise.strip():
        return None
    if visit.due_on is None:
        raise RuleViolation("due_on", N_("say by when it is done"))
    unit = ctx.units.by_id[day.unit_id].code
    decision = record_decision(ctx, unit, day.day, visit.promise, visit.responsible, visit.due_on, number=case.number)
    ctx.session.flush()
    return decision.id


def held(ctx: Ctx, day: ReceptionDay) -> bool:
    """Whether somebody may have been received on a day."""
    return was_held(day.day, local_day(day.cancelled_at) if day.cancelled_at else None, ctx.today)


def _at(ctx: Ctx, day: ReceptionDay, case: Case) -> datetime:
    """When the visit was: at the end of its hours; of somebody who came for the first time and was logged after them,
    when they were; and not later than now."""
    ended = datetime.combine(day.day, time.fromisoformat(day.ends), SHANGHAI)
    return min(ctx.now, max(ended, case.registered_at))
