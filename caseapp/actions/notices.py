"""Who is told of what happens: the table of ``domain/notices/rules.py`` turned into people, read top to bottom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from sqlalchemy import select

from caseapp.actions.context import Ctx
from caseapp.actions.notices_inbox import tell, tell_many
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.models import Case, Proposal
from caseapp.domain.deadlines.models import Flag
from caseapp.domain.deadlines.queries import DueItem, DueList, due_today
from caseapp.domain.notices.rules import ROUND_TO_OFFICE, Telling, item_of, round_item
from caseapp.domain.people.models import User
from caseapp.domain.people.queries import people_of_villages, people_within
from caseapp.domain.screening.queries import OwedList, OwedRound
from caseapp.domain.supervision.models import Sheet
from caseapp.domain.teams.models import CaseSeat, CoHandler
from caseapp.domain.teams.queries import acts_in, silent_helpers, who_acts

DAY = timedelta(days=1)
AT_WORK = {"group": ("grid",), "village": ("village",), "town": ("office",)}


def tell_of_event(ctx: Ctx, case: Case, event: Event) -> None:
    """What somebody put on record just now, to whom it gives work. Histories that come in from files tell nobody."""
    if case.sealed or ctx.actor.is_system or event.by != ctx.actor.username:
        return
    version = event.recorded_at.isoformat()
    if event.kind == "seat_filled":
        pair = (event.text("holder"), event.text("deputy"))
        _tell(ctx, Telling("given", case.id, event.text("seat"), version), pair)
    elif event.kind in ("sent_down", "escalated"):
        _tell(ctx, Telling("sent_down", case.id, event.text("to"), version), _at_work(ctx, event.text("to")))
    elif event.kind == "reopened":
        people = [acts_in(ctx.session, case.id, seat, ctx.today) for seat in ("lead", "liaison")]
        _tell(ctx, Telling("reopened", case.id, version=version), people)


def tell_of_proposal(ctx: Ctx, case: Case, proposal: Proposal) -> None:
    """What waits for a second person, to those who may decide it."""
    if case.sealed:
        return
    people = _heads_and_office(ctx, case, ("leader", "office"))
    if proposal.action == "extend":
        people.append(acts_in(ctx.session, case.id, "lead", ctx.today))
    _tell(ctx, Telling("asked", case.id, f"proposal:{proposal.id}"), people)


def tell_of_decision(ctx: Ctx, case: Case, proposal: Proposal) -> None:
    """That it was decided, to who asked."""
    if not case.sealed:
        _tell(ctx, Telling("decided", case.id, f"proposal:{proposal.id}"), [proposal.asked_by])


def tell_of_sheet(ctx: Ctx, sheet: Sheet, kind: str) -> None:
    """A step of a sheet: issued and returned to the seat (issued to the lead too), answered to the issuer."""
    seats = ("lead", sheet.seat) if kind == "issued" else (sheet.seat,)
    if kind == "answered":
        people: list[str | None] = [sheet.issued_by]
    elif kind in ("issued", "returned"):
        people = [acts_in(ctx.session, sheet.case_id, seat, ctx.today) for seat in seats]
    else:
        return
    version = f"{len(sheet.steps)}"
    _tell(ctx, Telling(f"supervision_{kind}", sheet.case_id, f"sheet:{sheet.id}", version), people)


def tell_of_task(ctx: Ctx, helper: CoHandler) -> None:
    """A task, to who is asked to help."""
    _tell(ctx, Telling("co_task", helper.case_id, f"task:{helper.id}", due_on=helper.due_on), [helper.username])


def tell_of_silence(ctx: Ctx, day: date) -> int:
    """Co-handlers who were silent for three days, to the main handlers; once for each silence."""
    tellings = []
    for helper, main in silent_helpers(ctx.session, ctx.now, day):
        since = (helper.last_word_at or helper.asked_at).isoformat()
        tellings.append((Telling("co_silent", helper.case_id, f"task:{helper.id}", since), [main]))
    return tell_many(ctx, tellings)


def tell_of_flags(ctx: Ctx, flags: Iterable[Flag]) -> int:
    """Items that reached a rung of the ladder, to whom the rung tells."""
    flags = list(flags)
    leads = _leads(ctx, {flag.case_id for flag in flags if flag.rung == "lead"})
    cases = _cases(ctx, {flag.case_id for flag in flags if flag.rung in ("office", "heads")})
    tellings = []
    for flag in flags:
        people: list[str | None] = [flag.person]
        if flag.rung == "lead":
            people = [leads.get(flag.case_id)]
        elif flag.rung in ("office", "heads"):
            people = cases[flag.case_id][flag.rung]
        telling = Telling("overdue", flag.case_id, item_of(flag.kind, flag.nth), rung=flag.rung, due_on=flag.due_on)
        tellings.append((telling, [person for person in people if person]))
    return tell_many(ctx, tellings)


def tell_the_day(ctx: Ctx, day: date) -> int:
    """In the morning: what is due today, to each person who answers for it."""
    listed: DueList = due_today(ctx.actor, day)
    return tell_many(ctx, _due(listed.items(ctx.session, ctx.units))) + _tell_of_rounds_due(ctx, day)


def _tell_of_rounds_due(ctx: Ctx, day: date) -> int:
    """Screening rounds that are due on the day after, to all who make them in the village."""
    owed = OwedList(ctx.actor, ctx.office, day)
    rows = owed.rows(ctx.session, owed.due_on(day + DAY)) if owed.rounds else []
    people = people_of_villages(ctx.session, {row.unit_id for row in rows}, ctx.today)
    everybody = {unit: [user.username for _role, user in some] for unit, some in people.items()}
    return tell_many(ctx, [(_of_round("due_soon", row), everybody.get(row.unit_id, [])) for row in rows])


def tell_of_late_rounds(ctx: Ctx, day: date) -> int:
    """Screening rounds that became late on a day, to the village's cadres; those late for two days more, to the office.
    Each day tells its own, so that days that are made up for tell nobody twice."""
    owed, told = OwedList(ctx.actor, ctx.office, day), 0
    if owed.rounds:
        late = owed.rows(ctx.session, owed.due_on(day - DAY))
        people = people_of_villages(ctx.session, {row.unit_id for row in late}, ctx.today)
        told += tell_many(ctx, [(_of_round("overdue", row, "seat"), _cadres(people, row)) for row in late])
        later = owed.rows(ctx.session, owed.due_on(day - (1 + ROUND_TO_OFFICE) * DAY))
        told += tell_many(ctx, [(_of_round("overdue", row, "office"), _office_of(ctx, row.code)) for row in later])
    return told


def _of_round(kind: str, row: OwedRound, rung: str = "") -> Telling:
    item = round_item(row.round.first)
    return Telling(kind, None, item, rung=rung, due_on=row.round.last, unit_id=row.unit_id)


def _cadres(people: dict[int, list[tuple[str, User]]], row: OwedRound) -> list[str]:
    """The cadres of a village; whoever makes its rounds when it has none."""
    some = people.get(row.unit_id, [])
    return [user.username for role, user in some if role == "village"] or [user.username for _role, user in some]


def _office_of(ctx: Ctx, unit: str) -> list[str]:
    town = frozenset({ctx.units.id_of[ctx.units.town_of(unit)]})
    return [user.username for user in people_within(ctx.session, town, ctx.today, "office")]


def _due(items: Iterable[DueItem]) -> Iterator[tuple[Telling, list[str]]]:
    for item in items:
        named = item_of(item.deadline.kind, item.deadline.nth)
        if item.person:
            yield Telling("due_soon", item.case.id, named, due_on=item.deadline.due_on), [item.person]


def _tell(ctx: Ctx, telling: Telling, people: Iterable[str | None]) -> None:
    tell(ctx, telling, [person for person in people if person and person != ctx.actor.username])


def _at_work(ctx: Ctx, unit: str) -> list[str]:
    """The posts at work in a unit: its grid officials, village cadres, or the office."""
    roles = AT_WORK[ctx.units.tier(unit)]
    users = people_within(ctx.session, frozenset({ctx.units.id_of[unit]}), ctx.today, *roles)
    return [user.username for user in users]


def _heads_and_office(ctx: Ctx, case: Case, roles: tuple[str, ...]) -> list[str | None]:
    town = ctx.units.town_of(ctx.units.by_id[case.unit_id].code)
    users = people_within(ctx.session, frozenset({ctx.units.id_of[town]}), ctx.today, *roles)
    return [user.username for user in users]


def _leads(ctx: Ctx, case_ids: set[int]) -> dict[int, str | None]:
    query = select(CaseSeat.case_id, who_acts(ctx.today)).where(CaseSeat.case_id.in_(case_ids), CaseSeat.seat == "lead")
    return {row[0]: row[1] for row in ctx.session.execute(query)} if case_ids else {}


def _cases(ctx: Ctx, case_ids: set[int]) -> dict[int, dict[str, list[str | None]]]:
    """Whom the upper rungs tell, by case: worked out once a town."""
    found: dict[int, dict[str, list[str | None]]] = {}
    towns: dict[str, dict[str, list[str | None]]] = {}
    for case in ctx.session.scalars(select(Case).where(Case.id.in_(case_ids))) if case_ids else ():
        town = ctx.units.town_of(ctx.units.by_id[case.unit_id].code)
        if town not in towns:
            towns[town] = {
                "office": _heads_and_office(ctx, case, ("office",)),
                "heads": list(ctx.office.heads(ctx.today)) or _heads_and_office(ctx, case, ("leader",)),
            }
        found[case.id] = towns[town]
    return found
