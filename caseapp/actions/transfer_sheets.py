"""What nobody of the town may read because of whom it complains of, and so is owed to an authority outside: who sees to
it without reading it, and the sheet that goes with it (移送函), printed once by who had it before their eyes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.models import TransferDuty
from caseapp.domain.access.outside import HANDERS, who_hands_over, who_prints
from caseapp.domain.access.queries import actor_of, bars_of, is_met
from caseapp.domain.cases.accused import named_since
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_history
from caseapp.domain.documents.models import Document
from caseapp.domain.people.models import User
from caseapp.domain.people.queries import people_within
from caseapp.kernel.errors import N_, OutOfScope


@dataclass(frozen=True)
class Owed:
    """A duty of handing over, and nothing of the matter: its number, the day it was registered; whether the actor is to
    print the sheet that goes with it, and whether to hand it over."""

    duty: TransferDuty
    number: str
    registered_on: date
    prints: bool
    hands_over: bool


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
    """What the actor is to print a sheet for, or to see handed over to an authority outside, the most urgent first."""
    query = select(TransferDuty, Case).join(Case, Case.id == TransferDuty.case_id)
    query = query.where(TransferDuty.handed_on.is_(None))
    if not sees_to_it(ctx):
        query = query.where(or_(*(one == ctx.actor.username for one in (Case.registered_by, TransferDuty.sheet_for))))
    found = ctx.session.execute(query.order_by(TransferDuty.due_on, TransferDuty.id))
    owed = [_owed(ctx, duty, case) for duty, case in found]
    return [one for one in owed if one.prints or one.hands_over]


def _owed(ctx: Ctx, duty: TransferDuty, case: Case) -> Owed:
    had_it = _had_it(ctx, duty, case)
    named = named_since(load_history(ctx.session, case, ctx.units)).keys()
    people, bars = _of_the_town(ctx, case), bars_of(ctx.session, case.id)
    out = {one.username for one in people if any(is_met(one, bar) for bar in bars)}
    handers = who_hands_over(people, had_it, out, named, sealed=case.sealed)
    prints = duty.printed_at is None and ctx.actor.username in who_prints(had_it, handers, named)
    return Owed(duty, case.number, case.registered_on, prints, ctx.actor.username in handers)


def _had_it(ctx: Ctx, duty: TransferDuty, case: Case) -> set[str]:
    """Who had a matter before their eyes, of those who are still here: who logged it, which of a history that came from
    elsewhere, or of a case taken as an accusation, nobody did; and who approved the naming."""
    had = {duty.sheet_for, case.registered_by if case.token else None} - {None}
    return set(ctx.session.scalars(select(User.username).where(User.username.in_(had), User.active)))


def _of_the_town(ctx: Ctx, case: Case) -> list[Actor]:
    above = ctx.units.ids_above(ctx.units.by_id[case.unit_id].code)
    roles = [role for role, granted in may.GRANTS.items() if granted & {*HANDERS, may.SEALED}]
    return [actor_of(user, ctx.units, ctx.today) for user in people_within(ctx.session, above, ctx.today, *roles)]


def give_sheet(ctx: Ctx, case: Case) -> None:
    """Who decided just now whom a case complains of prints the sheet that goes with it, as who registered it does: they
    had it before their eyes."""
    duty = ctx.session.scalar(select(TransferDuty).where(TransferDuty.case_id == case.id))
    if duty is not None and duty.printed_at is None:
        duty.sheet_for, duty.offered_at = ctx.actor.username, ctx.now


def is_to_print(ctx: Ctx, number: str) -> bool:
    """Whether the actor is to print the sheet of a matter."""
    return any(one.number == number and one.prints for one in owed_outside(ctx))


def print_sheet(ctx: Ctx, number: str) -> TransferSheet:
    """The sheet, once, until the matter was handed over. It is on record that it was printed. Raises OutOfScope."""
    query = select(TransferDuty, Case).join(Case, Case.id == TransferDuty.case_id).where(Case.number == number)
    found = ctx.session.execute(
        query.with_for_update(key_share=True).execution_options(populate_existing=True)
    ).one_or_none()
    if found is None or not is_to_print(ctx, number):
        raise OutOfScope(N_("there is no sheet to print"))
    duty, case = found
    duty.printed_at = ctx.now
    note(ctx, "transfer_sheet_printed", number)
    papers = select(Document.name).where(Document.case_id == case.id, Document.withdrawn_at.is_(None))
    names = list(ctx.session.scalars(papers.order_by(Document.nth)))
    return TransferSheet(case, load_history(ctx.session, case, ctx.units).now.about, names)
