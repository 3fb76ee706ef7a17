"""What is told of what happens: each teller says what it is about, the table of ``domain/notices/rules.py`` says who is
told of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select

from caseapp.actions.context import Ctx
from caseapp.actions.notices_inbox import put_into_inboxes, take_out_told
from caseapp.domain.cases.agreements import REMINDED_AFTER
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.models import Case, Proposal
from caseapp.domain.cases.queries.confirmable import confirmable
from caseapp.domain.cases.transitions import NAMING
from caseapp.domain.deadlines.models import Flag
from caseapp.domain.deadlines.queries import due_today
from caseapp.domain.deadlines.queries.items import DueItem
from caseapp.domain.issuing.models import Letter
from caseapp.domain.moves.queries.deciding import approvers, deciders_of_naming
from caseapp.domain.notices.queries import People, Subject
from caseapp.domain.notices.rules import ROUND_TO_OFFICE, RULES, TOLD_OF, Telling, item_of, round_item
from caseapp.domain.org.models import UnitRequest
from caseapp.domain.people.models import AccountAct
from caseapp.domain.receipts.models import Callback
from caseapp.domain.screening.queries import OwedList, OwedRound
from caseapp.domain.supervision.models import Sheet
from caseapp.domain.teams.models import CoHandler
from caseapp.domain.teams.queries import silent_helpers

DAY = timedelta(days=1)
Told = tuple[Telling, Subject]


def tell_all(ctx: Ctx, some: Iterable[Told]) -> int:
    """Tell many things, each to whom the table names. Returns how many notices nobody had before."""
    some = list(some)
    people = People(
        ctx.session, ctx.actor, ctx.units, office=ctx.office, today=ctx.today, subjects=[about for _, about in some]
    )
    return put_into_inboxes(ctx, [(telling, people.told(telling, subject)) for telling, subject in some])


def tell(ctx: Ctx, telling: Telling, subject: Subject) -> int:
    """Tell one thing to whom the table names."""
    return tell_all(ctx, [(telling, subject)])


def tell_of_event(ctx: Ctx, case: Case, event: Event) -> None:
    """What somebody put on record just now, to whom it gives work. Histories that come in from files tell nobody."""
    kind = TOLD_OF.get(event.kind)
    if kind is None or ctx.actor.is_system or event.by != ctx.actor.username:
        return
    given = {"holder": event.text("holder"), "deputy": event.text("deputy")}
    item = event.text("seat") or event.text("to")
    subject = Subject(case, unit=event.text("to"), seat=event.text("seat"), named=given)
    tell(ctx, Telling(kind, case.id, item, event.recorded_at.isoformat()), subject)


def tell_of_proposal(ctx: Ctx, case: Case, proposal: Proposal) -> None:
    """What waits for a second person, to those who may decide it."""
    able = deciders_of_naming(ctx, proposal) if proposal.action == NAMING else None
    subject = Subject(case, action=proposal.action, named={"asker": proposal.asked_by}, able=able)
    tell(ctx, _asked(case, proposal), subject)


def forget_proposal(ctx: Ctx, case: Case, proposal: Proposal) -> None:
    """That it waits is taken out of the inboxes: it was decided, or taken back."""
    take_out_told(ctx.session, _asked(case, proposal))


def _asked(case: Case, proposal: Proposal) -> Telling:
    return Telling("asked", case.id, f"proposal:{proposal.id}")


def tell_of_decision(ctx: Ctx, case: Case, proposal: Proposal) -> None:
    """That it was decided, to who asked; it waits for nobody any more."""
    forget_proposal(ctx, case, proposal)
    subject = Subject(case, action=proposal.action, named={"asker": proposal.asked_by})
    tell(ctx, Telling("decided", case.id, f"proposal:{proposal.id}"), subject)


def tell_of_accusation(ctx: Ctx, case: Case) -> int:
    """That a case was taken as an accusation, to the others who may read it. Returns how many were told."""
    return tell(ctx, Telling("accusation", case.id), Subject(case))


def tell_of_circle(ctx: Ctx, case: Case) -> None:
    """That more would be out of a case by now because of whom it complains of, to those who may agree to it."""
    subject = Subject(case, able={one.username for one in approvers(ctx, case)})
    tell(ctx, Telling("circle", case.id, version=ctx.now.isoformat()), subject)


def tell_of_sheet(ctx: Ctx, sheet: Sheet, step: str) -> None:
    """A step of a sheet, where the table has a notice of it."""
    if (kind := f"supervision_{step}") in RULES:
        subject = Subject(sheet.case, seat=sheet.seat, named={"issuer": sheet.issued_by})
        tell(ctx, Telling(kind, sheet.case_id, f"sheet:{sheet.id}", f"{len(sheet.steps)}"), subject)


def tell_of_letter(ctx: Ctx, letter: Letter, step: str) -> None:
    """That a letter was checked, to those who may sign it off because they wrote nothing in it; that it was signed off
    or sent back, to who drafted it."""
    able = {one.username for one in approvers(ctx, letter.case)} - set(letter.writers)
    subject = Subject(letter.case, named={"writer": letter.drafted_by}, able=able)
    tell(ctx, Telling(f"letter_{step}", letter.case_id, f"letter:{letter.id}", ctx.now.isoformat()), subject)


def tell_of_task(ctx: Ctx, case: Case, helper: CoHandler) -> None:
    """A task, to who is asked to help."""
    subject = Subject(case, named={"co_handler": helper.username, "asker": helper.asked_by})
    tell(ctx, Telling("co_task", helper.case_id, f"task:{helper.id}", due_on=helper.due_on), subject)


def tell_of_vacancies(ctx: Ctx, towns: Iterable[str], who: int) -> None:
    """That somebody left things without a holder, to the petition office of each town; once for each leaving."""
    item, version = f"left:{who}", ctx.now.isoformat()
    ids = ctx.units.id_of
    tell_all(ctx, [(Telling("vacant", None, item, version, unit_id=ids[town]), Subject(unit=town)) for town in towns])


def tell_of_setting(ctx: Ctx, item: str) -> None:
    """That a setting of the office or a year's official days were changed, to the leaders, administrators and petition
    office of each town: what counts for everybody is changed by nobody alone unseen."""
    towns = [place.code for place in ctx.units.places.values() if place.tier == "town"]
    ids, version = ctx.units.id_of, ctx.now.isoformat()
    some = [(Telling("setting_changed", None, item, version, unit_id=ids[town]), Subject(unit=town)) for town in towns]
    tell_all(ctx, some)


def tell_of_unit_request(ctx: Ctx, request: UnitRequest) -> None:
    """A change of a unit that was asked for, to those who may decide it; that it was decided, to who asked."""
    kind = "unit_asked" if request.decided_at is None else "unit_decided"
    tell(ctx, _of_request(ctx, kind, request), Subject(unit=request.unit, named={"asker": request.asked_by}))


def forget_unit_request(ctx: Ctx, request: UnitRequest) -> None:
    """That it waits is taken out of the inboxes: it was decided, or taken back."""
    take_out_told(ctx.session, _of_request(ctx, "unit_asked", request))


def tell_of_erasing(ctx: Ctx, cases: Iterable[Case], *, asked: bool) -> None:
    """That contacts are proposed to be erased, to the petition office of each town; that somebody ``asked`` for it, to
    those who may sign. Of accusations alone only the office is told, whose desk they are."""
    kinds: dict[str, str] = {}
    for case in cases:
        town = ctx.units.town_of(ctx.units.by_id[case.unit_id].code)
        if asked and not case.sealed:
            kinds[town] = "erasing_asked"
        else:
            kinds.setdefault(town, "erasing_due")
    version, ids = ctx.now.isoformat(), ctx.units.id_of
    some = [
        (Telling(kind, None, "erasing", version, unit_id=ids[town]), Subject(unit=town)) for town, kind in kinds.items()
    ]
    tell_all(ctx, some)


def _of_request(ctx: Ctx, kind: str, request: UnitRequest) -> Telling:
    return Telling(kind, None, f"unit_request:{request.id}", unit_id=ctx.units.id_of[request.unit])


def tell_of_callback(ctx: Ctx, case: Case, callback: Callback) -> None:
    """A return visit after a bad rating, to who is asked to make it."""
    telling = Telling("callback", case.id, f"callback:{callback.id}", version=callback.due_on.isoformat())
    tell(ctx, telling, Subject(case, named={"visitor": callback.assigned_to}))


def tell_of_urging(ctx: Ctx, item: DueItem) -> None:
    """That somebody is urged, to who answers for the item; once a day."""
    telling = Telling("urged", item.case.id, _named(item), ctx.today.isoformat(), due_on=item.deadline.due_on)
    tell(ctx, telling, _due(item))


def tell_of_account_asked(ctx: Ctx, act: AccountAct, unit: str) -> None:
    """What waits for a second person about somebody's account, to those who may decide it."""
    _tell_of_act(ctx, "account_asked", act, unit)


