"""The written reply and what the petitioner may do, and until when, as the public page says it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from caseapp.domain.cases.events import Event
from caseapp.domain.cases.history import History
from caseapp.domain.cases.serving import reply_served_on
from caseapp.kernel.workdays import WorkCalendar

INSTEAD = {"refused": "higher_office", "terminated": "other_routes"}
"""Where the petitioner may turn when a matter ended so."""
REVIEW_DAYS = 30  # art. 35, from the day the written reply was received
CONFIRMATION_DAYS = 30  # 人民调解法 art. 33, from the day the agreement took effect
BY_REVIEW = 6  # the route of art. 31 on which review and re-review are open


@dataclass(frozen=True)
class Reply:
    """The written reply (信访处理意见书): its outcome, the day it was made, the day it was handed over, and whether its
    paper can be read here. The paper names people, so that it opens to who can say whose matter it is."""

    outcome: str
    on: date
    served_on: date | None
    readable: bool


@dataclass(frozen=True)
class Right:
    """A way that is open to the petitioner, and its last day where there is one."""

    kind: str
    until: date | None = None


def last_of(history: History, kind: str) -> Event | None:
    """The last event of a kind."""
    return next((event for event in reversed(history.events) if event.kind == kind), None)


def reply_of(history: History, *, readable: bool = False) -> Reply | None:
    """The last written reply; ``readable``: its paper lies with the case."""
    event = last_of(history, "replied")
    return Reply(event.text("outcome"), event.on, reply_served_on(history.events), readable) if event else None


def rights_of(history: History, calendar: WorkCalendar) -> Iterable[Right]:
    """Recusal while it is open (art. 28); review and re-review of a written reply (art. 35, 36); after a mediation that
    ended, the other ways (人民调解法 art. 26); after one that succeeded, confirmation by the court (art. 33)."""
    now, reply = history.now, reply_of(history)
    if now.standing == "open":
        yield Right("recusal")
    if reply and _reviewable(history):
        yield Right("review", last_day(calendar, reply.served_on, REVIEW_DAYS) if reply.served_on else None)
        yield Right("rereview")
    elif reply:
        yield Right("other_routes")
    if now.state in INSTEAD:
        yield Right(INSTEAD[now.state])
    if _mediated_agreement(history) and now.resolved_on:
        yield Right("confirmation", last_day(calendar, now.resolved_on, CONFIRMATION_DAYS))
    if now.standing in ("resolved", "closed_unresolved"):
        yield Right("come_back")


def last_day(calendar: WorkCalendar, start: date, days: int) -> date:
    """The last day of a petitioner's right: a day on which nobody works is not the last one."""
    day = start + timedelta(days=days)
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return day


def _reviewable(history: History) -> bool:
    accepted = last_of(history, "accepted")
    return accepted is None or accepted.data.get("route") in (None, BY_REVIEW)


def _mediated_agreement(history: History) -> bool:
    resolved = last_of(history, "resolved")
    done = history.now.state == "resolved" and resolved is not None and resolved.data.get("method") == "mediation"
    return done and history.head.track == "dispute"
