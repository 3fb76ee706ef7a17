"""What nobody of the town may read because of whom it complains of, and so is owed to an authority outside: who sees to
it without reading it, and the sheet that goes with it (移送函), printed by who had it before their eyes, or in time by
somebody in their place. Each printing is on record, and those who see to it are shown it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial

from sqlalchemy import Select, String, bindparam, or_, select

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.models import TransferDuty
from caseapp.domain.access.outside import (
    HANDERS,
    PRINTED_BY_OTHERS,
    named_in_words,
    who_confirms,
    who_hands_over,
    who_prints,
    who_stands_in,
)
from caseapp.domain.access.queries import actor_of, bars_of, is_met
from caseapp.domain.audit.models import AuditEntry
from caseapp.domain.cases.accused import named_since
from caseapp.domain.cases.models import Case
from caseapp.domain.cases.queries import load_history
from caseapp.domain.documents.models import Document
from caseapp.domain.people.models import User
from caseapp.domain.people.queries import people_within
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation

PRINTED = "transfer_sheet_printed"
LONGEST_REASON = 200


@dataclass(frozen=True)
class Printing:
    """A sheet that was printed: by whom, when; printed again, why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Owed:
    """A duty of handing over, and nothing of the matter: its number, the day it was registered; whether the actor may
    print the sheet that goes with it, whether to hand it over, or to say whether it happened as somebody else said;
    whether there is nobody (``alone``) who could say so after the actor; whether the actor said it; how often it was
    printed."""

    duty: TransferDuty
    number: str
    registered_on: date
    may_print: bool
    hands_over: bool
    confirms: bool
    alone: bool
    said_it: bool
    printings: list[Printing]

    @property
    def prints(self) -> bool:
        """Whether the actor is to print the sheet now; again they may, and are not to."""
        return self.may_print and self.duty.printed_at is None

    @property
    def to_do(self) -> bool:
        """Whether the actor has something to do with it now."""
        return self.prints or self.hands_over or self.confirms


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
    """What the actor may print a sheet for, or is to see handed over to an authority outside, the most urgent first."""
    found = ctx.session.execute(_not_handed_over(all_of_it=sees_to_it(ctx)), {"username": ctx.actor.username})
    owed = [_owed(ctx, duty, case) for duty, case in found]
    return [one for one in owed if one.to_do or one.may_print or one.said_it]


@cache
def _not_handed_over(*, all_of_it: bool) -> Select[TransferDuty, Case]:
    """What nobody handed over yet; all of it, or what ``username`` logged or may print a sheet for."""
    query = select(TransferDuty, Case).join(Case, Case.id == TransferDuty.case_id)
    query = query.where(TransferDuty.handed_on.is_(None)).order_by(TransferDuty.due_on, TransferDuty.id)
    me = bindparam("username", type_=String)
    return query if all_of_it else query.where(or_(Case.registered_by == me, TransferDuty.sheet_for == me))


def to_do_outside(ctx: Ctx) -> list[Owed]:
    """What of it the actor has to do now."""
    return [one for one in owed_outside(ctx) if one.to_do]


def _owed(ctx: Ctx, duty: TransferDuty, case: Case) -> Owed:
    had_it = _had_it(ctx, duty, case)
    people, bars = _of_the_town(ctx, case), bars_of(ctx.session, case.id)
    named = set(named_since(load_history(ctx.session, case, ctx.units)))
    named |= named_in_words(people, named)
    out = {one.username for one in people if any(is_met(one, bar) for bar in bars)}
    handers = who_hands_over(people, had_it, out, named, sealed=case.sealed)
    late = ctx.today >= duty.due_on - PRINTED_BY_OTHERS
    prints = who_prints(had_it, named, who_stands_in(people, handers, out, named), late=late)
    printings = printings_of(ctx, case.number)
    printed, me = {one.by for one in printings}, ctx.actor.username
    handers = handers - printed or handers  # nobody prints it and hands it over alone
    confirm, by = partial(who_confirms, people, handers, out, named), {duty.said_by or me}
    others = confirm(apart=by | printed) or confirm(apart=by)
    said = duty.said_by is not None
    return Owed(
        duty, case.number, case.registered_on, may_print=me in prints, hands_over=me in handers and not said,
        confirms=me in others and said, alone=not others, said_it=duty.said_by == me, printings=printings,
    )  # fmt: skip


def printings_of(ctx: Ctx, number: str) -> list[Printing]:
    """How often the sheet of a matter was printed, as the log says."""
    query = select(AuditEntry).where(AuditEntry.subject == number, AuditEntry.action == PRINTED)
    found = ctx.session.scalars(query.order_by(AuditEntry.seq))
    return [Printing(one.actor, one.at, str(one.detail.get("reason", ""))) for one in found]


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


def sheet_owed(ctx: Ctx, number: str) -> Owed:
    """The matter whose sheet the actor may print: for the first time, or once more with a reason, when it was lost or
    spoilt. Raises OutOfScope who may do neither."""
    owed = next((one for one in owed_outside(ctx) if one.number == number and one.may_print), None)
    if owed is None:
        raise OutOfScope(N_("there is no sheet to print"))
    return owed


def print_sheet(ctx: Ctx, number: str, reason: str = "") -> TransferSheet:
    """The sheet, until the matter was handed over; after the first time with a reason. Each printing is on record and
    shown to those who see to it. Raises OutOfScope, RuleViolation."""
    sheet_owed(ctx, number)  # before anything is looked up by the number
    query = select(TransferDuty, Case).join(Case, Case.id == TransferDuty.case_id).where(Case.number == number)
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    duty, case = ctx.session.execute(query).one()
    again = not sheet_owed(ctx, number).prints  # somebody else may have printed it meanwhile
    reason = reason.strip()
    if again and not 0 < len(reason) <= LONGEST_REASON:
        raise RuleViolation("reason", N_("say in a few words why the sheet is printed again"))
    duty.printed_at = duty.printed_at or ctx.now
    note(ctx, "transfer_sheet_printed", number, **({"reason": reason} if again else {}))
    papers = select(Document.name).where(Document.case_id == case.id, Document.withdrawn_at.is_(None))
    names = list(ctx.session.scalars(papers.order_by(Document.nth)))
    return TransferSheet(case, load_history(ctx.session, case, ctx.units).now.about, names)