def tell_of_account_given(ctx: Ctx, act: AccountAct, unit: str) -> None:
    """That an administrator gave somebody a post without a second person, to those who might have been that person."""
    _tell_of_act(ctx, "account_given", act, unit)


def tell_of_account(ctx: Ctx, act: AccountAct, unit: str) -> None:
    """What was done to an account, or refused, to its holder; it waits for nobody any more."""
    take_out_told(ctx.session, _of_act(ctx, "account_asked", act, unit))
    _tell_of_act(ctx, "account_changed", act, unit)


def _tell_of_act(ctx: Ctx, kind: str, act: AccountAct, unit: str) -> None:
    subject = Subject(unit=unit, named={"asker": act.asked_by, "account_holder": act.username})
    tell(ctx, _of_act(ctx, kind, act, unit), subject)


def _of_act(ctx: Ctx, kind: str, act: AccountAct, unit: str) -> Telling:
    return Telling(kind, None, f"account:{act.id}", unit_id=ctx.units.id_of[unit])


def tell_of_silence(ctx: Ctx, day: date) -> int:
    """Co-handlers who were silent for three days, to the main handlers; once for each silence."""
    some = []
    for helper, case, main in silent_helpers(ctx.session, ctx.now, day):
        since = (helper.last_word_at or helper.asked_at).isoformat()
        named = {"main_handler": main, "co_handler": helper.username}
        some.append((Telling("co_silent", case.id, f"task:{helper.id}", since), Subject(case, named=named)))
    return tell_all(ctx, some)


