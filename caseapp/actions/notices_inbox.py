"""Telling people: putting notices into inboxes, reading them, and the outbox from which messages are sent.

A message is never sent twice, by however many workers, wherever one of them is killed. Three transactions see to it:

1. ``take`` holds a due message for some minutes by putting off its next try. Whoever holds it does everything that can
   fail: connects, logs in, names the recipient, hands over the text but for its last byte. A worker that dies here
   leaves a message that nobody got; it is due again when the time is up.
2. ``claim`` marks it ``sending``, if it is still held by the same worker. Only then is the last byte sent, and a server
   acts on nothing before that byte.
3. ``settle`` puts down the answer: sent, or refused and tried again after a growing pause, in the end given up.

Between 2 and 3 lie one byte and one answer. Who dies there, or gets no answer, leaves a message of which nobody knows
whether it arrived: it becomes ``uncertain``, is shown as that, and is not sent again.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import selectinload

from caseapp.actions.context import Ctx
from caseapp.actions.journal import note
from caseapp.db import insert_new
from caseapp.domain.access import permissions as may
from caseapp.domain.access.actor import Actor
from caseapp.domain.access.models import CaseAccess
from caseapp.domain.access.queries import actor_of
from caseapp.domain.notices.digest import Line
from caseapp.domain.notices.models import CHANNELS, Delivery, DeliveryLine, Notice, Reach
from caseapp.domain.notices.queries import Told, lines_to_send, notice_of, reaches_of, to_gather
from caseapp.domain.notices.rules import HELD, Telling, is_quiet, next_try
from caseapp.domain.people.models import User
from caseapp.domain.people.queries import user_named
from caseapp.kernel.errors import N_, OutOfScope, RuleViolation
from caseapp.office import robots

CHUNK = 500


def tell(ctx: Ctx, telling: Telling, recipients: Iterable[str]) -> int:
    """Tell some people one thing, whoever of them was not told it before. Returns how many were."""
    return tell_many(ctx, [(telling, recipients)])


def tell_many(ctx: Ctx, tellings: Iterable[tuple[Telling, Iterable[str]]]) -> int:
    """Tell many things at once. Left out are accounts that are closed, and who may not see the case: complained of, out
    of it by a declared interest, or not of the desk for accusations."""
    wanted = [(telling, person) for telling, people in tellings for person in dict.fromkeys(people)]
    wanted.sort(
        key=lambda one: (one[0].case_id or 0, one[0].unit_id or 0, one[0].kind, one[0].item, one[1])
    )  # two at once take locks in one order
    people = _people(ctx, {person for _, person in wanted})
    shut = _shut(ctx, {telling.case_id for telling, _ in wanted if telling.case_id is not None})
    rows = [
        _row(ctx, telling, person)
        for telling, person in wanted
        if person in people and not _is_out(people[person], shut.get(telling.case_id or 0, []))
    ]
    if not rows:
        return 0
    return len(ctx.session.scalars(insert_new(ctx.session, Notice).returning(Notice.id), rows).all())


def _row(ctx: Ctx, telling: Telling, person: str) -> dict[str, Any]:
    return {
        "recipient": person, "case_id": telling.case_id, "unit_id": telling.unit_id, "kind": telling.kind,
        "item": telling.item,
        "version": telling.version_told, "rung": telling.rung, "due_on": telling.due_on, "on": ctx.today,
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


def _is_out(actor: Actor, rows: list[CaseAccess]) -> bool:
    sealed = [row for row in rows if row.sealed and not row.barred]
    desk = actor.units_with(may.SEALED) if sealed else frozenset()
    barred = any(row.barred and (row.username == actor.username or row.unit_id in actor.lines) for row in rows)
    return barred or bool(sealed and not any(row.unit_id in desk for row in sealed))


def read_notice(ctx: Ctx, notice_id: int) -> Told:
    """Mark a notice of one's own inbox as read; it tells which case or round to look at. Raises OutOfScope."""
    found = notice_of(ctx.session, ctx.actor, notice_id)
    if found is None:
        raise OutOfScope(N_("there is no such notice"))
    found.notice.read_at = found.notice.read_at or ctx.now
    return found


