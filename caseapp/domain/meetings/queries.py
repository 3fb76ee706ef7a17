"""Reading a week for the Friday meeting, and the decisions on somebody's desk; all through the actor's scope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from caseapp.db import Instant, figure
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.models import Case, CaseEvent
from caseapp.domain.cases.queries import stubs_for
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.deadlines.queries import DueList
from caseapp.domain.deadlines.queries.history import overdue_on, owed_on
from caseapp.domain.deadlines.queries.items import DueItem
from caseapp.domain.meetings.brief import Brief, Decided, DueCase, LeadWeek, RedCase, week_of
from caseapp.domain.meetings.models import MeetingDecision
from caseapp.domain.org.models import Unit
from caseapp.domain.org.office import DEFAULT, OfficeRules
from caseapp.domain.org.queries import Units, load_office
from caseapp.domain.people.models import User
from caseapp.domain.people.roles import VILLAGE_ROLES
from caseapp.domain.receipts.queries import callbacks_for, pressure_for
from caseapp.domain.reports.models import FrozenReport
from caseapp.domain.reports.queries import read_report
from caseapp.domain.screening.queries import OwedList, tally
from caseapp.domain.supervision.queries import sheet_ids
from caseapp.domain.teams.models import CaseSeat, CoHandler
from caseapp.domain.teams.queries import SILENCE, co_handling, ids_waiting
from caseapp.domain.teams.queries.acting import stands
from caseapp.kernel.errors import N_, RuleViolation
from caseapp.kernel.periods import Days, Window

WORK = ("followed_up", "mediated")
WEEK = timedelta(days=7)


def read_brief(
    session: Session, actor: Actor, units: Units, unit: str, day: date, *, now: datetime, today: date,
    office: OfficeRules | None = None,
) -> Brief:  # fmt: skip
    """The week of a unit in which a day lies, as it stands now; a week that is not over, up to today.

    Raises RuleViolation for an unknown unit or a week that has not begun.
    """
    units.place(unit)
    week = week_of(day)
    if week.start > today:
        raise RuleViolation("date", N_("the week of %(day)s has not begun yet"), day=week.start)
    until = Days(week.start, min(week.end, today))
    report = read_report(session, actor, units, unit, until, as_of=now, office=office)
    within = units.ids_within_on(unit, units.on(until.end))
    ahead = Window(week.end + timedelta(days=1), week.end + WEEK)
    near = or_(Deadline.due_on < until.end, Deadline.due_on.between(ahead.start, ahead.end))
    owed = DueList(actor, until.end, owed_on(until.end), near, Case.unit_id.in_(within)).items(session, units)
    late = [item for item in owed if item.deadline.due_on < until.end]
    rules = office or load_office(session)
    before, decided = _by_week(decisions(session, actor, units, unit, week.start), week.start)
    return Brief(
        report=report,
        late=[_due(item, units) for item in late],
        next_week=[_due(item, units) for item in owed if item.deadline.due_on in ahead],
        red=_red(session, actor, units, within, late),
        leads=_leads(session, actor, within, until),
        before=before,
        decided=decided,
        rounds=tally(session, rules, within, week.window, today),
    )


def _by_week(decided: Sequence[Decided], week: date) -> tuple[list[Decided], list[Decided]]:
    """What was decided before a week, and in it."""
    return [one for one in decided if one.week < week], [one for one in decided if one.week == week]


def _due(item: DueItem, units: Units) -> DueCase:
    return DueCase(
        item.case.number, item.case.category, _village(item.case, units), item.deadline.kind, item.deadline.due_on,
        item.responsible, item.days_late,
    )  # fmt: skip


def _village(found: Case, units: Units) -> str:
    return units.place(units.village_of(units.by_id[found.unit_id].code)).name


def _red(
    session: Session, actor: Actor, units: Units, within: frozenset[int], late: Iterable[DueItem]
) -> list[RedCase]:
    """The open cases of grave risk, each with the last thing that was done on it."""
    last = (
        select(CaseEvent.kind)
        .where(CaseEvent.case_id == Case.id, CaseEvent.kind.not_in(("seat_filled", "seat_cleared", "amended")))
        .order_by(CaseEvent.at.desc(), CaseEvent.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    asked = select(func.count()).where(CoHandler.case_id == Case.id, CoHandler.ended_at.is_(None)).scalar_subquery()
    query = (
        select(Case, last, asked)
        .where(
            scope(actor, Case.id), Case.unit_id.in_(within), Case.standing == "open", Case.risk == "red", ~Case.sealed
        )
        .order_by(Case.registered_at)
    )
    missed: dict[str, list[str]] = {}
    for item in late:
        missed.setdefault(item.case.number, []).append(item.deadline.kind)
    return [
        RedCase(
            found.number, found.category, _village(found, units), kind, found.last_event_on,
            tuple(missed.get(found.number, ())), helpers,
        )
        for found, kind, helpers in session.execute(query)
    ]  # fmt: skip


def _leads(session: Session, actor: Actor, within: frozenset[int], until: Days) -> list[LeadWeek]:
    """Each lead of open cases: how many, on how many the lead itself worked this week, how many are late."""
    worked = exists().where(
        CaseEvent.case_id == Case.id, CaseEvent.kind.in_(WORK), CaseEvent.on.between(until.start, until.end),
        CaseEvent.facts["by_seat"].as_string() == "lead",
        or_(CaseEvent.facts["acting"].as_boolean().is_(None), CaseEvent.facts["acting"].as_boolean().is_(False)),
    )  # fmt: skip
    late = exists().where(Deadline.case_id == Case.id, overdue_on(until.end))
    query = (
        select(CaseSeat.holder, User.full_name, func.count(), _how_many(worked), _how_many(late))
        .join(Case, Case.id == CaseSeat.case_id)
        .outerjoin(User, User.username == CaseSeat.holder)
        .where(
            CaseSeat.seat == "lead", scope(actor, Case.id), Case.unit_id.in_(within), Case.standing == "open",
            ~Case.sealed,
        )
        .group_by(CaseSeat.holder, User.full_name)
        .order_by(CaseSeat.holder)
    )  # fmt: skip
    return [LeadWeek(name or holder, held, did, behind) for holder, name, held, did, behind in session.execute(query)]


def _how_many(clause: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((clause, 1), else_=0))


def decisions(session: Session, actor: Actor, units: Units, unit: str, week: date) -> list[Decided]:
    """The decisions of a unit's week and of the week before, and older ones that are not done yet."""
    row = MeetingDecision
    asked = or_(
        row.week.in_((week, week - WEEK)),
        and_(row.week < week, or_(row.done_on.is_(None), row.done_on >= week - WEEK)),
    )
    return _decided(session, actor, row.unit_id == units.id_of[unit], asked)


