"""Reading supervision sheets, and which cases the sweep finds grounds in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased, contains_eager

from caseapp.db import Instant, counted, figure, plain_rows, word
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.models import Interest
from caseapp.domain.access.queries import scope
from caseapp.domain.cases.models import Case, CaseEvent, Proposal, Signing
from caseapp.domain.cases.queries import placed_in, stubs_for
from caseapp.domain.cases.words import RISKS
from caseapp.domain.deadlines.models import Deadline, Flag
from caseapp.domain.deadlines.queries.history import overdue_on, owed_on
from caseapp.domain.org.settings import OfficeSettings
from caseapp.domain.people.models import User
from caseapp.domain.supervision.models import Sheet
from caseapp.domain.supervision.sheets import OPEN
from caseapp.domain.teams.models import CaseSeat, CoHandler
from caseapp.domain.teams.queries.acting import answers_for, stands, who_acts

LOOK_BACK = timedelta(days=30)
MOST = 200


@dataclass(frozen=True)
class Ground:
    """A ground found in a case. ``trigger`` names what set it off, so that the same thing is drafted once."""

    case_id: int
    ground: str
    trigger: str


def grounds_on(session: Session, day: date, settings: OfficeSettings) -> Iterator[Ground]:
    """The grounds for supervision in open cases at the end of a day (信访工作条例 art. 40)."""
    yield from _half_time(session, day)
    intervals = _follow_up_days(settings)
    missed_twice = or_(
        *(and_(Deadline.days == days, Deadline.due_on < day - timedelta(days=days)) for days in intervals)
    )
    yield from _late(session, day, "follow_up", "follow_up_missed", missed_twice)
    yield from _late(session, day, "handle", "handle_passed")
    yield from _raised_again(session, day)


def _follow_up_days(settings: OfficeSettings) -> set[int]:
    keys = (f"days.follow_up_{risk}" for risk in RISKS)
    return {days for key in keys for days in settings.ever(key) if isinstance(days, int)}


def _late(session: Session, day: date, kind: str, ground: str, *clauses: ColumnElement[bool]) -> Iterator[Ground]:
    query = select(Deadline.case_id, Deadline.due_on).where(Deadline.kind == kind, overdue_on(day), *clauses)
    for case_id, due_on in session.execute(query):
        yield Ground(case_id, ground, due_on.isoformat())


def _half_time(session: Session, day: date) -> Iterator[Ground]:
    """Half of the time to the handling date is gone, and nobody has worked on the case yet."""
    untouched, handle = aliased(Deadline), Deadline
    query = (
        select(handle.case_id, Case.registered_on, handle.due_on)
        .join(Case, Case.id == handle.case_id)
        .join(untouched, and_(untouched.case_id == handle.case_id, untouched.kind == "first_contact"))
        .where(handle.kind == "handle", owed_on(day), untouched.from_on <= day)
        .where(or_(untouched.to_on.is_(None), untouched.to_on > day), untouched.due_on < day)
    )
    for case_id, registered_on, due_on in session.execute(query):
        if day > registered_on + (due_on - registered_on) / 2:
            yield Ground(case_id, "half_time", due_on.isoformat())


def _raised_again(session: Session, day: date) -> Iterator[Ground]:
    """Reopened, or another case of late says that it repeats this one."""
    lately = and_(CaseEvent.on <= day, CaseEvent.on > day - LOOK_BACK)
    reopened = (
        select(Case.id, CaseEvent.seq)
        .join(CaseEvent, CaseEvent.case_id == Case.id)
        .where(CaseEvent.kind == "reopened", lately, Case.standing == "open", ~Case.sealed)
    )
    for case_id, seq in session.execute(reopened):
        yield Ground(case_id, "raised_again", f"reopened {seq}")
    again = aliased(Case)
    repeated = (
        select(Case.id, again.number)
        .join(again, again.repeat_of == Case.number)
        .where(again.registered_on <= day, again.registered_on > day - LOOK_BACK, Case.standing == "open")
        .where(~Case.sealed, ~again.sealed)
    )
    for case_id, number in session.execute(repeated):
        yield Ground(case_id, "raised_again", f"repeated {number}"[:60])


class SheetList:
    """The sheets of the cases an actor sees, without what was struck out: one query object for the page, the desk and
    the counts."""

    def __init__(self, actor: Actor, *clauses: ColumnElement[bool]) -> None:
        self.where = and_(scope(actor, Case.id), ~Case.sealed, ~stubs_for(actor), *clauses)

    def query(self) -> Any:
        """Sheets with their cases, those to answer soonest first."""
        return (
            select(Sheet)
            .join(Case, Case.id == Sheet.case_id)
            .where(self.where)
            .options(contains_eager(Sheet.case))
            .order_by(Sheet.answer_on, Sheet.id)
        )

    def sheets(self, session: Session, most: int = MOST) -> list[Sheet]:
        """The sheets themselves."""
        return list(session.scalars(self.query().limit(most)))

    def count(self, session: Session) -> int:
        """How many, counted no further than one over a thousand."""
        return session.scalar(counted(select(Sheet.id).join(Case, Case.id == Sheet.case_id).where(self.where))) or 0


def is_open() -> ColumnElement[bool]:
    """Sheets that are not closed or dropped."""
    return Sheet.state.in_(OPEN)


def _waits_for(actor: Actor, day: date, *, kept: bool) -> ColumnElement[bool]:
    """Sheets somebody must move on a day: drafts to issue or drop and answers to check, for who supervises the case;
    sheets to answer, for who acts in the seat."""
    mine = placed_in(actor.parts_with(may.SUPERVISE))
    checks = and_(Sheet.state == word("answered"), Sheet.issued_by == actor.username)
    seat = select(CaseSeat.id).where(CaseSeat.case_id == Case.id, CaseSeat.seat == Sheet.seat)
    answers = exists(seat.where(answers_for(actor.username, day, kept=kept)).correlate(Case, Sheet))
    asked = Sheet.state.in_((word("issued"), word("returned")))
    return or_(and_(Sheet.state == word("draft"), mine), checks, and_(asked, answers))


def sheets_waiting(session: Session, actor: Actor, day: date) -> list[Sheet]:
    """The sheets that somebody must move on a day, of cases they see."""
    return list(session.scalars(_sheets_waiting(actor, day, kept=stands(session, day))))


def sheet_ids(actor: Actor, day: date, *, kept: bool) -> Select[int]:
    """What asks for the numbers of the same; ``kept``: whether the rows stand for the day."""
    where = SheetList(actor, _waits_for(actor, day, kept=kept)).where
    return select(Sheet.id).join(Case, Case.id == Sheet.case_id).where(where)


@lru_cache(maxsize=512)
def _sheets_waiting(actor: Actor, day: date, *, kept: bool) -> Select[Sheet]:
    """The question, kept for the day: putting it together costs more than asking it."""
    query: Select[Sheet] = SheetList(actor, _waits_for(actor, day, kept=kept)).query().limit(figure(MOST))
    return query


def find_sheet(session: Session, actor: Actor, sheet_id: int) -> Sheet | None:
    """A sheet of a case the actor sees."""
    found: Sheet | None = session.scalar(SheetList(actor, Sheet.id == sheet_id).query())
    return found


class CaseAside(NamedTuple):
    """What stands beside the events of a case, told alike so that one query reads it.

    ``kind`` is helper (what: the task, more: the last word, day: done by, over: done), interest (what: the reason,
    more: who asked to take it back and who agreed, over: taken back), sheet (what: its number, more: its ground,
    person: its state, day: answer by), signing (of the last move), acting (person: who answers today, more: the
    seat), missed (what: the kind of due item, more: its seat, day: when it was due), waiting (for a second person,
    what: the act), joined (a case that was merged into it) or follower (petitions are handled with it).
    """

    kind: str
    id: int
    person: str
    name: str
    what: str
    more: str
    day: date | None
    at: datetime | None
    over: bool


def _told_beside(day: date | None) -> Sequence[Select[*tuple[Any, ...]]]:
    """One query a kind, each with the columns of ``CaseAside``. ``day``: the one on which it is to be worked out who
    answers for a seat; none where that is kept."""
    acting = CaseSeat.person if day is None else who_acts(day)
    case_id, last_move = bindparam("case_id", type_=Integer), bindparam("last_move", type_=Integer)
    no_day, no_instant, nothing = cast(None, Date), cast(None, Instant), word("")
    helping, out = CoHandler, Interest
    return (
        select(
            word("helper").label("kind"), helping.id, helping.username, User.full_name, helping.task,
            helping.last_word, helping.due_on.label("day"),
            func.coalesce(helping.last_word_at, helping.asked_at).label("at"), helping.done_at.is_not(None),
        )
        .join(User, User.username == helping.username)
        .where(helping.case_id == case_id, helping.ended_at.is_(None)),
        select(
            word("interest"), out.id, out.username, User.full_name, out.reason,
            func.coalesce(out.undo_asked_by, nothing) + func.coalesce(word("、") + out.undone_by, nothing), no_day,
            out.declared_at, out.undone_at.is_not(None),
        )
        .join(User, User.username == out.username)
        .where(out.case_id == case_id),
        select(
            word("sheet"), Sheet.id, Sheet.state, nothing, func.coalesce(Sheet.number, nothing), Sheet.ground,
            Sheet.answer_on, no_instant, Sheet.state == word("closed"),
        ).where(Sheet.case_id == case_id, Sheet.number.is_not(None)),
        select(
            word("signing"), Signing.id, Signing.signed_by, nothing, nothing, nothing, no_day, Signing.signed_at,
            true(),
        ).where(Signing.case_id == case_id, Signing.move == last_move),
        select(
            word("acting"), CaseSeat.id, func.coalesce(acting, nothing), nothing, nothing, CaseSeat.seat, no_day,
            no_instant, false(),
        ).where(CaseSeat.case_id == case_id),
        select(
            word("missed"), Flag.id, func.coalesce(Flag.person, nothing), nothing, Flag.kind,
            func.coalesce(Flag.seat, nothing), Flag.due_on, no_instant, Flag.acting,
        ).where(Flag.case_id == case_id, Flag.rung == word("seat")),
        *_hindrances(case_id),
    )  # fmt: skip


def _hindrances(case_id: ColumnElement[int]) -> Iterator[Select[*tuple[Any, ...]]]:
    """What hinders moves of a case: that they were asked for already, that others were merged into it, or are handled
    with it."""
    asked, nothing, no_day = Proposal, word(""), cast(None, Date)
    joined, follower = aliased(Case), aliased(Case)
    yield select(
        word("waiting"), asked.id, asked.asked_by, nothing, asked.action, nothing, no_day, asked.asked_at, false(),
    ).where(asked.case_id == case_id, asked.decided_at.is_(None))  # fmt: skip
    yield select(
        word("joined"), joined.id, nothing, nothing, nothing, nothing, no_day, cast(None, Instant), false(),
    ).where(joined.merged_into == bindparam("number", type_=String))  # fmt: skip
    yield select(
        word("follower"), func.min(follower.id), nothing, nothing, nothing, nothing, no_day,
        cast(None, Instant), false(),
    ).where(follower.matter == bindparam("number", type_=String)).having(func.count() > 0)  # fmt: skip


KINDS = (
    "helper", "interest", "sheet", "signing", "acting", "missed", "waiting", "joined", "follower", "paper", "standing",
    "letter",
)  # fmt: skip


def beside(
    session: Session, case: Case, day: date, *more: Select[*tuple[Any, ...]], line: Collection[int] = ()
) -> dict[str, list[CaseAside]]:
    """The co-handlers, declared interests, issued sheets and the signing of a case, by kind; the caller has shown that
    the actor sees the case. ``more``: what rooms to the right have beside a case, told alike; ``line``: the units of
    the standing teams among it."""
    found: dict[str, list[CaseAside]] = {kind: [] for kind in KINDS}
    of_case = {"case_id": case.id, "number": case.number, "last_move": case.moves, "line": list(line)}
    for row in plain_rows(session, _beside(None if stands(session, day) else day, *more), of_case):
        found[row[0]].append(CaseAside(*row))
    return found


@lru_cache(maxsize=16)
def _beside(day: date | None, *more: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The question, kept for the day: putting it together costs more than asking it."""
    told = union_all(*_told_beside(day), *more).subquery()
    return select(told).order_by(told.c.day, told.c.id)


def in_state(state: str) -> ColumnElement[bool]:
    """Sheets of one state."""
    return Sheet.state == state
