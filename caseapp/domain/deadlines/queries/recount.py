"""The rows of ``duty``, and who answers for each seat, worked out the slow way: by the pure rules, from the events, the
seats, the absences, the bars and the posts of a day. Whoever checks the rows holds them against this."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from caseapp.domain.access import permissions as may
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_histories
from caseapp.domain.cases.snapshot import holder_at
from caseapp.domain.deadlines.models import Deadline, Duty, DutyReader, Flag
from caseapp.domain.deadlines.queries.history import owed_on
from caseapp.domain.deadlines.rules import CHARGED_TO, not_by, owed_at
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.queries import Units
from caseapp.domain.people.models import Absence, Post, User
from caseapp.domain.people.queries import held_on
from caseapp.domain.teams.models import CaseSeat
from caseapp.domain.teams.seats import answers, seats_now

BATCH = 500
Who = tuple[str | None, bool, int | None, int | None, str | None, str | None]


@dataclass(frozen=True)
class DutyTold:
    """What a row says, and whose lists it is in. ``who``: the person and whether that is the deputy, the town, the unit
    with its tier and who of it does not meet it; of the three one, the others are empty."""

    case_id: int
    kind: str
    nth: int
    due_on: date
    from_on: date | None
    days: int
    who: Who
    lead: str | None
    rungs: int
    guarded: bool
    readers: frozenset[str]


@dataclass(frozen=True)
class SeatTold:
    """Who answers for a seat."""

    case_id: int
    seat: str
    person: str | None


@dataclass(frozen=True)
class Around:
    """What decides besides the events of some cases: who is away; the posts of each person (role and unit); who is
    barred from each case, and who comes into it in person; the rungs that were climbed. ``visits``: whom the return
    visits of each case were charged to when they were put down, which turns on who was at work then. ``begun``: from
    which day on each item is owed, by case, kind, which of them, and due date."""

    away: AbstractSet[str]
    posts: Mapping[str, Sequence[tuple[str, int]]]
    ways: Mapping[int, Sequence[CaseAccess]]
    flags: Sequence[tuple[int, str, int, date]]
    visits: Mapping[int, str]
    begun: Mapping[tuple[int, str, int, date], date]


def unlike(session: Session, units: Units, office: OfficeRules, day: date) -> list[str]:
    """The numbers of the cases whose rows are not what they should be on a day."""
    numbers = {row[0]: row[1] for row in session.execute(select(Case.id, Case.number).order_by(Case.id))}
    ids, found = list(numbers), list[str]()
    for begin in range(0, len(ids), BATCH):
        some = ids[begin : begin + BATCH]
        wanted, there = Counter(recounted(session, units, office, day, some)), Counter(told(session, some))
        wrong = {row.case_id for row in [*(wanted - there), *(there - wanted)]}
        found += [numbers[case_id] for case_id in sorted(wrong)]
        session.expunge_all()
    return found


def told(session: Session, ids: Sequence[int]) -> Iterator[DutyTold | SeatTold]:
    """What the rows of some cases say."""
    seats = select(CaseSeat.case_id, CaseSeat.seat, CaseSeat.person).where(CaseSeat.case_id.in_(ids))
    yield from (SeatTold(*row) for row in session.execute(seats))
    readers: dict[int, set[str]] = {}
    query = select(DutyReader).join(Duty, and_(Duty.id == DutyReader.duty_id, Duty.due_on == DutyReader.due_on))
    for line in session.scalars(query.where(Duty.case_id.in_(ids))):
        readers.setdefault(line.duty_id, set()).add(line.reader)
    rows = select(Duty, Deadline.nth).join(Deadline, Deadline.id == Duty.id).where(Duty.case_id.in_(ids))
    for row, nth in session.execute(rows.execution_options(populate_existing=True)):
        who = row.person, row.acting, row.town_id, row.holder_id, row.tier, row.not_by
        listed = frozenset(readers.get(row.id, ()))
        what = row.case_id, row.kind, nth, row.due_on, row.from_on, row.days
        yield DutyTold(*what, who, row.lead, row.rungs, row.guarded, listed)


def recounted(
    session: Session, units: Units, office: OfficeRules, day: date, ids: Sequence[int]
) -> Iterator[DutyTold | SeatTold]:
    """What they should say."""
    around = _around(session, day, ids)
    for case_id, history in load_histories(session, Case.id.in_(ids), units):
        out = partial(_is_barred, units, around, case_id)
        seats = seats_now(history)
        acting = {seat: answers(found, None, around.away, out)[0] for seat, found in seats.items()}
        yield from (SeatTold(case_id, seat, person) for seat, person in acting.items())
        readers = _readers(units, history, around, case_id)
        guarded = history.head.sealed or any(True for _ in _bars(around, case_id))
        for item in owed_at(history, day, office):
            charged = around.visits.get(case_id, "") if item.kind == "return_visit" else CHARGED_TO[item.kind]
            version = case_id, item.kind, item.nth, item.due_on
            climbed = around.flags.count(version)
            apart = not_by(item.kind, history.now)
            person, as_b = answers(seats.get(charged), apart, around.away, out)
            who = (person, as_b, None, None, None, None) if person else _body(units, history, charged, apart)
            what = *version, around.begun.get(version), item.days
            yield DutyTold(*what, who, acting.get("lead"), climbed, guarded, readers)


def _around(session: Session, day: date, ids: Sequence[int]) -> Around:
    absences = session.scalars(select(Absence))
    away = {
        one.username
        for one in absences
        if one.from_on <= day <= one.to_on and (one.ended_on is None or day < one.ended_on)
    }
    posts: dict[str, list[tuple[str, int]]] = {}
    held = select(User.username, Post.role, Post.unit_id).join(Post, Post.user_id == User.id).where(held_on(day))
    for username, role, unit_id in session.execute(held):
        posts.setdefault(username, []).append((role, unit_id))
    ways: dict[int, list[CaseAccess]] = {}
    for way in session.scalars(select(CaseAccess).where(CaseAccess.case_id.in_(ids))):
        ways.setdefault(way.case_id, []).append(way)
    flags = session.execute(select(Flag.case_id, Flag.kind, Flag.nth, Flag.due_on).where(Flag.case_id.in_(ids)))
    charged, begun = _as_put_down(session, day, ids)
    return Around(away, posts, ways, [(one[0], one[1], one[2], one[3]) for one in flags], charged, begun)


def _as_put_down(
    session: Session, day: date, ids: Sequence[int]
) -> tuple[dict[int, str], dict[tuple[int, str, int, date], date]]:
    """To whom return visits are charged, and from when on each item is owed."""
    owed = list(session.scalars(select(Deadline).where(Deadline.case_id.in_(ids), owed_on(day))))
    charged = {one.case_id: one.charged_to for one in owed if one.kind == "return_visit"}
    return charged, {(one.case_id, one.kind, one.nth, one.due_on): one.from_on for one in owed}


def _is_barred(units: Units, around: Around, case_id: int, person: str) -> bool:
    """Whether somebody is out of a case: by name, by a unit in which or below which they hold a post, or by the role of
    their post in that very unit."""
    return any(_meets(units, bar, person, around.posts.get(person, ())) for bar in _bars(around, case_id))


def _bars(around: Around, case_id: int) -> Iterable[CaseAccess]:
    return (way for way in around.ways.get(case_id, ()) if way.barred)


def _meets(units: Units, bar: CaseAccess, person: str, posts: Iterable[tuple[str, int]]) -> bool:
    if bar.unit_id is None:
        return bar.username == person
    if bar.role is not None:
        return (bar.role, bar.unit_id) in posts
    return any(units.paths[unit_id].startswith(units.paths[bar.unit_id]) for _role, unit_id in posts)


def _body(units: Units, history: History, charged: str, apart: str | None) -> Who:
    """The petition office of the town where it arose, or the unit that holds the case."""
    if charged == "office":
        return None, False, units.id_of[units.town_of(history.head.unit)], None, None, None
    holder = holder_at(history.now, units)
    return None, False, None, units.id_of[holder], units.tier(holder), apart


def _readers(units: Units, history: History, around: Around, case_id: int) -> frozenset[str]:
    """The units above where it arose and above the one that holds it; people who come in but by no post there."""
    line = {units.id_of[up] for code in (history.head.unit, holder_at(history.now, units)) for up in units.line(code)}
    people = {way.username for way in around.ways.get(case_id, ()) if way.username and not way.barred}
    beyond = {f"@{person}" for person in people if line.isdisjoint(_reads(around.posts.get(person, ())))}
    return frozenset({*map(str, line), *beyond})


def _reads(posts: Iterable[tuple[str, int]]) -> Iterator[int]:
    """The units where one of some posts reads cases."""
    return (unit_id for role, unit_id in posts if may.READ in may.GRANTS[role])
