"""Handing a matter over to an authority outside, which nobody of the town may read because of whom it complains of: the
sheet that goes with it, printed once by who had it before their eyes, and the day on which it was handed over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, select

from caseapp.actions.cases import add_event
from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.models import TransferDuty
from caseapp.domain.access.outside import HANDERS, who_hands_over
from caseapp.domain.access.queries import actor_of
from caseapp.domain.cases.accused import named_since
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.models import Case, Proposal
from caseapp.domain.cases.queries import load_history
from caseapp.domain.cases.states import OPEN
from caseapp.domain.documents.models import Document
from caseapp.domain.people.queries import people_within
from caseapp.kernel.clock import SHANGHAI
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation

SHEET_WITHIN = timedelta(hours=1)
LONGEST_NAME = 80
REOPENED_FOR_IT = "须移交有管辖权的机关"


@dataclass(frozen=True)
class Handed:
    """That a matter was handed over: to which authority, on which day, who received it; the number of the letter; on
    which day and in which way the petitioner was told of it (信访工作条例 art. 22)."""

    to: str
    on: date
    received_by: str
    letter_no: str = ""
    told_on: date | None = None
    told_how: str = ""


@dataclass(frozen=True)
class Owed:
    """A duty of handing over, and nothing of the matter: its number, the day it was registered."""

    duty: TransferDuty
    number: str
    registered_on: date


@dataclass(frozen=True)
class TransferSheet:
    """What is printed to go with a matter (移送函)."""

    case: Case
    about: tuple[str, ...]
    papers: list[str]


def sees_to_it(ctx: Ctx) -> bool:
    """Whether the actor's posts are among those that see to it that a matter is handed over."""
    return any(ctx.actor.may(permission) for permission in (*HANDERS, may.SEALED))


def owed_outside(ctx: Ctx) -> list[Owed]:
    """What the actor is to see handed over to an authority outside, the most urgent first."""
    if not sees_to_it(ctx):
        return []
    query = select(TransferDuty, Case).join(Case, Case.id == TransferDuty.case_id)
    query = query.where(TransferDuty.handed_on.is_(None)).order_by(TransferDuty.due_on, TransferDuty.id)
    return [
        Owed(duty, case.number, case.registered_on)
        for duty, case in ctx.session.execute(query)
        if ctx.actor.username in _handers(ctx, case)
    ]


def _handers(ctx: Ctx, case: Case) -> set[str]:
    named = named_since(load_history(ctx.session, case, ctx.units))
    return who_hands_over(_of_the_town(ctx, case), named.keys(), sealed=case.sealed)


def _of_the_town(ctx: Ctx, case: Case) -> Iterable[Actor]:
    above = ctx.units.ids_above(ctx.units.by_id[case.unit_id].code)
    roles = [role for role, granted in may.GRANTS.items() if granted & {*HANDERS, may.SEALED}]
    return [actor_of(user, ctx.units, ctx.today) for user in people_within(ctx.session, above, ctx.today, *roles)]


def hand_over_outside(ctx: Ctx, duty_id: int, handed: Handed) -> str:
    """Put down that a matter was handed over. A case that was settled before is opened for it again. Returns its
    number. Raises OutOfScope, RuleViolation."""
    owed = next((one for one in owed_outside(ctx) if one.duty.id == duty_id), None)
    if owed is None:
        raise OutOfScope(N_("there is no such duty"))
    _check(ctx, owed, handed)
    case = ctx.session.get_one(Case, owed.duty.case_id, with_for_update=True, populate_existing=True)
    owed.duty.handed_on, owed.duty.received_by = handed.on, handed.received_by.strip()
    owed.duty.handed_by = ctx.actor.username
    add_event(ctx, case, *_events(ctx, case, handed))
    note(ctx, "handed_outside", owed.number, to=handed.to.strip(), on=handed.on.isoformat())
    return owed.number


def _check(ctx: Ctx, owed: Owed, handed: Handed) -> None:
    for field, value in {"to": handed.to, "received_by": handed.received_by}.items():
        if not value.strip():
            raise RuleViolation(field, N_("say which authority it was handed to, and who received it"))
    for field, value in {"to": handed.to, "received_by": handed.received_by, "letter_no": handed.letter_no}.items():
        if len(value.strip()) > LONGEST_NAME:
            raise RuleViolation(field, N_("the text is longer than %(limit)d characters"), limit=LONGEST_NAME)
    if not owed.registered_on <= handed.on <= ctx.today:
        raise RuleViolation("on", N_("a matter is handed over between its registration and today"))
    _check_told(ctx, handed)


