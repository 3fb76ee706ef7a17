"""The outbox: messages made of notices, and how they are sent.

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

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import and_, select, update

from caseapp.actions.context import Ctx
from caseapp.actions.notices_inbox import NOT_LISTED, rows_changed
from caseapp.domain.access.queries import actor_of
from caseapp.domain.notices.digest import Line
from caseapp.domain.notices.models import CHANNELS, Delivery, DeliveryLine, Reach
from caseapp.domain.notices.queries import InboxNotice, lines_to_send, reaches_of, to_gather
from caseapp.domain.notices.rules import HELD, is_quiet, next_try
from caseapp.domain.people.queries import user_named
from caseapp.kernel.errors import N_
from caseapp.office import robots


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
class HeldMessage:
    """A message held by one worker: what it says, where it goes, until when it is held, since when it is claimed."""

    id: int
    channel: str
    address: str
    secret: str
    lines: tuple[Line, ...]
    until: datetime
    tries: int
    claimed_at: datetime | None = None
    anchor: str = ""


def take(ctx: Ctx, channels: Iterable[str] = CHANNELS) -> HeldMessage | None:
    """Hold the next due message. Those that nobody needs any more are put aside on the way; one to a robot that is not
    on the administrator's list is given up, and says so."""
    due = (
        select(Delivery)
        .where(Delivery.state == "waiting", Delivery.next_try_at <= ctx.now, Delivery.channel.in_(tuple(channels)))
        .order_by(Delivery.next_try_at, Delivery.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    while not is_quiet(ctx.now, ctx.office.quiet(ctx.today)) and (delivery := ctx.session.scalar(due)) is not None:
        if delivery.anchor and delivery.address:
            delivery.next_try_at = ctx.now + HELD
            return HeldMessage(
                delivery.id, delivery.channel, delivery.address, "", (), until=delivery.next_try_at,
                tries=delivery.tries, anchor=delivery.anchor,
            )  # fmt: skip
        found = _lines(ctx, delivery)
        way = reaches_of(ctx.session, delivery.recipient).get(delivery.channel)
        if way is None or not way.active or not found:
            delivery.state = "needless"
        elif way.channel != "email" and ctx.office.robot_host(way.address, ctx.today) is None:
            delivery.state, delivery.problem = "given_up", NOT_LISTED
        else:
            delivery.next_try_at = ctx.now + HELD
            return HeldMessage(
                delivery.id, delivery.channel, way.address, way.secret, found, until=delivery.next_try_at,
                tries=delivery.tries,
            )  # fmt: skip
        ctx.session.flush()
    return None


def _lines(ctx: Ctx, delivery: Delivery) -> tuple[Line, ...]:
    user = user_named(ctx.session, delivery.recipient)
    if user is None or not user.active:
        return ()
    actor = actor_of(user, ctx.units, ctx.today)
    return tuple(_line(ctx, found) for found in lines_to_send(ctx.session, delivery.id, actor, ctx.today))


def _line(ctx: Ctx, found: InboxNotice) -> Line:
    notice, case = found.notice, found.case
    if case is None:
        place = ctx.units.by_id[notice.unit_id or 0]
        return Line(notice.kind, "", "", place.name, notice.item, notice.due_on)
    if case.sealed:
        return Line(notice.kind, case.number, "", "", notice.item, notice.due_on)
    place = ctx.units.by_id[case.unit_id]
    village = ctx.units.place(place.parent) if place.tier == "group" else place
    return Line(notice.kind, case.number, case.category, village.name, notice.item, notice.due_on)


def claim(ctx: Ctx, taken: HeldMessage) -> HeldMessage | None:
    """Mark a message as about to leave; None when it is no longer this worker's."""
    now = ctx.now
    held = and_(Delivery.id == taken.id, Delivery.state == "waiting", Delivery.next_try_at == taken.until)
    claimed = rows_changed(ctx, update(Delivery).where(held).values(state="sending", claimed_at=now))
    return replace(taken, claimed_at=now) if claimed else None


def settle(ctx: Ctx, taken: HeldMessage, problem: str = "", *, known: bool = True) -> str:
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
    return rows_changed(ctx, update(Delivery).where(lost).values(state="uncertain", problem=problem))


def robot_request(taken: HeldMessage, now: datetime, title: str, markdown: str) -> tuple[str, bytes]:
    """The address and the body of a message to a robot; DingTalk's address is signed with the time."""
    body = robots.as_bytes(robots.markdown_body(taken.channel, title, markdown))
    if taken.channel != "dingtalk":
        return taken.address, body
    return robots.signed(taken.address, taken.secret, int(now.timestamp() * 1000)), body


def robot_answer(status: int, answer: bytes) -> tuple[str, bool]:
    """What is wrong with what a robot answered, and whether that is known."""
    return robots.judged(status, answer)
