"""Checking that what was worked out from the events is what they say: the row of each case, its parties, its seats,
what it owes, who comes in and who is out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from caseapp.actions.context import Ctx
from caseapp.actions.owed import owed_rows
from caseapp.actions.shadow import as_told, duties, row_of, shown_parties
from caseapp.domain.access.circle import Bar
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.audit.anchor import Anchor
from caseapp.domain.audit.verify import Verified
from caseapp.domain.cases.history import History
from caseapp.domain.cases.models import Case, CaseEvent, CaseEventText, Signing
from caseapp.domain.cases.queries import load_histories
from caseapp.domain.deadlines.models import Deadline
from caseapp.domain.deadlines.rules import charged_to
from caseapp.domain.org.models import CalendarDay, Setting
from caseapp.domain.org.office import OfficeRules
from caseapp.domain.org.queries import Units, load_office
from caseapp.domain.org.settings import WORKING
from caseapp.domain.teams.models import CaseSeat
from caseapp.domain.teams.queries.waits import waits_unlike
from caseapp.domain.teams.queries.ways import WAY, besides, is_guarded, sure_ways, way_of
from caseapp.domain.teams.seats import seats_now
from caseapp.domain.verification.queries import verify
from caseapp.domain.verification.queries.beside import check_beside, check_runs
from caseapp.domain.verification.queries.circles import bars_in_rows, bars_on_record
from caseapp.domain.verification.queries.tree import check_tree
from caseapp.kernel.errors import N_, CaseappError

BATCH = 500
Row = TypeVar("Row", CaseSeat, CaseAccess, Deadline)
ROW = (
    "track", "petition_class", "channel", "unit_id", "tier", "sealed", "category", "risk", "headcount", "state",
    "standing", "verified", "archived", "archived_on", "contacts_kept", "reopenings", "registered_at", "registered_on",
    "registered_by", "received_on", "accepted_on", "resolved_on", "assigned_on", "confirmable_since", "seats_filled",
    "moves", "merged_into", "repeat_of", "matter", "last_event_on", "last_recorded_at", "plan_owed", "team_from",
    "subsidy_on",
)  # fmt: skip
"""What a row says by its events alone."""
BY_CALENDAR = ("due_on", "provisional", "late_from", "late_to", "late_bin")
OF_A_DUTY = ("kind", "nth", "not_by", "start_on", "days", "rule", "from_on", "to_on", "unit", *BY_CALENDAR)
"""What a due date says by the events and by what the office has set. What was counted before the office set other days
keeps its rule, unless the office wanted it otherwise: so it was counted by the rules that were known when the case was
last written, or by those of some later day. Official days are replaced when a year is entered anew, so what was counted
in working days before is held without its day."""
SOMEBODY = "@"
COUNTED_BY = ("days.%", "unit.%")
"""The settings by which days are counted."""
TEXTS = ("title", "description")
UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, AssertionError, RuntimeError, CaseappError)


@dataclass(frozen=True)
class _Part:
    """Some cases with all that hangs on them."""

    cases: Mapping[int, Case]
    erased: AbstractSet[int]
    seats: Mapping[int, Sequence[CaseSeat]]
    ways: Mapping[int, Sequence[CaseAccess]]
    beside: Mapping[int, AbstractSet[tuple[str, str]]]
    circles: Mapping[str, AbstractSet[Bar]]
    owed: Mapping[int, Sequence[Deadline]]
    waits: AbstractSet[int]
    signed: Mapping[int, int]
    rules: Sequence[KnownRules]
    days_entered: datetime | None


@dataclass(frozen=True)
class KnownRules:
    """The rules of the office as they were known from an instant on, since ever when it is None."""

    since: datetime | None
    office: OfficeRules


def verify_all(ctx: Ctx, key: str = "", given: Sequence[Anchor] = ()) -> Verified:
    """Check the logs, and what was worked out from them or stands beside them."""
    result = verify(ctx.session, key, given)
    check_shadows(ctx, result)
    check_beside(ctx.session, result)
    check_runs(ctx.session, result, ctx.now)
    with suppress(*UNREADABLE):  # a log of the tree that makes no sense any more was told of by its chain
        check_tree(ctx.session, result)
    return result


def check_shadows(ctx: Ctx, result: Verified) -> None:
    """Work out each case from its events and hold the rows against it. Where texts were erased, they are left aside."""
    ids = list(ctx.session.scalars(select(Case.id).order_by(Case.id)))
    rules = _rules_ever(ctx.session), ctx.session.scalar(select(func.max(CalendarDay.entered_at)))
    for begin in range(0, len(ids), BATCH):
        part = _read(ctx.session, ids[begin : begin + BATCH], *rules)
        for case_id, history in _histories(ctx, list(part.cases)):
            named = _unlike(ctx, part, case_id, history) if history else ["events"]
            if named:
                text = N_("%(name)s: what is shown is not what the events say (%(columns)s)")
                number = part.cases[case_id].number
                result.broken.append(CaseappError(text, name=number, columns=", ".join(named)))
        ctx.session.expunge_all()


def _read(session: Session, ids: Sequence[int], rules: Sequence[KnownRules], days_entered: datetime | None) -> _Part:
    cases = session.scalars(select(Case).where(Case.id.in_(ids)).options(selectinload(Case.parties)).order_by(Case.id))
    gone = CaseEvent.text_digest.is_not(None), CaseEventText.seq.is_(None)
    texts = select(CaseEvent.case_id).outerjoin(CaseEvent.texts)
    erased = session.scalars(texts.where(CaseEvent.case_id.in_(ids), *gone))
    seats = session.scalars(select(CaseSeat).where(CaseSeat.case_id.in_(ids)))
    ways = session.scalars(select(CaseAccess).where(CaseAccess.case_id.in_(ids)))
    found = {case.id: case for case in cases}
    circles = bars_on_record(session, [case.number for case in found.values()])
    owed = _by_case(session.scalars(select(Deadline).where(Deadline.case_id.in_(ids))))
    signed = select(Signing.case_id, func.max(Signing.move)).where(Signing.case_id.in_(ids)).group_by(Signing.case_id)
    kept = waits_unlike(session, ids), {row[0]: row[1] for row in session.execute(signed)}
    beside = besides(session, ids), circles, owed, *kept, rules, days_entered
    return _Part(found, set(erased), _by_case(seats), _by_case(ways), *beside)


def _rules_ever(session: Session) -> list[KnownRules]:
    """The rules by which days were ever counted, in order."""
    settings = select(Setting.set_at).where(or_(*(Setting.key.like(one) for one in COUNTED_BY)))
    changed = {*session.scalars(settings), *session.scalars(select(CalendarDay.entered_at))}
    first = KnownRules(None, load_office(session, datetime.min.replace(tzinfo=UTC)))
    return [first, *(KnownRules(at, load_office(session, at)) for at in sorted(changed))]


def _by_case(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found


def _histories(ctx: Ctx, ids: Sequence[int]) -> Iterator[tuple[int, History | None]]:
    """The history of each case; none where its events make no sense any more."""
    try:
        found = dict(load_histories(ctx.session, Case.id.in_(ids), ctx.units, texts=True))
    except UNREADABLE:
        if len(ids) == 1:
            yield ids[0], None
            return
        for one in ids:
            yield from _histories(ctx, [one])
        return
    for one in ids:
        yield one, found.get(one)


def _unlike(ctx: Ctx, part: _Part, case_id: int, history: History) -> list[str]:
    """What of a case is not what its events say."""
    case, texts = part.cases[case_id], case_id not in part.erased
    try:
        told = row_of(history, ctx.units, ctx.office)
        columns = (*ROW, *TEXTS) if texts else ROW
        unlike = [name for name in columns if getattr(case, name) != getattr(told, name)]
        hold = {
            "holder": _went_to(ctx.units, case.holder_id) == told.holder_id,
            "guarded": case.guarded == is_guarded(case, map(way_of, part.ways.get(case_id, ()))),
            "signed_for": case.signed_for == part.signed.get(case_id, 0),
            "parties": not texts or as_told(case.parties) == as_told(shown_parties(history)),
            "seats": case_id not in part.waits and _seats(part, case_id, history),
            "access": _ways_hold(ctx, part, case_id, history),
            "due dates": _owes(ctx, part, case, history),
        }
        return unlike + [name for name, holds in hold.items() if not holds]
    except UNREADABLE:
        return ["events"]


def _went_to(units: Units, unit_id: int) -> int:
    """A unit, or what it was merged into: a merge of today may wait for the first act of the day."""
    return units.id_of[units.went_to(units.by_id[unit_id].code)]


def _seats(part: _Part, case_id: int, history: History) -> bool:
    kept = {(row.seat, row.holder, row.deputy, row.since, row.case_open) for row in part.seats.get(case_id, ())}
    still = history.now.standing == "open"
    return kept == {(seat, who.holder, who.deputy, who.since, still) for seat, who in seats_now(history).items()}


def _ways_hold(ctx: Ctx, part: _Part, case_id: int, history: History) -> bool:
    """Nobody comes in whom the events do not let in; out of it is who declared an interest, and whom the log says to be
    out because of whom the case complains of: nobody more, nobody less."""
    rows = part.ways.get(case_id, ())
    there = set(map(way_of, rows))
    bars = bars_in_rows(ctx.units, rows)
    of_namings = {way for way in there if way[WAY.index("because")]}
    return (
        len(rows) == len(there)
        and there - of_namings == sure_ways(history, ctx.units, part.beside.get(case_id, set()))
        and bars == part.circles.get(part.cases[case_id].number, frozenset())
        and {bar.because for bar in bars} == set(history.now.about)
    )


def _owes(ctx: Ctx, part: _Part, case: Case, history: History) -> bool:
    """A case owes what its events say, by the days that the office had set."""
    rows = part.owed.get(case.id, ())
    if any(row.charged_to not in _may_be_charged(row.kind, history) for row in rows):
        return False
    lost = part.days_entered is not None and part.days_entered >= case.last_recorded_at
    kept = Counter(_told({name: getattr(row, name) for name in OF_A_DUTY}, lost=lost) for row in rows)
    for office in _rules_for(part, case):
        due = Counter(_told(row, lost=lost) for row in owed_rows(ctx, history, office))
        if kept == due and _due_columns(case, duties(history, office), lost=lost):
            return True
    return False


def _due_columns(case: Case, told: Mapping[str, object], *, lost: bool) -> bool:
    """Whether the row of a case bears its due dates. An open case is worked out anew when official days are entered,
    one whose paper is still to be handed over is not."""
    serve = told["serve_due_on"]
    holds = case.serve_due_on == serve or (lost and None not in (case.serve_due_on, serve))
    return case.handle_due_on == told["handle_due_on"] and holds


def _told(row: Mapping[str, object], *, lost: bool) -> tuple[object, ...]:
    """What a due date says; ``lost``: the official days by which it was counted may be others by now."""
    names = OF_A_DUTY if not (lost and row["unit"] == WORKING) else [one for one in OF_A_DUTY if one not in BY_CALENDAR]
    return tuple(row[name] for name in names)


def _rules_for(part: _Part, case: Case) -> list[OfficeRules]:
    """The rules by which a case may have been counted: those known when it was last written, and every later one."""
    before = [nth for nth, one in enumerate(part.rules) if one.since is None or one.since < case.last_recorded_at]
    return [one.office for one in part.rules[before[-1] :]]


def _may_be_charged(kind: str, history: History) -> set[str]:
    """To which seat an item may be charged: of a return visit that turns on whether somebody else was at work then."""
    return {charged_to(kind, history.now, at_work) for at_work in (tuple, lambda: (SOMEBODY,))}