def _check_told(ctx: Ctx, handed: Handed) -> None:
    if bool(handed.told_on) != bool(handed.told_how):
        raise RuleViolation("told_how", N_("say on which day and in which way the petitioner was told, or neither"))
    if handed.told_on and not handed.on <= handed.told_on <= ctx.today:
        raise RuleViolation(
            "told_on", N_("the petitioner is told on the day of handing over or later, and not after today")
        )


def _events(ctx: Ctx, case: Case, handed: Handed) -> list[Event]:
    at, now = _moment(ctx, case, handed.on), ctx.now
    data: dict[str, object] = {"to": handed.to.strip()}
    if handed.letter_no.strip():
        data["letter_no"] = handed.letter_no.strip()
    out = [Event("transferred_out", at, now, ctx.actor.username, data), *_told(ctx, at, handed)]
    if case.state in OPEN:
        return out
    return [Event("reopened", at, now, ctx.actor.username, {"reason": REOPENED_FOR_IT}), *out]


def _told(ctx: Ctx, handed_at: datetime, handed: Handed) -> list[Event]:
    """The notice to the petitioner. Nobody here reads the matter, so it is put down with the handing over."""
    if handed.told_on is None:
        return []
    data = {"notice": "transferred", "method": handed.told_how}
    return [Event("notice_served", _at(ctx, handed.told_on, handed_at), ctx.now, ctx.actor.username, data)]


def _moment(ctx: Ctx, case: Case, day: date) -> datetime:
    """Now; of an earlier day its noon, and never before what is on record."""
    return _at(ctx, day, case.last_recorded_at)


def _at(ctx: Ctx, day: date, earliest: datetime) -> datetime:
    return ctx.now if day == ctx.today else max(datetime.combine(day, time(12), SHANGHAI), earliest)


def offer_sheet(ctx: Ctx, number: str) -> bool:
    """Let who registered a case just now, or decided just now whom it complains of, print the sheet that goes with it:
    they had it before their eyes. Returns whether it is to be handed over at all."""
    duty, case = _duty(ctx, number)
    if duty is None or case is None or not _had_it_at_hand(ctx, case):
        return False
    duty.sheet_for, duty.offered_at, duty.printed_at = ctx.actor.username, ctx.now, None
    return True


def _had_it_at_hand(ctx: Ctx, case: Case) -> bool:
    since = ctx.now - SHEET_WITHIN
    by_me = and_(Proposal.decided_by == ctx.actor.username, Proposal.decided_at > since)
    decided = select(Proposal.id).where(Proposal.case_id == case.id, by_me)
    just_registered = case.registered_by == ctx.actor.username and case.registered_at > since
    return just_registered or ctx.session.scalar(decided) is not None


def _duty(ctx: Ctx, number: str) -> tuple[TransferDuty | None, Case | None]:
    query = select(TransferDuty, Case).join(Case, Case.id == TransferDuty.case_id).where(Case.number == number)
    found = ctx.session.execute(query.with_for_update()).one_or_none()
    return (found[0], found[1]) if found else (None, None)


def print_sheet(ctx: Ctx, number: str) -> TransferSheet:
    """The sheet, once, within the hour, for whom it was offered to. It is on record that it was printed. Raises
    OutOfScope."""
    duty, case = _duty(ctx, number)
    mine = duty is not None and duty.sheet_for == ctx.actor.username and duty.printed_at is None
    if duty is None or case is None or not mine or (duty.offered_at or ctx.now) < ctx.now - SHEET_WITHIN:
        raise OutOfScope(N_("there is no sheet to print"))
    duty.printed_at = ctx.now
    note(ctx, "transfer_sheet_printed", number)
    query = select(Document.name).where(Document.case_id == case.id, Document.withdrawn_at.is_(None))
    papers = list(ctx.session.scalars(query.order_by(Document.nth)))
    return TransferSheet(case, load_history(ctx.session, case, ctx.units).now.about, papers)