@dataclass(frozen=True)
class Task:
    """Something on a desk beside due items. ``kind``: ``asked`` of a co-handler, ``decided`` at the meeting,
    ``callback``, a return visit that was asked for (``text`` is the act, ``name`` why), ``pressed``, a report to the
    discipline contact, ``frozen``, a month to be looked at (``id`` is its revision, ``text`` the month, ``name`` the
    unit's code), or ``round``, to be made in a village (``title`` is its name, ``text`` the first day). ``since`` is
    its last word. ``to_decide`` and ``sheet`` say no more than that there is something to decide for others, a
    supervision sheet to move."""

    kind: str
    id: int
    number: str | None
    title: str | None
    text: str
    due_on: date
    username: str
    name: str
    since: datetime


def other_tasks(session: Session, actor: Actor, now: datetime, day: date, office: OfficeRules = DEFAULT) -> list[Task]:
    """What an actor is to do or to look at beside due items, in one query: tasks asked of co-handlers, what meetings
    decided, return visits after bad ratings, reports of pressure, months of the actor's own units that were frozen
    within a week, screening rounds to be made; and of what a desk has none of on most days, whether there is any."""
    instants = {"now": now, "silent_since": now - SILENCE, "frozen_since": now - WEEK}
    query = _other_tasks(actor, day, office, kept=stands(session, day))
    return [Task(*found) for found in session.execute(query, instants)]