def tell_of_flags(ctx: Ctx, flags: Iterable[Flag]) -> int:
    """Items that reached a rung of the ladder, to whom the rung tells."""
    flags = list(flags)
    query = select(Case).where(Case.id.in_({flag.case_id for flag in flags}))
    cases = {case.id: case for case in ctx.session.scalars(query)}
    return tell_all(ctx, [_flagged(flag, cases[flag.case_id]) for flag in flags])


def _flagged(flag: Flag, case: Case) -> Told:
    telling = Telling("overdue", case.id, item_of(flag.kind, flag.nth), rung=flag.rung, due_on=flag.due_on)
    return telling, Subject(case, seat=flag.seat or "", named={"charged": flag.person})


def tell_the_day(ctx: Ctx, day: date) -> int:
    """In the morning: what is due today, to each person who answers for it; rounds that are due on the day after;
    agreements of which the days for asking a court run out."""
    items = due_today(ctx.actor, day).items(ctx.session, ctx.units)
    due = [(Telling("due_soon", one.case.id, _named(one), due_on=one.deadline.due_on), _due(one)) for one in items]
    return tell_all(ctx, due) + _tell_of_rounds(ctx, "due_soon", day, day + DAY) + _tell_of_confirmations(ctx, day)


def _tell_of_confirmations(ctx: Ctx, day: date) -> int:
    """Agreements that a court can be asked to confirm for ten days more, or for three, to who put them on record and to
    the seats that see to it (人民调解法 art. 33)."""
    some = []
    for case, mediator in confirmable(ctx.session, [day - days * DAY for days in REMINDED_AFTER]):
        telling = Telling("confirmable", case.id, "agreement", f"{case.confirmable_since}:{day}")
        some.append((telling, Subject(case, named={"mediator": mediator})))
    return tell_all(ctx, some)


def _named(item: DueItem) -> str:
    return item_of(item.deadline.kind, item.deadline.nth)


def _due(item: DueItem) -> Subject:
    return Subject(item.case, seat=item.deadline.charged_to, named={"charged": item.person})


def tell_of_late_rounds(ctx: Ctx, day: date) -> int:
    """Screening rounds that became late on a day, to the first rung; those late for two days more, to the office. Each
    day tells its own, so that days that are made up for tell nobody twice."""
    told = _tell_of_rounds(ctx, "overdue", day, day - DAY, "seat")
    return told + _tell_of_rounds(ctx, "overdue", day, day - (1 + ROUND_TO_OFFICE) * DAY, "office")


def _tell_of_rounds(ctx: Ctx, kind: str, day: date, due_on: date, rung: str = "") -> int:
    """Screening rounds due on some day that are not made at the end of ``day``."""
    owed = OwedList(ctx.actor, ctx.office, day)
    rows = owed.rows(ctx.session, owed.due_on(due_on)) if owed.rounds else []
    return tell_all(ctx, [(_of_round(kind, row, rung), Subject(unit=row.code)) for row in rows])


def _of_round(kind: str, row: OwedRound, rung: str = "") -> Telling:
    item = round_item(row.round.first)
    return Telling(kind, None, item, rung=rung, due_on=row.round.last, unit_id=row.unit_id)
