"""五包一: staffing a case in one step from the village's standing team, changing a seat, keeping the standing teams."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from sqlalchemy import select

from caseapp.actions.cases import add_event, case_for
from caseapp.actions.circles import tell_of_circles
from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.domain.access import permissions as may
from caseapp.domain.access.queries import actor_of, bars_of, is_met
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.snapshot import Seating
from caseapp.domain.moves.queries import demand, transition_of
from caseapp.domain.people.models import User
from caseapp.domain.people.queries import people_within, user_named
from caseapp.domain.supervision.queries import CaseAside
from caseapp.domain.teams.models import CaseSeat, StandingSeat
from caseapp.domain.teams.queries import case_seats, standing_team
from caseapp.domain.teams.seats import ROLE_OF_SEAT, SEATS, check_one_seat_each
from caseapp.kernel.errors import N_, NotAllowed, RuleViolation

Pair = tuple[str, str | None]


def staff_case(ctx: Ctx, number: str) -> Case:
    """Fill the empty seats of a case from the standing team of its village, or of the town, in one step.

    Seats that are filled stay. Raises RuleViolation when there is no standing team, or nobody of it may sit.
    """
    case = case_for(ctx, number, for_update=True)
    demand(ctx, case, transition_of(case, "fill_seat"))
    taken = case_seats(ctx.session, case.id)
    team = standing_team(ctx.session, ctx.units, ctx.units.by_id[case.unit_id].code)
    free = free_seats(team, taken, partial(may_sit, ctx, case))
    events = [seat_filled(ctx, seat, pair, "") for seat, pair in free]
    if not events:
        raise RuleViolation("", N_("the standing team of this place has nobody for the empty seats"))
    add_event(ctx, case, *events)
    return case


def free_seats(
    team: Mapping[str, Pair], taken: Mapping[str, CaseSeat | Seating], able: Callable[[str], bool]
) -> Iterator[tuple[str, Pair]]:
    """The empty seats of a case with whom of the standing team they go to, of those who are able. Nobody sits twice."""
    seated = {person for row in taken.values() for person in (row.holder, row.deputy)}

    def is_free(person: str | None) -> bool:
        return bool(person) and person not in seated and able(str(person))

    for seat, (holder, second) in team.items():
        if seat not in taken and is_free(holder):
            seated.add(holder)
            deputy = second if is_free(second) else None
            seated.add(deputy)
            yield seat, (holder, deputy)


def fill_seat(ctx: Ctx, number: str, seat: str, pair: Pair, reason: str) -> Case:
    """Give a seat of a case to a holder and a deputy, with a reason when somebody sat there. One person, one seat."""
    case = case_for(ctx, number, for_update=True)
    demand(ctx, case, transition_of(case, "fill_seat"))
    seats = case_seats(ctx.session, case.id)
    if seat not in SEATS:
        raise RuleViolation("seat", N_("there is no such seat"))
    if seat in seats and not reason.strip():
        raise RuleViolation("reason", N_("say why the seat changes hands"))
    check_people(ctx, pair)
    _check_role(ctx, ctx.units.by_id[case.unit_id].code, seat, pair)
    others = {name: (row.holder, row.deputy) for name, row in seats.items() if name != seat}
    check_one_seat_each(_sitting(others | {seat: pair}))
    for person in filter(None, pair):
        if not may_sit(ctx, case, person):
            raise RuleViolation(
                "holder", N_("%(person)s cannot sit on this case: it complains of them or their unit"), person=person
            )
    add_event(ctx, case, seat_filled(ctx, seat, pair, reason))
    return case


def _sitting(team: Mapping[str, Pair]) -> list[tuple[str, str]]:
    """Each who sits, with the seat."""
    return [(seat, person) for seat, pair in team.items() for person in pair if person]


def clear_seat(ctx: Ctx, number: str, seat: str, reason: str) -> Case:
    """Empty a seat of a case, with a reason."""
    case = case_for(ctx, number, for_update=True)
    demand(ctx, case, transition_of(case, "clear_seat"))
    if seat not in case_seats(ctx.session, case.id):
        raise RuleViolation("seat", N_("nobody sits there"))
    if not reason.strip():
        raise RuleViolation("reason", N_("say why the seat is cleared"))
    now = ctx.now
    add_event(ctx, case, Event("seat_cleared", now, now, ctx.actor.username, {"seat": seat, "reason": reason}))
    return case


def candidates(ctx: Ctx, case: Case, seat: str) -> list[User]:
    """Who may take a seat of a case: whoever has its role in the town, sits in no other seat of the case and is not
    complained of in it."""
    others = {
        person
        for row in case_seats(ctx.session, case.id).values()
        for person in (row.holder, row.deputy)
        if row.seat != seat
    }
    found = _with_role(ctx, ctx.units.by_id[case.unit_id].code, seat)
    return [user for user in found if user.username not in others and may_sit(ctx, case, user.username)]


def would_staff(line: Iterable[str], standing: Iterable[CaseAside], taken: Mapping[str, Seating]) -> bool:
    """Whether the standing teams of a unit and of those above it (``line``) have somebody for a seat that is not taken.
    ``standing`` are their rows as they stand beside the case."""
    rows = list(standing)
    team: dict[str, Pair] = {}
    for code in line:
        for row in rows:
            if row.name == code:
                team.setdefault(row.more, (row.person, None))
    able = {row.person for row in rows if row.over}
    return next(free_seats(team, taken, able.__contains__), None) is not None


def seat_filled(ctx: Ctx, seat: str, pair: Pair, reason: str) -> Event:
    """The event of a seat being given to a holder and a deputy, now."""
    data: dict[str, object] = {"seat": seat, "holder": pair[0]}
    if pair[1]:
        data["deputy"] = pair[1]
    if reason.strip():
        data["reason"] = reason.strip()
    now = ctx.now
    return Event("seat_filled", now, now, ctx.actor.username, data)


def check_people(ctx: Ctx, pair: Pair) -> None:
    """Holder and deputy are active users. Raises RuleViolation."""
    for field, person in zip(("holder", "deputy"), pair, strict=True):
        if person:
            user = user_named(ctx.session, person)
            if user is None or not user.active:
                raise RuleViolation(field, N_("there is no active user %(username)s"), username=person)


def _check_role(ctx: Ctx, unit: str, seat: str, pair: Pair) -> None:
    """Holder and deputy hold the role that the seat is for, in the town of a unit. Raises RuleViolation."""
    fit = {user.username for user in _with_role(ctx, unit, seat)}
    for field, person in zip(("holder", "deputy"), pair, strict=True):
        if person and person not in fit:
            raise RuleViolation(field, N_("%(person)s has no post that this is for"), person=person)


def _with_role(ctx: Ctx, unit: str, seat: str) -> list[User]:
    town = [ctx.units.part(ctx.units.town_of(unit))]
    return people_within(ctx.session, town, ctx.today, ROLE_OF_SEAT[seat])


def may_sit(ctx: Ctx, case: Case, username: str) -> bool:
    """Whether somebody may be given a case: an active user who is not in the circle of who is complained of, and did
    not declare an interest."""
    user = user_named(ctx.session, username)
    if user is None or not user.active:
        return False
    person = actor_of(user, ctx.units, ctx.today)
    return not any(is_met(person, bar) for bar in bars_of(ctx.session, case.id))


def set_standing_team(ctx: Ctx, unit: str, team: Mapping[str, Pair]) -> None:
    """The team a unit's new cases are staffed from: a holder and a deputy a seat. Empty seats are left out."""
    place = ctx.units.place(unit)
    if ctx.units.id_of[place.code] not in ctx.actor.units_with(may.TEAMS) and not ctx.actor.is_system:
        raise NotAllowed(N_("your posts do not cover this unit"))
    for seat, pair in team.items():
        check_people(ctx, pair)
        _check_role(ctx, unit, seat, pair)
    sitting = _sitting(team)
    check_one_seat_each(sitting)
    _put_standing(ctx, ctx.units.id_of[unit], team)
    tell_of_circles(ctx, {person for _seat, person in sitting})
    note(ctx, "standing_team_set", unit, team={seat: [who for who in team[seat] if who] for seat in sorted(team)})


def _put_standing(ctx: Ctx, unit_id: int, team: Mapping[str, Pair]) -> None:
    there = {row.seat: row for row in ctx.session.scalars(select(StandingSeat).where(StandingSeat.unit_id == unit_id))}
    for seat in SEATS:
        row = there.get(seat) or StandingSeat(unit_id=unit_id, seat=seat)
        row.holder, row.deputy = team.get(seat, ("", None))
        if row.holder:
            ctx.session.add(row)
        elif seat in there:
            ctx.session.delete(row)