@lru_cache(maxsize=512)
def _other_tasks(actor: Actor, day: date, office: OfficeRules, *, kept: bool) -> Select[Any]:
    """The question, kept for the day: putting it together costs more than asking it."""
    asked = co_handling(actor, day, _instant("silent_since"), kept=kept)
    found = _decided_for(actor), _frozen_for(actor, day), callbacks_for(actor)
    piles = [asked, *found, *_whether_any(actor, day, kept=kept)]
    if actor.may(may.PRESSURE):
        piles.append(pressure_for(actor, day))
    both = union_all(*piles, *_rounds_for(actor, OwedList(actor, office, day))).subquery()
    return select(both).order_by(both.c.due_on, both.c.id)


def _whether_any(actor: Actor, day: date, *, kept: bool) -> Iterator[Select[*tuple[Any, ...]]]:
    ids = {"to_decide": ids_waiting(actor, day, kept=kept), "sheet": sheet_ids(actor, day, kept=kept)}
    nothing = cast(None, String)
    for kind, query in ids.items():
        one = query.limit(figure(1)).subquery().c
        empty = nothing, nothing, nothing, literal(day, Date), nothing, nothing.label("name")
        yield select(literal(kind).label("kind"), one.id, *empty, _instant("now"))


def _instant(name: str) -> ColumnElement[datetime]:
    return bindparam(name, type_=Instant())


def _decided_for(actor: Actor) -> Select[*tuple[Any, ...]]:
    row = MeetingDecision
    return (
        select(
            literal("decided").label("kind"), row.id, Case.number, Case.title, row.text, row.due_on, row.responsible,
            row.responsible.label("name"), row.recorded_at.label("since"),
        )
        .outerjoin(Case, Case.id == row.case_id)
        .where(row.responsible == actor.username, row.done_on.is_(None), _seen(actor))
    )  # fmt: skip


def _frozen_for(actor: Actor, day: date) -> Select[*tuple[Any, ...]]:
    row = FrozenReport
    own = [office.unit_id for office in actor.offices if office.unit_id in actor.units_with(may.REPORT)]
    return (
        select(
            literal("frozen").label("kind"), row.revision.label("id"), cast(None, String), Unit.name, row.month,
            literal(day, Date), row.frozen_by, Unit.code.label("name"), row.frozen_at.label("since"),
        )
        .join(Unit, Unit.id == row.unit_id)
        .where(row.unit_id.in_(own), row.frozen_at >= _instant("frozen_since"))
    )  # fmt: skip


def _rounds_for(actor: Actor, owed: OwedList) -> Iterator[Select[*tuple[Any, ...]]]:
    """Rounds of the villages in which the actor works, late or due within a week."""
    if owed.rounds and actor.has_role(*VILLAGE_ROLES):
        unit_id, name, code, first, last = owed.task_columns()
        yield owed.select(
            literal("round").label("kind"), unit_id, cast(None, String), name, first, last,
            literal(actor.username), code, _instant("now"),
            where=and_(owed.near, owed.mine),
        )  # fmt: skip


def find_decision(session: Session, actor: Actor, decision_id: int) -> MeetingDecision | None:
    """A decision that an actor may see."""
    query = select(MeetingDecision).where(MeetingDecision.id == decision_id, _seen(actor)).with_for_update()
    return session.scalar(query)


def _seen(actor: Actor) -> ColumnElement[bool]:
    """A decision about a case is for those who may see the case; about one that was struck out for nobody."""
    seen = select(Case.id).where(scope(actor, Case.id), ~stubs_for(actor))
    return or_(MeetingDecision.case_id.is_(None), MeetingDecision.case_id.in_(seen))


def _decided(session: Session, actor: Actor, *where: ColumnElement[bool]) -> list[Decided]:
    who, doer = aliased(User), aliased(User)
    query = (
        select(MeetingDecision, Case.number, who.full_name, doer.full_name)
        .outerjoin(Case, Case.id == MeetingDecision.case_id)
        .outerjoin(who, who.username == MeetingDecision.responsible)
        .outerjoin(doer, doer.username == MeetingDecision.done_by)
        .where(_seen(actor), *where)
        .order_by(MeetingDecision.due_on, MeetingDecision.id)
    )
    return [
        Decided(
            one.id, one.week, number, one.text, one.responsible, name or one.responsible, one.due_on, one.done_on,
            by or one.done_by or "", one.done_note,
        )
        for one, number, name, by in session.execute(query)
    ]  # fmt: skip