def read_all(ctx: Ctx) -> int:
    """Mark the whole of one's own inbox as read. Returns how many were not."""
    mine = and_(Notice.recipient == ctx.actor.username, Notice.read_at.is_(None))
    return _changed(ctx, update(Notice).where(mine).values(read_at=ctx.now))


def _changed(ctx: Ctx, statement: Any) -> int:
    result: Any = ctx.session.execute(statement)
    return int(result.rowcount)


def set_reach(ctx: Ctx, channel: str, address: str, secret: str = "", *, active: bool) -> Reach:
    """How I want to be told over a channel. A secret that is left empty stays what it was while the address does.
    Raises RuleViolation."""
    if channel not in CHANNELS:
        raise RuleViolation("channel", N_("there is no such way to be told"))
    address, secret = address.strip(), secret.strip()
    if active or address:
        (check_mail if channel == "email" else check_robot)(address)
    row = reaches_of(ctx.session, ctx.actor.username).get(channel)
    if row is None:
        row = Reach(username=ctx.actor.username, channel=channel, address="", secret="")
        ctx.session.add(row)
    row.secret = secret or (row.secret if row.address == address else "")
    row.address, row.active = address, active
    note(ctx, "reach_set", ctx.actor.username, channel=channel, active=active)
    return row


def check_mail(address: str) -> None:
    """An address has a name, an @ and a host, of plain letters. Raises RuleViolation."""
    name, _, host = address.rpartition("@")
    plain = address.isascii() and address.isprintable() and not set(address) & set(" ,;<>\"'()[]\\")
    if not (name and host and plain) or "@" in name or len(address) > 254:
        raise RuleViolation("address", N_("this is no mail address"))


def check_robot(address: str) -> None:
    """A robot is at an https address, or inside the house at an http address of a private network. Raises
    RuleViolation."""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    plain = address.isascii() and address.isprintable() and " " not in address and len(address) <= 500
    if not (plain and host and (parts.scheme == "https" or (parts.scheme == "http" and _is_private(host)))):
        raise RuleViolation("address", N_("a robot has an address that begins with https://"))


