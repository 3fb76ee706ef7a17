"""The case row and what hangs on it, worked out anew from the events after each of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from caseapp.actions.circles import put_on_record
from caseapp.actions.context import Ctx
from caseapp.actions.contributions import keep_contributions
from caseapp.actions.duties import settle
from caseapp.actions.owed import replace_deadlines
from caseapp.actions.readers import see_to_readers
from caseapp.actions.search import replace_words
from caseapp.db import Base, insert_rows
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.cases.events import ERASED, Party
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case, CaseParty
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.snapshot import Seating, handle_due, holder_at
from caseapp.domain.deadlines.undone import to_hand_over
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.queries import Units
from caseapp.domain.search.queries import village_of
from caseapp.domain.teams.models import CaseSeat
from caseapp.domain.teams.queries import settled_bars
from caseapp.domain.teams.queries.ways import WAY, besides, sure_ways
from caseapp.domain.teams.seats import backlog_from, needs_team, seats_now

PARTY = ("role", "name", "phone", "contact")
Row = dict[str, object]
Cast = Sequence[tuple[Case, History]]
Hung = TypeVar("Hung", CaseParty, CaseSeat, CaseAccess)


def cast_shadow(
    ctx: Ctx, case: Case, history: History, before: History | None = None, *, named: bool = False
) -> None:  # fmt: skip
    """Bring the row of a case, its parties, seats, ways in, due dates, figures and look-up in line with its events. It
    was ``named`` just now who is complained of: who is out of it is settled anew. ``before``: with what it is in line,
    when nothing else changed than that events came."""
    cast_shadows(ctx, [(case, history)], named=named, stand=_stand(ctx, history, before))


def cast_shadows(ctx: Ctx, cast: Cast, *, named: bool = False, stand: Collection[type[Base]] = ()) -> None:
    """The same for many cases: each table is read and written once for all of them, and nothing is read of new ones,
    nor of tables that ``stand`` as they are."""
    session = ctx.session
    kept = [case.id for case, _ in cast if case.id is not None]
    texts = [(case.title, case.description) for case, _ in cast]
    for case, history in cast:
        _fill_row(case, history, ctx.units, ctx.office)
    session.flush()  # a new case needs its id before anything can hang on it
    _replace_texts(ctx, [case for case, _ in cast], texts)
    _replace_hanging(ctx, cast, kept, named=named, stand=stand)
    changed = replace_deadlines(ctx, [(case.id, history) for case, history in cast], kept)
    keep_contributions(session, cast, kept)
    _settle(ctx, [case for case, _ in cast], kept, owes=changed, seats={CaseSeat, CaseAccess} - set(stand))
    session.flush()  # the next event of the same case reads what hangs on it


def _settle(
    ctx: Ctx, cases: Sequence[Case], kept: Sequence[int], *, owes: bool, seats: Collection[type[Base]]
) -> None:  # fmt: skip
    """The duties of some cases, when they owe something else, or others may sit on them or come in."""
    if owes or seats:
        new = {case.id for case in cases} - set(kept)
        settle(ctx, kept, sorted(new), seated=[case.id for case in cases if seats and case.seats_filled])


def _replace_hanging(
    ctx: Ctx, cast: Cast, kept: Sequence[int], *, named: bool, stand: Collection[type[Base]]
) -> None:  # fmt: skip
    """The parties, seats and ways in."""
    session = ctx.session
    if CaseParty not in stand:
        _replace_parties(session, cast, _hanging(session, CaseParty, kept))
    if CaseSeat not in stand:
        _replace_seats(session, cast, _hanging(session, CaseSeat, kept))
    if CaseAccess not in stand:
        _replace_access(ctx, cast, _hanging(session, CaseAccess, kept), besides(session, kept), named=named)


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


def _exchange(session: Session, table: type[Hung], gone: Sequence[int], new: Sequence[Row]) -> None:
    """Take rows out of a table, and put others down."""
    if gone:
        session.execute(delete(table).where(table.id.in_(gone)))
    insert_rows(session, table, new)


def bring_in_line(ctx: Ctx, case: Case) -> None:
    """Work out the row of a case anew when something beside its events changed: who is out of it, who helps."""
    ctx.session.flush()  # the shadow reads what was added
    cast_shadow(ctx, case, load_history(ctx.session, case, ctx.units))


def row_of(history: History, units: Units, office: OfficeRules) -> Case:
    """What the row of a case says by its events alone, beside the row that is kept."""
    case = Case()
    _fill_row(case, history, units, office)
    return case


def _fill_row(case: Case, history: History, units: Units, office: OfficeRules) -> None:
    head, now = history.head, history.now
    case.track, case.petition_class, case.channel = head.track, head.petition_class, head.channel
    case.unit_id, case.sealed = units.id_of[head.unit], head.sealed
    holder = holder_at(now, units)
    case.holder_id, case.tier = units.id_of[holder], units.tier(holder)
    case.category, case.risk, case.headcount = now.category, now.risk, now.headcount
    case.title, case.description = _texts(history)
    case.state, case.standing = now.state, now.standing
    case.verified, case.archived, case.reopenings = now.verified, now.archived, now.reopenings
    case.registered_at, case.registered_on = history.events[0].at, now.registered_on
    case.registered_by = history.events[0].by
    case.received_on, case.accepted_on, case.resolved_on = now.received_on, now.accepted_on, now.resolved_on
    case.seats_filled = len(seats_now(history))
    case.moves = sum(event.kind in ("escalated", "sent_down") for event in history.events)
    for name, value in duties(history, office).items():
        setattr(case, name, value)
    case.merged_into, case.repeat_of = now.merged_into, now.repeat_of
    case.last_event_on = history.events[-1].on
    case.last_recorded_at = max(event.recorded_at for event in history.events)


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


def strike_out_from_before(ctx: Ctx) -> None:
    """Bring in line what was struck out when its title still stood in lists."""
    struck_out = select(Case).where(Case.state == "voided", Case.title != ERASED).order_by(Case.id)
    for case in ctx.session.scalars(struck_out).all():
        bring_in_line(ctx, case)


def duties(history: History, office: OfficeRules) -> dict[str, object]:
    """What the row of a case says of what it owes: its handling limit while that runs, by when a paper is to be handed
    over, from when on it needs the five seats, and whether a plan of theirs is still to be filed."""
    head, now = history.head, history.now
    free, begun = head.sealed or head.suggestion, now.registered_on
    running = now.standing == "open" and not free and not now.promised
    paper = to_hand_over(history, office)
    needed = needs_team(head, now, begun, history.trees.on(begun))
    return {
        "serve_due_on": paper.due_on if paper else None,
        "handle_due_on": handle_due(head, now, office) if running else None,
        "plan_owed": needed and now.standing == "open" and not _planned(history),
        "team_from": None if free else begun if needed else backlog_from(begun),
    }


def _planned(history: History) -> bool:
    return any(event.kind == "plan_filed" for event in history.events)


def _replace_texts(ctx: Ctx, cases: Sequence[Case], before: Sequence[tuple[str | None, str | None]]) -> None:
    """What the texts are found by, where they are others than before; a new case had none."""
    changed = [
        (case, village_of(ctx.units, case))
        for case, texts in zip(cases, before, strict=True)
        if (case.title, case.description) != texts
    ]
    replace_words(ctx.session, changed)


def _replace_parties(session: Session, cast: Cast, there: Mapping[int, Sequence[CaseParty]]) -> None:
    gone: list[int] = []
    new: list[Row] = []
    for case, history in cast:
        wanted = [tuple(getattr(party, name) for name in PARTY) for party in shown_parties(history)]
        before = there.get(case.id, ())
        if [tuple(getattr(row, name) for name in PARTY) for row in before] != wanted:
            gone += [row.id for row in before]
            new += [{"case_id": case.id, **dict(zip(PARTY, one, strict=True))} for one in wanted]
            session.expire(case, ["parties"])
    _exchange(session, CaseParty, gone, new)


def _replace_seats(session: Session, cast: Cast, there: Mapping[int, Sequence[CaseSeat]]) -> None:
    gone: list[int] = []
    new: list[Row] = []
    for case, history in cast:
        (seats, still_open), rows = _seated(history), {row.seat: row for row in there.get(case.id, ())}
        gone += [row.id for seat, row in rows.items() if seat not in seats]
        for seat, who in seats.items():
            if seat in rows:
                rows[seat].holder, rows[seat].deputy, rows[seat].since = who.holder, who.deputy, who.since
                rows[seat].case_open = still_open
            else:
                told = {"holder": who.holder, "deputy": who.deputy, "since": who.since, "person": who.holder}
                new.append({"case_id": case.id, "seat": seat, "case_open": still_open, **told})
    _exchange(session, CaseSeat, gone, new)


def _replace_access(
    ctx: Ctx, cast: Cast, there: Mapping[int, Sequence[CaseAccess]], beside: Mapping[int, set[tuple[str, str]]],
    *, named: bool,
) -> None:  # fmt: skip
    """Who comes in and who is barred, as rows that ``scope()`` reads."""
    gone: list[int] = []
    new: list[Row] = []
    for case, history in cast:
        found = there.get(case.id, ())
        bars = settled_bars(ctx.session, ctx.units, history, found, anew=named)
        wanted = sure_ways(history, ctx.units, beside.get(case.id, ())) | bars
        rows = {tuple(getattr(row, name) for name in WAY): row.id for row in found}
        gone += [row_id for way, row_id in rows.items() if way not in wanted]
        new += [
            {"case_id": case.id, **dict(zip(WAY, way, strict=True))} for way in sorted(wanted - rows.keys(), key=str)
        ]
        if any(way[-1] for way in wanted ^ rows.keys()):
            put_on_record(ctx, case.id)
    _exchange(ctx.session, CaseAccess, gone, new)
    for case, history in cast:
        _see_to_readers_if_barred(ctx, case, history, there.get(case.id, ()))


def _see_to_readers_if_barred(ctx: Ctx, case: Case, history: History, before: Iterable[CaseAccess]) -> None:
    """Nearly every case complains of nobody and never did: nothing is asked of it."""
    if history.now.about or any(row.barred for row in before):
        see_to_readers(ctx, case, history)
