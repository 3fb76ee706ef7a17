"""Putting notices into inboxes, reading them, and saying how one wants to be told outside the inbox."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session, selectinload

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.db.rows import insert_new_rows
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.access.queries import actor_of, is_met
from caseapp.domain.notices.models import CHANNELS, DeliveryLine, Notice, Reach
from caseapp.domain.notices.queries import InboxNotice, notice_of, reaches_of
from caseapp.domain.notices.rules import Telling
from caseapp.domain.people.models import User
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation

CHUNK = 500
NOT_LISTED = N_(
    "this address leads to no machine on the list of robots that the administrator keeps; nothing is sent there"
)


def put_into_inboxes(ctx: Ctx, tellings: Iterable[tuple[Telling, Iterable[str]]]) -> int:
    """Put notices into inboxes, whoever has each of them not yet; ``actions/notices.py`` says whose. Left out are
    accounts that are closed, and who may not see the case: complained of, out of it by a declared interest, or not of
    the desk for accusations. Returns how many were put."""
    wanted = [(telling, person) for telling, people in tellings for person in dict.fromkeys(people)]
    wanted.sort(key=_order)  # two at once take locks in one order
    people = _people(ctx, {person for _, person in wanted})
    shut = _shut(ctx, {telling.case_id for telling, _ in wanted if telling.case_id is not None})
    rows = [
        _row(ctx, telling, person)
        for telling, person in wanted
        if not _is_out(people.get(person), shut.get(telling.case_id or 0, []))
    ]
    return len(insert_new_rows(ctx.session, Notice, rows))


def _order(one: tuple[Telling, str]) -> tuple[int, int, str, str, str]:
    telling, person = one
    return telling.case_id or 0, telling.unit_id or 0, telling.kind, telling.item, person


def _row(ctx: Ctx, telling: Telling, person: str) -> dict[str, Any]:
    return {
        "recipient": person, "case_id": telling.case_id, "unit_id": telling.unit_id, "kind": telling.kind,
        "item": telling.item,
        "version": telling.version_told, "rung": telling.rung, "due_on": telling.due_on, "on_day": ctx.today,
        "created_at": ctx.now,
    }  # fmt: skip


def _people(ctx: Ctx, usernames: set[str]) -> dict[str, Actor]:
    """The open accounts among some, as actors."""
    names, found = sorted(usernames), {}
    for start in range(0, len(names), CHUNK):
        query = select(User).where(User.username.in_(names[start : start + CHUNK]), User.active)
        for user in ctx.session.scalars(query.options(selectinload(User.posts))):
            found[user.username] = actor_of(user, ctx.units, ctx.today)
    return found


def _shut(ctx: Ctx, case_ids: set[int]) -> dict[int, list[CaseAccess]]:
    """The bars and seals of some cases."""
    ids, found = sorted(case_ids), dict[int, list[CaseAccess]]()
    for start in range(0, len(ids), CHUNK):
        here = CaseAccess.case_id.in_(ids[start : start + CHUNK])
        for row in ctx.session.scalars(select(CaseAccess).where(here, or_(CaseAccess.barred, CaseAccess.sealed))):
            found.setdefault(row.case_id, []).append(row)
    return found


def _is_out(actor: Actor | None, rows: list[CaseAccess]) -> bool:
    """Whether somebody may not see a case with these bars and seals, or has no open account."""
    if actor is None:
        return True
    return any(row.barred and is_met(actor, row) for row in rows) or _is_sealed_from(actor, rows)


def _is_sealed_from(actor: Actor, rows: list[CaseAccess]) -> bool:
    sealed = [row.unit_id for row in rows if row.sealed and not row.barred]
    return bool(sealed) and actor.units_with(may.SEALED).isdisjoint(sealed)


def read_notice(ctx: Ctx, notice_id: int) -> InboxNotice:
    """Mark a notice of one's own inbox as read; it tells which case or round to look at. Raises OutOfScope."""
    found = notice_of(ctx.session, ctx.actor, notice_id)
    if found is None:
        raise OutOfScope(N_("there is no such notice"))
    found.notice.read_at = found.notice.read_at or ctx.now
    return found


def read_all(ctx: Ctx) -> int:
    """Mark the whole of one's own inbox as read. Returns how many were not."""
    mine = and_(Notice.recipient == ctx.actor.username, Notice.read_at.is_(None))
    return rows_changed(ctx, update(Notice).where(mine).values(read_at=ctx.now))


def take_out(session: Session, *which: ColumnElement[bool]) -> None:
    """Delete some notices from every inbox, and what of them is on its way."""
    told = select(Notice.id).where(*which)
    session.execute(delete(DeliveryLine).where(DeliveryLine.notice_id.in_(told)))
    session.execute(delete(Notice).where(*which))


def take_out_told(session: Session, telling: Telling) -> None:
    """Delete what was told of something, to whomever: it waits for nobody any more."""
    place = Notice.case_id == telling.case_id if telling.case_id is not None else Notice.unit_id == telling.unit_id
    take_out(session, place, Notice.kind == telling.kind, Notice.item == telling.item)


def rows_changed(ctx: Ctx, statement: Any) -> int:
    """Carry out a change, and say how many rows it changed."""
    result: Any = ctx.session.execute(statement)
    return int(result.rowcount)


def set_reach(ctx: Ctx, channel: str, address: str, secret: str = "", *, active: bool) -> Reach:
    """How I want to be told over a channel. A secret that is left empty stays what it was while the address does.
    Raises RuleViolation."""
    if channel not in CHANNELS:
        raise RuleViolation("channel", N_("there is no such way to be told"))
    address, secret = address.strip(), secret.strip()
    row = reaches_of(ctx.session, ctx.actor.username).get(channel)
    if active or (address and not (row and row.address == address)):  # what is there already can be turned off
        _check_address(ctx, channel, address)
    if row is None:
        row = Reach(username=ctx.actor.username, channel=channel, address="", secret="")
        ctx.session.add(row)
    row.secret = secret or (row.secret if row.address == address else "")
    row.address, row.active = address, active
    note(ctx, "reach_set", ctx.actor.username, channel=channel, active=active)
    return row


def _check_address(ctx: Ctx, channel: str, address: str) -> None:
    if channel == "email":
        check_mail(address)
    else:
        check_robot(ctx, address)


def check_mail(address: str) -> None:
    """An address has a name, an @ and a host, of plain letters. Raises RuleViolation."""
    name, _, host = address.rpartition("@")
    plain = address.isascii() and address.isprintable() and not set(address) & set(" ,;<>\"'()[]\\")
    if not (name and host and plain) or "@" in name or len(address) > 254:
        raise RuleViolation("address", N_("this is no mail address"))


def check_robot(ctx: Ctx, address: str) -> None:
    """A robot is at a machine on the list that the administrator keeps. Raises RuleViolation."""
    if len(address) > 500 or ctx.office.robot_host(address, ctx.today) is None:
        raise RuleViolation("address", NOT_LISTED)
