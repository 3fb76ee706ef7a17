"""The case row and what hangs on it, worked out anew from the events after each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from sqlalchemy import delete, insert, literal, select, union_all
from sqlalchemy.orm import Session

from caseapp.actions.context import Ctx
from caseapp.actions.contributions import keep_contributions
from caseapp.actions.duties import settle
from caseapp.actions.search import replace_grams
from caseapp.domain.access.models import CaseAccess, Interest, TransferDuty
from caseapp.domain.access.outside import WORKING_DAYS, authority_for, readers
from caseapp.domain.access.queries import is_unread
from caseapp.domain.cases.events import Party
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case, CaseParty
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.snapshot import Seating, handle_due, holder_at
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.deadlines.queries.recount import at_work
from caseapp.domain.deadlines.rules import charged_to, not_by, spans
from caseapp.domain.deadlines.undone import to_hand_over
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.queries import Units
from caseapp.domain.org.settings import WORKING
from caseapp.domain.search.grams import grams_of
from caseapp.domain.teams.models import CaseSeat, CoHandler
from caseapp.domain.teams.queries import Way, bars, concerned
from caseapp.domain.teams.seats import backlog_from, needs_team, seats_now

OWED = (
    "kind", "nth", "due_on", "start_on", "days", "rule", "from_on", "to_on", "charged_to", "not_by", "unit",
    "provisional",
)  # fmt: skip
WAY = ("unit_id", "username", "barred", "sealed", "role", "because")
Row = dict[str, object]


def cast_shadow(ctx: Ctx, case: Case, history: History) -> None:
    """Bring the row of a case, its parties, seats, ways in, due dates, figures and look-up in line with its events."""
    session, units, now = ctx.session, ctx.units, history.now
    texts = case.title, case.description
    _fill_row(case, history, units, ctx.office)
    session.flush()  # a new case needs its id before anything can hang on it
    _replace_texts(ctx, case, texts)
    _replace_parties(case, now.parties)
    _replace_seats(session, case, seats_now(history))
    _replace_access(ctx, case, history)
    _replace_deadlines(session, case, owed_rows(ctx, case.id, history))
    keep_contributions(session, case, history)
    settle(ctx, [case.id])  # it flushes: the next event of the same case reads what hangs on it


def bring_in_line(ctx: Ctx, case: Case) -> None:
    """Work out the row of a case anew when something beside its events changed: who is out of it, who helps."""
    ctx.session.flush()  # the shadow reads what was added
    cast_shadow(ctx, case, load_history(ctx.session, case, ctx.units))


def grow_circles(ctx: Ctx, usernames: Iterable[str]) -> None:
    """Bring in line the cases that complain of some people whose posts or deputies changed: the circle follows them."""
    for case in concerned(ctx.session, usernames):
        bring_in_line(ctx, case)


def see_to_all_readers(ctx: Ctx) -> None:
    """Whether each open matter that complains of somebody still has readers: posts begin and end."""
    barring = select(CaseAccess.case_id).where(CaseAccess.barred, CaseAccess.because.is_not(None))
    for case in ctx.session.scalars(select(Case).where(Case.id.in_(barring), Case.standing == "open")):
        see_to_readers(ctx, case, load_history(ctx.session, case, ctx.units))


def see_to_readers(ctx: Ctx, case: Case, history: History) -> None:
    """A matter that nobody who handles such matters may read any more, because of whom it complains of, is owed to an
    authority outside; it is not, once somebody may read it again."""
    there = ctx.session.scalar(select(TransferDuty).where(TransferDuty.case_id == case.id))
    owed = _is_to_leave(ctx, case, history)
    if owed and there is None:
        due = ctx.office.calendar.add(ctx.today, WORKING_DAYS, WORKING).due
        authority = authority_for(sealed=case.sealed)
        ctx.session.add(TransferDuty(case_id=case.id, authority=authority, since_on=ctx.today, due_on=due))
    elif there is not None and there.handed_on is None and not owed:
        ctx.session.delete(there)


def _is_to_leave(ctx: Ctx, case: Case, history: History) -> bool:
    now = history.now
    if not now.about or now.archived or now.standing not in ("open", "resolved", "closed_unresolved"):
        return False
    ctx.session.flush()  # the bars are read back
    above = ctx.units.ids_above(history.head.unit)
    return is_unread(ctx.session, case.id, above, readers(sealed=case.sealed), ctx.today)


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
    case.title, case.description = now.title, now.description
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


def duties(history: History, office: OfficeRules) -> dict[str, object]:
    """What the row of a case says of what it owes: its handling limit while that runs, by when a paper is to be handed
    over, whether it needs the five seats, and from when on in any case."""
    head, now = history.head, history.now
    free = head.sealed or head.suggestion
    running = now.standing == "open" and not free and not now.promised
    paper = to_hand_over(history, office)
    return {
        "serve_due_on": paper.due_on if paper else None,
        "handle_due_on": handle_due(head, now, office) if running else None,
        "team_needed": needs_team(head, now, now.registered_on, history.trees.on(now.registered_on)),
        "team_from": None if free else backlog_from(now.registered_on),
    }


def _replace_texts(ctx: Ctx, case: Case, before: tuple[str | None, str | None]) -> None:
    """What the texts are found by, when they are others than before; a new case had none."""
    title, description = before
    if before == (case.title, case.description):
        return
    village = ctx.units.id_of[ctx.units.village_of(ctx.units.by_id[case.unit_id].code)]
    replace_grams(ctx.session, case, village, grams_of(title or "", description or ""))


def _replace_parties(case: Case, parties: Iterable[Party]) -> None:
    wanted = [(party.role, party.name, party.phone, party.contact) for party in parties]
    if [(row.role, row.name, row.phone, row.contact) for row in case.parties] != wanted:
        case.parties = [CaseParty(role=role, name=name, phone=phone, contact=how) for role, name, phone, how in wanted]


def _replace_seats(session: Session, case: Case, seats: Mapping[str, Seating]) -> None:
    there = {row.seat: row for row in session.scalars(select(CaseSeat).where(CaseSeat.case_id == case.id))}
    for seat, row in there.items():
        if seat not in seats:
            session.delete(row)
    for seat, who in seats.items():
        row = there.get(seat) or CaseSeat(case_id=case.id, seat=seat)
        row.holder, row.deputy, row.since = who.holder, who.deputy, who.since
        session.add(row)


def sure_ways(history: History, units: Units, beside: Iterable[tuple[str, str]]) -> set[Way]:
    """The ways into a case, and out of it, that follow from its events and from what stands ``beside`` it, whatever
    posts people hold meanwhile."""
    return set(_ways(history, units)) | set(_beside(beside, sealed=history.head.sealed))


def _replace_access(ctx: Ctx, case: Case, history: History) -> None:
    """Who comes in and who is barred, as rows that ``scope()`` reads."""
    session = ctx.session
    found = session.scalars(select(CaseAccess).where(CaseAccess.case_id == case.id)).all()
    beside = besides(session, [case.id]).get(case.id, set())
    wanted = sure_ways(history, ctx.units, beside) | bars(session, ctx.units, history, found)
    there = {tuple(getattr(row, name) for name in WAY): row.id for row in found}
    gone = [row_id for way, row_id in there.items() if way not in wanted]
    if gone:
        session.execute(delete(CaseAccess).where(CaseAccess.id.in_(gone)))
    rows = [{"case_id": case.id, **dict(zip(WAY, way, strict=True))} for way in sorted(wanted - there.keys(), key=str)]
    if rows:
        session.execute(insert(CaseAccess), rows)
    _see_to_readers_if_barred(ctx, case, history, found)


def _see_to_readers_if_barred(ctx: Ctx, case: Case, history: History, before: Iterable[CaseAccess]) -> None:
    """Nearly every case complains of nobody and never did: nothing is asked of it."""
    if history.now.about or any(row.barred for row in before):
        see_to_readers(ctx, case, history)


def _in(unit: int | None, person: str | None = None, *, sealed: bool = False) -> Way:
    return unit, person, False, sealed, None, None


def besides(session: Session, case_ids: Sequence[int]) -> dict[int, set[tuple[str, str]]]:
    """Who is out of some cases by a declared interest, and the co-handlers, who come in until their task is over."""
    declared = select(Interest.case_id, Interest.username, literal("out")).where(
        Interest.case_id.in_(case_ids), Interest.undone_at.is_(None)
    )
    helping = select(CoHandler.case_id, CoHandler.username, literal("in")).where(
        CoHandler.case_id.in_(case_ids), CoHandler.ended_at.is_(None)
    )
    found: dict[int, set[tuple[str, str]]] = {}
    for case_id, person, way in session.execute(union_all(declared, helping)):
        found.setdefault(case_id, set()).add((person, way))
    return found


def _beside(beside: Iterable[tuple[str, str]], *, sealed: bool) -> Iterable[Way]:
    for person, way in beside:
        if way == "out":
            yield None, person, True, False, None, None
        elif not sealed:
            yield _in(None, person)


def _ways(history: History, units: Units) -> Iterable[Way]:
    """Who comes in: the unit where it arose, the one that holds it, the five seats."""
    now, sealed = history.now, history.head.sealed
    for unit in {history.head.unit, holder_at(now, units)}:
        yield _in(units.id_of[unit], sealed=sealed)
    if not sealed:
        for who in seats_now(history).values():
            for person in filter(None, (who.holder, who.deputy)):
                yield _in(None, person)


def _replace_deadlines(session: Session, case: Case, wanted: list[Row]) -> None:
    """Keep the rows that still say what they said, so that what was announced about them keeps its meaning."""
    found = session.scalars(select(Deadline).where(Deadline.case_id == case.id)).all()
    gone, new = changed_deadlines(found, wanted)
    if gone:
        session.execute(delete(Deadline).where(Deadline.id.in_(gone)))
    if new:
        session.execute(insert(Deadline), new)


def changed_deadlines(found: Iterable[Deadline], wanted: list[Row]) -> tuple[list[int], list[Row]]:
    """Of the rows of a case those to delete, and the rows to add."""
    there = {tuple(getattr(row, name) for name in OWED): row.id for row in found}
    rows = {tuple(row[name] for name in OWED): row for row in wanted}
    gone = [row_id for key, row_id in there.items() if key not in rows]
    return gone, [row for key, row in rows.items() if key not in there]


def owed_rows(ctx: Ctx, case_id: int, history: History) -> list[Row]:
    """Everything a case owes, ever owed or will owe, each with whom it is charged to as the case stands now."""
    now, kinds = history.now, dict[str, tuple[str, str | None]]()
    rows = []
    for span in spans(history, ctx.office):
        item = span.item
        if item.kind not in kinds:
            kinds[item.kind] = (
                charged_to(item.kind, now, partial(at_work, ctx.session, ctx.units, now, ctx.today)),
                not_by(item.kind, now),
            )
        charged, barred = kinds[item.kind]
        rows.append({
            "case_id": case_id, "kind": item.kind, "nth": item.nth, "due_on": item.due_on, "start_on": item.start_on,
            "days": item.days, "rule": item.rule, "from_on": span.from_on, "to_on": span.to_on,
            "charged_to": charged, "not_by": barred, "unit": item.unit, "provisional": item.provisional,
        })  # fmt: skip
    return rows