def _is_private(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_private
    except ValueError:
        return False


def gather(ctx: Ctx) -> int:
    """Put what nobody was sent yet into messages: one for each recipient and channel. Nothing in the quiet hours.
    Returns how many messages. The lock on the ways to be told lets one gather at a time."""
    if is_quiet(ctx.now, ctx.office.quiet(ctx.today)):
        return 0
    ctx.session.execute(select(Reach.id).where(Reach.active).order_by(Reach.id).with_for_update()).all()
    found = to_gather(ctx.session, ctx.now, ctx.today)
    made = [
        Delivery(
            recipient=recipient, channel=channel, state="waiting", next_try_at=ctx.now, created_at=ctx.now,
            lines=[DeliveryLine(notice_id=row.id, channel=channel) for row in rows],
        )
        for (recipient, channel), rows in groupby(found, lambda row: (row.username, row.channel))
    ]  # fmt: skip
    ctx.session.add_all(made)
    ctx.session.flush()
    return len(made)


@dataclass(frozen=True)
class Taken:
    """A message held by one worker: what it says, where it goes, until when it is held, since when it is claimed."""

    id: int
    channel: str
    address: str
    secret: str
    lines: tuple[Line, ...]
    until: datetime
    tries: int
    claimed_at: datetime | None = None


def take(ctx: Ctx, channels: Iterable[str] = CHANNELS) -> Taken | None:
    """Hold the next due message; those that nobody needs any more are put aside on the way."""
    due = (
        select(Delivery)
        .where(Delivery.state == "waiting", Delivery.next_try_at <= ctx.now, Delivery.channel.in_(tuple(channels)))
        .order_by(Delivery.next_try_at, Delivery.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    while not is_quiet(ctx.now, ctx.office.quiet(ctx.today)) and (delivery := ctx.session.scalar(due)) is not None:
        found = _lines(ctx, delivery)
        way = reaches_of(ctx.session, delivery.recipient).get(delivery.channel)
        if way is not None and way.active and found:
            delivery.next_try_at = ctx.now + HELD
            return Taken(
                delivery.id, delivery.channel, way.address, way.secret, found, until=delivery.next_try_at,
                tries=delivery.tries,
            )  # fmt: skip
        delivery.state = "needless"
        ctx.session.flush()
    return None


def _lines(ctx: Ctx, delivery: Delivery) -> tuple[Line, ...]:
    user = user_named(ctx.session, delivery.recipient)
    if user is None or not user.active:
        return ()
    actor = actor_of(user, ctx.units, ctx.today)
    return tuple(_line(ctx, found) for found in lines_to_send(ctx.session, delivery.id, actor, ctx.today))


def _line(ctx: Ctx, found: Told) -> Line:
    notice, case = found.notice, found.case
    if case is None:
        place = ctx.units.by_id[notice.unit_id or 0]
        return Line(notice.kind, "", "", place.name, notice.item, notice.due_on)
    if case.sealed:
        return Line(notice.kind, case.number, "", "", notice.item, notice.due_on)
    place = ctx.units.by_id[case.unit_id]
    village = ctx.units.place(place.parent) if place.tier == "group" else place
    return Line(notice.kind, case.number, case.category, village.name, notice.item, notice.due_on)


def claim(ctx: Ctx, taken: Taken) -> Taken | None:
    """Mark a message as about to leave; None when it is no longer this worker's."""
    now = ctx.now
    held = and_(Delivery.id == taken.id, Delivery.state == "waiting", Delivery.next_try_at == taken.until)
    claimed = _changed(ctx, update(Delivery).where(held).values(state="sending", claimed_at=now))
    return replace(taken, claimed_at=now) if claimed else None


def settle(ctx: Ctx, taken: Taken, problem: str = "", *, known: bool = True) -> str:
    """Put down what became of a message: sent; or with a problem, which makes it wait, given up at last, or uncertain
    when it is not known whether it arrived. Returns its state."""
    values: dict[str, Any] = {"state": "sent", "sent_at": ctx.now, "problem": ""}
    if problem:
        again = next_try(ctx.now, taken.tries + 1, ctx.office.quiet(ctx.today)) if known else None
        state = "uncertain" if not known else "waiting" if again else "given_up"
        values = {"state": state, "problem": problem[:500], "tries": taken.tries + 1}
        values |= {"next_try_at": again} if again else {}
    held = and_(Delivery.state == "waiting", Delivery.next_try_at == taken.until)
    claimed = and_(Delivery.state.in_(("sending", "uncertain")), Delivery.claimed_at == taken.claimed_at)
    mine = claimed if taken.claimed_at else held
    ctx.session.execute(update(Delivery).where(Delivery.id == taken.id, mine).values(**values))
    return str(values["state"])


def own_up(ctx: Ctx) -> int:
    """Messages claimed by a worker that has not been heard of since are uncertain. Returns how many."""
    lost = and_(Delivery.state == "sending", Delivery.claimed_at < ctx.now - HELD)
    problem = N_("the sender stopped while this was leaving")
    return _changed(ctx, update(Delivery).where(lost).values(state="uncertain", problem=problem))


def robot_request(taken: Taken, now: datetime, title: str, markdown: str) -> tuple[str, bytes]:
    """The address and the body of a message to a robot; DingTalk's address is signed with the time."""
    body = robots.as_bytes(robots.markdown_body(taken.channel, title, markdown))
    if taken.channel != "dingtalk":
        return taken.address, body
    return robots.signed(taken.address, taken.secret, int(now.timestamp() * 1000)), body


def robot_answer(status: int, answer: bytes) -> tuple[str, bool]:
    """What is wrong with what a robot answered, and whether that is known."""
    return robots.judged(status, answer)
