"""The case row and what hangs on it, worked out anew from the events after each of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from caseapp.actions.circles import put_on_record
from caseapp.actions.contact_digests import replace_contacts
from caseapp.actions.context import Ctx
from caseapp.actions.contributions import first_contributions, keep_contributions, late_came_and_went
from caseapp.actions.duties import first_duties, settle, settle_what_came
from caseapp.actions.owed import replace_deadlines
from caseapp.actions.readers import see_to_readers
from caseapp.actions.search import replace_words
from caseapp.actions.seats import keep_waits, settle_waits, waits_of
from caseapp.db import Base
from caseapp.db.rows import Rows
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.cases.agreements import claimed_on, confirmable_since
from caseapp.domain.cases.assignments import last_assigned_on
from caseapp.domain.cases.contacts import archived_on, keeps_contacts
from caseapp.domain.cases.events import ERASED, Party
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case, CaseParty
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.snapshot import Seating, handle_due, holder_at
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.deadlines.queries.history import StandingItem
from caseapp.domain.deadlines.undone import to_hand_over
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.queries import Units
from caseapp.domain.search.queries import village_of
from caseapp.domain.teams.models import CaseSeat
from caseapp.domain.teams.queries import settled_bars
from caseapp.domain.teams.queries.ways import WAY, bars_somebody, besides, is_guarded, sure_ways
from caseapp.domain.teams.seats import backlog_from, needs_team, seats_now

PARTY = ("role", "name", "phone", "contact", "address", "id_number")
Row = dict[str, object]
Cast = Sequence[tuple[Case, History]]
Owed = Sequence[tuple[int, Mapping[str, Any]]]
Hung = TypeVar("Hung", CaseParty, CaseSeat, CaseAccess)


def cast_shadow(
    ctx: Ctx, case: Case, history: History, before: History | None = None, *, named: bool = False,
    rows: Rows | None = None,
) -> None:  # fmt: skip
    """Bring the row of a case, its parties, seats, ways in, due dates, figures and look-up in line with its events. It
    was ``named`` just now who is complained of: who is out of it is settled anew. ``before``: with what it is in line,
    when nothing else changed than that events came. ``rows`` are put down with it."""
    session, rows, stand, cast = ctx.session, rows or Rows(), _stand(ctx, history, before), [(case, history)]
    texts, waits = [(case.title, case.description)], waits_of(case)
    rows.change(case, _told(history, ctx.units, ctx.office))
    with session.no_autoflush:  # the row is written with the rest, and nothing that is read here asks for it
        _replace_texts(ctx, [case], texts, rows)
        barred = _replace_hanging(ctx, cast, [case.id], rows, named=named, stand=stand)
        owes = replace_deadlines(ctx, [(case.id, history)], rows)
        keep_contributions(session, case, history, before, rows)
        rows.put_down(session)
    seats = {CaseSeat, CaseAccess} - stand
    if CaseAccess in seats and (history.now.about or barred):  # nearly every case complains of nobody and never did
        see_to_readers(ctx, case, history)
    if seats:
        settle(ctx, [case.id], seated=[case.id] if case.seats_filled else [])
    elif owes:
        settle_what_came(ctx, case.id)
    session.flush()  # the next event of the same case reads what hangs on it
    keep_waits(session, case, waits, anew=CaseSeat in seats)


def first_shadows(ctx: Ctx, cast: Cast, owed: Owed, rows: Rows) -> None:
    """The same of new cases, as rows to be put down with their events: nothing is there yet, and nothing is read.
    ``owed``: the ids and the rows of what they owe, case by case."""
    for case, history in cast:
        rows.change(case, _told(history, ctx.units, ctx.office))
    _replace_texts(ctx, [case for case, _ in cast], [("", "")] * len(cast), rows)
    _replace_hanging(ctx, cast, (), rows)
    rows.add(Deadline, [{"id": key, **row} for key, row in owed])
    unit_of = {case.id: case.unit_id for case, _ in cast}
    for _key, row in owed:
        late_came_and_went(unit_of[row["case_id"]], [row], 1, rows)
    first_contributions(cast, rows)
    first_duties(ctx, _standing({case.id: case for case, _ in cast if not case.seats_filled}, owed, ctx.today), rows)


def after_first_shadows(ctx: Ctx, cast: Cast) -> None:
    """What is asked of new cases once their rows are there: whether one that complains of somebody has readers, and
    who of those that sit on it answers for what it owes."""
    for case, history in cast:
        if history.now.about:
            see_to_readers(ctx, case, history)
    if seated := [case.id for case, _ in cast if case.seats_filled]:
        settle_waits(ctx.session, seated)
        settle(ctx, seated, seated=seated, new=True)


def _standing(cases: Mapping[int, Case], owed: Owed, day: date) -> Iterator[StandingItem]:
    """What some new cases owe on a day."""
    for key, row in owed:
        case = cases.get(row["case_id"])
        if case is not None and row["from_on"] <= day and (row["to_on"] is None or row["to_on"] > day):
            of_case = {name: getattr(case, name) for name in ("unit_id", "holder_id", "tier", "guarded")}
            of_item = {name: row[name] for name in StandingItem._fields if name in row}
            yield StandingItem(id=key, **of_case, **of_item)


def _replace_hanging(
    ctx: Ctx, cast: Cast, kept: Sequence[int], rows: Rows, *, named: bool = False, stand: Collection[type[Base]] = ()
) -> bool:  # fmt: skip
    """The parties, seats and ways in; of those not ``kept`` there is nothing yet. Whether somebody was barred."""
    session = ctx.session
    if CaseParty not in stand:
        _replace_parties(session, cast, _hanging(session, CaseParty, kept), rows)
    if CaseSeat not in stand:
        _replace_seats(session, cast, _hanging(session, CaseSeat, kept), rows)
    if CaseAccess not in stand:
        there = _hanging(session, CaseAccess, kept)
        return _replace_access(ctx, cast, there, besides(session, kept), rows, named=named)
    return False


def _stand(ctx: Ctx, history: History, before: History | None) -> set[type[Base]]:
    """The tables that say of a case after an event what they said before it. Of one whose texts were erased they are
    always looked at, and so are the ways into one that complains of somebody: others may have to read it."""
    if before is None or before.head.erased:
        return set()
    told: dict[type[Base], Callable[[History], object]] = {CaseParty: shown_parties, CaseSeat: _seated}
    if not (history.now.about or before.now.about):
        told[CaseAccess] = lambda one: sure_ways(one, ctx.units, ())
    return {table for table, tell in told.items() if tell(history) == tell(before)}


def _hanging(session: Session, table: type[Hung], case_ids: Sequence[int]) -> dict[int, list[Hung]]:
    """The rows of a table that hang on some cases, by case."""
    found: dict[int, list[Hung]] = {}
    if case_ids:
        for row in session.scalars(select(table).where(table.case_id.in_(case_ids)).order_by(table.id)):
            found.setdefault(row.case_id, []).append(row)
    return found


def _exchange(session: Session, table: type[Hung], gone: Sequence[int], new: Sequence[Row], rows: Rows) -> None:
    """Take rows out of a table, and let others be put down."""
    if gone:
        session.execute(delete(table).where(table.id.in_(gone)))
    rows.add(table, new)


def bring_in_line(ctx: Ctx, case: Case) -> None:
    """Work out the row of a case anew when something beside its events changed: who is out of it, who helps."""
    ctx.session.flush()  # the shadow reads what was added
    cast_shadow(ctx, case, load_history(ctx.session, case, ctx.units))


def row_of(history: History, units: Units, office: OfficeRules) -> Case:
    """What the row of a case says by its events alone, beside the row that is kept."""
    return Case(**_told(history, units, office))


def _told(history: History, units: Units, office: OfficeRules) -> dict[str, object]:
    """The same by the names of its columns."""
    head, now, seats = history.head, history.now, seats_now(history)
    holder = holder_at(now, units)
    title, description = _texts(history)
    return {
        "track": head.track, "petition_class": head.petition_class, "channel": head.channel,
        "unit_id": units.id_of[head.unit], "sealed": head.sealed,
        "holder_id": units.id_of[holder], "tier": units.tier(holder),
        "category": now.category, "risk": now.risk, "headcount": now.headcount,
        "title": title, "description": description,
        "state": now.state, "standing": now.standing,
        "verified": now.verified, "archived": now.archived, "reopenings": now.reopenings,
        "archived_on": archived_on(history), "contacts_kept": keeps_contacts(history),
        "registered_at": history.events[0].at, "registered_on": now.registered_on,
        "registered_by": history.events[0].by,
        "received_on": now.received_on, "accepted_on": now.accepted_on, "resolved_on": now.resolved_on,
        "assigned_on": last_assigned_on(history), "confirmable_since": confirmable_since(history),
        "subsidy_on": claimed_on(history), "seats_filled": len(seats),
        "moves": sum(event.kind in ("escalated", "sent_down") for event in history.events),
        "merged_into": now.merged_into, "repeat_of": now.repeat_of, "matter": now.matter,
        "last_event_on": _last_worked_on(history),
        "last_recorded_at": max(event.recorded_at for event in history.events),
        **duties(history, office),
    }  # fmt: skip


def _last_worked_on(history: History) -> date:
    """The day of the last thing that happened to a case. That its contacts were erased is nothing that happened."""
    return next(event.on for event in reversed(history.events) if event.kind != "contacts_erased")


def _texts(history: History) -> tuple[str, str]:
    """The title and the story of a case. Of one that was struck out nothing is shown in lists nor found: all of them
    look like the one whose texts were erased because it was taken as an accusation."""
    now = history.now
    return (ERASED, "") if now.state == "voided" else (now.title, now.description)


def _seated(history: History) -> tuple[Mapping[str, Seating], bool]:
    """Who sits on a case, and whether it is open."""
    return seats_now(history), history.now.standing == "open"


def shown_parties(history: History) -> tuple[Party, ...]:
    """The parties of a case; of one that was struck out none."""
    return () if history.now.state == "voided" else tuple(history.now.parties)


def duties(history: History, office: OfficeRules) -> dict[str, object]:
    """What the row of a case says of what it owes: its handling limit while that runs, by when a paper is to be handed
    over, from when on it needs the five seats, and whether a plan of theirs is still to be filed."""
    head, now = history.head, history.now
    begun = now.registered_on
    running = now.standing == "open" and head.is_handled and not now.promised
    paper = to_hand_over(history, office)
    needed = needs_team(head, now, begun, history.trees.on(begun))
    return {
        "serve_due_on": paper.due_on if paper else None,
        "handle_due_on": handle_due(head, now, office) if running else None,
        "plan_owed": needed and now.standing == "open" and not _planned(history),
        "team_from": None if now.matter or not head.is_handled else begun if needed else backlog_from(begun),
    }


def _planned(history: History) -> bool:
    return any(event.kind == "plan_filed" for event in history.events)


def _replace_texts(ctx: Ctx, cases: Sequence[Case], before: Sequence[tuple[str, str]], rows: Rows) -> None:
    """What the texts are found by, where they are others than before; a new case had none."""
    changed = [
        (case, village_of(ctx.units, case))
        for case, texts in zip(cases, before, strict=True)
        if (case.title, case.description) != texts
    ]
    replace_words(ctx.session, changed, rows)


def _replace_parties(session: Session, cast: Cast, there: Mapping[int, Sequence[CaseParty]], rows: Rows) -> None:
    gone: list[int] = []
    new: list[Row] = []
    told: dict[int, Sequence[Party]] = {}
    for case, history in cast:
        wanted, before = as_told(shown_parties(history)), there.get(case.id, ())
        if as_told(before) != wanted:
            gone += [row.id for row in before]
            new += [{"case_id": case.id, **dict(zip(PARTY, one, strict=True))} for one in wanted]
            if case in session:
                session.expire(case, ["parties"])
            told[case.id] = () if case.sealed else shown_parties(history)
    _exchange(session, CaseParty, gone, new, rows)
    replace_contacts(session, told, rows, new=not there)


def as_told(parties: Iterable[Party | CaseParty]) -> list[tuple[object, ...]]:
    """What parties say, in order."""
    return [tuple(getattr(one, name) for name in PARTY) for one in parties]


def _replace_seats(session: Session, cast: Cast, there: Mapping[int, Sequence[CaseSeat]], rows: Rows) -> None:
    gone: list[int] = []
    new: list[Row] = []
    for case, history in cast:
        (seats, still_open), taken = _seated(history), {row.seat: row for row in there.get(case.id, ())}
        gone += [row.id for seat, row in taken.items() if seat not in seats]
        for seat, who in seats.items():
            if row := taken.get(seat):
                row.holder, row.deputy, row.since, row.case_open = who.holder, who.deputy, who.since, still_open
            else:
                told = {"holder": who.holder, "deputy": who.deputy, "since": who.since, "person": who.holder}
                new.append({"case_id": case.id, "seat": seat, "case_open": still_open, **told})
    _exchange(session, CaseSeat, gone, new, rows)


def _replace_access(
    ctx: Ctx, cast: Cast, there: Mapping[int, Sequence[CaseAccess]], beside: Mapping[int, set[tuple[str, str]]],
    rows: Rows, *, named: bool,
) -> bool:  # fmt: skip
    """Who comes in and who is barred, as rows that ``scope()`` reads. Whether somebody was barred from one."""
    gone: list[int] = []
    new: list[Row] = []
    for case, history in cast:
        found = there.get(case.id, ())
        bars = settled_bars(ctx.session, ctx.units, history, found, anew=named)
        wanted = sure_ways(history, ctx.units, beside.get(case.id, ())) | bars
        rows.change(case, {"guarded": is_guarded(case, wanted)})
        ways = {tuple(getattr(row, name) for name in WAY): row.id for row in found}
        gone += [row_id for way, row_id in ways.items() if way not in wanted]
        more = sorted(wanted - ways.keys(), key=str)
        new += [{"case_id": case.id, **dict(zip(WAY, way, strict=True))} for way in more]
        if any(way[-1] for way in wanted ^ ways.keys()):
            put_on_record(ctx, case.id)
    _exchange(ctx.session, CaseAccess, gone, new, rows)
    return bars_somebody(there)
