"""The written reply and what the petitioner may do, and until when, as the public page says it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from caseapp.domain.cases.agreements import CONFIRMATION_DAYS, WITHDRAWN
from caseapp.domain.cases.events import Event
from caseapp.domain.cases.history import History
from caseapp.domain.cases.reviews import REDO, Review, last_day
from caseapp.domain.cases.serving import reply_served_on
from caseapp.kernel.workdays import WorkCalendar

INSTEAD = {"refused": "higher_office", "terminated": "other_routes"}
"""Where the petitioner may turn when a matter ended so."""
COURTS = {"": "confirmation_waits", "confirmed": "confirmed", "dismissed": "other_routes"}
"""What is told of by what a court came to that was asked to confirm an agreement."""
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
        yield from _of_a_review(now.review, reply.served_on, calendar)
    elif reply:
        yield Right("other_routes")
    if now.state in INSTEAD:
        yield Right(INSTEAD[now.state])
    if (court := _of_a_court(history, calendar)) is not None:
        yield court
    if now.standing in ("resolved", "closed_unresolved"):
        yield Right("come_back")


def confirmed_by(history: History, calendar: WorkCalendar) -> date | None:
    """Until when both sides may ask the court to confirm their agreement (人民调解法 art. 33): counted from the day it
    took effect; where it is not on record, from the day the matter was resolved."""
    now = history.now
    since = now.agreement.effective_on if now.agreement else now.resolved_on
    return last_day(calendar, since, CONFIRMATION_DAYS) if since else None


def _of_a_court(history: History, calendar: WorkCalendar) -> Right | None:
    """That a court was asked to confirm the agreement, and what it came to; where it refused, the other ways. Once the
    matter is resolved, that one may be asked, unless all is performed."""
    agreement = history.now.agreement
    if agreement is not None and agreement.court and agreement.confirmed != WITHDRAWN:
        return Right(COURTS[agreement.confirmed])
    open_yet = agreement is None or agreement.confirmable
    return Right("confirmation", confirmed_by(history, calendar)) if open_yet and _mediated_agreement(history) else None


def _of_a_review(review: Review | None, served_on: date | None, calendar: WorkCalendar) -> Iterable[Right]:
    """What is still open of review and re-review: the one that comes next, that it was asked for, that it is over."""
    if review is None:
        yield Right("review", last_day(calendar, served_on) if served_on else None)
        yield Right("rereview")
    elif review.waits:
        yield Right(f"{review.level}_waits")
    elif review.concluded:
        yield Right("concluded")
    elif review.result != REDO:
        yield Right("rereview", last_day(calendar, review.received_on) if review.received_on else None)


def _reviewable(history: History) -> bool:
    accepted = last_of(history, "accepted")
    return accepted is None or accepted.data.get("route") in (None, BY_REVIEW)


def _mediated_agreement(history: History) -> bool:
    resolved = last_of(history, "resolved")
    done = history.now.state == "resolved" and resolved is not None and resolved.data.get("method") == "mediation"
    return done and history.head.track == "dispute"
